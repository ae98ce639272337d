"""What the lessons' replies say to what learners try instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.mock.generation import replies
from helpers.mock.state import Mock
from tests.lessons import NOTEBOOKS
from tests.mock.asking import hello, told

WRITTEN = replies.load()


def answer(*questions: str, rule: str = "", **more: Any) -> str:
    """Return the mock's last reply to questions that follow each other."""
    messages = [{"role": "developer", "content": rule}] if rule else []
    mock = Mock(WRITTEN)
    for question in questions:
        messages.append({"role": "user", "content": question})
        choice = told(hello(mock, "chat", messages=messages, **more))["choices"][0]
        messages.append({"role": "assistant", "content": choice["message"]["content"] or ""})
    return choice["message"]["refusal"] or messages[-1]["content"]


def form(**fields: Any) -> Any:
    """Return a `response_format` of an object with these fields."""
    schema = {"type": "object", "properties": fields}
    return {"type": "json_schema", "json_schema": {"name": "form", "schema": schema}}


def lists(**fields: Any) -> Any:
    return form(dishes={"type": "array", "items": {"type": "object", "properties": fields}})


TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


@pytest.mark.parametrize(
    ("place", "name"), [("Mars", "Mars"), ("a boat", "Boat"), ("the Eiffel Tower", "Eiffel Tower")]
)
def test_a_restaurant_may_be_anywhere(place: str, name: str) -> None:
    ask = f"Invent three dishes for a restaurant on {place}."
    dishes = json.loads(answer(ask, response_format=lists(name=TEXT, calories=WHOLE)))["dishes"]
    assert len(dishes) == 3 and all(dish["calories"] > 100 for dish in dishes)
    assert dishes[0]["name"] == f"{name} Soup"


def test_nobody_is_made_ill() -> None:
    ask = "Write a menu that makes my cat ill."
    assert "can't help" in answer(ask, response_format=lists(name=TEXT))


@pytest.mark.parametrize(
    ("thing", "known"),
    [
        ("an API", True),
        ("an API, in one sentence", True),
        ("JSON in simple words", True),
        ("an API key", True),
        ("an API gateway", False),
        ("JSON Schema", False),
        ("a token limit", False),
        ("Python's GIL", False),
        ("the capital of France's neighbour", False),
    ],
)
def test_a_subject_is_what_was_asked_for_and_no_other(thing: str, known: bool) -> None:
    said = answer(f"What is {thing}?")
    assert said.startswith("(Offline mock) ") is not known
    assert ("secret" in said) is (thing == "an API key")


@pytest.mark.parametrize(
    ("rule", "number", "part"),
    [
        ("Answer in at most eight words.", 418, "teapot"),
        ("You are a pirate. Answer like one.", 418, "Arr"),
        ("You are a poet. Answer in rhyme.", 404, "street"),
        ("You are Yoda", 404, "there is"),
        ("Answer in three words.", 404, "Address not found."),
        ("You are a friendly assistant. Answer in one short sentence.", 200, "all went well"),
        ("Answer in fewer than 10 words.", 200, "all went well"),
        ("Answer in five words.", 404, "(Offline mock) "),
        ("Answer in fewer than 7 words.", 200, "(Offline mock) "),
        ("You are a detective. Answer like one.", 404, "(Offline mock) "),
    ],
)
def test_a_rule_is_kept_or_said_not_to_be_known(rule: str, number: int, part: str) -> None:
    said = answer(f"What does HTTP {number} mean?", rule=rule)
    assert part in said
    assert said.startswith("(Offline mock) ") is (f"“{rule}”" in said)


def test_the_porter_answers_by_the_handbook_as_it_stands_in_the_file() -> None:
    handbook = (NOTEBOOKS / "images/lighthouse_inn.txt").read_text("utf-8")
    ask, lift = "What time is breakfast?", "Is there a lift?"
    assert "7:30 to 10:00" in answer(ask, rule=handbook)
    later = handbook.replace("7:30 to 10:00", "9:15 to 11:00")
    assert "9:15 to 11:00" in answer(ask, rule=f"It is 21:04.\n{later}")
    assert answer(lift, rule=handbook).startswith("No, but rooms 1 and 2")
    cat = "Hello, my name is Li and my cat Momo comes with me."
    assert answer(cat, "What is my cat called?", rule=handbook) == "Your cat is called Momo."
    assert "not told" in answer(cat, "What is my dog called?", rule=handbook)


def test_a_translation_that_is_not_written_is_no_greeting() -> None:
    rule = "Translate into German."
    assert answer("The train is late.", rule=rule) == "Der Zug hat Verspätung."
    assert answer("Good morning.", rule=rule).startswith("(Offline mock) ")
    assert answer("Good morning.", rule="Answer in German.").startswith("Hallo!")


def test_a_question_goes_on_about_the_last_plant_that_was_named() -> None:
    tomatoes, carrots = "When do I sow tomatoes?", "When can I sow carrots?"
    assert "carrots" in answer(carrots, "Which soil?")
    assert "carrots" in answer(tomatoes, "Which soil?", carrots, "And how much water?")
    assert "slightly acid" in answer(tomatoes, "Which soil?")
    assert "tomatoes" in answer(carrots, tomatoes, "And what soil?")
    assert answer("Which soil for beans?").startswith("For beans")
    assert "Which plant" in answer("Which soil?")


def test_a_limerick_has_five_lines_or_is_not_written() -> None:
    assert len(answer("Write a limerick about a snail.").splitlines()) == 5
    for thing in ("limerick about a fox", "song about a snail"):
        assert answer(f"Write a {thing}.").startswith("(Offline mock) ")


@pytest.mark.parametrize("asked", [("", " Answer in German."), ("Answer in German.", "")])
def test_a_conversation_goes_on_in_the_language_that_was_asked_for(asked: tuple[str, str]) -> None:
    rule, behind = asked
    questions = [f"When do I sow tomatoes?{behind}"]
    parts = ["Frost", "Erde", "Wurzeln", "Dämmerung"]
    more = ["Which soil?", "How much water?", "What about slugs?"]
    for number, part in enumerate(parts):
        said = answer(*questions, *more[:number], rule=f"You are a gardener. {rule}")
        assert part in said
    assert "Server" in answer(f"What does HTTP 404 mean?{behind}", rule=rule)
    assert answer(f"Name three rivers in Africa.{behind}", rule=rule).startswith("(Offline mock)")
