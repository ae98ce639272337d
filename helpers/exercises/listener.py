"""A client for functions that call the API: it keeps what is asked, and answers what it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai import OpenAI

Asked = tuple[str, dict[str, Any]]
"""A request: the end of its path (`responses`, `images/generations`), and its body."""


def listener(answer: Callable[[str, dict[str, Any]], dict[str, Any]]) -> tuple[OpenAI, list[Asked]]:
    """Return a client that reaches no server, and the list in which it keeps what is asked."""
    import httpx2
    from openai import DefaultHttpx2Client, OpenAI

    asked: list[Asked] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/v1/")
        # A form, with which files are sent, is no JSON.
        sent = request.headers.get("content-type", "").startswith("application/json")
        asked.append((path, json.loads(request.content) if sent else {}))
        return httpx2.Response(200, json=answer(*asked[-1]))

    client = OpenAI(
        api_key="sk-no-key-but-a-check",
        base_url="http://check/v1",
        max_retries=0,
        http_client=DefaultHttpx2Client(transport=httpx2.MockTransport(reply)),
    )
    return client, asked
