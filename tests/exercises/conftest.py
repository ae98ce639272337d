"""Each test begins with the first try, and no retry of the SDK waits long."""

from __future__ import annotations

from collections import Counter

import pytest

from helpers import exercises

# Else an assertion that fails there shows no values.
pytest.register_assert_rewrite("tests.exercises.cases")


@pytest.fixture(autouse=True)
def first_try(hurry: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercises, "_tries", Counter())
    monkeypatch.setattr(exercises, "_hinted", Counter())
