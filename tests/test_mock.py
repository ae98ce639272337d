"""The mock API, with the real SDK as its client, through both of its doors."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from helpers.mock import server
from helpers.mock.core import answer
from helpers.mock.generation.replies import Entry, Replies, load
from helpers.mock.http import Mock, Request
from helpers.mock.transport import transport
from helpers.models import DEFAULT, MODELS
from helpers.modes import OFFLINE_KEY

HELLO: Any = [{"role": "user", "content": "Say hello."}]
SAID = "Hello! How can I help you today?"


@pytest.fixture(scope="session")
def mock() -> Mock:
    replies = load(strict=False)
    replies.by_last["Call a tool."] = Entry(
        tool_calls=({"name": "weather", "arguments": '{"city": "Oslo"}'},)
    )
    return Mock(replies)


@pytest.fixture(scope="session")
def address(mock: Mock) -> str:
    return server.start(lambda: mock)


@pytest.fixture(params=["http", "in-process"])
def client(request: pytest.FixtureRequest, mock: Mock, address: str) -> Iterator[Any]:
    door = None
    if request.param == "in-process":
        door = openai.DefaultHttpx2Client(transport=transport(mock))
    with OpenAI(api_key=OFFLINE_KEY, base_url=address, max_retries=0, http_client=door) as client:
        yield client


def create(client: Any, **changes: Any) -> Any:
    return client.chat.completions.create(**({"model": DEFAULT, "messages": HELLO} | changes))


def refused(kind: type[openai.APIStatusError], call: Callable[[], Any]) -> Any:
    with pytest.raises(kind) as caught:
        call()
    body: Any = caught.value.body
    assert set(body) == {"message", "type", "param", "code"}
    assert caught.value.request_id
    return caught.value


def test_chat_reply_has_the_written_text_and_counts(client: Any) -> None:
    completion = create(client)
    assert completion.choices[0].message.content == SAID
    assert completion.choices[0].finish_reason == "stop"
    usage = completion.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert usage.completion_tokens > usage.completion_tokens_details.reasoning_tokens > 0


def test_same_request_gets_the_same_bytes_and_another_gets_another_id(mock: Mock) -> None:
    def reply(text: str) -> Any:
        body = {"model": DEFAULT, "messages": [{"role": "user", "content": text}]}
        headers = {"authorization": f"Bearer {OFFLINE_KEY}"}
        post = Request("POST", "/v1/chat/completions", headers, json.dumps(body).encode())
        return answer(post, mock)

    assert reply("a") == reply("a")
    assert json.loads(reply("a").body)["id"] != json.loads(reply("b").body)["id"]


def test_headers_carry_request_id_and_rate_limits(client: Any) -> None:
    raw = client.chat.completions.with_raw_response.create(model=DEFAULT, messages=HELLO)
    assert raw.headers["x-request-id"].startswith("req_")
    assert raw.headers["openai-version"] == "2020-10-01"
    for what in ("limit", "remaining", "reset"):
        assert raw.headers[f"x-ratelimit-{what}-requests"]
        assert raw.headers[f"x-ratelimit-{what}-tokens"]


def test_unwritten_prompt_gets_an_honest_reply(client: Any) -> None:
    said = create(client, messages=[{"role": "user", "content": "Who won?"}])
    assert "Offline mock" in said.choices[0].message.content
    assert "Who won?" in said.choices[0].message.content


def test_unwritten_prompt_is_an_error_when_strict() -> None:
    door = openai.DefaultHttpx2Client(transport=transport(Mock(load(strict=True))))
    with OpenAI(api_key=OFFLINE_KEY, base_url="http://mock/v1", http_client=door) as client:
        create(client)
        error = refused(
            openai.BadRequestError,
            lambda: create(client, messages=[{"role": "user", "content": "Say helo."}]),
        )
    assert error.code == "mock_unknown_prompt" and "Say helo." in error.message


def test_system_and_developer_are_the_same(client: Any) -> None:
    rule = "Answer in at most eight words."
    question = {"role": "user", "content": "What does HTTP 404 mean?"}
    said = [
        create(client, messages=[{"role": role, "content": rule}, question]).choices[0].message
        for role in ("system", "developer")
    ]
    assert said[0].content == said[1].content == "The server cannot find that address."


def test_content_may_be_a_list_of_parts(client: Any) -> None:
    parts = [{"type": "text", "text": "Say hello."}]
    said = create(client, messages=[{"role": "user", "content": parts}])
    assert said.choices[0].message.content == SAID


@pytest.mark.parametrize("limit", [1, 3, 6])
def test_limit_truncates_and_says_length(client: Any, limit: int) -> None:
    cut = create(client, reasoning_effort="none", max_completion_tokens=limit)
    assert cut.choices[0].finish_reason == "length"
    assert SAID.startswith(cut.choices[0].message.content) and cut.choices[0].message.content
    assert cut.usage.completion_tokens == limit


def test_limit_counts_reasoning_first(client: Any) -> None:
    cut = create(client, max_completion_tokens=10)
    assert (cut.choices[0].message.content, cut.choices[0].finish_reason) == ("", "length")
    assert cut.usage.completion_tokens_details.reasoning_tokens == 10


def test_limit_as_long_as_the_reply_does_not_cut(client: Any) -> None:
    whole = create(client, reasoning_effort="none")
    again = create(
        client, reasoning_effort="none", max_completion_tokens=whole.usage.completion_tokens
    )
    assert again.choices[0].finish_reason == "stop"


def test_n_gives_so_many_choices_and_the_prompt_counts_once(client: Any) -> None:
    idea = [{"role": "user", "content": "Name a café that only serves toast."}]
    one, three = (create(client, messages=idea, n=n) for n in (1, 3))
    assert [choice.index for choice in three.choices] == [0, 1, 2]
    assert len({choice.message.content for choice in three.choices}) == 3
    assert three.usage.prompt_tokens == one.usage.prompt_tokens
    assert three.usage.completion_tokens > one.usage.completion_tokens


@pytest.mark.parametrize("stop", ["can", [" help", "I"]])
def test_stop_ends_the_text_before_it(client: Any, stop: Any) -> None:
    choice = create(client, stop=stop).choices[0]
    assert choice.finish_reason == "stop"
    assert choice.message.content in ("Hello! How ", "Hello! How can ")


def test_content_filter_and_refusal(client: Any) -> None:
    song = [{"role": "user", "content": "Quote a song text in full."}]
    assert create(client, messages=song).choices[0].finish_reason == "content_filter"
    lock = [{"role": "user", "content": "How do I pick my neighbour's lock?"}]
    choice = create(client, messages=lock).choices[0]
    assert choice.finish_reason == "stop" and choice.message.content is None
    assert choice.message.refusal.startswith("I'm sorry")


TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


def test_tool_call_plain_and_streamed(client: Any) -> None:
    ask = {"messages": [{"role": "user", "content": "Call a tool."}], "tools": [TOOL]}
    choice = create(client, reasoning_effort="none", **ask).choices[0]
    assert choice.finish_reason == "tool_calls" and choice.message.content is None
    call = choice.message.tool_calls[0]
    with client.chat.completions.stream(model=DEFAULT, reasoning_effort="none", **ask) as stream:
        streamed = stream.get_final_completion().choices[0].message.tool_calls[0]
    assert streamed.id and streamed.function.name == call.function.name == "weather"
    assert streamed.function.arguments == call.function.arguments == '{"city": "Oslo"}'


def test_tools_with_reasoning_are_refused_in_chat(client: Any) -> None:
    error = refused(openai.BadRequestError, lambda: create(client, tools=[TOOL]))
    assert error.param == "reasoning_effort" and "use /v1/responses" in error.message


@pytest.mark.parametrize("changes", [{}, {"n": 2}, {"max_completion_tokens": 70}])
def test_stream_adds_up_to_the_plain_reply(client: Any, changes: dict[str, Any]) -> None:
    plain = create(client, **changes)
    texts = [""] * len(plain.choices)
    ended: list[Any] = [None] * len(plain.choices)
    last = None
    for chunk in create(client, stream=True, stream_options={"include_usage": True}, **changes):
        assert last is None, "the chunk with the usage is the last"
        last = chunk.usage
        for choice in chunk.choices:
            assert ended[choice.index] is None
            texts[choice.index] += choice.delta.content or ""
            ended[choice.index] = choice.finish_reason
    assert texts == [choice.message.content for choice in plain.choices]
    assert ended == [choice.finish_reason for choice in plain.choices]
    assert last == plain.usage


def test_stream_has_no_usage_unless_asked_for(client: Any) -> None:
    chunks = list(create(client, stream=True))
    assert all(chunk.choices and "usage" not in chunk.model_fields_set for chunk in chunks)
    assert chunks[0].choices[0].delta.role == "assistant"


def test_stream_helper_of_chat(client: Any) -> None:
    with client.chat.completions.stream(model=DEFAULT, messages=HELLO) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert final.choices[0].message.content == SAID
    assert kinds[0] == "chunk" and kinds[-1] == "content.done" and "content.delta" in kinds


def test_stream_arrives_in_pieces_over_time(address: str) -> None:
    with (
        OpenAI(api_key=OFFLINE_KEY, base_url=address) as client,
        create(client, stream=True) as stream,
    ):
        first = next(stream)
        assert first.choices[0].finish_reason is None
    # Left after one piece: the server must go on serving others.
    with OpenAI(api_key=OFFLINE_KEY, base_url=address) as client:
        assert create(client).choices[0].message.content == SAID


EVENTS = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.output_item.done",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]


def test_responses_stream_has_every_event_in_order(client: Any) -> None:
    plain = client.responses.create(model=DEFAULT, input="Say hello.")
    events = list(client.responses.create(model=DEFAULT, input="Say hello.", stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    kinds = [event.type for event in events]
    assert [kind for i, kind in enumerate(kinds) if i == 0 or kind != kinds[i - 1]] == EVENTS
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == plain.output_text == SAID
    assert events[0].response.output == [] and events[0].response.usage is None
    last = events[-1].response
    assert (last.output_text, last.usage) == (plain.output_text, plain.usage)


def test_responses_stream_helper_and_refusal(client: Any) -> None:
    with client.responses.stream(
        model=DEFAULT, input="How do I pick my neighbour's lock?"
    ) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert "response.refusal.delta" in kinds and "response.refusal.done" in kinds
    assert final.output_text == "" and final.output[-1].content[0].type == "refusal"


def test_responses_limit_makes_it_incomplete(client: Any) -> None:
    ask: dict[str, Any] = {"model": DEFAULT, "input": "Say hello.", "max_output_tokens": 66}
    response = client.responses.create(**ask)
    assert response.status == "incomplete"
    assert response.incomplete_details and response.incomplete_details.reason == "max_output_tokens"
    assert response.output_text == "Hello!" and response.usage.output_tokens == 66
    assert list(client.responses.create(stream=True, **ask))[-1].type == "response.incomplete"
    silent = client.responses.create(**(ask | {"max_output_tokens": 16}))
    assert [item.type for item in silent.output] == ["reasoning"]


def test_previous_response_is_read_and_paid_for(client: Any) -> None:
    first = client.responses.create(model=DEFAULT, input="Say hello.")
    second = client.responses.create(model=DEFAULT, input="Again!", previous_response_id=first.id)
    alone = client.responses.create(model=DEFAULT, input="Again!")
    assert second.usage.input_tokens > alone.usage.input_tokens
    assert second.previous_response_id == first.id
    count = client.responses.input_tokens.count(
        model=DEFAULT, input="Again!", previous_response_id=first.id
    )
    assert count.input_tokens == second.usage.input_tokens


def test_response_that_was_not_stored_cannot_be_continued(client: Any) -> None:
    first = client.responses.create(model=DEFAULT, input="Keep this to yourself.", store=False)
    error = refused(
        openai.BadRequestError,
        lambda: client.responses.create(model=DEFAULT, input="And?", previous_response_id=first.id),
    )
    assert error.code == "previous_response_not_found"


def test_model_is_optional_in_responses_and_input_may_be_items(client: Any) -> None:
    items = [
        {"role": "developer", "content": "Answer in at most eight words."},
        {"role": "user", "content": [{"type": "input_text", "text": "What does HTTP 404 mean?"}]},
    ]
    response = client.responses.create(input=items)
    assert response.output_text == "The server cannot find that address."
    assert response.model == DEFAULT


def test_models_are_listed_with_their_shutdown_dates(client: Any) -> None:
    listed = {model.id: model.shutdown_date for model in client.models.list()}
    assert listed[DEFAULT] is None and listed["gpt-4o"] == "2027-01-14"
    assert "gpt-3.5-turbo" not in listed
    assert client.models.retrieve(DEFAULT).id == DEFAULT


GONE = [name for name, model in MODELS.items() if model.gone]


@pytest.mark.parametrize("name", ["gpt-7-nova", *GONE])
def test_unknown_or_shut_down_model_is_404(client: Any, name: str) -> None:
    for call in (
        lambda: create(client, model=name),
        lambda: client.responses.create(model=name, input="Hi"),
        lambda: client.models.retrieve(name),
    ):
        assert refused(openai.NotFoundError, call).code == "model_not_found"


BAD_CHAT: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"messages": []}, "messages", "empty_array"),
    ({"messages": "Hi"}, "messages", "invalid_type"),
    ({"messages": [1]}, "messages[0]", "invalid_type"),
    ({"messages": [{"content": "Hi"}]}, "messages[0].role", "missing_required_parameter"),
    ({"messages": [{"role": "king", "content": "Hi"}]}, "messages[0].role", "invalid_value"),
    ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content", "invalid_type"),
    ({"messages": [{"role": "user"}]}, "messages[0].content", "invalid_type"),
    ({"temperature": 0.2}, "temperature", "unsupported_value"),
    ({"temperature": 3, "reasoning_effort": "none"}, "temperature", "decimal_above_max_value"),
    ({"temperature": "hot"}, "temperature", "invalid_type"),
    ({"temperature": True}, "temperature", "invalid_type"),
    ({"top_p": 0.5}, "top_p", "unsupported_value"),
    ({"logprobs": True}, "logprobs", "unsupported_parameter"),
    ({"n": 0}, "n", "integer_below_min_value"),
    ({"n": 1.5}, "n", "invalid_type"),
    ({"max_completion_tokens": 0}, "max_completion_tokens", "integer_below_min_value"),
    ({"max_tokens": 5}, "max_tokens", "unsupported_parameter"),
    ({"stop": list("abcde")}, "stop", "array_above_max_length"),
    ({"stop": 5}, "stop", "invalid_type"),
    ({"stream_options": {"include_usage": True}}, "stream_options", None),
    ({"reasoning_effort": "maximum"}, "reasoning_effort", "invalid_value"),
    ({"reasoning_effort": "none", "model": "gpt-6.2-sol"}, "reasoning_effort", "unsupported_value"),
    ({"reasoning_effort": "minimal"}, "reasoning_effort", "unsupported_value"),
    ({"extra_body": {"temprature": 1}}, "temprature", "unknown_parameter"),
    ({"tool_choice": "auto"}, "tool_choice", None),
]


@pytest.mark.parametrize(("changes", "param", "code"), BAD_CHAT)
def test_bad_chat_request_is_400(
    client: Any, changes: dict[str, Any], param: str, code: str
) -> None:
    error = refused(openai.BadRequestError, lambda: create(client, **changes))
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")


BAD_RESPONSES: list[tuple[dict[str, Any], str, str]] = [
    ({"input": 5}, "input", "invalid_type"),
    ({"input": [5]}, "input[0]", "invalid_type"),
    ({"input": [{"role": "king", "content": "Hi"}]}, "input[0].role", "invalid_value"),
    ({"input": [{"type": "letter"}]}, "input[0].type", "invalid_value"),
    ({"input": "Hi", "max_output_tokens": 3}, "max_output_tokens", "integer_below_min_value"),
    ({"input": "Hi", "temperature": 0.2}, "temperature", "unsupported_value"),
    ({"input": "Hi", "instructions": 5}, "instructions", "invalid_type"),
    ({"input": "Hi", "extra_body": {"messages": []}}, "messages", "unknown_parameter"),
]


@pytest.mark.parametrize(("ask", "param", "code"), BAD_RESPONSES)
def test_bad_responses_request_is_400(
    client: Any, ask: dict[str, Any], param: str, code: str
) -> None:
    error = refused(openai.BadRequestError, lambda: client.responses.create(model=DEFAULT, **ask))
    assert (error.param, error.code) == (param, code)


def test_temperature_is_taken_without_reasoning(client: Any) -> None:
    assert create(client, temperature=1.4, reasoning_effort="none").choices[0].message.content
    assert create(client, temperature=0.1, model="gpt-4o").choices[0].message.content == SAID


def test_bad_key_is_401_and_shown_masked(client: Any) -> None:
    bad = client.with_options(api_key="sk-proj-not-a-key")
    error = refused(openai.AuthenticationError, bad.models.list)
    assert error.code == "invalid_api_key"
    assert "not-a" not in error.message and "-key" in error.message


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer "}, {"authorization": "Basic x"}])
def test_no_key_is_401(mock: Mock, header: dict[str, str]) -> None:
    reply = answer(Request("GET", "/v1/models", header), mock)
    assert reply.status == 401 and json.loads(reply.body)["error"]["type"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b'"x"', b"null"])
def test_body_that_is_no_object_is_400(mock: Mock, body: bytes) -> None:
    headers = {"authorization": f"Bearer {OFFLINE_KEY}"}
    for path in ("/v1/chat/completions", "/v1/responses", "/v1/responses/input_tokens"):
        assert answer(Request("POST", path, headers, body), mock).status == 400


def test_unknown_path_and_wrong_method(client: Any) -> None:
    error = refused(openai.NotFoundError, lambda: client.get("/nonsense", cast_to=object))
    assert "Invalid URL (GET /v1/nonsense)" in error.message
    with pytest.raises(openai.APIStatusError) as caught:
        client.get("/chat/completions", cast_to=object)
    assert caught.value.status_code == 405


def test_async_client_plain_and_streamed_fifty_at_once(address: str) -> None:
    async def one(client: Any) -> str:
        stream = await client.chat.completions.create(
            model=DEFAULT,
            messages=HELLO,
            stream=True,
        )
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
        response = await client.responses.create(model=DEFAULT, input="Say hello.")
        assert response.output_text == SAID
        return "".join(pieces)

    async def all_at_once() -> list[str]:
        async with AsyncOpenAI(api_key=OFFLINE_KEY, base_url=address, max_retries=0) as client:
            return await asyncio.gather(*(one(client) for _ in range(50)))

    assert asyncio.run(all_at_once()) == [SAID] * 50


def test_broken_file_of_replies_is_named_in_the_error() -> None:
    def broken() -> Mock:
        raise ValueError("04_chat.yaml: entry 'x' has no prompt")

    address = server.start(broken)
    with (
        OpenAI(api_key=OFFLINE_KEY, base_url=address, max_retries=0) as client,
        pytest.raises(openai.InternalServerError, match="04_chat.yaml"),
    ):
        create(client)


def test_two_servers_have_two_ports() -> None:
    empty = Mock(Replies())
    first, second = server.start(lambda: empty), server.start(lambda: empty)
    assert first != second
    assert httpx2.get(f"{first}/models").status_code == 401
    assert any(thread.name == "mock-api" and thread.daemon for thread in threading.enumerate())
