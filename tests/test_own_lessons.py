"""A teacher's own lessons, beside those of the series: their replies and exercises are found."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nbformat
import pytest

from helpers import lessons
from helpers.exercises import check
from helpers.mock.generation import replies
from helpers.mock.generation.messages import said
from helpers.upkeep import grade, handout

EXERCISES = """
from helpers.exercises.answers import Exercise, Vague


def _bases(answer: int) -> str | None:
    return None if answer == 4 else Vague("that is not their number.")


EXERCISES = {"bio.1": Exercise(_bases, ("A is one.", "G is another."), "A, C, G and T.")}
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a teacher's replies and exercises."""
    (tmp_path / "bio.yaml").write_text("- prompt: What is an enzyme?\n  reply: A catalyst.\n")
    (tmp_path / "bio.py").write_text(EXERCISES)
    monkeypatch.setattr(lessons, "OWN", tmp_path)
    return tmp_path


def test_their_replies_answer(own: Path) -> None:
    found = replies.load().find([said("user", "What is an enzyme?")], strict=True)
    assert found and found.replies == ("A catalyst.",)


def test_a_mistake_in_their_replies_names_the_file(own: Path) -> None:
    (own / "bio.yaml").write_text("- prompt: Say hello.\n  reply: Hi.\n")
    with pytest.raises(replies.RepliesError, match=r"own/bio\.yaml: entry .* is there twice"):
        replies.load()


def test_their_exercises_are_checked(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check("bio.1", 4)
    check("bio.1", 5)
    check("bio.2", 5)
    right, wrong, *_, unknown = capsys.readouterr().out.splitlines()
    assert right == "Exercise bio.1: ✓ right. A, C, G and T."
    assert wrong == "Exercise bio.1: ✗ that is not their number."
    assert unknown.endswith("bio.1.")


def test_a_broken_module_of_theirs_leaves_the_series_alone(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "bio.py").write_text("EXERCISES = {")
    check("00.1", ...)
    assert capsys.readouterr().out.startswith("Exercise 00.1: not yet.")
    with pytest.raises(SyntaxError):
        check("bio.1", 4)


def test_their_notebooks_are_graded(own: Path, tmp_path: Path) -> None:
    cells = ["from helpers.exercises import check\nprint('Exercise bio.1: ✓ right.')"]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])  # type: ignore[no-untyped-call]
    nbformat.write(made, tmp_path / "bio.ipynb")  # type: ignore[no-untyped-call]
    assert grade.grade(tmp_path / "bio.ipynb") == ({"bio.1": "right"}, "")


def test_learners_get_them_without_the_solutions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "notebooks/own"
    own.mkdir(parents=True)
    for name in ("bio.ipynb", "bio.yaml", "bio.py", "bio_solutions.ipynb", "marks.ods"):
        (own / name).touch()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.setattr(handout, "ROOT", tmp_path)
    monkeypatch.setattr(lessons, "OWN", own)
    named = [f"notebooks/own/{name}" for name in ("bio.ipynb", "bio.py", "bio.yaml")]
    assert handout.tracked() == named
