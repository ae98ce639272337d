"""Instances of schemas, filled from a written reply, from the prompt, and with filler."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.generation import arguments
from helpers.mock.generation.structured import FORMATS, Format, allows, fits, found

# Where a schema refers to itself, the mock's instance ends after so many levels.
DEPTH = 6
MOST_VALUES = 2000
"""The most values in one of the mock's instances; a schema that asks for more is not filled."""

# Fields that are called otherwise and mean the same.
_SAME = (
    *({"shop", "store", "merchant", "vendor", "seller", "supplier"}, {"day", "date", "when"}),
    *({"total", "sum"}, {"items", "products", "articles", "positions", "entries"}),
    *({"name", "title", "label"}, {"price", "cost"}, {"explanation", "definition", "meaning"}),
    *({"category", "kind", "type"}, {"answer", "reply", "response"}),
)
# Words of a name that say nothing more: `total_price` is the total, `shop_name` the shop.
_EMPTY = {
    *("price", "amount", "value", "name", "text", "the", "of", "eur", "euros", "full"),
    *("purchase", "purchased", "invoice", "receipt"),
}
_SAYS = ("answer", "reply", "response", "text", "message", "content", "summary", "output", "result")
_VAGUE = {"name", "place", "any"}
"""Kinds of fields that any word with a capital may be: alone, it says nothing of an object."""
_GUESSED = _VAGUE | {"number", "title"}
"""Kinds that a prompt fills with any such word or number: beside what is written, all would take
that for read."""
_NOTHING: Any = object()


class Example(NamedTuple):
    """What the mock says in its own name, and whether that is a refusal."""

    text: str
    refused: bool = False


def example(wanted: Format, why: str, prompts: Sequence[str] = ()) -> Example:
    """Return JSON in the format asked for, with `why` it says nothing where there is room.

    prompts: texts that fields may be filled from, the newest first. Raises APIError for a schema
    that the mock cannot write an instance of.

    Where nothing is known, and the schema has no text that would say so, it is a refusal: a first
    label or a 0 would be taken for what a model thinks.
    """
    if wanted.schema is None:
        return Example(json.dumps({"offline_mock": why}, ensure_ascii=False))
    said = {name: why for name in _SAYS if _is_text(wanted.schema, name)}
    written = dict([*said.items()][:1]) or _NOTHING
    text, filler = _instance(wanted.schema, written, prompts, invented=True)
    fields = list(_properties(wanted.schema))
    if fields and filler.used == 0 and not re.search("offline.?mock", text, re.IGNORECASE):
        names = ", ".join(fields[:4]) + (" …" if len(fields) > 4 else "")
        told = f"(Offline mock) Nothing was found for {names}. A model would judge that."
        return Example(told, refused=True)
    return Example(text)


def adapted(text: str, wanted: Format, prompts: Sequence[str]) -> str | None:
    """Return a written reply in the format asked for, or None if nothing of it fits there."""
    try:
        written = json.loads(text)
    except ValueError:
        written = text
    if not isinstance(written, (dict, list)):
        if wanted.schema is None:
            return json.dumps({"reply": text}, ensure_ascii=False)
        names = [name for name in _SAYS if _is_text(wanted.schema, name)]
        texts = [name for name in _properties(wanted.schema) if _is_text(wanted.schema, name)]
        if not names and len(texts) != 1:
            return None
        written = {(names or texts)[0]: text}
    elif wanted.schema is None:
        return json.dumps({"reply": written}, ensure_ascii=False)
    filler = _Filler(wanted.schema, prompts, written, gaps=_GUESSED)
    made = _written(filler, written)
    return made if filler.used and made and fits(made, wanted) else None


def call_arguments(
    schema: Mapping[str, Any], known: Mapping[str, Any], prompts: Sequence[str]
) -> tuple[str, list[str]]:
    """Return JSON for a function's schema, and the fields that must be there and nothing tells.

    known: what other functions returned. Raises APIError.
    """
    text, filler = _instance(schema, dict(known) or _NOTHING, prompts, optional=False)
    return text, list(dict.fromkeys(filler.lacking))


def _instance(
    schema: Mapping[str, Any],
    written: Any,
    prompts: Sequence[str],
    optional: bool = True,
    invented: bool = False,
) -> tuple[str, _Filler]:
    """Return JSON that a schema allows, filled from what is known, and what has made it.

    optional: whether fields that may be missing are there although nothing is known of them.
    invented: whether it stands for a model's reply, in which a prompt's lone word is no value.
    """
    plain = Format("json_schema", schema)
    for filler in (
        _Filler(schema, prompts, written, optional=optional, invented=invented),
        _Filler(schema, (), written, invented=invented),
        _Filler(schema, (), _NOTHING, described=False),
    ):
        text = _written(filler, filler.whole)
        if text and fits(text, plain):
            return text, filler
    raise APIError(
        "(Offline mock) The mock cannot write an instance of this schema: it has a pattern, "
        "bounds that exclude each other, very long lists, or no end. Write a reply for this "
        "prompt in helpers/mock/replies.",
        code="mock_cannot_fill_schema",
        type=MOCK_ERROR,
    )


def _written(filler: _Filler, written: Any) -> str:
    try:
        return json.dumps(filler.value(filler.root, 0, written), ensure_ascii=False)
    except _TooLarge:
        return ""


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    parts = schema.get("properties")
    return parts if isinstance(parts, dict) else {}


def _is_text(schema: Mapping[str, Any], name: str) -> bool:
    """Whether a field of a schema is a text of any words."""
    part = _properties(schema).get(name)
    bound = {"enum", "format", "pattern", "const", "maxLength"}
    return isinstance(part, dict) and part.get("type") == "string" and not bound & set(part)


class _TooLarge(Exception):
    """A schema whose instances have no end, or are larger than the mock makes them."""


class _Filler:
    """Makes one instance of a schema.

    prompts: what fields are filled from, the newest first; whole: a written reply's data.
    optional: whether fields that may be missing are there; described: whether filler says what for;
    invented: whether a lone word of a prompt is no value. gaps: kinds that no prompt fills.
    used: how many of the fields were filled from the written reply. lacking: the names of needed
    fields with any value of a type, of which nothing is known.
    """

    def __init__(
        self,
        root: Mapping[str, Any],
        prompts: Sequence[str],
        whole: Any,
        *,
        optional: bool = True,
        described: bool = True,
        invented: bool = False,
        gaps: Container[str] = (),
    ) -> None:
        self.root, self.prompts, self.whole = root, prompts, whole
        self.optional, self.described, self.invented = optional, described, invented
        self.gaps = gaps
        self.made, self.used = count(), 0
        self.lacking: list[str] = []

    def value(self, schema: Any, depth: int, written: Any = _NOTHING) -> Any:
        """Return what is written if the schema allows it, or else the plainest value it allows."""
        if depth > 4 * DEPTH or next(self.made) > MOST_VALUES:
            raise _TooLarge
        if not isinstance(schema, dict):
            return "offline mock"
        if "$ref" in schema:
            return self.value(found(self.root, schema["$ref"]), depth + 1, written)
        if "const" in schema:
            return schema["const"]
        if written is _NOTHING and not self.optional and allows(schema, None, self.root):
            return None
        if "anyOf" in schema:
            return self.value(self._choice(schema["anyOf"], depth, written), depth, written)
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            if written is None and "null" in kind:
                return None
            kind = next((one for one in kind if one != "null"), "null")
        if kind == "object":
            return self._object(schema, depth, written)
        if kind == "array" and "enum" not in schema:
            return self._array(schema, depth, written)
        if written is not _NOTHING:
            for value in _forms(written, kind, schema):
                if allows(schema, value, self.root):
                    self.used += 1
                    return value
        return self._filler(schema, kind)

    def _filler(self, schema: Mapping[str, Any], kind: str) -> Any:
        if "enum" in schema:
            unsure = [value for value in schema["enum"] if value in ("other", "unknown")]
            # An empty list allows nothing: then null will not fit either.
            return next(
                iter((unsure if self.whole is not _NOTHING else []) or schema["enum"]), None
            )
        if kind == "string":
            told = str(schema.get("description", "")).strip()[:80] if self.described else ""
            # Where that is too long, the shortest that still says so.
            plain = f"(Offline mock) {told}".strip() if self.described else "offline mock"
            return FORMATS.get(schema.get("format", ""), plain)
        if kind in ("number", "integer"):
            return _number(schema, kind)
        return False if kind == "boolean" else None

    def _choice(self, choices: Sequence[Any], depth: int, written: Any) -> Any:
        plain = [part for part in choices if part == {"type": "null"}]
        others = [part for part in choices if part != {"type": "null"}]
        if written is None and plain:
            return plain[0]
        if written is not _NOTHING:
            others.sort(key=lambda part: not allows(part, written, self.root))
        elif plain and others and not self._says(others[0]):
            return plain[0]
        return (plain or others)[0] if depth > DEPTH else (others or plain)[0]

    def _says(self, part: Any) -> bool:
        """Whether a value of a schema can say that it is the mock's, as a text does."""
        resolved = self._resolved(part)
        closed = {"number", "integer", "boolean"} & {*_types(resolved)}
        return not (closed or "enum" in resolved)

    def _object(self, schema: Mapping[str, Any], depth: int, written: Any) -> dict[str, Any]:
        parts = _properties(schema)
        known = {name: self._named(name, written) for name in parts}
        self._match_lists(parts, known, written)
        plain = {name: self._plain(part) for name, part in parts.items()}
        kinds = {name: arguments.kind(name, part) for name, part in plain.items()}
        unknown = [name for name in parts if known[name] is _NOTHING]
        asked = [(name, plain[name]) for name in unknown if kinds[name] not in self.gaps]
        many = {name for name in parts if self._resolved(parts[name]).get("type") == "array"}
        texts = self.prompts if depth < 4 else ()
        said = arguments.share(asked, texts, many, known.values())
        if self.invented and len(said) == 1 < len(parts):
            said = {
                name: values
                for name, values in said.items()
                if len(values) > 1
                or kinds[name] not in _VAGUE
                or any(arguments.labelled(text, name) for text in texts)
            }
        for name in unknown:
            # What stands behind the field's own name is no guess, whatever kind it is.
            if name not in said and kinds[name] in self.gaps:
                beside = [value for text in texts[:1] for value in arguments.numbered(text, name)]
                said |= {name: beside} if beside else {}
        made: dict[str, Any] = {}
        for name, part in parts.items():
            inner, resolved = known[name], self._resolved(part)
            if inner is _NOTHING and name in said:
                inner = said[name] if name in many else said[name][0]
            elif inner is _NOTHING and isinstance(written, dict) and _properties(resolved):
                # What is written without this level may stand within it.
                inner = written if self._any_named(resolved, written) else _NOTHING
            elif inner is _NOTHING and not (self.optional or name in schema.get("required", ())):
                continue
            if inner is _NOTHING and name in schema.get("required", ()):
                self._lacks(name, part)
            made[name] = self.value(part, depth + 1, inner)
        return made

    def _lacks(self, name: str, part: Any) -> None:
        """Note that nothing is known of a field, if a model could not choose its value either."""
        resolved = self._resolved(part)
        free = {"string", "number", "integer", "array"} & {*_types(resolved)}
        chosen = {"enum", "const", "default"} & {*resolved, *(part if resolved else ())}
        if free and not (chosen or allows(part, None, self.root)):
            self.lacking.append(name)

    def _match_lists(self, parts: Mapping[str, Any], known: dict[str, Any], written: Any) -> None:
        """Take a list under another name for the only one that is asked for, if its fields fit."""
        lists = [name for name in parts if self._resolved(parts[name]).get("type") == "array"]
        lists = [name for name in lists if known[name] is _NOTHING]
        given = [written] if isinstance(written, list) else list(_lists(written))
        if len(lists) == len(given) == 1 and given[0]:
            item = self._resolved(self._resolved(parts[lists[0]]).get("items", {}))
            if self._any_named(item, given[0][0]):
                known[lists[0]] = given[0]

    def _resolved(self, part: Any) -> Mapping[str, Any]:
        """Return a part of a schema without references, and of a choice what is not null."""
        for _ in range(DEPTH):
            if isinstance(part, dict) and "$ref" in part:
                part = found(self.root, part["$ref"])
            elif isinstance(part, dict) and "anyOf" in part:
                part = next((one for one in part["anyOf"] if one != {"type": "null"}), None)
        return part if isinstance(part, dict) else {}

    def _plain(self, part: Any) -> Mapping[str, Any]:
        """Return a part of a schema, and of a list what is in it, with the description of both."""
        plain = self._resolved(part)
        if plain.get("type") == "array":
            plain = self._resolved(plain.get("items", {}))
        told = part.get("description") if isinstance(part, dict) else None
        return {**plain, "description": told} if told else plain

    def _any_named(self, schema: Mapping[str, Any], written: Any) -> bool:
        return any(self._named(name, written) is not _NOTHING for name in _properties(schema))

    def _array(self, schema: Mapping[str, Any], depth: int, written: Any) -> list[Any]:
        item = schema.get("items", {})
        if isinstance(written, list):
            return [self.value(item, depth + 1, one) for one in written]
        if listed := self._listed(item, depth):
            return listed
        if isinstance(written, (str, int, float)) and allows(item, written, self.root):
            return [self.value(item, depth + 1, written)]
        least = int(schema.get("minItems", 0))
        length = least if depth > DEPTH or schema.get("maxItems") == 0 else max(1, least)
        return [self.value(item, depth + 1) for _ in range(length)]

    def _listed(self, item: Any, depth: int) -> list[Any]:
        """Return objects filled from the rows of a list in a prompt; none if there is no list."""
        parts = _properties(self._resolved(item))
        plain = {name: self._plain(part) for name, part in parts.items()}
        prompts = self.prompts
        rows = next((found for text in prompts if (found := arguments.rows(text, plain))), [])
        made = []
        for row, named in rows if depth < 3 else ():
            self.prompts = [row]
            made.append(self.value(item, depth + 1, named))
        self.prompts = prompts
        return made

    def _named(self, name: str, written: Any) -> Any:
        """Return what a written reply has under a name, here or, if only once, anywhere in it."""
        if not isinstance(written, dict):
            return _NOTHING
        for same in (_is_named, _means):
            here = [value for key, value in written.items() if same(name, str(key))]
            if len(here) == 1:
                return here[0]
            if here:
                return _NOTHING
        below = list(_below(name, written))
        if not below and written is not self.whole:
            below = [
                value
                for key, value in (self.whole.items() if isinstance(self.whole, dict) else ())
                if _is_named(name, str(key))
            ]
        return below[0] if len(below) == 1 else _NOTHING


def _types(schema: Mapping[str, Any]) -> list[str]:
    kind = schema.get("type", "string")
    return [kind] if isinstance(kind, str) else list(kind)


def _below(name: str, written: Any) -> Iterator[Any]:
    """Yield what objects within an object have under a name. Lists are not looked into."""
    for part in written.values() if isinstance(written, dict) else ():
        if isinstance(part, dict):
            here = [value for key, value in part.items() if _is_named(name, str(key))]
            here = here or [value for key, value in part.items() if _means(name, str(key))]
            yield from here or _below(name, part)


def _lists(written: Any) -> Iterator[list[Any]]:
    """Yield the lists in an object, and in the objects within it."""
    for part in written.values() if isinstance(written, dict) else ():
        if isinstance(part, list):
            yield part
        else:
            yield from _lists(part)


def _is_named(name: str, other: str) -> bool:
    return arguments.words(name) == arguments.words(other)


def _means(name: str, other: str) -> bool:
    """Whether two names surely mean the same: total_price and total, store and shop."""
    one, two = (
        {word.removesuffix("s") if len(word) > 4 else word for word in arguments.words(each)}
        for each in (name, other)
    )
    one, two = (each - _EMPTY or each for each in (one, two))
    if one == two:
        return True
    alike = [{word.removesuffix("s") if len(word) > 4 else word for word in same} for same in _SAME]
    return len(one) == len(two) == 1 and any(one | two <= same for same in alike)


def _forms(written: Any, kind: str, schema: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a written value as it is, and as it may be written for another type."""
    yield written
    if isinstance(written, dict) and kind == "string":
        yield from (written[name] for name in ("name", "title", "term") if name in written)
    if isinstance(written, str):
        for value in schema.get("enum", ()):
            if isinstance(value, str) and value.casefold() == written.casefold():
                yield value
        if kind in ("number", "integer"):
            try:
                number = float(written)
            except ValueError:
                return
            yield int(number) if number.is_integer() else number
    elif isinstance(written, (int, float)) and not isinstance(written, bool):
        yield str(written)
        if float(written).is_integer():
            yield int(written)


def _number(schema: Mapping[str, Any], kind: str) -> float | int:
    step = schema.get("multipleOf", 1 if kind == "integer" else None)
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    value: float = 0
    if low is not None:
        value = low if "exclusiveMinimum" not in schema else low + (step or 0.5)
    elif high is not None and high < 0:
        value = high if "exclusiveMaximum" not in schema else high - (step or 0.5)
    if step:
        value = -(-value // step) * step
    return int(value) if kind == "integer" else value
