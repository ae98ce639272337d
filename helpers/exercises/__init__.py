"""The check of the lessons' exercises: right, wrong and why, or not yet. No model judges.

Each lesson has a module here with a table `EXERCISES`: number -> (judge, hint). A judge gets the
answer and what the lesson gives beside it, and returns what is wrong, or None.

An exercise starts with `...` as its answer, which is "not yet", so that a lesson with untouched
exercises runs from top to bottom.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any, get_origin, get_type_hints


def check(exercise: str, *answer: Any) -> None:
    """Print whether `answer` solves an exercise ("04.1"), and if not, what is wrong or a hint."""
    number = exercise.partition(".")[0] if isinstance(exercise, str) else ""
    known = exercises()
    if exercise not in known.get(number, {}):
        names = ", ".join(name for lesson in known.values() for name in lesson)
        print(f"There is no exercise {exercise!r}. There are {names}.")
        return
    judge, hint = known[number][exercise]
    if any(part is ... for part in answer):
        print(f"Exercise {exercise}: not yet. Hint: {hint}")
        return
    wrong = _judged(exercise, judge, answer)
    if wrong:
        print(f"Exercise {exercise}: ✗ {wrong} Hint: {hint}")
    else:
        print(f"Exercise {exercise}: ✓ right.")


def exercises() -> dict[str, dict[str, tuple[Any, str]]]:
    """Return each lesson's exercises, by its number."""
    files = sorted(Path(__file__).parent.glob("lesson_*.py"))
    lessons = {file.stem[-2:]: import_module(f"{__name__}.{file.stem}") for file in files}
    return {number: lesson.EXERCISES for number, lesson in lessons.items()}


def _judged(exercise: str, judge: Any, answer: tuple[Any, ...]) -> str | None:
    names = list(inspect.signature(judge).parameters)
    if len(answer) != len(names):
        return f'write check("{exercise}", {", ".join(names)}).'
    wanted = get_type_hints(judge)[names[0]]
    try:
        return judge(*answer)  # type: ignore[no-any-return]
    except (AttributeError, TypeError, KeyError, IndexError, ValueError) as error:
        if wanted is Any or not isinstance(answer[0], get_origin(wanted) or wanted):
            given = type(answer[0]).__name__
            return f"you gave a {given}, which is not what the exercise asks for."
        if isinstance(error, KeyError):
            return f"{error.args[0]!r} is missing in it."
        return "something in it has not the form that the exercise asks for."
