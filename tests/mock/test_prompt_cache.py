"""The prompt cache, as it works since GPT-5.6: what is written to it, what is read, what misses.

https://developers.openai.com/api/docs/guides/prompt-caching
"""

from __future__ import annotations

from typing import Any

import pytest

from helpers.mock.state import Mock
from tests.mock.asking import LUNA, hello, told

LONG = "Answer like a gardener. " * 220
"""A text of more than 1,024 tokens."""
ENDS = {"prompt_cache_breakpoint": {"mode": "explicit"}}
EXPLICIT = {"prompt_cache_options": {"mode": "explicit"}}
APIS = pytest.mark.parametrize("api", ["chat", "responses"])


def cached(mock: Mock, api: str, *texts: str, **changes: Any) -> tuple[int, int, int]:
    """Send texts as messages, a developer's and then a user's in turn.

    A text that ends with a bar has a breakpoint there. Return how many tokens were read from the
    cache, how many written to it, and how many there are.
    """
    messages = []
    for place, text in enumerate(texts):
        kind = "text" if api == "chat" else "input_text"
        part: dict[str, Any] = {"type": kind, "text": text.removesuffix("|")}
        if text.endswith("|"):
            part |= ENDS
        messages.append({"role": "user" if place else "developer", "content": [part]})
    name, details = "messages", "prompt_tokens"
    if api == "responses":
        name, details = "input", "input_tokens"
    usage = told(hello(mock, api, **{name: messages}, **changes))["usage"]
    found = usage[f"{details}_details"]
    return found["cached_tokens"], found["cache_write_tokens"], usage[details]


@APIS
def test_the_first_call_writes_and_the_second_reads(mock: Mock, api: str) -> None:
    read, written, whole = cached(mock, api, LONG, "Roses?")
    # Of 5,324 tokens a first call was seen to write 5,321.
    assert (read, written) == (0, whole - 3)
    assert cached(mock, api, LONG, "Roses?")[:2] == (whole - 3, 0)


@APIS
def test_a_longer_conversation_reads_its_beginning_and_writes_the_rest(
    mock: Mock, api: str
) -> None:
    _, before, _ = cached(mock, api, LONG, "Roses?")
    read, written, whole = cached(mock, api, LONG, "Roses?", "Tulips?")
    assert (read, written) == (before, whole - 3 - before) and written > 0


@APIS
def test_another_end_after_a_fixed_beginning_reads_nothing(mock: Mock, api: str) -> None:
    cached(mock, api, LONG, "Roses?")
    read, written, whole = cached(mock, api, LONG, "Tulips?")
    assert (read, written) == (0, whole - 3)


@APIS
def test_another_end_reads_up_to_a_breakpoint_of_ones_own(mock: Mock, api: str) -> None:
    _, first, whole = cached(mock, api, LONG + "|", "Roses?")
    assert first == whole - 3
    read, written, whole = cached(mock, api, LONG + "|", "How do I prune tulips in May?")
    assert 1024 < read < whole - 3 and written == whole - 3 - read
    # What is read costs less than writing it again, whatever comes after it.
    assert cached(mock, api, LONG + "|", "Why?")[0] == read


@APIS
def test_the_explicit_mode_writes_up_to_a_breakpoint_only(mock: Mock, api: str) -> None:
    _, written, whole = cached(mock, api, LONG + "|", "Roses?", **EXPLICIT)
    assert 1024 < written < whole - 3
    assert cached(mock, api, LONG + "|", "Tulips?", **EXPLICIT)[:2] == (written, 0)


@APIS
def test_the_explicit_mode_without_a_breakpoint_neither_reads_nor_writes(
    mock: Mock, api: str
) -> None:
    assert cached(mock, api, LONG, "Roses?", **EXPLICIT)[:2] == (0, 0)
    read, written, _ = cached(mock, api, LONG, "Roses?")
    assert read == 0 and written > 0
    assert cached(mock, api, LONG, "Roses?", **EXPLICIT)[:2] == (0, 0)


@APIS
def test_below_1024_tokens_nothing_is_kept(mock: Mock, api: str) -> None:
    short = "word " * 900
    assert [cached(mock, api, short)[:2] for _ in range(2)] == [(0, 0), (0, 0)]
    # Nor is a beginning that is so short, at a breakpoint.
    cached(mock, api, short + "|", LONG)
    read, _, _ = cached(mock, api, short + "|", LONG + "Another.")
    assert read == 0


@pytest.mark.parametrize(("changes", "kept"), [({}, 3), (EXPLICIT, 4)])
def test_a_request_writes_four_breakpoints_at_most_the_latest(
    changes: dict[str, Any], kept: int
) -> None:
    # In the implicit mode one of the four is at the end.
    parts = [LONG + "|", *(f"Rose number {number}.|" for number in range(5)), "Roses?"]

    def read(length: int) -> int:
        """What is read by a request that has the first `length` texts and then another end."""
        mock = Mock()
        cached(mock, "responses", *parts, **changes)
        return cached(mock, "responses", *parts[:length], "Tulips?", **changes)[0]

    found = [read(length) for length in range(1, 7)]
    assert [number > 0 for number in found] == [length > 6 - kept for length in range(1, 7)]
    assert len(set(found)) == kept + 1


TOOL = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}
FORMAT = {"type": "json_schema", "name": "f", "schema": {"type": "object", "properties": {}}}


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "gpt-6-sol"},
        {"tools": [TOOL]},
        {"text": {"format": FORMAT}},
        {"text": {"verbosity": "low"}},
        {"reasoning": {"effort": "none"}},
        {"service_tier": "flex"},
        {"prompt_cache_key": "another"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_setting_misses_the_cache(mock: Mock, changes: dict[str, Any]) -> None:
    cached(mock, "responses", LONG, "Roses?")
    read, written, whole = cached(mock, "responses", LONG, "Roses?", **changes)
    assert (read, written) == (0, whole - 3)
    assert cached(mock, "responses", LONG, "Roses?", **changes)[0] == written


def test_what_changes_no_prompt_does_not_miss(mock: Mock) -> None:
    _, written, _ = cached(mock, "responses", LONG, "Roses?")
    more = {"max_output_tokens": 500, "metadata": {"a": "b"}, "model": LUNA}
    assert cached(mock, "responses", LONG, "Roses?", **more)[0] == written


def test_a_conversation_that_goes_on_by_id_reads_what_came_before(mock: Mock) -> None:
    first = told(hello(mock, "responses", input=LONG))
    written = first["usage"]["input_tokens_details"]["cache_write_tokens"]
    more = told(hello(mock, "responses", input="And?", previous_response_id=first["id"]))
    assert more["usage"]["input_tokens_details"]["cached_tokens"] == written > 1024


@APIS
def test_a_breakpoint_is_what_the_sdk_says(mock: Mock, api: str) -> None:
    part = {"type": "text" if api == "chat" else "input_text", "text": "Hi"}
    name = "messages" if api == "chat" else "input"
    odd_ones: tuple[tuple[Any, str], ...] = (
        ({"mode": "implicit"}, "invalid_value"),
        ("here", "invalid_type"),
        ({}, "missing_required_parameter"),
        ({"mode": "explicit", "ttl": "1h"}, "invalid_value"),
    )
    for odd, code in odd_ones:
        content = [{**part, "prompt_cache_breakpoint": odd}]
        reply = hello(mock, api, **{name: [{"role": "user", "content": content}]})
        assert reply.status == 400 and code.encode() in reply.body
