"""The mock API as a pure function: `answer(request)` -> reply. No sockets, clock or randomness.

Ids and timestamps derive from the request, so the same request always gets the same bytes.
Bodies are built from the SDK's own types, so they cannot drift from the SDK unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from openai._models import BaseModel
from openai.types import Model

from helpers import keys
from helpers.mock import chat, checks, faults, responses
from helpers.mock.faults import Fault
from helpers.mock.replies import Replies
from helpers.models import MODELS

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
_EPOCH = int(datetime(2026, 11, 25, 9, tzinfo=timezone.utc).timestamp())


@dataclass(frozen=True)
class Request:
    """An HTTP request. Header names are in lower case; `path` is without the query."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """An HTTP reply: a body, or the server-sent events of a stream, each ready to be written."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    events: Iterable[bytes] | None = None


@dataclass
class Mock:
    """What the mock knows: its written replies and the conversations of this run."""

    replies: Replies
    memory: responses.Memory = field(default_factory=dict)


def answer(request: Request, mock: Mock) -> Reply:
    """Return what the API would reply. Never raises: what the API refuses gets its error body."""
    stamp = hashlib.sha256(request.path.encode() + request.body).hexdigest()[:24]
    headers = HEADERS | {"x-request-id": f"req_{stamp}"}
    try:
        handler, arguments = _route(request)
        _authorise(request)
        result = handler(mock, request, stamp, *arguments)
    except Fault as fault:
        return Reply(fault.status, headers, fault.body)
    if isinstance(result, BaseModel):
        return Reply(200, headers, _json(result))
    if isinstance(result, dict):
        return Reply(200, headers, json.dumps(result).encode())
    return Reply(200, headers | {"content-type": "text/event-stream; charset=utf-8"}, events=result)


def _list_models(mock: Mock, request: Request, stamp: str) -> dict[str, Any]:
    alive = [_model(name).model_dump() for name, model in MODELS.items() if not model.gone]
    return {"object": "list", "data": alive}


def _get_model(mock: Mock, request: Request, stamp: str, name: str) -> Model:
    return _model(checks.model(name).id)


def _model(name: str) -> Model:
    model = MODELS[name]
    released = datetime.combine(model.released, datetime.min.time(), timezone.utc)
    return Model(
        id=name,
        object="model",
        created=int(released.timestamp()),
        owned_by="openai",
        shutdown_date=model.shutdown.isoformat() if model.shutdown else None,
    )


def _chat(mock: Mock, request: Request, stamp: str) -> BaseModel | Iterable[bytes]:
    body = _read(request)
    completion = chat.create(body, mock.replies, stamp, _created(stamp))
    if not body.get("stream"):
        return completion
    lines = (b"data: " + _json(chunk) + b"\n\n" for chunk in chat.stream(completion, body))
    return _then(lines, b"data: [DONE]\n\n")


def _respond(mock: Mock, request: Request, stamp: str) -> BaseModel | Iterable[bytes]:
    body = _read(request)
    response = responses.create(body, mock.replies, mock.memory, stamp, _created(stamp))
    if not body.get("stream"):
        return response
    return (
        b"event: " + event.type.encode() + b"\ndata: " + _json(event) + b"\n\n"
        for event in responses.stream(response)
    )


def _count_input(mock: Mock, request: Request, stamp: str) -> BaseModel:
    return responses.count(_read(request), mock.memory)


_ROUTES: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = [
    ("GET", re.compile(r"/v1/models"), _list_models),
    ("GET", re.compile(r"/v1/models/(.+)"), _get_model),
    ("POST", re.compile(r"/v1/chat/completions"), _chat),
    ("POST", re.compile(r"/v1/responses"), _respond),
    ("POST", re.compile(r"/v1/responses/input_tokens"), _count_input),
]


def _route(request: Request) -> tuple[Callable[..., Any], tuple[str, ...]]:
    for method, pattern, handler in _ROUTES:
        if match := pattern.fullmatch(request.path):
            if method == request.method:
                return handler, match.groups()
            allowed = f"Not allowed to {request.method} on {request.path}."
            raise Fault(allowed, status=405, code="method_not_supported")
    unknown = f"Invalid URL ({request.method} {request.path})"
    raise Fault(unknown, status=404)


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


def _read(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Fault("We could not parse the JSON body of your request.") from None
    if not isinstance(body, dict):
        raise faults.invalid_type("body", "an object", body)
    return body


def _created(stamp: str) -> int:
    return _EPOCH + int(stamp[:4], 16)


def _json(model: BaseModel) -> bytes:
    # Only what was set: an unset field is absent from the API's reply, a null one is there.
    return model.model_dump_json(exclude_unset=True).encode()


def _then(lines: Iterable[bytes], last: bytes) -> Iterable[bytes]:
    yield from lines
    yield last
