"""The mock's bodies, events and errors are the SDK's types, field by field, by every way to ask.

The cases are tables in tests/contract.py; `pytest --collect-only -q` counts them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache, reduce
from typing import Any

import httpx2
import openai
import pydantic
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types import (
    ImageEditCompletedEvent,
    ImageEditPartialImageEvent,
    ImageGenCompletedEvent,
    ImageGenPartialImageEvent,
)
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseStreamEvent

from helpers.mock import errors, server
from helpers.mock.core import ENDPOINTS, routes
from helpers.mock.endpoints import responses
from helpers.mock.errors import APIError
from helpers.mock.http import Mock
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_ADMIN_KEY, OFFLINE_KEY
from tests.contract import (
    CASES,
    CHAT_CASES,
    CHUNK,
    DRAWN_CASES,
    ERRORS,
    RESPONSES_CASES,
    SAMPLES,
    Case,
    Receipt,
    Refused,
    prepared,
    user,
)

KEYS: dict[str, Any] = {"api_key": OFFLINE_KEY, "admin_api_key": OFFLINE_ADMIN_KEY}
WAYS = [
    f"{client} {way}"
    for client in ("sync", "async")
    for way in ("plain", "with_raw_response", "with_streaming_response")
]


@pytest.fixture
def mock() -> Mock:
    return prepared()


@pytest.fixture(scope="module")
def door() -> Iterator[tuple[str, list[Mock]]]:
    """The address of a server, and the mock that it serves, to be put there by each test."""
    served: list[Mock] = []
    pace, server.PACE = server.PACE, 0
    yield server.start(lambda: served[-1]), served
    server.PACE = pace


@pytest.fixture
def address(door: tuple[str, list[Mock]], mock: Mock) -> str:
    door[1].append(mock)
    return door[0]


def reach(client: Any, method: str, way: str = "plain") -> Callable[..., Any]:
    """Return a method of a client by its dotted name, with a wrapper's name before the last."""
    *path, name = method.split(".")
    resource = reduce(getattr, path, client)
    found: Callable[..., Any] = getattr(
        resource if way == "plain" else getattr(resource, way), name
    )
    return found


def through(way: str, address: str, method: str, ask: dict[str, Any], **keys: Any) -> Any:
    """Send a request over HTTP in one of `WAYS`; return the SDK's object, or a stream's list."""
    kind, how = way.split()
    # The address is no https one: certificates are not read, which would take most of the time.
    settings: dict[str, Any] = {"base_url": address, "max_retries": 0, **KEYS, **keys}

    async def later() -> Any:
        http = openai.DefaultAsyncHttpx2Client(verify=False)
        async with AsyncOpenAI(http_client=http, **settings) as client:
            call = reach(client, method, how)
            if how == "with_streaming_response":
                async with call(**ask) as reply:
                    found = await reply.parse()
                    return [event async for event in found] if ask.get("stream") else found
            found = await call(**ask)
            found = found.parse() if how == "with_raw_response" else found
            return [event async for event in found] if ask.get("stream") else found

    if kind == "async":
        return asyncio.run(later())
    with OpenAI(http_client=openai.DefaultHttpx2Client(verify=False), **settings) as client:
        call = reach(client, method, how)
        if how == "with_streaming_response":
            with call(**ask) as reply:
                found = reply.parse()
                return list(found) if ask.get("stream") else found
        found = call(**ask)
        found = found.parse() if how == "with_raw_response" else found
        return list(found) if ask.get("stream") else found


def sent(mock: Mock, case: Case, **more: Any) -> Any:
    """Send a case in process; return the reply with its body read, before the SDK parses it."""
    http = openai.DefaultHttpx2Client(transport=transport(mock))
    with OpenAI(base_url="http://mock/v1", max_retries=0, http_client=http, **KEYS) as client:
        call = reach(client, case.method, "with_streaming_response")
        with call(**case.ask, **more) as reply:
            reply.read()
            return reply.http_response


def events(reply: Any) -> list[tuple[str | None, bytes]]:
    """Return a stream's (event, data), in the format of server-sent events."""
    assert reply.headers["content-type"].startswith("text/event-stream")
    *blocks, rest = reply.content.split(b"\n\n")
    assert rest == b""
    found = []
    for block in blocks:
        match = re.fullmatch(rb"(?:event: (\S+)\n)?data: ([^\n]+)", block)
        assert match, block
        found.append((match[1].decode() if match[1] else None, match[2]))
    return found


@cache
def _adapter(kind: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(kind)


def strict(kind: Any, body: bytes) -> Any:
    """Read JSON as one of the SDK's types: no field more, none missing, no value converted."""
    return _adapter(kind).validate_json(body, strict=True, extra="forbid")


def lacking(sample: Any, body: Any, at: str = "") -> list[str]:
    """Return the paths of what is in a sample and not in a body."""
    if isinstance(sample, dict) and isinstance(body, dict):
        absent = [f"{at}.{name}" for name in sample if name not in body]
        return absent + [
            path
            for name in sample
            if name in body
            for path in lacking(sample[name], body[name], f"{at}.{name}")
        ]
    if isinstance(sample, list) and sample and isinstance(body, list):
        kinds = {part.get("type"): part for part in sample}
        return [
            path
            for place, part in enumerate(body)
            for path in lacking(kinds.get(part.get("type")), part, f"{at}[{place}]")
        ]
    return []


def timeless(value: Any) -> Any:
    """Leave out what derives from the request's bytes, to compare a streamed and a plain body."""
    if isinstance(value, dict):
        times = ("created", "created_at", "completed_at")
        return {name: timeless(part) for name, part in value.items() if name not in times}
    if isinstance(value, (list, tuple)):
        return [timeless(part) for part in value]
    return re.sub(r"[0-9a-f]{24}", "*", value) if isinstance(value, str) else value


@pytest.mark.parametrize("case", CASES, ids=str)
def test_body_is_the_sdks_type_and_has_what_the_api_always_sends(mock: Mock, case: Case) -> None:
    reply = sent(mock, case)
    assert reply.headers["content-type"] == "application/json"
    assert re.fullmatch(r"req_[0-9a-f]{24}", reply.headers["x-request-id"])
    strict(case.body, reply.content)
    assert lacking(SAMPLES.get(case.body, {}), reply.json()) == []


@pytest.mark.parametrize("case", [*CHAT_CASES, *RESPONSES_CASES], ids=str)
def test_usage_adds_up_and_keeps_the_limit(mock: Mock, case: Case) -> None:
    usage = sent(mock, case).json()["usage"]
    asked = usage.get("prompt_tokens", usage.get("input_tokens"))
    said = usage.get("completion_tokens", usage.get("output_tokens"))
    assert usage["total_tokens"] == asked + said and asked > 0
    for limit in ("max_completion_tokens", "max_output_tokens"):
        assert said <= case.ask.get(limit, said)


def test_every_endpoint_has_a_case(mock: Mock) -> None:
    requests = [sent(prepared(), case).request for case in CASES]
    asked = {(request.method, request.url.path) for request in requests}
    for segment in ENDPOINTS:
        for method, pattern, _ in routes(f"/v1/{segment}"):
            assert any(method == sent_by and re.fullmatch(pattern, to) for sent_by, to in asked), (
                f"{method} {pattern} has no case in tests/contract.py"
            )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_way_to_ask_gets_the_same_body(
    mock: Mock, address: str, case: Case, way: str
) -> None:
    plain = sent(prepared(), case).json()
    assert through(way, address, case.method, case.ask).to_dict() == plain


def add_up(chunks: list[Any]) -> list[dict[str, Any]]:
    """Return the choices that the chunks of a stream tell."""
    choices: dict[int, dict[str, Any]] = {}
    for part in (part for chunk in chunks for part in chunk["choices"]):
        delta = part["delta"]
        if part["index"] not in choices:
            assert delta["role"] == "assistant"
            choices[part["index"]] = {"content": None, "refusal": None, "calls": {}, "ends": None}
        choice = choices[part["index"]]
        assert choice["ends"] is None, "nothing follows the reason why it ended"
        for name in ("content", "refusal"):
            if delta.get(name) is not None:
                choice[name] = (choice[name] or "") + delta[name]
        for call in delta.get("tool_calls") or []:
            if "id" in call:
                assert call["index"] == len(choice["calls"])
                choice["calls"][call["index"]] = call
            else:
                begun = choice["calls"][call["index"]]["function"]
                begun["arguments"] += call["function"]["arguments"]
        choice["ends"] = part["finish_reason"]
        assert choice["ends"] is None or delta == {}
    return [choices[index] for index in sorted(choices)]


@pytest.mark.parametrize("usage", [False, True], ids=["", "with usage"])
@pytest.mark.parametrize("case", CHAT_CASES, ids=str)
def test_chunks_are_in_order_and_add_up_to_the_plain_answer(
    mock: Mock, case: Case, usage: bool
) -> None:
    plain = sent(mock, case).json()
    options = {"stream_options": {"include_usage": True}} if usage else {}
    *lines, end = events(sent(mock, case, stream=True, **options))
    assert end == (None, b"[DONE]") and all(event is None for event, _ in lines)
    chunks = [strict(ChatCompletionChunk, data).to_dict() for _, data in lines]
    told = [json.loads(data) for _, data in lines]
    assert [chunk["id"] for chunk in chunks] == [told[0]["id"]] * len(told)
    head = {name: told[0][name] for name in ("object", "model", "created", "service_tier")}
    assert all(head.items() <= chunk.items() for chunk in told)
    assert [lacking(CHUNK, chunk) for chunk in told] == [[]] * len(told)
    if usage:
        *told, last = told
        assert last["choices"] == [] and last["usage"] == plain["usage"]
        assert all(chunk["usage"] is None for chunk in told)
    assert all(chunk["choices"] and not chunk.get("usage") for chunk in told)
    streamed = add_up(told)
    assert len(streamed) == len(plain["choices"])
    for choice, whole in zip(streamed, plain["choices"], strict=True):
        message = whole["message"]
        # A refusal's stream begins with empty content, as every one that is no tool call.
        assert (choice["content"] or None) == (message["content"] or None)
        assert choice["refusal"] == message["refusal"]
        assert choice["ends"] == whole["finish_reason"]
        calls = [
            {name: value for name, value in call.items() if name != "index"}
            for call in choice["calls"].values()
        ]
        assert timeless(calls) == timeless(message.get("tool_calls", []))


DELTAS = {"output_text": "text", "refusal": "refusal"}


def expected(response: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Tell a plain response as (event, what it says), in the API's order."""
    begun = {**response, "status": "in_progress", "output": [], "usage": None}
    begun["incomplete_details"] = None
    yield "response.created", begun
    yield "response.in_progress", begun
    for item in response["output"]:
        started = dict(item)
        if item["type"] == "message":
            started |= {"status": "in_progress", "content": []}
        if item["type"] == "function_call":
            started |= {"status": "in_progress", "arguments": ""}
        yield "response.output_item.added", started
        for part in item.get("content", []):
            field = DELTAS[part["type"]]
            yield "response.content_part.added", {**part, field: ""}
            yield f"response.{part['type']}.delta", part[field]
            yield f"response.{part['type']}.done", part[field]
            yield "response.content_part.done", part
        if item["type"] == "function_call":
            yield "response.function_call_arguments.delta", item["arguments"]
            yield "response.function_call_arguments.done", item["arguments"]
        yield "response.output_item.done", item
    yield f"response.{response['status']}", response


def says(event: dict[str, Any]) -> Any:
    """Return what an event tells beside its place."""
    names = ("response", "item", "part", "delta", "text", "refusal", "arguments")
    return next(event[name] for name in names if name in event)


@pytest.mark.parametrize("case", RESPONSES_CASES, ids=str)
def test_events_are_in_order_and_add_up_to_the_plain_answer(mock: Mock, case: Case) -> None:
    plain = sent(mock, case).json()
    lines = events(sent(mock, case, stream=True))
    told = [json.loads(data) for _, data in lines]
    for number, ((event, data), one) in enumerate(zip(lines, told, strict=True)):
        assert event == one["type"] == strict(ResponseStreamEvent, data).type
        assert one["sequence_number"] == number
    summed = []
    for kind, group in itertools.groupby(told, lambda one: one["type"]):
        said = [says(one) for one in group]
        summed.append((kind, "".join(said) if kind.endswith(".delta") else said[0]))
        assert len(said) == 1 or kind.endswith(".delta")
    assert timeless(summed) == timeless(list(expected(plain)))
    for one in told:
        if "output_index" in one:
            item = told[-1]["response"]["output"][one["output_index"]]
            assert one.get("item_id", item["id"]) == item["id"]
            assert one.get("content_index", 0) == 0


def test_every_event_of_a_response_has_a_case(mock: Mock) -> None:
    seen = {event for case in RESPONSES_CASES for event, _ in events(sent(mock, case, stream=True))}
    source = responses.__spec__.loader.get_source(responses.__name__)  # type: ignore[union-attr]
    known = set(re.findall(r'type="(response\.[a-z_.]+)"', source))
    assert len(known) >= 13 and known == seen


PICTURES: dict[str, tuple[Any, Any]] = {
    "images.generate": (ImageGenPartialImageEvent, ImageGenCompletedEvent),
    "images.edit": (ImageEditPartialImageEvent, ImageEditCompletedEvent),
}


@pytest.mark.parametrize("parts", [0, 2])
@pytest.mark.parametrize("case", DRAWN_CASES, ids=str)
def test_a_streamed_picture_is_the_plain_one(mock: Mock, case: Case, parts: int) -> None:
    plain = sent(mock, case).json()
    partial, completed = PICTURES[case.method]
    kinds = ([partial] * parts + [completed]) * len(plain["data"])
    lines = events(sent(mock, case, stream=True, partial_images=parts))
    assert len(lines) == len(kinds)
    told = [strict(kind, data) for kind, (_, data) in zip(kinds, lines, strict=True)]
    assert [event for event, _ in lines] == [one.type for one in told]
    whole = [one for one in told if isinstance(one, completed)]
    assert [one.b64_json for one in whole] == [one["b64_json"] for one in plain["data"]]
    for one in told:
        assert (one.size, one.quality, one.background, one.output_format) == tuple(
            plain[name] for name in ("size", "quality", "background", "output_format")
        )
    indexes = [one.partial_image_index for one in told if isinstance(one, partial)]
    assert indexes == list(range(parts)) * len(plain["data"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", [*CHAT_CASES, *RESPONSES_CASES, DRAWN_CASES[0]], ids=str)
def test_every_way_to_stream_gets_the_same_events(
    mock: Mock, address: str, case: Case, way: str
) -> None:
    lines = events(sent(prepared(), case, stream=True))
    told = [json.loads(data) for _, data in lines if data != b"[DONE]"]
    found = through(way, address, case.method, {**case.ask, "stream": True})
    assert [event.to_dict() for event in found] == told


# What the helpers raise at the end of a stream that was cut, after every event was read.
CUT = {
    "length": openai.LengthFinishReasonError,
    "content_filter": openai.ContentFilterFinishReasonError,
    "incomplete": RuntimeError,
}


def helped(client: str, address: str, case: Case, cut: str) -> tuple[list[str], Any]:
    """Read a stream by the SDK's helper; return the kinds of its events and its final object.

    cut: why it was cut, if it was: then there is no final object but an exception.
    """
    expected = pytest.raises(CUT[cut]) if cut in CUT else nullcontext()
    last = "get_final_completion" if "chat" in case.method else "get_final_response"
    method = case.method.replace("create", "stream")

    async def later() -> Any:
        async with (
            AsyncOpenAI(base_url=address, **KEYS) as client,
            reach(client, method)(**case.ask) as stream,
        ):
            kinds = [event.type async for event in stream]
            with expected:
                return kinds, await getattr(stream, last)()
            return kinds, None

    if client == "async":
        return asyncio.run(later())  # type: ignore[no-any-return]
    with (
        OpenAI(base_url=address, **KEYS) as sync,
        reach(sync, method)(**case.ask) as stream,
    ):
        kinds = [event.type for event in stream]
        with expected:
            return kinds, getattr(stream, last)()
    return kinds, None


@pytest.mark.parametrize("client", ["sync", "async"])
@pytest.mark.parametrize("case", CHAT_CASES, ids=str)
def test_stream_helper_of_chat_ends_with_the_plain_answer(
    mock: Mock, address: str, case: Case, client: str
) -> None:
    plain = sent(mock, case).json()
    kinds, final = helped(client, address, case, plain["choices"][0]["finish_reason"])
    told = {kind for kind in kinds if kind != "chunk"}
    assert kinds[0] == "chunk"
    if final is None:
        return
    for choice, whole in zip(final.choices, plain["choices"], strict=True):
        message = whole["message"]
        assert (choice.message.content or None) == (message["content"] or None)
        assert choice.message.refusal == message["refusal"]
        assert choice.finish_reason == whole["finish_reason"]
        calls = [call.function.arguments for call in choice.message.tool_calls or []]
        assert calls == [call["function"]["arguments"] for call in message.get("tool_calls", [])]
        for part, name in [
            (message["content"], "content"),
            (message["refusal"], "refusal"),
            (calls, "tool_calls.function.arguments"),
        ]:
            if part:
                assert {f"{name}.delta", f"{name}.done"} <= told


# The helper, unlike the API, asks for a model.
HELPED = [case for case in RESPONSES_CASES if case.ask["model"] is not openai.omit]


@pytest.mark.parametrize("client", ["sync", "async"])
@pytest.mark.parametrize("case", HELPED, ids=str)
def test_stream_helper_of_responses_ends_with_the_plain_answer(
    mock: Mock, address: str, case: Case, client: str
) -> None:
    plain = sent(mock, case).json()
    kinds, final = helped(client, address, case, plain["status"])
    assert kinds[0] == "response.created" and kinds[-1] == f"response.{plain['status']}"
    if final is None:
        return
    body = final.to_dict()
    for part in (part for item in body["output"] for part in item.get("content", [])):
        part.pop("parsed", None)
    for item in body["output"]:
        item.pop("parsed_arguments", None)
    assert timeless(body) == timeless(plain)


PARSED: list[tuple[str, dict[str, Any], Any]] = [
    ("Lunch as JSON", {}, Receipt(shop="Roma", total=12.5)),
    ("Dinner", {}, Receipt(shop="offline mock", total=0)),
    ("No.", {}, None),
]


def parse(way: str, address: str, api: str, text: str, **more: Any) -> Any:
    if api == "chat":
        ask = {"messages": user(text), "response_format": Receipt}
        completion = through(
            way, address, "chat.completions.parse", {"model": DEFAULT, **ask, **more}
        )
        return completion.choices[0].message.parsed
    more = {name.replace("completion", "output"): value for name, value in more.items()}
    ask = {"model": DEFAULT, "input": text, "text_format": Receipt, **more}
    return through(way, address, "responses.parse", ask).output_parsed


@pytest.mark.parametrize("way", [way for way in WAYS if "streaming" not in way])
@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize(("text", "more", "wanted"), PARSED)
def test_parse_returns_an_instance(
    address: str, api: str, way: str, text: str, more: dict[str, Any], wanted: Any
) -> None:
    assert parse(way, address, api, text, **more) == wanted


@pytest.mark.parametrize("client", ["sync", "async"])
@pytest.mark.parametrize(
    ("api", "text", "more", "error"),
    [
        ("chat", "Lunch as JSON", {"max_completion_tokens": 66}, openai.LengthFinishReasonError),
        ("chat", "Filtered JSON", {}, openai.ContentFilterFinishReasonError),
        ("responses", "Lunch as JSON", {"max_completion_tokens": 66}, pydantic.ValidationError),
    ],
)
def test_parse_of_what_is_cut_raises(
    address: str, client: str, api: str, text: str, more: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        parse(f"{client} plain", address, api, text, **more)


STREAMED = ("chat.completions.create", "responses.create", "images.generate", "images.edit")


ERROR_WAYS = [
    pytest.param(error, way, id=f"{error}-{way}")
    for error in ERRORS
    for way in [*WAYS, *(["sync streamed", "async streamed"] if error.method in STREAMED else [])]
]


@pytest.mark.parametrize(("error", "way"), ERROR_WAYS)
def test_error_raises_the_sdks_class_with_the_apis_fields(
    address: str, error: Refused, way: str
) -> None:
    ask = error.ask
    if way.endswith("streamed"):
        way, ask = way.replace("streamed", "plain"), {**ask, "stream": True}
    with pytest.raises(openai.APIStatusError) as caught:
        through(way, address, error.method, ask, **error.keys or {})
    check_error(caught.value, error.kind, error.status, error.type, error.code, error.param)
    assert caught.value.message.startswith(f"Error code: {error.status} - {error.message}")


def check_error(
    found: Any, kind: Any, status: int, type: str, code: str | None, param: str | None
) -> None:
    assert found.__class__ is kind
    assert found.status_code == status
    body = json.loads(found.response.content)
    assert set(body) == {"error"} and body["error"] == found.body
    extra = {"moderation_details"} if code == "moderation_blocked" else set()
    assert set(body["error"]) == {"message", "type", "param", "code"} | extra
    assert (found.type, found.code, found.param) == (type, code, param)
    assert str(found) == f"Error code: {status} - {body['error']['message']}"
    assert found.request_id == found.response.headers["x-request-id"]
    assert found.response.headers["content-type"] == "application/json"


# What only the real service says: https://developers.openai.com/api/docs/guides/error-codes
SERVICE: list[tuple[str, type[openai.APIStatusError], APIError]] = [
    (
        "out of credit",
        openai.RateLimitError,
        APIError("No.", status=429, type="insufficient_quota", code="credit_balance_exhausted"),
    ),
    (
        "rate limit",
        openai.RateLimitError,
        APIError("No.", status=429, type="tokens", code="rate_limit_exceeded"),
    ),
    (
        "too steep",
        openai.RateLimitError,
        APIError("No.", status=429, type="rate_limit_error", code="slow_down"),
    ),
    (
        "country",
        openai.PermissionDeniedError,
        APIError(
            "No.",
            status=403,
            type="request_forbidden",
            code="unsupported_country_region_territory",
        ),
    ),
    ("too long", openai.BadRequestError, APIError("No.", code="context_length_exceeded")),
    (
        "overloaded",
        openai.InternalServerError,
        APIError("No.", status=503, type="service_unavailable_error", code="server_is_overloaded"),
    ),
    ("broken", openai.InternalServerError, APIError("No.", status=500, type="server_error")),
    ("unknown model", openai.NotFoundError, errors.model_not_found("x")),
]


@pytest.mark.parametrize(("what", "kind", "fault"), SERVICE, ids=[row[0] for row in SERVICE])
def test_a_fault_of_the_service_raises_its_class(
    what: str, kind: type[Exception], fault: APIError
) -> None:
    headers = {"content-type": "application/json", "x-request-id": "req_1"}
    door = httpx2.MockTransport(
        lambda request: httpx2.Response(fault.status, headers=headers, content=fault.body)
    )
    http = openai.DefaultHttpx2Client(transport=door)
    with (
        OpenAI(base_url="http://mock/v1", max_retries=0, http_client=http, **KEYS) as client,
        pytest.raises(openai.APIStatusError) as caught,
    ):
        client.models.list()
    error = fault.error
    check_error(caught.value, kind, fault.status, error["type"], error["code"], error["param"])


def test_a_spend_limit_that_is_reached_is_a_rate_limit_error(mock: Mock, address: str) -> None:
    mock.stored["spend_limit"] = 1
    for case in (CHAT_CASES[0], RESPONSES_CASES[0], DRAWN_CASES[0]):
        for way in WAYS:
            with pytest.raises(openai.RateLimitError) as caught:
                through(way, address, case.method, case.ask)
            code = "organization_spend_limit_exceeded"
            kind = openai.RateLimitError
            check_error(caught.value, kind, 429, "insufficient_quota", code, None)


@pytest.mark.parametrize(
    ("method", "path", "kind", "status"),
    [
        ("get", "/nonsense", openai.NotFoundError, 404),
        ("get", "/chat/completions", openai.APIStatusError, 405),
        ("delete", "/models", openai.APIStatusError, 405),
    ],
)
def test_what_is_no_endpoint_is_an_error_too(
    address: str, method: str, path: str, kind: type[Exception], status: int
) -> None:
    with (
        OpenAI(base_url=address, max_retries=0, **KEYS) as client,
        pytest.raises(openai.APIStatusError) as caught,
    ):
        getattr(client, method)(path, cast_to=object)
    code = "method_not_supported" if status == 405 else None
    check_error(caught.value, kind, status, "invalid_request_error", code, None)
