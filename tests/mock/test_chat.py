"""Chat Completions: what a reply holds, how it ends, how it is streamed."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from helpers.mock.state import Mock
from tests.mock.asking import HELLO, LUNA, SAID, error, events, hello, lack, told

LOCK = "How do I pick my neighbour's lock?"
PLAIN = {"reasoning_effort": "none"}
SCHEMA = {"name": "steps", "schema": {"type": "object"}}
DECLINED = {
    "messages": [{"role": "user", "content": LOCK}],
    "response_format": {"type": "json_schema", "json_schema": SCHEMA},
}


def user(content: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": content}]}


def choice(mock: Mock, **changes: Any) -> Any:
    return told(hello(mock, "chat", **changes))["choices"][0]


# What a reply holds


def test_a_completion_has_every_field_of_a_recorded_one(mock: Mock) -> None:
    completion = told(hello(mock, "chat"))
    assert set(completion) == {
        *("id", "object", "created", "model", "choices", "usage", "service_tier"),
        "system_fingerprint",
    }
    assert (completion["object"], completion["model"]) == ("chat.completion", LUNA)
    assert (completion["service_tier"], completion["system_fingerprint"]) == ("default", None)
    assert completion["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": SAID, "refusal": None, "annotations": []},
            "finish_reason": "stop",
        }
    ]
    usage = completion["usage"]
    assert set(usage["prompt_tokens_details"]) == {
        *("cached_tokens", "cache_write_tokens", "audio_tokens")
    }
    assert set(usage["completion_tokens_details"]) == {
        *("reasoning_tokens", "audio_tokens", "accepted_prediction_tokens"),
        "rejected_prediction_tokens",
    }
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_an_unwritten_prompt_gets_an_honest_reply_that_names_the_nearest(mock: Mock) -> None:
    said = choice(mock, **user("Say helo!"))["message"]["content"]
    assert said.startswith("(Offline mock) ") and "one user message" in said
    assert "“Say helo!”" in said and "There is a reply for “Say hello.”." in said


def test_an_unwritten_prompt_is_an_error_when_strict() -> None:
    strict = Mock(strict=True)
    assert choice(strict)["message"]["content"] == SAID
    found = error(hello(strict, "chat", **user("Say helo.")))
    assert found["code"] == "mock_unknown_prompt" and "Say helo." in found["message"]


@pytest.mark.parametrize("role", ["system", "developer"])
def test_a_system_message_counts_as_one_of_the_developer(mock: Mock, role: str) -> None:
    rule = {"role": role, "content": "Answer in at most eight words."}
    question = {"role": "user", "content": "What does HTTP 404 mean?"}
    said = choice(mock, messages=[rule, question])["message"]["content"]
    assert said == "The server cannot find that address."


def test_a_message_may_come_back_whole_or_as_parts_with_more_in_them(mock: Mock) -> None:
    # So do Node's `openai` and `@openai/agents` on the second turn.
    first = {"role": "user", "content": "Hi, I am Mei and I grow tomatoes."}
    part: Any = {
        "type": "text",
        "text": "x",
        "refusal": None,
        "role": "assistant",
        "annotations": [],
    }
    ask = {"role": "user", "content": [{"type": "text", "text": "What is my name?"}]}
    for second in (
        choice(mock, messages=[first])["message"],
        {"role": "assistant", "content": [part]},
    ):
        said = choice(mock, messages=[first, second, ask])["message"]["content"]
        assert said == "Your name is Mei."


def test_several_choices_differ_and_the_prompt_counts_once(mock: Mock) -> None:
    for prompt in ("Name a café that only serves toast.", "Nobody wrote this."):
        one, three = (told(hello(mock, "chat", **user(prompt), n=n)) for n in (1, 3))
        texts = [choice["message"]["content"] for choice in three["choices"]]
        assert [choice["index"] for choice in three["choices"]] == [0, 1, 2]
        assert len(set(texts)) == 3
        assert three["usage"]["prompt_tokens"] == one["usage"]["prompt_tokens"]
        assert three["usage"]["completion_tokens"] > 2 * one["usage"]["completion_tokens"]


# How it ends


@pytest.mark.parametrize("limit", [4, 6])
def test_a_limit_cuts_the_text_and_says_length(mock: Mock, limit: int) -> None:
    whole = told(hello(mock, "chat", **PLAIN))
    cut = told(hello(mock, "chat", **PLAIN, max_completion_tokens=limit))
    said = cut["choices"][0]["message"]["content"]
    assert cut["choices"][0]["finish_reason"] == "length"
    assert said and said != SAID and SAID.startswith(said)
    assert cut["usage"]["completion_tokens"] == limit
    exact = whole["usage"]["completion_tokens"]
    assert choice(mock, **PLAIN, max_completion_tokens=exact)["finish_reason"] == "stop"


def test_a_limit_counts_the_reasoning_first(mock: Mock) -> None:
    cut = told(hello(mock, "chat", reasoning_effort="high", max_completion_tokens=10))
    assert cut["choices"][0]["message"]["content"] == ""
    assert cut["choices"][0]["finish_reason"] == "length"
    assert cut["usage"]["completion_tokens_details"]["reasoning_tokens"] == 10


@pytest.mark.parametrize("stop", ["can", [" help", "can"]])
def test_a_stop_mark_ends_the_text_before_it(mock: Mock, stop: Any) -> None:
    ended = choice(mock, **PLAIN, stop=stop)
    assert (ended["message"]["content"], ended["finish_reason"]) == ("Hello! How ", "stop")


def test_a_refusal_stands_in_the_place_of_an_object_and_else_in_the_content(mock: Mock) -> None:
    said = choice(mock, **user(LOCK))["message"]
    assert said["content"].startswith("I'm sorry") and said["refusal"] is None
    refused = choice(mock, **DECLINED)
    assert refused["finish_reason"] == "stop" and refused["message"]["content"] is None
    assert refused["message"]["refusal"].startswith("I'm sorry")


def test_the_content_filter_ends_a_reply(mock: Mock) -> None:
    assert choice(mock, **user("Quote a song text in full."))["finish_reason"] == "content_filter"


# Parameters


def test_only_a_model_that_does_not_reason_is_set_by_temperature(mock: Mock) -> None:
    assert choice(mock, **PLAIN, temperature=1.4, top_p=0.5)["message"]["content"] == SAID
    assert choice(mock, model="gpt-4o", temperature=0)["message"]["content"] == SAID
    assert hello(mock, "chat", temperature=0.5).status == 400


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_reply_names_the_service_tier_and_fast_is_priority(mock: Mock, api: str) -> None:
    for asked, shown in (("auto", "default"), ("fast", "priority"), ("flex", "flex")):
        assert told(hello(mock, api, service_tier=asked))["service_tier"] == shown


def test_logprobs_are_null_for_gpt_4o_and_absent_since_gpt_5_unless_asked_for(mock: Mock) -> None:
    assert choice(mock, model="gpt-4o")["logprobs"] is None
    assert "logprobs" not in choice(mock)
    assert "logprobs" not in choice(mock, model="gpt-5.4-mini")
    assert choice(mock, **PLAIN, logprobs=True)["logprobs"]["refusal"] is None


@pytest.mark.parametrize(("top", "seen"), [({}, 0), ({"top_logprobs": 2}, 2)])
def test_logprobs_have_every_token_of_the_content(
    mock: Mock, top: dict[str, int], seen: int
) -> None:
    rows = choice(mock, **PLAIN, logprobs=True, **top)["logprobs"]["content"]
    assert "".join(row["token"] for row in rows) == SAID
    for row in rows:
        assert set(row) == {"token", "logprob", "bytes", "top_logprobs"}
        assert bytes(row["bytes"]).decode() == row["token"] and row["logprob"] <= 0
        assert len(row["top_logprobs"]) == seen
        if seen:
            assert row["top_logprobs"][0]["logprob"] == row["logprob"]
            assert row["top_logprobs"][1]["logprob"] < row["logprob"]
    chunks = events(hello(mock, "chat", **PLAIN, logprobs=True, stream=True, **top))
    told_so = [chunk["choices"][0]["logprobs"] for chunk in chunks]
    assert [row for part in told_so if part for row in part["content"]] == rows


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_moderation_is_answered_and_says_that_nothing_was_judged(mock: Mock, api: str) -> None:
    reply = told(hello(mock, api, moderation={"model": "omni-moderation-latest"}))
    judged = reply["moderation"]["output"]
    result = judged["results"][0] if api == "chat" else judged
    assert result["flagged"] is False and result["model"].startswith("offline-mock")


def test_what_only_the_api_takes_is_named_as_the_mocks_lack(mock: Mock) -> None:
    named: list[tuple[str, dict[str, Any]]] = [
        ("'input_audio'", user([{"type": "input_audio", "input_audio": {}}])),
        ("'audio'", {"audio": {"voice": "alloy", "format": "wav"}}),
        ("'modalities'", {"modalities": ["text", "audio"]}),
        ("'web_search_options'", {"web_search_options": {}}),
        ("custom tools", {**PLAIN, "tools": [{"type": "custom", "custom": {"name": "f"}}]}),
    ]
    for words, changes in named:
        assert words in lack(hello(mock, "chat", **changes))


def test_more_tokens_than_the_model_takes_are_refused_with_both_numbers(mock: Mock) -> None:
    reply = hello(mock, "chat", model="gpt-4o", **user(" word" * 128_000))
    found = error(reply)
    assert (reply.status, found["code"]) == (400, "context_length_exceeded")
    assert "maximum context length is 128000 tokens" in found["message"]
    assert "resulted in 128007 tokens" in found["message"]


# Streams


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"n": 2},
        {**PLAIN, "max_completion_tokens": 6},
        {"model": "gpt-4o"},
        DECLINED,
    ],
)
def test_a_stream_adds_up_to_the_plain_reply(mock: Mock, changes: dict[str, Any]) -> None:
    plain = told(hello(mock, "chat", **changes))
    asked = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, last = events(hello(mock, "chat", **changes, **asked))
    assert (last["choices"], last["usage"]) == ([], plain["usage"])
    said: list[dict[str, Any]] = [{"message": {}} for _ in plain["choices"]]
    for chunk in chunks:
        assert chunk["usage"] is None
        (part,) = chunk["choices"]
        whole = said[part["index"]]
        assert whole.get("finish_reason") is None, "nothing follows the end"
        whole["finish_reason"] = part["finish_reason"]
        for name, piece in part["delta"].items():
            before = whole["message"].get(name)
            whole["message"][name] = before + piece if before and name != "role" else piece
    for built, choice in zip(said, plain["choices"], strict=True):
        message = choice["message"]
        assert built["finish_reason"] == choice["finish_reason"]
        assert built["message"]["role"] == "assistant"
        assert (built["message"]["content"] or None) == (message["content"] or None)
        assert built["message"]["refusal"] == message["refusal"]


def test_every_chunk_has_the_fields_of_a_recorded_one(mock: Mock) -> None:
    chunks = events(hello(mock, "chat", stream=True))
    same = [
        *("id", "object", "created", "model", "service_tier", "system_fingerprint"),
    ]
    for chunk in chunks:
        assert set(chunk) == {*same, "choices", "obfuscation"}
        assert set(chunk["choices"][0]) == {"index", "delta", "finish_reason"}
        assert [chunk[name] for name in same] == [chunks[0][name] for name in same]
    assert chunks[0]["object"] == "chat.completion.chunk"
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert {"index", "delta", "finish_reason", "logprobs"} == set(
        events(hello(mock, "chat", model="gpt-4o", stream=True))[0]["choices"][0]
    )


def test_a_stream_ends_with_done(mock: Mock) -> None:
    # The SDK reads on without it; clients in other languages wait for it.
    lines = list(hello(mock, "chat", stream=True).events or ())
    assert lines[-1] == b"data: [DONE]\n\n" and lines.count(lines[-1]) == 1


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_the_length_of_a_piece_is_obfuscated_unless_one_forbids_it(mock: Mock, api: str) -> None:
    prompt = "Describe a sunrise in two sentences."
    long = user(prompt) if api == "chat" else {"input": prompt}

    def hidden(**options: Any) -> list[str | None]:
        found = events(hello(mock, api, stream=True, **long, **options))
        pieces = [one for one in found if api == "chat" or one["type"].endswith(".delta")]
        return [one.get("obfuscation") for one in pieces]

    random = hidden()
    assert len(random) > 20 and all(random) and len(set(random)) == len(random)
    assert len({len(text or "") for text in random}) > 3
    assert set(hidden(stream_options={"include_obfuscation": False})) == {None}


def test_the_sdks_stream_helper_understands_the_chunks(client: OpenAI) -> None:
    with client.chat.completions.stream(**HELLO["chat"]) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert final.choices[0].message.content == SAID
    assert kinds[0] == "chunk" and kinds[-1] == "content.done" and "content.delta" in kinds


# Errors, as the SDK raises them


def test_an_error_is_raised_as_the_sdk_has_it_for_the_api(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**HELLO["chat"], temperature=0.5)
    assert (caught.value.param, caught.value.code) == ("temperature", "unsupported_value")
    assert caught.value.request_id and caught.value.request_id.startswith("req_")
