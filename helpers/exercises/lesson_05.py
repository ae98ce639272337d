"""Lesson 05's exercises: pictures."""

from __future__ import annotations

import base64
import io
from typing import Any

ALIKE = 5.0
"""How far a shrunk copy may be from its picture, by whatever method it was shrunk."""


def _picture_message(message: dict[str, Any], path: Any) -> str | None:
    if message["role"] != "user":
        return "the role must be user."
    if not isinstance(message["content"], (list, tuple)):
        return "content must be a list of two parts."
    parts = {part["type"]: part for part in message["content"]}
    if sorted(parts) != ["image_url", "text"] or len(message["content"]) != 2:
        return f"its parts are {[part['type'] for part in message['content']]}."
    if "most" not in parts["text"]["text"]:
        return "the text part does not ask the question."
    if isinstance(parts["image_url"]["image_url"], str):
        return 'image_url is a text here, as in Responses; Chat Completions takes {"url": …}.'
    start, _, data = parts["image_url"]["image_url"]["url"].partition(",")
    if start != "data:image/png;base64":
        return "the picture's URL must begin with data:image/png;base64, (with the comma)."
    if data != base64.b64encode(path.read_bytes()).decode():
        return "what follows the comma is not the file in base64."
    return None


def _shrunk(copy: Any, receipt: Any) -> str | None:
    if copy is None:
        return "that is None: thumbnail changes the picture and returns nothing."
    if receipt.size != (800, 1100):
        return "you changed the receipt itself: run the line that opens it again."
    if max(copy.size) != 512:
        return f"its longer side has {max(copy.size)} pixels."
    if copy.size not in ((372, 512), (373, 512)):
        return f"{copy.size} is not the shape of {receipt.size}."
    if _apart(copy, receipt) > ALIKE:
        return "it shows a part of it, or something else: shrink the whole receipt."
    return None


def _apart(one: Any, other: Any) -> float:
    """Return how far two pictures are apart on the whole, from 0 to 255."""
    from PIL import Image, ImageChops, ImageStat

    small = [part.convert("L").resize((16, 16), Image.Resampling.BOX) for part in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0])


def _icon(result: Any) -> str | None:
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(base64.b64decode(result.data[0].b64_json)))
    except (ValueError, OSError):
        return "there is no picture in it."
    if picture.format != "WEBP":
        return f"it is a {picture.format}."
    if picture.mode != "RGBA" or picture.getchannel("A").getextrema()[0] == 255:
        return "nothing in it is transparent."
    if result.quality not in (None, "low"):
        return f"its quality is {result.quality}: that costs more."
    return None


EXERCISES = {
    "05.1": (
        _picture_message,
        "two parts in content: one of type text, one of type image_url, as in section 7.",
    ),
    "05.2": (_shrunk, "copy = receipt.copy(), then copy.thumbnail(...). It returns nothing."),
    "05.3": (_icon, "background and output_format are in the table of section 10."),
}
