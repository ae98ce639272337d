"""Lesson 05's own functions on files as they come from devices, which its readers copy."""

from __future__ import annotations

import base64
import io
import runpy
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image, ImageOps

from tests import lessons

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def of_the_lesson(function: str) -> Any:
    """Return a function of the lesson, from the cell that defines it."""
    source = lessons.source_with(lessons.NOTEBOOKS / "05_vision.ipynb", f"def {function}(")
    defined: dict[str, Any] = {"base64": base64, "io": io, "Image": Image, "ImageOps": ImageOps}
    exec(source, defined)
    return defined[function]


def sent(picture: Image.Image) -> Image.Image:
    """Return what the lesson's `jpeg_url` would send of a picture."""
    start, _, data = of_the_lesson("jpeg_url")(picture).partition(",")
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


def test_a_large_picture_is_shrunk_and_a_small_one_is_not() -> None:
    assert sent(Image.new("RGB", (4032, 3024))).size == (1024, 768)
    assert sent(Image.new("RGB", (80, 40))).size == (80, 40)


@pytest.mark.parametrize(
    ("form", "kind"),
    [("PNG", "png"), ("JPEG", "jpeg"), ("MPO", "jpeg"), ("WEBP", "webp"), ("GIF", "gif")],
)
def test_the_type_of_a_file_is_read_from_it_and_not_from_its_name(
    tmp_path: Path, form: str, kind: str
) -> None:
    path, photo = tmp_path / "wrong.bmp", Image.new("RGB", (8, 8))
    more: dict[str, Any] = {"save_all": True, "append_images": [photo]} if form == "MPO" else {}
    photo.save(path, form, **more)
    start, _, data = of_the_lesson("data_url")(path).partition(",")
    assert start == f"data:image/{kind};base64" and base64.b64decode(data) == path.read_bytes()


def test_what_the_api_does_not_take_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", (8, 8)).save(path, "TIFF")
    with pytest.raises(ValueError, match=r"photo.png: save it as PNG or JPEG"):
        of_the_lesson("data_url")(path)
    for start in (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"<svg/>", b"%PDF-1.4\n"):
        path.write_bytes(start)
        with pytest.raises(OSError, match="cannot identify"):
            of_the_lesson("data_url")(path)


def test_the_script_writes_the_stored_pdf_and_each_page_has_its_text() -> None:
    script = runpy.run_path(str(lessons.NOTEBOOKS / "images/rental.py"))
    assert script["pdf"]() == script["FILE"].read_bytes()
    pages = [page.extract_text() for page in pypdf.PdfReader(script["FILE"]).pages]
    for text, lines in zip(pages, script["PAGES"], strict=True):
        assert text.splitlines() == [line for line in lines if line]
