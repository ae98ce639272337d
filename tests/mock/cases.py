"""One request for each endpoint and each kind of reply, with the SDK's type of what answers it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from openai import OpenAI
from openai.types import (
    Batch,
    CreateEmbeddingResponse,
    FileDeleted,
    FileObject,
    ImagesResponse,
    Model,
    ModerationCreateResponse,
)
from openai.types.admin import organization
from openai.types.admin.organization.projects import ProjectSpendLimit, ProjectSpendLimitDeleted
from openai.types.chat import ChatCompletion, ChatCompletionDeleted, ChatCompletionStoreMessage
from openai.types.conversations import (
    Conversation,
    ConversationDeletedResource,
    ConversationItem,
    ConversationItemList,
)
from openai.types.responses import (
    CompactedResponse,
    InputTokenCountResponse,
    Response,
    ResponseItem,
)
from PIL import Image
from pydantic import BaseModel

from helpers.mock.generation.replies import Replies
from helpers.models import DEFAULT

T = TypeVar("T")


class Listed(BaseModel, Generic[T]):
    """A list without pages."""

    object: Literal["list"]
    data: list[T]


class Page(Listed[T], Generic[T]):
    """A page of a list."""

    first_id: str | None
    last_id: str | None
    has_more: bool


class Deleted(BaseModel):
    """What is gone. https://developers.openai.com/api/reference/resources/responses"""

    id: str
    object: Literal["response"]
    deleted: Literal[True]


class Compacted(CompactedResponse):
    """A shortened conversation. The SDK's type does not have the user's messages in it.

    https://developers.openai.com/api/reference/resources/responses
    """

    output: list[ResponseItem]  # type: ignore[assignment]


class StoredMessage(ChatCompletionStoreMessage):
    """A message of any role, as the reference's example has it, and the SDK's type has not.

    https://developers.openai.com/api/reference/resources/chat
    """

    role: Literal["developer", "system", "user", "assistant", "tool", "function"]  # type: ignore[assignment]
    name: str | None


def replies() -> Replies:
    """Return the written replies that the requests below ask for."""
    oslo, tides = {"name": "weather", "arguments": {"city": "Oslo"}}, {"name": "tides"}
    rows: list[dict[str, Any]] = [
        {"prompt": "Hello", "reply": "Hello! How can I help you today?"},
        {
            "prompt": "Ideas",
            "replies": ["A café that only serves toast.", "晚上的城市 🌃\n\n- one"],
        },
        {"prompt": "No", "refusal": "I'm sorry, I can't help with that."},
        {"prompt": "Filtered", "reply": "Here are the first words", "ends": "content_filter"},
        {"prompt": "Lunch", "reply": {"shop": "Roma", "total": 12.5}},
        {"prompt": "Tools", "tool_calls": [oslo, {**tides, "arguments": {}}]},
    ]
    return Replies.from_rows({"test": rows})


def png(mode: str = "RGB") -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (64, 48)).save(stream, "PNG")
    return stream.getvalue()


def pdf(*pages: str) -> bytes:
    """Return a PDF with a line of text on each page."""
    numbers = range(3, 3 + 2 * len(pages), 2)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    font = "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
    ]
    for number, text in zip(numbers, pages, strict=True):
        drawn = f"BT /F 12 Tf 20 100 Td ({text}) Tj ET"
        box = f"/MediaBox [0 0 300 200] /Contents {number + 1} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} {font} >>")
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    found, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(found))
        found += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(found)}\n%%EOF\n"
    return f"{found}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def user(content: Any) -> list[Any]:
    return [{"role": "user", "content": content}]


def closed(**properties: Any) -> dict[str, Any]:
    """Return a schema as strict mode wants it."""
    required = {"required": list(properties), "additionalProperties": False}
    return {"type": "object", "properties": properties, **required}


WEATHER = {"name": "weather", "parameters": closed(city={"type": "string"})}
TIDES = {"name": "tides", "parameters": closed()}
RECEIPT = closed(shop={"type": "string"}, total={"type": "number"})
SCHEMA = {"name": "receipt", "strict": True, "schema": RECEIPT}
CHAT_TOOLS: Any = [{"type": "function", "function": tool} for tool in (WEATHER, TIDES)]
TOOLS: Any = [{"type": "function", "strict": True, **tool} for tool in (WEATHER, TIDES)]
URL = "data:image/png;base64," + base64.b64encode(png()).decode()
LONG = "word " * 1500
PDF = {
    "filename": "invoice.pdf",
    "file_data": "data:application/pdf;base64,"
    + base64.b64encode(pdf("Invoice 17", "Total: 12.50")).decode(),
}
COMPACTED = base64.urlsafe_b64encode(b"(Offline mock) Said before.").decode()
NONE: dict[str, Any] = {"reasoning_effort": "none"}
HIGH: dict[str, Any] = {"reasoning": {"effort": "high"}}
JUDGED: dict[str, Any] = {"moderation": {"model": "omni-moderation-latest"}}

CHAT: dict[str, dict[str, Any]] = {
    "written": {"messages": user("Hello")},
    "improvised, long": {"messages": user(f"Who won? {LONG}")},
    "a model that does not reason": {"messages": user("Hello"), "model": "gpt-4o"},
    "several choices": {"messages": user("Ideas"), "n": 3},
    "stopped": {"messages": user("Hello"), **NONE, "stop": [" help"]},
    "cut by the limit": {"messages": user("Hello"), **NONE, "max_completion_tokens": 5},
    "cut by the filter": {"messages": user("Filtered")},
    "refused": {
        "messages": user("No"),
        "response_format": {"type": "json_schema", "json_schema": SCHEMA},
    },
    "a call": {"messages": user("Rain in Oslo?"), **NONE, "tools": CHAT_TOOLS},
    "two calls": {"messages": user("Tools"), **NONE, "tools": CHAT_TOOLS},
    "a call as of old": {"messages": user("Rain in Oslo?"), **NONE, "functions": [WEATHER]},
    "JSON by a schema": {
        "messages": user("Lunch"),
        "response_format": {"type": "json_schema", "json_schema": SCHEMA},
    },
    "log probabilities": {"messages": user("Hello"), **NONE, "logprobs": True, "top_logprobs": 2},
    "judged": {"messages": user("Hello"), **JUDGED},
    "a picture": {"messages": user([{"type": "image_url", "image_url": {"url": URL}}])},
    "a PDF": {"messages": user([{"type": "file", "file": PDF}])},
    "stored": {"messages": user("Hello"), "store": True, "metadata": {"lesson": "04"}},
}

RESPONSES: dict[str, dict[str, Any]] = {
    "written": {"input": "Hello"},
    "improvised, long": {"input": f"Who won? {LONG}", "prompt_cache_options": {"ttl": "30m"}},
    "a model that does not reason": {"input": "Hello", "model": "gpt-4o"},
    "reasoned, summed up": {"input": "Hello", "reasoning": {"effort": "high", "summary": "auto"}},
    "cut by the limit": {
        "input": "Ideas",
        "reasoning": {"effort": "high"},
        "max_output_tokens": 262,
    },
    "cut before a word": {
        "input": "Hello",
        "reasoning": {"effort": "high"},
        "max_output_tokens": 16,
    },
    "cut by the filter": {"input": "Filtered"},
    "refused": {"input": "No", "text": {"format": {"type": "json_schema", **SCHEMA}}},
    "a call": {"input": "Rain in Oslo?", "tools": TOOLS},
    "two calls": {"input": "Tools", "tools": TOOLS, "reasoning": {"effort": "none"}},
    "a call that must be": {
        "input": "Rain in Oslo?",
        "tools": TOOLS,
        "tool_choice": {"type": "function", "name": "tides"},
        "parallel_tool_calls": False,
    },
    "one of the tools": {
        "input": "Rain in Oslo?",
        "tools": TOOLS,
        "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [TOOLS[1]]},
    },
    "JSON mode": {"input": "A JSON", "text": {"format": {"type": "json_object"}}},
    "JSON by a schema": {
        "input": "Lunch",
        "text": {"format": {"type": "json_schema", **SCHEMA}, "verbosity": "low"},
    },
    "log probabilities": {
        "input": "Hello",
        "reasoning": {"effort": "none"},
        "include": ["message.output_text.logprobs"],
        "top_logprobs": 2,
    },
    "judged": {"input": "Hello", **JUDGED},
    "a PDF": {"input": user([{"type": "input_file", **PDF}])},
    "compacted": {"input": [{"type": "compaction", "encrypted_content": COMPACTED}, *user("Hi")]},
    "with all that it repeats": {
        "input": [
            *user([{"type": "input_text", "text": "Rain in Oslo?"}]),
            {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "sunny"},
        ],
        "instructions": "Be brief.",
        "reasoning": {"effort": "none"},
        "temperature": 0.2,
        "top_p": 0.9,
        "max_output_tokens": 400,
        "max_tool_calls": 3,
        "store": False,
        "metadata": {"lesson": "04"},
        "truncation": "auto",
        "safety_identifier": "someone",
        "prompt_cache_key": "lesson",
        "service_tier": "flex",
        "user": "someone",
    },
}

SMALL: dict[str, Any] = {"model": "gpt-image-2.6-flare", "size": "1024x640", "quality": "low"}
GENERATE: dict[str, Any] = {**SMALL, "prompt": "A cat"}
EDIT: dict[str, Any] = {
    **{**SMALL, "prompt": "At night"},
    "image": [("a.png", png()), ("b.png", png())],
    "mask": ("m.png", png("RGBA")),
}
FILE: dict[str, Any] = {"file": ("a.png", png()), "purpose": "vision"}
SEEN: Any = [{"type": "image_url", "image_url": {"url": URL}}, {"type": "text", "text": "a"}]
EMBED: dict[str, Any] = {"model": "text-embedding-3-small", "encoding_format": "float"}
CHAT_URL: Any = "/v1/chat/completions"


def line(custom_id: Any = "1", **changes: Any) -> bytes:
    """Return a line of a file for a batch of chats."""
    body = {"model": DEFAULT, "messages": user("Hello")}
    row = {"custom_id": custom_id, "method": "POST", "url": CHAT_URL, "body": body}
    return json.dumps({**row, **changes}).encode() + b"\n"


def batch(client: OpenAI, *lines: bytes, **asked: Any) -> Batch:
    """Upload the lines and begin a batch of them."""
    file = client.files.create(file=("b.jsonl", b"".join(lines)), purpose="batch")
    given = {"endpoint": CHAT_URL, "completion_window": "24h", **asked}
    return client.batches.create(input_file_id=file.id, **given)


LIMIT: dict[str, Any] = {"currency": "USD", "interval": "month", "threshold_amount": 9_000_000}
CHANNEL = {"type": "email", "recipients": ["finance@example.com"], "subject_prefix": "Costs"}
ALERT: dict[str, Any] = {**LIMIT, "notification_channel": CHANNEL}
NOVEMBER = 1_793_491_200
COSTS: dict[str, Any] = {"start_time": NOVEMBER, "end_time": NOVEMBER + 2 * 86_400}
LAB = "proj_lab"


ITEMS: list[Any] = [
    *user("Rain in Oslo?"),
    {"type": "reasoning", "id": "rs_1", "summary": []},
    {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c", "output": "sunny"},
    {"role": "assistant", "content": "No."},
    {"type": "compaction", "encrypted_content": COMPACTED},
    *user(
        [
            {"type": "input_text", "text": "And there?"},
            {"type": "input_image", "image_url": URL},
            {"type": "input_file", **PDF},
        ]
    ),
]


@dataclass(frozen=True)
class Kept:
    """The ids of what is stored before a request is sent."""

    file: str
    response: str
    background: str
    conversation: str
    item: str
    completion: str
    alert: str
    batch: str


def keep(client: OpenAI) -> Kept:
    """Store one of each kind of thing, two responses and two limits."""
    org = client.admin.organization
    org.spend_limit.update(**LIMIT)
    org.projects.spend_limit.update(LAB, **{**LIMIT, "threshold_amount": 100})
    return Kept(
        client.files.create(**FILE).id,
        client.responses.create(model=DEFAULT, input=ITEMS).id,
        client.responses.create(model=DEFAULT, input="Hello", background=True).id,
        (talk := client.conversations.create(items=ITEMS).id),
        client.conversations.items.list(talk).data[0].id or "",
        client.chat.completions.create(model=DEFAULT, **CHAT["stored"]).id,
        org.spend_alerts.create(**ALERT).id,
        batch(client, line("good"), line("bad", body={"model": DEFAULT, "messages": [1]})).id,
    )


def go_on(client: OpenAI, kept: Kept, steps: int) -> Batch:
    """Retrieve the batch so many times, and return how it stands then."""
    return [client.batches.retrieve(kept.batch) for _ in range(steps)][-1]


@dataclass(frozen=True)
class Case:
    """A request, and the type of the body that answers it; bytes for what is no JSON."""

    send: Callable[[OpenAI, Kept], Any]
    body: Any


def _chat(ask: dict[str, Any]) -> Case:
    return Case(
        lambda client, _: client.chat.completions.create(**{"model": DEFAULT, **ask}),
        ChatCompletion,
    )


def _response(ask: dict[str, Any]) -> Case:
    return Case(lambda client, _: client.responses.create(**{"model": DEFAULT, **ask}), Response)


def _seen(kept: Kept) -> list[Any]:
    return user([{"type": "input_image", "file_id": kept.file, "detail": "low"}])


def _org(send: Callable[[Any, Kept], Any], body: Any) -> Case:
    return Case(lambda client, kept: send(client.admin.organization, kept), body)


_ALERTS = Page[organization.OrganizationSpendAlert]
_ALERT, _LIMIT = organization.OrganizationSpendAlert, organization.OrganizationSpendLimit
CASES: dict[str, Case] = {
    **{f"chat: {what}": _chat(ask) for what, ask in CHAT.items()},
    **{f"response: {what}": _response(ask) for what, ask in RESPONSES.items()},
    "response: to an uploaded picture": Case(
        lambda c, kept: c.responses.create(model=DEFAULT, input=_seen(kept)), Response
    ),
    "response: continued": Case(
        lambda c, kept: c.responses.create(
            model=DEFAULT, input="Again!", previous_response_id=kept.response
        ),
        Response,
    ),
    "response: in a conversation": Case(
        lambda c, kept: c.responses.create(
            model=DEFAULT, input="Again!", conversation=kept.conversation
        ),
        Response,
    ),
    "response: in the background": Case(
        lambda c, _: c.responses.create(model=DEFAULT, input="Hello", background=True), Response
    ),
    "response: retrieved": Case(lambda c, kept: c.responses.retrieve(kept.response), Response),
    "response: polled": Case(lambda c, kept: c.responses.retrieve(kept.background), Response),
    "response: cancelled": Case(lambda c, kept: c.responses.cancel(kept.background), Response),
    "response: deleted": Case(lambda c, kept: c.responses.delete(kept.response), Deleted),
    "input items": Case(
        lambda c, kept: c.responses.input_items.list(kept.response), Page[ResponseItem]
    ),
    "compaction": Case(
        lambda c, kept: c.responses.compact(
            model=DEFAULT, input="Again!", previous_response_id=kept.response
        ),
        Compacted,
    ),
    "new conversation": Case(lambda c, _: c.conversations.create(items=ITEMS), Conversation),
    "conversation": Case(lambda c, kept: c.conversations.retrieve(kept.conversation), Conversation),
    "changed conversation": Case(
        lambda c, kept: c.conversations.update(kept.conversation, metadata={"a": "b"}), Conversation
    ),
    "deleted conversation": Case(
        lambda c, kept: c.conversations.delete(kept.conversation), ConversationDeletedResource
    ),
    "new items": Case(
        lambda c, kept: c.conversations.items.create(
            kept.conversation, items=ITEMS, include=["message.input_image.image_url"]
        ),
        ConversationItemList,
    ),
    "items": Case(
        lambda c, kept: c.conversations.items.list(kept.conversation), ConversationItemList
    ),
    "item": Case(
        lambda c, kept: c.conversations.items.retrieve(
            kept.item, conversation_id=kept.conversation
        ),
        ConversationItem,
    ),
    "deleted item": Case(
        lambda c, kept: c.conversations.items.delete(kept.item, conversation_id=kept.conversation),
        Conversation,
    ),
    "completions": Case(lambda c, _: c.chat.completions.list(), Page[ChatCompletion]),
    "completion": Case(
        lambda c, kept: c.chat.completions.retrieve(kept.completion), ChatCompletion
    ),
    "changed completion": Case(
        lambda c, kept: c.chat.completions.update(kept.completion, metadata={"a": "b"}),
        ChatCompletion,
    ),
    "messages": Case(
        lambda c, kept: c.chat.completions.messages.list(kept.completion), Page[StoredMessage]
    ),
    "deleted completion": Case(
        lambda c, kept: c.chat.completions.delete(kept.completion), ChatCompletionDeleted
    ),
    "input tokens": Case(
        lambda c, _: c.responses.input_tokens.count(model=DEFAULT, input="Hi"),
        InputTokenCountResponse,
    ),
    "drawing": Case(lambda c, _: c.images.generate(**GENERATE, n=2), ImagesResponse),
    "editing": Case(lambda c, _: c.images.edit(**EDIT), ImagesResponse),
    "models": Case(lambda c, _: c.models.list(), Listed[Model]),
    "model": Case(lambda c, _: c.models.retrieve("gpt-4o"), Model),
    "upload": Case(lambda c, _: c.files.create(**FILE), FileObject),
    "upload for an hour": Case(
        lambda c, _: c.files.create(
            **FILE, expires_after={"anchor": "created_at", "seconds": 3600}
        ),
        FileObject,
    ),
    "files": Case(lambda c, _: c.files.list(), Page[FileObject]),
    "no files": Case(lambda c, _: c.files.list(purpose="batch"), Page[FileObject]),
    "file": Case(lambda c, kept: c.files.retrieve(kept.file), FileObject),
    "deleted file": Case(lambda c, kept: c.files.delete(kept.file), FileDeleted),
    "what is in a file": Case(lambda c, kept: c.files.content(kept.file), bytes),
    "embeddings": Case(
        lambda c, _: c.embeddings.create(**EMBED, input=["a", "b"], dimensions=8),
        CreateEmbeddingResponse,
    ),
    "moderation": Case(
        lambda c, _: c.moderations.create(input=["You are an idiot", "b"]),
        ModerationCreateResponse,
    ),
    "moderation of a picture": Case(
        lambda c, _: c.moderations.create(input=SEEN), ModerationCreateResponse
    ),
    "new batch": Case(
        lambda c, _: batch(
            c,
            line(),
            metadata={"lesson": "12"},
            output_expires_after={"anchor": "created_at", "seconds": 3600},
        ),
        Batch,
    ),
    "batch": Case(lambda c, kept: c.batches.retrieve(kept.batch), Batch),
    "batch, failed": Case(lambda c, _: c.batches.retrieve(batch(c, b"{").id), Batch),
    "batch, completed": Case(lambda c, kept: go_on(c, kept, 3), Batch),
    "output of a batch": Case(
        lambda c, kept: c.files.retrieve(str(go_on(c, kept, 3).output_file_id)), FileObject
    ),
    "cancelled batch": Case(lambda c, kept: c.batches.cancel(kept.batch), Batch),
    "batches": Case(lambda c, _: c.batches.list(), Page[Batch]),
    "costs": _org(lambda o, _: o.usage.costs(**COSTS), organization.UsageCostsResponse),
    "costs, grouped": _org(
        lambda o, _: o.usage.costs(**COSTS, limit=1, group_by=["line_item", "project_id"]),
        organization.UsageCostsResponse,
    ),
    "usage": _org(lambda o, _: o.usage.completions(**COSTS), organization.UsageCompletionsResponse),
    "usage, grouped": _org(
        lambda o, _: o.usage.completions(
            **COSTS, bucket_width="1h", group_by=["model", "batch", "service_tier"]
        ),
        organization.UsageCompletionsResponse,
    ),
    "projects": _org(lambda o, _: o.projects.list(), Page[organization.Project]),
    "project": _org(lambda o, _: o.projects.retrieve(LAB), organization.Project),
    "alerts": _org(lambda o, _: o.spend_alerts.list(), _ALERTS),
    "new alert": _org(lambda o, _: o.spend_alerts.create(**ALERT), _ALERT),
    "alert": _org(lambda o, kept: o.spend_alerts.retrieve(kept.alert), _ALERT),
    "changed alert": _org(lambda o, kept: o.spend_alerts.update(kept.alert, **ALERT), _ALERT),
    "deleted alert": _org(
        lambda o, kept: o.spend_alerts.delete(kept.alert),
        organization.OrganizationSpendAlertDeleted,
    ),
    "limit": _org(lambda o, _: o.spend_limit.retrieve(), _LIMIT),
    "changed limit": _org(lambda o, _: o.spend_limit.update(**LIMIT), _LIMIT),
    "deleted limit": _org(
        lambda o, _: o.spend_limit.delete(), organization.OrganizationSpendLimitDeleted
    ),
    "project's limit": _org(lambda o, _: o.projects.spend_limit.retrieve(LAB), ProjectSpendLimit),
    "project's changed limit": _org(
        lambda o, _: o.projects.spend_limit.update(LAB, **LIMIT), ProjectSpendLimit
    ),
    "project's deleted limit": _org(
        lambda o, _: o.projects.spend_limit.delete(LAB), ProjectSpendLimitDeleted
    ),
}
