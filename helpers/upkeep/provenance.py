"""Which kind a lesson's replies are, written or recorded; the line that says so at its end."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from helpers import lessons
from helpers.mock.generation import replies


def provenance(
    lesson: str, folder: Path = replies.FOLDER
) -> tuple[int, dict[tuple[str, str], int]]:
    """Return how many of a lesson's replies are written, and how many recorded by (model, date)."""
    written, recorded = 0, Counter[tuple[str, str]]()
    path = folder / f"{lesson}.yaml"
    for row in replies.read(path) if path.is_file() else []:
        if source := row.get("recorded"):
            recorded[str(source["model"]), str(source["date"])] += 1
        elif not row.get("fallback"):
            written += 1
    return written, dict(sorted(recorded.items()))


def footer(lesson: str, folder: Path = replies.FOLDER) -> str:
    """Return the line for the end of a lesson: which kind of replies its outputs come from."""
    written, recorded = provenance(lesson, folder)
    sources = " and ".join(f"from {model} on {day}" for model, day in recorded)
    if not recorded:
        made = "from written replies" if written else "by the mock API"
        return f"*Outputs: made offline {made}.*"
    if not written:
        return f"*Outputs: made offline from replies recorded {sources}.*"
    number = counted(sum(recorded.values()))
    return f"*Outputs: made offline from {number} recorded {sources}, and {written} written.*"


def counted(number: int) -> str:
    """Return how many replies in words."""
    return "1 reply" if number == 1 else f"{number} replies"


def sign(notebook: Any, path: Path, folder: Path = replies.FOLDER) -> None:
    """Put a lesson's footer at the end of its last markdown cell, instead of an earlier one.

    path: the notebook's file. Solutions, the cheat sheet and a teacher's own have no footer.
    """
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    beside = ("solutions", lessons.OWN.name)
    is_lesson = path.parent.name not in beside and path.name != lessons.CHEAT_SHEET
    if texts and is_lesson:
        kept = re.sub(r"(^|\n+)\*Outputs: [^\n]*\*\s*$", "", texts[-1].source)
        texts[-1].source = f"{kept.rstrip()}\n\n{footer(path.stem, folder)}"
