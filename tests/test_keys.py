"""Keys: saved, deleted and tried; no other line is lost, and no key is ever shown."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

from helpers import env_text, keys, settings
from helpers.environment import ROOT
from helpers.settings import EnvFileError

KEY, OTHER = "sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd"
NAME = settings.KEY
REST = "# mine\n\nCITY='Ōsaka' # home\nnot a setting\nexport A=b"

# -- Save and delete ---------------------------------------------------------------------------


def test_save_makes_a_file_for_its_owner_only(tmp_path: Path) -> None:
    env = keys.save(f' "{KEY}"\n', tmp_path / ".env")
    assert env.read_text() == f"{NAME}={KEY}\n"
    assert os.name == "nt" or stat.S_IMODE(env.stat().st_mode) == 0o600


@pytest.fixture
def lessons(computer: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lessons' folder inside that of another project; work is done in its notebooks."""
    folder = computer / "project" / "lessons"
    (folder / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(settings, "own_folder", lambda: folder)
    monkeypatch.chdir(folder / "notebooks")
    return folder


@pytest.mark.parametrize("place", ["", "notebooks"])
def test_without_a_path_the_lessons_own_file_is_meant(lessons: Path, place: str) -> None:
    (lessons / place / ".env").touch()
    assert keys.save(KEY) == lessons / place / ".env"
    assert settings.read().key == settings.Setting(KEY, ".env")
    assert keys.delete() == lessons / place / ".env"
    assert settings.read().key is None


def test_another_projects_file_is_never_written(lessons: Path) -> None:
    theirs = lessons.parent / ".env"
    theirs.write_text(f"{NAME}={OTHER}\nA=b\n")
    found = settings.read()
    assert found.key == settings.Setting(OTHER, f".env in {lessons.parent}")
    assert keys.delete() is None
    assert keys.save(KEY) == lessons / ".env"
    assert settings.read().key == settings.Setting(KEY, ".env")
    keys.delete()
    assert theirs.read_text() == f"{NAME}={OTHER}\nA=b\n"


def test_from_another_folder_the_lessons_file_is_the_last_that_is_read(
    lessons: Path, computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(computer)
    assert keys.save(KEY) == lessons / ".env"
    assert settings.read().key == settings.Setting(KEY, f".env in {lessons}")
    (computer / ".env").write_text(f"{NAME}={OTHER}")
    assert settings.read().key == settings.Setting(OTHER, ".env")
    assert keys.delete() == lessons / ".env"
    assert (computer / ".env").read_text() == f"{NAME}={OTHER}"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o666, 0o600), (0o400, 0o400)])
@pytest.mark.parametrize("change", [lambda env: keys.save(KEY, env), keys.delete])
def test_nobody_else_can_read_the_file_afterwards(
    tmp_path: Path, before: int, after: int, change: Callable[[Path], object]
) -> None:
    env = tmp_path / ".env"
    env.write_text(f"{NAME}={OTHER}\n")
    env.chmod(before)
    change(env)
    assert stat.S_IMODE(env.stat().st_mode) == after


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill")
def test_what_a_killed_program_leaves_is_ignored_by_git(repository: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "os.replace = os.rename = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from pathlib import Path\n"
        "from helpers import keys\n"
        "keys.save(sys.argv[1], Path('.env'))\n"
    )
    (repository / ".gitignore").write_bytes((ROOT / ".gitignore").read_bytes())
    (repository / ".env").write_text("A=b\n")
    paths = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", program, KEY], cwd=repository, env=paths)
    assert killed.returncode == -signal.SIGKILL
    assert (repository / ".env").read_text() == "A=b\n"
    (left,) = (file for file in repository.iterdir() if KEY in _text(file))
    listed = ["git", "status", "--porcelain", "--untracked-files=all"]
    status = subprocess.run(listed, cwd=repository, capture_output=True, text=True, check=True)
    assert status.stdout == "?? .gitignore\n"
    assert stat.S_IMODE(left.stat().st_mode) == 0o600


def _text(file: Path) -> str:
    return file.read_text() if file.is_file() else ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_a_pipe_stays_a_pipe_and_nobody_waits_for_it(computer: Path) -> None:
    os.mkfifo(computer / ".env")
    for change in (lambda: keys.save(KEY), keys.delete):
        with pytest.raises(EnvFileError, match="is a pipe, not a file"):
            change()
    assert (computer / ".env").is_fifo() and list(computer.iterdir()) == [computer / ".env"]


@pytest.mark.parametrize("content", [b"A=b\n\x00C\x00", b"A='" + b"x" * 100_000 + b"'"])
def test_a_file_that_is_not_read_is_not_changed(computer: Path, content: bytes) -> None:
    (computer / ".env").write_bytes(content)
    for change in (lambda: keys.save(KEY), keys.delete):
        with pytest.raises(EnvFileError):
            change()
    assert (computer / ".env").read_bytes() == content


@pytest.mark.parametrize("line", ["{}={}", "export {}={}", "{}='{}'", "{} = {}"])
def test_every_old_key_is_replaced_or_deleted_and_the_rest_stays(tmp_path: Path, line: str) -> None:
    env, old = tmp_path / ".env", line.format(NAME, OTHER)
    env.write_text(f"{old}\n{REST}\n{old}\n", "utf-8")
    keys.save(KEY, env)
    assert env.read_text("utf-8") == f"{NAME}={KEY}\n{REST}\n{NAME}={KEY}\n"
    assert keys.delete(env) == env
    assert env.read_text("utf-8") == f"{REST}\n"


def test_line_ends_are_kept(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_bytes(f"A=b\r\n{NAME}={OTHER}\r\n# \u00e9\r\n".encode())
    keys.save(KEY, env)
    assert env.read_bytes() == f"A=b\r\n{NAME}={KEY}\r\n# \u00e9\r\n".encode()
    keys.delete(env)
    assert env.read_bytes() == "A=b\r\n# \u00e9\r\n".encode()


@pytest.mark.parametrize(
    "content", [f"{NAME}={OTHER}\n0000-abcd\nA=b\n", f"{NAME}={OTHER}\n{NAME}=\nA=b\n"]
)
def test_a_key_that_is_split_or_overruled_is_deleted_as_well(tmp_path: Path, content: str) -> None:
    env = tmp_path / ".env"
    env.write_text(content)
    assert keys.delete(env) == env
    assert env.read_text() == "A=b\n"


def test_save_adds_a_line_and_ends_the_one_before(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(REST, "utf-8")
    keys.save(KEY, tmp_path / ".env")
    assert (tmp_path / ".env").read_text("utf-8") == f"{REST}\n{NAME}={KEY}\n"


def test_a_key_behind_a_byte_order_mark_is_found(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(f"{NAME}={OTHER}\nA=b\n", "utf-8-sig")
    keys.save(KEY, env)
    assert OTHER not in env.read_text("utf-8")
    assert env_text.read(settings.read_text(env))[0] == {NAME: KEY, "A": "b"}
    keys.delete(env)
    assert env_text.read(settings.read_text(env))[0] == {"A": "b"}


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
    monkeypatch.setattr(Path, "replace", full)
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
    assert env_text.read(settings.read_text(repository / ".env"))[0] == {NAME: KEY}


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
    (tmp_path / "settings").unlink()
    keys.save(KEY, link)
    assert link.is_symlink() and (tmp_path / "settings").read_text() == f"{NAME}={KEY}\n"
    link.unlink()
    link.symlink_to(link)
    with pytest.raises(EnvFileError, match="link"):
        keys.save(KEY, link)
    assert link.is_symlink()
    link.unlink()
    link.symlink_to(repository / "settings")
    with pytest.raises(EnvFileError, match="git would track"):
        keys.save(KEY, link)
    assert (repository / "settings").read_text() == "A=b\n"


# -- Try live ----------------------------------------------------------------------------------

MODEL = {"id": "gpt-6-luna", "object": "model", "created": 0, "owned_by": "openai"}
BLOCKED = "<html>Blocked.</html>"
INVALID = "invalid_request_error"


def refusal(message: str = "No", **what: Any) -> dict[str, Any]:
    # The API repeats the key in its message, starred or not.
    return {"error": {"message": f"{message}: {KEY}", "param": None, **what}}


@pytest.mark.parametrize(
    ("status", "body", "start", "then"),
    [
        (200, {"object": "list", "data": [MODEL, MODEL]}, "✓", "2 models"),
        # Only one kind of 401 means that the key is wrong.
        (401, refusal(type=INVALID, code="invalid_api_key"), "✗ 401 invalid_api_key",
         "does not know this key"),
        (401, refusal(type=INVALID, code="mismatched_organization"),
         "✗ 401 mismatched_organization", "OPENAI_ORG_ID"),
        (401, refusal(type=INVALID, code="invalid_organization"),
         "✗ 401 invalid_organization", "OPENAI_ORG_ID"),
        (401, refusal(type=INVALID, code="mismatched_project"), "✗ 401 mismatched_project",
         "OPENAI_PROJECT_ID"),
        (401, refusal(type=INVALID, code="no_organization"), "✗ 401 no_organization", "member"),
        (401, refusal("You must be a member of an organization", type=INVALID, code=None),
         "✗ 401", "not a member"),
        (401, refusal(type=INVALID, code="ip_not_authorized"), "✗ 401 ip_not_authorized",
         "IP address"),
        (401, refusal("Your IP is not authorized", type=INVALID, code=None), "✗ 401", "IP address"),
        (401, refusal(type=INVALID, code="incorrect_hostname"), "✗ 401 incorrect_hostname",
         "OPENAI_BASE_URL"),
        (401, refusal(type=INVALID, code="account_deactivated"), "✗ 401 account_deactivated",
         "error-codes"),
        (401, refusal(type=INVALID, code=KEY), "✗ 401", "error-codes"),
        (401, refusal("Missing scopes", type=INVALID, code=None), "✗ 401", "may not list models"),
        (401, BLOCKED, "✗ The answer is not OpenAI's (401)", "proxy"),
        (401, {"message": "Unauthorized"}, "✗ The answer is not OpenAI's (401)", "proxy"),
        (403, refusal(code="unsupported_country_region_territory"), "✗ 403", "country"),
        (403, refusal(type=INVALID, code="missing_scope"), "✗ 403", "may not list models"),
        (404, refusal(type=INVALID, code=None), "✗ 404", "not judged"),
        (429, refusal(type="insufficient_quota", code="insufficient_quota"), "✗ 429", "no credit"),
        (429, refusal(type="requests", code="rate_limit_exceeded"), "✗ 429", "try again"),
        (500, refusal(type="server_error", code=""), "✗ 500", "not judged"),
        (503, "", "✗ 503", "not judged"),
        # A company's proxy, or the login page of a hotel's network.
        (200, BLOCKED, "✗ The answer is not OpenAI's", "proxy"),
        (403, BLOCKED, "✗ The answer is not OpenAI's (403)", "proxy"),
        (200, "[]", "✗ The answer is not OpenAI's", "proxy"),
        (200, "null", "✗ The answer is not OpenAI's", "proxy"),
    ],
)  # fmt: skip
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


def test_a_key_is_tried_where_setup_would_send_it(
    computer: Path, answered_by: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append((str(request.url), request.headers.get("OpenAI-Organization")))
        return httpx2.Response(404, json={"detail": "Not Found"})

    answered_by(answer)
    (computer / ".env").write_text("OPENAI_ORG_ID=org-FAKE\nOPENAI_PROJECT_ID=proj-FAKE\n")
    keys.try_live(KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://eu.api.openai.com")
    keys.try_live(KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/x")
    assert "/v1 at its end" in keys.try_live("ollama")
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setenv("OPENAI_API_BASE", "https://relay.example/v1")
    assert keys.try_live(KEY).startswith("✗ OPENAI_API_BASE in the environment is not read")
    assert asked == [
        ("https://api.openai.com/v1/models", "org-FAKE"),
        ("https://eu.api.openai.com/v1/models", "org-FAKE"),
        ("http://localhost:1/x/models", "org-FAKE"),
    ]


def test_a_key_is_tried_for_ten_seconds(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, timeouts = openai.OpenAI, []

    def impatient(**options: Any) -> openai.OpenAI:
        timeouts.append(options["timeout"])
        return real(**(options | {"timeout": 0.1}))

    monkeypatch.setattr(openai, "OpenAI", impatient)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        monkeypatch.setenv("OPENAI_BASE_URL", address)
        assert keys.try_live(KEY).startswith("✗ No answer within 10 seconds.")
    assert keys.try_live(KEY).startswith("✗ No connection.")
    assert timeouts == [10, 10]


def test_an_answer_that_trickles_in_is_not_waited_for(
    computer: Path, monkeypatch: pytest.MonkeyPatch, answered_by: Any
) -> None:
    ended = threading.Event()

    class Trickle(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for _ in range(500):
                yield b" "
                if ended.wait(0.01):
                    return

    answered_by(lambda _: httpx2.Response(200, stream=Trickle()))
    monkeypatch.setattr(keys, "SECONDS", 0.2)
    try:
        assert keys.try_live(KEY).startswith("✗ No answer within 0.2 seconds.")
    finally:
        ended.set()


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
        monkeypatch.setenv("OPENAI_BASE_URL", f"https://127.0.0.1:{server.getsockname()[1]}/v1")
        said = keys.try_live(KEY)
    assert said.startswith("✗ TLS:") and "SSL_CERT_FILE" in said and KEY not in said
