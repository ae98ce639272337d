"""The mock API, which on its way asks a real API for the replies that may be recorded."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from secrets import compare_digest, token_urlsafe
from typing import Any

from helpers.mock import core
from helpers.mock.endpoints import files
from helpers.mock.errors import APIError
from helpers.mock.generation.replies import Replies
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock
from helpers.upkeep.recording import exchange
from helpers.upkeep.recording.bill import Bill
from helpers.upkeep.recording.exchange import RESPONSES
from helpers.upkeep.recording.redact import redact
from helpers.upkeep.recording.yaml_edit import Row

Place = tuple[str, int]
"""Where an entry stands, as its `source`: lesson, and number in its file."""
Send = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Sends a body to a path and returns the body that comes back. Raises openai.OpenAIError."""
_OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?")


@dataclass
class RecordingProxy:
    """Answers as the mock, and records what it may in `rows`.

    rows: the entries of every lesson; only those of `lessons` are recorded.
    limit: US dollars; once that much is spent, nothing more is sent.
    secrets: what must not be written, beside all that looks like an account's data.
    key, admin_key: whoever has neither gets nothing, for an answer may cost money.
    left: why an entry was not recorded.
    stopped: why nothing more is sent, if so; failed: whether that is an error.
    """

    rows: dict[str, list[Row]]
    send: Send
    lessons: set[str]
    limit: Decimal = Decimal("Infinity")
    secrets: set[str] = field(default_factory=set)
    today: date = field(default_factory=date.today)
    key: str = field(default_factory=lambda: f"sk-recording-{token_urlsafe(24)}")
    admin_key: str = field(default_factory=lambda: f"sk-admin-{token_urlsafe(24)}")
    bill: Bill = field(default_factory=Bill)
    recorded: set[Place] = field(default_factory=set)
    left: dict[Place, str] = field(default_factory=dict)
    stopped: str | None = None
    failed: bool = False

    def __post_init__(self) -> None:
        """Load the entries, and say of each that no cell has asked for it yet."""
        self.mock = Mock(Replies.from_rows(self.rows), strict=True)
        self._sent: set[Place] = set()
        self._items: dict[str, list[Any]] = {}
        for lesson in self.lessons:
            for number, row in enumerate(self.rows[lesson]):
                self.left[lesson, number] = exchange.stays_written(row) or "no cell asks for it"

    def answer(self, request: Request) -> Reply:
        """Answer a request as the mock, after a real API was asked if that is due."""
        if refusal := self._refusal(request):
            return refusal
        reply = _read(core.answer(request, self.mock))
        if reply.status != 200 or request.path not in (exchange.CHAT, RESPONSES):
            return reply
        body = json.loads(request.body)
        if request.path == RESPONSES:
            body = self._self_contained(body)
        place = reply.entry.source if reply.entry else None
        if place and self._is_due(place, body):
            reply = self._record(request, place, body) or reply
        if request.path == RESPONSES:
            response = _response(reply)
            self._items[response["id"]] = [*body["input"], *exchange.said_items(response)]
        return reply

    def _refusal(self, request: Request) -> Reply | None:
        """Return what a request gets that none of this run's kernels sent.

        Any program of this computer can reach the port, and any page in its browser: under a host
        name of its own that leads here, the page may even read the answer.
        """
        if not _OWN_HOST.fullmatch(request.headers.get("host", "")):
            refused = APIError("This server is for its own computer only.", status=403)
            return Reply(refused.status, core.HEADERS, refused.body)
        given = request.headers.get("authorization", "").partition(" ")[2].strip().encode()
        ours = (key.encode() for key in (self.key, self.admin_key))
        if any(compare_digest(given, key) for key in ours):
            return None
        # A lesson may send a wrong key on purpose: it gets the API's words, from a mock apart.
        reply = core.answer(request, Mock(Replies()))
        if reply.status != 401:
            refused = APIError("This server takes only the key of its recording.", status=401)
            reply = Reply(refused.status, core.HEADERS, refused.body)
        return reply

    def _is_due(self, place: Place, body: dict[str, Any]) -> bool:
        lesson, number = place
        if lesson not in self.lessons or place in self._sent:
            return False
        row = self.rows[lesson][number]
        if exchange.stays_written(row):
            return False
        if self.stopped:
            self.left[place] = "not asked for any more"
            return False
        wanted = len(row["replies"]) if "replies" in row else 1
        if (body.get("n") or 1) != wanted:
            self.left[place] = f"no cell asks for {wanted} replies at once"
            return False
        return True

    def _record(self, request: Request, place: Place, body: dict[str, Any]) -> Reply | None:
        """Ask the real API; return the mock's new reply, or None if nothing was recorded."""
        import openai

        # Whatever comes of it, a reply is paid for once.
        self._sent.add(place)
        try:
            path = request.path.removeprefix("/v1")
            came = self.send(path, exchange.whole(request.path, body))
        except openai.OpenAIError as error:
            self.left[place] = f"the API refused: {redact(str(error), self.secrets)}"
            if not isinstance(error, openai.APIStatusError) or error.status_code in (401, 403, 429):
                self.stopped, self.failed = self.left[place], True
            return None
        self.bill.add(came, str(body.get("model")))
        if self.bill.dollars >= self.limit:
            self.stopped = f"the limit of ${self.limit} is reached"
        lesson, number = place
        before = self.rows[lesson][number]
        try:
            fields = exchange.fields(came, before, exchange.wants_json(body))
        except ValueError as reason:
            self.left[place] = str(reason)
            return None
        source = {"model": exchange.model(came, body), "date": self.today}
        self._put(place, redact({**before, **fields, "recorded": source}, self.secrets))
        # The notebook sees what it will see offline, where it asks once.
        self.mock.take_back(request.identity)
        reply = _read(core.answer(request, self.mock))
        if reply.status != 200:
            self.left[place] = f"the mock cannot say it: {json.loads(reply.body)['error']['code']}"
            self._put(place, before)
            return None
        del self.left[place]
        self.recorded.add(place)
        return reply

    def _put(self, place: Place, row: Row) -> None:
        lesson, number = place
        self.rows[lesson][number] = row
        self.mock.written = Replies.from_rows(self.rows)

    def _self_contained(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a request that needs nothing of what the mock has stored.

        The real API knows neither the mock's responses nor the files uploaded to it.
        """
        given = body["input"]
        items = [{"role": "user", "content": given}] if isinstance(given, str) else given
        before = self._items.get(str(body.get("previous_response_id")), [])
        for item in items:
            parts = item.get("content")
            for part in parts if isinstance(parts, list) else ():
                if name := part.pop("file_id", None):
                    part["image_url"] = _data_url(files.content(name, self.mock, "file_id"))
        return {**body, "input": [*before, *items], "previous_response_id": None}


def _read(reply: Reply) -> Reply:
    """Return a reply whose events, if it has some, can be read more than once."""
    return reply if reply.events is None else replace(reply, events=list(reply.events))


def _response(reply: Reply) -> dict[str, Any]:
    """Return the response in a reply, be it one body or the end of a stream."""
    if reply.events is None:
        found: dict[str, Any] = json.loads(reply.body)
        return found
    *_, last = reply.events
    ended: dict[str, Any] = json.loads(last.partition(b"data: ")[2])["response"]
    return ended


def _data_url(data: bytes) -> str:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        kind = Image.MIME[picture.format or ""]
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
