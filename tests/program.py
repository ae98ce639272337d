"""The mock API as a program of its own, as somebody starts it in a terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests import lessons


@contextmanager
def mock_api(*options: str) -> Iterator[str]:
    """Run `python -m helpers.mock` with `options` at a free port and yield its base URL."""
    # Quiet, as nobody reads on: a full pipe would stop it.
    command = [sys.executable, "-m", "helpers.mock", "--port", "0", "--quiet", *options]
    with subprocess.Popen(command, cwd=lessons.ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        yield found.group()
        server.terminate()
