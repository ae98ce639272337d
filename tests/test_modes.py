"""`setup()` in fresh programs: where requests go, what is printed, and that no key is shown.

The keys are fakes, and no program here can connect to anything but this computer.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "notebooks/images/chart.png"
KEY = "sk-proj-FAKE-0000-wxyz"
OTHER = "sk-proj-FAKE-1111-abcd"
LOCAL = "http://127.0.0.1:9/v1"

STAY_HERE = """
import os, sys

def stay_here(event, args):
    # (An event without a socket is a test's own.)
    if event == "socket.connect" and args[0] and args[1][0] not in ("127.0.0.1", "::1"):
        os._exit(99)

sys.addaudithook(stay_here)
"""
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
TARGET = """
from openai import OpenAI

client = OpenAI()
print(client.base_url, client.api_key[-4:], (client.admin_api_key or "")[-4:])
"""


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """An environment from scratch."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    ours = {"HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return kept | ours | settings


def start(program: str, folder: Path, **settings: str) -> subprocess.Popen[str]:
    """Start `program` in `folder` with an environment from scratch and `settings`."""
    return subprocess.Popen(
        [sys.executable, "-c", STAY_HERE + program],
        cwd=folder,
        env=environment(folder, settings),
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


def run(program: str, folder: Path, **settings: str) -> list[str]:
    """Run `program` as `start` does and return the lines that it printed."""
    with start(program, folder, **settings) as process:
        code, out, err = end(process)
    assert (code, err) == (0, ""), err
    return out.splitlines()


def error(program: str, folder: Path, **settings: str) -> str:
    """Run `program` as `start` does and return the traceback with which it ended."""
    with start(program, folder, **settings) as process:
        code, _, err = end(process)
    assert code == 1, err
    return err


def write_env(folder: Path, encoding: str = "utf-8", **settings: str) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in settings.items())
    (folder / ".env").write_text(lines, encoding)


def test_without_a_key_the_mock_answers_and_nothing_is_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    line, said = run(SETUP + ASK, tmp_path)
    assert line.startswith("Lessons: offline. Replies come from the mock API")
    assert said == SAID
    assert list(tmp_path.iterdir()) == []


def check_live(printed: list[str], where: str) -> None:
    line, target = printed
    assert line.startswith(f"Lessons: live. Key sk-proj-…wxyz from {where};")
    assert target == "https://api.openai.com/v1/ wxyz adm1"


@pytest.mark.parametrize("key", [KEY, f"'{KEY}'", f" {KEY} "])
def test_key_in_the_environment_goes_live(tmp_path: Path, key: str) -> None:
    admin = "sk-admin-FAKE-0000-adm1"
    printed = run(SETUP + TARGET, tmp_path, OPENAI_API_KEY=key, OPENAI_ADMIN_KEY=admin)
    check_live(printed, "the environment")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_key_in_env_file_goes_live(tmp_path: Path, encoding: str) -> None:
    write_env(tmp_path, encoding, OPENAI_API_KEY=KEY, OPENAI_ADMIN_KEY="sk-admin-FAKE-0000-adm1")
    (tmp_path / "notebooks").mkdir()
    check_live(run(SETUP + TARGET, tmp_path / "notebooks", OPENAI_API_KEY=""), ".env")


def test_two_different_keys_are_noted_and_the_environment_wins(tmp_path: Path) -> None:
    write_env(tmp_path, OPENAI_API_KEY=OTHER)
    line, note, target = run(SETUP + TARGET, tmp_path, OPENAI_API_KEY=KEY)
    assert "sk-proj-…wxyz from the environment" in line
    assert "Two different keys" in note and "sk-proj-…abcd in .env is not" in note
    assert target.split()[1] == "wxyz"


UNUSABLE = {
    "sk-...": "placeholder",
    "your-api-key-goes-here": "placeholder",
    "sk-proj-FAKE/0000/wxyz": "character that keys do not have",
    "sk-admin-FAKE-0000-wxyz": "admin key",
    "FAKE-0000-0000-0000-wxyz": "start with sk-",
}


@pytest.mark.parametrize(("key", "problem"), UNUSABLE.items())
def test_unusable_key_is_noted_without_showing_it_and_offline(
    tmp_path: Path, key: str, problem: str
) -> None:
    write_env(tmp_path, OPENAI_API_KEY=key)
    line, note = run(SETUP, tmp_path)
    assert line.startswith("Lessons: offline.")
    assert note.startswith("  ! OPENAI_API_KEY in .env cannot be used") and problem in note
    assert key not in line + note


def test_env_file_that_cannot_be_read_is_noted_and_offline(tmp_path: Path) -> None:
    write_env(tmp_path, "utf-16", OPENAI_API_KEY=KEY)
    line, note = run(SETUP, tmp_path)
    assert line.startswith("Lessons: offline.")
    assert note.startswith("  ! .env is not saved as UTF-8")


def test_folder_called_env_is_no_settings_file(tmp_path: Path) -> None:
    write_env(tmp_path, OPENAI_API_KEY=KEY)
    (tmp_path / "course" / ".env").mkdir(parents=True)
    (line,) = run(SETUP, tmp_path / "course")
    assert line.startswith("Lessons: live.")


def test_compatible_server_without_a_key(tmp_path: Path) -> None:
    write_env(tmp_path, OPENAI_BASE_URL="http://localhost:11434/v1")
    line, target = run(SETUP + TARGET, tmp_path)
    assert line == (
        "Lessons: compatible server. Requests go to http://localhost:11434/v1 with no key."
    )
    assert target.startswith("http://localhost:11434/v1/ ")


def test_compatible_server_with_a_key_of_its_own(tmp_path: Path) -> None:
    line, target = run(
        SETUP + TARGET,
        tmp_path,
        OPENAI_BASE_URL="https://llm.example/v1",
        OPENAI_API_KEY="token-of-that-server-wxyz",
    )
    assert line.endswith("https://llm.example/v1 with the key …wxyz from the environment.")
    assert target.split()[:2] == ["https://llm.example/v1/", "wxyz"]


@pytest.mark.parametrize(
    ("url", "notes"),
    [
        ("https://llm.example/v1", ["llm.example gets to see it"]),
        ("http://llm.example/v1", ["llm.example gets to see it", "unencrypted"]),
        (LOCAL, ["127.0.0.1 gets to see it"]),
    ],
)
def test_compatible_server_that_sees_an_openai_key_is_noted(
    tmp_path: Path, url: str, notes: list[str]
) -> None:
    write_env(tmp_path, OPENAI_BASE_URL=url, OPENAI_API_KEY=KEY)
    line, *said = run(SETUP, tmp_path)
    assert line.endswith(f"{url} with the key sk-proj-…wxyz from .env.")
    assert len(said) == len(notes)
    assert all(part in note for part, note in zip(notes, said, strict=True))


def test_openai_in_a_region_with_a_key_is_live_there(tmp_path: Path) -> None:
    write_env(tmp_path, OPENAI_BASE_URL="https://eu.api.openai.com/v1", OPENAI_API_KEY=KEY)
    (line, target) = run(SETUP + TARGET, tmp_path)
    assert line.startswith("Lessons: live.") and "requests go to eu.api.openai.com" in line
    assert target.startswith("https://eu.api.openai.com/v1/ wxyz")


def test_openai_without_encryption_is_noted(tmp_path: Path) -> None:
    write_env(tmp_path, OPENAI_BASE_URL="http://api.openai.com/v1", OPENAI_API_KEY=KEY)
    _, note = run(SETUP, tmp_path)
    assert "unencrypted" in note


def test_openai_in_a_region_without_a_key_is_offline(tmp_path: Path) -> None:
    (line,) = run(SETUP, tmp_path, OPENAI_BASE_URL="https://eu.api.openai.com/v1")
    assert line.startswith("Lessons: offline.")


BROKEN = ["localhost:11434/v1", "ftp://llm.example", "https://", "http://[::1/v1", "http://a:b/v1"]


@pytest.mark.parametrize("url", BROKEN)
def test_broken_url_is_noted_and_offline(tmp_path: Path, url: str) -> None:
    line, note = run(SETUP, tmp_path, OPENAI_BASE_URL=url)
    assert line.startswith("Lessons: offline.")
    assert note.startswith("  ! OPENAI_BASE_URL in the environment is ignored")


@pytest.mark.parametrize("url", ["", " ", BROKEN[0], "https://api.openai.com/v1/"])
def test_with_a_key_and_no_other_server_the_sdk_goes_to_openai(tmp_path: Path, url: str) -> None:
    line, *_, target = run(SETUP + TARGET, tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=url)
    assert line.startswith("Lessons: live.")
    assert target.startswith("https://api.openai.com/v1/ wxyz")


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@llm.example/v1",
        "https://hunter2@llm.example/v1",
        "https://me:hunter2/3@llm.example/v1",
    ],
)
def test_password_in_the_url_is_not_printed(tmp_path: Path, url: str) -> None:
    printed = "\n".join(run(SETUP, tmp_path, OPENAI_BASE_URL=url))
    assert "hunter2" not in printed
    assert "llm.example" in printed or "is ignored" in printed


def test_forced_offline_takes_the_key_out_of_the_environment(tmp_path: Path) -> None:
    write_env(tmp_path, OPENAI_API_KEY=OTHER, OPENAI_BASE_URL="https://llm.example/v1")
    look = "print([name for name, value in os.environ.items() if '-FAKE-' in value])"
    line, names, said = run(
        SETUP + look + ASK,
        tmp_path,
        LESSONS_MODE="offline",
        OPENAI_API_KEY=KEY,
        OPENAI_ADMIN_KEY="sk-admin-FAKE-0000-wxyz",
    )
    assert line.startswith("Lessons: offline.")
    assert (names, said) == ("[]", SAID)


def test_mode_test_is_offline_and_strict(tmp_path: Path) -> None:
    ask = ASK.replace("Say hello.", "Say helo.")
    said = error(SETUP + ask, tmp_path, LESSONS_MODE="test", OPENAI_API_KEY=KEY)
    assert "BadRequestError" in said and "No written reply for this prompt" in said


def test_forced_live_with_a_key_goes_live(tmp_path: Path) -> None:
    (line,) = run(SETUP, tmp_path, LESSONS_MODE="live", OPENAI_API_KEY=KEY)
    assert line.startswith("Lessons: live.")


@pytest.mark.parametrize("key", ["", "your-api-key-goes-here"])
def test_forced_live_without_a_usable_key_is_an_error(tmp_path: Path, key: str) -> None:
    said = error(SETUP, tmp_path, LESSONS_MODE="live", OPENAI_API_KEY=key)
    assert "ValueError: LESSONS_MODE is live, but no key was found." in said
    assert ("placeholder" in said) == bool(key)
    assert not key or key not in said


def test_mode_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    said = error(SETUP, tmp_path, LESSONS_MODE="ofline")
    assert "ValueError: LESSONS_MODE is 'ofline'; it may be offline, live or test." in said


def dead_proxies(*names: str) -> dict[str, str]:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return dict.fromkeys(names, f"http://127.0.0.1:{closed.getsockname()[1]}")


@pytest.mark.parametrize(
    "names", [("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), ("http_proxy", "all_proxy")]
)
def test_proxies_do_not_come_between_the_sdk_and_the_mock(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    line, note, said = run(SETUP + ASK, tmp_path, **dead_proxies(*names))
    assert line.startswith("Lessons: offline.")
    assert "A proxy is set" in note
    assert said == SAID


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("hosts", ["intranet.example, 10.0.0.1", "*"])
def test_hosts_that_went_past_the_proxy_still_do(tmp_path: Path, name: str, hosts: str) -> None:
    look = """
from urllib.request import proxy_bypass

print([bool(proxy_bypass(h)) for h in ("intranet.example", "127.0.0.1", "api.openai.com")])
"""
    settings = dead_proxies("HTTPS_PROXY") | {name: hosts}
    assert run(SETUP + look, tmp_path, **settings)[-1] == "[True, True, True]"


def test_twice_says_the_same_and_starts_one_server(tmp_path: Path) -> None:
    count = """
import threading

print([thread.name for thread in threading.enumerate()].count("mock-api"))
"""
    first, second, servers, said = run(SETUP + SETUP + count + ASK, tmp_path)
    assert first == second and servers == "1"
    assert said == SAID


SAVE = f"""
from pathlib import Path
from helpers import keys

keys.save({KEY!r}, Path(".env"))
"""
EXPORT = f"os.environ['OPENAI_API_KEY'] = {KEY!r}"


@pytest.mark.parametrize(("change", "where"), [(SAVE, ".env"), (EXPORT, "the environment")])
def test_key_that_comes_later_goes_live_at_the_second_setup(
    tmp_path: Path, change: str, where: str
) -> None:
    first, second, note, target = run(SETUP + change + SETUP + TARGET, tmp_path)
    assert first.startswith("Lessons: offline.")
    assert "run the cell with OpenAI() again" in note
    assert second.startswith(f"Lessons: live. Key sk-proj-…wxyz from {where};")
    assert target.startswith("https://api.openai.com/v1/ wxyz")


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_going_live_leaves_the_proxies_as_they_were(tmp_path: Path, name: str) -> None:
    look = "print(os.environ.get('NO_PROXY'), os.environ.get('no_proxy'))\n"
    settings = {name: "intranet.example"}
    before, *_, after = run(look + SETUP + SAVE + SETUP + look, tmp_path, **settings)
    assert "intranet.example" in before and before == after


def test_key_that_goes_is_offline_at_the_next_setup(tmp_path: Path) -> None:
    write_env(tmp_path, OPENAI_API_KEY=KEY)
    remove = "os.remove('.env')"
    first, second, _, said = run(SETUP + remove + SETUP + ASK, tmp_path)
    assert first.startswith("Lessons: live.") and second.startswith("Lessons: offline.")
    assert said == SAID


ADDRESS = "print(os.environ['OPENAI_BASE_URL'], flush=True)"


def test_program_started_from_an_offline_one_has_its_own_mock(tmp_path: Path) -> None:
    child = f"""
import subprocess

subprocess.run([sys.executable, "-c", {STAY_HERE + SETUP + ADDRESS + ASK!r}], check=True)
"""
    line, address, inner_line, inner_address, said = run(SETUP + ADDRESS + child, tmp_path)
    assert line == inner_line
    assert address != inner_address
    assert said == SAID


def test_two_programs_at_once_have_a_mock_each(tmp_path: Path) -> None:
    program = SETUP + ADDRESS + "\ninput()" + ASK
    with start(program, tmp_path) as one, start(program, tmp_path) as two:
        addresses = set()
        for process in (one, two):
            assert process.stdout
            process.stdout.readline()
            addresses.add(process.stdout.readline())
        assert len(addresses) == 2
        assert all(address.startswith("http://127.0.0.1:") for address in addresses)
        for process in (one, two):
            assert end(process, "\n") == (0, SAID + "\n", "")


def test_without_a_free_port_this_program_still_gets_answers(tmp_path: Path) -> None:
    no_port = """
import socket

class NoPort(socket.socket):
    def bind(self, address):
        raise OSError(98, "Address already in use")

socket.socket = NoPort
"""
    printed = run(no_port + SETUP + SETUP + ASK, tmp_path, **dead_proxies("ALL_PROXY"))
    line, note, *_ = printed
    assert line.startswith("Lessons: offline.")
    assert re.search("No port could be opened .*Address already in use", note)
    assert printed[:3] == printed[3:6]
    assert printed[6:] == [SAID]


def test_the_next_setup_may_be_less_strict(tmp_path: Path) -> None:
    ask = ASK.replace("Say hello.", "Say helo.")
    loosen = "os.environ['LESSONS_MODE'] = 'offline'"
    printed = run(SETUP + loosen + SETUP + ask, tmp_path, LESSONS_MODE="test")
    assert printed[-1].startswith("(Offline mock)")


def test_the_next_setup_forgets_files_and_conversations(tmp_path: Path) -> None:
    store = f"""
import openai

client = openai.OpenAI(max_retries=0)
asked = {{"model": "gpt-6-luna", "input": "Say hello."}}
said = client.responses.create(**asked)
file = client.files.create(file=open({str(PICTURE)!r}, "rb"), purpose="vision")
"""
    look = """
for look in (
    lambda: client.files.retrieve(file.id),
    lambda: client.responses.create(**asked, previous_response_id=said.id),
):
    try:
        look()
        print("found")
    except openai.APIStatusError as error:
        print("gone")
"""
    printed = run(SETUP + store + look + SETUP + look, tmp_path)
    assert [line for line in printed if not line.startswith("Lessons")] == [
        "found", "found", "gone", "gone",
    ]  # fmt: skip
