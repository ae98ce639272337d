"""`POST /v1/chat/completions`. https://developers.openai.com/api/reference/resources/chat"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from openai.types import CompletionUsage
from openai.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionMessage,
    ChatCompletionMessageFunctionToolCall,
    chat_completion,
    chat_completion_chunk,
    completion_create_params,
)
from openai.types.completion_usage import CompletionTokensDetails, PromptTokensDetails

from helpers.mock import checks
from helpers.mock import errors
from helpers.mock.checks import Rule
from helpers.mock.errors import APIError
from helpers.mock.generation import generate
from helpers.mock.generation import pictures, structured, tokens
from helpers.mock.generation.generate import Generated
from helpers.mock.generation.replies import Message
from helpers.mock.http import Call, to_json

PARAMETERS = frozenset(
    [*completion_create_params.CompletionCreateParamsBase.__annotations__, "stream"]
)
PARTS = ["text", "image_url", "refusal"]
ROLES = ["system", "assistant", "user", "function", "tool", "developer"]
RULES = {
    "messages": Rule("an array"),
    "max_completion_tokens": Rule("an integer", low=1),
    "max_tokens": Rule("an integer", low=1),
    "n": Rule("an integer", 1, 128),
    "temperature": Rule("a decimal", 0, 2),
    "top_p": Rule("a decimal", 0, 1),
    "presence_penalty": Rule("a decimal", -2, 2),
    "frequency_penalty": Rule("a decimal", -2, 2),
    "logprobs": Rule("a boolean"),
    "top_logprobs": Rule("an integer", 0, 20),
    "stream": Rule("a boolean"),
    "stream_options": Rule("an object"),
    "store": Rule("a boolean"),
    "seed": Rule("an integer"),
    "user": Rule("a string"),
    "metadata": Rule("an object"),
    "reasoning_effort": Rule(
        "a string", choices=("none", "minimal", "low", "medium", "high", "xhigh", "max")
    ),
    "verbosity": Rule("a string", choices=("low", "medium", "high")),
    "tools": Rule("an array"),
    "functions": Rule("an array"),
}

# Each message costs a few tokens beside its text, and the reply is begun for the model.
PER_MESSAGE = 3
PER_REPLY = 3


def post(call: Call) -> ChatCompletion | Iterable[bytes]:
    """Answer a request, whole or as the events of a stream. Raises APIError."""
    completion = create(call)
    return _events(completion, call.body) if call.body.get("stream") else completion


def _events(completion: ChatCompletion, body: dict[str, Any]) -> Iterator[bytes]:
    for chunk in stream(completion, body):
        yield b"data: " + to_json(chunk) + b"\n\n"
    yield b"data: [DONE]\n\n"


def create(call: Call) -> ChatCompletion:
    """Return the completion that the mock gives to a request. Raises APIError."""
    body = call.body
    checks.parameters(body, PARAMETERS, RULES)
    model = checks.model(body.get("model"), "v1/chat/completions")
    if "messages" not in body:
        raise errors.missing("messages")
    conversation = read_messages(body["messages"])
    effort = checks.effort(model, body.get("reasoning_effort"), "reasoning_effort")
    checks.sampling(body, effort)
    _check_limits(body, bool(model.efforts))
    _check_tools(body, model.id, model.chat_tools, effort)
    wanted = structured.read_chat(body.get("response_format"))
    structured.check_asks_for_json(wanted, conversation, chat=True)
    stop = body.get("stop") or ()
    choices = generate.generate(
        conversation,
        call.mock.replies,
        effort=effort,
        limit=body.get("max_completion_tokens") or body.get("max_tokens"),
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
        choices=body.get("n") or 1,
        wanted=wanted,
        functions=_functions(body),
    )
    call.entry = choices[0].entry
    return ChatCompletion(
        id=f"chatcmpl-{call.stamp}",
        object="chat.completion",
        created=call.created,
        model=model.id,
        choices=[_choice(index, choice, call.stamp) for index, choice in enumerate(choices)],
        usage=_usage(conversation, choices),
        service_tier="default",
    )


def stream(completion: ChatCompletion, body: dict[str, Any]) -> Iterator[ChatCompletionChunk]:
    """Cut a completion into the chunks of a stream, choice by choice, in the API's order."""
    options = body.get("stream_options") or {}
    usage: dict[str, Any] = {"usage": None} if options.get("include_usage") else {}

    def chunk(index: int, delta: dict[str, Any], finish: str | None = None) -> ChatCompletionChunk:
        choice = chat_completion_chunk.Choice(
            index=index,
            delta=chat_completion_chunk.ChoiceDelta(**delta),
            logprobs=None,
            finish_reason=finish,  # type: ignore[arg-type]
        )
        return ChatCompletionChunk(**head, choices=[choice], **usage)

    head: dict[str, Any] = {
        "id": completion.id,
        "object": "chat.completion.chunk",
        "created": completion.created,
        "model": completion.model,
        "service_tier": completion.service_tier,
    }
    for choice in completion.choices:
        message = choice.message
        field = "refusal" if message.refusal else "content"
        first = None if message.tool_calls else ""
        yield chunk(choice.index, {"role": "assistant", "content": first, "refusal": None})
        for piece in tokens.split(message.refusal or message.content or ""):
            yield chunk(choice.index, {field: piece})
        for place, call in enumerate(message.tool_calls or []):
            assert isinstance(call, ChatCompletionMessageFunctionToolCall)
            named = {"name": call.function.name, "arguments": ""}
            begun = {"index": place, "id": call.id, "type": "function", "function": named}
            yield chunk(choice.index, {"tool_calls": [begun]})
            for piece in tokens.split(call.function.arguments):
                more = {"index": place, "function": {"arguments": piece}}
                yield chunk(choice.index, {"tool_calls": [more]})
        yield chunk(choice.index, {}, choice.finish_reason)
    if options.get("include_usage"):
        yield ChatCompletionChunk(**head, choices=[], usage=completion.usage)


def read_messages(messages: list[Any]) -> list[Message]:
    """Check a request's messages and return them as (role, text). Raises APIError."""
    if not messages:
        raise APIError(
            "Invalid 'messages': empty array. Expected an array with minimum length 1, "
            "but got an empty array instead.",
            param="messages",
            code="empty_array",
        )
    read = [_read_message(message, f"messages[{i}]") for i, message in enumerate(messages)]
    pictures.check_number(read, "messages")
    return read


def _read_message(message: Any, at: str) -> Message:
    if not isinstance(message, dict):
        raise errors.invalid_type(at, "an object", message)
    role = message.get("role")
    if role is None:
        raise errors.missing(f"{at}.role")
    if role not in ROLES:
        raise errors.invalid_value(f"{at}.role", role, ROLES)
    if role == "tool" and "tool_call_id" not in message:
        raise errors.missing(f"{at}.tool_call_id")
    if role == "function" and "name" not in message:
        raise errors.missing(f"{at}.name")
    content = message.get("content")
    if content is None:
        calls = message.get("tool_calls") or message.get("function_call") or message.get("refusal")
        if role != "assistant" or not calls:
            raise errors.invalid_type(f"{at}.content", "one of a string or array of objects", None)
        content = ""
    text = _read_content(content, f"{at}.content")
    if pictures.within(text) and role != "user":
        # https://github.com/OpenHands/OpenHands/issues/7700
        raise APIError(
            f"Invalid '{at}'. Image URLs are only allowed for messages with role 'user', but this "
            f"message with role '{role}' contains an image URL.",
            param=at,
            code="invalid_value",
        )
    return ("developer" if role == "system" else role, text)


def _read_content(content: Any, at: str) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise errors.invalid_type(at, "one of a string or array of objects", content)
    texts, shown = [], []
    for i, part in enumerate(content):
        if not isinstance(part, dict):
            raise errors.invalid_type(f"{at}[{i}]", "an object", part)
        if part.get("type") not in PARTS:
            raise errors.invalid_value(f"{at}[{i}].type", part.get("type"), PARTS)
        if part["type"] == "image_url":
            shown.append(_read_picture(part.get("image_url"), f"{at}[{i}].image_url"))
            continue
        text = part.get(part["type"])
        if not isinstance(text, str):
            raise errors.invalid_type(f"{at}[{i}].{part['type']}", "a string", text)
        texts.append(text)
    return pictures.Content("\n".join(texts), shown)


def _read_picture(given: Any, at: str) -> pictures.Picture:
    if not isinstance(given, dict):
        raise errors.invalid_type(at, "an object", given)
    if "url" not in given:
        raise errors.missing(f"{at}.url")
    # https://github.com/STranslate/STranslate/issues/277
    unreadable = APIError(
        "You uploaded an unsupported image. Please make sure your image has of one the following "
        "formats: ['png', 'jpeg', 'gif', 'webp'].",
        code="invalid_image_format",
    )
    detail = given.get("detail")
    return pictures.read(given["url"], detail, f"{at}.url", f"{at}.detail", unreadable)


def _check_limits(body: dict[str, Any], reasons: bool) -> None:
    if body.get("max_tokens") is not None and reasons:
        raise errors.unsupported_parameter("max_tokens", " Use 'max_completion_tokens' instead.")
    stop = body.get("stop")
    if stop is not None and not isinstance(stop, str):
        if not isinstance(stop, list) or not all(isinstance(mark, str) for mark in stop):
            raise errors.invalid_type("stop", "one of a string or array of strings", stop)
        if len(stop) > 4:
            raise APIError(
                "Invalid 'stop': array too long. Expected an array with maximum length 4, "
                f"but got an array with length {len(stop)} instead.",
                param="stop",
                code="array_above_max_length",
            )
    if body.get("stream_options") is not None and not body.get("stream"):
        raise APIError(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )


def _check_tools(body: dict[str, Any], model: str, chat_tools: str, effort: str) -> None:
    """Source: https://developers.openai.com/api/docs/guides/deployment-checklist"""
    if not body.get("tools"):
        if body.get("tool_choice") is not None:
            raise APIError(
                "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
                "specified.",
                param="tool_choice",
            )
        return
    if chat_tools == "no" or (chat_tools == "effort none" and effort != "none"):
        raise APIError(
            f"Function tools with reasoning_effort are not supported for {model} in "
            "/v1/chat/completions. To use function tools, use /v1/responses or set "
            "reasoning_effort to 'none'.",
            param="reasoning_effort",
        )


def _functions(body: dict[str, Any]) -> tuple[generate.Function, ...]:
    tools = checks.objects(body.get("tools") or [], "tools")
    offered = [tool.get("function") for tool in tools]
    return checks.functions(offered, "tools[{}].function", body.get("tool_choice"))


def _choice(index: int, made: Generated, stamp: str) -> chat_completion.Choice:
    calls = [
        ChatCompletionMessageFunctionToolCall.model_validate(
            {"id": f"call_{stamp}{i}", "type": "function", "function": call}
        )
        for i, call in enumerate(made.tool_calls)
    ]
    called: dict[str, Any] = {"tool_calls": calls} if calls else {}
    message = ChatCompletionMessage(
        role="assistant",
        content=None if made.refusal or calls else made.text,
        refusal=made.text if made.refusal else None,
        annotations=[],
        **called,
    )
    return chat_completion.Choice(
        index=index,
        message=message,
        logprobs=None,
        finish_reason=made.ends,  # type: ignore[arg-type]
    )


def _usage(conversation: list[Message], choices: list[Generated]) -> CompletionUsage:
    asked = PER_REPLY + sum(
        PER_MESSAGE + tokens.count(text) + pictures.tokens(text) for _, text in conversation
    )
    said = sum(choice.tokens for choice in choices)
    return CompletionUsage(
        prompt_tokens=asked,
        completion_tokens=said,
        total_tokens=asked + said,
        prompt_tokens_details=PromptTokensDetails(
            cached_tokens=0, cache_write_tokens=0, audio_tokens=0
        ),
        completion_tokens_details=CompletionTokensDetails(
            reasoning_tokens=sum(choice.reasoning_tokens for choice in choices),
            audio_tokens=0,
            accepted_prediction_tokens=0,
            rejected_prediction_tokens=0,
        ),
    )


ROUTES = [("POST", r"/v1/chat/completions", post)]
