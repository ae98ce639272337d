"""Grading: handed-in notebooks run offline, each exercise gets its verdict, nothing stops it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.upkeep import grade
from tests import lessons

ANSWERS = {
    "00.1": "total = completion.usage.total_tokens",
    "00.2": "mine = completion",
    "00.3": "import time\n\nwhile True:\n    time.sleep(1)",
}


def hand_in(path: Path, answers: dict[str, str]) -> None:
    """Write lesson 00 with answers in its exercises."""
    notebook: Any = lessons.read(lessons.NOTEBOOKS / "00_start_here.ipynb")
    for cell in lessons.code_cells(notebook):
        for exercise, answer in answers.items():
            if f'check("{exercise}"' in cell.source:
                forged = nbformat.v4.new_output("stream", text=f"Exercise {exercise}: ✓ right.")  # type: ignore[no-untyped-call]
                cell.outputs = [forged]
                cell.source = cell.source.replace("\ncheck(", f"\n{answer}\n\ncheck(", 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def test_each_notebook_gets_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(grade, "SECONDS", 15)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-proj-FAKE-0000-wxyz")
    hand_in(tmp_path / "ada/00_start_here.ipynb", ANSWERS)
    hand_in(tmp_path / "ada/.ipynb_checkpoints/00_start_here-checkpoint.ipynb", {})
    (tmp_path / "ben.ipynb").write_text("no JSON", "utf-8")
    before = (tmp_path / "ada/00_start_here.ipynb").read_bytes()
    assert grade.main([str(tmp_path)]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "2 to run, each whole: about 1 min."
    ada, ben = (line.split() for line in lines)
    assert ada[1:4] == ["1", "of", "3"]
    assert ada[4:] == ["00.1", "right", "00.2", "wrong", "00.3", "error", "errors:", "1"]
    assert " ".join(ben) == "ben.ipynb 0 of 0 cannot be read: NotJSONError"
    assert (tmp_path / "ada/00_start_here.ipynb").read_bytes() == before


def test_a_kernel_that_dies_is_told(tmp_path: Path) -> None:
    hand_in(tmp_path / "00_start_here.ipynb", {"00.2": "import os; os._exit(1)"})
    verdicts, wrong = grade.grade(tmp_path / "00_start_here.ipynb")
    assert verdicts == {"00.1": "not yet", "00.2": "error", "00.3": "error"}
    assert wrong == "stopped: DeadKernelError"


def test_an_exercise_whose_cell_is_gone_is_missing_and_one_not_set_is_not_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "00_start_here.ipynb"
    hand_in(path, {"00.1": "total = 1 / 0"})
    notebook: Any = lessons.read(path)
    notebook.cells = [cell for cell in notebook.cells if 'check("00.2"' not in cell.source]
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    assert grade.main([str(path), "--only", "00.1, 00.2,04.1"]) == 0
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line[1:] == ["0", "of", "2", "00.1", "error", "00.2", "missing", "errors:", "1"]


def test_an_exercise_that_there_is_not_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        grade.main([str(tmp_path), "--only", "00.1,00.9"])
    assert "there is no exercise 00.9" in capsys.readouterr().err


def test_a_folder_without_notebooks_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grade.main([str(tmp_path)]) == 1
    assert "has no notebooks" in capsys.readouterr().err
