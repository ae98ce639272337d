"""The cheat sheet's order, headings, links and table, from the lessons' metadata.

A pattern is a cell of text, with its title and what it is for, and below it a cell of code. These
are the sheet's own. That there is such a pattern, and which section of a lesson teaches it, the
lesson says in its metadata. Two patterns of the same section stay in the order that they have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from helpers import lessons
from helpers.lessons import About

HEAD = 2
"""The sheet's first cells, which no pattern is in: what this notebook is, and the set-up."""

TABLE = re.compile(r"(?:^\|.*\n?)+", re.M)
_TEXT = re.compile(
    r"(?:## .+\n\n)?### (?P<title>.+)\n\n(?P<words>.+?)(?: \[\d\d · [^]]+\]\([^)]+\), §\d+)?"
)


def arrange(sheet: Any, series: Sequence[About]) -> None:
    """Put the cells of the cheat sheet into the order of the lessons, with headings and links.

    Raises ValueError if the sheet has not exactly the patterns that the lessons name.
    """
    found = list(_patterns(sheet.cells[HEAD:]))
    titles = [title for title, *_ in found]
    taught = [title for lesson in series for title in lesson.patterns]
    _compare(titles, taught)
    rows, cells = ["| lesson | I want to … |", "|---|---|"], sheet.cells[:HEAD]
    for lesson in series:
        places = _sections(lesson)
        here = [pattern for pattern in found if pattern[0] in lesson.patterns]
        here.sort(key=lambda pattern: lesson.patterns[pattern[0]])
        start = f"## {lesson.heading}\n\n"
        for title, words, text, code in here:
            section = lesson.patterns[title]
            if section not in places:
                raise ValueError(f"{lesson.path.name} has no section {section} for {title!r}")
            # From one notebook to another, JupyterLab 4.6 finds a cell by its id, but no heading
            # with a character that a URL encodes, and each of these has a dot.
            link = f"[{lesson.heading}]({lesson.path.name}#cell-id={places[section]})"
            text.source = f"{start}### {title}\n\n{words} {link}, §{section}"
            cells += [text, code]
            start = ""
        ways = " · ".join(f"[{title}](#{anchor(title)})" for title, *_ in here)
        rows.append(f"| [{lesson.heading}]({lesson.path.name}) | {ways} |")
    sheet.cells = cells
    sheet.cells[0].source = TABLE.sub("\n".join(rows) + "\n", sheet.cells[0].source, count=1)


def anchor(heading: str) -> str:
    """Return the name by which JupyterLab finds a heading in the same notebook."""
    return heading.replace("`", "").replace(" ", "-")


def _patterns(cells: list[Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield each pattern's title, its words, and its cells of text and of code."""
    for text, code in zip(cells[::2], [*cells[1::2], None], strict=False):
        parts = _TEXT.fullmatch(text.source)
        if not parts or code is None or (text.cell_type, code.cell_type) != ("markdown", "code"):
            raise ValueError(f"cell {text.id} is no pattern: ### Title, a line, a cell of code")
        yield parts["title"], parts["words"], text, code


def _compare(found: list[str], taught: list[str]) -> None:
    missing, more = Counter(taught) - Counter(found), Counter(found) - Counter(taught)
    if missing:
        raise ValueError(f"the cheat sheet has no cell for {sorted(missing)}")
    if more:
        raise ValueError(f"no lesson's metadata names the cheat sheet's {sorted(more)}")


def _sections(lesson: About) -> dict[int, str]:
    """Return the ids of the cells that a lesson's sections begin with, by the section's number."""
    return {
        int(number): cell.id
        for cell in lessons.cells(lesson.path, "markdown")
        for number in re.findall(r"^## (\d+) · ", cell.source, re.M)
    }
