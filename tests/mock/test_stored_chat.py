"""Chat completions that were created with `store`."""

from __future__ import annotations

from typing import Any

from openai import OpenAI

from helpers.mock.state import Mock
from tests.mock.asking import LUNA, ask, error, refused

HELLO: list[Any] = [
    {"role": "developer", "content": "Be brief."},
    {"role": "user", "name": "mei", "content": [{"type": "text", "text": "Say hello."}]},
]
ASK: dict[str, Any] = {"model": LUNA, "messages": HELLO}


def test_a_completion_is_there_until_it_is_deleted(client: OpenAI) -> None:
    made = client.chat.completions.create(**ASK, store=True, metadata={"lesson": "04"})
    found = client.chat.completions.retrieve(made.id)
    assert found.metadata == {"lesson": "04"}
    assert found.to_dict() == {**made.to_dict(), "metadata": {"lesson": "04"}}
    changed = client.chat.completions.update(made.id, metadata={"a": "b"})
    assert (changed.id, changed.metadata) == (made.id, {"a": "b"})
    assert client.chat.completions.retrieve(made.id).metadata == {"a": "b"}
    assert client.chat.completions.delete(made.id).deleted
    for gone in (client.chat.completions.retrieve, client.chat.completions.delete):
        refused(404, "is stored: only those created with store=True", gone, made.id)


def test_only_what_is_to_be_stored_is(client: OpenAI) -> None:
    client.chat.completions.create(**ASK)
    client.chat.completions.create(**ASK, store=False)
    assert client.chat.completions.list().data == []
    made = [chunk.id for chunk in client.chat.completions.create(**ASK, store=True, stream=True)]
    assert [one.id for one in client.chat.completions.list()] == made[:1]


def test_completions_are_listed_by_model_and_metadata_the_oldest_first(client: OpenAI) -> None:
    made = [
        client.chat.completions.create(
            **{**ASK, "model": model}, store=True, metadata={"n": str(number), "of": "test"}
        ).id
        for number, model in enumerate((LUNA, "gpt-4o", LUNA))
    ]

    def listed(**more: Any) -> list[str]:
        return [one.id for one in client.chat.completions.list(**more)]

    assert listed(limit=1) == made
    assert listed(order="desc") == made[::-1]
    assert listed(model="gpt-4o") == made[1:2]
    assert listed(metadata={"n": "2", "of": "test"}) == made[2:]
    assert listed(metadata={"n": "2", "of": "no"}) == []
    assert listed(after=made[0]) == made[1:]


def test_its_messages_are_listed_with_the_parts_that_they_had(client: OpenAI) -> None:
    made = client.chat.completions.create(**ASK, store=True).id
    first, second = client.chat.completions.messages.list(made).data
    assert (first.id, first.role, first.content) == (f"{made}-0", "developer", "Be brief.")
    assert second.to_dict() == {
        "id": f"{made}-1",
        "role": "user",
        "content": None,
        "name": "mei",
        "content_parts": HELLO[1]["content"],
    }


def test_new_metadata_is_checked(mock: Mock, client: OpenAI) -> None:
    made = client.chat.completions.create(**ASK, store=True).id
    for body, param in (({}, "metadata"), ({"metadata": {"a": 1}}, "metadata.a")):
        assert error(ask(mock, f"/v1/chat/completions/{made}", body))["param"] == param
