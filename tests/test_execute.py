"""Executing a lesson: new cells get an id by their place, and the bytes are always the same."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from helpers import lessons
from helpers.upkeep.execute import execute, number_cells


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["00", "01"], ["00", "01"]),
        (["00", "new", "new", "01"], ["00", "00a", "00b", "01"]),
        (["00", "00a", "new", "01"], ["00", "00a", "00b", "01"]),
        (["00", "new", "00a", "01"], ["00", "00b", "00a", "01"]),
        (["new", "00"], ["00a", "00"]),
        (["01", "00", "new"], ["01", "00", "02"]),
        (["new", "new"], ["00", "01"]),
    ],
)
@pytest.mark.parametrize(
    ("path", "start"),
    [("notebooks/04_chat.ipynb", "04-"), ("notebooks/solutions/04_solutions.ipynb", "s04-")],
)
def test_new_cells_are_numbered_by_their_place(
    path: str, start: str, before: list[str], after: list[str]
) -> None:
    cells = [SimpleNamespace(id="1f8a2c" if end == "new" else start + end) for end in before]
    number_cells(SimpleNamespace(cells=cells), Path(path))
    assert [cell.id for cell in cells] == [start + end for end in after]


def test_cells_of_another_lesson_are_numbered_anew() -> None:
    cells = [SimpleNamespace(id=f"04-0{place}") for place in range(2)]
    number_cells(SimpleNamespace(cells=cells), Path("notebooks/07_drawing.ipynb"))
    assert [cell.id for cell in cells] == ["07-00", "07-01"]


def test_an_executed_lesson_has_the_bytes_that_are_stored(tmp_path: Path) -> None:
    stored = lessons.NOTEBOOKS / "04_chat.ipynb"
    edited: Any = lessons.read(stored)
    edited.metadata["vscode"] = {}
    for cell in edited.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    edited.cells[-1].id = "1f8a2c"
    copy = tmp_path / stored.name
    nbformat.write(edited, copy)  # type: ignore[no-untyped-call]
    execute(copy)
    assert copy.read_text("utf-8") == stored.read_text("utf-8")


def test_the_folder_of_the_project_is_not_in_an_output(tmp_path: Path) -> None:
    stored: Any = lessons.read(lessons.NOTEBOOKS / "03_environment.ipynb")
    stored.cells = [cell for cell in stored.cells if cell.cell_type == "code"][:1]
    stored.cells[0].source = "from helpers.environment import ROOT\n\nprint(ROOT)"
    copy = tmp_path / "03_environment.ipynb"
    nbformat.write(stored, copy)  # type: ignore[no-untyped-call]
    execute(copy)
    assert lessons.read(copy).cells[0].outputs[0].text == "…\n"
