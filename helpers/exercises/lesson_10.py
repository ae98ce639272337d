"""Lesson 10's exercises: functions that a model may call."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, get_type_hints

from helpers.exercises.answers import Exercise, called
from helpers.exercises.listener import listener

# What the mock hands to a function when a question does not say it.
_FILLER = "(Offline mock)"

_PYTHON: dict[str, tuple[object, ...]] = {"string": (str, "str"), "boolean": (bool, "bool")}


def _description(listing: dict[str, Any]) -> str | None:
    if "function" in listing:
        return "that is Chat Completions' form: in Responses, the name stands beside the type."
    if listing.get("type") != "function":
        return 'its type is "function".'
    if listing.get("name") != "list_orders":
        return "its name is the function's name, list_orders."
    if listing.get("strict") is not True:
        return 'it is not strict yet: "strict": True.'
    fields = listing["parameters"]["properties"]
    for name, kind in (("email", "string"), ("only_open", "boolean")):
        if name not in fields:
            return f"the argument {name} is missing."
        given = fields[name].get("type")
        if given in _PYTHON[kind]:
            return f'{name} has the type of Python: JSON Schema calls it "{kind}".'
        if given != kind:
            return f'{name} has the type {given!r}, and not "{kind}".'
    if more := sorted(set(fields) - {"email", "only_open"}):
        return f"the function has no argument {more[0]}."
    if fault := _refused(listing):
        return fault
    if len(str(listing.get("description") or "").split()) < 2:
        return "say in `description` what the function does: by that the model chooses it."
    return None


def _refused(tool: Mapping[str, Any]) -> str | None:
    """Return what the API would say against a tool."""
    from helpers.mock import tools
    from helpers.mock.errors import APIError

    try:
        tools.check_function(tool, "tools[0]", "tools[0].parameters")
    except APIError as fault:
        return str(fault)
    return None


CALL = {"type": "function_call", "call_id": "call_1", "name": "find_order", "arguments": "{}"}
ITEMS: list[dict[str, Any]] = [
    {"role": "user", "content": "Where is order 1042?"},
    CALL,
    {"type": "function_call_output", "call_id": "call_1", "output": "Error"},
]
TOOL = {
    "type": "function",
    "name": "find_order",
    "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
    "strict": True,
}
SAID = "I could not find that order."


def _wrap_up(wrap_up: Any) -> str | None:
    client, asked = listener(lambda path, body: _message(SAID))
    said = called(wrap_up, client, [dict(item) for item in ITEMS], [dict(TOOL)])
    if len(asked) != 1:
        return f"it sent {len(asked)} requests: one is asked for."
    path, body = asked[0]
    if path != "responses":
        return "ask with client.responses.create."
    if body.get("input") != ITEMS:
        return "send the items as they are: the outputs in them are what is known."
    if body.get("tools") != [TOOL]:
        return "send the same tools: with others the request no longer begins as before."
    if body.get("tool_choice") != "none":
        return 'the model may still call something: tool_choice="none" forbids it.'
    if not body.get("instructions"):
        return "send the same rules: instructions=RULES."
    if body.get("store") is not False:
        return "the items hold customers' data: store=False asks OpenAI not to keep them."
    if said != SAID:
        return "return the text, which is in output_text."
    return None


def _message(text: str) -> dict[str, Any]:
    """Return the body of a response with a text."""
    part = {"type": "output_text", "text": text, "annotations": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
    output = [{"type": "reasoning", "id": "rs_1", "summary": []}, {**message, "content": [part]}]
    return {"id": "resp_1", "object": "response", "status": "completed", "output": output}


def _own(own_talk: list[Any], my_tool: Any) -> str | None:
    if fault := _undescribed(my_tool):
        return fault
    items = [item if isinstance(item, dict) else item.to_dict() for item in own_talk]
    name = my_tool.__name__
    if len(items) == 1:
        return f"own_talk has only your question: run ask_tools(own_talk, [{name}])."
    calls = [item for item in items if _is_call(item) and item["name"] == name]
    ids = [item["call_id"] for item in calls]
    if not ids:
        return f"in own_talk, the model has not called {name}: ask what only {name} knows."
    if _FILLER in calls[-1]["arguments"]:
        return (
            f"the mock found no argument for {name} in your question: write it in quotation marks."
        )
    outputs = {item["call_id"]: str(item["output"]) for item in items if "output" in item}
    for id in ids:
        if id not in outputs:
            return f"a call of {name} has no output: ask_tools(own_talk, [{name}]) gives it one."
        if outputs[id].startswith("Error"):
            return f"{name} failed. Its output is: {outputs[id]}"
    if items[-1].get("type") != "message":
        return "own_talk does not end with an answer: let `ask_tools` work on it once more."
    return None


def _is_call(item: Mapping[str, Any]) -> bool:
    return item.get("type") == "function_call"


def _undescribed(tool: Any) -> str | None:
    """Return what a model, or strict mode, lacks in a function."""
    from pydantic import ConfigDict, create_model
    from pydantic.errors import PydanticUserError

    if not inspect.isfunction(tool):
        return "my_tool is no function: hand over the function's name."
    if inspect.iscoroutinefunction(tool):
        return "it is async, and `run` does not wait for it: write def without async."
    for name, parameter in inspect.signature(tool).parameters.items():
        if parameter.annotation is parameter.empty:
            return f"say which type {name} has."
    if not inspect.getdoc(tool):
        return "it has no docstring: by that the model chooses it."
    types = get_type_hints(tool, include_extras=True)
    fields: dict[str, Any] = {name: (kind, ...) for name, kind in types.items() if name != "return"}
    try:
        model = create_model(tool.__name__, __config__=ConfigDict(extra="forbid"), **fields)
        schema = model.model_json_schema()
    except PydanticUserError as error:
        return f"Pydantic cannot describe it: {error.message}"
    return _refused({"name": tool.__name__, "parameters": schema, "strict": True})


EXERCISES = {
    "10.1": Exercise(
        _description,
        (
            "FIND above is the pattern: five keys, and two properties in its schema this time.",
            'email is {"type": "string"}, and only_open is {"type": "boolean"}.',
            'strict mode wants both names in "required", and "additionalProperties": False.',
        ),
        "The model chooses a tool by name and description, and fills in arguments by the schema.",
    ),
    "10.2": Exercise(
        _wrap_up,
        (
            "one call of client.responses.create, whose text you return.",
            "hand on items as input, and tools as tools.",
            "return client.responses.create(…, instructions=RULES, store=False, "
            'tool_choice="none").output_text',
        ),
        "Whoever asked gets an answer from what is known, even if that is only an apology.",
    ),
    "10.3": Exercise(
        _own,
        (
            "write the function first, and call it yourself once.",
            'for example def convert(euros: float, currency: Literal["CHF", "USD"]) -> str, '
            "with a docstring.",
            'own_talk = [{"role": "user", "content": "…"}]; ask_tools(own_talk, [my_tool])',
        ),
        "Any function with types and a docstring is a tool now.",
    ),
}
