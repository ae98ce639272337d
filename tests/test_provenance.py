"""The line at a lesson's end that says whether its replies are written or recorded."""

from __future__ import annotations

import copy
import re
import shutil
from pathlib import Path

import pytest

from helpers.upkeep.provenance import footer, sign
from tests import lessons


def folder(path: Path, *sources: str) -> Path:
    entries = [f"- {{prompt: P{i}, {source}}}" for i, source in enumerate(sources)]
    (path / "x.yaml").write_text("\n".join(entries), "utf-8")
    return path


LUNA = "reply: a, recorded: {model: gpt-6-luna, date: 2026-11-25}"


@pytest.mark.parametrize(
    ("sources", "line"),
    [
        ([], "by the mock API"),
        (["fallback: true"], "by the mock API"),
        (["reply: a", "fallback: true"], "from written replies"),
        ([LUNA], "from replies recorded from gpt-6-luna on 2026-11-25"),
        (
            [LUNA, LUNA, "reply: a"],
            "from 2 replies recorded from gpt-6-luna on 2026-11-25, and 1 written",
        ),
    ],
)
def test_footer_says_which_kind_the_replies_are(
    sources: list[str], line: str, tmp_path: Path
) -> None:
    assert footer("x", folder(tmp_path, *sources)) == f"*Outputs: made offline {line}.*"


@pytest.mark.parametrize("path", lessons.LESSONS, ids=lessons.name)
def test_signing_changes_the_last_line_only_and_not_again(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path)
    notebook = lessons.read(tmp_path / path.name)
    before = re.sub(r"\n*\*Outputs: .*\*$", "", notebook.cells[-1].source)
    sign(notebook, path)
    once = copy.deepcopy(notebook)
    assert once.cells[-1].source == f"{before}\n\n{footer(path.stem)}"
    sign(notebook, path)
    assert notebook == once
    sign(notebook, tmp_path / "x.ipynb", folder(tmp_path, LUNA))
    assert notebook.cells[-1].source.startswith(before)
    assert notebook.cells[-1].source.count("*Outputs:") == 1
    assert notebook.cells[-1].source.endswith("recorded from gpt-6-luna on 2026-11-25.*")


@pytest.mark.parametrize("path", lessons.LESSONS, ids=lessons.name)
def test_each_lesson_says_where_its_outputs_come_from(path: Path) -> None:
    last = [cell for cell in lessons.read(path).cells if cell.cell_type == "markdown"][-1]
    assert last.source.endswith(f"\n\n{footer(path.stem)}")
