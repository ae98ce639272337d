"""Execute lessons offline and store their outputs: `python -m tests.execute [NOTEBOOK ...]`.

The only way outputs get into a notebook. Run on the same code twice it writes the same bytes:
streams are joined, widget ids are renamed in order of appearance, timing is left out. The last
line of a lesson says whether its replies are written or recorded.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from helpers import kernels, lessons
from helpers.environment import ROOT
from helpers.mock import recording

WIDGETS = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = re.compile(r"IPY_MODEL_([0-9a-f]{32})")


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
    client.execute()
    state = _ordered_widgets(notebook)
    recording.sign(notebook, path)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    if state:
        notebook.metadata["widgets"] = {WIDGETS: state}
    path.write_text(nbformat.writes(notebook, version=4) + "\n", "utf-8")  # type: ignore[no-untyped-call]


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
    os.environ |= {"LESSONS_MODE": "test", "PYTHONPATH": str(ROOT)}
    kernels.use_sockets()
    for notebook_path in [Path(name).resolve() for name in sys.argv[1:]] or lessons.notebooks():
        print(notebook_path.relative_to(ROOT), flush=True)
        execute(notebook_path)
