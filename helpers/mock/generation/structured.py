"""Structured outputs: which format a request asks for, and what schemas may hold.

https://developers.openai.com/api/docs/guides/structured-outputs
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from helpers.mock import checks, errors
from helpers.mock.errors import APIError
from helpers.mock.generation.messages import Message

# In the order in which each API lists them.
CHAT_KINDS = ("json_object", "json_schema", "text")
RESPONSES_KINDS = ("json_object", "text", "json_schema")
# Keywords that strict mode takes; others are "not permitted". `default` since early 2026:
# https://github.com/openai/openai-agents-python/issues/4390. `$schema` and `nullable` are in what
# openai-node sends: https://github.com/openai/openai-node (tests of its parser).
KEYWORDS = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const"}
    | {"$ref", "$defs", "definitions", "description", "title", "pattern", "format", "multipleOf"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"}
    | {"default", "$schema", "nullable"}
)
# The formats strict mode takes, each with an instance of it.
# https://github.com/cyanheads/git-mcp-server/issues/47
FORMATS = {
    "date": "1970-01-01",
    "time": "00:00:00Z",
    "date-time": "1970-01-01T00:00:00Z",
    "duration": "P1D",
    "email": "name@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass(frozen=True)
class Format:
    """The format a request asks for: text, json_object, or json_schema with its schema."""

    kind: str = "text"
    schema: Mapping[str, Any] | None = None

    @property
    def json(self) -> bool:
        """Whether the reply must be JSON."""
        return self.kind != "text"


TEXT = Format()


def read_chat(given: Any) -> Format:
    """Read `response_format` of Chat Completions. Raises APIError."""
    if given is None:
        return TEXT
    kind = checks.tag(CHAT_KINDS, given, "response_format")
    if kind != "json_schema":
        return Format(kind)
    wrapped = given.get("json_schema")
    if wrapped is None:
        raise errors.missing("response_format.json_schema")
    return _schema(wrapped, "response_format.json_schema", "response_format", None)


def read_responses(given: Any) -> Format:
    """Read `text.format` of the Responses API. Raises APIError."""
    if given is None:
        return TEXT
    kind = checks.tag(RESPONSES_KINDS, given, "text.format")
    if kind != "json_schema":
        return Format(kind)
    return _schema(given, "text.format", "text.format.schema", "invalid_json_schema")


def check_function(name: str, schema: Any, strict: bool, param: str) -> None:
    """Check the schema of a function's arguments. `param`: its place. Raises APIError.

    The words: https://github.com/openai/codex/issues/7758 and
    https://github.com/spring-projects/spring-ai/issues/4776
    """
    if problem := _problem(schema, strict, loose=not strict):
        raise APIError(
            f"Invalid schema for function '{name}': {problem}",
            param=param,
            code="invalid_function_parameters",
        )


def strict_form(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a function's schema as strict mode has it, or None if it has no such form.

    Responses do that where `strict` is left out.
    https://developers.openai.com/api/docs/guides/function-calling
    """
    closed = deepcopy(dict(schema))
    for _, part in _parts(closed, ()):
        if isinstance(part, dict) and part.get("type") == "object":
            part.setdefault("additionalProperties", False)
            if not part.get("properties"):
                part.setdefault("required", [])
    return None if _problem(closed, strict=True) else closed


def _schema(given: Any, at: str, param: str, code: str | None) -> Format:
    if not isinstance(given, dict):
        raise errors.invalid_type(at, "an object", given)
    checks.name(given.get("name"), f"{at}.name")
    schema = given.get("schema")
    if not isinstance(schema, dict):
        raise (
            errors.missing(f"{at}.schema")
            if schema is None
            else errors.invalid_type(f"{at}.schema", "an object", schema)
        )
    if problem := _problem(schema, bool(given.get("strict"))):
        raise APIError(
            f"Invalid schema for response_format '{given['name']}': {problem}",
            param=param,
            code=code,
        )
    return Format("json_schema", schema)


def _problem(schema: Any, strict: bool, loose: bool = False) -> str | None:
    """Return what is wrong with a schema. `loose`: by the rules for functions without strict."""
    if not isinstance(schema, dict):
        return f"{schema!r} is not of type 'object'."
    try:
        _validator(schema)
    except (ValueError, RecursionError) as error:
        return _schema_error(schema, error)
    if (strict or loose) and schema.get("type") != "object":
        got = schema.get("type")
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{got}\"'."
    for path, part in _parts(schema, ()):
        problem = _strict_problem(part, schema) if strict else _loose_problem(part, loose)
        if problem:
            return f"In context={path}, {problem}"
    return None


def _schema_error(schema: dict[str, Any], error: Exception) -> str:
    import jsonschema  # It takes 0.8 s to load, but its words are the API's.

    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as named:
        return str(named.message)
    except RecursionError:
        return "it is nested too deeply."
    for path, part in _parts(schema, ()):
        reference = part.get("$ref") if isinstance(part, dict) else None
        if reference is not None and found(schema, reference) is None:
            return (
                f"In context={path}, reference to component '{reference}' which was not found in "
                "the schema."
            )
    return str(getattr(error, "message", error))


def _validator(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """Return what validates by `schema`. Raises ValueError for a schema that is none."""

    def retrieve(uri: str) -> Any:
        raise ValueError(f"the schema refers to {uri}, and references must be within it")

    # `$schema` names a draft; whichever it is, the API reads it by its own rules.
    plain = {name: part for name, part in schema.items() if name != "$schema"}
    return jsonschema_rs.Draft202012Validator(plain, retriever=retrieve)


def _strict_problem(part: Any, root: Mapping[str, Any]) -> str | None:
    if not isinstance(part, dict):
        raise errors.not_simulated("a rule for schemas that are true or false")
    if unknown := sorted(set(part) - KEYWORDS):
        return f"'{unknown[0]}' is not permitted."
    if "format" in part and part["format"] not in FORMATS:
        return f"'{part['format']}' is not a valid format."
    kind = part.get("type")
    if kind == "object" or "properties" in part:
        if part.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false."
        required = part.get("required", [])
        if lacking := [name for name in part.get("properties", {}) if name not in required]:
            return (
                "'required' is required to be supplied and to be an array including every key "
                f"in properties. Missing '{lacking[0]}'."
            )
    if kind == "array" and "items" not in part:
        return "array schema missing items."
    return None


def _loose_problem(part: Any, function: bool) -> str | None:
    if not isinstance(part, dict) or not function:
        return None
    if part.get("type") == "object" and "properties" not in part and len(part) == 1:
        return "object schema missing properties."
    if part.get("type") == "array" and "items" not in part:
        return "array schema missing items."
    return None


def _parts(schema: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield a schema and the schemas within it, each with its path as the API shows it."""
    yield path, schema
    if not isinstance(schema, dict):
        return
    for group in ("properties", "$defs", "definitions"):
        named = schema.get(group, {})
        for name, part in named.items() if isinstance(named, dict) else ():
            yield from _parts(part, (*path, group, name))
    if "items" in schema:
        yield from _parts(schema["items"], (*path, "items"))
    choices = schema.get("anyOf", [])
    for place, part in enumerate(choices if isinstance(choices, list) else ()):
        yield from _parts(part, (*path, "anyOf", str(place)))


def check_asks_for_json(wanted: Format, conversation: Sequence[Message], chat: bool) -> None:
    """Refuse JSON mode in a conversation where the word JSON is nowhere. Raises APIError."""
    if wanted.kind != "json_object":
        return
    if any("json" in message.text.lower() for message in conversation):
        return
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


def allows(part: Any, value: Any, root: Mapping[str, Any]) -> bool:
    """Whether a part of a schema allows a value. `root`: the whole, to which it may refer."""
    if not isinstance(part, dict):
        return part is True
    defined = {name: root[name] for name in ("$defs", "definitions") if name in root}
    try:
        return _validator({**defined, **part}).is_valid(value)
    except ValueError:
        return False


def found(root: Mapping[str, Any], reference: object) -> Any:
    """Return what a reference within a schema refers to, or None."""
    part: Any = root
    for step in str(reference).removeprefix("#").strip("/").split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        if step:
            part = part.get(step) if isinstance(part, dict) else None
    return part
