"""`python -m helpers lab` opens the lessons, `test` proves them, `check` finds what is wrong.

A command runs in the Python that has the pinned packages; the first one makes it. Only the
standard library is used, and no syntax newer than Python 3.6, so that an old Python gets a
sentence, not a traceback.
"""

import argparse
import os
import signal
import subprocess
import sys

from helpers.environment import (
    DEV_PINS,
    PINS,
    ROOT,
    NotMadeError,
    environment,
    fault,
    starts,
    variables,
    venv_python,
)

COMMANDS = (
    (
        "lab",
        "[--present] [OPTION ...]",
        "open the lessons in JupyterLab, with --present in larger type for a projector; other "
        "options are those of `jupyter lab`",
    ),
    (
        "test",
        "[OPTION ...]",
        "run every test and every cell of every lesson, offline; with options, only `pytest` with "
        "them (-k chat, or --nbval notebooks/04_chat.ipynb)",
    ),
    (
        "check",
        "[--lessons [--online] [--markdown FILE]]",
        "find what is wrong with this computer's set-up; with --lessons, what is no longer true "
        "in the lessons (--online tries the links to the web, --markdown writes a report)",
    ),
    (
        "execute",
        "[NOTEBOOK ...]",
        "run notebooks offline, by default all, store their outputs and number new cells",
    ),
    (
        "contents",
        "[--check]",
        "write the lessons' titles, minutes and links, which are in their metadata, into the "
        "README, the map and the lessons; --check only names what differs",
    ),
    (
        "record",
        "[LESSON ...] [--limit DOLLARS]",
        "record the lessons' replies from the real API; without a limit it only says what that "
        "would cost",
    ),
    (
        "costs",
        "[LESSON ...] [--learners N]",
        "estimate what a class would pay for the lessons' calls; nothing is sent",
    ),
    (
        "grade",
        "FOLDER [--only EXERCISES]",
        "run the notebooks that learners have handed in, offline, and print which exercises are "
        "right; --only 00.1,04.2 looks at those alone",
    ),
    (
        "handout",
        "[FILE]",
        "write the lessons for learners into a zip, without solutions and outputs",
    ),
)
MODULES = {
    "lab": "helpers.upkeep.lab",
    "check": "helpers.upkeep.drift",
    "execute": "helpers.upkeep.execute",
    "contents": "helpers.upkeep.contents",
    "record": "helpers.upkeep.recording.command",
    "costs": "helpers.upkeep.costs",
    "grade": "helpers.upkeep.grade",
    "handout": "helpers.upkeep.handout",
}
"""What does the work of a command, in the Python that has the packages."""

# The file with the browser has few tests and takes longest: ordered by number, it would come last.
PARALLEL = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
NBVAL = ["--nbval", "--nbval-sanitize-with", "tests/sanitize.cfg", "-p", "tests.kernels_stay_here"]
NBVAL += ["--nbval-cell-timeout", "120"]  # seconds, after which it notices that a kernel died
NBVAL += ["-p", "no:cacheprovider"]
INTERRUPTED = 130
"""The exit code of a program that Ctrl+C has ended."""


def main(arguments: "list[str]") -> int:
    """Run the command in `arguments`; return the exit code. Ctrl+C is a quiet end."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: "list[str]") -> int:
    parser = _parser()
    asked, rest = parser.parse_known_args(arguments)
    if asked.command == "check" and not asked.lessons:
        if rest:
            parser.error("check alone takes no options: " + " ".join(rest))
        return check()
    if sys.version_info < (3, 10):  # noqa: UP036
        print(f"The lessons need Python 3.10 or later; this is {sys.version.split()[0]}.")
        print("Get one from https://www.python.org/downloads/ or with `uv python install`.")
        return 1
    try:
        python = environment(DEV_PINS if asked.command == "test" else PINS)
    except NotMadeError as error:
        print(error)
        return 1
    if asked.command == "test":
        pytest = [python, "-m", "pytest"]
        if rest:
            return _start([*pytest, *(NBVAL if NBVAL[0] in rest else ()), *rest], ROOT)
        lessons = [*pytest, *NBVAL, "notebooks", *PARALLEL]
        return _start(pytest + PARALLEL, ROOT) or _start(lessons, ROOT)
    return _start([python, "-m", MODULES[asked.command], *rest])


def check() -> int:
    """Print the check-up of the Python that `lab` would use; return 1 if something is wrong.

    Nothing is installed: that is this Python, if `.venv` does not exist yet.
    """
    python = str(venv_python())
    if sys.version_info >= (3, 10) and PINS.exists() and fault(PINS) and starts(python):
        return _start([python, "-m", "helpers.checkup"])
    from helpers import checkup

    return checkup.main()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m helpers")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.required = True  # As an argument it is new in Python 3.7.
    for name, usage, about in COMMANDS:
        command = commands.add_parser(
            name,
            help=about,
            description=about[0].upper() + about[1:] + ".",
            usage=f"python -m helpers {name} {usage}",
            allow_abbrev=False,
        )
        if name == "check":
            command.add_argument("--lessons", action="store_true", help=argparse.SUPPRESS)
    return parser


def _start(command: "list[str]", folder: "os.PathLike[str] | None" = None) -> int:
    """Run a program, in `folder`, to its end; return its exit code."""
    program = subprocess.Popen(command, cwd=folder, env=variables())
    # Who ends this command, such as an editor's stop button, means the program.
    before = signal.signal(signal.SIGTERM, lambda *_: program.terminate())
    try:
        while True:
            try:
                code = program.wait()
            except KeyboardInterrupt:
                continue  # The program has heard it, too, and ends in its own way: JupyterLab asks.
            return code if code >= 0 else 128 - code  # As a shell counts what a signal has ended.
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
