"""The core: which path is answered, with which key, ids and times; and the net below everything."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from helpers.mock import core
from helpers.mock.endpoints import chat
from helpers.mock.errors import MOCK_ERROR
from helpers.mock.generation import replies
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock
from tests.mock.asking import HELLO, KEY, LUNA, PATHS, ask, error, hello, lack, told

APIS = sorted(PATHS)


# Paths


def test_an_endpoint_that_only_the_api_has_is_named_as_the_mocks_lack(mock: Mock) -> None:
    for method, path in (
        ("POST", "/v1/audio/speech"),
        ("POST", "/v1/audio/transcriptions"),
        ("POST", "/v1/realtime/client_secrets"),
        ("POST", "/v1/fine_tuning/jobs"),
        ("POST", "/v1/vector_stores"),
        ("POST", "/v1/decisions"),
        ("GET", "/v1/vector_stores/vs_1/files"),
        ("DELETE", "/v1/models/gpt-6-luna"),
    ):
        reply = ask(mock, path, {}, method=method)
        assert reply.status == 404 and f"the endpoint {method} {path};" in lack(reply)


def test_a_typo_in_the_path_is_an_invalid_url(mock: Mock) -> None:
    typos = ("/v1/nonsense", "/v1/embedding", "/v1/chat/completion", "/chat/completions", "/", "")
    for path in typos:
        reply = ask(mock, path, {})
        found = error(reply)
        assert (reply.status, found["type"]) == (404, "invalid_request_error")
        assert found["message"] == f"Invalid URL (POST {path})"


def test_another_method_is_not_allowed(mock: Mock) -> None:
    for method, path in (("PUT", "/v1/chat/completions"), ("POST", "/v1/models")):
        reply = ask(mock, path, {}, method=method)
        assert (reply.status, error(reply)["code"]) == (405, "method_not_supported"), path


# Keys


def test_without_a_key_nothing_is_answered(mock: Mock) -> None:
    for header in ("", "Bearer ", "Basic x", KEY):
        reply = ask(mock, "/v1/models", method="GET", headers={"authorization": header})
        assert reply.status == 401 and "didn't provide an API key" in error(reply)["message"]


def test_a_wrong_key_is_refused_and_shown_without_its_middle_unless_it_is_short(
    mock: Mock,
) -> None:
    for key, shown in (
        ("sk-proj-FAKE-short", "sk-proj-******hort"),
        ("sk-FAKE-1234", "sk-FAKE-1234"),
        ("EMPTY", "EMPTY"),
    ):
        reply = ask(mock, "/v1/models", method="GET", headers={"authorization": f"Bearer {key}"})
        found = error(reply)
        assert (reply.status, found["code"]) == (401, "invalid_api_key")
        assert found["message"].startswith(f"Incorrect API key provided: {shown}. You can find")


def test_a_mock_for_any_key_still_asks_for_one() -> None:
    mock = Mock(any_key=True)
    statuses = [
        ask(mock, "/v1/models", method="GET", headers={"authorization": header}).status
        for header in ("Bearer EMPTY", "Bearer x", "Bearer ")
    ]
    assert statuses == [200, 200, 401]


# Bodies


def test_bytes_that_are_no_json_cannot_be_parsed(mock: Mock) -> None:
    odd = [b"", b"{", b"\xff", b"[" * 100_000, b'{"model": NaN}', b'{"model": 1e999}']
    odd += [b'{"model": "\xed\xa0\xbd"}', '{"model": "gpt-6-luna"}'.encode("utf-16")]
    for body in odd:
        reply = ask(mock, PATHS["chat"], body)
        assert reply.status == 400 and "could not parse the JSON body" in error(reply)["message"]


def test_json_that_is_no_object_is_refused(mock: Mock) -> None:
    for body in (b"[1]", b'"x"', b"null", b"5"):
        assert error(ask(mock, PATHS["responses"], body))["code"] == "invalid_type", body


def test_half_a_surrogate_pair_is_read_as_a_replacement_character(mock: Mock) -> None:
    # JavaScript's JSON.stringify sends it when a text was cut within an emoji.
    body = json.dumps(HELLO["responses"] | {"input": "cut \ud83d, whole \ud83d\ude00"}).encode()
    text = told(ask(mock, PATHS["responses"], body))["output"][0]["content"][0]["text"]
    assert "“cut \ufffd, whole 😀”" in text


# Models


@pytest.mark.parametrize("api", APIS)
def test_a_living_model_answers_under_its_own_name(mock: Mock, api: str) -> None:
    for name in (
        *("gpt-5.6-terra", "gpt-5.4-mini", "gpt-5-mini", "gpt-4.1-mini", "gpt-4o-2024-08-06"),
        *("gpt-6.2-sol", "gpt-6.1-terra", "o3", "ft:gpt-4.1-mini-2025-04-14:org::id"),
    ):
        assert told(hello(mock, api, model=name))["model"] == name


@pytest.mark.parametrize("api", APIS)
def test_a_model_that_was_shut_down_is_said_to_be_deprecated(mock: Mock, api: str) -> None:
    for name in ("gpt-3.5-turbo", "gpt-4-vision-preview", "o1-mini"):
        reply = hello(mock, api, model=name)
        found, words = error(reply), f"The model `{name}` has been deprecated, learn more here: "
        assert (reply.status, found["code"]) == (404, "model_not_found")
        assert found["message"].startswith(words)


@pytest.mark.parametrize(
    ("api", "status", "param", "words"),
    [
        ("chat", 404, None, "The model `{}` does not exist or you do not have access to it."),
        ("responses", 400, "model", "The requested model '{}' does not exist."),
    ],
)
def test_a_model_that_nobody_knows_does_not_exist(
    mock: Mock, api: str, status: int, param: str | None, words: str
) -> None:
    reply = hello(mock, api, model="llama-3")
    expected = {"message": words.format("llama-3"), "param": param, "code": "model_not_found"}
    assert (reply.status, error(reply)) == (status, expected | {"type": "invalid_request_error"})
    # Of a name that may be newer than the mock's list, the mock says so.
    newer = error(hello(mock, api, model="gpt-7-nova"))["message"]
    assert newer.startswith(words.format("gpt-7-nova") + " (Offline mock: its list of models is of")


def test_a_model_for_something_else_is_refused_by_each_api(mock: Mock) -> None:
    for name, words in (
        ("text-embedding-3-small", "This is not a chat model"),
        ("gpt-5.5-pro", "only supported in v1/responses"),
    ):
        reply = hello(mock, "chat", model=name)
        assert reply.status == 404 and words in error(reply)["message"]
    reply = hello(mock, "responses", model="text-embedding-3-small")
    assert reply.status == 400 and "cannot be used with the Responses" in error(reply)["message"]


def test_models_are_listed_without_those_that_were_shut_down(client: OpenAI) -> None:
    listed = {model.id: model for model in client.models.list()}
    assert listed[LUNA].owned_by == "system" and listed[LUNA].shutdown_date is None
    assert listed["gpt-4o"].shutdown_date == "2027-01-14"
    assert {"gpt-5.6-terra", "gpt-image-2", "text-embedding-3-small"} <= set(listed)
    assert not {"gpt-3.5-turbo", "dall-e-3"} & set(listed)
    assert client.models.retrieve(LUNA) == listed[LUNA]


def test_a_model_that_is_not_there_cannot_be_retrieved(client: OpenAI) -> None:
    for name in ("gpt-7", "gpt-3.5-turbo"):
        with pytest.raises(openai.NotFoundError) as caught:
            client.models.retrieve(name)
        assert (caught.value.param, caught.value.code) == ("model", "model_not_found")
        assert caught.value.message.endswith(f"The model '{name}' does not exist")


# Ids, times, headers

THINK = {"input": "Think.", "reasoning": {"effort": "high"}}
F = {"type": "function", "name": "f"}


def ids(mock: Mock) -> list[str]:
    """Return the ids of everything that has one, in the order of the requests."""
    completion = told(hello(mock, "chat"))
    response = told(hello(mock, "responses", tools=[F], tool_choice="required", **THINK))
    message = told(hello(mock, "responses", **THINK))["output"][-1]
    call = response["output"][-1]
    items = [item["id"] for item in response["output"]]
    boundary = {"content-type": "multipart/form-data; boundary=x"}
    form = (
        b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nvision\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\na\r\n--x--\r\n'
    )
    file = told(ask(mock, "/v1/files", form, headers=boundary))
    request = hello(mock, "chat").headers["x-request-id"]
    found = [completion["id"], response["id"], *items, message["id"], call["call_id"], file["id"]]
    return [*found, request]


SHAPES = [
    *("chatcmpl-[0-9A-Za-z]{29}", "resp_[0-9a-f]{50}", "rs_[0-9a-f]{50}", "fc_[0-9a-f]{50}"),
    *("msg_[0-9a-f]{50}", "call_[0-9A-Za-z]{24}", "file-[0-9A-Za-z]{22}", "req_[0-9a-f]{32}"),
]


def test_ids_have_the_apis_shapes(mock: Mock) -> None:
    found = ids(mock)
    assert len(found) == len(SHAPES)
    for shape, one in zip(SHAPES, found, strict=True):
        assert re.fullmatch(shape, one), one


def test_the_same_requests_get_other_ids_the_second_time_and_the_same_in_the_next_run(
    mock: Mock,
) -> None:
    first, second = ids(mock), ids(mock)
    assert len(set(first + second)) == 2 * len(SHAPES)
    assert (ids(again := Mock()), ids(again)) == (first, second)
    mock.reset()
    assert ids(mock) == first


@pytest.mark.parametrize("api", APIS)
def test_a_run_repeated_gets_the_same_bytes(api: str) -> None:
    assert hello(Mock(), api).body == hello(Mock(), api).body
    first, second = (list(hello(Mock(), api, stream=True).events or ()) for _ in range(2))
    assert first == second


def test_a_reset_mock_has_forgotten_what_was_stored(mock: Mock) -> None:
    first = told(hello(mock, "responses"))["id"]
    assert hello(mock, "responses", previous_response_id=first).status == 200
    mock.reset()
    assert hello(mock, "responses", previous_response_id=first).status == 400


def test_times_are_whole_seconds_in_order_and_never_ahead_of_the_clock(mock: Mock) -> None:
    times = [told(hello(mock, "chat"))["created"] for _ in range(3)]
    response = told(hello(mock, "responses"))
    times += [response["created_at"], response["completed_at"]]
    assert all(type(one) is int for one in times)
    assert times == sorted(times) and len(set(times)) >= 4
    assert times[-1] <= time.time()


def limits(reply: Reply) -> dict[str, str]:
    prefix = "x-ratelimit-"
    return {
        name.removeprefix(prefix): text
        for name, text in reply.headers.items()
        if name.startswith(prefix)
    }


NAMES = {
    f"{what}-{of}" for what in ("limit", "remaining", "reset") for of in ("requests", "tokens")
}


def test_rate_limits_are_in_the_headers_of_what_counts_and_of_a_refused_chat(mock: Mock) -> None:
    for reply in (
        hello(mock, "chat"),
        hello(mock, "chat", stream=True),
        hello(mock, "responses"),
        hello(mock, "chat", temperature="hot"),
    ):
        assert set(limits(reply)) == NAMES
    found, usage = limits(reply := hello(mock, "chat")), told(reply)["usage"]
    assert int(found["remaining-requests"]) == int(found["limit-requests"]) - 1
    assert int(found["limit-tokens"]) - int(found["remaining-tokens"]) == usage["prompt_tokens"]
    assert re.fullmatch(r"\d+ms", found["reset-tokens"])


def test_rate_limits_are_in_no_other_headers(mock: Mock) -> None:
    refused = hello(mock, "responses", temperature="hot")
    unknown = hello(mock, "chat", model="llama-3")
    keyless = ask(mock, PATHS["chat"], HELLO["chat"], headers={"authorization": "Bearer EMPTY"})
    listed = ask(mock, "/v1/files", method="GET")
    assert [reply.status for reply in (refused, unknown, keyless, listed)] == [400, 404, 401, 200]
    assert [limits(reply) for reply in (refused, unknown, keyless, listed)] == [{}] * 4


@pytest.mark.parametrize("api", APIS)
def test_a_reply_says_whether_it_is_a_stream_and_which_api_it_is(mock: Mock, api: str) -> None:
    kinds = [hello(mock, api, stream=flag).headers["content-type"] for flag in (False, True)]
    assert kinds == ["application/json", "text/event-stream; charset=utf-8"]
    assert hello(mock, api).headers["openai-version"] == "2020-10-01"


# The net


def test_a_request_that_breaks_an_endpoint_gets_one_sentence_and_is_not_retried(
    mock: Mock, client: OpenAI, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("secret")

    monkeypatch.setattr(chat, "ROUTES", [("POST", PATHS["chat"], broken)])
    with pytest.raises(openai.InternalServerError) as caught:
        client.with_options(max_retries=2).chat.completions.create(**HELLO["chat"])
    assert mock.number == 1
    assert caught.value.type == MOCK_ERROR and caught.value.request_id
    assert caught.value.message.endswith("(Offline mock) This request broke the mock (KeyError).")
    assert capfd.readouterr() == ("", "")


def test_a_broken_file_of_replies_is_named_in_the_error(
    mock: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "04_chat.yaml").write_text("- {reply: Yo}")
    monkeypatch.setattr("helpers.mock.state.load", lambda: replies.load(tmp_path))
    reply = hello(mock, "chat")
    assert reply.status == 500 and "04_chat.yaml: entry" in error(reply)["message"]


def test_a_content_type_of_any_characters_is_answered(mock: Mock) -> None:
    headers = {
        "content-type": "multipart/form-data; boundary=日本",
        "authorization": f"Bearer {KEY}",
    }
    assert core.answer(Request("POST", "/v1/files", headers, b"--x"), mock).status == 400
