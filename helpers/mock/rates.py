"""Rate limits: how many requests and tokens a key may have in a minute.

A minute's worth may be had at once and comes back evenly, so that the headers count down and up.
https://developers.openai.com/api/docs/guides/rate-limits
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from functools import lru_cache

from helpers.mock.errors import APIError

USUAL = {"requests": 500, "tokens": 500_000}
"""The limits that the headers name where none are set, and nothing is counted."""

_MOST_KEYS = 10_000
_UNITS = {"requests": "requests per min (RPM)", "tokens": "tokens per min (TPM)"}


@dataclass(frozen=True)
class Taken:
    """How a key stands: its limit, what it has used of it, and seconds until it may ask again."""

    limit: int
    used: float
    wait: float | None = 0.0


@dataclass
class Rates:
    """The limits, per key and minute, and what has been used of them.

    limits: by requests and tokens; what is not in it is not limited.
    """

    limits: dict[str, int] = field(default_factory=dict)
    _used: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    _counting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def reset(self) -> None:
        """Count from the start."""
        self._used.clear()

    def take(
        self, key: str, what: str, limit: int | None, amount: int, so_far: int, now: float
    ) -> Taken:
        """Take requests or tokens for a request, which has had so many of its `amount` already.

        limit: how many a minute has, and None for no limit; now: seconds on any clock. `wait` of
        the result is 0 if they were there, and None if they never will be.
        """
        if limit is None:
            return Taken(USUAL[what], min(amount, USUAL[what]))
        with self._counting:
            used, since = self._used.pop((key, what), (0.0, now))
            used = max(0.0, used - (now - since) * limit / 60)
            after = used + amount - so_far
            # What a minute gave back is added up in floats.
            enough = after <= limit + 1e-6
            self._used[key, what] = (after if enough else used, now)
            if len(self._used) > _MOST_KEYS:
                del self._used[next(iter(self._used))]
        if enough:
            return Taken(limit, after)
        return Taken(limit, used, None if amount > limit else (after - limit) * 60 / limit)


def headers(taken: Taken, what: str) -> dict[str, str]:
    """Return the headers that tell how a key stands with its requests or tokens."""
    return {
        f"x-ratelimit-limit-{what}": str(taken.limit),
        f"x-ratelimit-remaining-{what}": str(max(0, math.floor(taken.limit - taken.used + 1e-6))),
        f"x-ratelimit-reset-{what}": _duration(taken.used * 60 / taken.limit),
    }


@lru_cache(maxsize=256)
def usual(tokens: int) -> dict[str, str]:
    """Return the headers of a request of so many tokens where no limits are set."""
    used = {"requests": 1, "tokens": tokens}
    found: dict[str, str] = {}
    for what, limit in USUAL.items():
        found |= headers(Taken(limit, min(used[what], limit)), what)
    return found


def exceeded(taken: Taken, what: str, amount: int, model: str) -> APIError:
    """The 429 for more than a limit. https://github.com/openai/codex/issues/10060

    What is more than a minute's worth: https://github.com/openai/codex/issues/38366
    """
    of = f"for {model} in organization org-offline-mock on {_UNITS[what]}: Limit {taken.limit}, "
    visit = "Visit https://platform.openai.com/account/rate-limits to learn more."
    if taken.wait is None:
        words = (
            f"Request too large {of}Requested {amount}. The input or output tokens must be "
            f"reduced in order to run successfully. {visit}"
        )
    else:
        # Rounded up: what is used and what is asked for are then more than the limit.
        used = math.ceil(taken.used - 1e-6)
        words = (
            f"Rate limit reached {of}Used {used}, Requested {amount}. Please try again in "
            f"{_duration(taken.wait)}. {visit}"
        )
    return APIError(words, code="rate_limit_exceeded", status=429, type=what)


def _duration(seconds: float) -> str:
    """Return a time as the API writes it: 20ms, 1.574s, 6m0s."""
    milliseconds = math.ceil(round(seconds * 1000, 6))
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes}m{rest / 1000:g}s" if minutes else f"{rest / 1000:g}s"
