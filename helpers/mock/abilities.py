"""What a model takes: whether it is there, which efforts and parameters, how many tokens.

Chat Completions and Responses refuse the same things in words of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from helpers.mock import errors
from helpers.mock.errors import APIError
from helpers.models import CHECKED, Model, find, known

_DEPRECATIONS = "https://platform.openai.com/docs/deprecations"
TOO_LONG = "context_length_exceeded"
LOGPROBS = "message.output_text.logprobs"
"""What a request for a response includes to get log probabilities."""

_LIKE_OURS = re.compile(r"(gpt|o)-?\d.*|gpt-image-.*|text-embedding-.*")


def _named(name: object) -> Model:
    """Return a living model, in a chat's words for one that is not. Raises APIError."""
    if name is None or name == "":
        raise APIError("you must provide a model parameter")
    if not isinstance(name, str):
        raise errors.invalid_type("model", "a string", name)
    model = _living(name)
    if model is None:
        raise _not_there(name)
    return model


def chat_model(name: object) -> Model:
    """Return the model that a chat names. Raises APIError."""
    model = _named(name)
    if "chat" in model.serves:
        return model
    if "responses" in model.serves:
        # https://community.openai.com/t/this-model-is-only-supported-in-v1-responses/1130405
        raise APIError(
            "This model is only supported in v1/responses and not in v1/chat/completions.",
            param="model",
            status=404,
        )
    # https://github.com/Chanzhaoyu/chatgpt-web/issues/1428
    raise APIError(
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
        param="model",
        status=404,
    )


def responses_model(name: object, given: bool = True) -> Model:
    """Return the model that a response names. `given`: whether there is a name. Raises APIError."""
    if not given:
        raise errors.missing("model")
    if not isinstance(name, str):
        # Measured: of a null the Responses API says that it is an object.
        raise errors.invalid_type("model", "a string", {} if name is None else name)
    model = _living(name)
    if model is None:
        raise APIError(
            f"The requested model '{name}' does not exist.{_older(name)}",
            param="model",
            code="model_not_found",
        )
    if "responses" not in model.serves:
        raise APIError(
            f"The requested model '{name}' cannot be used with the Responses API.", param="model"
        )
    return model


def image_model(name: str) -> Model:
    """Return the model that is to draw. Raises APIError."""
    return _serving(name, "images")


def moderation_model(name: str) -> Model:
    """Return the model that is to judge. Raises APIError. Its words are those of image_model."""
    return _serving(name, "moderation")


def _serving(name: str, service: str) -> Model:
    model = _living(name)
    if model is None:
        raise APIError(
            f"The model '{name}' does not exist.{_older(name)}",
            param="model",
            code="model_not_found",
            status=404,
        )
    if service not in model.serves:
        able = [row.id for row in known().values() if service in row.serves and not row.gone]
        raise errors.invalid_value("model", name, able)
    return model


def embedding_model(name: object) -> Model:
    """Return the model that embeds. Raises APIError.

    The words: of an unknown model as in a chat; https://github.com/infiniflow/ragflow/issues/1835
    """
    model = _named(name)
    if "embeddings" not in model.serves:
        raise APIError("You are not allowed to generate embeddings from this model", status=403)
    return model


def chat_effort(model: Model, asked: Any) -> str:
    """Return the effort in force: the one asked for, else the model's default. Raises APIError."""
    if asked is None or not model.efforts:
        return _default(model, asked, "reasoning_effort", "unsupported_parameter")
    # "max" is for Responses only.
    efforts = [effort for effort in model.efforts if effort != "max"]
    if asked not in efforts:
        supported = f"Supported values are: {errors.listed(efforts)}."
        raise errors.unsupported_value("reasoning_effort", asked, supported)
    return str(asked)


def responses_effort(model: Model, asked: Any) -> str:
    """Return the effort in force: the one asked for, else the model's default. Raises APIError."""
    if asked is None or not model.efforts:
        return _default(model, asked, "reasoning.effort", None)
    if asked not in model.efforts:
        raise APIError(
            f"Unsupported value: '{asked}' is not supported with the '{model.id}' model. "
            f"Supported values are: {errors.listed(model.efforts)}.",
            param="reasoning.effort",
            code="unsupported_value",
        )
    return str(asked)


def _default(model: Model, asked: Any, param: str, code: str | None) -> str:
    if model.efforts:
        return model.default_effort
    if asked in (None, "none") or model.efforts is None:
        return "none" if asked is None else str(asked)
    raise errors.unsupported_parameter(param, code=code)


def chat_sampling(body: Mapping[str, Any], effort: str) -> None:
    """Refuse what a model does not take while it reasons, in the words of Chat Completions.

    https://developers.openai.com/api/docs/guides/deployment-checklist
    """
    if effort == "none":
        return
    if body.get("temperature") not in (None, 1):
        only = "Only the default (1) value is supported."
        raise errors.unsupported_value("temperature", body["temperature"], only)
    for name, default in (("top_p", 1), ("presence_penalty", 0), ("frequency_penalty", 0)):
        if body.get(name) not in (None, default):
            raise errors.unsupported_parameter(name)
    for name in ("logprobs", "top_logprobs"):
        if body.get(name):
            raise errors.unsupported_parameter(name)


def responses_sampling(body: Mapping[str, Any], effort: str) -> None:
    """Refuse what a model does not take while it reasons, in the words of the Responses API."""
    if effort == "none":
        return
    defaults = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}
    for name, default in defaults.items():
        # 0.98 is what the API itself puts for top_p.
        if body.get(name) not in (None, default, 0.98 if name == "top_p" else default):
            raise errors.unsupported_parameter(name, code=None)
    wants = LOGPROBS in (body.get("include") or ())
    if wants or body.get("top_logprobs"):
        raise APIError(
            "logprobs are not supported with reasoning models.",
            param="include" if wants else "top_logprobs",
            code="unsupported_parameter",
        )


def context(model: Model, tokens: int, chat: bool, truncates: bool = False) -> None:
    """Refuse more tokens than the model takes. Raises APIError.

    truncates: whether the request wants a conversation cut that is too long.

    https://github.com/the-open-agent/openagent/issues/2344
    """
    most = model.window and (model.window.input or model.window.total)
    if not most or tokens <= most:
        return
    if truncates:
        raise errors.not_simulated("the truncation of long conversations", "truncation")
    if chat:
        limited = f"This model's maximum context length is {most} tokens. However, your messages"
        if model.window and model.window.input:
            limited = f"Input tokens exceed the configured limit of {most} tokens. Your messages"
        raise APIError(
            f"{limited} resulted in {tokens} tokens. Please reduce the length of the messages.",
            param="messages",
            code=TOO_LONG,
        )
    raise APIError(
        "Your input exceeds the context window of this model. Please adjust your input and try "
        "again.",
        param="input",
        code=TOO_LONG,
    )


def _living(name: str) -> Model | None:
    """Return a model that is there, None for an id that nobody knows. Raises APIError if gone."""
    model = find(name)
    if model and model.gone:
        raise APIError(
            f"The model `{name}` has been deprecated, learn more here: {_DEPRECATIONS}",
            code="model_not_found",
            status=404,
        )
    return model


def _not_there(name: str) -> APIError:
    return APIError(
        f"The model `{name}` does not exist or you do not have access to it.{_older(name)}",
        code="model_not_found",
        status=404,
    )


def _older(name: str) -> str:
    """Return the mock's own hint for an id that looks like one that it may be too old to know."""
    if not _LIKE_OURS.fullmatch(name):
        return ""
    return f" (Offline mock: its list of models is of {CHECKED}; a newer one may exist.)"
