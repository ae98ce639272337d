"""What lessons say of themselves, told again where readers look: `python -m helpers contents`.

From the notebooks' metadata come the README's table of the lessons, the map in lesson 00 (the table
of the cell tagged `contents`), and in each lesson its first line, the line with its minutes and
cost, and the links to the next lesson and the one before; and the order of the cheat sheet.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from helpers import lessons
from helpers.environment import ROOT
from helpers.lessons import About
from helpers.upkeep import cheat_sheet
from helpers.upkeep.cheat_sheet import TABLE

README = ROOT / "README.md"


class PlaceError(ValueError):
    """There is no place for what is to be written. Its text says where."""


def main(arguments: list[str] | None = None) -> int:
    """Write what differs, or with `--check` name it; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers contents",
        description="Write titles, minutes and links from the lessons' metadata to where readers "
        "look for them.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing, name what differs")
    asked = parser.parse_args(arguments)
    stale = dict(differences())
    for path, text in stale.items():
        print(path.relative_to(ROOT))
        if not asked.check:
            path.write_text(text, "utf-8")
    return int(asked.check and bool(stale))


def differences() -> Iterator[tuple[Path, str]]:
    """Yield each file that is not as the metadata says, and the text that it ought to have.

    Raises ValueError if a lesson's metadata is not whole or a file has no place for it.
    """
    series = [lessons.about(path) for path in lessons.lessons()]
    text = README.read_text("utf-8")
    found = _put(TABLE, text.partition("\n## Lessons\n")[2], table(series, "notebooks/"), "README")
    if (wanted := text.partition("\n## Lessons\n")[0] + "\n## Lessons\n" + found) != text:
        yield README, wanted
    for place, lesson in enumerate(series):
        notebook = lessons.read(lesson.path)
        before = series[place - 1] if place else None
        after = series[place + 1] if place + 1 < len(series) else None
        sign(notebook, lesson, before, after)
        for cell in notebook.cells:
            if "contents" in cell.metadata.get("tags", ()):
                cell.source = _put(TABLE, cell.source, table(series, here=lesson), cell.id)
        yield from _changed(lesson.path, notebook)
    path = series[0].path.with_name(lessons.CHEAT_SHEET)
    sheet = lessons.read(path)
    cheat_sheet.arrange(sheet, series)
    yield from _changed(path, sheet)


def _changed(path: Path, notebook: Any) -> Iterator[tuple[Path, str]]:
    wanted = nbformat.writes(notebook, version=4) + "\n"  # type: ignore[no-untyped-call]
    if wanted != path.read_text("utf-8"):
        yield path, wanted


def table(series: list[About], folder: str = "", here: About | None = None) -> str:
    """Return the table of the lessons in Markdown. `here`: the lesson that it stands in."""
    rows = ["| lesson | minutes | you learn |", "|---|---|---|"]
    for lesson in series:
        link = f"[{lesson.heading}]({folder}{lesson.path.name})"
        name = f"**{lesson.heading}**" if lesson == here else link
        rows.append(f"| {name} | {lesson.minutes} | {lesson.learn} |")
    return "\n".join(rows) + "\n"


def sign(notebook: Any, lesson: About, before: About | None, after: About | None) -> None:
    """Put a lesson's title, minutes, cost and neighbours into its notebook. Raises PlaceError."""
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    lines = {
        r"^# .*$": f"# {lesson.heading}",
        r"^\*\d+ minutes · .*$": f"*{lesson.minutes} minutes · cost when live: {lesson.cost}*",
    }
    for pattern, line in lines.items():
        texts[0].source = _put(re.compile(pattern, re.M), texts[0].source, line, lesson.path.name)
    ways = [
        f"**{word}:** [{other.heading}]({other.path.name})."
        for word, other in (("Next", after), ("Back", before))
        if other
    ]
    pattern = r"^\*\*(Next|Back):\*\*.*$"
    texts[-1].source = _put(
        re.compile(pattern, re.M), texts[-1].source, " ".join(ways), lesson.path.name
    )


def _put(pattern: re.Pattern[str], text: str, wanted: str, where: str) -> str:
    """Return a text with `wanted` in the place of what the pattern finds first."""

    changed, number = pattern.subn(lambda _: wanted, text, count=1)
    if not number:
        raise PlaceError(f"{where} has no line like {pattern.pattern}")
    return changed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
