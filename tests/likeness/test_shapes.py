"""What the mock answers has the shape of what the API was recorded to answer."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from helpers.mock.http import Reply
from helpers.mock.state import Mock
from tests.likeness.shapes import CHAT, RESPONSES, Kind, differences
from tests.mock.asking import ask

KINDS = [
    pytest.param(f"/v1/{path}", kind, id=f"{path}: {name}")
    for path, kinds in (("chat/completions", CHAT), ("responses", RESPONSES))
    for name, kind in kinds.items()
]


def events(reply: Reply) -> list[tuple[str | None, Any]]:
    """Return the (event, data) of a stream."""
    found = []
    for line in reply.events or ():
        match = re.fullmatch(r"(?:event: (\S+)\n)?data: (.+)\n\n", line.decode())
        assert match, line
        told = match[2] if match[2] == "[DONE]" else json.loads(match[2])
        found.append((match[1], told))
    return found


def same_event(event: tuple[str | None, Any]) -> Any:
    """Return what tells an event from the one before it: deltas follow each other."""
    name, told = event
    if name is not None:
        return name if name.endswith(".delta") else (name, told["sequence_number"])
    if told == "[DONE]" or not told["choices"]:
        return repr(told)
    choice = told["choices"][0]
    delta = choice["delta"]
    return sorted(delta) if "role" not in delta and delta else (choice["finish_reason"], str(delta))


@pytest.mark.parametrize(("path", "kind"), KINDS)
def test_a_reply_has_the_shape_of_the_apis(path: str, kind: Kind) -> None:
    reply = ask(Mock(), path, kind.request)
    if not isinstance(kind.shape, list):
        assert differences(kind.shape, json.loads(reply.body)) == [], kind.source
        return
    groups = [list(group) for _, group in itertools.groupby(events(reply), same_event)]
    assert [group[0][0] for group in groups] == [name for name, _ in kind.shape], kind.source
    for (_, shape), group in zip(kind.shape, groups, strict=True):
        for _, told in group:
            assert differences(shape, told) == [], kind.source


@pytest.mark.parametrize(
    ("shape", "found", "rows"),
    [
        ({"a": int}, {"a": 1}, []),
        ({"a": int}, {"a": 1.0}, [".a is 1.0, expected <class 'int'>"]),
        ({"a": int}, {"a": True}, [".a is True, expected <class 'int'>"]),
        ({"a": 0.0}, {"a": 0}, [".a is 0, expected 0.0"]),
        ({"a": int, "b": str}, {"b": "", "c": 1}, [".a is missing", ".c is too much"]),
        ([str, ...], ["a", "b", 3], ["[2] is 3, expected <class 'str'>"]),
        ([str, ...], [], [": 0 items, expected 1"]),
        ([], [1], [": 1 items, expected 0"]),
        ([{"a": None}], [{"a": 0}], ["[0].a is 0, expected None"]),
        ({"a": [int]}, {"a": None}, [".a: a list is missing"]),
        (re.compile("x+"), "xxy", [" is 'xxy', expected re.compile('x+')"]),
    ],
    ids=str,
)
def test_what_differs_is_found(shape: Any, found: Any, rows: list[str]) -> None:
    assert differences(shape, found) == rows
