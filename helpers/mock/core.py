"""The mock API as a function from a request to a reply: `answer`. No sockets, clock, randomness.

Ids and times derive from the request and from its number in this run, which is the mock's state:
so a run repeated gets the same bytes, and two requests never share an id.

An endpoint is a module in `endpoints`, found by the first segment of the path and imported when
the first request for it comes: a chat does not wait for what draws pictures. It has a list
`ROUTES` of (method, regular expression of a path, function of a `Call`).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import openai
from openai import BaseModel

from helpers import key_shape, models
from helpers.mock import errors, failures
from helpers.mock.errors import APIError
from helpers.mock.failures import Failure
from helpers.mock.generation.replies import RepliesError
from helpers.mock.http import Call, Reply, Request, Result, sse, to_json
from helpers.mock.state import Mock

HEADERS = {
    "content-type": "application/json",
    "openai-organization": "offline-mock",
    "openai-processing-ms": "1",
    "openai-version": "2020-10-01",
}
PAID = frozenset({"chat", "responses", "images", "embeddings"})
"""The endpoints that cost money: a hard spend limit stops them."""

ENDPOINTS = frozenset(file.stem for file in Path(__file__).parent.glob("endpoints/[a-z]*.py"))
"""The first segments of the paths that are answered: `/v1/chat/…` by `endpoints/chat.py`."""

_ADMIN_KEY = re.compile(r"sk-admin-[A-Za-z0-9_-]{8,}")
# Every request comes with a key, and nearly every one with the same.
_fault = lru_cache(maxsize=16)(key_shape.fault)


def answer(request: Request, mock: Mock) -> Reply:
    """Return what the API would reply. What is refused gets an error body; nothing is raised."""
    number, likeness = mock.count(request.identity)
    call = Call(request, mock, lambda other: answer(other, mock), number, likeness)
    headers = HEADERS | {"x-request-id": call.hexadecimal("req_", 32)}
    failure, told = None, {}
    try:
        endpoint, arguments = _route(request)
        _authorise(request, mock)
        failure = _failure(call)
        if failure:
            told = _told(call, headers["x-request-id"])
            if refusal := failure.refusal(told):
                status, own, refused = refusal
                return Reply(status, headers | own, refused, failure=failure)
            call.limits = failure.limits
        if request.method == "POST" and mock.limits and _segment(request.path) in PAID:
            _endpoint("organization").enforce(mock)
        result = endpoint(call, *arguments)
        stream = not isinstance(result, (BaseModel, dict, bytes))
        if isinstance(result, bytes):
            headers["content-type"] = "application/octet-stream"
            body = result
        else:
            body = b"" if stream else to_json(result)  # type: ignore[arg-type]
        events = result if stream else None
        if stream:
            headers["content-type"] = "text/event-stream; charset=utf-8"
        reply = Reply(200, headers | call.headers, body, events, call.entry)  # type: ignore[arg-type]
    except APIError as error:
        reply = Reply(error.status, headers | call.headers, error.body)
    except RepliesError as error:
        reply = _broken(headers, str(error))
    except Exception as error:  # The net below everything: no request may end in a traceback.
        reply = _broken(headers, f"This request broke the mock ({type(error).__name__}).")
    return _failing(reply, failure, told) if failure else reply


def _failing(reply: Reply, failure: Failure, told: dict[str, str]) -> Reply:
    if failure.kind == "error-event" and reply.events is not None:
        events = failure.cut(list(reply.events))
        named = bool(events) and events[0].startswith(b"event: ")
        number = {"type": "error", "sequence_number": len(events)} if named else {}
        error = {**number, "error": failure.event(told).error}
        events.append(sse(error, "error" if named else None))
        return replace(reply, events=events, failure=failure)
    if failure.kind != "cut":
        return replace(reply, failure=failure)
    if reply.events is not None:
        return replace(reply, events=failure.cut(list(reply.events)), failure=failure)
    whole = {"content-length": str(len(reply.body))}
    half = reply.body[: len(reply.body) // 2]
    return replace(reply, headers=reply.headers | whole, body=half, failure=failure)


def _failure(call: Call) -> Failure | None:
    request = call.request
    asked = request.headers.get(failures.HEADER)
    if asked is None and not call.mock.failures.standing:
        return None
    who = request.identity + request.headers.get("authorization", "").encode()
    return call.mock.failures.choose(asked, who, call.number)


def _told(call: Call, id: str) -> dict[str, str]:
    """Return what the words of an error name: the model, the key and the request."""
    try:
        model = call.body.get("model")
    except APIError:  # A form, or no body at all.
        model = None
    key = call.request.headers["authorization"].partition(" ")[2].strip()
    return {"model": str(model or models.DEFAULT), "key": _starred(key), "request": id}


def admit(request: Request, mock: Mock) -> Reply | None:
    """Return the refusal of a request by its head alone, its path and its key, or None."""
    try:
        _route(request)
        _authorise(request, mock)
    except APIError:
        return answer(request, mock)
    return None


def routes(path: str) -> list[tuple[str, str, Callable[..., Result]]]:
    """Return (method, regular expression of a path, function) for all that may answer a path."""
    segment = _segment(path)
    return list(_endpoint(segment).ROUTES) if segment in ENDPOINTS else []


def _broken(headers: dict[str, str], why: str) -> Reply:
    error = APIError(f"(Offline mock) {why}", status=500, type=errors.MOCK_ERROR)
    # Trying again would break it again.
    return Reply(error.status, headers | {"x-should-retry": "false"}, error.body)


def _segment(path: str) -> str:
    return path.removeprefix("/v1/").partition("/")[0] if path.startswith("/v1/") else ""


@cache
def _endpoint(name: str) -> Any:
    return importlib.import_module(f"helpers.mock.endpoints.{name}")


def _route(request: Request) -> tuple[Callable[..., Result], tuple[str, ...]]:
    methods = set()
    for method, pattern, endpoint in routes(request.path):
        if match := re.fullmatch(pattern, request.path):
            if method == request.method:
                return endpoint, match.groups()
            methods.add(method)
    real = {method for method, path in _sdk_routes() if re.fullmatch(path, request.path)}
    asked = f"{request.method} {request.path}"
    if request.method in real:
        raise errors.not_simulated(f"the endpoint {asked}", status=404)
    if methods or real:
        refused = f"Not allowed to {request.method} on {request.path}."
        raise APIError(refused, status=405, code="method_not_supported")
    raise APIError(f"Invalid URL ({asked})", status=404)


@cache
def _sdk_routes() -> frozenset[tuple[str, str]]:
    """Return (method, regular expression of a path) of all that the SDK can call.

    They are read from the SDK's source as text: importing all of its resources takes longer.
    """
    call = re.compile(
        r"self\._(get_api_list|get|post|delete|patch|put)\(\s*(?:path_template\(\s*)?f?\"(/[^\"]*)\""
    )

    def found() -> Iterator[tuple[str, str]]:
        for file in Path(openai.__file__).parent.glob("resources/**/*.py"):
            for verb, path in call.findall(file.read_text("utf-8")):
                method = "GET" if verb == "get_api_list" else verb.upper()
                yield method, "/v1" + re.sub(r"\{\w+\}", "[^/]+", path)

    return frozenset(found())


def _authorise(request: Request, mock: Mock) -> None:
    header = request.headers.get("authorization", "")
    if not header.lower().startswith("bearer ") or not (key := header[7:].strip()):
        raise APIError(
            "You didn't provide an API key. Provide it in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY).",
            status=401,
        )
    if mock.any_key:
        return
    wrong = _fault(key) is not None
    if _segment(request.path) == "organization":
        if _ADMIN_KEY.fullmatch(key):
            return
        if not wrong:
            raise APIError(
                "You have insufficient permissions for this operation: it takes an admin key.",
                status=403,
            )
    if wrong:
        raise APIError(
            f"Incorrect API key provided: {_starred(key)}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            code="invalid_api_key",
            status=401,
        )


def _starred(key: str) -> str:
    return f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}" if len(key) > 12 else key
