"""What an exercise's answers are tested with: not yet, right, or wrong and why; no exception."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from helpers import exercises

NO_ANSWER = "which is not what the exercise asks for"


@dataclass
class Case:
    """What the lesson hands over beside the answer; right answers; why others are wrong."""

    given: tuple[Any, ...]
    right: list[Any]
    wrong: list[tuple[Any, str]]


def verdict(capsys: pytest.CaptureFixture[str], name: str, answer: Any, *given: Any) -> str:
    """What is printed, each of its parts on one line."""
    exercises.check(name, answer, *given)
    said = capsys.readouterr().out
    assert said.startswith(f"Exercise {name}: ")
    assert all(len(line) <= 72 or " " not in line for line in said.splitlines()), said
    return re.sub(r"\n(?!Hint: |The solution is in |$)", " ", said)


class EachExercise:
    """What holds for each exercise. The subclass of a lesson's module has its cases."""

    cases: ClassVar[dict[str, Case]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "name" in metafunc.fixturenames:
            metafunc.parametrize("name", self.cases)

    def test_an_answer_is_not_yet_there_or_right_or_wrong_with_the_reason(
        self, capsys: pytest.CaptureFixture[str], name: str
    ) -> None:
        case, exercise = self.cases[name], exercises.exercises()[name[:2]][name]
        said = verdict(capsys, name, ..., *case.given)
        assert said == f"Exercise {name}: not yet.\nHint: {exercise.hints[0]}\n"
        for answer in case.right:
            said = verdict(capsys, name, answer, *case.given)
            assert said == f"Exercise {name}: ✓ right. {exercise.why}".rstrip() + "\n", answer
        for answer, why in case.wrong:
            said = verdict(capsys, name, answer, *case.given)
            wrong = re.split(r"\n(?=Hint: |The solution is in |$)", said)[0]
            assert wrong.startswith(f"Exercise {name}: ✗ ") and why in wrong, answer
            assert wrong.endswith((".", "?", "!")), answer

    def test_nonsense_is_wrong_and_never_raises(
        self, capsys: pytest.CaptureFixture[str], name: str
    ) -> None:
        for answer in (None, 5, "x", [], {}, object(), [None], len):
            assert "✗ " in verdict(capsys, name, answer, *self.cases[name].given), answer

    def test_an_answer_or_what_belongs_to_it_may_not_be_left_out(
        self, capsys: pytest.CaptureFixture[str], name: str
    ) -> None:
        exercises.check(name)
        said = capsys.readouterr().out
        assert said.startswith(f"Exercise {name}: ✗ ") and f'check("{name}", ' in said
        given = self.cases[name].given
        exercises.check(name, *given, *given, 1, 2)
        assert f'check("{name}", ' in capsys.readouterr().out
