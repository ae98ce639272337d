"""`POST /v1/responses` and `/v1/responses/input_tokens`.

https://developers.openai.com/api/reference/resources/responses
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from openai.types.responses import (
    input_token_count_params,
    response_create_params,
    response_function_tool_call_param,
    response_input_item_param,
    response_reasoning_item_param,
)

from helpers.mock import abilities, checks, errors, tools
from helpers.mock.checks import Rules
from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import files
from helpers.mock.errors import APIError
from helpers.mock.generation import generate, pictures, prompt, structured, tokens
from helpers.mock.generation.generate import Generated
from helpers.mock.generation.messages import Message, Part, ToolCall, said
from helpers.mock.generation.structured import Format
from helpers.mock.http import Call, Result, sse
from helpers.mock.state import Mock, StoredResponse
from helpers.models import DEFAULT, Model

ROLES = ("assistant", "system", "developer", "user")
# The API's lists, in its order: of items, of all parts, and of the parts of each role.
ITEMS = (
    *("additional_tools", "agent_message", "apply_patch_call", "apply_patch_call_output"),
    *("code_interpreter_call", "compaction", "compaction_trigger", "computer_call"),
    *("computer_call_output", "custom_tool_call", "custom_tool_call_output", "file_search_call"),
    *("function_call", "function_call_output", "image_generation_call", "item_reference"),
    *("local_shell_call", "local_shell_call_output", "mcp_approval_request"),
    *("mcp_approval_response", "mcp_call", "mcp_list_tools", "message", "multi_agent_call"),
    *("multi_agent_call_output", "program", "program_output", "reasoning", "shell_call"),
    *("shell_call_output", "tool_search_call", "tool_search_output", "web_search_call"),
)
PARTS = (
    *("input_text", "input_image", "input_audio", "output_text", "refusal", "input_file"),
    *("computer_screenshot", "summary_text", "encrypted_content"),
)
ASKED_PARTS = ("input_text", "input_image", "input_file", "scoped_content", "input_audio")
SAID_PARTS = ("output_text", "refusal")
_MEMBERS = {"type", "role", "content", "status", "id"}
# Tokens of a reply beside its text, without reasoning and with it: seen in recordings of GPT-5
# and later.
FIXED = (4, 6)
TIERS = ("auto", "default", "fast", "flex", "priority")
_CACHED = {"mode": "implicit", "ttl": "30m"}
LOGPROBS = "message.output_text.logprobs"

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
    _check_pairs(history)
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
        effort=effort,
        limit=body.get("max_output_tokens"),
        wanted=wanted,
        tools=tools.offered(
            declared, body.get("tool_choice"), body.get("parallel_tool_calls") is not False
        ),
        fixed=FIXED if prompt.reasons(model) else (0, 0),
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
        _store(mock, response, history, made)
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

    thinks = prompt.reasons(model)
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
            rows = common.logprobs(made.pieces, top) if LOGPROBS in include else []
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


def _store(mock: Mock, response: dict[str, Any], history: list[Message], made: Generated) -> None:
    calls = tuple(
        ToolCall(item["call_id"], item["name"], item["arguments"])
        for item in response["output"]
        if item["type"] == "function_call"
    )
    spoken = said("assistant", made.text, calls)
    mock.keep_response(StoredResponse(response, (*history, spoken)))


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
    sent = [] if body.get("input") is None else _read_input(body["input"], mock)
    checks.parameters(body, typed, _RULES)
    _check_not_simulated(body)
    return [*_before(body, mock), *sent]


def _before(body: Mapping[str, Any], mock: Mock) -> tuple[Message, ...]:
    """Return the conversation that the request goes on with. Raises APIError."""
    previous = body.get("previous_response_id")
    if previous is None:
        return ()
    mock.check_dropped(previous)
    if previous not in mock.responses:
        raise APIError(
            f"Previous response with id '{previous}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    return mock.responses[previous].conversation


def _instructed(body: Mapping[str, Any], history: list[Message]) -> list[Message]:
    # Instructions count for this request only: they are not carried over by previous_response_id.
    instructions = body.get("instructions")
    return [said("developer", instructions), *history] if instructions else history


def _read_input(given: Any, mock: Mock) -> list[Message]:
    if isinstance(given, str):
        return [said("user", given)] if given else []
    if not isinstance(given, list):
        raise errors.invalid_type("input", "one of a string or array of input items", given)
    read: list[Message] = []
    for place, item in enumerate(given):
        message = _read_item(item, f"input[{place}]", mock)
        if message is None:
            continue
        if message.calls and read and read[-1].role == "assistant":
            # A message and the calls behind it are one turn.
            message = Message("assistant", read[-1].parts, read.pop().calls + message.calls)
        read.append(message)
    return read


def _read_item(item: Any, at: str, mock: Mock) -> Message | None:
    """Return the message that an item is, or None for one that says nothing. Raises APIError."""
    if not isinstance(item, dict):
        raise errors.invalid_type(at, "an input item", item)
    kind = item.get("type", "message")
    if kind not in ITEMS:
        raise errors.invalid_value(at, kind if isinstance(kind, str) else "", ITEMS)
    if kind == "message":
        return _read_message(item, at, mock)
    if kind == "item_reference":
        return _read_reference(item, at, mock)
    if kind == "reasoning":
        checks.value(response_reasoning_item_param.ResponseReasoningItemParam, item, at)
        return None
    if kind == "function_call":
        typed = response_function_tool_call_param.ResponseFunctionToolCallParam
        checks.value(typed, item, at)
        call = ToolCall(item["call_id"], item["name"], item["arguments"])
        return said("assistant", "", [call])
    if kind == "function_call_output":
        checks.value(response_input_item_param.FunctionCallOutput, item, at)
        if item.get("call_id") is None:
            raise errors.not_simulated("outputs without a call_id", f"{at}.call_id")
        output = item["output"]
        parts: tuple[Part, ...] = (Part(output),)
        if not isinstance(output, str):
            parts = _read_content(output, f"{at}.output", ASKED_PARTS, mock)
        return Message("tool", parts, answers=item["call_id"])
    raise errors.not_simulated(f"items of type '{kind}'", at)


def _read_reference(item: Mapping[str, Any], at: str, mock: Mock) -> Message | None:
    """Return the item that was stored under an id.

    The words: https://github.com/vercel/ai/issues/7543
    """
    checks.value(str, item.get("id"), f"{at}.id")
    stored = mock.items.get(item["id"])
    if stored is None:
        raise APIError(
            f"Item with id '{item['id']}' not found. Items are not persisted when `store` is set "
            "to false. Try again with `store` set to true, or remove this item from your input.",
            param="input",
            status=404,
        )
    return _read_item(stored, at, mock)


def _read_message(item: Mapping[str, Any], at: str, mock: Mock) -> Message:
    role = item.get("role", "")
    if role not in ROLES:
        raise errors.invalid_value(at, role if isinstance(role, str) else "", ROLES)
    if item.get("content") is None:
        raise errors.missing(f"{at}.content")
    checks.unknown(item, _MEMBERS | {"phase"} if role == "assistant" else _MEMBERS, f"{at}.")
    phase = item.get("phase")
    if phase is not None and phase not in ("commentary", "final_answer"):
        raise errors.invalid_value(f"{at}.phase", phase, ("commentary", "final_answer"))
    kinds = SAID_PARTS if role == "assistant" else ASKED_PARTS
    parts = _read_content(item["content"], f"{at}.content", kinds, mock)
    return Message("developer" if role == "system" else role, parts)


def _read_content(content: Any, at: str, kinds: tuple[str, ...], mock: Mock) -> tuple[Part, ...]:
    if isinstance(content, str):
        return (Part(content),)
    if not isinstance(content, list):
        raise errors.invalid_type(at, "one of a string or array of objects", content)
    return tuple(_read_part(part, f"{at}[{i}]", kinds, mock) for i, part in enumerate(content))


def _read_part(part: Any, at: str, kinds: tuple[str, ...], mock: Mock) -> Part:
    if not isinstance(part, dict):
        raise errors.invalid_type(at, "an object", part)
    kind = part.get("type")
    if kind is None:
        raise errors.missing(f"{at}.type")
    if kind not in PARTS and kind != "scoped_content":
        raise errors.invalid_value(f"{at}.type", kind, PARTS)
    if kind not in kinds:
        raise errors.invalid_value(at, kind, kinds)
    ends = common.is_breakpoint(part, at)
    if kind == "input_image":
        return Part(picture=_read_picture(part, at, mock), breakpoint=ends)
    if kind in ("input_file", "input_audio", "scoped_content"):
        raise errors.not_simulated(f"parts of type '{kind}'", f"{at}.type")
    name = "refusal" if kind == "refusal" else "text"
    if part.get(name) is None:
        raise errors.missing(f"{at}.{name}")
    checks.value(str, part[name], f"{at}.{name}")
    return Part(part[name], breakpoint=ends)


def _read_picture(part: Mapping[str, Any], at: str, mock: Mock) -> pictures.Picture:
    # https://github.com/openai/codex/issues/4946
    unreadable = APIError(
        "The image data you provided does not represent a valid image. Please check your input "
        "and try again with one of the supported image formats: ['image/jpeg', 'image/png', "
        "'image/gif', 'image/webp'].",
        param="input",
        code="invalid_value",
    )
    url, detail = part.get("image_url"), part.get("detail")
    if part.get("file_id") is not None:
        data = files.content(str(part["file_id"]), mock, f"{at}.file_id")
        url = f"data:image/*;base64,{base64.b64encode(data).decode()}"
    if url is None:
        raise errors.missing(f"{at}.image_url")
    return pictures.read(url, detail, f"{at}.image_url", f"{at}.detail", unreadable)


def _check_pairs(history: list[Message]) -> None:
    """Refuse calls without an output and outputs without a call. Raises APIError.

    The words: https://github.com/openai/codex/issues/93 and
    https://github.com/microsoft/vscode/issues/320060
    """
    called = {call.id for message in history for call in message.calls}
    answered = {message.answers for message in history if message.role == "tool"}
    for message in history:
        if message.role == "tool" and message.answers not in called:
            raise APIError(
                f"No tool call found for function call output with call_id {message.answers}.",
                param="input",
            )
    for id in (call.id for message in history for call in message.calls):
        if id not in answered:
            raise APIError(f"No tool output found for function call {id}.", param="input")


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
    values={"service_tier": TIERS},
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
