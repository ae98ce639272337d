"""Replies for what learners ask in their own words: patterns, languages, lengths, variants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from helpers.mock.errors import APIError
from helpers.mock.generation.messages import said
from helpers.mock.generation.replies import Replies, RepliesError, load
from helpers.mock.state import Mock
from helpers.models import DEFAULT
from tests.mock.test_replies import reply, talk

ROWS: list[dict[str, Any]] = [
    {"prompt": "Hi, I am Mei.", "reply": "The written one."},
    {"like": "[Hi|Hello|], [I am|I'm] {Name}...", "reply": "Hello {name}!"},
    {"like": "[Hi|Hello|], [I am|I'm] {Name} and I grow {plant...}", "reply": "{Plant}, {name}!"},
    {
        "like": [{"user": "...[I am|I'm] {Name}..."}, {"user": "Who am I"}],
        "reply": "You are {name}.",
    },
    {"like": "Who am I", "reply": "I do not know."},
    {
        "like": [{"user": "My {thing} is {value}"}, {"user": "What is my {thing}"}],
        "reply": "It is {value}.",
    },
    {"like": "Order {count} cups", "reply": {"cups": "{count}", "note": "{count} “cups”"}},
    {"like": "Who is {Name}", "tool_calls": [{"name": "find", "arguments": {"who": "{name}"}}]},
    {"prompt": "Say hello.", "reply": "Hello!", "short": "Hi", "long": "Hello to you!"},
    {"prompt": "Bye", "reply": "Bye!", "in": {"German": "Tschüss!", "French": "Au revoir !"}},
    {"prompt": "A name", "replies": ["Ada", "Bo", "Cy"]},
    {"prompt": "Think", "reply": "So.", "reasoning_tokens": {"low": 7, "high": 900}},
]


@pytest.fixture
def replies() -> Replies:
    return Replies.from_rows({"x": ROWS})


@pytest.fixture
def mock(replies: Replies) -> Mock:
    return Mock(replies)


def chat(client: OpenAI, *texts: str, **more: Any) -> Any:
    messages: Any = [
        {"role": ("user", "assistant")[place % 2], "content": text}
        for place, text in enumerate(texts)
    ]
    return client.chat.completions.create(model=DEFAULT, messages=messages, **more)


def texts(client: OpenAI, *asked: str, **more: Any) -> list[str]:
    return [choice.message.content for choice in chat(client, *asked, **more).choices]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Hi, I am Mei.", "The written one."),
        ("hello — i’m Sam!", "Hello Sam!"),
        ("I'm Ana María López, and you?", "Hello Ana María López!"),
        ("Hi, I am Sam and I grow beans and peas.", "Beans and peas, Sam!"),
        ("我 I am 小明", None),
        ("Hi, I am hungry.", None),
        ("Hi, I amSam", None),
    ],
)
def test_a_pattern_stands_for_what_it_varies(
    replies: Replies, asked: str, told: str | None
) -> None:
    assert reply(replies, talk(asked)) == ((told,) if told else None)
    if told:
        assert reply(replies, talk(asked), strict=True) == (told,)


def test_what_was_said_before_is_known_whatever_lies_between(replies: Replies) -> None:
    first, ask = "Well, I'm Sam, hello", "who am I?"
    assert reply(replies, talk(ask)) == ("I do not know.",)
    assert reply(replies, talk(first, "Hi", ask)) == ("You are Sam.",)
    assert reply(replies, talk(first, "Hi", "Bye", "Bye", ask)) == ("You are Sam.",)
    assert reply(replies, talk(first, "Hi", "No, I am Li!", "Oh", ask)) == ("You are Li.",)
    assert reply(replies, talk(first, "I am Bot", ask)) == ("You are Sam.",)


def test_the_same_name_in_two_messages_is_the_same_word(replies: Replies) -> None:
    told = talk("My cat is Momo", "Ah", "My dog is Rex", "Oh")
    assert reply(replies, [*told, *talk("What is my cat?")]) == ("It is Momo.",)
    assert reply(replies, [*told, *talk("What is my fish?")]) is None


def test_what_is_captured_stands_in_data_and_in_calls(replies: Replies) -> None:
    assert reply(replies, talk("Order 3 cups")) == ('{"cups": 3, "note": "3 “cups”"}',)
    entry = replies.find(talk("Who is Ada Lovelace?"))
    assert entry and entry.tool_calls[0]["arguments"] == '{"who": "Ada Lovelace"}'


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("Hi {name", "a bracket without its other half"),
        ("Hi Sam]", "a bracket without its other half"),
        ("Hi {first name}", "no name of a capture"),
        ("{a} and {a}", "captures a name twice"),
        ("{all...}", "it matches everything"),
        ("Hi {who}", "does not capture {name}"),
    ],
)
def test_a_broken_pattern_is_named(tmp_path: Path, pattern: str, complaint: str) -> None:
    (tmp_path / "x.yaml").write_text(f"- {{like: '{pattern}', reply: 'Hello {{name}}'}}", "utf-8")
    with pytest.raises(RepliesError, match=r"^x\.yaml: entry") as caught:
        load(tmp_path)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "asked", "told"),
    [
        ("", "Bye, in German, please", "Tschüss!"),
        ("", "Answer in French: bye", "Au revoir !"),
        ("You are kind. Always answer in German.", "Bye", "Tschüss!"),
        ("Answer in German.", "Bye, in French", "Au revoir !"),
        ("", "bye!", "Bye!"),
        # It is written in no other language: then it is not said in English.
        ("Answer in German.", "Say hello.", None),
    ],
)
def test_another_language_is_answered_where_it_is_written(
    replies: Replies, rule: str, asked: str, told: str | None
) -> None:
    rules = [said("developer", rule)] if rule else []
    assert reply(replies, [*rules, *talk(asked)]) == ((told,) if told else None)


def test_under_test_no_language_is_improvised(replies: Replies) -> None:
    with pytest.raises(APIError):
        replies.find(talk("Bye, in German"), strict=True)


def test_verbosity_chooses_among_the_lengths_that_are_written(client: OpenAI) -> None:
    for verbosity, told in (("low", "Hi"), ("medium", "Hello!"), ("high", "Hello to you!")):
        assert texts(client, "Say hello.", verbosity=verbosity) == [told]
        text: Any = {"verbosity": verbosity}
        made = client.responses.create(model=DEFAULT, input="Say hello.", text=text)
        assert made.output_text == told
    assert texts(client, "Bye", verbosity="low") == ["Bye!"]


def test_effort_thinks_as_long_as_is_written(client: OpenAI) -> None:
    def thought(effort: Any) -> int:
        usage = chat(client, "Think", reasoning_effort=effort).usage
        number: int = usage.completion_tokens_details.reasoning_tokens
        return number

    assert [thought(effort) for effort in ("none", "low", "high")] == [0, 7, 900]


def test_a_temperature_chooses_always_the_same_and_several_choices_differ(client: OpenAI) -> None:
    asked: Any = {"reasoning_effort": "none"}
    names = {"Ada", "Bo", "Cy"}
    assert texts(client, "A name") == texts(client, "A name", temperature=0, **asked) == ["Ada"]
    found = [texts(client, "A name", temperature=t / 10, **asked)[0] for t in range(1, 20)]
    assert set(found) == names
    assert found == [texts(client, "A name", temperature=t / 10, **asked)[0] for t in range(1, 20)]
    assert set(texts(client, "A name", n=3, temperature=1.3, **asked)) == names
    four = texts(client, "A name", n=4)
    assert four[:3] == ["Ada", "Bo", "Cy"] and four[3].startswith("(Offline mock) Choice 4 of 4")


def test_a_long_text_takes_no_long_time(replies: Replies) -> None:
    assert reply(replies, talk("I am " * 100_000)) is None
    assert reply(replies, talk("i'm " * 490)) is None


def test_words_to_choose_from_are_words_of_its_own() -> None:
    replies = Replies.from_rows({"x": [{"like": "...{word:late|lost}...", "reply": "{word}!"}]})
    found = replies.find([said("user", "My parcel is lost.")])
    assert found and found.replies == ("lost!",)
    assert replies.find([said("user", "My parcel is here.")]) is None


def test_a_pattern_may_name_the_words_that_it_captures_and_end_with_its_subject() -> None:
    rows = [{"like": "Tell me of [a|the] {pet:cat|guinea pig},...", "reply": "The {pet}."}]
    told = Replies.from_rows({"x": rows})
    assert reply(told, talk("Tell me of the guinea  pig!")) == ("The guinea  pig.",)
    assert reply(told, talk("Tell me of a cat, and why")) == ("The cat.",)
    assert reply(told, talk("Tell me of a cat please")) == ("The cat.",)
    for other in ("Tell me of a cat flap", "Tell me of a dog", "Tell me of a cat-flap"):
        assert reply(told, talk(other)) is None
