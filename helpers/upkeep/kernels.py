"""What tests and the storing of outputs ask of this computer: kernels that answer, and outputs that
are the same whatever is set here.

Kernels talk over Unix sockets: of the free TCP ports a kernel is given, one can be taken by another
program before the kernel binds it, and the run that needed the kernel is lost.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_core.paths import jupyter_runtime_dir

from helpers import network
from helpers.environment import ROOT
from helpers.settings import MODE

LONGEST = 48
"""Bytes in the name of a folder for sockets, whose own names have 50 in JupyterLab, and less here.

Linux has room for 107 altogether, macOS for 103.
"""


def same_everywhere() -> None:
    """Have this process, and the kernels it starts, run the lessons as every computer does."""
    os.environ |= {MODE: "test", "PYTHONPATH": str(ROOT)}
    # A kernel shows plots below their cell unless this tells it to draw elsewhere.
    os.environ.pop("MPLBACKEND", None)
    for name in network.faults():
        os.environ.pop(name, None)
    use_sockets()


@cache
def use_sockets() -> None:
    """Let every kernel that this process starts talk over Unix sockets, where there are any."""
    folder = _short_folder()
    if folder is None:
        return
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    KernelManager.transport.default_value = "ipc"
    for manager in (KernelManager, AsyncKernelManager):
        manager._ip_default = lambda _: f"{folder}/kernel"  # type: ignore[assignment, method-assign]


def prefer_sockets() -> None:
    """Let JupyterLab, started in this process, have its kernels talk over Unix sockets.

    Other local users cannot listen in, and no kernel warns of it. JupyterLab keeps the sockets in
    its runtime folder, under names of 50 characters: where that lies too deep, it gets another.
    """
    if len(os.fsencode(jupyter_runtime_dir())) > LONGEST:
        folder = _short_folder()
        if folder is None:
            return
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["JUPYTER_RUNTIME_DIR"] = folder
    if os.name == "posix":
        KernelManager.transport.default_value = "ipc"


def _short_folder() -> str | None:
    """Make a folder for sockets, or return None where there can be none.

    Where temporary files lie too deep, all of this process and its programs go to /tmp: Chromium
    has sockets, too.
    """
    if os.name != "posix":
        return None
    for place in (tempfile.gettempdir(), "/tmp"):
        folder = tempfile.mkdtemp(dir=place)
        if len(os.fsencode(folder)) <= LONGEST:
            os.environ["TMPDIR"] = tempfile.tempdir = place
            return folder
        Path(folder).rmdir()
    return None
