"""The image picker: choose a picture, see its size, tokens and price, ask about it."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipywidgets as w

from helpers import file_kinds
from helpers.mock.generation.pictures import flat, opened, orientation
from helpers.models import DEFAULT
from helpers.waiting import within
from helpers.widgets.look import TEXT, WIDE, cost, fault

SECONDS = 60
"""How long a server may take to count or to answer: the notebook waits so long at most."""
MOST_PIXELS = {"JPEG": 178_000_000, "PNG": 50_000_000, "GIF": 50_000_000, "WEBP": 12_500_000}
"""As many as are looked at without taking much memory. The API takes 30 million, but shrunk."""

_LINE = f'<div style="{TEXT}">{{}}</div>'
_REPLY = (
    '<div style="margin:4px 0; padding:6px 10px; border-radius:8px; white-space:pre-wrap; '
    "background:var(--jp-layout-color1, #fff); border:1px solid var(--jp-border-color2, #ccc); "
    f'{TEXT}">{{}}</div>'
)


@dataclass(frozen=True)
class _Picture:
    """A picture that was looked at: its kind, its size as it is seen, what is sent and shown."""

    kind: str
    size: tuple[int, int]
    data: bytes
    preview: bytes

    @property
    def url(self) -> str:
        encoded = base64.b64encode(self.data).decode()
        return f"data:image/{self.kind.lower()};base64,{encoded}"


class _NotTakenError(Exception):
    """A picture that is not taken. Its text goes on behind the name of the file."""


def image_picker(
    model: str = DEFAULT, picture: str | Path | None = None, client: Any = None
) -> w.VBox:
    """Return a panel to choose a picture, see what it costs, and ask `model` about it.

    picture: a file to begin with; client: an `openai.OpenAI`, by default a new one each time, so
    that the panel follows `setup()`. The picture is sent once to count its tokens, and again with
    each question. Errors are shown in the panel.
    """
    chosen: list[tuple[str, _Picture]] = []
    upload = w.FileUpload(
        accept="image/*",
        description="Choose a picture",
        icon="image",
        layout=w.Layout(width="15em"),
    )
    detail = w.Dropdown(
        options=["auto", "low", "high", "original"],
        description="detail",
        style={"description_width": "4em"},
        layout=w.Layout(width="12em"),
    )
    preview = w.Image(
        layout=w.Layout(display="none", max_width="20em", max_height="20em", object_fit="contain")
    )
    facts, reply = w.HTML(layout=WIDE), w.HTML(layout=WIDE)
    question = w.Text(value="What is in this picture?", layout=w.Layout(flex="1 1 auto"))
    ask = w.Button(description="Ask", icon="paper-plane", button_style="primary", disabled=True)

    def tell(sentence: str) -> None:
        facts.value = _LINE.format(html.escape(sentence))

    def ask_api(call: Callable[[Any], Any]) -> Any:
        import openai

        # Nobody waits for a second try, and each is paid for.
        api = (client or openai.OpenAI()).with_options(timeout=SECONDS, max_retries=0)
        return within(SECONDS, lambda: call(api.responses))

    def messages(*parts: dict[str, str]) -> list[dict[str, Any]]:
        _, picture = chosen[0]
        shown = {"type": "input_image", "image_url": picture.url, "detail": detail.value}
        return [{"role": "user", "content": [*parts, shown]}]

    def choose(name: str, data: bytes) -> None:
        chosen.clear()
        ask.disabled, preview.layout.display, preview.value, reply.value = True, "none", b"", ""
        tell(f"Looking at {name} …")
        try:
            picture = _look_at(data)
        except _NotTakenError as error:
            tell(f"✗ {name} {error}")
            return
        except Exception:  # A broken file may end in any exception of a decoder's.
            tell(f"✗ {name} is {file_kinds.kind(data)}")
            return
        width, height = picture.size
        about = f"{name}: {picture.kind}, {width} × {height} pixels, {_weight(len(picture.data))}"
        chosen.append((about, picture))
        preview.value, preview.layout.display, ask.disabled = picture.preview, None, False
        count()

    def count(_: Any = None) -> None:
        if not chosen:
            return
        about, _picture = chosen[0]
        tell(f"{about} · counting tokens …")
        try:
            asked = messages()
            counted = ask_api(lambda api: api.input_tokens.count(model=model, input=asked))
            number = counted.input_tokens
            tell(f"{about} · {number:,} tokens · {cost(model, number)}")
        except Exception as error:  # Whatever a server answers.
            tell(f"{about} · ✗ its tokens could not be counted: {fault(error)[2:]}")

    def on_ask(_: Any = None) -> None:
        if ask.disabled or not question.value.strip():
            return
        ask.disabled, reply.value = True, _REPLY.format("…")
        text = {"type": "input_text", "text": question.value.strip()}
        try:
            asked = messages(text)
            response = ask_api(lambda api: api.create(model=model, input=asked, store=False))
            said = response.output_text or f"[no text: the reply is {response.status}]"
            spent = _spent(model, response.usage)
            reply.value = _REPLY.format(html.escape(said)) + _LINE.format(html.escape(spent))
        except Exception as error:  # Whatever a server answers, the button must be free again.
            reply.value = _REPLY.format(html.escape(fault(error)))
        finally:
            ask.disabled = False

    def on_upload(_: Any) -> None:
        for file in upload.value[:1]:
            # Emptied, or the file would be stored with the notebook.
            upload.value = ()
            choose(file["name"], bytes(file["content"]))

    upload.observe(on_upload, "value")
    detail.observe(count, "value")
    ask.on_click(on_ask)
    question.on_msg(lambda _, content, __: on_ask() if content.get("event") == "submit" else None)
    tell("PNG, JPEG, WEBP, or a GIF that does not move.")
    if picture is not None:
        try:
            choose(Path(picture).name, Path(picture).read_bytes())
        except OSError as error:
            tell(f"✗ {picture} cannot be read: {error.strerror}.")
    return w.VBox(
        [w.HBox([upload, detail]), preview, facts, w.HBox([question, ask], layout=WIDE), reply]
    )


def _look_at(data: bytes) -> _Picture:
    """Look at a file's bytes. Raises _NotTakenError; of a broken file any exception may come."""
    import PIL.Image
    import PIL.ImageOps

    try:
        with opened(data) as image:
            # A phone's JPEG may hold several pictures; Pillow calls it an MPO.
            kind = {"MPO": "JPEG"}.get(image.format or "", image.format or "")
            if kind == "GIF" and getattr(image, "is_animated", False):
                raise _NotTakenError("is a GIF that moves. Save one frame of it as PNG.")
            _check_size(image.width * image.height, MOST_PIXELS[kind])
            if orientation(image) != 1:
                # As it was meant to be seen: a model may not read which side is up.
                stream = io.BytesIO()
                turned, colours = PIL.ImageOps.exif_transpose(image), image.info.get("icc_profile")
                turned.save(stream, kind, quality=92, icc_profile=colours)
                data = stream.getvalue()
    except PIL.Image.DecompressionBombError as error:
        # Pillow refuses to open it and says why: "Image size (… pixels) exceeds limit …".
        _check_size(int(re.findall(r"\d+", str(error))[0]), MOST_PIXELS["JPEG"])
        raise
    with opened(data) as image:
        size = image.size
        small = flat(image)
    small.thumbnail((480, 480))
    preview = io.BytesIO()
    small.save(preview, "PNG")
    return _Picture(kind, size, data, preview.getvalue())


def _check_size(pixels: int, most: int) -> None:
    if pixels > most:
        raise _NotTakenError(
            f"has {pixels / 1e6:.0f} million pixels, more than are looked at here "
            f"({most / 1e6:.0f} million). Make it smaller in a program for photos."
        )


def _weight(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def _spent(model: str, usage: Any) -> str:
    if usage is None:
        return ""
    given, made = usage.input_tokens, usage.output_tokens
    return f"{given:,} tokens in, {made:,} out · {cost(model, given, made)}"
