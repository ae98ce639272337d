"""Which functions a model calls for a prompt, and with which arguments."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from helpers.mock.generation import arguments, filling
from helpers.mock.generation.messages import Message

MOST = 8
"""The most calls that the mock makes at once."""

# Words in names and descriptions of functions that say nothing of what they are for.
_EMPTY = set(
    re.findall(
        r"\w+",
        "a an the of to for in on at and or is it by with from this that get fetch lookup look "
        "find search current currently make create call tool function data info information "
        "return returns value given use used user provides retrieve retrieves determine name "
        "string number",
    )
)
_SAME = {
    "weather": "rain raining sunny umbrella temperature cold warm hot snow wind forecast degrees",
    "time": "clock hour o'clock late",
    "stock": "share shares trading ticker price",
    "calculate": "plus minus times divided sum multiply add subtract",
    "calculator": "plus minus times divided sum multiply add subtract",
}
"""Words that point to a function with such a word in its name."""


@dataclass(frozen=True)
class Function:
    """A function offered to the model: its name, the JSON schema of its arguments, its purpose."""

    name: str
    parameters: dict[str, object]
    description: str = ""


@dataclass(frozen=True)
class Tools:
    """The functions that may be called, whether one must be, and how many at once."""

    functions: tuple[Function, ...] = ()
    must: bool = False
    parallel: bool = True


@dataclass(frozen=True)
class Called:
    """A call that the model makes: the function's name and its arguments as JSON."""

    name: str
    arguments: str


def made(conversation: Sequence[Message], tools: Tools) -> tuple[Called, ...]:
    """Return the calls that a conversation asks for: none if nothing in it points to a function.

    Raises APIError for a schema that the mock cannot write an instance of.
    """
    texts = [message.text for message in reversed(conversation) if message.role == "user"]
    asked = texts[0] if texts else ""
    chosen = _chosen(asked, conversation, tools)
    calls = []
    for place, (function, start) in enumerate(chosen):
        end = chosen[place + 1][1] if place + 1 < len(chosen) else len(asked)
        clause = asked[start if place else 0 : end]
        near = [clause, *texts] if len(chosen) > 1 else texts
        calls += _calls(function, near, tools.parallel)
    return tuple(calls[: MOST if tools.parallel else 1])


def _chosen(
    asked: str, conversation: Sequence[Message], tools: Tools
) -> list[tuple[Function, int]]:
    """Return the functions that a prompt points to, and where in it."""
    named = [_own_words(function) for function in tools.functions]
    # Of find_order and cancel_order, "order" names neither.
    shared = {word for word, number in Counter(chain(*named)).items() if number > 1}
    found = [
        (function, _named_at(asked, words - shared))
        for function, words in zip(tools.functions, named, strict=True)
    ]
    several = sorted((one for one in found if one[1] >= 0), key=lambda one: one[1])
    if len(several) > 1 and tools.parallel:
        return several
    before = {call.name for message in conversation for call in message.calls}
    scores = [
        4 * (place >= 0)
        + _described(asked, function)
        + _fields(asked, function, function.name in before)
        for function, place in found
    ]
    best = scores.index(max(scores))
    return [(tools.functions[best], 0)] if scores[best] or tools.must else []


def _own_words(function: Function) -> set[str]:
    """Return the words of a function's name that say what it is for, without an s at their end."""
    words = set(arguments.words(function.name)) - _EMPTY
    return {word.removesuffix("s") if len(word) > 4 else word for word in words}


def _named_at(asked: str, words: Iterable[str]) -> int:
    """Return where one of the words stands in a prompt, or -1."""
    places = [
        match.start()
        for word in words
        for same in (word, *_SAME.get(word, "").split())
        if (match := re.search(rf"\b{re.escape(_stem(same))}", asked, re.IGNORECASE))
    ]
    return min(places, default=-1)


def _described(asked: str, function: Function) -> int:
    told = {_stem(word) for word in re.findall(r"[^\W\d_]{4,}", function.description.lower())}
    told -= {_stem(word) for word in _EMPTY}
    return len(told & {_stem(word) for word in re.findall(r"[^\W\d_]{4,}", asked.lower())})


def _fields(asked: str, function: Function, called_before: bool) -> int:
    """Return 1 if a prompt says what a function needs, of a kind that is not in every text."""
    parts: Any = function.parameters.get("properties") or {}
    needed: Any = function.parameters.get("required") or []
    fields = [(name, parts[name]) for name in needed if isinstance(parts.get(name), dict)]
    told = {arguments.kind(*field) for field in fields} - {"any", "other"}
    if not called_before:
        told -= {"query", "said", "name", "boolean"}
    return int(bool(told) and len(arguments.share(fields, [asked])) == len(fields))


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 3)] if len(word) > 5 else word


def _calls(function: Function, texts: Sequence[str], parallel: bool) -> list[Called]:
    """Return a call of a function, or one for each of several values that a prompt names."""
    parts: Any = function.parameters.get("properties") or {}
    fields = [(name, part) for name, part in parts.items() if isinstance(part, dict)]
    several: list[Any] = [None]
    among = ""
    for name, values in arguments.share(fields, texts[:1]).items() if parallel else ():
        what = arguments.kind(name, parts[name])
        if len(values) > 1 and what in (
            "place",
            "name",
            "id",
            "enum",
            "language",
            "number",
            "date",
        ):
            several, among = values, name
            break
    plain = json.loads(filling.instance_text(function.parameters, prompts=texts, optional=False))
    return [
        Called(
            function.name,
            json.dumps({**plain, among: value} if among else plain, ensure_ascii=False),
        )
        for value in several
    ]
