"""The functions that a request offers: what is checked of them, and which may be called.

https://developers.openai.com/api/docs/guides/function-calling
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from helpers.mock import checks, errors
from helpers.mock.errors import APIError
from helpers.mock.generation import structured
from helpers.mock.generation.calls import Function, Tools

_CHOICES = ("none", "auto", "required")


def check_function(function: Mapping[str, Any], at: str, schema_at: str) -> None:
    """Check the name and the schema of a function. Raises APIError."""
    checks.name(function.get("name"), f"{at}.name")
    schema = function.get("parameters")
    if schema is not None:
        structured.check_function(function["name"], schema, bool(function.get("strict")), schema_at)


def check_tool_choice(given: Any, body: Mapping[str, Any], chat: bool) -> None:
    """Check `tool_choice`: its form, and that what it names is offered. Raises APIError."""
    if isinstance(given, str):
        if given not in _CHOICES:
            raise errors.invalid_value("tool_choice", given, _CHOICES)
        return
    if not isinstance(given, dict):
        words = errors.one_of(_CHOICES)
        expected = f"one of one of {words} or object" if chat else f"one of an object or {words}"
        raise errors.invalid_type("tool_choice", expected, given)
    kind = given.get("type")
    if kind == "allowed_tools":
        allowed = given.get("allowed_tools") if chat else given
        if not isinstance(allowed, dict):
            raise errors.missing("tool_choice.allowed_tools")
        at = "tool_choice.allowed_tools" if chat else "tool_choice"
        if not isinstance(allowed.get("tools"), list):
            raise errors.missing(f"{at}.tools")
        if allowed.get("mode") not in ("auto", "required"):
            raise errors.invalid_value(f"{at}.mode", allowed.get("mode"), ("auto", "required"))
        named = [_named(tool, chat) for tool in allowed["tools"]]
    elif chat:
        if not isinstance(given.get("function"), dict):
            raise errors.missing("tool_choice.function")
        if given["function"].get("name") is None:
            raise errors.missing("tool_choice.function.name")
        named = [given["function"]["name"]]
    elif kind == "function":
        if given.get("name") is None:
            raise errors.missing("tool_choice.name")
        named = [given["name"]]
    else:
        raise errors.not_simulated(f"tool_choice of type '{kind}'", "tool_choice")
    for name in named:
        if chat:
            check_declared(name, [_named(tool, chat) for tool in body.get("tools") or []])
        elif name not in [tool.get("name") for tool in body.get("tools") or []]:
            # https://github.com/openai/openai-agents-python/issues/1094
            raise APIError(
                "Tool choice 'function' not found in 'tools' parameter.", param="tool_choice"
            )


def check_declared(name: Any, declared: Iterable[Any]) -> None:
    """Refuse, in chat, the choice of a function that is not offered. Raises APIError."""
    if name not in declared:
        raise APIError(
            f"Invalid value for 'function_call': no function named '{name}' was specified in the "
            "'functions' parameter.",
            param="function_call",
        )


def _named(tool: Any, chat: bool) -> Any:
    named = tool.get("function") if chat and isinstance(tool, dict) else tool
    return named.get("name") if isinstance(named, dict) else None


def offered(declared: Sequence[Mapping[str, Any]], choice: Any, parallel: bool) -> Tools:
    """Return the functions that may be called, as `tool_choice` allows."""
    empty: dict[str, object] = {"type": "object", "properties": {}}
    functions = [
        Function(part["name"], part.get("parameters") or empty, str(part.get("description") or ""))
        for part in declared
    ]
    must = choice == "required"
    if choice == "none":
        functions = []
    if isinstance(choice, dict):
        allowed = choice.get("allowed_tools", choice)
        if "tools" in allowed:
            names = [part.get("name") or part["function"]["name"] for part in allowed["tools"]]
            must = allowed.get("mode") == "required"
        else:
            names = [choice.get("name") or choice["function"]["name"]]
            must = True
        functions = [function for function in functions if function.name in names]
    return Tools(tuple(functions), must, parallel)
