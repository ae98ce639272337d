"""How the tests ask the mock, mostly without an SDK: requests and replies as they travel."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import openai
import pytest

from helpers.mock import core
from helpers.mock.errors import MOCK_ERROR
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock

KEY = "sk-proj-FAKE-of-tests"
LUNA = "gpt-6-luna"
SAID = "Hello! How can I help you today?"
"""What the lessons' replies have for `Say hello.`."""

PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses"}
COUNT = "/v1/responses/input_tokens"
HELLO: dict[str, dict[str, Any]] = {
    "chat": {"model": LUNA, "messages": [{"role": "user", "content": "Say hello."}]},
    "responses": {"model": LUNA, "input": "Say hello."},
}
"""For each API a request that is answered."""


def ask(
    mock: Mock,
    path: str,
    body: Any = None,
    *,
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> Reply:
    """Return the mock's reply. `body` is sent as JSON, bytes as they are."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return core.answer(
        Request(method, path, {"authorization": f"Bearer {KEY}", **(headers or {})}, sent), mock
    )


def hello(mock: Mock, api: str, **changes: Any) -> Reply:
    """Return the reply to `Say hello.` with other parameters. `api`: chat or responses."""
    return ask(mock, PATHS[api], HELLO[api] | changes)


def told(reply: Reply) -> Any:
    """Return what the JSON in a reply says; the reply must be a good one."""
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


def error(reply: Reply) -> dict[str, Any]:
    """Return the error in a reply, which must have the API's shape."""
    assert reply.status >= 400, reply.body
    body = json.loads(reply.body)
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}
    found: dict[str, Any] = body["error"]
    return found


def lack(reply: Reply) -> str:
    """Return what the mock says that it lacks; it must say so in its own voice."""
    found = error(reply)
    assert (found["type"], found["code"]) == (MOCK_ERROR, "mock_not_simulated")
    assert reply.status in (400, 404)
    message: str = found["message"]
    assert message.startswith("(Offline mock) The API has ")
    return message


def events(reply: Reply) -> list[Any]:
    """Return what the events of a stream say, without the [DONE] that ends one of chat."""
    assert reply.events is not None, reply.body
    lines = [line for event in reply.events for line in event.decode().split("\n")]
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    return [json.loads(text) for text in data if text != "[DONE]"]


def refused(
    status: int, words: str, send: Callable[..., Any], *arguments: Any, **more: Any
) -> None:
    """Send a request by the SDK, which must be refused with these words."""
    with pytest.raises(openai.APIStatusError, match=words) as caught:
        send(*arguments, **more)
    assert caught.value.status_code == status
