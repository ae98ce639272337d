"""Lesson 05's own function on pictures as they come from devices: what its readers copy."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests import lessons

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def sent(picture: Image.Image) -> Image.Image:
    """Return what the lesson's `jpeg_url` would send of a picture."""
    cells = lessons.code_cells(lessons.read(lessons.NOTEBOOKS / "05_vision.ipynb"))
    defined: dict[str, Any] = {"base64": base64}
    exec(next(cell.source for cell in cells if "def jpeg_url" in cell.source), defined)
    start, _, data = defined["jpeg_url"](picture).partition(",")
    assert start == "data:image/jpeg;base64"
    found = Image.open(io.BytesIO(base64.b64decode(data)))
    assert found.format == "JPEG"
    return found


def near(colour: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(colour, other, strict=True))


def test_a_phones_picture_is_turned_and_its_notes_stay_at_home() -> None:
    photo, stream = Image.new("RGB", (80, 40), RED), io.BytesIO()
    photo.paste(BLUE, (40, 0, 80, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    exif.get_ifd(0x8825)[1] = "N"  # and in the north
    photo.save(stream, "MPO", exif=exif, save_all=True, append_images=[photo])
    found = sent(Image.open(stream))
    assert found.size == (40, 80) and not found.getexif()
    assert near(found.getpixel((20, 10)), RED) and near(found.getpixel((20, 70)), BLUE)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_clear_becomes_white(mode: str) -> None:
    picture = Image.new("RGBA", (80, 40), (0, 0, 0, 0)).convert(mode)
    stream = io.BytesIO()
    picture.save(stream, "PNG", **({"transparency": 0} if mode == "P" else {}))
    assert near(sent(Image.open(stream)).getpixel((5, 5)), WHITE)


@pytest.mark.parametrize("mode", ["L", "1", "CMYK", "YCbCr"])
def test_other_modes_are_taken(mode: str) -> None:
    assert near(sent(Image.new("RGB", (80, 40), WHITE).convert(mode)).getpixel((5, 5)), WHITE)
