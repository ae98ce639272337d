"""Kernels on Unix sockets: of the free TCP ports a kernel is given, one can be taken by another
program before the kernel binds it, and the run that needed the kernel is lost."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache

from jupyter_client.manager import AsyncKernelManager, KernelManager

# JupyterLab's way to say it; it keeps the sockets in Jupyter's runtime folder.
LAB_OPTIONS = ["--KernelManager.transport=ipc"] if os.name == "posix" else []


@cache
def use_sockets() -> None:
    """Let every kernel that this process starts talk over Unix sockets, where there are any."""
    if os.name != "posix":
        return
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    KernelManager.transport.default_value = "ipc"
    for manager in (KernelManager, AsyncKernelManager):
        manager._ip_default = lambda _: f"{folder}/kernel"  # type: ignore[assignment, method-assign]
