"""Lesson 11's own functions: its file of chats, with two workers and with half an answer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import lessons

HELLO, AGAIN = ({"role": "user", "content": text} for text in ("Hello.", "Hello again."))


@pytest.fixture
def names() -> dict[str, Any]:
    """Return the lesson's functions for a file of chats; none of their cells makes a call."""
    found: dict[str, Any] = {"__name__": "lesson_11"}
    exec("from pathlib import Path\nfrom typing import Any\nItems = Response = Any", found)
    path = lessons.NOTEBOOKS / "11_conversations.ipynb"
    for word in ("def open_store(", "def save_turn(", "def save_after("):
        exec(lessons.source_with(path, word).split("\n\n\nworkers = ")[0], found)
    return found


def response(status: str = "completed") -> SimpleNamespace:
    return SimpleNamespace(id="resp_1", status=status, usage=None)


def test_of_two_workers_the_slower_one_stores_nothing(
    names: dict[str, Any], tmp_path: Path
) -> None:
    one, two = (names["open_store"](tmp_path / "chats") for _ in range(2))
    names["save_after"](one, "Mei", [], [HELLO], response())
    with pytest.raises(RuntimeError, match="faster"):
        names["save_after"](two, "Mei", [], [AGAIN], response())
    assert names["load"](one, "Mei") == [HELLO]
    # The lock is given back, to another guest and to a worker that has loaded the chat again.
    names["save_after"](one, "Tom", [], [HELLO], response())
    names["save_after"](two, "Mei", [HELLO], [AGAIN], response())
    assert names["load"](one, "Mei") == [HELLO, AGAIN]
    one.close()
    two.close()


def test_a_turn_that_is_not_complete_leaves_the_file_free(
    names: dict[str, Any], tmp_path: Path
) -> None:
    one, two = (names["open_store"](tmp_path / "chats") for _ in range(2))
    with pytest.raises(RuntimeError, match="incomplete"):
        names["save_after"](one, "Mei", [], [HELLO], response("incomplete"))
    names["save_after"](two, "Mei", [], [AGAIN], response())
    assert names["load"](one, "Mei") == [AGAIN]
    one.close()
    two.close()
