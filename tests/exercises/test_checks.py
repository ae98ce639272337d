"""The checks of the exercises, whichever it is: tries, hints, and answers that are none."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from helpers import exercises
from tests.exercises.asking import HELLO, USED
from tests.exercises.cases import NO_ANSWER, Case, verdict

CASES: dict[str, Case] = {
    name: case
    for file in Path(__file__).parent.glob("test_lesson_*.py")
    for name, case in import_module(f"tests.exercises.{file.stem}").CASES.items()
}


def test_every_exercise_has_a_case() -> None:
    written = {name for lesson in exercises.exercises().values() for name in lesson}
    assert set(CASES) == written


def test_each_wrong_try_gets_another_hint_and_then_the_way_to_the_solution(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hints = exercises.exercises()["00"]["00.1"].hints
    assert len(set(hints)) == len(hints) == 3
    for hint in hints:
        verdict(capsys, "00.1", ..., HELLO)  # Looking is no try.
        assert verdict(capsys, "00.1", -1, HELLO).endswith(f"\nHint: {hint}\n")
    for _ in range(2):
        said = verdict(capsys, "00.1", -1, HELLO)
        solution = "The solution is in solutions/00_solutions.ipynb."
        assert said.endswith(f"\nHint: {hints[-1]}\n{solution}\n")


def test_a_verdict_that_names_the_mistake_needs_no_hint_and_uses_none_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, *_ = exercises.exercises()["00"]["00.1"].hints
    for _ in range(2):
        assert "Hint" not in verdict(capsys, "00.1", USED.prompt_tokens, HELLO)
    assert verdict(capsys, "00.1", -1, HELLO).endswith(f"\nHint: {first}\n")
    said = verdict(capsys, "00.1", USED.prompt_tokens, HELLO)
    assert said.endswith("alone.\nThe solution is in solutions/00_solutions.ipynb.\n")


def test_an_error_is_told_with_the_line_of_the_readers_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fits(width: int, height: int) -> bool:
        pixels = width * height
        return bool(json.loads("no" * pixels))

    said = verdict(capsys, "07.2", fits)
    assert "for 1024 × 1024, it raised JSONDecodeError: Expecting value" in said
    assert said.endswith('in the line `return bool(json.loads("no" * pixels))`.\n')


def test_a_function_without_a_body_is_not_yet_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    def empty(question: str) -> str: ...  # type: ignore[empty-body]

    def documented(question: str) -> str:  # type: ignore[empty-body]
        """Return the answer."""

    class Class:
        number = 5

        def method(self) -> None: ...

    for answer in (empty, documented, Class):
        assert "not yet.\nHint:" in verdict(capsys, "00.1", answer, HELLO), answer
    wrong: list[Any] = [lambda: 5, Case, print]
    for answer in wrong:
        assert "✗" in verdict(capsys, "00.1", answer, HELLO), answer


@pytest.mark.parametrize(
    "name", ["4.1", "04.9", "98.1", "04", "", "check", "../x", 4.1, 4, None, ("04.1",), b"04.1"]
)
def test_an_unknown_exercise_is_told_with_the_names_there_are(
    capsys: pytest.CaptureFixture[str], name: Any
) -> None:
    exercises.check(name, 1)
    said = capsys.readouterr().out
    assert said.startswith(f"There is no exercise {name!r}. There are ")
    assert "04.1, 04.2, 04.3" in said and "00.1" in said and said.count("\n") == 1


def test_nobody_is_told_that_what_is_asked_for_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = {"03.1": dict, "03.3": dict, "05.1": dict, "06.1": dict, "10.1": dict}
    for name, kind in wanted.items():
        for answer in ({"a": None}, {"role": 5}, [5], [{"role": None}]):
            if isinstance(answer, kind):
                assert NO_ANSWER not in verdict(capsys, name, answer, *CASES[name].given), (
                    name,
                    answer,
                )
