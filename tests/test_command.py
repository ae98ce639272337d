"""`python -m helpers`: what it prints, what it installs and when, and what it starts."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from helpers import __main__ as command
from helpers import environment

NEEDED = ["openai", "jupyterlab", "ipywidgets", "nbval", "pytest", "uvicorn", "playwright"]


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["tests"], 2), (["test", "x"], 2), (["--help"], 0)]
)
def test_other_words_print_the_usage(arguments: list[str], code: int) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "helpers", *arguments],
        cwd=environment.ROOT,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (code, "")
    assert run.stdout.startswith("usage: python -m helpers lab")


@pytest.mark.parametrize("file", ["__main__.py", "__init__.py", "environment.py"])
def test_an_old_python_can_read_the_file(file: str) -> None:
    source = (environment.ROOT / "helpers" / file).read_text("utf-8")
    ast.parse(source, feature_version=(3, 7))


def test_an_old_python_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(sys, "version", "3.9.18 (main)")
    assert command.main(["lab"]) == 1
    assert "need Python 3.10 or later; this is 3.9.18." in capsys.readouterr().out


def pins(folder: Path, **changes: str | None) -> Path:
    """A requirements.txt with the versions that are installed, but for `changes`."""
    versions = {name: metadata.version(name) for name in NEEDED} | changes
    lines = [f"{name}=={version} \\\n    --hash=sha256:0" for name, version in versions.items()]
    file = folder / "requirements.txt"
    file.write_text("# pins\n" + "\n".join(line for line in lines if "==None" not in line))
    return file


@pytest.mark.parametrize(
    ("changes", "has"),
    [
        ({}, True),
        ({"other": "1.0"}, True),
        ({"openai": "0.0.1"}, False),
        ({"nbval": "99.0"}, False),
        ({"playwright": None}, False),
    ],
)
def test_this_python_has_the_pins_if_every_version_is_the_pinned_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], has: bool
) -> None:
    monkeypatch.setattr(environment, "PINS", pins(tmp_path, **changes))
    assert environment.has_pins() is has


def test_an_installation_that_broke_off_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(environment, "PINS", pins(tmp_path))
    assert environment.has_pins()


class Installation:
    """What `environment()` runs, recorded and not run, in an empty project."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, uv: str | None) -> None:
        self.ran: list[list[str]] = []
        self.failing = ""
        self.pins = folder / "requirements.txt"
        self.pins.write_text("openai==0.0.1")
        self.venv = folder / ".venv"
        self.python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        monkeypatch.setattr(environment, "PINS", self.pins)
        monkeypatch.setattr(environment, "VENV", self.venv)
        monkeypatch.setattr(shutil, "which", {"uv": uv}.get)
        monkeypatch.setattr(subprocess, "check_call", self.check_call)

    def check_call(self, words: list[Any]) -> None:
        self.ran.append([str(word) for word in words])
        if self.failing in self.ran[-1]:
            raise subprocess.CalledProcessError(1, words)
        self.python.parent.mkdir(parents=True, exist_ok=True)
        self.python.touch()


@pytest.fixture(params=[None, "/usr/bin/uv"], ids=["pip", "uv"])
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Installation:
    return Installation(tmp_path, monkeypatch, request.param)


def test_python_with_the_pins_is_used_as_it_is(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "PINS", pins(installation.venv.parent))
    assert environment.environment() == sys.executable
    assert installation.ran == []


def test_pins_are_installed_once_into_an_environment(installation: Installation) -> None:
    assert environment.environment() == str(installation.python)
    make, install = installation.ran
    assert "venv" in make and "--clear" in make and make[-1] == str(installation.venv)
    assert "install" in install and install[-1] == str(installation.pins)
    assert install[-2] in ("-r", "--requirement")
    assert str(installation.python) in install
    assert environment.environment() == str(installation.python)
    assert len(installation.ran) == 2


def test_pins_are_installed_again_if_they_changed_or_python_is_gone(
    installation: Installation,
) -> None:
    environment.environment()
    installation.pins.write_text("openai==0.0.2")
    environment.environment()
    assert len(installation.ran) == 4
    installation.python.unlink()
    environment.environment()
    assert len(installation.ran) == 6


def test_installation_that_fails_is_told_and_tried_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(environment.ROOT)
    installation.failing = "install"
    assert command.main(["lab"]) == 1
    assert "The packages could not be installed" in capsys.readouterr().out
    installation.failing = ""
    assert environment.environment() == str(installation.python)
    assert len(installation.ran) == 4


class Started:
    """The programs that `main` starts, recorded and not run; each ends with the next code."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *codes: int) -> None:
        self.programs: list[list[str]] = []
        self.codes = list(codes)
        monkeypatch.chdir(environment.ROOT)
        monkeypatch.setenv("PYTHONPATH", "mine")
        monkeypatch.setattr(command, "environment", lambda: "python")
        monkeypatch.setattr(subprocess, "call", self.call)

    def call(self, words: list[str], env: dict[str, str]) -> int:
        assert env["PYTHONPATH"] == os.pathsep.join([str(environment.ROOT), "mine"])
        assert Path.cwd() == environment.ROOT
        self.programs.append(words)
        return self.codes.pop(0)


def test_lab_opens_the_lessons_and_hands_on_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    started = Started(monkeypatch, 0)
    monkeypatch.setattr(command, "ROOT_USER", [])
    assert command.main(["lab", "--no-browser"]) == 0
    assert started.programs == [["python", "-m", "jupyter", "lab", "notebooks", "--no-browser"]]


def test_test_runs_the_tests_and_then_the_notebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    started = Started(monkeypatch, 0, 0)
    assert command.main(["test"]) == 0
    tests, notebooks = started.programs
    assert tests == ["python", "-m", "pytest", *command.PARALLEL]
    assert notebooks[:5] == ["python", "-m", "pytest", "--nbval", "notebooks"]


@pytest.mark.parametrize("codes", [(1,), (0, 1)])
def test_test_fails_if_a_part_fails(
    monkeypatch: pytest.MonkeyPatch, codes: tuple[int, ...]
) -> None:
    started = Started(monkeypatch, *codes)
    assert command.main(["test"]) == 1
    assert len(started.programs) == len(codes)
