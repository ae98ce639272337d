"""`python -m helpers lab [OPTION ...]`: JupyterLab on the lessons.

It runs in this process: the script `jupyter-lab` knows the folder it was made in, and no other.
What it is asked for stands in the folder `jupyter` beside this file, as settings that options win
over: lesson 00 is opened; no pop-up about news, and no question to the network whether there is a
newer version; a message of a widget may have 200 MB, as a picture of 30 MB has; a long line of
output is not broken within a word; and root, a container's only user, is not refused (JupyterLab
listens on this computer and asks for its token).
With `--present`, for a projector, text and code are larger and the theme is light.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import time
from pathlib import Path
from threading import Thread

from jupyter_core.paths import jupyter_runtime_dir

from helpers import lessons
from helpers.upkeep import kernels

SETTINGS = Path(__file__).with_name("jupyter")
PRESENT = "--present"
FIRST = "lab/tree/00_start_here.ipynb"
SECONDS = 120
"""How long JupyterLab may take to start."""


def main(arguments: list[str] | None = None) -> int:
    """Run JupyterLab until it is ended; return the exit code."""
    from jupyterlab.labapp import main

    print("Starting JupyterLab ...", flush=True)
    asked = sys.argv[1:] if arguments is None else arguments
    folders = [str(SETTINGS / "present")] if PRESENT in asked else []
    folders = [*filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")]), *folders, str(SETTINGS)]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(folders)
    # With a token of its own making, JupyterLab says in seven lines what is said below in one.
    os.environ.setdefault("JUPYTER_TOKEN", secrets.token_hex(24))
    os.chdir(lessons.NOTEBOOKS)
    kernels.prefer_sockets()
    Thread(target=_tell_address, daemon=True).start()
    main([option for option in asked if option != PRESENT])
    return 0


def _tell_address() -> None:
    """Print where lesson 00 is, once JupyterLab answers where it has written down that it will."""
    file = Path(jupyter_runtime_dir()) / f"jpserver-{os.getpid()}.json"
    for _ in range(SECONDS * 10):
        try:
            server = json.loads(file.read_text("utf-8"))
            if server["port"]:  # It has none on a Unix socket.
                socket.create_connection((server["hostname"], server["port"]), 1).close()
        except (OSError, ValueError):  # Not there yet, or being written.
            time.sleep(0.1)
            continue
        os.environ.pop("JUPYTER_TOKEN", None)  # No concern of a kernel.
        token = f"?token={server['token']}" if server["token"] else ""
        print(f"The lessons are at {server['url']}{FIRST}{token}")
        print("Ctrl+C here ends them.", flush=True)
        return


if __name__ == "__main__":
    sys.exit(main())
