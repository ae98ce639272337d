"""The fixture `mock_openai`, as the tests of another project use it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from helpers.mock.testing import MockOpenAI, mock_openai
from tests.mock.asking import HELLO

__all__ = ["mock_openai"]


def ask(client: OpenAI, prompt: str, **more: Any) -> Any:
    messages: Any = [{"role": "user", "content": prompt}]
    asked = {"model": "gpt-6-luna", "messages": messages, **more}
    return client.chat.completions.create(**asked).choices[0].message


@pytest.fixture(params=["by HTTP", "in process"])
def client(request: pytest.FixtureRequest, mock_openai: MockOpenAI) -> OpenAI:
    """A client as a program makes it, and one that opens no socket."""
    by_http = request.param == "by HTTP"
    return OpenAI(http_client=None if by_http else mock_openai.http_client())


def test_it_says_what_the_test_writes(client: OpenAI, mock_openai: MockOpenAI) -> None:
    mock_openai.reply("Hi.", "Hello.")
    mock_openai.reply("As data?", {"yes": True})
    mock_openai.reply([{"user": "Hi."}, {"user": "And?"}], "Hello again.")
    call = {"name": "weather", "arguments": {"city": "Paris"}}
    mock_openai.reply("Weather?", tool_calls=[call])
    assert ask(client, "Hi.").content == "Hello."
    assert ask(client, "As data?").content == '{"yes": true}'
    takes = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"type": "function", "function": {"name": "weather", "parameters": takes}}
    (called,) = ask(client, "Weather?", tools=[tool], reasoning_effort="none").tool_calls
    assert called.function.arguments == '{"city": "Paris"}'
    mock_openai.reply("Hi.", "Good evening.")
    assert client.responses.create(model="gpt-6-luna", input="Hi.").output_text == "Good evening."


def test_it_keeps_the_requests_that_came(client: OpenAI, mock_openai: MockOpenAI) -> None:
    client.models.list()
    mock_openai.reply("Say hello.", "Hello.")
    list(client.chat.completions.create(**HELLO["chat"], stream=True))
    listed, said = mock_openai.requests
    assert (listed.method, listed.path, listed.body) == ("GET", "/v1/models", b"")
    assert said.json == HELLO["chat"] | {"stream": True}
    assert said.headers["user-agent"].startswith("OpenAI/Python") and said.status == 200


def test_what_is_not_written_is_an_error_with_the_way_out(
    client: OpenAI, mock_openai: MockOpenAI
) -> None:
    with pytest.raises(openai.BadRequestError, match=r"by mock_openai\.reply in a test.*Say hello"):
        ask(client, "Say hello.")
    with pytest.raises(ValueError, match="says nothing"):
        mock_openai.reply("Hi.")
    with pytest.raises(ValueError, match="unknown fields"):
        mock_openai.reply("Hi.", "Hello.", colour="blue")


def test_it_fails_when_told_to(client: OpenAI, mock_openai: MockOpenAI) -> None:
    mock_openai.reply("Hi.", "Hello.")
    mock_openai.fail("429 times=2 retry-after-ms=1")
    assert ask(client, "Hi.").content == "Hello."
    assert [request.status for request in mock_openai.requests] == [429, 429, 200]
    mock_openai.fail("drop")
    with pytest.raises(openai.APIConnectionError):
        ask(client.with_options(max_retries=0), "Hi.")
    with pytest.raises(ValueError, match="Did you mean '429'"):
        mock_openai.fail("428")


def test_an_async_client_and_another_process_are_answered(mock_openai: MockOpenAI) -> None:
    mock_openai.reply("Say hello.", "Good day.")

    async def said() -> str | None:
        async with AsyncOpenAI(http_client=mock_openai.async_http_client()) as client:
            completion: Any = await client.chat.completions.create(**HELLO["chat"])
            text: str | None = completion.choices[0].message.content
            return text

    assert asyncio.run(said()) == "Good day."
    post = (
        "import os, urllib.request as u; print(u.urlopen(u.Request("
        "os.environ['OPENAI_BASE_URL'] + '/responses', "
        'b\'{"model": "gpt-6-luna", "input": "Say hello."}\', '
        "{'Authorization': 'Bearer ' + os.environ['OPENAI_API_KEY']})).status)"
    )
    run = subprocess.run([sys.executable, "-c", post], capture_output=True, text=True, timeout=60)
    assert run.stdout == "200\n" and len(mock_openai.requests) == 2, run.stderr


def test_a_test_leaves_nothing_to_the_next(mock_openai: MockOpenAI) -> None:
    assert mock_openai.requests == []
    assert os.environ["OPENAI_BASE_URL"] == mock_openai.base_url
    with pytest.raises(openai.BadRequestError, match="No written reply"):
        ask(OpenAI(), "Hi.")
