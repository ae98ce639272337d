"""The environment: which Python has the pinned packages, and what is installed when none has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from helpers import environment

NEEDED = ["openai", "jupyterlab", "ipywidgets", "nbval", "pytest", "uvicorn", "playwright"]


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
    # An installation that broke off leaves a package without a name: it does no harm.
    (tmp_path / "broken-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(environment, "PINS", pins(tmp_path, **changes))
    assert environment.has_pins() is has


class Installation:
    """An empty project, in which what `environment()` runs is recorded and not run."""

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


def test_a_python_with_the_pins_is_used_as_it_is(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "PINS", pins(installation.venv.parent))
    assert environment.environment() == sys.executable
    assert installation.ran == []


def test_pins_are_installed_anew_only_if_they_changed_or_python_is_gone(
    installation: Installation,
) -> None:
    assert environment.environment() == str(installation.python)
    make, install = installation.ran
    assert "venv" in make and "--clear" in make and make[-1] == str(installation.venv)
    assert "install" in install and str(installation.python) in install
    assert install[-2] in ("-r", "--requirement") and install[-1] == str(installation.pins)
    assert environment.environment() == str(installation.python)
    assert len(installation.ran) == 2
    installation.pins.write_text("openai==0.0.2")
    environment.environment()
    assert len(installation.ran) == 4
    installation.python.unlink()
    environment.environment()
    assert len(installation.ran) == 6


@pytest.mark.skipif(os.name == "nt", reason="Windows lets administrators only make links")
def test_what_a_link_leads_to_is_left_alone(installation: Installation) -> None:
    others = installation.venv.with_name("others")
    others.mkdir()
    installation.venv.symlink_to(others)
    installation.python.parent.mkdir()
    installation.python.touch()
    (others / "installed").write_text("other pins")
    environment.environment()
    assert not installation.venv.is_symlink() and installation.python.exists()
    assert sorted(path.name for path in others.iterdir()) == ["bin", "installed"]
    assert (others / "installed").read_text() == "other pins"


def test_an_installation_that_fails_is_tried_again(installation: Installation) -> None:
    installation.failing = "install"
    with pytest.raises(subprocess.CalledProcessError):
        environment.environment()
    installation.failing = ""
    assert environment.environment() == str(installation.python)
    assert len(installation.ran) == 4
