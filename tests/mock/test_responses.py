"""Responses: what a body and its items hold, how it is streamed, continued and counted."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from helpers.mock.endpoints import _input_items
from helpers.mock.state import Mock
from tests.mock.asking import COUNT, HELLO, LUNA, PATHS, SAID, ask, error, events, hello, lack, told

LOCK = "How do I pick my neighbour's lock?"
MEI, NAME = "Hi, I am Mei and I grow tomatoes.", "What is my name?"
THINK = {"reasoning": {"effort": "high"}}
PLAIN = {"reasoning": {"effort": "none"}}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "name": "weather", "description": "Tell it.", "parameters": SCHEMA}
FORMAT = {"type": "json_schema", "name": "place", "strict": True, "schema": SCHEMA}
DECLINED: Any = {"input": LOCK, "text": {"format": FORMAT}, **PLAIN}


def respond(mock: Mock, **changes: Any) -> Any:
    return told(hello(mock, "responses", **changes))


def text(response: Any) -> str:
    parts = [part for item in response["output"] for part in item.get("content", ())]
    return "".join(part.get("text", "") for part in parts)


# What a body holds

DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(
        ("access_programs", "error", "incomplete_details", "instructions", "max_output_tokens")
        + ("max_tool_calls", "moderation", "previous_response_id", "prompt_cache_key")
        + ("safety_identifier", "user")
    ),
    "background": False,
    "billing": {"payer": "developer"},
    "frequency_penalty": 0.0,
    "metadata": {},
    "model": LUNA,
    "object": "response",
    "parallel_tool_calls": True,
    "presence_penalty": 0.0,
    "prompt_cache_retention": "24h",
    "reasoning": {"context": "all_turns", "effort": "medium", "mode": "standard", "summary": None},
    "service_tier": "default",
    "status": "completed",
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}, "verbosity": "medium"},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 0.98,
    "truncation": "disabled",
}


def test_a_body_has_every_field_of_a_recorded_one_with_the_apis_defaults(mock: Mock) -> None:
    body = respond(mock)
    own = {"id", "created_at", "completed_at", "output", "tool_usage", "usage"}
    assert set(body) == own | set(DEFAULTS)
    assert {name: body[name] for name in DEFAULTS} == DEFAULTS
    assert set(body["tool_usage"]) == {"image_gen", "web_search"}


def test_a_body_repeats_what_was_asked_for(mock: Mock) -> None:
    asked: dict[str, Any] = {
        "instructions": "Be brief.",
        "max_output_tokens": 500,
        "max_tool_calls": 3,
        "metadata": {"a": "b"},
        "parallel_tool_calls": False,
        "prompt_cache_key": "k",
        "safety_identifier": "s",
        "store": False,
        "temperature": 0.5,
        "tool_choice": "none",
        "top_logprobs": 2,
        "top_p": 0.5,
        "truncation": "auto",
    }
    body = respond(mock, **asked, **PLAIN, text={"verbosity": "low"})
    assert {name: body[name] for name in asked} == asked
    assert body["reasoning"]["effort"] == "none"
    assert body["text"] == {"format": {"type": "text"}, "verbosity": "low"}
    cached = respond(mock, prompt_cache_options={"mode": "explicit"})["prompt_cache_options"]
    assert cached == {"mode": "explicit", "ttl": "30m"}


def test_a_model_that_does_not_reason_has_other_defaults(mock: Mock) -> None:
    body = respond(mock, model="gpt-4o")
    assert (body["top_p"], body["reasoning"]["effort"]) == (1.0, None)
    assert body["prompt_cache_retention"] == "in_memory"


def test_a_message_and_the_reasoning_before_it_have_every_field_of_recorded_ones(
    mock: Mock,
) -> None:
    reasoning, message = respond(mock, **THINK)["output"]
    assert set(reasoning) == {"id", "type", "content", "encrypted_content", "summary"}
    assert (reasoning["type"], reasoning["content"], reasoning["summary"]) == ("reasoning", [], [])
    assert message | {"id": 0} == {
        "id": 0,
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "phase": "final_answer",
        "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": SAID}],
    }


def test_a_short_question_is_answered_without_reasoning_up_to_medium_effort(mock: Mock) -> None:
    def thought(prompt: str, effort: str) -> tuple[int, list[str]]:
        body = respond(mock, input=prompt, reasoning={"effort": effort})
        kinds = [item["type"] for item in body["output"]]
        return body["usage"]["output_tokens_details"]["reasoning_tokens"], kinds

    assert thought("Hi", "medium") == (0, ["message"])
    assert thought("Why? " * 30, "none") == (0, ["message"])
    costs = [thought("Why? " * 30, effort) for effort in ("low", "medium", "high", "xhigh", "max")]
    assert all(kinds == ["reasoning", "message"] for _, kinds in costs)
    numbers = [number for number, _ in costs]
    assert numbers == sorted(set(numbers)) and numbers[0] > 0


def test_a_summary_that_is_asked_for_is_given_in_the_mocks_voice(mock: Mock) -> None:
    body = respond(mock, reasoning={"effort": "high", "summary": "auto"})
    assert body["reasoning"]["summary"] == "detailed"
    summary = body["output"][0]["summary"]
    assert len(summary) == 2 and "(Offline mock)" in summary[0]["text"]
    assert respond(mock, reasoning={"summary": "concise"})["reasoning"]["summary"] == "concise"


def test_logprobs_are_included_when_asked_for(mock: Mock) -> None:
    asked: Any = {**PLAIN, "include": ["message.output_text.logprobs"], "top_logprobs": 2}
    rows = respond(mock, **asked)["output"][0]["content"][0]["logprobs"]
    assert "".join(row["token"] for row in rows) == SAID
    assert {len(row["top_logprobs"]) for row in rows} == {2}
    found = events(hello(mock, "responses", **asked, stream=True))
    deltas = [event for event in found if event["type"] == "response.output_text.delta"]
    assert [event["logprobs"] for event in deltas] == [[row] for row in rows]


# How it ends


def test_a_limit_makes_it_incomplete(mock: Mock) -> None:
    limit = {"max_output_tokens": 16}
    body = respond(mock, input="Describe a sunrise in two sentences.", **limit)
    assert (body["status"], body["completed_at"]) == ("incomplete", None)
    assert body["incomplete_details"] == {"reason": "max_output_tokens"}
    assert body["output"][0]["status"] == "incomplete" and text(body).startswith("A thin line")
    assert body["usage"]["output_tokens"] == 16
    silent = respond(mock, **limit, **THINK)
    assert [item["type"] for item in silent["output"]] == ["reasoning"]
    last = events(hello(mock, "responses", stream=True, **limit, **THINK))[-1]
    assert last["type"] == "response.incomplete" and last["response"]["status"] == "incomplete"


def test_the_content_filter_makes_it_incomplete(mock: Mock) -> None:
    body = respond(mock, input="Quote a song text in full.")
    assert body["incomplete_details"] == {"reason": "content_filter"}


def test_an_unwritten_prompt_is_an_error_when_strict() -> None:
    strict = Mock(strict=True)
    assert text(respond(strict)) == SAID
    assert error(hello(strict, "responses", input="Say helo."))["code"] == "mock_unknown_prompt"


# Streams

MESSAGE = [
    *("output_item.added", "content_part.added", "output_text.delta", "output_text.done"),
    *("content_part.done", "output_item.done"),
]
SUMMARY = [
    *("reasoning_summary_part.added", "reasoning_summary_text.delta"),
    *("reasoning_summary_text.done", "reasoning_summary_part.done"),
]
CALL = [
    *("output_item.added", "function_call_arguments.delta", "function_call_arguments.done"),
    "output_item.done",
]
THOUGHT = ["output_item.added", "output_item.done"]


@pytest.mark.parametrize(
    ("changes", "between"),
    [
        ({}, MESSAGE),
        (THINK, [*THOUGHT, *MESSAGE]),
        (
            {"reasoning": {"effort": "high", "summary": "auto"}},
            ["output_item.added", *SUMMARY, *SUMMARY, "output_item.done", *MESSAGE],
        ),
        ({"tools": [TOOL], "tool_choice": "required"}, [*THOUGHT, *CALL]),
        (DECLINED, [kind.replace("output_text", "refusal") for kind in MESSAGE]),
    ],
)
def test_a_stream_tells_every_event_in_the_apis_order(
    mock: Mock, changes: dict[str, Any], between: list[str]
) -> None:
    found = events(hello(mock, "responses", stream=True, **changes))
    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    kinds = [event["type"].removeprefix("response.") for event in found]
    different = [kind for place, kind in enumerate(kinds) if kinds[place - 1 : place] != [kind]]
    assert different == ["created", "in_progress", *between, "completed"]


def test_a_stream_adds_up_to_the_plain_response(mock: Mock) -> None:
    plain = respond(mock, **THINK)
    found = events(hello(mock, "responses", **THINK, stream=True))
    first, last = found[0]["response"], found[-1]["response"]
    assert (first["status"], first["output"], first["usage"]) == ("in_progress", [], None)
    assert (first["service_tier"], last["service_tier"]) == ("auto", "default")
    assert set(first) == set(last) == set(plain) - {"billing"}
    assert last["usage"] == plain["usage"] and text(last) == text(plain) == SAID
    pieces = [event["delta"] for event in found if event["type"].endswith("text.delta")]
    assert "".join(pieces) == SAID
    done = [event["item"] for event in found if event["type"] == "response.output_item.done"]
    assert done == last["output"]
    # Each event of an item names it.
    named = {event["item_id"] for event in found if "item_id" in event}
    assert named == {last["output"][-1]["id"]}


def test_a_streamed_call_comes_in_pieces_that_make_up_its_arguments(mock: Mock) -> None:
    asked: Any = {"tools": [TOOL], "tool_choice": "required"}
    found = events(hello(mock, "responses", **asked, stream=True))
    (ended,) = [one for one in found if one["type"] == "response.function_call_arguments.done"]
    pieces = [one["delta"] for one in found if one["type"].endswith("arguments.delta")]
    assert len(pieces) > 1 and "".join(pieces) == ended["arguments"]


def test_every_event_is_named_in_its_line_and_nothing_follows_the_last(mock: Mock) -> None:
    lines = list(hello(mock, "responses", stream=True).events or ())
    assert lines[0].startswith(b'event: response.created\ndata: {"type":"response.created",')
    assert lines[-1].startswith(b"event: response.completed\n") and b"[DONE]" not in lines[-1]


def test_the_sdks_stream_helper_understands_the_events(client: OpenAI) -> None:
    with client.responses.stream(model=LUNA, **DECLINED) as stream:
        kinds = {event.type for event in stream}
        final: Any = stream.get_final_response()
    assert {"response.refusal.delta", "response.refusal.done"} <= kinds
    assert final.output_text == "" and final.output[-1].content[0].type == "refusal"


# Conversations


def test_a_conversation_goes_on_by_the_id_of_its_last_response_and_is_paid_for(mock: Mock) -> None:
    first = respond(mock, input=MEI)
    second = respond(mock, input=NAME, previous_response_id=first["id"])
    assert text(second) == "Your name is Mei."
    assert second["previous_response_id"] == first["id"]
    alone = respond(mock, input=NAME)
    assert text(alone).startswith("I don't know your name.")
    assert second["usage"]["input_tokens"] > alone["usage"]["input_tokens"]


def test_a_conversation_goes_on_by_its_items_sent_back_whole(mock: Mock) -> None:
    history: list[Any] = [{"role": "user", "content": MEI}]
    history += respond(mock, input=history, **THINK)["output"]
    history.append({"role": "user", "content": NAME})
    assert text(respond(mock, input=history)) == "Your name is Mei."


def test_a_conversation_goes_on_by_references_to_its_items(mock: Mock) -> None:
    history: list[Any] = [{"role": "user", "content": [{"type": "input_text", "text": MEI}]}]
    output = respond(mock, input=history, **THINK)["output"]
    assert [item["type"] for item in output] == ["reasoning", "message"]
    history += [{"type": "item_reference", "id": item["id"]} for item in output]
    history.append({"role": "user", "content": NAME})
    by_reference = respond(mock, input=history)
    assert text(by_reference) == "Your name is Mei."
    history[1:3] = output
    assert respond(mock, input=history)["usage"] == by_reference["usage"]


def test_instructions_hold_for_one_request_only(mock: Mock) -> None:
    rule = "Answer in at most eight words."
    first = respond(mock, input="What does HTTP 404 mean?", instructions=rule)
    assert text(first) == "The server cannot find that address."
    before = first["usage"]["input_tokens"]
    second = respond(mock, input="And 500?", previous_response_id=first["id"])
    spoken = respond(
        mock,
        input=[
            {"role": "user", "content": "What does HTTP 404 mean?"},
            *first["output"],
            {"role": "user", "content": "And 500?"},
        ],
    )
    assert second["usage"]["input_tokens"] == spoken["usage"]["input_tokens"]
    assert before > respond(mock, input="What does HTTP 404 mean?")["usage"]["input_tokens"]


def test_what_was_not_stored_cannot_be_continued(mock: Mock) -> None:
    first = respond(mock, store=False)
    found = error(hello(mock, "responses", previous_response_id=first["id"]))
    assert found["code"] == "previous_response_not_found"
    reference = {"type": "item_reference", "id": first["output"][0]["id"]}
    reply = hello(mock, "responses", input=[reference, {"role": "user", "content": "And?"}])
    assert reply.status == 404 and "not persisted when `store` is set to false" in str(error(reply))


# Tokens counted ahead


def test_counting_gives_what_the_response_is_charged(mock: Mock) -> None:
    rule = {"role": "developer", "content": "Be brief."}
    asked: list[dict[str, Any]] = [
        {},
        {"model": "gpt-4o"},
        {"instructions": "Be brief."},
        {"tools": [TOOL], "tool_choice": "none"},
        {"text": {"format": FORMAT}},
        {"input": [rule, {"role": "user", "content": "A"}]},
    ]
    for changes in asked:
        counted = told(ask(mock, COUNT, HELLO["responses"] | changes))
        assert counted["object"] == "response.input_tokens"
        assert counted["input_tokens"] == respond(mock, **changes)["usage"]["input_tokens"]


def test_counting_knows_the_conversation_before_and_the_default_model(mock: Mock) -> None:
    first = respond(mock, input=MEI)
    body = {"input": NAME, "previous_response_id": first["id"]}
    counted = told(ask(mock, COUNT, body))["input_tokens"]
    assert counted == respond(mock, **body)["usage"]["input_tokens"]


# What the mock lacks


def test_what_only_the_api_takes_is_named_as_the_mocks_lack(mock: Mock) -> None:
    named: list[tuple[str, dict[str, Any]]] = [
        (
            "options of responses in the background",
            {"background_options": {"completion_window": "soonest"}},
        ),
        ("stored prompts", {"prompt": {"id": "pmpt_1"}}),
        ("compaction", {"context_management": [{"type": "compaction"}]}),
        ("access programs", {"access_programs": {"cyber": "standard"}}),
        ("'custom'", {"tools": [{"type": "custom", "name": "f"}]}),
        ("'web_search'", {"tools": [{"type": "web_search"}]}),
        ("'code_interpreter'", {"tools": [{"type": "code_interpreter", "container": "c"}]}),
        ("tool_choice of type 'mcp'", {"tools": [TOOL], "tool_choice": {"type": "mcp"}}),
        ("'input_audio'", {"input": [{"role": "user", "content": [{"type": "input_audio"}]}]}),
    ]
    for words, changes in named:
        assert words in lack(hello(mock, "responses", **changes))


def test_a_prompt_below_the_threshold_is_not_compacted(mock: Mock) -> None:
    def manage(threshold: int) -> dict[str, Any]:
        return {"context_management": [{"type": "compaction", "compact_threshold": threshold}]}

    asked = respond(mock, input=MEI, **manage(1000))["usage"]["input_tokens"]
    assert [item["type"] for item in respond(mock, input=MEI, **manage(asked))["output"]] == [
        "message"
    ]
    assert "compaction" in lack(hello(mock, "responses", input=MEI, **manage(asked - 1)))


def test_items_that_only_the_api_takes_are_named_as_the_mocks_lack(mock: Mock) -> None:
    ours = {"message", "item_reference", "reasoning", "function_call", "function_call_output"}
    theirs = set(_input_items.ITEMS) - ours - {"compaction"}
    assert {"web_search_call", "mcp_call", "custom_tool_call", "compaction_trigger"} < theirs
    for kind in theirs:
        assert f"'{kind}'" in lack(hello(mock, "responses", input=[{"type": kind}]))


def test_what_stands_for_the_input_is_named_too(mock: Mock) -> None:
    lack(ask(mock, PATHS["responses"], {"model": LUNA, "prompt": {"id": "pmpt_1"}}))


def test_counting_names_what_it_would_leave_out(mock: Mock) -> None:
    lack(ask(mock, COUNT, HELLO["responses"] | {"personality": "friendly"}))


def test_more_tokens_than_the_model_takes_are_refused_and_never_cut_in_silence(mock: Mock) -> None:
    long = {"model": "gpt-4o", "input": " word" * 128_000}
    found = error(hello(mock, "responses", **long))
    assert (found["param"], found["code"]) == ("input", "context_length_exceeded")
    cut = hello(mock, "responses", **long, truncation="auto", stream=True)
    assert "truncation" in lack(cut)


def test_in_a_stream_too_many_tokens_are_told_by_an_event(client: OpenAI, mock: Mock) -> None:
    long: dict[str, Any] = {"model": "gpt-4o", "input": " word" * 128_000}
    reply = hello(mock, "responses", **long, stream=True)
    assert reply.status == 200
    *begun, told, last = events(reply)
    assert [event["type"] for event in begun] == ["response.created", "response.in_progress"]
    assert (told["type"], told["sequence_number"]) == ("error", 2)
    refused = error(hello(mock, "responses", **long))
    assert told["error"] == refused
    assert (last["type"], last["response"]["status"]) == ("response.failed", "failed")
    assert last["response"]["error"] == {
        "code": refused["code"],
        "message": refused["message"],
    }
    with pytest.raises(openai.APIError, match="exceeds the context window") as caught:
        list(client.responses.create(**long, stream=True))
    assert not isinstance(caught.value, openai.APIStatusError)


def test_an_error_is_raised_as_the_sdk_has_it_for_the_api(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="gpt-7", input="Hi")
    assert (caught.value.param, caught.value.code) == ("model", "model_not_found")
