"""JupyterLab as `python -m helpers lab` opens it, asked over HTTP as a browser would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import websocket

from tests import lessons

MEGABYTES = 12
"""JupyterLab itself takes messages of up to 10."""


class Lab:
    """A running JupyterLab: what it printed first, and its address."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.printed = [process.stdout.readline() for _ in range(3)]
        found = re.search(r"(http://localhost:\d+/)(\S+)\?token=(\S+)", "".join(self.printed))
        assert found, self.printed
        self.url, self.lesson, self.token = found.groups()

    def ask(self, path: str, data: bytes | None = None) -> Any:
        """Return what the server answers, as text; follow redirections."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.geturl(), answer.read().decode()

    def run(self, kernel: str, code: str) -> str:
        """Return what a cell prints."""
        channel = f"{self.url.replace('http', 'ws')}api/kernels/{kernel}/channels"
        header = {"msg_id": "1", "msg_type": "execute_request", "username": "", "session": "1"}
        message: dict[str, Any] = {
            "header": header | {"version": "5.3"},
            "parent_header": {},
            "metadata": {},
        }
        message |= {"channel": "shell", "content": {"code": code, "silent": False}}
        socket = websocket.create_connection(f"{channel}?token={self.token}", timeout=60)
        try:
            socket.send(json.dumps(message))
            while True:
                heard = json.loads(socket.recv())
                if heard["msg_type"] == "error":
                    return str(heard["content"]["evalue"])
                if heard["msg_type"] == "stream":
                    return str(heard["content"]["text"])
        finally:
            socket.close()


@contextmanager
def started(folder: Path, *options: str) -> Iterator[Lab]:
    """Start JupyterLab with a home of its own in `folder`, and end it."""
    places = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    environ = {key: text for key, text in os.environ.items() if not key.startswith("JUPYTER")}
    environ |= {name: str(folder / name.lower()) for name in places}
    environ |= {"PYTHONUNBUFFERED": "1", "LESSONS_MODE": "offline", "NO_PROXY": "localhost"}
    with subprocess.Popen(
        [sys.executable, "-m", "helpers.upkeep.lab", "--no-browser", "--port=0", *options],
        cwd=lessons.ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Lab(process)
        finally:
            process.terminate()
        assert process.stdout
        rest = process.stdout.read()
    assert "encryption" not in rest and "rror" not in rest, rest


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with started(tmp_path_factory.mktemp("home")) as running:
        yield running


def test_one_line_says_where_the_lessons_are_and_nothing_else_is_printed(lab: Lab) -> None:
    starting, lessons_are, end = lab.printed
    assert starting == "Starting JupyterLab ...\n"
    assert lessons_are == (
        f"The lessons are at {lab.url}lab/tree/00_start_here.ipynb?token={lab.token}\n"
    )
    assert end == "Ctrl+C here ends them.\n"


def test_the_first_lesson_is_opened(lab: Lab) -> None:
    for path in (lab.lesson, ""):
        url, page = lab.ask(path)
        assert url == f"{lab.url}lab/tree/00_start_here.ipynb" and "jupyter-config-data" in page


def test_there_is_no_pop_up_about_news(lab: Lab) -> None:
    _, text = lab.ask("lab/api/settings/@jupyterlab/apputils-extension:notification")
    defaults = json.loads(text)["schema"]["properties"]
    assert defaults["fetchNews"]["default"] == "false"
    assert defaults["checkForUpdates"]["default"] is False


def test_a_long_line_of_output_is_not_broken_within_a_word(lab: Lab) -> None:
    _, page = lab.ask("lab")
    style = re.search(r'rel="stylesheet" href="/(custom/\S+)"', page)
    assert style and "word-break: normal" in lab.ask(style[1])[1]


def test_for_a_projector_the_type_is_larger(lab: Lab, tmp_path: Path) -> None:
    def sizes(running: Lab) -> set[str | None]:
        _, text = running.ask("lab/api/settings/@jupyterlab/apputils-extension:themes")
        default = json.loads(text)["schema"]["properties"]["overrides"]["default"]
        return {default["code-font-size"], default["content-font-size1"]}

    assert sizes(lab) == {None}
    with started(tmp_path, "--present") as running:
        assert sizes(running) == {"20px"}


def test_kernels_find_helpers_take_large_messages_and_know_no_token(lab: Lab) -> None:
    kernel = json.loads(lab.ask("api/kernels", b"{}")[1])["id"]
    large = f"import helpers; print(helpers.setup.__name__, len({'x' * (MEGABYTES * 2**20)!r}))"
    assert lab.run(kernel, large) == f"setup {MEGABYTES * 2**20}\n"
    assert lab.run(kernel, "import os; print('JUPYTER_TOKEN' in os.environ)") == "False\n"
