"""The image picker: what a file is, how it is turned and shown, and that it is free again."""

from __future__ import annotations

import base64
import io
import json
import threading
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import ipywidgets
import pytest
from PIL import Image

from helpers.widgets import image_picker as module
from helpers.widgets.image_picker import image_picker
from tests.lessons import NOTEBOOKS
from tests.widgets.parts import broken, button, client, field, shown

COUNTED = {"object": "response.input_tokens", "input_tokens": 1542}
RED, BLUE = (255, 0, 0), (0, 0, 255)
SIDEWAYS = 6
"""The EXIF orientation of a photo that was taken with the phone held upright."""
PAGE = "<!doctype html><title>Welcome to nginx!</title>"
MODEL = "gpt-6-luna"


def counts(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, json=COUNTED)


def file(image: Image.Image, form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def upload(picker: Any, name: str, data: bytes) -> None:
    row = {"name": name, "type": "", "size": len(data), "last_modified": datetime.now()}
    field(picker, ipywidgets.FileUpload).value = ({**row, "content": memoryview(data)},)


def preview(picker: Any) -> Image.Image:
    shown = field(picker, ipywidgets.Image)
    assert shown.layout.display is None
    return Image.open(io.BytesIO(shown.value)).convert("RGB")


def photo(orientation: int = 1) -> Image.Image:
    """A wide picture, red on the left and blue on the right, with an EXIF orientation."""
    image = Image.new("RGB", (80, 40), RED)
    image.paste(BLUE, (40, 0, 80, 40))
    image.getexif()[0x0112] = orientation
    return image


def jpeg(orientation: int = 1, **options: Any) -> bytes:
    image = photo(orientation)
    return file(image, "JPEG", exif=image.getexif(), quality=95, **options)


def near(colour: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(colour, other, strict=True))


def test_a_picture_with_size_tokens_and_price() -> None:
    picker = image_picker(MODEL, NOTEBOOKS / "images/city_at_night.png", client(counts))
    assert "city_at_night.png: PNG, 1536 × 1024 pixels" in shown(picker)
    assert "1,542 tokens · US$ 0.000154" in shown(picker)
    assert max(preview(picker).size) == 480 and not button(picker, "Ask").disabled


def test_a_photo_is_turned_as_the_phone_was_held() -> None:
    asked: list[bytes] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        url = json.loads(request.content)["input"][0]["content"][-1]["image_url"]
        assert url.startswith("data:image/jpeg;base64,")
        asked.append(base64.b64decode(url.partition(",")[2]))
        return counts(request)

    picker = image_picker(MODEL, client=client(answer))
    upload(picker, "photo.jpg", jpeg(SIDEWAYS, icc_profile=b"a phone's colours"))
    assert "photo.jpg: JPEG, 40 × 80 pixels" in shown(picker)
    assert b"a phone's colours" in asked[0]
    for picture in (preview(picker), Image.open(io.BytesIO(asked[0]))):
        assert picture.size == (40, 80)
        assert near(picture.getpixel((20, 10)), RED) and near(picture.getpixel((20, 70)), BLUE)
    # One that is upright goes as it is.
    upload(picker, "photo.jpg", jpeg())
    assert asked[1] == jpeg()


def test_a_phones_file_of_several_pictures_is_a_jpeg() -> None:
    mpo = file(photo(), "MPO", save_all=True, append_images=[photo()])
    assert Image.open(io.BytesIO(mpo)).format == "MPO"
    picker = image_picker(MODEL, client=client(counts))
    upload(picker, "photo.jpg", mpo)
    assert "photo.jpg: JPEG, 80 × 40 pixels" in shown(picker)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_a_transparent_picture_is_on_white(mode: str) -> None:
    image = Image.new("RGBA", (80, 40), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": 0} if mode == "P" else {}
    picker = image_picker(MODEL, client=client(counts))
    upload(picker, "x.png", file(image, "PNG", **options))
    assert preview(picker).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "CMYK"])
def test_pictures_of_any_mode(form: str, mode: str) -> None:
    try:
        data = file(photo().convert(mode), form)
    except (OSError, ValueError):
        return  # That kind has no such mode.
    picker = image_picker(MODEL, client=client(counts))
    upload(picker, "x", data)
    assert f"x: {form}, 80 × 40 pixels" in shown(picker) and preview(picker).size == (80, 40)


def test_a_large_photo_is_taken() -> None:
    data = file(Image.effect_noise((9000, 6000), 90), "JPEG", quality=90)
    assert len(data) > 20_000_000
    picker = image_picker(MODEL, client=client(counts))
    upload(picker, "large.jpg", data)
    assert "JPEG, 9000 × 6000 pixels" in shown(picker) and "tokens" in shown(picker)
    assert preview(picker).size == (480, 320)


def too_large(width: int, height: int, form: str) -> bytes:
    """A file whose head says that it has so many pixels."""
    data = file(Image.new("L", (8, 8)), form)
    if form == "PNG":
        head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
        head += data[24:29]
        return data[:12] + head + zlib.crc32(head).to_bytes(4, "big") + data[33:]
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[place + 4 :]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\0\0\0\x18ftypheic", "x is a HEIC photo"),
        (b"<svg/>", "x is an SVG drawing"),
        (b"%PDF-1.7", "x is no picture but a PDF"),
        (b"\0\0\0\x18ftypmp42", "x is no picture but a video"),
        (file(photo(), "TIFF"), "x is a TIFF"),
        (b"", "x is an empty file"),
        (jpeg()[:200], "x is a JPEG that is damaged"),
        (
            file(photo(), "GIF", save_all=True, append_images=[photo().rotate(180)]),
            "GIF that moves",
        ),
        (too_large(16384, 12288, "JPEG"), "x has 201 million pixels"),
        (too_large(30000, 3000, "PNG"), "x has 90 million pixels"),
    ],
)
def test_what_cannot_be_shown_is_named(data: bytes, said: str) -> None:
    picker = image_picker(MODEL, NOTEBOOKS / "images/chart.png", client(counts))
    button(picker, "Ask").click()
    upload(picker, "x", data)
    assert "✗ x " in shown(picker) and said in shown(picker)
    # Nothing is left of the picture before.
    assert "chart" not in shown(picker) and button(picker, "Ask").disabled
    assert field(picker, ipywidgets.Image).layout.display == "none"
    assert field(picker, ipywidgets.Image).value == b""


def test_no_file_is_left_in_the_state_that_a_notebook_stores() -> None:
    picker = image_picker(MODEL, client=client(counts))
    upload(picker, "photo.jpg", jpeg())
    assert field(picker, ipywidgets.FileUpload).value == ()


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx2.Response(200, html=PAGE),
        lambda _: httpx2.Response(200, text=""),
        lambda _: httpx2.Response(200, json=None),
        lambda _: httpx2.Response(200, json=[1]),
        lambda _: httpx2.Response(200, json={"input_tokens": None, "output": None}),
        lambda _: httpx2.Response(401, html=PAGE),
        lambda _: httpx2.Response(500, text=""),
        lambda _: broken(b""),
    ],
)
def test_whatever_is_answered_a_sentence_is_said_and_the_button_is_free(
    answer: Callable[[httpx2.Request], httpx2.Response],
) -> None:
    picker = image_picker(MODEL, NOTEBOOKS / "images/chart.png", client(answer))
    assert "✗ its tokens could not be counted" in shown(picker) and "…" not in shown(picker)
    button(picker, "Ask").click()
    assert shown(picker).count("✗") == 2 and not button(picker, "Ask").disabled


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silence, asked = threading.Event(), []

    def wait(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        silence.wait(10)
        return counts(request)

    monkeypatch.setattr(module, "SECONDS", 0.1)
    picker = image_picker(MODEL, NOTEBOOKS / "images/chart.png", client(wait))
    button(picker, "Ask").click()
    silence.set()
    assert shown(picker).count("✗") == 2 and "No answer within 0.1 seconds." in shown(picker)
    assert not button(picker, "Ask").disabled
    assert asked == ["/v1/responses/input_tokens", "/v1/responses"]


def test_no_key_is_shown_and_a_curly_quote_is_named() -> None:
    key = "“sk-proj-FAKE-0000-wxyz”"
    picker = image_picker(MODEL, NOTEBOOKS / "images/chart.png", client(counts, api_key=key))
    assert "a character that cannot be sent" in shown(picker) and key not in shown(picker)


def test_an_answer_without_usage_is_shown() -> None:
    said = {"type": "message", "role": "assistant", "id": "m", "status": "completed"}
    text = {"type": "output_text", "text": "A <b>chart</b>.", "annotations": []}
    body = {"id": "r", "object": "response", "output": [{**said, "content": [text]}]}
    picker = image_picker(
        MODEL,
        NOTEBOOKS / "images/chart.png",
        client(lambda _: httpx2.Response(200, json={**COUNTED, **body})),
    )
    button(picker, "Ask").click()
    assert "A <b>chart</b>." in shown(picker) and "✗" not in shown(picker)


@pytest.mark.parametrize("path", ["missing.png", "."])
def test_a_file_that_cannot_be_read_is_told(computer: Path, path: str) -> None:
    picker = image_picker(MODEL, path, client(counts))
    assert f"✗ {path} cannot be read" in shown(picker) and button(picker, "Ask").disabled


def test_without_a_client_each_question_goes_where_setup_says(computer: Path) -> None:
    picker = image_picker(MODEL, NOTEBOOKS / "images/chart.png")
    assert "OPENAI_API_KEY" in shown(picker)
    button(picker, "Ask").click()
    assert not button(picker, "Ask").disabled
