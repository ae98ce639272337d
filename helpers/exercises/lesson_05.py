"""Lesson 05's exercises: pictures in."""

from __future__ import annotations

import base64
import io
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.exercises.answers import Exercise, called, kind
from helpers.exercises.listener import listener
from helpers.mock.generation.pictures import FOLDER
from helpers.models import DEFAULT
from helpers.prices import price

ALIKE = 5.0
"""How far a shrunk copy may be from its picture, by whatever method it was shrunk."""


def _picture_message(message: dict[str, Any], path: Any) -> str | None:
    if isinstance(message, list):
        return "that is a list: one message is asked for, a dictionary."
    if message["role"] != "user":
        return "the role must be user."
    if not isinstance(message["content"], (list, tuple)):
        return "content must be a list of two parts."
    parts = {part["type"]: part for part in message["content"]}
    if sorted(parts) != ["image_url", "text"] or len(message["content"]) != 2:
        kinds = [part["type"] for part in message["content"]]
        if set(kinds) & {"input_text", "input_image"}:
            return f"{kinds} are parts of Responses; Chat Completions has text and image_url."
        return f"its parts are {kinds}: one text and one image_url are asked for."
    if "most" not in parts["text"]["text"]:
        return "the text part does not ask the question of the exercise."
    if isinstance(parts["image_url"]["image_url"], str):
        return 'image_url is a text here, as in Responses; Chat Completions takes {"url": …}.'
    start, _, data = parts["image_url"]["image_url"]["url"].partition(",")
    if start != "data:image/png;base64":
        return "the picture's URL must begin with data:image/png;base64, (with the comma)."
    if data.startswith("b'"):
        return "what follows the comma begins with b': turn the bytes into text with .decode()."
    if data != base64.b64encode(path.read_bytes()).decode():
        return "what follows the comma is not the file in base64."
    return None


def _shrunk(copy: Any, till: Any) -> str | None:
    if copy is None:
        return "that is None: thumbnail changes the picture and returns nothing."
    if till.size != (800, 1100):
        return "you changed the receipt itself: run the line that opens it again."
    if max(copy.size) != 512:
        return f"its longer side has {max(copy.size)} pixels, and not 512."
    if copy.size not in ((372, 512), (373, 512)):
        return f"{copy.size} is not the shape of {till.size}."
    if _apart(copy, till) > ALIKE:
        return "it shows a part of it, or something else: shrink the whole receipt."
    return None


def _apart(one: Any, other: Any) -> float:
    """Return how far two pictures are apart on the whole, from 0 to 255."""
    from PIL import Image, ImageChops, ImageStat

    small = [part.convert("L").resize((16, 16), Image.Resampling.BOX) for part in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0])


def _count(count: Any, found: Any) -> str | None:
    labels = [box.label for box in found] or ["moon"]
    first = called(count, found)
    before = dict(first) if isinstance(first, dict) else {}
    if isinstance(first, int):
        return "it returns one number: a number for each label is asked for."
    for boxes in (found, found[:1], [*found, *found]):
        wanted = Counter(box.label for box in boxes)
        counted = called(count, boxes)
        if not isinstance(counted, dict):
            return f"it returns {kind(counted)}, not a dict."
        if boxes is found and counted != before:
            return "it counts on from one call to the next: begin with an empty dict in it."
        if counted != wanted:
            many = "one box" if len(boxes) == 1 else f"{len(boxes)} boxes"
            return f"for {many} it returns {dict(counted)}, not {dict(wanted)}."
    if called(count, []) != {}:
        return f"without boxes it returns {called(count, [])}: is {labels[0]!r} written in it?"
    return None


SAID = "A till receipt lies on a wooden table."
TOKENS_IN, CACHED, WRITTEN, TOKENS_OUT, THOUGHT = 1_300, 1_024, 200, 210, 180


def _describe(describe: Any) -> str | None:
    from PIL import Image

    path = FOLDER / "receipt.png"
    if wrong := _described_well(describe, path):
        return wrong
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, Image.open(path) as till:
        # Its name says PNG, as after somebody renamed it.
        renamed = Path(folder) / path.name
        till.convert("RGB").save(renamed, "JPEG")
        if wrong := _described_well(describe, renamed):
            return f"for a JPEG whose name ends in .png: {wrong}"
    return None


def _described_well(describe: Any, path: Path) -> str | None:
    from PIL import Image

    client, asked = listener(_described)
    given = called(describe, client, path)
    if not asked:
        return "it asked nothing of the client that it was given."
    if len(asked) > 1:
        return f"it sent {len(asked)} requests: one is enough, and each costs money."
    sent = re.findall(r"data:image/(\w+);base64,([^\"]+)", json.dumps(asked[0][1]))
    if not sent:
        return "there is no picture in the request, as a data URL."
    named, data = sent[0]
    with Image.open(io.BytesIO(base64.b64decode(data))) as shown, Image.open(path) as file:
        if _apart(shown, file) > ALIKE:
            return "the picture in the request is not the one at `path`."
        if shown.format != named.upper():
            return (
                f"its data URL says image/{named}, and its bytes are {shown.format}: open the file "
                "to find out its type, as data_url does."
            )
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        return "it must return two things: return text, dollars"
    text, dollars = given
    if isinstance(dollars, str):
        return "the text comes first, then the price: return text, dollars."
    if text != SAID:
        return f"the reply was {SAID!r}, and the text that it returned is {text!r}."
    if hasattr(dollars, "total_price"):
        return "the price is the whole calculation: its total_price is the sum."
    if not isinstance(dollars, Decimal):
        return f"the price is {kind(dollars)}, not a Decimal."
    return _mispriced(dollars)


def _mispriced(dollars: Decimal) -> str | None:
    cache = {"cached": CACHED, "cache_written": WRITTEN}
    wanted = price(DEFAULT, TOKENS_IN, TOKENS_OUT, **cache)
    if dollars == wanted:
        return None
    for kept in (cache, {}):
        if dollars == price(DEFAULT, TOKENS_IN, 0, **kept):
            return "the output costs money, too."
        if dollars == price(DEFAULT, TOKENS_IN, TOKENS_OUT + THOUGHT, **kept):
            return "the reasoning tokens are among the output tokens, not on top of them."
    if dollars == price(DEFAULT, 0, TOKENS_OUT):
        return "the input costs money, too."
    for kept in ({}, {"cached": CACHED}, {"cache_written": WRITTEN}):
        if dollars == price(DEFAULT, TOKENS_IN, TOKENS_OUT, **kept):
            return (
                f"of the tokens in, {CACHED:,} are read from the cache and {WRITTEN} written to "
                "it: give both to Usage, as `cost` in lesson 02 does."
            )
    return (
        f"{TOKENS_IN:,} tokens in ({CACHED:,} of them cached, {WRITTEN} written to the cache) and "
        f"{TOKENS_OUT} out cost {wanted} dollars, not {dollars}."
    )


def _described(path: str, body: dict[str, Any]) -> dict[str, Any]:
    if path == "responses":
        part = {"type": "output_text", "text": SAID, "annotations": []}
        message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [part]}
        used = {
            "input_tokens": TOKENS_IN,
            "input_tokens_details": {"cached_tokens": CACHED, "cache_write_tokens": WRITTEN},
            "output_tokens": TOKENS_OUT,
            "output_tokens_details": {"reasoning_tokens": THOUGHT},
            "total_tokens": TOKENS_IN + TOKENS_OUT,
        }
        about = {"id": "resp_1", "object": "response", "created_at": 0, "status": "completed"}
        rest = {"model": DEFAULT, "tools": [], "tool_choice": "auto", "parallel_tool_calls": True}
        return {**about, **rest, "output": [{**message, "status": "completed"}], "usage": used}
    said = {"role": "assistant", "content": SAID, "refusal": None}
    chat = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": DEFAULT}
    return {
        **chat,
        "choices": [{"index": 0, "message": said, "logprobs": None, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": TOKENS_IN,
            "prompt_tokens_details": {"cached_tokens": CACHED, "cache_write_tokens": WRITTEN},
            "completion_tokens": TOKENS_OUT,
            "completion_tokens_details": {"reasoning_tokens": THOUGHT},
            "total_tokens": TOKENS_IN + TOKENS_OUT,
        },
    }


EXERCISES = {
    "05.1": Exercise(
        _picture_message,
        (
            "the cell above has the whole message; only the question and the file differ.",
            "two parts in content: one of type text, one of type image_url.",
            '{"type": "image_url", "image_url": {"url": data_url(IMAGES / "chart.png")}}',
        ),
        "A picture is a part beside the text, and its data URL holds the whole file.",
    ),
    "05.2": Exercise(
        _count,
        (
            "go through the boxes and add 1 for the label of each.",
            "counts = {}, then for each box: counts[box.label] = counts.get(box.label, 0) + 1",
            "collections.Counter counts what you give it: Counter(box.label for box in found)",
        ),
        "Data can be counted, sorted and compared; a sentence cannot.",
    ),
    "05.3": Exercise(
        _shrunk,
        (
            "Pillow's thumbnail keeps the shape and changes the picture itself.",
            "copy = till.copy(), then copy.thumbnail(...). It returns nothing.",
            "copy.thumbnail((512, 512)): neither side becomes longer than 512.",
        ),
        "372 × 512 pixels have less than a quarter of the tokens.",
    ),
    "05.4": Exercise(
        _describe,
        (
            "three steps: the part for the picture, the call, the price of its usage.",
            "client.responses.create(...) with picture(path) in content; then response.usage.",
            "calc_price(Usage(…), …).total_price is a Decimal; Usage takes cached tokens, too.",
        ),
        "Call it in a loop over a folder, and add the prices up.",
    ),
}
