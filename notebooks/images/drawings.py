"""Draw the lessons' schematic pictures: `python notebooks/images/drawings.py`.

Each is a function in `schematics/`, and is stored beside this script as an SVG with the function's
name. Nothing in them is random, so that the same bytes come out each time.
"""

from __future__ import annotations

from pathlib import Path

from schematics import (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_11,
)

FOLDER = Path(__file__).parent
LESSONS = (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_11,
)


def files() -> dict[str, str]:
    """Return the text of each drawing by the name of its file."""
    drawings = [drawing for lesson in LESSONS for drawing in lesson.DRAWINGS]
    return {f"{drawing.__name__}.svg": drawing().svg() for drawing in drawings}


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")
        print(name, f"{len(text) / 1000:.1f} kB")
