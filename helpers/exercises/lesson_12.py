"""Lesson 12's exercises: many requests."""

from __future__ import annotations

import asyncio
import inspect
import json
import math
import threading
from collections.abc import Sequence
from typing import Any

from helpers.exercises.answers import Exercise, WrongError, called, check_callable, kind, told

_JOBS = (
    # calls, calls at once, seconds, requests and tokens a minute, tokens of one; what is slowest
    ((1_000, 10, 1.5, 500, 1_000_000, 300), "the calls under way are"),
    ((1_000, 40, 1.5, 500, 1_000_000, 300), "the limit of requests is"),
    ((3_000, 40, 2.0, 5_000, 90_000, 300), "the limit of tokens is"),
    ((90, 1, 0.5, 500, 1_000_000, 300), "the calls under way are"),
)


def _minutes(minutes: Any) -> str | None:
    for job, slowest in _JOBS:
        calls, at_once, seconds, rpm, tpm, tokens = job
        right = calls / min(at_once * 60 / seconds, rpm, tpm / tokens)
        said = called(minutes, *job)
        given = f"for minutes{job}"
        if isinstance(said, bool) or not isinstance(said, (int, float)):
            return f"{given} it returned {said!r}: a number is asked for."
        for unit, factor in (("seconds", 60), ("hours", 1 / 60)):
            if math.isclose(said, right * factor):
                return f"{given} it returned {said:g}: those are {unit}."
        if not math.isclose(said, right, rel_tol=1e-6):
            return f"{given}, where {slowest} the slowest, it returned {said:g}, and not {right:g}."
    return None


def _line(id: str, status: int, error: dict[str, Any] | None = None) -> str:
    response = None if error else {"status_code": status, "request_id": "r", "body": {}}
    row = {"id": f"batch_req_{id}", "custom_id": id, "response": response, "error": error}
    return json.dumps(row) + "\n"


_EXPIRED = {"code": "batch_expired", "message": "This request could not be executed in time."}


def _again(again: Any) -> str | None:
    ids = ["r1", "r2", "r3", "r4"]
    whole = "".join(_line(id, 200) for id in ("r3", "r1", "r4", "r2"))
    most = _line("r4", 200) + _line("r2", 200)
    for output, errors, right, what in (
        (whole, "", [], "when all is answered"),
        (most, _line("r1", 400) + _line("r3", 0, _EXPIRED), ["r1", "r3"], "with two errors"),
        (most, _line("r3", 429), ["r1", "r3"], "when a line is in neither file"),
        ("", "", ids, "when both files are empty"),
        (most + _line("r1", 500), "", ["r1", "r3"], "when the output has a line with status 500"),
    ):
        said = called(again, list(ids), output, errors)
        if not isinstance(said, list):
            return f"it returned {kind(said)}: a list of ids is asked for."
        for id in right:
            if id not in said:
                return f"{what}, it leaves out {id!r}, which has no answer with status 200."
        for id in said:
            if id not in right:
                return (
                    f"{what}, it has {id!r}, whose answer is there: to send it again costs twice."
                )
        if len(said) > len(right):
            return f"{what}, it returned {said}: each id once, or it is sent twice."
        if said != right:
            return f"{what}, it returned {said}: the right ids, but not in the order of `ids`."
    return None


class _Watched:
    """An async function that fails for some items, and how many of its calls were under way.

    slow: an item whose call goes on until all `count` calls have begun, at most a second.
    """

    def __init__(
        self, broken: Sequence[str] = (), slow: str = "", count: int = 0, raised: Any = RuntimeError
    ) -> None:
        self.broken, self.slow, self.count, self.raised = broken, slow, count, raised
        self.now, self.most, self.asked = 0, 0, list[str]()
        self.held = False

    async def __call__(self, item: str) -> str:
        self.asked.append(item)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        for _ in range(100 if item == self.slow else 0):
            if len(self.asked) == self.count:
                break
            await asyncio.sleep(0.01)
        else:
            self.held = self.held or item == self.slow
        self.now -= 1
        if item in self.broken:
            raise self.raised(f"{item} is broken")
        return item.upper()


class _End(BaseException):
    """What no program should hold up, as it should not hold up KeyboardInterrupt."""


def _coroutines(results: dict[str, Any]) -> bool:
    """Whether a call was not awaited. Closes those calls, so that Python does not warn of them."""
    waiting = [result for result in results.values() if inspect.iscoroutine(result)]
    for result in waiting:
        result.close()
    return bool(waiting)


def _run_all(run_all: Any) -> str | None:
    check_callable(run_all)
    items = [f"item {number}" for number in range(12)]
    for broken, bound in (((), 4), (("item 2", "item 7"), 3), (("item 0",), 1)):
        # With a bound of 1, nothing can begin beside a slow call.
        watched = _Watched(broken, items[0] if bound > 1 else "", len(items))
        good, bad = _both(_awaited(run_all, watched, list(items), bound))
        if _coroutines(good):
            return "its results are coroutines, not yet run: write `await function(item)`."
        if sorted(watched.asked) != sorted(items):
            return f"it called the function for {len(watched.asked)} of {len(items)} items."
        if watched.most > bound:
            return f"with a bound of {bound}, {watched.most} calls were under way at a time."
        if watched.most < bound:
            calls = "call was" if watched.most == 1 else "calls were"
            return f"with a bound of {bound}, only {watched.most} {calls} under way at a time."
        if watched.held:
            return "calls wait for a slow one before them: begin a new call when any has ended."
        right = {item: item.upper() for item in items if item not in broken}
        if good != right:
            return f"of {len(right)} results it returned {len(good)}, or others: results by item."
        if set(bad) != set(broken):
            return f"it returned the exceptions of {sorted(bad)}, and not of {list(broken)}."
        if not all(isinstance(error, RuntimeError) for error in bad.values()):
            return "the second dictionary holds the exceptions themselves, by item."
    try:
        _, bad = _both(_awaited(run_all, _Watched(items[2:3], raised=_End), list(items), 4))
    except WrongError:
        bad = {}  # What ends a program ends run_all, too.
    if any(isinstance(error, _End) for error in bad.values()):
        return "it also catches what should end the program: write `except Exception`."
    if _both(_awaited(run_all, _Watched(), [], 4)) != ({}, {}):
        return "without items it should return two empty dictionaries."
    return None


def _both(said: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    if said is None:
        raise WrongError("it returned None: end the function with `return results, errors`.")
    if not (isinstance(said, tuple) and len(said) == 2 and all(isinstance(p, dict) for p in said)):
        raise WrongError(f"it returned {kind(said)}: two dictionaries are asked for.")
    return said


def _awaited(function: Any, *arguments: Any) -> Any:
    """Return what an async function returns. Raises WrongError."""
    if not inspect.iscoroutinefunction(function):
        raise WrongError("begin it with `async def`.")
    came: list[Any] = []

    async def within() -> Any:
        return await asyncio.wait_for(function(*arguments), timeout=5)

    def run() -> None:
        try:
            came.append(asyncio.run(within()))
        except asyncio.TimeoutError:
            came.append(WrongError("it did not end within five seconds."))
        except BaseException as error:
            file = function.__code__.co_filename
            came.append(WrongError(f"it raised {told(error, file)}."))

    # A notebook has a loop that runs already, in this thread.
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(came[0], WrongError):
        raise came[0]
    return came[0]


EXERCISES = {
    "12.1": Exercise(
        _minutes,
        (
            "say each of the three in calls per minute: the limit of tokens allows tpm / each.",
            "one place under way is free again after `seconds`: 60 / seconds calls per minute.",
            "return calls / min(at_once * 60 / seconds, rpm, tpm / each)",
        ),
        "It also says what to change: a higher bound helps only while the limits allow more.",
    ),
    "12.2": Exercise(
        _again,
        (
            "first find the ids that are answered; all others have to be sent again.",
            'a line is answered if it has a response and its "status_code" is 200.',
            'rows = [json.loads(line) for line in output.split("\\n") if line]; '
            'done = {row["custom_id"] for row in rows if row["response"]["status_code"] == 200}; '
            "then the ids that are not in done",
        ),
        "Asking what is there, and not what failed, also finds what is in neither file.",
    ),
    "12.3": Exercise(
        _run_all,
        (
            "inside run_all write an `async def one(item)` that begins with `async with gate:`.",
            "in one: try: results[item] = await function(item) "
            "except Exception as error: errors[item] = error",
            "at the end: await asyncio.gather(*map(one, items)), and return both dictionaries.",
        ),
        "Hand it a function that calls the API, and it is the middle of this lesson.",
    ),
}
