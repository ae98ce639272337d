"""`setup()`: where requests go, what is printed, that no key is shown, and what is given back."""

from __future__ import annotations

import os
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import proxy_bypass

import openai
import pytest

from helpers import guard, modes, settings
from helpers.mock import state
from tests.conftest import Decide
from tests.lessons import NOTEBOOKS
from tests.program import ASK, SAID, SETUP, STAY_HERE, end, run, start

KEY, OTHER = "sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd"
ADMIN = "sk-admin-FAKE-0000-adm1"
API, EU = "https://api.openai.com/v1/", "https://eu.api.openai.com/v1/"
MOCK = "http://127.0.0.1:"
OFFLINE = (
    "Lessons: offline. Replies come from the mock API on this computer. The lessons send nothing "
    "to OpenAI and spend nothing."
)


def write_env(**variables: str) -> None:
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))


def target() -> tuple[str, str]:
    """Where a client made now sends its requests, and with which key."""
    with openai.OpenAI() as client:
        return str(client.base_url), client.api_key


def live(where: str, host: str = guard.HOST) -> str:
    return f"Lessons: live. Key sk-proj-…wxyz from {where}; requests go to {host} and cost money."


def server(url: str, sent: str) -> str:
    return f"Lessons: compatible server. Requests go to {url} {sent}."


# -- Where requests go -------------------------------------------------------------------------

HERE = "the environment"
SEES = "gets to see it"
PLAIN = "travel unencrypted"


@pytest.mark.parametrize(
    ("environ", "in_file", "line", "notes", "address"),
    [
        ({}, {}, OFFLINE, [], MOCK),
        # A key: the environment's, else the file's.
        ({"key": KEY}, {}, live(HERE), [], API),
        ({"key": f" '{KEY}'"}, {}, live(HERE), [], API),
        ({"key": ""}, {"key": KEY}, live(".env"), [], API),
        ({"key": KEY}, {"key": OTHER}, live(HERE), ["Two different keys"], API),
        # OpenAI's own address, or one that is none.
        ({}, {"key": KEY, "url": EU}, live(".env", "eu.api.openai.com"), [], EU),
        ({}, {"url": EU}, OFFLINE, [], MOCK),
        ({"url": "http://api.openai.com/v1"}, {"key": KEY}, live(".env"),
         ["sends the key unencrypted: write https://. The lessons put it right"], API),
        ({"url": "https://api.openai.com"}, {"key": KEY}, live(".env"), ["must end in /v1"], API),
        ({"url": "api.openai.com/v1"}, {"key": KEY}, live(".env"), ["must start with https"], API),
        ({"key": KEY, "url": EU + "chat/completions"}, {}, live(HERE, "eu.api.openai.com"),
         ["must end in /v1"], EU),
        ({"key": KEY, "url": " "}, {}, live(HERE), [], API),
        # One that leads nowhere: the key may be for that server, so it goes to nobody.
        ({"key": KEY, "url": "localhost:1/v1"}, {}, OFFLINE, ["must start with http"], MOCK),
        ({"url": "ftp://llm.example"}, {}, OFFLINE, ["must start with http"], MOCK),
        ({"url": "https://"}, {}, OFFLINE, ["must start with http"], MOCK),
        ({"url": "http://[::1/v1"}, {}, OFFLINE, ["is not the address"], MOCK),
        ({"url": "http://a:hunter2/v1"}, {}, OFFLINE, ["is not the address"], MOCK),
        # Another server, which an OpenAI key is no business of.
        ({}, {"url": "http://localhost:1/v1"}, server("localhost:1", "with no key"), [],
         "http://localhost:1/v1/"),
        ({"url": "https://llm.example/v1", "key": "token-of-that-server-wxyz"}, {},
         server("llm.example:443", f"with the key …wxyz from {HERE}"), [],
         "https://llm.example/v1/"),
        ({"url": "https://llm.example/v1"}, {"key": KEY},
         server("llm.example:443", "with the key sk-proj-…wxyz from .env"), [SEES],
         "https://llm.example/v1/"),
        ({"url": "http://llm.example/v1"}, {"key": KEY},
         server("llm.example:80", "with the key sk-proj-…wxyz from .env"), [SEES, PLAIN],
         "http://llm.example/v1/"),
        ({"url": "http://127.0.0.1:9/v1"}, {"key": KEY},
         server("127.0.0.1:9", "with the key sk-proj-…wxyz from .env"), [SEES],
         "http://127.0.0.1:9/v1/"),
        ({"url": "http://localhost:1/v1/chat/completions"}, {},
         server("localhost:1", "with no key"), ["names one endpoint"], "http://localhost:1/v1/"),
        # A key that can be none.
        ({}, {"key": "your-api-key-goes-here"}, OFFLINE, ["in .env cannot be used: it is the p"],
         MOCK),
        ({"key": "sk-admin-FAKE-0000-wxyz"}, {}, OFFLINE, ["it is an admin key"], MOCK),
        # Forced.
        ({"mode": "Offline", "key": KEY, "url": "https://llm.example/v1"}, {}, OFFLINE, [], MOCK),
        ({"mode": "test", "key": KEY}, {}, OFFLINE, [], MOCK),
        ({"mode": "live", "key": KEY}, {}, live(HERE), [], API),
        ({}, {"mode": "offline", "key": KEY}, OFFLINE, [], MOCK),
        ({"key": KEY}, {"mode": "'Offline' # for now"}, OFFLINE, [], MOCK),
        ({"mode": ""}, {"mode": "test", "key": KEY}, OFFLINE, [], MOCK),
        ({"mode": "live"}, {"mode": "offline", "key": KEY}, live(".env"), [], API),
    ],
)  # fmt: skip
def test_where_requests_go(
    decide: Decide,
    environ: dict[str, str],
    in_file: dict[str, str],
    line: str,
    notes: list[str],
    address: str,
) -> None:
    names = {"key": "OPENAI_API_KEY", "url": "OPENAI_BASE_URL", "mode": "LESSONS_MODE"}
    write_env(**{names[name]: value for name, value in in_file.items()})
    printed = decide(**{names[name]: value for name, value in environ.items()})
    assert printed[0] == line
    for note, part in zip(printed[1:], notes, strict=True):
        assert note.startswith("  ! ") and part in note
    for key in (environ.get("key"), in_file.get("key"), "hunter2"):
        assert not key or key not in "".join(printed)
    where, key = target()
    assert where.startswith(address)
    if address == MOCK:
        assert key == modes.OFFLINE_KEY
    elif line.startswith("Lessons: live"):
        assert key == KEY


def test_lines_are_short_enough_for_a_notebook_beside_its_list_of_files(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = "A key such as sk-proj-…wxyz is one word, and no line breaks inside a word. " * 3
    modes._tell(words, [words, f"https://llm.example/{'long' * 30}"])
    printed = capsys.readouterr().out
    assert printed.count("sk-proj-…wxyz") == 6
    assert [line[:9] for line in printed.splitlines()[:2]] == ["Lessons: ", " " * 9]
    assert [len(line) > 72 for line in printed.splitlines()].count(True) == 1


def test_a_file_that_cannot_be_read_is_told(decide: Decide) -> None:
    Path(".env").write_text(f"OPENAI_API_KEY={KEY}", "utf-16")
    line, note = decide()
    assert line == OFFLINE and note.startswith("  ! .env is not saved as UTF-8")


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@llm.example/v1",
        "https://hunter2@llm.example/v1",
        "https://llm.example/hunter2/v1",
        "https://llm.example/v1?token=hunter2",
        "https://llm.example/v1#hunter2",
    ],
)
def test_of_an_address_host_and_port_are_printed(decide: Decide, url: str) -> None:
    (line,) = decide(OPENAI_BASE_URL=url)
    assert line == server("llm.example:443", "with no key")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"OPENAI_API_KEY: {KEY}", ".env, line 1 has a colon where = belongs: write OPENAI_API_K"),
        (f"\n{KEY}", ".env, line 2 is a key without a name"),
        (f"OPENAI_API_KEY={KEY}\n0000-abcd", ".env, line 1 has only a part of the key"),
        (f"A=b\0\nOPENAI_API_KEY={KEY}", ".env is not saved as UTF-8 text"),
    ],
)
def test_a_key_that_is_in_the_file_and_not_read_is_told(
    decide: Decide, text: str, said: str
) -> None:
    Path(".env").write_text(text)
    line, note = decide()
    assert line == OFFLINE and note.startswith(f"  ! {said}") and KEY not in note
    with pytest.raises(ValueError, match="^LESSONS_MODE is live, but no key was found") as caught:
        decide(LESSONS_MODE="live")
    assert said in str(caught.value) and KEY not in str(caught.value)


@pytest.mark.parametrize("name", ["OPENAI_API_BASE", "OPENAI_API_BASE_URL", "openai_base_url"])
@pytest.mark.parametrize("in_file", [True, False])
def test_the_key_of_another_server_goes_to_nobody(decide: Decide, name: str, in_file: bool) -> None:
    relay = {name: "https://relay.example/v1"}
    write_env(OPENAI_API_KEY=KEY, **(relay if in_file else {}))
    line, note = decide(**({} if in_file else relay))
    assert line == OFFLINE and name in note and "OPENAI_BASE_URL" in note and "relay" not in note
    assert target()[1] == modes.OFFLINE_KEY
    with pytest.raises(ValueError, match="^LESSONS_MODE is live, but where requests go is not cl"):
        decide(LESSONS_MODE="live")
    # Under its right name, or set to OpenAI's own address, it is in nobody's way.
    (line, _) = decide(LESSONS_MODE="", OPENAI_BASE_URL=EU)
    assert line == live(".env", "eu.api.openai.com")


def test_another_projects_file_is_named(decide: Decide, monkeypatch: pytest.MonkeyPatch) -> None:
    write_env(OPENAI_API_KEY=KEY)
    above = Path.cwd()
    (above / "lessons" / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(settings, "own_folder", lambda: above / "lessons")
    monkeypatch.chdir("lessons/notebooks")
    assert decide() == [live(f".env in {above}")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_nothing_waits_for_a_pipe_or_a_very_large_file(decide: Decide) -> None:
    os.mkfifo(".env")
    line, note = decide(OPENAI_API_KEY=KEY)
    assert line == live(HERE) and note == "  ! .env is not read: it is a pipe, not a file."
    Path(".env").unlink()
    with Path(".env").open("wb") as file:
        file.truncate(100_000_000)
    line, note = decide()
    assert line == live(HERE) and ".env is not read: it is larger than 64 kB" in note


def test_organization_and_project_in_the_file_go_along(
    decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent() -> tuple[str | None, str | None]:
        with openai.OpenAI() as client:
            return client.organization, client.project

    write_env(OPENAI_API_KEY=KEY, OPENAI_ORG_ID="org-FAKE", OPENAI_PROJECT_ID="'proj-FAKE'")
    decide()
    assert sent() == ("org-FAKE", "proj-FAKE")
    decide(OPENAI_BASE_URL="http://localhost:1/v1")
    assert sent() == ("org-FAKE", "proj-FAKE")
    decide(LESSONS_MODE="offline")
    assert sent() == (None, None) and "OPENAI_ORG_ID" not in os.environ
    decide(LESSONS_MODE="", OPENAI_BASE_URL="", OPENAI_ORG_ID="org-MINE")
    assert sent() == ("org-MINE", "proj-FAKE")


def test_an_admin_key_goes_along_and_is_none_of_the_mocks(decide: Decide) -> None:
    decide(OPENAI_API_KEY=KEY, OPENAI_ADMIN_KEY=ADMIN, LESSONS_MODE="offline")
    assert ADMIN not in os.environ.values() and KEY not in os.environ.values()
    write_env(OPENAI_ADMIN_KEY=OTHER)
    decide(LESSONS_MODE="")
    assert os.environ["OPENAI_ADMIN_KEY"] == ADMIN
    decide(OPENAI_ADMIN_KEY="")
    assert os.environ["OPENAI_ADMIN_KEY"] == OTHER


@pytest.mark.parametrize("key", ["", "your-api-key-goes-here"])
def test_forced_live_without_a_usable_key_is_an_error(decide: Decide, key: str) -> None:
    with pytest.raises(ValueError, match=r"^LESSONS_MODE is live, but no key was found") as caught:
        decide(LESSONS_MODE="live", OPENAI_API_KEY=key)
    assert ("placeholder" in str(caught.value)) == bool(key)
    assert not key or key not in str(caught.value)


def test_a_mode_that_does_not_exist_is_an_error(decide: Decide) -> None:
    with pytest.raises(ValueError, match=r"'ofline' in the environment; it may be offline, live o"):
        decide(LESSONS_MODE="ofline")
    write_env(LESSONS_MODE="ofline")
    with pytest.raises(ValueError, match=r"'ofline' in \.env; it may be offline, live or test\.$"):
        decide(LESSONS_MODE="")


@pytest.mark.parametrize("line", ["LESSONS_MODE: offline", "lessons_mode=offline"])
def test_a_mode_that_is_not_read_is_an_error(decide: Decide, line: str) -> None:
    Path(".env").write_text(f"{line}\nOPENAI_API_KEY={KEY}\n")
    with pytest.raises(ValueError, match=r"^\.env, line 1 .*: write LESSONS_MODE=… there\.$"):
        decide()


# -- Another time ------------------------------------------------------------------------------


def test_each_setup_decides_anew(decide: Decide, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = "  ! The mode has changed: run the cell with OpenAI() again."
    assert decide() == decide() == [OFFLINE]
    write_env(OPENAI_API_KEY=KEY)
    assert decide() == [live(".env"), changed]
    Path(".env").unlink()
    assert decide() == [OFFLINE, changed]
    assert decide(OPENAI_API_KEY=KEY) == [live(HERE), changed]
    assert target() == (API, KEY)


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_hosts_that_go_past_the_proxy(decide: Decide, name: str) -> None:
    hosts = ("intranet.example", "127.0.0.1", "api.openai.com")
    assert decide(HTTPS_PROXY="http://127.0.0.1:9", **{name: hosts[0]}) == [OFFLINE]
    assert [bool(proxy_bypass(host)) for host in hosts] == [True, True, True]
    decide(OPENAI_API_KEY=KEY)
    assert [bool(proxy_bypass(host)) for host in hosts] == [True, False, False]


def test_the_next_setup_may_be_less_strict(decide: Decide) -> None:
    def ask() -> str | None:
        with openai.OpenAI(max_retries=0) as client:
            reply = client.chat.completions.create(
                model="gpt-6-luna", messages=[{"role": "user", "content": "Say helo."}]
            )
        return reply.choices[0].message.content

    decide(LESSONS_MODE="test")
    with pytest.raises(openai.BadRequestError, match="No written reply for this prompt"):
        ask()
    decide(LESSONS_MODE="offline")
    assert str(ask()).startswith("(Offline mock)")


def test_the_next_setup_forgets_files_and_conversations(decide: Decide) -> None:
    decide()
    with openai.OpenAI(max_retries=0) as client:
        said = client.responses.create(model="gpt-6-luna", input="Say hello.")
        picture = NOTEBOOKS / "images/chart.png"
        file = client.files.create(file=picture, purpose="vision")

        def go_on() -> None:
            client.responses.create(
                model="gpt-6-luna", input="Say hello.", previous_response_id=said.id
            )

        client.files.retrieve(file.id)
        go_on()
        decide()
        with pytest.raises(openai.NotFoundError):
            client.files.retrieve(file.id)
        with pytest.raises(openai.BadRequestError):
            go_on()


# -- Programs of their own ---------------------------------------------------------------------

ADDRESS = "print(os.environ['OPENAI_BASE_URL'], flush=True)"


def test_the_mock_answers_in_a_folder_where_nothing_can_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    assert run(SETUP + ASK, tmp_path) == [OFFLINE, SAID]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "names", [("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), ("http_proxy", "all_proxy")]
)
def test_proxies_do_not_come_between_the_sdk_and_the_mock(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert run(SETUP + ASK, tmp_path, **dict.fromkeys(names, proxy))[-1] == SAID


def test_a_program_started_from_an_offline_one_has_its_own_mock(tmp_path: Path) -> None:
    child = f"""
import subprocess, threading

print([thread.name for thread in threading.enumerate()].count("mock-api"), flush=True)
subprocess.run([sys.executable, "-c", {STAY_HERE + SETUP + ADDRESS + ASK!r}], check=True)
"""
    program = SETUP + SETUP + ADDRESS + child
    line, again, address, mocks, inner, inner_address, said = run(program, tmp_path)
    assert line == again == inner == OFFLINE and said == SAID
    assert mocks == "1" and address != inner_address


def test_two_programs_at_once_have_a_mock_each(tmp_path: Path) -> None:
    program = SETUP + ADDRESS + "\ninput()" + ASK
    with start(program, tmp_path) as one, start(program, tmp_path) as two:
        addresses = set()
        for process in (one, two):
            assert process.stdout
            addresses.add(next(line for line in process.stdout if line.startswith(MOCK)))
        assert len(addresses) == 2
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
    proxies = {"ALL_PROXY": "http://127.0.0.1:9"}
    printed = run(no_port + SETUP + SETUP + ASK, tmp_path, **proxies)
    assert re.search("No port could be opened .*Address already in use", printed[1])
    assert printed[:2] == printed[2:4] and printed[4:] == [SAID]


def test_requests_that_come_first_at_once_meet_the_same_mock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class SlowlyMade(state.Mock):
        def __init__(self, strict: bool) -> None:
            time.sleep(0.05)
            super().__init__(strict=strict)

    monkeypatch.setattr(state, "Mock", SlowlyMade)
    offline = modes.Offline()
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: offline.mock(), range(2))
    assert one is other
