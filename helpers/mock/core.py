"""The mock API as a pure function: `answer(request)` -> reply. No sockets, clock or randomness.

Ids and timestamps derive from the request, so the same request always gets the same bytes.
Bodies are built from the SDK's own types, so they cannot drift from the SDK unnoticed.

Each endpoint is a module with a list `ROUTES` of (method, path, function of a `Call`), imported
when the first request for it comes: a chat does not wait for what draws pictures.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openai._models import BaseModel

from helpers import key_shape as keys
from helpers.mock import forms
from helpers.mock.errors import APIError
from helpers.mock.http import Call, Mock, Reply, Request, Result, to_json

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
_ADMIN_KEY = re.compile(r"sk-admin-[A-Za-z0-9_-]{8,}")
ENDPOINTS = {file.stem for file in Path(__file__).with_name("endpoints").glob("[a-z]*.py")}
"""The first segments of the paths that are answered: `/v1/chat/…` by `endpoints/chat.py`."""


def answer(request: Request, mock: Mock) -> Reply:
    """Return what the API would reply. What the API refuses gets its error body."""
    identity = "\n".join((request.method, request.path, request.query)).encode()
    # What parts a form's fields is random in every request, and says nothing.
    between = forms.boundary(request.headers.get("content-type", ""))
    identity += request.body.replace(between, b"") if between else request.body
    stamp = hashlib.sha256(identity).hexdigest()[:24]
    headers = HEADERS | {"x-request-id": f"req_{stamp}"}
    try:
        endpoint, arguments = _route(request)
        _authorise(request)
        if request.method == "POST" and not _administers(request) and "spend_limit" in mock.stored:
            _endpoint("organization").enforce(mock)
        result = endpoint(Call(request, mock, stamp), *arguments)
    except APIError as fault:
        return Reply(fault.status, headers, fault.body)
    if isinstance(result, BaseModel):
        return Reply(200, headers, to_json(result))
    if isinstance(result, dict):
        return Reply(200, headers, json.dumps(result).encode())
    return Reply(200, headers | {"content-type": "text/event-stream; charset=utf-8"}, events=result)


def _route(request: Request) -> tuple[Callable[..., Result], tuple[str, ...]]:
    known = False
    for method, pattern, endpoint in routes(request.path):
        if match := re.fullmatch(pattern, request.path):
            if method == request.method:
                return endpoint, match.groups()
            known = True
    if known:
        refused = f"Not allowed to {request.method} on {request.path}."
        raise APIError(refused, status=405, code="method_not_supported")
    raise APIError(f"Invalid URL ({request.method} {request.path})", status=404)


def routes(path: str) -> list[tuple[str, str, Callable[..., Result]]]:
    """Return (method, regular expression of a path, function) for all that may answer a path."""
    segment = path.removeprefix("/v1/").partition("/")[0]
    if not path.startswith("/v1/") or segment not in ENDPOINTS:
        return []
    return list(_endpoint(segment).ROUTES)


def _endpoint(name: str) -> Any:
    return importlib.import_module(f"helpers.mock.endpoints.{name}")


def _authorise(request: Request) -> None:
    header = request.headers.get("authorization", "")
    if not header.lower().startswith("bearer ") or not (key := header[7:].strip()):
        raise APIError(
            "You didn't provide an API key. Provide it in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY).",
            status=401,
        )
    if _administers(request):
        if _ADMIN_KEY.fullmatch(key):
            return
        if not keys.fault(key):
            raise APIError(
                "You have insufficient permissions for this operation: it takes an admin key.",
                status=403,
            )
    if keys.fault(key):
        raise APIError(
            f"Incorrect API key provided: {_starred(key)}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            code="invalid_api_key",
            status=401,
        )


def _administers(request: Request) -> bool:
    return request.path.startswith("/v1/organization/")


def _starred(key: str) -> str:
    return f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)
