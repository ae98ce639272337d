"""`POST /v1/moderations`: is a text harmful? https://developers.openai.com/api/docs/guides/moderation"""

from __future__ import annotations

from typing import Any, get_args

from openai.types import ModerationCreateParams, ModerationMultiModalInputParam

from helpers.mock import abilities, checks, errors
from helpers.mock.checks import Rules
from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.generation import moderation, pictures
from helpers.mock.http import Call

USUAL = "omni-moderation-latest"
MOST_PICTURES = 1

_RULES = Rules(elsewhere=frozenset({"input"}))
_PICTURE, _TEXT = get_args(ModerationMultiModalInputParam)


def post(call: Call) -> dict[str, Any]:
    """Return what is flagged in a text, in each of a list of texts, or in all parts together.

    Raises APIError.
    """
    body = call.body
    checks.parameters(body, ModerationCreateParams, _RULES)
    abilities.moderation_model(body.get("model") or USUAL)
    return {
        "id": call.hexadecimal("modr-", 32),
        "model": moderation.JUDGE,
        "results": [moderation.judge(*given) for given in _read(body.get("input"))],
    }


def _read(given: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Return what is to be judged: each a text and the kinds of what it is made of."""
    if given is None:
        raise errors.missing("input")
    if isinstance(given, str):
        return [(given, ("text",))]
    if not isinstance(given, list):
        raise errors.invalid_type("input", "one of a string or array of strings", given)
    if not given:
        raise errors.too_short("input", "array")
    if all(isinstance(each, str) for each in given):
        return [(each, ("text",)) for each in given]
    texts, kinds = [], []
    for place, part in enumerate(given):
        at = f"input[{place}]"
        kinds.append(_check_part(part, at))
        texts.append(part.get("text", ""))
    if (number := kinds.count("image")) > MOST_PICTURES:
        # https://github.com/antiwork/gumroad/pull/4709
        raise APIError(
            f"Number of images ({number}) exceeds maximum of {MOST_PICTURES}",
            param="input",
            code="too_many_images",
        )
    return [("\n".join(texts), tuple(dict.fromkeys(kinds)))]


def _check_part(part: Any, at: str) -> str:
    """Return the kind of a part: "text" or "image". Raises APIError."""
    if not isinstance(part, dict):
        raise errors.invalid_type(at, "an object", part)
    if (kind := part.get("type")) is None:
        raise errors.missing(f"{at}.type")
    if kind not in ("text", "image_url"):
        raise errors.invalid_value(f"{at}.type", kind, ("text", "image_url"))
    checks.parameters(part, _TEXT if kind == "text" else _PICTURE, at=f"{at}.")
    if kind == "text":
        return "text"
    at += ".image_url.url"
    unreadable = APIError(f"(Offline mock) '{at}' holds no picture.", param=at, type=MOCK_ERROR)
    pictures.read(part["image_url"]["url"], None, at, "", unreadable)
    return "image"


ROUTES = [("POST", r"/v1/moderations", post)]
