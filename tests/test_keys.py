"""Keys: found, saved and deleted, and never shown."""

from __future__ import annotations

import builtins
import http.server
import json
import os
import socket
import ssl
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from helpers import keys, settings

KEY = "sk-proj-FAKE-0000-wxyz"
OTHER = "sk-proj-FAKE-1111-abcd"


def test_env_file_is_the_nearest_and_a_folder_is_none(tmp_path: Path) -> None:
    below = tmp_path / "course" / "week"
    (below / ".env").mkdir(parents=True)
    (tmp_path / ".env").touch()
    assert settings.env_file(below) == tmp_path / ".env"
    (tmp_path / "course" / ".env").touch()
    assert (
        settings.env_file(below) == settings.env_file(below.parent) == tmp_path / "course" / ".env"
    )


@pytest.mark.parametrize(
    "content",
    [
        f"# mine\n{settings.KEY}={KEY}\nEMPTY=\nBARE\n".encode(),
        f"{settings.KEY}={KEY}\n".encode("utf-8-sig"),
        f"{settings.KEY}={KEY}\r\nEMPTY=\r\n".encode(),
        f"export {settings.KEY}='{KEY}'".encode(),
    ],
    ids=["plain", "BOM", "CRLF", "export"],
)
def test_read_env_file_gives_the_settings_that_have_a_value(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    assert settings.read_env_file(tmp_path / ".env") == {settings.KEY: KEY}


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_read_env_file_says_so_if_it_is_not_utf_8(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_text(f"# für mich\n{settings.KEY}={KEY}\n", encoding)
    with pytest.raises(settings.EnvFileError, match="UTF-8") as caught:
        settings.read_env_file(tmp_path / ".env")
    assert KEY not in str(caught.value)


def test_read_env_file_says_why_it_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = tmp_path / ".env"
    env.touch()
    real_open = builtins.open

    def refuse(file: Any, *args: Any, **options: Any) -> Any:
        if file == env:
            raise PermissionError(13, "Permission denied", str(env))
        return real_open(file, *args, **options)

    monkeypatch.setattr(builtins, "open", refuse)
    with pytest.raises(settings.EnvFileError, match=r"\.env cannot be read \(Permission denied\)"):
        settings.read_env_file(env)


@pytest.mark.parametrize(
    ("environment", "in_file", "found"),
    [
        ({settings.KEY: KEY}, {settings.KEY: OTHER}, settings.Setting(KEY, "the environment")),
        ({}, {settings.KEY: f'"{OTHER}"'}, settings.Setting(OTHER, ".env")),
        ({settings.KEY: ""}, {settings.KEY: OTHER}, settings.Setting(OTHER, ".env")),
        ({settings.KEY: " "}, {}, None),
    ],
)
def test_find_prefers_the_environment_unless_it_is_empty(
    environment: dict[str, str], in_file: dict[str, str], found: settings.Setting | None
) -> None:
    read = settings.Settings(environment, Path(".env"), in_file)
    assert read.find(settings.KEY) == found


def test_save_makes_a_file_for_its_owner_only(tmp_path: Path) -> None:
    env = keys.save(f' "{KEY}"\n', tmp_path / ".env")
    assert env.read_text() == f"{settings.KEY}={KEY}\n"
    assert os.name == "nt" or stat.S_IMODE(env.stat().st_mode) == 0o600


def test_save_without_a_path_takes_the_nearest_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").touch()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert keys.save(KEY) == tmp_path / ".env"
    assert settings.read_env_file(tmp_path / ".env") == {settings.KEY: KEY}


REST = "# mine\n\nCITY='Ōsaka' # home\nnot a setting\nexport A=b"


@pytest.mark.parametrize("line", ["{}={}", "export {}={}", "{}='{}'", "{} = {}"])
def test_save_replaces_every_old_key_and_keeps_the_other_lines(tmp_path: Path, line: str) -> None:
    env, old = tmp_path / ".env", line.format(settings.KEY, OTHER)
    env.write_text(f"{old}\n{REST}\n{old}\n", "utf-8")
    keys.save(KEY, env)
    assert env.read_text("utf-8") == f"{settings.KEY}={KEY}\n{REST}\n{settings.KEY}={KEY}\n"


def test_save_adds_a_line_and_ends_the_one_before(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(REST, "utf-8")
    keys.save(KEY, tmp_path / ".env")
    assert (tmp_path / ".env").read_text("utf-8") == f"{REST}\n{settings.KEY}={KEY}\n"


def write_with_bom(env: Path) -> None:
    env.write_text(f"{settings.KEY}={OTHER}\nA=b\n", "utf-8-sig")


def test_save_replaces_a_key_behind_a_byte_order_mark(tmp_path: Path) -> None:
    write_with_bom(tmp_path / ".env")
    keys.save(KEY, tmp_path / ".env")
    assert OTHER not in (tmp_path / ".env").read_text("utf-8")
    assert settings.read_env_file(tmp_path / ".env") == {settings.KEY: KEY, "A": "b"}


Change = Callable[[Path], object]
CHANGES: list[Change] = [lambda env: keys.save(KEY, env), keys.delete]


@pytest.mark.parametrize("change", CHANGES, ids=["save", "delete"])
def test_a_write_that_fails_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    env, before = tmp_path / ".env", f"{settings.KEY}={OTHER}\n{REST}\n"
    env.write_text(before, "utf-8")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(settings.EnvFileError, match="No space left on device") as caught:
        change(env)
    assert env.read_text("utf-8") == before
    assert list(tmp_path.iterdir()) == [env]
    assert KEY not in str(caught.value) and OTHER not in str(caught.value)


@pytest.mark.parametrize("change", CHANGES, ids=["save", "delete"])
def test_a_file_that_is_not_utf_8_is_not_changed(tmp_path: Path, change: Change) -> None:
    env, before = tmp_path / ".env", f"{settings.KEY}={OTHER}\n".encode("utf-16")
    env.write_bytes(before)
    with pytest.raises(settings.EnvFileError, match="UTF-8") as caught:
        change(env)
    assert KEY not in str(caught.value) and OTHER not in str(caught.value)
    assert env.read_bytes() == before
    assert list(tmp_path.iterdir()) == [env]


@pytest.mark.parametrize(
    "key", ["", "sk-...", "hello", "sk-proj-FAKE-0000\nA=wxyz", "sk-admin-FAKE-0000-wxyz"]
)
def test_save_refuses_what_is_no_key(tmp_path: Path, key: str) -> None:
    (tmp_path / ".env").write_text("A=b\n")
    with pytest.raises(ValueError, match="Not saved") as caught:
        keys.save(key, tmp_path / ".env")
    assert not key or key not in str(caught.value)
    assert (tmp_path / ".env").read_text() == "A=b\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    # What this computer's user ignores everywhere, or a hook that runs the tests, is left out.
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("GIT_DIR", raising=False)
    monkeypatch.delenv("GIT_INDEX_FILE", raising=False)
    subprocess.run(["git", "init", "--quiet", folder], check=True, capture_output=True)
    return folder


def test_save_refuses_a_file_that_git_would_track(repository: Path) -> None:
    with pytest.raises(settings.EnvFileError, match=r"git would track \.env") as caught:
        keys.save(KEY, repository / ".env")
    assert KEY not in str(caught.value)
    assert not (repository / ".env").exists()


def test_save_takes_a_file_that_git_ignores(repository: Path) -> None:
    (repository / ".gitignore").write_text(".env\n")
    keys.save(KEY, repository / ".env")
    assert settings.read_env_file(repository / ".env") == {settings.KEY: KEY}


def test_save_refuses_a_file_that_git_tracks_although_it_is_ignored(repository: Path) -> None:
    (repository / ".env").touch()
    subprocess.run(["git", "add", ".env"], cwd=repository, check=True)
    (repository / ".gitignore").write_text(".env\n")
    with pytest.raises(settings.EnvFileError, match="git would track"):
        keys.save(KEY, repository / ".env")


@pytest.mark.skipif(os.name == "nt", reason="Windows lets administrators only make links")
class TestLink:
    def test_stays_a_link_and_its_file_gets_the_key(self, tmp_path: Path) -> None:
        file, link = tmp_path / "settings", tmp_path / ".env"
        file.write_text("A=b\n")
        link.symlink_to(file)
        keys.save(KEY, link)
        assert link.is_symlink()
        assert file.read_text() == f"A=b\n{settings.KEY}={KEY}\n"
        keys.delete(link)
        assert link.is_symlink()
        assert file.read_text() == "A=b\n"

    def test_to_a_file_that_git_would_track_is_refused(
        self, tmp_path: Path, repository: Path
    ) -> None:
        (repository / "settings").touch()
        (tmp_path / ".env").symlink_to(repository / "settings")
        with pytest.raises(settings.EnvFileError, match="git would track"):
            keys.save(KEY, tmp_path / ".env")
        assert (repository / "settings").read_text() == ""


def test_delete_takes_out_every_key_and_nothing_else(tmp_path: Path) -> None:
    env, line = tmp_path / ".env", f"export {settings.KEY}='{KEY}'\n"
    env.write_text(f"{line}{REST}\n{line}", "utf-8")
    assert keys.delete(env) == env
    assert env.read_text("utf-8") == f"{REST}\n"


def test_delete_takes_out_a_key_behind_a_byte_order_mark(tmp_path: Path) -> None:
    write_with_bom(tmp_path / ".env")
    assert keys.delete(tmp_path / ".env")
    assert settings.read_env_file(tmp_path / ".env") == {"A": "b"}


@pytest.mark.parametrize("content", ["", f"{settings.KEY}=\n", f"# {settings.KEY}={KEY}\n"])
def test_delete_without_a_key_changes_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / ".env").write_text(content)
    assert keys.delete(tmp_path / ".env") is None
    assert (tmp_path / ".env").read_text() == content


class Server(http.server.ThreadingHTTPServer):
    """A server that gives every request the same answer and remembers who asked for what."""

    def __init__(self, status: int, body: bytes, kind: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = (status, body, kind)
        self.asked: list[tuple[str, str | None]] = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append((self.path, self.headers["Authorization"]))
        status, body, kind = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing on the screen."""


@contextmanager
def serving(status: int, body: bytes, kind: str = "application/json") -> Iterator[Server]:
    with Server(status, body, kind) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "*")


def error(**what: str) -> bytes:
    # The API repeats the key in its message, starred or not.
    return json.dumps({"error": {"message": f"No: {KEY}", "param": None, **what}}).encode()


MODEL = {"id": "gpt-6-luna", "object": "model", "created": 0, "owned_by": "openai"}
COUNTRY = "unsupported_country_region_territory"


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize(
    ("status", "body", "start", "then"),
    [
        (200, json.dumps({"object": "list", "data": [MODEL, MODEL]}).encode(), "✓", "2 models"),
        (401, error(type="invalid_request_error", code="invalid_api_key"), "✗ 401", "not valid"),
        (403, error(type="request_forbidden", code=COUNTRY), "✗ 403", "country"),
        (403, error(type="invalid_request_error", code="missing_scope"), "✗ 403", "restricted"),
        (429, error(type="insufficient_quota", code="insufficient_quota"), "✗ 429", "no credit"),
        (429, error(type="requests", code="rate_limit_exceeded"), "✗ 429", "try again"),
        (500, error(type="server_error", code=""), "✗ 500", "not judged"),
        (503, b"", "✗ 503", "not judged"),
    ],
)
def test_try_live_asks_once_and_says_what_came_of_it(
    status: int, body: bytes, start: str, then: str
) -> None:
    with serving(status, body) as server:
        said = keys.try_live(KEY, f"http://127.0.0.1:{server.server_port}/v1")
    assert said.startswith(start) and then in said
    assert KEY not in said
    assert server.asked == [("/v1/models", f"Bearer {KEY}")]


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_try_live_takes_no_page_of_a_company_proxy_for_an_answer(status: int, kind: str) -> None:
    with serving(status, b"<html>Blocked.</html>", kind) as server:
        said = keys.try_live(KEY, f"http://127.0.0.1:{server.server_port}/v1")
    assert said.startswith("✗") and "valid" not in said and "proxy" in said
    assert KEY not in said


@pytest.mark.usefixtures("no_proxy")
def test_try_live_without_a_connection() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        said = keys.try_live(KEY, f"http://127.0.0.1:{closed.getsockname()[1]}/v1")
    assert said.startswith("✗ No connection.")
    assert KEY not in said


@pytest.mark.usefixtures("no_proxy")
def test_try_live_gives_up_after_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    real, timeouts = openai.OpenAI, []

    def impatient(**options: Any) -> openai.OpenAI:
        timeouts.append(options["timeout"])
        return real(**(options | {"timeout": 0.1}))

    monkeypatch.setattr(openai, "OpenAI", impatient)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = keys.try_live(KEY, f"http://127.0.0.1:{silent.getsockname()[1]}/v1")
    assert timeouts == [10]
    assert said.startswith("✗ No answer within 10 seconds.")
    assert KEY not in said


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize(
    "failure",
    [
        ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"),
        # The words of truststore, which looks certificates up on Windows and macOS.
        ssl.SSLCertVerificationError("“proxy” certificate is not trusted"),
    ],
    ids=["openssl", "truststore"],
)
def test_try_live_with_a_certificate_that_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, failure: ssl.SSLError
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", refuse)
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = keys.try_live(KEY, f"https://127.0.0.1:{server.getsockname()[1]}/v1")
    assert said.startswith("✗ TLS:") and "SSL_CERT_FILE" in said
    assert KEY not in said
