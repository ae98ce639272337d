"""`python -m helpers grade FOLDER`: what `check` says of the exercises in handed-in notebooks.

Each notebook below the folder runs whole and offline, in a temporary folder that has the lessons'
pictures; it is not changed. It is code of other people: it may do what you may do on this computer.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat.reader import NotJSONError

from helpers import exercises, lessons, settings
from helpers.upkeep import kernels
from helpers.upkeep.recording import notebooks

SECONDS = 60
"""How long a cell may take: then it is interrupted, and the next one runs."""

SECONDS_EACH = 30
"""About how long a notebook takes on a laptop."""

_VERDICT = re.compile(r"^Exercise ([\w-]+\.\d+): (✓|✗|not yet)", re.M)
_CHECK = re.compile(r"""^[^#\n]*\bcheck\(\s*["']([\w-]+\.\d+)["']""", re.M)
_WORDS = {"✓": "right", "✗": "wrong"}


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each notebook below the folder; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers grade",
        description="Run the notebooks that learners have handed in, offline, and print what "
        "`check` says of each exercise. They are other people's code: it may do here what you may.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="one notebook, or many in it")
    parser.add_argument(
        "--only",
        type=_exercises,
        metavar="00.1,04.2",
        help="the exercises that were set; default: all of a notebook's lesson",
    )
    options = parser.parse_args(arguments)
    folder, only = options.folder, options.only
    found = [folder] if folder.is_file() else sorted(folder.rglob("*.ipynb"))
    files = [file for file in found if ".ipynb_checkpoints" not in file.parts]
    if not files:
        print(f"{folder} has no notebooks in it.", file=sys.stderr)
        return 1
    names = [file.name if file == folder else str(file.relative_to(folder)) for file in files]
    minutes = math.ceil(len(files) * SECONDS_EACH / 60)
    print(f"{len(files)} to run, each whole: about {minutes} min.", flush=True)
    for name, file in zip(names, files, strict=True):
        verdicts, wrong = grade(file, only)
        right = f"{sum(word == 'right' for word in verdicts.values())} of {len(verdicts)}"
        parts = [f"{exercise} {word:8}" for exercise, word in verdicts.items()]
        line = "  ".join([f"{name:{max(map(len, names))}}", f"{right:7}", *parts, wrong])
        print(line.rstrip(), flush=True)
    return 0


def grade(file: Path, only: frozenset[str] | None = None) -> tuple[dict[str, str], str]:
    """Run a notebook; return each exercise's last verdict, and what went wrong, in words.

    An exercise whose cell ended before its check is an "error", one that has no cell "missing".
    only: the exercises that are asked for, where not all are.
    """
    try:
        notebook = lessons.read(file)
    except (NotJSONError, UnicodeDecodeError) as error:
        return {}, f"cannot be read: {type(error).__name__}"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []  # What somebody handed in as printed is no verdict.
    kernels.use_sockets()
    stopped = ""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lessons.copy_beside(Path(folder))
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            interrupt_on_timeout=True,
            allow_errors=True,
            resources={"metadata": {"path": folder}},
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
        try:
            client.execute(env=notebooks.without_keys() | {settings.MODE: "offline"})
        except (CellControlSignal, DeadKernelError) as error:
            stopped = f"stopped: {type(error).__name__}"
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    errors = sum(output.output_type == "error" for output in outputs)
    verdicts = _verdicts(notebook, file.name)
    wanted = {each: word for each, word in verdicts.items() if only is None or each in only}
    return wanted, stopped or (f"errors: {errors}" if errors else "")


def _verdicts(notebook: Any, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found |= dict.fromkeys(_CHECK.findall(cell.source), "error")
            said = "".join(part.text for part in cell.outputs if part.output_type == "stream")
            found |= {exercise: _WORDS.get(mark, mark) for exercise, mark in _VERDICT.findall(said)}
    asked = exercises.exercises()
    own = name.partition("_")[0].removesuffix(".ipynb")
    numbers = sorted({exercise.partition(".")[0] for exercise in found} or {own})
    return {
        each: found.get(each, "missing") for number in numbers for each in asked.get(number, ())
    }


def _exercises(text: str) -> frozenset[str]:
    """Return the exercises that an option names."""
    named = frozenset(part.strip() for part in text.split(",") if part.strip())
    known = {each for lesson in exercises.exercises().values() for each in lesson}
    if strangers := sorted(named - known):
        raise argparse.ArgumentTypeError(f"there is no exercise {', '.join(strangers)}")
    return named


if __name__ == "__main__":
    sys.exit(main())
