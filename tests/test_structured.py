"""JSON from the mock: JSON mode, strict schemas, Pydantic models, tools; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal

import jsonschema
import openai
import pydantic
import pytest
from openai import OpenAI

from helpers.mock.generation import structured
from helpers.mock.generation.replies import Entry, Replies
from helpers.mock.http import Mock
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_KEY


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


REPLIES = Replies(
    by_last={
        "Lunch": Entry(replies=('{"shop": "Roma", "tip": null, "currency": "EUR", "items": []}',)),
        "Broken": Entry(replies=('{"shop": "Roma"}',)),
        "No.": Entry(refusal="I can't do that."),
        "Filtered": Entry(
            replies=('{"shop": "Roma", "tip": null, "currency": "EUR", "items": []}',),
            ends="content_filter",
        ),
    }
)


@pytest.fixture
def client() -> Iterator[Any]:
    door = openai.DefaultHttpx2Client(transport=transport(Mock(REPLIES)))
    with OpenAI(api_key=OFFLINE_KEY, base_url="http://mock/v1", http_client=door) as client:
        yield client


def user(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def parse_chat(client: Any, text: str, **more: Any) -> Any:
    return client.chat.completions.parse(
        model=DEFAULT, messages=user(text), response_format=Receipt, **more
    )


def parse_responses(client: Any, text: str, **more: Any) -> Any:
    return client.responses.parse(model=DEFAULT, input=text, text_format=Receipt, **more)


def test_written_reply_is_parsed_in_both_apis(client: Any) -> None:
    wanted = Receipt(shop="Roma", tip=None, currency="EUR", items=[])
    assert parse_chat(client, "Lunch").choices[0].message.parsed == wanted
    assert parse_responses(client, "Lunch").output_parsed == wanted


def test_unwritten_prompt_gets_an_instance_of_the_schema_in_both_apis(client: Any) -> None:
    for receipt in (
        parse_chat(client, "Dinner").choices[0].message.parsed,
        parse_responses(client, "Dinner").output_parsed,
    ):
        assert isinstance(receipt, Receipt) and receipt.items[0].kinds == [Kind.FOOD]


def test_streamed_parse_adds_up(client: Any) -> None:
    with client.chat.completions.stream(
        model=DEFAULT, messages=user("Dinner"), response_format=Receipt
    ) as stream:
        streamed = stream.get_final_completion().choices[0].message.parsed
    assert streamed == parse_chat(client, "Dinner").choices[0].message.parsed
    with client.responses.stream(model=DEFAULT, input="Dinner", text_format=Receipt) as events:
        assert events.get_final_response().output_parsed == streamed


def test_refusal_is_no_exception_in_either_api(client: Any) -> None:
    message = parse_chat(client, "No.").choices[0].message
    assert (message.parsed, message.refusal) == (None, "I can't do that.")
    response = parse_responses(client, "No.")
    assert (response.output_parsed, response.output_text) == (None, "")


def test_truncation_raises_differently_in_the_two_apis(client: Any) -> None:
    with pytest.raises(openai.LengthFinishReasonError):
        parse_chat(client, "Lunch", max_completion_tokens=70)
    with pytest.raises(pydantic.ValidationError):
        parse_responses(client, "Lunch", max_output_tokens=70)


def test_content_filter_raises_in_chat(client: Any) -> None:
    with pytest.raises(openai.ContentFilterFinishReasonError):
        parse_chat(client, "Filtered")


def test_written_reply_that_does_not_fit_is_an_error_under_test(client: Any) -> None:
    strict = Mock(Replies(strict=True, by_last=REPLIES.by_last))
    door = openai.DefaultHttpx2Client(transport=transport(strict))
    with (
        OpenAI(api_key=OFFLINE_KEY, base_url="http://mock/v1", http_client=door) as tested,
        pytest.raises(openai.BadRequestError) as caught,
    ):
        parse_chat(tested, "Broken")
    assert caught.value.code == "mock_reply_does_not_fit"


def test_a_learner_who_changes_the_schema_gets_an_instance_of_theirs(client: Any) -> None:
    parsed = parse_chat(client, "Broken").choices[0].message.parsed
    assert isinstance(parsed, Receipt) and parsed.shop != "Roma"


JSON_MODE: Any = {"type": "json_object"}


def test_json_mode_gives_json_and_needs_the_word(client: Any) -> None:
    for text in ("Give me JSON", "give me json"):
        reply = client.chat.completions.create(
            model=DEFAULT, messages=user(text), response_format=JSON_MODE
        )
        assert "offline_mock" in json.loads(reply.choices[0].message.content)
        response = client.responses.create(model=DEFAULT, input=text, text={"format": JSON_MODE})
        assert "offline_mock" in json.loads(response.output_text)
    with pytest.raises(openai.BadRequestError) as chat:
        client.chat.completions.create(
            model=DEFAULT, messages=user("Give me a list"), response_format=JSON_MODE
        )
    assert chat.value.param == "messages" and "the word 'json'" in chat.value.message
    with pytest.raises(openai.BadRequestError, match="the word 'json'"):
        client.responses.create(model=DEFAULT, input="A list", text={"format": JSON_MODE})


OPEN = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
CLOSED = OPEN | {"additionalProperties": False}


def nested(part: Any) -> Any:
    return CLOSED | {"properties": {"a": part}}


def deep(levels: int) -> Any:
    part: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        part = {"type": "array", "items": part}
    return nested(part)


REFUSED = [
    (OPEN, "In context=(), 'additionalProperties' is required to be supplied and to be false."),
    (CLOSED | {"required": []}, "including every key in properties. Missing 'a'."),
    (nested(OPEN), "In context=('properties', 'a'), 'additionalProperties'"),
    (nested({"type": "string", "default": "x"}), "'default' is not permitted"),
    (nested({"type": "string", "minLength": 3}), "'minLength' is not permitted"),
    (nested({"type": "array"}), "array schema missing items"),
    (nested({"type": "strin"}), "is not valid under any of the given schemas"),
    (nested({"$ref": "https://example.com/x.json"}), "references must be within it"),
    (nested({"$ref": "#/$defs/nowhere"}), "/$defs/nowhere"),
    (deep(600), "nested too deeply"),
    ({"type": "array", "items": {"type": "string"}}, "'type: \"object\"', got 'type: \"array\"'"),
]


@pytest.mark.parametrize(("schema", "message"), REFUSED)
def test_schema_that_strict_mode_forbids_is_400(client: Any, schema: Any, message: str) -> None:
    named = {"name": "thing", "strict": True, "schema": schema}
    with pytest.raises(openai.BadRequestError) as chat:
        client.chat.completions.create(
            model=DEFAULT,
            messages=user("Hi"),
            response_format={"type": "json_schema", "json_schema": named},
        )
    assert message in chat.value.message and chat.value.param == "response_format"
    with pytest.raises(openai.BadRequestError) as responses:
        client.responses.create(
            model=DEFAULT, input="Hi", text={"format": {"type": "json_schema", **named}}
        )
    assert message in responses.value.message
    assert (responses.value.param, responses.value.code) == (
        "text.format.schema",
        "invalid_json_schema",
    )


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ("json", "response_format"),
        ({}, "response_format.type"),
        ({"type": "xml"}, "response_format.type"),
        ({"type": "json_schema"}, "response_format.json_schema"),
        (
            {"type": "json_schema", "json_schema": {"schema": {}}},
            "response_format.json_schema.name",
        ),
        (
            {"type": "json_schema", "json_schema": {"name": "a b", "schema": {}}},
            "response_format.json_schema.name",
        ),
        (
            {"type": "json_schema", "json_schema": {"name": "a"}},
            "response_format.json_schema.schema",
        ),
    ],
)
def test_malformed_format_is_400(client: Any, given: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=DEFAULT, messages=user("Hi"), response_format=given)
    assert caught.value.param == param


SCHEMAS = [
    {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3, "multipleOf": 5}}},
    {"type": "object", "properties": {"n": {"type": "number", "exclusiveMinimum": 0}}},
    {"type": "object", "properties": {"n": {"type": "number", "maximum": -2}}},
    {"type": "object", "properties": {"d": {"type": "string", "format": "date"}}},
    {"type": "array", "minItems": 3, "items": {"enum": ["x", "y"]}},
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


@pytest.mark.parametrize("schema", SCHEMAS)
def test_instance_satisfies_its_schema(schema: Any) -> None:
    jsonschema.validate(
        structured.instance(schema),
        schema,
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )


def test_schema_the_mock_cannot_fill_is_an_honest_error(client: Any) -> None:
    schema = nested({"type": "string", "pattern": "^[0-9]{4}$"})
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(
            model=DEFAULT,
            input="Hi",
            text={"format": {"type": "json_schema", "name": "x", "strict": True, "schema": schema}},
        )
    assert caught.value.code == "mock_cannot_fill_schema"


WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def test_offered_function_is_called_once_then_the_result_is_answered(client: Any) -> None:
    tool = {"type": "function", "name": "weather", "parameters": WEATHER}
    first = client.responses.create(model=DEFAULT, input="Rain?", tools=[tool])
    (call,) = [item for item in first.output if item.type == "function_call"]
    jsonschema.validate(json.loads(call.arguments), WEATHER)
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    second = client.responses.create(
        model=DEFAULT, input=[result], tools=[tool], previous_response_id=first.id
    )
    assert "sunny" in second.output_text


def test_tool_choice_none_and_by_name(client: Any) -> None:
    tools = [
        {"type": "function", "function": {"name": name, "parameters": WEATHER}}
        for name in ("weather", "tides")
    ]

    def ask(choice: Any) -> Any:
        return client.chat.completions.create(
            model=DEFAULT,
            messages=user("Rain?"),
            tools=tools,
            tool_choice=choice,
            reasoning_effort="none",
        ).choices[0]

    assert ask("none").finish_reason == "stop"
    named = ask({"type": "function", "function": {"name": "tides"}})
    assert named.message.tool_calls[0].function.name == "tides"
    assert named.finish_reason == "tool_calls"
