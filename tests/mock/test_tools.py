"""Functions: which are called, how calls are told and answered, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.mock.generation.replies import Replies
from helpers.mock.http import Reply
from helpers.mock.state import Mock
from tests.mock.asking import error, events, hello, told

WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
OSLO, ROME = '{"city": "Oslo"}', '{"city": "Rome"}'
ROWS = [
    {"prompt": "Say hello.", "reply": "Hello!"},
    {"prompt": "Oslo?", "tool_calls": [{"name": "weather", "arguments": OSLO}]},
    {
        "prompt": "Both?",
        "tool_calls": [
            {"name": "weather", "arguments": OSLO},
            {"name": "tides", "arguments": {"city": "Rome"}},
        ],
    },
]
APIS = ["chat", "responses"]
BOTH = pytest.mark.parametrize("api", APIS)
Calls = list[tuple[str, Any]]


@pytest.fixture
def mock() -> Mock:
    return Mock(Replies.from_rows({"x": ROWS}))


def ask(mock: Mock, api: str, prompt: str = "", choice: Any = None, **more: Any) -> Reply:
    """Ask with two functions offered. `choice` is a tool_choice as Responses have it."""
    functions = [{"name": name, "parameters": WEATHER} for name in ("weather", "tides")]
    asked: dict[str, Any] = {"input": prompt}
    tools: list[Any] = [{"type": "function", **one} for one in functions]
    if api == "chat":
        asked = {"messages": [{"role": "user", "content": prompt}], "reasoning_effort": "none"}
        tools = [{"type": "function", "function": one} for one in functions]
        choice = _in_chat(choice)
    return hello(mock, api, **asked | {"tools": tools, "tool_choice": choice} | more)


def _in_chat(choice: Any) -> Any:
    """Return a tool_choice of the Responses API as chat has it."""
    if choice is None or isinstance(choice, str):
        return choice
    if "tools" in choice:
        allowed = {"mode": choice["mode"], "tools": [_in_chat(tool) for tool in choice["tools"]]}
        return {"type": "allowed_tools", "allowed_tools": allowed}
    return {"type": "function", "function": {"name": choice["name"]}}


def calls(reply: Reply) -> Calls:
    """Return the calls in a reply: name and arguments of each."""
    body = told(reply)
    if "output" in body:
        found = [item for item in body["output"] if item["type"] == "function_call"]
    else:
        made = body["choices"][0]["message"].get("tool_calls", [])
        found = [call["function"] for call in made]
    return [(call["name"], json.loads(call["arguments"])) for call in found]


MOCKED: Calls = [("weather", {"city": "(Offline mock)"})]
TIDES = {"type": "function", "name": "tides"}


# Which function is called


@BOTH
def test_a_function_that_is_offered_is_called_with_arguments_of_its_schema(
    mock: Mock, api: str
) -> None:
    assert calls(ask(mock, api, "Rain in Oslo?")) == [("weather", {"city": "Oslo"})]


@BOTH
def test_tool_choice_is_obeyed_whatever_reply_is_written(mock: Mock, api: str) -> None:
    tides = [("tides", {"city": "(Offline mock)"})]
    may, must = (
        {"type": "allowed_tools", "mode": mode, "tools": [TIDES]} for mode in ("auto", "required")
    )
    expected: list[tuple[str, Any, Calls]] = [
        ("Say hello.", "auto", []),
        ("Say hello.", "required", MOCKED),
        ("Say hello.", TIDES, tides),
        ("Say hello.", may, []),
        ("Say hello.", must, tides),
        ("Oslo?", None, [("weather", {"city": "Oslo"})]),
        ("Oslo?", "none", []),
        ("Oslo?", TIDES, tides),
        # Nothing that may be called is pointed to.
        ("Oslo?", may, []),
    ]
    for prompt, choice, called in expected:
        assert calls(ask(mock, api, prompt, choice)) == called, (prompt, choice)


@BOTH
def test_a_word_that_all_functions_have_in_their_names_points_to_none(mock: Mock, api: str) -> None:
    schema = {**WEATHER, "properties": {"number": {"type": "string"}}, "required": ["number"]}
    functions = [
        {"name": name, "parameters": schema} for name in ("find_order", "list_orders", "drop_order")
    ]
    tools: list[Any] = [{"type": "function", **one} for one in functions]
    if api == "chat":
        tools = [{"type": "function", "function": one} for one in functions]
    number = {"number": "B-1"}
    for prompt, name in (("Where is order B-1?", "find_order"), ("Drop B-1.", "drop_order")):
        assert calls(ask(mock, api, prompt, tools=tools)) == [(name, number)]


@BOTH
def test_one_call_at_a_time_if_parallel_calls_are_off(mock: Mock, api: str) -> None:
    both = [("weather", {"city": "Oslo"}), ("tides", {"city": "Rome"})]
    assert calls(ask(mock, api, "Both?")) == both
    assert calls(ask(mock, api, "Both?", parallel_tool_calls=False)) == both[:1]


def test_half_a_call_is_none(mock: Mock) -> None:
    cut = ask(mock, "chat", "Oslo?", max_completion_tokens=5)
    assert calls(cut) == [] and told(cut)["choices"][0]["finish_reason"] == "length"


def test_a_choice_of_what_is_not_offered_is_refused(mock: Mock) -> None:
    moon = {"type": "function", "name": "moon"}
    for choice in (moon, {"type": "allowed_tools", "mode": "auto", "tools": [moon]}):
        found = error(ask(mock, "responses", "Rain?", choice))
        assert found["message"] == "Tool choice 'function' not found in 'tools' parameter."
        assert "no function named 'moon'" in error(ask(mock, "chat", "Rain?", choice))["message"]


@BOTH
def test_odd_tools_in_a_choice_are_refused(mock: Mock, api: str) -> None:
    for odd in ("x", {"function": "x"}, {"type": "function", "name": {}}):
        choice: Any = {"type": "allowed_tools", "mode": "auto", "tools": [odd]}
        if api == "chat":
            choice = {"type": "allowed_tools", "allowed_tools": choice}
        assert ask(mock, api, "Rain?", tool_choice=choice).status == 400


# How calls are told


def test_a_call_in_chat_has_the_apis_form(mock: Mock) -> None:
    choice = told(ask(mock, "chat", "Oslo?"))["choices"][0]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", None)
    (call,) = choice["message"]["tool_calls"]
    assert (set(call), call["type"]) == ({"id", "type", "function"}, "function")
    assert call["function"] == {"name": "weather", "arguments": OSLO}


def test_a_call_in_responses_is_an_item(mock: Mock) -> None:
    body = told(ask(mock, "responses", "Oslo?"))
    call = body["output"][-1]
    assert set(call) == {"id", "type", "status", "arguments", "call_id", "name"}
    assert (call["type"], call["status"]) == ("function_call", "completed")
    assert body["status"] == "completed"


def chunks(mock: Mock, prompt: str) -> list[Any]:
    found = events(ask(mock, "chat", prompt, stream=True))
    return [chunk["choices"][0] for chunk in found]


def test_a_single_streamed_call_begins_in_the_first_chunk(mock: Mock) -> None:
    first, *rest, last = chunks(mock, "Oslo?")
    (begun,) = first["delta"].pop("tool_calls")
    assert first["delta"] == {"role": "assistant", "content": None, "refusal": None}
    assert begun.pop("id").startswith("call_")
    named = {"name": "weather", "arguments": ""}
    assert begun == {"index": 0, "type": "function", "function": named}
    pieces = [chunk["delta"]["tool_calls"][0] for chunk in rest]
    assert {piece["index"] for piece in pieces} == {0} and len(pieces) > 2
    assert all(set(piece) == {"index", "function"} for piece in pieces)
    assert "".join(piece["function"]["arguments"] for piece in pieces) == OSLO
    assert (last["delta"], last["finish_reason"]) == ({}, "tool_calls")


def test_several_streamed_calls_begin_one_after_another(mock: Mock) -> None:
    first, *rest, _ = chunks(mock, "Both?")
    assert "tool_calls" not in first["delta"]
    pieces = [chunk["delta"]["tool_calls"][0] for chunk in rest]
    begun = [(piece["index"], piece["function"]["name"]) for piece in pieces if "id" in piece]
    assert begun == [(0, "weather"), (1, "tides")]
    told_so = ["", ""]
    for piece in pieces:
        told_so[piece["index"]] += piece["function"]["arguments"]
    assert told_so == [OSLO, ROME]


def test_a_function_asked_for_in_the_old_way_is_called_in_the_old_way(mock: Mock) -> None:
    asked: dict[str, Any] = {
        "messages": [{"role": "user", "content": "Rain in Oslo?"}],
        "functions": [{"name": "weather", "parameters": WEATHER}],
        "function_call": {"name": "weather"},
    }
    choice = told(hello(mock, "chat", **asked))["choices"][0]
    assert choice["finish_reason"] == "function_call"
    called = {"name": "weather", "arguments": '{"city": "Oslo"}'}
    assert choice["message"]["function_call"] == called
    streamed = events(hello(mock, "chat", **asked, stream=True))
    deltas = [chunk["choices"][0]["delta"].get("function_call") for chunk in streamed]
    assert "".join(delta["arguments"] for delta in deltas if delta) == called["arguments"]


def test_a_response_shows_its_tools_in_strict_form_where_they_have_one(mock: Mock) -> None:
    def shown(parameters: Any, **strict: bool) -> Any:
        tool = {"type": "function", "name": "f", "parameters": parameters, **strict}
        (found,) = told(hello(mock, "responses", tools=[tool]))["tools"]
        return found["strict"], found["parameters"]

    every = {name: part for name, part in WEATHER.items() if name != "additionalProperties"}
    some = {**every, "required": []}
    assert shown(every) == (True, WEATHER)
    assert shown(some) == (False, some)
    assert shown(every, strict=False) == (False, every)


# How calls are answered


def test_the_answer_to_a_call_is_read_in_chat(mock: Mock) -> None:
    message = told(ask(mock, "chat", "Both?"))["choices"][0]["message"]
    first, second = message["tool_calls"]
    answers = [
        {"role": "tool", "tool_call_id": call["id"], "content": text}
        for call, text in ((second, "high"), (first, [{"type": "text", "text": "sunny"}]))
    ]
    asked = {"role": "user", "content": "Both?"}
    reply = ask(mock, "chat", messages=[asked, message, *answers])
    assert "“sunny”" in told(reply)["choices"][0]["message"]["content"]


def test_the_answer_to_a_call_is_read_in_responses(mock: Mock) -> None:
    first = told(ask(mock, "responses", "Oslo?"))
    answer = {"type": "function_call_output", "call_id": first["output"][-1]["call_id"]}
    asked = {"role": "user", "content": "Oslo?"}
    for output in ("sunny", [{"type": "input_text", "text": "sunny"}]):
        told_so = {**answer, "output": output}
        for more in (
            {"input": [told_so], "previous_response_id": first["id"]},
            {"input": [asked, *first["output"], told_so]},
        ):
            reply = told(hello(mock, "responses", **more))
            assert "“sunny”" in reply["output"][-1]["content"][0]["text"]


@BOTH
def test_a_pattern_says_what_a_model_makes_of_a_tools_output(api: str) -> None:
    row = {"like": [{"tool": "sky {sky}"}], "reply": "It is {sky}."}
    mock = Mock(Replies.from_rows({"x": [*ROWS, row]}))
    first = told(ask(mock, api, "Rain in Oslo?"))
    asked, output = {"role": "user", "content": "Rain in Oslo?"}, '{"sky": "grey"}'
    if api == "chat":
        message = first["choices"][0]["message"]
        id = message["tool_calls"][0]["id"]
        answer = {"role": "tool", "tool_call_id": id, "content": output}
        reply = told(ask(mock, api, messages=[asked, message, answer]))
        assert reply["choices"][0]["message"]["content"] == "It is grey."
    else:
        answer = {"type": "function_call_output", "call_id": first["output"][-1]["call_id"]}
        items = [asked, *first["output"], {**answer, "output": output}]
        reply = told(ask(mock, api, input=items))
        assert reply["output"][-1]["content"][0]["text"] == "It is grey."


def test_an_answer_belongs_to_one_call_in_chat(mock: Mock) -> None:
    asked = {"role": "user", "content": "Oslo?"}
    message = told(ask(mock, "chat", "Oslo?"))["choices"][0]["message"]
    answer = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "sunny"}
    other = {**answer, "tool_call_id": "call_of_nobody"}
    for messages in (
        [asked, message, other],
        [asked, message, answer, answer],
        [asked, message, asked, answer],
        [asked, message],
    ):
        reply = ask(mock, "chat", messages=messages)
        assert reply.status == 400 and "tool_call" in error(reply)["message"]


def test_an_answer_belongs_to_one_call_in_responses(mock: Mock) -> None:
    first = told(ask(mock, "responses", "Oslo?"))
    other = {"type": "function_call_output", "call_id": "call_of_nobody", "output": "sunny"}
    before = {"previous_response_id": first["id"]}
    for items in ([other], [{"role": "user", "content": "And?"}]):
        found = error(hello(mock, "responses", input=items, **before))
        assert found["param"] == "input" and found["message"].startswith("No tool ")


# Which models take functions in chat


@pytest.mark.parametrize(
    ("model", "effort", "status"),
    [
        ("gpt-6-luna", None, 400),
        ("gpt-6-luna", "low", 400),
        ("gpt-6-luna", "none", 200),
        ("gpt-6.1-terra", "none", 400),
        ("gpt-5.4-mini", None, 200),
        ("gpt-4o", None, 200),
    ],
)
def test_reasoning_models_take_functions_in_chat_as_their_guide_says(
    mock: Mock, model: str, effort: str | None, status: int
) -> None:
    reply = ask(mock, "chat", "Rain in Oslo?", model=model, reasoning_effort=effort)
    assert reply.status == status
    if status == 400:
        found = error(reply)
        assert found["param"] == "reasoning_effort"
        assert f"not supported for {model} in /v1/chat/completions" in found["message"]
