"""Lesson 01's exercises: keys."""

from __future__ import annotations

from typing import Any

from helpers.exercises.answers import Exercise, called


def _read_env(key: Any, text: str) -> str | None:
    if key is None:
        return "there is no such name in the file: how is it spelled?"
    if key == text:
        return "that is the whole text: take the key out of settings."
    if "'" in key or '"' in key:
        return "the quotes belong to the file, not to the key."
    if f"'{key}'" not in text:
        return "that is not the key in the text."
    return None


KEYS = ("sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd")
LENGTH = 16
"""Of the shortest text that may be a key."""


def _masked(masked: Any) -> str | None:
    for key in KEYS:
        shown = called(masked, key)
        if not isinstance(shown, str):
            return f"it returns a {type(shown).__name__}: a text is asked for."
        if not shown.endswith(key[-4:]):
            return f"of {key} it shows {shown}: the last four characters tell which key it is."
        if not shown.startswith(key[:7]):
            return f"of {key} it shows {shown}: the beginning, sk-proj, tells which kind it is."
        hidden = shown.removesuffix(key[-4:]).removeprefix(key[:7])
        if hidden.strip("-") == "":
            return "show that something is left out: … or ***."
        if any(character.isalnum() for character in hidden):
            return f"of {key} it shows {shown}: that is too much."
    key = KEYS[0][:LENGTH]
    short = called(masked, key[:-1])
    if short == "...":
        return "these are three dots; the sign … is one character: copy it from the exercise."
    if short != "…":
        return f"of the short text {key[:-1]} it shows {short}: return … alone."
    if called(masked, key) == "…":
        return f"{key} has exactly {LENGTH} characters, which is long enough."
    return None


def _leak(steps: Any) -> str | None:
    if isinstance(steps, set):
        return "that is a set, which has no order: write a list, [...]."
    if sorted(steps) != ["check usage", "clean the history", "delete the key", "new key"]:
        return "use each of the four steps once."
    if steps[0] != "delete the key":
        return "until the key is dead, somebody can go on spending."
    if steps[-1] != "clean the history":
        return "copies of the repository exist: cleaning it helps least, and comes last."
    return None


EXERCISES = {
    "01.1": Exercise(
        _read_env,
        (
            "settings is a dictionary.",
            "its keys are the names of the settings: settings[name].",
            'settings["OPENAI_API_KEY"]',
        ),
        "python-dotenv has taken off the quotes and the word export.",
    ),
    "01.2": Exercise(
        _masked,
        (
            "slices: key[:8] is the beginning, key[-4:] the end.",
            "look at len(key) first, and return … for a short text.",
            'the last line is: return f"{key[:8]}…{key[-4:]}"',
        ),
        "Keep it: your logs can name a key with it and give nothing away.",
    ),
    "01.3": Exercise(
        _leak,
        (
            "which step stops the thief at once?",
            "deleting a commit does not reach the copies that others have made.",
            "delete the key, new key, check usage, clean the history.",
        ),
        "From the first step on, nobody can spend with the old key.",
    ),
}
