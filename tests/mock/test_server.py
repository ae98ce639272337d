"""The ways in: by HTTP from a thread of this process, and in process without a socket."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client, OpenAI
from openai.types.chat import ChatCompletion

from helpers.mock import core, server
from helpers.mock.generation.replies import Replies
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock
from helpers.mock.transport import transport
from tests.mock.asking import HELLO, KEY, SAID, hello, told

PACE = 0.05


def start(mock: Mock) -> str:
    """Serve a mock; return its base URL."""

    def answer(request: Request) -> Reply:
        return core.answer(request, mock)

    return server.start(answer, lambda: PACE)


@pytest.fixture(scope="module")
def address() -> str:
    return start(Mock())


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    """The SDK on the server."""
    with OpenAI(api_key=KEY, base_url=address, max_retries=0) as client:
        yield client


def test_what_comes_by_http_is_what_the_core_answers(mock: Mock) -> None:
    body, headers = json.dumps(HELLO["chat"]), {"authorization": f"Bearer {KEY}"}
    reply = httpx2.post(f"{start(Mock())}/chat/completions", content=body, headers=headers)
    inside = hello(mock, "chat")
    assert reply.content == inside.body
    assert {name: reply.headers[name] for name in inside.headers} == inside.headers
    assert int(reply.headers["content-length"]) == len(inside.body)


def test_query_and_long_body_arrive_whole(client: OpenAI, mock: Mock) -> None:
    for name in ("a.txt", "b.txt"):
        client.files.create(file=(name, b"x"), purpose="user_data")
    page = client.files.list(limit=1, order="asc")
    assert [file.filename for file in page.data] == ["a.txt"] and page.has_more
    text = "Roses are red. " * 10_000  # In several pieces: uvicorn's are 64 KB.
    counted = client.responses.input_tokens.count(model="gpt-6-luna", input=text).input_tokens
    inside = told(hello(mock, "responses", input=text))["usage"]["input_tokens"]
    assert counted == inside > 30_000


def test_a_stream_arrives_piece_by_piece(client: OpenAI) -> None:
    arrived = []
    for _ in client.chat.completions.create(**HELLO["chat"], stream=True):
        arrived.append(time.monotonic())
    assert arrived[-1] - arrived[0] >= PACE * (len(arrived) - 1) * 0.8
    assert len(arrived) > 5


def test_a_stream_that_is_left_stops_nobody(client: OpenAI, address: str) -> None:
    with client.chat.completions.create(**HELLO["chat"], stream=True) as stream:
        next(iter(stream))
    with OpenAI(api_key=KEY, base_url=address, max_retries=0) as other:
        assert other.responses.create(**HELLO["responses"]).output_text == SAID


@pytest.mark.parametrize("path", ["images/generations", "batches/batch_0/cancel"])
def test_what_draws_and_what_answers_many_lines_holds_no_other_up(mock: Mock, path: str) -> None:
    done = threading.Event()

    def answer(request: Request) -> Reply:
        if request.path.endswith(path):
            done.wait(10)
        return core.answer(request, mock)

    url = server.start(answer, lambda: 0.0)
    headers = {"authorization": f"Bearer {KEY}"}
    slow = threading.Thread(target=httpx2.post, args=(f"{url}/{path}",), kwargs={"json": {}})
    slow.start()
    time.sleep(0.2)  # It is there first.
    try:
        body = json.dumps(HELLO["chat"])
        quick = httpx2.post(f"{url}/chat/completions", content=body, headers=headers, timeout=5)
        assert quick.status_code == 200
    finally:
        done.set()
        slow.join()


def test_fifty_at_once_are_answered_each_in_its_own_stream(address: str) -> None:
    async def one(client: AsyncOpenAI, number: int) -> str:
        changed: Any = {"messages": [{"role": "user", "content": f"I am number {number}."}]}
        asked: Any = HELLO["chat"] | changed
        stream: Any = await client.chat.completions.create(**asked, stream=True)
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
        return "".join(pieces)

    async def all_at_once() -> list[str]:
        async with AsyncOpenAI(api_key=KEY, base_url=address, max_retries=0) as client:
            return await asyncio.gather(*(one(client, number) for number in range(50)))

    texts = asyncio.run(all_at_once())
    assert all(f"“I am number {number}.”" in text for number, text in enumerate(texts))


def test_what_may_take_long_is_answered_beside_the_others() -> None:
    threads: dict[bytes, str] = {}

    def answer(request: Request) -> Reply:
        threads[request.body] = threading.current_thread().name
        return Reply(200, {})

    address = server.start(answer, lambda: PACE)
    short, named = b'{"input": "Hi"}', b'{"input": [{"file_id": "file-1"}]}'
    long = b"x" * (server.HEAVY + 1)
    for body in (short, named, long):
        httpx2.post(f"{address}/responses", content=body)
    assert threads[short] == "mock-api"
    assert {threads[named][:14], threads[long][:14]} == {"mock-api-heavy"}


def test_a_server_listens_on_this_computer_only_at_a_port_of_its_own(address: str) -> None:
    other = start(Mock(Replies()))
    assert other != address and httpx2.get(f"{other}/models").status_code == 401
    with server.listen() as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
    threads = [thread for thread in threading.enumerate() if thread.name == "mock-api"]
    assert threads and all(thread.daemon for thread in threads)


def test_a_host_that_is_no_name_is_refused_without_a_traceback(
    address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for host in ("[", "a]b[", "evil.example"):
        reply = httpx2.get(f"{address}/models", headers={"host": host})
        assert reply.status_code == 403 and "answers to 127.0.0.1" in reply.text
    assert capfd.readouterr() == ("", "")


# A class on one mock


@pytest.mark.parametrize(
    ("path", "body"),
    [("/images/edits", b""), ("/chat", b" " * 20_000), ("/responses", b'"file_id"')],
)
def test_a_slow_request_holds_no_other_up(path: str, body: bytes) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def draw() -> Iterator[bytes]:
        begun.set()
        goes_on.wait(20)
        yield b"drawn"

    def answer(request: Request) -> Reply:
        slow = request.path.endswith(path) and request.body == body
        return Reply(200, {}, events=draw()) if slow else Reply(200, {}, b"at once")

    address = server.start(answer, lambda: 0.0)
    with ThreadPoolExecutor(1) as learner:
        slow = learner.submit(httpx2.post, address + path, content=body, timeout=20)
        assert begun.wait(20)
        try:
            for other in [b"{}", b"." * 20_000] if "images" in path else [b"{}"]:
                said = httpx2.post(f"{address}/chat", content=other, timeout=5)
                assert said.text == "at once"
        finally:
            goes_on.set()
        assert slow.result().text == "drawn"


def test_no_more_is_read_at_once_than_there_is_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_HELD", 100_000)
    answered = []

    def answer(request: Request) -> Reply:
        answered.append(len(request.body))
        return Reply(200, {}, b"")

    address = httpx2.URL(server.start(answer))
    host = address.netloc.decode()
    head = f"POST /v1/files HTTP/1.1\r\nhost: {host}\r\ncontent-length: 120000\r\n\r\n"
    with socket.create_connection((address.host, address.port or 0), timeout=20) as half:
        half.sendall(head.encode() + b"." * 99_000)
        wait_until(lambda: httpx2.post(address, content=b"." * 30_000).status_code == 503)
        assert httpx2.post(address, content=b"." * 5000).status_code == 200
    wait_until(lambda: httpx2.post(address, content=b"." * 90_000).status_code == 200)
    assert answered[-1] == 90_000


def wait_until(so: Callable[[], bool]) -> None:
    """Wait until it is so, at most ten seconds."""
    end = time.monotonic() + 10
    while not so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_an_async_client_is_answered_in_process(mock: Mock) -> None:
    async def said() -> str | None:
        door = DefaultAsyncHttpx2Client(transport=transport(mock))
        async with AsyncOpenAI(api_key=KEY, base_url="http://mock/v1", http_client=door) as client:
            completion: ChatCompletion = await client.chat.completions.create(**HELLO["chat"])
            return completion.choices[0].message.content

    assert asyncio.run(said()) == SAID
