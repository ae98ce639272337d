"""What the exercises' judges have in common: reading an answer however it was written."""

from __future__ import annotations

import dis
import inspect
import re
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Exercise(NamedTuple):
    """An exercise.

    judge: gets the answer, and what the lesson gives beside it; returns what is wrong, or None.
        A reason that does not tell the mistake is `Vague`: then a hint follows. What could be
        better in a right answer is a `Better`: it is told instead of `why`.
    hints: from a first idea to nearly the solution.
    why: why the right answer is right, in a sentence.
    """

    judge: Callable[..., str | None]
    hints: tuple[str, ...]
    why: str = ""


class Vague(str):
    """What is wrong with an answer, where nobody can tell why."""


class Better(str):
    """What could be better in an answer that is right."""


class WrongError(Exception):
    """An answer is wrong. Its argument says what is wrong with it."""


def kind(answer: Any) -> str:
    """Return the name of an answer's type with its article ("an int"), or "None"."""
    if answer is None:
        return "None"
    name = type(answer).__name__
    return f"an {name}" if name[0] in "aeioAEIO" else f"a {name}"


def check_callable(function: Any, wanted: str = "function") -> None:
    """Raise WrongError if an answer cannot be called. wanted: what it should be."""
    if not callable(function):
        raise WrongError(
            f"that is {kind(function)}: hand over the {wanted} itself, by its name, without ()."
        )


def called(
    function: Any,
    *arguments: Any,
    when: str = "",
    instead: str = "",
    wanted: str = "function",
    nothing: str = "end the function with `return …`",
) -> Any:
    """Return what the reader's function, or what else is `wanted`, returns.

    when: what the arguments are, for the reader ("for an empty list").
    instead: what it should do where it raises something, and `nothing`, where it returns None.
    Raises WrongError if it is no function, raises something, or has no `return`.
    """
    when = when and f"{when}, "
    check_callable(function, wanted)
    try:
        result = function(*arguments)
    except Exception as error:
        instead = instead and f": {instead}."
        raise WrongError(f"{when}it raised {told(error)}{instead}") from None
    if result is None:
        raise WrongError(f"{when}it returned None: {nothing}.")
    return result


def told(error: BaseException, file: str = "") -> str:
    """Return an exception in words, with the line of the reader's code where it came up.

    file: where the reader's code is, if the caller of this has not called it by itself.
    """
    said = f"{type(error).__name__}: {error}".removesuffix(": ")
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …"
    _, *frames = traceback.extract_tb(error.__traceback__)
    file = file or (frames[0].filename if frames else "")
    own = [frame for frame in frames if frame.filename == file and frame.line]
    return f"{said}, in the line `{own[-1].line}`" if own else said


_LONGEST = 120
"""Characters that are shown of an exception."""


def whole_completion(answer: Any) -> None:
    """Raise WrongError for what is less, or something else, than the result of Chat Completions."""
    create = "client.chat.completions.create(...)"
    name = type(answer).__name__
    if isinstance(answer, str):
        raise WrongError("that is the text alone: keep the whole result, from which it was taken.")
    if name in ("Choice", "ChatCompletionMessage", "CompletionUsage"):
        raise WrongError(f"that is a part of the result: keep all that {create} returns.")
    if name in ("Stream", "AsyncStream"):
        raise WrongError("that is a stream: leave out stream=True.")
    if getattr(answer, "object", "") == "response":
        raise WrongError(f"that is a result of responses.create: use {create}.")
    if getattr(answer, "object", "") != "chat.completion":
        raise WrongError(Vague(f"that is {kind(answer)}: keep the whole result of {create}."))


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

    Raises WrongError if it is none.
    """
    plain = answer
    if isinstance(answer, str):
        plain = re.sub(r"^(US)?\$|(US)?\$$|USD$", "", answer.strip())
    try:
        if isinstance(answer, bool):
            raise ValueError
        return float(plain)
    except ValueError:
        raise WrongError(Vague(f"{answer!r} is no number.")) from None
    except TypeError:
        raise WrongError(Vague(f"that is {kind(answer)}: a number is asked for.")) from None


def judge_dollars(
    answer: Any, right: float, mistakes: Mapping[str, float], otherwise: str
) -> str | None:
    """Return what is wrong with a sum, or None.

    mistakes: what to say -> the sum of whoever makes that mistake.
    otherwise: what to say about any other sum.
    """
    if hasattr(answer, "total_price"):
        return "that is the whole calculation: its total_price is the sum."
    given = number(answer)
    units = {
        "that is in cents; US dollars are asked for.": right * 100,
        "prices are for a million tokens: divide by 1,000,000.": right * 1_000_000,
    }
    if _near(given, right):
        return None
    if given in (round(right), round(right, 1)):
        return "that is rounded: the sum to the cent is asked for."
    reasons = (why for why, sum in {**mistakes, **units}.items() if _near(given, sum))
    return next(reasons, Vague(otherwise))


def _near(given: float, sum: float) -> bool:
    return abs(given - sum) < 0.001 * abs(sum)


def is_number(answer: Any) -> bool:
    """Whether `number` can read an answer."""
    try:
        number(answer)
    except WrongError:
        return False
    return True
