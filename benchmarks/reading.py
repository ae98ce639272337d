"""How the lessons read, as figures: `python -m benchmarks.reading [REVISION]`, to set beside one.

A report for writers, not a gate. The grade is the automated readability index, the school grade in
America that a text suits, from the letters of its words and the words of its sentences alone:
https://en.wikipedia.org/wiki/Automated_readability_index
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import nbformat
from markdown_it import MarkdownIt

from helpers import lessons
from helpers.environment import ROOT

try:
    import textstat
except ImportError:
    sys.exit("This needs textstat: python -m pip install textstat")

WORDS_A_MINUTE = 200
LINES_A_MINUTE = 12
"""How fast code is read and run, beside its text."""

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_ROW = "{:26}{:>7}{:>9}{:>7}{:>7}{:>10}{:>12}{:>7}"


def prose(source: str) -> Iterator[str]:
    """Yield the paragraphs of a Markdown text, lists included, code and addresses left out."""
    inside: list[str] = []
    for token in _MARKDOWN.parse(source):
        if token.nesting:
            inside = [*inside, token.type] if token.nesting > 0 else inside[:-1]
        elif token.type == "inline" and not {"heading_open", "table_open"} & set(inside):
            texts = [
                "x" if part.type == "code_inline" else " " if "break" in part.type else part.content
                for part in token.children or ()
                if part.type not in ("image", "html_inline")
            ]
            yield "".join(texts)


def figures(notebook: Any) -> tuple[int, int, int, int, int, float, float]:
    """Return words, minutes, cells, pictures, % of code cells led in, words a sentence, grade."""
    cells = notebook.cells
    told = [text for cell in cells if cell.cell_type == "markdown" for text in prose(cell.source)]
    text = "\n\n".join(told)
    words = sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown")
    code = [cell for cell in cells if cell.cell_type == "code"]
    lines = sum(cell.source.count("\n") + 1 for cell in code)
    shown = "".join(cell.source for cell in cells if cell.cell_type == "markdown")
    plots = sum(
        "image/png" in output.get("data", {}) for cell in code for output in cell.get("outputs", ())
    )
    # The set-up cell follows the goals.
    led = [
        before.cell_type == "markdown" and before.source.rstrip().endswith((".", ":", ")", "?"))
        for before, cell in zip(cells[1:], cells[2:], strict=False)
        if cell.cell_type == "code"
    ]
    sentences = [part for part in re.split(r"(?<=[.!?:])\s+|\n\n", text) if part.strip()]
    return (
        words,
        round(words / WORDS_A_MINUTE + lines / LINES_A_MINUTE),
        len(cells),
        len(re.findall(r"!\[", shown)) + plots,
        round(100 * sum(led) / len(led)) if led else 0,
        len(text.split()) / max(1, len(sentences)),
        textstat.automated_readability_index(text),
    )


def at(revision: str) -> dict[str, Any]:
    """Return the lessons as they were at a revision, by name. Raises CalledProcessError."""

    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
        ).stdout

    files = git("ls-tree", "--name-only", revision, "notebooks/").splitlines()
    return {
        file: nbformat.reads(git("show", f"{revision}:{file}"), as_version=4)  # type: ignore[no-untyped-call]
        for file in files
        if file.endswith(".ipynb")
    }


def show(series: dict[str, Any]) -> None:
    """Print the figures of each lesson."""
    heads = ("words", "minutes", "cells", "pics", "led in %", "words/sent.", "grade")
    print(_ROW.format("", *heads))
    for name, notebook in series.items():
        *whole, length, grade = figures(notebook)
        print(_ROW.format(name.split("/")[-1], *whole, f"{length:.1f}", f"{grade:.1f}"))


def main() -> None:
    """Print the report, for a revision first if one is named."""
    for revision in sys.argv[1:]:
        print(revision)
        show(at(revision))
        print()
    show({path.name: lessons.read(path) for path in lessons.lessons()})


if __name__ == "__main__":
    main()
