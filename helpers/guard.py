"""The offline guard: while it is up, no Python client in this process reaches OpenAI's API.

Two nets, for clients that do not follow `OPENAI_BASE_URL` (built before `setup()`, or with a
base URL or an `http_client` of their own):

1. httpx2, which the SDK speaks, hands requests for the API to the mock instead of the network.
2. For every other client (requests, aiohttp, urllib, …) Python's own audit events for looking
   up a host are watched, and looking up the API's host is refused.

Not covered: a program other than Python, a Python program started from here that names
api.openai.com itself, a resolver written in C (aiodns), and a proxy handed to a client that is
not httpx2's. `setup()` says so where it matters.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

HOST = "api.openai.com"
MOCK_HOST = "offline-mock.invalid"
"""A host that no network has: requests to it are answered in-process, or fail, never leak."""

_up = False
_installed = False


class OfflineError(ConnectionError):
    """A client tried to reach OpenAI's API while the lessons are offline."""


def is_api(host: str) -> bool:
    """Whether `host` is OpenAI's API, in any of its regions (eu.api.openai.com)."""
    host = host.lower().rstrip(".")
    return host == HOST or host.endswith("." + HOST)


def raise_up(mock_transport: Callable[[], Any]) -> None:
    """Put the guard up. `mock_transport` makes the httpx2 transport that answers instead."""
    global _up, _installed
    if not _installed:
        _reroute_httpx2(mock_transport)
        if hasattr(socket, "getaddrinfo"):
            sys.addaudithook(_audit)
        _installed = True
    _up = True


def take_down() -> None:
    """Let requests through again: live mode."""
    global _up
    _up = False


@contextmanager
def lifted() -> Iterator[None]:
    """Let requests through for a moment, for what the reader asked for in so many words."""
    global _up
    before, _up = _up, False
    try:
        yield
    finally:
        _up = before


def _audit(event: str, args: tuple[Any, ...]) -> None:
    # An audit hook cannot be removed and sees every event of the process: the cheap test is first.
    if _up and event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect"):
        host = args[0]
        if event == "socket.connect":
            # (socket, address): an internet address is a tuple that begins with the host.
            host = args[1][0] if isinstance(args[1], tuple) and args[1] else None
        if isinstance(host, bytes):
            host = host.decode("ascii", "replace")
        if isinstance(host, str) and is_api(host):
            raise OfflineError(
                f"The lessons are offline, so the request to {host} was stopped on this computer. "
                "Make the client after setup() and without a base_url of its own."
            )


def _reroute_httpx2(mock_transport: Callable[[], Any]) -> None:
    # These two methods are what recorders such as vcrpy patch too: a client looks them up on the
    # class at each request, so clients that exist already are rerouted as well.
    import httpx2

    send, send_async = (
        httpx2.HTTPTransport.handle_request,
        httpx2.AsyncHTTPTransport.handle_async_request,
    )

    def handle_request(self: Any, request: httpx2.Request) -> httpx2.Response:
        if _up and (is_api(request.url.host) or request.url.host == MOCK_HOST):
            return mock_transport().handle_request(request)  # type: ignore[no-any-return]
        return send(self, request)

    async def handle_async_request(self: Any, request: httpx2.Request) -> httpx2.Response:
        if _up and (is_api(request.url.host) or request.url.host == MOCK_HOST):
            return await mock_transport().handle_async_request(request)  # type: ignore[no-any-return]
        return await send_async(self, request)

    httpx2.HTTPTransport.handle_request = handle_request  # type: ignore[method-assign]
    httpx2.AsyncHTTPTransport.handle_async_request = handle_async_request  # type: ignore[method-assign]
