"""The HTTP door: the mock API on 127.0.0.1, in a daemon thread or as a program."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING

# Starlette, uvicorn and the core are imported where they are used, in the server's own thread:
# the set-up cell of a lesson does not wait for them.
if TYPE_CHECKING:
    from starlette.requests import Request as HttpRequest
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from helpers.mock.exchange import Mock, Reply, Request

PACE = 0.04
"""Seconds between two events of a stream, so that one can watch it arrive."""

Answer = Callable[["Request", "Mock"], "Reply"]
"""What answers a request: the core, or the recording door in front of it."""


def app(mock: Callable[[], Mock], answer: Answer | None = None) -> ASGIApp:
    """Return the ASGI application that answers with `mock()`, asked for at each request.

    answer: what answers instead of the core. It is called for one request at a time.
    """
    from starlette.requests import Request as HttpRequest
    from starlette.responses import Response, StreamingResponse

    async def endpoint(http: HttpRequest) -> Response:
        from helpers.mock import core
        from helpers.mock.exchange import Request
        from helpers.mock.faults import Fault

        path, query = http.scope["path"], http.scope["query_string"].decode("latin-1")
        request = Request(http.method, path, dict(http.headers), await http.body(), query)
        try:
            reply = (answer or core.answer)(request, mock())
        except ValueError as error:
            # A teacher's file of replies is broken: say so where the lesson's cell shows it.
            fault = Fault(str(error), status=500, type="mock_error")
            return Response(fault.body, fault.status, media_type="application/json")
        if reply.events is None:
            return Response(reply.body, reply.status, reply.headers)
        return StreamingResponse(_paced(reply.events), reply.status, reply.headers)

    # No router: the core knows the paths.
    async def serve_one(scope: Scope, receive: Receive, send: Send) -> None:
        response = await endpoint(HttpRequest(scope, receive))
        await response(scope, receive, send)

    return serve_one


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


async def _paced(events: Iterable[bytes]) -> AsyncIterator[bytes]:
    for event in events:
        yield event
        await asyncio.sleep(PACE)
