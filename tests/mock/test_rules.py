"""Rules of a developer: which a written reply keeps, in which form, and which it lacks."""

from __future__ import annotations

from typing import Any

import pytest
from openai import OpenAI

from helpers.mock.generation.replies import Replies
from helpers.mock.state import Mock
from helpers.models import DEFAULT

ROWS: list[dict[str, Any]] = [
    {
        "prompt": "What is the capital?",
        "reply": "It is Paris. It lies on the Seine. It is old.",
        "short": "Paris.",
    },
    {"prompt": "Name three rivers.", "reply": "The Nile, the Congo and the Niger."},
    {"prompt": "Say hello.", "reply": "Hello! How can I help you today?"},
    {"prompt": "A poem", "reply": "A snail,\na wall."},
    {"like": "Name [some|two] colours...", "reply": "Red and blue."},
]
CAPITAL, RIVERS = "What is the capital?", "Name three rivers."
NOTHING = "(Offline mock) No reply is written for "


@pytest.fixture
def mock() -> Mock:
    return Mock(Replies.from_rows({"x": ROWS}))


def answer(client: OpenAI, asked: str, rule: str, **more: Any) -> str:
    made = client.responses.create(model=DEFAULT, input=asked, instructions=rule, **more)
    return str(made.output_text)


@pytest.mark.parametrize(
    ("asked", "rule", "said"),
    [
        ("Say hello.", "Answer in one sentence.", "Hello! How can I help you today?"),
        (RIVERS, "Answer in capital letters.", "THE NILE, THE CONGO AND THE NIGER."),
        (
            RIVERS,
            "You are a kind assistant. Use only lower case.",
            "the nile, the congo and the niger.",
        ),
        (RIVERS, "Answer as a numbered list.", "1. The Nile\n2. The Congo\n3. The Niger"),
        (RIVERS, "Reply as a bulleted list, in capitals", "- THE NILE\n- THE CONGO\n- THE NIGER"),
        (RIVERS, "Start every answer with “Ahoy!”", "Ahoy! The Nile, the Congo and the Niger."),
        (RIVERS, "End your answers with Over.", "The Nile, the Congo and the Niger. Over"),
        (CAPITAL, "Answer in one sentence.", "It is Paris."),
        (CAPITAL, "Answer in two short sentences.", "It is Paris. It lies on the Seine."),
        (CAPITAL, "Answer in one word.", "Paris."),
        ("Name some colours. Answer in capital letters.", "", "RED AND BLUE."),
        ("Name some colours. Answer as a list, please.", "Be kind.", "- Red\n- Blue"),
    ],
)
def test_a_reply_is_put_into_the_form_that_is_asked_for(
    client: OpenAI, asked: str, rule: str, said: str
) -> None:
    assert answer(client, asked, rule) == said


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (RIVERS, "Talk like a pirate."),
        (RIVERS, "Answer in Spanish."),
        (RIVERS, "Answer in two words."),
        (CAPITAL, "Answer as a numbered list."),
        ("A poem", "Answer as a list."),
        ("Why do magnets stick?", "Answer in Spanish."),
        ("Why do magnets stick?", "Talk like a pirate."),
    ],
)
def test_the_rule_that_is_not_kept_is_named(client: OpenAI, asked: str, rule: str) -> None:
    assert answer(client, asked, rule).startswith(f"{NOTHING}“{asked}” under the rule “{rule}”")


def test_of_a_long_message_the_sentence_is_named(client: OpenAI) -> None:
    long = "You are a helpful assistant of a shop. Be kind to users. Talk like a pirate."
    for asked in (RIVERS, "Why do magnets stick?"):
        assert "under the rule “Talk like a pirate.”" in answer(client, asked, long)
    plain = answer(client, "Why do magnets stick?", "You are a helpful assistant. Answer briefly.")
    assert "under the rule" not in plain


def test_each_verbosity_keeps_the_rule(client: OpenAI) -> None:
    low: Any = {"text": {"verbosity": "low"}}
    assert answer(client, CAPITAL, "Answer in capital letters.", **low) == "PARIS."


def test_under_test_a_written_reply_stays_as_it_is_written(client: OpenAI, mock: Mock) -> None:
    mock.strict = True
    said = answer(client, RIVERS, "Answer in capital letters.")
    assert said == "The Nile, the Congo and the Niger."
