"""Structured outputs: which format a request asks for, strict mode's rules, and instances.

https://developers.openai.com/api/docs/guides/structured-outputs
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from helpers.mock import errors
from helpers.mock.errors import APIError
from helpers.mock.generation.replies import Message

KINDS = ["json_object", "json_schema", "text"]
# Keywords that strict mode takes; others are "not permitted".
KEYWORDS = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const"}
    | {"$ref", "$defs", "definitions", "description", "title", "pattern", "format", "multipleOf"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"}
)
FORMATS = {
    "date": "2026-01-31",
    "time": "12:00:00Z",
    "date-time": "2026-01-31T12:00:00Z",
    "duration": "P1D",
    "email": "name@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
# Where a schema refers to itself, the mock's instance ends after so many levels.
DEPTH = 6


@dataclass(frozen=True)
class Format:
    """The format a request asks for: text, json_object, or json_schema with its schema."""

    kind: str = "text"
    schema: Mapping[str, Any] | None = None

    @property
    def json(self) -> bool:
        """Whether the reply must be JSON."""
        return self.kind != "text"


def read_chat(given: Any) -> Format:
    """Read `response_format` of Chat Completions. Raises APIError."""
    if given is None:
        return Format()
    kind = _kind(given, "response_format")
    if kind != "json_schema":
        return Format(kind)
    wrapped = given.get("json_schema")
    if wrapped is None:
        raise errors.missing("response_format.json_schema")
    return _schema(wrapped, "response_format.json_schema", "response_format", None)


def read_responses(given: Any) -> Format:
    """Read `text.format` of the Responses API. Raises APIError."""
    if given is None:
        return Format()
    kind = _kind(given, "text.format")
    if kind != "json_schema":
        return Format(kind)
    return _schema(given, "text.format", "text.format.schema", "invalid_json_schema")


def _kind(given: Any, at: str) -> str:
    if not isinstance(given, dict):
        raise errors.invalid_type(at, "an object", given)
    kind = given.get("type")
    if kind is None:
        raise errors.missing(f"{at}.type")
    if kind not in KINDS:
        raise errors.invalid_value(f"{at}.type", kind, KINDS)
    return str(kind)


def _schema(given: Any, at: str, param: str, code: str | None) -> Format:
    if not isinstance(given, dict):
        raise errors.invalid_type(at, "an object", given)
    name = given.get("name")
    if name is None:
        raise errors.missing(f"{at}.name")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise APIError(
            f"Invalid '{at}.name': string does not match pattern. Expected a string that matches "
            "the pattern '^[a-zA-Z0-9_-]+$'.",
            param=f"{at}.name",
            code="invalid_value",
        )
    schema = given.get("schema")
    if not isinstance(schema, dict):
        raise (
            errors.missing(f"{at}.schema")
            if schema is None
            else errors.invalid_type(f"{at}.schema", "an object", schema)
        )
    problem = _schema_problem(schema)
    if problem is None and given.get("strict"):
        problem = _strict_problem(schema)
    if problem:
        raise APIError(
            f"Invalid schema for response_format '{name}': {problem}", param=param, code=code
        )
    return Format("json_schema", schema)


def _schema_problem(schema: dict[str, Any]) -> str | None:
    try:
        _validator(schema)
    except ValueError as error:
        import jsonschema  # It takes 0.8 s to load, but its words are the API's.

        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as named:
            return str(named.message)
        except RecursionError:
            return "it is nested too deeply."
        return str(getattr(error, "message", error))
    return None


def _validator(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """Return what validates by `schema`. Raises ValueError for a schema that is none."""

    def retrieve(uri: str) -> Any:
        raise ValueError(f"the schema refers to {uri}, and references must be within it")

    return jsonschema_rs.Draft202012Validator(dict(schema), retriever=retrieve)


def _strict_problem(schema: Mapping[str, Any]) -> str | None:
    if schema.get("type") != "object":
        got = json.dumps(schema.get("type"))
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: {got}'."
    for path, part in _parts(schema, ()):
        if problem := _part_problem(part):
            return f"In context={path}, {problem}"
    return None


def _part_problem(part: Mapping[str, Any]) -> str | None:
    if unknown := sorted(set(part) - KEYWORDS):
        return f"'{unknown[0]}' is not permitted."
    if part.get("type") == "object" or "properties" in part:
        if part.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false."
        required = part.get("required", [])
        if lacking := [name for name in part.get("properties", {}) if name not in required]:
            return (
                "'required' is required to be supplied and to be an array including every key "
                f"in properties. Missing '{lacking[0]}'."
            )
    if part.get("type") == "array" and "items" not in part:
        return "array schema missing items."
    return None


def _parts(schema: Any, path: tuple[str, ...]) -> Any:
    if not isinstance(schema, dict):
        return
    yield path, schema
    for group in ("properties", "$defs", "definitions"):
        for name, part in schema.get(group, {}).items():
            yield from _parts(part, (*path, group, name))
    yield from _parts(schema.get("items"), (*path, "items"))
    for place, part in enumerate(schema.get("anyOf", [])):
        yield from _parts(part, (*path, "anyOf", str(place)))


def check_asks_for_json(wanted: Format, conversation: list[Message], chat: bool) -> None:
    """Refuse JSON mode in a conversation where the word JSON is nowhere. Raises APIError."""
    if wanted.kind == "json_object" and not any("json" in text.lower() for _, text in conversation):
        if chat:
            raise APIError(
                "'messages' must contain the word 'json' in some form, to use "
                "'response_format' of type 'json_object'.",
                param="messages",
            )
        raise APIError(
            "Response input messages must contain the word 'json' in some form to use "
            "'text.format' of type 'json_object'.",
            param="input",
        )


def fits(text: str, wanted: Format) -> bool:
    """Whether a written reply is in the format that is asked for."""
    if not wanted.json:
        return True
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return wanted.schema is None or _validator(wanted.schema).is_valid(value)


def example(wanted: Format, why: str) -> str:
    """Return JSON in the format asked for, with `why` it says nothing where there is room.

    Raises APIError for a schema that the mock cannot write an instance of.
    """
    if wanted.schema is None:
        return json.dumps({"offline_mock": why}, ensure_ascii=False)
    value = instance(wanted.schema)
    text = json.dumps(value, ensure_ascii=False)
    if not fits(text, wanted):
        raise APIError(
            "The offline mock cannot make up an instance of this schema (a pattern, or bounds that "
            "exclude each other). Write a reply for this prompt in helpers/mock/replies.",
            code="mock_cannot_fill_schema",
        )
    return text


def instance(
    schema: Mapping[str, Any], root: Mapping[str, Any] | None = None, depth: int = 0
) -> Any:
    """Return the plainest value that a schema allows: first choices, least numbers."""
    root = schema if root is None else root
    if "$ref" in schema:
        found: Any = root
        for step in str(schema["$ref"]).removeprefix("#").strip("/").split("/"):
            found = found[step] if step else found
        return instance(found, root, depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        choices = schema["anyOf"]
        plain = [choice for choice in choices if choice.get("type") == "null"]
        others = [choice for choice in choices if choice.get("type") != "null"]
        return instance(
            (plain or others)[0] if depth > DEPTH else (others or plain)[0], root, depth
        )
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind == "object":
        parts = schema.get("properties", {})
        return {name: instance(part, root, depth + 1) for name, part in parts.items()}
    if kind == "array":
        least = schema.get("minItems", 0)
        count = least if depth > DEPTH else max(1, least)
        return [instance(schema.get("items", {}), root, depth + 1) for _ in range(count)]
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), "offline mock")
    if kind in ("number", "integer"):
        return _number(schema, kind)
    return False if kind == "boolean" else None


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
