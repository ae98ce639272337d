"""Answers that stand in the conversation itself."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from helpers.mock.generation.replies import Replies
from helpers.mock.state import Mock
from helpers.models import DEFAULT
from tests.conftest import client_of

NOTHING = "(Offline mock) No reply is written for "
HANDBOOK = """You work for Café Lumen.
Opening hours: we are open from 8 to 18, on Sunday from 10.
Dogs are welcome on the terrace only.
Refunds are paid within 14 days of the return.
A flat white costs 3.80 euros. An oat cappuccino costs 4.20 euros."""
LETTER = (
    "Here is my letter: Dear Sir, my name is Oskar Blom and I bought a lamp on 3 March 2026. "
    "The lamp was delivered broken by FastShip. It is 40 cm high. "
)


@pytest.fixture
def mock() -> Mock:
    return Mock(Replies.from_rows({"x": [{"prompt": "Say hello.", "reply": "Hello!"}]}))


def answer(client: OpenAI, *turns: str, rule: str = "") -> str:
    """Return the last reply to messages that follow each other."""
    messages: list[Any] = [{"role": "developer", "content": rule}] if rule else []
    said = ""
    for turn in turns:
        messages.append({"role": "user", "content": turn})
        made = client.chat.completions.create(model=DEFAULT, messages=messages)
        said = str(made.choices[0].message.content)
        messages.append({"role": "assistant", "content": said})
    return said


FACTS = (
    "My daughter is called Lea. I keep bees.",
    "I live in Riga and my order is 4711.",
    "Hi, my brother Tom works at a bank. My daughter Lea is 7.",
    "Say hello.",
    "I bought a red car in 2019, but I don't like coffee.",
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is my daughter called?", "your daughter is called Lea"),
        ("Do you remember my daughter's name?", "your daughter is called Lea"),
        ("What is my order number?", "your order is 4711"),
        ("Where do I live?", "you live in Riga"),
        ("Tell me what I said about bees.", "you keep bees"),
        ("How old is Lea?", "your daughter Lea is 7"),
        ("When did I buy my car?", "you bought a red car in 2019"),
        ("What colour is my car?", "you bought a red car in 2019"),
        ("Do I like coffee?", "you don't like coffee"),
    ],
)
def test_what_one_told_is_told_back(client: OpenAI, question: str, said: str) -> None:
    assert answer(client, *FACTS, question) == f"You said that {said}."


@pytest.mark.parametrize(
    ("told", "question"),
    [
        ("My brother lives in Rome.", "Where do I live?"),
        ("My sister's dog is called Rex.", "What is my dog called?"),
        ("My daughter is called Lea.", "How old is my daughter?"),
        ("I like tea.", "What is the price of tea?"),
        ("I like tea.", "Where does tea grow?"),
        ("I live in Riga.", "What is the population of Riga?"),
        ("I live in Riga.", "Is Riga in Latvia?"),
        ("I keep bees.", "Why do bees dance?"),
        ("I grow tomatoes.", "Are tomatoes healthy?"),
        ("We have two dogs.", "What is a dog?"),
        ("My favourite film is Alien.", "What is Alien about?"),
        ("The meeting is at 3 pm.", "Who comes to the meeting?"),
        ("I have a meeting tomorrow.", "What should I wear?"),
        ("Is it raining?", "Is it raining now?"),
        ("What is a lamp?", "What lamp?"),
    ],
)
def test_a_sentence_that_does_not_fit_is_no_answer(
    client: OpenAI, told: str, question: str
) -> None:
    assert answer(client, told, question).startswith(NOTHING)


@pytest.mark.parametrize(
    ("rule", "asked", "says"),
    [
        (HANDBOOK, "Can I bring my dog?", "Dogs are welcome on the terrace only."),
        (HANDBOOK, "How much is a flat white?", "A flat white costs 3.80 euros."),
        (HANDBOOK, "And when do you open on Sunday?", "Opening hours: we are open"),
        (HANDBOOK, "Within how many days are refunds paid?", "Refunds are paid within 14"),
        ("", LETTER + "Who delivered the lamp?", "The lamp was delivered broken by FastShip."),
        ("", LETTER + "When was the lamp bought?", "I bought a lamp on 3 March 2026."),
        ("", LETTER + "How high is the lamp?", "It is 40 cm high."),
        ("", f"Question: How high is the lamp?\n{LETTER}", "It is 40 cm high."),
    ],
)
def test_a_text_is_quoted(client: OpenAI, rule: str, asked: str, says: str) -> None:
    whose = "The instructions say" if rule else "Your text says"
    assert answer(client, asked, rule=rule).startswith(f"(Offline mock) {whose}: “{says}")


def test_what_a_text_does_not_say_is_not_told(client: OpenAI) -> None:
    assert answer(client, "Do you have wifi?", rule=HANDBOOK).startswith(NOTHING)
    assert answer(client, LETTER + "Who made the lamp?").startswith(NOTHING)


def test_a_document_and_what_a_tool_returned_are_quoted(client: OpenAI) -> None:
    file = client.files.create(file=("a.md", b"# Shop\nThe lamp weighs 3 kg."), purpose="user_data")
    made: Any = {"type": "input_file", "file_id": file.id}
    text: Any = {"type": "input_text", "text": "How heavy is the lamp?"}
    said = client.responses.create(
        model=DEFAULT, input=[{"role": "user", "content": [made, text]}]
    ).output_text
    assert said == "(Offline mock) a.md says: “The lamp weighs 3 kg.”"
    tools: Any = [
        {"role": "user", "content": "Which orders are there?"},
        {"type": "function_call", "call_id": "c", "name": "list_orders", "arguments": "{}"},
        {
            "type": "function_call_output",
            "call_id": "c",
            "output": '[{"number": "A-7", "item": "lamp", "price": 4}, {"item": "cup"}]',
        },
        {"role": "user", "content": "How much is the lamp?"},
    ]
    said = client.responses.create(model=DEFAULT, input=tools).output_text
    assert said == "(Offline mock) list_orders returned: “number: A-7, item: lamp, price: 4”"


def test_it_is_found_in_each_way_to_go_on(client: OpenAI) -> None:
    known = "You said that you keep bees."
    first = client.responses.create(model=DEFAULT, input="I keep bees.")
    asked: Any = {"model": DEFAULT, "input": "What do I keep?"}
    assert client.responses.create(**asked, previous_response_id=first.id).output_text == known
    kept: Any = {"type": "message", "role": "user", "content": "I keep bees."}
    talk = client.conversations.create(items=[kept])
    assert client.responses.create(**asked, conversation=talk.id).output_text == known
    with client.responses.stream(**asked, previous_response_id=first.id) as stream:
        assert stream.get_final_response().output_text == known


def test_what_was_told_last_goes(client: OpenAI) -> None:
    told = ("My order is 4711.", "Sorry, my order is 4712.", "What is my order number?")
    assert "4712" in answer(client, *told)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("What did I say first?", "You said: “I keep bees.”"),
        ("What was my first question?", "You asked: “Is it late?”"),
        ("How many questions did I ask?", "3 questions, with this one."),
        ("How many messages have I written?", "4 messages, with this one."),
        (
            "Summarise our conversation.",
            "(Offline mock) You said, in this order: “I keep bees.”; “Is it late?”; “And cold?”.",
        ),
    ],
)
def test_a_conversation_knows_its_own_course(client: OpenAI, asked: str, said: str) -> None:
    assert answer(client, "I keep bees.", "Is it late?", "And cold?", asked) == said


def test_a_summary_is_the_first_sentence_and_says_so(client: OpenAI) -> None:
    said = answer(client, "Summarise this text:\nThe bridge opened in 1962. Ships pass below it.")
    assert said.startswith("(Offline mock) No model sums it up.")
    assert said.endswith("“The bridge opened in 1962.”")


def test_what_is_written_goes_first_unless_it_says_that_it_was_not_told(
    client: OpenAI, mock: Mock
) -> None:
    rows: list[dict[str, Any]] = [
        {"like": "What do I keep", "reply": "You have not told me.", "unless_said": True},
        {"like": "What am I", "reply": "A reader."},
    ]
    mock.written = Replies.from_rows({"x": rows})
    assert answer(client, "What do I keep?") == "You have not told me."
    assert answer(client, "I keep bees.", "What do I keep?") == "You said that you keep bees."
    assert answer(client, "I am a nurse.", "What am I?") == "A reader."


def test_under_test_an_unwritten_prompt_stays_an_error(client: OpenAI, mock: Mock) -> None:
    mock.strict = True
    with pytest.raises(openai.APIStatusError, match="No written reply"):
        answer(client, "I keep bees. What do I keep?")


def test_long_texts_are_looked_through_in_no_time(client: OpenAI) -> None:
    for text in ("my " * 40_000, "It is. " * 20_000, "a:" * 60_000, "“" * 60_000):
        assert answer(client, f"{text}\nWhere is the lamp?").startswith(NOTHING)


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (
            ("My favourite colour is green.", "No, it is blue.", "What is my favourite colour?"),
            "You said that your favourite colour is green. Later you said: “No, it is blue.”",
        ),
        (
            ("I live in Rome.", "I now live in Vienna.", "Where do I live?"),
            "You said that you now live in Vienna.",
        ),
    ],
)
@pytest.mark.parametrize("replies", [None, Replies.from_rows({"x": []})], ids=["lessons", "none"])
def test_what_is_taken_back_is_not_told_as_it_was(
    turns: tuple[str, ...], said: str, replies: Replies | None
) -> None:
    with client_of(Mock(replies) if replies else Mock()) as client:
        assert answer(client, *turns) == said


@pytest.mark.parametrize(
    "turns",
    [
        ("I have moved from Rome to Vienna.", "Where do I live now?"),
        ("I do not like coffee.", "Do I like coffee?", "What do I like?"),
    ],
)
def test_a_written_reply_does_not_tell_what_was_not_said(turns: tuple[str, ...]) -> None:
    with client_of(Mock()) as client:
        assert not answer(client, *turns).startswith(("You like", "You told me"))
