"""The way in without a socket: an httpx2 transport, for the guard and for tests."""

from __future__ import annotations

import httpx2

from helpers.mock.core import answer
from helpers.mock.http import Request
from helpers.mock.state import Mock


def transport(mock: Mock) -> httpx2.MockTransport:
    """Return a transport on which every request is answered by `mock`, sync and async."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        url = request.url
        asked = Request(request.method, url.path, headers, request.content, url.query.decode())
        reply = answer(asked, mock)
        content = reply.body if reply.events is None else b"".join(reply.events)
        return httpx2.Response(reply.status, headers=reply.headers, content=content)

    return httpx2.MockTransport(handle)
