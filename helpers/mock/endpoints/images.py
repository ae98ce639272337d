"""`POST /v1/images/generations` and `/v1/images/edits`.

https://developers.openai.com/api/docs/guides/image-generation
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from openai import BaseModel
from openai.types import (
    ImageEditCompletedEvent,
    ImageEditPartialImageEvent,
    ImageGenCompletedEvent,
    ImageGenPartialImageEvent,
    ImagesResponse,
    image_edit_params,
    image_generate_params,
)

from helpers.mock import abilities, checks, errors
from helpers.mock.checks import Rules
from helpers.mock.errors import APIError
from helpers.mock.forms import Part
from helpers.mock.generation import painter, pictures, tokens
from helpers.mock.generation.pictures import Picture
from helpers.mock.http import Call, sse

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_PROMPT = 32_000
# Of old image models only: https://developers.openai.com/api/docs/guides/image-generation
LEGACY = ("response_format", "style")
_NOT_SIMULATED = {
    "frame_count": "moving pictures",
    "frame_duration_ms": "moving pictures",
    "svg": "vector pictures",
    "markup": "markup over a picture",
}
RULES = Rules(
    bounds={"n": (1, 10), "output_compression": (0, 100), "partial_images": (0, 3)},
    values={"quality": ("low", "medium", "high", "xhigh", "max", "auto")},
    elsewhere=frozenset({"image", "mask", "markup"}),
)


class Generated(image_generate_params.ImageGenerateParamsBase, total=False):
    """The parameters of a generation, `stream` included, which the SDK keeps apart."""

    stream: bool | None


class Edited(image_edit_params.ImageEditParamsBase, total=False):
    """The parameters of an edit, `stream` included, which the SDK keeps apart."""

    stream: bool | None


# Output tokens of a 1024 x 1024 picture, as measured for gpt-image-2.5-flare, and taken here for
# an approximation: those of the 2.6 models could not be confirmed.
# https://raw.githubusercontent.com/sanand0/blog/main/posts/2026/quality-levels-of-gpt-image-2.5-flare.md
OUTPUT_TOKENS = {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7024}
PARTIAL_TOKENS = 100

FILE_TYPES = ("image/jpeg", "image/png", "image/webp")
MOST_FILES = 16
MOST_BYTES = 50 * 1024 * 1024


def generate(call: Call) -> ImagesResponse | Iterable[bytes]:
    """Draw pictures for a prompt, whole or as the events of a stream. Raises APIError."""
    body = call.body
    _check_simulated(name for name, value in body.items() if value is not None)
    _check_parameters(body, Generated)
    width, height = _check(body)
    _moderate(call, body["prompt"])
    clear = body.get("background") == "transparent"

    def draw(number: int) -> Image:
        return painter.paint(body["prompt"], width, height, clear, number, _quality(body))

    drawn = (body["prompt"], "")
    return _answer(call, body, draw, (width, height), [], "image_generation", drawn)


def edit(call: Call) -> ImagesResponse | Iterable[bytes]:
    """Draw anew what is in uploaded pictures. Raises APIError."""
    _check_simulated(part.name.partition("[")[0] for part in call.form)
    sent = [part for part in call.form if part.name in ("image", "image[]") and part.filename]
    masks = [part for part in call.form if part.name == "mask"]
    body: dict[str, Any] = {
        part.name: checks.from_texts(Edited, part.name, [part.data.decode(errors="replace")])
        for part in call.form
        if part.name not in ("image", "image[]", "mask")
    }
    _check_parameters(body, Edited)
    if not sent:
        raise errors.missing("image")
    if len(sent) > MOST_FILES:
        raise APIError(
            f"Too many images: {len(sent)}. An edit may have {MOST_FILES}.", param="image"
        )
    width, height = _check(body)
    seen = [_uploaded(part, FILE_TYPES) for part in sent]
    for mask in masks:
        shape = _uploaded(mask, ("image/png",))
        if (shape.width, shape.height) != (seen[0].width, seen[0].height):
            raise APIError(
                "Invalid mask image format - mask size does not match image size", param="mask"
            )
        with pictures.opened(mask.data) as opened:
            if "A" not in opened.getbands():
                raise APIError(
                    "Invalid mask image format - mask image missing alpha channel", param="mask"
                )
    _moderate(call, body["prompt"])

    drawn = None if masks else painter.drawn_for(sent[0].data)
    if drawn:
        drawn = (drawn[0], f"{drawn[1]}. {body['prompt']}".removeprefix(". "))

    def draw(number: int) -> Image:
        if drawn:
            return painter.paint(drawn[0], width, height, False, 0, _quality(body), drawn[1])
        with pictures.opened(sent[0].data) as opened:
            source = pictures.flat(opened)
        keep = None
        if masks:
            with pictures.opened(masks[0].data) as opened:
                keep = opened.getchannel("A")
        return painter.repaint(body["prompt"], source, width, height, keep)

    return _answer(call, body, draw, (width, height), seen, "image_edit", drawn)


def _check_simulated(names: Iterable[str]) -> None:
    for name in names:
        if name in _NOT_SIMULATED:
            raise errors.not_simulated(_NOT_SIMULATED[name], name)


def _check_parameters(body: dict[str, Any], typed: Any) -> None:
    for name in LEGACY:
        if name in body:
            # https://developers.openai.com/api/docs/guides/image-generation
            raise errors.unknown_parameter(name)
    checks.parameters(body, typed, RULES)


def _check(body: dict[str, Any]) -> tuple[int, int]:
    """Check what generations and edits have in common; return width and height in pixels."""
    if body.get("prompt") is None:
        raise errors.missing("prompt")
    if not body["prompt"].strip():
        raise APIError("Invalid 'prompt': it is empty.", param="prompt", code="invalid_value")
    if len(body["prompt"]) > LONGEST_PROMPT:
        raise errors.too_long("prompt", "string", LONGEST_PROMPT, len(body["prompt"]))
    if body.get("model") is not None:
        abilities.image_model(body["model"])
    kind = body.get("output_format") or "png"
    if kind in ("gif", "svg"):
        raise errors.not_simulated(f"pictures in the format '{kind}'", "output_format")
    if kind == "jpeg" and body.get("background") == "transparent":
        raise APIError(
            "Transparent background needs the output format 'png' or 'webp'.",
            param="background",
            code="invalid_value",
        )
    if kind == "png" and body.get("output_compression") not in (None, 100):
        raise APIError(
            "'output_compression' is for the output formats 'jpeg' and 'webp'.",
            param="output_compression",
            code="invalid_value",
        )
    if body.get("partial_images") and not body.get("stream"):
        raise APIError("'partial_images' needs 'stream' to be true.", param="partial_images")
    return _size(body.get("size") or "auto")


def _size(size: str) -> tuple[int, int]:
    """Return width and height. Raises APIError for a size that the GPT image models do not draw."""
    if size == "auto":
        return 1024, 1024
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    wrong = ""
    if not found:
        wrong = "Expected 'auto' or WIDTHxHEIGHT, for example '1536x864'."
    elif width % 16 or height % 16:
        wrong = "Width and height must both be divisible by 16."
    elif max(width, height) > 3840 or width * height > 3840 * 2160:
        wrong = "The largest size is 3840x2160."
    elif width * height < 655_360:
        wrong = "It must have 655,360 pixels or more."
    elif max(width, height) > 3 * min(width, height):
        wrong = "The aspect ratio must be between 1:3 and 3:1."
    if wrong:
        raise APIError(f"Invalid size '{size}'. {wrong}", param="size", code="invalid_value")
    return width, height


def _uploaded(part: Part, types: tuple[str, ...]) -> pictures.Seen:
    """Check a picture in a form. Source of the words: https://github.com/jezs00/pycasso/issues/72"""
    name = part.name.removesuffix("[]")
    if part.content_type not in types:
        raise APIError(
            f"Invalid file '{name}': unsupported mimetype ('{part.content_type}'). "
            f"Supported file formats are {errors.listed(types)}.",
            param=name,
            code="unsupported_file_mimetype",
        )
    if len(part.data) > MOST_BYTES:
        raise APIError(f"Invalid file '{name}': it is larger than 50 MB.", param=name)
    unreadable = APIError(
        f"Invalid image file or mode for '{name}', please check your image file.",
        param=name,
        code="invalid_image_file",
    )
    return pictures.check(part.data, unreadable)


def _moderate(call: Call, prompt: str) -> None:
    """Refuse a prompt that a file of replies marks as blocked.

    The words and the details: https://github.com/ucx0204/CarrotMangaTranslator/issues/122
    """
    entry = call.mock.replies.by_last.get(prompt.strip())
    if entry and entry.moderation:
        request_id = call.hexadecimal("req_", 32)
        fault = APIError(
            "Your request was rejected by the safety system. If you believe this is an error, "
            f"contact us at help.openai.com and include the request ID {request_id}. "
            f"safety_violations=[{', '.join(entry.moderation)}].",
            type="image_generation_user_error",
            code="moderation_blocked",
        )
        fault.error["moderation_details"] = {
            "moderation_stage": "input",
            "categories": list(entry.moderation),
        }
        raise fault


def _quality(body: dict[str, Any]) -> str:
    quality = body.get("quality") or "auto"
    return "medium" if quality == "auto" else str(quality)


def _answer(
    call: Call,
    body: dict[str, Any],
    draw: Callable[[int], Image],
    size: tuple[int, int],
    sources: list[pictures.Seen],
    event: str,
    drawn: tuple[str, str] | None,
) -> ImagesResponse | Iterable[bytes]:
    kind = body.get("output_format") or "png"
    quality = _quality(body)
    number = body.get("n") or 1
    parts = body.get("partial_images") or 0
    about = {
        "background": "transparent" if body.get("background") == "transparent" else "opaque",
        "output_format": kind,
        "quality": quality,
        "size": f"{size[0]}x{size[1]}",
    }
    usage = _usage(body["prompt"], sources, size, quality, number, parts)

    def encoded(picture: Image) -> str:
        compression = body.get("output_compression")
        compression = 100 if compression is None else compression
        data = painter.encode(picture, kind, compression, drawn)
        return base64.b64encode(data).decode()

    if body.get("stream"):
        about["created_at"] = call.created
        return _events(event, about, map(draw, range(number)), encoded, parts, usage)
    return ImagesResponse.model_validate(
        {
            "created": call.created,
            **about,
            "data": [{"b64_json": encoded(draw(i))} for i in range(number)],
            "usage": usage,
        }
    )


_EVENTS: dict[str, tuple[type[BaseModel], type[BaseModel]]] = {
    "image_generation": (ImageGenPartialImageEvent, ImageGenCompletedEvent),
    "image_edit": (ImageEditPartialImageEvent, ImageEditCompletedEvent),
}


def _events(
    event: str,
    about: dict[str, Any],
    drawn: Iterable[Image],
    encoded: Callable[[Image], str],
    parts: int,
    usage: dict[str, Any],
) -> Iterator[bytes]:
    partial, completed = _EVENTS[event]
    # A stream's usage does not say what the output's tokens are, a plain answer's does.
    usage = {name: value for name, value in usage.items() if name != "output_tokens_details"}
    for picture in drawn:
        for index in range(parts):
            coarse = painter.half_done(picture, (index + 1) / (parts + 1))
            told = {**about, "b64_json": encoded(coarse), "partial_image_index": index}
            yield _line(partial, f"{event}.partial_image", told)
        told = {**about, "b64_json": encoded(picture), "usage": usage}
        yield _line(completed, f"{event}.completed", told)


def _line(kind: type[BaseModel], name: str, told: dict[str, Any]) -> bytes:
    return sse(kind.model_validate({**told, "type": name}), name)


def _usage(
    prompt: str,
    sources: list[pictures.Seen],
    size: tuple[int, int],
    quality: str,
    number: int,
    parts: int,
) -> dict[str, Any]:
    # 6 beside the text of a generation, 7 beside that of an edit: seen in recordings.
    text = tokens.count(prompt) + (7 if sources else 6)
    shown = sum(Picture("high", seen).patches for seen in sources)
    area = size[0] * size[1] / (1024 * 1024)
    drawn = number * (round(OUTPUT_TOKENS[quality] * area) + PARTIAL_TOKENS * parts)
    return {
        "input_tokens": text + shown,
        "input_tokens_details": {"text_tokens": text, "image_tokens": shown},
        "output_tokens": drawn,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": drawn},
        "total_tokens": text + shown + drawn,
    }


ROUTES = [
    ("POST", r"/v1/images/generations", generate),
    ("POST", r"/v1/images/edits", edit),
]
