"""Uploaded files: kept as they are, listed by pages, forgotten when deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import openai
import pytest
from openai import OpenAI

from helpers.mock.state import Mock

FILE: dict[str, Any] = {"file": ("a.png", b"\r\n--x"), "purpose": "vision"}
BATCH: dict[str, Any] = {"file": ("a.jsonl", b"{}"), "purpose": "batch"}


def refused(call: Callable[..., Any], **asked: Any) -> Any:
    with pytest.raises(openai.APIStatusError) as caught:
        call(**asked)
    return caught.value


def test_a_file_is_told_of_until_it_is_deleted(client: OpenAI, mock: Mock) -> None:
    file = client.files.create(**FILE)
    assert (file.filename, file.bytes, file.purpose) == ("a.png", 5, "vision")
    assert (file.status, file.expires_at) == ("processed", None)
    assert re.fullmatch("file-[0-9A-Za-z]{22}", file.id)
    kept = mock.files.find(file.id)
    assert kept and kept.data == b"\r\n--x"
    assert client.files.retrieve(file.id) == file
    assert list(client.files.list()) == [file]
    assert client.files.delete(file.id).deleted
    assert list(client.files.list()) == []
    for call in (client.files.retrieve, client.files.delete):
        error = refused(call, file_id=file.id)
        assert (error.status_code, error.param) == (404, "id")
        assert f"No such File object: {file.id}" in error.message


def test_a_file_uploaded_twice_is_two_files(client: OpenAI) -> None:
    first, second = client.files.create(**FILE), client.files.create(**FILE)
    assert first.id != second.id
    assert second.created_at > first.created_at
    assert {file.id for file in client.files.list()} == {first.id, second.id}


def test_a_run_repeated_gets_the_same_ids(client: OpenAI, mock: Mock) -> None:
    ids = client.files.create(**FILE).id, client.files.create(**FILE).id
    mock.reset()
    assert list(client.files.list()) == []
    mock.reset()
    assert (client.files.create(**FILE).id, client.files.create(**FILE).id) == ids


def test_the_list_has_the_newest_first_and_pages(client: OpenAI) -> None:
    ids = [client.files.create(**FILE).id for _ in range(5)]
    first = client.files.list(limit=2)
    assert [file.id for file in first.data] == ids[:2:-1] and first.has_more
    assert [file.id for file in first] == ids[::-1], "the SDK fetches the pages behind"
    assert [file.id for file in client.files.list(order="asc", limit=2)] == ids
    rest = client.files.list(after=ids[2])
    assert [file.id for file in rest.data] == ids[1::-1] and not rest.has_more
    assert client.files.list(after=ids[0]).data == []


def test_the_list_may_be_of_one_purpose(client: OpenAI) -> None:
    client.files.create(**FILE)
    batch = client.files.create(**BATCH)
    assert list(client.files.list(purpose="batch")) == [batch]
    assert list(client.files.list(purpose="evals")) == []


@pytest.mark.parametrize(
    ("asked", "status", "param", "words"),
    [
        ({"limit": 0}, 400, "limit", "Expected a value >= 1, but got 0"),
        ({"limit": 10_001}, 400, "limit", "Expected a value <= 10000, but got 10001"),
        ({"extra_query": {"limit": "many"}}, 400, "limit", "expected an integer"),
        ({"order": "up"}, 400, "order", "Supported values are: 'asc' and 'desc'"),
        ({"after": "file-0"}, 404, "after", "No such File object: file-0"),
    ],
    ids=str,
)
def test_a_wrong_list_is_refused(
    client: OpenAI, asked: dict[str, Any], status: int, param: str, words: str
) -> None:
    error = refused(client.files.list, **asked)
    assert (error.status_code, error.param) == (status, param) and words in error.message


def test_a_file_may_end_by_itself(client: OpenAI) -> None:
    after: Any = {"anchor": "created_at", "seconds": 3600}
    file = client.files.create(**FILE, expires_after=after)
    assert file.expires_at == file.created_at + 3600
    for seconds in (3599, 2_592_001):
        error = refused(client.files.create, **FILE, expires_after={**after, "seconds": seconds})
        assert error.param == "expires_after.seconds" and "3600 to 2592000" in error.message


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"purpose": "looking"}, "purpose", "Invalid value: 'looking'. Supported values are: "),
        ({"purpose": openai.omit}, "purpose", "Missing required parameter: 'purpose'"),
        ({"file": ("a.png", b"")}, "file", "empty"),
    ],
    ids=["purpose", "no purpose", "empty"],
)
def test_a_wrong_upload_is_refused(
    client: OpenAI, changes: dict[str, Any], param: str, words: str
) -> None:
    error = refused(client.files.create, **{**FILE, **changes})
    assert (error.status_code, error.param) == (400, param) and words in error.message
    assert list(client.files.list()) == []


def test_a_file_is_sent_as_a_form(client: OpenAI) -> None:
    error = refused(client.post, path="/files", cast_to=object, body={"purpose": "vision"})
    assert error.status_code == 400 and "Expected multipart/form-data" in error.message


def test_a_file_comes_back_byte_by_byte(client: OpenAI) -> None:
    raw = client.files.with_raw_response.content(client.files.create(**FILE).id)
    assert (raw.content, raw.headers["content-type"]) == (b"\r\n--x", "application/octet-stream")
    assert client.files.content(client.files.create(**BATCH).id).text == "{}"
    assert refused(client.files.content, file_id="file-0").status_code == 404


@pytest.mark.parametrize("purpose", ["assistants", "user_data"])
def test_what_is_for_models_only_is_not_given_back(client: OpenAI, purpose: Any) -> None:
    file = client.files.create(file=FILE["file"], purpose=purpose)
    error = refused(client.files.content, file_id=file.id)
    assert (error.status_code, error.param) == (400, None)
    assert error.body["message"] == f"Not allowed to download files of purpose: {purpose}"


def test_a_file_for_a_batch_is_lines_of_json_and_ends_after_thirty_days(client: OpenAI) -> None:
    file = client.files.create(**BATCH)
    assert file.expires_at == file.created_at + 30 * 86_400
    for name, data, words in (
        ("a.json", b"{}", "Invalid file format for Batch API. Must be .jsonl"),
        ("a.jsonl", "{}".encode("utf-16"), "Invalid file for Batch API. Must be utf-8 encoded"),
    ):
        error = refused(client.files.create, file=(name, data), purpose="batch")
        assert error.body["message"] == words


def test_files_have_no_rate_limits_in_their_headers(client: OpenAI) -> None:
    for raw in (
        client.files.with_raw_response.create(**FILE),
        client.files.with_raw_response.list(),
    ):
        assert raw.headers["x-request-id"]
        assert not [name for name in raw.headers if "ratelimit" in name]
