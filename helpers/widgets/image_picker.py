"""The image picker: choose a picture, see its size, tokens and price, ask about it."""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path
from typing import Any

import ipywidgets as w

from helpers.models import DEFAULT
from helpers.prices import price
from helpers.widgets.look import WIDE

TAKEN = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp", "GIF": "gif"}
"""https://developers.openai.com/api/docs/guides/images-vision"""

_LINE = '<div style="color:var(--jp-content-font-color1, #222); line-height:1.5">{}</div>'
_REPLY = (
    '<div style="margin:4px 0; padding:6px 10px; border-radius:8px; white-space:pre-wrap; '
    "line-height:1.45; background:var(--jp-layout-color1, #fff); "
    'border:1px solid var(--jp-border-color2, #ccc); color:var(--jp-content-font-color1, #222)">'
    "{text}</div>"
)


def image_picker(
    model: str = DEFAULT, picture: str | Path | None = None, client: Any = None
) -> w.VBox:
    """Return a panel to choose a picture, see what it costs, and ask `model` about it.

    picture: a file to begin with; client: an `openai.OpenAI`, by default a new one. The picture is
    sent once to count its tokens, and again with each question. Errors are shown in the panel.
    """
    import openai

    client = client or openai.OpenAI()
    chosen: dict[str, str] = {}
    upload = w.FileUpload(
        accept=".png,.jpg,.jpeg,.webp,.gif",
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
    preview = w.Image(layout=w.Layout(display="none", max_width="20em", max_height="20em"))
    facts, reply = w.HTML(layout=WIDE), w.HTML(layout=WIDE)
    question = w.Text(value="What is in this picture?", layout=w.Layout(flex="1 1 auto"))
    ask = w.Button(description="Ask", icon="paper-plane", button_style="primary", disabled=True)

    def tell(sentence: str) -> None:
        facts.value = _LINE.format(html.escape(sentence))

    def messages(*parts: dict[str, str]) -> list[dict[str, Any]]:
        shown = {"type": "input_image", "image_url": chosen["url"], "detail": detail.value}
        return [{"role": "user", "content": [*parts, shown]}]

    def choose(name: str, data: bytes) -> None:
        chosen.clear()
        ask.disabled, preview.layout.display, reply.value = True, "none", ""
        try:
            kind, size, small = _look_at(data)
        except ValueError as error:
            tell(f"✗ {name}: {error}")
            return
        encoded = base64.b64encode(data).decode()
        chosen.update(url=f"data:image/{TAKEN[kind]};base64,{encoded}")
        chosen.update(about=f"{name}: {kind}, {size[0]} × {size[1]} pixels, {_weight(len(data))}")
        preview.value, preview.layout.display, ask.disabled = small, None, False
        count()

    def count(_: Any = None) -> None:
        if not chosen:
            return
        tell(f"{chosen['about']} · counting tokens …")
        try:
            counted = client.responses.input_tokens.count(model=model, input=messages())
        except openai.OpenAIError as error:
            tell(f"{chosen['about']} · ✗ its tokens could not be counted: {error}")
            return
        number = counted.input_tokens
        tell(f"{chosen['about']} · {number:,} tokens · {_price(model, number)}")

    def on_ask(_: Any = None) -> None:
        if ask.disabled or not question.value.strip():
            return
        ask.disabled, reply.value = True, _REPLY.format(text="…")
        text = {"type": "input_text", "text": question.value.strip()}
        try:
            response = client.responses.create(model=model, input=messages(text), store=False)
            usage = response.usage
            said = response.output_text or f"[no text: the reply is {response.status}]"
            spent = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
            cost = _price(model, usage.input_tokens, usage.output_tokens)
            reply.value = _REPLY.format(text=html.escape(said)) + _LINE.format(
                html.escape(f"{spent} · {cost}")
            )
        except openai.OpenAIError as error:
            reply.value = _REPLY.format(text=html.escape(f"✗ {error}"))
        ask.disabled = False

    def on_upload(_: Any) -> None:
        if upload.value:
            choose(upload.value[0]["name"], bytes(upload.value[0]["content"]))

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


def _look_at(data: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Return format, size in pixels and a small PNG. Raises ValueError for what is not taken."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            kind, size = image.format or "file", image.size
            if kind not in TAKEN:
                raise ValueError(f"a {kind} is not taken. Save it as PNG or JPEG first.")
            if kind == "GIF" and getattr(image, "is_animated", False):
                raise ValueError("a GIF that moves is not taken. Save one frame of it as PNG.")
            small = image.convert("RGBA")
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError("that is no picture, or it is damaged.") from None
    small.thumbnail((480, 480))
    stream = io.BytesIO()
    small.save(stream, "PNG")
    return kind, size, stream.getvalue()


def _weight(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def _price(model: str, tokens_in: int, tokens_out: int = 0) -> str:
    dollars = price(model, tokens_in, tokens_out)
    return "price unknown" if dollars is None else f"US$ {dollars:.6f}"
