"""Lesson 12's exercises: many requests."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from collections.abc import Sequence
from typing import Any

from helpers.exercises.answers import Exercise, WrongError, called, check_callable, kind

_LIMITS = (
    # requests, tokens, tokens of one request, seconds; what is right, and what it tries. None of
    # them is right by a hair: floats may be multiplied in any order.
    (600, 1_000_000, 500, 3.1, 24, "a limit of requests"),
    (5_000, 90_000, 300, 2.2, 8, "a limit of tokens"),
    (500, 500_000, 330, 1.6, 10, "a limit of requests"),
    (3, 40_000, 500, 1.0, 1, "a small limit, where one call at a time is still allowed"),
)


def _bound(bound: Any) -> str | None:
    for rpm, tpm, tokens, seconds, right, what in _LIMITS:
        said = called(bound, rpm, tpm, tokens, seconds)
        given = f"for bound({rpm}, {tpm}, {tokens}, {seconds}), {what},"
        if not isinstance(said, int) or isinstance(said, bool):
            return f"{given} it returned {said!r}: a whole number is asked for."
        if said != right:
            return f"{given} it returned {said}, and not {right}."
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
        if said != right:
            return f"{what}, it returned {said}, and not {right}."
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
    told: list[Any] = []

    async def within() -> Any:
        return await asyncio.wait_for(function(*arguments), timeout=5)

    def run() -> None:
        try:
            told.append(asyncio.run(within()))
        except asyncio.TimeoutError:
            told.append(WrongError("it did not end within five seconds."))
        except BaseException as error:
            told.append(WrongError(f"it raised {type(error).__name__}: {error}"))

    # A notebook has a loop that runs already, in this thread.
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(told[0], WrongError):
        raise told[0]
    return told[0]


EXERCISES = {
    "12.1": Exercise(
        _bound,
        (
            "first the requests per minute: the limit of tokens allows tpm / tokens of them.",
            "80 percent of the smaller one, divided by 60, is what starts in a second.",
            "return max(1, int(0.8 * min(rpm, tpm / tokens) / 60 * seconds))",
        ),
        "Measure the seconds now and then: when the API is slower, more may be under way.",
    ),
    "12.2": Exercise(
        _again,
        (
            "first find the ids that are answered; all others have to be sent again.",
            'a line is answered if it has a response and its "status_code" is 200.',
            'done = {row["custom_id"] for row in map(json.loads, output.splitlines()) if '
            'row["response"]["status_code"] == 200}; then the ids that are not in done',
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
