"""Where the project is, and the Python environment that has its pinned packages.

Only the standard library, and no syntax newer than Python 3.6: `python -m helpers` and the
check-up stand on this file, and an old Python must be able to say that it is too old.
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
"""What is installed: exact versions with their hashes."""


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
    if VENV.is_symlink():
        # --clear would empty what it leads to: the environment of another copy of the project.
        VENV.unlink()
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
