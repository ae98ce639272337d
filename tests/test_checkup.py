"""The check-up on computers that something is wrong with, each made for the purpose.

Nothing here connects to anything but this computer: where the network is tried, a proxy of the
test's own stands in its way.
"""

from __future__ import annotations

import ast
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import __main__, checkup, guard, modes, settings
from helpers.checkup import Result
from tests.test_modes import KEY, OTHER, ROOT, write_env

OPENSSL = shutil.which("openssl")
OLD_PYTHONS = [shutil.which(f"python3.{minor}") for minor in (6, 7, 8, 9)]
MADE_UP = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A computer on which nothing is set, kept offline, in an empty folder."""
    for name in list(os.environ):
        if name.upper().startswith(("OPENAI_", "SSL_CERT_", "REQUESTS_CA")) or "PROXY" in (
            name.upper()
        ):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LESSONS_MODE", "offline")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    monkeypatch.setattr(settings.borrowed, "changed", {})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def look(about: str) -> Result:
    """What the check-up says about one thing."""
    (result,) = [result for result in checkup.results() if result.about == about]
    return result


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def write_package(folder: Path, name: str, version: str) -> None:
    """Make a package that is found before the real one of its name."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def test_good_computer(computer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_env(computer, OPENAI_API_KEY=KEY)
    assert checkup.main() == 0
    printed = capsys.readouterr().out.splitlines()
    marks = {line[2:11].strip(): line[0] for line in printed}
    offline = dict.fromkeys(("network", "clock"), "!")
    good = ("Python", "packages", "kernel", ".env", "key", "base URL", "proxy", "TLS")
    assert marks == dict.fromkeys(good, "✓") | offline
    assert any("sk-proj-…wxyz from .env" in line for line in printed)


def test_output_in_a_test_names_nothing_of_this_computer(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LESSONS_MODE", "test")
    monkeypatch.setenv("HTTPS_PROXY", MADE_UP)
    write_env(computer, OPENAI_API_KEY=KEY)
    checkup.checkup()
    assert capsys.readouterr().out == (
        "✓ Python    new enough for the openai package.\n"
        "✓ packages  as pinned in requirements.txt.\n"
        "✓ kernel    JupyterLab starts this Python.\n"
        "! settings  .env, key, base URL, proxy, TLS, network and clock are not looked at in a "
        "test, whose output is the same on every computer.\n"
    )


# -- Python, packages, kernel ------------------------------------------------------------------


def test_old_python_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    assert __main__.main(["check"]) == 1
    python, rest = capsys.readouterr().out.splitlines()
    assert python.startswith("✗ Python    3.8.18 is too old") and "uv python install" in python
    assert rest.startswith("! the rest  not checked")


@pytest.mark.parametrize("file", ["__init__.py", "__main__.py", "checkup.py", "environment.py"])
def test_old_python_can_read_the_check_up(file: str) -> None:
    ast.parse((ROOT / "helpers" / file).read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("python", [path for path in OLD_PYTHONS if path])
def test_old_python_runs_the_check_up(python: str) -> None:
    if subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip("this one does not start")
    asked = [python, "-m", "helpers", "check"]
    ran = subprocess.run(asked, cwd=ROOT, capture_output=True, env=dict(os.environ, LC_ALL="C"))
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert b" is too old: the openai package needs 3.10 or later." in ran.stdout


def test_bare_python_misses_the_packages(computer: Path) -> None:
    venv.create(computer / "bare", with_pip=False, symlinks=os.name != "nt")
    python = computer / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    settings = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONIOENCODING="utf-8", OPENAI_API_KEY=KEY)
    asked = [str(python), "-m", "helpers.checkup"]
    ran = subprocess.run(asked, env=settings, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "✗ packages  missing: openai, " in ran.stdout and "python -m helpers lab" in ran.stdout
    assert "! key       not checked: the packages come first." in ran.stdout
    assert "✓ proxy" in ran.stdout and KEY not in ran.stdout


def test_package_of_another_version(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_package(computer, "openai", "1.2.3")
    monkeypatch.syspath_prepend(str(computer))
    packages = look("packages")
    assert packages.good is False
    assert "openai 1.2.3 instead of " in packages.said


def test_missing_packages_are_named_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    pins = dict.fromkeys(("a-missing", "openai-missing", "b-missing", "c-missing"), "1")
    monkeypatch.setattr(checkup, "_pins", lambda: pins)
    packages = look("packages")
    assert packages.good is False
    assert "missing: openai-missing, a-missing, b-missing and 1 more." in packages.said


def test_notebook_in_the_wrong_environment(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_package(computer, "openai", "1.2.3")
    monkeypatch.syspath_prepend(str(computer))
    monkeypatch.setattr(checkup, "_in_notebook", lambda: True)
    monkeypatch.setattr(checkup, "VENV", computer / "right")
    monkeypatch.setattr(checkup, "venv_python", lambda: computer / "right" / "python")
    assert look("kernel").good is None
    (computer / "right").mkdir()
    (computer / "right" / "python").touch()
    kernel = look("kernel")
    assert kernel.good is False
    assert f"runs in {sys.prefix}, but the packages are in {computer / 'right'}" in kernel.said
    assert "Change Kernel" in kernel.said


def test_notebook_in_the_right_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "_in_notebook", lambda: True)
    assert look("kernel").good


def test_kernel_of_another_python_under_the_same_name(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = computer / "kernels" / "python3"
    folder.mkdir(parents=True)
    other = str(computer / "other" / "python").replace("\\", "/")
    (folder / "kernel.json").write_text(
        f'{{"argv": ["{other}", "-m", "ipykernel"], "display_name": "x", "language": "python"}}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(computer))
    kernel = look("kernel")
    assert kernel.good is False
    assert "jupyter kernelspec remove python3" in kernel.said and str(Path(other)) in kernel.said


def test_check_looks_at_the_python_that_lab_would_use(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(__main__, "has_pins", lambda: False)
    monkeypatch.setattr(__main__, "venv_python", lambda: Path(sys.executable))
    monkeypatch.setattr(checkup, "main", lambda: 99)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    assert __main__.main(["check"]) == 0
    assert "✓ packages" in capfd.readouterr().out


# -- Settings ----------------------------------------------------------------------------------


def test_env_file_in_utf_16(computer: Path) -> None:
    write_env(computer, "utf-16", OPENAI_API_KEY=KEY)
    result = look(".env")
    assert result.good is False and "save it as UTF-8" in result.said


def test_env_file_with_notepads_ending(computer: Path) -> None:
    (computer / ".env.txt").write_text("")
    assert "rename it" in look(".env").said


def test_two_different_keys(
    computer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_env(computer, OPENAI_API_KEY=OTHER)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    key = look("key")
    assert key.good is None
    assert "sk-proj-…wxyz from the environment is used, sk-proj-…abcd from .env is not" in key.said
    checkup.main()
    printed = capsys.readouterr().out
    assert KEY not in printed and OTHER not in printed


@pytest.mark.parametrize("key", ["sk-your-key-here", "sk-admin-FAKE-0000-wxyz", "sk-proj-FAKE"])
def test_key_that_cannot_be_one(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    result = look("key")
    assert result.good is False and key not in result.said + result.detail


def test_no_key_is_no_fault() -> None:
    assert look("key").good is None


def test_what_setup_has_set_is_not_taken_for_the_readers(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_env(computer, OPENAI_API_KEY=KEY)
    monkeypatch.setenv("OPENAI_API_KEY", modes.OFFLINE_KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{MADE_UP}/v1")
    assert look("key").said == "sk-proj-…wxyz from .env."
    assert look("base URL").said == "requests go to OpenAI."


def test_server_that_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "ollama")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}/v1")
        assert look("base URL").good
        assert look("key").good
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}")
        assert "/v1" in look("base URL").said
    base_url = look("base URL")
    assert base_url.good is False and "nothing answers" in base_url.said


@pytest.mark.parametrize("url", ["localhost:1/v1", "ftp://127.0.0.1/v1", "http://x:y/", "https://"])
def test_base_url_that_is_none(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    assert look("base URL").good is False


def test_offline_reaches_only_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    for about in ("proxy", "base URL"):
        assert look(about).good is None and "not tried" in look(about).said
    for about in ("network", "clock"):
        assert look(about) == (
            about,
            None,
            "not checked: LESSONS_MODE keeps the lessons offline.",
            "",
        )


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_dead_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, f"http://user:secret@127.0.0.1:{free_port()}")
    monkeypatch.delenv("LESSONS_MODE")
    proxy = look("proxy")
    assert proxy.good is False and f"{name.upper()}" in proxy.said.upper()
    assert "secret" not in proxy.said + proxy.detail
    assert look("network").said == "not checked: proxy first."


def test_proxy_that_the_api_passes_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", MADE_UP)
    monkeypatch.setenv("NO_PROXY", "localhost,.openai.com")
    assert look("proxy").good


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("socks5://127.0.0.1:9", "pip install httpx2[socks]"),
        ("nonsense://x", "must look like http://host:port"),
        ("http://x:y", "holds no address"),
    ],
)
def test_proxy_that_the_sdk_cannot_use(
    monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", url)
    proxy = look("proxy")
    assert proxy.good is False and said in proxy.said


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_that_are_not_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "missing.pem")
    tls = look("TLS")
    assert tls.good is False and f"{name} names missing.pem, which is not there" in tls.said


def test_certificate_file_with_something_else(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (computer / "ca.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", "ca.pem")
    assert "holds no certificates" in look("TLS").said


# -- Network and clock -------------------------------------------------------------------------


class Proxy:
    """A proxy on this computer between it and the network: `answer` is all that it does."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.tls: ssl.SSLContext | None = None
        self.stopped = threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0.1)
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                if data := connection.recv(4096):
                    self.asked.append(data)
                    self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        if self.tls is None:
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            with self.tls.wrap_socket(connection, server_side=True) as secure:
                self.asked.append(secure.recv(4096))
        except OSError:
            self.asked.append(b"")


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy that refuses, or, once it is given `tls`, takes the place of the API itself."""
    proxy = Proxy()
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:p%40ss@127.0.0.1:{proxy.port}")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("LESSONS_MODE")
    yield proxy
    proxy.stopped.set()
    proxy.thread.join()
    proxy.server.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the API's name that no computer trusts, with its key, in one file."""
    if OPENSSL is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    command = [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=a test's own", "-addext", "subjectAltName=DNS:api.openai.com"]
    command += ["-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
    return both


def test_proxy_that_refuses(proxy: Proxy) -> None:
    assert look("proxy").good
    network = look("network")
    assert network.good is False and "407" in network.detail
    assert proxy.asked[0].startswith(b"CONNECT api.openai.com:443 HTTP/1.")
    assert b"Proxy-Authorization: Basic bWU6cEBzcw==" in proxy.asked[0]


def test_api_is_reached_with_one_connection_and_no_request(
    proxy: Proxy, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    proxy.tls.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    found = {result.about: result.good for result in checkup.results()}
    assert found["network"] is found["clock"] is True
    proxy.stopped.set()
    proxy.thread.join()
    connect, request = proxy.asked
    assert request == b"" and KEY.encode() not in connect


def test_certificate_that_is_not_trusted(proxy: Proxy, certificate: Path) -> None:
    proxy.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    proxy.tls.load_cert_chain(certificate)
    network = look("network")
    assert network.good is False and "SSL_CERT_FILE" in network.said


@pytest.mark.parametrize("code", [9, 10])
def test_clock_that_is_far_off(proxy: Proxy, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def not_valid_now(_: object) -> None:
        error = ssl.SSLCertVerificationError("certificate has expired")
        error.verify_code = code
        raise error

    monkeypatch.setattr(checkup, "_connect", not_valid_now)
    assert look("network").good is True
    clock = look("clock")
    assert clock.good is False and "Is its date right?" in clock.said


def test_offline_guard_is_lifted_for_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded: list[bool] = []

    def connect(*_: object, **__: object) -> None:
        guarded.append(guard._up)
        raise ConnectionRefusedError

    monkeypatch.setattr(guard, "_up", True)
    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.delenv("LESSONS_MODE")
    assert look("network").good is False
    assert guarded == [False] and guard._up


def test_api_is_not_found(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(_: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(checkup, "_connect", not_found)
    network = look("network")
    assert network.good is False and "was not found" in network.said
    assert look("clock").good is None
