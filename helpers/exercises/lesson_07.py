"""Lesson 07's exercises: pictures out."""

from __future__ import annotations

import base64
import io
import tempfile
from pathlib import Path
from typing import Any

from helpers.exercises.answers import (
    Exercise,
    WrongError,
    called,
    judge_dollars,
    kind,
    number,
)
from helpers.exercises.listener import listener


def _shop(dollars: Any) -> str | None:
    wanted = 200 * (20 * 5 + 439 * 30) / 1_000_000
    mistakes = {
        "that is one picture; 200 are asked for.": wanted / 200,
        "that is nearly right, but the cents are rounded: calculate with the tokens.": 200
        * round(wanted / 200, 4),
        "the words that go in cost money, too.": 200 * 439 * 30 / 1_000_000,
        "text that goes in costs 5 dollars a million, not 30.": 200 * 459 * 30 / 1_000_000,
        "pictures that come out cost 30 dollars a million, not 5.": 200 * 459 * 5 / 1_000_000,
        "8 dollars is for pictures in: these are words.": 200 * (20 * 8 + 439 * 30) / 1_000_000,
        "30 dollars is for what comes out, 5 for text in.": 200 * (20 * 30 + 439 * 5) / 1_000_000,
    }
    if abs(number(dollars) - wanted) < 0.005:
        return None
    return judge_dollars(dollars, wanted, mistakes, "that is not what the pictures cost.")


SIZES = {
    (1024, 1024): "",
    (1536, 1024): "",
    (1024, 1536): "",
    (3840, 2160): "",
    (2160, 3840): "",
    (1024, 640): "",
    (2304, 768): "",
    (1000, 1024): "1000 is no multiple of 16",
    (1024, 1000): "1000 is no multiple of 16",
    (512, 512): "it has too few pixels",
    (1008, 640): "it has too few pixels",
    (2560, 768): "one side is more than three times the other",
    (768, 2560): "one side is more than three times the other",
    (3856, 1600): "a side is longer than 3840",
    (1600, 3856): "a side is longer than 3840",
    (3840, 2176): "it has too many pixels",
}
"""Sizes that a picture may have, and what is wrong with others."""

BORDERS = {
    (3840, 2160): ": a side may have 3840 pixels, and a picture 3840 × 2160 in all",
    (2160, 3840): ": the height may be the longer side, too",
    (1024, 1536): ": the height may be the longer side, too",
    (1024, 640): ": it has exactly the 655,360 pixels of the smallest",
    (2304, 768): ": one side is exactly three times the other",
}
"""Why sizes are allowed that a rule may just miss."""


def _fits(fits: Any) -> str | None:
    for (width, height), wrong in SIZES.items():
        said = called(fits, width, height, when=f"for {width} × {height}")
        if not isinstance(said, bool):
            return f"it returns {said!r}: True or False is asked for."
        if said and wrong:
            return f"it allows {width} × {height}, but {wrong}."
        if not said and not wrong:
            why = BORDERS.get((width, height), "")
            return f"it refuses {width} × {height}, which is allowed{why}."
    return None


def _icon(icon: Any) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("png", "webp"):
            path = Path(folder) / f"icon.{ending}"
            client, asked = listener(_drawn)
            returned = called(icon, client, f"A {ending} cup", path)
            if not asked:
                return "it sent nothing over the client that it was given: use its first argument."
            if len(asked) > 1:
                return f"it sent {len(asked)} requests to the client: one is needed."
            _check_order(asked[0][1], ending)
            if not path.exists():
                return "there is no file at `path`."
            if not isinstance(returned, (str, Path)):
                return f"it must return the path, not {kind(returned)}."
            if Path(returned) != path:
                return f"it must return the path, not {returned!r}."
            _check_file(path, ending)
    return None


FORMATS = ("png", "jpeg", "webp")
"""What a request may ask for as `output_format`."""


def _check_order(body: dict[str, Any], ending: str) -> None:
    """Raise WrongError for a request that asks for something else."""
    if f"{ending} cup" not in body.get("prompt", ""):
        raise WrongError("the prompt of the request is not the one that it got.")
    if body.get("background") != "transparent":
        raise WrongError("the request does not ask for a transparent background.")
    if body.get("quality") != "low":
        given = body.get("quality")
        said = f"the quality is {given}" if given else "the request names no quality"
        raise WrongError(f"{said}: low is asked for.")
    if (body.get("n") or 1) != 1:
        raise WrongError(f"it asks for {body['n']} pictures, and each costs money.")
    asked = _format(body)
    if asked not in FORMATS:
        dotted = str(asked).startswith(".")
        better = "leave out the dot" if dotted else f"here it should be {ending!r}"
        raise WrongError(f"the request asks for output_format {asked!r}: {better}.")


def _format(body: dict[str, Any]) -> Any:
    return body.get("output_format") or "png"


def _check_file(path: Path, ending: str) -> None:
    """Raise WrongError for a file that is not the picture in the format asked for."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            if picture.format != ending.upper():
                raise WrongError(f"the file {path.name} is a {picture.format} picture.")
            if picture.convert("RGBA").getchannel("A").getextrema()[0] != 0:
                raise WrongError("nothing in the file is transparent any more.")
    except OSError:
        raise WrongError("what is in the file is no picture: was it decoded?") from None


def _drawn(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a reply with a small picture: a red square with nothing around it."""
    from PIL import Image

    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((200, 60, 50, 255), (16, 16, 48, 48))
    stream = io.BytesIO()
    asked = _format(body)
    flat = picture.convert("RGB") if asked == "jpeg" else picture
    flat.save(stream, asked if asked in FORMATS else "png")
    return {"created": 0, "data": [{"b64_json": base64.b64encode(stream.getvalue()).decode()}]}


EXERCISES = {
    "07.1": Exercise(
        _shop,
        (
            "tokens × price for the words and for the picture, then times 200.",
            "text in costs 5 dollars a million tokens, the picture 30.",
            "200 * (20 * 5 + 439 * 30) / 1_000_000",
        ),
        "More than 99 % of it are the tokens of the pictures.",
    ),
    "07.2": Exercise(
        _fits,
        (
            "the rules are in the first row of the table: write one comparison for each.",
            "width % 16 == 0 is True for a multiple of 16; width * height are the pixels.",
            "max(width, height) <= 3 * min(width, height), and 655_360 <= width * height <= …",
        ),
        "A size that is checked on your computer is never refused by the API.",
    ),
    "07.3": Exercise(
        _icon,
        (
            "section 4 has the call, and section 1 turns its reply into a file.",
            'output_format is path.suffix.removeprefix("."): the format follows the ending.',
            "path.write_bytes(data(result)), then return path",
        ),
        "It is yours to keep: copy it together with `data`.",
    ),
}
