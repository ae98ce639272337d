"""Each test begins with the first try."""

from __future__ import annotations

from collections import Counter

import pytest

from helpers import exercises

# Else an assertion that fails there shows no values.
pytest.register_assert_rewrite("tests.exercises.cases")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the SDK's own pause, of half a second, before it tries again."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.001)


@pytest.fixture(autouse=True)
def first_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercises, "_tries", Counter())
    monkeypatch.setattr(exercises, "_hinted", Counter())
