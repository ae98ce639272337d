"""Answers to lesson 05's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

import base64
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

from PIL import Image

from helpers.models import DEFAULT
from helpers.prices import price
from tests.exercises.cases import Case, EachExercise
from tests.lessons import NOTEBOOKS


def picture_message(
    start: str, file: Path, text: str = "Which day sold the most?", url: type = dict
) -> Any:
    data = start + base64.b64encode(file.read_bytes()).decode()
    picture = {"type": "image_url", "image_url": {"url": data} if url is dict else data}
    return {"role": "user", "content": [{"type": "text", "text": text}, picture]}


def described(
    client: Any, path: Any, output: Any = None, start: str = "", **told: Any
) -> tuple[str, Any]:
    part: Any = {"type": "input_text", "text": "no picture"}
    if path is not None:
        data = (start or real(path)) + base64.b64encode(path.read_bytes()).decode()
        part = {"type": "input_image", "image_url": data, "detail": "auto"}
    input: Any = [{"role": "user", "content": [part]}]
    reply = client.responses.create(model=DEFAULT, input=input)
    used = reply.usage.output_tokens if output is None else output
    about = reply.usage.input_tokens_details
    cache = {"cached": about.cached_tokens, "cache_written": about.cache_write_tokens}
    return reply.output_text, price(DEFAULT, reply.usage.input_tokens, used, **{**cache, **told})


def described_in_chat(client: Any, path: Path) -> tuple[str, Any]:
    reply = client.chat.completions.create(
        model=DEFAULT, messages=[picture_message(real(path), path, "Describe this.")]
    )
    used = reply.usage
    return reply.choices[0].message.content, price(
        DEFAULT,
        used.prompt_tokens,
        used.completion_tokens,
        cached=used.prompt_tokens_details.cached_tokens,
        cache_written=used.prompt_tokens_details.cache_write_tokens,
    )


def real(path: Path) -> str:
    with Image.open(path) as opened:
        return f"data:image/{str(opened.format).lower()};base64,"


KEPT: Counter[str] = Counter()
BOXES = [Thing(label="moon"), Thing(label="tower"), Thing(label="tower")]
IMAGES = NOTEBOOKS / "images"
CHART, RECEIPT = IMAGES / "chart.png", Image.open(IMAGES / "receipt.png")
PNG = "data:image/png;base64,"
CASES = {
    "05.1": Case((CHART,), [picture_message(PNG, CHART)], [
        (picture_message("", CHART), "URL must begin"),
        (picture_message(PNG[:-1], CHART), "URL must begin"),
        (picture_message(PNG, IMAGES / "receipt.png"), "not the file"),
        (picture_message(PNG, CHART, "Hello"), "does not ask"),
        (picture_message(PNG, CHART) | {"role": "developer"}, "must be user"),
        (picture_message(PNG, CHART) | {"content": "Which day sold the most?"}, "a list of two"),
        (picture_message(PNG, CHART, url=str), "image_url is a text here"),
        ([picture_message(PNG, CHART)], "that is a list: one message"),
        (picture_message(PNG + "b'", CHART), "with .decode()"),
        ({"role": "user", "content": [{"type": "input_text"}]}, "are parts of Responses"),
        ({"role": "user"}, "'content' is missing"), ({"content": []}, "'role' is missing"),
        ({"role": "user", "content": [{"text": "most"}]}, "'type' is missing"),
        ({"role": "user", "content": [{"type": "text", "text": "most"}]}, "its parts are"),
    ]),
    "05.2": Case((BOXES,), [
        lambda found: dict(Counter(box.label for box in found)),
        lambda found: Counter(box.label for box in found),
    ], [
        (len, "it returns one number"), (lambda found: [("moon", 1)], "returns a list"),
        (lambda found: {"moon": 1, "tower": 2}, "for one box it"),
        (lambda found: {box.label: 1 for box in found}, "for 3 boxes"),
        (lambda found: dict(Counter(box.label for box in found) or {"moon": 0}), "without boxes"),
        (lambda found: [].append(found), "it returned None"),
        ({"moon": 1}, "that is a dict: hand over the function"),
        (lambda found: KEPT.update(box.label for box in found) or KEPT,
         "it counts on from one call"),
    ]),
    "05.3": Case((RECEIPT,), [
        *(RECEIPT.resize((372, 512), how) for how in Image.Resampling),
        RECEIPT.resize((373, 512)), RECEIPT.resize((372, 512)).convert("L"),
    ], [
        (None, "that is None"), (RECEIPT, "has 1100 pixels"),
        (RECEIPT.resize((371, 511)), "has 511 pixels"),
        (RECEIPT.resize((512, 512)), "not the shape"),
        (RECEIPT.resize((512, 372)), "not the shape"),
        (RECEIPT.crop((100, 100, 472, 612)), "shows a part of it, or something else"),
        (RECEIPT.resize((372, 512)).rotate(180), "or something else"),
        (Image.new("RGB", (372, 512), "white"), "or something else"),
    ]),
    "05.4": Case((), [described, described_in_chat], [
        (lambda client, path: ("A receipt.", Decimal("0.1")), "it asked nothing"),
        (lambda client, path: described(client, path) and described(client, path), "2 requests"),
        (lambda client, path: described(client, CHART), "not the one at `path`"),
        (lambda client, path: described(client, None), "no picture in the request"),
        (lambda client, path: described(client, path)[0], "two things"),
        (lambda client, path: described(client, path)[::-1], "the text comes first"),
        (lambda client, path: client.files.create(file=path, purpose="vision"), "no picture in"),
        (lambda client, path: ("A receipt.", described(client, path)[1]), "and the text that it"),
        (lambda client, path: described(client, path, 390), "the reasoning tokens are among"),
        (lambda client, path: (described(client, path)[0], 0.000235), "not a Decimal"),
        (lambda client, path: described(client, path, 0), "the output costs money"),
        (lambda client, path: described(client, path, 1), "dollars, not 0."),
        (lambda client, path: described(client, path, cached=0), "1,024 are read from the cache"),
        (lambda client, path: described(client, path, cache_written=0), "200 written to it"),
        (lambda client, path: described(client, path, cached=0, cache_written=0), "give both"),
        (lambda client, path: described(client, path, start=PNG),
         "for a JPEG whose name ends in .png: its data URL says image/png"),
        (lambda client, path: described(client, path, start=PNG.replace("png", "jpeg")),
         "says image/jpeg, and its bytes are PNG"),
        (lambda client: "A receipt.", "raised TypeError"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
