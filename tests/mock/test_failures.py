"""Failures on demand, as the SDK sees them by both ways in, and as the table says."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client, DefaultHttpx2Client, OpenAI

from helpers.mock import core, failures, program, server
from helpers.mock.errors import MOCK_ERROR
from helpers.mock.failures import Failures
from helpers.mock.http import Request
from helpers.mock.state import Mock
from helpers.mock.transport import transport
from tests.mock.asking import HELLO, KEY, PATHS, SAID, ask, error, hello, told
from tests.mock.test_program import client as client_of
from tests.mock.test_program import running

pytestmark = pytest.mark.usefixtures("hurry")
served = Mock()


@pytest.fixture(scope="module")
def address() -> str:
    return server.start(lambda request: core.answer(request, served), lambda: 0.0)


@pytest.fixture(params=["by HTTP", "in process"])
def learner(request: pytest.FixtureRequest, address: str, mock: Mock) -> Iterator[OpenAI]:
    """The SDK, which neither tries again nor waits long before it does."""
    door = None
    if request.param == "in process":
        address, door = "http://mock/v1", DefaultHttpx2Client(transport=transport(mock))
    with OpenAI(api_key=KEY, base_url=address, max_retries=0, http_client=door) as client:
        yield client


def say(client: OpenAI, failure: str, **changes: Any) -> Any:
    """Ask for `Say hello.` with a header that asks for a failure."""
    return client.chat.completions.create(
        **HELLO["chat"] | changes, extra_headers={"x-mock": failure}
    )


# The table


@dataclass(frozen=True)
class Row:
    kind: str
    raises: str
    retried: bool
    said: str


def rows() -> list[Row]:
    head, *lines = failures.table().partition("\n  \n")[0].splitlines()
    cells = [re.split(r"\s{2,}", line.strip()) for line in lines]
    assert re.split(r"\s{2,}", head.strip()) == ["kind", "exception of the SDK", "retried"]
    return [Row(row[0], row[1], row[2] == "yes", (row[3:] or [""])[0]) for row in cells]


def raised(row: Row) -> type[Exception]:
    found = json.JSONDecodeError if row.raises == "JSONDecodeError" else None
    return found or getattr(openai, row.raises)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.kind)
def test_the_sdk_sees_what_the_table_says(learner: OpenAI, row: Row) -> None:
    if row.raises == "-":
        assert say(learner, row.kind).choices[0].message.content == SAID
        return
    if "no stream gets through" in row.said:
        assert say(learner, row.kind).choices[0].message.content == SAID
        with pytest.raises(raised(row)):
            list(say(learner, row.kind, stream=True))
        return
    with pytest.raises(raised(row)) as caught:
        say(learner, row.kind)
    assert type(caught.value) is raised(row)
    if isinstance(caught.value, openai.APIStatusError) and row.kind[0].isdigit():
        assert str(caught.value.status_code) == row.kind[:3]
        assert ("(Offline mock)" in str(caught.value)) == (row.said == "words of the mock")
        assert not re.search("[{}]", str(caught.value))
    patient = learner.with_options(max_retries=1)
    if row.retried:
        assert say(patient, f"{row.kind} times=1").choices[0].message.content == SAID
    else:
        with pytest.raises(raised(row)):
            say(patient, f"{row.kind} times=1")


def test_help_prints_the_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["mock", "--help"])
    with pytest.raises(SystemExit):
        program.main()
    assert failures.table() in capsys.readouterr().out
    assert len(rows()) == len(failures.KINDS) > 20


@pytest.mark.parametrize(
    ("kind", "type", "code"),
    [
        ("401", "invalid_request_error", "invalid_api_key"),
        ("403", "request_forbidden", "unsupported_country_region_territory"),
        ("404", "invalid_request_error", "model_not_found"),
        ("429", "requests", "rate_limit_exceeded"),
        ("429 tokens", "tokens", "rate_limit_exceeded"),
        ("429 slow_down", "rate_limit_error", "slow_down"),
        ("429 credit_balance_exhausted", "insufficient_quota", "credit_balance_exhausted"),
        ("500", "server_error", None),
        ("503", "service_unavailable_error", "server_is_overloaded"),
    ],
)
def test_an_error_has_the_type_and_the_code_of_the_api(
    mock: Mock, kind: str, type: str, code: str | None
) -> None:
    headers = {"x-mock": f"{kind} retry-after=7"}
    reply = ask(mock, PATHS["chat"], HELLO["chat"], headers=headers)
    assert (error(reply)["type"], error(reply)["code"]) == (type, code)
    assert reply.headers["retry-after"] == "7"
    if code == "rate_limit_exceeded":
        assert "Please try again in 7s. Visit " in error(reply)["message"]
        assert reply.headers[f"x-ratelimit-remaining-{type}"] == "0"


# How often, and which


def test_a_request_fails_so_often_and_then_gets_through(mock: Mock) -> None:
    def statuses(number: int, key: str = KEY, **changes: Any) -> list[int]:
        headers = {"x-mock": "503 times=2", "authorization": f"Bearer {key}"}
        body = HELLO["chat"] | changes
        return [ask(mock, PATHS["chat"], body, headers=headers).status for _ in range(number)]

    assert statuses(1) == [503]
    assert statuses(1, key="sk-proj-FAKE-of-another") == [503]
    assert statuses(2, seed=1) == [503, 503]
    assert statuses(2) == [503, 200]
    assert statuses(3) == [503, 503, 200]  # A cell that is run again does the same again.


def test_what_fails_for_all_is_counted_over_all(mock: Mock) -> None:
    mock.failures.add("429 times=2")
    assert [hello(mock, "chat", seed=seed).status for seed in range(4)] == [429, 429, 200, 200]
    mock.failures.add("slow first=3")
    mock.failures.add("500")
    reply = hello(mock, "chat")
    assert reply.status == 500 and reply.failure and reply.failure.first == 3


def test_a_share_of_the_requests_fails_always_the_same_ones() -> None:
    def hit(text: str) -> list[int]:
        asked = Failures()
        asked.add(text)
        return [number for number in range(1000) if asked.choose(None, b"", number)]

    assert 150 < len(hit("429:0.2")) < 250
    assert hit("429:0.2") == hit("503:0.2")
    assert hit("429:0") == [] and len(hit("429:1")) == 1000
    both = Failures()
    both.add("429:0.2")
    both.add("503:0.2")
    assert sum(bool(both.choose(None, b"", number)) for number in range(1000)) > 300


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' is no kind of failure. Kinds: 400, "),
        ("429 insuficient_quota", "Did you mean '429 insufficient_quota'?"),
        ("429 retry=1", "'retry' is not known. Names: times, retry-after, "),
        ("429 times=0", "times is '0'; it should be a whole number, from 1."),
        ("429 first=soon", "first is 'soon'; it should be a number from 0 to 600."),
        ("429 retry-after=nan", "retry-after is 'nan'; it should be a number"),
        ("429:2", "the share behind the colon is '2'; it should be a number from 0 to 1."),
        ("drop retry-after=1", "'drop' has no headers of its own, and so no retry-after."),
        ("429 after=1", "'after' is for 'cut' and 'error-event' only, not for '429'."),
        ("429 rpm=3", "'rpm' is for 'limits' only, not for '429'."),
        ("limits rpm=0", "rpm is '0'; it should be a whole number, from 1."),
    ],
)
def test_a_header_that_cannot_be_read_gets_a_sentence(mock: Mock, text: str, sentence: str) -> None:
    reply = ask(mock, PATHS["chat"], HELLO["chat"], headers={"x-mock": text})
    found = error(reply)
    assert (reply.status, found["type"]) == (400, MOCK_ERROR)
    assert found["message"].startswith("(Offline mock) x-mock: ") and sentence in found["message"]


# On the way


def test_a_stream_breaks_where_it_is_told_to(learner: OpenAI) -> None:
    for failure, least in (("cut after=3", 3), ("cut", 4)):
        arrived = []
        with pytest.raises(openai.APIConnectionError):
            for chunk in say(learner.with_options(max_retries=2), failure, stream=True):
                arrived.append(chunk)
        assert len(arrived) == least if least == 3 else least <= len(arrived) < 8


def test_a_stream_says_in_its_middle_that_it_failed(learner: OpenAI, mock: Mock) -> None:
    arrived = []
    with pytest.raises(openai.APIError, match="An error occurred while processing") as caught:
        for chunk in say(learner, "error-event after=3", stream=True):
            arrived.append(chunk)
    assert len(arrived) == 3 and "{request}" not in str(caught.value)
    assert (caught.value.type, caught.value.code) == ("server_error", "server_error")
    arrived = []
    with pytest.raises(openai.APIError, match="the request ID req_") as caught:
        failing: Any = {"x-mock": "error-event after=4"}
        for event in learner.responses.create(
            **HELLO["responses"], stream=True, extra_headers=failing
        ):
            arrived.append(event.sequence_number)
    assert arrived == [0, 1, 2, 3] and not isinstance(caught.value, openai.APIStatusError)
    reply = ask(mock, PATHS["responses"], HELLO["responses"] | {"stream": True}, headers=failing)
    last = list(reply.events or [])[-1].decode()
    assert last.startswith('event: error\ndata: {"type":"error","sequence_number":4,"error":{')


def test_a_late_reply_and_a_late_piece_try_the_patience(learner: OpenAI) -> None:
    begin = time.monotonic()
    assert say(learner, "slow first=0.1").choices[0].message.content == SAID
    assert time.monotonic() - begin >= 0.1
    begin = time.monotonic()
    chunks = list(say(learner, "slow pace=0.02", stream=True))
    assert time.monotonic() - begin >= 0.02 * (len(chunks) - 1)
    with pytest.raises(openai.APITimeoutError):
        say(learner, "slow first=5", timeout=0.05)
    with pytest.raises(openai.APITimeoutError):
        list(say(learner, "slow pace=5", stream=True, timeout=0.05))


def test_an_async_client_in_process_sees_them_too(mock: Mock) -> None:
    async def call(failure: str) -> None:
        door = DefaultAsyncHttpx2Client(transport=transport(mock))
        options: Any = {"max_retries": 0, "http_client": door, "default_headers": {}}
        async with AsyncOpenAI(api_key=KEY, base_url="http://mock/v1", **options) as client:
            asked: Any = {**HELLO["chat"], "extra_headers": {"x-mock": failure}, "stream": True}
            async for _ in await client.chat.completions.create(**asked, timeout=0.1):
                pass

    for failure in ("drop", "cut", "slow first=1", "slow pace=1"):
        with pytest.raises(openai.APIConnectionError):
            asyncio.run(call(failure))
    asyncio.run(call("slow first=0.01 pace=0.001"))


def test_a_connection_on_which_nothing_is_asked_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IDLE", 0.1)
    address = httpx2.URL(server.start(lambda request: core.answer(request, Mock())))
    with socket.create_connection((address.host, address.port or 0), timeout=10) as silent:
        assert silent.recv(1) == b""


# Rate limits


@pytest.fixture
def at() -> Callable[..., Any]:
    """Ask a mock that allows 3 requests and 100 tokens a minute, at a second of its clock."""
    mock = Mock()
    mock.rates.limits = {"requests": 3, "tokens": 100}

    def at(second: float, words: int = 1, key: str = KEY, api: str = "chat") -> Any:
        content = "hi " * words
        asked = {"messages": [{"role": "user", "content": content}]}
        body = HELLO[api] | (asked if api == "chat" else {"input": content})
        headers = {"authorization": f"Bearer {key}"}
        sent = json.dumps(body).encode()
        return core.answer(Request("POST", PATHS[api], headers, sent, "", second), mock)

    return at


def test_requests_count_down_for_each_key_and_come_back(at: Callable[..., Any]) -> None:
    left = [at(0.0, api=api).headers for api in ("chat", "responses", "chat")]
    assert [found["x-ratelimit-remaining-requests"] for found in left] == ["2", "1", "0"]
    assert [found["x-ratelimit-reset-requests"] for found in left] == ["20s", "40s", "1m0s"]
    assert left[0]["x-ratelimit-limit-requests"] == "3"
    refused = at(5.0)
    assert refused.status == 429
    assert error(refused) == {
        "message": "Rate limit reached for gpt-6-luna in organization org-offline-mock on requests "
        "per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 15s. Visit "
        "https://platform.openai.com/account/rate-limits to learn more.",
        "type": "requests",
        "param": None,
        "code": "rate_limit_exceeded",
    }
    assert (refused.headers["retry-after-ms"], refused.headers["retry-after"]) == ("15000", "15")
    # 2.4 of 3 are used by now: to say 2 would leave room for one.
    assert "Limit 3, Used 3, Requested 1. Please try again in 8s." in error(at(12.0))["message"]
    assert at(5.0, key="sk-proj-FAKE-of-another").status == 200
    assert at(20.0).status == 200 and at(20.0).status == 429
    assert at(1000.0).headers["x-ratelimit-remaining-requests"] == "2"


def test_tokens_count_down_too(at: Callable[..., Any]) -> None:
    used = told(at(0.0, 60))["usage"]["prompt_tokens"]
    refused = at(0.0, 60)
    assert error(refused)["type"] == "tokens"
    assert f"Limit 100, Used {used}, Requested {used}. Please try" in error(refused)["message"]
    assert refused.headers["x-ratelimit-remaining-tokens"] == str(100 - used)
    assert at(60.0, 60).status == 200
    never = at(120.0, 200)
    assert "Request too large for gpt-6-luna" in error(never)["message"]
    assert "retry-after" not in never.headers


def test_one_learner_alone_asks_for_limits(learner: OpenAI) -> None:
    # A key of its own: the server of this module is shared.
    learner = learner.with_options(api_key="sk-proj-FAKE-limits-wxyz")

    def left(limits: str) -> str:
        raw = learner.chat.completions.with_raw_response.create(
            **HELLO["chat"], extra_headers={"x-mock": limits}
        )
        return raw.headers["x-ratelimit-remaining-requests"]

    assert [left("limits rpm=3"), left("limits rpm=3 tpm=1000000")] == ["2", "1"]
    assert left("limits tpm=1000000") == left("slow") == "499"
    assert left("limits rpm=3") == "0"
    with pytest.raises(openai.RateLimitError, match="Limit 3, Used 3, Requested 1") as caught:
        left("limits rpm=3")
    assert 15 <= int(caught.value.response.headers["retry-after"]) <= 20


def test_the_program_limits_and_fails_and_says_so() -> None:
    with running("--rpm", "1", "--fail", "drop times=1") as (address, process):
        with client_of(address) as learner:
            with pytest.raises(openai.APIConnectionError):
                learner.chat.completions.create(**HELLO["chat"])
            raw = learner.chat.completions.with_raw_response.create(**HELLO["chat"])
            assert raw.headers["x-ratelimit-remaining-requests"] == "0"
            with pytest.raises(openai.RateLimitError, match=r"try again in \d"):
                learner.chat.completions.create(**HELLO["chat"])
        assert process.stdout
        lines = [process.stdout.readline().split(" ", 2)[2] for _ in range(3)]
        assert lines == ["503 (asked for: drop)\n", "200\n", "429\n"]
