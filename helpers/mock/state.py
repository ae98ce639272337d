"""What the mock keeps between requests: its replies, and what this run has stored in it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.generation.messages import Message
from helpers.mock.generation.replies import Replies, load

if TYPE_CHECKING:
    from openai.types import FileObject
    from openai.types.admin.organization import OrganizationSpendAlert


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file: what the API tells about it, and its bytes."""

    about: FileObject
    data: bytes


@dataclass(frozen=True)
class StoredResponse:
    """A response and the conversation up to its end, to be continued by its id."""

    body: dict[str, Any]
    conversation: tuple[Message, ...]


# What is kept is bounded, whatever is sent: the oldest goes first.
MOST_FILE_BYTES = 256 * 2**20
MOST_RESPONSES = 1000
MOST_SEEN = 100_000


@dataclass
class Mock:
    """The mock API's state.

    written: the written replies; None for those of the lessons, read when a request needs them.
    strict: whether a prompt without a written reply is an error.
    any_key: whether every key is taken, as for programs that must name one.
    responses, items: what Responses have stored, by the id of the response and of the item.
    dropped: the ids of files and responses that were kept and had to go.
    cached: the beginnings of prompts that were written to the prompt cache, by their hash.
    limits: hard spend limits in cents, by project; None is the organization.
    """

    written: Replies | None = None
    strict: bool = False
    any_key: bool = False
    files: dict[str, StoredFile] = field(default_factory=dict)
    responses: dict[str, StoredResponse] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    cached: set[bytes] = field(default_factory=set)
    alerts: dict[str, OrganizationSpendAlert] = field(default_factory=dict)
    limits: dict[str | None, int] = field(default_factory=dict)
    seen: Counter[bytes] = field(default_factory=Counter)
    number: int = 0
    _seen_before: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def replies(self) -> Replies:
        """The written replies. Raises RepliesError if a file of them is broken."""
        if self.written is None:
            self.written = load()
        return self.written

    def reset(self) -> None:
        """Forget all that requests have stored, as a mock that has just been started."""
        for kept in (self.files, self.responses, self.items, self.alerts, self.limits, self.seen):
            kept.clear()
        self.cached.clear()
        self.dropped.clear()
        self.number = self._seen_before = 0

    def keep_file(self, file: StoredFile) -> None:
        """Keep an uploaded file, and let the oldest ones go if they are too many bytes."""
        self.files[file.about.id] = file
        while len(self.files) > 1 and self._file_bytes() > MOST_FILE_BYTES:
            oldest = next(iter(self.files))
            del self.files[oldest]
            self.dropped.add(oldest)

    def keep_response(self, response: StoredResponse) -> None:
        """Keep a response and its items, and let the oldest response go if they are too many."""
        self.responses[response.body["id"]] = response
        self.items.update({item["id"]: item for item in response.body["output"]})
        if len(self.responses) > MOST_RESPONSES:
            oldest = self.responses.pop(next(iter(self.responses)))
            self.dropped.add(oldest.body["id"])
            for item in oldest.body["output"]:
                self.items.pop(item["id"], None)

    def keep_beginnings(self, hashes: Iterable[bytes]) -> None:
        """Keep beginnings of prompts, as written to the prompt cache."""
        if len(self.cached) > MOST_SEEN:
            self.cached.clear()
        self.cached.update(hashes)

    def check_dropped(self, id: str) -> None:
        """Raise APIError, in the mock's own voice, for an id that had to go."""
        if id in self.dropped:
            raise APIError(
                f"(Offline mock) {id} is gone: the mock keeps the newest {MOST_RESPONSES:,} "
                f"responses and the newest {MOST_FILE_BYTES:,} bytes of files.",
                code="mock_dropped",
                type=MOCK_ERROR,
            )

    def _file_bytes(self) -> int:
        return sum(len(file.data) for file in self.files.values())

    def take_back(self, identity: bytes) -> None:
        """Count a request no more, as if it had not come."""
        self.number -= 1
        self.seen[identity] -= 1

    def count(self, identity: bytes) -> tuple[int, int]:
        """Count a request; return its number in this run, and its number among its like."""
        with self._counting:
            self.number += 1
            if len(self.seen) > MOST_SEEN:
                # What comes again is told apart from what came before by a higher number.
                self.seen.clear()
                self._seen_before = self.number
            self.seen[identity] += 1
            return self.number, self._seen_before + self.seen[identity]
