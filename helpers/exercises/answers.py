"""What the exercises' judges have in common: reading an answer however it was written."""

from __future__ import annotations

import dis
import inspect
import re
from collections.abc import Callable
from typing import Any, NamedTuple


class Exercise(NamedTuple):
    """An exercise.

    judge: gets the answer, and what the lesson gives beside it; returns what is wrong, or None.
    hints: from a first idea to nearly the solution.
    why: why the right answer is right, in a sentence.
    """

    judge: Callable[..., str | None]
    hints: tuple[str, ...]
    why: str = ""


class WrongError(Exception):
    """An answer is wrong. The text says what is wrong with it."""


def called(function: Any, *arguments: Any) -> Any:
    """Return what the reader's function returns.

    Raises WrongError if it is no function, raises something, or has no `return`.
    """
    if not callable(function):
        raise WrongError(f"that is a {type(function).__name__}: hand over the function's name.")
    try:
        result = function(*arguments)
    except Exception as error:
        raise WrongError(f"it raised {type(error).__name__}: {error}") from None
    if result is None:
        raise WrongError("it returned None: end the function with `return …`.")
    return result


def untouched(answer: Any) -> bool:
    """Whether an answer is as the lesson left it: `...`, or a function that does nothing yet."""
    if inspect.isfunction(answer):
        nothing = _nothing_async if inspect.iscoroutinefunction(answer) else _nothing
        return _steps(answer) == _steps(nothing)
    if isinstance(answer, type):
        return any(untouched(part) for part in vars(answer).values() if part is not ...)
    return answer is ...


def _steps(function: Any) -> list[tuple[str, Any]]:
    return [(step.opname, step.argval) for step in dis.get_instructions(function)]


def _nothing() -> None: ...


async def _nothing_async() -> None: ...


def number(answer: Any) -> float:
    """Return the number that somebody gave, as a number or as a text: 7.74, "7.74", "$7.74".

    Raises TypeError if it is none.
    """
    if isinstance(answer, str):
        answer = re.sub(r"^(US)?\$|(US)?\$$|USD$", "", answer.strip())
    try:
        if isinstance(answer, bool):
            raise ValueError
        return float(answer)
    except ValueError:
        raise TypeError(f"{answer!r} is no number") from None


def is_number(answer: Any) -> bool:
    """Whether `number` can read an answer."""
    try:
        number(answer)
    except TypeError:
        return False
    return True
