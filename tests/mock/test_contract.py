"""What the mock sends is what the SDK's types say, field by field, whichever way it is asked.

The requests are in `cases`. A new endpoint needs one there.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import httpx2
import openai
import pydantic
import pytest
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client, DefaultHttpx2Client, OpenAI
from openai.types import (
    ImageEditCompletedEvent,
    ImageEditPartialImageEvent,
    ImageGenCompletedEvent,
    ImageGenPartialImageEvent,
)
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import (
    Response,
    ResponseStreamEvent,
    ResponseTextDeltaEvent,
    response_text_delta_event,
)

from helpers.mock import server
from helpers.mock.core import ENDPOINTS, answer, routes
from helpers.mock.state import Mock
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.settings import OFFLINE_ADMIN_KEY, OFFLINE_KEY
from tests.mock.cases import CASES, CHAT, EDIT, FILE, GENERATE, RESPONSES, keep, replies, user

KEYS: dict[str, Any] = {"api_key": OFFLINE_KEY, "admin_api_key": OFFLINE_ADMIN_KEY}

RECORDED: dict[str, type[pydantic.BaseModel]] = {
    "billing": Response,
    "frequency_penalty": Response,
    "presence_penalty": Response,
    "store": Response,
    "obfuscation": ResponseTextDeltaEvent,
    "bytes": response_text_delta_event.Logprob,
}
"""What the API was recorded to send although the SDK's type does not have it.

https://github.com/kangminlee-maker/local-OAuth-CLI-API-adapter (spec/captures); `bytes` in the
events of a stream: https://github.com/vercel/ai (packages/openai/src/responses).
"""

EVENTS: dict[str, type[pydantic.BaseModel]] = {
    name: kind
    for kind in get_args(get_args(ResponseStreamEvent)[0])
    for name in get_args(kind.model_fields["type"].annotation)
}


@pytest.fixture
def mock() -> Mock:
    return Mock(replies())


@pytest.fixture
def wire() -> list[httpx2.Response]:
    """The replies that the client got, as they came."""
    return []


@pytest.fixture
def client(mock: Mock, wire: list[httpx2.Response]) -> Iterator[OpenAI]:
    def keep_it(reply: httpx2.Response) -> None:
        reply.read()
        wire.append(reply)

    http = DefaultHttpx2Client(transport=transport(mock), event_hooks={"response": [keep_it]})
    with OpenAI(base_url="http://mock/v1", max_retries=0, http_client=http, **KEYS) as client:
        yield client


@cache
def _adapter(kind: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(kind)


def faults(kind: Any, body: bytes | str) -> list[Any]:
    """Return in what a body differs from one of the SDK's types. No value may need converting."""
    try:
        _adapter(kind).validate_json(body, strict=True, extra="forbid")
    except pydantic.ValidationError as error:
        return [
            (fault["type"], fault["loc"])
            for fault in error.errors()
            if fault["type"] != "extra_forbidden" or fault["loc"][-1] not in RECORDED
        ]
    return []


def events(reply: httpx2.Response) -> list[tuple[str | None, str]]:
    """Return a stream's (event, data), which must be in the format of server-sent events."""
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    *blocks, rest = reply.content.decode().split("\n\n")
    assert rest == ""
    found = []
    for block in blocks:
        match = re.fullmatch(r"(?:event: (\S+)\n)?data: ([^\n]+)", block)
        assert match, block
        found.append((match[1], match[2]))
    return found


def alike(value: Any) -> Any:
    """Leave out what derives from a request's bytes: ids, times, obfuscation."""
    if isinstance(value, dict):
        derived = ("created", "created_at", "completed_at", "obfuscation")
        return {name: alike(part) for name, part in value.items() if name not in derived}
    if isinstance(value, (list, tuple)):
        return [alike(part) for part in value]
    if isinstance(value, str):
        return re.sub(r"\b(chatcmpl-|resp_|msg_|rs_|fc_|call_)[0-9A-Za-z]+", r"\1", value)
    return value


# -- Bodies ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_a_body_is_the_sdks_type(client: OpenAI, wire: list[httpx2.Response], case: str) -> None:
    CASES[case].send(client, keep(client))
    reply = wire[-1]
    assert re.fullmatch(r"req_[0-9a-f]{32}", reply.headers["x-request-id"])
    if CASES[case].body is bytes:
        assert reply.headers["content-type"] == "application/octet-stream"
        return
    assert faults(CASES[case].body, reply.content) == []
    assert reply.headers["content-type"] == "application/json"
    times = [part for name, part in reply.json().items() if name in ("created_at", "completed_at")]
    assert all(isinstance(time, int) for time in times if time is not None)


@pytest.mark.parametrize("name", RECORDED)
def test_an_exception_is_one_as_long_as_the_sdk_does_not_have_it(name: str) -> None:
    assert name not in RECORDED[name].model_fields


def test_every_endpoint_has_a_case(client: OpenAI, wire: list[httpx2.Response]) -> None:
    for case in CASES.values():
        kept = keep(client)
        case.send(client, kept)
    asked = {(reply.request.method, reply.request.url.path) for reply in wire}
    for segment in ENDPOINTS:
        for method, pattern, _ in routes(f"/v1/{segment}"):
            assert any(method == sent and re.fullmatch(pattern, path) for sent, path in asked), (
                f"{method} {pattern} has no case in tests/mock/cases.py"
            )


# -- Streams -----------------------------------------------------------------------------------


def add_up(chunks: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the choices that the chunks of a chat tell, as a plain answer has them."""
    parts = [part for chunk in chunks for part in chunk["choices"]]
    for index, group in itertools.groupby(parts, lambda part: part["index"]):
        first, *middle, last = group
        message: dict[str, Any] = {**first["delta"], "annotations": []}
        assert [part["finish_reason"] for part in (first, *middle)] == [None] * (1 + len(middle))
        assert last["delta"] == {}
        rows: list[Any] = []
        for part in middle:
            delta = part["delta"]
            for name in ("content", "refusal"):
                if name in delta:
                    message[name] = (message[name] or "") + delta[name]
            for call in delta.get("tool_calls", ()):
                calls = message.setdefault("tool_calls", [])
                if "id" in call:
                    assert call["index"] == len(calls)
                    calls.append(call)
                else:
                    calls[call["index"]]["function"]["arguments"] += call["function"]["arguments"]
            if called := delta.get("function_call"):
                begun = message.setdefault("function_call", {"arguments": ""})
                begun |= {**called, "arguments": begun["arguments"] + called["arguments"]}
            rows += (part.get("logprobs") or {}).get("content") or []
        for call in message.get("tool_calls", ()):
            del call["index"]
        # Every stream that is no tool call begins with an empty text.
        if message["refusal"] or "function_call" in message:
            message["content"] = message["content"] or None
        choice = {"index": index, "message": message, "finish_reason": last["finish_reason"]}
        if "logprobs" in first:
            choice["logprobs"] = {"content": rows, "refusal": None} if rows else None
        yield choice


@pytest.mark.parametrize("case", CHAT)
def test_the_chunks_of_a_chat_add_up_to_the_plain_answer(
    client: OpenAI, mock: Mock, wire: list[httpx2.Response], case: str
) -> None:
    ask = {"model": DEFAULT, **CHAT[case]}
    client.chat.completions.create(**ask)
    mock.reset()
    client.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True})
    plain, (*lines, end) = wire[0].json(), events(wire[1])
    assert end == (None, "[DONE]")
    assert [fault for _, data in lines for fault in faults(ChatCompletionChunk, data)] == []
    *chunks, last = [json.loads(data) for event, data in lines if event is None]
    assert len({chunk["id"] for chunk in chunks}) == 1
    for name in ("model", "service_tier", "system_fingerprint"):
        assert {chunk[name] for chunk in [*chunks, last]} == {plain[name]}
    assert alike(list(add_up(chunks))) == alike(plain["choices"])
    assert (last["choices"], last["usage"]) == ([], plain["usage"])
    assert {chunk["usage"] for chunk in chunks} == {None}
    usage = plain["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def whole(response: dict[str, Any]) -> dict[str, Any]:
    """Return a response as the events of a stream have it: nobody is billed there."""
    return {name: part for name, part in response.items() if name != "billing"}


@pytest.mark.parametrize("case", RESPONSES)
def test_the_events_of_a_response_add_up_to_the_plain_answer(
    client: OpenAI, mock: Mock, wire: list[httpx2.Response], case: str
) -> None:
    ask = {"model": DEFAULT, **RESPONSES[case]}
    client.responses.create(**ask)
    mock.reset()
    client.responses.create(**ask, stream=True)
    plain, lines = wire[0].json(), events(wire[1])
    told = [json.loads(data) for _, data in lines]
    for number, ((event, data), one) in enumerate(zip(lines, told, strict=True)):
        assert faults(EVENTS[one["type"]], data) == []
        assert (one["type"], one["sequence_number"]) == (event, number)
    assert told[-1]["type"] == f"response.{plain['status']}"
    assert alike(told[-1]["response"]) == alike(whole(plain))
    usage = plain["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]

    items = told[-1]["response"]["output"]
    for kind, ends in (("added", 0), ("done", 1)):
        named = [one["item"] for one in told if one["type"] == f"response.output_item.{kind}"]
        assert [item["id"] for item in named] == [item["id"] for item in items]
        assert not ends or named == items
    texts = {"output_text": "text", "refusal": "refusal", "reasoning_summary_text": "text"}
    texts["function_call_arguments"] = "arguments"
    for kind, text in texts.items():
        deltas: dict[Any, str] = {}
        for one in told:
            part = one.get("content_index", one.get("summary_index", 0))
            place = (one.get("item_id"), one.get("output_index"), part)
            if one["type"] == f"response.{kind}.delta":
                deltas[place] = deltas.get(place, "") + one["delta"]
            if one["type"] == f"response.{kind}.done":
                assert deltas.pop(place) == one[text]
                item = items[place[1]]
                parts = item.get("summary") or item.get("content") or [item]
                assert (item["id"], parts[part][text]) == (place[0], one[text])
        assert not deltas


def test_every_kind_of_event_that_the_mock_may_send_has_a_case(
    client: OpenAI, wire: list[httpx2.Response]
) -> None:
    for ask in RESPONSES.values():
        client.responses.create(**{"model": DEFAULT, **ask}, stream=True)
    sent = {event for reply in wire for event, _ in events(reply)}
    kinds = {"completed", "incomplete", "created", "in_progress"}
    for part in ("output_item", "content_part", "reasoning_summary_part"):
        kinds |= {f"{part}.added", f"{part}.done"}
    for text in ("output_text", "refusal", "function_call_arguments", "reasoning_summary_text"):
        kinds |= {f"{text}.delta", f"{text}.done"}
    assert sent == {f"response.{kind}" for kind in kinds}


@pytest.mark.parametrize(
    ("method", "ask", "partial", "completed"),
    [
        ("generate", GENERATE, ImageGenPartialImageEvent, ImageGenCompletedEvent),
        ("edit", EDIT, ImageEditPartialImageEvent, ImageEditCompletedEvent),
    ],
)
def test_the_events_of_a_drawing_are_the_sdks_types(
    client: OpenAI,
    wire: list[httpx2.Response],
    method: str,
    ask: dict[str, Any],
    partial: Any,
    completed: Any,
) -> None:
    getattr(client.images, method)(**ask, stream=True, partial_images=1)
    lines = events(wire[-1])
    for (event, data), kind in zip(lines, (partial, completed), strict=True):
        assert faults(kind, data) == []
        assert event == json.loads(data)["type"]


# -- The SDK's ways to ask ---------------------------------------------------------------------


def test_the_sdks_own_sum_of_a_stream_is_the_plain_answer(client: OpenAI) -> None:
    messages = user("Ideas")
    plain = client.chat.completions.create(model=DEFAULT, messages=messages, n=2)
    with client.chat.completions.stream(model=DEFAULT, messages=messages, n=2) as chunks:
        chat = chunks.get_final_completion()
    assert [one.message.content for one in chat.choices] == [
        one.message.content for one in plain.choices
    ]
    with client.responses.stream(model=DEFAULT, input="Hello") as stream:
        response = stream.get_final_response()
    assert response.output_text == client.responses.create(model=DEFAULT, input="Hello").output_text


class Receipt(pydantic.BaseModel):
    shop: str
    total: float


@pytest.mark.parametrize(
    ("text", "wanted"), [("Lunch", Receipt(shop="Roma", total=12.5)), ("No", None)]
)
def test_parse_returns_an_instance_or_none_for_a_refusal(
    client: OpenAI, text: str, wanted: Receipt | None
) -> None:
    chat = client.chat.completions.parse(
        model=DEFAULT, messages=user(text), response_format=Receipt
    )
    response = client.responses.parse(model=DEFAULT, input=text, text_format=Receipt)
    assert chat.choices[0].message.parsed == response.output_parsed == wanted


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, list[Mock]]]:
    """A server's address, and the mocks: the last one answers."""
    mocks: list[Mock] = []
    yield server.start(lambda request: answer(request, mocks[-1]), lambda: 0.0), mocks


@pytest.fixture
def address(served: tuple[str, list[Mock]], mock: Mock) -> str:
    served[1].append(mock)
    return served[0]


def through(way: str, address: str, method: str, ask: dict[str, Any]) -> Any:
    """Send a request over HTTP by one of the SDK's clients and wrappers."""
    kind, how = way.split()
    *resources, name = method.split(".")
    # The address is no https one: certificates are not read, which would take most of the time.
    settings: dict[str, Any] = {"base_url": address, "max_retries": 0, **KEYS}

    def call(client: Any) -> Any:
        for resource in resources:
            client = getattr(client, resource)
        wrapped = client if how == "plain" else getattr(client, how)
        return getattr(wrapped, name)(**ask)

    def told(found: Any) -> Any:
        return [event.to_dict() for event in found] if ask.get("stream") else found.to_dict()

    async def later() -> Any:
        http = DefaultAsyncHttpx2Client(verify=False)
        async with AsyncOpenAI(http_client=http, **settings) as client:
            if how == "with_streaming_response":
                async with call(client) as reply:
                    found = await reply.parse()
                    return told([event async for event in found] if ask.get("stream") else found)
            found = await call(client)
            found = found.parse() if how == "with_raw_response" else found
            return told([event async for event in found] if ask.get("stream") else found)

    if kind == "async":
        return asyncio.run(later())
    with OpenAI(http_client=DefaultHttpx2Client(verify=False), **settings) as client:
        if how == "with_streaming_response":
            with call(client) as reply:
                return told(reply.parse())
        found = call(client)
        return told(found.parse() if how == "with_raw_response" else found)


WAYS = [
    f"{client} {how}"
    for client in ("sync", "async")
    for how in ("plain", "with_raw_response", "with_streaming_response")
]
HELLO: dict[str, Any] = {"model": DEFAULT, "messages": user("Hello")}
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("chat.completions.create", HELLO),
    "response": ("responses.create", {"model": DEFAULT, "input": "Hello"}),
    "stream": ("chat.completions.create", {**HELLO, "stream": True}),
    "file": ("files.create", FILE),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ASKED)
def test_every_way_to_ask_gets_the_same_over_http(
    client: OpenAI, mock: Mock, address: str, kind: str, way: str
) -> None:
    method, ask = ASKED[kind]
    found = through(way, address, method, ask)
    mock.reset()
    resource: Any = client
    for name in method.split("."):
        resource = getattr(resource, name)
    plain = resource(**ask)
    assert found == ([event.to_dict() for event in plain] if ask.get("stream") else plain.to_dict())


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_ask_raises_the_sdks_exception(address: str, way: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        through(way, address, "chat.completions.create", {**HELLO, "model": "no-model"})
    error = caught.value
    assert (error.status_code, error.code, error.param) == (404, "model_not_found", None)
    message = "The model `no-model` does not exist or you do not have access to it."
    assert error.body == {
        "message": message,
        "type": "invalid_request_error",
        "param": None,
        "code": "model_not_found",
    }
    assert error.message == f"Error code: 404 - {message}"
    assert error.request_id == error.response.headers["x-request-id"]
