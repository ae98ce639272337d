"""What the exercises' judges have in common: reading an answer however it was written."""

from __future__ import annotations

import re
from typing import Any


def number(answer: Any) -> float:
    """Return the number that somebody gave, as a number or as a text: 7.74, "7.74", "$7.74".

    Raises TypeError if it is none.
    """
    if isinstance(answer, str):
        answer = re.sub(r"^(US)?\$|(US)?\$$|USD$", "", answer.strip())
    try:
        if isinstance(answer, bool):
            raise ValueError
        return float(answer)
    except ValueError:
        raise TypeError(f"{answer!r} is no number") from None


def is_number(answer: Any) -> bool:
    """Whether `number` can read an answer."""
    try:
        number(answer)
    except TypeError:
        return False
    return True
