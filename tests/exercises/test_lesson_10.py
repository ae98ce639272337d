"""Answers to lesson 10's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage

from helpers import exercises
from helpers.models import DEFAULT
from tests.exercises.cases import Case, EachExercise

TEXT = {"type": "string"}
FIELDS = {"email": TEXT, "only_open": {"type": "boolean"}}


def listing(**changed: Any) -> dict[str, Any]:
    """The description that 10.1 asks for, with a fault."""
    fields = changed.pop("fields", FIELDS)
    whole: Any = {"type": "object", "properties": fields, "required": list(fields)}
    parameters = {**whole, "additionalProperties": False, **changed.pop("parameters", {})}
    told = {"type": "function", "name": "list_orders", "description": "List orders."}
    return {**told, "parameters": parameters, "strict": True, **changed}


def wrap_up(client: Any, items: Any, tools: Any, **more: Any) -> Any:
    asked = {"input": items, "tools": tools, "tool_choice": "none", "store": False, **more}
    asked = {"instructions": "Be brief.", **asked}
    return client.responses.create(model=DEFAULT, **asked).output_text


def double(number: int) -> int:
    """Double a number."""
    return 2 * number


def talk(
    name: str = "double", output: str = "10", call: str = "call_1", arguments: str = "{}"
) -> list[Any]:
    """A talk in which a tool was called."""
    told = {"name": name, "arguments": arguments}
    called: Any = {"type": "function_call", "call_id": "call_1", **told}
    answered = {"type": "function_call_output", "call_id": call, "output": output}
    content = [{"type": "output_text", "text": "10", "annotations": []}]
    said: Any = {"type": "message", "id": "msg_1", "role": "assistant", "content": content}
    return [
        {"role": "user", "content": "Double 5."},
        ResponseFunctionToolCall.construct(**called),
        answered,
        ResponseOutputMessage.construct(**said),
    ]


CASES = {
    "10.1": Case((), [listing()], [
        (listing(function={}), "Chat Completions' form"), (listing(type="x"), "its type is"),
        (listing(name="f"), "the function's name"), (listing(strict=False), "not strict yet"),
        (listing(fields={"email": TEXT}), "only_open is missing"),
        (listing(fields={"email": TEXT, "only_open": TEXT}), """'string', and not "boolean"."""),
        (listing(fields={"email": TEXT, "only_open": {"type": "bool"}}), "type of Python"),
        (listing(fields={"email": {"type": str}, "only_open": {"type": "boolean"}}), '"string".'),
        (listing(fields={**FIELDS, "email": {}}), 'email has the type None, and not "string".'),
        (listing(fields={**FIELDS, "day": TEXT}), "no argument day"),
        (listing(parameters={"additionalProperties": True}), "'additionalProperties' is required"),
        (listing(parameters={"required": ["email"]}), "'required' is required"),
        (listing(description=" "), "say in `description`"),
        (listing(description="x"), "say in `description`"), ({**listing(), "parameters": 5}, "✗"),
        ({"type": "function", "name": "list_orders", "strict": True}, "'parameters' is missing"),
    ]),
    "10.2": Case((), [wrap_up], [
        (lambda *given: wrap_up(*given, store=True), "store=False"),
        (lambda *given: wrap_up(*given, instructions=None), "instructions=RULES"),
        (lambda *given: wrap_up(*given, tool_choice="auto"), "may still call something"),
        (lambda client, items, tools: wrap_up(client, items, []), "send the same tools"),
        (lambda client, items, tools: wrap_up(client, items[:1], tools), "as they are"),
        (lambda *given: "Sorry.", "it sent 0 requests"),
        (lambda *given: wrap_up(*given) and wrap_up(*given), "it sent 2 requests"),
        (lambda *given: wrap_up(*given) + "!", "in output_text"),
        (lambda client, items, tools: str(client.chat.completions.create(
            model=DEFAULT, messages=[], tools=[])), "ask with client.responses.create"),
    ]),
    "10.3": Case((double,), [talk()], [
        (talk()[:1], "run ask_tools(own_talk, [double])"),
        (talk("triple"), "has not called double"),
        (talk()[:2], "has no output"), (talk(call="call_2"), "has no output"),
        (talk(arguments='{"number": "(Offline mock)"}'), "in quotation marks"),
        (talk(output="Error: no"), "double failed. Its output is: Error: no"),
        (talk()[:3], "does not end with an answer"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES


def test_a_tool_of_ones_own_must_say_what_a_model_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def untold(number: int) -> int:
        return number

    def untyped(number) -> int:  # type: ignore[no-untyped-def]
        """Double a number."""
        return int(number)

    def unknown(number: Callable[[], int]) -> int:
        """Double a number."""
        return 5

    def loose(number: dict[str, int]) -> int:
        """Double a number."""
        return 5

    async def later(number: int) -> int:
        """Double a number."""
        return 5

    wrong: list[tuple[Any, str]] = [
        (later, "without async"),
        (5, "is no function"), (untold, "no docstring"), (untyped, "which type number has"),
        (loose, "additionalProperties"),
        (unknown, "Pydantic cannot describe it"),
    ]  # fmt: skip
    for tool, why in wrong:
        exercises.check("10.3", talk(), tool)
        said = " ".join(capsys.readouterr().out.split())
        assert said.startswith("Exercise 10.3: ✗ ") and why in said, said
