"""Patterns of prompts, such as `[Hi|Hello], I am {Name}...`. `replies.py` says how they look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

LONGEST = 1000
"""Longer texts match no pattern: the time that one takes grows faster than the text."""

_TOKEN = re.compile(
    r"\[(?P<any>[^][]*)\]|\{(?P<name>[^{}]*)\}|(?P<more>,\.{3})|(?P<rest>\.{3})"
    r"|(?P<text>(?:[^][{}.,]|,(?!\.{3}))+|\.)"
)
# What may follow a subject without making it another one, as "key" makes one of "API".
_MORE = (
    r"(?:\s*[,.;:?!(].*|\s+(?:in|for|to|please|briefly|shortly|simply|and|as|with|means?|is|exactly)"
    r"\b.*)?"
)
_WORD = r"[^\W_](?:[\w'’.,:/-]*\w)?"
# What begins a name: a letter that is no small one. Scripts without capitals have only such.
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_NAME = (
    rf"(?-i:{_CAPITAL}[\w'’-]*(?:[ ](?:(?:de|da|del|la|of|van|von)[ ])?{_CAPITAL}[\w'’-]*){{0,3}})"
)
_PLACE = re.compile(r"\{(\w+)\}")


def expression(pattern: str) -> str:
    """Return a regular expression for the texts that `pattern` stands for.

    Raises ValueError that says what is wrong with it.
    """
    made, end, before = "", 0, ""
    for token in _TOKEN.finditer(pattern):
        if token.start() != end:
            break
        end, kind = token.end(), str(token.lastgroup)
        # Half a word matches only where the pattern goes on within it: plant[s|].
        first, last = not _joins(pattern, token.start()), not _joins(pattern, end)
        piece = _piece(kind, token[kind], first, last)
        free = {"rest", "more"} & {kind, before} or not made
        made += piece if free else rf"\W*{piece}"
        before = kind
    if end != len(pattern):
        raise ValueError(f"the pattern {pattern!r} has a bracket without its other half")
    if not re.search(r"\w", re.sub(r"\{[^:}]*\}", "", pattern)):
        raise ValueError(f"the pattern {pattern!r} has no word of its own: it matches everything")
    if any(number > 1 for number in Counter(captures(pattern)).values()):
        raise ValueError(f"the pattern {pattern!r} captures a name twice")
    return rf"\W*{made}\W*"


def captured(written: str, text: str) -> dict[str, str] | None:
    """Return what the expression of a pattern captures in a text, or None if it is another."""
    if len(text) > LONGEST:
        return None
    match = _compiled(written).fullmatch(text)
    return match.groupdict() if match else None


@cache
def _compiled(written: str) -> re.Pattern[str]:
    # When a text is first compared with it: most conversations are found without.
    return re.compile(written, re.IGNORECASE | re.DOTALL)


def filled(written: Any, captured: Mapping[str, str]) -> Any:
    """Return a text, or the texts in lists and mappings, with `{name}` as what was captured.

    A text that is nothing but a captured whole number becomes that number.
    """
    if isinstance(written, str):
        text = _PLACE.sub(lambda place: _said(place[1], captured), written)
        return int(text) if _PLACE.fullmatch(written) and re.fullmatch(r"\d{1,15}", text) else text
    if isinstance(written, list):
        return [filled(part, captured) for part in written]
    if isinstance(written, dict):
        return {name: filled(part, captured) for name, part in written.items()}
    return written


def captures(pattern: str) -> Iterator[str]:
    """Yield the names that a pattern captures, in small letters."""
    yield from (name.lower() for name in re.findall(r"\{(\w+)[^}]*\}", pattern))


def names(written: Any) -> Iterator[str]:
    """Yield the names that a reply uses, in small letters."""
    if isinstance(written, str):
        yield from (name.lower() for name in _PLACE.findall(written))
    elif isinstance(written, (list, dict)):
        for part in written.values() if isinstance(written, dict) else written:
            yield from names(part)


def _said(name: str, captured: Mapping[str, str]) -> str:
    text = captured[name.lower()]
    return text[:1].upper() + text[1:] if name[:1].isupper() else text


def _joins(pattern: str, place: int) -> bool:
    """Whether a word goes on from one part of a pattern to the next."""
    before, after = pattern[:place][-1:], pattern[place : place + 1]
    return (before.isalnum() or before in ("]", "}")) and (after.isalnum() or after in ("[", "{"))


def _piece(kind: str, text: str, first: bool, last: bool) -> str:
    """Return the regular expression of a part of a pattern.

    first, last: whether a word may not go on before it and after it.
    """
    if kind in ("rest", "more"):
        return ".*?" if kind == "rest" else _MORE
    if kind == "any":
        return f"(?:{'|'.join(_words(part, first, last) for part in text.split('|'))})"
    if kind == "text":
        return _words(text, first, last)
    name = re.fullmatch(r"(\w+?)(?:(\.{3})|:(\w.*))?", text)
    if not name or not name[1].isidentifier():
        raise ValueError(f"{{{text}}} is no name of a capture")
    if name[2]:
        return rf"(?P<{name[1].lower()}>\w.*?)"
    if name[3]:
        words = "|".join(_words(part, first, last) for part in name[3].split("|"))
    else:
        words = _NAME if name[1][0].isupper() else r"\d{4}" if name[1] == "year" else _WORD
    # A word is captured whole.
    return f"(?P<{name[1].lower()}>{words})(?!\\w)"


def _words(text: str, first: bool, last: bool) -> str:
    """Return the words of a text, whatever blanks and punctuation part them.

    first, last: whether a word ends where the text begins or ends, in a script that parts words.
    """
    found = re.findall(r"\w+", text)
    if not found:
        return ""
    begins = r"(?<!\w)" if first and found[0] < "\u0250" else ""
    ends = r"(?!\w)" if last and found[-1][-1] < "\u0250" else ""
    return begins + r"\W*".join(map(re.escape, found)) + ends
