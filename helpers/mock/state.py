"""What the mock keeps between requests: its replies, and what this run has stored in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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


@dataclass
class Mock:
    """The mock API's state.

    written: the written replies; None for those of the lessons, read when a request needs them.
    strict: whether a prompt without a written reply is an error.
    any_key: whether every key is taken, as for programs that must name one.
    responses, items: what Responses have stored, by the id of the response and of the item.
    cached: the beginnings of prompts that were written to the prompt cache, by their hash.
    limits: hard spend limits in cents, by project; None is the organization.
    """

    written: Replies | None = None
    strict: bool = False
    any_key: bool = False
    files: dict[str, StoredFile] = field(default_factory=dict)
    responses: dict[str, StoredResponse] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    cached: set[bytes] = field(default_factory=set)
    alerts: dict[str, OrganizationSpendAlert] = field(default_factory=dict)
    limits: dict[str | None, int] = field(default_factory=dict)
    seen: Counter[bytes] = field(default_factory=Counter)
    number: int = 0

    @property
    def replies(self) -> Replies:
        """The written replies. Raises RepliesError if a file of them is broken."""
        if self.written is None:
            self.written = load()
        return self.written

    def reset(self) -> None:
        """Forget all that requests have stored, as a mock that has just been started."""
        for kept in (self.files, self.responses, self.items, self.cached, self.alerts, self.limits):
            kept.clear()
        self.seen.clear()
        self.number = 0

    def take_back(self, identity: bytes) -> None:
        """Count a request no more, as if it had not come."""
        self.number -= 1
        self.seen[identity] -= 1

    def count(self, identity: bytes) -> tuple[int, int]:
        """Count a request; return its number in this run, and its number among its like."""
        self.number += 1
        self.seen[identity] += 1
        return self.number, self.seen[identity]
