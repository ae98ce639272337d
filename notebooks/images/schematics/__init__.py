"""The lessons' drawings: one module for each lesson, and the style that they share."""

import sys
from pathlib import Path

# The tokens and the prices that are drawn come from the lessons' own helpers.
sys.path.insert(0, str(Path(__file__).parents[3]))
