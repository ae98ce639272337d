"""Answers to lesson 01's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

from tests.exercises.asking import KEY
from tests.exercises.cases import Case, EachExercise


def masked(key: str, least: int = 16, dots: str = "…") -> str:
    return f"{key[:8]}…{key[-4:]}" if len(key) >= least else dots


STEPS = ["delete the key", "new key", "check usage", "clean the history"]
CASES = {
    "01.1": Case((f"\n# settings\nexport OPENAI_API_KEY='{KEY}'\n",), [KEY], [
        (f"\n# settings\nexport OPENAI_API_KEY='{KEY}'\n", "that is the whole text"),
        (None, "under which name"), (f"'{KEY}'", "the quotes belong"),
        (f"{KEY}'", "the quotes belong"), (KEY[:-1], "a part of the key"), ("", "not the key"),
        ({"OPENAI_API_KEY": KEY}, "the whole dictionary"), ("OPENAI_API_KEY", "the name of"),
        ([KEY], "that is a list"), (KEY.upper(), "not the key"),
    ]),
    "01.2": Case((), [
        lambda key: f"{key[:8]}…{key[-4:]}" if len(key) >= 16 else "…",
        lambda key: "…" if len(key) < 16 else f"{key[:7]}-****{key[-4:]}",
        lambda key: key[:8] + "..." + key[-4:] if key[15:] else "\u2026",
    ], [
        (lambda key: "…", "the key is long enough"),
        (lambda key: key[:8] + key[9], "the last four"),
        (lambda key: masked(key) if key else "", "for an empty text it returns ''"),
        (lambda key: key, "that is too much"), (lambda key: "sk-proj-…", "the last four"),
        (lambda key: f"{key[:12]}…{key[-4:]}", "too much"), (lambda key: "…" + key[-4:], "kind"),
        (lambda key: f"{key[:8]}{key[-4:]}", "left out"),
        (lambda key: f"{key[:8]}…{key[-4:]}", "for the short text"), (lambda key: 5, "an int"),
        (lambda key: masked(key, least=15), "for the short text sk-proj-FAKE-00 it"),
        (lambda key: masked(key, least=17), "sk-proj-FAKE-000 has exactly 16"),
        (lambda key: masked(key, dots="..."), "these are three dots"),
    ]),
    "01.3": Case((), [STEPS, tuple(STEPS)], [
        (STEPS[::-1], "go on spending"), (STEPS[1:], "use each"), (set(STEPS), "no order"),
        ([STEPS[0], STEPS[3], *STEPS[1:3]], "comes last"),
        ([STEPS[0], STEPS[2], STEPS[1], STEPS[3]], "the new one before you look"),
        ("delete the key, new key", "that is a str"), ([*STEPS[:3], "tidy"], "'tidy' is none of"),
        ([*STEPS, STEPS[0]], "use each"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
