"""What a learner's own schema, tools and unwritten prompts get."""

from __future__ import annotations

import json
from typing import Any, Literal

import pydantic
import pytest
from openai import OpenAI

from helpers.mock.generation import arguments
from helpers.mock.generation.replies import Replies
from helpers.mock.state import Mock
from helpers.models import DEFAULT

RECEIPT = {
    "problem": None,
    "receipt": {
        "shop": "Roma",
        "day": "2026-10-05",
        "total": 19.7,
        "items": [{"name": "Pasta", "price": 11.5}, {"name": "Espresso", "price": 8.2}],
    },
}
ROWS: list[dict[str, Any]] = [
    {"prompt": "The receipt", "reply": RECEIPT},
    {"prompt": "Say hello.", "reply": "Hello!"},
]


@pytest.fixture
def mock() -> Mock:
    return Mock(Replies.from_rows({"x": ROWS}))


def parsed(client: OpenAI, text: str, form: Any) -> Any:
    response = client.responses.parse(model=DEFAULT, input=text, text_format=form)
    return response.output_parsed


# A schema of one's own


class Mood(pydantic.BaseModel):
    mood: Literal["happy", "sad", "angry"]
    urgent: bool
    words: int


def test_a_label_that_nothing_points_to_is_refused_and_not_made_up(client: OpenAI) -> None:
    text = "Classify: I am furious, my parcel is lost again!"
    response = client.responses.parse(model=DEFAULT, input=text, text_format=Mood)
    (message,) = [item for item in response.output if item.type == "message"]
    (part,) = message.content
    assert part.type == "refusal"
    assert part.refusal.startswith("(Offline mock) Nothing was found for mood, urgent, words.")
    made = parsed(client, "Classify: I am happy.", Mood)
    assert made == Mood(mood="happy", urgent=False, words=0)


def test_what_is_no_object_is_an_answer_and_no_refusal(client: OpenAI) -> None:
    form: Any = {"name": "x", "schema": {"type": "number"}, "strict": False}
    made = client.chat.completions.create(
        model=DEFAULT,
        messages=[{"role": "user", "content": "Judge the llama."}],
        response_format={"type": "json_schema", "json_schema": form},
    )
    message = made.choices[0].message
    assert (message.content, message.refusal) == ("0", None)


class Guest(pydantic.BaseModel):
    name: str
    age: int | None
    married: bool | None


def test_what_may_be_null_and_nobody_says_is_null(client: OpenAI) -> None:
    made = parsed(client, "Extract the person: Karl lives in Graz.", Guest)
    assert made == Guest(name="Karl", age=None, married=None)


class Meeting(pydantic.BaseModel):
    start: str
    place: str
    attendees: list[str]


def test_a_letters_greeting_its_room_and_who_signs_do_not_attend(client: OpenAI) -> None:
    text = "Extract the meeting:\nDear all,\nwe meet at 14:00 in the Blue Room. "
    text += "Ravi, Sofia and Ken will attend. Best, Ola"
    made = parsed(client, text, Meeting)
    assert made == Meeting(start="14:00", place="Blue Room", attendees=["Ravi", "Sofia", "Ken"])


class Line(pydantic.BaseModel):
    name: str
    quantity: int
    price: float


class Own(pydantic.BaseModel):
    merchant: str
    date: str
    total_price: float
    currency: str = pydantic.Field(description="ISO code")
    payment: Literal["cash", "card", "unknown"]
    lines: list[Line]


def test_a_schema_of_ones_own_is_filled_by_name_and_the_rest_is_filler(client: OpenAI) -> None:
    own = parsed(client, "The receipt", Own)
    assert (own.merchant, own.date, own.total_price) == ("Roma", "2026-10-05", 19.7)
    assert [(line.name, line.price) for line in own.lines] == [("Pasta", 11.5), ("Espresso", 8.2)]
    assert (own.currency, own.payment) == ("(Offline mock) ISO code", "unknown")


def test_a_field_is_filled_in_the_type_that_it_has(client: OpenAI) -> None:
    class Other(pydantic.BaseModel):
        shop: str
        total: str
        tax_total: float

    assert parsed(client, "The receipt", Other) == Other(shop="Roma", total="19.7", tax_total=0)


def test_a_written_text_goes_where_a_schema_has_room_for_it(client: OpenAI) -> None:
    class Answer(pydantic.BaseModel):
        answer: str
        sure: bool

    assert parsed(client, "Say hello.", Answer).answer == "Hello!"
    asked: Any = {"input": "Say hello.", "instructions": "JSON", "model": DEFAULT}
    mode = client.responses.create(**asked, text={"format": {"type": "json_object"}})
    assert json.loads(mode.output_text) == {"reply": "Hello!"}
    assert parsed(client, "Quite another thing", Answer).answer.startswith("(Offline mock) ")


def test_a_schema_is_filled_from_the_prompt_where_no_reply_is_written(client: OpenAI) -> None:
    class Person(pydantic.BaseModel):
        name: str
        age: int
        city: str
        languages: list[str]

    text = "Lena is 27, lives in Vienna and speaks German and French."
    assert parsed(client, text, Person) == Person(
        name="Lena", age=27, city="Vienna", languages=["German", "French"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "Invent four drinks for a bar on Mars.",
        "Please write the menu of the Golden Wok",
        "Four drinks for a bar on Mars",
        "Dinner with Ada",
    ],
)
def test_words_of_a_prompt_are_no_invention(client: OpenAI, text: str) -> None:
    class Drink(pydantic.BaseModel):
        name: str = pydantic.Field(description="on the card")
        kind: Literal["hot", "cold"]
        taste: str

    assert parsed(client, text, Drink).name == "(Offline mock) on the card"


def test_what_asks_for_something_new_may_still_state_values(client: OpenAI) -> None:
    class Guest(pydantic.BaseModel):
        name: str
        city: str
        date: str

    text = "Write a card for the Grand Hotel on 20 July 2031: Lena from Vienna"
    assert parsed(client, text, Guest) == Guest(name="Lena", city="Vienna", date="2031-07-20")


# Arguments from a prompt

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
NUMBER = {"type": "number"}
UNIT = {"type": "string", "enum": ["celsius", "fahrenheit"]}
COINS = {"type": "string", "enum": ["CHF", "USD"]}
LOCATION = {"type": "string", "description": "City and country e.g. Bogotá, Colombia"}


@pytest.mark.parametrize(
    ("text", "fields", "found"),
    [
        ("Is it cold in Oslo and Rome?", {"city": TEXT}, {"city": ["Oslo", "Rome"]}),
        ("Tokyo weather?", {"city": TEXT}, {"city": ["Tokyo"]}),
        ("weather in paris", {"city": TEXT}, {"city": ["Paris"]}),
        ("Rain?", {"city": TEXT}, {}),
        ("Sun in Paris, France?", {"location": LOCATION}, {"location": ["Paris, France"]}),
        ("20 degrees Fahrenheit", {"unit": UNIT, "n": NUMBER}, {"unit": ["fahrenheit"], "n": [20]}),
        (
            "How many dollars are 250 euros?",
            {"amount": NUMBER, "from_currency": TEXT, "to_currency": TEXT},
            {"amount": [250], "from_currency": ["EUR"], "to_currency": ["USD"]},
        ),
        # Whoever offers "USD" is asked for dollars.
        ("How much are 40 euros in dollars?", {"currency": COINS}, {"currency": ["USD"]}),
        ("Give me USD for 9 euros", {"to_currency": COINS}, {"to_currency": ["USD"]}),
        (
            "Fly to New York from Berlin on December 5, at 7:30 pm",
            {"origin": TEXT, "destination": TEXT, "date": TEXT, "time": TEXT, "seats": WHOLE},
            {
                "origin": ["Berlin"],
                "destination": ["New York"],
                "date": ["2026-12-05"],
                "time": ["19:30"],
            },
        ),
        (
            "3 nights for 2 guests",
            {"guests": WHOLE, "nights": WHOLE},
            {"guests": [2], "nights": [3]},
        ),
        ("Add 3 and 4.5", {"a": NUMBER, "b": NUMBER}, {"a": [3], "b": [4.5]}),
        ("What is 12 * (3 + 4)?", {"expression": TEXT}, {"expression": ["12 * (3 + 4)"]}),
        ("Where is order A-1234?", {"order_id": TEXT}, {"order_id": ["A-1234"]}),
        (
            "Mail ada@example.com saying see you",
            {"to": TEXT, "body": TEXT},
            {"to": ["ada@example.com"], "body": ["see you"]},
        ),
        ("Search for “blue cups”", {"query": TEXT}, {"query": ["blue cups"]}),
        ("Call Ivan, +351 210 000 111", {"phone": TEXT}, {"phone": ["+351 210 000 111"]}),
        ("A trip without breakfast", {"breakfast": {"type": "boolean"}}, {"breakfast": [False]}),
    ],
)
def test_a_prompt_says_what_a_field_is(text: str, fields: Any, found: Any) -> None:
    assert arguments.share(fields.items(), [text]) == found


def test_long_prompts_are_looked_at_in_no_time() -> None:
    for text in ("in " * 200_000, "Aa " * 200_000, "1 " * 200_000, "'" * 200_000):
        assert isinstance(arguments.share([("city", TEXT), ("n", NUMBER)], [text]), dict)


# Calls of functions


def tool(name: str, told: str = "", **fields: Any) -> Any:
    schema = {"type": "object", "properties": fields, "required": [*fields][:1]}
    return {"type": "function", "name": name, "description": told, "parameters": schema}


WEATHER = tool("get_weather", "Get the weather for a city", city=TEXT, unit=UNIT)
CLOCK = tool("get_time", "What time it is", city=TEXT)


def called(client: OpenAI, text: str, *tools: Any, **more: Any) -> list[tuple[str, Any]]:
    made = client.responses.create(model=DEFAULT, input=text, tools=list(tools), **more)
    calls = [item for item in made.output if item.type == "function_call"]
    return [(call.name, json.loads(call.arguments)) for call in calls]


def test_several_calls_at_once_for_several_things(client: OpenAI) -> None:
    ask = "Compare the weather in Oslo, Rome and Bern."
    cities = [("get_weather", {"city": city}) for city in ("Oslo", "Rome", "Bern")]
    assert called(client, ask, WEATHER) == cities
    assert called(client, ask, WEATHER, parallel_tool_calls=False) == cities[:1]
    both = called(client, "The weather in Oslo and the time in Rome?", CLOCK, WEATHER)
    assert both == [("get_weather", {"city": "Oslo"}), ("get_time", {"city": "Rome"})]


def test_the_function_is_called_that_the_prompt_points_to_or_none(client: OpenAI) -> None:
    assert called(client, "Do I need an umbrella in Oslo?", CLOCK, WEATHER)[0][0] == "get_weather"
    assert called(client, "Tell me a riddle.", CLOCK, WEATHER) == []
    assert called(client, "Tell me a riddle.", CLOCK, tool_choice="required") == [
        ("get_time", {"city": "(Offline mock)"})
    ]


def test_after_the_output_the_mock_answers_with_it(client: OpenAI) -> None:
    asked: Any = {"model": DEFAULT, "tools": [WEATHER]}
    first = client.responses.create(**asked, input="Weather in Oslo and Rome?")
    outputs: Any = [
        {"type": "function_call_output", "call_id": item.call_id, "output": output}
        for item, output in zip(
            (item for item in first.output if item.type == "function_call"),
            ('{"sky": "grey", "degrees": 4}', "sunny"),
            strict=True,
        )
    ]
    asked["previous_response_id"] = first.id
    told = client.responses.create(**asked, input=outputs)
    assert told.output_text.startswith("(Offline mock) ")
    assert "get_weather(Oslo) returned “sky: grey, degrees: 4”" in told.output_text
    assert "get_weather(Rome) returned “sunny”" in told.output_text

    class Sky(pydantic.BaseModel):
        sky: str
        degrees: float

    parsed = client.responses.parse(**asked, input=outputs, text_format=Sky).output_parsed
    assert parsed == Sky(sky="grey", degrees=4)
    again = client.responses.create(
        model=DEFAULT, tools=[WEATHER], previous_response_id=told.id, input="And in Bern?"
    )
    assert [item.type for item in again.output][-1] == "function_call"


# What no reply is written for


def test_an_unwritten_prompt_is_described_always_in_the_same_words(
    client: OpenAI,
) -> None:
    messages: Any = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": "Why is grass green?"},
        {"role": "assistant", "content": "Chlorophyll."},
        {"role": "user", "content": "And why is it " + "very " * 40 + "green?"},
    ]
    one, again = (
        client.chat.completions.create(model=DEFAULT, messages=messages, reasoning_effort="high")
        for _ in range(2)
    )
    text = str(one.choices[0].message.content)
    assert text == again.choices[0].message.content
    assert text.startswith("(Offline mock) No reply is written for “And why is it ")
    assert one.usage and len(text.split()) <= 60
    for part in (
        "The request had four messages (1 developer, 2 user, 1 assistant), "
        f"{one.usage.prompt_tokens} tokens in (live US$ 0.0000",
        "effort high",
    ):
        assert part in text


def test_an_unwritten_prompt_is_described_with_its_format_and_tools(client: OpenAI) -> None:
    asked: Any = {"model": DEFAULT, "input": "A riddle, in JSON", "tools": [WEATHER, CLOCK]}
    made = client.responses.create(**asked, text={"format": {"type": "json_object"}})
    told = json.loads(made.output_text)["offline_mock"]
    assert "JSON, tools get_weather, get_time, none called." in told
    several = client.chat.completions.create(
        model=DEFAULT, messages=[{"role": "user", "content": "A riddle"}], n=8
    )
    assert len({choice.message.content for choice in several.choices}) == 8


# Functions that need what others return

OWNER = tool("owner_of", "The e-mail address of an order's customer", order_number=TEXT)
ORDERS = tool("list_orders", "All orders of a customer", email=TEXT)
USER = tool("find_user", "Find a user by name", person=TEXT)
MAIL = tool("send_message", "Send a message to a user", user_id=TEXT, text=TEXT)
PLACE = tool("geocode", "Where a city is", city=TEXT)
SKY = tool("forecast", "The weather at coordinates", latitude=NUMBER, longitude=NUMBER)
for _one in (MAIL, SKY):
    _one["parameters"]["required"] = [*_one["parameters"]["properties"]]


def chain(client: OpenAI, asked: str, tools: Any, outputs: Any, **more: Any) -> list[Any]:
    """Return the calls that follow each other, and the last words."""
    items: list[Any] = [{"role": "user", "content": asked}]
    told: list[Any] = []
    for _ in range(5):
        made = client.responses.create(model=DEFAULT, input=items, tools=tools, **more)
        calls = [item for item in made.output if item.type == "function_call"]
        if not calls:
            return [*told, made.output_text]
        for call in calls:
            told.append((call.name, json.loads(call.arguments)))
            items.append(call.model_dump(exclude_none=True))
            items.append(
                {
                    "type": "function_call_output",
                    "call_id": call.call_id,
                    "output": outputs[call.name],
                }
            )
    return told


@pytest.mark.parametrize(
    ("asked", "tools", "outputs", "calls"),
    [
        (
            "What else has the owner of order A-7 ordered?",
            [ORDERS, OWNER],
            {"owner_of": '{"email": "bo@example.org"}', "list_orders": "[]"},
            [("owner_of", {"order_number": "A-7"}), ("list_orders", {"email": "bo@example.org"})],
        ),
        (
            "What else has the owner of order A-7 ordered?",
            [ORDERS, OWNER],
            {"owner_of": "bo@example.org", "list_orders": "[]"},
            [("owner_of", {"order_number": "A-7"}), ("list_orders", {"email": "bo@example.org"})],
        ),
        (
            "Send Ada a message saying lunch is at one",
            [MAIL, USER],
            {"find_user": '[{"id": "u-17", "age": 4}]', "send_message": "sent"},
            [
                ("find_user", {"person": "Ada"}),
                ("send_message", {"user_id": "u-17", "text": "lunch is at one"}),
            ],
        ),
        (
            "What is the forecast for Oslo?",
            [SKY, PLACE],
            {"geocode": '{"at": {"latitude": 59.9, "longitude": 10.7}}', "forecast": "grey"},
            [("geocode", {"city": "Oslo"}), ("forecast", {"latitude": 59.9, "longitude": 10.7})],
        ),
    ],
)
def test_a_function_waits_for_what_another_returns(
    client: OpenAI, asked: str, tools: Any, outputs: Any, calls: Any
) -> None:
    *made, said = chain(client, asked, tools, outputs)
    assert made == calls
    assert said.startswith("(Offline mock) ") and "returned" in said


def test_what_nobody_can_tell_is_asked_for_unless_a_call_is_forced(client: OpenAI) -> None:
    asks = "(Offline mock) No email was found in the conversation, and list_orders needs it. "
    asks += "A model would find it, or ask you for it."
    assert chain(client, "List my orders.", [ORDERS], {}) == [asks]
    # What cancels is not called to learn something.
    cancel = tool("cancel_order", "Cancel a customer's order", number=TEXT)
    assert chain(client, "List my orders beside A-7.", [ORDERS, cancel], {}) == [asks]
    assert called(client, "List my orders.", ORDERS, tool_choice="required") == [
        ("list_orders", {"email": "(Offline mock)"})
    ]
    told = "My mail is bo@example.org. List my orders."
    assert called(client, told, ORDERS) == [("list_orders", {"email": "bo@example.org"})]


NUMBER = {"type": "number"}
RECKON = [tool(name, "Reckon.", a=NUMBER, b=NUMBER) for name in ("add", "multiply")]


@pytest.mark.parametrize(
    ("asked", "outputs", "calls"),
    [
        ("What is 12 times 30?", {"multiply": "360"}, [("multiply", {"a": 12, "b": 30})]),
        ("What is the sum of 6 and 7?", {"add": "13"}, [("add", {"a": 6, "b": 7})]),
        (
            "Add 4 and 5, then multiply the result by 10.",
            {"add": "9", "multiply": "90"},
            [("add", {"a": 4, "b": 5}), ("multiply", {"a": 10, "b": 9})],
        ),
    ],
)
def test_everyday_words_point_to_a_function_and_a_result_is_waited_for(
    client: OpenAI, asked: str, outputs: Any, calls: Any
) -> None:
    *made, said = chain(client, asked, RECKON, outputs)
    assert made == calls
    assert said.startswith("(Offline mock) ")


def test_no_word_with_a_capital_is_taken_for_a_number_of_an_order(client: OpenAI) -> None:
    find = tool("find_order", "Find an order.", number=TEXT)
    assert called(client, "What is the capital of France?", find) == []
    assert called(client, "Where is order A-7?", find) == [("find_order", {"number": "A-7"})]


def test_a_chain_ends_where_a_function_fails(client: OpenAI) -> None:
    made = chain(
        client,
        "What else has the owner of order A-7 ordered?",
        [ORDERS, OWNER],
        {"owner_of": "Error: there is no such order"},
    )
    assert [name for name, _ in made[:-1]] == ["owner_of"]
    assert "Error: there is no such order" in made[-1]


def test_one_call_at_a_time_goes_on_to_the_next(client: OpenAI) -> None:
    asked = "The weather in Oslo and the time in Rome?"
    outputs = {"get_weather": "grey", "get_time": "noon"}
    made = chain(client, asked, [CLOCK, WEATHER], outputs, parallel_tool_calls=False)
    assert made[:-1] == [("get_weather", {"city": "Oslo"}), ("get_time", {"city": "Rome"})]


# Lists in a prompt


class Dish(pydantic.BaseModel):
    name: str
    price: float
    vegan: bool


class Card(pydantic.BaseModel):
    dishes: list[Dish]


class Item(pydantic.BaseModel):
    unit_price: float
    product: str
    quantity: int


class Basket(pydantic.BaseModel):
    customer: str
    items: list[Item]


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        (
            "Menu\nLentil soup (vegan) 6.50\nBeef goulash 12.90\n- Fruit salad, vegan: 5 euros",
            Card,
            {
                "dishes": [
                    {"name": "Lentil soup", "price": 6.5, "vegan": True},
                    {"name": "Beef goulash", "price": 12.9, "vegan": False},
                    {"name": "Fruit salad", "price": 5, "vegan": True},
                ]
            },
        ),
        (
            "Read this: tea 2.50, vegan cake 4.20 and coffee 3",
            Card,
            {
                "dishes": [
                    {"name": "tea", "price": 2.5, "vegan": False},
                    {"name": "vegan cake", "price": 4.2, "vegan": True},
                    {"name": "coffee", "price": 3, "vegan": False},
                ]
            },
        ),
        (
            "Customer: Ada Berg. 2 cups at 4.50 each, 3 plates at 7 euros each.",
            Basket,
            {
                "customer": "Ada Berg",
                "items": [
                    {"unit_price": 4.5, "product": "cups", "quantity": 2},
                    {"unit_price": 7, "product": "plates", "quantity": 3},
                ],
            },
        ),
    ],
)
def test_the_rows_of_a_list_fill_a_list(client: OpenAI, text: str, form: Any, found: Any) -> None:
    assert parsed(client, text, form).model_dump() == found


def test_what_is_no_list_of_the_prompt_fills_none(client: OpenAI) -> None:
    for text in ("Invent four drinks for a bar on Mars.", "One soup for 6.50, please."):
        (dish,) = parsed(client, text, Card).dishes
        assert dish.name.startswith("(Offline mock)")
