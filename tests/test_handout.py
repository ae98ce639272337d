"""The handout: what learners get, which works without what they do not get."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from helpers import lessons as series
from helpers.upkeep import handout
from tests import lessons

SOLVED = "Solutions of the exercises: solutions/06_solutions (not in this copy)."


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handed out")
    assert handout.main([str(folder / "handout.zip")]) == 0
    with zipfile.ZipFile(folder / "handout.zip") as archive:
        archive.extractall(folder)
    return folder / handout.TOP


def test_it_has_the_lessons_and_nothing_that_gives_them_away(unpacked: Path) -> None:
    notebooks = sorted(path.name for path in unpacked.rglob("*.ipynb"))
    assert notebooks == [*(path.name for path in lessons.LESSONS), series.CHEAT_SHEET]
    assert sorted(path.name for path in unpacked.iterdir() if path.is_dir()) == [
        "helpers",
        "notebooks",
    ]
    assert not (unpacked / ".env").exists() and (unpacked / "requirements.txt").exists()


def test_it_has_no_output_and_no_dead_link(unpacked: Path) -> None:
    for path in unpacked.rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert not any(cell.outputs or cell.execution_count for cell in code)
        assert "widgets" not in notebook.metadata
    for path in [*unpacked.rglob("*.ipynb"), *unpacked.rglob("*.md")]:
        # Only what is text: in code, `tools[name](argument)` is a call.
        text = path.read_text("utf-8") if path.suffix == ".md" else words(path)
        for target in re.findall(r"\]\(([^)#\s\\]+)", text):
            assert ":" in target or (path.parent / target).exists(), (path.name, target)
    assert SOLVED in (unpacked / "notebooks/06_json.ipynb").read_text("utf-8")


def words(path: Path) -> str:
    """Return the texts of a notebook."""
    return "\n".join(cell.source for cell in series.cells(path, "markdown"))


def test_its_lessons_run(unpacked: Path) -> None:
    program = "from helpers import setup; setup(); from helpers import check; check('00.1', 15)"
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=unpacked, capture_output=True, text=True, timeout=120)
    assert "Lessons: offline." in run.stdout and "Exercise 00.1" in run.stdout, run.stderr


def test_a_file_that_is_there_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.zip").write_text("mine")
    assert handout.main([str(tmp_path / "notes.zip")]) == 1
    assert (tmp_path / "notes.zip").read_text() == "mine"
    assert "is there already" in capsys.readouterr().err
