"""`python -m helpers handout`: the lessons as a zip for learners.

In it is what git tracks and a learner needs, and a teacher's own lessons: no solutions, no outputs,
no key. A link to a file that is not in it becomes plain text.
"""

from __future__ import annotations

import argparse
import posixpath
import re
import subprocess
import sys
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import nbformat

from helpers import lessons
from helpers.environment import ROOT

TOP = "lessons"
"""The folder that the zip unpacks to."""

_FILES = re.compile(
    r"(?:README\.md|LICENSE|\.env\.example|\.gitignore|environment\.yml|pyproject\.toml"
    r"|requirements[^/]*\.txt|helpers/.*|notebooks/(?!solutions/).*)"
)
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")


def main(arguments: list[str] | None = None) -> int:
    """Write the zip; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers handout",
        description="Write the lessons for learners into a zip: without solutions, without "
        "outputs, and without links to what is not in it.",
    )
    parser.add_argument("file", type=Path, nargs="?", default=Path("handout.zip"), metavar="FILE")
    file = parser.parse_args(arguments).file
    if file.exists():
        print(f"{file} is there already. Name another file, or delete it.", file=sys.stderr)
        return 1
    try:
        names = tracked()
    except (OSError, subprocess.CalledProcessError):
        print(f"git cannot tell which files of {ROOT} are the lessons'.", file=sys.stderr)
        return 1
    with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(f"{TOP}/{name}", handed_out(name, names))
    print(f"{file}: {len(names)} files, {file.stat().st_size / 1e6:.1f} MB.")
    return 0


def tracked() -> list[str]:
    """Return the files for learners, by their paths in the project.

    Raises OSError or CalledProcessError where git is missing or the project is no clone.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    ).stdout.split("\0")
    own = (file for kind in ("ipynb", "yaml", "py") for file in lessons.OWN.glob(f"*.{kind}"))
    listed += [file.relative_to(ROOT).as_posix() for file in sorted(own) if not _solves(file)]
    return [name for name in listed if _FILES.fullmatch(name) and (ROOT / name).exists()]


def _solves(file: Path) -> bool:
    return file.stem.endswith("_solutions")


def handed_out(name: str, names: Collection[str]) -> bytes:
    """Return a file as learners get it. names: all the files that they get."""
    path = ROOT / name
    if path.suffix == ".ipynb":
        notebook = _without_outputs(lessons.read(path))
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = _without_dead_links(cell.source, name, names)
        text: str = nbformat.writes(notebook) + "\n"  # type: ignore[no-untyped-call]
        return text.encode()
    if path.suffix == ".md":
        return _without_dead_links(path.read_text("utf-8"), name, names).encode()
    return path.read_bytes()


def _without_outputs(notebook: Any) -> Any:
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _without_dead_links(text: str, name: str, names: Collection[str]) -> str:
    folders = {posixpath.dirname(other) for other in names}

    def link(found: re.Match[str]) -> str:
        words, target = found.groups()
        place = target.split("#")[0]
        if ":" in place or not place:
            return found.group()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), place))
        there = path in names or path in folders
        return found.group() if there else f"{words} (not in this copy)"

    return _LINK.sub(link, text)


if __name__ == "__main__":
    sys.exit(main())
