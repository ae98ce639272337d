"""Checks of a request's parameters, in the order and the words of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.mock import errors
from helpers.mock.errors import APIError
from helpers.models import MODELS, Model

_KINDS: dict[str, tuple[type, ...]] = {
    "a string": (str,),
    "a boolean": (bool,),
    "an integer": (int,),
    "a decimal": (int, float),
    "an array": (list,),
    "an object": (dict,),
}


@dataclass(frozen=True)
class Rule:
    """What a parameter may be: its JSON kind, its bounds, its choices. null is allowed."""

    kind: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


def parameters(
    body: Mapping[str, Any], known: Iterable[str], rules: Mapping[str, Rule], at: str = ""
) -> None:
    """Check names, types and bounds of the parameters in `body`. Raises APIError."""
    known = frozenset(known)
    for name in body:
        if name not in known:
            raise APIError(
                f"Unknown parameter: '{at}{name}'.", param=at + name, code="unknown_parameter"
            )
    for name, rule in rules.items():
        if body.get(name) is not None:
            _value(at + name, body[name], rule)


def _value(param: str, value: Any, rule: Rule) -> None:
    fits = isinstance(value, _KINDS[rule.kind])
    if not fits or (isinstance(value, bool) and rule.kind != "a boolean"):
        raise errors.invalid_type(param, rule.kind, value)
    if rule.choices and value not in rule.choices:
        raise errors.invalid_value(param, value, list(rule.choices))
    kind = "integer" if rule.kind == "an integer" else "decimal"
    if rule.low is not None and value < rule.low:
        raise APIError(
            f"Invalid '{param}': {kind} below minimum value. "
            f"Expected a value >= {rule.low}, but got {value} instead.",
            param=param,
            code=f"{kind}_below_min_value",
        )
    if rule.high is not None and value > rule.high:
        raise APIError(
            f"Invalid '{param}': {kind} above maximum value. "
            f"Expected a value <= {rule.high}, but got {value} instead.",
            param=param,
            code=f"{kind}_above_max_value",
        )


def model(name: object, endpoint: str = "") -> Model:
    """Return the model called `name`. Raises APIError: 400 for none, 404 for unknown or shut down.

    endpoint: where it is to write text, which a model that draws pictures cannot (404).
    """
    if name is None or name == "":
        raise APIError("you must provide a model parameter")
    if not isinstance(name, str):
        raise errors.invalid_type("model", "a string", name)
    found = MODELS.get(name)
    if found is None or found.gone:
        raise errors.model_not_found(name)
    if endpoint and found.draws:
        # https://github.com/Chanzhaoyu/chatgpt-web/issues/1428
        raise APIError(
            f"This is not a chat model and thus not supported in the {endpoint} endpoint.",
            param="model",
            status=404,
        )
    return found


def effort(chosen: Model, asked: str | None, param: str) -> str:
    """Return the reasoning effort in force: the one asked for, else the model's default.

    Raises APIError if the model does not take the one asked for.
    """
    if not chosen.efforts:
        if asked is not None:
            raise errors.unsupported_parameter(param)
        return "none"
    if asked is None:
        return "medium"
    if asked not in chosen.efforts:
        *others, last = [f"'{choice}'" for choice in chosen.efforts]
        supported = f"Supported values are: {', '.join(others)}, and {last}."
        raise errors.unsupported_value(param, asked, supported)
    return asked


def sampling(body: Mapping[str, Any], effort: str) -> None:
    """Refuse what a reasoning model does not take.

    Rule: unless the effort is none, remove temperature, top_p, top_logprobs and logprobs.
    Source: https://developers.openai.com/api/docs/guides/deployment-checklist
    """
    if effort == "none":
        return
    for name in ("temperature", "top_p"):
        if body.get(name) not in (None, 1):
            only = "Only the default (1) value is supported."
            raise errors.unsupported_value(name, body[name], only)
    for name in ("presence_penalty", "frequency_penalty"):
        if body.get(name) not in (None, 0):
            only = "Only the default (0) value is supported."
            raise errors.unsupported_value(name, body[name], only)
    for name in ("logprobs", "top_logprobs"):
        if body.get(name):
            raise errors.unsupported_parameter(name)


def objects(values: list[Any], at: str) -> list[dict[str, Any]]:
    """Return `values` if all are objects. Raises APIError."""
    for place, value in enumerate(values):
        if not isinstance(value, dict):
            raise errors.invalid_type(f"{at}[{place}]", "an object", value)
    return values


def functions(offered: list[Any], at: str, choice: Any) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return the functions a model may call as (name, schema of the arguments).

    at: how a function's place is called, with {} for its number; choice: `tool_choice`, which may
    forbid all or name one. Raises APIError for a function without a name.
    """
    found = []
    for place, function in enumerate(offered):
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise errors.missing(f"{at.format(place)}.name")
        parameters = function.get("parameters")
        if parameters is not None and not isinstance(parameters, dict):
            raise errors.invalid_type(f"{at.format(place)}.parameters", "an object", parameters)
        found.append((function["name"], parameters or {}))
    if choice == "none":
        return ()
    if isinstance(choice, dict):
        named = choice.get("name") or (choice.get("function") or {}).get("name")
        return tuple(function for function in found if function[0] == named)
    return tuple(found)
