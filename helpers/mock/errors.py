"""The API's errors: HTTP status and the body `{"error": {message, type, param, code}}`.

The words are the API's, as people have received and published them, where a source stands beside
them; most were measured against the real API and published with the request that caused them:
https://github.com/kangminlee-maker/local-OAuth-CLI-API-adapter (its tests of validation parity).
What only the mock lacks is said in the mock's own voice, by `not_simulated`.
Guide: https://developers.openai.com/api/docs/guides/error-codes
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

MOCK_ERROR = "mock_error"
"""The `type` of every error that is the mock's own and that the API would not send."""


class APIError(Exception):
    """A request that is refused, with the error that the client gets."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        status: int = 400,
        type: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {
            "message": message,
            "type": type,
            "param": param,
            "code": code,
        }

    @property
    def body(self) -> bytes:
        """The error as the API sends it."""
        return json.dumps({"error": self.error}, ensure_ascii=False).encode(errors="replace")


def not_simulated(what: str, param: str | None = None, status: int = 400) -> APIError:
    """The one error for what the API has and the mock has not: `what` names it."""
    return APIError(
        f"(Offline mock) The API has {what}; the mock does not simulate it.",
        param=param,
        code="mock_not_simulated",
        status=status,
        type=MOCK_ERROR,
    )


def unknown_parameter(param: str, similar: Sequence[str] = ()) -> APIError:
    """The 400 for a member that the API does not know. `similar`: names that may be meant."""
    hint = f" Did you mean {one_of(similar)}?" if similar else ""
    return APIError(f"Unknown parameter: '{param}'.{hint}", param=param, code="unknown_parameter")


def unsupported_value(param: str, value: object, supported: str) -> APIError:
    """The 400 of Chat Completions for a value that this model does not take."""
    shown = f"'{value}'" if isinstance(value, str) else value
    return APIError(
        f"Unsupported value: '{param}' does not support {shown} with this model. {supported}",
        param=param,
        code="unsupported_value",
    )


def unsupported_parameter(
    param: str, hint: str = "", code: str | None = "unsupported_parameter"
) -> APIError:
    """The 400 for a parameter that this model does not take. Responses send no code with it."""
    return APIError(
        f"Unsupported parameter: '{param}' is not supported with this model.{hint}",
        param=param,
        code=code,
    )


def invalid_value(param: str, value: object, supported: Iterable[str]) -> APIError:
    """The 400 for a value outside a list."""
    return APIError(
        f"Invalid value: '{value}'. Supported values are: {listed(supported)}.",
        param=param,
        code="invalid_value",
    )


def invalid_type(param: str, expected: str, value: object) -> APIError:
    """The 400 for a value of the wrong JSON type."""
    return APIError(
        f"Invalid type for '{param}': expected {expected}, but got {json_type(value)} instead.",
        param=param,
        code="invalid_type",
    )


def missing(param: str) -> APIError:
    """The 400 for a required parameter that is not there."""
    return APIError(
        f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter"
    )


def out_of_range(param: str, kind: str, limit: float, value: float) -> APIError:
    """The 400 for a number that is too small or too large. `kind` is integer or decimal."""
    below = value < limit
    return APIError(
        f"Invalid '{param}': {kind} {'below minimum' if below else 'above maximum'} value. "
        f"Expected a value {'>=' if below else '<='} {limit}, but got {value} instead.",
        param=param,
        code=f"{kind}_{'below_min' if below else 'above_max'}_value",
    )


def too_short(param: str, kind: str) -> APIError:
    """The 400 for an empty array or an empty string."""
    article, length = ("an", "an") if kind == "array" else ("a", "an")
    return APIError(
        f"Invalid '{param}': empty {kind}. Expected {article} {kind} with minimum length 1, "
        f"but got {length} empty {kind} instead.",
        param=param,
        code=f"empty_{kind}",
    )


def too_long(param: str, kind: str, most: int, length: int) -> APIError:
    """The 400 for a text or an array above its maximum length."""
    article = "an" if kind == "array" else "a"
    return APIError(
        f"Invalid '{param}': {kind} too long. Expected {article} {kind} with maximum length "
        f"{most}, but got {article} {kind} with length {length} instead.",
        param=param,
        code=f"{kind}_above_max_length",
    )


def no_pattern(param: str, pattern: str) -> APIError:
    """The 400 for a name with characters that names do not have."""
    return APIError(
        f"Invalid '{param}': string does not match pattern. Expected a string that matches the "
        f"pattern '{pattern}'.",
        param=param,
        code="invalid_value",
    )


def listed(values: Iterable[str]) -> str:
    """Return values as the API lists them: 'a' and 'b', or 'a', 'b', and 'c'."""
    return _joined(values, "and")


def one_of(values: Iterable[str]) -> str:
    """Return values as the API lists alternatives: 'a' or 'b', or 'a', 'b', or 'c'."""
    return _joined(values, "or")


def _joined(values: Iterable[str], word: str) -> str:
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return f" {word} ".join(quoted)
    return f"{', '.join(quoted[:-1])}, {word} {quoted[-1]}"


def shortened(name: str) -> str:
    """Return a long name as the API abbreviates it in an error."""
    return name if len(name) <= 12 else f"{name[:3]}...{name[-3:]}"


def json_type(value: object) -> str:
    """Name the JSON type of `value` with its article."""
    names = {bool: "a boolean", int: "an integer", float: "a decimal number", str: "a string"}
    names |= {list: "an array", dict: "an object"}
    return "null" if value is None else names[type(value)]
