"""`POST /v1/responses`, `/v1/responses/input_tokens` and `/v1/responses/compact`.

https://developers.openai.com/api/reference/resources/responses
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openai.types.responses import (
    input_token_count_params,
    response_compact_params,
    response_create_params,
)

from helpers.mock import abilities, checks, errors, tools
from helpers.mock.checks import Rules
from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import _compaction, _input_items, conversations
from helpers.mock.endpoints import _response_body as bodies
from helpers.mock.endpoints import _response_events as events
from helpers.mock.endpoints import _stored_items as items
from helpers.mock.endpoints import _stored_responses as stored
from helpers.mock.errors import APIError
from helpers.mock.generation import generate, pictures, prompt, structured, tokens
from helpers.mock.generation.describe import About
from helpers.mock.generation.generate import Generated
from helpers.mock.generation.messages import Message, ToolCall, said
from helpers.mock.http import Call, Result
from helpers.mock.state import Mock, StoredResponse
from helpers.models import DEFAULT

# Tokens of a reply beside its text, without reasoning and with it: seen in recordings of GPT-5
# and later.
FIXED = (4, 6)

_MOVED = {
    "messages": "input",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
    "verbosity": "text.verbosity",
}
_NOT_SIMULATED = {
    "prompt": "stored prompts",
    "access_programs": "access programs",
    "background_options": "options of responses in the background",
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
    streams, hide = call.body.get("stream"), common.hides(call.body)
    kept = call.mock.responses.find(response["id"]) if response["background"] else None
    if kept:
        return stored.tell(call, kept, hide) if streams else stored.now(kept)
    return events.lines(call, events.stream(response), hide) if streams else response


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


def post_compact(call: Call) -> dict[str, Any]:
    """Return a conversation shortened: the user's messages and one item for the rest.

    Raises APIError.
    """
    body, mock = call.body, call.mock
    model = abilities.responses_model(body.get("model"), given="model" in body)
    history = _read(body, mock, response_compact_params.ResponseCompactParams)
    if not history:
        raise errors.missing("input")
    asked = prompt.count(_instructed(body, history), model)
    abilities.context(model, asked, chat=False)
    text = _compaction.summary(len(history))
    item = _compaction.item(call.hexadecimal("cmp_", 50), text)
    given = (*stored.before(body, mock), *items.stored(body.get("input"), call))
    return {
        "id": call.hexadecimal("resp_", 50),
        "object": "response.compaction",
        "created_at": call.created,
        "output": [*(one for one in given if one.get("role") == "user"), item],
        "usage": _usage(asked, tokens.count(text) + FIXED[0]),
    }


def create(call: Call) -> dict[str, Any]:
    """Return the response that the mock gives to a request, as it is at its end.

    Raises APIError.
    """
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
    _check_short(body.get("context_management") or (), asked)
    try:
        abilities.context(model, asked, chat=False, truncates=body.get("truncation") == "auto")
    except APIError as error:
        if not body.get("stream") or error.error["code"] != abilities.TOO_LONG:
            raise
        # In a stream that is told by an event: https://github.com/dyad-sh/dyad/issues/1672
        nothing = Generated((), False, (), 0, "stop")
        return bodies.failed(bodies.response(call, model, nothing, effort, wanted, None), error)
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
    usage = _usage(asked, made.tokens, made.reasoning_tokens, cached, written)
    response = bodies.response(call, model, made, effort, wanted, usage)
    _store(call, response, history, made)
    return response


def _usage(
    asked: int, said: int, reasoning: int = 0, cached: int = 0, written: int = 0
) -> dict[str, Any]:
    return {
        "input_tokens": asked,
        "input_tokens_details": {"cache_write_tokens": written, "cached_tokens": cached},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": reasoning},
        "total_tokens": asked + said,
    }


def _store(call: Call, response: dict[str, Any], history: list[Message], made: Generated) -> None:
    """Keep a response, unless that is not wanted, and what was said in its conversation."""
    mock, body, size = call.mock, call.body, len(call.request.body)
    conversation = bodies.named(body)
    calls = tuple(
        ToolCall(item["call_id"], item["name"], item["arguments"])
        for item in response["output"]
        if item["type"] == "function_call"
    )
    spoken = said("assistant", made.text, calls)
    kept = StoredResponse(
        response,
        (*history, spoken),
        items.stored(body.get("input"), call),
        len(conversations.find(conversation, mock).items) if conversation else 0,
        "queued",
        bool(body.get("stream")),
    )
    if not response["background"]:
        stored.end(kept, mock)
    if body.get("store") is not False:
        mock.responses.keep(response["id"], kept, size)
        for item in response["output"]:
            mock.items.keep(item["id"], item, size)


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


def _check_background(given: bool, body: Mapping[str, Any]) -> None:
    """Refuse what is not to be stored in the background: the guide says that it is refused.

    https://developers.openai.com/api/docs/guides/background
    """
    if given and body.get("store") is False:
        # How the API words it is not known.
        raise APIError(
            "(Offline mock) A response in the background must be stored: leave 'store' out.",
            param="background",
            code="unsupported_parameter",
        )


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


def _check_short(management: Sequence[Mapping[str, Any]], asked: int) -> None:
    """Refuse a prompt that the API would compact: below the threshold it does nothing."""
    for entry in management:
        threshold = entry.get("compact_threshold")
        if threshold is None or asked > threshold:
            raise errors.not_simulated("the compaction of long conversations", "context_management")


def _read(body: Mapping[str, Any], mock: Mock, typed: Any) -> list[Message]:
    """Check the parameters; return the conversation so far. Raises APIError."""
    checks.unknown(body, checks.known(typed))
    sent = [] if body.get("input") is None else _input_items.read(body["input"], mock)
    checks.parameters(body, typed, _RULES)
    _check_not_simulated(body)
    return [*_before(body, mock), *sent]


def _before(body: Mapping[str, Any], mock: Mock) -> Sequence[Message]:
    """Return the conversation that the request goes on with. Raises APIError."""
    if conversation := bodies.named(body):
        return conversations.messages(conversation, mock)
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
        "background": _check_background,
        "tools": _check_tools,
        "tool_choice": lambda given, body: tools.check_tool_choice(given, body, chat=False),
        "text": _check_format,
        "prompt_cache_retention": _check_retention,
    },
)

ROUTES = [
    ("POST", r"/v1/responses", post),
    ("POST", r"/v1/responses/input_tokens", post_count),
    ("POST", r"/v1/responses/compact", post_compact),
    ("GET", r"/v1/responses/([^/]+)", stored.get),
    ("DELETE", r"/v1/responses/([^/]+)", stored.delete),
    ("POST", r"/v1/responses/([^/]+)/cancel", stored.cancel),
    ("GET", r"/v1/responses/([^/]+)/input_items", stored.list_input),
]
