"""What proving every lesson costs beside starting as many kernels that only import the SDK."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import nbformat

from benchmarks import ratios
from helpers.__main__ import NBVAL, PARALLEL
from helpers.environment import ROOT


def seconds(folder: Path) -> float:
    """Return how long nbval takes over the notebooks of `folder`, as the lessons' own test."""
    # The bare folder's conftest.py needs `helpers`, too.
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    begin = perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *NBVAL, "notebooks", *PARALLEL],
        cwd=folder,
        capture_output=True,
        text=True,
        env=env,
    )
    if run.returncode:
        raise RuntimeError(run.stdout + run.stderr)
    return perf_counter() - begin


def write_bare(folder: Path, count: int) -> None:
    """Write into `folder` what nbval needs of this repository and `count` notebooks of one cell."""
    for name in ("conftest.py", "pyproject.toml", "tests/sanitize.cfg"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "notebooks").mkdir()
    v4: Any = nbformat.v4
    text = v4.writes(v4.new_notebook(cells=[v4.new_code_cell("import openai")]))
    for number in range(count):
        (folder / "notebooks" / f"{number:02}.ipynb").write_text(text, "utf-8")


def main() -> None:
    """Measure and print."""
    count = len(list((ROOT / "notebooks").rglob("*.ipynb")))
    with TemporaryDirectory() as bare:
        write_bare(Path(bare), count)
        folders = {"lessons": ROOT, "bare": Path(bare)}
        time = ratios.in_turns(
            {name: partial(seconds, folder) for name, folder in folders.items()}, rounds=5
        )
    figure = f"nbval over {count} notebooks ÷ over {count} that import openai"
    ratios.report(figure, time["lessons"], time["bare"], "<= 1.5")


if __name__ == "__main__":
    main()
