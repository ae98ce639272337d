"""Lesson 01's exercises: keys."""

from __future__ import annotations

from typing import Any


def _read_env(key: Any, text: str) -> str | None:
    if key is None:
        return "there is no such name in the file: how is it spelled?"
    if "'" in key or '"' in key:
        return "the quotes belong to the file, not to the key."
    if f"'{key}'" not in text:
        return "that is not the key in the text."
    return None


def _masked(masked: Any, key: str) -> str | None:
    if not masked.endswith(key[-4:]):
        return "its last four characters are how one recognises a key: show them."
    if not masked.startswith(key[:7]):
        return "its beginning, sk-proj, tells which kind it is: show it."
    hidden = masked.removesuffix(key[-4:]).removeprefix(key[:7])
    if hidden.strip("-") == "":
        return "show that something is left out: … or ***."
    if any(character.isalnum() for character in hidden):
        return "too much of the key can be read."
    return None


def _leak(steps: Any) -> str | None:
    if isinstance(steps, set):
        return "that is a set, which has no order: write a list, [...]."
    if sorted(steps) != ["check usage", "delete the key", "new key", "tidy the history"]:
        return "use each of the four steps once."
    if steps[0] != "delete the key":
        return "until the key is dead, somebody can go on spending."
    if steps[-1] != "tidy the history":
        return "copies of the repository exist: cleaning it up is good manners, and comes last."
    return None


EXERCISES = {
    "01.1": (_read_env, "settings is a dictionary: settings[name]."),
    "01.2": (_masked, "slices: key[:8] is the beginning, key[-4:] the end."),
    "01.3": (_leak, "what stops the thief at once? And what does deleting the commit not undo?"),
}
