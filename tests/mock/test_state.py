"""What the mock stores is bounded: the oldest goes first, and whoever asks for it is told."""

from __future__ import annotations

import logging
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.mock.errors import APIError
from helpers.mock.state import Shelf


@pytest.mark.parametrize(("most", "most_bytes"), [(2, 1000), (1000, 25)])
def test_the_oldest_goes_when_there_is_too_much(
    most: int, most_bytes: int, caplog: pytest.LogCaptureFixture
) -> None:
    shelf: Shelf[str] = Shelf("files", most, most_bytes)
    with caplog.at_level(logging.INFO):
        for id in ("a", "b", "c"):
            shelf.keep(id, id.upper(), 10)
    assert list(shelf) == ["B", "C"]
    assert "a had to go" in caplog.text
    with pytest.raises(APIError, match=r"\(Offline mock\) a is gone: the mock keeps the newest"):
        shelf.find("a")
    assert shelf.find("never") is None


def test_what_is_forgotten_or_replaced_takes_no_room() -> None:
    shelf: Shelf[str] = Shelf("files", most_bytes=25)
    for size in (20, 10, 10):
        shelf.keep("a", "A", size)
    shelf.keep("b", "B", 10)
    shelf.forget("b")
    shelf.keep("c", "C", 10)
    assert list(shelf) == ["A", "C"]
    shelf.clear()
    shelf.keep("d", "D", 20)
    assert list(shelf) == ["D"]


def test_one_thing_is_kept_however_large() -> None:
    shelf: Shelf[str] = Shelf("files", most_bytes=1)
    shelf.keep("a", "A", 20)
    assert list(shelf) == ["A"]


def test_threads_may_use_what_is_stored_at_once() -> None:
    shelf: Shelf[int] = Shelf("things", most=50)

    def use(learner: int) -> None:
        for number in range(10_000):
            shelf.keep(f"{learner}.{number}", number, 10)
            assert len(list(shelf)) <= 54

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as learners:
            list(learners.map(use, range(4)))
    finally:
        sys.setswitchinterval(before)
    assert len(shelf) == 50
