"""The HTTP door: the mock API on 127.0.0.1, in a daemon thread or as a program."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

# uvicorn and the core are imported where they are used, in the server's own thread: the set-up
# cell of a lesson does not wait for them.
if TYPE_CHECKING:
    from helpers.mock.http import Mock, Reply, Request

PACE = 0.04
"""Seconds between two events of a stream, so that one can watch it arrive; 0 under test."""

Answer = Callable[["Request", "Mock"], "Reply"]
"""What answers a request: the core, or the recording proxy in front of it."""


def app(mock: Callable[[], Mock], answer: Answer | None = None) -> Callable[..., Awaitable[None]]:
    """Return the ASGI application that answers with `mock()`, asked for at each request.

    answer: what answers instead of the core. It is called for one request at a time.
    Source of the messages: https://asgi.readthedocs.io/en/latest/specs/www.html
    """

    # No framework: the core knows the paths, and a framework's objects cost more than its work.
    async def serve_one(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        reply = _reply(scope, body, mock, answer)
        pairs = [
            (name.encode("latin-1"), text.encode("latin-1")) for name, text in reply.headers.items()
        ]
        if reply.events is None:
            pairs.append((b"content-length", b"%d" % len(reply.body)))
        await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
        for event in reply.events or ():
            await send({"type": "http.response.body", "body": event, "more_body": True})
            await asyncio.sleep(0 if mock().replies.strict else PACE)
        await send({"type": "http.response.body", "body": reply.body})

    return serve_one


def _reply(scope: Any, body: bytes, mock: Callable[[], Mock], answer: Answer | None) -> Reply:
    from helpers.mock import core
    from helpers.mock.errors import APIError
    from helpers.mock.http import Reply, Request

    headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    request = Request(scope["method"], scope["path"], headers, body, query)
    try:
        return (answer or core.answer)(request, mock())
    except ValueError as error:
        # A teacher's file of replies is broken: say so where the lesson's cell shows it.
        fault = APIError(str(error), status=500, type="mock_error")
        return Reply(fault.status, {"content-type": "application/json"}, fault.body)


def listen(port: int = 0) -> socket.socket:
    """Return a socket that listens on 127.0.0.1, at a free port if `port` is 0. Raises OSError."""
    # Naming TCP makes asyncio switch Nagle's algorithm off, which else costs 40 ms a reply.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening


def serve(mock: Callable[[], Mock], listening: socket.socket, answer: Answer | None = None) -> None:
    """Serve `mock` on a listening socket until the program ends. `answer` as for `app`."""
    import uvicorn

    with listening:
        config = uvicorn.Config(
            app(mock, answer),
            lifespan="off",
            ws="none",
            access_log=False,
            log_level="error",
            timeout_keep_alive=60,
        )
        uvicorn.Server(config).run([listening])


def start(mock: Callable[[], Mock], answer: Answer | None = None) -> str:
    """Serve `mock` from a daemon thread and return its base URL. Raises OSError if no port is free.

    The socket listens before the thread runs: a request sent at once waits for it. `answer` as for
    `app`.
    """
    listening = listen()
    arguments = (mock, listening, answer)
    threading.Thread(target=serve, args=arguments, name="mock-api", daemon=True).start()
    return base_url(listening)


def base_url(listening: socket.socket) -> str:
    """Return the base URL for the SDK of what is served on a socket."""
    return f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
