"""The API's errors: HTTP status and the body `{"error": {message, type, param, code}}`.

Source: https://developers.openai.com/api/docs/guides/error-codes
"""

from __future__ import annotations

import json
from typing import Any


class APIError(Exception):
    """A request that the API refuses."""

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
        return json.dumps({"error": self.error}, ensure_ascii=False).encode()


def model_not_found(model: str) -> APIError:
    """The 404 for a model that does not exist or was shut down."""
    return APIError(
        f"The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
        status=404,
    )


def unsupported_value(param: str, value: object, supported: str) -> APIError:
    """The 400 for a value that this model does not take."""
    shown = f"'{value}'" if isinstance(value, str) else value
    return APIError(
        f"Unsupported value: '{param}' does not support {shown} with this model. {supported}",
        param=param,
        code="unsupported_value",
    )


def unsupported_parameter(param: str, hint: str = "") -> APIError:
    """The 400 for a parameter that this model does not take."""
    return APIError(
        f"Unsupported parameter: '{param}' is not supported with this model.{hint}",
        param=param,
        code="unsupported_parameter",
    )


def invalid_value(param: str, value: object, supported: list[str]) -> APIError:
    """The 400 for a value outside a list."""
    *others, last = [f"'{choice}'" for choice in supported]
    choices = f"{', '.join(others)}, and {last}" if others else last
    return APIError(
        f"Invalid value: '{value}'. Supported values are: {choices}.",
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


def json_type(value: object) -> str:
    """Name the JSON type of `value` with its article."""
    names = {bool: "a boolean", int: "an integer", float: "a decimal", str: "a string"}
    names |= {list: "an array", dict: "an object"}
    return "null" if value is None else names[type(value)]
