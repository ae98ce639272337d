"""Where the project is, and the Python environment that has its pinned packages.

Only the standard library, and no syntax newer than Python 3.6: `python -m helpers` and the
check-up stand on this file, and an old Python must be able to say that it is too old.
"""

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PINS = ROOT / "requirements.txt"
"""What the lessons need: exact versions with their hashes."""

DEV_PINS = ROOT / "requirements-dev.txt"
"""The same, and what the tests need."""

UV = ROOT / "requirements-uv.txt"
"""What installs it in seconds, pinned in the same way."""

_UNFINISHED = "unfinished"


class NotMadeError(Exception):
    """There is no environment with the packages. Its text is a sentence for the reader."""


def own_folder() -> Path:
    """Return the reader's own folder: the lessons', or, of an installed copy, the working folder.

    `pip install .` puts the copy where it may be everybody's, and nobody looks for a file.
    """
    return ROOT if PINS.exists() else Path.cwd()


def venv_python() -> Path:
    """Return where the Python of `.venv` is, or would be."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def environment(pins: Path) -> str:
    """Return a Python that has the packages in `pins`: this one if it has, else that of `.venv`.

    `.venv` is made, or made anew, if it is not whole. Raises NotMadeError.
    """
    if not PINS.exists():
        raise NotMadeError(
            f"{PINS.name} is not beside the folder helpers: this copy of it was installed without "
            "the lessons. Start from the folder that git cloned."
        )
    if fault(pins) is None:
        return sys.executable
    try:
        if _venv_fault(pins):
            with _alone():
                # Another command may just have made it.
                why = _venv_fault(pins)
                if why:
                    _make(why, pins)
    except OSError as error:
        raise NotMadeError(
            f"{ROOT} cannot be changed ({error.strerror or error}). Copy the lessons into a folder "
            "of your own; on Windows, close JupyterLab first."
        ) from None
    with suppress(OSError):  # For other programs: those that are started from here are told.
        _let_it_find_helpers()
    return str(venv_python())


def variables() -> "dict[str, str]":
    """Return the environment for programs started from here, which find `helpers` with it."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environ = dict(os.environ, PYTHONPATH=path)
    environ.pop("MPLBACKEND", None)  # A notebook shows plots below the cell.
    # Set in many containers, it has every program compile the packages anew.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return environ


# -- Is it whole? ------------------------------------------------------------------------------


def fault(pins: Path) -> "str | None":
    """Return in words what this Python's environment lacks to be whole, or None.

    Whole: its installation came to an end, in the folder where it is now, and each package is
    there in its pinned version.
    """
    if Path(sys.prefix).exists() and VENV.exists() and Path(sys.prefix).samefile(VENV):
        place = _read_place()
        if place == _UNFINISHED:
            return "its installation was interrupted."
        if place not in ("", str(VENV.resolve())):
            return "it was made in another folder."
    missing, different = _differences(pins)
    said = []
    if missing:
        said.append(f"missing: {_some(missing)}.")
    if different:
        said.append(f"{_some(different)}.")
    return " ".join(said) or None


def starts(python: "Path | str") -> bool:
    """Whether a Python can be started."""
    return _output([python, "-c", ""]) is not None


def _venv_fault(pins: Path) -> "str | None":
    """Return in words why `.venv` cannot be used as it is, or None. Its own Python tells."""
    if not VENV.exists() and not VENV.is_symlink():
        return "there is none yet."
    told = _output([venv_python(), "-m", "helpers.environment", pins])
    return "its Python does not start." if told is None else told.strip() or None


def _differences(pins: Path) -> "tuple[list[str], list[str]]":
    """Return the pinned packages that this Python lacks, and those of another version."""
    from importlib import metadata

    missing, different = [], []
    for name, pin in _versions(pins).items():
        try:
            package = metadata.distribution(name)
            have = package.version
        except Exception:  # Not there, or broken in one of many ways.
            have = None
        if not have or not _has_files(package):
            missing.append(name)
        elif have != pin:
            different.append(f"{name} {have} instead of {pin}")
    return missing, different


def _has_files(package: Any) -> bool:
    """Whether the first module that came with a package is still there."""
    for line in (package.read_text("RECORD") or "").splitlines():
        file = line.split(",")[0]
        if file.endswith(".py") and not file.startswith('"'):
            return bool(Path(package.locate_file(file)).exists())
    return True


def _versions(pins: Path) -> "dict[str, str]":
    """Return the pinned version of each package that this Python on this system needs."""
    lines = pins.read_text("utf-8").replace("\\\n", " ").splitlines()
    pinned = [line.split(" --hash")[0] for line in lines if "==" in line and line[0] not in "# "]
    try:
        from packaging.requirements import Requirement
    except ImportError:
        # Only packaging reads conditions such as python_version. Where it is missing, so is enough.
        plain = (re.sub(r"\[.*?\]", "", pin) for pin in pinned if ";" not in pin)
        return dict(pin.strip().split("==") for pin in plain)
    needed = [Requirement(pin) for pin in pinned]
    return {
        pin.name: next(iter(pin.specifier)).version
        for pin in needed
        if pin.marker is None or pin.marker.evaluate()
    }


def _some(names: "list[str]") -> str:
    names = sorted(names, key=lambda name: (not name.startswith("openai"), name))
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")


# -- Making it ---------------------------------------------------------------------------------


def _make(why: str, pins: Path) -> None:
    """Make `.venv`. What was there is put back if that fails, and used if it can be."""
    old = VENV.with_name(".venv.old")
    anew = "anew: " + why if VENV.exists() else "(once)."
    print(f"Making the lessons' environment in .venv {anew}", flush=True)
    if old.exists() or old.is_symlink():
        _remove(VENV)  # An earlier try was killed: what it left is not worth keeping.
    elif VENV.exists() or VENV.is_symlink():
        VENV.rename(old)
    try:
        with past_dead_proxies():
            _install(pins)
    except BaseException as error:
        _remove(VENV)
        if old.exists() or old.is_symlink():
            old.rename(VENV)
        if not isinstance(error, NotMadeError):
            raise
        told = f"\n{error}\n\n{_NO_SOCKS if 'SOCKS' in str(error) else _NOT_INSTALLED}"
        if _output([venv_python(), "-c", _USABLE]) is None:
            raise NotMadeError(told) from None
        print(f"{told}\nThe lessons start with the packages of before.", flush=True)
    _remove(old)


_NOT_INSTALLED = (
    "The packages could not be installed: see above. Most often there is no network, the disk is "
    "full, or on Debian and Ubuntu python3-venv is missing."
)
# pip's words: "Missing dependencies for SOCKS support."
_NO_SOCKS = (
    "The packages could not be installed: pip cannot use a SOCKS proxy. Install uv, which can "
    "(https://docs.astral.sh/uv/), or, if your proxy's program speaks HTTP too, set its address "
    "as HTTPS_PROXY, such as http://127.0.0.1:7890."
)
_USABLE = "import openai, jupyterlab, ipykernel, ipywidgets"


@contextmanager
def past_dead_proxies() -> "Iterator[None]":
    """Install without a proxy on this computer at which no program listens, and say so."""
    dead = {}
    for name in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
        for spelled in (name, name.lower()):
            address = _dead(os.environ.get(spelled, ""))
            if address:
                print(
                    f"  {spelled} names a proxy at {address}, where no program listens: without it."
                )
                dead[spelled] = os.environ.pop(spelled)
    try:
        yield
    finally:
        os.environ.update(dead)


def _dead(proxy: str) -> "str | None":
    """Return host and port of a proxy on this computer that refuses a connection, else None."""
    try:
        at = urlsplit(proxy if "://" in proxy else "//" + proxy)
        host, port = at.hostname, at.port
    except ValueError:
        return None
    if port is None or host not in ("localhost", "::1") and not str(host).startswith("127."):
        return None
    try:
        socket.create_connection((host, port), 1).close()
    except ConnectionRefusedError:
        return f"{host}:{port}"
    except OSError:
        pass
    return None


def _install(pins: Path) -> None:
    # A virtual environment's own Python would be put aside with it.
    base = getattr(sys, "_base_executable", None) or sys.executable
    try:
        uv = _uv(base)
        options = ["--quiet", "--python", venv_python(), *as_pip_is_told(), "-r", pins]
        _step("packages", [*uv, "pip", "install", *options])
    except NotMadeError as error:
        why = str(error).splitlines()[-2:][0]
        print(f"  uv cannot do it here ({why}), so pip does: a minute or two.", flush=True)
        _empty([base, "-m", "venv", "--clear", VENV])
        _step("packages", [venv_python(), "-m", "pip", *_INSTALL, "-r", pins])
    _write_place(str(VENV.resolve()))


_INSTALL = ["install", "--quiet", "--disable-pip-version-check"]


def _uv(base: str) -> "list[Any]":
    """Make an empty `.venv` and return how uv is called. Raises NotMadeError."""
    found = shutil.which("uv")
    if found:
        _empty([found, "venv", "--quiet", "--clear", "--python", base, VENV])
        return [found]
    # A pip of its own is half of the time that an environment takes: the pins bring one anyway.
    told = _output([base, "-c", _PIP]) or "0"
    borrowed = int(told.split(".")[0]) > _LENDS_FROM
    if borrowed:
        without, pip = ["--without-pip"], [base, "-m", "pip", "--python", venv_python()]
    else:
        without, pip = [], [venv_python(), "-m", "pip"]
    _empty([base, "-m", "venv", "--clear", *without, VENV])
    _step("uv, which installs fast", [*pip, *_INSTALL, "-r", UV])
    return [venv_python(), "-m", "uv"]


_PIP = "from importlib import metadata; print(metadata.version('pip'))"
_LENDS_FROM = 22
"""The last pip that could not install into another Python's environment."""


def _empty(command: "list[Any]") -> None:
    _step("Python", command)
    _write_place(_UNFINISHED)


def _let_it_find_helpers() -> None:
    """Have every program of `.venv` find `helpers`, wherever a notebook is opened.

    The path is relative to the file that names it: it is ASCII and holds when the folder moves.
    """
    for folder in [VENV / "Lib"] if os.name == "nt" else sorted(VENV.glob("lib/python*")):
        file = folder / "site-packages" / "openai-api-in-practice.pth"
        line = os.path.relpath(ROOT, file.parent) + "\n"
        if not file.exists() or file.read_text("ascii") != line:
            file.write_text(line, "ascii")


def as_pip_is_told() -> "list[str]":
    """Return options that have uv ask where pip is told to ask, as behind a company's proxy.

    What is set for uv itself wins.
    """
    if any(name in os.environ for name in ("UV_INDEX", "UV_INDEX_URL", "UV_DEFAULT_INDEX")):
        return []
    names = {
        "index-url": "--default-index",
        "extra-index-url": "--index",
        "find-links": "--find-links",
        "trusted-host": "--allow-insecure-host",
    }
    told = {}
    # global.index-url='…': first what holds everywhere, then for `pip install`, then by variables.
    lines = (_output([sys.executable, "-m", "pip", "config", "list"]) or "").splitlines()
    for section in ("global.", "install.", ":env:."):
        for line in lines:
            if line.startswith(section) and "=" in line:
                name, value = line[len(section) :].split("=", 1)
                told[name] = str(ast.literal_eval(value))
    options = []
    for name, option in names.items():
        for value in told.get(name, "").split():
            options += [option, value]
    if told.get("no-index", "0").lower() in ("1", "true", "yes", "on"):
        options.append("--no-index")
    # Of several places the first that has a name is not enough: the hash says which file is right.
    return [*options, "--index-strategy", "unsafe-best-match"] if options else []


def _step(what: str, command: "list[Any]") -> None:
    """Run a program to its end and show the seconds it takes. Raises NotMadeError."""
    begin = time.monotonic()
    program = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        close_fds=False,  # It holds the lock as well: a killed command may leave it at work.
    )
    print(f"  {what} ...", end="", flush=True)
    while True:
        try:
            errors = program.communicate(timeout=1)[1].decode("utf-8", "replace").strip()
            break
        except subprocess.TimeoutExpired:
            if sys.stdout.isatty():
                print(f"\r  {what} ... {time.monotonic() - begin:.0f} s", end="", flush=True)
        except KeyboardInterrupt:
            # It has heard Ctrl+C, too. What it says of it is nobody's concern.
            program.communicate()
            print()
            raise
    print(f"\r  {what} ... {time.monotonic() - begin:.0f} s", flush=True)
    code = program.returncode
    if code:
        ended = f"ended with code {code}" if code > 0 else f"was ended by signal {-code}"
        raise NotMadeError(f"{errors}\n{what}: {Path(str(command[0])).name} {ended}.".strip())


def _output(command: "list[Any]") -> "str | None":
    """Return what a program prints, or None if it cannot be started or fails."""
    try:
        run = subprocess.run(
            list(map(str, command)),
            cwd=str(ROOT),  # Where `-m` looks first.
            env=variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.decode("utf-8", "replace")


def _read_place() -> str:
    """Return where `.venv` was made, `_UNFINISHED`, or nothing if it was made by hand."""
    file = VENV / "made-at"
    return file.read_text("utf-8") if file.exists() else ""


def _write_place(text: str) -> None:
    (VENV / "made-at").write_text(text, "utf-8")


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()  # Somebody else's environment stays.
    elif folder.exists():
        shutil.rmtree(str(folder))


# -- One at a time -----------------------------------------------------------------------------


@contextmanager
def _alone() -> "Iterator[None]":
    """Wait until no other command makes the environment. A command that dies lets the next in."""
    waiting = False
    with (ROOT / ".venv.lock").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        while not _lock(file):
            if not waiting:
                print("Another command is making the environment: waiting for it ...", flush=True)
                waiting = True
            time.sleep(0.2)
        yield


def _lock(file: "IO[str]") -> bool:
    """Lock a file until it is closed; return False if another command has.

    On a file system that knows no locks, every command goes ahead.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        pass
    return True


if __name__ == "__main__":
    print(fault(Path(sys.argv[1])) or "")
