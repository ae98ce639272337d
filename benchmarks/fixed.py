"""The yardstick of the calls: servers that do nothing but return the bytes of one mock reply."""

from __future__ import annotations

import json
import threading
from typing import Any

import httpx2

from helpers import models, modes
from helpers.mock import core, server
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock

MESSAGES = [{"role": "user", "content": "In one sentence: what is an API?"}]
CALL: dict[str, Any] = {"model": models.DEFAULT, "messages": MESSAGES}
"""The chat call that is measured: the first one of lesson 00."""


def reply() -> Reply:
    """Return what the mock replies to `CALL`."""
    headers = {"authorization": f"Bearer {modes.OFFLINE_KEY}"}
    request = Request("POST", "/v1/chat/completions", headers, json.dumps(CALL).encode())
    return core.answer(request, Mock(strict=True))


def start() -> str:
    """Serve the bytes from a daemon thread, as the mock is served, and return the base URL."""
    fixed = reply()
    headers = [(name.encode(), value.encode()) for name, value in fixed.headers.items()]
    headers.append((b"content-length", b"%d" % len(fixed.body)))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": fixed.status, "headers": headers})
        await send({"type": "http.response.body", "body": fixed.body})

    listening = server.listen()
    threading.Thread(target=server.serve, args=(app, listening), daemon=True).start()
    return server.base_url(listening)


def transport() -> httpx2.MockTransport:
    """Return a transport that gives the bytes to the SDK with no server and no socket."""
    fixed = reply()
    return httpx2.MockTransport(
        lambda request: httpx2.Response(fixed.status, headers=fixed.headers, content=fixed.body)
    )


def main() -> None:
    """Serve the bytes until interrupted."""
    print(start(), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
