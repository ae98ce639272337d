"""What the tests share: the mock and clients on it, and a computer on which nothing is set."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import httpx2
import pytest
from openai import DefaultHttpx2Client, OpenAI

from helpers import guard, modes, settings
from helpers.mock.state import Mock
from helpers.mock.transport import transport
from tests.program import unwrapped

Answer = Callable[[httpx2.Request], httpx2.Response]
Decide = Callable[..., list[str]]


@pytest.fixture
def mock() -> Mock:
    """The mock API as a learner has it: a prompt without a written reply is no error."""
    return Mock()


@pytest.fixture
def client(mock: Mock) -> Iterator[OpenAI]:
    """The SDK on the mock, in process."""
    with client_of(mock) as client:
        yield client


@pytest.fixture
def admin_client(mock: Mock) -> Iterator[OpenAI]:
    """The SDK on the mock, with an admin key as well."""
    with client_of(mock, settings.OFFLINE_ADMIN_KEY) as client:
        yield client


def client_of(mock: Mock, admin_api_key: str | None = None) -> OpenAI:
    return OpenAI(
        api_key=settings.OFFLINE_KEY,
        admin_api_key=admin_api_key,
        base_url="http://mock/v1",
        max_retries=0,
        http_client=DefaultHttpx2Client(transport=transport(mock)),
    )


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the SDK's own pause, of half a second, before it tries again."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.001)


@pytest.fixture
def ctrl_c_is_heard() -> Iterator[None]:
    """Let programs that a test starts hear Ctrl+C, which a shell's background job ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def environment_is_given_back() -> Iterator[None]:
    """Fail a test that leaves a setting behind: the next test's programs would inherit it."""
    before = _settings_set()
    yield
    assert _settings_set() == before


def _settings_set() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("OPENAI_", "LESSONS_")) or "PROXY" in name.upper()
    }


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A computer on which nothing of ours is set, nor a proxy or a certificate: an empty folder.

    It is the lessons' own folder, too. What `setup()` changes of it is given back.
    """
    ours = ("OPENAI_", "LESSONS_", "SSL_CERT_", "REQUESTS_CA")
    monkeypatch.setattr(settings.borrowed, "changed", {})
    monkeypatch.setattr(settings, "own_folder", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    with patch.dict(os.environ):
        for name in list(os.environ):
            if name.upper().startswith(ours) or "PROXY" in name.upper():
                del os.environ[name]
        yield tmp_path
        monkeypatch.undo()  # First: what a test has changed on top of what `setup()` has.


@pytest.fixture
def decide(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Decide]:
    """Run `setup()` with these variables set; return what it prints, a text for each thing said."""

    def decide(**variables: str) -> list[str]:
        os.environ.update(variables)
        modes.setup()
        return unwrapped(capsys.readouterr().out)

    monkeypatch.setattr(modes.offline, "told", None)
    yield decide
    guard.take_down()


@pytest.fixture
def answered_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Have a function answer what httpx2, which the SDK speaks, would send to the network."""

    def answered_by(answer: Answer) -> None:
        monkeypatch.setattr(
            httpx2.HTTPTransport, "handle_request", lambda _, request: answer(request)
        )

    return answered_by
