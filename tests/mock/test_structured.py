"""JSON from the mock: JSON mode, schemas that strict mode takes and refuses, and instances."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any, Literal

import jsonschema
import openai
import pydantic
import pytest
from openai import DefaultHttpx2Client, OpenAI

from helpers.mock.errors import MOCK_ERROR
from helpers.mock.generation import filling, structured
from helpers.mock.generation.replies import Replies
from helpers.mock.http import Reply
from helpers.mock.state import Mock
from helpers.mock.transport import transport
from tests.mock.asking import LUNA, error, hello, told


class Kind(Enum):
    FOOD = "food"
    TRAVEL = "travel"


class Item(pydantic.BaseModel):
    name: str
    price: float = pydantic.Field(gt=0)
    kinds: list[Kind]


class Receipt(pydantic.BaseModel):
    shop: str
    tip: float | None
    currency: Literal["EUR", "USD"]
    items: list[Item]


ROMA: dict[str, Any] = {"shop": "Roma", "tip": None, "currency": "EUR", "items": []}
ROWS = [
    {"prompt": "Lunch", "reply": ROMA},
    {"prompt": "Broken", "reply": {"shop": "Roma"}},
    {"prompt": "No.", "refusal": "I can't do that."},
    {"prompt": "Filtered", "reply": ROMA, "ends": "content_filter"},
]


@pytest.fixture
def mock() -> Mock:
    return Mock(Replies.from_rows({"x": ROWS}))


def chat(client: OpenAI, text: str, **more: Any) -> Any:
    """Have a chat parsed; return its message."""
    return (
        client.chat.completions.parse(
            model=LUNA,
            messages=[{"role": "user", "content": text}],
            response_format=Receipt,
            **more,
        )
        .choices[0]
        .message
    )


def respond(client: OpenAI, text: str, **more: Any) -> Any:
    return client.responses.parse(model=LUNA, input=text, text_format=Receipt, **more)


# Replies that are parsed


def test_a_written_reply_is_parsed_in_both_apis(client: OpenAI) -> None:
    wanted = Receipt.model_validate(ROMA)
    assert chat(client, "Lunch").parsed == wanted
    assert respond(client, "Lunch").output_parsed == wanted


def test_an_unwritten_prompt_gets_an_instance_of_the_schema_in_both_apis(client: OpenAI) -> None:
    for receipt in (chat(client, "Dinner").parsed, respond(client, "Dinner").output_parsed):
        assert receipt.shop == "(Offline mock)" and receipt.items[0].kinds == [Kind.FOOD]


def test_a_streamed_instance_adds_up(client: OpenAI) -> None:
    asked: Any = {"model": LUNA, "messages": [{"role": "user", "content": "Dinner"}]}
    with client.chat.completions.stream(**asked, response_format=Receipt) as stream:
        streamed = stream.get_final_completion().choices[0].message.parsed
    assert streamed == chat(client, "Dinner").parsed
    with client.responses.stream(model=LUNA, input="Dinner", text_format=Receipt) as found:
        assert found.get_final_response().output_parsed == streamed


def test_a_refusal_is_no_exception_in_either_api(client: OpenAI) -> None:
    message = chat(client, "No.")
    assert (message.parsed, message.refusal) == (None, "I can't do that.")
    response = respond(client, "No.")
    assert (response.output_parsed, response.output_text) == (None, "")


def test_a_cut_reply_raises_differently_in_the_two_apis(client: OpenAI) -> None:
    with pytest.raises(openai.LengthFinishReasonError):
        chat(client, "Lunch", max_completion_tokens=70)
    with pytest.raises(pydantic.ValidationError):
        respond(client, "Lunch", max_output_tokens=75)


def test_a_filtered_reply_raises_in_chat(client: OpenAI) -> None:
    with pytest.raises(openai.ContentFilterFinishReasonError):
        chat(client, "Filtered")


def test_a_written_reply_that_does_not_fit_is_an_error_under_test(mock: Mock) -> None:
    mock.strict = True
    door = DefaultHttpx2Client(transport=transport(mock))
    with (
        OpenAI(
            api_key="sk-proj-FAKE-of-tests", base_url="http://mock/v1", http_client=door
        ) as tested,
        pytest.raises(openai.BadRequestError) as caught,
    ):
        chat(tested, "Broken")
    assert caught.value.code == "mock_reply_does_not_fit"


def test_a_learner_who_changes_the_schema_gets_an_instance_of_theirs(client: OpenAI) -> None:
    receipt = chat(client, "Broken").parsed
    assert (receipt.shop, receipt.tip, receipt.items[0].name) == ("Roma", None, "(Offline mock)")


# JSON mode

MODE = {"type": "json_object"}


def test_json_mode_gives_json_in_both_apis(mock: Mock) -> None:
    for text in ("Give me JSON", "give me json"):
        messages = [{"role": "user", "content": text}]
        chatted = told(hello(mock, "chat", messages=messages, response_format=MODE))
        response = told(hello(mock, "responses", input=text, text={"format": MODE}))
        for said in (
            chatted["choices"][0]["message"]["content"],
            response["output"][-1]["content"][0]["text"],
        ):
            assert f"“{text}”" in json.loads(said)["offline_mock"]


def test_json_mode_needs_the_word_in_the_words_of_each_api(mock: Mock) -> None:
    found = error(hello(mock, "chat", response_format=MODE))
    assert found["param"] == "messages"
    assert found["message"] == (
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
        "'json_object'."
    )
    found = error(hello(mock, "responses", text={"format": MODE}))
    assert found["message"] == (
        "Response input messages must contain the word 'json' in some form to use 'text.format' "
        "of type 'json_object'."
    )
    rule = {"role": "developer", "content": "Answer in JSON."}
    asked = [rule, {"role": "user", "content": "A list"}]
    assert hello(mock, "chat", messages=asked, response_format=MODE).status == 200


# Schemas: what is taken, what is refused, and where

OPEN = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
CLOSED = OPEN | {"additionalProperties": False}


def holding(part: Any) -> dict[str, Any]:
    """A schema that strict mode takes, if it takes the schema of its one property."""
    return CLOSED | {"properties": {"a": part}}


def nested(levels: int) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        part = {"type": "array", "items": part}
    return holding(part)


def sent(mock: Mock, place: str, schema: Any, strict: bool = True) -> Reply:
    """Send a schema in one of the places that a schema may have."""
    function = {"name": "thing", "strict": strict, "parameters": schema}
    form = {"name": "thing", "strict": strict, "schema": schema}
    if place == "response_format":
        return hello(mock, "chat", response_format={"type": "json_schema", "json_schema": form})
    if place == "text.format.schema":
        return hello(mock, "responses", text={"format": {"type": "json_schema", **form}})
    if place == "tools[0].parameters":
        tools: list[Any] = [{"type": "function", **function}]
        return hello(mock, "responses", tools=tools, tool_choice="required")
    tools = [{"type": "function", "function": function}]
    return hello(mock, "chat", tools=tools, tool_choice="required", reasoning_effort="none")


CODES = {
    "response_format": None,
    "text.format.schema": "invalid_json_schema",
    "tools[0].parameters": "invalid_function_parameters",
    "tools[0].function.parameters": "invalid_function_parameters",
}
EVERYWHERE = pytest.mark.parametrize("place", CODES)


@EVERYWHERE
def test_strict_mode_takes_what_clients_send(mock: Mock, place: str) -> None:
    # `default` since early 2026; `$schema` and `nullable` stand in what JavaScript's clients send.
    for schema in (
        CLOSED | {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Thing"},
        holding({"type": "string", "default": "x", "description": "A thing."}),
        holding({"type": "string", "nullable": True}),
        holding({"anyOf": [{"$ref": "#/$defs/b"}, {"type": "null"}]})
        | {"$defs": {"b": {"enum": ["x"]}}},
        holding({"type": ["integer", "null"], "minimum": 0, "multipleOf": 5}),
        *(holding({"type": "string", "format": name}) for name in structured.FORMATS),
        {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    ):
        assert sent(mock, place, schema).status == 200, schema
    assert len(structured.FORMATS) == 9


REFUSED = [
    (OPEN, "In context=(), 'additionalProperties' is required to be supplied and to be false."),
    (
        CLOSED | {"additionalProperties": True},
        "In context=(), 'additionalProperties' is required to be supplied and to be false.",
    ),
    (
        CLOSED | {"required": []},
        "In context=(), 'required' is required to be supplied and to be an array including every "
        "key in properties. Missing 'a'.",
    ),
    (
        holding(OPEN),
        "In context=('properties', 'a'), 'additionalProperties' is required to be supplied and to "
        "be false.",
    ),
    (
        holding({"type": "string", "format": "uri"}),
        "In context=('properties', 'a'), 'uri' is not a valid format.",
    ),
    (
        holding({"type": "string", "minLength": 3}),
        "In context=('properties', 'a'), 'minLength' is not permitted.",
    ),
    (
        holding({"anyOf": [{"type": "array"}]}),
        "In context=('properties', 'a', 'anyOf', '0'), array schema missing items.",
    ),
    (holding({"type": "strin"}), "'strin' is not valid under any of the given schemas"),
    (
        holding({"$ref": "#/$defs/nowhere"}),
        "In context=('properties', 'a'), reference to component '#/$defs/nowhere' which was not "
        "found in the schema.",
    ),
    (
        {"type": "array", "items": {"type": "string"}},
        "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.",
    ),
]


@EVERYWHERE
def test_strict_mode_refuses_a_schema_in_the_apis_words(mock: Mock, place: str) -> None:
    what = "function" if "tools" in place else "response_format"
    for schema, words in REFUSED:
        reply = sent(mock, place, schema)
        assert (reply.status, error(reply)) == (
            400,
            {
                "message": f"Invalid schema for {what} 'thing': {words}",
                "type": "invalid_request_error",
                "param": place,
                "code": CODES[place],
            },
        )


@EVERYWHERE
def test_without_strict_a_schema_may_be_open_and_use_every_keyword(mock: Mock, place: str) -> None:
    for schema in (OPEN, CLOSED | {"required": []}, holding({"type": "string", "minLength": 3})):
        assert sent(mock, place, schema, strict=False).status == 200


def test_without_strict_a_function_still_takes_an_object_and_names_its_items(mock: Mock) -> None:
    for place in ("tools[0].parameters", "tools[0].function.parameters"):
        for schema in ({"type": "array", "items": {}}, holding({"type": "array"})):
            reply = sent(mock, place, schema, strict=False)
            assert error(reply)["code"] == "invalid_function_parameters"


def test_no_schema_breaks_the_mock_and_strict_mode_refuses_the_odd_ones(mock: Mock) -> None:
    for schema in (
        True,
        holding(5),
        {"type": "object", "properties": {"a": "x"}},
        holding(True),
        holding({"type": "array", "items": False}),
        holding({"enum": []}),
        holding({"anyOf": []}),
        holding({"$ref": "#"}),
        holding({"$ref": "https://example.com/x.json"}),
        holding({"type": "array", "minItems": 1e9, "items": {"type": "string"}}),
        holding({"type": "integer", "minimum": 5, "maximum": 4}),
        holding({"type": "string", "pattern": "("}),
        {"$ref": "#"},
        CLOSED | {"$ref": "#"},
        nested(600),
    ):
        for place in ("response_format", "text.format.schema", "tools[0].function.parameters"):
            assert sent(mock, place, schema, strict=True).status == 400, schema
            assert sent(mock, place, schema, strict=False).status in (200, 400), schema


def test_lists_within_lists_are_not_filled_without_end(mock: Mock) -> None:
    part: dict[str, Any] = {"type": "string"}
    for _ in range(6):
        part = {"type": "array", "minItems": 60, "items": part}
    assert error(sent(mock, "response_format", holding(part)))["code"] == "mock_cannot_fill_schema"


def test_a_rule_that_the_mock_does_not_know_is_named_as_its_lack(mock: Mock) -> None:
    found = error(sent(mock, "response_format", holding(True)))
    assert found["type"] == MOCK_ERROR and "true or false" in found["message"]


@EVERYWHERE
def test_a_name_is_of_letters_digits_and_two_signs(mock: Mock, place: str) -> None:
    def named(name: str) -> Reply:
        form = {"type": "json_schema", "name": name, "schema": OPEN}
        function = {"type": "function", "name": name, "parameters": OPEN}
        if place == "response_format":
            wrapped = {"type": "json_schema", "json_schema": {"name": name, "schema": OPEN}}
            return hello(mock, "chat", response_format=wrapped)
        if place == "text.format.schema":
            return hello(mock, "responses", text={"format": form})
        if place == "tools[0].parameters":
            return hello(mock, "responses", tools=[function])
        tool = {"type": "function", "function": {"name": name}}
        return hello(mock, "chat", tools=[tool], reasoning_effort="none")

    at = {"response_format": "response_format.json_schema", "text.format.schema": "text.format"}
    param = at.get(place, place.removesuffix(".parameters")) + ".name"
    assert named("a-Z_9").status == 200
    for name, code in (("a b", "invalid_value"), ("a" * 65, "string_above_max_length")):
        found = error(named(name))
        assert (found["param"], found["code"]) == (param, code)
    assert "matches the pattern '^[a-zA-Z0-9_-]+$'" in error(named("a.b"))["message"]


# Instances


def test_an_instance_satisfies_its_schema() -> None:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    schemas: list[dict[str, Any]] = [
        {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3, "multipleOf": 5}}},
        {"type": "object", "properties": {"n": {"type": "number", "exclusiveMinimum": 0}}},
        {"type": "object", "properties": {"n": {"type": "number", "maximum": -2}}},
        {"type": "object", "properties": {"n": {"type": "integer", "exclusiveMaximum": -2}}},
        *({"type": "string", "format": name} for name in structured.FORMATS),
        {"type": "array", "minItems": 3, "items": {"enum": ["x", "y"]}},
        {"type": "array", "maxItems": 0, "items": {"enum": ["x", "y"]}},
        {"type": ["null", "boolean"]},
        {"anyOf": [{"type": "null"}, {"const": 7}]},
        {
            "$defs": {
                "node": {
                    "type": "object",
                    "properties": {
                        "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                        "all": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                    },
                    "required": ["next", "all"],
                }
            },
            "$ref": "#/$defs/node",
        },
    ]
    for schema in schemas:
        made = json.loads(filling.call_arguments(schema, {}, ())[0])
        jsonschema.validate(made, schema, format_checker=checker)


def test_a_schema_that_the_mock_cannot_fill_is_an_honest_error(mock: Mock) -> None:
    schema = holding({"type": "string", "pattern": "^[0-9]{4}$"})
    found = error(sent(mock, "text.format.schema", schema))
    assert (found["type"], found["code"]) == (MOCK_ERROR, "mock_cannot_fill_schema")


def test_a_response_repeats_the_format_that_was_asked_for(mock: Mock) -> None:
    form = {"type": "json_schema", "name": "thing", "schema": CLOSED}
    shown = told(hello(mock, "responses", text={"format": form}))["text"]["format"]
    assert shown == {**form, "description": None, "strict": False}
