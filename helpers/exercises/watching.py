"""What the reader's code sends, over whichever client it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from openai.resources.chat.completions import Completions
from openai.resources.responses import Responses


class Sent(NamedTuple):
    """A request that the reader's code has sent.

    said: role and text of each message, where the rules have the role developer.
    stored: whether it goes on with a conversation that the API has stored.
    """

    said: list[tuple[str, str]]
    stored: bool

    def holds(self, text: str, *roles: str) -> bool:
        """Whether a message with one of the roles contains a text."""
        return any(text in content for role, content in self.said if role in roles)


@contextmanager
def watched() -> Iterator[list[Sent]]:
    """Yield the requests for text that are sent within."""
    sent: list[Sent] = []

    def watching(create: Callable[..., Any]) -> Callable[..., Any]:
        def seen(*arguments: Any, **options: Any) -> Any:
            # What is said is read now: a list of messages grows afterwards.
            stored = options.get("previous_response_id") or options.get("conversation")
            sent.append(Sent(list(_said(options)), bool(stored)))
            return create(*arguments, **options)

        return seen

    with (
        patch.object(Completions, "create", watching(Completions.create)),
        patch.object(Responses, "create", watching(Responses.create)),
    ):
        yield sent


def _said(options: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if options.get("instructions"):
        yield "developer", options["instructions"]
    given = options.get("messages") or options.get("input") or []
    for part in [{"role": "user", "content": given}] if isinstance(given, str) else given:
        # The SDK takes its own message objects as well as dictionaries.
        message = part if isinstance(part, dict) else part.model_dump()
        role, content = message.get("role", ""), message.get("content") or ""
        if not isinstance(content, str):
            content = " ".join(piece.get("text", "") for piece in content)
        yield "developer" if role == "system" else role, content
