"""Conversations that last, and their items."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from helpers.mock.state import Mock
from tests.mock.asking import LUNA, ask, error, refused
from tests.mock.cases import WEATHER

MEI: list[Any] = [{"role": "user", "content": "Hi, I am Mei and I grow tomatoes."}]
NAME = "What is my name?"


def said(client: OpenAI, id: str) -> list[str]:
    """Return what the messages of a conversation say, in order."""
    items: list[Any] = list(client.conversations.items.list(id, order="asc"))
    return [part.text for item in items for part in item.content]


def test_a_conversation_is_there_until_it_is_deleted(client: OpenAI) -> None:
    made = client.conversations.create(metadata={"topic": "garden"})
    assert client.conversations.retrieve(made.id).to_dict() == made.to_dict()
    changed = client.conversations.update(made.id, metadata={"a": "b"})
    assert (changed.id, changed.metadata) == (made.id, {"a": "b"})
    assert client.conversations.update(made.id, metadata=None).metadata == {}
    assert client.conversations.delete(made.id).deleted
    words = f"Conversation with id '{made.id}' not found."
    refused(404, words, client.conversations.retrieve, made.id)
    refused(404, words, client.conversations.items.list, made.id)
    refused(404, words, client.responses.create, model=LUNA, input="Hi", conversation=made.id)


def test_it_may_be_begun_without_a_body(mock: Mock) -> None:
    assert ask(mock, "/v1/conversations", b"").status == 200


def test_what_is_said_in_it_is_remembered_and_added_to_it(client: OpenAI) -> None:
    talk = client.conversations.create(items=MEI).id
    answer = client.responses.create(model=LUNA, input=NAME, conversation=talk)
    assert answer.output_text == "Your name is Mei."
    assert answer.conversation and answer.conversation.id == talk
    assert said(client, talk) == [MEI[0]["content"], NAME, "Your name is Mei."]
    named: Any = {"id": talk}
    again = client.responses.create(model=LUNA, input=NAME, conversation=named, store=False)
    assert again.usage and answer.usage
    assert again.usage.input_tokens > answer.usage.input_tokens
    count = client.responses.input_tokens.count(model=LUNA, input=NAME, conversation=talk)
    assert count.input_tokens > again.usage.input_tokens
    assert client.responses.create(model=LUNA, conversation=talk).output_text
    assert client.responses.create(model=LUNA, input=NAME).conversation is None


def test_a_call_and_its_output_are_items_of_it(client: OpenAI) -> None:
    talk = client.conversations.create().id
    tool: Any = {"type": "function", "strict": True, **WEATHER}
    ask: dict[str, Any] = {"model": LUNA, "conversation": talk, "tools": [tool]}
    (*_, call) = client.responses.create(
        **ask, input="Rain in Oslo?", tool_choice="required"
    ).output
    output: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "no"}
    client.responses.create(**ask, input=[output])
    kinds = [item.type for item in client.conversations.items.list(talk, order="asc")]
    assert [kind for kind in kinds if kind != "reasoning"] == [
        *("message", "function_call", "function_call_output", "message")
    ]


def test_in_the_background_it_is_added_once_it_has_ended(client: OpenAI) -> None:
    talk = client.conversations.create().id
    made = client.responses.create(model=LUNA, input="Hi", conversation=talk, background=True)
    seen = []
    for _ in range(3):
        client.responses.retrieve(made.id)
        seen.append(len(said(client, talk)))
    assert seen == [0, 2, 2]
    gone = client.responses.create(model=LUNA, input="Hi", conversation=talk, background=True)
    client.responses.cancel(gone.id)
    client.responses.retrieve(gone.id)
    assert len(said(client, talk)) == 2


def test_items_are_added_found_listed_and_taken_out(client: OpenAI) -> None:
    talk = client.conversations.create(items=MEI).id
    texts = [f"Text {number}" for number in range(3)]
    more: Any = [{"role": "user", "content": text} for text in texts]
    added = client.conversations.items.create(talk, items=more)
    assert (added.first_id, added.last_id) == (added.data[0].id, added.data[2].id)
    ids: list[Any] = [item.id for item in added.data]
    newest = client.conversations.items.list(talk, limit=2)
    assert [item.id for item in newest.data] == ids[:0:-1] and newest.has_more
    behind = client.conversations.items.list(talk, order="asc", after=ids[0])
    assert [item.id for item in behind.data] == ids[1:]
    one: Any = client.conversations.items.retrieve(ids[1], conversation_id=talk)
    assert one.content[0].text == texts[1]
    assert client.conversations.items.delete(ids[1], conversation_id=talk).id == talk
    assert said(client, talk) == [MEI[0]["content"], texts[0], texts[2]]
    refused(404, ids[1], client.conversations.items.retrieve, ids[1], conversation_id=talk)
    lacks = r"\(Offline mock\) Nothing in this list has the id 'msg_x'"
    refused(404, lacks, client.conversations.items.list, talk, after="msg_x")


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"items": [{"role": "x", "content": "a"}]}, "invalid_value", "items[0]"),
        ({"items": MEI * 21}, "array_above_max_length", "items"),
        ({"items": "x"}, "invalid_type", "items"),
        ({"metadata": {"a": 1}}, "invalid_type", "metadata.a"),
        ({"title": "x"}, "unknown_parameter", "title"),
    ],
)
def test_a_fault_in_what_it_is_begun_with_is_named(
    mock: Mock, body: dict[str, Any], code: str, param: str
) -> None:
    found = error(ask(mock, "/v1/conversations", body))
    assert (found["code"], found["param"]) == (code, param)


@pytest.mark.parametrize(("behind", "param"), [("", "metadata"), ("/items", "items")])
def test_what_must_be_there_is_named(mock: Mock, client: OpenAI, behind: str, param: str) -> None:
    talk = client.conversations.create().id
    found = error(ask(mock, f"/v1/conversations/{talk}{behind}", {}))
    assert (found["code"], found["param"]) == ("missing_required_parameter", param)


def test_it_holds_what_fits_into_the_memory_that_it_may_have(
    mock: Mock, client: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.mock.endpoints.conversations.MOST_BYTES", 400)
    talk = client.conversations.create(items=MEI).id
    refused(400, "A conversation may have", client.conversations.items.create, talk, items=MEI * 3)
    assert len(said(client, talk)) == 1
    with pytest.raises(openai.BadRequestError, match="mock_conversation_full|may have"):
        client.responses.create(model=LUNA, input="word " * 100, conversation=talk)
