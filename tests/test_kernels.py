"""Kernels started by a test run take no TCP ports that another test could take from them, and are
the same whatever is set on the computer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import AsyncKernelManager, KernelManager

from helpers.upkeep import kernels
from tests import lessons

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no Unix sockets for zmq")


@posix
@pytest.mark.parametrize("kind", [KernelManager, AsyncKernelManager])
def test_a_kernel_talks_over_sockets(kind: type[KernelManager]) -> None:
    manager = kind()
    assert manager.transport == "ipc"
    # Absolute: the kernel works in the notebook's folder, not in this one.
    assert Path(manager.ip).is_absolute() and Path(manager.ip).parent.is_dir()


@pytest.fixture
def long_folder() -> Iterator[Path]:
    """A folder whose name alone is too long for the path of a socket."""
    folder = Path(tempfile.mkdtemp()) / ("long" * 25)
    folder.mkdir()
    yield folder
    shutil.rmtree(folder.parent)


ASK_A_KERNEL = """
import json, sys
from helpers.upkeep import kernels
from jupyter_client.manager import KernelManager

kernels.same_everywhere()
manager = KernelManager()
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
asked = {
    "backend": "__import__('matplotlib').get_backend()",
    "client": "str(__import__('openai').OpenAI(api_key='x').base_url)",
    "helpers": "__import__('helpers').setup.__name__",
}
said = client.execute_interactive("", user_expressions=asked)["content"]["user_expressions"]
manager.shutdown_kernel()
print(manager.transport)
print(json.dumps({name: text["data"]["text/plain"] if "data" in text else text["evalue"]
                  for name, text in said.items()}))
"""


def test_a_kernel_is_the_same_whatever_is_set(long_folder: Path, tmp_path: Path) -> None:
    odd = {
        "MPLBACKEND": "Agg",
        "ALL_PROXY": "socks5://127.0.0.1:1",
        "SSL_CERT_FILE": "gone.pem",
        "TMPDIR": str(long_folder),
        "PYTHONPATH": str(lessons.ROOT),
    }
    ran = subprocess.run(
        [sys.executable, "-c", ASK_A_KERNEL],
        cwd=tmp_path,
        env=os.environ | odd,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "inline" in ran.stdout and "Agg" not in ran.stdout
    assert "https://api.openai.com/v1/" in ran.stdout and "'setup'" in ran.stdout
    assert ran.stdout.startswith("ipc" if os.name == "posix" else "tcp")
    assert list(long_folder.iterdir()) == []


@posix
@pytest.mark.parametrize("deep", [False, True])
def test_jupyterlabs_kernels_talk_over_sockets_too(
    long_folder: Path, monkeypatch: pytest.MonkeyPatch, deep: bool
) -> None:
    runtime = str(long_folder) if deep else "/tmp/runtime"
    monkeypatch.setattr(KernelManager.transport, "default_value", "tcp")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", runtime)
    kernels.prefer_sockets()
    assert AsyncKernelManager().transport == "ipc"
    assert (os.environ["JUPYTER_RUNTIME_DIR"] == runtime) is not deep
    assert len(os.environ["JUPYTER_RUNTIME_DIR"]) < 50
