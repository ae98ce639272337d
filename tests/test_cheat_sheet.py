"""The cheat sheet has every pattern that the lessons name, in their order, and each runs alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import nbformat
import pytest

from helpers import lessons as series
from helpers.upkeep import cheat_sheet
from tests import lessons, program

SHEET = lessons.NOTEBOOKS / series.CHEAT_SHEET
PATTERNS = lessons.code_cells(lessons.read(SHEET))[1:]

# Each cell in a namespace of its own. As a notebook does, it takes `await` outside of a function.
RUN = """
import ast, asyncio, contextlib, io, json, sys
sys.modules["helpers"] = None
printed = []
for cell in json.load(sys.stdin):
    made = compile(cell, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        waiting = eval(made, {"__name__": "__main__"})
        if waiting is not None:
            asyncio.run(waiting)
    printed.append(said.getvalue())
json.dump(printed, sys.stdout)
"""


def test_each_cell_runs_alone_prints_what_is_stored_and_leaves_nothing(tmp_path: Path) -> None:
    # Beside its notebook, a reader has the pictures too.
    shutil.copytree(lessons.NOTEBOOKS / "images", tmp_path / "images")
    run = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps([cell.source for cell in PATTERNS]),
        cwd=tmp_path,
        env=program.of_a_reader(program.strict_mock()),
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    stored = [lessons.printed(cell) for cell in PATTERNS]
    assert dict(enumerate(json.loads(run.stdout))) == dict(enumerate(stored))
    assert all(stored), "a pattern that prints nothing shows nothing"
    assert [path.name for path in tmp_path.iterdir()] == ["images"]


def test_begins_with_what_it_is_and_the_set_up() -> None:
    first, second = lessons.read(SHEET).cells[: cheat_sheet.HEAD]
    assert first.source.startswith("# 99 · ") and second.source.endswith("setup()")
    assert lessons.printed(second).startswith("Lessons: offline.")


@pytest.mark.parametrize("path", lessons.LESSONS, ids=lessons.name)
def test_every_lesson_has_a_pattern(path: Path) -> None:
    assert series.about(path).patterns


# -- What `helpers contents` arranges and what it refuses ---------------------------------------

ABOUT = [series.about(path) for path in lessons.LESSONS]
CHAT = next(place for place, lesson in enumerate(ABOUT) if lesson.number == "04")


def arranged(sheet: Any, about: list[series.About] = ABOUT) -> list[str]:
    """Return the texts of a cheat sheet once it was arranged."""
    cheat_sheet.arrange(sheet, about)
    return [cell.source for cell in sheet.cells if cell.cell_type == "markdown"]


def naming(**patterns: int) -> list[series.About]:
    """Return the lessons, of which Chat names these patterns as well (`_` is a space)."""
    more = {title.replace("_", " "): section for title, section in patterns.items()}
    chat = replace(ABOUT[CHAT], patterns={**ABOUT[CHAT].patterns, **more})
    return [*ABOUT[:CHAT], chat, *ABOUT[CHAT + 1 :]]


def test_any_order_becomes_that_of_the_lessons_and_their_sections() -> None:
    wanted, turned = lessons.read(SHEET), lessons.read(SHEET)
    cells = wanted.cells[cheat_sheet.HEAD :]
    pairs = list(zip(cells[::2], cells[1::2], strict=True))
    turned.cells[cheat_sheet.HEAD :] = [cell for pair in reversed(pairs) for cell in pair]
    ends = [text.rpartition("](")[2] for text in arranged(turned)]
    # Two of one section have changed places: no metadata says which of them is first.
    assert ends == [text.rpartition("](")[2] for text in arranged(wanted)]


def test_a_pattern_may_move_to_another_section_and_the_link_goes_along() -> None:
    texts = arranged(lessons.read(SHEET), naming(Stream_a_reply=2))
    (text,) = [text for text in texts if "### Stream a reply\n" in text]
    assert text.endswith("[04 · Chat](04_chat.ipynb#cell-id=04-05), §2")
    assert sum("## 04 · Chat\n" in text for text in texts) == 1


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="no cell for .'Fly to the moon'"):
        arranged(lessons.read(SHEET), naming(Fly_to_the_moon=1))
    with pytest.raises(ValueError, match="04_chat.ipynb has no section 88"):
        arranged(lessons.read(SHEET), naming(Stream_a_reply=88))
    with pytest.raises(ValueError, match="no cell for .'Stream a reply'"):  # for the second of two
        doubled = replace(ABOUT[-1], patterns={**ABOUT[-1].patterns, "Stream a reply": 1})
        arranged(lessons.read(SHEET), [*ABOUT[:-1], doubled])
    with pytest.raises(ValueError, match="no lesson's metadata names .*'Make one call'"):
        arranged(lessons.read(SHEET), ABOUT[1:])


@pytest.mark.parametrize("change", ["no code", "code first", "no title", "code twice"])
def test_a_cell_that_is_no_pattern_is_named(change: str) -> None:
    sheet, new = lessons.read(SHEET), cast(Any, nbformat.v4).new_code_cell
    match change:
        case "no code":
            sheet.cells.pop()
        case "code first":
            sheet.cells[4:6] = reversed(sheet.cells[4:6])
        case "no title":
            sheet.cells[4].source = "Some words."
        case "code twice":
            sheet.cells.insert(5, new("print()"))
    with pytest.raises(ValueError, match=r"cell 99-\d+ is no pattern"):
        arranged(sheet)
