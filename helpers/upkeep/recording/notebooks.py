"""The lessons' notebooks: run against the proxy, and executed anew once it has recorded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from helpers import lessons, settings
from helpers.environment import ROOT
from helpers.lessons import NOTEBOOKS
from helpers.upkeep import kernels

CELL_SECONDS = 1800


def of(lesson: str) -> list[Path]:
    """Return a lesson's notebook and its solution, as far as they are there."""
    return [path for path in lessons.notebooks() if path.name[:2] == lesson[:2]]


def run(path: Path, url: str, key: str, admin_key: str) -> str | None:
    """Run a notebook, in memory only, with its requests going to `url`; return what went wrong."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal

    kernels.use_sockets()
    client = NotebookClient(
        lessons.read(path),
        timeout=CELL_SECONDS,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    ours = {settings.BASE_URL: url, settings.KEY: key, settings.ADMIN_KEY: admin_key}
    try:
        client.execute(env=without_keys() | ours)
    except (CellControlSignal, RuntimeError) as error:
        about = f"{getattr(error, 'ename', type(error).__name__)}: {getattr(error, 'evalue', '')}"
        return f"{path.relative_to(NOTEBOOKS).as_posix()} stopped with {about[:300]}"
    return None


def execute(paths: Iterable[Path]) -> int:
    """Store the outputs anew, as `python -m helpers execute` does; return its exit code."""
    command = [sys.executable, "-m", "helpers.upkeep.execute", *map(str, paths)]
    return subprocess.call(command, cwd=ROOT, env=without_keys())


def without_keys() -> dict[str, str]:
    """Return this environment without keys, addresses and mode; `helpers` is found in it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OPENAI_") and name != settings.MODE
    }
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": path}
