"""Imports run one way, and in no circle. What stands on what is written in pyproject.toml."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import lessons


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Check a project's imports."""
    start = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", start, "--no-cache", "--no-logo"]
    utf8 = os.environ | {"PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=root, env=utf8, capture_output=True, encoding="utf-8")


def test_imports_run_one_way() -> None:
    run = lint(lessons.ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("models.py", "from helpers.mock import errors", "No circle"),
        ("mock/errors.py", "def later() -> None:\n    from helpers import settings", "Lessons"),
        ("mock/errors.py", "from helpers.mock import http", "The mock"),
        ("new.py", "", "Lessons"),
    ],
)
def test_an_import_the_other_way_is_seen(file: str, line: str, broken: str, tmp_path: Path) -> None:
    shutil.copy(lessons.ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(lessons.ROOT / "helpers", tmp_path / "helpers")
    with (tmp_path / "helpers" / file).open("a") as module:
        module.write(f"\n{line}\n")
    run = lint(tmp_path)
    assert run.returncode == 1
    assert re.search(rf"^{broken}.* BROKEN$", run.stdout, re.M), run.stdout + run.stderr
