"""Execute lessons offline and store their outputs: `python -m helpers execute [NOTEBOOK ...]`.

The only way outputs get into a notebook. Run on the same code twice it writes the same bytes:
streams are joined, widget ids are renamed in order of appearance, timing is left out, new cells
are numbered, and "…" stands for the project's folder. The last line of a lesson says whether its
replies are written or recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, count
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import nbformat
from nbclient import NotebookClient

from helpers import lessons
from helpers.environment import ROOT
from helpers.upkeep import kernels, provenance

WIDGETS = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = re.compile(r"IPY_MODEL_([0-9a-f]{32})")


def main(arguments: list[str] | None = None) -> int:
    """Execute the notebooks that are named, or all; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers execute",
        description="Run the cells offline and store their outputs. New cells are numbered.",
    )
    parser.add_argument(
        "notebooks", nargs="*", type=Path, metavar="NOTEBOOK", help="default: every lesson"
    )
    asked = parser.parse_args(arguments)
    kernels.same_everywhere()
    for path in asked.notebooks or lessons.notebooks():
        print(os.path.relpath(path, ROOT), flush=True)
        execute(path.resolve())
    return 0


def execute(path: Path) -> None:
    """Run a notebook's cells as nbval will and write their outputs into it."""
    notebook = lessons.read(path)
    client = NotebookClient(
        notebook,
        timeout=120,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        coalesce_streams=True,
    )
    # In the main thread, nbclient would take Ctrl+C for itself and end in a traceback.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, client.async_execute()).result()
    number_cells(notebook, path)
    _hide_folder(notebook)
    state = _ordered_widgets(notebook)
    provenance.sign(notebook, path)
    about = {name: part for name, part in notebook.metadata.items() if name == "lesson"}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        **about,
    }
    if state:
        notebook.metadata["widgets"] = {WIDGETS: state}
    path.write_text(nbformat.writes(notebook, version=4) + "\n", "utf-8")  # type: ignore[no-untyped-call]


def number_cells(notebook: Any, path: Path) -> None:
    """Name new cells by lesson and place, as the others are: 04-05, or 04-05a behind it.

    JupyterLab gives a cell a random id. Ids that are in order already stay.
    """
    start = ("s" if path.parent.name == "solutions" else "") + path.name[:2]
    numbered = re.compile(rf"{start}-(\d\d)[a-z]?")
    matches = [numbered.fullmatch(cell.id) for cell in notebook.cells]
    used = {match[0] for match in matches if match}
    following = count(max((int(match[1]) + 1 for match in matches if match), default=0))
    before = "00"
    for place, (cell, match) in enumerate(zip(notebook.cells, matches, strict=True)):
        if match:
            before = match[1]
            continue
        between = ascii_lowercase if any(matches[place:]) else ""
        free = chain((f"{before}{letter}" for letter in between), (f"{n:02}" for n in following))
        cell.id = next(id for id in (f"{start}-{end}" for end in free) if id not in used)
        used.add(cell.id)


def _hide_folder(notebook: Any) -> None:
    """Write "…" for the project's folder in what was printed: it is this computer's own."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "stream":
                output.text = output.text.replace(str(ROOT), "…")


def _ordered_widgets(notebook: Any) -> dict[str, Any]:
    """Rename the notebook's random widget ids to numbers; return the state of those in use.

    Numbers follow the order in which outputs, and then the models themselves, refer to a model.
    """
    saved = notebook.metadata.get("widgets", {}).get(WIDGETS, {"state": {}})
    views = [
        output["data"][VIEW]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if VIEW in output.get("data", {})
    ]
    order = list(dict.fromkeys(view["model_id"] for view in views))
    for model in order:  # grows while it is walked: the models that models refer to
        text = json.dumps(saved["state"][model], sort_keys=True)
        order += [id for id in dict.fromkeys(REFERENCE.findall(text)) if id not in order]
    number = {model: f"{place:032x}" for place, model in enumerate(order)}
    for view in views:
        view["model_id"] = number[view["model_id"]]
    text = json.dumps({model: saved["state"][model] for model in order})
    for model, new in number.items():
        text = text.replace(model, new)
    return {**saved, "state": json.loads(text)} if order else {}


if __name__ == "__main__":
    sys.exit(main())
