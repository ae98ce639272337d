"""What a model would generate: reasoning, then text, until it ends or reaches a limit."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from helpers.mock.errors import APIError
from helpers.mock.generation import pictures, structured, tokens
from helpers.mock.generation.replies import Entry, Message, Replies
from helpers.mock.generation.structured import Format

# How many tokens the mock "thinks" at each reasoning effort. Invented: a real model thinks as
# long as the task needs.
REASONING_TOKENS = {
    "none": 0,
    "minimal": 8,
    "low": 32,
    "medium": 64,
    "high": 256,
    "xhigh": 512,
    "max": 1024,
}

TEXT = Format()

Function = tuple[str, dict[str, Any]]
"""A function offered to the model: its name and the JSON schema of its arguments."""


@dataclass(frozen=True)
class Generated:
    """One choice. `ends` is stop, length, content_filter or tool_calls.

    entry: the written entry that it comes from, or None where the mock improvised.
    """

    pieces: tuple[str, ...]
    refusal: bool
    tool_calls: tuple[dict[str, Any], ...]
    reasoning_tokens: int
    ends: str
    entry: Entry | None = None

    @property
    def text(self) -> str:
        """The visible text: the reply or the refusal."""
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """All tokens generated, as they are billed: visible ones and reasoning."""
        called = sum(tokens.count(json.dumps(call)) for call in self.tool_calls)
        return len(self.pieces) + called + self.reasoning_tokens


def generate(
    conversation: list[Message],
    replies: Replies,
    *,
    effort: str = "none",
    limit: int | None = None,
    stop: tuple[str, ...] = (),
    choices: int = 1,
    wanted: Format = TEXT,
    functions: tuple[Function, ...] = (),
) -> list[Generated]:
    """Return the model's choices for a conversation.

    limit: the most tokens a choice may have, reasoning included, as in the API.
    functions: the functions that may be called.

    Raises APIError if a written reply is not in the format that is wanted.
    """
    entry = replies.find(conversation)
    texts: tuple[str, ...] = ()
    refusal, ends, reasoning = False, "stop", REASONING_TOKENS[effort]
    calls: tuple[dict[str, Any], ...] = ()
    if entry and not replies.strict and not _fits(entry, wanted):
        # A learner changed the lesson's schema: they get an instance of theirs.
        entry = None
    if entry:
        texts = (entry.refusal,) if entry.refusal else entry.replies or ("",)
        refusal = entry.refusal is not None
        calls = entry.tool_calls
        ends = entry.ends or ("tool_calls" if calls else "stop")
        if entry.reasoning_tokens is not None and effort != "none":
            reasoning = entry.reasoning_tokens
        if not _fits(entry, wanted):
            raise APIError(
                "The written reply for this prompt is not in the format that the request asks "
                f"for: {texts[0][:200]}",
                code="mock_reply_does_not_fit",
            )
    elif functions and conversation[-1][0] != "tool":
        name, parameters = functions[0]
        arguments = json.dumps(structured.instance(parameters), ensure_ascii=False)
        texts, calls, ends = ("",), ({"name": name, "arguments": arguments},), "tool_calls"
    else:
        why = _fallback(conversation, replies)
        texts = (structured.example(wanted, why) if wanted.json else why,)
    return [
        replace(
            _choice(texts[index % len(texts)], refusal, calls, reasoning, ends, limit, stop),
            entry=entry,
        )
        for index in range(choices)
    ]


def _choice(
    text: str,
    refusal: bool,
    calls: tuple[dict[str, Any], ...],
    reasoning: int,
    ends: str,
    limit: int | None,
    stop: tuple[str, ...],
) -> Generated:
    cuts = [text.index(mark) for mark in stop if mark and mark in text]
    if cuts:
        text = text[: min(cuts)]
    pieces = tokens.split(text)
    made = Generated(tuple(pieces), refusal, calls, reasoning, ends)
    if limit is not None and made.tokens > limit:
        reasoning = min(reasoning, limit)
        # Half a tool call is none: its arguments would be no JSON.
        pieces, calls, ends = pieces[: limit - reasoning], (), "length"
    return Generated(tuple(pieces), refusal, calls, reasoning, ends)


def _fits(entry: Entry, wanted: Format) -> bool:
    if entry.refusal or entry.tool_calls:
        return True
    return all(structured.fits(text, wanted) for text in entry.replies)


def _fallback(conversation: list[Message], replies: Replies) -> str:
    last = conversation[-1][1] if conversation else ""
    asked = " ".join(last.split())
    shown = asked if len(asked) <= 60 else asked[:60] + "…"
    seen = "".join(f"{pictures.describe(picture)} " for picture in pictures.within(last))
    near = replies.near(asked)
    hint = f"It has one for “{near}”. " if near else ""
    return (
        f"(Offline mock) Your request is well formed and reached the mock API, but it has no "
        f"written reply for “{shown}”. {seen}{hint}For an answer from a real model, save a key "
        f"(lesson 01_key_setup), then run setup() and the cell with OpenAI() again."
    )
