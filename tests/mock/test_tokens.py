"""Tokens: a prompt and a reply cost what recorded exchanges with the real API cost.

689 of 727 recorded text-only prompts are exactly the o200k tokens of their texts, 4 for each
message, and 2 more, or 3 with a model that does not reason.
"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from helpers.mock.generation import tokens
from helpers.mock.state import Mock
from tests.mock.asking import COUNT, LUNA, ask, hello, told

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "A city, not a country."}},
    "required": ["city"],
    "additionalProperties": False,
}
FUNCTION = {"name": "weather", "description": "Tell the weather.", "parameters": SCHEMA}


def cost(mock: Mock, **changes: Any) -> int:
    """Return the tokens of a chat's prompt, by default of `Say hello.`."""
    number: int = told(hello(mock, "chat", **changes))["usage"]["prompt_tokens"]
    return number


def test_texts_are_counted_by_o200k() -> None:
    texts = {"": 0, "hello world": 2, "Say hello.": 3, "机器学习是人工智能": 5, "😀": 1}
    assert {text: tokens.count(text) for text in texts} == texts


def test_the_pieces_of_a_text_join_to_it() -> None:
    for text in ("", "Hello, world", "机器学习是人工智能", "a_b\n\n  c 12345 😀é", "👩‍👩‍👧 🏳️‍🌈 𝒳"):
        pieces = tokens.split(text)
        assert "".join(pieces) == text and all(pieces)


def test_a_run_of_one_letter_is_counted_without_end(mock: Mock) -> None:
    # The encoder's time grows with the square of such a run: this one would take minutes.
    start = time.monotonic()
    assert 10_000 < tokens.count("a" * 100_000) < 30_000
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_prompt_costs_its_text_its_message_and_two_or_three_more(mock: Mock, api: str) -> None:
    numbers = {LUNA: 9, "gpt-5.4-mini": 9, "o3": 9, "gpt-4o": 10, "gpt-4.1-mini": 10}
    name = "prompt_tokens" if api == "chat" else "input_tokens"
    for model, number in numbers.items():
        assert told(hello(mock, api, model=model))["usage"][name] == number


def test_each_message_costs_four_more(mock: Mock) -> None:
    turn = [{"role": role, "content": "hello world"} for role in ("user", "assistant")]
    rule = {"role": "system", "content": "Say hello."}
    assert cost(mock, messages=[rule, *turn, turn[0]]) == 2 + (4 + 3) + 3 * (4 + 2)


def test_the_calls_in_a_conversation_cost_their_names_and_arguments(mock: Mock) -> None:
    called = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    turns = [
        {"role": "user", "content": "hello world"},
        {"role": "assistant", "tool_calls": [called]},
        {"role": "tool", "tool_call_id": "c", "content": "hello world"},
    ]
    assert cost(mock, messages=turns) == 2 + (4 + 2) + (4 + tokens.count("f{}")) + (4 + 2)


def compact(value: Any) -> int:
    return tokens.count(json.dumps(value, separators=(",", ":")))


def test_a_schema_costs_its_json(mock: Mock) -> None:
    form = {"name": "place", "strict": True, "schema": SCHEMA}
    wrapped = {"type": "json_schema", "json_schema": form}
    assert cost(mock, response_format=wrapped) == 9 + compact(SCHEMA)
    asked = {"input": "Say hello.", "text": {"format": {"type": "json_schema", **form}}}
    counted = told(ask(mock, COUNT, asked))["input_tokens"]
    assert counted == 9 + round(0.91 * compact(SCHEMA))


def test_functions_cost_as_measured(mock: Mock) -> None:
    tool = {"type": "function", "function": FUNCTION}
    charged = cost(mock, tools=[tool], reasoning_effort="none")
    assert charged == 9 + round(0.63 * compact([tool]) + 82)
    flat = {"type": "function", **FUNCTION}
    counted = told(ask(mock, COUNT, {"input": "Say hello.", "tools": [flat]}))["input_tokens"]
    assert counted == 9 + round(0.7 * compact([flat]))


@pytest.mark.parametrize(
    ("api", "model", "effort", "more"),
    [
        ("chat", LUNA, "none", 3),
        ("chat", LUNA, "high", 9),
        ("chat", "gpt-4o", None, 0),
        ("responses", LUNA, "none", 4),
        ("responses", LUNA, "high", 6),
        ("responses", "gpt-4o", None, 0),
    ],
)
def test_a_reply_costs_its_text_its_reasoning_and_a_fixed_part(
    mock: Mock, api: str, model: str, effort: str | None, more: int
) -> None:
    asked = {"reasoning_effort": effort} if api == "chat" else {"reasoning": {"effort": effort}}
    usage = told(hello(mock, api, model=model, **asked))["usage"]
    said = "completion_tokens" if api == "chat" else "output_tokens"
    thought = usage[f"{said}_details"]["reasoning_tokens"]
    assert (thought > 0) == (effort == "high")
    assert usage[said] == 9 + thought + more


def test_a_call_costs_its_name_and_arguments(mock: Mock) -> None:
    asked = {"tools": [{"type": "function", **FUNCTION}], "tool_choice": "required"}
    response = told(hello(mock, "responses", **asked, reasoning={"effort": "none"}))
    call = response["output"][-1]
    assert response["usage"]["output_tokens"] == 4 + tokens.count(call["name"] + call["arguments"])
