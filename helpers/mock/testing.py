"""The mock API as a pytest fixture, for the tests of any program that uses the OpenAI SDK.

    from helpers.mock.testing import mock_openai


    def test_capital(mock_openai):
        mock_openai.reply("What is the capital of France?", "Paris.")
        assert my_program.capital("France") == "Paris."
        assert mock_openai.requests[-1].json["model"] == "gpt-6-luna"

The program under test stays as it is: while the test runs, `OPENAI_BASE_URL` and
`OPENAI_API_KEY` lead to the mock, in this process and in those that it starts. A client that is
made otherwise takes `base_url=mock_openai.base_url`, or `http_client=mock_openai.http_client()`,
with which no socket is opened.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx2
import pytest
from openai import DefaultAsyncHttpx2Client, DefaultHttpx2Client

from helpers.mock import core, server
from helpers.mock.generation.replies import Replies
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock
from helpers.mock.transport import Transport

KEY = "sk-offline-mock-no-key"


@dataclass(frozen=True)
class Seen:
    """A request that came, and the status that it got. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def json(self) -> Any:
        """What its body says. Raises ValueError if that is no JSON."""
        return json.loads(self.body)


class MockOpenAI:
    """The mock API of one test.

    requests: those that came, in their order; base_url: where it answers.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.requests: list[Seen] = []
        self._rows: list[dict[str, Any]] = []
        self._mock = Mock(written=Replies(), strict=True, any_key=True)

    def reply(self, prompt: Any, reply: Any = None, **fields: Any) -> None:
        """Write the reply to a prompt. A prompt without one is an error.

        prompt: the last message, or a list of messages such as `{"user": "Hi."}`.
        reply: a text, or what is sent as JSON. fields: `tool_calls`, `refusal`, `replies` and
        others, as `helpers/mock/generation/replies.py` explains them.

        Raises RepliesError, a ValueError, for a reply that cannot be.
        """
        row = {"prompt": prompt, **fields} | ({} if reply is None else {"reply": reply})
        # A fixture may have written another one before.
        rows = [written for written in self._rows if _asked(written) != _asked(row)]
        self._mock.written = Replies.from_rows({"this test": [*rows, row]})
        self._rows = [*rows, row]

    def fail(self, failure: str) -> None:
        """Have requests fail: `429 times=1`, `drop`, `slow first=2`.

        `python -m helpers.mock --help` has the table of what can be asked for. Raises ValueError
        for anything else.
        """
        self._mock.failures.add(failure)

    def http_client(self) -> httpx2.Client:
        """Return an `http_client` for `OpenAI` that opens no socket."""
        return DefaultHttpx2Client(transport=Transport(self.answer))

    def async_http_client(self) -> httpx2.AsyncClient:
        """Return an `http_client` for `AsyncOpenAI` that opens no socket."""
        return DefaultAsyncHttpx2Client(transport=Transport(self.answer))

    def answer(self, request: Request) -> Reply:
        """Answer a request, and keep it."""
        reply = core.answer(request, self._mock)
        told = (request.method, request.path, request.headers, request.body)
        self.requests.append(Seen(*told, reply.status))
        return reply


@pytest.fixture
def mock_openai(monkeypatch: pytest.MonkeyPatch) -> MockOpenAI:
    """The mock API for this test, with nothing written, seen or stored. Raises OSError."""
    mock = MockOpenAI(_serve())
    _latest[:] = [mock]
    monkeypatch.setenv("OPENAI_BASE_URL", mock.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    around = ",".join(filter(None, (os.environ.get("NO_PROXY"), server.LOOPBACK)))
    monkeypatch.setenv("NO_PROXY", around)
    return mock


_latest: list[MockOpenAI] = []


@cache
def _serve() -> str:
    """Serve the mock of the latest test from a thread of this process; return its base URL."""
    return server.start(lambda request: _latest[0].answer(request), pace=lambda: 0.0)


def _asked(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["prompt"], row.get("images")
