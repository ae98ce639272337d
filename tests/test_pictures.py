"""Pictures in the mock API, with the real SDK: sent, uploaded, counted, generated and edited."""

from __future__ import annotations

import asyncio
import base64
import io
import math
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from PIL import Image

from helpers.mock.errors import APIError
from helpers.mock.generation import painter, pictures
from helpers.mock.generation.replies import Entry, Replies, load
from helpers.mock.http import Mock
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_KEY

FLARE = "gpt-image-2.6-flare"
ASKED = "What is this?"
SAID = "A city."


@pytest.fixture(scope="module")
def mock() -> Mock:
    replies = Replies()
    replies.by_pictures[ASKED] = {
        ("city_at_night.png",): Entry(replies=(SAID,)),
        ("chart.png",): Entry(replies=("A chart.",)),
        ("chart.png", "receipt.png"): Entry(replies=("A chart and a receipt.",)),
        ("https://example.com/a.png",): Entry(replies=("The one at that address.",)),
    }
    replies.by_last["A fight"] = Entry(moderation=("violence",))
    return Mock(replies)


@pytest.fixture(scope="module")
def client(mock: Mock) -> Iterator[Any]:
    door = openai.DefaultHttpx2Client(transport=transport(mock))
    with OpenAI(
        api_key=OFFLINE_KEY, base_url="http://mock/v1", max_retries=0, http_client=door
    ) as client:
        yield client


def opened(name: str) -> Image.Image:
    with Image.open(pictures.FOLDER / name) as picture:
        copy: Image.Image = picture.copy()
        return copy


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def data_url(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def city() -> str:
    return data_url((pictures.FOLDER / "city_at_night.png").read_bytes())


def chat(client: Any, *urls: str, text: str = ASKED, **image: Any) -> Any:
    parts: list[Any] = [{"type": "text", "text": text}]
    parts += [{"type": "image_url", "image_url": {"url": url, **image}} for url in urls]
    return client.chat.completions.create(
        model=DEFAULT, messages=[{"role": "user", "content": parts}]
    )


def asked(**image: Any) -> Any:
    parts = [{"type": "input_text", "text": ASKED}, {"type": "input_image", **image}]
    return [{"role": "user", "content": parts}]


def said(completion: Any) -> str:
    return str(completion.choices[0].message.content)


def refused(call: Callable[[], Any]) -> Any:
    with pytest.raises(openai.BadRequestError) as caught:
        call()
    return caught.value


def test_a_picture_gets_its_reply_in_both_apis(client: Any) -> None:
    assert said(chat(client, city())) == SAID
    response = client.responses.create(model=DEFAULT, input=asked(image_url=city()))
    assert response.output_text == SAID


def test_several_pictures_are_told_apart(client: Any) -> None:
    chart, receipt = (data_url(encoded(opened(f"{name}.png"))) for name in ("chart", "receipt"))
    assert said(chat(client, chart)) == "A chart."
    assert said(chat(client, chart, receipt)) == "A chart and a receipt."
    assert "Offline mock" in said(chat(client, receipt, chart))


@pytest.mark.parametrize("longest", [1536, 1024, 320])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "GIF"])
def test_a_shrunk_or_converted_copy_is_recognised(client: Any, kind: str, longest: int) -> None:
    copy = opened("city_at_night.png").convert("RGB")
    copy.thumbnail((longest, longest))
    options = {"quality": 60} if kind in ("JPEG", "WEBP") else {}
    assert said(chat(client, data_url(encoded(copy, kind, **options), kind.lower()))) == SAID


def test_another_picture_is_described_by_what_can_be_computed(client: Any) -> None:
    flipped = opened("city_at_night.png").rotate(180)
    assert "a PNG of 1536 × 1024 pixels, mostly" in said(chat(client, data_url(encoded(flipped))))
    squeezed = opened("city_at_night.png").resize((768, 1024))
    assert "a PNG of 768 × 1024 pixels" in said(chat(client, data_url(encoded(squeezed))))
    red = Image.new("RGB", (64, 48), (200, 50, 45))
    answer = said(chat(client, data_url(encoded(red, "GIF"), "gif")))
    assert "Offline mock" in answer and "a GIF of 64 × 48 pixels, mostly red." in answer


def test_the_lessons_pictures_are_far_apart() -> None:
    entries = [names for known in load().by_pictures.values() for names in known]
    known = {name for names in entries for name in names if not name.startswith("https://")}
    assert len(known) >= 5
    for name in known:
        seen = pictures.check((pictures.FOLDER / name).read_bytes(), APIError("unreadable"))
        shown = pictures.Picture(seen=seen)
        assert [other for other in known if pictures.unlike(shown, other) < math.inf] == [name]


def test_the_script_draws_the_stored_pictures() -> None:
    draw = runpy.run_path(str(pictures.FOLDER / "draw.py"))
    for drawing in draw["PICTURES"]:
        file = pictures.FOLDER / f"{drawing.__name__}.png"
        assert file.stat().st_size < 150_000
        seen = pictures.check(encoded(drawing()), APIError("unreadable"))
        assert pictures.unlike(pictures.Picture(seen=seen), file.name) < 2
        assert opened(file.name).size == (seen.width, seen.height)


def test_a_url_is_never_fetched(client: Any) -> None:
    assert said(chat(client, "https://example.com/a.png")) == "The one at that address."
    answer = said(chat(client, "https://example.com/other.png"))
    assert "https://example.com/other.png was not looked at: offline no picture is" in answer


def test_an_unknown_picture_is_an_error_when_strict() -> None:
    door = openai.DefaultHttpx2Client(transport=transport(Mock(load(strict=True))))
    with OpenAI(api_key=OFFLINE_KEY, base_url="http://mock/v1", http_client=door) as client:
        grey = data_url(encoded(Image.new("L", (32, 32), 99)))
        error = refused(lambda: chat(client, grey, text="Say hello."))
    assert error.code == "mock_unknown_prompt" and "32 × 32" in error.message


@pytest.mark.parametrize(
    ("size", "detail", "tokens"),
    [
        ((1024, 1024), "auto", 1024),
        ((1024, 1024), "low", 256),
        ((1024, 1024), "high", 1024),
        ((33, 32), None, 2),
        ((4000, 3000), "original", 11_750),
        ((4000, 3000), "high", 2451),
        ((4000, 3000), "low", 192),
    ],
)
def test_pictures_cost_tokens(client: Any, size: Any, detail: Any, tokens: int) -> None:
    url = data_url(encoded(Image.new("1", size)))
    image = {"image_url": url} | ({"detail": detail} if detail else {})
    text = client.responses.input_tokens.count(
        model=DEFAULT, input=[{"role": "user", "content": ASKED}]
    )
    count = client.responses.input_tokens.count(model=DEFAULT, input=asked(**image))
    assert count.input_tokens - text.input_tokens == tokens
    response = client.responses.create(model=DEFAULT, input=asked(**image))
    assert response.usage.input_tokens == count.input_tokens
    usage = chat(client, url, **({"detail": detail} if detail else {})).usage
    assert usage.prompt_tokens == count.input_tokens


TIFF = encoded(Image.new("RGB", (8, 8)), "TIFF")
RED, BLUE = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
ANIMATED = encoded(RED, "GIF", save_all=True, append_images=[BLUE])
WHOLE = encoded(opened("chart.png"))


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("", "invalid_value", "without the 'data:' prefix"),
        ("images/chart.png", "invalid_value", "without the 'data:' prefix"),
        ("ftp://example.com/a.png", "invalid_value", "without the 'data:' prefix"),
        ("data:image/png;base64,", "invalid_value", "empty base64"),
        ("data:image/png;base64,@@@", "invalid_value", "invalid base64"),
        ("data:text/plain;base64,aGk=", "invalid_value", "unsupported MIME type 'text/plain'"),
        (data_url(b"hello"), "invalid_image_format", "unsupported image"),
        (data_url(WHOLE[: len(WHOLE) // 2]), "invalid_image_format", "unsupported image"),
        (data_url(TIFF, "tiff"), "invalid_image_format", "unsupported image"),
        (data_url(ANIMATED, "gif"), "invalid_image_format", "unsupported image"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_no_picture_is_refused(client: Any, url: str, code: str, words: str) -> None:
    error = refused(lambda: chat(client, url))
    assert error.code == code and words in error.message
    error = refused(lambda: client.responses.create(model=DEFAULT, input=asked(image_url=url)))
    assert error.code == "invalid_value"


def test_too_many_pixels_are_refused(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100)
    url = data_url(encoded(Image.new("RGB", (11, 11), 7)))
    assert refused(lambda: chat(client, url)).code == "image_too_large"


def test_too_many_pictures_are_refused(client: Any) -> None:
    url = "https://example.com/a.png"
    error = refused(lambda: chat(client, *[url] * (pictures.MOST + 1)))
    assert "1500" in error.message


def test_only_the_user_shows_pictures(client: Any) -> None:
    parts: Any = [{"type": "image_url", "image_url": {"url": city()}}]
    messages: Any = [{"role": "system", "content": parts}, {"role": "user", "content": "Hi"}]
    error = refused(lambda: client.chat.completions.create(model=DEFAULT, messages=messages))
    assert "only allowed for messages with role 'user'" in error.message


@pytest.mark.parametrize(
    ("part", "param"),
    [
        ({"type": "image_url"}, "messages[0].content[0].image_url"),
        ({"type": "image_url", "image_url": "x"}, "messages[0].content[0].image_url"),
        ({"type": "image_url", "image_url": {}}, "messages[0].content[0].image_url.url"),
        (
            {"type": "image_url", "image_url": {"url": city(), "detail": "best"}},
            "messages[0].content[0].image_url.detail",
        ),
    ],
)
def test_a_badly_made_part_is_refused(client: Any, part: Any, param: str) -> None:
    messages: Any = [{"role": "user", "content": [part]}]
    error = refused(lambda: client.chat.completions.create(model=DEFAULT, messages=messages))
    assert error.param == param


def test_a_picture_is_remembered_by_the_next_response(client: Any) -> None:
    first = client.responses.create(model=DEFAULT, input=asked(image_url=city()))
    then = client.responses.create(model=DEFAULT, input="And?", previous_response_id=first.id)
    assert then.usage.input_tokens > 1536


def test_an_uploaded_picture_is_named_by_its_id(client: Any) -> None:
    with (pictures.FOLDER / "city_at_night.png").open("rb") as picture:
        file = client.files.create(file=picture, purpose="vision")
    size = (pictures.FOLDER / "city_at_night.png").stat().st_size
    assert (file.filename, file.bytes, file.purpose) == ("city_at_night.png", size, "vision")
    assert client.files.retrieve(file.id) == file
    assert file.id in [kept.id for kept in client.files.list(purpose="vision")]
    response = client.responses.create(model=DEFAULT, input=asked(file_id=file.id))
    assert response.output_text == SAID
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError, match=file.id):
        client.responses.create(model=DEFAULT, input=asked(file_id=file.id))
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_the_same_upload_gets_the_same_id(client: Any) -> None:
    ids = {client.files.create(file=("a.png", b"\r\n-x"), purpose="vision").id for _ in range(2)}
    other = client.files.create(file=("a.png", b"\r\n-y"), purpose="vision").id
    assert len(ids) == 1 and other not in ids


@pytest.mark.parametrize(
    "changes",
    [{"purpose": "looking"}, {"file": ("a.png", b"")}],
)
def test_a_wrong_upload_is_refused(client: Any, changes: Any) -> None:
    sent = {"file": ("a.png", b"x"), "purpose": "vision"} | changes
    assert refused(lambda: client.files.create(**sent)).param == next(iter(changes))


def drawn(response: Any) -> list[Image.Image]:
    return [Image.open(io.BytesIO(base64.b64decode(item.b64_json))) for item in response.data]


def test_a_generated_picture_is_as_ordered(client: Any) -> None:
    response = client.images.generate(
        model=FLARE, prompt="A cat", size="1536x864", quality="low", output_format="webp", n=2
    )
    first, second = drawn(response)
    assert (first.format, first.size) == ("WEBP", (1536, 864))
    assert first.tobytes() != second.tobytes()
    assert (response.size, response.quality, response.output_format) == ("1536x864", "low", "webp")
    usage = response.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert usage.output_tokens == usage.output_tokens_details.image_tokens > 0


def test_a_transparent_background_is(client: Any) -> None:
    response = client.images.generate(model=FLARE, prompt="A cup", background="transparent")
    (picture,) = drawn(response)
    assert (picture.mode, picture.size, response.background) == (
        "RGBA",
        (1024, 1024),
        "transparent",
    )
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)


def test_the_same_prompt_gets_the_same_picture_and_another_another() -> None:
    one, same, other = (painter.paint(text, 320, 320) for text in ("A", "A", "B"))
    assert one.tobytes() == same.tobytes() != other.tobytes()


def test_a_drawing_is_marked_as_the_mocks() -> None:
    marked = painter.paint("一只猫", 1024, 1024).crop((0, 930, 1024, 1024))
    assert (255, 206, 110) in {colour for _, colour in marked.getcolors(1 << 20) or ()}


@pytest.mark.parametrize("parts", [0, 3])
def test_a_streamed_picture_arrives_in_parts(client: Any, parts: int) -> None:
    events = list(
        client.images.generate(model=FLARE, prompt="A cat", stream=True, partial_images=parts)
    )
    kinds = ["image_generation.partial_image"] * parts + ["image_generation.completed"]
    assert [event.type for event in events] == kinds
    assert [event.partial_image_index for event in events[:-1]] == list(range(parts))
    whole = client.images.generate(model=FLARE, prompt="A cat")
    assert events[-1].b64_json == whole.data[0].b64_json
    assert events[-1].usage.output_tokens == whole.usage.output_tokens + 100 * parts


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"size": "100x100"}, "size"),
        ({"size": "1792x936"}, "size"),
        ({"size": "3072x512"}, "size"),
        ({"size": "3840x3840"}, "size"),
        ({"size": "big"}, "size"),
        ({"quality": "hd"}, "quality"),
        ({"background": "transparent", "output_format": "jpeg"}, "background"),
        ({"output_format": "bmp"}, "output_format"),
        ({"output_format": "svg"}, "output_format"),
        ({"output_compression": 50}, "output_compression"),
        ({"n": 0}, "n"),
        ({"n": 11}, "n"),
        ({"partial_images": 2}, "partial_images"),
        ({"partial_images": 4, "stream": True}, "partial_images"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"response_format": "url"}, "response_format"),
        ({"style": "vivid"}, "style"),
        ({"model": DEFAULT}, "model"),
    ],
    ids=str,
)
def test_a_wrong_order_is_refused(client: Any, changes: Any, param: str) -> None:
    order = {"model": FLARE, "prompt": "A cat"} | changes
    assert refused(lambda: client.images.generate(**order)).param == param


def test_an_unknown_model_does_not_draw(client: Any) -> None:
    with pytest.raises(openai.NotFoundError):
        client.images.generate(model="dall-e-3", prompt="A cat")


def test_a_model_that_draws_does_not_chat(client: Any) -> None:
    with pytest.raises(openai.NotFoundError, match="not a chat model"):
        client.chat.completions.create(model=FLARE, messages=[{"role": "user", "content": "Hi"}])
    with pytest.raises(openai.NotFoundError, match="not a chat model"):
        client.responses.create(model=FLARE, input="Hi")
    assert client.models.retrieve(FLARE).id == FLARE


def test_a_blocked_prompt_says_why(client: Any) -> None:
    error = refused(lambda: client.images.generate(model=FLARE, prompt="A fight"))
    assert (error.type, error.code) == ("image_generation_user_error", "moderation_blocked")
    details = error.body["moderation_details"]
    assert details == {"moderation_stage": "input", "categories": ["violence"]}
    edit = {"model": FLARE, "prompt": "A fight", "image": pictures.FOLDER / "chart.png"}
    assert refused(lambda: client.images.edit(**edit)).code == "moderation_blocked"


def mask(size: tuple[int, int]) -> bytes:
    shape = Image.new("RGBA", size, (0, 0, 0, 255))
    shape.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    return encoded(shape)


def test_an_edit_changes_the_picture_where_the_mask_is_clear(client: Any) -> None:
    chart = pictures.FOLDER / "chart.png"
    edit = {"model": FLARE, "image": chart, "prompt": "At night", "size": "1200x800"}
    (whole,) = drawn(client.images.edit(**edit))
    (half,) = drawn(client.images.edit(**edit, mask=("m.png", mask((1200, 800)))))
    before = opened("chart.png").convert("RGB")
    left, right = (100, 100), (1150, 100)
    assert whole.size == half.size == (1200, 800)
    assert whole.getpixel(left) != before.getpixel(left) != half.getpixel(left)
    assert whole.getpixel(right) != before.getpixel(right) == half.getpixel(right)


def test_an_edit_takes_several_pictures_and_streams(client: Any) -> None:
    chart, receipt = pictures.FOLDER / "chart.png", pictures.FOLDER / "receipt.png"
    edit = {"model": FLARE, "prompt": "Both", "n": 1, "quality": "low"}
    *partial, last = client.images.edit(
        **edit, image=[chart, receipt], stream=True, partial_images=1
    )
    assert [event.type for event in partial] == ["image_edit.partial_image"]
    assert last.type == "image_edit.completed"
    alone = client.images.edit(**edit, image=chart).usage.input_tokens_details.image_tokens
    assert last.usage.input_tokens_details.image_tokens > alone > 0


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"image": b"no name"}, "image", "unsupported mimetype ('application/octet-stream')"),
        ({"image": ("a.tiff", TIFF)}, "image", "unsupported mimetype ('image/tiff')"),
        ({"image": ("a.png", b"broken")}, "image", "Invalid image file"),
        ({"image": [("a.png", WHOLE)] * 17}, "image", "Too many images"),
        ({"mask": ("m.png", mask((10, 10)))}, "mask", "size"),
        ({"mask": ("m.png", WHOLE)}, "mask", "alpha"),
        ({"n": 11}, "n", "above maximum"),
        ({"size": "1x1"}, "size", "divisible by 16"),
        ({"style": "vivid"}, "style", "Unknown parameter"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_wrong_edit_is_refused(client: Any, changes: Any, param: str, words: str) -> None:
    order = {"model": FLARE, "image": ("a.png", WHOLE), "prompt": "Blue"}
    extra = {"style": changes.pop("style")} if "style" in changes else None
    error = refused(lambda: client.images.edit(**(order | changes), extra_body=extra))
    assert error.param == param and words in error.message


def test_a_body_that_is_no_form_is_refused(client: Any) -> None:
    error = refused(lambda: client.post("/files", cast_to=object, body={"purpose": "vision"}))
    assert "multipart/form-data" in error.message


def test_async_client_sees_and_draws(mock: Mock) -> None:
    async def both() -> tuple[str, list[str]]:
        door = openai.DefaultAsyncHttpx2Client(transport=transport(mock))
        async with AsyncOpenAI(
            api_key=OFFLINE_KEY, base_url="http://mock/v1", http_client=door
        ) as client:
            response = await client.responses.create(model=DEFAULT, input=asked(image_url=city()))
            stream = await client.images.generate(
                model=FLARE, prompt="A cat", stream=True, partial_images=1
            )
            return response.output_text, [event.type async for event in stream]

    text, events = asyncio.run(both())
    assert text == SAID
    assert events == ["image_generation.partial_image", "image_generation.completed"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- {prompt: Hi, images: [no.png], reply: a}", "no file in notebooks/images"),
        (
            "- {prompt: Hi, images: [chart.png], reply: a}\n"
            "- {prompt: Hi, images: [chart.png], reply: b}",
            "twice",
        ),
    ],
)
def test_a_file_of_replies_names_pictures_that_exist(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"x\.yaml") as caught:
        load(tmp_path)
    assert complaint in str(caught.value)
