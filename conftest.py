"""Every pytest run here is offline, whatever key this computer has, and finds `helpers`."""

import os
from pathlib import Path

from helpers.upkeep import kernels

os.environ["LESSONS_MODE"] = "test"
os.environ["PYTHONPATH"] = str(Path(__file__).parent)
kernels.use_sockets()
