"""Draw the lessons' schematic pictures: `python notebooks/images/drawings.py`.

Each is a function in a lesson's module in `schematics/`, and is stored beside this script as an SVG
with the function's name. Nothing in them is random, so that the same bytes come out each time.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent
LESSONS = sorted(path.stem for path in FOLDER.glob("schematics/lesson_*.py"))


def files() -> dict[str, str]:
    """Return the text of each drawing by the name of its file."""
    modules = [import_module(f"schematics.{lesson}") for lesson in LESSONS]
    drawings = [drawing for module in modules for drawing in module.DRAWINGS]
    return {f"{drawing.__name__}.svg": drawing().svg() for drawing in drawings}


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")
        print(name, f"{len(text) / 1000:.1f} kB")
