"""`setup()`: where the lessons' requests go. Offline, live, or a compatible server.

It only sets the environment variables that the SDK reads itself, the way anyone points the SDK
at another server: so the cells after it are the code one would write at work.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from helpers import base_url, guard, key_shape, network, settings
from helpers.base_url import Address
from helpers.lines import wrapped
from helpers.settings import (
    ADMIN_KEY,
    BASE_URL,
    KEY,
    OFFLINE_ADMIN_KEY,
    OFFLINE_KEY,
    ORGANIZATION,
    PROJECT,
    borrowed,
)

if TYPE_CHECKING:
    from helpers.mock.http import Reply, Request
    from helpers.mock.state import Mock
    from helpers.mock.transport import Transport

__all__ = ["IN_PROCESS_URL", "OFFLINE_ADMIN_KEY", "OFFLINE_KEY", "setup"]

IN_PROCESS_URL = f"http://{guard.MOCK_HOST}/v1"
_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")
_UNENCRYPTED = "The address starts with http://: key and texts travel unencrypted."


def setup() -> None:
    """Decide where requests go, make it so, and print it (and what is odd below it).

    Offline unless a usable key or a base URL is found in the environment or in a `.env` here or
    above, and what was meant with them is clear. Call it again after a change; the mock API is
    started once, and forgets at each call what was stored in it.

    Raises ValueError for a `LESSONS_MODE` that does not exist or is not read, and for live mode
    without a usable key or address: going on would mislead.
    """
    borrowed.give_back()
    found = settings.read()
    forced = found.mode or settings.Setting("", "")
    if forced.value not in ("", "offline", "live", "test"):
        raise ValueError(
            f"{settings.MODE} is {forced.value!r} in {forced.where}; it may be offline, live or "
            "test."
        )
    if found.forced_offline:
        for line in found.unread:
            if line.name == settings.MODE:
                raise ValueError(line.said)
        _go_offline([], strict=forced.value == "test")
        return
    key, address, notes = found.key, base_url.of(found), found.notes
    if key and (unused := found.unused_key):
        notes.append(
            f"Two different keys: {key_shape.mask(key.value)} in {key.where} is used, "
            f"{key_shape.mask(unused.value)} in {unused.where} is not."
        )
    if found.base_url and address.problem:
        right = "The lessons put it right; your own program does not." if address.url else ""
        notes.append(f"{BASE_URL} in {found.base_url.where}: {address.problem}. {right}".strip())
    problem = key_shape.fault(key.value) if key else None
    if address.url and not address.is_api:
        _go_compatible(found, address, notes)
    elif address.url and key and not problem:
        _go_live(key, found, address, notes)
    else:
        why = "where requests go is not clear." if key and not problem else "no key was found."
        if key and problem:
            notes.insert(0, f"{KEY} in {key.where} cannot be used: {problem}.")
        if forced.value == "live":
            raise ValueError(" ".join([f"{settings.MODE} is live, but {why}", *notes]))
        _go_offline(notes)


@dataclass
class Offline:
    """This process's mock API: started once, made when the first request comes.

    url: where it answers, once it is started; problem: what could not be had, in words;
    strict: whether a prompt without a written reply is an error;
    told: the mode that was printed last, be it offline or another.
    """

    strict: bool = False
    url: str | None = None
    problem: str | None = None
    told: str | None = None
    _mock: Mock | None = field(default=None, repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def begin(self, strict: bool) -> str:
        """Have the mock strict or not, with nothing stored in it; return its base URL."""
        self.strict = strict
        if self._mock:
            self._mock.strict = strict
            self._mock.reset()
        if self.url is None:
            self.url = self._start()
        return self.url

    def mock(self) -> Mock:
        """Return the mock. What it needs is imported here: set-up does not wait for it."""
        # The server has two threads, and the guard answers in a third.
        with self._making:
            if self._mock is None:
                from helpers.mock.state import Mock

                self._mock = Mock(strict=self.strict)
            return self._mock

    def answer(self, request: Request) -> Reply:
        """Answer a request as the mock."""
        from helpers.mock import core

        return core.answer(request, self.mock())

    def admit(self, request: Request) -> Reply | None:
        """Return the mock's refusal of a request by its head alone, or None."""
        from helpers.mock import core

        return core.admit(request, self.mock())

    def transport(self) -> Transport:
        """Return a transport on which the mock answers in this process."""
        from helpers.mock.transport import transport

        return transport(self.mock())

    def _start(self) -> str:
        from helpers.mock import server

        try:
            pace = lambda: 0.0 if self.strict else server.PACE  # noqa: E731
            url = server.start(self.answer, pace, self.admit)
        except (OSError, RuntimeError) as error:
            self.problem = (
                f"No port could be opened ({error}). The mock API answers inside this notebook "
                "only: programs that you start from it get no answer."
            )
            return IN_PROCESS_URL
        # It takes a quarter of a second, which a reader's first call need not wait for.
        threading.Thread(target=_load_tokenizer, daemon=True).start()
        return url


def _load_tokenizer() -> None:
    from helpers.mock.generation import tokens

    tokens.load()


offline = Offline()


def _go_offline(notes: list[str], strict: bool = False) -> None:
    url = offline.begin(strict)
    guard.raise_up(offline.transport)
    if offline.problem:
        notes.append(offline.problem)
    borrowed.put(KEY, OFFLINE_KEY)
    borrowed.put(BASE_URL, url)
    borrowed.put(ADMIN_KEY, OFFLINE_ADMIN_KEY)
    aside = _need_no_network()
    # Under test the stored outputs must be the same on every computer.
    if not strict:
        notes += aside
    _tell(
        "offline. Replies come from the mock API on this computer. The lessons send nothing to "
        "OpenAI and spend nothing.",
        notes,
    )


def _go_live(
    key: settings.Setting, found: settings.Settings, address: Address, notes: list[str]
) -> None:
    guard.take_down()
    borrowed.put(KEY, key.value)
    _put_along(found, ADMIN_KEY, ORGANIZATION, PROJECT)
    # The SDK would take an empty or a malformed address for one.
    borrowed.put(BASE_URL, address.url if found.base_url else None)
    notes += network.faults().values()
    _tell(
        f"live. Key {key_shape.mask(key.value)} from {key.where}; requests go to "
        f"{_host(address)} and cost money.",
        notes,
    )


def _go_compatible(found: settings.Settings, address: Address, notes: list[str]) -> None:
    guard.take_down()
    key, host = found.key, _host(address)
    borrowed.put(BASE_URL, address.url)
    _put_along(found, ORGANIZATION, PROJECT)
    if key:
        sent = f"with the key {key_shape.mask(key.value)} from {key.where}"
        borrowed.put(KEY, key.value)
        if not key_shape.fault(key.value):
            notes.append(
                f"That looks like an OpenAI key, and {host} gets to see it. If that server needs "
                f"another key or none, set {KEY} for it."
            )
        if urlsplit(address.url or "").scheme == "http" and host not in _THIS_COMPUTER:
            notes.append(_UNENCRYPTED)
    else:
        sent = "with no key"
        # The SDK refuses to start without one; servers that need none ignore it.
        borrowed.put(KEY, "no-key-needed")
    notes += _need_no_network() if host in _THIS_COMPUTER else network.faults().values()
    _tell(f"compatible server. Requests go to {address.shown} {sent}.", notes)


def _put_along(found: settings.Settings, *names: str) -> None:
    """Set for the SDK what stands in `.env` and not in the environment."""
    for name in names:
        if value := found.find(name):
            borrowed.put(name, value.value)


def _need_no_network() -> list[str]:
    """Keep proxies and certificates out of the way of what stays on this computer.

    Return a sentence about what had to be set aside for it, if anything had. It is given back at
    the next `setup()`.
    """
    borrowed.bypass_proxies("127.0.0.1", "localhost", guard.HOST)
    faults = network.faults()
    for name in faults:
        borrowed.put(name, None)
    if not faults:
        return []
    return [f"Set aside for now, because no client can be made with it: {', '.join(faults)}."]


def _host(address: Address) -> str:
    return urlsplit(address.url or "").hostname or ""


def _tell(line: str, notes: list[str]) -> None:
    print(wrapped(line, "Lessons: "))
    mode = line.partition(".")[0]
    if offline.told not in (None, mode):
        # A client keeps the key and the address that it was made with.
        print(wrapped("The mode has changed: run the cell with OpenAI() again.", "  ! "))
    offline.told = mode
    for note in notes:
        print(wrapped(note, "  ! "))
