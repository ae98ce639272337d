"""What a request's members may be: read from the SDK's own types, refused in the API's words.

The SDK types every parameter of every endpoint (`openai.types...Params`). `parameters` walks such
a type: unknown members, missing ones, wrong JSON types and values outside a list are found without
a list of ours. Beside the types stands only what they do not say (`Rules`): bounds, and where the
API words a type or lists its values in another way. Types are resolved when they are first needed
and kept, so a request pays for what it uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal, Union, get_args, get_origin

from rapidfuzz.distance import Levenshtein
from typing_extensions import NotRequired, Required, get_type_hints, is_typeddict

from helpers.mock import errors
from helpers.mock.errors import APIError

Check = Callable[[Any, str], None]
"""Checks a value; the text is what the API calls its place. Raises APIError."""

NAME_PATTERN = "^[a-zA-Z0-9_-]+$"
MOST_NAME = 64
MOST_METADATA, MOST_METADATA_KEY, MOST_METADATA_VALUE = 16, 64, 512

_NOUNS = {str: "a string", bool: "a boolean", int: "an integer", float: "a decimal"}
_PLURALS = {"a string": "strings", "an integer": "integers", "an object": "objects"}
_UNIONS = (Union, type(int | str))
_REQUIRED: Any = Required
_MARKERS = (_REQUIRED, NotRequired)

# The SDK's types ask for these; the API answers a request without them.
_NOT_ASKED_FOR = {
    "FunctionToolParam": {"parameters", "strict"},
    "ResponseOutputMessageParam": {"id", "status"},
    "ResponseOutputTextParam": {"annotations"},
    "ResponseReasoningItemParam": {"id", "summary"},
}

# In the SDK's types, and unknown to the API.
_UNKNOWN = {"Reasoning": {"generate_summary"}}
# Values that the API lists in another order than the SDK.
_LISTED = {
    frozenset(values): values
    for values in (("concise", "detailed", "auto"), ("json_object", "text", "json_schema"))
}


@dataclass(frozen=True)
class Rules:
    """What an endpoint asks beside the SDK's types. All names are of top-level parameters.

    bounds: the least and the most of a number, None where there is no bound.
    nouns: how the API calls a parameter's type, where it cannot be derived.
    values: the values that the API takes and lists, where the SDK's list differs.
    first: in which order parameters are looked at; what is not named comes last.
    elsewhere: parameters that the endpoint checks itself.
    refuse: called with a parameter that is there and with the body, once its type is right.
    """

    bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    nouns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    first: Sequence[str] = ()
    elsewhere: frozenset[str] = frozenset()
    refuse: Mapping[str, Callable[[Any, Mapping[str, Any]], object]] = field(default_factory=dict)

    @cached_property
    def rank(self) -> dict[str, int]:
        """The places of `first`."""
        return {name: place for place, name in enumerate(self.first)}


NO_RULES = Rules()


def parameters(body: Mapping[str, Any], typed: Any, rules: Rules = NO_RULES, at: str = "") -> None:
    """Check the members of `body` by one of the SDK's types of parameters. Raises APIError.

    Unknown members are found first, then each member is looked at in the order of the rules, then
    what is missing; within another member what is missing comes first. A member that is null
    counts as one that is not there. `at`: what stands before a member's name in an error.
    """
    kinds, required = _members(typed)
    if at:
        _require(required, body, rules, at)
    unknown(body, kinds, at)
    for name in sorted(body, key=lambda name: rules.rank.get(name, len(rules.rank))):
        given = body[name]
        if given is None:
            continue
        if name not in rules.elsewhere:
            _parameter(kinds[name], name, given, rules, at)
        if name in rules.refuse:
            rules.refuse[name](given, body)
    _require(required, body, rules, at)


def _require(required: Iterable[str], body: Mapping[str, Any], rules: Rules, at: str) -> None:
    for name in required:
        if body.get(name) is None and name not in rules.elsewhere:
            raise errors.missing(at + name)


def known(typed: Any) -> Iterable[str]:
    """Return the names of the members of one of the SDK's types of parameters."""
    return _members(typed)[0]


def unknown(body: Iterable[str], known: Iterable[str], at: str = "") -> None:
    """Refuse the first member of `body` that is not known. Raises APIError."""
    for name in body:
        if name not in known:
            raise errors.unknown_parameter(at + name, () if at else _similar(name, known, body))


def value(kind: Any, given: Any, at: str) -> None:
    """Check one value by a type of the SDK's. Raises APIError."""
    _checker(kind)(given, at)


def text(given: Any, at: str) -> None:
    """Check a text that must be there. Raises APIError."""
    if given is None:
        raise errors.missing(at)
    value(str, given, at)


def tag(allowed: Sequence[str], given: Any, at: str, by: str = "type") -> str:
    """Return which kind of object `given` says in its member `by` that it is. Raises APIError."""
    if not isinstance(given, dict):
        raise errors.invalid_type(at, "an object", given)
    said = given.get(by)
    if said is None:
        raise errors.missing(f"{at}.{by}")
    if said not in allowed:
        raise errors.invalid_value(f"{at}.{by}", said, allowed)
    return str(said)


def query(given: Mapping[str, list[str]], typed: Any, rules: Rules = NO_RULES) -> dict[str, Any]:
    """Check the parameters of an address and return them as JSON values. Raises APIError."""
    asked = {name: from_texts(typed, name, texts) for name, texts in given.items()}
    parameters(asked, typed, rules)
    return asked


def from_texts(typed: Any, name: str, texts: list[str]) -> Any:
    """Return what the texts of a parameter in an address or a form stand for, by its type.

    A text that does not stand for what it should be is left as it is, and refused by `parameters`.
    """
    kinds = _alternatives(_members(typed)[0].get(name, str))
    if any(get_origin(kind) not in (None, Literal) for kind in kinds):
        return texts
    last = texts[-1]
    if int in kinds and re.fullmatch(r"-?\d{1,18}", last):
        return int(last)
    return {"true": True, "false": False}.get(last, last) if bool in kinds else last


def name(given: Any, at: str) -> None:
    """Check the name of a function or a schema. Raises APIError.

    https://github.com/brekkylab/ailoy/pull/109
    """
    text(given, at)
    if not given:
        raise errors.too_short(at, "string")
    if len(given) > MOST_NAME:
        raise errors.too_long(at, "string", MOST_NAME, len(given))
    if not re.fullmatch(NAME_PATTERN, given):
        raise errors.no_pattern(at, NAME_PATTERN)


def _similar(name: str, known: Iterable[str], sent: Iterable[str]) -> list[str]:
    """Return the known names that `name` may mean, the nearest first.

    Measured: at most two letters apart, and none that the request has already.
    """
    others = set(known).difference(sent)
    near = sorted((Levenshtein.distance(name, other), other) for other in others)
    return [other for distance, other in near if distance <= 2]


def _parameter(kind: Any, name: str, given: Any, rules: Rules, at: str) -> None:
    place = at + name
    if name in rules.values:
        kind = Literal[tuple(rules.values[name])]
    if name == "metadata":
        _metadata(given, place)
    elif name in rules.nouns and not any(_fits(given, one) for one in _alternatives(kind)):
        raise errors.invalid_type(place, rules.nouns[name], given)
    else:
        value(kind, given, place)
    for limit, sign in zip(rules.bounds.get(name, ()), (1, -1), strict=False):
        if limit is not None and sign * given < sign * limit:
            whole = _alternatives(kind) == (int,)
            raise errors.out_of_range(place, "integer" if whole else "decimal", limit, given)


def _metadata(given: Any, at: str) -> None:
    if not isinstance(given, dict):
        raise errors.invalid_type(at, "a metadata object", given)
    if len(given) > MOST_METADATA:
        raise APIError(
            f"Invalid '{at}': too many properties. Expected an object with at most "
            f"{MOST_METADATA} properties, but got an object with {len(given)} properties instead.",
            param=at,
            code="object_above_max_properties",
        )
    for key, text in given.items():
        if len(key) > MOST_METADATA_KEY:
            raise APIError(
                f"Invalid property name in '{at}': '{errors.shortened(key)}' is too long. Expected "
                f"a string with maximum length {MOST_METADATA_KEY}, but got a string with length "
                f"{len(key)} instead.",
                param=f"{at}.{key}",
                code="property_name_above_max_length",
            )
        value(str, text, f"{at}.{key}")
        if len(text) > MOST_METADATA_VALUE:
            raise errors.too_long(f"{at}.{key}", "string", MOST_METADATA_VALUE, len(text))


@cache
def _members(typed: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the members of a TypedDict with their types, and which of them are required."""
    hints = get_type_hints(typed, include_extras=True)
    for name in _UNKNOWN.get(typed.__name__, ()):
        del hints[name]
    lenient = _NOT_ASKED_FOR.get(typed.__name__, set())
    required = [
        name
        for name, kind in hints.items()
        if get_origin(kind) == _REQUIRED and name not in lenient
    ]
    return hints, tuple(required)


@cache
def _alternatives(kind: Any) -> tuple[Any, ...]:
    """Return what a type is a union of, without null; a text covers the texts it lists."""
    if get_origin(kind) in _MARKERS:
        kind = get_args(kind)[0]
    if get_origin(kind) not in _UNIONS:
        return (kind,)
    found = [one for part in get_args(kind) for one in _alternatives(part)]
    kinds = [one for one in found if one is not type(None)]
    if str in kinds:
        kinds = [one for one in kinds if get_origin(one) is not Literal]
    return tuple(dict.fromkeys(kinds))


def _fits(given: Any, kind: Any) -> bool:
    """Whether a value has the JSON type of a type; what is inside is not looked at."""
    return type(given) in _json_types(kind)


@cache
def _json_types(kind: Any) -> tuple[type, ...]:
    """Return the types, of those that `json` reads, which a value of a type may have."""
    if kind in (str, bool, int):
        return (kind,)
    if kind is float:
        return (int, float)
    origin = get_origin(kind)
    if origin is Literal:
        return (type(get_args(kind)[0]),)
    if is_typeddict(kind) or origin is dict:
        return (dict,)
    return (list,) if origin is not None else (str, bool, int, float, list, dict, type(None))


def _noun(kind: Any) -> str:
    """Return how the API calls what a type asks for."""
    nouns = list(dict.fromkeys(_one_noun(one) for one in _alternatives(kind)))
    if len(nouns) == 1:
        return nouns[0]
    rest = [noun.partition(" ")[2] for noun in nouns[1:]]
    return f"one of {nouns[0]} or {' or '.join(rest)}"


def _one_noun(kind: Any) -> str:
    if kind in _NOUNS:
        return _NOUNS[kind]
    origin = get_origin(kind)
    if origin is Literal:
        return f"one of {errors.one_of(get_args(kind))}"
    if is_typeddict(kind) or origin is dict or origin is None:
        return "an object"
    (item,) = get_args(kind)
    if get_origin(item) is Literal:
        return f"an array of one of {errors.one_of(map(errors.shortened, get_args(item)))}"
    return f"an array of {_PLURALS.get(_noun(item), 'objects')}"


@cache
def _checker(kind: Any) -> Check:
    alternatives = _alternatives(kind)

    def check(given: Any, at: str) -> None:
        fitting = [one for one in alternatives if _fits(given, one)]
        if not fitting:
            raise errors.invalid_type(at, _noun(kind), given)
        if isinstance(given, dict):
            fitting = _tagged(tuple(fitting), given, at)
        if fitting:
            _inside(fitting[0])(given, at)

    return check


def _tagged(kinds: tuple[Any, ...], given: dict[str, Any], at: str) -> list[Any]:
    """Return the kinds of object that `type` says `given` is. Raises APIError if it says none."""
    tags = _tags(kinds)
    tag = given.get("type")
    if len(kinds) == 1 or not tags or (tag is None and None in tags):
        return list(kinds)[: 1 if len(kinds) == 1 else 0]
    if tag is None:
        raise errors.missing(f"{at}.type")
    if not isinstance(tag, str) or tag not in tags:
        raise _invalid(f"{at}.type", tag, [one for one in tags if one])
    # Of several kinds with one tag it is not known which is meant: then nothing inside is judged.
    return tags[tag] if len(tags[tag]) == 1 else []


def _invalid(at: str, given: Any, allowed: Sequence[str]) -> APIError:
    return errors.invalid_value(at, given, _LISTED.get(frozenset(allowed), allowed))


@cache
def _tags(kinds: tuple[Any, ...]) -> dict[str | None, list[Any]]:
    """Return the kinds of object by what their `type` may be; None for those that need none."""
    found: dict[str | None, list[Any]] = {}
    for kind in kinds:
        members, required = _members(kind) if is_typeddict(kind) else ({}, ())
        for tag in _literals(members.get("type")):
            found.setdefault(tag, []).append(kind)
        if "type" not in required:
            found.setdefault(None, []).append(kind)
    return found if set(found) != {None} else {}


def _literals(kind: Any) -> tuple[str, ...]:
    kinds = _alternatives(kind) if kind is not None else ()
    return tuple(tag for one in kinds if get_origin(one) is Literal for tag in get_args(one))


@cache
def _inside(kind: Any) -> Check:
    """Return the check of what is inside a value that has the right JSON type."""
    origin = get_origin(kind)
    if origin is Literal:
        allowed = get_args(kind)

        def listed(given: Any, at: str) -> None:
            if given not in allowed:
                raise _invalid(at, given, allowed)

        return listed
    if is_typeddict(kind):
        return lambda given, at: parameters(given, kind, at=f"{at}.")
    if origin is dict:
        values = get_args(kind)[1]

        def each_value(given: Any, at: str) -> None:
            for key, part in given.items():
                value(values, part, f"{at}.{key}")

        return each_value
    if origin is not None:
        (item,) = get_args(kind)

        def each(given: Any, at: str) -> None:
            for place, part in enumerate(given):
                value(item, part, f"{at}[{place}]")

        return each
    return lambda given, at: None
