"""`python -m helpers`: what each command starts, what it hands on, and how it ends."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers import __main__ as command
from helpers.environment import DEV_PINS, PINS, ROOT, NotMadeError, venv_python

OLD = [shutil.which(f"python3.{minor}") for minor in (6, 7, 8, 9)]
OLD += map(str, sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python")))
PYTEST = [sys.executable, "-m", "pytest"]


def run(*arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run the command in a terminal of its own, as it were."""
    return subprocess.run(
        [python, "-m", "helpers", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs that a command starts in this Python, recorded and not run."""
    programs: list[list[str]] = []

    def start(words: list[str], folder: Path | None = None) -> int:
        programs.append(words)
        return 0

    monkeypatch.setattr(command, "environment", lambda pins: sys.executable)
    monkeypatch.setattr(command, "_start", start)
    return programs


# -- What is understood ------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [(), ("tests",), ("check", "--online")])
def test_what_is_not_understood_gets_the_usage(wrong: tuple[str, ...]) -> None:
    ran = run(*wrong)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("usage: python -m helpers [-h] COMMAND")


@pytest.mark.parametrize("name", [name for name, _, _ in command.COMMANDS])
def test_help_makes_no_environment(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "environment", lambda pins: 1 / 0)
    with pytest.raises(SystemExit, match="0"):
        command.main([name, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: python -m helpers {name} ")


def test_test_runs_the_tests_and_then_the_notebooks(started: list[list[str]]) -> None:
    assert command.main(["test"]) == 0
    lessons = [*command.NBVAL, "notebooks", *command.PARALLEL]
    assert started == [PYTEST + command.PARALLEL, PYTEST + lessons]


def test_notebooks_alone_are_proved_as_all_of_them_are(started: list[list[str]]) -> None:
    options = ["--nbval", "notebooks/04_chat.ipynb"]
    assert command.main(["test", *options]) == 0
    assert started == [[*PYTEST, *command.NBVAL, *options]]


@pytest.mark.parametrize("options", [["-k", "chat"], ["tests/test_keys.py", "-x"], ["-k", "--lab"]])
def test_test_with_options_is_pytest_with_them(
    started: list[list[str]], options: list[str]
) -> None:
    assert command.main(["test", *options]) == 0
    assert started == [PYTEST + options]


@pytest.mark.parametrize("codes", [[1], [0, 1]])
def test_test_fails_if_a_part_fails(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, codes: list[int]
) -> None:
    left = list(codes)
    monkeypatch.setattr(command, "_start", lambda *_: left.pop(0))
    assert command.main(["test"]) == 1
    assert left == []


@pytest.mark.parametrize(
    ("arguments", "module", "rest"),
    [
        (["lab", "--no-browser", "--port", "8890"], "lab", ["--no-browser", "--port", "8890"]),
        (["check", "--lessons", "--online"], "drift", ["--online"]),
        (["execute", "notebooks/x.ipynb"], "execute", ["notebooks/x.ipynb"]),
        (["record", "04", "--limit=1"], "recording.command", ["04", "--limit=1"]),
        (["grade", "handed in"], "grade", ["handed in"]),
    ],
)  # fmt: skip
def test_the_rest_is_handed_to_the_modules_that_know_it(
    started: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    module: str,
    rest: list[str],
) -> None:
    monkeypatch.setattr(command, "environment", lambda pins: "other/python")
    assert command.main(arguments) == 0
    assert started == [["other/python", "-m", f"helpers.upkeep.{module}", *rest]]


@pytest.mark.parametrize("name", ["check", "execute", "record", "costs", "grade"])
def test_such_a_module_is_a_program(name: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", command.MODULES[name], "--help"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.stdout.startswith(f"usage: python -m helpers {name} "), ran.stderr


# -- In which Python ---------------------------------------------------------------------------


def test_a_program_is_started_with_this_project_in_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "mine")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    tell = "import os; open('told', 'w').write(os.environ['PYTHONPATH'] + os.environ.get("
    tell += "'MPLBACKEND', '')); raise SystemExit(7)"
    assert command._start([sys.executable, "-c", tell], tmp_path) == 7
    assert (tmp_path / "told").read_text() == os.pathsep.join([str(ROOT), "mine"])


@pytest.mark.parametrize(("name", "pins"), [("lab", PINS), ("test", DEV_PINS)])
def test_only_the_tests_get_what_no_learner_needs(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, name: str, pins: Path
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(command, "environment", asked.append)
    command.main([name])
    assert asked == [pins]


def test_an_environment_that_cannot_be_made_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(pins: Path) -> str:
        raise NotMadeError("There is no network.")

    monkeypatch.setattr(command, "environment", fail)
    assert command.main(["lab"]) == 1
    assert capsys.readouterr().out == "There is no network.\n"


@pytest.mark.parametrize("file", ["__init__", "__main__", "environment", "checkup"])
def test_an_old_python_can_read_the_file(file: str) -> None:
    ast.parse((ROOT / f"helpers/{file}.py").read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("python", [path for path in OLD if path])
def test_an_old_python_gets_a_sentence(python: str) -> None:
    if subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip("this one does not start")
    for arguments, said in ((["lab"], "need Python 3.10 or later"), (["check"], "is too old")):
        ran = run(*arguments, python=python)
        assert (ran.returncode, ran.stderr) == (1, "") and said in ran.stdout


@pytest.mark.parametrize(
    ("fault", "starts", "there"),
    [(None, True, False), ("missing: openai.", False, False), ("missing: openai.", True, True)],
)
def test_check_looks_at_the_python_that_lab_would_use(
    started: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    fault: str | None,
    starts: bool,
    there: bool,
) -> None:
    monkeypatch.setattr("helpers.checkup.main", lambda: 5)
    monkeypatch.setattr(command, "fault", lambda pins: fault)
    monkeypatch.setattr(command, "starts", lambda python: starts)
    assert command.main(["check"]) == (0 if there else 5)
    assert started == [[str(venv_python()), "-m", "helpers.checkup"]] * there


# -- How it ends -------------------------------------------------------------------------------


def test_ctrl_c_is_a_quiet_end(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupt(pins: Path) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "environment", interrupt)
    assert command.main(["test"]) == 130
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="a process group's Ctrl+C is another thing on Windows")
@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_ctrl_c_leaves_a_program_the_time_to_end_in_its_own_way() -> None:
    last = """
import time
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.5)
    print("saved", flush=True)
    raise SystemExit(4)
"""
    start = "import sys; from helpers.__main__ import _start; "
    start += f"sys.exit(_start({[sys.executable, '-c', last]!r}))"
    with subprocess.Popen(
        [sys.executable, "-c", start],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as program:
        assert program.stdout and program.stdout.readline() == "ready\n"
        os.killpg(program.pid, signal.SIGINT)
        assert program.communicate(timeout=30)[0] == "saved\n"
    assert program.returncode == 4


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a program without asking it")
def test_who_ends_the_command_ends_the_program(tmp_path: Path) -> None:
    wait = (
        f"import pathlib, time; pathlib.Path({str(tmp_path / 'begun')!r}).touch(); time.sleep(60)"
    )
    start = "import sys; from helpers import __main__ as command; "
    start += f"sys.exit(command._start([sys.executable, '-c', {wait!r}]))"
    with subprocess.Popen([sys.executable, "-c", start], cwd=ROOT) as running:
        while not (tmp_path / "begun").exists() and running.poll() is None:
            time.sleep(0.05)
        running.terminate()
        # As a shell counts it: 128 and the signal's number. It waits for its program.
        assert running.wait(30) == 128 + signal.SIGTERM
