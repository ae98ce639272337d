"""The way in without a socket: an httpx2 transport, for the guard and for tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

import httpx2

from helpers.mock.core import answer
from helpers.mock.failures import Failure
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock


class Transport(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """A transport on which every request is answered by a function, sync and async.

    What is asked to fail on the way raises what httpx2 raises on a socket.
    """

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self._answer = answer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request. Raises httpx2.RemoteProtocolError or ReadTimeout if asked to."""
        request.read()
        reply = self._answer(_read(request))
        if not reply.failure:
            return _whole(reply)
        late = _Late(reply, reply.failure, request)
        time.sleep(late.bearable(reply.failure.first))
        return late.response()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request. Raises httpx2.RemoteProtocolError or ReadTimeout if asked to."""
        await request.aread()
        reply = self._answer(_read(request))
        if not reply.failure:
            return _whole(reply)
        late = _Late(reply, reply.failure, request)
        await asyncio.sleep(late.bearable(reply.failure.first))
        return late.response()


def transport(mock: Mock) -> Transport:
    """Return a transport on which every request is answered by `mock`."""
    return Transport(lambda request: answer(request, mock))


def _read(request: httpx2.Request) -> Request:
    headers = {name.lower(): value for name, value in request.headers.items()}
    url, query = request.url, request.url.query.decode()
    return Request(request.method, url.path, headers, request.content, query, time.monotonic())


def _whole(reply: Reply) -> httpx2.Response:
    content = reply.body if reply.events is None else b"".join(reply.events)
    return httpx2.Response(reply.status, headers=reply.headers, content=content)


class _Late(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A reply that arrives late, in slow pieces, or not to its end."""

    def __init__(self, reply: Reply, failure: Failure, request: httpx2.Request) -> None:
        self._reply, self._failure, self._request = reply, failure, request
        self._patience = (request.extensions.get("timeout") or {}).get("read")
        self._pace = failure.pace or 0.0

    def bearable(self, seconds: float) -> float:
        """Return how long of so many seconds the client waits."""
        return seconds if self._patience is None else min(seconds, self._patience)

    def response(self) -> httpx2.Response:
        """Return the response, once one has waited for it. Raises what a broken socket would."""
        self._check(self._failure.first)
        if self._failure.kind == "drop":
            raise self._broken("Server disconnected without sending a response.")
        return httpx2.Response(self._reply.status, headers=self._reply.headers, stream=self)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces():
            yield piece
            time.sleep(self.bearable(self._pace))
            self._check(self._pace)
        self._end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces():
            yield piece
            await asyncio.sleep(self.bearable(self._pace))
            self._check(self._pace)
        self._end()

    def _pieces(self) -> Iterable[bytes]:
        return (self._reply.body,) if self._reply.events is None else self._reply.events

    def _check(self, seconds: float) -> None:
        if self.bearable(seconds) < seconds:
            raise httpx2.ReadTimeout("timed out", request=self._request)

    def _end(self) -> None:
        if self._failure.kind == "cut":
            words = "peer closed connection without sending complete message body"
            raise self._broken(words)

    def _broken(self, words: str) -> httpx2.RemoteProtocolError:
        return httpx2.RemoteProtocolError(words, request=self._request)
