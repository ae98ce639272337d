"""What every notebook must keep to, besides printing what it stores (nbval proves that)."""

from __future__ import annotations

import ast
import base64
import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from helpers.lessons import CHEAT_SHEET
from helpers.models import DEFAULT, find
from helpers.upkeep.cheat_sheet import anchor
from tests import lessons

each_notebook = pytest.mark.parametrize("path", lessons.ALL, ids=lessons.name)
each_lesson = pytest.mark.parametrize("path", lessons.LESSONS, ids=lessons.name)

WIDEST = 94
"""Letters of a line of code that a window of 1280 pixels shows."""

SECRET = re.compile(
    r"\bsk-(?!proj-FAKE)[A-Za-z0-9_-]{12,}|\borg-[A-Za-z0-9]{8,}|\bproj_[A-Za-z0-9]{16,}"
)
PRIVATE = re.compile(r"/(home|root|work|tmp|Users)/\w|[A-Z]:\\|127\.0\.0\.1|localhost:\d")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SKIPS = {"nbval-skip", "nbval-ignore-output", "nbval-raises-exception", "raises-exception"}


def solution(lesson: Path) -> Path:
    """Where the exercises of a lesson are solved."""
    return lesson.parent / f"solutions/{lesson.name[:2]}_solutions.ipynb"


def test_there_are_lessons_and_each_has_solutions() -> None:
    assert len(lessons.LESSONS) >= 3
    assert [solution(path) for path in lessons.LESSONS] == lessons.SOLUTIONS


@each_notebook
def test_is_valid_and_executed_in_order(path: Path) -> None:
    notebook = lessons.read(path)
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in lessons.code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    # JupyterLab adds this computer's kernel and Python; `helpers execute` takes them out again.
    kept = {name: notebook.metadata[name] for name in notebook.metadata if name in METADATA}
    assert kept == METADATA
    assert set(notebook.metadata) - set(METADATA) <= {"widgets", "lesson"}
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"tags"}


@each_notebook
def test_ids_of_cells_are_stable(path: Path) -> None:
    # Lesson and place, so that a difference between two versions is one that was meant.
    ids = [cell.id for cell in lessons.read(path).cells]
    letter = "s" if path.parent.name == "solutions" else ""
    assert all(re.fullmatch(rf"{letter}{path.name[:2]}-\d\d[a-z]?", id) for id in ids), ids
    assert len(set(ids)) == len(ids)


@each_notebook
def test_no_cell_is_skipped_or_long_and_none_stores_an_error(path: Path) -> None:
    # A cell of the cheat sheet brings its imports and its data along.
    most = 30 if path.name == CHEAT_SHEET else 25
    for cell in lessons.code_cells(lessons.read(path)):
        assert not SKIPS & set(cell.metadata.get("tags", []))
        assert "NBVAL" not in cell.source
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= most, cell.id
        assert [output for output in cell.outputs if output.output_type == "error"] == []
        assert [output for output in cell.outputs if output.get("name") == "stderr"] == []


@each_notebook
def test_no_line_of_code_is_cut_off_in_a_small_window(path: Path) -> None:
    for cell in lessons.code_cells(lessons.read(path)):
        assert [line for line in cell.source.splitlines() if len(line) > WIDEST] == [], cell.id


@each_lesson
def test_a_cell_that_shows_an_error_says_so_when_there_is_none(path: Path) -> None:
    # A reader who repairs the call would else see nothing at all.
    for cell in lessons.code_cells(lessons.read(path)):
        whole = ast.parse(cell.source)
        for node in ast.walk(whole):
            if isinstance(node, ast.Try) and prints(node.handlers):
                last = node.handlers[-1].body[-1]
                goes_on = isinstance(last, (ast.Continue, ast.Return)) or prints(whole.body[-1:])
                assert goes_on or prints([*node.body, *node.orelse]), cell.id


def prints(nodes: Sequence[ast.AST]) -> bool:
    return "print(" in "\n".join(map(ast.unparse, nodes))


@each_notebook
def test_no_secret_path_or_address_in_source_or_output(path: Path) -> None:
    notebook = lessons.read(path)
    for cell in notebook.cells:
        outputs = lessons.strings(cell.get("outputs", ""))
        assert not SECRET.search(cell.source + "\n" + outputs), cell.id
        assert not PRIVATE.search(outputs), cell.id
    assert not SECRET.search(lessons.strings(notebook.metadata))


@each_lesson
def test_follows_the_pattern(path: Path) -> None:
    cells = lessons.read(path).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert cells[0].cell_type == cells[-1].cell_type == "markdown"
    assert cells[0].source.startswith(f"# {path.name[:2]} · ")
    goals = re.findall(r"^- ", cells[0].source, re.M)
    assert 2 <= len(goals) <= 4 and "After this lesson you can" in cells[0].source
    solved = solution(path).relative_to(path.parent).as_posix()
    for part in ("## Recap", f"]({solved})", "](from_the_2024_guide.md)"):
        assert part in text, part


@each_lesson
def test_begins_with_the_set_up_cell(path: Path) -> None:
    first = lessons.code_cells(lessons.read(path))[0]
    assert first.source == "from helpers import setup\n\nsetup()"
    assert lessons.printed(first).startswith("Lessons: offline.")


@each_notebook
def test_cells_that_call_the_api_are_plain_sdk(path: Path) -> None:
    cells = lessons.code_cells(lessons.read(path))
    for cell in cells:
        if lessons.calls_api(cell.source) and not lessons.is_exercise(cell.source):
            assert not lessons.imports_helpers(cell.source), cell.id


@each_notebook
def test_names_the_default_model_once(path: Path) -> None:
    sources = [cell.source for cell in lessons.code_cells(lessons.read(path))]
    named = re.findall(r'^MODEL = "([^"]+)"$', "\n".join(sources), re.M)
    assert named in ([DEFAULT], [])


@each_lesson
def test_no_exercise_is_solved_and_each_has_its_solution(path: Path) -> None:
    cells = lessons.code_cells(lessons.read(path))
    text = "\n".join(cell.source for cell in lessons.read(path).cells)
    exercises = [cell for cell in cells if lessons.is_exercise(cell.source)]
    assert 2 <= len(exercises) <= 5
    for number, cell in enumerate(exercises, start=1):
        name = f"{path.name[:2]}.{number}"
        assert f'check("{name}", ' in cell.source
        assert lessons.printed(cell).startswith(f"Exercise {name}: not yet.")
        assert f"**Exercise {name}.** " in text, cell.id
    solved = [
        lessons.printed(cell)
        for cell in lessons.code_cells(lessons.read(solution(path)))
        if lessons.is_exercise(cell.source)
    ]
    assert len(solved) == len(exercises)
    assert all("✓ right" in said for said in solved)


@each_notebook
def test_links_lead_somewhere_and_pictures_have_a_text(path: Path) -> None:
    for cell in lessons.read(path).cells:
        if cell.cell_type != "markdown":
            continue
        assert "<img" not in cell.source, f"{cell.id}: write ![text](file)"
        for bang, text, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", cell.source):
            if bang:
                assert len(text) > 20, f"{cell.id}: {target} needs an alt text"
            if not target.startswith("https://"):
                file, _, part = target.partition("#")
                led = path.parent / file if file else path
                assert led.exists(), f"{cell.id}: {target}"
                assert not part or part in anchors(led), f"{cell.id}: {target}"


def anchors(path: Path) -> set[str]:
    """Return the names of a notebook's headings and cells, as JupyterLab has them."""
    cells = [cell for cell in lessons.read(path).cells if cell.cell_type == "markdown"]
    texts = "\n".join(cell.source for cell in cells)
    headings = {anchor(words) for words in re.findall(r"^#+ (.+)$", texts, re.M)}
    return headings | {f"cell-id={cell.id}" for cell in cells}


GUIDE = [f"guide-{part}" for part in (1.1, 1.2, 2.1, 2.2, 3.1, 3.2, 4.1, 4.2, 4.3)]
"""The parts of the guide of 2024 that the series grew from: a cell's tag says where each is."""


def test_every_numbered_part_of_the_guide_has_a_cell() -> None:
    tags = {
        tag
        for path in lessons.LESSONS
        for cell in lessons.read(path).cells
        for tag in cell.metadata.get("tags", ())
    }
    assert sorted(tag for tag in tags if tag.startswith("guide-")) == GUIDE


def test_models_named_in_code_live_for_60_days_more() -> None:
    named = {
        model
        for path in lessons.ALL
        for cell in lessons.code_cells(lessons.read(path))
        for model in re.findall(r'MODEL = "([^"]+)"|model="([^"]+)"', cell.source)
        for model in model
        if model
    }
    assert DEFAULT in named
    for model in named:
        found = find(model)
        assert found, f"{model} is not in helpers/models.py"
        shutdown = found.shutdown
        assert shutdown is None or shutdown - date.today() > timedelta(days=60), model


@each_notebook
def test_stored_pictures_are_whole_and_show_something(path: Path) -> None:
    # nbval compares no pictures.
    for cell in lessons.code_cells(lessons.read(path)):
        for output in cell.outputs:
            for kind in ("image/png", "image/jpeg"):
                if encoded := output.get("data", {}).get(kind):
                    with Image.open(io.BytesIO(base64.b64decode(encoded))) as picture:
                        colours = picture.convert("RGB").getcolors(1 << 24)
                    assert colours and len(colours) > 1, cell.id
