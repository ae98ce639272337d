"""Settings: which one wins, what a `.env` may look like, and what is borrowed is given back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from helpers import settings
from helpers.settings import BASE_URL, KEY, OFFLINE_KEY, Setting, Settings, borrowed

MINE, OTHER = "sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd"


@pytest.mark.parametrize(
    ("environ", "in_file", "found", "unused"),
    [
        ({KEY: MINE}, {KEY: OTHER}, Setting(MINE, "the environment"), Setting(OTHER, ".env")),
        ({KEY: MINE}, {KEY: f'"{MINE}"'}, Setting(MINE, "the environment"), None),
        ({KEY: f" '{MINE}'"}, {}, Setting(MINE, "the environment"), None),
        ({KEY: " "}, {KEY: f'"{OTHER}"'}, Setting(OTHER, ".env"), None),
        ({}, {KEY: " "}, None, None),
    ],
)
def test_the_environment_wins_over_the_file_unless_it_is_empty(
    environ: dict[str, str],
    in_file: dict[str, str],
    found: Setting | None,
    unused: Setting | None,
) -> None:
    read = Settings(environ, Path(".env"), in_file)
    assert (read.key, read.unused_key) == (found, unused)


# -- The file ----------------------------------------------------------------------------------


def test_the_nearest_file_is_read_and_a_folder_is_none(computer: Path) -> None:
    below = computer / "course" / "week"
    (below / ".env").mkdir(parents=True)
    (computer / ".env").write_text(f"{KEY}={MINE}")
    assert settings.read(folder=below).file == computer / ".env"
    (computer / "course" / ".env").write_text(f"{KEY}={OTHER}")
    for folder in (below, below.parent):
        read = settings.read(folder=folder)
        assert read.file == computer / "course" / ".env" and read.key == Setting(OTHER, ".env")


@pytest.mark.parametrize(
    "content",
    [
        f"# mine\n{KEY}={MINE}\nEMPTY=\nBARE\n".encode(),
        f"{KEY}={MINE}\n".encode("utf-8-sig"),
        f"{KEY}={MINE}\r\nEMPTY=\r\n".encode(),
        f"export {KEY}='{MINE}'".encode(),
    ],
    ids=["plain", "BOM", "CRLF", "export"],
)
def test_the_settings_that_have_a_value_are_read(computer: Path, content: bytes) -> None:
    (computer / ".env").write_bytes(content)
    assert settings.read().in_file == {KEY: MINE}


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_that_is_not_utf_8_is_told_and_the_environment_counts(
    computer: Path, encoding: str
) -> None:
    (computer / ".env").write_text(f"# für mich\n{KEY}={MINE}\n", encoding)
    read = settings.read({KEY: OTHER})
    assert read.problem and "save it as UTF-8" in read.problem and MINE not in read.problem
    assert read.key == Setting(OTHER, "the environment")


def test_a_file_that_may_not_be_read_is_told(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    (computer / ".env").touch()
    monkeypatch.setattr(Path, "open", refuse)
    problem = settings.read().problem
    assert problem and ".env cannot be read (Permission denied)" in problem


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (f"A=b\n{KEY}={MINE}\n".encode() + "C=d\r\n".encode("utf-16-le"), "from line 3 on"),
        (f"{KEY}={MINE}\n".encode("utf-16-le"), "UTF-8 text. Open"),
        (f"{KEY}={MINE}\n".encode("utf-32"), "UTF-8 text. Open"),
        (f"{KEY}={MINE}\0".encode(), "UTF-8 text. Open"),
    ],
)
def test_what_powershell_appends_is_told_before_it_breaks_a_program(
    computer: Path, content: bytes, where: str
) -> None:
    (computer / ".env").write_bytes(content)
    read = settings.read()
    assert read.key is None and read.problem and where in read.problem


def test_only_a_file_of_some_size_is_read(computer: Path) -> None:
    (computer / ".env").write_text(f"{KEY}={MINE}\n#".ljust(settings.LARGEST))
    assert settings.read().key == Setting(MINE, ".env")
    (computer / ".env").write_text(f"{KEY}={MINE}\n#".ljust(settings.LARGEST + 1))
    assert settings.read().problem == (
        ".env is not read: it is larger than 64 kB. Is it a file of settings?"
    )


def test_a_file_under_a_wrong_name_is_told(computer: Path) -> None:
    (computer / ".env.txt").write_text(f"{KEY}={MINE}")
    assert settings.read().notes == [".env.txt is not read: rename it to .env."]


def test_what_is_not_read_is_told_only_if_it_is_set_nowhere_else(computer: Path) -> None:
    (computer / ".env").write_text(f"{KEY}: {MINE}\nLESSONS_MODE: offline\n")
    key, mode = settings.read().notes
    assert key.startswith(".env, line 1 has a colon") and mode.startswith(".env, line 2 has")
    assert settings.read({KEY: OTHER, "LESSONS_MODE": "live"}).notes == []


def test_a_folder_is_named_by_its_way_from_home(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: computer)
    (computer / "work").mkdir()
    (computer / "work" / ".env").write_text(f"{KEY}={MINE}")
    read = settings.read(folder=computer / "work" / "below" / "more")
    assert read.key == Setting(MINE, ".env")  # the lessons' own
    monkeypatch.setattr(settings, "own_folder", lambda: computer / "lessons")
    read = settings.read(folder=computer / "work" / "below" / "more")
    assert read.key == Setting(MINE, ".env in ~/work")


@pytest.mark.parametrize(
    ("mode", "offline"),
    [(None, False), ("", False), ("Live", False), ("OFFLINE", True), ("test", True), ("no", True)],
)
@pytest.mark.parametrize("in_file", [True, False])
def test_the_mode_may_be_in_the_file(mode: str | None, offline: bool, in_file: bool) -> None:
    values = {} if mode is None else {"LESSONS_MODE": mode}
    read = Settings({}, Path(".env"), values) if in_file else Settings(values)
    assert read.forced_offline is offline


def test_no_key_is_in_a_repr(computer: Path) -> None:
    borrowed.put(KEY, MINE)
    (computer / ".env").write_text(f"{KEY}={MINE}")
    for thing in (Setting(MINE, ".env"), settings.read({KEY: MINE}), borrowed):
        assert MINE not in repr(thing) and MINE not in f"{thing}"


# -- What is borrowed --------------------------------------------------------------------------


def test_what_is_borrowed_is_given_back(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "company.pem")
    monkeypatch.setenv(KEY, MINE)
    before = dict(os.environ)
    for value in ("first", "second"):
        borrowed.put(KEY, value)
        borrowed.put(BASE_URL, "http://mock/v1")
        borrowed.put("SSL_CERT_FILE", None)
    assert os.environ[KEY] == "second" and "SSL_CERT_FILE" not in os.environ
    assert borrowed.as_left() == before
    borrowed.give_back()
    assert os.environ == before
    # What was borrowed before counts no more.
    monkeypatch.setenv(KEY, OTHER)
    borrowed.put(KEY, "third")
    borrowed.give_back()
    assert os.environ[KEY] == OTHER


def test_what_the_reader_sets_meanwhile_stays(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    borrowed.put(KEY, OFFLINE_KEY)
    borrowed.put(BASE_URL, "http://mock/v1")
    monkeypatch.setenv(KEY, MINE)
    borrowed.give_back()
    assert os.environ[KEY] == MINE and BASE_URL not in os.environ


def test_a_mock_that_is_inherited_is_not_the_readers(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, OFFLINE_KEY)
    monkeypatch.setenv(BASE_URL, "http://127.0.0.1:9/v1")
    read = settings.read()
    assert (read.key, read.base_url) == (None, None)


def test_for_a_moment_the_network_is_as_the_reader_left_it(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.setenv("SSL_CERT_FILE", "company.pem")
    borrowed.put(KEY, OFFLINE_KEY)
    borrowed.put("SSL_CERT_FILE", None)
    borrowed.bypass_proxies("127.0.0.1")
    ours = dict(os.environ)
    with pytest.raises(ZeroDivisionError), borrowed.network_as_left():
        assert os.environ["NO_PROXY"] == "intranet.example"
        assert os.environ["SSL_CERT_FILE"] == "company.pem"
        assert os.environ[KEY] == OFFLINE_KEY
        raise ZeroDivisionError
    assert os.environ == ours


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize(
    ("hosts", "after"),
    [
        ("intranet.example, 10.0.0.1,", "intranet.example,10.0.0.1,127.0.0.1"),
        ("intranet.example,*", "*"),
    ],
)
def test_hosts_that_pass_by_the_proxy_still_do(
    computer: Path, monkeypatch: pytest.MonkeyPatch, name: str, hosts: str, after: str
) -> None:
    monkeypatch.setenv(name, hosts)
    borrowed.bypass_proxies("127.0.0.1")
    assert {os.environ.get("NO_PROXY"), os.environ.get("no_proxy")} - {None} == {after}
