"""`POST /v1/responses` and `/v1/responses/input_tokens`.

https://developers.openai.com/api/reference/resources/responses
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

import pydantic
from openai.types import responses as types
from openai.types.responses import input_token_count_params, response_create_params
from openai.types.responses.response import IncompleteDetails
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails
from openai.types.shared import Reasoning

from helpers.mock import checks
from helpers.mock import errors
from helpers.mock.checks import Rule
from helpers.mock.endpoints import files
from helpers.mock.endpoints.chat import PER_MESSAGE, PER_REPLY
from helpers.mock.errors import APIError
from helpers.mock.generation import generate
from helpers.mock.generation import pictures, structured, tokens
from helpers.mock.generation.generate import Generated
from helpers.mock.generation.replies import Message
from helpers.mock.http import Call, Mock, to_json
from helpers.models import DEFAULT

PARAMETERS = frozenset([*response_create_params.ResponseCreateParamsBase.__annotations__, "stream"])
COUNTABLE = frozenset(input_token_count_params.InputTokenCountParams.__annotations__)
ROLES = ["assistant", "system", "developer", "user"]
_ASKED = ["input_text", "output_text", "refusal", "input_image"]
PARTS = {role: _ASKED[:3] if role == "assistant" else _ASKED for role in ROLES}
RULES = {
    "instructions": Rule("a string"),
    "max_output_tokens": Rule("an integer", low=16),
    "temperature": Rule("a decimal", 0, 2),
    "top_p": Rule("a decimal", 0, 1),
    "top_logprobs": Rule("an integer", 0, 20),
    "stream": Rule("a boolean"),
    "stream_options": Rule("an object"),
    "store": Rule("a boolean"),
    "metadata": Rule("an object"),
    "user": Rule("a string"),
    "reasoning": Rule("an object"),
    "text": Rule("an object"),
    "tools": Rule("an array"),
    "previous_response_id": Rule("a string"),
    "truncation": Rule("a string", choices=("auto", "disabled")),
}

ECHOED: dict[str, Any] = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


def post(call: Call) -> types.Response | Iterable[bytes]:
    """Answer a request, whole or as the events of a stream. Raises APIError.

    Unless `store` is false, the conversation is kept under the response's id.
    """
    response = create(call)
    return _lines(response) if call.body.get("stream") else response


def post_count(call: Call) -> types.InputTokenCountResponse:
    """Return how many tokens a request's input has. Raises APIError."""
    return count(call.body, call.mock)


def _lines(response: types.Response) -> Iterator[bytes]:
    for event in stream(response):
        yield b"event: " + event.type.encode() + b"\ndata: " + to_json(event) + b"\n\n"


def create(call: Call) -> types.Response:
    """Return the response that the mock gives to a request. Raises APIError."""
    body, mock, stamp, created = call.body, call.mock, call.stamp, call.created
    checks.parameters(body, PARAMETERS, RULES)
    # `model` is optional here; a model of the mock's choice then answers.
    model = checks.model(body.get("model", DEFAULT), "v1/responses")
    asked = (body.get("reasoning") or {}).get("effort")
    effort = checks.effort(model, asked, "reasoning.effort")
    checks.sampling(body, effort)
    wanted = structured.read_responses((body.get("text") or {}).get("format"))
    history = _history(body, mock)
    conversation = _instructed(body, history)
    structured.check_asks_for_json(wanted, conversation, chat=False)
    (made,) = generate.generate(
        conversation,
        mock.replies,
        effort=effort,
        limit=body.get("max_output_tokens"),
        wanted=wanted,
        functions=_functions(body),
    )
    call.entry = made.entry
    reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(made.ends)
    status = "incomplete" if reason else "completed"
    try:
        response = types.Response(
            id=f"resp_{stamp}",
            object="response",
            created_at=created,
            status=status,  # type: ignore[arg-type]
            completed_at=None if reason else created + 1,
            error=None,
            incomplete_details=IncompleteDetails(reason=reason) if reason else None,  # type: ignore[arg-type]
            model=model.id,
            output=_output(made, effort, stamp, status),
            reasoning=Reasoning(effort=effort, summary=None),  # type: ignore[arg-type]
            usage=_usage(conversation, made),
            **_echo(body),
        )
    except pydantic.ValidationError as error:
        param = ".".join(str(step) for step in error.errors()[0]["loc"][:2])
        raise APIError(f"Invalid value for '{param}'.", param=param, code="invalid_value") from None
    if body.get("store") is not False:
        mock.conversations[response.id] = [*history, ("assistant", made.text)]
    return response


def _echo(body: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that a response repeats, with the API's defaults for the others."""
    echo = {name: ECHOED[name] if body.get(name) is None else body[name] for name in ECHOED}
    return {**echo, "text": {**ECHOED["text"], **echo["text"]}}


def count(body: dict[str, Any], mock: Mock) -> types.InputTokenCountResponse:
    """Return how many tokens a request's input has. Raises APIError."""
    checks.parameters(body, COUNTABLE, {name: RULES[name] for name in RULES if name in COUNTABLE})
    checks.model(body.get("model", DEFAULT), "v1/responses")
    conversation = _instructed(body, _history(body, mock))
    return types.InputTokenCountResponse(
        input_tokens=_input_tokens(conversation), object="response.input_tokens"
    )


def stream(response: types.Response) -> Iterator[types.ResponseStreamEvent]:
    """Tell a response as the events of a stream, in the API's order, numbered from 0."""
    for number, event in enumerate(_events(response)):
        event.sequence_number = number
        yield event


def _events(response: types.Response) -> Iterator[Any]:
    begun = response.model_copy(
        update={
            "status": "in_progress",
            "completed_at": None,
            "incomplete_details": None,
            "output": [],
            "usage": None,
        }
    )
    yield types.ResponseCreatedEvent(response=begun, type="response.created", sequence_number=0)
    yield types.ResponseInProgressEvent(
        response=begun, type="response.in_progress", sequence_number=0
    )
    for place, item in enumerate(response.output):
        empty = item
        if isinstance(item, types.ResponseOutputMessage):
            empty = item.model_copy(update={"status": "in_progress", "content": []})
        elif isinstance(item, types.ResponseFunctionToolCall):
            empty = item.model_copy(update={"status": "in_progress", "arguments": ""})
        yield types.ResponseOutputItemAddedEvent(
            item=empty, output_index=place, type="response.output_item.added", sequence_number=0
        )
        if isinstance(item, types.ResponseOutputMessage):
            for part_index, part in enumerate(item.content):
                at = {"item_id": item.id, "output_index": place, "content_index": part_index}
                yield from _part_events(part, {**at, "sequence_number": 0})
        elif isinstance(item, types.ResponseFunctionToolCall):
            yield from _call_events(item, {"output_index": place, "sequence_number": 0})
        yield types.ResponseOutputItemDoneEvent(
            item=item, output_index=place, type="response.output_item.done", sequence_number=0
        )
    if response.status == "incomplete":
        yield types.ResponseIncompleteEvent(
            response=response, type="response.incomplete", sequence_number=0
        )
    else:
        yield types.ResponseCompletedEvent(
            response=response, type="response.completed", sequence_number=0
        )


def _part_events(
    part: types.ResponseOutputText | types.ResponseOutputRefusal, at: dict[str, Any]
) -> Iterator[Any]:
    field = "text" if isinstance(part, types.ResponseOutputText) else "refusal"
    empty = part.model_copy(update={field: ""})
    yield types.ResponseContentPartAddedEvent(part=empty, type="response.content_part.added", **at)
    if isinstance(part, types.ResponseOutputText):
        for piece in tokens.split(part.text):
            yield types.ResponseTextDeltaEvent(
                delta=piece, logprobs=[], type="response.output_text.delta", **at
            )
        yield types.ResponseTextDoneEvent(
            text=part.text, logprobs=[], type="response.output_text.done", **at
        )
    else:
        for piece in tokens.split(part.refusal):
            yield types.ResponseRefusalDeltaEvent(delta=piece, type="response.refusal.delta", **at)
        yield types.ResponseRefusalDoneEvent(
            refusal=part.refusal, type="response.refusal.done", **at
        )
    yield types.ResponseContentPartDoneEvent(part=part, type="response.content_part.done", **at)


def _call_events(call: types.ResponseFunctionToolCall, at: dict[str, Any]) -> Iterator[Any]:
    for piece in tokens.split(call.arguments):
        yield types.ResponseFunctionCallArgumentsDeltaEvent(
            delta=piece, item_id=call.id or "", type="response.function_call_arguments.delta", **at
        )
    yield types.ResponseFunctionCallArgumentsDoneEvent(
        arguments=call.arguments,
        item_id=call.id or "",
        type="response.function_call_arguments.done",
        **at,
    )


def _functions(body: dict[str, Any]) -> tuple[generate.Function, ...]:
    tools = checks.objects(body.get("tools") or [], "tools")
    offered = [tool for tool in tools if tool.get("type") == "function"]
    return checks.functions(offered, "tools[{}]", body.get("tool_choice"))


def _history(body: dict[str, Any], mock: Mock) -> list[Message]:
    before: list[Message] = []
    previous = body.get("previous_response_id")
    if previous is not None:
        if previous not in mock.conversations:
            raise APIError(
                f"Previous response with id '{previous}' not found.",
                param="previous_response_id",
                code="previous_response_not_found",
            )
        before = mock.conversations[previous]
    if body.get("input") is None:
        raise errors.missing("input")
    history = [*before, *_read_input(body["input"], mock)]
    pictures.check_number(history, "input")
    return history


def _instructed(body: dict[str, Any], history: list[Message]) -> list[Message]:
    # Instructions count for this request only: they are not carried over by previous_response_id.
    instructions = body.get("instructions")
    return [("developer", instructions), *history] if instructions else history


def _read_input(given: Any, mock: Mock) -> list[Message]:
    if isinstance(given, str):
        return [("user", given)]
    if not isinstance(given, list):
        raise errors.invalid_type("input", "one of a string or array of input items", given)
    items = [_read_item(item, f"input[{i}]", mock) for i, item in enumerate(given)]
    return [item for item in items if item]


def _read_item(item: Any, at: str, mock: Mock) -> Message | None:
    if not isinstance(item, dict):
        raise errors.invalid_type(at, "an object", item)
    kind = item.get("type", "message")
    if kind == "reasoning":
        return None
    if kind == "function_call":
        return ("assistant", str(item.get("arguments", "")))
    if kind == "function_call_output":
        return ("tool", str(item.get("output", "")))
    if kind != "message":
        raise errors.invalid_value(
            f"{at}.type", kind, ["message", "reasoning", "function_call", "function_call_output"]
        )
    role = item.get("role")
    if role not in ROLES:
        raise errors.invalid_value(f"{at}.role", role, ROLES)
    text = _read_content(item.get("content"), f"{at}.content", PARTS[role], mock)
    return ("developer" if role == "system" else role, text)


def _read_content(content: Any, at: str, kinds: list[str], mock: Mock) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise errors.invalid_type(at, "one of a string or array of objects", content)
    texts, shown = [], []
    for i, part in enumerate(content):
        if not isinstance(part, dict):
            raise errors.invalid_type(f"{at}[{i}]", "an object", part)
        if part.get("type") not in kinds:
            raise errors.invalid_value(f"{at}[{i}].type", part.get("type"), kinds)
        if part["type"] == "input_image":
            shown.append(_read_picture(part, f"{at}[{i}]", mock))
            continue
        text = part.get("refusal" if part["type"] == "refusal" else "text")
        if not isinstance(text, str):
            raise errors.invalid_type(f"{at}[{i}].text", "a string", text)
        texts.append(text)
    return pictures.Content("\n".join(texts), shown)


def _read_picture(part: dict[str, Any], at: str, mock: Mock) -> pictures.Picture:
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


def _output(made: Generated, effort: str, stamp: str, status: str) -> list[Any]:
    items: list[Any] = []
    if effort != "none":
        items.append(types.ResponseReasoningItem(id=f"rs_{stamp}", summary=[], type="reasoning"))
    for i, call in enumerate(made.tool_calls):
        items.append(
            types.ResponseFunctionToolCall(
                id=f"fc_{stamp}{i}",
                call_id=f"call_{stamp}{i}",
                type="function_call",
                status="completed",
                **call,
            )
        )
    if made.pieces:
        part: Any = (
            types.ResponseOutputRefusal(refusal=made.text, type="refusal")
            if made.refusal
            else types.ResponseOutputText(text=made.text, annotations=[], type="output_text")
        )
        items.append(
            types.ResponseOutputMessage(
                id=f"msg_{stamp}",
                content=[part],
                role="assistant",
                status=status,  # type: ignore[arg-type]
                type="message",
            )
        )
    return items


def _input_tokens(conversation: list[Message]) -> int:
    return PER_REPLY + sum(
        PER_MESSAGE + tokens.count(text) + pictures.tokens(text) for _, text in conversation
    )


def _usage(conversation: list[Message], made: Generated) -> types.ResponseUsage:
    asked = _input_tokens(conversation)
    return types.ResponseUsage(
        input_tokens=asked,
        input_tokens_details=InputTokensDetails(cached_tokens=0, cache_write_tokens=0),
        output_tokens=made.tokens,
        output_tokens_details=OutputTokensDetails(reasoning_tokens=made.reasoning_tokens),
        total_tokens=asked + made.tokens,
    )


ROUTES = [
    ("POST", r"/v1/responses", post),
    ("POST", r"/v1/responses/input_tokens", post_count),
]
