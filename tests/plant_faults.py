"""Plants faults, one by one, in a scratch copy of the project, and shows which check catches each.

    python -m tests.plant_faults                     all of them: some minutes
    python -m tests.plant_faults pin "a key"         those with one of these words in their name
    python -m tests.plant_faults --markdown FILE     the table also in a file

The faults are in notebooks, replies, pins and CI: what no tool knows how to break. Code is broken
by mutmut (see CONTRIBUTING.md).

A fault is one edit of one file. Only the narrowest check that should see it runs, after all those
checks passed on the copy without a fault. Exit code 1 if a fault is not caught.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from helpers.__main__ import NBVAL

ROOT = Path(__file__).parents[1]
PROCESSES = 2
SECONDS = 600
"""How long a check may take; one that takes longer has not caught the fault."""

KEY_SEARCH = r"git grep -nIE 'sk-(proj-|admin-)?[A-Za-z0-9_-]{24,}'"
"""The search for keys in .ci/run."""

# Whole here, it would be found by that search.
KEY = "sk-" + "a1b2" * 8


class Fault(NamedTuple):
    """An edit: the first `old` in `file` becomes `new`; and the check that should see it.

    check: a test's id, `nbval NOTEBOOK`, `drift`, `ruff`, `format`, `mypy`, or `keys`.
    """

    name: str
    file: str
    old: str
    new: str
    check: str


def lesson(number: str) -> str:
    """Return the path of a lesson."""
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    return path.relative_to(ROOT).as_posix()


START, SETUP, BILLING, CHAT, VISION, JSON = (lesson(f"{n:02}") for n in (0, 1, 2, 4, 5, 6))
SOLUTION = "notebooks/solutions/00_solutions.ipynb"
SHEET = "notebooks/99_cheat_sheet.ipynb"


def on(test: str, path: str = START) -> str:
    """Return the id of a test of tests/test_notebooks.py for one notebook."""
    return f"tests/test_notebooks.py::{test}[{path.removeprefix('notebooks/')}]"


IDS = on("test_ids_of_cells_are_stable")
VALID = on("test_is_valid_and_executed_in_order")
TIDY = on("test_no_cell_is_skipped_or_long_and_none_stores_an_error")
PRIVATE = on("test_no_secret_path_or_address_in_source_or_output")
LINKS = on("test_links_lead_somewhere_and_pictures_have_a_text")
IN_ORDER = (
    "tests/test_contents.py::test_readme_map_titles_minutes_and_links_are_as_the_metadata_say"
)
OUTPUT = '"OPENAI_API_KEY is set\\n"'
FIRST_CALL = '"from openai import OpenAI\\n",\n    "\\n",\n    "MODEL'
REPLIES = "helpers/mock/replies/00_start_here.yaml"
CODE = "helpers/__init__.py"

IN_LESSONS = [
    Fault("a changed prompt", START, "two-line poem", "three-line poem", f"nbval {START}"),
    Fault("a swapped model", START, '\\"gpt-6-luna\\"', '\\"gpt-6-sol\\"',
          on("test_names_the_default_model_once")),
    Fault("a model that was shut down", BILLING, '\\"gpt-6-astra\\"', '\\"gpt-4\\"',
          f"nbval {BILLING}"),
    Fault("a model that is not in the table", BILLING, "for model in (MODEL",
          'for model in (\\"gpt-6-moon\\"', f"nbval {BILLING}"),
    Fault("an output edited by one character", START, '\\"prompt_tokens\\": 18',
          '\\"prompt_tokens\\": 19', f"nbval {START}"),
    Fault("an output's line left out", START, f"      {OUTPUT},\n", "", f"nbval {START}"),
    Fault("a stored picture edited by one character", VISION, "AAANSUhEUgAA", "AAANSUhEUgAB",
          on("test_stored_pictures_are_whole_and_show_something", VISION)),
    Fault("a missing import", START, '    "from openai import OpenAI\\n",\n', "",
          f"nbval {START}"),
    Fault("a broken cell", START, "completion.to_json(", "completion.to_jsonn(",
          f"nbval {START}"),
    Fault("an exercise that comes solved", START, '"total = ...', '"total = completion.usage'
          ".total_tokens", f"nbval {START}"),
    Fault("a solution that is wrong", SOLUTION, ".usage.total_tokens", ".usage.prompt_tokens",
          f"nbval {SOLUTION}"),
    Fault("a key in an output", START, OUTPUT, f'"{KEY}\\n"', PRIVATE),
    Fault("an organisation's id in an output", START, OUTPUT, '"org-a1B2c3D4e5F6\\n"', PRIVATE),
    Fault("an address in an output", START, OUTPUT, '"http://127.0.0.1:4711/v1\\n"', PRIVATE),
    Fault("a path in an output", START, OUTPUT, '"/home/mei/lessons\\n"', PRIVATE),
    Fault("a picture without an alt text", START, "![Your cell", "![](images/modes.svg) [Your cell",
          LINKS),
    Fault("a dead link between lessons", START, "(01_key_setup.ipynb)", "(01_keys.ipynb)", LINKS),
    Fault("a cell skipped by a tag", START, '"id": "00-06",\n   "metadata": {}',
          '"id": "00-06",\n   "metadata": {"tags": ["nbval-skip"]}', TIDY),
    Fault("a cell skipped by a comment", START, FIRST_CALL, '"# NBVAL_SKIP\\n",\n    ' + FIRST_CALL,
          TIDY),
    Fault("a cell that calls the API and imports helpers", START, FIRST_CALL,
          '"from helpers import check\\n",\n    ' + FIRST_CALL,
          on("test_cells_that_call_the_api_are_plain_sdk")),
    Fault("a cell that needs helpers without importing them", START, '"print(completion.choices',
          '"import helpers\\n",\n    "print(completion.choices',
          f"tests/test_copy_out.py::test_cells_run_alone_and_print_what_is_stored["
          f"{START.removeprefix('notebooks/')}]"),
    Fault("an execution count out of order", START, '"execution_count": 2', '"execution_count": 9',
          VALID),
    Fault("the same id for two cells", START, '"id": "00-06"', '"id": "00-05"', IDS),
    Fault("a cell's id at random", START, '"id": "00-06"', '"id": "9f3c01aa"', IDS),
    Fault("an editor's metadata in a notebook", START, ' "metadata": {\n  "kernelspec"',
          ' "metadata": {\n  "vscode": {},\n  "kernelspec"', VALID),
    Fault("this computer's Python in a notebook", START, '"language_info": {\n',
          '"language_info": {\n   "version": "3.13.1",\n', VALID),
    Fault("an editor's metadata in a cell", START, '"id": "00-06",\n   "metadata": {}',
          '"id": "00-06",\n   "metadata": {"collapsed": true}', VALID),
    Fault("a warning in an output", START, '"name": "stdout"', '"name": "stderr"', TIDY),
    Fault("a lesson without goals", START, "After this lesson you can", "This lesson is about",
          on("test_follows_the_pattern")),
    Fault("a part of the guide without a cell", CHAT, "guide-4.1", "guide-4.9",
          "tests/test_notebooks.py::test_every_numbered_part_of_the_guide_has_a_cell"),
    Fault("minutes in the README that a lesson does not name", "README.md", "| 10 |", "| 11 |",
          IN_ORDER),
    Fault("a pattern that the cheat sheet lacks", CHAT, '"Stream a reply": 8',
          '"Stream a reply": 8,\n    "Stream two replies": 8', IN_ORDER),
    Fault("a pattern in a section that does not exist", CHAT, '"Stream a reply": 8',
          '"Stream a reply": 88', IN_ORDER),
    Fault("a pattern that needs another's import", SHEET, '"import base64\\n",\n', "",
          "tests/test_cheat_sheet.py::"
          "test_each_cell_runs_alone_prints_what_is_stored_and_leaves_nothing"),
    Fault("another set-up cell", CHAT, '"setup()"', '"setup(mode=1)"',
          on("test_begins_with_the_set_up_cell", CHAT)),
    Fault("a deprecated call", START, '"print(completion.choices',
          '"try:\\n", "    client.images.create_variation(image=b\'\')\\n", "except Exception:\\n",'
          ' "    pass\\n", "print(completion.choices', "drift"),
]  # fmt: skip

IN_REPLIES = [
    Fault("an entry removed from the replies", REPLIES, "- prompt: Name three rivers in Africa.\n"
          "  reply: The Nile, the Congo and the Niger.\n", "", f"nbval {SOLUTION}"),
    Fault("a changed reply", REPLIES, "The Nile, the Congo", "The Congo, the Nile",
          f"nbval {SOLUTION}"),
    Fault("an entry twice in the replies", REPLIES, "- prompt: Name three",
          "- prompt: Say hello.\n  reply: Hi.\n- prompt: Name three", f"nbval {START}"),
    Fault("a misspelt field in the replies", REPLIES, "reply: The Nile", "repply: The Nile",
          f"nbval {START}"),
]  # fmt: skip

IN_THE_PROJECT = [
    Fault("a pin that differs from what is installed", "requirements.txt", "openai==3.57.0",
          "openai==3.57.1", "tests/test_pins.py::test_installed_versions_are_the_pinned_ones"),
    Fault("a pin that is a range", "requirements.txt", "openai==", "openai>=",
          "tests/test_pins.py::test_every_pin_is_exact_and_hashed_and_names_no_host"),
    Fault("a registry's host among the pins", "requirements.txt", "# This file",
          "--index-url https://example.invalid/simple\n# This file",
          "tests/test_pins.py::test_every_pin_is_exact_and_hashed_and_names_no_host"),
    Fault("pins that do not fulfil pyproject.toml", "pyproject.toml", '"openai>=3.57,<4"',
          '"openai>=4,<5"', "tests/test_pins.py::test_pins_fulfil_what_pyproject_asks_for"),
    Fault("conda with an unsupported Python", "environment.yml", "python=3.13", "python=3.9",
          "tests/test_pins.py::test_conda_installs_the_same_file_on_a_supported_python"),
    Fault("an SDK outside the supported range", "pyproject.toml", '"openai>=3.57,<4"',
          '"openai>=3.58,<4"', "drift"),
    Fault("a dead link in the README", "README.md", "(notebooks/04_chat.ipynb)",
          "(notebooks/04_chats.ipynb)", "drift"),
    Fault("a key in a file that git tracks", "README.md", "# OpenAI", f"{KEY}\n# OpenAI", "keys"),
    Fault("a command in CI that cannot fail", ".ci/run", "-m mypy", "-m mypy || true",
          "tests/test_ci.py::test_no_command_in_ci_is_kept_from_failing"),
    Fault("an unused import", CODE, "import importlib\n", "import importlib\nimport os\n", "ruff"),
    Fault("code that is not formatted", CODE, "import importlib", "import  importlib", "format"),
    Fault("a wrong type", CODE, "import importlib\n", 'import importlib\n\nN: int = ""\n', "mypy"),
    Fault("syntax that an old Python cannot read", CODE, "import importlib\n",
          "import importlib\n\nprint(one := 1)\n",
          "tests/test_command.py::test_an_old_python_can_read_the_file"),
]  # fmt: skip

FAULTS = [*IN_LESSONS, *IN_REPLIES, *IN_THE_PROJECT]


class Outcome(NamedTuple):
    """What came of a planted fault."""

    fault: Fault
    caught: bool
    seconds: float
    said: str


def main() -> int:
    """Plant the faults that were asked for; return 1 if one was not caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.plant_faults")
    parser.add_argument("words", nargs="*", help="only faults with one of these in their name")
    parser.add_argument("--markdown", type=Path, help="a file for the table")
    asked = parser.parse_args()
    chosen = [fault for fault in FAULTS if wanted(fault, asked.words)]
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        folders: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(PROCESSES):
            folders.put(copy(Path(scratch) / str(number)))
        print(f"{len(chosen)} faults. First the checks without a fault ...", flush=True)
        with ThreadPoolExecutor(PROCESSES) as pool:
            checks = batches({fault.check for fault in chosen})
            said = list(pool.map(lambda batch: healthy(batch, folders), checks))
            if red := list(filter(None, said)):
                print("They fail already, so they prove nothing:", *red, sep="\n")
                return 1
            outcomes = []
            for outcome in pool.map(lambda fault: plant(fault, folders), chosen):
                print(line(outcome), flush=True)
                outcomes.append(outcome)
    missed = [outcome for outcome in outcomes if not outcome.caught]
    for outcome in missed:
        print(f"\n== {outcome.fault.name}\n{outcome.said}")
    print(f"\n{len(outcomes)} faults planted, {len(outcomes) - len(missed)} caught.")
    if asked.markdown:
        asked.markdown.write_text(table(outcomes), "utf-8")
    return int(bool(missed))


def wanted(fault: Fault, words: list[str]) -> bool:
    """Whether a fault is among those asked for."""
    return not words or any(word in fault.name for word in words)


def copy(folder: Path) -> Path:
    """Copy the project's files, also those not yet committed, and make the copy a repository."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=folder, capture_output=True, check=True)
    return folder


def batches(checks: set[str]) -> list[list[str]]:
    """Put the checks that one command can run together."""
    tests = sorted(check for check in checks if check.startswith("tests/"))
    notebooks = sorted(check for check in checks if check.startswith("nbval "))
    alone = [[check] for check in sorted(checks - {*tests, *notebooks})]
    return [batch for batch in (tests, notebooks) if batch] + alone


def command(checks: list[str]) -> list[str]:
    """Return the command that runs checks of one kind."""
    first = checks[0]
    if first.startswith("tests/"):
        return [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *checks]
    if first.startswith("nbval "):
        paths = [check.removeprefix("nbval ") for check in checks]
        return [sys.executable, "-m", "pytest", *NBVAL, *paths]
    return {
        "drift": [sys.executable, "-m", "helpers", "check", "--lessons"],
        "ruff": [sys.executable, "-m", "ruff", "check", "--no-cache", "helpers"],
        "format": [sys.executable, "-m", "ruff", "format", "--check", "--no-cache", "helpers"],
        "mypy": [sys.executable, "-m", "mypy", "--no-incremental", "helpers"],
        "keys": ["bash", "-c", f"! {KEY_SEARCH}"],
    }[first]


def run(checks: list[str], folder: Path, seconds: float = SECONDS) -> tuple[int | None, str]:
    """Run checks in a copy; return the exit code (None: too slow) and the last lines said."""
    # No bytecode: a module changed twice within a second would be taken for the same.
    settings = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "LESSONS_MODE": "test"}
    try:
        done = subprocess.run(
            command(checks),
            cwd=folder,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return None, f"no end after {seconds} seconds"
    return done.returncode, "\n".join(done.stdout.splitlines()[-25:])


def healthy(checks: list[str], folders: queue.SimpleQueue[Path]) -> str:
    """Return what checks say that fail although nothing is planted, or nothing."""
    folder = folders.get()
    try:
        code, said = run(checks, folder, 20 * SECONDS)
    finally:
        folders.put(folder)
    # Skipped checks (no browser) pass, and would then catch nothing.
    return "" if code == 0 else f"{' '.join(checks)}\n{said}"


def plant(fault: Fault, folders: queue.SimpleQueue[Path]) -> Outcome:
    """Plant one fault, run its check, and take the fault out again."""
    folder = folders.get()
    file, began = folder / fault.file, time.monotonic()
    before = file.read_bytes()
    text = before.decode("utf-8")
    try:
        if fault.old not in text:
            return Outcome(fault, False, 0, f"could not be planted: {fault.old!r} is not there")
        planted = text.replace(fault.old, fault.new, 1)
        # A file that cannot even be read would be caught by anything.
        if file.suffix == ".ipynb":
            json.loads(planted)
        elif file.suffix == ".py":
            ast.parse(planted)
        file.write_bytes(planted.encode())
        code, said = run([fault.check], folder)
        return Outcome(fault, code not in (0, None), time.monotonic() - began, said)
    finally:
        file.write_bytes(before)
        folders.put(folder)


def line(outcome: Outcome) -> str:
    """Return a line for the terminal."""
    fault, mark = outcome.fault, "caught    " if outcome.caught else "NOT CAUGHT"
    return f"{mark} {outcome.seconds:5.1f} s  {fault.name}  ({fault.file})  by {shown(fault.check)}"


def shown(check: str) -> str:
    """Return a check's name for people."""
    return {
        "drift": "`helpers check --lessons`",
        "ruff": "`ruff check`",
        "format": "`ruff format --check`",
        "mypy": "`mypy`",
        "keys": "the search for keys in `.ci/run`",
    }.get(check, f"`{check.removeprefix('tests/')}`")


def table(outcomes: list[Outcome]) -> str:
    """Return the outcomes as a table in Markdown."""
    head = "| fault | file | caught by | seconds |\n|---|---|---|---|\n"
    rows = [
        f"| {fault.name} | `{fault.file}` | "
        f"{shown(fault.check) if caught else '**not caught**'} | {seconds:.0f} |\n"
        for fault, caught, seconds, _ in outcomes
    ]
    return head + "".join(rows)


if __name__ == "__main__":
    sys.exit(main())
