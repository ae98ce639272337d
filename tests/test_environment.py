"""The environment: which Python has the pinned packages, and how `.venv` is made and made anew."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from threading import Event, Thread
from typing import Any
from unittest.mock import Mock

import pytest

from helpers import environment
from helpers.environment import NotMadeError
from tests import lessons

NEEDED = ["openai", "jupyterlab", "ipywidgets", "nbval", "pytest", "uvicorn", "playwright"]
OPENAI = metadata.version("openai")
POSIX = os.name == "posix"
ODD = "a b'ü 中"


def pins(folder: Path, **changes: str | None) -> Path:
    """A requirements.txt with the versions that are installed, but for `changes`."""
    versions = {name: metadata.version(name) for name in NEEDED} | changes
    lines = [f"{name}=={version} \\\n    --hash=sha256:0" for name, version in versions.items()]
    file = folder / "requirements.txt"
    file.write_text("# pins\n" + "\n".join(line for line in lines if "==None" not in line))
    return file


# -- Is it whole? ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"never": '1 ; python_version < "3"'}, None),
        ({"openai": "0.0.1"}, f"openai {OPENAI} instead of 0.0.1."),
        ({"other": "1.0", "broken": "1.0"}, "missing: broken, other."),
        ({"emptied": "1.0"}, "missing: emptied."),
        ({"openai": "1", "other": "1"}, f"missing: other. openai {OPENAI} instead of 1."),
    ],
)
def test_a_python_is_whole_if_every_package_is_there_in_its_pinned_version(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str | None],
    fault: str | None,
) -> None:
    # An installation that broke off leaves a package without a name, or one without its files.
    (tmp_path / "broken-1.0.dist-info").mkdir()
    install("emptied", "1.0", tmp_path)
    shutil.rmtree(tmp_path / "emptied")
    monkeypatch.syspath_prepend(tmp_path)
    assert environment.fault(pins(tmp_path, **changes)) == fault


def install(name: str, version: str, site: Path) -> None:
    """Put a package of one module into a folder of packages."""
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (folder / "RECORD").write_text(f"{folder.name}/METADATA,,\n{name}/__init__.py,,\n")
    (site / name).mkdir()
    (site / name / "__init__.py").touch()


# -- Making it ---------------------------------------------------------------------------------


class Project:
    """A project of two packages, whose `.venv` is a real one. What would fill it is only acted.

    ran: the steps that were taken; failing: words of those that fail.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, uv: str | None) -> None:
        self.monkeypatch = monkeypatch
        self.ran: list[str] = []
        self.failing: list[str] = []
        self.interrupted = False
        (folder / "helpers").mkdir(parents=True)
        for name in ("__init__.py", "environment.py"):
            shutil.copy(lessons.ROOT / "helpers" / name, folder / "helpers")
        self.move_to(folder)
        self.pin("1.0")
        monkeypatch.setattr(shutil, "which", {"uv": uv}.get)
        monkeypatch.setattr(environment, "_step", self.step)
        monkeypatch.setattr(environment, "as_pip_is_told", lambda: [])
        monkeypatch.delenv("PYTHONPATH")

    def move_to(self, folder: Path) -> None:
        self.folder, self.venv = folder, folder / ".venv"
        self.old = folder / ".venv.old"
        self.pins = folder / "requirements.txt"
        for name, value in {"ROOT": folder, "VENV": self.venv, "PINS": self.pins}.items():
            self.monkeypatch.setattr(environment, name, value)

    def pin(self, version: str) -> None:
        self.pins.write_text(f"one[more]=={version} \\\n    --hash=x\ntwo==1.0 \\\n    --hash=x\n")

    @property
    def site(self) -> Path:
        (site,) = self.venv.glob("lib/python*/site-packages" if POSIX else "Lib/site-packages")
        return site

    def step(self, what: str, command: list[Any]) -> None:
        words = [str(word) for word in command]
        kind = "uv" if "uv" in what else what
        if what == "packages" and "pip" in words and not {words[2], Path(words[0]).name} & {"uv"}:
            kind = "pip"
        self.ran.append(kind)
        if kind in self.failing:
            raise NotMadeError("It fails.\nBecause.")
        if "venv" in words:
            venv.create(self.venv, clear=True, symlinks=POSIX)
        elif str(self.pins) in words:
            for line in self.pins.read_text().split("--hash=x\n")[:-1]:
                name, version = line.split(" ")[0].split("==")
                install(name.partition("[")[0], version, self.site)
                if self.interrupted:
                    raise KeyboardInterrupt

    def make(self) -> str:
        self.ran.clear()
        return environment.environment(self.pins)


@pytest.fixture(params=[None, "/usr/bin/uv"], ids=["pip", "uv"])
def uv(request: pytest.FixtureRequest) -> str | None:
    found: str | None = request.param
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uv: str | None) -> Project:
    return Project(tmp_path / ODD, monkeypatch, uv)


def test_a_python_with_the_pins_is_used_as_it_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins(project.folder)
    assert project.make() == sys.executable
    assert project.ran == [] and not project.venv.exists()


def test_it_is_made_once(
    project: Project, uv: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.make() == str(environment.venv_python())
    assert project.ran == (["Python", "packages"] if uv else ["Python", "uv", "packages"])
    assert capsys.readouterr().out == "Making the lessons' environment in .venv (once).\n"
    assert project.make() == str(environment.venv_python())
    assert project.ran == [] and capsys.readouterr().out == ""


def upgrade(project: Project) -> None:
    shutil.rmtree(project.site / "one-1.0.dist-info")
    shutil.rmtree(project.site / "one")
    install("one", "2.0", project.site)


def move(project: Project) -> None:
    elsewhere = project.folder.with_name("elsewhere")
    project.folder.rename(elsewhere)
    project.move_to(elsewhere)


def break_python(project: Project) -> None:
    environment.venv_python().unlink()
    environment.venv_python().write_text("no program")


DAMAGES: dict[str, Callable[[Project], object]] = {
    "missing: two.": lambda project: shutil.rmtree(project.site / "two"),
    "one 2.0 instead of 1.0.": upgrade,
    "one 1.0 instead of 1.5.": lambda project: project.pin("1.5"),
    "it was made in another folder.": move,
    "its installation was interrupted.": lambda project: (project.venv / "made-at").write_text(
        "unfinished", "utf-8"
    ),
    "its Python does not start.": break_python,
}


@pytest.mark.parametrize(("why", "damage"), DAMAGES.items())
def test_what_is_not_whole_is_made_anew_and_it_is_said_why(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    why: str,
    damage: Callable[[Project], object],
) -> None:
    project.make()
    damage(project)
    capsys.readouterr()
    assert project.make() == str(environment.venv_python())
    assert capsys.readouterr().out == f"Making the lessons' environment in .venv anew: {why}\n"
    project.make()
    assert project.ran == [] and not project.old.exists()


def test_the_tests_have_more_installed_and_the_lessons_start_with_it(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.make()
    lessons_pins, project.pins = project.pins, project.folder / "requirements-dev.txt"
    project.pins.write_text(lessons_pins.read_text() + "three==1.0 \\\n    --hash=x\n")
    project.make()
    assert "in .venv anew: missing: three.\n" in capsys.readouterr().out
    project.pins = lessons_pins
    assert project.make() and project.ran == []


def test_what_somebody_installed_by_hand_is_used(project: Project) -> None:
    project.make()
    (project.venv / "made-at").unlink()
    project.make()
    assert project.ran == []


def test_where_uv_cannot_pip_does(
    project: Project, uv: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    project.failing = ["packages" if uv else "uv"]
    project.make()
    assert project.ran[-1] == "pip" and project.ran.count("Python") == 2
    assert "uv cannot do it here (It fails.), so pip does" in capsys.readouterr().out
    project.make()
    assert project.ran == []


def test_a_proxy_here_that_nobody_runs_is_left_out_and_one_that_runs_is_not(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as runs,
        socket.create_server(("127.0.0.1", 0)) as it,
    ):
        dead, alive = (f"127.0.0.1:{one.getsockname()[1]}" for one in (it, runs))
        it.close()
        given = {
            "ALL_PROXY": f"socks5://mei:secret@{dead}",
            "https_proxy": dead,
            "HTTPS_PROXY": f"http://{alive}",
            "HTTP_PROXY": "http://proxy.example:8080",
            "http_proxy": "http://[broken",
        }
        for name, address in given.items():
            monkeypatch.setenv(name, address)
        seen: dict[str, str] = {}
        step = project.step
        monkeypatch.setattr(environment, "_step", lambda *a: (seen.update(os.environ), step(*a)))
        project.make()
    kept = {name: given[name] for name in ("HTTPS_PROXY", "HTTP_PROXY", "http_proxy")}
    assert {name: seen[name] for name in given if name in seen} == kept
    assert {name: os.environ[name] for name in given} == given
    said = capsys.readouterr().out
    assert f"  ALL_PROXY names a proxy at {dead}, where no program listens: without it.\n" in said
    assert "secret" not in said


def test_that_pip_knows_no_socks_is_said_with_what_helps(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = NotMadeError("ERROR: Missing dependencies for SOCKS support.\nuv: python ended.")
    monkeypatch.setattr(environment, "_step", Mock(side_effect=error))
    with pytest.raises(NotMadeError, match="Install uv, which can .* HTTPS_PROXY"):
        project.make()


@pytest.mark.parametrize(("pip", "lends"), [("23.0.1\n", True), ("22.9\n", False), (None, False)])
def test_a_pip_of_its_own_is_made_only_where_none_can_be_borrowed(
    project: Project, uv: str | None, monkeypatch: pytest.MonkeyPatch, pip: str | None, lends: bool
) -> None:
    monkeypatch.setattr(environment, "_output", lambda command: pip)
    commands: list[list[str]] = []
    step = lambda what, command: commands.append([str(word) for word in command])  # noqa: E731
    monkeypatch.setattr(environment, "_step", step)
    monkeypatch.setattr(environment, "_write_place", lambda text: None)
    environment._install(project.pins)
    assert ("--without-pip" in commands[0]) == (lends and not uv)
    assert ("--python" in commands[1]) == (lends or bool(uv))


def test_an_installation_that_fails_is_tried_again(project: Project) -> None:
    project.failing = ["packages", "pip"]
    with pytest.raises(NotMadeError, match=r"It fails.\nBecause.\n\nThe packages could not"):
        project.make()
    assert not project.venv.exists()
    project.failing = []
    project.make()
    assert project.ran and project.make() and project.ran == []


@pytest.mark.parametrize("usable", ["import one", "import gone"])
def test_when_it_cannot_be_made_anew_the_one_of_before_is_used(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    usable: str,
) -> None:
    monkeypatch.setattr(environment, "_USABLE", usable)
    project.make()
    project.pin("1.5")
    project.failing = ["packages", "pip"]
    if usable == "import one":
        assert project.make() == str(environment.venv_python())
        assert "The lessons start with the packages of before." in capsys.readouterr().out
    else:
        with pytest.raises(NotMadeError):
            project.make()
    assert (project.site / "one").exists() and not project.old.exists()
    project.failing = []
    project.make()
    assert project.ran and (project.site / "one-1.5.dist-info").exists()


def test_an_interrupted_installation_leaves_what_was_there(project: Project) -> None:
    project.make()
    project.pin("1.5")
    project.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        project.make()
    assert (project.site / "one-1.0.dist-info").exists() and not project.old.exists()


def test_a_killed_installation_is_begun_again(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.make()
    project.pin("1.5")
    # As a kill leaves it: the old one aside, the new one half made.
    project.venv.rename(project.old)
    venv.create(project.venv, symlinks=POSIX)
    (project.venv / "made-at").write_text("unfinished")
    capsys.readouterr()
    project.make()
    assert "anew: its installation was interrupted." in capsys.readouterr().out
    assert (project.site / "one-1.5.dist-info").exists() and not project.old.exists()


@pytest.mark.skipif(not POSIX, reason="Windows lets few users make links")
@pytest.mark.parametrize("killed_before", [False, True])
def test_an_environment_that_is_linked_to_is_left_alone(
    project: Project, tmp_path: Path, killed_before: bool
) -> None:
    project.make()
    if killed_before:
        project.old.mkdir()
    shared = tmp_path / "shared"
    project.venv.rename(shared)
    project.venv.symlink_to(shared)
    project.make()
    assert project.ran and not project.venv.is_symlink()
    assert (shared / "made-at").exists() and list(shared.glob("lib/python*/site-packages/one"))


def test_one_command_waits_for_the_other(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    inside, go_on = Event(), Event()
    step = project.step

    def slow(what: str, command: list[Any]) -> None:
        inside.set()
        assert go_on.wait(30)
        step(what, command)

    project.monkeypatch.setattr(environment, "_step", slow)
    first, second = (Thread(target=project.make) for _ in range(2))
    first.start()
    assert inside.wait(30)
    second.start()
    second.join(2)
    go_on.set()
    for thread in (first, second):
        thread.join(30)
    assert project.ran.count("Python") == 1
    waiting = "Another command is making the environment: waiting for it ...\n"
    assert capsys.readouterr().out == f"Making the lessons' environment in .venv (once).\n{waiting}"


def test_a_folder_that_cannot_be_written_is_a_sentence(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = Path.open

    def refuse(path: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if mode != "r":
            raise OSError(30, "Read-only file system")
        return real_open(path, mode, *more, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        with pytest.raises(NotMadeError, match=r"cannot be changed \(Read-only file system\)"):
            project.make()
    # One that is whole needs no writing.
    project.make()
    monkeypatch.setattr(Path, "open", refuse)
    assert project.make() == str(environment.venv_python())


def test_helpers_that_were_installed_without_the_lessons_say_so(project: Project) -> None:
    project.pins.unlink()
    with pytest.raises(NotMadeError, match="without the lessons"):
        project.make()


def test_every_program_of_the_environment_finds_helpers(project: Project, tmp_path: Path) -> None:
    project.make()
    find = "import helpers; print(ascii(helpers.__file__))"
    for here in (project.folder, project.folder.with_name("elsewhere ü")):
        if not here.exists():
            project.folder.rename(here)
        python = here / ".venv" / environment.venv_python().relative_to(project.venv)
        ran = subprocess.check_output([python, "-c", find], cwd=tmp_path, text=True)
        assert ran.strip() == ascii(str(here / "helpers" / "__init__.py"))


def test_uv_asks_where_pip_is_told_to_ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pip", reason="uv made this environment: it has no pip to ask.")
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://one.example/simple\nfind-links = wheels\n"
        "[install]\nextra-index-url = https://two.example\n  https://three.example\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert environment.as_pip_is_told() == []
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_FIND_LINKS", "stick")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert environment.as_pip_is_told() == [
        *("--default-index", "https://one.example/simple"),
        *("--index", "https://two.example", "--index", "https://three.example"),
        *("--find-links", "stick", "--no-index", "--index-strategy", "unsafe-best-match"),
    ]
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mine.example")
    assert environment.as_pip_is_told() == []


# -- What is seen of it ------------------------------------------------------------------------


def test_a_step_shows_its_seconds_and_what_went_wrong(capfd: pytest.CaptureFixture[str]) -> None:
    environment._step("fast", [sys.executable, "-c", "print('noise')"])
    fail = "import sys; sys.exit('a reason')"
    with pytest.raises(NotMadeError, match=r"^a reason\nfailing: python\S* ended with code 1\.$"):
        environment._step("failing", [sys.executable, "-c", fail])
    lines = capfd.readouterr().out.replace("\r", "\n").split("\n")
    assert [line.rstrip("0123456789 s") for line in lines] == [
        *("  fast ...", "  fast ...", "  failing ...", "  failing ...", "")
    ]
    assert lines[1].endswith(" s")


@pytest.mark.skipif(os.name == "nt", reason="a process group's Ctrl+C is another thing on Windows")
@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_ctrl_c_during_a_step_is_quiet_and_waits_for_its_end(tmp_path: Path) -> None:
    begun, end = tmp_path / "begun", tmp_path / "end"
    wait = f"""
import pathlib, time
try:
    pathlib.Path({str(begun)!r}).touch()
    time.sleep(60)
finally:
    time.sleep(1)
    pathlib.Path({str(end)!r}).touch()
"""
    program = (
        "import sys; from helpers import __main__ as command, environment\n"
        "command.environment = lambda pins: "
        f"environment._step('packages', [sys.executable, '-c', {wait!r}])\n"
        "sys.exit(command.main(['lab']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=lessons.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    ) as running:
        assert running.stdout and running.stdout.read(14) == "  packages ..."
        while not begun.exists() and running.poll() is None:
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)
        assert running.communicate(timeout=30)[0].strip() == ""
    assert running.returncode == 130 and end.exists()
