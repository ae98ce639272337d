"""The offline guard: while it is up, Python clients in this process do not reach OpenAI's API.

Three nets, for clients that do not follow `OPENAI_BASE_URL` (built before `setup()`, or with a
base URL or an `http_client` of their own):

1. httpx2, which the SDK speaks, hands requests for the API to the mock instead of the network.
2. For every other client (requests, aiohttp, urllib, …) Python's own audit events are watched:
   what looks the API's name up, or sends with http.client what is meant for it, is refused.
3. TLS to the API's name is refused in `ssl`: that stops clients with a resolver of their own
   (uvloop, aiodns, dnspython), a bare address, and a proxy that was handed to a client.

Not held back: a program that is started from here and names the API itself (curl, a Python
program, a worker process that was not forked; JavaScript in the browser); a library with TLS of
its own (pycurl, curl_cffi, pyOpenSSL, aioquic, gevent) that looks no name up by Python;
unencrypted HTTP from another client than http.client, past Python's look-up (through a proxy, by
a bare address or by uvloop); TLS to another name than the API's; and what means to get round it.
`setup()` says that there are such ways. Programs that are started from here find the mock's
address and key in their environment.
"""

from __future__ import annotations

import functools
import re
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

HOST = "api.openai.com"
MOCK_HOST = "offline-mock.invalid"
"""A host that no network has: requests to it are answered in-process, or fail, never leak."""

# Events of https://docs.python.org/3/library/audit_events.html, and which argument names a host.
_EVENTS = {
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.bind": 1,
    "http.client.send": 1,
}
# Where the head of a request names its host: in the first line as a proxy gets it, and in Host.
_HEAD = re.compile(rb"[A-Z]+ \S+ HTTP/1\.\d\r\n")
_NAMED = re.compile(
    rb"^(?:CONNECT |[A-Z]+ https?://|Host: *)([^\s/:]+)", re.MULTILINE | re.IGNORECASE
)

_up = False
_installed = False


class OfflineError(ConnectionError):
    """A client tried to reach OpenAI's API while the lessons are offline."""


def is_api(host: str) -> bool:
    """Whether `host` is OpenAI's API, in any of its regions (eu.api.openai.com)."""
    host = plain(host)
    return host == HOST or host.endswith("." + HOST)


def plain(host: str) -> str:
    """Return a host's name as a look-up reads it: ＡＰＩ。openai。com. is api.openai.com."""
    with suppress(UnicodeError):  # Nobody can look that up.
        host = host if host.isascii() else host.encode("idna").decode()
    return host.lower().rstrip(".")


def raise_up(mock_transport: Callable[[], Any]) -> None:
    """Put the guard up. `mock_transport` makes the httpx2 transport that answers instead."""
    global _up, _installed
    if not _installed:
        _reroute_httpx2(mock_transport)
        if hasattr(socket, "getaddrinfo"):
            sys.addaudithook(_audit)
        _watch_tls()
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
    if _up and event in _EVENTS:
        named = args[_EVENTS[event]]
        if event == "http.client.send":
            if isinstance(named, bytes) and _HEAD.match(named):
                _refuse(*_NAMED.findall(named.partition(b"\r\n\r\n")[0]))
        else:
            # An internet address is a tuple that begins with the host.
            _refuse(named[0] if isinstance(named, tuple) and named else named)


def _refuse(*hosts: object) -> None:
    """Raise OfflineError if one of `hosts` is the API. What is no text is no host."""
    for host in hosts:
        if isinstance(host, (bytes, bytearray)):
            host = host.decode("utf-8", "replace")
        if isinstance(host, str) and is_api(host):
            raise OfflineError(
                f"The lessons are offline, so the request to {host} was stopped on this computer. "
                "Make the client after setup() and without a base_url of its own."
            )


def _watch_tls() -> None:
    # Of what these two take, only the server's name is text. truststore and gevent put a subclass
    # in the place of the class.
    for kind in ssl.SSLContext.__mro__:
        for name in {"wrap_socket", "wrap_bio"} & vars(kind).keys():
            setattr(kind, name, _refusing(vars(kind)[name]))


def _refusing(wrap: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(wrap)
    def refusing(*args: Any, **options: Any) -> Any:
        if _up:
            _refuse(*args, *options.values())
        return wrap(*args, **options)

    return refusing


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
