"""The files of written replies: what they may hold, and how a prompt finds its reply."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.mock.core import answer
from helpers.mock.errors import APIError
from helpers.mock.generation import tokens
from helpers.mock.generation.replies import Entry, Replies, load
from helpers.mock.http import Mock, Request
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_KEY


def write(folder: Path, text: str) -> Path:
    (folder / "x.yaml").write_text(text, "utf-8")
    return folder


def test_whole_conversation_goes_before_last_message(tmp_path: Path) -> None:
    text = """
- {prompt: Hi, reply: last}
- {prompt: [{user: Hi}, {assistant: Yes?}, {user: Hi}], reply: whole}
"""
    replies = load(write(tmp_path, text))
    one, other = replies.find([("user", "Hi")]), replies.find([("tool", "x"), ("user", " Hi\n")])
    whole = replies.find([("user", "Hi"), ("assistant", "Yes?"), ("user", "Hi")])
    assert one and other and whole
    assert (one.replies, other.replies, whole.replies) == (("last",), ("last",), ("whole",))


def test_recorded_reply_keeps_model_and_date(tmp_path: Path) -> None:
    text = "- {prompt: Hi, reply: Yo, recorded: {model: gpt-6-luna, date: 2026-11-25}}"
    entry = load(write(tmp_path, text)).find([("user", "Hi")])
    assert entry and entry.recorded and entry.recorded["model"] == "gpt-6-luna"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- {reply: Yo}", "no prompt"),
        ("- {prompt: Hi}", "says nothing"),
        ("- {prompt: Hi, answer: Yo}", "unknown fields ['answer']"),
        ("- {prompt: Hi, reply: a}\n- {prompt: Hi, reply: b}", "twice"),
        ("- prompt: [", "not valid YAML"),
        ("- just a text", "no prompt"),
    ],
)
def test_broken_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match="x.yaml") as caught:
        load(write(tmp_path, text))
    assert complaint in str(caught.value)


def test_deliberate_fallback_is_known_even_when_strict(tmp_path: Path) -> None:
    replies = load(write(tmp_path, "- {prompt: Hi, fallback: true}"), strict=True)
    assert replies.find([("user", "Hi")]) is None
    with pytest.raises(APIError):
        replies.find([("user", "Ho")])


@pytest.mark.parametrize("text", ["", "Hello, world", "机器学习是人工智能", "a_b\n\n  c 12345 😀é"])
def test_pieces_join_to_the_text(text: str) -> None:
    assert "".join(tokens.split(text)) == text
    assert tokens.count(text) == len(tokens.split(text))


def test_roles_that_an_entry_does_not_name_are_not_looked_at(tmp_path: Path) -> None:
    text = """
- {prompt: [{user: I am Mei.}, {user: Who am I?}], reply: Mei}
- {prompt: [{user: Who am I?}], reply: nobody}
"""
    replies = load(write(tmp_path, text))
    ask = ("user", "Who am I?")
    said = [("developer", "Be kind."), ("user", "I am Mei."), ("assistant", "Hello!"), ask]
    known, alone = replies.find(said), replies.find([("developer", "Be kind."), ask])
    assert known and alone
    assert (known.replies, alone.replies) == (("Mei",), ("nobody",))
    assert replies.find([("user", "I am Li."), ask]) is None


def test_typing_may_differ_unless_strict_and_the_nearest_prompt_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, "- {prompt: Say hello., reply: Hi}\n- {prompt: Why?, fallback: true}")
    replies = load(folder)
    assert replies.find([("user", "say  HELLO")])
    assert replies.near("Say helo") == "Say hello." and replies.near("Why") is None
    with pytest.raises(APIError):
        load(folder, strict=True).find([("user", "say hello")])


def test_an_entry_knows_where_it_stands(tmp_path: Path) -> None:
    write(tmp_path, "- {prompt: Hi, reply: Yo}\n- {prompt: Ho, reply: Yo}")
    assert [entry.source for entry in load(tmp_path).by_last.values()] == [("x", 0), ("x", 1)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "Hi"}]}),
        ("/v1/responses", {"input": "Hi"}),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_reply_tells_which_entry_was_used(path: str, body: dict[str, Any], stream: bool) -> None:
    rows = {"x": [{"prompt": "Ho", "reply": "No"}], "y": [{"prompt": "Hi", "reply": "Yo"}]}
    headers = {"authorization": f"Bearer {OFFLINE_KEY}"}
    sent = json.dumps({"model": DEFAULT, "stream": stream, **body}).encode()

    def entry(replies: Replies) -> Entry | None:
        return answer(Request("POST", path, headers, sent), Mock(replies)).entry

    used = entry(Replies.from_rows(rows))
    assert used and (used.source, used.replies) == (("y", 0), ("Yo",))
    assert entry(Replies()) is None
