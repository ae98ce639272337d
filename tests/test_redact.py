"""What is taken out of recorded replies, and what stays."""

from __future__ import annotations

import re

import pytest

from helpers.upkeep.recording.redact import REDACTED, redact

LEAK = "sk-proj-" + "leak" * 6


@pytest.mark.parametrize(
    "text",
    [
        "a task-oriented-approach",
        "sk-proj-FAKE-0000-wxyz",
        "billing@hosting.example",
        "batch-normalization, user_authentication and file-descriptors",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        LEAK,
        f'{{"key": "\\n{LEAK}"}}',
        "org-0123456789abcdef",
        "proj_0123456789abcdef",
        "user-0123456789abcdef",
        "req_0123456789abcdef",
        "mei.li+x@mail.garden-club.org",
    ],
)
def test_what_is_of_an_account_is_taken_out(text: str) -> None:
    (cleaned,) = redact([{"x": text}])
    assert REDACTED in cleaned["x"]
    assert not re.search("leak|0123|mei|garden", cleaned["x"])
