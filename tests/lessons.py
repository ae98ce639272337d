"""The lessons as data for the tests: their notebooks, and which of their cells copy out."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from nbval.plugin import get_sanitize_patterns  # type: ignore[import-untyped]

from helpers import environment, lessons

ROOT, NOTEBOOKS = environment.ROOT, lessons.NOTEBOOKS
LESSONS, SOLUTIONS, ALL = lessons.lessons(), lessons.solutions(), lessons.notebooks()
read = lessons.read


def name(path: Path) -> str:
    """Return a notebook's path below `notebooks`, as a test's id."""
    return path.relative_to(NOTEBOOKS).as_posix()


def code_cells(notebook: Any) -> list[Any]:
    """Return a notebook's code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def source_with(path: Path, words: str) -> str:
    """Return the source of the only code cell of a notebook that has these words."""
    (source,) = [cell.source for cell in code_cells(read(path)) if words in cell.source]
    return str(source)


def imports_helpers(source: str) -> bool:
    """Whether a cell imports something of ours: the set-up, a widget, an exercise's check."""
    return any(
        isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers"
        for node in ast.walk(ast.parse(source))
    )


def is_exercise(source: str) -> bool:
    """Whether a cell is an exercise: it hands its answer to `check`."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check"
        for node in ast.walk(ast.parse(source))
    )


def calls_api(source: str) -> bool:
    """Whether a cell calls the API: a method of a client with parentheses behind it."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("client.", "OpenAI("))
        for node in ast.walk(ast.parse(source))
    )


def printed(cell: Any) -> str:
    """Return what a cell printed, as stored."""
    return "".join(output.text for output in cell.outputs if output.get("name") == "stdout")


def masked(text: str) -> str:
    """Return an output without what may differ between two runs, as nbval compares it."""
    patterns = get_sanitize_patterns((ROOT / "tests/sanitize.cfg").read_text("utf-8"))
    for regex, replacement in patterns:
        text = re.sub(regex, replacement, text)
    return text


def strings(value: Any) -> str:
    """Return every string in a notebook's part, unescaped, a line each."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return "\n".join(strings(part) for part in value)
    return str(value)
