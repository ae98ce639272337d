"""`/v1/chat/completions`. https://developers.openai.com/api/reference/resources/chat"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from openai.types.chat import completion_create_params

from helpers.mock import abilities, checks, errors, tools
from helpers.mock.checks import Rules
from helpers.mock.endpoints import _chat_messages
from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import _stored_chat as stored
from helpers.mock.errors import APIError
from helpers.mock.generation import generate, prompt, structured, tokens
from helpers.mock.generation.calls import Tools
from helpers.mock.generation.describe import About
from helpers.mock.generation.generate import Generated
from helpers.mock.generation.messages import Message
from helpers.mock.http import Call, Result, sse
from helpers.mock.state import Mock
from helpers.models import Model

MOST_TOP_LOGPROBS = 5
# Tokens of a choice beside its text, without reasoning and with it: seen in recordings of GPT-5
# and later.
FIXED = (3, 9)


class Params(completion_create_params.CompletionCreateParamsBase, total=False):
    """All parameters, `stream` included, which the SDK keeps apart."""

    stream: bool | None


def post(call: Call) -> Result:
    """Answer a request, whole or as the events of a stream. Raises APIError."""
    completion = create(call)
    return _events(call, completion) if call.body.get("stream") else completion


def create(call: Call) -> dict[str, Any]:
    """Return the completion that the mock gives to a request. Raises APIError."""
    body = call.body
    model = abilities.chat_model(body.get("model"))
    common.rate_limits(call, 0)
    if body.get("messages") is None:
        raise errors.missing("messages")
    conversation = _check(body, model, call.mock)
    effort = abilities.chat_effort(model, body.get("reasoning_effort"))
    abilities.chat_sampling(body, effort)
    _check_together(body, model, effort)
    _chat_messages.check_contents(body["messages"])
    wanted = structured.read_chat(body.get("response_format"))
    structured.check_asks_for_json(wanted, conversation, chat=True)
    declared = [*(body.get("tools") or []), *(body.get("functions") or [])]
    asked = prompt.count(conversation, model, wanted.schema, declared, chat=True)
    abilities.context(model, asked, chat=True)
    stop = body.get("stop") or ()
    choices = generate.generate(
        conversation,
        call.mock.replies,
        strict=call.mock.strict,
        about=About(
            model.id,
            asked,
            effort,
            body.get("verbosity") or "medium",
            body.get("temperature"),
        ),
        limit=body.get("max_completion_tokens") or body.get("max_tokens"),
        stop=(stop,) if isinstance(stop, str) else stop,
        choices=body.get("n") or 1,
        wanted=wanted,
        tools=_tools(body),
        fixed=FIXED if model.reasons else (0, 0),
    )
    call.entry = choices[0].entry
    common.rate_limits(call, asked)
    cached, written = common.cache(call, conversation, model, asked, declared, wanted, effort)
    said = sum(choice.tokens for choice in choices)
    completion = {
        "id": call.alphanumeric("chatcmpl-", 29),
        "object": "chat.completion",
        "created": call.created,
        "model": model.id,
        "choices": [_choice(call, index, made, model) for index, made in enumerate(choices)],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": said,
            "total_tokens": asked + said,
            "prompt_tokens_details": {
                "cached_tokens": cached,
                "cache_write_tokens": written,
                "audio_tokens": 0,
            },
            "completion_tokens_details": {
                "reasoning_tokens": sum(choice.reasoning_tokens for choice in choices),
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "service_tier": common.tier(body),
        **common.moderated(body, chat=True),
        "system_fingerprint": _fingerprint(model),
    }
    stored.keep(call, completion)
    return completion


def _fingerprint(model: Model) -> str | None:
    """Return which set-up served a request: recorded up to GPT-4.1, and null since GPT-5."""
    if model.reasons:
        return None
    return f"fp_{hashlib.sha256(model.id.encode()).hexdigest()[:10]}"


def _choice(call: Call, index: int, made: Generated, model: Model) -> dict[str, Any]:
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if made.refusal or made.calls else made.text,
        "refusal": made.text if made.refusal else None,
        "annotations": [],
    }
    calls = [
        {
            "id": call.alphanumeric("call_", 24, f"{index}.{place}"),
            "type": "function",
            "function": {"name": called.name, "arguments": called.arguments},
        }
        for place, called in enumerate(made.calls)
    ]
    ends = made.ends
    if calls and call.body.get("functions"):
        message["function_call"], ends = calls[0]["function"], "function_call"
    elif calls:
        message["tool_calls"] = calls
    choice: dict[str, Any] = {"index": index, "message": message}
    if call.body.get("logprobs"):
        said = [] if made.refusal else made.pieces
        rows = common.logprobs(said, call.body.get("top_logprobs") or 0)
        choice["logprobs"] = {"content": rows, "refusal": None}
    elif not model.reasons:
        choice["logprobs"] = None
    return {**choice, "finish_reason": ends}


def _events(call: Call, completion: dict[str, Any]) -> Iterator[bytes]:
    hidden = common.obfuscation(call, common.hides(call.body))
    for chunk in stream(completion, call.body):
        yield sse(hidden(chunk))
    yield b"data: [DONE]\n\n"


def stream(completion: dict[str, Any], body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Cut a completion into the chunks of a stream, choice by choice, in the API's order."""
    wants_usage = bool((body.get("stream_options") or {}).get("include_usage"))
    usage: dict[str, Any] = {"usage": None} if wants_usage else {}
    head = {
        "id": completion["id"],
        "object": "chat.completion.chunk",
        "created": completion["created"],
        "model": completion["model"],
        "service_tier": completion["service_tier"],
        "system_fingerprint": completion["system_fingerprint"],
    }

    def chunk(choice: dict[str, Any], delta: dict[str, Any], rows: Any, ends: Any = None) -> Any:
        told: dict[str, Any] = {"index": choice["index"], "delta": delta}
        if "logprobs" in choice:
            told["logprobs"] = rows
        return {**head, "choices": [{**told, "finish_reason": ends}], **usage}

    for choice in completion["choices"]:
        message = choice["message"]
        calls = message.get("tool_calls") or []
        first: dict[str, Any] = {"role": "assistant", "content": None if calls else ""}
        if len(calls) == 1:
            # The role comes together with the beginning of a single call.
            first["tool_calls"] = [_begun(calls[0], 0)]
        yield chunk(choice, {**first, "refusal": None}, None)
        name = "refusal" if message["refusal"] else "content"
        rows = iter((choice.get("logprobs") or {}).get("content") or ())
        for piece in tokens.split(message[name] or ""):
            row = next(rows, None)
            told = {"content": [row], "refusal": None} if row else None
            yield chunk(choice, {name: piece}, told)
        for place, called in enumerate(calls):
            if len(calls) > 1:
                yield chunk(choice, {"tool_calls": [_begun(called, place)]}, None)
            for piece in tokens.split(called["function"]["arguments"]):
                more = {"index": place, "function": {"arguments": piece}}
                yield chunk(choice, {"tool_calls": [more]}, None)
        if old := message.get("function_call"):
            yield chunk(choice, {"function_call": {**old, "arguments": ""}}, None)
            for piece in tokens.split(old["arguments"]):
                yield chunk(choice, {"function_call": {"arguments": piece}}, None)
        yield chunk(choice, {}, None, choice["finish_reason"])
    if wants_usage:
        yield {**head, "choices": [], "usage": completion["usage"]}


def _begun(called: dict[str, Any], place: int) -> dict[str, Any]:
    named = {"name": called["function"]["name"], "arguments": ""}
    return {"index": place, "id": called["id"], "type": "function", "function": named}


# What is refused. The order is the API's, as measured: see errors.py.


def _check(body: dict[str, Any], model: Model, mock: Mock) -> list[Message]:
    """Check the parameters; return the conversation. Raises APIError."""
    family = model.id.startswith("gpt-5.6")
    for name in ("audio", "modalities", "web_search_options"):
        if body.get(name) is None or (name == "modalities" and body[name] == ["text"]):
            continue
        # Measured for GPT-5.6; of the others it is not known which of them take it.
        raise (
            errors.unknown_parameter(name)
            if family
            else errors.not_simulated(f"'{name}' in Chat Completions", name)
        )
    checks.unknown(body, checks.known(Params))
    conversation = _chat_messages.read(body["messages"], mock)
    effort = body.get("reasoning_effort") or model.default_effort
    if not model.reasons:
        checks.parameters(body, Params, _RULES)
    else:
        checks.parameters(body, Params, _REASONING if effort == "none" else _THINKING)
    return conversation


def _unsupported(name: str, hint: str = "") -> Callable[[Any, Mapping[str, Any]], None]:
    def refuse(given: Any, body: Mapping[str, Any]) -> None:
        raise errors.unsupported_parameter(name, hint)

    return refuse


def _check_stop(given: Any, body: Mapping[str, Any]) -> None:
    if isinstance(given, list) and len(given) > 4:
        raise errors.too_long("stop", "array", 4, len(given))


def _check_retention(given: Any, body: Mapping[str, Any]) -> None:
    if not isinstance(given, str):
        checks.value(Literal["in_memory", "24h"], given, "prompt_cache_retention")
    if given == "in_memory":
        raise APIError(
            "This model is compatible only with 24h extended prompt caching",
            param="prompt_cache_retention",
        )
    if given != "24h":
        raise APIError("Invalid prompt_cache_retention argument", param="prompt_cache_retention")


def _check_tools(given: list[dict[str, Any]], body: Mapping[str, Any]) -> None:
    for place, tool in enumerate(given):
        at = f"tools[{place}].function"
        if tool["type"] == "custom":
            raise errors.not_simulated("custom tools", f"tools[{place}].type")
        tools.check_function(tool["function"], at, f"{at}.parameters")


def _check_functions(given: list[dict[str, Any]], body: Mapping[str, Any]) -> None:
    for place, function in enumerate(given):
        tools.check_function(function, f"functions[{place}]", f"functions[{place}].parameters")


def _check_function_call(given: Any, body: Mapping[str, Any]) -> None:
    if given in ("none", "auto"):
        return
    if isinstance(given, str):
        raise errors.invalid_value("function_call", given, ("none", "auto"))
    if not isinstance(given, dict):
        raise errors.invalid_type("function_call", "one of 'none' or 'auto' or object", given)
    if given.get("name") is None:
        raise errors.missing("function_call.name")
    tools.check_declared(given["name"], [part["name"] for part in body.get("functions") or []])


def _check_together(body: dict[str, Any], model: Model, effort: str) -> None:
    """Refuse what does not go together with the rest of the request."""
    top = body.get("top_logprobs")
    if top is not None and not body.get("logprobs"):
        raise APIError(
            "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
            param="top_logprobs",
        )
    if top is not None and top > MOST_TOP_LOGPROBS:
        raise APIError(
            f"Invalid value for 'top_logprobs': must be less than or equal to {MOST_TOP_LOGPROBS}.",
            param="top_logprobs",
        )
    if body.get("stream_options") is not None and not body.get("stream"):
        raise APIError(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )
    if body.get("metadata") and not body.get("store"):
        raise APIError(
            "The 'metadata' parameter is only allowed when 'store' is enabled.", param="metadata"
        )
    if body.get("tool_choice") is not None and not body.get("tools"):
        raise APIError(
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
            "specified.",
            param="tool_choice",
        )
    never = model.chat_tools == "no"
    if body.get("tools") and (never or (model.chat_tools == "effort none" and effort != "none")):
        # https://developers.openai.com/api/docs/guides/deployment-checklist
        raise APIError(
            f"Function tools with reasoning_effort are not supported for {model.id} in "
            "/v1/chat/completions. To use function tools, use /v1/responses or set "
            "reasoning_effort to 'none'.",
            param="reasoning_effort",
        )


def _tools(body: dict[str, Any]) -> Tools:
    if body.get("functions"):
        choice = body.get("function_call")
        if isinstance(choice, dict):
            choice = {"type": "function", "function": choice}
        return tools.offered(body["functions"], choice, parallel=False)
    offered = [tool["function"] for tool in body.get("tools") or []]
    parallel = body.get("parallel_tool_calls") is not False
    return tools.offered(offered, body.get("tool_choice"), parallel)


_ORDER = (
    *("functions", "function_call", "tools", "tool_choice", "parallel_tool_calls"),
    *("response_format", "max_completion_tokens", "max_tokens", "n", "stop", "temperature"),
    *("top_p", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs"),
    *("user", "seed", "safety_identifier", "prompt_cache_options", "prompt_cache_key"),
    *("prompt_cache_retention", "service_tier", "stream", "stream_options", "store", "metadata"),
    *("prediction", "verbosity", "moderation", "reasoning_effort"),
)
_RULES = Rules(
    bounds={
        "n": (1, 8),
        "max_completion_tokens": (1, None),
        "max_tokens": (1, None),
        "temperature": (0, 2),
        "top_p": (0, 1),
        "presence_penalty": (-2, 2),
        "frequency_penalty": (-2, 2),
        "top_logprobs": (0, None),
    },
    nouns={"functions": "an array of function definitions"},
    values={"service_tier": common.TIERS},
    first=_ORDER,
    elsewhere=frozenset(
        {"messages", "model", "tool_choice", "function_call", "response_format"}
        | {"reasoning_effort", "prompt_cache_retention"}
    ),
    refuse={
        "tools": _check_tools,
        "functions": _check_functions,
        "tool_choice": lambda given, body: tools.check_tool_choice(given, body, chat=True),
        "function_call": _check_function_call,
        "response_format": lambda given, _: structured.read_chat(given),
        "prompt_cache_retention": _check_retention,
        "stop": _check_stop,
    },
)
_NO_MAX_TOKENS = _unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
# Of a model that reasons, with reasoning off and on. Measured for GPT-5.6; the SDK says of `stop`
# that the latest reasoning models do not take it.
_REASONING = replace(_RULES, refuse={**_RULES.refuse, "max_tokens": _NO_MAX_TOKENS})
_NOT_WHILE_THINKING = {name: _unsupported(name) for name in ("stop", "logit_bias", "prediction")}
_THINKING = replace(_REASONING, refuse={**_REASONING.refuse, **_NOT_WHILE_THINKING})

_ONE = r"/v1/chat/completions/([^/]+)"
ROUTES = [
    ("POST", r"/v1/chat/completions", post),
    ("GET", r"/v1/chat/completions", stored.list_all),
    ("GET", _ONE, stored.get),
    ("POST", _ONE, stored.update),
    ("DELETE", _ONE, stored.delete),
    ("GET", rf"{_ONE}/messages", stored.list_messages),
]
