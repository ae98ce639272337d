"""What other people's clients need: installed once for the pinned versions, apart from the lessons.

A Python client has an environment of its own in `.clients`; those for Node share
`node/node_modules`. The tests install what they need; all at once, beside other work:

    .venv/bin/python -m tests.clients.packages
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from threading import Lock

from helpers.environment import as_pip_is_told, past_dead_proxies
from tests import lessons

PROGRAMS = Path(__file__).with_name("python")
NODE = Path(__file__).with_name("node")
PYTHON = {
    "agents": ["openai-agents==0.24.0", "openai==3.57.0"],
    "instructor": ["instructor==1.17.0", "openai==3.3.0"],
    "langchain": ["langchain-openai==1.7.4", "langchain-core==1.8.3", "openai==3.57.0"],
    "litellm": ["litellm==1.110.2", "openai==3.57.0"],
    "llm": ["llm==0.36", "openai==3.57.0"],
    "pydantic_ai": ["pydantic-ai-slim[openai]==2.68.0", "openai==3.57.0"],
}
FOR_NODE = ["agents", "ai", "openai"]
"""Their versions are in node/package.json."""
OLDEST_NODE = 20
INSTALLING = Lock()
PIP_IS_TOLD = cache(as_pip_is_told)
"""The same for every client, and pip takes most of a second to say it."""


class MissingError(Exception):
    """A program that clients need is not on this computer, or too old."""


def install(folder: Path, pins: str, *commands: list[str]) -> None:
    """Run the commands that install `pins` into a folder, unless they have been run.

    Raises subprocess.CalledProcessError.
    """
    stamp = folder / "installed"
    with INSTALLING:
        if stamp.exists() and stamp.read_text("utf-8") == pins:
            return
        with past_dead_proxies():
            for command in commands:
                subprocess.check_call(command)
        stamp.write_text(pins, "utf-8")


def python_command(client: str) -> list[str]:
    """Return the command of a Python client's program, its packages installed.

    Raises subprocess.CalledProcessError.
    """
    folder = lessons.ROOT / ".clients" / client
    python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    # On PATH, or where the lessons' environment was made with it.
    if uv := shutil.which("uv") or shutil.which("uv", path=Path(sys.executable).parent):
        make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)]
        fill = [uv, "pip", "install", "--quiet", "--python", python, *PIP_IS_TOLD()]
    else:
        make = [sys.executable, "-m", "venv", "--clear", str(folder)]
        fill = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pins = PYTHON[client]
    install(folder, "\n".join([sys.version, *pins]), make, [*fill, *pins])
    return [python, str(PROGRAMS / f"with_{client}.py")]


@cache
def node() -> str:
    """Return the path of Node. Raises MissingError where it is missing or too old."""
    found, npm = shutil.which("node"), shutil.which("npm")
    version = subprocess.check_output([found, "--version"], text=True) if found else ""
    if not found or not npm or int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        wanted = f"install Node.js {OLDEST_NODE} or newer, with npm (https://nodejs.org)"
        raise MissingError(wanted)
    return found


def node_command(client: str) -> list[str]:
    """Return the command of a Node client's program, its packages installed.

    Raises MissingError and subprocess.CalledProcessError.
    """
    # No lock file: it would record the registry's host. No scripts: no package needs one.
    quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    found, npm = node(), str(shutil.which("npm"))
    pins = (NODE / "package.json").read_text("utf-8")
    install(NODE / "node_modules", pins, [npm, "--prefix", str(NODE), "install", *quiet])
    return [found, str(NODE / f"with_{client}.mjs")]


def main() -> None:
    """Install what all clients need."""
    for client in PYTHON:
        python_command(client)
    try:
        node_command(FOR_NODE[0])
    except MissingError as missing:
        print(f"Clients for Node are left out: {missing}.")


if __name__ == "__main__":
    main()
