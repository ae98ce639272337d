"""The check of the lessons' exercises: right, wrong and why, or not yet. No model judges.

Each lesson has a module here with a table `EXERCISES`: number -> (judge, hint). A judge gets the
answer and what the lesson gives beside it, and returns what is wrong, or None.

An exercise starts with `...` as its answer, which is "not yet", so that a lesson with untouched
exercises runs from top to bottom.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def check(exercise: str, *answer: Any) -> None:
    """Print whether `answer` solves an exercise ("04.1"), and if not, what is wrong or a hint.

    Raises ModuleNotFoundError or KeyError for an exercise that does not exist.
    """
    lesson = import_module(f"helpers.exercises.lesson_{exercise.partition('.')[0]}")
    judge, hint = lesson.EXERCISES[exercise]
    if any(part is ... for part in answer):
        print(f"Exercise {exercise}: not yet. Hint: {hint}")
        return
    try:
        wrong = judge(*answer)
    except (AttributeError, TypeError, KeyError, IndexError, ValueError):
        given = " and ".join(type(part).__name__ for part in answer[:1])
        wrong = f"you gave a {given}, which is not what the exercise asks for."
    if wrong:
        print(f"Exercise {exercise}: ✗ {wrong} Hint: {hint}")
    else:
        print(f"Exercise {exercise}: ✓ right.")
