"""What the mock stores is bounded: the oldest goes first, and who asks is told. No key is kept."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FunctionType, ModuleType

import openai
import pytest

from helpers.mock.errors import APIError
from helpers.mock.state import Mock, Shelf


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


def held_by(thing: object) -> Iterator[object]:
    """What can be reached from a thing, but by way of code."""
    seen: dict[int, object] = {}
    ahead = [thing]
    while ahead:
        thing = ahead.pop()
        if id(thing) not in seen and not isinstance(thing, (type, FunctionType, ModuleType)):
            seen[id(thing)] = thing
            yield thing
            ahead += gc.get_referents(thing)


def test_a_key_is_not_kept(
    client: openai.OpenAI, mock: Mock, caplog: pytest.LogCaptureFixture
) -> None:
    mock.any_key = True
    caplog.set_level(logging.DEBUG, "helpers")
    learner = client.with_options(api_key="sk-proj-FAKE-0000-wxyz")
    learner.responses.create(model="gpt-6-luna", input="Say hello.")
    learner.files.create(file=("a.jsonl", b"{}"), purpose="user_data")
    assert len(mock.responses) == len(mock.files) == 1
    texts = [thing for thing in held_by(mock) if isinstance(thing, (str, bytes))]
    assert any("Say hello." in str(text) for text in texts)
    assert not [text for text in texts if "FAKE-0000" in str(text)]
    assert "FAKE-0000" not in caplog.text


def test_threads_may_use_what_is_stored_at_once() -> None:
    shelf: Shelf[int] = Shelf("things", most=50)

    def use(learner: int) -> None:
        for number in range(1_000):
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
