"""The check-up on computers that something is wrong with, each made for the purpose.

Nothing here connects to anything but this computer: where the network is tried, a proxy of the
test's own stands in its way.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

import pytest

from helpers import checkup, guard, settings
from helpers.checkup import Result
from helpers.environment import ROOT
from tests.proxy import Proxy

KEY, OTHER = "sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd"
NOBODY = "http://127.0.0.1:9"
OPENSSL = shutil.which("openssl")


@pytest.fixture(autouse=True)
def offline(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set, but that it stays offline; the pins are what is installed, if not all."""
    monkeypatch.setenv("LESSONS_MODE", "offline")
    pins = computer / "requirements.txt"
    pins.write_text(f"openai=={metadata.version('openai')} \\\n    --hash=x\n")
    monkeypatch.setattr(checkup, "PINS", pins)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(computer / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    monkeypatch.delenv("JUPYTER_PATH", raising=False)


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESSONS_MODE")


def look(about: str, **variables: str) -> Result:
    """What the check-up says about one thing when these variables are set, be it needed or not."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        if about in checkup._SETTINGS:
            found = checkup.settings(settings.borrowed.as_left(), Path.cwd())
        else:
            found = checkup.results()
        (result,) = [result for result in found if result.about == about]
    return result


def write_env(key: str, encoding: str = "utf-8") -> None:
    Path(".env").write_text(f"OPENAI_API_KEY={key}\n", encoding)


def test_a_good_computer(capsys: pytest.CaptureFixture[str]) -> None:
    write_env(KEY)
    assert checkup.main() == 0
    *printed, ready = capsys.readouterr().out.splitlines()
    assert ready == "ready for offline: yes"
    marks = {line[2:11].strip(): line[0] for line in printed}
    good = ("Python", "packages", "kernel", ".env", "key", "base URL", "proxy", "TLS")
    assert marks == dict.fromkeys(good, "✓") | dict.fromkeys(("network", "clock"), "!")
    assert any("sk-proj-…wxyz from .env" in line for line in printed)
    assert KEY not in "".join(printed)


def test_its_output_in_a_test_names_nothing_of_this_computer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LESSONS_MODE", "test")
    monkeypatch.setenv("HTTPS_PROXY", NOBODY)
    write_env(KEY)
    checkup.checkup()
    assert capsys.readouterr().out == (
        "✓ Python    new enough for the openai package.\n"
        "✓ packages  as pinned in requirements.txt.\n"
        "✓ kernel    JupyterLab starts this Python.\n"
        "! settings  .env, key, base URL, proxy, TLS, network and clock are not\n"
        "            looked at in a test, whose output is the same on every\n"
        "            computer.\n"
    )


# -- Python, packages, kernel ------------------------------------------------------------------


def test_a_bare_python_misses_the_packages(computer: Path) -> None:
    venv.create(computer / "bare", with_pip=False, symlinks=os.name != "nt")
    python = computer / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    variables = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "OPENAI_API_KEY": KEY}
    asked = [str(python), "-m", "helpers.checkup"]
    ran = subprocess.run(asked, env=os.environ | variables, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "✗ packages  missing: openai, " in ran.stdout and "python -m helpers lab" in ran.stdout
    assert "! key       not checked: the packages come first." in ran.stdout
    assert ran.stdout.endswith("\nready for offline: no, packages first\n")
    assert "✓ proxy" in ran.stdout and KEY not in ran.stdout


def test_packages_that_are_missing_or_of_another_version(computer: Path) -> None:
    pins = ("b-missing==1", "openai==0.1", "openai-missing==1", "a-missing==1", "c-missing==1")
    never = 'never-here==1 ; python_version < "3"'
    (computer / "requirements.txt").write_text(
        "".join(f"{pin} \\\n    --hash=x\n" for pin in (*pins, never))
    )
    packages = look("packages")
    assert packages.good is False
    assert "missing: openai-missing, a-missing, b-missing and 1 more." in packages.said
    assert " instead of 0.1." in packages.said


def test_the_kernel_of_a_notebook(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "_in_notebook", lambda: True)
    assert look("kernel").good
    # Here, packages are missing; where they are there are none yet, and then there are.
    monkeypatch.setattr(checkup, "fault", lambda pins: "missing: all.")
    monkeypatch.setattr(checkup, "VENV", computer / "right")
    monkeypatch.setattr(checkup, "venv_python", lambda: computer / "right" / "python")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    assert look("kernel").good is None
    (computer / "right").mkdir()
    (computer / "right" / "python").touch()
    kernel = look("kernel")
    assert kernel.good is False
    assert f"runs in {sys.prefix}, but the packages are in {computer / 'right'}" in kernel.said
    assert "Change Kernel" in kernel.said


def test_a_kernel_of_another_python_under_the_same_name(computer: Path) -> None:
    folder = computer / "kernels" / "python3"
    folder.mkdir(parents=True)
    other = str(computer / "other" / "python").replace("\\", "/")
    (folder / "kernel.json").write_text(
        f'{{"argv": ["{other}", "-m", "ipykernel"], "display_name": "x", "language": "python"}}'
    )
    kernel = look("kernel", JUPYTER_PATH=str(computer))
    assert kernel.good is False
    assert "jupyter kernelspec remove python3" in kernel.said and str(Path(other)) in kernel.said


# -- Settings ----------------------------------------------------------------------------------


def test_a_file_that_cannot_be_used() -> None:
    write_env(KEY, "utf-16")
    assert look(".env").good is False and "save it as UTF-8" in look(".env").said
    Path(".env").rename(".env.txt")
    assert look(".env").good is False and "rename it to .env" in look(".env").said


@pytest.mark.parametrize(
    ("key", "in_file", "good", "said"),
    [
        ("", "", None, "none found, so the lessons run offline"),
        (KEY, OTHER, None, "sk-proj-…wxyz from the environment is used, sk-proj-…abcd from .env"),
        (f"'{KEY}'", "", None, "quotes around it"),
        ("sk-your-key-here", "", False, "placeholder"),
        ("sk-admin-FAKE-0000-wxyz", "", False, "admin key"),
        ("", "sk-proj-FAKE", False, "the one in .env cannot be used"),
    ],
)
def test_a_key_that_is_worth_a_look(key: str, in_file: str, good: bool | None, said: str) -> None:
    write_env(in_file)
    result = look("key", OPENAI_API_KEY=key)
    assert result.good is good and said in result.said
    for secret in (key, in_file):
        assert not secret or secret not in result.said + result.detail


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"OPENAI_API_KEY: {KEY}", "line 1 has a colon where = belongs: write OPENAI_API_KEY=… t"),
        (f"A=b\n{KEY}", "line 2 is a key without a name"),
        (f"OPENAI_API_KEY={KEY}\n0000-abcd", "line 1 has only a part of the key"),
        ("LESSONS_MODE: offline", "line 1 has a colon"),
        ("A=b\0", "is not saved as UTF-8 text"),
    ],
)
def test_a_line_that_is_not_read(text: str, said: str) -> None:
    Path(".env").write_text(text)
    file = look(".env", LESSONS_MODE="")
    assert file.good is False and said in file.said and KEY not in file.said
    assert look("key").good is None


def test_another_projects_file_is_named(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_env(KEY)
    (computer / "lessons").mkdir()
    monkeypatch.setattr(settings, "own_folder", lambda: computer / "lessons")
    monkeypatch.chdir("lessons")
    file = look(".env")
    assert file.good is None and str(computer) in file.said and "never written" in file.said
    assert look("key").said == f"sk-proj-…wxyz from .env in {computer}."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo(".env")
    assert look(".env").good is False and "is a pipe, not a file" in look(".env").said


def test_what_setup_has_set_is_not_taken_for_the_readers() -> None:
    write_env(KEY)
    settings.borrowed.put("OPENAI_API_KEY", settings.OFFLINE_KEY)
    settings.borrowed.put("OPENAI_BASE_URL", f"{NOBODY}/v1")
    assert look("key").said == "sk-proj-…wxyz from .env."
    assert look("base URL").said == "OpenAI's own. Requests go there when the lessons are live."


def test_another_server_that_is_started_or_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        # That server's own key need not look like one of OpenAI's.
        keyed = {"OPENAI_API_KEY": "ollama", "OPENAI_BASE_URL": f"{url}/v1"}
        assert look("base URL", **keyed).good and look("key", **keyed).good
        bare = look("base URL", OPENAI_BASE_URL=url)
        assert bare.good is None and "/v1" in bare.said
    gone = look("base URL", **keyed)
    assert gone.good is False and "nothing answers" in gone.said
    assert look("key", **keyed).good


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("localhost:1/v1", "must start with http"),
        ("ftp://127.0.0.1/v1", "must start with http"),
        ("https://", "must start with http"),
        ("http://x:y/", "is not the address"),
        ("https://api.openai.com", "must end in /v1"),
        ("https://api.openai.com/v1/chat/completions", "must end in /v1"),
        ("http://api.openai.com/v1", "sends the key unencrypted"),
        ("http://127.0.0.1:9/v1/chat/completions", "names one endpoint"),
    ],
)
def test_a_base_url_that_is_none(url: str, said: str) -> None:
    result = look("base URL", OPENAI_BASE_URL=url)
    assert result.good is False and said in result.said


def test_an_address_under_another_name() -> None:
    result = look("base URL", OPENAI_API_BASE="https://relay.example/v1", OPENAI_API_KEY=KEY)
    assert result.good is False and "OPENAI_API_BASE in the environment is not r" in result.said
    Path(".env").write_text("OPENAI_API_BASE=https://relay.example/v1")
    assert look("base URL").good is False


def test_of_an_address_host_and_port_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "_answers", lambda *_: True)
    for url in ("https://me:hunter2@127.0.0.1/hunter2/v1?key=hunter2", "http://[::1]:8/hunter2/v1"):
        result = look("base URL", OPENAI_BASE_URL=url)
        assert result.good and "hunter2" not in result.said + result.detail
    assert result.detail == "[::1]:8"


# -- Files that hide a module ------------------------------------------------------------------


@pytest.mark.parametrize(
    "file", ["openai.py", "helpers.py", "dotenv.py", "PIL/__init__.py", "random.py", "yaml.py"]
)
@pytest.mark.parametrize("folder", ["", "notebooks", "notebooks/solutions"])
def test_a_file_that_hides_a_module_is_named(
    computer: Path, monkeypatch: pytest.MonkeyPatch, file: str, folder: str
) -> None:
    monkeypatch.setattr(checkup, "own_folder", lambda: computer)
    path = computer / folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    files = look("files")
    name = file.partition("/")[0]
    assert files.good is False and f"hides the module {name.removesuffix('.py')}" in files.said
    assert f"{folder}/{name}".lstrip("/") in files.said and checkup.main() == 1


def test_other_files_hide_nothing(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "own_folder", lambda: computer)
    (computer / "openai").mkdir()
    for name in ("my_tools.py", "openai.ipynb", "helpers/__init__.py", "tests/__init__.py"):
        (computer / name).parent.mkdir(exist_ok=True)
        (computer / name).touch()
    assert [result for result in checkup.results() if result.about == "files"] == []


def test_where_a_file_hides_what_the_check_up_needs_it_goes_no_further(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (computer / "dotenv.py").touch()
    monkeypatch.syspath_prepend(computer)
    found = {result.about: result for result in checkup.results()}
    assert found["files"].good is False and "key" not in found
    assert found["settings"].said == "not checked: files first."


def test_what_setup_and_the_lessons_do_without_is_no_fault(
    computer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = {
        "ALL_PROXY": "socks5://127.0.0.1:9",
        "SSL_CERT_FILE": "missing.pem",
        "OPENAI_BASE_URL": f"{NOBODY}/v1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in broken.items():
            patch.setenv(name, value)
        found = {result.about: result for result in checkup.results()}
        assert checkup.main() == 0
    for about in ("proxy", "TLS", "base URL"):
        assert found[about].good is None and found[about].said.endswith("(Not needed offline.)")
    assert "✗" not in capsys.readouterr().out


@pytest.mark.usefixtures("online")
def test_without_a_key_the_network_is_tried_and_no_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "create_connection", fail)
    assert checkup.main() == 0
    printed = capsys.readouterr().out
    assert "✗" not in printed and "! network   api.openai.com was not found" in printed
    # Before it is opened, and after what was checked without it.
    assert printed.index("✓ TLS") < printed.index("One connection to api.openai.com:443 is opened")
    assert printed.index("no request and no key") < printed.index("! network")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert checkup.main() == 1 and "✗ network" in capsys.readouterr().out


@pytest.mark.parametrize("where", ["the environment", "the file"])
@pytest.mark.usefixtures("online")
def test_forced_offline_opens_no_connection_and_announces_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    tried = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_: tried.append(a))
    write_env(KEY)
    if where == "the file":
        with Path(".env").open("a") as file:
            file.write("LESSONS_MODE=offline\nOPENAI_BASE_URL=https://models.example/v1\n")
    else:
        monkeypatch.setenv("LESSONS_MODE", "Offline")
    assert checkup.main() == 0 and tried == []
    assert "connection" not in capsys.readouterr().out


@pytest.mark.usefixtures("online")
def test_with_another_server_openai_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def connect(address: tuple[str, int], **_: object) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    found = {result.about: result for result in checkup.results()}
    assert found["network"].said == "not checked: requests go to another server."
    assert tried == ["models.example"] and found["base URL"].good is False


def test_offline_reaches_only_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_: tried.append(a))
    elsewhere = {
        "HTTPS_PROXY": "http://proxy.example:3128",
        "OPENAI_BASE_URL": "https://models.example/v1",
    }
    for about, why in (
        ("proxy", "was not tried: the lessons are offline."),
        ("base URL", "was not tried: the lessons are offline."),
        ("network", "not checked: LESSONS_MODE keeps the lessons offline."),
        ("clock", "not checked: LESSONS_MODE keeps the lessons offline."),
    ):
        result = look(about, **elsewhere)
        assert result.good is None and result.said.endswith(why)
    assert tried == []


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.usefixtures("online")
def test_a_dead_proxy(name: str) -> None:
    dead = {name: "http://user:secret@127.0.0.1:9"}
    proxy = look("proxy", **dead)
    assert proxy.good is False and name.upper() in proxy.said.upper()
    assert "secret" not in proxy.said + proxy.detail
    assert look("network", **dead).said == "not checked: proxy first."


@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTP_PROXY"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("socks5://127.0.0.1:9", "pip install httpx2[socks]"),
        ("nonsense://x", "must look like http://host:port"),
        ("http://x:y", "holds no address"),
    ],
)
def test_a_proxy_that_the_sdk_cannot_use(name: str, url: str, said: str) -> None:
    proxy = look("proxy", **{name: url})
    assert proxy.good is False and said in proxy.said


def test_a_proxy_that_the_api_passes_by() -> None:
    assert look("proxy", HTTPS_PROXY=NOBODY, NO_PROXY="localhost,.openai.com").good
    assert look("proxy", HTTPS_PROXY=NOBODY, NO_PROXY="localhost").good is False


@pytest.mark.parametrize(
    ("name", "file", "good", "said"),
    [
        ("SSL_CERT_FILE", "missing.pem", False, "names missing.pem, which is not there"),
        ("SSL_CERT_DIR", "missing", False, "names missing, which is not there"),
        ("SSL_CERT_FILE", "text.pem", False, "holds no certificates"),
        ("REQUESTS_CA_BUNDLE", "text.pem", None, "is not read by the SDK"),
    ],
)
def test_certificates_that_are_none(name: str, file: str, good: bool | None, said: str) -> None:
    Path("text.pem").write_text("no certificate")
    tls = look("TLS", **{name: file})
    assert tls.good is good and tls.said.startswith(name) and said in tls.said


# -- Network and clock -------------------------------------------------------------------------


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


def through(proxy: Proxy, **variables: str) -> dict[str, Result]:
    """All that the check-up says of a computer with a key that reaches the network by `proxy`."""
    ours = {"HTTPS_PROXY": f"http://me:p%40ss@{proxy.address}", "OPENAI_API_KEY": KEY}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (ours | variables).items():
            patch.setenv(name, value)
        return {result.about: result for result in checkup.results()}


@pytest.mark.usefixtures("online")
def test_a_proxy_that_refuses() -> None:
    with Proxy() as proxy:
        found = through(proxy)
    assert found["proxy"].good
    assert found["network"].good is False and "407" in found["network"].detail
    assert proxy.asked[0].startswith(b"CONNECT api.openai.com:443 HTTP/1.")
    assert b"Proxy-Authorization: Basic bWU6cEBzcw==" in proxy.asked[0]


@pytest.mark.usefixtures("online")
def test_the_api_is_reached_with_one_connection_and_no_request(certificate: Path) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    with Proxy(tls) as proxy:
        found = through(proxy, SSL_CERT_FILE=str(certificate))
    assert found["network"].good is found["clock"].good is True
    connect, request = proxy.asked
    assert request == b"" and KEY.encode() not in connect
    with Proxy(tls) as proxy:
        network = through(proxy)["network"]
    assert network.good is False and "SSL_CERT_FILE" in network.said


def not_valid_now(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("certificate has expired")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "network", "clock", "said"),
    [
        (not_valid_now(9), True, False, "Is its date right?"),
        (not_valid_now(10), True, False, "Is its date right?"),
        (socket.gaierror("no such name"), False, None, "was not found"),
        (ConnectionRefusedError(), False, None, "no connection to api.openai.com"),
    ],
)
@pytest.mark.usefixtures("online")
def test_a_connection_that_fails(
    monkeypatch: pytest.MonkeyPatch, error: OSError, network: bool, clock: bool | None, said: str
) -> None:
    guarded = []

    def fail(*_: object, **__: object) -> None:
        guarded.append(guard._up)
        raise error

    monkeypatch.setattr(guard, "_up", True)
    monkeypatch.setattr(socket, "create_connection", fail)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    found = {result.about: result for result in checkup.results()}
    assert (found["network"].good, found["clock"].good) == (network, clock)
    assert said in found["network"].said + found["clock"].said
    # The guard stands aside for this one connection only.
    assert guarded == [False] and guard._up
