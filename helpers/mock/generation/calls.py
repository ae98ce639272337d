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
_ACTS = set(
    re.findall(
        r"\w+",
        "add assign book buy call cancel change charge close create delete email mail make move "
        "open order pay post put refund remove reserve reset save schedule send set start stop "
        "submit transfer turn update write",
    )
)
"""Words with which the names of functions begin that do something: no model calls them to learn."""
_BEFORE = re.compile(
    r"\b(?:the|that|its?) (?:result|sum|product|difference|answer)\b|\b(?:it|that|them)\b", re.I
)
"""Words of a clause that mean what the call before it returns."""
_VAGUE = {"id", "name", "number", "type", "status", "date", "text", "code"}
"""Names of fields that say nothing without another word before them."""
_SAME = {
    "weather": "rain raining sunny umbrella temperature cold warm hot snow wind forecast degrees",
    "time": "clock hour o'clock late",
    "stock": "share shares trading ticker price",
    "calculate": "plus minus times divided sum multiply add subtract",
    "calculator": "plus minus times divided sum multiply add subtract",
    "add": "plus sum",
    "subtract": "minus difference less",
    "multiply": "times product multiplied",
    "divide": "divided quotient",
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


@dataclass(frozen=True)
class Plan:
    """What a model does with the functions: the calls, or else what it would ask the user for."""

    calls: tuple[Called, ...] = ()
    lacks: str = ""


def plan(conversation: Sequence[Message], tools: Tools) -> Plan:
    """Return what a conversation asks for: nothing if nothing in it points to a function.

    A function that needs what nobody has said waits until another one has returned it. Raises
    APIError for a schema that the mock cannot write an instance of.
    """
    texts = [message.text for message in reversed(conversation) if message.role == "user"]
    asked = texts[0] if texts else ""
    answered = _answered(conversation)
    done = {name for name, _ in answered}
    chosen = _chosen(asked, conversation, tools)
    ends = [start for _, start in chosen[1:]] + [len(asked)]
    clauses = [
        (function, asked[start if place else 0 : end])
        for place, ((function, start), end) in enumerate(zip(chosen, ends, strict=False))
    ]
    left = [one for one in clauses if one[0].name not in done]
    calls: list[Called] = []
    waiting: list[tuple[Function, list[str], list[Called]]] = []
    for function, clause in left if left or not tools.must else clauses:
        kinds = {arguments.kind(*field) for field in _fields_of(function).items()}
        if calls and "number" in kinds and _BEFORE.search(clause):
            break
        near = [clause, *texts] if len(chosen) > 1 else texts
        ready, lacking, guessed = _calls(function, near, tools.parallel, answered)
        first = _first(function, lacking or guessed, bool(lacking), texts, tools, answered)
        if tools.must or not (lacking or first):
            calls += ready
        else:
            waiting.append((function, lacking, first))
    if not calls:
        calls = next((first for _, _, first in waiting if first), [])
    most = MOST if tools.parallel else 1
    if calls or answered or not waiting:
        return Plan(tuple(calls[:most]))
    function, lacking, _ = waiting[0]
    fields = " and ".join(" ".join(arguments.words(name)) for name in lacking)
    lacks = f"No {fields} was found in the conversation, and {function.name} needs it."
    return Plan(lacks=f"{lacks} A model would find it, or ask you for it.")


Answered = Sequence[tuple[str, str]]
"""The functions called since the last message of the user, the newest first, and their outputs."""


def _answered(conversation: Sequence[Message]) -> Answered:
    found, calls = [], {call.id: call for message in conversation for call in message.calls}
    for message in reversed(conversation):
        if message.role == "user":
            break
        if message.role == "tool" and (call := calls.get(message.answers or "")):
            found.append((call.name, message.text))
    return found


def _known(function: Function, answered: Answered) -> tuple[dict[str, Any], list[str]]:
    """Return what functions returned as fields that another one may need, and what was no JSON."""
    fields: dict[str, Any] = {}
    texts: list[str] = []
    for name, output in answered:
        try:
            data: Any = json.loads(output)
        except ValueError:
            texts.append(output)
            continue
        data = data[0] if isinstance(data, list) and len(data) == 1 else data
        if not isinstance(data, dict):
            texts.append(str(data))
            continue
        # What find_user calls "id" is the "user_id" of others.
        plain = {key: value for key, value in data.items() if not isinstance(value, (dict, list))}
        of = {
            f"{word}_{key}": value for word in arguments.words(name) for key, value in plain.items()
        }
        fields = {**of, **data, **fields}
    for needed in _needed(function):
        last = arguments.words(needed)[-1:]
        if needed not in fields and last and last[0] in fields and last[0] not in _VAGUE:
            fields[needed] = fields[last[0]]
    return fields, texts


def _first(
    function: Function,
    lacking: Sequence[str],
    sure: bool,
    texts: Sequence[str],
    tools: Tools,
    done: Answered,
) -> list[Called]:
    """Return the call of another function that may return what one lacks, and is all known.

    sure: whether nothing is known of that; a mere guess is kept unless a function tells of it.
    """
    if not lacking:
        return []
    called = {name for name, _ in done} | {function.name}
    wanted = {_stem(word) for name in lacking for word in arguments.words(name)} - {"id"}
    found: list[tuple[bool, list[Called]]] = []
    for other in tools.functions:
        if other.name in called or _ACTS & {*arguments.words(other.name)[:1]}:
            continue
        ready, unknown, _ = _calls(other, texts, parallel=False, answered=done)
        told = {_stem(word) for word in re.findall(r"[a-z]+", other.description.lower())}
        tells = bool(wanted & (told | {_stem(word) for word in arguments.words(other.name)}))
        if not unknown and (tells or (sure and _needed(other))):
            found.append((tells, ready))
    return max(found, key=lambda one: one[0], default=(False, []))[1]


def _fields_of(function: Function) -> dict[str, dict[str, Any]]:
    """Return the schemas of a function's arguments by their names."""
    parts: Any = function.parameters.get("properties") or {}
    return {name: part for name, part in parts.items() if isinstance(part, dict)}


def _needed(function: Function) -> list[str]:
    needed: Any = function.parameters.get("required") or []
    return [str(name) for name in needed]


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
    if len(several) > 1:
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
    parts = _fields_of(function)
    fields = [(name, parts[name]) for name in _needed(function) if name in parts]
    told = {arguments.kind(*field) for field in fields} - {"any", "other"}
    if not called_before:
        told -= {"query", "said", "name", "boolean"}
    found = arguments.share(fields, [asked])
    # A number or a code, not any word with a capital.
    ids = [
        found[name][0]
        for name, part in fields
        if arguments.kind(name, part) == "id" and name in found
    ]
    if not all(re.search(r"\d|^[A-Z]{2,}$", str(value)) for value in ids):
        return 0
    return int(bool(told) and len(found) == len(fields))


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 3)] if len(word) > 5 else word


def _calls(
    function: Function, texts: Sequence[str], parallel: bool, answered: Answered = ()
) -> tuple[list[Called], list[str], list[str]]:
    """Return a call of a function, or one for each of several values that a prompt names.

    And the fields that it needs and nothing tells, and those whose value is but a guess.
    """
    parts = _fields_of(function)
    known, outputs = _known(function, answered)
    texts = [*texts[:1], *outputs, *texts[1:]]
    several: list[Any] = [None]
    among = ""
    for name, values in arguments.share(parts.items(), texts[:1]).items() if parallel else ():
        what = arguments.kind(name, parts[name])
        if (
            name not in known
            and len(values) > 1
            and what in ("place", "name", "id", "enum", "language", "number", "date")
        ):
            several, among = values, name
            break
    text, lacking = filling.call_arguments(function.parameters, known, texts)
    plain = json.loads(text)
    guessed = [
        name
        for name in _needed(function)
        if name in parts
        and arguments.kind(name, parts[name]) == "id"
        and name not in (*known, *lacking)
        and not re.search(r"\d|^[A-Z]+$", str(plain.get(name)))
    ]
    calls = [
        Called(
            function.name,
            json.dumps({**plain, among: value} if among else plain, ensure_ascii=False),
        )
        for value in several
    ]
    return calls, lacking, guessed
