"""The parts of a widget, found as a reader finds them: by what is written on them."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import ipywidgets
from openai import DefaultHttpx2Client, OpenAI


def within(widget: Any) -> Iterator[Any]:
    """Yield a widget and all that is in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from within(child)


def button(widget: Any, text: str) -> Any:
    """Return the button with this text."""
    return next(part for part in within(widget) if getattr(part, "description", "") == text)


def field(widget: Any, kind: type) -> Any:
    """Return the first part of a kind."""
    return next(part for part in within(widget) if isinstance(part, kind))


def markup(widget: Any) -> str:
    """Return all HTML that a widget shows."""
    return " ".join(part.value for part in within(widget) if isinstance(part, ipywidgets.HTML))


def shown(widget: Any) -> str:
    """Return the text that a widget shows, without tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup(widget))).split())


def wait_for(happened: Callable[[], Any]) -> None:
    """Wait until something has happened, at most ten seconds."""
    until = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def client(answer: Callable[[httpx2.Request], httpx2.Response], **options: Any) -> OpenAI:
    """Return the SDK on a server that is a function."""
    http_client = DefaultHttpx2Client(transport=httpx2.MockTransport(answer))
    given = {"api_key": "sk-proj-FAKE-0000-wxyz", "base_url": "http://server/v1"} | options
    return OpenAI(max_retries=0, http_client=http_client, **given)


def broken(body: bytes) -> httpx2.Response:
    """Return an answer whose connection breaks after `body`."""

    class Broken(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield body
            raise httpx2.ReadError("Connection reset by peer")

    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=Broken())
