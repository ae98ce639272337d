"""The lessons, their solutions and the cheat sheet: which notebooks there are, what is in one.

What a lesson says of itself is in its notebook's metadata, under `lesson`. In JupyterLab: Property
Inspector (the cogs at the right) > Advanced Tools > Notebook Metadata.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from helpers.environment import ROOT

NOTEBOOKS = ROOT / "notebooks"
OWN = NOTEBOOKS / "own"
"""A teacher's own lessons, with their replies (`bio.yaml`) and exercises (`bio.py`): not in git."""
BESIDE = ("images", "data")
"""The folders beside the lessons that their cells read."""
CHEAT_SHEET = "99_cheat_sheet.ipynb"
"""The notebook beside the lessons that has all of their patterns to copy. It is no lesson."""


@dataclass(frozen=True)
class About:
    """What a lesson says of itself.

    learn: what one learns in it, in a few words.
    minutes: how long it takes.
    cost: what it costs when the calls go to OpenAI, in words.
    facts_read: when somebody last compared all of its facts with their sources.
    patterns: what the cheat sheet has of it, each pattern's title with its section in the lesson.
    """

    path: Path
    title: str
    learn: str
    minutes: int
    cost: str
    facts_read: date
    patterns: Mapping[str, int]

    @property
    def number(self) -> str:
        """The lesson's two digits."""
        return self.path.name[:2]

    @property
    def heading(self) -> str:
        """The number and the title, as the lesson's first line has them."""
        return f"{self.number} · {self.title}"


def about(path: Path) -> About:
    """Return what a lesson says of itself. Raises ValueError if something is missing or wrong."""
    told = read(path).metadata.get("lesson", {})
    try:
        return About(
            path,
            title=str(told["title"]),
            learn=str(told["learn"]),
            minutes=int(told["minutes"]),
            cost=str(told["cost"]),
            facts_read=date.fromisoformat(told["facts_read"]),
            patterns={str(title): int(place) for title, place in told["patterns"].items()},
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: its metadata `lesson` lacks or misspells {error}") from None


def lessons(folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the lessons' files, in order."""
    return sorted(path for path in folder.glob("*.ipynb") if path.name != CHEAT_SHEET)


def solutions(folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the files with the solutions of the exercises, in order."""
    return sorted(folder.glob("solutions/*.ipynb"))


def notebooks(folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the files of all lessons, then the cheat sheet, then the files of all solutions."""
    return lessons(folder) + sorted(folder.glob(CHEAT_SHEET)) + solutions(folder)


def copy_beside(folder: Path) -> None:
    """Copy what lies beside the lessons into a folder, for cells that run there."""
    for name in BESIDE:
        shutil.copytree(NOTEBOOKS / name, folder / name)


def read(path: Path) -> Any:
    """Return a notebook, as nbformat 4."""
    import nbformat

    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def cells(path: Path, kind: str) -> list[Any]:
    """Return the cells of one kind, "code" or "markdown", of a notebook's file."""
    return [cell for cell in read(path).cells if cell.cell_type == kind]
