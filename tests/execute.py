"""Execute lessons offline and store their outputs: `python -m tests.execute [NOTEBOOK ...]`.

The only way outputs get into a notebook. Run on the same code twice it writes the same bytes:
streams are joined, widget ids are renamed in order of appearance, timing is left out.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def lessons() -> list[Path]:
    """Return every lesson and solution, in order."""
    return sorted(NOTEBOOKS.glob("*.ipynb")) + sorted(NOTEBOOKS.glob("solutions/*.ipynb"))


def execute(path: Path) -> None:
    """Run a notebook's cells as nbval will and write their outputs into it."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=120,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        coalesce_streams=True,
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        **({"widgets": notebook.metadata["widgets"]} if "widgets" in notebook.metadata else {}),
    }
    text = nbformat.writes(notebook, version=4)  # type: ignore[no-untyped-call]
    path.write_text(rename_widgets(text) + "\n", "utf-8")


def rename_widgets(text: str) -> str:
    """Replace the random ids of widget models by numbers, in order of appearance."""
    ids = dict.fromkeys(re.findall(r"\b[0-9a-f]{32}\b", text))
    for number, old in enumerate(ids):
        text = text.replace(old, f"{number:032x}")
    return text


if __name__ == "__main__":
    os.environ |= {"LESSONS_MODE": "test", "PYTHONPATH": str(ROOT)}
    for notebook_path in [Path(name).resolve() for name in sys.argv[1:]] or lessons():
        print(notebook_path.relative_to(ROOT), flush=True)
        execute(notebook_path)
