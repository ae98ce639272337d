"""Batches: from the uploaded lines to the files of answers and of errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types import Batch

from helpers.mock.endpoints import batches
from helpers.mock.state import Mock
from helpers.models import DEFAULT
from tests.mock.cases import batch, line, user

KNOWN: dict[str, Any] = {"model": DEFAULT, "messages": user("Who are you?")}
EMBED = "text-embedding-3-small"


def steps(client: OpenAI, begun: Batch) -> Iterator[Batch]:
    """Yield a batch as it stands each time it is retrieved, until it is over."""
    while begun.status not in ("completed", "failed", "cancelled", "expired"):
        begun = client.batches.retrieve(begun.id)
        yield begun


def over(client: OpenAI, begun: Batch) -> Batch:
    return list(steps(client, begun))[-1]


def rows(client: OpenAI, file_id: str | None) -> dict[str, Any]:
    """Return the lines of an output or error file by their custom_id."""
    if file_id is None:
        return {}
    found = [json.loads(row) for row in client.files.content(file_id).text.splitlines()]
    assert len({row["id"] for row in found}) == len(found)
    return {row["custom_id"]: row for row in found}


def faults(client: OpenAI, *lines: bytes, **asked: Any) -> list[tuple[Any, ...]]:
    """Return (code, line, param, message) of what fails a batch."""
    failed = over(client, batch(client, *lines, **asked))
    assert failed.status == "failed" and failed.failed_at and failed.output_file_id is None
    assert failed.errors and failed.errors.data
    return [(one.code, one.line, one.param, one.message) for one in failed.errors.data]


def refused(call: Callable[..., Any], *given: Any, **asked: Any) -> Any:
    with pytest.raises(openai.APIStatusError) as caught:
        call(*given, **asked)
    return caught.value


def test_a_batch_goes_on_each_time_it_is_retrieved(client: OpenAI) -> None:
    begun = batch(client, line("a", body=KNOWN), metadata={"lesson": "12"})
    assert (begun.status, begun.metadata) == ("validating", {"lesson": "12"})
    assert begun.expires_at == begun.created_at + 86_400
    states = list(steps(client, begun))
    assert [state.status for state in states] == ["in_progress", "finalizing", "completed"]
    *_, done = states
    assert done.model == DEFAULT
    assert done.request_counts and done.request_counts.to_dict() == {
        "total": 1,
        "completed": 1,
        "failed": 0,
    }
    times = [done.created_at, done.in_progress_at, done.finalizing_at, done.completed_at]
    assert times == sorted(set(map(int, filter(None, times))))
    assert client.batches.retrieve(done.id) == done == client.batches.list().data[0]


def test_a_line_is_answered_as_the_endpoint_answers_it(client: OpenAI, mock: Mock) -> None:
    reply = rows(client, over(client, batch(client, line("a", body=KNOWN))).output_file_id)["a"]
    assert reply["error"] is None and reply["id"].startswith("batch_req_")
    assert reply["response"]["status_code"] == 200 and len(reply["response"]["request_id"]) == 32
    chat = client.chat.completions.create(**KNOWN)
    assert reply["response"]["body"]["choices"] == chat.to_dict()["choices"]
    assert reply["response"]["body"]["id"] != chat.id


@pytest.mark.parametrize(
    ("endpoint", "body", "kind"),
    [
        ("/v1/responses", {"model": DEFAULT, "input": "Hello"}, "response"),
        ("/v1/embeddings", {"model": EMBED, "input": ["Hello", "there"]}, "list"),
        ("/v1/images/generations", {"model": "gpt-image-2.6-flare", "prompt": "A cat"}, None),
        ("/v1/moderations", {"input": "You are an idiot"}, None),
    ],
)
def test_batches_of_other_endpoints(
    client: OpenAI, endpoint: str, body: dict[str, Any], kind: str | None
) -> None:
    done = over(client, batch(client, line(url=endpoint, body=body), endpoint=endpoint))
    reply = rows(client, done.output_file_id)["1"]["response"]["body"]
    assert reply.get("object") == kind
    assert done.usage and done.usage.total_tokens == reply.get("usage", {}).get("total_tokens", 0)


def test_a_custom_id_may_be_any_text(client: OpenAI) -> None:
    done = over(client, batch(client, line("é 🌃"), line("\ud800")))
    assert rows(client, done.output_file_id).keys() == {"é 🌃", "\ufffd"}


def test_tokens_are_added_up(client: OpenAI) -> None:
    done = over(client, batch(client, *(line(str(i), body=KNOWN) for i in range(3))))
    one = client.chat.completions.create(**KNOWN).usage
    assert one and done.usage
    assert done.usage.input_tokens == 3 * one.prompt_tokens
    assert done.usage.output_tokens == 3 * one.completion_tokens
    assert done.usage.total_tokens == 3 * one.total_tokens


def test_what_a_line_is_refused_for_stands_in_the_error_file(client: OpenAI) -> None:
    wrong = {"model": DEFAULT, "messages": user("Hi"), "n": 0}
    done = over(client, batch(client, line("good", body=KNOWN), line("bad", body=wrong)))
    assert done.status == "completed" and done.errors is None
    assert done.request_counts
    assert (done.request_counts.completed, done.request_counts.failed) == (1, 1)
    assert rows(client, done.output_file_id).keys() == {"good"}
    bad = rows(client, done.error_file_id)["bad"]
    assert bad["error"] is None and bad["response"]["status_code"] == 400
    assert bad["response"]["body"]["error"]["param"] == "n"
    none = over(client, batch(client, line("bad", body=wrong)))
    assert none.status == "completed" and none.output_file_id is None and none.error_file_id


def test_a_large_batch_is_answered_by_portions_and_not_in_order(client: OpenAI) -> None:
    names = [str(i) for i in range(120)]
    states = list(steps(client, batch(client, *(line(name, body=KNOWN) for name in names))))
    counts = [state.request_counts.completed for state in states if state.request_counts]
    assert counts == [0, 50, 100, 120, 120]
    found = list(rows(client, states[-1].output_file_id))
    assert sorted(found, key=int) == names and found != names


def test_the_files_of_a_batch_end_as_asked(client: OpenAI) -> None:
    for asked, seconds in (
        ({}, 30 * 86_400),
        ({"output_expires_after": {"anchor": "created_at", "seconds": 3600}}, 3600),
    ):
        done = over(client, batch(client, line(body=KNOWN), **asked))
        file = client.files.retrieve(str(done.output_file_id))
        assert (file.purpose, file.filename) == ("batch_output", f"{done.id}_output.jsonl")
        assert file.expires_at == file.created_at + seconds


def test_a_cancelled_batch_keeps_what_is_answered(client: OpenAI) -> None:
    begun = batch(client, *(line(str(i), body=KNOWN) for i in range(60)))
    assert [client.batches.retrieve(begun.id).status for _ in range(2)] == ["in_progress"] * 2
    assert client.batches.cancel(begun.id).status == "cancelling"
    stopped = client.batches.retrieve(begun.id)
    assert (stopped.status, len(rows(client, stopped.output_file_id))) == ("cancelled", 50)
    left = rows(client, stopped.error_file_id)
    assert len(left) == 10 and left["59"]["response"] is None
    assert left["59"]["error"]["code"] == "batch_cancelled"
    assert client.batches.cancel(begun.id) == stopped
    for finished in (batch(client, line(body=KNOWN)), batch(client, b"{")):
        ended = over(client, finished)
        error = refused(client.batches.cancel, ended.id)
        assert (error.status_code, error.type) == (409, "invalid_request_error")
        assert error.body["message"] == f"Cannot cancel a batch with status '{ended.status}'."


def test_what_is_not_answered_in_a_day_expires(client: OpenAI, mock: Mock) -> None:
    begun = batch(client, *(line(str(i), body=KNOWN) for i in range(60)))
    for _ in range(2):
        client.batches.retrieve(begun.id)
    mock.number += 86_400
    late = client.batches.retrieve(begun.id)
    assert late.status == "expired" and late.expired_at
    assert len(rows(client, late.output_file_id)) == 50
    assert rows(client, late.error_file_id)["59"]["error"] == {
        "code": "batch_expired",
        "message": "This request could not be executed before the completion window expired.",
    }


def test_answers_are_bounded_and_the_rest_says_so(
    client: OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_ANSWERED", 1000)
    done = over(client, batch(client, *(line(str(i), body=KNOWN) for i in range(60))))
    assert len(rows(client, done.output_file_id)) == 50
    assert "(Offline mock)" in rows(client, done.error_file_id)["59"]["error"]["message"]


def test_every_wrong_line_is_told(client: OpenAI) -> None:
    lacks = [
        json.dumps({**json.loads(line(str(i))), name: None}).encode() + b"\n"
        for i, name in enumerate(("custom_id", "method", "url", "body"))
    ]
    assert faults(client, *lacks) == [
        ("missing_required_parameter", i, name, f"Missing required parameter: '{name}'.")
        for i, name in enumerate(("custom_id", "method", "url", "body"), 1)
    ]
    assert faults(client, line("1"), b"\n", b"{invalid json here") == [
        ("invalid_json_line", 3, None, "This line is not parseable as valid JSON.")
    ]


@pytest.mark.parametrize(
    ("changes", "code", "param", "message"),
    [
        (
            {"url": "/v1/embeddings"},
            "invalid_url",
            "url",
            "The URL provided for this request does not match the batch endpoint.",
        ),
        (
            {"body": {**KNOWN, "stream": True}},
            "streaming_unsupported",
            "body.stream",
            "Chat Completions: Streaming is not supported in the Batch API.",
        ),
        (
            {"body": {"messages": user("Hi")}},
            "invalid_request",
            "body.model",
            "Model parameter is required.",
        ),
        (
            {"body": {"model": DEFAULT}},
            "invalid_request",
            "body.messages",
            "Messages parameter is required.",
        ),
        (
            {"body": {**KNOWN, "model": "nonexistent-model-xyz"}},
            "model_not_found",
            "body.model",
            "The provided model 'nonexistent-model-xyz' is not supported by the Batch API.",
        ),
    ],
)
def test_a_line_that_fails_the_batch_is_told_in_the_apis_words(
    client: OpenAI, changes: dict[str, Any], code: str, param: str, message: str
) -> None:
    assert faults(client, line("a"), line("b", **changes)) == [(code, 2, param, message)]


@pytest.mark.parametrize(
    ("lines", "number", "param", "words"),
    [
        ([line("a"), line("b"), line("a")], 3, "custom_id", "'a' stands in a line before"),
        ([line("a"), line("b", body={**KNOWN, "model": "gpt-4o"})], 2, "body.model", "the same"),
        ([line("a", method="GET")], 1, "method", "POST"),
        ([line(1)], 1, "custom_id", "a string"),
        ([line("a", body=[])], 1, "body", "an object"),
        ([b"[]"], 1, None, "an object"),
        ([b"\n"], None, None, "no requests"),
    ],
)
def test_what_fails_a_batch_in_words_that_are_not_known_is_told_in_the_mocks(
    client: OpenAI, lines: list[bytes], number: int | None, param: str | None, words: str
) -> None:
    ((code, at, named, message),) = faults(client, *lines)
    assert (code, at, named) == ("invalid_request", number, param)
    assert message.startswith("(Offline mock) ") and words in message


def test_a_file_that_is_not_there_or_no_batch_fails_the_batch(client: OpenAI) -> None:
    other = client.files.create(file=("a.jsonl", line()), purpose="user_data")
    for id, words in (("file-0", "Cannot find file file-0, or"), (other.id, "(Offline mock)")):
        begun = client.batches.create(
            input_file_id=id, endpoint="/v1/chat/completions", completion_window="24h"
        )
        failed = over(client, begun)
        assert failed.status == "failed" and failed.errors and failed.errors.data
        (fault,) = failed.errors.data
        assert (fault.code, fault.param, fault.line) == ("invalid_request", "file_id", None)
        assert words in str(fault.message)


@pytest.mark.parametrize(
    ("asked", "status", "param", "words"),
    [
        ({"endpoint": "/v1/nothing"}, 400, "endpoint", "Invalid value: '/v1/nothing'. Supported"),
        (
            {"endpoint": "/v1/videos"},
            400,
            "endpoint",
            "The API has batches of /v1/videos; the mock",
        ),
        ({"completion_window": "1h"}, 400, "completion_window", "Supported values are: '24h'"),
        (
            {"metadata": {"tags": ["a"]}},
            400,
            "metadata.tags",
            "expected a string, but got an array",
        ),
        (
            {"output_expires_after": {"anchor": "created_at", "seconds": 3599}},
            400,
            "output_expires_after.seconds",
            "Expected a value >= 3600",
        ),
        ({"input_file_id": openai.omit}, 400, "input_file_id", "Missing required parameter"),
    ],
)
def test_a_wrong_request_is_refused(
    client: OpenAI, asked: dict[str, Any], status: int, param: str, words: str
) -> None:
    good = {
        "input_file_id": "file-0",
        "endpoint": "/v1/chat/completions",
        "completion_window": "24h",
    }
    error = refused(client.batches.create, **{**good, **asked})
    assert (error.status_code, error.param) == (status, param) and words in error.message


def test_a_batch_that_is_not_there(client: OpenAI) -> None:
    for call in (client.batches.retrieve, client.batches.cancel):
        error = refused(call, "batch_0")
        assert (error.status_code, error.body["message"]) == (
            404,
            "No batch found with id 'batch_0'.",
        )


def test_batches_are_listed_by_pages_and_forgotten_by_reset(client: OpenAI, mock: Mock) -> None:
    ids = [batch(client, line()).id for _ in range(3)]
    assert [one.id for one in client.batches.list(limit=2)] == ids[::-1]
    assert {one.status for one in client.batches.list()} == {"validating"}
    mock.reset()
    assert client.batches.list().data == []
