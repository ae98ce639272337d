"""The first minute: from the command to lesson 00, with nothing in any cache.

Beside it: `python -m venv`, `pip install openai jupyterlab` and JupyterLab on the same computer,
which is what somebody without the lessons would do. Both wait for the network.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, sleep

from benchmarks import ratios
from helpers.environment import ROOT

ROUNDS = 3
BASE = getattr(sys, "_base_executable", sys.executable)


@contextmanager
def nothing() -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield an empty folder, and an environment without caches, activated Python or uv."""
    with tempfile.TemporaryDirectory(dir="/tmp" if os.name == "posix" else None) as name:
        folder = Path(name)
        environ = {key: text for key, text in os.environ.items() if not key.startswith("JUPYTER")}
        for unwanted in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"):
            environ.pop(unwanted, None)
        caches = {"PIP_CACHE_DIR": "pip", "UV_CACHE_DIR": "uv", "JUPYTER_DATA_DIR": "jupyter"}
        environ |= {variable: str(folder / place) for variable, place in caches.items()}
        environ["PATH"] = os.pathsep.join(
            place
            for place in environ["PATH"].split(os.pathsep)
            if not shutil.which("uv", path=place)
        )
        yield folder, environ | {"PYTHONUNBUFFERED": "1", "NO_PROXY": "localhost"}


def until_answered(command: list[str], folder: Path, environ: dict[str, str]) -> None:
    """Start a program and return when the address of JupyterLab that it prints answers."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            _wait(program)
        finally:
            _end(program)


def _wait(program: subprocess.Popen[str]) -> None:
    assert program.stdout
    said = ""
    for line in program.stdout:
        said += line
        if found := re.search(r"http://localhost\S+token=\w+", line):
            _ask(found.group())
            return
    raise RuntimeError(said)


def _ask(address: str) -> None:
    # JupyterLab says where it is a moment before it listens there.
    for _ in range(100):
        with suppress(urllib.error.URLError):
            urllib.request.urlopen(address, timeout=60).close()
            return
        sleep(0.1)
    raise TimeoutError(address)


def _end(program: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        os.killpg(program.pid, 15)
    else:
        program.terminate()
    assert program.stdout
    program.stdout.read()


def lessons() -> float:
    """Return the seconds from the command to lesson 00, in a fresh copy of the project."""
    with nothing() as (folder, environ):
        project = folder / "lessons"
        shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(".venv*", ".git", ".*_cache"))
        begin = perf_counter()
        until_answered([BASE, "-m", "helpers", "lab", "--no-browser"], project, environ)
        return perf_counter() - begin


def bare() -> float:
    """Return the seconds that the SDK and JupyterLab take, installed by pip and started."""
    with nothing() as (folder, environ):
        begin = perf_counter()
        python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        install = [str(python), "-m", "pip", "install", "--quiet", "openai", "jupyterlab"]
        for command in ([BASE, "-m", "venv", str(python.parents[1])], install):
            subprocess.run(command, env=environ, check=True, capture_output=True)
        start = [str(python), "-m", "jupyterlab", "--no-browser", "--allow-root"]
        until_answered(start, folder, environ)
        return perf_counter() - begin


def main() -> None:
    """Measure and print."""
    time = ratios.in_turns({"lessons": lessons, "bare": bare}, rounds=ROUNDS)
    ratios.report("first minute ÷ pip install openai jupyterlab", time["lessons"], time["bare"])
    for name, seconds in time.items():
        print(f"{name}: {', '.join(f'{second:.1f}' for second in seconds)} s")


if __name__ == "__main__":
    main()
