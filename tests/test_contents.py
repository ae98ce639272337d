"""What lessons say of themselves is told again as they say it, and `contents` sees what is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from helpers import lessons
from helpers.upkeep import contents


def test_readme_map_titles_minutes_and_links_are_as_the_metadata_say() -> None:
    stale = [path.name for path, _ in contents.differences()]
    assert stale == [], "run: python -m helpers contents"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the README and the lessons, which `contents` writes to."""
    shutil.copytree(lessons.NOTEBOOKS, tmp_path / "notebooks")
    shutil.copy(contents.README, tmp_path)
    monkeypatch.setattr(contents, "README", tmp_path / "README.md")
    monkeypatch.setattr(contents, "ROOT", tmp_path)
    found = lessons.lessons(tmp_path / "notebooks")
    monkeypatch.setattr(lessons, "lessons", lambda: found)
    return tmp_path


def retitle(path: Path, **told: object) -> None:
    notebook = lessons.read(path)
    notebook.metadata["lesson"].update(told)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def test_a_new_title_reaches_every_place(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    retitle(copy / "notebooks/04_chat.ipynb", title="Talking", minutes=77)
    assert contents.main(["--check"]) == 1
    named = capsys.readouterr().out.split()
    assert [Path(name).name[:2] for name in named] == ["RE", "00", "03", "04", "05", "99"]
    assert contents.main([]) == 0 and contents.main(["--check"]) == 0
    link = "[04 · Talking]({}04_chat.ipynb)"
    assert f"| {link.format('notebooks/')} | 77 |" in (copy / "README.md").read_text("utf-8")
    cells = {
        name: "\n".join(cell.source for cell in lessons.read(copy / "notebooks" / name).cells)
        for name in ("00_start_here.ipynb", "03_environment.ipynb", "04_chat.ipynb")
    }
    assert f"| {link.format('')} | 77 |" in cells["00_start_here.ipynb"]
    assert f"**Next:** {link.format('')}." in cells["03_environment.ipynb"]
    assert cells["04_chat.ipynb"].startswith("# 04 · Talking\n")
    assert "*77 minutes · cost" in cells["04_chat.ipynb"]


@pytest.mark.parametrize("told", [{"minutes": "many"}, {"facts_read": "in spring"}])
def test_metadata_that_cannot_be_read_name_the_lesson(copy: Path, told: dict[str, str]) -> None:
    retitle(copy / "notebooks/04_chat.ipynb", **told)
    with pytest.raises(ValueError, match=r"04_chat.ipynb: its metadata"):
        list(contents.differences())


def test_a_lesson_without_a_place_for_its_minutes_is_named(copy: Path) -> None:
    path = copy / "notebooks/04_chat.ipynb"
    notebook = lessons.read(path)
    notebook.cells[0].source = "# 04 · Chat"
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    with pytest.raises(contents.PlaceError, match="04_chat"):
        list(contents.differences())
