"""What the mock must say, as tables: requests with the SDK's type of the body, and errors.

Samples are the examples of the API's specification: what is in them, the API always sends. Of a
response's example `store` is left out, which the SDK's type does not have.
https://github.com/openai/openai-openapi
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import openai
import pydantic
from openai.types import FileDeleted, FileObject, ImagesResponse, Model
from openai.types.admin import organization
from openai.types.admin.organization.projects import ProjectSpendLimit, ProjectSpendLimitDeleted
from openai.types.chat import ChatCompletion
from openai.types.responses import InputTokenCountResponse, Response
from PIL import Image

from helpers.mock.generation.replies import Entry, Replies
from helpers.mock.http import Mock, Request
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_ADMIN_KEY, OFFLINE_KEY

T = TypeVar("T")


class Listed(pydantic.BaseModel, Generic[T]):
    """A list that has no pages."""

    object: Literal["list"]
    data: list[T]


class Page(Listed[T], Generic[T]):
    """A page of a list."""

    first_id: str | None
    last_id: str | None
    has_more: bool


class Receipt(pydantic.BaseModel):
    shop: str
    total: float


@dataclass(frozen=True)
class Case:
    """A request by the SDK's method, and the type of the body that answers it."""

    method: str
    what: str
    ask: dict[str, Any]
    body: Any

    def __str__(self) -> str:
        return f"{self.method}: {self.what}"


ROMA = '{"shop": "Roma", "total": 12.5}'
REPLIES = Replies(
    by_last={
        "Say hello.": Entry(replies=("Hello! How can I help you today?",)),
        "Two ideas": Entry(replies=("A café that only serves toast.", "晚上的城市 🌃\n\n- one")),
        "No.": Entry(refusal="I'm sorry, I can't help with that."),
        "Filtered": Entry(replies=("Here are the first words",), ends="content_filter"),
        "Filtered JSON": Entry(replies=(ROMA,), ends="content_filter"),
        "Lunch as JSON": Entry(replies=(ROMA,)),
        "Two tools": Entry(
            tool_calls=(
                {"name": "weather", "arguments": '{"city": "Zürich"}'},
                {"name": "tides", "arguments": "{}"},
            )
        ),
        "A fight": Entry(moderation=("violence",)),
    }
)


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, "PNG")
    return stream.getvalue()


PNG = picture()
DATA_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()


def user(text: Any) -> list[Any]:
    return [{"role": "user", "content": text}]


CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
RECEIPT = {
    "name": "receipt",
    "strict": True,
    "schema": {
        "type": "object",
        "properties": {"shop": {"type": "string"}, "total": {"type": "number"}},
        "required": ["shop", "total"],
        "additionalProperties": False,
    },
}
CHAT_TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": CITY}}
TOOL: Any = {"type": "function", "name": "weather", "parameters": CITY, "strict": True}
CALLED: Any = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Oslo"}'},
}

CHAT: dict[str, dict[str, Any]] = {
    "written reply": {"messages": user("Say hello.")},
    "improvised reply": {"messages": user("Who won?")},
    "no reasoning": {"messages": user("Say hello."), "reasoning_effort": "none"},
    "most reasoning": {"messages": user("Say hello."), "reasoning_effort": "max"},
    "a model that does not reason": {"messages": user("Say hello."), "model": "gpt-4o"},
    "several choices": {"messages": user("Two ideas"), "n": 3},
    "stopped": {"messages": user("Say hello."), "stop": [" help"]},
    "stopped at once": {"messages": user("Say hello."), "stop": "Hello"},
    "cut by the limit": {
        "messages": user("Say hello."),
        "reasoning_effort": "none",
        "max_completion_tokens": 3,
    },
    "cut before a word": {"messages": user("Say hello."), "max_completion_tokens": 5},
    "cut by the filter": {"messages": user("Filtered")},
    "refusal": {"messages": user("No.")},
    "tool call": {"messages": user("Rain?"), "tools": [CHAT_TOOL], "reasoning_effort": "none"},
    "two tool calls": {
        "messages": user("Two tools"),
        "tools": [CHAT_TOOL],
        "reasoning_effort": "none",
    },
    "tool call cut by the limit": {
        "messages": user("Two tools"),
        "tools": [CHAT_TOOL],
        "reasoning_effort": "none",
        "max_completion_tokens": 2,
    },
    "tool's result": {
        "messages": [
            *user("Rain?"),
            {"role": "assistant", "tool_calls": [CALLED]},
            {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
        ],
        "tools": [CHAT_TOOL],
        "reasoning_effort": "none",
    },
    "tools not to be called": {
        "messages": user("Rain?"),
        "tools": [CHAT_TOOL],
        "tool_choice": "none",
        "reasoning_effort": "none",
    },
    "JSON mode": {"messages": user("A JSON"), "response_format": {"type": "json_object"}},
    "JSON by a schema": {
        "messages": user("Lunch as JSON"),
        "response_format": {"type": "json_schema", "json_schema": RECEIPT},
    },
    "improvised JSON by a schema": {
        "messages": user("Dinner"),
        "response_format": {"type": "json_schema", "json_schema": RECEIPT},
    },
    "picture": {
        "messages": user(
            [
                {"type": "text", "text": "What is it?"},
                {"type": "image_url", "image_url": {"url": DATA_URL, "detail": "low"}},
            ]
        )
    },
    "every optional parameter": {
        "messages": [{"role": "developer", "content": "Be brief."}, *user("Say hello.")],
        "reasoning_effort": "none",
        "temperature": 0.2,
        "top_p": 0.9,
        "presence_penalty": 1,
        "frequency_penalty": -1,
        "seed": 7,
        "store": True,
        "metadata": {"lesson": "04"},
        "verbosity": "low",
        "safety_identifier": "someone",
        "prompt_cache_key": "lesson",
        "service_tier": "default",
    },
}

RESPONSES: dict[str, dict[str, Any]] = {
    "written reply": {"input": "Say hello."},
    "improvised reply": {"input": "Who won?"},
    "model left out": {"input": "Say hello.", "model": openai.omit},
    "no reasoning": {"input": "Say hello.", "reasoning": {"effort": "none"}},
    "summary of the reasoning": {
        "input": "Say hello.",
        "reasoning": {"effort": "high", "summary": "auto"},
    },
    "a model that does not reason": {"input": "Say hello.", "model": "gpt-4o"},
    "cut by the limit": {"input": "Say hello.", "max_output_tokens": 66},
    "cut before a word": {"input": "Say hello.", "max_output_tokens": 16},
    "cut by the filter": {"input": "Filtered"},
    "refusal": {"input": "No."},
    "tool call": {"input": "Rain?", "tools": [TOOL]},
    "two tool calls": {"input": "Two tools", "tools": [TOOL], "reasoning": {"effort": "none"}},
    "tool call cut by the limit": {"input": "Two tools", "tools": [TOOL], "max_output_tokens": 65},
    "tool's result": {
        "input": [
            *user("Rain?"),
            {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "sunny"},
        ],
        "tools": [TOOL],
    },
    "tool by name": {
        "input": "Rain?",
        "tools": [TOOL],
        "tool_choice": {"type": "function", "name": "weather"},
    },
    "a tool of the API's own": {"input": "Say hello.", "tools": [{"type": "web_search"}]},
    "JSON mode": {"input": "A JSON", "text": {"format": {"type": "json_object"}}},
    "JSON by a schema": {
        "input": "Lunch as JSON",
        "text": {"format": {"type": "json_schema", **RECEIPT}},
    },
    "improvised JSON by a schema": {
        "input": "Dinner",
        "text": {"format": {"type": "json_schema", **RECEIPT}},
    },
    "picture by its URL": {
        "input": user(
            [
                {"type": "input_text", "text": "What is it?"},
                {"type": "input_image", "image_url": DATA_URL, "detail": "low"},
            ]
        )
    },
    "picture by its file": {
        "input": user([{"type": "input_image", "file_id": "FILE", "detail": "auto"}])
    },
    "conversation in items": {
        "input": [
            {"role": "developer", "content": "Be brief."},
            *user("Hi"),
            {"role": "assistant", "content": "Hello."},
            *user([{"type": "input_text", "text": "Say hello."}]),
        ]
    },
    "previous response": {"input": "Again!", "previous_response_id": "RESPONSE"},
    "every optional parameter": {
        "input": "Say hello.",
        "instructions": "Be brief.",
        "reasoning": {"effort": "none"},
        "temperature": 0.2,
        "top_p": 0.9,
        "max_output_tokens": 400,
        "store": False,
        "metadata": {"lesson": "04"},
        "text": {"verbosity": "low"},
        "truncation": "auto",
        "parallel_tool_calls": False,
        "safety_identifier": "someone",
        "prompt_cache_key": "lesson",
        "service_tier": "default",
        "user": "someone",
    },
}

FLARE = "gpt-image-2.6-flare"
SMALL: dict[str, Any] = {"model": FLARE, "size": "1024x640", "quality": "low"}
EDIT: dict[str, Any] = {**SMALL, "prompt": "At night", "image": ("a.png", PNG)}
DRAWN: dict[str, list[dict[str, Any]]] = {
    "images.generate": [
        {**SMALL, "prompt": "A cat"},
        {**SMALL, "prompt": "A cat", "n": 2, "output_format": "jpeg", "output_compression": 50},
        {**SMALL, "prompt": "A cat", "background": "transparent", "output_format": "webp"},
    ],
    "images.edit": [
        EDIT,
        {**EDIT, "image": [("a.png", PNG), ("b.png", PNG)]},
        {**EDIT, "mask": ("m.png", picture(mode="RGBA"))},
    ],
}
LIMIT: dict[str, Any] = {"currency": "USD", "interval": "month", "threshold_amount": 9_000_000}
ALERT: dict[str, Any] = {
    **LIMIT,
    "notification_channel": {"type": "email", "recipients": ["finance@example.com"]},
}
NOVEMBER = 1793491200
COSTS: dict[str, Any] = {"start_time": NOVEMBER, "end_time": NOVEMBER + 2 * 86_400}

_O = "admin.organization"
_PROJECT = {"project_id": "proj_lab"}
OTHERS: list[tuple[str, str, dict[str, Any], Any]] = [
    ("responses.input_tokens.count", "text", {"input": "Hi"}, InputTokenCountResponse),
    ("models.list", "all", {}, Listed[Model]),
    ("models.retrieve", "default", {"model": DEFAULT}, Model),
    ("models.retrieve", "with a shutdown date", {"model": "gpt-4o"}, Model),
    ("files.create", "picture", {"file": ("a.png", PNG), "purpose": "vision"}, FileObject),
    (
        "files.create",
        "for an hour",
        {
            "file": ("a.png", PNG),
            "purpose": "vision",
            "expires_after": {"anchor": "created_at", "seconds": 3600},
        },
        FileObject,
    ),
    ("files.list", "all", {}, Page[FileObject]),
    ("files.list", "none", {"purpose": "batch"}, Page[FileObject]),
    ("files.retrieve", "one", {"file_id": "FILE"}, FileObject),
    ("files.delete", "one", {"file_id": "FILE"}, FileDeleted),
    (f"{_O}.usage.costs", "by day", COSTS, organization.UsageCostsResponse),
    (
        f"{_O}.usage.costs",
        "grouped, first page",
        {**COSTS, "limit": 1, "group_by": ["line_item", "project_id"]},
        organization.UsageCostsResponse,
    ),
    (f"{_O}.usage.completions", "by day", COSTS, organization.UsageCompletionsResponse),
    (
        f"{_O}.usage.completions",
        "by hour, grouped",
        {**COSTS, "bucket_width": "1h", "group_by": ["model", "batch", "service_tier"]},
        organization.UsageCompletionsResponse,
    ),
    (f"{_O}.projects.list", "all", {}, Page[organization.Project]),
    (f"{_O}.projects.retrieve", "one", _PROJECT, organization.Project),
    (f"{_O}.spend_alerts.list", "all", {}, Page[organization.OrganizationSpendAlert]),
    (f"{_O}.spend_alerts.create", "one", ALERT, organization.OrganizationSpendAlert),
    (
        f"{_O}.spend_alerts.retrieve",
        "one",
        {"alert_id": "ALERT"},
        organization.OrganizationSpendAlert,
    ),
    (
        f"{_O}.spend_alerts.update",
        "one",
        {"alert_id": "ALERT", **ALERT},
        organization.OrganizationSpendAlert,
    ),
    (
        f"{_O}.spend_alerts.delete",
        "one",
        {"alert_id": "ALERT"},
        organization.OrganizationSpendAlertDeleted,
    ),
    (f"{_O}.spend_limit.retrieve", "set", {}, organization.OrganizationSpendLimit),
    (f"{_O}.spend_limit.update", "raised", LIMIT, organization.OrganizationSpendLimit),
    (f"{_O}.spend_limit.delete", "set", {}, organization.OrganizationSpendLimitDeleted),
    (f"{_O}.projects.spend_limit.retrieve", "enforcing", _PROJECT, ProjectSpendLimit),
    (f"{_O}.projects.spend_limit.update", "raised", {**_PROJECT, **LIMIT}, ProjectSpendLimit),
    (f"{_O}.projects.spend_limit.delete", "set", _PROJECT, ProjectSpendLimitDeleted),
]


def prepared() -> Mock:
    """Return a mock in which a file, a response, an alert and two limits are kept."""
    from helpers.mock.core import answer

    mock = Mock(REPLIES)
    form = (
        b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nvision\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="kept.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + PNG + b"\r\n--x--\r\n"
    )
    limit = pydantic.TypeAdapter(dict[str, Any]).dump_json
    for path, body, key, kind in [
        ("/v1/files", form, OFFLINE_KEY, "multipart/form-data; boundary=x"),
        ("/v1/responses", b'{"input": "Say hello."}', OFFLINE_KEY, "application/json"),
        ("/v1/organization/spend_alerts", limit(ALERT), OFFLINE_ADMIN_KEY, "application/json"),
        ("/v1/organization/spend_limit", limit(LIMIT), OFFLINE_ADMIN_KEY, "application/json"),
        (
            "/v1/organization/projects/proj_lab/spend_limit",
            limit({**LIMIT, "threshold_amount": 100}),
            OFFLINE_ADMIN_KEY,
            "application/json",
        ),
    ]:
        headers = {"authorization": f"Bearer {key}", "content-type": kind}
        reply = answer(Request("POST", path, headers, body), mock)
        assert reply.status == 200, reply.body
    return mock


def _ids() -> dict[str, str]:
    mock = prepared()
    (response,) = mock.conversations
    found = {name.split("-")[0].split("_")[0]: name for name in mock.stored}
    return {"FILE": found["file"], "ALERT": found["alert"], "RESPONSE": response}


IDS = _ids()


def _named(value: Any) -> Any:
    """Put the ids of what `prepared` keeps where a table names them."""
    if isinstance(value, dict):
        return {name: _named(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_named(part) for part in value]
    return IDS.get(value, value) if isinstance(value, str) else value


def _cases(method: str, asks: dict[str, dict[str, Any]], body: Any) -> list[Case]:
    return [
        Case(method, what, {"model": DEFAULT, **_named(ask)}, body) for what, ask in asks.items()
    ]


CHAT_CASES = _cases("chat.completions.create", CHAT, ChatCompletion)
RESPONSES_CASES = _cases("responses.create", RESPONSES, Response)
DRAWN_CASES = [
    Case(method, f"order {number}", ask, ImagesResponse)
    for method, asks in DRAWN.items()
    for number, ask in enumerate(asks)
]
CASES = [
    *CHAT_CASES,
    *RESPONSES_CASES,
    *DRAWN_CASES,
    *(Case(method, what, _named(ask), body) for method, what, ask, body in OTHERS),
]

_USAGE = {
    "prompt_tokens": 19,
    "completion_tokens": 10,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {
        "reasoning_tokens": 0,
        "audio_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    },
}
CHUNK: dict[str, Any] = {
    "id": "",
    "object": "",
    "created": 0,
    "model": "",
    "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": None}],
}
SAMPLES: dict[Any, dict[str, Any]] = {
    ChatCompletion: {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "choices": [
            {
                "index": 0,
                "message": {"role": "", "content": "", "refusal": None, "annotations": []},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": _USAGE,
        "service_tier": "default",
    },
    Response: {
        "id": "",
        "object": "",
        "created_at": 0,
        "status": "",
        "completed_at": 0,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "model": "",
        "output": [
            {
                "type": "message",
                "id": "",
                "status": "",
                "role": "",
                "content": [
                    {"type": "output_text", "text": "", "annotations": []},
                    {"type": "refusal", "refusal": ""},
                ],
            },
            {"type": "reasoning", "id": "", "summary": []},
            {
                "type": "function_call",
                "id": "",
                "call_id": "",
                "name": "",
                "arguments": "",
                "status": "",
            },
        ],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": 36,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 87,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 123,
        },
        "user": None,
        "metadata": {},
    },
    ImagesResponse: {
        "created": 0,
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": "1024x1024",
        "data": [{"b64_json": ""}],
        "usage": {
            "total_tokens": 100,
            "input_tokens": 50,
            "output_tokens": 50,
            "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
        },
    },
    Listed[Model]: {
        "object": "list",
        "data": [
            {"id": "", "object": "model", "created": 0, "owned_by": "", "shutdown_date": None}
        ],
    },
    InputTokenCountResponse: {"object": "response.input_tokens", "input_tokens": 11},
    organization.UsageCostsResponse: {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": 0,
                "end_time": 0,
                "results": [
                    {
                        "object": "organization.costs.result",
                        "amount": {"value": 0.06, "currency": "usd"},
                        "line_item": None,
                        "project_id": None,
                        "api_key_id": None,
                        "quantity": None,
                        "quantity_unit": None,
                        "user_id": None,
                        "api_source": None,
                    }
                ],
            }
        ],
        "has_more": False,
        "next_page": None,
    },
    organization.UsageCompletionsResponse: {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": 0,
                "end_time": 0,
                "results": [
                    {
                        "object": "organization.usage.completions.result",
                        "input_tokens": 1000,
                        "input_cached_tokens": 400,
                        "input_cache_write_tokens": 100,
                        "input_uncached_tokens": 500,
                        "output_tokens": 500,
                        "num_model_requests": 5,
                        "project_id": None,
                        "user_id": None,
                        "api_key_id": None,
                        "model": None,
                        "batch": None,
                        "service_tier": None,
                    }
                ],
            }
        ],
        "has_more": False,
        "next_page": None,
    },
}


@dataclass(frozen=True)
class Refused:
    """A request that is refused, and the fields of the SDK's exception."""

    what: str
    kind: type[openai.APIStatusError]
    status: int
    method: str
    ask: dict[str, Any]
    code: str | None = None
    param: str | None = None
    message: str = ""
    type: str = "invalid_request_error"
    keys: dict[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.method}: {self.what}"


_CHAT, _RESPONSES = "chat.completions.create", "responses.create"
_HELLO: dict[str, Any] = {"model": DEFAULT, "messages": user("Say hello.")}
_ASK: dict[str, Any] = {"model": DEFAULT, "input": "Say hello."}
_UNKNOWN = "The model `gpt-7` does not exist or you do not have access to it."
_GONE = "The model `gpt-4` does not exist or you do not have access to it."
_400, _404 = openai.BadRequestError, openai.NotFoundError
_SCHEMA_OPEN = {**RECEIPT, "schema": {"type": "object", "properties": {}}}


def _bad_chat(what: str, code: str | None, param: str | None, **ask: Any) -> Refused:
    return Refused(what, _400, 400, _CHAT, {**_HELLO, **ask}, code, param)


def _bad_response(what: str, code: str | None, param: str | None, **ask: Any) -> Refused:
    return Refused(what, _400, 400, _RESPONSES, {**_ASK, **ask}, code, param)


def _bad_picture(what: str, code: str | None, param: str, **ask: Any) -> Refused:
    return Refused(
        what, _400, 400, "images.generate", {**SMALL, "prompt": "A cat", **ask}, code, param
    )


ERRORS = [
    Refused(
        "unknown model",
        _404,
        404,
        _CHAT,
        {**_HELLO, "model": "gpt-7"},
        "model_not_found",
        None,
        _UNKNOWN,
    ),
    Refused(
        "unknown model",
        _404,
        404,
        _RESPONSES,
        {**_ASK, "model": "gpt-7"},
        "model_not_found",
        None,
        _UNKNOWN,
    ),
    Refused(
        "unknown model",
        _404,
        404,
        "images.generate",
        {**SMALL, "prompt": "A", "model": "gpt-7"},
        "model_not_found",
        None,
        _UNKNOWN,
    ),
    Refused(
        "unknown model",
        _404,
        404,
        "models.retrieve",
        {"model": "gpt-7"},
        "model_not_found",
        "model",
        "The model 'gpt-7' does not exist",
    ),
    Refused(
        "shut down model",
        _404,
        404,
        _CHAT,
        {**_HELLO, "model": "gpt-4"},
        "model_not_found",
        None,
        _GONE,
    ),
    Refused(
        "shut down model",
        _404,
        404,
        _RESPONSES,
        {**_ASK, "model": "gpt-4"},
        "model_not_found",
        None,
        _GONE,
    ),
    *(
        Refused(
            "bad key",
            openai.AuthenticationError,
            401,
            method,
            ask,
            "invalid_api_key",
            None,
            "Incorrect API key provided: sk-proj-*****-key. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            keys={"api_key": "sk-proj-not-a-key", "admin_api_key": "sk-proj-not-a-key"},
        )
        for method, ask in [
            (_CHAT, _HELLO),
            (_RESPONSES, _ASK),
            ("models.list", {}),
            ("files.list", {}),
            ("images.generate", {**SMALL, "prompt": "A"}),
            (f"{_O}.projects.list", {}),
        ]
    ),
    Refused(
        "a key that is no admin key",
        openai.PermissionDeniedError,
        403,
        f"{_O}.projects.list",
        {},
        keys={"admin_api_key": OFFLINE_KEY},
    ),
    _bad_chat("temperature while reasoning", "unsupported_value", "temperature", temperature=0.1),
    _bad_response(
        "temperature while reasoning", "unsupported_value", "temperature", temperature=0.1
    ),
    _bad_chat("top_p while reasoning", "unsupported_value", "top_p", top_p=0.1),
    _bad_chat("max_tokens while reasoning", "unsupported_parameter", "max_tokens", max_tokens=9),
    _bad_chat("logprobs while reasoning", "unsupported_parameter", "logprobs", logprobs=True),
    _bad_chat(
        "an effort that a model lacks",
        "unsupported_value",
        "reasoning_effort",
        model="gpt-6.2-sol",
        reasoning_effort="none",
    ),
    _bad_chat("tools while reasoning", None, "reasoning_effort", tools=[CHAT_TOOL]),
    _bad_chat("no messages", "empty_array", "messages", messages=[]),
    _bad_chat("messages as a string", "invalid_type", "messages", messages="Hi"),
    _bad_chat(
        "unknown role",
        "invalid_value",
        "messages[0].role",
        messages=[{"role": "king", "content": "Hi"}],
    ),
    _bad_chat("temperature as a string", "invalid_type", "temperature", temperature="hot"),
    _bad_chat("too few choices", "integer_below_min_value", "n", n=0),
    _bad_chat("too many stops", "array_above_max_length", "stop", stop=list("abcde")),
    _bad_chat("unknown parameter", "unknown_parameter", "tmp", extra_body={"tmp": 1}),
    _bad_chat(
        "JSON mode without the word",
        None,
        "messages",
        response_format={"type": "json_object"},
    ),
    _bad_response(
        "JSON mode without the word", None, "input", text={"format": {"type": "json_object"}}
    ),
    _bad_chat(
        "open schema",
        None,
        "response_format",
        response_format={"type": "json_schema", "json_schema": _SCHEMA_OPEN},
    ),
    _bad_response(
        "open schema",
        "invalid_json_schema",
        "text.format.schema",
        text={"format": {"type": "json_schema", **_SCHEMA_OPEN}},
    ),
    _bad_response("input as a number", "invalid_type", "input", input=5),
    _bad_response("unknown item", "invalid_value", "input[0].type", input=[{"type": "letter"}]),
    _bad_response(
        "limit too low", "integer_below_min_value", "max_output_tokens", max_output_tokens=3
    ),
    _bad_response(
        "unknown previous response",
        "previous_response_not_found",
        "previous_response_id",
        previous_response_id="resp_0",
    ),
    _bad_response("instructions as a number", "invalid_type", "instructions", instructions=5),
    Refused(
        "no picture at a file's id",
        _404,
        404,
        _RESPONSES,
        {**_ASK, "input": user([{"type": "input_image", "file_id": "file-0"}])},
        None,
        "input[0].content[0].file_id",
    ),
    _bad_chat(
        "no picture",
        "invalid_image_format",
        None,
        messages=user([{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}]),
    ),
    Refused(
        "input as a number",
        _400,
        400,
        "responses.input_tokens.count",
        {"input": 5},
        "invalid_type",
        "input",
    ),
    Refused(
        "unknown purpose",
        _400,
        400,
        "files.create",
        {"file": ("a.png", PNG), "purpose": "fun"},
        "invalid_value",
        "purpose",
    ),
    Refused("unknown file", _404, 404, "files.retrieve", {"file_id": "file-0"}, None, "id"),
    Refused("unknown file", _404, 404, "files.delete", {"file_id": "file-0"}, None, "id"),
    _bad_picture("odd size", "invalid_value", "size", size="100x100"),
    _bad_picture("too many", "integer_above_max_value", "n", n=11),
    _bad_picture("old parameter", "unknown_parameter", "style", style="vivid"),
    _bad_picture("a model that writes", "invalid_value", "model", model=DEFAULT),
    Refused(
        "blocked prompt",
        _400,
        400,
        "images.generate",
        {**SMALL, "prompt": "A fight"},
        "moderation_blocked",
        type="image_generation_user_error",
    ),
    Refused(
        "no picture",
        _400,
        400,
        "images.edit",
        {**EDIT, "image": ("a.png", b"broken")},
        "invalid_image_file",
        "image",
    ),
    Refused(
        "too long a page",
        _400,
        400,
        f"{_O}.usage.costs",
        {**COSTS, "limit": 181},
        "integer_above_max_value",
        "limit",
    ),
    Refused(
        "unknown group",
        _400,
        400,
        f"{_O}.usage.completions",
        {**COSTS, "group_by": ["moon"]},
        "invalid_value",
        "group_by[0]",
    ),
    Refused("unknown project", _404, 404, f"{_O}.projects.retrieve", {"project_id": "proj_0"}),
    Refused("unknown alert", _404, 404, f"{_O}.spend_alerts.retrieve", {"alert_id": "alert_0"}),
    Refused(
        "other currency",
        _400,
        400,
        f"{_O}.spend_alerts.create",
        {**ALERT, "currency": "EUR"},
        "invalid_value",
        "currency",
    ),
    Refused(
        "a limit without an amount",
        _400,
        400,
        f"{_O}.spend_limit.update",
        {"currency": "USD", "interval": "month", "threshold_amount": 0},
        "integer_below_min_value",
        "threshold_amount",
    ),
]
