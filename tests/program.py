"""Programs of their own, as somebody starts them in a terminal: the mock API, or lines of Python.

None can connect to anything but this computer.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.mock import core, server
from helpers.mock.state import Mock
from helpers.modes import OFFLINE_ADMIN_KEY, OFFLINE_KEY
from tests import lessons

STAY_HERE = """
import os, sys

def stay_here(event, args):
    # (An event without a socket is a test's own.)
    if event == "socket.connect" and args[0] and args[1][0] not in ("127.0.0.1", "::1"):
        os._exit(99)

sys.addaudithook(stay_here)

# A key that somebody saved for the lessons is none of these programs' business.
import pathlib
from helpers import settings

settings.own_folder = pathlib.Path.cwd
"""
LOOPBACK = Path(__file__).with_name("loopback")
"""In PYTHONPATH, this folder keeps a program, and those it starts, on this computer altogether."""
LOOPBACK_TOLD = "LOOPBACK_TOLD"
"""Names a file into which such a program says where it wanted to go."""

SETUP = """
from helpers import setup

setup()
"""
ASK = """
from openai import OpenAI

said = OpenAI(max_retries=0, timeout=20).chat.completions.create(
    model="gpt-6-luna", messages=[{"role": "user", "content": "Say hello."}]
)
print(said.choices[0].message.content)
"""
SAID = "Hello! How can I help you today?"
"""What ASK prints after SETUP, offline."""


@contextmanager
def mock_api(*options: str) -> Iterator[str]:
    """Run `python -m helpers.mock` with `options` at a free port and yield its base URL."""
    # Quiet, as nobody reads on: a full pipe would stop it.
    command = [sys.executable, "-m", "helpers.mock", "--port", "0", "--quiet", *options]
    with subprocess.Popen(command, cwd=lessons.ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        try:
            yield found.group()
        finally:
            server.terminate()


def strict_mock() -> str:
    """Serve a new mock, to which an unwritten prompt is an error, without a pace; return its URL.

    It lives in this process: to start a program takes longer than most lessons' requests.
    """
    mock = Mock(strict=True)
    return server.start(lambda request: core.answer(request, mock), lambda: 0.0)


def of_a_reader(address: str) -> dict[str, str]:
    """Return the environment of somebody who runs copied cells against a server."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {
        "OPENAI_BASE_URL": address,
        "OPENAI_API_KEY": OFFLINE_KEY,
        "OPENAI_ADMIN_KEY": OFFLINE_ADMIN_KEY,
        "NO_PROXY": "127.0.0.1",
        "PYTHONIOENCODING": "utf-8",
    }


def start(program: str, folder: Path, **variables: str) -> subprocess.Popen[str]:
    """Start lines of Python in `folder`, with an environment from scratch and `variables`."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    ours = {"HOME": str(folder), "PYTHONPATH": str(lessons.ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        [sys.executable, "-c", STAY_HERE + program],
        cwd=folder,
        env=kept | ours | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def end(process: subprocess.Popen[str], say: str = "") -> tuple[int, str, str]:
    """Wait for the end of a program; return its exit code, output and errors."""
    try:
        out, err = process.communicate(say, timeout=60)
    finally:
        process.kill()
    return process.returncode, out, err


def run(program: str, folder: Path, **variables: str) -> list[str]:
    """Run lines of Python as `start` does and return the lines that they printed, unwrapped."""
    with start(program, folder, **variables) as process:
        code, out, err = end(process)
    assert (code, err) == (0, ""), err
    return unwrapped(out)


def unwrapped(printed: str) -> list[str]:
    """Return printed lines; what `setup()` indents goes on with the line before."""
    return re.sub(r"\n {4,}", " ", printed).splitlines()
