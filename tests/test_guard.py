"""The guard in fresh programs: offline, no Python client reaches OpenAI's API.

Behind the guard stands a second one that lets nothing out either, and tells on the first.
"""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.test_modes import ASK, KEY, SAID, SETUP, STAY_HERE, run

# Audit hooks are called in their order: after setup(), this one sees what the guard let through.
WATCH = """
leaks = []

def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0].decode() if isinstance(args[0], bytes) else str(args[0])
        if "openai.com" in host.lower():
            leaks.append(host)
            raise SystemExit(f"leak: {host}")

sys.addaudithook(watch)
"""
CLIENTS = f"""
import asyncio, http.client, json, socket, sys, urllib.request
import openai

HELLO = {{"model": "gpt-6-luna", "messages": [{{"role": "user", "content": "Say hello."}}]}}
REAL = "https://api.openai.com/v1"
OPTIONS = {{"api_key": {KEY!r}, "max_retries": 0, "timeout": 10}}

def said(client):
    return client.chat.completions.create(**HELLO).choices[0].message.content

async def said_async(client):
    async with client:
        return (await client.chat.completions.create(**HELLO)).choices[0].message.content

def streamed(client):
    chunks = client.chat.completions.create(stream=True, **HELLO)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

before = openai.OpenAI(**OPTIONS)
before_async = openai.AsyncOpenAI(**OPTIONS)
"""
ANSWERED = {
    "client built before": "said(before)",
    "stream of a client built before": "streamed(before)",
    "async client built before": "asyncio.run(said_async(before_async))",
    "own http_client": "said(openai.OpenAI("
    "http_client=openai.DefaultHttpx2Client(), base_url=REAL, **OPTIONS))",
    "own async http_client": "asyncio.run(said_async(openai.AsyncOpenAI("
    "http_client=openai.DefaultAsyncHttpx2Client(), base_url=REAL, **OPTIONS)))",
    "own base_url": "said(openai.OpenAI(base_url=REAL, **OPTIONS))",
    "own base_url in other words": "said(openai.OpenAI("
    "base_url='https://API.OpenAI.com.:443/v1', **OPTIONS))",
    "data_residency": "said(openai.OpenAI(data_residency='eu', **OPTIONS))",
    "module-level client": "said(openai)",
    "client from the environment": "said(openai.OpenAI())",
    "async client from the environment": "asyncio.run(said_async(openai.AsyncOpenAI()))",
}
REFUSED = {
    "urllib": "urllib.request.urlopen(REAL)",
    "http.client": "http.client.HTTPSConnection('api.openai.com').request('GET', '/v1')",
    "socket, as requests does": "socket.create_connection(('api.openai.com', 443))",
    # What socket.connect() tells after its own lookup, which nothing can hear.
    "socket, connected by name": "sys.audit('socket.connect', None, ('api.openai.com', 443))",
    "asyncio": "asyncio.run(asyncio.open_connection('api.openai.com', 443))",
    "gethostbyname": "socket.gethostbyname('api.openai.com')",
    "a region": "socket.create_connection(('eu.api.openai.com', 443))",
    "bytes in capitals": "socket.getaddrinfo(b'API.OPENAI.COM.', 443)",
}
TRY_EACH = f"""
results = {{}}
for name, way in {ANSWERED | REFUSED!r}.items():
    leaks.clear()
    try:
        result = str(eval(way))
    except Exception as error:
        while error and not type(error).__name__ == "OfflineError":
            error = getattr(error, "reason", None) or error.__cause__ or error.__context__
        result = f"OfflineError: {{error}}" if error else "another error"
    except SystemExit as error:
        result = str(error)
    results[name] = [result, list(leaks)]
print(json.dumps(results))
"""


def outcomes(folder: Path, **settings: str) -> dict[str, list[Any]]:
    printed = run(CLIENTS + SETUP + WATCH + TRY_EACH, folder, **settings)
    results: dict[str, list[Any]] = json.loads(printed[-1])
    return results


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    return outcomes(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def behind_proxy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        results = outcomes(tmp_path_factory.mktemp("proxy"), **dict.fromkeys(names, address))
        proxy.settimeout(0)
        try:
            proxy.accept()[0].close()
            results["proxy"] = ["was connected to"]
        except BlockingIOError:
            results["proxy"] = ["was left alone"]
    return results


@pytest.fixture(params=["plain", "behind_proxy"])
def results(request: pytest.FixtureRequest) -> dict[str, list[Any]]:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.mark.parametrize("way", ANSWERED)
def test_clients_of_the_sdk_are_answered_by_the_mock(
    results: dict[str, list[Any]], way: str
) -> None:
    assert results[way] == [SAID, []]


@pytest.mark.parametrize("way", REFUSED)
def test_other_clients_are_refused_with_a_sentence(results: dict[str, list[Any]], way: str) -> None:
    said, leaks = results[way]
    assert said.startswith("OfflineError: The lessons are offline") and leaks == []


def test_no_client_connects_to_a_proxy(behind_proxy: dict[str, list[Any]]) -> None:
    assert behind_proxy["proxy"] == ["was left alone"]


def test_program_started_from_here_is_answered_by_the_mock(tmp_path: Path) -> None:
    child = f"""
import subprocess

subprocess.run([sys.executable, "-c", {STAY_HERE + ASK!r}], check=True)
"""
    assert SAID in run(SETUP + child, tmp_path)


# A lookup that asks nobody: a name is no number, so the answer is an error, but the guard hears it.
LOOK_UP = """
import socket

def look_up():
    try:
        socket.getaddrinfo("api.openai.com", 443, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        print("let through")
    except OSError as error:
        print(type(error).__name__)
"""


def test_lifted_lets_through_for_a_moment_even_if_it_fails(tmp_path: Path) -> None:
    lift = """
from helpers import guard

look_up()
try:
    with guard.lifted():
        look_up()
        raise KeyError
except KeyError:
    look_up()
"""
    printed = run(SETUP + LOOK_UP + lift, tmp_path)
    assert printed[1:] == ["OfflineError", "let through", "OfflineError"]


def test_going_live_takes_the_guard_down_and_going_back_puts_it_up(tmp_path: Path) -> None:
    change = f"""
look_up()
os.environ["LESSONS_MODE"] = ""
open(".env", "w").write("OPENAI_API_KEY={KEY}")
setup()
look_up()
os.environ["LESSONS_MODE"] = "offline"
setup()
look_up()
"""
    lines = run(SETUP + LOOK_UP + change, tmp_path, LESSONS_MODE="offline")
    printed = [line for line in lines if "The mode has changed" not in line]
    assert printed[1::2] == ["OfflineError", "let through", "OfflineError"]
    assert [line.split()[1] for line in printed[::2]] == ["offline.", "live.", "offline."]


def test_other_hosts_are_not_guarded(tmp_path: Path) -> None:
    others = """
import socket

for host in ("localhost", "openai.com", "notapi.openai.com", "api.openai.com.example", None):
    try:
        socket.getaddrinfo(host, 80, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
print("ok")
"""
    assert run(SETUP + others, tmp_path)[-1] == "ok"


def test_check_of_a_key_goes_through_the_proxy_that_is_set(tmp_path: Path) -> None:
    # The only request that may leave while offline. Here it gets as far as a proxy of our own.
    check = f"""
from helpers import keys

print(keys.try_live({KEY!r}))
"""
    heard: list[bytes] = []

    def refuse() -> None:
        connection, _ = proxy.accept()
        with connection:
            heard.append(connection.recv(4096))
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(10)
        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        *_, said = run(SETUP + WATCH + check, tmp_path, HTTPS_PROXY=address)
        thread.join()
    assert said.startswith("✗ No connection.")
    assert heard[0].startswith(b"CONNECT api.openai.com:443 ")
    assert KEY.encode() not in heard[0]
