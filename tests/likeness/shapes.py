"""The shape of what the API answers: which fields, of which type, and the events in their order.

A shape is compared by `differences`. In it stands, for what a reply says at that place,

    a type      a value of that type
    a pattern   a text that it fits
    a value     that value
    {...}       an object with these fields and no others
    [...]       a list with these items; where `...` follows the last, one or more like it

Facts, read from replies that others recorded and published:

    CAPTURES  gpt-5.6-terra, 28 to 30 August 2026, spec/captures in
              https://github.com/kangminlee-maker/local-OAuth-CLI-API-adapter
    NOODLE    gpt-6-luna, 2 October 2026, Tests/NoodleCoreTests/RemoteModelFixtures.swift in
              https://github.com/pdparchitect/noodle
    VERCEL    gpt-6-luna, 8 October 2026, packages/openai/src/responses/__fixtures__ in
              https://github.com/vercel/ai
    ELLMER    gpt-5.6-terra and gpt-4.1-nano, 2 August 2026, the cassettes in
              https://github.com/tidyverse/ellmer
    PYDANTIC  gpt-5.5, 28 July 2026, tests/models/cassettes in
              https://github.com/pydantic/pydantic-ai
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple


def differences(shape: Any, found: Any, at: str = "") -> list[str]:
    """Return where what was found has another shape, as sentences."""
    if isinstance(shape, dict):
        if not isinstance(found, dict):
            return [f"{at}: an object is missing"]
        rows = [f"{at}.{name} is missing" for name in shape if name not in found]
        rows += [f"{at}.{name} is too much" for name in found if name not in shape]
        for name in [name for name in shape if name in found]:
            rows += differences(shape[name], found[name], f"{at}.{name}")
        return rows
    if isinstance(shape, list):
        if not isinstance(found, list):
            return [f"{at}: a list is missing"]
        if shape[-1:] == [...]:
            shape = [*shape[:-1], *shape[-2:-1] * (len(found) + 1 - len(shape))]
        if len(shape) != len(found):
            return [f"{at}: {len(found)} items, expected {len(shape)}"]
        items: list[str] = []
        for place, (one, other) in enumerate(zip(shape, found, strict=True)):
            items += differences(one, other, f"{at}[{place}]")
        return items
    if isinstance(shape, re.Pattern):
        good = isinstance(found, str) and shape.fullmatch(found) is not None
    elif isinstance(shape, type):
        good = type(found) is shape
    else:
        good = type(found) is type(shape) and found == shape
    return [] if good else [f"{at} is {found!r}, expected {shape}"]


def _id(prefix: str, length: int, digits: str) -> re.Pattern[str]:
    return re.compile(f"{prefix}[{digits}]{{{length}}}")


COMPLETION_ID = _id("chatcmpl-", 29, "0-9A-Za-z")
CALL_ID = _id("call_", 24, "0-9A-Za-z")
RESPONSE_ID, MESSAGE_ID, REASONING_ID, FUNCTION_CALL_ID = (
    _id(prefix, 50, "0-9a-f") for prefix in ("resp_", "msg_", "rs_", "fc_")
)
NOISE = re.compile("[0-9A-Za-z]{0,20}")
CITY = re.compile(r'\{\s*"city":.*\}')

# -- Chat Completions --------------------------------------------------------------------------

CHAT_USAGE = {
    "prompt_tokens": int,
    "completion_tokens": int,
    "total_tokens": int,
    "prompt_tokens_details": {"cached_tokens": int, "cache_write_tokens": int, "audio_tokens": 0},
    "completion_tokens_details": {
        "reasoning_tokens": int,
        "audio_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    },
}
MESSAGE = {"role": "assistant", "content": str, "refusal": None, "annotations": []}
CALLED = {"name": "weather", "arguments": CITY}
CHAT_CALL = {"id": CALL_ID, "type": "function", "function": CALLED}
# Since GPT-5 a choice has no `logprobs` unless they are asked for.
CHOICE = {"index": 0, "message": MESSAGE, "finish_reason": "stop"}
LOGPROB = {"token": str, "logprob": float, "bytes": [int, ...]}


def completion(**choice: Any) -> dict[str, Any]:
    return {
        "id": COMPLETION_ID,
        "object": "chat.completion",
        "created": int,
        "model": str,
        "choices": [{**CHOICE, **choice}],
        "usage": CHAT_USAGE,
        "service_tier": "default",
        "system_fingerprint": None,
    }


def chunk(delta: dict[str, Any], ends: str | None = None, **more: Any) -> tuple[None, Any]:
    return None, {
        "id": COMPLETION_ID,
        "object": "chat.completion.chunk",
        "created": int,
        "model": str,
        "service_tier": "default",
        "system_fingerprint": None,
        "choices": [{"index": 0, "delta": delta, "finish_reason": ends}],
        "obfuscation": NOISE,
        **more,
    }


FIRST = {"role": "assistant", "content": "", "refusal": None}
BEGUN = {
    "index": 0,
    "id": CALL_ID,
    "type": "function",
    "function": {"name": "weather", "arguments": ""},
}
MORE = {"index": 0, "function": {"arguments": str}}
DONE = (None, "[DONE]")

# -- Responses ---------------------------------------------------------------------------------

TEXT = {"type": "output_text", "annotations": [], "logprobs": [], "text": str}
SAID = {
    "id": MESSAGE_ID,
    "type": "message",
    "status": "completed",
    "content": [TEXT],
    "phase": "final_answer",
    "role": "assistant",
}
REASONED = {
    "id": REASONING_ID,
    "type": "reasoning",
    "content": [],
    "encrypted_content": str,
    "summary": [],
}
SUMMARY = {"type": "summary_text", "text": str}
CALL = {
    "id": FUNCTION_CALL_ID,
    "type": "function_call",
    "status": "completed",
    "arguments": CITY,
    "call_id": CALL_ID,
    "name": "weather",
}
TOOL = {
    "type": "function",
    "description": None,
    "name": "weather",
    "output_schema": None,
    "parameters": dict,
    "strict": True,
}
USAGE = {
    "input_tokens": int,
    "input_tokens_details": {"cache_write_tokens": int, "cached_tokens": int},
    "output_tokens": int,
    "output_tokens_details": {"reasoning_tokens": int},
    "total_tokens": int,
}
_PICTURES = {"image_tokens": 0, "text_tokens": 0}
TOOL_USAGE = {
    "image_gen": {
        "input_tokens": 0,
        "input_tokens_details": _PICTURES,
        "output_tokens": 0,
        "output_tokens_details": _PICTURES,
        "total_tokens": 0,
    },
    "web_search": {"num_requests": 0},
}
REASONING = {"context": "all_turns", "effort": "medium", "mode": "standard", "summary": None}


def response(output: list[Any], **more: Any) -> dict[str, Any]:
    return {
        "id": RESPONSE_ID,
        "object": "response",
        "created_at": int,
        "status": "completed",
        "access_programs": None,
        "background": False,
        "billing": {"payer": "developer"},
        "completed_at": int,
        "error": None,
        "frequency_penalty": 0.0,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "model": str,
        "moderation": None,
        "output": output,
        "parallel_tool_calls": True,
        "presence_penalty": 0.0,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "prompt_cache_retention": "24h",
        "reasoning": REASONING,
        "safety_identifier": None,
        "service_tier": "default",
        "store": True,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tool_usage": TOOL_USAGE,
        "tools": [],
        "top_logprobs": 0,
        "top_p": 0.98,
        "truncation": "disabled",
        "usage": USAGE,
        "user": None,
        "metadata": {},
        **more,
    }


def streamed(*told: tuple[str, dict[str, Any]], output: list[Any], **more: Any) -> list[Any]:
    """Return the events of a response: what is told of its items, and what stands around it."""
    ended = response(output, **more)
    del ended["billing"]
    begun: dict[str, Any] = {
        **ended,
        "status": "in_progress",
        "completed_at": None,
        "output": [],
        "service_tier": "auto",
        "usage": None,
    }
    rows = [("created", {"response": begun}), ("in_progress", {"response": begun})]
    rows += [*told, ("completed", {"response": ended})]
    return [
        (f"response.{event}", {"type": f"response.{event}", **says, "sequence_number": int})
        for event, says in rows
    ]


def item(place: int, started: dict[str, Any], *told: Any, ended: dict[str, Any]) -> list[Any]:
    """Return the events of one item: its beginning, what is told of it, its end."""
    at = {"item_id": ended["id"], "output_index": place}
    return [
        ("output_item.added", {"item": {**ended, **started}, "output_index": place}),
        *((event, {**says, **at}) for event, says in told),
        ("output_item.done", {"item": ended, "output_index": place}),
    ]


def text_item(place: int) -> list[Any]:
    first = {"content_index": 0}
    return item(
        place,
        {"status": "in_progress", "content": []},
        ("content_part.added", {**first, "part": {**TEXT, "text": ""}}),
        ("output_text.delta", {**first, "delta": str, "logprobs": [], "obfuscation": NOISE}),
        ("output_text.done", {**first, "logprobs": [], "text": str}),
        ("content_part.done", {**first, "part": TEXT}),
        ended=SAID,
    )


def summary_events(place: int) -> list[Any]:
    at = {"summary_index": place}
    return [
        ("reasoning_summary_part.added", {**at, "part": {**SUMMARY, "text": ""}}),
        ("reasoning_summary_text.delta", {**at, "delta": str, "obfuscation": NOISE}),
        ("reasoning_summary_text.done", {**at, "text": str}),
        ("reasoning_summary_part.done", {**at, "part": SUMMARY}),
    ]


# -- The kinds ---------------------------------------------------------------------------------


class Kind(NamedTuple):
    """A request, what answers it, and where that was read.

    shape: of the body, or a list of (event, shape of its data) for a stream. Events of one kind
    that follow each other count as one.
    """

    request: dict[str, Any]
    shape: Any
    source: str


def ping(**more: Any) -> dict[str, Any]:
    return {"model": "gpt-5.6-terra", "messages": [{"role": "user", "content": "ping"}]} | more


def ask(**more: Any) -> dict[str, Any]:
    return {"model": "gpt-5.6-terra", "input": "ping"} | more


SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
WEATHER = {"name": "weather", "parameters": SCHEMA}
NONE: dict[str, Any] = {"reasoning_effort": "none"}
QUESTION = "What is the weather in Paris?"
ASKED = {"messages": [{"role": "user", "content": QUESTION}]}
CHAT_TOOL = {**NONE, **ASKED, "tools": [{"type": "function", "function": WEATHER}]}
TOOLS = {"input": QUESTION, "tools": [{"type": "function", **WEATHER}]}
WITH_USAGE = {"stream": True, "stream_options": {"include_usage": True}}
FORMAT = {"type": "json_schema", "name": "place", "schema": SCHEMA, "strict": True}

CHAT = {
    "plain": Kind(ping(), completion(), "CAPTURES direct-chat-minimal"),
    "log probabilities": Kind(
        ping(**NONE, logprobs=True),
        completion(logprobs={"content": [{**LOGPROB, "top_logprobs": []}, ...], "refusal": None}),
        "CAPTURES direct-chat-logprobs-effort-none",
    ),
    "a call": Kind(
        ping(**CHAT_TOOL),
        completion(
            message={**MESSAGE, "content": None, "tool_calls": [CHAT_CALL]},
            finish_reason="tool_calls",
        ),
        "ELLMER openai-tool; that no logprobs are there: CAPTURES direct-chat-tools",
    ),
    "a call by GPT-4.1": Kind(
        ping(model="gpt-4.1", **ASKED, tools=CHAT_TOOL["tools"]),
        {
            **completion(
                message={**MESSAGE, "content": None, "tool_calls": [CHAT_CALL]},
                logprobs=None,
                finish_reason="tool_calls",
            ),
            "system_fingerprint": re.compile("fp_[0-9a-f]{10}"),
        },
        "ELLMER openai-tool",
    ),
    "stream": Kind(
        ping(stream=True),
        [chunk(FIRST), chunk({"content": str}), chunk({}, "stop"), DONE],
        "CAPTURES direct-chat-stream",
    ),
    "stream with usage": Kind(
        ping(**WITH_USAGE),
        [
            chunk(FIRST, usage=None),
            chunk({"content": str}, usage=None),
            chunk({}, "stop", usage=None),
            chunk({}, usage=CHAT_USAGE, choices=[]),
            DONE,
        ],
        "NOODLE chatTextAfterTool",
    ),
    "stream of a call": Kind(
        ping(**CHAT_TOOL, **WITH_USAGE),
        [
            chunk({**FIRST, "content": None, "tool_calls": [BEGUN]}, usage=None),
            chunk({"tool_calls": [MORE]}, usage=None),
            chunk({}, "tool_calls", usage=None),
            chunk({}, usage=CHAT_USAGE, choices=[]),
            DONE,
        ],
        "NOODLE chatToolCall",
    ),
    "error": Kind(
        ping(model="gpt-6-luna", messages=[{"role": "user", "content": " word" * 922_001}]),
        {
            "error": {
                "message": "Input tokens exceed the configured limit of 922000 tokens. Your "
                "messages resulted in 922007 tokens. Please reduce the length of the messages.",
                "type": "invalid_request_error",
                "param": "messages",
                "code": "context_length_exceeded",
            }
        },
        "NOODLE chatContextOverflowBody",
    ),
}

RESPONSES = {
    "plain": Kind(
        ask(),
        response([SAID]),
        "CAPTURES direct-responses-minimal; access_programs: VERCEL gpt-6-luna-reasoning-none-…",
    ),
    "reasoning": Kind(
        ask(reasoning={"effort": "high"}),
        response([REASONED, SAID], reasoning={**REASONING, "effort": "high"}),
        "CAPTURES direct-responses-tools-parallel-false",
    ),
    "a summary asked for": Kind(
        ask(reasoning={"effort": "high", "summary": "auto"}),
        response(
            [{**REASONED, "summary": [SUMMARY, ...]}, SAID],
            reasoning={**REASONING, "effort": "high", "summary": "detailed"},
        ),
        "CAPTURES direct-responses-reasoning-summary-auto; NOODLE responsesReasoning",
    ),
    "a call": Kind(
        ask(reasoning={"effort": "none"}, **TOOLS, parallel_tool_calls=False),
        response(
            [CALL],
            parallel_tool_calls=False,
            reasoning={**REASONING, "effort": "none"},
            tools=[TOOL],
        ),
        "CAPTURES direct-responses-tools-parallel-false; NOODLE responsesToolCall",
    ),
    "a schema": Kind(
        ask(reasoning={"effort": "none"}, text={"format": FORMAT}, store=False),
        response(
            [SAID],
            reasoning={**REASONING, "effort": "none"},
            store=False,
            text={"format": {**FORMAT, "description": None}, "verbosity": "medium"},
        ),
        "ELLMER structured-data-basics-image",
    ),
    "stream": Kind(
        ask(stream=True),
        streamed(*text_item(0), output=[SAID]),
        "CAPTURES direct-responses-stream",
    ),
    "stream of a call": Kind(
        ask(stream=True, reasoning={"effort": "none"}, **TOOLS),
        streamed(
            *item(
                0,
                {"status": "in_progress", "arguments": ""},
                ("function_call_arguments.delta", {"delta": str, "obfuscation": NOISE}),
                ("function_call_arguments.done", {"arguments": CITY}),
                ended=CALL,
            ),
            output=[CALL],
            reasoning={**REASONING, "effort": "none"},
            tools=[TOOL],
        ),
        "PYDANTIC test_openai_responses_phase_streamed_on_part_start; NOODLE responsesToolCall",
    ),
    "stream of a summary": Kind(
        ask(stream=True, reasoning={"effort": "high", "summary": "auto"}),
        streamed(
            *item(
                0,
                {"summary": []},
                *summary_events(0),
                *summary_events(1),
                ended={**REASONED, "summary": [SUMMARY, SUMMARY]},
            ),
            *text_item(1),
            output=[{**REASONED, "summary": [SUMMARY, SUMMARY]}, SAID],
            reasoning={**REASONING, "effort": "high", "summary": "detailed"},
        ),
        "NOODLE responsesReasoning",
    ),
}
