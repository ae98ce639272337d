"""The settings: what the reader left in the environment and in `.env`, and what is borrowed of it.

`setup()` points the SDK somewhere by setting environment variables. Each is borrowed: the reader's
value is kept, looked at for the next decision, and given back before it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from helpers import env_text
from helpers.env_text import Unread
from helpers.environment import own_folder
from helpers.key_shape import clean

MODE = "LESSONS_MODE"
"""Forces the mode: offline, live, or test (offline, and an unwritten prompt is an error)."""

KEY, BASE_URL, ADMIN_KEY = "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ADMIN_KEY"
ORGANIZATION, PROJECT = "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"
LARGEST = 64 * 1024
"""The most bytes that are read of a `.env`: python-dotenv takes minutes for a megabyte."""

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

    value: str = field(repr=False)
    where: str


@dataclass(frozen=True)
class Settings:
    """An environment and the nearest `.env`.

    file: the `.env`, if there is one; in_file: what it sets; problem: why it cannot be read;
    not_read: lines that should have set something; place: what to call the file.
    """

    environ: Mapping[str, str] = field(repr=False)
    file: Path | None = None
    in_file: Mapping[str, str] = field(default_factory=dict, repr=False)
    problem: str | None = None
    not_read: tuple[Unread, ...] = ()
    place: str = ".env"

    def find(self, name: str) -> Setting | None:
        """Return a setting and its place, or None. The environment wins over the file.

        That is python-dotenv's rule (`override=False`); an empty value counts as none.
        """
        if value := clean(self.environ.get(name, "")):
            return Setting(value, "the environment")
        return self._find_in_file(name)

    @property
    def mode(self) -> Setting | None:
        """What `LESSONS_MODE` says, in lower case."""
        found = self.find(MODE)
        return Setting(found.value.lower(), found.where) if found else None

    @property
    def forced_offline(self) -> bool:
        """Whether `LESSONS_MODE` forbids the network. What cannot be understood does, too."""
        mode = self.mode.value if self.mode else ""
        return mode not in ("", "live") or any(line.name == MODE for line in self.unread)

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

    @property
    def unread(self) -> list[Unread]:
        """What should have set something that is set nowhere. Each says where it is."""
        lines = [Unread(line.name, f"{self.place}, {line.said}") for line in self.not_read]
        lines += [
            Unread(BASE_URL, f"{name} in the environment is not read: call it {BASE_URL}.", False)
            for name, value in self.environ.items()
            if env_text.is_address(name, value)
        ]
        return [line for line in lines if not self.find(line.name)]

    @property
    def notes(self) -> list[str]:
        """What is wrong with the `.env` and the names in it, a sentence each."""
        return [self.problem] if self.problem else [line.said for line in self.unread]

    def _find_in_file(self, name: str) -> Setting | None:
        value = clean(self.in_file.get(name, ""))
        return Setting(value, self.place) if value else None


def read(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Return the settings in `environ` and in the nearest `.env`, as `env_file` finds it.

    Without arguments: the environment as the reader left it, and the working folder.
    """
    environ = borrowed.as_left() if environ is None else environ
    file = env_file(folder)
    if file is None:
        return Settings(environ, problem=_wrong_name(folder))
    place = place_of(file, folder)
    try:
        in_file, not_read = env_text.read(read_text(file))
    except EnvFileError as error:
        return Settings(environ, file, problem=str(error), place=place)
    return Settings(environ, file, in_file, not_read=tuple(not_read), place=place)


def env_file(folder: Path | None = None) -> Path | None:
    """Return the nearest `.env` in `folder` (default: the working folder) or above it, or None.

    From a folder that is not the lessons' own, theirs is the last to be looked for.
    """
    folder = (folder or Path.cwd()).absolute()
    for place in (folder, *folder.parents, own_folder()):
        # Some people name a virtual environment .env: a folder is no settings file.
        if os.path.lexists(place / ".env") and not (place / ".env").is_dir():
            return place / ".env"
    return None


def own_file() -> Path:
    """Return the `.env` that the lessons may write: the nearest one in their folder, or a new one.

    One that is found elsewhere is another project's.
    """
    file = env_file()
    return file if file and _is_own(file) else own_folder() / ".env"


def _is_own(file: Path) -> bool:
    return own_folder() in file.absolute().parents


def place_of(file: Path, folder: Path | None = None) -> str:
    """Return what to call a `.env`: by its folder as well, if the reader does not work there."""
    here = (folder or Path.cwd()).absolute()
    known = file.parent == here or (_is_own(file) and own_folder() in (here, *here.parents))
    return file.name if known else f"{file.name} in {shown(file.parent)}"


def shown(folder: Path) -> str:
    """Return a folder's path as it may be shown, without the name of a home folder."""
    try:
        return (Path("~") / folder.relative_to(Path.home())).as_posix()
    except (ValueError, RuntimeError):  # RuntimeError: there is no home folder.
        return str(folder)


def read_text(path: Path) -> str:
    """Return the text of a `.env` file, with its line ends as they are.

    Raises EnvFileError with what to do if it is no file of up to 64 kB of text in UTF-8.
    """
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind):
            # A pipe would keep us waiting for whoever writes into it.
            raise EnvFileError(f"{path.name} is not read: it is a {_kind(kind)}, not a file.")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EnvFileError(
            f"{path.name} cannot be read ({reason}). It must be a file that you may read."
        ) from None
    if len(data) > LARGEST:
        raise EnvFileError(
            f"{path.name} is not read: it is larger than {LARGEST // 1024} kB. Is it a "
            "file of settings?"
        )
    try:
        # utf-8-sig: Windows' Notepad may put a byte order mark before the first name.
        text = data.decode("utf-8-sig")
    except UnicodeError:
        text = "\0"
    if (start := text.find("\0")) >= 0:
        line = text.count("\n", 0, start) + 1
        appended = f" from line {line} on, as after >> in PowerShell" if line > 1 else ""
        raise EnvFileError(
            f"{path.name} is not saved as UTF-8 text{appended}. Open it in an editor, save it as "
            "UTF-8, and run this cell again."
        )
    return text


def forced_offline() -> bool:
    """Whether `LESSONS_MODE` forbids the network."""
    return read().forced_offline


def _kind(mode: int) -> str:
    kinds = {stat.S_IFIFO: "pipe", stat.S_IFCHR: "device", stat.S_IFDIR: "folder"}
    return kinds.get(stat.S_IFMT(mode), "special file")


def _wrong_name(folder: Path | None) -> str | None:
    for place in (folder or Path.cwd(), own_folder()):
        if (place / ".env.txt").exists():
            return ".env.txt is not read: rename it to .env."
    return None


# -- What is borrowed --------------------------------------------------------------------------


@dataclass
class Borrowed:
    """Variables of this process's environment that the lessons have set.

    changed: each one's value before, and the one it got; None where it is not set.
    """

    changed: dict[str, tuple[str | None, str | None]] = field(default_factory=dict, repr=False)

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
