"""`POST /v1/responses` and `/v1/responses/input_tokens`.

https://developers.openai.com/api/reference/resources/responses
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from openai.types.responses import input_token_count_params, response_create_params

from helpers.mock import abilities, checks, errors, tools
from helpers.mock.checks import Rules
from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import _input_items
from helpers.mock.errors import APIError
from helpers.mock.generation import generate, pictures, prompt, structured, tokens
from helpers.mock.generation.describe import About
from helpers.mock.generation.generate import Generated
from helpers.mock.generation.messages import Message, ToolCall, said
from helpers.mock.generation.structured import Format
from helpers.mock.http import Call, Result, sse
from helpers.mock.state import Mock, StoredResponse
from helpers.models import DEFAULT, Model

# Tokens of a reply beside its text, without reasoning and with it: seen in recordings of GPT-5
# and later.
FIXED = (4, 6)
_CACHED = {"mode": "implicit", "ttl": "30m"}

_MOVED = {
    "messages": "input",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
    "verbosity": "text.verbosity",
}
_NOT_SIMULATED = {
    "background": "responses in the background",
    "conversation": "conversations",
    "prompt": "stored prompts",
    "context_management": "the compaction of long conversations",
    "access_programs": "access programs",
    "background_options": "responses in the background",
    "image": "pictures in a response",
    "personality": "personalities",
}


class Params(response_create_params.ResponseCreateParamsBase, total=False):
    """All parameters: with `stream`, which the SDK keeps apart, and two that it does not have."""

    stream: bool | None
    presence_penalty: float | None
    frequency_penalty: float | None


def post(call: Call) -> Result:
    """Answer a request, whole or as the events of a stream. Raises APIError.

    Unless `store` is false, the response is kept, to be continued by its id.
    """
    response = create(call)
    return _lines(call, response) if call.body.get("stream") else response


def post_count(call: Call) -> dict[str, Any]:
    """Return how many tokens a request's input has. Raises APIError."""
    body = call.body
    # `model` is optional here; a model of the mock's choice then counts.
    model = abilities.responses_model(body.get("model", DEFAULT))
    history = _read(body, call.mock, input_token_count_params.InputTokenCountParams)
    conversation = _instructed(body, history)
    schema = structured.read_responses((body.get("text") or {}).get("format")).schema
    number = prompt.count(conversation, model, schema, body.get("tools") or [])
    return {"object": "response.input_tokens", "input_tokens": number}


def create(call: Call) -> dict[str, Any]:
    """Return the response that the mock gives to a request. Raises APIError."""
    body, mock = call.body, call.mock
    model = abilities.responses_model(body.get("model"), given="model" in body)
    _check_input_is_there(body)
    _check_moved(body)
    history = _read(body, mock, Params)
    if not history:
        raise APIError(
            "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be "
            "provided.",
            code="missing_required_parameter",
        )
    _input_items.check_pairs(history)
    pictures.check_number(sum(len(message.pictures) for message in history), "input")
    effort = abilities.responses_effort(model, (body.get("reasoning") or {}).get("effort"))
    abilities.responses_sampling(body, effort)
    wanted = structured.read_responses((body.get("text") or {}).get("format"))
    conversation = _instructed(body, history)
    structured.check_asks_for_json(wanted, conversation, chat=False)
    declared = body.get("tools") or []
    asked = prompt.count(conversation, model, wanted.schema, declared)
    abilities.context(model, asked, chat=False, truncates=body.get("truncation") == "auto")
    (made,) = generate.generate(
        conversation,
        mock.replies,
        strict=mock.strict,
        about=About(
            model.id,
            asked,
            effort,
            (body.get("text") or {}).get("verbosity") or "medium",
            body.get("temperature"),
            call.number,
        ),
        limit=body.get("max_output_tokens"),
        wanted=wanted,
        tools=tools.offered(
            declared, body.get("tool_choice"), body.get("parallel_tool_calls") is not False
        ),
        fixed=FIXED if model.reasons else (0, 0),
    )
    call.entry = made.entry
    common.rate_limits(call, asked)
    cached, written = common.cache(call, conversation, model, asked, declared, wanted, effort)
    usage = {
        "input_tokens": asked,
        "input_tokens_details": {"cache_write_tokens": written, "cached_tokens": cached},
        "output_tokens": made.tokens,
        "output_tokens_details": {"reasoning_tokens": made.reasoning_tokens},
        "total_tokens": asked + made.tokens,
    }
    response = _response(call, model, made, effort, wanted, usage)
    if body.get("store") is not False:
        _store(mock, response, history, made, len(call.request.body))
    return response


def _response(
    call: Call, model: Model, made: Generated, effort: str, wanted: Format, usage: dict[str, Any]
) -> dict[str, Any]:
    """Return the body of a response, with what the request set and the API's defaults."""
    body = call.body
    reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(made.ends)
    status = "incomplete" if reason else "completed"

    def echo(name: str, default: Any = None) -> Any:
        return default if body.get(name) is None else body[name]

    thinks = model.reasons
    reasoning, text = body.get("reasoning") or {}, body.get("text") or {}
    summary = reasoning.get("summary")
    options = body.get("prompt_cache_options") or {}
    caching = {name: options.get(name) or usual for name, usual in _CACHED.items()}
    return {
        "id": call.hexadecimal("resp_", 50),
        "object": "response",
        "created_at": call.created,
        "status": status,
        "access_programs": None,
        "background": False,
        "billing": {"payer": "developer"},
        "completed_at": None if reason else call.created,
        "error": None,
        "frequency_penalty": float(echo("frequency_penalty", 0.0)),
        "incomplete_details": {"reason": reason} if reason else None,
        "instructions": echo("instructions"),
        "max_output_tokens": echo("max_output_tokens"),
        "max_tool_calls": echo("max_tool_calls"),
        "model": model.id,
        **(common.moderated(body, chat=False) or {"moderation": None}),
        "output": _output(call, made, status, effort),
        "parallel_tool_calls": echo("parallel_tool_calls", True),
        "presence_penalty": float(echo("presence_penalty", 0.0)),
        "previous_response_id": echo("previous_response_id"),
        "prompt_cache_key": echo("prompt_cache_key"),
        **({"prompt_cache_options": caching} if options else {}),
        "prompt_cache_retention": echo("prompt_cache_retention", "24h" if thinks else "in_memory"),
        "reasoning": {
            "context": reasoning.get("context") or "all_turns",
            "effort": effort if thinks else None,
            "mode": reasoning.get("mode") or "standard",
            "summary": "detailed" if summary == "auto" else summary,
        },
        "safety_identifier": echo("safety_identifier"),
        "service_tier": common.tier(body),
        "store": echo("store", True),
        "temperature": float(echo("temperature", 1.0)),
        "text": {
            "format": _shown_format(text.get("format"), wanted),
            "verbosity": text.get("verbosity") or "medium",
        },
        "tool_choice": echo("tool_choice", "auto"),
        "tool_usage": {
            "image_gen": {
                "input_tokens": 0,
                "input_tokens_details": {"image_tokens": 0, "text_tokens": 0},
                "output_tokens": 0,
                "output_tokens_details": {"image_tokens": 0, "text_tokens": 0},
                "total_tokens": 0,
            },
            "web_search": {"num_requests": 0},
        },
        "tools": [_shown_tool(tool) for tool in body.get("tools") or []],
        "top_logprobs": echo("top_logprobs", 0),
        "top_p": float(echo("top_p", 0.98 if thinks else 1.0)),
        "truncation": echo("truncation", "disabled"),
        "usage": usage,
        "user": echo("user"),
        "metadata": echo("metadata", {}),
    }


def _shown_format(given: Any, wanted: Format) -> dict[str, Any]:
    if wanted.schema is None:
        return {"type": wanted.kind}
    return {
        "type": "json_schema",
        "description": given.get("description"),
        "name": given["name"],
        "schema": given["schema"],
        "strict": bool(given.get("strict")),
    }


def _shown_tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """Return a function as a response repeats it: without `strict` the API tries strict mode."""
    schema, strict = tool.get("parameters"), tool.get("strict")
    if strict is None:
        closed = structured.strict_form(schema) if schema else None
        schema, strict = closed or schema, closed is not None
    return {
        "type": "function",
        "description": tool.get("description"),
        "name": tool["name"],
        "output_schema": None,
        "parameters": schema,
        "strict": strict,
    }


def _output(call: Call, made: Generated, status: str, effort: str) -> list[dict[str, Any]]:
    include = call.body.get("include") or ()
    items: list[dict[str, Any]] = []
    if made.reasoning_tokens:
        # What is in it only the API can read; here it is the mock's word that it is nothing.
        nothing = base64.urlsafe_b64encode(b"(Offline mock) no reasoning took place.")
        items.append(
            {
                "id": call.hexadecimal("rs_", 50),
                "type": "reasoning",
                "content": [],
                "encrypted_content": nothing.decode(),
                "summary": _summary(call.body),
            }
        )
    for place, called in enumerate(made.calls):
        items.append(
            {
                "id": call.hexadecimal("fc_", 50, place),
                "type": "function_call",
                "status": "completed",
                "arguments": called.arguments,
                "call_id": call.alphanumeric("call_", 24, place),
                "name": called.name,
            }
        )
    if made.pieces:
        part: dict[str, Any] = {"type": "refusal", "refusal": made.text}
        if not made.refusal:
            top = call.body.get("top_logprobs") or 0
            rows = common.logprobs(made.pieces, top) if abilities.LOGPROBS in include else []
            part = {"type": "output_text", "annotations": [], "logprobs": rows, "text": made.text}
        items.append(
            {
                "id": call.hexadecimal("msg_", 50),
                "type": "message",
                "status": status,
                "content": [part],
                "phase": "final_answer",
                "role": "assistant",
            }
        )
    return items


def _summary(body: Mapping[str, Any]) -> list[dict[str, str]]:
    if not (body.get("reasoning") or {}).get("summary"):
        return []
    texts = ("(Offline mock) Here a model sums up how it thought.", "The mock does not think.")
    return [{"type": "summary_text", "text": text} for text in texts]


def _store(
    mock: Mock, response: dict[str, Any], history: list[Message], made: Generated, size: int
) -> None:
    calls = tuple(
        ToolCall(item["call_id"], item["name"], item["arguments"])
        for item in response["output"]
        if item["type"] == "function_call"
    )
    spoken = said("assistant", made.text, calls)
    mock.responses.keep(response["id"], StoredResponse(response, (*history, spoken)), size)
    for item in response["output"]:
        mock.items.keep(item["id"], item, size)


# The events of a stream


def _lines(call: Call, response: dict[str, Any]) -> Iterator[bytes]:
    hidden = common.obfuscation(call)
    for event in stream(response):
        told = hidden(event) if event["type"].endswith(".delta") else event
        yield sse(told, event["type"])


def stream(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Tell a response as the events of a stream, in the API's order, numbered from 0."""
    for number, (kind, told) in enumerate(_events(response)):
        yield {"type": f"response.{kind}", **told, "sequence_number": number}


def _events(response: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    whole = {name: part for name, part in response.items() if name != "billing"}
    begun = {
        **whole,
        "status": "in_progress",
        "completed_at": None,
        "incomplete_details": None,
        "output": [],
        "usage": None,
        # Which tier served it is known at the end.
        "service_tier": "auto" if whole["service_tier"] == "default" else whole["service_tier"],
    }
    yield "created", {"response": begun}
    yield "in_progress", {"response": begun}
    for place, item in enumerate(response["output"]):
        empty: dict[str, dict[str, Any]] = {
            "reasoning": {"summary": []},
            "message": {"content": []},
        }
        started = {**item, **empty.get(item["type"], {"arguments": ""})}
        if "status" in item:
            started["status"] = "in_progress"
        yield "output_item.added", {"item": started, "output_index": place}
        at = {"item_id": item["id"], "output_index": place}
        if item["type"] == "message":
            for index, part in enumerate(item["content"]):
                yield from _part_events(part, {"content_index": index, **at})
        elif item["type"] == "reasoning":
            for index, part in enumerate(item["summary"]):
                yield from _summary_events(part, {**at, "summary_index": index})
        else:
            for piece in tokens.split(item["arguments"]):
                yield "function_call_arguments.delta", {"delta": piece, **at}
            yield "function_call_arguments.done", {"arguments": item["arguments"], **at}
        yield "output_item.done", {"item": item, "output_index": place}
    yield response["status"], {"response": whole}


def _part_events(part: dict[str, Any], at: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if part["type"] == "refusal":
        yield "content_part.added", {**at, "part": {**part, "refusal": ""}}
        for piece in tokens.split(part["refusal"]):
            yield "refusal.delta", {**at, "delta": piece}
        yield "refusal.done", {**at, "refusal": part["refusal"]}
    else:
        yield "content_part.added", {**at, "part": {**part, "text": "", "logprobs": []}}
        rows = part["logprobs"]
        for place, piece in enumerate(tokens.split(part["text"])):
            yield "output_text.delta", {**at, "delta": piece, "logprobs": rows[place : place + 1]}
        yield "output_text.done", {**at, "logprobs": rows, "text": part["text"]}
    yield "content_part.done", {**at, "part": part}


def _summary_events(
    part: dict[str, Any], at: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "reasoning_summary_part.added", {**at, "part": {**part, "text": ""}}
    for piece in tokens.split(part["text"]):
        yield "reasoning_summary_text.delta", {**at, "delta": piece}
    yield "reasoning_summary_text.done", {**at, "text": part["text"]}
    yield "reasoning_summary_part.done", {**at, "part": part}


# What is refused. The order is the API's, as measured: see errors.py.


def _check_format(given: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    structured.read_responses(given.get("format"))


def _check_input_is_there(body: Mapping[str, Any]) -> None:
    instead = {"messages", "previous_response_id", "prompt", "conversation"}
    if "input" not in body and not instead & set(body):
        raise errors.missing("input")
    if "input" in body and body["input"] is None:
        # Measured: of a null the Responses API says that it is an object.
        raise errors.invalid_type("input", "a string", {})


def _check_moved(body: Mapping[str, Any]) -> None:
    for name in body:
        if name in _MOVED:
            raise APIError(
                f"Unsupported parameter: '{name}'. In the Responses API, this parameter has moved "
                f"to '{_MOVED[name]}'. Try again with the new parameter. See the API documentation "
                "for more information: "
                "https://platform.openai.com/docs/api-reference/responses/create.",
                code="unsupported_parameter",
            )


def _check_retention(given: str, body: Mapping[str, Any]) -> None:
    if given == "in_memory":
        raise APIError(
            "This model is compatible only with 24h extended prompt caching",
            param="prompt_cache_retention",
            code="invalid_parameter",
        )


def _check_tools(given: list[dict[str, Any]], body: Mapping[str, Any]) -> None:
    for place, tool in enumerate(given):
        at = f"tools[{place}]"
        if tool["type"] != "function":
            raise errors.not_simulated(f"the tool '{tool['type']}'", f"{at}.type")
        tools.check_function(tool, at, f"{at}.parameters")


def _check_not_simulated(body: Mapping[str, Any]) -> None:
    if body.get("conversation") and body.get("previous_response_id"):
        raise APIError(
            "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' "
            "or 'conversation'.",
            code="mutually_exclusive_parameters",
        )
    for name, what in _NOT_SIMULATED.items():
        if body.get(name):
            raise errors.not_simulated(what, name)


def _read(body: Mapping[str, Any], mock: Mock, typed: Any) -> list[Message]:
    """Check the parameters; return the conversation so far. Raises APIError."""
    checks.unknown(body, checks.known(typed))
    sent = [] if body.get("input") is None else _input_items.read(body["input"], mock)
    checks.parameters(body, typed, _RULES)
    _check_not_simulated(body)
    return [*_before(body, mock), *sent]


def _before(body: Mapping[str, Any], mock: Mock) -> tuple[Message, ...]:
    """Return the conversation that the request goes on with. Raises APIError."""
    previous = body.get("previous_response_id")
    if previous is None:
        return ()
    kept = mock.responses.find(previous)
    if kept is None:
        raise APIError(
            f"Previous response with id '{previous}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    return kept.conversation


def _instructed(body: Mapping[str, Any], history: list[Message]) -> list[Message]:
    # Instructions count for this request only: they are not carried over by previous_response_id.
    instructions = body.get("instructions")
    return [said("developer", instructions), *history] if instructions else history


_ORDER = (
    *("moderation", "include", "tools", "tool_choice", "metadata", "text", "temperature"),
    *("top_p", "presence_penalty", "frequency_penalty", "parallel_tool_calls", "stream"),
    *("stream_options", "background", "max_output_tokens", "max_tool_calls", "reasoning", "user"),
    *("safety_identifier", "prompt_cache_options", "prompt_cache_key", "prompt_cache_retention"),
    *("truncation", "instructions", "store", "service_tier", "top_logprobs", "context_management"),
)
_RULES = Rules(
    bounds={
        "max_output_tokens": (16, None),
        "max_tool_calls": (1, None),
        "temperature": (0, 2),
        "top_p": (0, 1),
        "presence_penalty": (-2, 2),
        "frequency_penalty": (-2, 2),
        "top_logprobs": (0, 20),
    },
    nouns={"tools": "an array of tools"},
    values={"service_tier": common.TIERS},
    first=_ORDER,
    elsewhere=frozenset({"input", "model", "tool_choice"}),
    refuse={
        "tools": _check_tools,
        "tool_choice": lambda given, body: tools.check_tool_choice(given, body, chat=False),
        "text": _check_format,
        "prompt_cache_retention": _check_retention,
    },
)

ROUTES = [
    ("POST", r"/v1/responses", post),
    ("POST", r"/v1/responses/input_tokens", post_count),
]
