"""Failures on demand: `KIND[:SHARE] [name=value …]`, such as `429:0.2 retry-after=1`.

The header `x-mock` of a request, the option `--fail` of `python -m helpers.mock` and `fail` of the
fixture `mock_openai` all take it. `table` shows the kinds and the names; a test reads it and tries
each row. Whether a share of the requests is hit depends on a request's number in the run only, so
that a run repeated fails at the same places.

The words of an error are the API's where they are known, from the source beside them, or else
begin with "(Offline mock)". Types and codes: https://developers.openai.com/api/docs/guides/error-codes
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from helpers.mock import rates
from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.rates import Taken

HEADER = "x-mock"
_MOST_COUNTED = 10_000
_LONGEST = 600.0


@dataclass(frozen=True)
class Kind:
    """What can go wrong.

    raises: the SDK's exception, or "" for none; retried: whether the SDK tries again by itself.
    status, type, code, message, param: the API's error; status 0 where it is none.
    """

    raises: str
    retried: bool = False
    status: int = 0
    type: str = MOCK_ERROR
    code: str | None = None
    message: str = ""
    param: str | None = None


def _bad(
    status: int, raises: str, code: str | None, message: str, param: str | None = None
) -> Kind:
    return Kind(raises, False, status, "invalid_request_error", code, message, param)


def _limited(type: str, code: str, message: str) -> Kind:
    return Kind("RateLimitError", True, 429, type, code, message)


_SPENT = "(Offline mock) Out of credit or at a limit of spending, as was asked for."

KINDS: dict[str, Kind] = {
    "400": _bad(400, "BadRequestError", None, "We could not parse the JSON body of your request."),
    # The words name numbers, and differ between the two APIs: see `abilities.context`.
    "400 context_length_exceeded": _bad(
        400,
        "BadRequestError",
        "context_length_exceeded",
        "(Offline mock) More than the context window holds, as was asked for.",
    ),
    # https://github.com/paulgmiller/careme/issues/379
    "400 conversation_locked": _bad(
        400,
        "BadRequestError",
        "conversation_locked",
        "Another process is currently operating on this conversation. Please retry in a few "
        "seconds.",
        "conversation",
    ),
    # https://github.com/continuedev/continue/issues/12660
    "401": _bad(
        401,
        "AuthenticationError",
        "invalid_api_key",
        "Incorrect API key provided: {key}. You can find your API key at "
        "https://platform.openai.com/account/api-keys.",
    ),
    # https://github.com/maxiaobang7/ossnav/issues/3
    "403": Kind(
        "PermissionDeniedError",
        False,
        403,
        "request_forbidden",
        "unsupported_country_region_territory",
        "Country, region, or territory not supported",
    ),
    # https://github.com/cursor/cursor/issues/2953
    "403 model_not_found": _bad(
        403,
        "PermissionDeniedError",
        "model_not_found",
        "Project `proj_offline_mock` does not have access to model `{model}`",
    ),
    "403 misalignment_policy_violation": _bad(
        403,
        "PermissionDeniedError",
        "misalignment_policy_violation",
        "(Offline mock) Refused by the policy on misalignment, as was asked for.",
    ),
    # https://github.com/abi/screenshot-to-code/issues/332
    "404": _bad(
        404,
        "NotFoundError",
        "model_not_found",
        "The model `{model}` does not exist or you do not have access to it.",
    ),
    "408": Kind("APIStatusError", True, 408, message="(Offline mock) Too slow, as was asked for."),
    "409": Kind("ConflictError", True, 409, message="(Offline mock) A conflict, as was asked for."),
    "422": Kind(
        "UnprocessableEntityError",
        False,
        422,
        message="(Offline mock) It cannot be processed, as was asked for.",
    ),
    # The words of these two are in `rates.exceeded`.
    "429": _limited("requests", "rate_limit_exceeded", ""),
    "429 tokens": _limited("tokens", "rate_limit_exceeded", ""),
    # https://www.developersdigest.tech/errors/api/openai-api/429-slow-down
    "429 slow_down": _limited(
        "rate_limit_error", "slow_down", "(Offline mock) Traffic grew too fast, as was asked for."
    ),
    # Seen until March 2026: https://github.com/continuedev/continue/issues/11771
    "429 insufficient_quota": _limited(
        "insufficient_quota",
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details. For more "
        "information on this error, read the docs: "
        "https://platform.openai.com/docs/guides/error-codes/api-errors.",
    ),
    # https://help.openai.com/en/articles/6614457-troubleshooting-api-usage-and-spend-limits
    **{
        f"429 {code}": _limited("insufficient_quota", code, _SPENT)
        for code in (
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
        )
    },
    # https://github.com/openai/openai-cua-sample-app/issues/54
    "500": Kind(
        "InternalServerError",
        True,
        500,
        "server_error",
        None,
        "The server had an error processing your request. Sorry about that! You can retry your "
        "request, or contact us through our help center at help.openai.com if you keep seeing "
        "this error. (Please include the request ID {request} in your email.)",
    ),
    # https://github.com/Wei-Shaw/sub2api/issues/6631
    "503": Kind(
        "InternalServerError",
        True,
        503,
        "service_unavailable_error",
        "server_is_overloaded",
        "Our servers are currently overloaded. Please try again later.",
    ),
    "html": Kind("InternalServerError", True, 502),
    "no-json": Kind("JSONDecodeError", False, 200),
    "drop": Kind("APIConnectionError", True),
    "cut": Kind("APIConnectionError", True),
    # Responses: https://github.com/Soju06/codex-lb/issues/429; that Chat Completions sends the
    # error in the same way: https://github.com/aaif-goose/goose/pull/8027
    "error-event": Kind(
        "APIError",
        False,
        0,
        "server_error",
        "server_error",
        "An error occurred while processing your request. You can retry your request, or contact "
        "us through our help center at help.openai.com if the error persists. Please include the "
        "request ID {request} in your message.",
    ),
    "slow": Kind(""),
    "limits": Kind(""),
}

_SAID = {
    "html": "a page of HTML with status 502, as a gateway sends it",
    "no-json": "status 200 and bytes that are no JSON",
    "drop": "the connection closes before any byte",
    "cut": "the connection closes in the middle; a stream is not asked for again",
    "error-event": "a stream says in its middle that it failed; what is no stream gets through",
    "slow": "a good reply, and late: see first and pace",
    "limits": "a good reply, and 429 once the key has had its share of this minute",
}
_NAMES = {
    "times": "how often it fails; then the request gets through (`x-mock`: and may fail anew)",
    "retry-after": "seconds, in the header of that name",
    "retry-after-ms": "milliseconds, in the header of that name",
    "first": "seconds until the first byte",
    "pace": "seconds between two events of a stream",
    "after": "events of a stream before it is cut or says that it failed; else half of them",
    "rpm": "requests a minute for each key, with limits",
    "tpm": "tokens a minute for each key, with limits",
}
_WITH_ERROR = ("retry-after", "retry-after-ms")
_ONLY_FOR = {"after": ("cut", "error-event"), "rpm": ("limits",), "tpm": ("limits",)}
_WHOLE = {"times": 1, "after": 0, "rpm": 1, "tpm": 1}
_MOST_ALLOWED = 1e9


@dataclass(frozen=True)
class Failure:
    """A failure that is asked for; the names are those of `_NAMES`."""

    kind: str
    share: float = 1.0
    times: int | None = None
    retry_after: float | None = None
    retry_after_ms: float | None = None
    first: float = 0.0
    pace: float | None = None
    after: int | None = None
    rpm: int | None = None
    tpm: int | None = None

    @property
    def limits(self) -> dict[str, int]:
        """The requests and tokens that a key may have in a minute, as `Rates.limits` names them."""
        asked = {"requests": self.rpm, "tokens": self.tpm}
        return {what: limit for what, limit in asked.items() if limit}

    def refusal(self, told: Mapping[str, str]) -> tuple[int, dict[str, str], bytes] | None:
        """Return the status, headers and body of a reply, or None if the endpoint replies.

        told: what the words of an error name: the model, the key and the request.
        """
        kind = KINDS[self.kind]
        headers = self._headers()
        if kind.status == 502:
            page = b"<html><body>(Offline mock) 502 Bad gateway, as was asked for.</body></html>"
            return 502, headers | {"content-type": "text/html"}, page
        if kind.status == 200:
            return 200, headers, b'{"id": "(Offline mock) no JSON, as was asked for'
        if self.kind == "drop":
            return 503, headers, b""
        if not kind.status:
            return None
        if kind.code == "rate_limit_exceeded":
            limit = rates.USUAL[kind.type]
            taken = Taken(limit, limit, self._wait())
            error = rates.exceeded(taken, kind.type, 1, told["model"])
            return kind.status, rates.headers(taken, kind.type) | headers, error.body
        words = kind.message.format_map(told)
        error = APIError(words, param=kind.param, code=kind.code, type=kind.type)
        return kind.status, headers, error.body

    def cut(self, events: Sequence[bytes]) -> list[bytes]:
        """Return the beginning of a stream that is sent before it breaks."""
        return list(events[: len(events) // 2 if self.after is None else self.after])

    def event(self, told: Mapping[str, str]) -> APIError:
        """Return the error that a stream tells of; `told` as for `refusal`."""
        kind = KINDS[self.kind]
        return APIError(kind.message.format_map(told), code=kind.code, type=kind.type)

    def _wait(self) -> float:
        if self.retry_after_ms is not None:
            return self.retry_after_ms / 1000
        return 0.12 if self.retry_after is None else self.retry_after

    def _headers(self) -> dict[str, str]:
        headers = {}
        if self.retry_after is not None:
            headers["retry-after"] = f"{self.retry_after:g}"
        if self.retry_after_ms is not None:
            headers["retry-after-ms"] = f"{self.retry_after_ms:g}"
        return headers


def parse(text: str) -> Failure:
    """Read a failure. Raises ValueError with a sentence that says what is wrong."""
    words = text.split()
    named = [word for word in words if "=" in word]
    kind, colon, share = " ".join(word for word in words if "=" not in word).partition(":")
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{kind!r} is no kind of failure.{hint} Kinds: {', '.join(KINDS)}.")
    failure = Failure(kind)
    if colon:
        failure = replace(failure, share=_number("the share behind the colon", share, 1))
    for word in named:
        name, _, value = word.partition("=")
        if name not in _NAMES:
            raise ValueError(f"{name!r} is not known. Names: {', '.join(_NAMES)}.")
        if name in _WITH_ERROR and not KINDS[kind].status:
            raise ValueError(f"{kind!r} has no headers of its own, and so no {name}.")
        only = _ONLY_FOR.get(name, (kind,))
        if kind not in only:
            kinds = " and ".join(map(repr, only))
            raise ValueError(f"{name!r} is for {kinds} only, not for {kind!r}.")
        most = _MOST_ALLOWED if only == ("limits",) else _LONGEST
        given: Any = _number(name, value, most * (1000 if name.endswith("-ms") else 1))
        if name in _WHOLE:
            if given != int(given) or given < _WHOLE[name]:
                raise ValueError(f"{name} is {value!r}; it should be a whole number, from 1.")
            given = int(given)
        failure = replace(failure, **{name.replace("-", "_"): given})
    return failure


def _number(name: str, text: str, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= most:
        raise ValueError(f"{name} is {text!r}; it should be a number from 0 to {most:g}.")
    return number


@dataclass
class Failures:
    """The failures that are asked for in a run.

    standing: those for every request, in the order in which they are tried.
    """

    standing: list[Failure] = field(default_factory=list)
    _counted: dict[bytes, int] = field(default_factory=dict)
    _counting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, text: str) -> None:
        """Have every request fail, or a share of them. Raises ValueError."""
        self.standing.append(parse(text))

    def reset(self) -> None:
        """Count `times` from the start."""
        self._counted.clear()

    def choose(self, asked: str | None, who: bytes, number: int) -> Failure | None:
        """Return what a request gets: the first failure that hits it, and all delays.

        asked: its header; who: what tells it from others, but not from its own repetitions;
        number: its number in this run. Raises APIError for a header that cannot be read.
        """
        hits = []
        with self._counting:
            if asked is not None:
                try:
                    failure = parse(asked)
                except ValueError as error:
                    message = f"(Offline mock) {HEADER}: {error}"
                    raise APIError(message, code="mock_bad_failure", type=MOCK_ERROR) from None
                if self._hits(failure, hashlib.sha256(who + asked.encode()).digest(), number, True):
                    hits.append(failure)
            for place, failure in enumerate(self.standing):
                if self._hits(failure, b"%d" % place, number, False):
                    hits.append(failure)
        if not hits:
            return None
        chosen = next((failure for failure in hits if failure.kind != "slow"), hits[0])
        paces = [failure.pace for failure in hits if failure.pace is not None]
        first = max(failure.first for failure in hits)
        return replace(chosen, first=first, pace=max(paces, default=None))

    def _hits(self, failure: Failure, key: bytes, number: int, anew: bool) -> bool:
        if failure.share < 1:
            drawn = hashlib.sha256(b"%d %b" % (number, key)).digest()[:8]
            if int.from_bytes(drawn, "big") >= failure.share * 2**64:
                return False
        if failure.times is None:
            return True
        before = self._counted.pop(key, 0)
        if before < failure.times:
            self._counted[key] = before + 1
            if len(self._counted) > _MOST_COUNTED:
                del self._counted[next(iter(self._counted))]
            return True
        if not anew:
            self._counted[key] = before
        return False


def table() -> str:
    """Return the kinds of failures and what the SDK makes of them, for a reader."""
    rows = [
        (
            name,
            kind.raises or "-",
            "yes" if kind.retried else "no",
            _SAID.get(name) or ("words of the mock" if "(Offline mock)" in kind.message else ""),
        )
        for name, kind in KINDS.items()
    ]
    head = ("kind", "exception of the SDK", "retried", "")
    wide = [max(len(row[place]) for row in (head, *rows)) for place in range(3)]
    lines = [
        f"{row[0]:{wide[0]}}  {row[1]:{wide[1]}}  {row[2]:{wide[2]}}  {row[3]}".rstrip()
        for row in (head, *rows)
    ]
    names = [f"{name + '=':16}{said}" for name, said in _NAMES.items()]
    return "\n".join(f"  {line}" for line in [*lines, "", *names])
