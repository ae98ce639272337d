"""The files of written replies: what they may hold, and how a prompt finds its reply."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.mock.errors import APIError
from helpers.mock.generation.messages import Message, said
from helpers.mock.generation.replies import Replies, RepliesError, load
from helpers.mock.state import Mock
from tests.mock.asking import hello, told


def written(tmp_path: Path, text: str) -> Replies:
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    return load(tmp_path)


def talk(*texts: str) -> list[Message]:
    """Return a conversation: the user begins, the assistant answers in turn."""
    return [said(("user", "assistant")[place % 2], text) for place, text in enumerate(texts)]


def reply(replies: Replies, conversation: list[Message], **more: Any) -> tuple[str, ...] | None:
    entry = replies.find(conversation, **more)
    return entry.replies if entry else None


def test_a_whole_conversation_goes_before_its_last_message(tmp_path: Path) -> None:
    replies = written(
        tmp_path,
        """
- {prompt: Hi, reply: last}
- {prompt: [{user: Hi}, {assistant: Yes?}, {user: Hi}], reply: whole}
""",
    )
    assert reply(replies, talk("Hi")) == ("last",)
    assert reply(replies, [said("tool", "x"), said("user", " Hi\n")]) == ("last",)
    assert reply(replies, talk("Hi", "Yes?", "Hi")) == ("whole",)
    assert reply(replies, talk("Hi", "No.", "Hi")) == ("last",)


def test_roles_that_an_entry_does_not_name_are_not_looked_at(tmp_path: Path) -> None:
    replies = written(
        tmp_path,
        """
- {prompt: [{user: I am Mei.}, {user: Who am I?}], reply: Mei}
- {prompt: [{user: Who am I?}], reply: nobody}
- {prompt: [{developer: Be blunt.}, {user: Who am I?}], reply: no idea}
""",
    )
    rule = said("developer", "Be kind.")
    assert reply(replies, [rule, *talk("I am Mei.", "Hello!", "Who am I?")]) == ("Mei",)
    assert reply(replies, [rule, *talk("Who am I?")]) == ("nobody",)
    # Of two that fit, the one that names more roles.
    assert reply(replies, [said("developer", "Be blunt."), *talk("Who am I?")]) == ("no idea",)
    assert reply(replies, talk("I am Li.", "Hello!", "Who am I?")) is None


def test_long_instructions_are_known_by_their_beginning(tmp_path: Path) -> None:
    replies = written(
        tmp_path,
        """
- {like: [{developer: "...lamp is {colour}..."}, {user: Which colour}], reply: "{Colour}."}
""",
    )
    book = "The lamp is red. " + "Ships sail by. " * 500
    assert reply(replies, [said("developer", book), said("user", "Which colour?")]) == ("Red.",)
    asked = [said("developer", "The lamp is red."), said("user", "Which colour? " + book)]
    assert reply(replies, asked) is None


def test_typing_may_differ_unless_strict(tmp_path: Path) -> None:
    replies = written(tmp_path, "- {prompt: Say hello., reply: Hi}")
    assert reply(replies, talk("say  HELLO")) == ("Hi",)
    assert reply(replies, talk("Say hello."), strict=True) == ("Hi",)
    with pytest.raises(APIError) as caught:
        reply(replies, talk("say hello"), strict=True)
    assert caught.value.error["code"] == "mock_unknown_prompt"


def test_the_nearest_written_prompt_is_known(tmp_path: Path) -> None:
    text = "- {prompt: Say hello., reply: Hi}\n- {prompt: Why?, fallback: true}"
    replies = written(tmp_path, text)
    assert replies.near("Say helo") == "Say hello."
    assert replies.near("Why") is None and replies.near("Quite another one") is None


def test_a_deliberate_fallback_is_known_even_when_strict(tmp_path: Path) -> None:
    replies = written(tmp_path, "- {prompt: Hi, fallback: true}")
    assert reply(replies, talk("Hi"), strict=True) is None
    with pytest.raises(APIError):
        reply(replies, talk("Ho"), strict=True)


def test_a_reply_may_be_data_a_list_of_choices_or_recorded(tmp_path: Path) -> None:
    replies = written(
        tmp_path,
        """
- {prompt: Data, reply: {shop: Café, tip: null}}
- {prompt: Three, replies: [a, b, c]}
- {prompt: Live, reply: Yo, recorded: {model: gpt-6-luna, date: 2026-11-25}, reasoning_tokens: 7}
""",
    )
    assert reply(replies, talk("Data")) == ('{"shop": "Café", "tip": null}',)
    assert reply(replies, talk("Three")) == ("a", "b", "c")
    live = replies.find(talk("Live"))
    assert live and live.recorded and live.recorded["model"] == "gpt-6-luna"
    assert live.reasoning_tokens == 7 and live.source == ("x", 2)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- {reply: Yo}", "no prompt"),
        ("- just a text", "no prompt"),
        ("- {prompt: Hi}", "says nothing"),
        ("- {prompt: Hi, answer: Yo}", "unknown fields ['answer']"),
        ("- {prompt: Hi, reply: a}\n- {prompt: 'Hi ', reply: b}", "twice"),
        ("- {prompt: [{user: Hi}], reply: a}\n- {prompt: [{user: Hi}], reply: b}", "twice"),
        ("- {prompt: Hi, images: [none.png], reply: a}", "no file in notebooks/images"),
        ("- prompt: [", "not valid YAML"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(RepliesError, match=r"^x\.yaml") as caught:
        written(tmp_path, text)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_reply_tells_which_entry_was_used(api: str, stream: bool) -> None:
    # The recorder stores the real reply in its place.
    rows = {"x": [{"prompt": "Ho", "reply": "No"}], "y": [{"prompt": "Say hello.", "reply": "Yo"}]}
    used = hello(Mock(Replies.from_rows(rows)), api, stream=stream).entry
    assert used and (used.source, used.replies) == (("y", 0), ("Yo",))
    assert hello(Mock(Replies()), api, stream=stream).entry is None


def test_an_entry_says_how_long_the_model_thought(tmp_path: Path) -> None:
    row = {"prompt": "Say hello.", "reply": "Yo", "reasoning_tokens": 7}
    mock = Mock(Replies.from_rows({"x": [row]}))

    def thought(effort: str) -> int:
        usage = told(hello(mock, "chat", reasoning_effort=effort))["usage"]
        number: int = usage["completion_tokens_details"]["reasoning_tokens"]
        return number

    assert (thought("medium"), thought("none")) == (7, 0)
