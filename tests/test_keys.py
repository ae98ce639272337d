"""Keys: saved, deleted and tried; no other line is lost, and no key is ever shown."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

from helpers import keys, settings
from helpers.settings import EnvFileError

KEY, OTHER = "sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd"
NAME = settings.KEY
REST = "# mine\n\nCITY='Ōsaka' # home\nnot a setting\nexport A=b"

# -- Save and delete ---------------------------------------------------------------------------


def test_save_makes_a_file_for_its_owner_only(tmp_path: Path) -> None:
    env = keys.save(f' "{KEY}"\n', tmp_path / ".env")
    assert env.read_text() == f"{NAME}={KEY}\n"
    assert os.name == "nt" or stat.S_IMODE(env.stat().st_mode) == 0o600


def test_without_a_path_the_nearest_file_is_meant(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (computer / ".env").touch()
    (computer / "notebooks").mkdir()
    monkeypatch.chdir(computer / "notebooks")
    assert keys.save(KEY) == computer / ".env"
    assert settings.read().key == settings.Setting(KEY, ".env")
    assert keys.delete() == computer / ".env"
    assert settings.read().key is None


@pytest.mark.parametrize("line", ["{}={}", "export {}={}", "{}='{}'", "{} = {}"])
def test_every_old_key_is_replaced_or_deleted_and_the_rest_stays(tmp_path: Path, line: str) -> None:
    env, old = tmp_path / ".env", line.format(NAME, OTHER)
    env.write_text(f"{old}\n{REST}\n{old}\n", "utf-8")
    keys.save(KEY, env)
    assert env.read_text("utf-8") == f"{NAME}={KEY}\n{REST}\n{NAME}={KEY}\n"
    assert keys.delete(env) == env
    assert env.read_text("utf-8") == f"{REST}\n"


def test_save_adds_a_line_and_ends_the_one_before(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(REST, "utf-8")
    keys.save(KEY, tmp_path / ".env")
    assert (tmp_path / ".env").read_text("utf-8") == f"{REST}\n{NAME}={KEY}\n"


def test_a_key_behind_a_byte_order_mark_is_found(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(f"{NAME}={OTHER}\nA=b\n", "utf-8-sig")
    keys.save(KEY, env)
    assert OTHER not in env.read_text("utf-8")
    assert settings.read_env_file(env) == {NAME: KEY, "A": "b"}
    keys.delete(env)
    assert settings.read_env_file(env) == {"A": "b"}


@pytest.mark.parametrize("content", ["", f"{NAME}=\n", f"# {NAME}={KEY}\n"])
def test_without_a_key_there_is_nothing_to_delete(tmp_path: Path, content: str) -> None:
    (tmp_path / ".env").write_text(content)
    assert keys.delete(tmp_path / ".env") is None
    assert (tmp_path / ".env").read_text() == content


@pytest.mark.parametrize(
    "key", ["", "sk-...", "hello", "sk-proj-FAKE-0000\nA=wxyz", "sk-admin-FAKE-0000-wxyz"]
)
def test_what_is_no_key_is_not_saved(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="Not saved") as caught:
        keys.save(key, tmp_path / ".env")
    assert not key or key not in str(caught.value)
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize(("encoding", "problem"), [("utf-8", "No space"), ("utf-16", "UTF-8")])
@pytest.mark.parametrize("change", [lambda env: keys.save(KEY, env), keys.delete])
def test_a_change_that_fails_loses_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], object],
    encoding: str,
    problem: str,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    env = tmp_path / ".env"
    env.write_text(f"{NAME}={OTHER}\n", encoding)
    content = env.read_bytes()
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(EnvFileError, match=problem) as caught:
        change(env)
    assert KEY not in str(caught.value) and OTHER not in str(caught.value)
    assert env.read_bytes() == content and list(tmp_path.iterdir()) == [env]


# -- Git ---------------------------------------------------------------------------------------


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


def test_a_key_is_saved_only_where_git_ignores_it(repository: Path) -> None:
    with pytest.raises(EnvFileError, match=r"git would track \.env") as caught:
        keys.save(KEY, repository / ".env")
    assert KEY not in str(caught.value) and not (repository / ".env").exists()
    (repository / ".gitignore").write_text(".env\n")
    keys.save(KEY, repository / ".env")
    assert settings.read_env_file(repository / ".env") == {NAME: KEY}


def test_a_file_that_git_tracks_is_refused_although_it_is_ignored(repository: Path) -> None:
    (repository / ".env").touch()
    subprocess.run(["git", "add", ".env"], cwd=repository, check=True)
    (repository / ".gitignore").write_text(".env\n")
    with pytest.raises(EnvFileError, match="git would track"):
        keys.save(KEY, repository / ".env")


@pytest.mark.skipif(os.name == "nt", reason="Windows lets administrators only make links")
def test_a_link_stays_a_link_and_its_file_is_judged(tmp_path: Path, repository: Path) -> None:
    link = tmp_path / ".env"
    for file in (tmp_path / "settings", repository / "settings"):
        file.write_text("A=b\n")
    link.symlink_to(tmp_path / "settings")
    keys.save(KEY, link)
    assert (tmp_path / "settings").read_text() == f"A=b\n{NAME}={KEY}\n"
    keys.delete(link)
    assert link.is_symlink() and (tmp_path / "settings").read_text() == "A=b\n"
    link.unlink()
    link.symlink_to(repository / "settings")
    with pytest.raises(EnvFileError, match="git would track"):
        keys.save(KEY, link)
    assert (repository / "settings").read_text() == "A=b\n"


# -- Try live ----------------------------------------------------------------------------------

MODEL = {"id": "gpt-6-luna", "object": "model", "created": 0, "owned_by": "openai"}
BLOCKED = "<html>Blocked.</html>"


def refusal(**what: str) -> dict[str, Any]:
    # The API repeats the key in its message, starred or not.
    return {"error": {"message": f"No: {KEY}", "param": None, **what}}


@pytest.mark.parametrize(
    ("status", "body", "start", "then"),
    [
        (200, {"object": "list", "data": [MODEL, MODEL]}, "✓", "2 models"),
        (401, refusal(type="invalid_request_error", code="invalid_api_key"), "✗ 401", "not valid"),
        (403, refusal(code="unsupported_country_region_territory"), "✗ 403", "country"),
        (403, refusal(type="invalid_request_error", code="missing_scope"), "✗ 403", "restricted"),
        (429, refusal(type="insufficient_quota", code="insufficient_quota"), "✗ 429", "no credit"),
        (429, refusal(type="requests", code="rate_limit_exceeded"), "✗ 429", "try again"),
        (500, refusal(type="server_error", code=""), "✗ 500", "not judged"),
        (503, "", "✗ 503", "not judged"),
        # A company's proxy, or the login page of a hotel's network.
        (200, BLOCKED, "✗ The answer is not OpenAI's", "proxy"),
        (403, BLOCKED, "✗ The answer is not OpenAI's", "proxy"),
        (200, "[]", "✗ The answer is not OpenAI's", "proxy"),
    ],
)
def test_a_key_is_tried_with_one_request(
    computer: Path, answered_by: Any, status: int, body: Any, start: str, then: str
) -> None:
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.method, str(request.url), request.headers["Authorization"]))
        if isinstance(body, str):
            return httpx2.Response(status, text=body)
        return httpx2.Response(status, json=body)

    answered_by(answer)
    said = keys.try_live(KEY)
    assert said.startswith(start) and then in said and KEY not in said
    assert asked == [("GET", "https://api.openai.com/v1/models", f"Bearer {KEY}")]


def test_a_key_is_tried_for_ten_seconds(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, timeouts = openai.OpenAI, []

    def impatient(**options: Any) -> openai.OpenAI:
        timeouts.append(options["timeout"])
        return real(**(options | {"timeout": 0.1}))

    monkeypatch.setattr(openai, "OpenAI", impatient)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        assert keys.try_live(KEY, address).startswith("✗ No answer within 10 seconds.")
    assert keys.try_live(KEY, address).startswith("✗ No connection.")
    assert timeouts == [10, 10]


@pytest.mark.parametrize(
    "failure",
    [
        ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"),
        # The words of truststore, which looks certificates up on Windows and macOS.
        ssl.SSLCertVerificationError("“proxy” certificate is not trusted"),
    ],
    ids=["openssl", "truststore"],
)
def test_a_certificate_that_is_not_trusted_is_told(
    computer: Path, monkeypatch: pytest.MonkeyPatch, failure: ssl.SSLError
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", refuse)
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = keys.try_live(KEY, f"https://127.0.0.1:{server.getsockname()[1]}/v1")
    assert said.startswith("✗ TLS:") and "SSL_CERT_FILE" in said and KEY not in said
