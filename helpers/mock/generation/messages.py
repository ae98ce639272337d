"""The messages of a conversation as the mock sees them, whichever API they came by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.mock.generation.documents import Document
    from helpers.mock.generation.pictures import Picture


@dataclass(frozen=True)
class Part:
    """A part of a message: a text, a picture or a document, with the document's text.

    breakpoint: whether the request asks for the prompt to be cached up to here.
    """

    text: str = ""
    picture: Picture | None = None
    document: Document | None = None
    breakpoint: bool = False


@dataclass(frozen=True)
class ToolCall:
    """A call of a function by the model. `arguments` is JSON, as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Message:
    """One message.

    role: developer (system counts as it), user, assistant, or tool.
    calls: the functions that an assistant's message calls.
    answers: the id of the call that a tool's message answers.
    """

    role: str
    parts: tuple[Part, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    answers: str | None = None

    @property
    def text(self) -> str:
        """The texts of the message, a line each, without those of documents."""
        return "\n".join(
            part.text for part in self.parts if part.picture is None and part.document is None
        )

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures in the message."""
        return tuple(part.picture for part in self.parts if part.picture is not None)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents in the message."""
        return tuple(part.document for part in self.parts if part.document is not None)


def corrects(text: str) -> bool:
    """Whether a message may take back what was said before it: "No, it is blue."."""
    return bool(_CORRECTS.match(text))


_CORRECTS = re.compile(
    r"\W*(?:no|nope|sorry|wait|actually|correction)\b"
    r"|.*\b(?:i meant|no longer|not any ?more|moved|changed|now)\b(?!.*\?\s*$)",
    re.IGNORECASE | re.DOTALL,
)


def said(role: str, text: str, calls: Iterable[ToolCall] = ()) -> Message:
    """Return a message of one text."""
    return Message(role, (Part(text),) if text else (), tuple(calls))
