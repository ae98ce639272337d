"""The guard in fresh programs: offline, Python clients do not reach OpenAI's API.

Behind the guard stands a second one that lets nothing out either, and tells on the first.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.program import ASK, SAID, SETUP, STAY_HERE, run
from tests.proxy import Proxy

KEY = "sk-proj-FAKE-0000-wxyz"
REFUSED = "OfflineError: The lessons are offline"

# Audit hooks are called in their order: after setup(), this one sees what the guard let through.
WATCH = """
leaks = []

def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = args[0].decode() if isinstance(args[0], bytes) else str(args[0])
        if "openai.com" in host.lower():
            leaks.append(host)
            raise SystemExit(f"leak: {host}")

sys.addaudithook(watch)
"""
CLIENTS = f"""
import asyncio, http.client, json, os, socket, ssl, sys, urllib.request
import httpx2, openai

HELLO = {{"model": "gpt-6-luna", "messages": [{{"role": "user", "content": "Say hello."}}]}}
REAL = "https://api.openai.com/v1"
HOST, PORT = os.environ["LISTENER"].split(":")
OPTIONS = {{"api_key": {KEY!r}, "max_retries": 0, "timeout": 10}}

def said(client):
    return client.chat.completions.create(**HELLO).choices[0].message.content

async def said_async(client):
    async with client:
        return (await client.chat.completions.create(**HELLO)).choices[0].message.content

def streamed(client):
    chunks = client.chat.completions.create(stream=True, **HELLO)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

# To a listener here, which stands for a resolver's answer, or for a proxy.
def tls(name):
    with socket.create_connection((HOST, PORT)) as connection:
        ssl.create_default_context().wrap_socket(connection, server_hostname=name)

def plain(method, url, headers={{}}):
    http.client.HTTPConnection(HOST, PORT).request(method, url, headers=headers)

def tunnel():
    connection = http.client.HTTPSConnection(HOST, PORT)
    connection.set_tunnel("api.openai.com", 443)
    connection.request("GET", "/v1")

def by_number():
    headers, name = {{"Host": "api.openai.com"}}, {{"sni_hostname": "api.openai.com"}}
    url = f"https://{{HOST}}:{{PORT}}/v1"
    httpx2.Client().request("GET", url, headers=headers, extensions=name)

async def tls_async():
    options = {{"ssl": ssl.create_default_context(), "server_hostname": "api.openai.com"}}
    await asyncio.wait_for(asyncio.open_connection(HOST, PORT, **options), 10)

def tls_in_memory(name):
    wrap = ssl.create_default_context().wrap_bio
    return wrap(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=name)

before = openai.OpenAI(**OPTIONS)
before_async = openai.AsyncOpenAI(**OPTIONS)
"""
WAYS = {
    "client built before": ("said(before)", SAID),
    "stream of a client built before": ("streamed(before)", SAID),
    "async client built before": ("asyncio.run(said_async(before_async))", SAID),
    "own http_client": (
        "said(openai.OpenAI(http_client=openai.DefaultHttpx2Client(), base_url=REAL, **OPTIONS))",
        SAID,
    ),
    "own async http_client": (
        "asyncio.run(said_async(openai.AsyncOpenAI("
        "http_client=openai.DefaultAsyncHttpx2Client(), base_url=REAL, **OPTIONS)))",
        SAID,
    ),
    "own base_url": ("said(openai.OpenAI(base_url=REAL, **OPTIONS))", SAID),
    "own base_url in other words": (
        "said(openai.OpenAI(base_url='https://API.OpenAI.com.:443/v1', **OPTIONS))",
        SAID,
    ),
    "data_residency": ("said(openai.OpenAI(data_residency='eu', **OPTIONS))", SAID),
    "module-level client": ("said(openai)", SAID),
    "client from the environment": ("said(openai.OpenAI())", SAID),
    "async client from the environment": ("asyncio.run(said_async(openai.AsyncOpenAI()))", SAID),
    "urllib": ("urllib.request.urlopen(REAL)", REFUSED),
    "http.client": (
        "http.client.HTTPSConnection('api.openai.com').request('GET', '/v1')",
        REFUSED,
    ),
    "socket, as requests does": ("socket.create_connection(('api.openai.com', 443))", REFUSED),
    # What socket.connect() tells after its own lookup, which nothing can hear.
    "socket, by name": ("sys.audit('socket.connect', None, ('api.openai.com', 443))", REFUSED),
    "asyncio": ("asyncio.run(asyncio.open_connection('api.openai.com', 443))", REFUSED),
    "gethostbyname": ("socket.gethostbyname('api.openai.com')", REFUSED),
    "a region": ("socket.create_connection(('eu.api.openai.com', 443))", REFUSED),
    "bytes in capitals": ("socket.getaddrinfo(b'API.OPENAI.COM.', 443)", REFUSED),
    "a bytearray": ("socket.gethostbyname(bytearray(b'api.openai.com'))", REFUSED),
    "wide letters": ("socket.getaddrinfo('ａｐｉ.ｏｐｅｎａｉ.ｃｏｍ', 443)", REFUSED),
    "circled letters": ("socket.gethostbyname('ⓐⓟⓘ.openai.com')", REFUSED),
    "Chinese full stops": ("socket.getaddrinfo('api。openai。com', 443)", REFUSED),
    "a soft hyphen": ("socket.getaddrinfo('a\u00adpi.openai.com', 443)", REFUSED),
    "gethostbyname_ex": ("socket.gethostbyname_ex('api.openai.com')", REFUSED),
    "gethostbyaddr": ("socket.gethostbyaddr('api.openai.com')", REFUSED),
    # As above: these look up before they tell.
    "sendto": ("sys.audit('socket.sendto', None, ('api.openai.com', 443))", REFUSED),
    "sendmsg": ("sys.audit('socket.sendmsg', None, ('api.openai.com', 443))", REFUSED),
    "bind": ("sys.audit('socket.bind', None, ('api.openai.com', 0))", REFUSED),
    "TLS, by number": ("tls('api.openai.com')", REFUSED),
    "TLS, by number, in wide letters": ("tls('ＡＰＩ.openai.com')", REFUSED),
    "TLS, by number, httpx2": ("by_number()", REFUSED),
    "TLS, by number, asyncio": ("asyncio.run(tls_async())", REFUSED),
    "TLS in memory, as uvloop does": ("tls_in_memory('eu.api.openai.com')", REFUSED),
    "TLS in memory, to another": ("tls_in_memory('example.com').server_hostname", "example.com"),
    "proxy of http.client": ("tunnel()", REFUSED),
    "proxy, unencrypted": ("plain('GET', 'http://api.openai.com/v1')", REFUSED),
    "by number, unencrypted": ("plain('GET', '/', {'Host': 'API.openai.com'})", REFUSED),
}
TRY_EACH = f"""
results = {{}}
for name, (way, _) in {WAYS!r}.items():
    leaks.clear()
    try:
        result = str(eval(way))
    except Exception as error:
        while error and not type(error).__name__ == "OfflineError":
            within = getattr(error, "reason", None), error.__cause__, error.__context__
            error = next((each for each in within if isinstance(each, Exception)), None)
        result = f"OfflineError: {{error}}"[:{len(REFUSED)}] if error else "another error"
    except SystemExit as error:
        result = str(error)
    results[name] = [result, *leaks]
print(json.dumps(results))
"""


@pytest.mark.parametrize("proxies", [(), ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")])
def test_the_mock_answers_the_sdk_and_every_other_client_is_refused(
    tmp_path: Path, proxies: tuple[str, ...]
) -> None:
    with Proxy() as proxy:
        variables = dict.fromkeys(proxies, f"http://{proxy.address}")
        variables["LISTENER"] = proxy.address
        *_, printed = run(CLIENTS + SETUP + WATCH + TRY_EACH, tmp_path, **variables)
    assert json.loads(printed) == {name: [result] for name, (_, result) in WAYS.items()}
    assert proxy.asked == []


def test_a_program_started_from_here_is_answered_by_the_mock(tmp_path: Path) -> None:
    child = f"""
import subprocess

subprocess.run([sys.executable, "-c", {STAY_HERE + ASK!r}], check=True)
"""
    assert SAID in run(SETUP + child, tmp_path)


# Both ask nobody: a name is no number, so the answer is an error, but the guard hears it; and TLS
# in memory goes nowhere.
LOOK_UP = """
import socket, ssl

def look_up(host="api.openai.com"):
    context = ssl.create_default_context()
    ways = (
        lambda: socket.getaddrinfo(host, 443, flags=socket.AI_NUMERICHOST),
        lambda: context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=host),
    )
    return " and ".join(sorted({outcome(way) for way in ways}))

def outcome(way):
    try:
        way()
    except socket.gaierror:
        pass
    except OSError as error:
        return type(error).__name__
    return "let through"
"""


def test_the_guard_can_be_lifted_and_other_hosts_are_not_guarded(tmp_path: Path) -> None:
    lift = """
from helpers import guard

print(look_up())
try:
    with guard.lifted():
        print(look_up())
        raise KeyError
except KeyError:
    print(look_up())
for host in ("openai.com", "notapi.openai.com", "api.openai.com.example"):
    print(look_up(host))
"""
    _, *printed = run(SETUP + LOOK_UP + lift, tmp_path)
    assert printed == ["OfflineError", "let through", "OfflineError", *["let through"] * 3]


def test_going_live_takes_the_guard_down_and_going_back_puts_it_up(tmp_path: Path) -> None:
    change = f"""
for variables in ({{"OPENAI_API_KEY": {KEY!r}}}, {{"LESSONS_MODE": "offline"}}):
    print(look_up())
    os.environ |= variables
    setup()
print(look_up())
"""
    printed = run(SETUP + LOOK_UP + change, tmp_path)
    told = [line for line in printed if line in ("OfflineError", "let through")]
    assert told == ["OfflineError", "let through", "OfflineError"]


def test_a_key_is_tried_through_the_proxy_that_is_set(tmp_path: Path) -> None:
    # The only request that may leave while offline. Here it gets as far as a proxy of our own.
    check = f"""
from helpers import keys

print(keys.try_live({KEY!r}))
"""
    with Proxy() as proxy:
        url = f"http://{proxy.address}"
        *_, said = run(SETUP + WATCH + check, tmp_path, HTTPS_PROXY=url)
    assert said.startswith("✗ No connection.")
    assert proxy.asked[0].startswith(b"CONNECT api.openai.com:443 ")
    assert KEY.encode() not in proxy.asked[0]
