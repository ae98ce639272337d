"""The checks of the notebooks are checked: each kind of fault, planted, turns them red.

More faults, of which each takes seconds, are in tests/plant_faults.py, run by hand and each week.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.__main__ import NBVAL, PARALLEL
from tests import lessons, test_notebooks
from tests.plant_faults import FAULTS

Plant = Callable[[Any], None]


def cell_with(notebook: Any, text: str) -> Any:
    """The first code cell whose source has `text`."""
    return next(cell for cell in lessons.code_cells(notebook) if text in cell.source)


def change(notebook: Any, old: str, new: str) -> None:
    """Replace `old` in the source of the first code cell that has it."""
    cell = cell_with(notebook, old)
    cell.source = cell.source.replace(old, new)


def change_output(notebook: Any) -> None:
    output = cell_with(notebook, "print(completion.choices[0]").outputs[0]
    output.text = output.text.replace("Monday", "Mondays")


def drop_output(notebook: Any) -> None:
    cell_with(notebook, "print(completion.choices[0]").outputs = []


def stored_secret(notebook: Any) -> None:
    lessons.code_cells(notebook)[1].outputs[0].text += "sk-" + "a1b2" * 8


def stored_address(notebook: Any) -> None:
    lessons.code_cells(notebook)[1].outputs[0].text += "http://127.0.0.1:4711/v1"


SEEN_BY_NBVAL: dict[str, Plant | None] = {
    "nothing": None,
    "a broken cell": lambda nb: change(nb, "completion.to_json", "completion.to_jsonn"),
    "an edited prompt": lambda nb: change(nb, "two-line poem", "three-line poem"),
    "a retired model": lambda nb: change(nb, "gpt-6-luna", "gpt-3.5-turbo"),
    "a missing import": lambda nb: change(nb, "from openai import OpenAI\n", ""),
    "an output edited by one letter": change_output,
    "an output left out": drop_output,
}


def plant(folder: Path, name: str, fault: Plant | None) -> Path:
    notebook = lessons.read(lessons.NOTEBOOKS / "00_start_here.ipynb")
    if fault:
        before = str(notebook)
        fault(notebook)
        assert str(notebook) != before, "the fault was not planted"
    path = folder / f"{name.replace(' ', '_')}.ipynb"
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    return path


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many cells nbval sees failing in each notebook with a planted fault."""
    folder = tmp_path_factory.mktemp("faults")
    paths = [plant(folder, name, fault) for name, fault in SEEN_BY_NBVAL.items()]
    options = [*NBVAL, *PARALLEL, "--rootdir", str(folder)]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *map(str, paths)],
        cwd=lessons.ROOT,
        capture_output=True,
        text=True,
    )
    said = run.stdout + run.stderr
    assert " passed" in said and not re.search(r"^ERROR ", said, re.M), said
    failed = re.findall(r"^FAILED \S*?([a-z_]+)\.ipynb", run.stdout, re.M)
    return {name: failed.count(name.replace(" ", "_")) for name in SEEN_BY_NBVAL}


@pytest.mark.parametrize("name", SEEN_BY_NBVAL)
def test_nbval_sees(failures: dict[str, int], name: str) -> None:
    assert (failures[name] > 0) == (name != "nothing")


def test_a_kernel_that_leaves_this_computer_dies_though_the_cell_goes_on(tmp_path: Path) -> None:
    notebook = lessons.read(lessons.NOTEBOOKS / "00_start_here.ipynb")
    notebook.cells = lessons.code_cells(notebook)[:1]
    notebook.cells[0].source = (
        "import contextlib, socket\n\nwith contextlib.suppress(OSError):\n"
        "    socket.create_connection(('192.0.2.1', 9), 0.1)"
    )
    nbformat.write(notebook, tmp_path / "leaves.ipynb")  # type: ignore[no-untyped-call]
    options = ["--nbval-cell-timeout=5", f"--rootdir={tmp_path}", f"{tmp_path}/leaves.ipynb"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *NBVAL, *options],
        cwd=lessons.ROOT,
        capture_output=True,
        text=True,
    )
    assert "leaves this computer: '192.0.2.1'" in run.stdout
    assert "1 failed" in run.stdout


SEEN_BY_TESTS: list[tuple[Callable[[Path], None], Plant]] = [
    (test_notebooks.test_no_secret_path_or_address_in_source_or_output, stored_secret),
    (test_notebooks.test_no_secret_path_or_address_in_source_or_output, stored_address),
    (
        test_notebooks.test_no_cell_is_skipped_or_long_and_none_stores_an_error,
        lambda nb: nb.cells[2].metadata.update(tags=["nbval-skip"]),
    ),
    (
        test_notebooks.test_is_valid_and_executed_in_order,
        lambda nb: lessons.code_cells(nb)[0].update(execution_count=9),
    ),
    (
        test_notebooks.test_cells_that_call_the_api_are_plain_sdk,
        lambda nb: change(nb, "from openai", "from helpers import check\nfrom openai"),
    ),
    (
        test_notebooks.test_names_the_default_model_once,
        lambda nb: change(nb, "gpt-6-luna", "gpt-4o"),
    ),
    (
        test_notebooks.test_links_lead_somewhere_and_pictures_have_a_text,
        lambda nb: nb.cells[0].update(source="[next](02_missing.ipynb)"),
    ),
    (
        test_notebooks.test_begins_with_the_set_up_cell,
        lambda nb: change(nb, "setup()", "setup(mode=1)"),
    ),
    (test_notebooks.test_follows_the_pattern, lambda nb: nb.cells.pop()),
]


@pytest.mark.parametrize(("check", "fault"), SEEN_BY_TESTS)
def test_checks_of_the_notebooks_see(
    tmp_path: Path, check: Callable[[Path], None], fault: Plant
) -> None:
    with pytest.raises(AssertionError):
        check(plant(tmp_path, "00_start_here", fault))


def test_faults_of_the_weekly_run_can_be_planted_and_name_tests_that_exist() -> None:
    for fault in FAULTS:
        assert fault.old in (lessons.ROOT / fault.file).read_text("utf-8"), fault.name
        file, _, test = fault.check.partition("::")
        if test:
            assert f"def {test.partition('[')[0]}(" in (lessons.ROOT / file).read_text("utf-8")
