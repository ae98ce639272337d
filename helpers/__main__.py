"""`python -m helpers lab` opens the lessons, `test` proves them, `check` finds what is wrong.

The first call makes the environment `.venv`. Only the standard library is used, and no syntax
newer than Python 3.6, so that an old Python gets a sentence, not a traceback.
"""

import os
import subprocess
import sys

from helpers.environment import ROOT, environment, has_pins, venv_python

USAGE = """usage: python -m helpers lab     open the lessons in JupyterLab
       python -m helpers test    run every lesson and every test, offline
       python -m helpers check   find what is wrong with this computer's set-up
       python -m helpers check --lessons   find what is no longer true in the lessons"""


def main(arguments: "list[str]") -> int:
    """Run the command in `arguments`; return the exit code."""
    if arguments == ["check"]:
        return check()
    if sys.version_info < (3, 10):  # noqa: UP036
        print(f"The lessons need Python 3.10 or later; this is {sys.version.split()[0]}.")
        print("Get one from https://www.python.org/downloads/ or with `uv python install`.")
        return 1
    if arguments[:1] == ["lab"]:
        command = [["-m", "jupyter", "lab", "notebooks", *ROOT_USER, *arguments[1:]]]
    elif arguments == ["test"]:
        command = [["-m", "pytest", *PARALLEL], ["-m", "pytest", *NBVAL]]
    elif arguments[:2] == ["check", "--lessons"]:
        command = [["-m", "helpers.upkeep.drift", *arguments[2:]]]
    else:
        print(USAGE)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    os.chdir(str(ROOT))
    try:
        python = environment()
    except subprocess.CalledProcessError:
        print("\nThe packages could not be installed: see the message above.")
        print("Most often: no network, a full disk, or on Debian and Ubuntu no python3-venv.")
        return 1
    # Kernels inherit this, so that `from helpers import setup` works in every folder.
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    settings = dict(os.environ, PYTHONPATH=path)
    for part in command:
        try:
            code = subprocess.call([python, *part], env=settings)
        except KeyboardInterrupt:
            return 0
        if code:
            return code
    return 0


# A container's only user is often root, whom Jupyter refuses unless told; it listens on this
# computer only, and asks for its token.
ROOT_USER = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
PARALLEL = ["-n", "2", "--dist", "loadfile"]
NBVAL = ["--nbval", "notebooks", *PARALLEL, "--nbval-sanitize-with", "tests/sanitize.cfg"]
NBVAL += ["-p", "no:cacheprovider"]


def check() -> int:
    """Print the check-up of the Python that `lab` would use; return 1 if something is wrong.

    Nothing is installed: that is this Python, if `.venv` does not exist yet.
    """
    python = venv_python()
    if sys.version_info >= (3, 10) and not has_pins() and python.exists():
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        settings = dict(os.environ, PYTHONPATH=path)
        return subprocess.call([str(python), "-m", "helpers.checkup"], env=settings)
    from helpers import checkup

    return checkup.main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
