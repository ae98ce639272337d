"""Kernels started by a test run take no TCP ports that another test could take from them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jupyter_client.manager import AsyncKernelManager, KernelManager


@pytest.mark.skipif(os.name != "posix", reason="Windows has no Unix sockets for zmq")
@pytest.mark.parametrize("kind", [KernelManager, AsyncKernelManager])
def test_a_kernel_talks_over_sockets(kind: type[KernelManager]) -> None:
    manager = kind()
    assert manager.transport == "ipc"
    # Absolute: the kernel works in the notebook's folder, not in this one.
    assert Path(manager.ip).is_absolute() and Path(manager.ip).parent.is_dir()
