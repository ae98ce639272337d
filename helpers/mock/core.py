"""The mock API as a pure function: `answer(request)` -> reply. No sockets, clock or randomness.

Ids and timestamps derive from the request, so the same request always gets the same bytes.
Bodies are built from the SDK's own types, so they cannot drift from the SDK unnoticed.

Each endpoint is a module with a list `ROUTES` of (method, path, function of a `Call`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable

from openai._models import BaseModel

from helpers import keys
from helpers.mock import chat, listing, responses
from helpers.mock.exchange import Call, Mock, Reply, Request, Result, to_json
from helpers.mock.faults import Fault

HEADERS = {
    "content-type": "application/json",
    "openai-organization": "offline-mock",
    "openai-processing-ms": "1",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "499",
    "x-ratelimit-reset-requests": "120ms",
    "x-ratelimit-limit-tokens": "500000",
    "x-ratelimit-remaining-tokens": "499000",
    "x-ratelimit-reset-tokens": "120ms",
}
_ROUTES = [
    (method, re.compile(path), endpoint)
    for module in (listing, chat, responses)
    for method, path, endpoint in module.ROUTES
]


def answer(request: Request, mock: Mock) -> Reply:
    """Return what the API would reply. What the API refuses gets its error body."""
    identity = "\n".join((request.method, request.path, request.query)).encode() + request.body
    stamp = hashlib.sha256(identity).hexdigest()[:24]
    headers = HEADERS | {"x-request-id": f"req_{stamp}"}
    try:
        endpoint, arguments = _route(request)
        _authorise(request)
        result = endpoint(Call(request, mock, stamp), *arguments)
    except Fault as fault:
        return Reply(fault.status, headers, fault.body)
    if isinstance(result, BaseModel):
        return Reply(200, headers, to_json(result))
    if isinstance(result, dict):
        return Reply(200, headers, json.dumps(result).encode())
    return Reply(200, headers | {"content-type": "text/event-stream; charset=utf-8"}, events=result)


def _route(request: Request) -> tuple[Callable[..., Result], tuple[str, ...]]:
    known = False
    for method, pattern, endpoint in _ROUTES:
        if match := pattern.fullmatch(request.path):
            if method == request.method:
                return endpoint, match.groups()
            known = True
    if known:
        refused = f"Not allowed to {request.method} on {request.path}."
        raise Fault(refused, status=405, code="method_not_supported")
    raise Fault(f"Invalid URL ({request.method} {request.path})", status=404)


def _authorise(request: Request) -> None:
    header = request.headers.get("authorization", "")
    if not header.lower().startswith("bearer ") or not (key := header[7:].strip()):
        raise Fault(
            "You didn't provide an API key. Provide it in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY).",
            status=401,
        )
    if keys.fault(key):
        raise Fault(
            f"Incorrect API key provided: {_starred(key)}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            code="invalid_api_key",
            status=401,
        )


def _starred(key: str) -> str:
    return f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)
