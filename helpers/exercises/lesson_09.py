"""Lesson 09's exercises: errors and limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx2
import openai

from helpers.exercises.answers import Exercise, WrongError, called, check_callable, number, told

_REQUEST = httpx2.Request("POST", "https://api.openai.com/v1/responses")
_QUOTA = "insufficient_quota"
_REFUSED = "invalid_request_error"
_ERRORS: dict[int, type[openai.APIStatusError]] = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
}


def _error(
    status: int, type: str | None = None, code: str | None = None, **headers: str
) -> openai.APIStatusError:
    """Return an exception as the SDK makes it of a refusal."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = httpx2.Response(status, headers=named, request=_REQUEST)
    default = openai.InternalServerError if status >= 500 else openai.APIStatusError
    body = {"message": "Refused.", "type": type, "code": code, "param": None}
    return _ERRORS.get(status, default)("Refused.", response=response, body=body)


def _action(action: Any) -> str | None:
    for error, word in (
        (openai.APIConnectionError(request=_REQUEST), "retry"),
        (openai.APITimeoutError(request=_REQUEST), "retry"),
        (_error(429, "tokens", "rate_limit_exceeded"), "retry"),
        (_error(429, "rate_limit_error", "slow_down"), "retry"),
        (_error(429, _QUOTA, "credit_balance_exhausted"), "pay"),
        (_error(429, _QUOTA, "project_spend_limit_exceeded"), "pay"),
        (_error(500, "server_error"), "retry"),
        (_error(502), "retry"),
        (_error(409), "retry"),
        (_error(408), "retry"),
        (_error(400, _REFUSED, "model_not_found"), "fix"),
        (_error(401, _REFUSED, "invalid_api_key"), "fix"),
        (_error(403, "request_forbidden"), "fix"),
        (_error(404, _REFUSED, "model_not_found"), "fix"),
        (_error(413), "fix"),
        (_error(422), "fix"),
    ):
        said = called(action, error)
        if said != word:
            status = getattr(error, "status_code", "no status")
            what = f"{type(error).__name__} ({status}, type {error.type!r}, code {error.code!r})"
            return f"for {what} it returned {said!r}."
    return None


def _to_seconds(to_seconds: Any) -> str | None:
    for reset, wanted in (
        ("1s", 1.0),
        ("6m0s", 360.0),
        ("1.574s", 1.574),
        ("20ms", 0.02),
        ("1m30.5s", 90.5),
        ("2h0m30s", 7230.0),
        ("0s", 0.0),
    ):
        said = called(to_seconds, reset)
        if isinstance(said, bool) or not isinstance(said, (int, float)):
            return f"for {reset!r} it returned {said!r}: a number is asked for."
        if abs(said - wanted) > 1e-6:
            return f"for {reset!r} it returned {said!r}."
    return None


class _Clock:
    """A clock that only `sleep` moves, and a call that fails as often as it is told to."""

    def __init__(self, *errors: openai.APIError) -> None:
        self.left = list(errors)
        self.calls = 0
        self.pauses: list[float] = []

    def call(self) -> str:
        """Fail with the next error, and once there is none, succeed."""
        self.calls += 1
        if self.left:
            raise self.left.pop(0)
        return "done"

    def sleep(self, seconds: Any) -> None:
        """Note a pause."""
        if len(self.pauses) > 50:
            raise WrongError("it waits and waits: end when the budget is used up.")
        self.pauses.append(number(seconds))


def _keep_trying(keep_trying: Any) -> str | None:
    lost, busy = openai.APIConnectionError(request=_REQUEST), _error(503)
    spent, wrong = _error(429, _QUOTA, "credit_balance_exhausted"), _error(401, _REFUSED)
    soon = _error(429, "requests", "rate_limit_exceeded", retry_after="7")
    sooner = _error(429, "requests", retry_after="3", retry_after_ms="250")
    now = _error(429, "requests", retry_after="0")
    brief = _error(429, "requests", retry_after="1")
    never = _error(429, "requests", "rate_limit_exceeded", retry_after="86400")
    for when, errors, budget, pauses, last in (
        ("when the first call succeeds", [], 60, [], None),
        ("when it fails twice", [busy, lost], 60, [1, 2], None),
        ("when the server asks for 7 seconds", [busy, soon, busy], 60, [1, 7, 4], None),
        ("when the server asks for 250 milliseconds", [sooner], 60, [0.25], None),
        ("when the server asks for 0 seconds", [now], 60, [0], None),
        ("when the server asks for 1 second 30 times", [brief] * 30, 60, [1] * 30, None),
        ("when the key is wrong", [wrong], 60, [], wrong),
        ("when the credit is used up", [spent], 60, [], spent),
        ("when the pauses fill the budget exactly", [busy] * 3, 7, [1, 2, 4], None),
        ("when the budget is 6 seconds and all fails", [busy, busy, lost, busy], 6, [1, 2], lost),
        ("when the server asks for a day", [never], 600, [], never),
        ("when an error turns permanent", [busy, spent], 60, [1], spent),
    ):
        clock = _Clock(*errors)
        wrong_answer = _played(keep_trying, clock, float(budget), last)
        if (whole := sum(clock.pauses)) > budget:
            return f"{when}, it waited {whole:g} seconds in all, longer than the budget."
        if wrong_answer:
            return f"{when}, {wrong_answer}"
        if not _fit(clock.pauses, pauses, errors):
            waited = ", ".join(f"{pause:g}" for pause in clock.pauses) or "nothing"
            wanted = ", ".join(f"{pause:g}" for pause in pauses) or "nothing"
            return f"{when}, it waited {waited} and not {wanted}."
    return None


def _fit(waited: list[float], wanted: Sequence[float], errors: Sequence[openai.APIError]) -> bool:
    """Whether the pauses are right. To those that the server names, jitter may be added."""
    pauses = [
        (pause, pause / 5 + 1 if _names_a_pause(error) else 0.0)
        for pause, error in zip(wanted, errors, strict=False)  # The last error may be raised.
    ]
    if len(waited) != len(pauses):  # A pause of no seconds may be left out.
        waited = [pause for pause in waited if pause]
        pauses = [(pause, more) for pause, more in pauses if pause]
    return len(waited) == len(pauses) and all(
        pause == least or least < pause < least + more
        for pause, (least, more) in zip(waited, pauses, strict=True)
    )


def _names_a_pause(error: openai.APIError) -> bool:
    return isinstance(error, openai.APIStatusError) and "retry-after" in error.response.headers


def _played(keep_trying: Any, clock: _Clock, budget: float, last: Exception | None) -> str | None:
    """Return what is wrong with what the function returned or raised."""
    check_callable(keep_trying)
    try:
        said = keep_trying(clock.call, clock.sleep, budget)
    except WrongError as error:
        return str(error)
    except Exception as error:
        if error is last:
            return None
        if last is None or not isinstance(error, openai.APIError):
            return f"it raised {told(error)}."
        return f"it raised {type(error).__name__}, which is not the last error."
    if last is not None:
        return f"it returned {said!r}; it should raise the error."
    return None if said == "done" else f"it returned {said!r}, and not what the call returned."


EXERCISES = {
    "09.1": Exercise(
        _action,
        (
            "ask about three things, one after the other: no answer, no credit, then the status.",
            "an APIConnectionError has no status, so look for it first, with isinstance.",
            'type == "insufficient_quota" is "pay"; 408, 409, 429 and 500 or more are "retry".',
        ),
        "Two of the three words never cost a second request.",
    ),
    "09.2": Exercise(
        _to_seconds,
        (
            'the text is a row of numbers, each with a unit: h, m, s or ms. "6m0s" has two.',
            r're.findall(r"([\d.]+)(ms|h|m|s)", reset) returns the pairs of number and unit.',
            "add float(number) * factor for each pair: ms is 0.001, s is 1, m is 60, h is 3600.",
        ),
        "With it, a program can slow down before it is refused.",
    ),
    "09.3": Exercise(
        _keep_trying,
        (
            "a loop that never ends, with a try inside: return, or find out how long to wait.",
            "count the failures from 0 and add up the pauses; the usual pause is 2 ** failures.",
            "if not temporary(error) or waited + wait > budget: raise. Only an APIStatusError has "
            "response.headers.",
        ),
        "It can be tested in no time, because it gets its clock from outside.",
    ),
}
