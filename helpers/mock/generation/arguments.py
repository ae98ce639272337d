"""What a prompt says about a field: the city, the number, the date that stand in its words.

Small rules and no model: a field's type, format, name and description say what kind of value it
takes, and values of that kind are looked for in the text. What is not found is left to others.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from helpers.mock.generation import values

LONGEST = 4000
"""The letters of a prompt that are looked at."""

_KINDS: dict[str, str] = {
    "email": "email mail",
    "url": "url uri link website",
    "language": "language lang",
    "currency": "currency currencies",
    "date": "date day when deadline birthday departure arrival",
    "time": "time hour clock start end",
    "place": (
        "city cities location place town country destination origin region airport where state "
        "station capital area"
    ),
    "phone": "phone telephone mobile tel fax",
    "id": "id code sku number order ticker symbol reference",
    "query": "query question search prompt q keyword keywords topic term",
    "expression": "expression formula calculation equation",
    "said": "message body text content note task reminder todo",
    "about": "subject",
    "title": "title",
    "product": "product item article",
    "role": "from to source target base into",
    "name": (
        "name person recipient customer user author artist company who people attendee "
        "attendees participants participant contact guest sender"
    ),
}
_FORMATS = {"date": "date", "time": "time", "email": "email", "uri": "url"}
_BY = {"author", "artist", "writer", "creator", "by"}
_FROM, _TO = (
    {"from", "origin", "source", "departure", "sender", "base"},
    {
        *("to", "destination", "target", "arrival", "recipient", "into"),
    },
)


_MONEY = {"price", "cost", "amount", "total", "fee", "sum"}


def words(name: str) -> list[str]:
    """Return the words of a name such as `total_price` or `unitPrice`, in small letters."""
    return re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", name).replace("_", " ").lower().split()


def kind(name: str, schema: Mapping[str, Any]) -> str:
    """Return which kind of value a field takes: number, place, date … or any."""
    types = schema.get("type")
    types = {types} if isinstance(types, str) else set(types or ())
    if "enum" in schema:
        return "enum"
    if types & {"number", "integer"}:
        return "number"
    if "boolean" in types:
        return "boolean"
    if types - {"string", "null"} or {"const", "properties", "pattern"} & set(schema):
        return "other"
    if schema.get("format"):
        return _FORMATS.get(schema["format"], "other")
    named = words(name)[::-1]
    for one in named:
        for found, known in _KINDS.items():
            if one in known.split() or one.removesuffix("s") in known.split():
                # Of "departure_city" the last word says the kind; the first its part in it.
                return found
    told = re.findall(r"[a-z]+", str(schema.get("description", "")).lower())
    for found in ("place", "email", "date", "currency", "language", "name"):
        if set(told) & set(_KINDS[found].split()):
            return found
    return "any"


def candidates(text: str, name: str, schema: Mapping[str, Any]) -> list[Any]:
    """Return the values in a text that a field might have, the likeliest first."""
    text = text[:LONGEST]
    what = kind(name, schema)
    if what == "enum":
        found = [(_place(text, value), value) for value in schema["enum"]]
        written = [value for place, value in sorted(found, key=lambda one: one[0]) if place >= 0]
        # A text that names dollars means "USD".
        named = [code for code in values.LOOK["currency"](text, schema) if code in schema["enum"]]
        return list(dict.fromkeys([*_by_role(text, name, schema, named), *written]))
    if what == "number":
        return _near(text, name, values.numbers(text, schema))
    if what == "boolean":
        return _boolean(text, name)
    look = values.LOOK.get(what)
    found_here = look(text, schema) if look else []
    if what == "any":
        found_here = [*numbered(text, name), *found_here]
    if what in ("place", "name", "currency", "language", "role", "any"):
        found_here = _by_role(text, name, schema, found_here)
    if what in ("place", "name", "title", "product", "any") and (said := labelled(text, name)):
        found_here = [said]
    return list(dict.fromkeys(found_here))


def labelled(text: str, name: str) -> str | None:
    """Return what stands in a text behind a field's own name and a colon."""
    said = r"\W*".join(map(re.escape, words(name)))
    match = re.search(rf"(?:^|[.;,\n])\s*{said}\s*:\s*([^.;\n]+)", text[:LONGEST], re.IGNORECASE)
    return match[1].strip() if match else None


def rows(text: str, schemas: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, dict[str, str]]]:
    """Return the rows of a list in a text, for an object with these fields.

    A row begins with what it is about and has a number: "Lentil soup (vegan) 6.50". With each goes
    the field that the name of its thing is for. There are at least two, or none.
    """
    kinds = {name: kind(name, schema) for name, schema in schemas.items()}
    named = [name for name, what in kinds.items() if what in ("name", "title", "product", "any")]
    if not named or "number" not in kinds.values():
        return []
    told = re.sub(r"^[^\d\n:]*:\s+(?=[^\W\d])", "", text[:LONGEST])
    for apart in (
        r"\n+",
        r"[;\n]\s*|(?<=[.!?])\s+|,\s+(?:and\s+)?(?=\d)",
        r",\s+(?:and\s+)?|\s+and\s+",
    ):
        parts = re.split(apart, told)
        found = [(part.strip(), match) for part in parts if (match := _ROW.fullmatch(part.strip()))]
        if len(found) > 1:
            return [(part, {named[0]: match["thing"].strip()}) for part, match in found]
    return []


_ROW = re.compile(
    r"(?:[-*•]\s*|\d+[.)]\s+)?(?=.*\d)(?:\d+\s*(?:x\s*)?(?=[^\W\d]))?"
    r"(?P<thing>[^\W\d_][^\d(:,;|–—@€$£]*?)"
    r"(?:\s*(?:[(:,;|–—@€$£]|\s-\s|\s(?:at|for|costs?|is|are)\s|\s\d).*|\W*)"
)


def _place(text: str, value: object) -> int:
    """Return where a value stands in a text, or -1."""
    said = re.escape(str(value)).replace("_", "[ _-]")
    match = re.search(rf"(?<!\w){said}(?!\w)", text, re.IGNORECASE)
    return match.start() if match and str(value) else -1


def _near(text: str, name: str, found: list[tuple[int, Any]]) -> list[Any]:
    """Return values in their order, but first the one beside the field's own name."""
    stems = [word[:4] for word in words(name) if len(word) > 2]
    last = words(name)[-1:]

    def far(one: tuple[int, Any]) -> tuple[int, int]:
        behind = re.sub(r"^[\d.,\s-]+", "", text[one[0] : one[0] + 30].lower())[:12]
        before = text[max(0, one[0] - 12) : one[0]].lower()
        beside = any(behind.startswith(stem) or stem in before for stem in stems)
        money = bool(_MONEY & set(words(name))) and re.match(
            rf"\d[\d,]*(?:\.\d\d\b|\s*{values.MONEY})", text[one[0] : one[0] + 30], re.IGNORECASE
        )
        person = last in (["guests"], ["people"], ["adults"]) and "people" in behind
        return (0 if beside or person or money else 1, one[0])

    return [value for _, value in sorted(found, key=far)]


def numbered(text: str, name: str) -> list[str]:
    """Return the numbers behind a field's own name in a text: of `room`, the B12 of "room B12"."""
    named = r"\s+".join(re.escape(word) for word in words(name) if word != "number")
    if not named:
        return []
    return re.findall(
        rf"\b{named}\s+(?:no\.?\s+|number\s+|#)?([A-Z]?\d[\w-]*)", text, re.IGNORECASE
    )


def _boolean(text: str, name: str) -> list[bool]:
    for word in words(name):
        if len(word) > 3 and (
            match := re.search(
                rf"(\b(?:no|not|without|don't)\b[\w\s]{{0,12}})?\b{word[:5]}", text, re.I
            )
        ):
            return [not match[1]]
    return []


_WHERE = "in|at|near|to|from|of"


def _apart(text: str, value: str, behind: str) -> bool:
    """Whether a value stands in a text, but not behind one of the words."""
    said = "|".join((re.escape(value), values.CURRENCIES.get(value, re.escape(value))))
    return not re.search(rf"\b(?:{behind})\s+(?:{said})", text, re.IGNORECASE)


def _by_role(text: str, name: str, schema: Mapping[str, Any], found: Sequence[str]) -> list[str]:
    """Return values with those first that stand behind "from" or "to", as the field's name says."""
    named, what = set(words(name)), kind(name, schema)
    behind = "from" if named & _FROM else "to|into" if named & _TO else ""
    if named & _BY:
        behind, what = "by", "role"
    if not behind:
        # Where things are is said with a preposition, whose they are without.
        behind = _WHERE
        if what not in ("place", "name"):
            return list(found)

    def apart(value: str) -> bool:
        return _apart(text, value, behind)

    if what == "name" or not all(map(apart, found)):
        return sorted(found, key=lambda value: apart(value) != (what == "name"))
    return [*found[1:], *found[:1]] if named & _TO else list(found)


_POOLS = {"place": "name"}
"""Kinds whose values are looked for among the same words."""


def share(
    fields: Iterable[tuple[str, Mapping[str, Any]]],
    texts: Sequence[str],
    many: Container[str] = (),
    known: Iterable[Any] = (),
) -> dict[str, list[Any]]:
    """Return for each field of an object what texts say of it, each value for one field only.

    texts: the newest first; the first that says something of a field counts. many: the fields that
    take all there is. known: values that other fields have already.
    """

    def turn(field: tuple[str, Mapping[str, Any]]) -> int:
        """Return whose turn it is: places called so, lists of names, names, other places, any."""
        what = kind(*field)
        if what == "place":
            likely = [value for text in texts[:1] for value in candidates(text, *field)[:1]]
            return 0 if likely and not _apart(texts[0], likely[0], _WHERE) else 3
        return 4 if what == "any" else 1 if field[0] in many else 2

    fields = sorted(fields, key=turn)
    pools = [_POOLS.get(kind(*field), kind(*field)) for field in fields]
    taken: dict[str, set[Any]] = {}
    found: dict[str, list[Any]] = {}
    elsewhere = {value for value in known if isinstance(value, (str, int, float))}
    for (name, schema), pool in zip(fields, pools, strict=True):
        for text in texts:
            likely = candidates(text, name, schema)
            if pool not in ("enum", "boolean"):
                likely = [value for value in likely if value not in elsewhere]
            if pool in ("enum", "boolean", "other"):
                pass
            elif pools.count(pool) > 1 or pool == "any":
                gone = taken.get("name" if pool == "any" else pool, set())
                likely = [value for value in likely if value not in gone]
                likely = likely if name in many else likely[:1]
            if likely:
                found[name] = likely
                if pool not in ("enum", "boolean", "other"):
                    taken.setdefault("name" if pool == "any" else pool, set()).update(likely)
                break
    return found
