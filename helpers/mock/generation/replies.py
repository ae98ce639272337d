"""What the mock says: one YAML file a lesson in the folder `replies`, prompt -> reply.

An entry is

    - prompt: What is the capital of France?     # the last message, whatever came before it
      reply: Paris.

or, where the conversation before it matters, a list of its messages. Roles that the list does not
name are not looked at, so that

    - prompt:
        - user: Hi, I am Mei.
        - user: What is my name?
      reply: Your name is Mei.

answers whatever the assistant said in between. Outside the tests, case, blanks and punctuation
may differ.

Beside `reply` it may have
    replies           a list, when a request asks for several choices (`n`)
    refusal           the model declines, with these words
    ends              content_filter: the reply is cut by the content filter
    tool_calls        a list of {name, arguments}
    reasoning_tokens  how many tokens the model thinks, instead of the effort's usual number
    moderation        a list of categories: this prompt for a picture is blocked for them
    fallback: true    the lesson shows on purpose what an unwritten prompt gets
    reply, or a tool call's arguments, may be a mapping or a list: it is sent as JSON.
    recorded          {model, date}: the reply came from the real API. Without it, it was written.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.generation import pictures
from helpers.mock.generation.messages import Message

FOLDER = Path(__file__).parents[1] / "replies"

Said = tuple[str, str]
"""A message in a file of replies: role and text. System and developer are both "developer"."""

_FIELDS = {
    "prompt",
    "images",
    "reply",
    "replies",
    "refusal",
    "ends",
    "tool_calls",
    "reasoning_tokens",
    "moderation",
    "fallback",
    "recorded",
}


class RepliesError(ValueError):
    """A file of replies that cannot be read. Its text names the file and the entry at fault."""


@dataclass(frozen=True)
class Entry:
    """One reply, as written in a lesson's file or recorded."""

    replies: tuple[str, ...] = ()
    refusal: str | None = None
    ends: str | None = None
    tool_calls: tuple[dict[str, Any], ...] = ()
    reasoning_tokens: int | None = None
    moderation: tuple[str, ...] = ()
    fallback: bool = False
    recorded: dict[str, str | date] | None = None
    source: tuple[str, int] = ("", 0)
    """Where it stands: the name of its file, without `.yaml`, and its number there, from 0."""


@dataclass
class Replies:
    """All entries, found by a conversation."""

    by_conversation: dict[tuple[Said, ...], Entry] = field(default_factory=dict)
    by_last: dict[str, Entry] = field(default_factory=dict)
    by_pictures: dict[str, dict[tuple[str, ...], Entry]] = field(default_factory=dict)

    @classmethod
    def from_rows(cls, rows_by_file: Mapping[str, list[Any]]) -> Replies:
        """Return the entries in `rows_by_file`: by a file's name, the rows that stand in it.

        Raises RepliesError naming the file and entry at fault.
        """
        replies = cls()
        for file, rows in rows_by_file.items():
            for number, row in enumerate(rows):
                _add(replies, row, (file, number))
        return replies

    def find(self, conversation: Sequence[Message], strict: bool = False) -> Entry | None:
        """Return the entry for a conversation, or None where the mock must improvise.

        The whole conversation is looked for first, then its last message. Raises APIError for an
        unknown prompt if `strict`, so that an edited prompt in a lesson cannot pass unnoticed.
        """
        asked = conversation[-1].text.strip() if conversation else ""
        if shown := conversation[-1].pictures if conversation else ():
            entry = self._looking(asked, shown)
        else:
            said = [(message.role, message.text) for message in conversation]
            entry = self._written(said, str.strip)
            if entry is None and not strict:
                entry = self._written(said, _plain)
        if entry is None and strict:
            seen = "".join("\n" + pictures.describe(picture) for picture in shown)
            told = [(message.role, message.text) for message in conversation]
            raise APIError(
                "(Offline mock) No written reply for this prompt. Add it to the lesson's file in "
                f"helpers/mock/replies, or by mock_openai.reply in a test: {told!r}{seen}",
                code="mock_unknown_prompt",
                type=MOCK_ERROR,
            )
        return None if entry is None or entry.fallback else entry

    def near(self, prompt: str) -> str | None:
        """Return the written prompt that is most like `prompt`, or None if none is much like it."""
        written = [text for text, entry in self.by_last.items() if not entry.fallback]
        return next(iter(get_close_matches(prompt, written, n=1)), None)

    def _written(self, conversation: list[Said], form: Callable[[str], str]) -> Entry | None:
        """Return the entry for a conversation whose texts are compared in a form of theirs."""
        asked = [(role, form(text)) for role, text in conversation]
        found: dict[int, Entry] = {}
        for key, entry in self.by_conversation.items():
            if not asked or (key[-1][0], form(key[-1][1])) != asked[-1]:
                continue
            roles = {role for role, _ in key}
            seen = [message for message in asked if message[0] in roles]
            if seen == [(role, form(text)) for role, text in key]:
                found.setdefault(len(roles), entry)
        if found:
            return found[max(found)]
        last = asked[-1][1] if asked else ""
        if last in self.by_last:
            return self.by_last[last]
        return next((entry for key, entry in self.by_last.items() if form(key) == last), None)

    def _looking(self, asked: str, shown: tuple[pictures.Picture, ...]) -> Entry | None:
        """Return the entry whose pictures are most like those shown, if all are recognised."""
        found: dict[float, Entry] = {}
        for names, entry in self.by_pictures.get(asked, {}).items():
            if len(names) == len(shown):
                apart = [
                    pictures.unlike(picture, name)
                    for picture, name in zip(shown, names, strict=True)
                ]
                found.setdefault(sum(apart), entry)
        nearest = min(found, default=math.inf)
        return found[nearest] if math.isfinite(nearest) else None


def load(folder: Path = FOLDER) -> Replies:
    """Read the YAML files in `folder`. Raises RepliesError naming the file and entry at fault."""
    files = sorted(folder.glob("*.yaml"))
    return Replies.from_rows({path.stem: read(path) for path in files})


def read(path: Path) -> list[Any]:
    """Return the entries in a file as they are written. Raises RepliesError if it is no YAML."""
    try:
        return yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or []
    except yaml.YAMLError as error:
        raise RepliesError(f"{path.name} is not valid YAML: {error}") from None


def _add(replies: Replies, row: Any, source: tuple[str, int]) -> None:
    where = f"{source[0]}.yaml: entry {str(row)[:60]!r}"
    if not isinstance(row, dict) or "prompt" not in row:
        raise RepliesError(f"{where} has no prompt")
    if unknown := set(row) - _FIELDS:
        raise RepliesError(f"{where} has unknown fields {sorted(unknown)}")
    texts = row.get("replies", [row["reply"]] if "reply" in row else [])
    entry = Entry(
        replies=tuple(_text(text) for text in texts),
        refusal=row.get("refusal"),
        ends=row.get("ends"),
        tool_calls=tuple(
            {**call, "arguments": _text(call["arguments"])} for call in row.get("tool_calls", ())
        ),
        reasoning_tokens=row.get("reasoning_tokens"),
        moderation=tuple(row.get("moderation", ())),
        fallback=row.get("fallback", False),
        recorded=row.get("recorded"),
        source=source,
    )
    says = entry.replies or entry.refusal or entry.tool_calls or entry.moderation
    if not (says or entry.fallback):
        raise RepliesError(f"{where} says nothing: it needs reply, replies, refusal or tool_calls")
    if "images" in row:
        names = tuple(str(name) for name in row["images"])
        for name in names:
            if not (name.startswith("https://") or (pictures.FOLDER / name).is_file()):
                raise RepliesError(f"{where} names {name!r}, which is no file in notebooks/images")
        known = replies.by_pictures.setdefault(str(row["prompt"]).strip(), {})
        if known.setdefault(names, entry) is not entry:
            raise RepliesError(f"{where} is there twice")
    elif isinstance(row["prompt"], list):
        key = tuple(
            (role, str(text).strip()) for item in row["prompt"] for role, text in item.items()
        )
        if replies.by_conversation.setdefault(key, entry) is not entry:
            raise RepliesError(f"{where} is there twice")
    elif replies.by_last.setdefault(str(row["prompt"]).strip(), entry) is not entry:
        raise RepliesError(f"{where} is there twice")


def _text(reply: Any) -> str:
    if isinstance(reply, (dict, list)):
        return json.dumps(reply, ensure_ascii=False, default=str)
    return str(reply).strip()


def _plain(text: str) -> str:
    """Return `text` without what one types differently: case, blanks, punctuation."""
    return re.sub(r"\W+", "", text).casefold()
