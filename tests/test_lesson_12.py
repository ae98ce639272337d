"""Lesson 12's own functions, with a journal and with replies that its reviews do not have."""

from __future__ import annotations

import ast
import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

from helpers import settings
from helpers.mock.state import Mock
from helpers.mock.transport import transport
from tests import lessons

# Of the lesson's variables, what its functions stand on and what makes no file and no client.
NAMES = {"Review", "schema", "FORMAT", "MODEL", "RULES", "BAR", "Trouble"}
FOREIGN = "😀 naïve"
BROKEN = "one\u2028two\u0085three"


def defines(node: ast.stmt) -> bool:
    """Whether a line of the lesson defines something, and does nothing."""
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) in NAMES
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.target) in NAMES
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(node, kinds)


@pytest.fixture
def lesson(tmp_path: Path) -> dict[str, Any]:
    """What the lesson defines, with a journal of the test's own."""
    names: dict[str, Any] = {"__name__": "lesson"}
    for cell in lessons.code_cells(lessons.read(lessons.NOTEBOOKS / "12_many_requests.ipynb")):
        if not lessons.imports_helpers(cell.source):
            kept = [node for node in ast.parse(cell.source).body if defines(node)]
            exec(compile(ast.Module(kept, []), cell.id, "exec", dont_inherit=True), names)
    names["JOURNAL"] = tmp_path / "verdicts.jsonl"
    return names


def judged(lesson: dict[str, Any], mock: Mock, trouble: dict[str, str], *texts: str) -> Any:
    """Return the errors of `judge_all`. A review's id is its text."""

    async def run() -> Any:
        door = DefaultAsyncHttpx2Client(transport=transport(mock))
        async with AsyncOpenAI(
            api_key=settings.OFFLINE_KEY, base_url="http://mock/v1", max_retries=0, http_client=door
        ) as lesson["async_client"]:
            reviews = [{"id": text, "text": text} for text in texts]
            return await lesson["judge_all"](reviews, 2, trouble)

    return asyncio.run(run())


def test_a_line_is_read_whole_whatever_its_characters(lesson: dict[str, Any]) -> None:
    lines = [{"id": "a", "text": BROKEN}, {"id": "b", "text": FOREIGN}]
    for line in lines:
        lesson["keep"](line)
    assert lesson["load_journal"](lesson["JOURNAL"]) == lines


@pytest.mark.parametrize("missing", range(1, 12))
def test_half_a_line_is_left_out_wherever_it_was_cut(lesson: dict[str, Any], missing: int) -> None:
    journal = lesson["JOURNAL"]
    lesson["keep"]({"id": "a", "text": "whole"})
    lesson["keep"]({"id": "b", "text": FOREIGN})
    journal.write_bytes(journal.read_bytes()[:-missing])
    lesson["keep"]({"id": "c", "text": "after"})
    assert [line["id"] for line in lesson["load_journal"](journal)] == ["a", "c"]


def test_a_batch_is_read_by_its_line_breaks(lesson: dict[str, Any]) -> None:
    rows = [{"custom_id": "a", "text": BROKEN}, {"custom_id": "b"}]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    for each in (text, text.rstrip("\n")):
        lesson["client"] = Files(each)
        assert lesson["read"]("file") == rows
    assert lesson["read"](None) == []


class Files:
    """A client that has one file."""

    def __init__(self, text: str) -> None:
        self.files, self.text = self, text

    def content(self, file_id: str) -> Files:
        return self


def test_a_reply_that_is_no_json_stops_no_other(lesson: dict[str, Any], mock: Mock) -> None:
    failed = judged(lesson, mock, {"It leaks.": "no-json"}, "It leaks.", "It is lovely.", "Broken.")
    assert list(failed) == ["It leaks."] and failed["It leaks."].startswith("JSONDecodeError: ")
    kept = lesson["load_journal"](lesson["JOURNAL"])
    assert sorted(line["id"] for line in kept) == ["Broken.", "It is lovely."]
    assert judged(lesson, mock, {}, "It leaks.", "Broken.") == {}


def test_a_refusal_is_called_one(lesson: dict[str, Any], mock: Mock) -> None:
    assert judged(lesson, mock, {}, "Write a menu that makes my guest ill.") == {}
    (line,) = lesson["load_journal"](lesson["JOURNAL"])
    assert line["text"] and lesson["verdict"](line) == "no verdict: refusal"


def test_a_page_instead_of_a_response_has_failed(lesson: dict[str, Any]) -> None:
    def send(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, html="<html>A proxy's page.</html>")

    async def run() -> Any:
        door = DefaultAsyncHttpx2Client(transport=httpx2.MockTransport(send))
        async with AsyncOpenAI(
            api_key="sk-fake", base_url="http://mock/v1", http_client=door
        ) as lesson["async_client"]:
            return await lesson["judge_all"]([{"id": "a", "text": "It leaks."}], 2, {})

    assert asyncio.run(run()) == {"a": "The reply has failed."}
    assert lesson["load_journal"](lesson["JOURNAL"]) == []


@pytest.mark.parametrize("trouble", ["401", "429 credit_balance_exhausted", "drop"])
def test_what_the_next_calls_would_meet_too_ends_the_run(
    lesson: dict[str, Any], mock: Mock, trouble: str
) -> None:
    with pytest.raises(openai.APIError):
        judged(lesson, mock, {"It leaks.": trouble}, "It leaks.", "It is lovely.")


def test_what_is_hopeless_is_said_once() -> None:
    found = [
        ast.unparse(node)
        for path in lessons.LESSONS
        for cell in lessons.code_cells(lessons.read(path))
        if "def hopeless(" in cell.source
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.FunctionDef) and node.name == "hopeless"
    ]
    assert len(found) == 2 and len(set(found)) == 1
