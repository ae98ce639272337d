"""Pictures that the mock draws: as ordered, marked as its own, counted, streamed and refused."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.image_generate_params import ImageGenerateParamsBase
from PIL import Image, ImageChops, ImageDraw, ImageStat

from helpers.mock.core import answer
from helpers.mock.generation import edits, painter, pictures, tokens
from helpers.mock.generation.replies import Replies
from helpers.mock.http import Request
from helpers.mock.state import Mock
from helpers.models import DEFAULT

FLARE = "gpt-image-2.6-flare"
ORDER: dict[str, Any] = {"model": FLARE, "prompt": "A cat", "quality": "low"}
CHART, RECEIPT = pictures.FOLDER / "chart.png", pictures.FOLDER / "receipt.png"
EDIT: dict[str, Any] = {"model": FLARE, "prompt": "At night", "image": CHART, "quality": "low"}


@pytest.fixture
def mock() -> Mock:
    return Mock(Replies.from_rows({"test": [{"prompt": "A fight", "moderation": ["violence"]}]}))


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def drawn(response: Any) -> list[Image.Image]:
    return [Image.open(io.BytesIO(base64.b64decode(item.b64_json))) for item in response.data]


def refused(call: Callable[..., Any], **asked: Any) -> Any:
    with pytest.raises(openai.APIStatusError) as caught:
        call(**asked)
    return caught.value


# -- Drawing -----------------------------------------------------------------------------------


def test_a_picture_is_as_ordered(client: OpenAI) -> None:
    order = {**ORDER, "size": "1536x864", "output_format": "webp", "n": 2}
    response = client.images.generate(**order)
    first, second = drawn(response)
    assert (first.format, first.size) == ("WEBP", (1536, 864))
    assert first.tobytes() != second.tobytes()
    assert (response.size, response.quality, response.output_format) == ("1536x864", "low", "webp")
    assert response.background == "opaque"


def test_a_transparent_background_is(client: OpenAI) -> None:
    response = client.images.generate(**ORDER, background="transparent")
    (picture,) = drawn(response)
    assert response.background == "transparent" and picture.size == (1024, 1024)
    assert picture.mode == "RGBA" and picture.getpixel((0, 0)) == (0, 0, 0, 0)


def test_a_smaller_jpeg_is_smaller(client: OpenAI) -> None:
    small, large = (
        client.images.generate(**ORDER, output_format="jpeg", output_compression=percent)
        for percent in (5, 95)
    )
    assert small.data and large.data
    assert len(small.data[0].b64_json or "") < len(large.data[0].b64_json or "") / 2


def test_the_same_prompt_gets_the_same_picture_and_another_another() -> None:
    one, same, other = (painter.paint(text, 320, 320) for text in ("A", "A", "B"))
    assert one.tobytes() == same.tobytes() != other.tobytes()


@pytest.mark.parametrize("prompt", ["一只猫", "A cat " * 5000], ids=["Chinese", "long"])
def test_a_drawing_is_marked_as_the_mocks(prompt: str) -> None:
    below = painter.paint(prompt, 1024, 1024).crop((0, 930, 1024, 1024))
    colours = {colour for _, colour in below.getcolors(1 << 20) or ()}
    assert {(24, 26, 34), (255, 206, 110)} <= colours
    margin = below.crop((1000, 0, 1024, 94)).getcolors()
    assert margin and len(margin) == 1, "the prompt ends before the edge"


def test_a_long_prompt_is_not_measured_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    measure = ImageDraw.ImageDraw.textlength

    def counted(draw: ImageDraw.ImageDraw, text: str, *more: Any) -> float:
        measured.append(len(text))
        return measure(draw, text, *more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "textlength", counted)
    painter.paint("A cat " * 5000, 1024, 1024)
    assert measured and sum(measured) < 10_000


def test_pictures_of_a_stream_are_drawn_when_their_turn_comes(
    client: OpenAI, monkeypatch: pytest.MonkeyPatch, mock: Mock
) -> None:
    numbers: list[int] = []

    def paint(
        prompt: str, width: int, height: int, clear: bool, number: int, quality: str
    ) -> Image.Image:
        numbers.append(number)
        return Image.new("RGB", (8, 8))

    monkeypatch.setattr(painter, "paint", paint)
    headers = {"authorization": f"Bearer {client.api_key}"}
    body = b'{"prompt": "A cat", "n": 10, "stream": true}'
    events = answer(Request("POST", "/v1/images/generations", headers, body), mock).events
    next(iter(events or ()))
    assert numbers == [0]


@pytest.mark.parametrize("parts", [0, 3])
@pytest.mark.parametrize("kind", ["generation", "edit"])
def test_a_streamed_picture_is_the_plain_one_in_steps(
    client: OpenAI, kind: str, parts: int
) -> None:
    make, order = (client.images.generate, ORDER)
    if kind == "edit":
        make, order = (client.images.edit, EDIT)  # type: ignore[assignment]
    *steps, last = make(**order, stream=True, partial_images=parts)
    assert [step.type for step in steps] == [f"image_{kind}.partial_image"] * parts
    assert [step.partial_image_index for step in steps] == list(range(parts))
    assert len({step.b64_json for step in steps}) == parts
    plain = make(**order)
    assert last.type == f"image_{kind}.completed" and last.b64_json == plain.data[0].b64_json
    assert last.usage.output_tokens == plain.usage.output_tokens + 100 * parts


# -- Editing -----------------------------------------------------------------------------------


def mask(size: tuple[int, int]) -> bytes:
    shape = Image.new("RGBA", size, (0, 0, 0, 255))
    shape.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    return encoded(shape)


def test_an_edit_changes_the_picture_where_the_mask_is_clear(client: OpenAI) -> None:
    order = {**EDIT, "size": "1200x800"}
    (whole,) = drawn(client.images.edit(**order))
    (half,) = drawn(client.images.edit(**order, mask=("m.png", mask((1200, 800)))))
    with Image.open(CHART) as chart:
        before = chart.convert("RGB")
    left, right = (100, 100), (1150, 100)
    assert whole.size == half.size == (1200, 800)
    assert whole.getpixel(left) != before.getpixel(left) != half.getpixel(left)
    assert whole.getpixel(right) != before.getpixel(right) == half.getpixel(right)


def test_what_is_clear_in_an_edited_picture_is_not_black(client: OpenAI) -> None:
    clear = encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)))
    (picture,) = drawn(client.images.edit(**{**EDIT, "image": ("a.png", clear)}))
    corner = picture.getpixel((5, 5))
    assert isinstance(corner, tuple) and min(corner) > 100


def mean(picture: Image.Image) -> float:
    level: float = ImageStat.Stat(picture.convert("L")).mean[0]
    return level


def test_an_edit_does_what_simple_words_ask(client: OpenAI) -> None:
    def edited(prompt: str) -> Image.Image:
        (picture,) = drawn(client.images.edit(**{**EDIT, "prompt": prompt, "size": "1200x800"}))
        return picture.crop((0, 0, 1200, 720)).resize((120, 72))

    with Image.open(CHART) as chart:
        before = chart.convert("RGB").resize((1200, 800)).crop((0, 0, 1200, 720)).resize((120, 72))
    assert mean(edited("make it darker, please")) < mean(before) - 40
    red, green, blue = edited("Black and white").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
    mirrored = before.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    difference = ImageChops.difference(edited("mirrored"), mirrored)
    assert mean(difference) < 3 < mean(ImageChops.difference(edited("mirrored"), before))
    boat = ImageChops.difference(edited("add a red boat on the left"), before).getbbox()
    assert boat and boat[2] < 72


@pytest.mark.parametrize(
    ("change", "things"),
    [
        ("Remove the cat", ["tree"]),
        ("Add a boat", ["tree", "cat", "boat"]),
        ("Add a boat with no cat", ["tree", "boat"]),
        ("Take away the tree, put a boat there", ["cat", "boat"]),
        ("Darker", ["tree", "cat"]),
    ],
)
def test_an_edit_adds_and_removes_things(change: str, things: list[str]) -> None:
    assert edits.things("A cat and a tree", change, ["tree", "cat", "boat"]) == things


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ("Remove the moon", " · only what the mock drew can be left out"),
        ("Put a dragon on the tower and make it sepia", " · not drawn: dragon"),
        ("Add a blue cat on the left and a dragon", " · not drawn: dragon"),
        ("Put a red hat on it, and a big sun", " · only tinted · not drawn: hat, sun"),
        ("Draw it at night with the moon", " · not drawn: moon"),
        ("Make it a watercolour", " · only tinted"),
        ("The same city on a snowy winter morning", ""),
        ("Add a cat in the snow, two boats and more contrast", ""),
        ("Make it black and white, without colours", ""),
        ("Give it a sepia tone", ""),
    ],
)
def test_below_an_edit_stands_what_was_asked_for_and_not_done(
    monkeypatch: pytest.MonkeyPatch, change: str, note: str
) -> None:
    notes: list[str] = []
    monkeypatch.setattr(painter, "_mark", lambda *given: notes.extend(given[3:]))
    painter.repaint(change, Image.new("RGB", (64, 64)), 64, 64, None)
    assert notes == [note]


def test_what_the_mock_drew_is_drawn_anew_without_or_with_a_thing(client: OpenAI) -> None:
    for kind in ("png", "jpeg", "webp"):
        order: Any = {**ORDER, "prompt": "A cat and a tree", "output_format": kind}
        data = base64.b64decode((client.images.generate(**order).data or [])[0].b64_json or "")
        name = f"a.{kind}"
        asked: Any = {**EDIT, "image": (name, data), "output_format": kind}
        (alone,) = drawn(client.images.edit(**{**asked, "prompt": "Remove the cat"}))
        expected = painter.paint("A cat and a tree", 1024, 1024, quality="low", change="no cat")
        box = (0, 0, 1024, 900)
        assert mean(ImageChops.difference(alone.crop(box), expected.crop(box))) < 3
        more = client.images.edit(**{**asked, "prompt": "Add a boat"})
        assert more.data and painter.drawn_for(base64.b64decode(more.data[0].b64_json or "")) == (
            "A cat and a tree",
            "Add a boat",
        )
    # What was changed by hand since is a picture like another.
    with Image.open(CHART) as chart:
        assert painter.drawn_for(encoded(chart)) is None


def test_an_edit_leaves_the_rest_of_a_drawing_where_it_is() -> None:
    before = painter.paint("A lighthouse", 1024, 1024).crop((0, 0, 1024, 900))
    after = painter.paint("A lighthouse", 1024, 1024, change="Add a red cat on the right")
    box = ImageChops.difference(before, after.crop((0, 0, 1024, 900))).getbbox()
    assert box and box[0] > 600


@pytest.mark.parametrize("words", [("A house in the snow", ""), ("A house", "in the snow")])
def test_in_the_snow_the_ground_is_white(words: tuple[str, str]) -> None:
    prompt, change = words
    snowy = painter.paint(prompt, 512, 512, change=change).crop((0, 400, 120, 460))
    green = painter.paint("A house", 512, 512).crop((0, 400, 120, 460))
    assert mean(snowy) > 200 > mean(green)


def test_a_dearer_picture_shows_more() -> None:
    kinds = ("low", "medium", "high", "xhigh", "max")
    sizes = [
        len(painter.encode(painter.paint("A", 640, 640, quality=q), "png", 100)) for q in kinds
    ]
    assert sizes[1:] == sorted(set(sizes[1:]))
    edge = [painter.paint("A cat", 640, 640, quality=quality) for quality in kinds[:2]]
    assert len(edge[0].getcolors(1 << 20) or ()) > len(edge[1].getcolors(1 << 20) or ())


# -- What it costs -----------------------------------------------------------------------------


def test_tokens_are_the_prompts_the_pictures_sent_along_and_the_drawing(client: OpenAI) -> None:
    prompt = tokens.count("A cat")
    usage = client.images.generate(**ORDER, n=2).usage
    assert usage and usage.output_tokens_details
    assert usage.input_tokens_details.text_tokens == usage.input_tokens == prompt + 6
    assert usage.output_tokens == usage.output_tokens_details.image_tokens == 2 * 196
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens

    order = {**EDIT, "prompt": "A cat"}
    one = client.images.edit(**order).usage
    two = client.images.edit(**{**order, "image": [CHART, RECEIPT]}).usage
    assert one and two
    assert one.input_tokens_details.text_tokens == prompt + 7
    chart, both = (usage.input_tokens_details.image_tokens for usage in (one, two))
    assert chart == 950 and both == 950 + 875, "patches of 32 x 32 pixels"
    assert two.total_tokens == prompt + 7 + both + two.output_tokens


@pytest.mark.parametrize(
    ("quality", "size", "drawn"),
    [
        ("auto", "1024x1024", 439),
        ("medium", "1024x1024", 439),
        ("high", "1024x1024", 1756),
        ("xhigh", "1024x1024", 3122),
        ("max", "1024x1024", 7024),
        ("low", "1536x864", 248),
    ],
)
def test_a_drawing_costs_by_its_quality_and_area(
    client: OpenAI, quality: Any, size: str, drawn: int
) -> None:
    usage = client.images.generate(**{**ORDER, "quality": quality, "size": size}).usage
    assert usage and usage.output_tokens == drawn


def test_drawing_has_no_rate_limits_in_its_headers(client: OpenAI) -> None:
    headers = client.images.with_raw_response.generate(**ORDER).headers
    assert headers["x-request-id"] and not [name for name in headers if "ratelimit" in name]


# -- What is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"size": "100x100"}, "size", "divisible by 16"),
        ({"size": "1792x936"}, "size", "divisible by 16"),
        ({"size": "512x512"}, "size", "655,360 pixels or more"),
        ({"size": "3072x512"}, "size", "between 1:3 and 3:1"),
        ({"size": "3840x3840"}, "size", "largest size is 3840x2160"),
        ({"size": "big"}, "size", "WIDTHxHEIGHT"),
        ({"quality": "hd"}, "quality", "'low', 'medium', 'high', 'xhigh', 'max', and 'auto'"),
        ({"background": "transparent", "output_format": "jpeg"}, "background", "'png' or 'webp'"),
        ({"output_format": "bmp"}, "output_format", "Invalid value: 'bmp'"),
        ({"output_compression": 50}, "output_compression", "'jpeg' and 'webp'"),
        ({"n": 0}, "n", "Expected a value >= 1"),
        ({"n": 11}, "n", "Expected a value <= 10"),
        ({"n": "2"}, "n", "expected an integer, but got a string"),
        ({"partial_images": 2}, "partial_images", "needs 'stream'"),
        ({"partial_images": 4, "stream": True}, "partial_images", "Expected a value <= 3"),
        ({"prompt": " "}, "prompt", "empty"),
        ({"prompt": "x" * 32_001}, "prompt", "maximum length 32000"),
        ({"response_format": "url"}, "response_format", "Unknown parameter"),
        ({"style": "vivid"}, "style", "Unknown parameter"),
        ({"extra_body": {"sise": "auto"}}, "sise", "Did you mean 'size'?"),
        ({"model": DEFAULT}, "model", f"Invalid value: '{DEFAULT}'"),
    ],
    ids=str,
)
def test_a_wrong_order_is_refused(
    client: OpenAI, changes: dict[str, Any], param: str, words: str
) -> None:
    error = refused(client.images.generate, **{**ORDER, **changes})
    assert (error.status_code, error.type) == (400, "invalid_request_error")
    assert error.param == param and words in error.message


NOT_SIMULATED: dict[str, dict[str, Any]] = {
    "output_format": {"output_format": "svg"},
    "frame_count": {"output_format": "gif", "frame_count": 4},
    "frame_duration_ms": {"frame_duration_ms": 100},
    "svg": {"svg": {"model": "gpt-6-luna"}},
}


@pytest.mark.parametrize("name", NOT_SIMULATED)
def test_moving_and_vector_pictures_are_named_as_not_simulated(client: OpenAI, name: str) -> None:
    for call, order in ((client.images.generate, ORDER), (client.images.edit, EDIT)):
        error = refused(call, **{**order, **NOT_SIMULATED[name]})
        assert (error.type, error.param) == ("mock_error", name)
        assert "pictures" in error.message and "the mock does not simulate it." in error.message


def test_markup_over_a_picture_is_named_as_not_simulated(client: OpenAI) -> None:
    error = refused(client.images.edit, **EDIT, markup=("m.png", mask((1200, 800))))
    assert (error.type, error.param) == ("mock_error", "markup")
    assert "The API has markup over a picture; the mock does not" in error.message


@pytest.mark.parametrize("name", [*ImageGenerateParamsBase.__annotations__, "stream"])
def test_every_parameter_of_the_sdk_is_looked_at(client: OpenAI, name: str) -> None:
    order = {**ORDER, name: {"x": 1}}
    error = refused(client.post, path="/images/generations", cast_to=object, body=order)
    mocks = name in ("frame_count", "frame_duration_ms", "svg")
    kind = "mock_error" if mocks else "invalid_request_error"
    assert (error.status_code, error.type, error.param) == (400, kind, name)


@pytest.mark.parametrize(
    ("model", "param", "words"),
    [
        ("gpt-image-9", "model", "The model 'gpt-image-9' does not exist."),
        ("dall-e-3", None, "The model `dall-e-3` has been deprecated, learn more here: https://"),
    ],
)
def test_a_model_that_is_not_there_does_not_draw(
    client: OpenAI, model: str, param: str | None, words: str
) -> None:
    error = refused(client.images.generate, **{**ORDER, "model": model})
    assert (error.status_code, error.param, error.code) == (404, param, "model_not_found")
    assert words in error.message


def test_a_model_that_draws_does_not_chat(client: OpenAI) -> None:
    messages: Any = [{"role": "user", "content": "Hi"}]
    error = refused(client.chat.completions.create, model=FLARE, messages=messages)
    assert error.status_code == 404 and "This is not a chat model" in error.message
    error = refused(client.responses.create, model=FLARE, input="Hi")
    assert error.status_code == 400 and "cannot be used with the Responses API" in error.message


@pytest.mark.parametrize("kind", ["generate", "edit"])
def test_a_blocked_prompt_says_why(client: OpenAI, kind: str) -> None:
    order = {**(EDIT if kind == "edit" else ORDER), "prompt": "A fight"}
    error = refused(getattr(client.images, kind), **order)
    assert (error.type, error.code) == ("image_generation_user_error", "moderation_blocked")
    details = error.body["moderation_details"]
    assert details == {"moderation_stage": "input", "categories": ["violence"]}
    assert f"request ID {error.request_id}" in error.message


WHOLE = CHART.read_bytes()


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"image": b"no name"}, "image", "unsupported mimetype ('application/octet-stream')"),
        (
            {"image": ("a.tiff", encoded(Image.new("L", (8, 8)), "TIFF"))},
            "image",
            "'image/jpeg', 'image/png', and 'image/webp'.",
        ),
        ({"image": ("a.png", b"broken")}, "image", "Invalid image file or mode for 'image'"),
        ({"image": [("a.png", WHOLE)] * 17}, "image", "An edit may have 16"),
        ({"image": []}, "image", "Missing required parameter: 'image'"),
        ({"mask": ("m.png", mask((10, 10)))}, "mask", "mask size does not match image size"),
        ({"mask": ("m.png", WHOLE)}, "mask", "missing alpha channel"),
        ({"n": 11}, "n", "Expected a value <= 10"),
        ({"size": "1x1"}, "size", "divisible by 16"),
        ({"extra_body": {"style": "vivid"}}, "style", "Unknown parameter"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_wrong_edit_is_refused(
    client: OpenAI, changes: dict[str, Any], param: str, words: str
) -> None:
    error = refused(client.images.edit, **{**EDIT, **changes})
    assert (error.status_code, error.param) == (400, param) and words in error.message


def test_an_edit_is_sent_as_a_form(client: OpenAI) -> None:
    error = refused(client.post, path="/images/edits", cast_to=object, body={"prompt": "A cat"})
    assert "Expected multipart/form-data" in error.message
