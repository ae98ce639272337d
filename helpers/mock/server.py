"""The way in by HTTP: the mock API on 127.0.0.1, in a daemon thread or as a program."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

# uvicorn and the core are imported where they are used, in the server's own thread: the set-up
# cell of a lesson does not wait for them.
if TYPE_CHECKING:
    from helpers.mock.http import Reply, Request

LOOPBACK = "127.0.0.1"
LOCAL_NAMES = (LOOPBACK, "localhost", "::1")
PACE = 0.04
"""Seconds between two events of a stream, so that one can watch it arrive."""

IDLE = 60
"""Seconds after which a connection on which nothing is asked is closed."""

MOST_BYTES = 64 * 2**20
"""The largest body that is read. The API takes up to 512 MB; the mock keeps it all in memory."""

MOST_HELD = 2**28
"""How many bytes of bodies are read and answered at once: a whole class may upload."""

HEAVY = 2**14
"""From so many bytes on, a body is answered beside the others: counting its tokens takes 10 ms."""

HEAVY_PATHS = ("/v1/images/", "/v1/batches/")
"""What is answered beside the others whatever its size: what draws, and a batch's many lines."""

CLOSE = "helpers.mock.close"
"""The ASGI extension that closes a request's connection: a function, which `serve` provides."""

Answer = Callable[["Request"], "Reply"]
"""What answers a request. It raises nothing."""

Admit = Callable[["Request"], "Reply | None"]
"""What refuses a request by its head, before its body is read, or returns None."""

Pace = Callable[[], float]
"""Tells the seconds between two events of a stream."""


def usual_pace() -> float:
    """Return the pace at which one can watch a stream arrive, in seconds."""
    return PACE


def app(
    answer: Answer,
    pace: Pace = usual_pace,
    admit: Admit = lambda request: None,
    hosts: Collection[str] | None = LOCAL_NAMES,
) -> Callable[..., Awaitable[None]]:
    """Return the ASGI application that answers with `answer`.

    hosts: the names it answers to, None for any. A web page can give this computer a name of its
    own (DNS rebinding) and would else read what is stored here.
    Source of the messages: https://asgi.readthedocs.io/en/latest/specs/www.html
    """
    # A slow request holds no other up. Threads are enough, as Pillow lets others run for the most
    # part. Pictures are drawn one after the other: two at once took as long and slowed streams.
    drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mock-api-drawing")
    beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mock-api-heavy")
    held = 0

    async def read(size: int, receive: Any, body: bytearray) -> Reply | None:
        """Read a body, piece by piece; return the refusal of one that is too much."""
        nonlocal held
        too_large = f"The mock takes bodies of up to {MOST_BYTES:,} bytes."
        if size > MOST_BYTES:
            return _refuse(413, too_large)
        more = True
        while more:
            message = await receive()
            piece = message.get("body", b"")
            more = message.get("more_body", False)
            body += piece
            held += len(piece)
            if len(body) > MOST_BYTES:
                return _refuse(413, too_large)
            if held > MOST_HELD and len(body) > HEAVY:
                return _refuse(503, f"{held:,} bytes are being read already: try again.")
        return None

    # No framework: the core knows the paths, and a framework's objects cost more than its work.
    async def serve_one(scope: Any, receive: Any, send: Any) -> None:
        nonlocal held
        headers = _headers(scope)
        reply = _refuse_host(headers, hosts)
        size = int(headers.get("content-length") or 0)
        if reply is None and (size > HEAVY or "transfer-encoding" in headers):
            reply = admit(_request(scope, headers))
        body = bytearray()
        try:
            if reply is None:
                reply = await read(size, receive, body)
            if reply is None:
                request = _request(scope, headers, bytes(body))
                if _is_heavy(request):
                    pool = drawing if "/images/" in request.path else beside
                    loop = asyncio.get_running_loop()
                    reply = await loop.run_in_executor(pool, lambda: _whole(answer(request)))
                else:
                    reply = answer(request)
        finally:
            held -= len(body)
        failure = reply.failure
        if failure:
            await asyncio.sleep(failure.first)
        if not failure or failure.kind != "drop":
            given = failure.pace if failure else None
            broken = failure is not None and failure.kind == "cut"
            await _send(reply, receive, send, pace if given is None else lambda: given, broken)
        if failure and failure.kind in ("drop", "cut"):
            scope["extensions"][CLOSE]()
            while (await receive())["type"] != "http.disconnect":
                pass

    return serve_one


def _is_heavy(request: Request) -> bool:
    """Whether an answer may take long: by its path, its size, or by a file that it names."""
    named = b'"file_id"' in request.body
    return named or len(request.body) > HEAVY or request.path.startswith(HEAVY_PATHS)


def _whole(reply: Reply) -> Reply:
    """Return a reply with the events of its stream made: pictures are drawn as they are asked for.

    Pictures are sent when the last is drawn.
    """
    return reply if reply.events is None else replace(reply, events=list(reply.events))


async def _send(reply: Reply, receive: Any, send: Any, pace: Pace, broken: bool) -> None:
    """Send a reply; `broken`: without its end."""
    pairs = [
        (name.encode("latin-1"), text.encode("latin-1")) for name, text in reply.headers.items()
    ]
    if reply.events is None and not broken:
        pairs.append((b"content-length", b"%d" % len(reply.body)))
    await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
    if reply.events is not None:
        left = asyncio.ensure_future(receive())
        for event in reply.events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
            await asyncio.sleep(pace())
            if left.done():  # Nobody listens any more.
                return
        left.cancel()
    await send({"type": "http.response.body", "body": reply.body, "more_body": broken})


def _refuse_host(headers: dict[str, str], hosts: Collection[str] | None) -> Reply | None:
    try:
        name = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        name = None
    if hosts is None or name in hosts:
        return None
    return _refuse(403, f"The mock answers to {' and '.join(hosts)} only.")


def _refuse(status: int, why: str) -> Reply:
    from helpers.mock.errors import MOCK_ERROR, APIError
    from helpers.mock.http import Reply

    error = APIError(f"(Offline mock) {why}", status=status, type=MOCK_ERROR)
    return Reply(status, {"content-type": "application/json"}, error.body)


def _headers(scope: Any) -> dict[str, str]:
    return {name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]}


def _request(scope: Any, headers: dict[str, str], body: bytes = b"") -> Request:
    from helpers.mock.http import Request

    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], scope["path"], headers, body, query, time.monotonic())


def listen(port: int = 0, host: str = LOOPBACK) -> socket.socket:
    """Return a socket that listens on `host`, at a free port if `port` is 0. Raises OSError."""
    # Naming TCP makes asyncio switch Nagle's algorithm off, which else costs 40 ms a reply.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening


def serve(application: Any, listening: socket.socket) -> None:
    """Serve an ASGI application on a listening socket until the program ends."""
    import uvicorn

    with listening:
        config = uvicorn.Config(
            application,
            http=_protocol(),
            lifespan="off",
            ws="none",
            access_log=False,
            log_level="error",
            timeout_keep_alive=IDLE,
        )
        uvicorn.Server(config).run([listening])


def _protocol() -> type[asyncio.Protocol]:
    """Return uvicorn's protocol, with what the mock needs beyond it.

    An application can close its connection, and who connects and asks nothing is let go like
    those who ask nothing more.
    """
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class Protocol(AutoHTTPProtocol):  # type: ignore[valid-type,misc]
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
            application: Any = self.app  # type: ignore[has-type]

            async def serve_one(scope: Any, receive: Any, send: Any) -> None:
                scope["extensions"] = {CLOSE: transport.close}
                await application(scope, receive, send)

            self.app = serve_one

    return Protocol


def start(answer: Answer, pace: Pace = usual_pace, admit: Admit = lambda request: None) -> str:
    """Serve `answer` from a daemon thread; return its base URL. Raises OSError if no port is free.

    The socket listens before the thread runs: a request sent at once waits for it.
    """
    listening = listen()
    arguments = (app(answer, pace, admit), listening)
    threading.Thread(target=serve, args=arguments, name="mock-api", daemon=True).start()
    return base_url(listening)


def addresses() -> list[str]:
    """Return this computer's addresses in its networks, that of the default route first.

    Nothing is sent: to connect a UDP socket only asks the system which address it would speak from.
    """
    found = []
    for other in _ELSEWHERE:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
            asking.connect((other, 9))
            found.append(asking.getsockname()[0])
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]


_ELSEWHERE = ("192.0.2.1", "10.255.255.255", "172.31.255.255", "192.168.255.255")
"""Where nobody is: one that goes the default route, and one in each kind of private network."""


def base_url(listening: socket.socket) -> str:
    """Return the base URL for the SDK of what is served on a socket."""
    host, port = listening.getsockname()
    return f"http://{host}:{port}/v1"


def with_cors(application: Callable[..., Awaitable[None]], origin: str) -> Any:
    """Return an ASGI application that web pages of `origin` may call, as browsers demand it.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS
    """
    allowed = [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", b"GET, POST, DELETE"),
        (b"access-control-allow-headers", b"*, authorization"),
        (b"access-control-expose-headers", b"*"),
        (b"vary", b"origin"),
    ]

    async def serve_one(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": allowed})
            await send({"type": "http.response.body"})
            return

        async def send_allowed(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *allowed]}
            await send(message)

        await application(scope, receive, send_allowed)

    return serve_one
