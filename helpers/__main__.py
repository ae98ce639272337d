"""`python -m helpers lab` opens the lessons, `test` proves them, `check` finds what is wrong.

The first call makes the environment `.venv` from requirements.txt. Only the standard library is
used, and no syntax newer than Python 3.6, so that an old Python gets a sentence, not a traceback.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PINS = ROOT / "requirements.txt"
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
        command = [["-m", "helpers.drift", *arguments[2:]]]
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


def venv_python() -> Path:
    """Return where the Python of `.venv` is, or would be."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def environment() -> str:
    """Return a Python that has the pinned packages: this one if it has, else that of `.venv`.

    Raises subprocess.CalledProcessError if they cannot be installed.
    """
    if has_pins():
        return sys.executable
    python = venv_python()
    stamp = VENV / "installed"
    wanted = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return str(python)
    print("Making the environment .venv (once; a minute or two) ...", flush=True)
    uv = shutil.which("uv")
    if uv:
        subprocess.check_call([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV])
        subprocess.check_call([uv, "pip", "install", "--quiet", "--python", python, "-r", PINS])
    else:
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", str(VENV)])
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.check_call([*install, "--requirement", str(PINS)])
    stamp.write_text(wanted)
    return str(python)


def has_pins() -> bool:
    """Whether this Python has each package at its pinned version (an activated conda, say)."""
    from importlib import metadata

    # An installation that broke off leaves a package without a name.
    named = [dist for dist in metadata.distributions() if dist.metadata and dist.metadata["Name"]]
    have = {f"{dist.metadata['Name'].lower().replace('_', '-')}=={dist.version}" for dist in named}
    needed = ["openai", "jupyterlab", "ipywidgets", "nbval", "pytest", "uvicorn", "playwright"]
    pins = [line.split()[0] for line in PINS.read_text().splitlines() if "==" in line]
    return all(any(pin in have for pin in pins if pin.startswith(name + "==")) for name in needed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
