"""`POST /v1/embeddings`: texts as vectors. https://developers.openai.com/api/docs/guides/embeddings

The words of the refusals were measured on text-embedding-3-small in September and October 2026:
https://github.com/takecchi/mnemora (packages/openai) and
https://github.com/cequence-io/openai-scala-client (CreateEmbeddingsTokenLimitsSmokeTest).
"""

from __future__ import annotations

import base64
from typing import Any

from openai.types import EmbeddingCreateParams

from helpers.mock import abilities, checks, errors
from helpers.mock.checks import Rules
from helpers.mock.endpoints import _common as common
from helpers.mock.errors import APIError
from helpers.mock.generation import meaning, tokens
from helpers.mock.http import Call

LENGTHS = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}
"""How many numbers a vector has."""

MOST_INPUTS, MOST_TOKENS, MOST_TOKENS_IN_ALL = 2048, 8192, 300_000

_RULES = Rules(elsewhere=frozenset({"model", "input", "dimensions"}))


def post(call: Call) -> dict[str, Any]:
    """Return the vector of each input. Raises APIError."""
    body = call.body
    checks.parameters(body, EmbeddingCreateParams, _RULES)
    model = abilities.embedding_model(body.get("model")).id
    texts, counted = _read(body.get("input"))
    length = _length(model, body.get("dimensions"))
    common.rate_limits(call, counted)
    vectors = (meaning.vector(text, model, LENGTHS[model], length) for text in texts)
    plain = body.get("encoding_format") != "base64"
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": vector.tolist() if plain else base64.b64encode(vector).decode(),
        }
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": counted, "total_tokens": counted}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _length(model: str, asked: Any) -> int:
    """Return how many numbers are wanted. Raises APIError."""
    if model not in LENGTHS:
        raise errors.not_simulated(f"the model '{model}'", "model")
    most = LENGTHS[model]
    if asked is None:
        return most
    checks.value(int, asked, "dimensions")
    if model == "text-embedding-ada-002":
        # https://github.com/SciPhi-AI/R2R/pull/768
        raise APIError("This model does not support specifying dimensions.")
    if asked > most:
        raise APIError(
            f"Invalid value for 'dimensions' = {asked}. Must be less than or equal to {most}."
        )
    if asked < 1:
        raise errors.out_of_range("dimensions", "integer", 1, asked)
    return int(asked)


def _read(given: Any) -> tuple[list[str], int]:
    """Return the texts of an input and how many tokens they have. Raises APIError."""
    if given is None:
        raise errors.missing("input")
    one = isinstance(given, str) or (isinstance(given, list) and given and _is_token(given[0]))
    inputs = [given] if one else given
    if not isinstance(inputs, list) or not inputs:
        raise _invalid()
    if len(inputs) > MOST_INPUTS or any(
        isinstance(each, list) and len(each) > MOST_INPUTS for each in inputs
    ):
        raise APIError(f"Invalid 'input': array length must be {MOST_INPUTS} or less.")
    texts, counted = [], 0
    for place, each in enumerate(inputs):
        at = "input" if one else f"input[{place}]"
        text, count = _read_one(each, at)
        if count > MOST_TOKENS:
            most = "context" if one else "input"
            raise APIError(f"Invalid '{at}': maximum {most} length is {MOST_TOKENS} tokens.")
        texts.append(text)
        counted += count
    if counted > MOST_TOKENS_IN_ALL:
        # https://github.com/assafelovic/gpt-researcher/issues/1500
        raise APIError(
            f"Requested {counted} tokens, max {MOST_TOKENS_IN_ALL} tokens per request",
            code="max_tokens_per_request",
            type="max_tokens_per_request",
        )
    return texts, counted


def _read_one(given: Any, at: str) -> tuple[str, int]:
    if given == "":
        raise APIError(f"Invalid '{at}': input cannot be an empty string.")
    if isinstance(given, str):
        return given, tokens.count(given, tokens.EMBEDDED)
    if not isinstance(given, list) or not given or not all(map(_is_token, given)):
        raise _invalid()
    try:
        said = tokens.load(tokens.EMBEDDED).decode_bytes(given)
    except (KeyError, ValueError):
        raise _invalid() from None
    return said.decode(errors="replace"), len(given)


def _is_token(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _invalid() -> APIError:
    # https://github.com/aryn-ai/sycamore/pull/943
    return APIError(
        "'$.input' is invalid. Please check the API reference: "
        "https://platform.openai.com/docs/api-reference."
    )


ROUTES = [("POST", r"/v1/embeddings", post)]
