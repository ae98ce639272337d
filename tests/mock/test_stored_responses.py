"""What has been stored of a response, and responses in the background."""

from __future__ import annotations

from typing import Any

import pytest
from openai import OpenAI

from helpers.mock.state import Mock
from tests.mock.asking import LUNA, PATHS, ask, error, refused
from tests.mock.cases import URL

HELLO: dict[str, Any] = {"model": LUNA, "input": "Say hello."}
LATER: dict[str, Any] = {**HELLO, "background": True}


def test_a_response_is_there_until_it_is_deleted(client: OpenAI) -> None:
    made = client.responses.create(**HELLO)
    assert client.responses.retrieve(made.id).to_dict() == made.to_dict()
    client.responses.delete(made.id)
    for gone in (client.responses.retrieve, client.responses.delete, client.responses.cancel):
        refused(404, f"Response with id '{made.id}' not found.", gone, made.id)
    refused(404, "not found", client.responses.input_items.list, made.id)
    reference: Any = {"type": "item_reference", "id": made.output[0].id}
    refused(404, "Item with id", client.responses.create, model=LUNA, input=[reference])
    again = {"model": LUNA, "input": "Again", "previous_response_id": made.id}
    refused(400, "Previous response with id", client.responses.create, **again)


def test_what_is_not_stored_is_not_there(client: OpenAI) -> None:
    made = client.responses.create(**HELLO, store=False)
    refused(404, "not found", client.responses.retrieve, made.id)


def test_what_may_be_included_is_checked(client: OpenAI) -> None:
    made = client.responses.create(**HELLO)
    known: Any = ["reasoning.encrypted_content"]
    assert client.responses.retrieve(made.id, include=known).id == made.id
    odd: Any = ["nonsense"]
    words = "Invalid value: 'nonsense'. Supported values are: 'file_search_call.results'"
    refused(400, words, client.responses.retrieve, made.id, include=odd)


# In the background


def test_it_is_queued_then_in_progress_then_completed_as_it_is_asked_for(client: OpenAI) -> None:
    plain = client.responses.create(**HELLO)
    made = client.responses.create(**LATER)
    assert (made.status, made.output, made.usage, made.completed_at) == ("queued", [], None, None)
    polled = [client.responses.retrieve(made.id) for _ in range(3)]
    assert [one.status for one in polled] == ["in_progress", "completed", "completed"]
    assert (polled[0].output, polled[0].background) == ([], True)
    assert polled[1].output_text == plain.output_text and polled[1].usage == plain.usage


def test_one_that_is_cut_ends_incomplete(client: OpenAI) -> None:
    ask = {**LATER, "input": "Describe a sunrise in two sentences.", "max_output_tokens": 16}
    made = client.responses.create(**ask)
    client.responses.retrieve(made.id)
    assert client.responses.retrieve(made.id).status == "incomplete"
    refused(400, r"\(Offline mock\) The response is incomplete", client.responses.cancel, made.id)


@pytest.mark.parametrize("polls", [0, 1])
def test_it_can_be_cancelled_until_it_has_ended(client: OpenAI, polls: int) -> None:
    made = client.responses.create(**LATER)
    for _ in range(polls):
        client.responses.retrieve(made.id)
    for answer in (client.responses.cancel, client.responses.cancel, client.responses.retrieve):
        found = answer(made.id)
        assert (found.status, found.output, found.completed_at) == ("cancelled", [], None)


def test_what_has_ended_or_is_not_in_the_background_cannot_be_cancelled(client: OpenAI) -> None:
    made = client.responses.create(**LATER)
    for _ in range(2):
        client.responses.retrieve(made.id)
    refused(400, "^.*Cannot cancel a completed response.$", client.responses.cancel, made.id)
    plain = client.responses.create(**HELLO)
    refused(400, "^.*Cannot cancel a synchronous response.$", client.responses.cancel, plain.id)


def test_it_must_be_stored(mock: Mock) -> None:
    found = error(ask(mock, PATHS["responses"], {**LATER, "store": False}))
    assert (found["param"], found["type"]) == ("background", "invalid_request_error")
    assert "must be stored" in found["message"]


def test_a_stream_can_be_taken_up_where_it_broke_off(client: OpenAI, mock: Mock) -> None:
    with client.responses.create(**LATER, stream=True) as stream:
        whole = list(stream)
    kinds = [event.type for event in whole[:3]]
    assert kinds == ["response.created", "response.queued", "response.in_progress"]
    statuses = [event.response.status for event in whole[:3]]
    assert statuses == ["queued", "queued", "in_progress"]
    created: Any = whole[0]
    id = created.response.id
    assert [kept.status for kept in mock.responses] == ["completed"]
    rest = list(client.responses.retrieve(id, stream=True, starting_after=4))
    assert [event.sequence_number for event in rest] == list(range(5, len(whole)))
    hidden = {"obfuscation"}
    assert [event.to_dict().keys() - hidden for event in rest] == [
        event.to_dict().keys() - hidden for event in whole[5:]
    ]
    bare = client.responses.retrieve(id, stream=True, include_obfuscation=False)
    assert not any("obfuscation" in event.to_dict() for event in bare)
    assert list(client.responses.retrieve(id, stream=True, starting_after=len(whole))) == []


def test_a_stream_that_nobody_reads_to_its_end_goes_on_by_polling(mock: Mock) -> None:
    stream = iter(ask(mock, PATHS["responses"], {**LATER, "stream": True}).events or ())
    for _ in range(4):
        next(stream)
    (kept,) = mock.responses
    assert kept.status == "in_progress"
    ask(mock, f"{PATHS['responses']}/{kept.body['id']}", method="GET")
    assert kept.status == "completed"


def test_the_stream_of_a_cancelled_response_says_that_it_failed(client: OpenAI, mock: Mock) -> None:
    stream = iter(ask(mock, PATHS["responses"], {**LATER, "stream": True}).events or ())
    next(stream)
    (kept,) = mock.responses
    client.responses.cancel(kept.body["id"])
    (last,) = stream
    assert b"event: response.failed" in last and b'"status":"cancelled"' in last
    told = list(client.responses.retrieve(kept.body["id"], stream=True))
    assert [event.type for event in told] == ["response.failed"]


@pytest.mark.parametrize(("more", "lacks"), [({}, "background"), ({"background": True}, "stream")])
def test_only_a_stream_in_the_background_can_be_taken_up(
    client: OpenAI, more: dict[str, Any], lacks: str
) -> None:
    made = client.responses.create(**HELLO, **more)
    words = f"cannot be streamed because it was not created with {lacks}=true."
    refused(400, words, client.responses.retrieve, made.id, stream=True)


@pytest.mark.parametrize("query", ["stream=maybe", "starting_after=x"])
def test_the_parameters_in_the_address_have_their_types(client: OpenAI, query: str) -> None:
    made = client.responses.create(**LATER)
    refused(400, "Invalid type for", client.get, f"/responses/{made.id}?{query}", cast_to=object)


# What a response answers


def test_the_input_is_listed_as_items_with_what_came_before(client: OpenAI) -> None:
    first = client.responses.create(model=LUNA, input="Hi, I am Mei and I grow tomatoes.")
    picture: Any = {"type": "input_image", "image_url": URL}
    more: Any = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [picture]},
    ]
    second = client.responses.create(model=LUNA, input=more, previous_response_id=first.id)
    listed: list[Any] = list(client.responses.input_items.list(second.id, order="asc", limit=2))
    assert [item.role for item in listed] == ["user", "assistant", "developer", "user"]
    assert listed[0].content[0].text == "Hi, I am Mei and I grow tomatoes."
    assert listed[1].id == first.output[0].id
    assert listed[3].content[0].image_url is None
    newest: Any = client.responses.input_items.list(
        second.id, include=["message.input_image.image_url"]
    ).data[0]
    assert newest.id == listed[3].id and newest.content[0].image_url == URL
    assert client.responses.input_items.list(second.id, limit=1).has_more
    page = client.responses.input_items.list(second.id, after=listed[1].id)
    assert [item.id for item in page.data] == [listed[0].id]


def test_the_input_is_listed_as_far_as_what_came_before_is_kept(client: OpenAI) -> None:
    talk = client.conversations.create(items=[{"role": "user", "content": "In it"}]).id
    first = client.responses.create(model=LUNA, input="One", conversation=talk)
    second = client.responses.create(model=LUNA, input="Two", previous_response_id=first.id)

    def texts(id: str) -> list[str]:
        listed: list[Any] = list(client.responses.input_items.list(id, order="asc"))
        return [item.content[0].text for item in listed if item.role == "user"]

    client.responses.create(model=LUNA, input="Later", conversation=talk)
    assert (texts(first.id), texts(second.id)) == (["In it", "One"], ["In it", "One", "Two"])
    client.conversations.delete(talk)
    assert texts(second.id) == ["One", "Two"]
    client.responses.delete(first.id)
    assert texts(second.id) == ["Two"]


# Compaction


def test_a_compacted_conversation_keeps_what_the_user_said_and_costs_less(client: OpenAI) -> None:
    long = "Hi, I am Mei and I grow tomatoes."
    story: Any = [
        {"role": "user", "content": long},
        {"role": "assistant", "content": "word " * 500},
    ]
    short = client.responses.compact(model=LUNA, input=story)
    # The SDK's type has no messages of the user, and warns of them.
    kept: Any = [item.to_dict(warnings=False) for item in short.output]
    assert [item["type"] for item in kept] == ["message", "compaction"]
    assert (kept[0]["role"], kept[0]["content"][0]["text"]) == ("user", long)
    question: Any = {"role": "user", "content": "And now?"}
    before = client.responses.create(model=LUNA, input=[*story, question]).usage
    after = client.responses.create(model=LUNA, input=[*kept, question]).usage
    assert before and after and after.input_tokens < before.input_tokens - 400
    assert short.usage.input_tokens < before.input_tokens


def test_what_was_compacted_is_no_rule_for_written_replies(client: OpenAI) -> None:
    story: Any = [
        {"role": "user", "content": "Hi, I am Mei and I grow tomatoes."},
        {"role": "assistant", "content": "Hello Mei!"},
    ]
    short = client.responses.compact(model=LUNA, input=story)
    kept: Any = [item.to_dict(warnings=False) for item in short.output]
    name: Any = {"role": "user", "content": "What is my name?"}
    reply = client.responses.create(model=LUNA, input=[*kept, name])
    assert reply.output_text == "Your name is Mei."


def test_what_the_api_has_compacted_only_the_api_can_read(client: OpenAI) -> None:
    theirs: Any = [{"type": "compaction", "encrypted_content": "gAAAAAB"}]
    refused(400, r"\(Offline mock\) The API has", client.responses.create, model=LUNA, input=theirs)
    refused(400, "Missing required parameter: 'input'", client.responses.compact, model=LUNA)
