"""What passes between the doors, the core and the endpoints: request, reply, and one call."""

from __future__ import annotations

import json
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from openai._models import BaseModel

from helpers.mock import errors
from helpers.mock import forms
from helpers.mock.errors import APIError
from helpers.mock.forms import Part
from helpers.mock.generation.replies import Message, Replies

_EPOCH = int(datetime(2026, 11, 25, 9, tzinfo=timezone.utc).timestamp())


@dataclass(frozen=True)
class Request:
    """An HTTP request. Header names are in lower case; `query` is what follows the `?`."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    query: str = ""


@dataclass(frozen=True)
class Reply:
    """An HTTP reply: a body, or the server-sent events of a stream, each ready to be written."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    events: Iterable[bytes] | None = None


@dataclass
class Mock:
    """What the mock knows: its written replies, and what this run has stored in it by id."""

    replies: Replies
    conversations: MutableMapping[str, list[Message]] = field(default_factory=dict)
    stored: MutableMapping[str, Any] = field(default_factory=dict)

    def reset(self) -> None:
        """Forget everything that was stored."""
        self.stored.clear()
        self.conversations.clear()


Result = BaseModel | dict[str, Any] | Iterable[bytes]
"""What an endpoint returns: a body as a model of the SDK or a dict, or a stream's events."""


@dataclass(frozen=True)
class Call:
    """One request on its way through an endpoint.

    stamp: what this request's ids are made of; it derives from the request.
    """

    request: Request
    mock: Mock
    stamp: str

    @property
    def created(self) -> int:
        """The request's time, in seconds since 1970. It derives from the request, too."""
        return _EPOCH + int(self.stamp[:4], 16)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object in the request. Raises APIError if there is none."""
        try:
            body = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise APIError("We could not parse the JSON body of your request.") from None
        if not isinstance(body, dict):
            raise errors.invalid_type("body", "an object", body)
        return body

    @cached_property
    def form(self) -> list[Part]:
        """The fields of the multipart form in the request. Raises APIError if there is none."""
        return forms.parse(self.request.body, self.request.headers.get("content-type", ""))

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters behind the path, each with its values; `x[]` is called `x`."""
        found = parse_qs(self.request.query, keep_blank_values=True)
        return {name.removesuffix("[]"): values for name, values in found.items()}


def to_json(model: BaseModel) -> bytes:
    """Return a model of the SDK as the API sends it: unset fields are absent, null ones there."""
    return model.model_dump_json(exclude_unset=True, by_alias=True).encode()
