"""The chat panel: what it shows of a reply and of an error. Its buttons: tests/test_browser.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace as Thing
from typing import Any

import ipywidgets
import openai

from helpers.widgets.chat_panel import chat_panel


def within(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from within(child)


def chatted(create: Callable[..., Any], text: str) -> tuple[Any, Any, Any]:
    """Send `text` in a panel whose client is `create`; return transcript, field and status."""
    parts = list(within(chat_panel(client=Thing(chat=Thing(completions=Thing(create=create))))))
    transcript, status = (part for part in parts if isinstance(part, ipywidgets.HTML))
    field = next(part for part in parts if isinstance(part, ipywidgets.Text))
    send = next(part for part in parts if getattr(part, "description", "") == "Send")
    field.value = text
    send.click()
    until = time.monotonic() + 10
    while send.disabled and time.monotonic() < until:
        time.sleep(0.01)
    return transcript, field, status


def test_the_chat_panel_shows_text_as_text() -> None:
    delta = Thing(content="<img src=x onerror=reply()>", refusal=None)
    chunk = Thing(usage=None, choices=[Thing(delta=delta)])

    class Stream(list[Any]):
        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    def create(**_: Any) -> Any:
        return Stream([chunk])

    transcript, _, _ = chatted(create, "<script>question()</script>")
    assert "&lt;script&gt;question()" in transcript.value and "&lt;img" in transcript.value
    assert "<script" not in transcript.value and "<img" not in transcript.value


def test_the_chat_panel_shows_an_error_and_gives_the_question_back() -> None:
    def create(**_: Any) -> Any:
        raise openai.OpenAIError("no such <model>")

    _, field, status = chatted(create, "Are you there?")
    assert status.value == "✗ no such &lt;model&gt;"
    assert field.value == "Are you there?"
