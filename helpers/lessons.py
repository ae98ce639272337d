"""The lessons and their solutions: which notebooks there are, and what is in one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.environment import ROOT

NOTEBOOKS = ROOT / "notebooks"


def lessons(folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the lessons' files, in order."""
    return sorted(folder.glob("*.ipynb"))


def solutions(folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the files with the solutions of the exercises, in order."""
    return sorted(folder.glob("solutions/*.ipynb"))


def notebooks(folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the files of all lessons, then of all solutions."""
    return lessons(folder) + solutions(folder)


def read(path: Path) -> Any:
    """Return a notebook, as nbformat 4."""
    import nbformat

    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def cells(path: Path, kind: str) -> list[Any]:
    """Return the cells of one kind, "code" or "markdown", of a notebook's file."""
    return [cell for cell in read(path).cells if cell.cell_type == kind]
