"""Pictures in a message: decoded, recognised, counted and refused, in bounded memory."""

from __future__ import annotations

import base64
import io
import math
import runpy
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from PIL import Image, ImageChops, ImageStat

from helpers.mock.errors import APIError
from helpers.mock.generation import pictures
from helpers.mock.generation.replies import Replies, RepliesError, load
from helpers.mock.state import Mock
from helpers.models import DEFAULT

ASKED, SAID = "What is this?", "A city."
CITY, CHART, RECEIPT = (
    pictures.FOLDER / f"{name}.png" for name in ("city_at_night", "chart", "receipt")
)


@pytest.fixture
def mock() -> Mock:
    rows = [
        {"prompt": ASKED, "images": [CITY.name], "reply": SAID},
        {"prompt": ASKED, "images": [CHART.name], "reply": "A chart."},
        {"prompt": ASKED, "images": [CHART.name, RECEIPT.name], "reply": "A chart and a receipt."},
        {"prompt": ASKED, "images": ["https://example.com/a.png"], "reply": "The one over there."},
    ]
    return Mock(Replies.from_rows({"test": rows}))


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def data_url(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def blank_png(width: int, height: int) -> bytes:
    """Return a black PNG without having it in memory."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(1 + 3 * width)) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", packed + packer.flush()), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def parts(*urls: str, text: str = ASKED, **image: Any) -> Any:
    """Return a user's message to Responses, with pictures."""
    shown = [{"type": "input_image", "image_url": url, **image} for url in urls]
    return [{"role": "user", "content": [{"type": "input_text", "text": text}, *shown]}]


def chat(client: OpenAI, *urls: str, text: str = ASKED, **image: Any) -> Any:
    shown = [{"type": "image_url", "image_url": {"url": url, **image}} for url in urls]
    content: Any = [{"type": "text", "text": text}, *shown]
    messages: Any = [{"role": "user", "content": content}]
    return client.chat.completions.create(model=DEFAULT, messages=messages)


def said(client: OpenAI, *urls: str) -> str:
    return str(chat(client, *urls).choices[0].message.content)


def refused(call: Callable[[], Any]) -> Any:
    with pytest.raises(openai.BadRequestError) as caught:
        call()
    return caught.value


# -- What is seen ------------------------------------------------------------------------------


def test_a_picture_gets_its_reply_in_both_apis(client: OpenAI) -> None:
    city = data_url(CITY.read_bytes())
    assert said(client, city) == SAID
    assert client.responses.create(model=DEFAULT, input=parts(city)).output_text == SAID


def test_several_pictures_are_told_apart_in_any_order(client: OpenAI) -> None:
    chart, receipt = data_url(CHART.read_bytes()), data_url(RECEIPT.read_bytes())
    assert said(client, chart) == "A chart."
    assert said(client, chart, receipt) == "A chart and a receipt."
    assert said(client, receipt, chart) == "A chart and a receipt."
    assert "Offline mock" in said(client, receipt, receipt)


@pytest.mark.parametrize(
    ("kind", "longest"), [("JPEG", 1536), ("WEBP", 1024), ("GIF", 320), ("PNG", 320)]
)
def test_a_shrunk_or_converted_copy_is_recognised(client: OpenAI, kind: str, longest: int) -> None:
    with Image.open(CITY) as city:
        copy = city.convert("RGB")
    copy.thumbnail((longest, longest))
    assert said(client, data_url(encoded(copy, kind), kind.lower())) == SAID


def test_another_picture_is_described_by_what_can_be_computed(client: OpenAI) -> None:
    with Image.open(CITY) as city:
        turned, squeezed = city.rotate(180), city.resize((768, 1024))
    assert "a PNG of 1536 × 1024 pixels, mostly" in said(client, data_url(encoded(turned)))
    assert "a PNG of 768 × 1024 pixels" in said(client, data_url(encoded(squeezed)))
    red = data_url(encoded(Image.new("RGB", (64, 48), (200, 50, 45)), "GIF"), "gif")
    assert "(Offline mock)" in said(client, red)
    assert "a GIF of 64 × 48 pixels, mostly red." in said(client, red)
    phone = encoded(turned.convert("RGB"), "MPO", save_all=True, append_images=[squeezed])
    assert "a JPEG of 1536 × 1024 pixels" in said(client, data_url(phone, "jpeg"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_huge_picture_is_shrunk_and_looks_the_same(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(pictures, "_PLENTY", 20_000)
    monkeypatch.setattr(pictures, "_STRIP", 100_000)
    with Image.open(CITY) as city, Image.open(io.BytesIO(encoded(city, kind))) as huge:
        small = pictures.flat(huge)
        assert small.width * small.height < 4 * 20_000
        wanted = city.convert("RGB").resize(small.size, Image.Resampling.BOX)
    apart = ImageStat.Stat(ImageChops.difference(small, wanted))
    assert max(apart.mean) < 2


def test_a_very_wide_picture_is_seen() -> None:
    seen = pictures.check(blank_png(1_100_000, 2), APIError("unreadable"))
    assert (seen.width, seen.height) == (1_100_000, 2)
    assert "mostly black." in pictures.describe(pictures.Picture(seen=seen))


def test_what_is_clear_in_a_picture_is_white() -> None:
    seen = pictures.check(
        encoded(Image.new("RGBA", (64, 48), (0, 0, 0, 0))), APIError("unreadable")
    )
    assert "mostly white." in pictures.describe(pictures.Picture(seen=seen))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_seen_as_the_phone_was_held(client: OpenAI, orientation: int) -> None:
    turn = Image.Transpose
    turned = {
        2: turn.FLIP_LEFT_RIGHT, 3: turn.ROTATE_180, 4: turn.FLIP_TOP_BOTTOM, 5: turn.TRANSPOSE,
        6: turn.ROTATE_90, 7: turn.TRANSVERSE, 8: turn.ROTATE_270,
    }  # fmt: skip
    with Image.open(CITY) as city:
        stored = city.convert("RGB")
    if orientation in turned:
        stored = stored.transpose(turned[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert said(client, data_url(encoded(stored, "JPEG", exif=exif), "jpeg")) == SAID


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b""])
def test_broken_exif_data_make_no_broken_picture(client: OpenAI, exif: bytes) -> None:
    with Image.open(CITY) as city:
        data = encoded(city.convert("RGB"), "JPEG", exif=exif)
    assert said(client, data_url(data, "jpeg")) == SAID


def test_a_phones_file_of_several_pictures_is_a_jpeg(client: OpenAI) -> None:
    red = Image.new("RGB", (64, 32), "red")
    both = encoded(red, "MPO", save_all=True, append_images=[red])
    assert "a JPEG of 64 × 32 pixels, mostly red" in said(client, data_url(both, "jpeg"))


def test_a_url_is_never_fetched(client: OpenAI) -> None:
    assert said(client, "https://example.com/a.png") == "The one over there."
    answer = said(client, "https://example.com/other.png")
    assert "https://example.com/other.png was not looked at: offline no picture is" in answer


def test_a_picture_is_remembered_by_the_next_response(client: OpenAI) -> None:
    first = client.responses.create(model=DEFAULT, input=parts(data_url(CITY.read_bytes())))
    then = client.responses.create(model=DEFAULT, input="And?", previous_response_id=first.id)
    assert then.usage and then.usage.input_tokens > 1536


def test_an_uploaded_picture_is_shown_by_its_id_until_it_is_deleted(client: OpenAI) -> None:
    file = client.files.create(file=CITY, purpose="vision")
    shown: Any = [{"type": "input_text", "text": ASKED}]
    shown += [{"type": "input_image", "file_id": file.id}]
    ask: Any = {"model": DEFAULT, "input": [{"role": "user", "content": shown}]}
    assert client.responses.create(**ask).output_text == SAID
    client.files.delete(file.id)
    with pytest.raises(openai.NotFoundError, match=file.id):
        client.responses.create(**ask)


def test_an_unknown_picture_is_an_error_when_strict(client: OpenAI, mock: Mock) -> None:
    mock.strict = True
    grey = data_url(encoded(Image.new("L", (32, 32), 99)))
    error = refused(lambda: chat(client, grey))
    assert error.code == "mock_unknown_prompt" and "32 × 32" in error.message


# -- The lessons' pictures ---------------------------------------------------------------------


def test_the_lessons_pictures_are_far_apart() -> None:
    entries = [names for known in load().by_pictures.values() for names in known]
    known = {name for names in entries for name in names if not name.startswith("https://")}
    assert len(known) >= 5
    for name in known:
        seen = pictures.check((pictures.FOLDER / name).read_bytes(), APIError("unreadable"))
        shown = pictures.Picture(seen=seen)
        assert [other for other in known if pictures.unlike(shown, other) < math.inf] == [name]


def test_the_script_draws_the_stored_pictures() -> None:
    for drawing in runpy.run_path(str(pictures.FOLDER / "draw.py"))["PICTURES"]:
        file = pictures.FOLDER / f"{drawing.__name__}.png"
        assert file.stat().st_size < 150_000
        seen = pictures.check(encoded(drawing()), APIError("unreadable"))
        assert pictures.unlike(pictures.Picture(seen=seen), file.name) < 2
        with Image.open(file) as stored:
            assert stored.size == (seen.width, seen.height)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- {prompt: Hi, images: [no.png], reply: a}", "no file in notebooks/images"),
        ("- {prompt: Hi, images: [chart.png], reply: a}\n" * 2, "twice"),
    ],
)
def test_a_file_of_replies_names_pictures_that_exist_and_each_once(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    with pytest.raises(RepliesError, match=rf"x\.yaml.*{complaint}"):
        load(tmp_path)


# -- What they cost ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "detail", "patches"),
    [
        ((1024, 1024), "auto", 1024),
        ((1024, 1024), "high", 1024),
        ((1024, 1024), "low", 256),
        ((33, 32), None, 2),
        ((4000, 3000), "original", 11_750),
        ((4000, 3000), "auto", 11_750),
        ((4000, 3000), "high", 2451),
        ((4000, 3000), "low", 192),
    ],
)
def test_a_picture_costs_its_patches_and_on_luna_a_fifth_more(
    client: OpenAI, size: Any, detail: Any, patches: int
) -> None:
    url = data_url(encoded(Image.new("1", size)))
    image = {"detail": detail} if detail else {}

    def tokens(model: str) -> int:
        count = client.responses.input_tokens.count
        without: Any = [{"role": "user", "content": ASKED}]
        shown = count(model=model, input=parts(url, **image)).input_tokens
        return shown - count(model=model, input=without).input_tokens

    assert tokens("gpt-5.6-terra") == patches
    assert tokens("gpt-6-luna") == int(patches * 1.2)
    response = client.responses.create(model=DEFAULT, input=parts(url, **image))
    assert response.usage
    assert chat(client, url, **image).usage.prompt_tokens == response.usage.input_tokens


# -- What is refused ---------------------------------------------------------------------------

RED, BLUE = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
ANIMATED = encoded(RED, "GIF", save_all=True, append_images=[BLUE])
SECOND_FRAME = encoded(RED, "GIF").removesuffix(b";")
NO_URL = "Expected a base64-encoded data URL with an image MIME type"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", f"{NO_URL} (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value "),
        ("images/chart.png", "without the 'data:' prefix"),
        ("ftp://example.com/a.png", "without the 'data:' prefix"),
        ("data:image/png;base64,", "empty base64"),
        ("data:image/png;base64,@@@", "invalid base64"),
        ("data:text/plain;base64,aGk=", "unsupported MIME type 'text/plain'"),
        (data_url(b"hello"), ""),
        (data_url(CHART.read_bytes()[:9000]), ""),
        (data_url(encoded(RED, "TIFF"), "tiff"), ""),
        (data_url(ANIMATED, "gif"), ""),
        (data_url(SECOND_FRAME + b"!\xf9\x01\x00\x00;", "gif"), ""),
        (data_url(SECOND_FRAME + b"!\xf9\x01\x01\x00;", "gif"), ""),
        (data_url(SECOND_FRAME + b",", "gif"), ""),
    ],
    ids=[
        *("nothing", "a path", "ftp", "no bytes", "no base64", "a text", "no picture", "half"),
        *("tiff", "animated", "short delay", "short transparency", "short frame"),
    ],
)
def test_what_is_no_picture_is_refused_in_the_words_of_each_api(
    client: OpenAI, url: str, words: str
) -> None:
    chats = refused(lambda: chat(client, url))
    other = refused(lambda: client.responses.create(model=DEFAULT, input=parts(url)))
    if words:
        assert words in chats.message and words in other.message
        assert (chats.code, other.code) == ("invalid_value", "invalid_value")
        assert chats.param == "messages[0].content[1].image_url.url"
        assert other.param == "input[0].content[1].image_url"
    else:
        assert "You uploaded an unsupported image." in chats.message
        assert (chats.code, chats.param) == ("invalid_image_format", None)
        assert "does not represent a valid image" in other.message
        assert (other.code, other.param) == ("invalid_value", "input")


def test_more_patches_than_the_api_takes_are_refused_unless_it_may_shrink(client: OpenAI) -> None:
    url = data_url(blank_png(8192, 3872))
    error = refused(lambda: chat(client, url))
    assert "requires 30976 patches after processing, exceeding the limit of 30000" in error.message
    assert error.type == "invalid_request_error"
    assert chat(client, url, detail="high").usage.prompt_tokens < 3100
    assert chat(client, data_url(blank_png(9600, 3200))).usage.prompt_tokens > 36_000


@pytest.mark.parametrize(
    ("kind", "options", "decoded"),
    [
        ("JPEG", {}, True),
        ("JPEG", {"progressive": True}, False),
        ("PNG", {}, False),
        ("GIF", {}, False),
        ("WEBP", {}, False),
    ],
)
def test_more_pixels_than_the_mock_decodes_are_its_own_limit(
    client: OpenAI, monkeypatch: pytest.MonkeyPatch, kind: str, options: Any, decoded: bool
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 100_000)
    url = data_url(encoded(Image.new("RGB", (200, 200), "red"), kind, **options))
    if decoded:
        assert "mostly red" in said(client, url)
        return
    error = refused(lambda: said(client, url))
    assert (error.type, error.code) == ("mock_error", "mock_image_too_large")
    limits = "The image has more pixels than the mock decodes: 25,000, and 6,250 of a WebP."
    assert limits in error.message


def test_more_pixels_than_pillow_opens_are_the_mocks_limit_too(
    client: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    url = data_url(encoded(Image.new("RGB", (50, 50))))
    assert refused(lambda: chat(client, url, detail="low")).code == "mock_image_too_large"


def test_too_many_pictures_are_refused(client: OpenAI) -> None:
    url = "https://example.com/a.png"
    assert "1500" in refused(lambda: chat(client, *[url] * (pictures.MOST + 1))).message


def test_in_chat_only_the_user_shows_pictures(client: OpenAI) -> None:
    shown: Any = [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]
    messages: Any = [{"role": "system", "content": shown}, {"role": "user", "content": "Hi"}]
    error = refused(lambda: client.chat.completions.create(model=DEFAULT, messages=messages))
    assert "only allowed for messages with role 'user'" in error.message


@pytest.mark.parametrize(
    ("part", "param"),
    [
        ({}, ""),
        ({"image_url": "x"}, ""),
        ({"image_url": {}}, ".url"),
        ({"image_url": {"url": 5}}, ".url"),
        ({"image_url": {"url": data_url(CHART.read_bytes()), "detail": "best"}}, ".detail"),
    ],
    ids=["no picture", "a text", "no address", "a number", "detail"],
)
def test_a_badly_made_part_is_refused(client: OpenAI, part: Any, param: str) -> None:
    messages: Any = [{"role": "user", "content": [{"type": "image_url", **part}]}]
    error = refused(lambda: client.chat.completions.create(model=DEFAULT, messages=messages))
    assert error.param == f"messages[0].content[0].image_url{param}"


# -- How much memory they take -----------------------------------------------------------------

PEAK = """
import re, sys
from pathlib import Path
from helpers.mock.errors import APIError
from helpers.mock.generation import pictures

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

data, before = Path(sys.argv[1]).read_bytes(), peak()
pictures.check(data, APIError("unreadable"))
print((peak() - before) / 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the measure is Linux's")
@pytest.mark.parametrize(("kind", "most"), [("PNG", 300), ("JPEG", 150), ("WEBP", 300)])
def test_the_largest_pictures_take_less_than_300_megabytes(
    tmp_path: Path, kind: str, most: int
) -> None:
    file = tmp_path / "huge"
    if kind == "PNG":
        file.write_bytes(blank_png(10_000, 5_000))
    elif kind == "JPEG":
        Image.new("RGB", (8000, 6000)).save(file, kind)
    else:
        Image.new("RGB", (4000, 3000)).save(file, kind, quality=1, method=0)
    ran = subprocess.run(
        [sys.executable, "-c", PEAK, str(file)],
        cwd=pictures.FOLDER.parents[1],
        capture_output=True,
        text=True,
    )
    assert float(ran.stdout or "nan") < most, ran.stderr
