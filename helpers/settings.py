"""The settings: what the reader left in the environment and in `.env`, and what is borrowed of it.

`setup()` points the SDK somewhere by setting environment variables. Each is borrowed: the reader's
value is kept, looked at for the next decision, and given back before it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dotenv

from helpers.key_shape import clean

MODE = "LESSONS_MODE"
"""Forces the mode: offline, live, or test (offline, and an unwritten prompt is an error)."""

KEY, BASE_URL, ADMIN_KEY = "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ADMIN_KEY"
OFFLINE_KEY = "sk-offline-mock-no-key"
OFFLINE_ADMIN_KEY = "sk-admin-offline-mock"
# On Windows the two are one variable.
_NO_PROXY = ("NO_PROXY",) if os.name == "nt" else ("NO_PROXY", "no_proxy")


class EnvFileError(Exception):
    """A `.env` file that cannot be read or written. Its text is a sentence for the reader."""


# -- What the reader left ----------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """A setting's value and where it was found, in words for the reader."""

    value: str
    where: str


@dataclass(frozen=True)
class Settings:
    """An environment and the nearest `.env`.

    file: the `.env`, if there is one; in_file: what it sets; problem: why it cannot be read.
    """

    environ: Mapping[str, str]
    file: Path | None = None
    in_file: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None

    def find(self, name: str) -> Setting | None:
        """Return a setting and its place, or None. The environment wins over the file.

        That is python-dotenv's rule (`override=False`); an empty value counts as none.
        """
        if value := clean(self.environ.get(name, "")):
            return Setting(value, "the environment")
        return self._find_in_file(name)

    @property
    def key(self) -> Setting | None:
        """The API key that is used."""
        return self.find(KEY)

    @property
    def unused_key(self) -> Setting | None:
        """The key in `.env`, if the environment has another, which wins."""
        key = self._find_in_file(KEY)
        return key if key and self.key and key.value != self.key.value else None

    @property
    def base_url(self) -> Setting | None:
        """The address that requests go to, as it was written."""
        return self.find(BASE_URL)

    @property
    def admin_key(self) -> Setting | None:
        """The key for an organisation's own pages."""
        return self.find(ADMIN_KEY)

    def _find_in_file(self, name: str) -> Setting | None:
        value = clean(self.in_file.get(name, ""))
        return Setting(value, self.file.name if self.file else ".env") if value else None


def read(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Return the settings in `environ` and in the nearest `.env` in `folder` or above it.

    Without arguments: the environment as the reader left it, and the working folder.
    """
    environ = borrowed.as_left() if environ is None else environ
    file = env_file(folder)
    try:
        return Settings(environ, file, read_env_file(file) if file else {})
    except EnvFileError as error:
        return Settings(environ, file, problem=str(error))


def env_file(folder: Path | None = None) -> Path | None:
    """Return the nearest `.env` in `folder` (default: the working folder) or above it, or None."""
    folder = (folder or Path.cwd()).absolute()
    for place in (folder, *folder.parents):
        # Some people name a virtual environment .env: a folder is no settings file.
        if (place / ".env").exists() and not (place / ".env").is_dir():
            return place / ".env"
    return None


def read_env_file(path: Path) -> dict[str, str]:
    """Return the settings in a `.env` file that have a value.

    Raises EnvFileError with what to do if the file cannot be read as text in UTF-8.
    """
    try:
        values = dotenv.dotenv_values(path)
    except UnicodeError:
        raise EnvFileError(
            f"{path.name} is not saved as UTF-8 text. Open it in an editor, save it as UTF-8, "
            "and run this cell again."
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EnvFileError(
            f"{path.name} cannot be read ({reason}). It must be a file that you may read."
        ) from None
    return {name: value for name, value in values.items() if value}


def mode() -> str:
    """Return what `LESSONS_MODE` says, in lower case; empty if it says nothing."""
    return os.environ.get(MODE, "").strip().lower()


def forced_offline() -> bool:
    """Whether `LESSONS_MODE` forbids the network."""
    return mode() in ("offline", "test")


# -- What is borrowed --------------------------------------------------------------------------


@dataclass
class Borrowed:
    """Variables of this process's environment that the lessons have set.

    changed: each one's value before, and the one it got; None where it is not set.
    """

    changed: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def put(self, name: str, value: str | None) -> None:
        """Set a variable, or unset it with None. What the reader had is kept."""
        before = self.changed[name][0] if name in self.changed else os.environ.get(name)
        self.changed[name] = before, value
        _put(name, value)

    def bypass_proxies(self, *hosts: str) -> None:
        """Let requests to `hosts` pass by any proxy, as those to the reader's own hosts do."""
        listed = [host for name in _NO_PROXY for host in os.environ.get(name, "").split(",")]
        every = dict.fromkeys([*filter(None, map(str.strip, listed)), *hosts])
        for name in _NO_PROXY:
            # A lone * means every host, but only alone.
            self.put(name, "*" if "*" in every else ",".join(every))

    def as_left(self) -> dict[str, str]:
        """Return the environment as the reader left it: without what was put into it."""
        environ: dict[str, str | None] = dict(os.environ)
        for name, (before, ours) in self.changed.items():
            # What the reader has set since stays.
            if environ.get(name) == ours:
                environ[name] = before
        if environ.get(KEY) == OFFLINE_KEY:
            # Inherited from a notebook that is offline: its mock may be gone, so decide anew.
            environ |= dict.fromkeys((KEY, BASE_URL, ADMIN_KEY))
        return {name: value for name, value in environ.items() if value is not None}

    def give_back(self) -> None:
        """Give the environment back as the reader left it, for another decision."""
        left = self.as_left()
        for name in (*self.changed, KEY, BASE_URL, ADMIN_KEY):
            _put(name, left.get(name))
        self.changed.clear()

    @contextmanager
    def network_as_left(self) -> Iterator[None]:
        """For a moment, have what steers the network (proxies, TLS) as the reader left it.

        Keys and address stay: a client that is made meanwhile must not go live.
        """
        left = self.as_left()
        now = {
            name: os.environ.get(name)
            for name in self.changed
            if name not in (KEY, BASE_URL, ADMIN_KEY)
        }
        try:
            for name in now:
                _put(name, left.get(name))
            yield
        finally:
            for name, value in now.items():
                _put(name, value)


borrowed = Borrowed()
"""Of this process: there is one environment, so there is one record."""


def _put(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
