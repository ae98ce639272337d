"""Offline means offline: a lesson, run whole, opens no socket that leaves 127.0.0.1."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.lessons import CHEAT_SHEET, NOTEBOOKS, copy_beside
from tests import lessons
from tests.loopback.sitecustomize import CODE
from tests.program import ASK, LOOPBACK, SAID, SETUP

# As a notebook's kernel runs cells, with widgets, exercises and `await`; but a bare program.
RUN = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in json.load(sys.stdin):
    shell.run_cell(cell).raise_error()
"""


def run(program: str, folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program that ends with `CODE` when it tries to leave this computer."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    ours = {
        "PYTHONPATH": os.pathsep.join([str(LOOPBACK), str(lessons.ROOT)]),
        "PYTHONIOENCODING": "utf-8",
        "MPLBACKEND": "agg",
        "LESSONS_MODE": "test",
        "IPYTHONDIR": str(folder / ".ipython"),
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=keep | ours,
        input=given,
        capture_output=True,
        encoding="utf-8",
    )


SHEET = NOTEBOOKS / CHEAT_SHEET


# Solutions call what their lessons call.
@pytest.mark.parametrize("path", [*lessons.LESSONS, SHEET], ids=lessons.name)
def test_a_lesson_stays_on_this_computer(path: Path, tmp_path: Path) -> None:
    cells = [cell.source for cell in lessons.code_cells(lessons.read(path))]
    folder = tmp_path / path.relative_to(lessons.NOTEBOOKS).parent
    folder.mkdir(exist_ok=True)
    copy_beside(tmp_path)
    done = run(RUN, folder, json.dumps(cells))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    if path in lessons.LESSONS:
        assert "offline. Replies come from the mock API" in done.stdout


def test_a_client_with_openais_address_stays_too(tmp_path: Path) -> None:
    ask = ASK.replace("OpenAI(", "OpenAI(base_url='https://api.openai.com/v1', ")
    done = run(SETUP + ask, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"{SAID}\n")


# 192.0.2.1 is nobody's: https://www.rfc-editor.org/rfc/rfc5737
WAYS = {
    "socket.create_connection(('192.0.2.1', 9), 1)": CODE,
    "socket.getaddrinfo('example.com', 443)": CODE,
    "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))": CODE,
    "socket.socket().bind(('0.0.0.0', 0))": CODE,
    "socket.create_server(('', 0))": CODE,
    "openai.OpenAI(api_key='x', max_retries=0).models.list()": CODE,
    "asyncio.run(openai.AsyncOpenAI(api_key='x').models.retrieve('x'))": CODE,
    "subprocess.run([sys.executable, '-c', CHILD], check=True)": CODE,
    "socket.create_connection(socket.create_server(('127.0.0.1', 0)).getsockname())": 0,
    "socket.getaddrinfo('localhost', 80)": 0,
}


@pytest.mark.parametrize(("way", "code"), WAYS.items())
def test_leaving_is_seen_though_exceptions_are_caught(way: str, code: int, tmp_path: Path) -> None:
    program = (
        "import asyncio, openai, socket, subprocess, sys\n"
        "CHILD = \"import socket; socket.getaddrinfo('example.com', 443)\"\n"
        f"try: {way}\n"
        "except subprocess.CalledProcessError as error: sys.exit(error.returncode)\n"
        "except Exception: pass\n"
    )
    done = run(program, tmp_path)
    assert done.returncode == code, done.stderr
    assert ("leaves this computer" in done.stderr) == (code == CODE)
