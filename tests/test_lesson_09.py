"""Lesson 09's own functions: what they do where the lesson itself does not come by."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from tests import lessons

URL = "https://api.openai.com/v1"


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """Return what the lesson's cells define; none of the cells here makes a call."""
    path = lessons.NOTEBOOKS / "09_errors_and_limits.ipynb"
    found: dict[str, Any] = {}
    exec("import random, textwrap, openai\nfrom openai import OpenAI", found)
    exec("MODEL = 'gpt-6-luna'\nonce = client = None", found)
    words = ("def temporary(", "def pause(", "class Page(", "def cost(", "class AskError(")
    for word in (*words, "def ask("):
        source = lessons.source_with(path, word)
        exec(source.split("set_on_retry_hooks([")[0], found)
    return found


def response(**changes: Any) -> dict[str, Any]:
    """Return a response as the API sends one, with changes."""
    usual = {"id": "resp_1", "object": "response", "created_at": 0, "model": "gpt-6-luna"}
    more = {"status": "completed", "tools": [], "tool_choice": "auto", "output": []}
    return {**usual, **more, "parallel_tool_calls": True, **changes}


def says(**part: Any) -> list[dict[str, Any]]:
    message = {"type": "message", "id": "m", "role": "assistant", "status": "completed"}
    return [{**message, "content": [part]}]


def client(reply: Any) -> OpenAI:
    """Return a client that gets this reply, or raises it."""

    def send(request: httpx2.Request) -> httpx2.Response:
        if isinstance(reply, BaseException):
            raise reply
        if isinstance(reply, str):
            return httpx2.Response(200, html=reply)
        status = 200 if "error" not in reply or "object" in reply else 400
        return httpx2.Response(status, json=reply)

    http_client = httpx2.Client(transport=httpx2.MockTransport(send))
    return OpenAI(api_key="sk-fake", base_url=URL, max_retries=0, http_client=http_client)


TEXT = says(type="output_text", text="Rain.", annotations=[])
LONG = {"message": "Too long.", "type": "invalid_request_error", "code": "context_length_exceeded"}


@pytest.mark.parametrize(
    ("reply", "advice", "later"),
    [
        (response(output=says(type="refusal", refusal="No.")), "something else.", False),
        (response(output=[]), "We are looking into it.", False),
        ({"error": LONG}, "something shorter.", False),
        (
            response(
                output=TEXT,
                status="incomplete",
                incomplete_details={"reason": "max_output_tokens"},
            ),
            "something shorter.",
            False,
        ),
        (
            response(status="incomplete", incomplete_details={"reason": "content_filter"}),
            "something else.",
            False,
        ),
        (
            response(status="failed", error={"code": "server_error", "message": "Broken."}),
            "try again later.",
            True,
        ),
        ("<html>A proxy's page.</html>", "try again later.", True),
    ],
)
def test_without_an_answer_the_user_is_told_what_helps_and_the_log_gets_a_line(
    names: dict[str, Any], reply: Any, advice: str, later: bool
) -> None:
    said, error = logged(names, client(reply), names["AskError"])
    assert str(error).endswith(advice) and error.later is later
    assert said["error"]


def test_dollars_are_a_number_in_the_log(names: dict[str, Any]) -> None:
    details = {"input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0}}
    usage = {"input_tokens": 1_000, "output_tokens": 0, "total_tokens": 1_000, **details}
    usage["output_tokens_details"] = {"reasoning_tokens": 0}
    said, _ = logged(names, client(response(usage=usage)), names["AskError"])
    assert said["dollars"] == pytest.approx(0.0001)


def test_what_stops_the_call_from_outside_is_in_the_log(
    names: dict[str, Any],
) -> None:
    said, _ = logged(names, client(KeyboardInterrupt()), KeyboardInterrupt)
    assert said["error"] == "KeyboardInterrupt"


def logged(names: Any, client: OpenAI, raised: Any) -> tuple[Any, Any]:
    """Return the one line of the log and the exception of a call."""
    lines: list[str] = []
    names["log"].handlers[0].emit = lambda record: lines.append(record.getMessage())
    with pytest.raises(raised) as caught:
        names["ask"](client, "Why is the sea salty?")
    (line,) = lines
    return json.loads(line), caught.value


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"retry-after": "-5"}, True, True),
        ({"retry-after": "nan"}, True, True),
        ({"retry-after": "soon"}, True, True),
        ({"retry-after": "86400"}, False, False),
        ({"retry-after": "100"}, 100, 120),
        ({"retry-after-ms": "500", "retry-after": "9"}, 0.5, 0.6),
    ],
)
def test_a_pause_that_is_named_is_read_with_care_and_spread(
    names: dict[str, Any], headers: dict[str, str], least: Any, most: Any
) -> None:
    request = httpx2.Request("POST", URL)
    reply = httpx2.Response(429, headers=headers, request=request)
    pauses = {
        names["pause"](openai.RateLimitError("Wait.", response=reply, body=None)) for _ in range(9)
    }
    if isinstance(least, bool):
        assert pauses == {least}
    else:
        assert least <= min(pauses) <= max(pauses) <= most and len(pauses) > 1


def test_a_page_instead_of_json_passes(names: dict[str, Any]) -> None:
    assert names["temporary"](json.JSONDecodeError("Expecting value", "<html>", 0))
