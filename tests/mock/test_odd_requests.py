"""Whatever is sent, the mock answers as the API would: with a body, or with an error of its shape.

A request that breaks the mock gets a 500: none may.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.conversations import Conversation
from openai.types.responses import InputTokenCountResponse, Response, ResponseStreamEvent

from helpers.mock import core
from helpers.mock.generation.replies import Replies, load
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock
from tests.mock.asking import KEY, LUNA, PATHS, events
from tests.mock.cases import ITEMS, PDF, Compacted

ADMIN_KEY = "sk-admin-FAKE-of-tests"
CHAT, RESPONSES, COUNT = PATHS["chat"], PATHS["responses"], "/v1/responses/input_tokens"
COMPACT, CONVERSATIONS = "/v1/responses/compact", "/v1/conversations"
WHOLE: dict[str, Any] = {
    CHAT: ChatCompletion,
    RESPONSES: Response,
    COUNT: InputTokenCountResponse,
    COMPACT: Compacted,
    CONVERSATIONS: Conversation,
}
"""What a good reply is to the SDK."""
EVENTS = {
    get_args(kind.model_fields["type"].annotation)[0]: kind
    for kind in get_args(get_args(ResponseStreamEvent)[0])
}
"""What the events of a response's stream are to the SDK, by their type."""
ENDPOINTS = sorted(
    {
        path.replace("(.+)", "x").replace("([^/]+)", "x")
        for segment in core.ENDPOINTS
        for _, path, _ in core.routes(f"/v1/{segment}/")
    }
)

# Good requests that have as much inside as requests have: what is odd is put into one of these.
SCHEMA = {
    "type": "object",
    "$defs": {"a": {"type": "string", "enum": ["x", "y"]}},
    "properties": {
        "a": {"$ref": "#/$defs/a"},
        "b": {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 2},
        "c": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    },
    "required": ["a", "b", "c"],
    "additionalProperties": False,
}
FUNCTION = {"name": "f", "description": "", "parameters": SCHEMA, "strict": True}
TOOL, FLAT = {"type": "function", "function": FUNCTION}, {"type": "function", **FUNCTION}
NAMED = {"type": "function", "function": {"name": "f"}}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
    "hgGAWjR9awAAAABJRU5ErkJggg=="
)
ENDS = {"mode": "explicit"}
USER = {"role": "user", "content": "Rain in Oslo? JSON!"}
GOOD: list[tuple[str, dict[str, Any]]] = [
    (
        CHAT,
        {
            "model": LUNA,
            "messages": [
                {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
                USER,
                {"role": "assistant", "content": None, "tool_calls": [CALL]},
                {"role": "tool", "tool_call_id": "c", "content": "sunny"},
            ],
            "tools": [TOOL],
            "tool_choice": {
                "type": "allowed_tools",
                "allowed_tools": {"mode": "required", "tools": [NAMED]},
            },
            "reasoning_effort": "none",
            "stream": True,
            "stream_options": {"include_usage": True},
        },
    ),
    (
        CHAT,
        {
            "model": "gpt-4o",
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Hi", "prompt_cache_breakpoint": ENDS},
                        {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}},
                    ],
                }
            ],
            "functions": [{"name": "f", "parameters": SCHEMA}],
            "function_call": {"name": "f"},
            "n": 2,
            "temperature": 0.5,
            "stop": ["x"],
            "max_tokens": 50,
            "metadata": {"k": "v"},
            "store": True,
        },
    ),
    (
        CHAT,
        {
            "model": LUNA,
            "messages": [USER],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "f", "strict": True, "schema": SCHEMA},
            },
            "reasoning_effort": "none",
            "logprobs": True,
            "top_logprobs": 2,
            "service_tier": "flex",
            "stream": True,
        },
    ),
    (
        RESPONSES,
        {
            "model": LUNA,
            "instructions": "Be brief.",
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "Rain in Oslo?"}]},
                {"type": "reasoning", "id": "rs_1", "summary": []},
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c", "output": "sunny"},
                {"role": "assistant", "content": [{"type": "output_text", "text": "Dry."}]},
                {"role": "user", "content": [{"type": "input_image", "image_url": PIXEL}]},
            ],
            "tools": [FLAT],
            "tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [FLAT]},
            "reasoning": {"effort": "high", "summary": "auto"},
            "stream": True,
        },
    ),
    (
        RESPONSES,
        {
            "model": LUNA,
            "input": [USER],
            "text": {
                "format": {"type": "json_schema", "name": "f", "strict": True, "schema": SCHEMA},
                "verbosity": "low",
            },
            "reasoning": {"effort": "none"},
            "include": ["message.output_text.logprobs"],
            "top_logprobs": 1,
            "prompt_cache_options": {"mode": "explicit"},
            "max_output_tokens": 100,
            "metadata": {"k": "v"},
        },
    ),
    (COUNT, {"model": LUNA, "input": [USER], "tools": [FLAT], "text": {"verbosity": "low"}}),
    (CONVERSATIONS, {"items": ITEMS, "metadata": {"k": "v"}}),
    (COMPACT, {"model": LUNA, "input": ITEMS, "instructions": "Be brief."}),
    (RESPONSES, {"model": LUNA, "input": ITEMS, "background": True, "store": True}),
    (
        CHAT,
        {
            "model": LUNA,
            "messages": [{"role": "user", "content": [{"type": "file", "file": PDF}]}],
            "store": True,
            "metadata": {"k": "v"},
        },
    ),
]

WORDS = (
    *("user", "assistant", "tool", "text", "input_text", "refusal", "json_schema", "json_object"),
    *("function", "function_call", "arguments", "none", "required", "type", "name", "role", ""),
    *("content", "tool_calls", "call_id", "id", "mode", "tools", "item_reference", "custom", "f"),
)
KEYWORDS = (
    *("$ref", "$defs", "$schema", "anyOf", "allOf", "enum", "const", "type", "properties", "items"),
    *("required", "additionalProperties", "minItems", "maxItems", "minimum", "maximum", "format"),
    *("exclusiveMinimum", "multipleOf", "pattern", "default", "nullable", "prefixItems", "not"),
)
KINDS = ("object", "array", "string", "integer", "number", "boolean", "null")
SURROGATES = ("\ud83d", "é\udc00", "😀")
TEXTS = st.sampled_from(WORDS + SURROGATES) | st.text(max_size=6)
NUMBERS = st.integers(-2, 40) | st.sampled_from([1e9, 1e308, -1e308, 10**40, 0.5]) | st.floats()
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3)
    ),
    max_leaves=8,
)
REFERENCES = st.sampled_from(["#", "#/$defs/a", "#/properties/a", "#/nowhere", "https://x/y", "a"])


def subschemas(inner: Any) -> Any:
    named = st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    parts: dict[str, Any] = {
        **dict.fromkeys(("properties", "$defs"), named),
        **dict.fromkeys(("items", "not", "additionalProperties"), inner),
        **dict.fromkeys(("anyOf", "allOf", "prefixItems"), st.lists(inner, max_size=2)),
        **dict.fromkeys(("minItems", "maxItems", "minimum", "multipleOf"), NUMBERS),
        "type": st.sampled_from(KINDS) | st.lists(st.sampled_from(KINDS), max_size=2),
        "required": st.lists(st.sampled_from(["a", "b"]), max_size=2),
        "enum": st.lists(PLAIN, max_size=2),
        "$ref": REFERENCES,
        "format": st.sampled_from(["date", "uri", "x"]),
        "pattern": st.sampled_from(["^a$", "(", ""]),
    }
    closed = st.builds(
        lambda names, kept: {
            "type": "object",
            "properties": names,
            "required": list(names),
            "additionalProperties": False,
            "$defs": kept,
        },
        named,
        named,
    )
    some = st.lists(st.sampled_from(sorted(parts)), max_size=3, unique=True)
    right = some.flatmap(lambda names: st.fixed_dictionaries({name: parts[name] for name in names}))
    odd = st.dictionaries(st.sampled_from(KEYWORDS), VALUES, max_size=3)
    return right | closed | odd


def nested(depth: int) -> Any:
    part: Any = {"type": "string"}
    for _ in range(depth):
        part = {"type": "object", "properties": {"a": part}}
    return part


SCHEMAS = st.recursive(
    st.booleans() | st.builds(lambda to: {"$ref": to}, REFERENCES), subschemas, max_leaves=6
) | st.builds(nested, st.integers(20, 400))
GONE: Any = object()
"""In the place of a value: nothing stands there."""


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where something stands in a body, each place as the steps that lead to it."""
    steps = value.items() if isinstance(value, dict) else ()
    for step, part in enumerate(value) if isinstance(value, list) else steps:
        yield (*at, step)
        yield from places(part, (*at, step))


def put(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    """Return a body in which `new` stands at a place."""
    if not at:
        return new
    changed = value.copy()
    changed[at[0]] = put(value[at[0]], at[1:], new) if at[1:] else new
    if changed[at[0]] is GONE:
        del changed[at[0]]
    return changed


@st.composite
def odd_requests(draw: Any) -> tuple[str, Any]:
    """A good request with something odd in one of its places, or with another member."""
    path, body = draw(st.sampled_from(GOOD))
    at = draw(st.sampled_from(list(places(body))))
    inside_schema = {"schema", "parameters"} & set(at)
    new = draw(SCHEMAS | VALUES if inside_schema else VALUES | st.just(GONE))
    return path, put(body, at, new)


QUIET = settings(
    max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def judge(method: str, path: str, reply: Reply) -> None:
    if reply.status != 200:
        assert 400 <= reply.status < 500, reply.body
        (error,) = json.loads(reply.body).values()
        assert set(error) == {"message", "type", "param", "code"}
        assert isinstance(error["message"], str) and isinstance(error["type"], str)
        assert all(isinstance(error[name], (str, type(None))) for name in ("param", "code"))
    elif reply.events is None:
        body = json.loads(reply.body)
        if method == "POST" and path in WHOLE:
            WHOLE[path].model_validate(body)
    else:
        for event in events(reply):
            kind = EVENTS[event["type"]] if path == RESPONSES else ChatCompletionChunk
            kind.model_validate(event)


@cache
def replies() -> Replies:
    return load()


def answered(
    path: str, body: bytes, method: str = "POST", query: str = "", key: str = KEY, kind: str = ""
) -> Reply:
    """Return the reply to a request, which must be as the API's are."""
    headers = {"authorization": f"Bearer {key}", "content-type": kind or "application/json"}
    reply = core.answer(Request(method, path, headers, body, query), Mock(replies()))
    judge(method, path, reply)
    return reply


def test_the_requests_that_odd_ones_are_made_of_are_good() -> None:
    for path, body in GOOD:
        assert answered(path, json.dumps(body).encode()).status == 200


def also(place: int, at: str, new: Any) -> example:
    """Have a test try a request that once broke the mock: a good one with `new` in a place."""
    path, body = GOOD[place]
    steps = [int(step) if step.isdigit() else step for step in at.split()]
    return example((path, put(body, tuple(steps), new)))


@QUIET
@given(odd_requests())
@also(0, "messages 2 function_call", "x")
@also(0, "tool_choice allowed_tools tools 0 function", "x")
@also(0, "messages 1 content", "\ud83d")
@also(1, "functions 0 parameters $defs a enum", [])
@also(3, "input 3 call_id", GONE)
@also(4, "prompt_cache_options mode", None)
@also(4, "text format schema properties b", True)
@also(4, "text format schema properties b", {"$ref": "#"})
def test_any_json_is_answered(asked: tuple[str, Any]) -> None:
    path, body = asked
    answered(path, json.dumps(body).encode())


@QUIET
@given(
    st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD"]),
    st.sampled_from([*ENDPOINTS, CHAT, RESPONSES, COUNT]) | st.text(max_size=20),
    st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()),
    st.text(max_size=20) | st.sampled_from(["limit=x&page=", "start_time=1e99", "group_by[]=%00"]),
    st.sampled_from([KEY, ADMIN_KEY, ""]),
    st.sampled_from(["application/json", "multipart/form-data; boundary=x", "multipart/form-data"])
    | st.text(max_size=10).map(lambda text: f"multipart/form-data; boundary={text}"),
)
def test_any_bytes_are_answered(
    method: str, path: str, body: bytes, query: str, key: str, kind: str
) -> None:
    answered(path, body, method, query, key, kind)
