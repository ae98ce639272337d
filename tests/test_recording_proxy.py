"""The recording proxy: what it asks the real API, what it keeps of that, and whom it answers."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import openai
import pytest

from helpers.mock.http import Reply, Request
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_KEY
from helpers.upkeep.recording.exchange import CHAT
from helpers.upkeep.recording.proxy import RecordingProxy, Send

KEY = "sk-proj-FAKE-0000-wxyz"
LEAK = "sk-proj-" + "leak" * 6
TODAY = date(2026, 11, 25)


def came(text: str | None = "Live.", **message: Any) -> dict[str, Any]:
    """A body as the real API sends it: 100 000 tokens in are one cent."""
    said = {"role": "assistant", "content": text, **message}
    choice = {"index": 0, "message": said, "finish_reason": message.pop("ends", "stop")}
    usage = {"prompt_tokens": 100_000, "completion_tokens": 0, "total_tokens": 100_000}
    return {"model": DEFAULT, "choices": [choice], "usage": usage}


def live(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the real API answers to any prompt."""
    return came()


def proxy(send: Send = live, *rows: dict[str, Any], **more: Any) -> RecordingProxy:
    """A proxy for the entries `rows`, or else for three prompts."""
    entries = list(rows) or [{"prompt": prompt, "reply": "By hand."} for prompt in "ABC"]
    return RecordingProxy({"x": entries}, send, {"x"}, today=TODAY, **more)


def post(to: RecordingProxy, prompt: str, headers: dict[str, str], **more: Any) -> Reply:
    messages = [{"role": "developer", "content": "JSON?"}, {"role": "user", "content": prompt}]
    body = json.dumps({"model": DEFAULT, "messages": messages, **more}).encode()
    return to.answer(Request("POST", CHAT, headers, body))


def ask(to: RecordingProxy, prompt: str, **more: Any) -> str:
    headers = {"host": "127.0.0.1:4711", "authorization": f"Bearer {to.key}"}
    said: str = json.loads(post(to, prompt, headers, **more).body)["choices"][0]["message"][
        "content"
    ]
    return said


def test_limit_stops_the_sending_and_the_lesson_goes_on() -> None:
    sent = []

    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        sent.append(body["messages"][-1]["content"])
        return came()

    limited = proxy(send, limit=Decimal("0.02"))
    assert [ask(limited, prompt) for prompt in "ABC"] == ["Live.", "Live.", "By hand."]
    assert sent == ["A", "B"]
    assert limited.bill.dollars == Decimal("0.02")
    assert limited.stopped == "the limit of $0.02 is reached" and not limited.failed
    assert "recorded" not in limited.rows["x"][2]


def test_an_entry_is_paid_for_once() -> None:
    opened = proxy()
    assert [ask(opened, "A"), ask(opened, "A")] == ["Live.", "Live."]
    assert opened.bill.calls == 1


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (came(None, refusal="I'd rather not."), "the model declined"),
        (came(ends="length"), "the reply ended with length"),
        (came(" "), "the reply is empty"),
        (
            came(None, tool_calls=[{"function": {"name": "f", "arguments": "{}"}}]),
            "the model called a function where the lesson has a text",
        ),
        ({"model": DEFAULT, "status": "incomplete", "output": []}, "the reply is incomplete"),
        ({"model": DEFAULT, "choices": [{}]}, "what came back is no reply of this API"),
    ],
)
def test_a_reply_that_does_not_serve_the_lesson_is_left(reply: Any, reason: str) -> None:
    opened = proxy(lambda path, body: reply)
    assert ask(opened, "A") == "By hand."
    assert opened.left["x", 0] == reason
    assert not opened.recorded and not opened.stopped


def test_a_reply_in_another_format_is_left() -> None:
    written = {"prompt": "A", "reply": {"written": True}}
    opened = proxy(lambda path, body: came("no object"), dict(written))
    assert ask(opened, "A", response_format={"type": "json_object"}) == '{"written": true}'
    assert opened.left["x", 0] == "the mock cannot say it: mock_reply_does_not_fit"
    assert opened.rows["x"] == [written]


def test_several_replies_are_recorded_only_when_all_are_asked_for_at_once() -> None:
    two = came()["choices"] + came("Other.")["choices"]
    row = {"prompt": "A", "replies": ["1", "2"]}
    opened = proxy(lambda path, body: came() | {"choices": two[: body.get("n", 1)]}, row)
    assert ask(opened, "A") == "1"
    assert opened.left["x", 0] == "no cell asks for 2 replies at once"
    assert ask(opened, "A", n=2) == "Live."
    assert opened.rows["x"][0]["replies"] == ["Live.", "Other."]


@pytest.mark.parametrize(("status", "stops"), [(401, True), (429, True), (400, False)])
def test_an_error_is_told_without_the_key_and_stops_what_cannot_go_on(
    status: int, stops: bool
) -> None:
    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = httpx2.Request("POST", "https://api.openai.com/v1")
        response = httpx2.Response(status, request=request)
        raise openai.APIStatusError(f"Not with {LEAK} or {KEY}", response=response, body=None)

    opened = proxy(send, secrets={KEY})
    assert ask(opened, "A") == "By hand."
    assert opened.left["x", 0] == "the API refused: Not with [redacted] or [redacted]"
    assert (opened.stopped is not None, opened.failed) == (stops, stops)


def test_a_fine_tuned_models_name_does_not_tell_the_organisation() -> None:
    opened = proxy(lambda path, body: came() | {"model": "ft:gpt-x:acme::1234"})
    ask(opened, "A")
    assert opened.rows["x"][0]["recorded"] == {"model": "ft:gpt-x", "date": TODAY}


# Whom it answers


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"authorization": f"Bearer {OFFLINE_KEY}"}, 401, "only the key of its recording"),
        ({"authorization": "Bearer sk-proj-FAKE"}, 401, "Incorrect API key provided"),
        ({}, 401, "You didn't provide an API key"),
        ({"host": "attacker.example:4711"}, 403, "its own computer only"),
        ({"host": "127.0.0.1.attacker.example"}, 403, "its own computer only"),
        ({"host": ""}, 403, "its own computer only"),
    ],
)
def test_nothing_is_sent_for_another_key_or_by_another_name(
    headers: dict[str, str], status: int, words: str
) -> None:
    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("the real key was spent")

    opened = proxy(send)
    ours = {"authorization": f"Bearer {opened.key}"} if "host" in headers else {}
    reply = post(opened, "A", {"host": "127.0.0.1:4711", **ours, **headers})
    assert reply.status == status
    assert words in json.loads(reply.body)["error"]["message"]
    assert not opened.mock.responses and not opened.mock.files


def test_each_run_has_keys_of_its_own() -> None:
    one, other = proxy(), proxy()
    assert len({one.key, one.admin_key, other.key, other.admin_key}) == 4
    headers = {"host": "localhost:4711", "authorization": f"Bearer {one.admin_key}"}
    costs = Request("GET", "/v1/organization/projects", headers)
    assert one.answer(costs).status == 200
    assert other.answer(costs).status == 401
