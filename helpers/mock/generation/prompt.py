"""What a prompt costs: its tokens, and which of them are read from or written to the cache.

Tokens. 689 of 727 recorded prompts are exactly the tokens of their texts, 4 for each message, and
2 more (3 up to GPT-4.1); schemas and tools are counted as they fit those recordings best.

Caching, as it works since GPT-5.6: a prompt is kept up to a breakpoint, from 1,024 tokens on. A
breakpoint stands by itself at the end of the latest message, and wherever the request puts one.
The first request writes, a later one with the same beginning reads.
https://developers.openai.com/api/docs/guides/prompt-caching
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from helpers.mock.generation import tokens
from helpers.mock.generation.messages import Message
from helpers.models import Model

PER_MESSAGE = 4
LEAST_CACHED = 1024
MOST_WRITES = 4
"""Breakpoints that one request may write, the one that stands by itself included."""

_NOT_WRITTEN = 3
"""The last tokens of a prompt are not kept: of 5,324 a first call wrote 5,321."""


def count(
    conversation: Sequence[Message],
    model: Model,
    schema: Mapping[str, Any] | None = None,
    tools: Sequence[Any] = (),
    chat: bool = False,
) -> int:
    """Return the tokens of a prompt. `schema`: of the format asked for; `tools`: as they came."""
    return _before(model, schema, tools, chat) + sum(
        _message(message, model) for message in conversation
    )


def cache(
    conversation: Sequence[Message],
    model: Model,
    cached: Container[bytes],
    setting: Mapping[str, Any],
    options: Mapping[str, Any],
    extra: int,
) -> tuple[int, int, list[bytes]]:
    """Return how many tokens of a prompt are read from the cache, how many written, and the hashes.

    cached: the hashes of the beginnings that are kept. Those that are written are the third value.
    setting: what must be the same for a beginning to be found, beside the texts.
    options: `prompt_cache_options` of the request.
    extra: the tokens that stand before the first message, of tools and of a schema.
    """
    if not re.match(r"gpt-(5\.6|[6-9])", model.id):
        return 0, 0, []
    ends = list(_ends(conversation, model, setting, extra))
    automatic = options.get("mode") != "explicit"
    asked = [(length, key) for length, key, marked in ends if marked]
    if not (asked or automatic):
        return 0, 0, []
    asked = asked[automatic - MOST_WRITES :]
    writes = [*asked, *((length, key) for length, key, _ in ends[-1:] if automatic)]
    writes = [(length, key) for length, key in writes if length >= LEAST_CACHED]
    kept = [(length, key) for length, key, _ in ends if length >= LEAST_CACHED]
    read = max((length for length, key in kept if key in cached), default=0)
    longest = max((length for length, _ in writes), default=0)
    return read, max(0, longest - read), [key for _, key in writes]


def _ends(
    conversation: Sequence[Message], model: Model, setting: Mapping[str, Any], extra: int
) -> Iterator[tuple[int, bytes, bool]]:
    """Yield where the prompt may be cut: tokens up to there, hash, whether a breakpoint is asked.

    That is behind each message, and behind each part that has a breakpoint.
    """
    so_far = hashlib.sha256(json.dumps(setting, sort_keys=True, default=str).encode())
    length = extra + 2 - _NOT_WRITTEN
    for message in conversation:
        so_far.update(repr((message.role, message.calls, message.answers)).encode(errors="replace"))
        length += PER_MESSAGE + _calls(message)
        for part in message.parts:
            so_far.update(repr(part.picture or part.text).encode(errors="replace"))
            length += _part(part.text, part.picture, model)
            if part.breakpoint:
                yield length, so_far.digest(), True
        yield length, so_far.digest(), False


def _before(
    model: Model, schema: Mapping[str, Any] | None, tools: Sequence[Any], chat: bool
) -> int:
    number = 2 if model.reasons else 3
    if schema is not None:
        number += round(_json(schema) * (1.0 if chat else 0.91))
    if tools:
        number += round(_json(tools) * 0.63 + 82) if chat else round(_json(tools) * 0.7)
    return number


def _message(message: Message, model: Model) -> int:
    parts = sum(_part(part.text, part.picture, model) for part in message.parts)
    return PER_MESSAGE + _calls(message) + parts


def _calls(message: Message) -> int:
    return sum(tokens.count(call.name + call.arguments) for call in message.calls)


def _part(text: str, picture: Any, model: Model) -> int:
    return picture.tokens(model.id) if picture is not None else tokens.count(text)


def _json(value: Any) -> int:
    return tokens.count(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
