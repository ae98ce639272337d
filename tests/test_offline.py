"""Offline means offline: what watches a program's sockets sees every way off this computer.

The kernels of all lessons run under it when nbval runs them (kernels_stay_here.py).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import lessons
from tests.loopback.sitecustomize import CODE
from tests.program import ASK, LOOPBACK, SAID, SETUP


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that ends with `CODE` when it tries to leave this computer."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    ours = {
        "PYTHONPATH": os.pathsep.join([str(LOOPBACK), str(lessons.ROOT)]),
        "PYTHONIOENCODING": "utf-8",
        "LESSONS_MODE": "test",
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=keep | ours,
        capture_output=True,
        encoding="utf-8",
    )


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
