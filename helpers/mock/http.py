"""What passes between the ways in, the core and the endpoints: request, reply, and one call."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

import pydantic_core
from openai import BaseModel

from helpers.mock import errors, forms
from helpers.mock.errors import APIError
from helpers.mock.failures import Failure
from helpers.mock.forms import Part
from helpers.mock.generation.replies import Entry
from helpers.mock.state import Mock

_EPOCH = int(datetime(2026, 11, 24, 12, tzinfo=timezone.utc).timestamp())
_MANY = 64
# Half of a character pair, as JavaScript's JSON.stringify may send it.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class Request:
    """An HTTP request. Header names are in lower case; `query` is what follows the `?`.

    now: when it came, in seconds on the clock of the way in: only rate limits look at it.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    query: str = ""
    now: float = 0.0

    @cached_property
    def identity(self) -> bytes:
        """A hash of what is asked: the same for the same request, whoever sends it."""
        said = "\n".join((self.method, self.path, self.query)).encode(errors="replace")
        # What parts a form's fields is random in every request, and says nothing.
        between = forms.boundary(self.headers.get("content-type", ""))
        said += self.body.replace(between, b"") if between else self.body
        return hashlib.sha256(said).digest()


@dataclass(frozen=True)
class Reply:
    """An HTTP reply: a body, or the server-sent events of a stream, each ready to be written.

    entry: the written reply that it says, if it says one.
    failure: what was asked to go wrong: the way in waits, and breaks off after the last byte.
    """

    status: int
    headers: dict[str, str]
    body: bytes = b""
    events: Iterable[bytes] | None = None
    entry: Entry | None = None
    failure: Failure | None = None


Result = BaseModel | Mapping[str, Any] | bytes | Iterable[bytes]
"""What an endpoint returns: a body as a model of the SDK or a mapping, a file's bytes, or a
stream's events."""


@dataclass
class Call:
    """One request on its way through an endpoint.

    ask: answers another request as the API would: a line of a batch.
    number: the number of the request in this run, from 1; likeness: its number among its like.
    headers: what the endpoint adds to the reply's headers.
    entry: the written reply that answers it, once one is found.
    limits: the rate limits that it asks for itself; taken: what it has had of its key's.
    """

    request: Request
    mock: Mock
    ask: Callable[[Request], Reply]
    number: int = 1
    likeness: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    entry: Entry | None = None
    limits: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)

    @property
    def created(self) -> int:
        """The request's time, in seconds since 1970: in order within a run, never ahead of now."""
        return _EPOCH + self.number

    def hexadecimal(self, prefix: str, length: int, part: object = "") -> str:
        """Return an id of lower-case hex digits. `part` tells the ids of one call apart."""
        return prefix + self._digest(f"{prefix}{part}").hex()[:length]

    def alphanumeric(self, prefix: str, length: int, part: object = "") -> str:
        """Return an id of letters and digits. `part` tells the ids of one call apart."""
        digits = base64.b64encode(self._digest(f"{prefix}{part}"), b"Aa").decode()
        return prefix + digits[:length]

    def _digest(self, part: str) -> bytes:
        # Ids derive from the request and its number among its like: the same from run to run,
        # and never twice the same within one.
        return hashlib.sha256(self.request.identity + f"{self.likeness}{part}".encode()).digest()

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object in the request. Raises APIError if there is none."""
        try:
            body = parse_json(self.request.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise APIError("We could not parse the JSON body of your request.") from None
        if not isinstance(body, dict):
            raise errors.invalid_type("body", "an object", body)
        return body

    @cached_property
    def form(self) -> list[Part]:
        """The fields of the multipart form in the request. Raises APIError if there is none."""
        return forms.parse(self.request.body, self.request.headers.get("content-type", ""))

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The parameters behind the path, each with its values; `x[]` is called `x`."""
        found = parse_qs(self.request.query, keep_blank_values=True)
        return {name.removesuffix("[]"): values for name, values in found.items()}


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is too large")
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


def parse_json(text: str) -> Any:
    """Return what a JSON text says, in whole characters. Raises ValueError or RecursionError."""
    said = _DECODER.decode(text)
    if _SURROGATE.search(text):
        paired = json.dumps(said, ensure_ascii=False).encode("utf-16", "surrogatepass")
        said = json.loads(paired.decode("utf-16", "replace"))
    return said


def to_json(body: BaseModel | Mapping[str, Any]) -> bytes:
    """Return a body as the API sends it: unset fields are absent, null ones there."""
    if isinstance(body, BaseModel):
        return body.model_dump_json(exclude_unset=True, by_alias=True).encode()
    # A quarter of the time that `json` takes. No half of a character gets here: see `parse_json`.
    if any(isinstance(value, list) and len(value) > _MANY for value in body.values()):
        # One by one: a single call for a thousand vectors would hold up all other requests.
        return b"{%s}" % b",".join(map(_member, body, body.values()))
    return pydantic_core.to_json(body)


def _member(name: str, value: Any) -> bytes:
    write = pydantic_core.to_json
    rows = b"[%s]" % b",".join(map(write, value)) if isinstance(value, list) else write(value)
    return write(name) + b":" + rows


def sse(data: BaseModel | Mapping[str, Any], event: str | None = None) -> bytes:
    """Return one server-sent event. https://html.spec.whatwg.org/multipage/server-sent-events.html"""
    named = f"event: {event}\n".encode() if event else b""
    return named + b"data: " + to_json(data) + b"\n\n"
