"""A plugin of pytest: a kernel that tries to leave this computer dies, and the summary says why.

nbval itself throws away what a kernel says when it dies.
"""

import os
import tempfile
from pathlib import Path

import pytest

from tests.program import LOOPBACK, LOOPBACK_TOLD


def pytest_sessionstart() -> None:
    """Have the kernels to come begin with what watches them, after conftest.py has set theirs."""
    paths = [str(LOOPBACK), os.environ.get("PYTHONPATH")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    if LOOPBACK_TOLD not in os.environ:  # A worker of xdist has its controller's.
        handle, os.environ[LOOPBACK_TOLD] = tempfile.mkstemp()
        os.close(handle)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where kernels wanted to go."""
    if hasattr(terminalreporter.config, "workerinput"):
        return
    told = Path(os.environ[LOOPBACK_TOLD])
    terminalreporter.write(told.read_text("utf-8"))
    told.unlink()
