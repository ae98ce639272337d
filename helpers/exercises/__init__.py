"""The check of the lessons' exercises: right, wrong and why, or not yet. No model judges.

Each lesson has a module here with a table `EXERCISES`: number -> Exercise. A teacher's own lesson
has it beside its notebook.

An exercise starts with `...` as its answer, which is "not yet", so that a lesson with untouched
exercises runs from top to bottom. A verdict tells the mistake where the judge sees it. Where it
does not, a hint follows that says more than the one before.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from runpy import run_path
from typing import Any, get_origin, get_type_hints

from helpers import lessons
from helpers.exercises.answers import Better, Exercise, Vague, WrongError, kind, untouched
from helpers.lines import wrapped

_tries: Counter[str] = Counter()
"""How often an exercise was answered wrongly, in this kernel."""

_hinted: Counter[str] = Counter()
"""How many hints were given for it."""


def check(exercise: str, *answer: Any) -> None:
    """Print whether `answer` solves an exercise ("04.1"), and if not, what is wrong or a hint."""
    number = exercise.partition(".")[0] if isinstance(exercise, str) else ""
    known = _of_the_series()
    if number not in known:
        known = exercises()
    if exercise not in known.get(number, {}):
        names = ", ".join(name for lesson in exercises().values() for name in lesson)
        print(f"There is no exercise {exercise!r}. There are {names}.")
        return
    asked = known[number][exercise]
    if any(untouched(part) for part in answer):
        _print(f"Exercise {exercise}: not yet.", f"Hint: {asked.hints[0]}")
        return
    wrong = _judged(exercise, asked.judge, answer)
    if isinstance(wrong, Better):
        _print(f"Exercise {exercise}: ✓ right. {wrong}")
    elif wrong:
        # The text of an exception often has no full stop.
        stop = "" if wrong.endswith((".", "?", "!")) else "."
        hints = _hints(exercise, asked.hints) if isinstance(wrong, Vague) else ()
        _print(f"Exercise {exercise}: ✗ {wrong}{stop}", *hints)
        _tries[exercise] += 1
        if _tries[exercise] > len(asked.hints):
            folder = "solutions" if number in _of_the_series() else lessons.OWN.name
            _print(f"The solution is in {folder}/{number}_solutions.ipynb.")
    else:
        _print(f"Exercise {exercise}: ✓ right. {asked.why}")


def exercises() -> dict[str, dict[str, Exercise]]:
    """Return each lesson's exercises, by its number, or by its name if it is a teacher's own."""
    return _of_the_series() | {
        file.stem: run_path(str(file))["EXERCISES"] for file in sorted(lessons.OWN.glob("*.py"))
    }


def _of_the_series() -> dict[str, dict[str, Exercise]]:
    files = sorted(Path(__file__).parent.glob("lesson_*.py"))
    found = {file.stem[-2:]: import_module(f"{__name__}.{file.stem}") for file in files}
    return {number: lesson.EXERCISES for number, lesson in found.items()}


def _print(*paragraphs: str) -> None:
    """Print each on lines of its own, none wider than a notebook's output on a small screen."""
    for text in paragraphs:
        print(wrapped(text))


def _hints(exercise: str, hints: tuple[str, ...]) -> Iterator[str]:
    yield f"Hint: {hints[min(_hinted[exercise], len(hints) - 1)]}"
    _hinted[exercise] += 1


def _judged(exercise: str, judge: Any, answer: tuple[Any, ...]) -> str | None:
    names = list(inspect.signature(judge).parameters)
    if len(answer) != len(names):
        return f'write check("{exercise}", {", ".join(names)}).'
    wanted = get_type_hints(judge)[names[0]]
    try:
        return judge(*answer)  # type: ignore[no-any-return]
    except WrongError as error:
        return error.args[0]  # type: ignore[no-any-return]
    except (AttributeError, TypeError, KeyError, IndexError, ValueError) as error:
        if wanted is Any or not isinstance(answer[0], get_origin(wanted) or wanted):
            return Vague(f"you gave {kind(answer[0])}, which is not what the exercise asks for.")
        if isinstance(error, KeyError):
            return f"{error.args[0]!r} is missing in it."
        return Vague("something in it has not the form that the exercise asks for.")
