"""`python -m helpers.mock`: what it prints, takes and refuses, and how it ends."""

from __future__ import annotations

import ast
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from helpers.environment import ROOT
from helpers.mock import __main__ as entrance
from helpers.mock import core, server
from helpers.mock.state import Shelf
from tests.mock.asking import HELLO, KEY, SAID

PAGE = "http://localhost:3000"
NOBODY = [{"role": "user", "content": "Nobody wrote this."}]


@contextmanager
def running(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the program at a free port; yield its base URL and the process."""
    command = [sys.executable, "-m", "helpers.mock", "--port", "0", *options]
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        try:
            assert process.stdout
            head = "".join(iter(process.stdout.readline, "Ctrl+C ends it.\n"))
            found = re.search(r"http://\S+", head)
            assert found and f"export OPENAI_BASE_URL={found.group()}\n" in head
            assert "export OPENAI_ADMIN_KEY=sk-admin-offline-mock\n" in head
            yield found.group(), process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def open_to_a_page() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The program for a web page and for any key."""
    with running("--any-key", "--cors", PAGE, "--pace", "0") as found:
        yield found


def client(address: str, key: str = KEY) -> OpenAI:
    return OpenAI(api_key=key, base_url=address, max_retries=0)


def test_it_prints_a_line_for_each_request_with_its_status(
    open_to_a_page: tuple[str, subprocess.Popen[str]],
) -> None:
    address, process = open_to_a_page
    for path in ("/models", "/nonsense?a=b", "/%1b[2J"):
        httpx2.get(address + path, headers={"authorization": "Bearer EMPTY"})
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(3)]
    assert lines == ["GET /v1/models 200\n", "GET /v1/nonsense 404\n", "GET /v1/%1B%5B2J 404\n"]


def test_it_takes_any_key_when_asked_to(
    open_to_a_page: tuple[str, subprocess.Popen[str]],
) -> None:
    with client(open_to_a_page[0], "EMPTY") as anybody:
        completion = anybody.chat.completions.create(**HELLO["chat"])
        assert completion.choices[0].message.content == SAID
        improvised = anybody.chat.completions.create(**HELLO["chat"] | {"messages": NOBODY})
        assert "(Offline mock)" in str(improvised.choices[0].message.content)


def test_a_page_of_the_origin_named_may_call_it(
    open_to_a_page: tuple[str, subprocess.Popen[str]],
) -> None:
    url = f"{open_to_a_page[0]}/models"
    asked = {"origin": PAGE, "access-control-request-method": "GET"}
    preflight = httpx2.options(url, headers=asked)
    assert preflight.status_code == 204
    headers = preflight.headers["access-control-allow-headers"].split(", ")
    assert {"*", "authorization"} == set(headers)
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for reply in (preflight, httpx2.get(url, headers={"authorization": "Bearer EMPTY"})):
        assert reply.headers["access-control-allow-origin"] == PAGE
        assert reply.headers["vary"] == "origin"


def test_ctrl_c_ends_it_quietly_even_within_a_stream() -> None:
    pace = 0.2
    with running("--quiet", "--strict", "--pace", str(pace)) as (address, process):
        with client(address) as learner:
            with pytest.raises(openai.BadRequestError, match="No written reply"):
                learner.chat.completions.create(**HELLO["chat"] | {"messages": NOBODY})
            with pytest.raises(openai.AuthenticationError):
                client(address, "EMPTY").models.list()
            assert "access-control-allow-origin" not in httpx2.get(f"{address}/models").headers
            with learner.chat.completions.create(**HELLO["chat"], stream=True) as stream:
                chunks = iter(stream)
                next(chunks)
                start = time.monotonic()
                next(chunks)
                assert time.monotonic() - start >= pace * 0.8
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate(timeout=20)
        assert (process.returncode, said.strip(), complained) == (0, "", "")


# What it is told, without a process of its own


def run(monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    """Run the program in this process; return its exit code. It serves nothing."""
    monkeypatch.setattr(sys, "argv", ["mock", *options])
    monkeypatch.setattr(server, "serve", lambda _, listening: listening.close())
    try:
        return entrance.main()
    except SystemExit as ended:
        return int(str(ended.code or 0))


Said = pytest.CaptureFixture[str]


def test_help_lists_every_endpoint(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    assert run(monkeypatch, "--help") == 0
    text = capsys.readouterr().out
    for line in ("  POST   /v1/chat/completions\n", "  DELETE /v1/files/{id}\n"):
        assert line in text
    rows = [row for name in core.ENDPOINTS for row in core.routes(f"/v1/{name}/")]
    assert len(re.findall(r"^  [A-Z]+ +/v1/", text, re.M)) == len(rows) > 15
    for option in ("--any-key", "--pace", "--cors", "--strict", "--quiet", "--open-to-network"):
        assert option in text


def test_it_says_what_had_to_go(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    log = logging.getLogger("helpers.mock")
    monkeypatch.setattr(log, "handlers", [])
    assert run(monkeypatch, "--port", "0", "--quiet") == 0
    shelf: Shelf[int] = Shelf("things", most=1)
    for id in ("first", "second"):
        shelf.keep(id, 1, 1)
    assert "first had to go: the mock keeps the newest 1 things" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("port", "sentence"),
    [("99999", "99999 is no port: ports go from 0 to 65535"), ("-1", "-1 is no"), ("x", "invalid")],
)
def test_an_impossible_port_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, port: str, sentence: str
) -> None:
    assert run(monkeypatch, "--port", port) == 2
    assert sentence in capsys.readouterr().err


def test_a_port_in_use_gets_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    with server.listen() as taken:
        port = taken.getsockname()[1]
        assert run(monkeypatch, "--port", str(port)) == 1
    complaint = capsys.readouterr().err
    assert f"127.0.0.1:{port} cannot be used" in complaint and "Try --port 0." in complaint


def test_another_host_is_refused_unless_one_means_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    asked = []
    listen = server.listen

    def listening(port: int, host: str) -> Any:
        asked.append(host)
        return listen()

    monkeypatch.setattr(server, "listen", listening)
    monkeypatch.setattr(server, "addresses", lambda: ["192.0.2.10", "10.0.0.7"])
    assert run(monkeypatch, "--host", "0.0.0.0", "--port", "0") == 2
    assert "lets other computers in" in capsys.readouterr().err and asked == []
    assert run(monkeypatch, "--host", "0.0.0.0", "--port", "0", "--open-to-network") == 0
    said = capsys.readouterr().out
    assert re.search(r"^  export OPENAI_BASE_URL=http://192\.0\.2\.10:\d+/v1$", said, re.M)
    assert re.search(r"of this computer: http://10\.0\.0\.7:\d+/v1\.$", said, re.M)
    assert run(monkeypatch, "--host", "localhost", "--port", "0") == 0
    assert asked == ["0.0.0.0", "localhost"] and "export OPENAI_BASE_URL=http://127.0.0.1:" in (
        capsys.readouterr().out
    )


def test_the_addresses_of_this_computer_are_told_each_once_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {"192.0.2.1": "203.0.113.5", "10.255.255.255": "10.0.0.7", "172.31.255.255": "127.0.0.1"}

    class Asking(socket.socket):
        def connect(self, address: Any) -> None:
            assert self.type == socket.SOCK_DGRAM
            self.other = address[0]
            if self.other == "192.168.255.255":
                raise OSError("no route")

        def getsockname(self) -> Any:
            return own[self.other], 0

    monkeypatch.setattr(socket, "socket", Asking)
    assert server.addresses() == ["203.0.113.5", "10.0.0.7"]
    own["10.255.255.255"] = "203.0.113.5"
    assert server.addresses() == ["203.0.113.5"]


# Whichever Python starts it


@pytest.mark.parametrize("file", ["__init__.py", "__main__.py"])
def test_an_old_python_can_read_what_it_starts_with(file: str) -> None:
    source = (ROOT / "helpers/mock" / file).read_text("utf-8")
    ast.parse(source, feature_version=(3, 7))


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(sys, "version", "3.9.18 (main)")
    assert run(monkeypatch) == 1
    assert "needs Python 3.10 or later; this is 3.9.18." in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for .venv's Python is a shell script")
def test_a_python_without_the_packages_goes_on_in_the_environment(tmp_path: Path) -> None:
    # A project whose environment is there, with a Python that only tells how it was called.
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    whole = '[ "$2" = helpers.environment ] && exit'  # What it is asked first: nothing is wrong.
    python.write_text(f'#!/bin/sh\n{whole}\necho "$@"; echo "$PYTHONPATH"\n')
    python.chmod(0o755)
    bare = [sys.executable, "-S"]  # Without site-packages.
    command = [*bare, "-m", "helpers.mock", "--port", "0"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    path = os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])
    assert run.stdout == f"-m helpers.mock --port 0\n{path}\n", run.stderr
