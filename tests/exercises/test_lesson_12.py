"""Answers to lesson 12's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.exercises.cases import Case, EachExercise


def minutes(unit: float = 1, slowest: Any = min, both: bool = True, under_way: bool = True) -> Any:
    """What exercise 12.1 asks for, or one with a fault."""

    def job(calls: int, at_once: int, seconds: float, rpm: int, tpm: int, tokens: int) -> float:
        limits = [rpm, tpm / tokens] if both else [rpm]
        own = [at_once * 60 / seconds] if under_way else []
        return unit * calls / float(slowest([*own, *limits]))

    return job


def again(ids: list[str], output: str, errors: str) -> list[str]:
    rows = [json.loads(line) for line in output.splitlines()]
    done = {row["custom_id"] for row in rows if row["response"]["status_code"] == 200}
    return [id for id in ids if id not in done]


def failed_only(ids: list[str], output: str, errors: str) -> list[str]:
    failed = {json.loads(line)["custom_id"] for line in errors.splitlines()}
    return [id for id in ids if id in failed]


def present(ids: list[str], output: str, errors: str) -> list[str]:
    done = {json.loads(line)["custom_id"] for line in output.splitlines()}
    return [id for id in ids if id not in done]


def runner(
    catch: Any = Exception,
    gate: Any = asyncio.Semaphore,
    result: Any = lambda item, found: found,
    error: Any = lambda error: error,
    both: Any = lambda results, errors: (results, errors),
) -> Any:
    """What exercise 12.3 asks for, or one with a fault."""

    async def run_all(function: Any, items: list[str], at_once: int) -> Any:
        open_gate, results, errors = gate(at_once), {}, {}

        async def one(item: str) -> None:
            async with open_gate:
                try:
                    results[item] = result(item, await function(item))
                except catch as caught:
                    errors[item] = error(caught)

        await asyncio.gather(*map(one, items))
        return both(results, errors)

    return run_all


async def in_groups(function: Any, items: list[str], at_once: int) -> Any:
    results: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for start in range(0, len(items), at_once):
        group = items[start : start + at_once]
        found = await runner()(function, group, at_once)
        results, errors = results | found[0], errors | found[1]
    return results, errors


async def not_awaited(function: Any, items: list[str], at_once: int) -> Any:
    return {item: function(item) for item in items}, {}


async def for_ever(function: Any, items: list[str], at_once: int) -> Any:
    raise asyncio.TimeoutError


async def first_only(function: Any, items: list[str], at_once: int) -> Any:
    return {item: await function(item) for item in items[:1]}, {}


CASES = {
    "12.1": Case((), [minutes()], [
        (minutes(unit=60), "it returned 150: those are seconds"),
        (minutes(unit=1 / 60), "those are hours"),
        (minutes(slowest=max), "the calls under way are the slowest, it returned"),
        (minutes(under_way=False), "the slowest, it returned 2, and not 2.5"),
        (minutes(both=False), "the limit of tokens is the slowest, it returned 2.5, and not 10"),
        (lambda *given: f"{minutes()(*given)} minutes", "a number is asked for"),
        (lambda *given: [].append(given), "it returned None"),
    ]),
    "12.2": Case((), [again], [
        (failed_only, "in neither file, it leaves out 'r1'"),
        (present, "status 500, it leaves out 'r1'"),
        (lambda ids, output, errors: list(ids), "it has 'r1', whose answer is there"),
        (lambda *given: again(*given) * 2, "each id once"),
        (lambda *given: set(again(*given)), "it returned a set"),
        (lambda *given: again(*given)[::-1], "the right ids, but not in the order of `ids`"),
        (lambda ids, output, errors: json.loads(errors), "it raised JSONDecodeError"),
    ]),
    "12.3": Case((), [runner()], [
        (lambda function, items, at_once: ({}, {}), "begin it with `async def`"),
        (runner(gate=lambda at_once: asyncio.Semaphore(99)), "12 calls were under way"),
        (runner(gate=lambda at_once: asyncio.Semaphore(1)), "only 1 call was under way"),
        (runner(catch=ValueError), "it raised RuntimeError: item 2 is broken"),
        (runner(catch=BaseException), "catches what should end the program"),
        (in_groups, "calls wait for a slow one"), (not_awaited, "write `await function(item)`"),
        (runner(result=lambda item, found: item), "or others: results by item"),
        (runner(error=str), "the exceptions themselves"),
        (runner(both=lambda results, errors: (results, {})), "it returned the exceptions of []"),
        (runner(both=lambda results, errors: results), "it returned a dict"),
        (runner(both=lambda results, errors: None), "it returned None"),
        (for_ever, "it did not end"), (first_only, "for 1 of 12 items"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
