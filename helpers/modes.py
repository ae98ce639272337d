"""`setup()`: where the lessons' requests go. Offline, live, or a compatible server.

It only sets the environment variables that the SDK reads itself, the way anyone points the SDK
at another server: so the cells after it are the code one would write at work.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from helpers import guard, key_shape, keys

if TYPE_CHECKING:
    import httpx2

    from helpers.mock.http import Mock

MODE_VARIABLE = "LESSONS_MODE"
"""Forces the mode: offline, live, or test (offline, and an unwritten prompt is an error)."""

KEY, BASE_URL, ADMIN_KEY = keys.NAME, "OPENAI_BASE_URL", "OPENAI_ADMIN_KEY"
OFFLINE_KEY = "sk-offline-mock-no-key"
OFFLINE_ADMIN_KEY = "sk-admin-offline-mock"
_UNENCRYPTED = "The address starts with http://: key and texts travel unencrypted."
# On Windows the two are one variable.
_NO_PROXY = ("NO_PROXY",) if os.name == "nt" else ("NO_PROXY", "no_proxy")
IN_PROCESS_URL = f"http://{guard.MOCK_HOST}/v1"

_changed: dict[str, tuple[str | None, str | None]] = {}
"""The variables that `setup()` has set: their value before, and the one it gave them."""

_mock_url: str | None = None
_mock_problem: str | None = None
_said: str | None = None


@dataclass(frozen=True)
class _Found:
    """The settings as the reader left them, and what is odd about them."""

    key: keys.Setting | None
    base_url: keys.Setting | None
    admin_key: keys.Setting | None
    notes: tuple[str, ...]


def setup() -> None:
    """Decide where requests go, make it so, and print it in one line (and what is odd below it).

    Offline unless a usable key or a base URL is found in the environment or in a `.env` here or
    above. Call it again after a change; the mock API is started once.

    Raises ValueError for a `LESSONS_MODE` that does not exist, and for live mode without a
    usable key: going on would mislead.
    """
    forced = _forced()
    if forced not in ("", "offline", "live", "test"):
        raise ValueError(f"{MODE_VARIABLE} is {forced!r}; it may be offline, live or test.")
    _restore()
    if forced_offline():
        _go_offline((), strict=forced == "test")
        return
    found = _look()
    if found.base_url and not guard.is_api(_host(found.base_url.value)):
        _go_compatible(found, found.base_url)
    elif found.key and not (problem := key_shape.fault(found.key.value)):
        _go_live(found, found.key)
    else:
        notes = found.notes
        if found.key:
            notes = (f"{KEY} in {found.key.where} cannot be used: {problem}.", *notes)
        if forced == "live":
            raise ValueError(" ".join([f"{MODE_VARIABLE} is live, but no key was found.", *notes]))
        _go_offline(notes)


def forced_offline() -> bool:
    """Whether `LESSONS_MODE` forbids the network."""
    return _forced() in ("offline", "test")


def as_left() -> dict[str, str]:
    """Return the environment as the reader left it: without what `setup()` put into it."""
    environ: dict[str, str | None] = dict(os.environ)
    for name, (before, ours) in _changed.items():
        # What the reader has set since stays.
        if environ.get(name) == ours:
            environ[name] = before
    if environ.get(KEY) == OFFLINE_KEY:
        # Inherited from a notebook that is offline: its mock may be gone, so decide anew.
        environ |= dict.fromkeys((KEY, BASE_URL, ADMIN_KEY))
    return {name: value for name, value in environ.items() if value is not None}


@contextmanager
def left_proxies() -> Iterator[None]:
    """For a moment, have the hosts that bypass the proxy as the reader left them."""
    now = {name: os.environ.get(name) for name in _NO_PROXY}
    left = as_left()
    try:
        for name in now:
            _put(name, left.get(name))
        yield
    finally:
        for name, value in now.items():
            _put(name, value)


def _forced() -> str:
    return os.environ.get(MODE_VARIABLE, "").strip().lower()


def _look() -> _Found:
    notes: list[str] = []
    file = keys.env_file()
    values: dict[str, str] = {}
    if file:
        try:
            values = keys.read_env_file(file)
        except keys.KeyFileError as error:
            notes.append(str(error))
    key, base_url, admin_key = (
        keys.find(name, os.environ, values, file) for name in (KEY, BASE_URL, ADMIN_KEY)
    )
    in_file = keys.find(KEY, {}, values, file)
    if key and in_file and key.value != in_file.value:
        notes.append(
            f"Two different keys: {key_shape.mask(key.value)} in the environment is used, "
            f"{key_shape.mask(in_file.value)} in {in_file.where} is not."
        )
    if base_url and (problem := _url_fault(base_url.value)):
        notes.append(f"{BASE_URL} in {base_url.where} is ignored: {problem}.")
        base_url = None
    return _Found(key, base_url, admin_key, tuple(notes))


def _url_fault(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises ValueError for a port that is no number)
    except ValueError:
        # The error's own words could show a password.
        return "it is not the address of a server"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "it must start with http:// or https:// and name a server"
    return None


def _go_offline(notes: tuple[str, ...], strict: bool = False) -> None:
    global _mock_url, _mock_problem
    notes_list = list(notes)
    if _mock_url is None:
        _mock_url, _mock_problem = _open_door(strict)
    if _mock_problem:
        notes_list.append(_mock_problem)
    guard.raise_up(lambda: _transport(strict))
    _set(KEY, OFFLINE_KEY)
    _set(BASE_URL, _mock_url)
    _set(ADMIN_KEY, OFFLINE_ADMIN_KEY)
    _bypass_proxies()
    # Under test the stored outputs must be the same on every computer.
    if _proxy_set() and not strict:
        notes_list.append(
            "A proxy is set on this computer. Python clients are kept from OpenAI's API, but a "
            "program that you start with a proxy and an address of its own is not."
        )
    if _mock.cache_info().currsize:
        _mock(strict).stored.clear()
    _say(
        "offline. Replies come from the mock API on this computer; nothing is sent to OpenAI, "
        "nothing is spent.",
        notes_list,
    )


def _go_live(found: _Found, key: keys.Setting) -> None:
    guard.take_down()
    _set(KEY, key.value)
    if found.admin_key:
        _set(ADMIN_KEY, found.admin_key.value)
    # The SDK would take an empty or a malformed address for one.
    _set(BASE_URL, found.base_url.value if found.base_url else None)
    notes = list(found.notes)
    if found.base_url and urlsplit(found.base_url.value).scheme == "http":
        notes.append(_UNENCRYPTED)
    _say(
        f"live. Key {key_shape.mask(key.value)} from {key.where}; requests go to "
        f"{_host(found.base_url.value) if found.base_url else guard.HOST} and "
        "cost money.",
        notes,
    )


def _go_compatible(found: _Found, base_url: keys.Setting) -> None:
    guard.take_down()
    url = base_url.value
    host = _host(url)
    notes = list(found.notes)
    _set(BASE_URL, url)
    if found.key:
        sent = f"with the key {key_shape.mask(found.key.value)} from {found.key.where}"
        _set(KEY, found.key.value)
        local = host in ("localhost", "127.0.0.1", "::1")
        if not key_shape.fault(found.key.value):
            notes.append(
                f"That looks like an OpenAI key, and {host} gets to see it. If that server needs "
                f"another key or none, set {KEY} for it."
            )
        if urlsplit(url).scheme == "http" and not local:
            notes.append(_UNENCRYPTED)
    else:
        sent = "with no key"
        # The SDK refuses to start without one; servers that need none ignore it.
        _set(KEY, "no-key-needed")
    if host in ("localhost", "127.0.0.1", "::1"):
        _bypass_proxies()
    _say(f"compatible server. Requests go to {_without_password(url)} {sent}.", notes)


def _open_door(strict: bool) -> tuple[str, str | None]:
    """Start the mock; return its base URL and, in words, what could not be had."""
    from helpers.mock import server

    try:
        return server.start(lambda: _mock(strict)), None
    except (OSError, RuntimeError) as error:
        return IN_PROCESS_URL, (
            f"No port could be opened ({error}). The mock API answers inside this notebook only: "
            "programs that you start from it get no answer."
        )


@cache
def _mock(strict: bool) -> Mock:
    from helpers.mock.generation.replies import load
    from helpers.mock.http import Mock

    return Mock(load(strict=strict))


@cache
def _transport(strict: bool) -> httpx2.MockTransport:
    from helpers.mock.transport import transport

    return transport(_mock(strict))


def _set(name: str, value: str | None) -> None:
    before = _changed[name][0] if name in _changed else os.environ.get(name)
    _changed[name] = (before, value)
    _put(name, value)


def _put(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _restore() -> None:
    """Give the environment back as the reader left it, for another decision."""
    left = as_left()
    for name in [*_changed, KEY, BASE_URL, ADMIN_KEY]:
        _put(name, left.get(name))
    _changed.clear()


def _bypass_proxies() -> None:
    listed = [host.strip() for name in _NO_PROXY for host in os.environ.get(name, "").split(",")]
    hosts = dict.fromkeys([*filter(None, listed), "127.0.0.1", "localhost", guard.HOST])
    for name in _NO_PROXY:
        # A lone * means every host, but only alone.
        _set(name, "*" if "*" in hosts else ",".join(hosts))


def _proxy_set() -> bool:
    names = ("http_proxy", "https_proxy", "all_proxy")
    return any(os.environ.get(name) or os.environ.get(name.upper()) for name in names)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _without_password(url: str) -> str:
    netloc = urlsplit(url).netloc
    return url.replace(netloc, netloc.rpartition("@")[2]) if "@" in netloc else url


def _say(line: str, notes: list[str] | tuple[str, ...]) -> None:
    global _said
    print("Lessons:", line)
    mode = line.partition(".")[0]
    if _said not in (None, mode):
        # A client keeps the key and the address that it was made with.
        print("  ! The mode has changed: run the cell with OpenAI() again.")
    _said = mode
    for note in notes:
        print("  !", note)
