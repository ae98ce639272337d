"""Lesson 01's exercises: keys."""

from __future__ import annotations

from typing import Any

from helpers.exercises.answers import Exercise, Vague, called, kind


def _read_env(key: Any, text: str) -> str | None:
    if key is None:
        return "that is None: under which name is the key in settings?"
    if isinstance(key, dict):
        return "that is the whole dictionary: take one value out of it."
    if not isinstance(key, str):
        return f"that is {kind(key)}: the key is a text."
    if key == text:
        return "that is the whole text: take the key out of settings."
    if "'" in key or '"' in key:
        return "the quotes belong to the file, not to the key."
    if f"{key}=" in text and key:
        return "that is the name of the setting: its value is asked for."
    if f"'{key}'" in text:
        return None
    if len(key) > 1 and key in text:
        return "that is only a part of the key."
    return Vague("that is not the key in the text.")


KEYS = ("sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd")
LENGTH = 16
"""Of the shortest text that may be a key."""
STEPS = ("delete the key", "new key", "check usage", "clean the history")
"""What to do after a leak, in the lesson's order."""


def _masked(masked: Any) -> str | None:
    for key in KEYS:
        shown = called(masked, key)
        if not isinstance(shown, str):
            return f"it returns {kind(shown)}: a text is asked for."
        so = f"for {key} it returns {shown}"
        if shown == "…":
            return f"{so}, but the key is long enough: show its beginning and its end."
        if not shown.endswith(key[-4:]):
            return f"{so}: the last four characters tell which key it is."
        if not shown.startswith(key[:7]):
            return f"{so}: the beginning, sk-proj, tells which kind it is."
        hidden = shown.removesuffix(key[-4:]).removeprefix(key[:7])
        if hidden.strip("- ") == "":
            return f"{so}: show with … that something is left out."
        if any(character.isalnum() for character in hidden):
            return f"{so}: that is too much. Show sk-proj- and the last four characters."
    key = KEYS[0][:LENGTH]
    short = called(masked, key[:-1])
    if short == "...":
        return "these are three dots; the sign … is one character: copy it from the exercise."
    if short != "…":
        return f"for the short text {key[:-1]} it returns {short}: return … alone."
    if called(masked, key) == "…":
        return f"{key} has exactly {LENGTH} characters, which is long enough."
    if called(masked, "") != "…":
        return f"for an empty text it returns {called(masked, '')!r}: return … alone."
    return None


def _leak(steps: Any) -> str | None:
    if isinstance(steps, set):
        return "that is a set, which has no order: write a list, [...]."
    if not isinstance(steps, (list, tuple)):
        return f"that is {kind(steps)}: write a list, [...]."
    if strangers := [step for step in steps if step not in STEPS]:
        return f"{strangers[0]!r} is none of the four steps: copy their words."
    if len(steps) != len(STEPS) or set(steps) != set(STEPS):
        return "use each of the four steps once."
    if steps[0] != STEPS[0]:
        return "until the key is dead, somebody can go on spending your money."
    if steps[-1] != STEPS[-1]:
        return "copies of the repository exist: cleaning it helps least, and comes last."
    if tuple(steps) != STEPS:
        return "your own program has no key now: it needs the new one before you look at bills."
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
        "Keep it: with it your logs can name a key without showing it.",
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
