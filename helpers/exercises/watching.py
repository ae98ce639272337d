"""What the reader's code asks of the API and is told, over whichever client it has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from openai import OpenAI

_ASKS = ("/responses", "/chat/completions")
"""The end of a path at which a model answers with text."""


class Sent(NamedTuple):
    """A request that the reader's code has sent.

    asks: whether a model answers it, and not a store of conversations.
    said: role and text of each message, where the rules have the role developer.
    rules: `instructions`, which hold for this request alone.
    previous, conversation: the ids of what the API has stored and this goes on with, or "".
    stores: whether the API keeps the response.
    came: the result, once it is there.
    """

    asks: bool
    said: list[tuple[str, str]]
    rules: str
    previous: str
    conversation: str
    stores: bool
    came: list[Any]

    def holds(self, text: str, *roles: str) -> bool:
        """Whether a message with one of the roles contains a text, in capitals or not."""
        messages = [*self.said, ("developer", self.rules)]
        return any(text.casefold() in said.casefold() for role, said in messages if role in roles)

    @property
    def id(self) -> str:
        """The id of what came back, or ""."""
        return next((getattr(came, "id", "") for came in self.came), "")

    @property
    def reply(self) -> str | None:
        """The text that came back, or None where that is not known, as in a stream."""
        for came in self.came:
            if hasattr(came, "output_text"):
                return str(came.output_text)
            if getattr(came, "choices", None):
                return came.choices[0].message.content or ""
        return None


@contextmanager
def watched() -> Iterator[list[Sent]]:
    """Yield the requests with messages that are sent within."""
    sent: list[Sent] = []
    request = OpenAI.request

    def seen(client: OpenAI, cast_to: Any, options: Any, **more: Any) -> Any:
        body = options.json_data if isinstance(options.json_data, dict) else {}
        # What is said is read now: a list of messages grows afterwards.
        sent.append(_sent(options.url, body))
        came = sent[-1].came
        result = request(client, cast_to, options, **more)
        came.append(result)
        return result

    with patch.object(OpenAI, "request", seen):
        yield sent


def _sent(path: str, body: dict[str, Any]) -> Sent:
    conversation = body.get("conversation") or ""
    if isinstance(conversation, dict):
        conversation = conversation.get("id", "")
    given = body.get("messages") or body.get("input") or body.get("items") or []
    parts = [{"role": "user", "content": given}] if isinstance(given, str) else given
    return Sent(
        asks=path.endswith(_ASKS),
        said=[_message(part) for part in parts],
        rules=body.get("instructions") or "",
        previous=body.get("previous_response_id") or "",
        conversation=conversation,
        stores=bool(body.get("store", path.endswith("/responses"))),
        came=[],
    )


def _message(part: Any) -> tuple[str, str]:
    # The SDK takes its own message objects as well as dictionaries.
    message = part if isinstance(part, dict) else part.model_dump()
    role, content = message.get("role", ""), message.get("content") or ""
    if not isinstance(content, str):
        pieces = [piece if isinstance(piece, dict) else piece.model_dump() for piece in content]
        content = " ".join(piece.get("text") or "" for piece in pieces)
    return "developer" if role == "system" else role, content
