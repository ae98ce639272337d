"""Answers to lesson 09's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

import re
from typing import Any

import openai

from tests.exercises.cases import Case, EachExercise


def action(
    error: Any, lost: str = "retry", broke: str = "pay", retried: tuple[int, ...] = (408, 409, 429)
) -> str:
    if isinstance(error, openai.APIConnectionError):
        return lost
    if error.type == "insufficient_quota":
        return broke
    return "retry" if error.status_code in retried or error.status_code >= 500 else "fix"


def reset(text: str, units: str = "ms|h|m|s") -> float:
    factors = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
    parts = re.findall(rf"([0-9.]+)({units})", text)
    return sum((float(number) * factors[unit] for number, unit in parts), 0.0)


def patient(
    call: Any,
    sleep: Any,
    budget: float,
    *,
    permanent: bool = True,
    grows: float = 2,
    heeds: bool = True,
    exact: bool = True,
    zero: bool = True,
    jitter: float = 0,
    whole: bool = True,
    tries: int = 99,
) -> Any:
    failures, waited = 0, 0.0
    while True:
        try:
            return call()
        except openai.APIError as error:
            headers = error.response.headers if isinstance(error, openai.APIStatusError) else {}
            wait = float(headers.get("retry-after", grows**failures)) if heeds else 2.0**failures
            if heeds and "retry-after-ms" in headers:
                wait = float(headers["retry-after-ms"]) / 1000
            wait = wait if wait or zero else grows**failures
            wait += jitter if "retry-after" in headers else 0
            if permanent and action(error) != "retry":
                raise
            late = wait + waited * whole > budget or (waited + wait == budget and not exact)
            if late or failures + 1 == tries:
                raise
        failures, waited = failures + 1, waited + wait
        sleep(wait)


def own(patient: Any, call: Any, sleep: Any, budget: float) -> Any:
    try:
        return patient(call, sleep, budget)
    except openai.APIError:
        raise OSError("an error of one's own") from None


CASES = {
    "09.1": Case((), [action], [
        (lambda error: action(error, lost="fix"), "for APIConnectionError (no status, type None"),
        (lambda error: "retry" if error.status_code > 428 else "fix", "it raised AttributeError"),
        (lambda error: action(error, broke="retry"), "code 'credit_balance_exhausted')"),
        (lambda error: action(error, retried=(429,)), "for ConflictError (409, "),
        (lambda error: action(error, retried=(400, 408, 409, 429)), "for BadRequestError (400, "),
        (lambda error: action(error, retried=(408, 409, 413, 429)), "for APIStatusError (413, "),
        (lambda error: action(error).title(), "it returned 'Retry'"),
        (lambda error: [error].clear(), "it returned None"), ("retry", "hand over"),
    ]),
    "09.2": Case((), [reset], [
        (lambda text: float(text.rstrip("s")), "it raised ValueError"),
        (lambda text: reset(text, "ms|m|s"), "for '2h0m30s' it returned 30.0"),
        (lambda text: reset(text, "m|s|h"), "for '20ms' it returned"),
        (lambda text: reset(text) * 1000, "for '1s' it returned 1000.0"),
        (lambda text: str(reset(text)), "a number is asked for"),
        (lambda text: re.findall("[0-9.]+", text), "a number is asked for"),
    ]),
    "09.3": Case((), [patient, lambda *given: patient(*given, jitter=0.9)], [
        (lambda *given: patient(*given, jitter=-0.1), "it waited 1, 6.9, 4 and not 1, 7, 4."),
        (lambda *given: patient(*given, jitter=5), "it waited 1, 12, 4 and not 1, 7, 4."),
        (lambda call, sleep, budget: call(), "when it fails twice, it raised InternalServerError"),
        (lambda *given: patient(*given, permanent=False), "when the key is wrong, it returned"),
        (lambda *given: patient(*given, grows=1), "it waited 1, 1 and not 1, 2."),
        (lambda *given: patient(*given, zero=False), "asks for 0 seconds, it waited 1 and not 0."),
        (lambda *given: patient(*given, tries=10), "1 second 30 times, it raised RateLimitError"),
        (lambda *given: patient(*given, whole=False), "it waited 7 seconds in all, longer than"),
        (lambda *given: patient(*given, heeds=False), "it waited 1, 2, 4 and not 1, 7, 4."),
        (lambda *given: patient(*given, exact=False), "fill the budget exactly, it raised"),
        (lambda call, sleep, budget: patient(call, sleep, 1e6), "when the budget is 6 seconds"),
        (lambda call, sleep, budget: patient(call, lambda _: None, budget), "it waited nothing"),
        (lambda call, sleep, budget: patient(call, lambda s: sleep(f"{s} s"), budget), "no number"),
        (lambda *given: patient(*given) and None, "it returned None, and not what the call"),
        (lambda call, sleep, budget: own(patient, call, sleep, budget), "raised OSError"),
        (5, "hand over"), (lambda call: "done", "raised TypeError"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
