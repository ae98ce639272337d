"""The lessons' cells copy out: they run without `helpers`, from an empty folder, on any server.

Each runs in a program of its own, with the mock API as a server in this one.
"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from helpers import lessons as series
from helpers.lessons import copy_beside
from tests import lessons, program

SHEET = lessons.NOTEBOOKS / series.CHEAT_SHEET
PRELUDE = "import sys; sys.modules['helpers'] = None\n"
# As a notebook does, it takes `await` outside of a function.
RUN = """
import ast, asyncio, sys
made = compile(sys.stdin.read(), "cells", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
waiting = eval(made)
if asyncio.iscoroutine(waiting):
    asyncio.run(waiting)
"""
MARK = "\n=== cell ===\n"


def copied(path: Path) -> list[Any]:
    """The cells a reader would copy: all but the set-up, widgets and exercises."""
    return [
        cell
        for cell in lessons.code_cells(lessons.read(path))
        if not lessons.imports_helpers(cell.source) and not lessons.is_exercise(cell.source)
    ]


def shown(output: bytes) -> str:
    """What is seen of an output: a carriage return writes over its line, as a progress bar does."""
    text = output.decode().replace("\r\n", "\n")
    return re.sub(r"[^\n]*\r(?=[^\n])", "", text)


def sources(path: Path) -> list[str]:
    return [cell.source for cell in copied(path)]


@pytest.mark.parametrize("path", lessons.LESSONS, ids=lessons.name)
def test_cells_run_alone_and_print_what_is_stored(path: Path, tmp_path: Path) -> None:
    cells = copied(path)
    assert any(lessons.calls_api(cell.source) for cell in cells)
    code = PRELUDE + "".join(f"print({MARK!r}, end='')\n{cell.source}\n" for cell in cells)
    # Beside its notebook, a reader has the pictures and the data too.
    copy_beside(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", RUN],
        input=code.encode(),
        cwd=tmp_path,
        # A mock for each lesson, as in its notebook: ids and times count the requests.
        env=program.of_a_reader(program.strict_mock()),
        capture_output=True,
    )
    assert run.returncode == 0, run.stderr.decode()
    printed = [lessons.masked(text) for text in shown(run.stdout).split(MARK)[1:]]
    assert printed == [lessons.masked(lessons.printed(cell)) for cell in cells]


def test_cells_pass_a_type_checker(tmp_path: Path) -> None:
    programs = {path.stem: "\n\n".join(sources(path)) for path in lessons.LESSONS}
    # Those of the cheat sheet are programs of their own.
    programs |= {str(at): code for at, code in enumerate(sources(SHEET))}
    for name, code in programs.items():
        if "await " in code:  # A type checker knows it in functions only.
            code = f"async def main() -> None:\n{textwrap.indent(code, '    ')}"
        (tmp_path / f"cells_{name}.py").write_text(f"{code}\n", "utf-8")
    # Beside the cache of the project's own run, which knows the SDK already. IPython and Matplotlib
    # have functions without types.
    command = [sys.executable, "-m", "mypy", "--strict", "--allow-untyped-calls"]
    run = subprocess.run(
        [*command, "--python-version=3.10", str(tmp_path)],
        cwd=lessons.ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
