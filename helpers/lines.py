"""Lines that a notebook shows as they are."""

from __future__ import annotations

import textwrap

WIDTH = 72
"""A notebook breaks a longer line inside a word when the list of files is open beside it."""


def wrapped(text: str, head: str = "") -> str:
    """Return a text behind a head, in lines that break between words."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
