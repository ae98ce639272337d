"""What the mock keeps between requests: its replies, and what this run has stored in it."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.failures import Failures
from helpers.mock.generation.messages import Message
from helpers.mock.generation.replies import Replies, load
from helpers.mock.rates import Rates

if TYPE_CHECKING:
    from openai.types import FileObject
    from openai.types.admin.organization import OrganizationSpendAlert


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file: what the API tells about it, and its bytes."""

    about: FileObject
    data: bytes


@dataclass
class StoredResponse:
    """A response and the conversation up to its end, to be continued by its id.

    body: the response as it is once it has ended.
    sent: the items of its request. What was said before is looked up where it is stored, or large
        files in it would last as long as the last response to them.
    place: how many items the conversation had that it is in.
    status: how far it has come; in the background that takes some requests.
    streamed: whether it was asked for as a stream.
    """

    body: dict[str, Any]
    conversation: tuple[Message, ...]
    sent: tuple[dict[str, Any], ...]
    place: int
    status: str
    streamed: bool


@dataclass
class StoredConversation:
    """A conversation: what the API tells about it, its items, and the bytes of these."""

    about: dict[str, Any]
    items: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0


@dataclass
class StoredCompletion:
    """A chat completion, and the messages that it answers."""

    body: dict[str, Any]
    messages: list[dict[str, Any]]


@dataclass
class StoredBatch:
    """A batch: what the API tells about it, and the work on it.

    keeps_for: for how many seconds its files are kept.
    waiting: the lines that are not answered yet; output, refused: what became of the others, as
    lines of the files to come; size: how many bytes those have.
    """

    about: dict[str, Any]
    keeps_for: int
    waiting: list[bytes] = field(default_factory=list)
    output: list[bytes] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    size: int = 0


MOST_SEEN = 100_000

_log = logging.getLogger("helpers.mock")

Kept = TypeVar("Kept")


class Shelf(Generic[Kept]):
    """What is stored, by its id, in the order in which it came.

    It is bounded, whatever is sent: when there are more than `most` things, or more than
    `most_bytes` in them, the oldest go, the log says so, and so does the error for who asks for
    one of them. Threads may keep, forget and go through things at once.
    """

    def __init__(self, noun: str, most: int = 1000, most_bytes: int = 64 * 2**20) -> None:
        self._noun, self._most, self._most_bytes = noun, most, most_bytes
        self._things: dict[str, tuple[Kept, int]] = {}
        self._dropped: set[str] = set()
        self._bytes = 0
        self._changing = threading.RLock()

    def keep(self, id: str, thing: Kept, size: int) -> None:
        """Keep a thing of so many bytes under its id, in the place of what it may replace."""
        with self._changing:
            self._bytes += size - self._things.get(id, (None, 0))[1]
            self._things[id] = (thing, size)
            while len(self._things) > 1 and (
                len(self._things) > self._most or self._bytes > self._most_bytes
            ):
                oldest = next(iter(self._things))
                self.forget(oldest)
                if len(self._dropped) > MOST_SEEN:
                    self._dropped.clear()
                self._dropped.add(oldest)
                _log.info("%s had to go: %s", oldest, self._bounds)

    def find(self, id: str) -> Kept | None:
        """Return a thing, or None if it is not there. Raises APIError if it was and had to go."""
        if id in self._dropped:
            raise APIError(
                f"(Offline mock) {id} is gone: {self._bounds}.",
                code="mock_dropped",
                type=MOCK_ERROR,
            )
        thing, _ = self._things.get(id, (None, 0))
        return thing

    def forget(self, id: str) -> None:
        """Forget a thing, if it is there."""
        with self._changing:
            _, size = self._things.pop(id, (None, 0))
            self._bytes -= size

    def clear(self) -> None:
        """Forget everything."""
        with self._changing:
            self._things.clear()
            self._dropped.clear()
            self._bytes = 0

    @property
    def _bounds(self) -> str:
        megabytes = self._most_bytes // 2**20
        return f"the mock keeps the newest {self._most:,} {self._noun}, {megabytes} MB at most"

    def __len__(self) -> int:
        """How many things are there."""
        return len(self._things)

    def __iter__(self) -> Iterator[Kept]:
        """Go through the things, the oldest first."""
        with self._changing:
            return iter([thing for thing, _ in self._things.values()])


@dataclass
class Mock:
    """The mock API's state.

    written: the written replies; None for those of the lessons, read when a request needs them.
    strict: whether a prompt without a written reply is an error.
    any_key: whether every key is taken, as for programs that must name one.
    responses, items: what Responses have stored; conversations, completions: what bears the name.
    cached: the beginnings of prompts that were written to the prompt cache, by their hash.
    limits: hard spend limits in cents, by project; None is the organization.
    failures: those that are asked for; rates: the requests and tokens that a key may have.
    """

    written: Replies | None = None
    strict: bool = False
    any_key: bool = False
    files: Shelf[StoredFile] = field(default_factory=lambda: Shelf("files", most_bytes=2**28))
    batches: Shelf[StoredBatch] = field(default_factory=lambda: Shelf("batches"))
    responses: Shelf[StoredResponse] = field(default_factory=lambda: Shelf("responses"))
    items: Shelf[dict[str, Any]] = field(default_factory=lambda: Shelf("items", most=10_000))
    conversations: Shelf[StoredConversation] = field(default_factory=lambda: Shelf("conversations"))
    completions: Shelf[StoredCompletion] = field(default_factory=lambda: Shelf("chat completions"))
    cached: set[bytes] = field(default_factory=set)
    alerts: dict[str, OrganizationSpendAlert] = field(default_factory=dict)
    limits: dict[str | None, int] = field(default_factory=dict)
    seen: Counter[bytes] = field(default_factory=Counter)
    failures: Failures = field(default_factory=Failures)
    rates: Rates = field(default_factory=Rates)
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
        for kept in (self.files, self.batches, self.responses, self.items):
            kept.clear()
        for said in (self.conversations, self.completions):
            said.clear()
        for count in (self.alerts, self.limits, self.seen):
            count.clear()
        self.cached.clear()
        self.failures.reset()
        self.rates.reset()
        self.number = self._seen_before = 0

    def keep_beginnings(self, hashes: Iterable[bytes]) -> None:
        """Keep beginnings of prompts, as written to the prompt cache."""
        if len(self.cached) > MOST_SEEN:
            self.cached.clear()
        self.cached.update(hashes)

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
