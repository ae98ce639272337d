"""Other people's clients, unchanged, on the mock API as a program of its own.

Each has a program here, in Python or for Node, that tells case by case what came back. It gets the
base URL and the key from the environment, as anybody would give them. Its packages are installed by
`packages.py`; and it ends when it tries to leave this computer (tests/loopback). A new client is
such a program and its pins.

    .venv/bin/python -m pytest -m clients tests/clients -p no:nbval
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pytest

from helpers.modes import OFFLINE_KEY
from tests import program
from tests.clients import packages
from tests.clients.packages import FOR_NODE, NODE, PYTHON, MissingError
from tests.loopback.sitecustomize import CODE
from tests.program import LOOPBACK

pytestmark = pytest.mark.clients

CLIENTS = [*(f"python {name}" for name in PYTHON), *(f"node {name}" for name in FOR_NODE)]
UNTOLD = {
    # It has tool calls for structured output only.
    "tools": {"python instructor"},
    "turns": {"python instructor", "python litellm"},
    "logprobs": {*CLIENTS} - {"node ai", "node openai"},
    # It refuses an unknown model by itself.
    "refused": {"python llm"},
}
"""What a client cannot do, or what its program leaves to others that send the same."""

SAID = "Hello! How can I help you today?"
RECEIPT = {"shop": "(Offline mock)", "total": 0}
Cases = dict[str, Any]
"""What a client told of an ability, by the way it went: an API, an option of the client's."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with program.mock_api("--pace", "0") as address:
        yield address


def not_run(reason: str) -> NoReturn:
    """Skip, and say so: a run without a client must not look like one with it."""
    warnings.warn(f"CLIENT TESTS NOT RUN: {reason}.", stacklevel=2)
    pytest.skip(reason)


def command(client: str) -> list[str]:
    """Return the command of a client's program, or of "node" alone, with what it needs installed.

    Skips the test where that cannot be had; where CI asks, raises subprocess.CalledProcessError.
    """
    kind, _, name = client.partition(" ")
    try:
        if kind == "python":
            return packages.python_command(name)
        return packages.node_command(name) if name else [packages.node()]
    except MissingError as missing:
        not_run(str(missing))
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        not_run(f"{client} cannot be installed: {error}")


def run(
    command: list[str], folder: Path, address: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a program that may not leave this computer, with the mock API in its environment."""
    names = ("PYTHON", "NODE_", "OPENAI_", "LANGCHAIN", "LANGSMITH", "LITELLM", "LLM_")
    keep = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    given = {
        "OPENAI_BASE_URL": address,
        "OPENAI_API_KEY": OFFLINE_KEY,
        # Without it, the Agents SDKs send traces to api.openai.com, whatever the base URL is.
        "OPENAI_AGENTS_DISABLE_TRACING": "1",
        # Without it, LiteLLM fetches its table of prices when it is imported.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        # Where llm keeps its log, and would find a key of yours.
        "LLM_USER_PATH": str(folder),
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(LOOPBACK),
        "PYTHONIOENCODING": "utf-8",
        "NODE_OPTIONS": f'--require "{(LOOPBACK / "loopback.cjs").as_posix()}"',
    }
    return subprocess.run(
        command,
        cwd=folder,
        env=keep | given | settings,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
    )


def tell(client: str, address: str, folder: Path) -> dict[str, Cases]:
    """Run a client's program and return what it tells: by ability, then by case."""
    done = run(command(client), folder, address)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    told: dict[str, Cases] = {}
    for line in map(json.loads, done.stdout.splitlines()):
        told.setdefault(line["ability"], {})[line["way"]] = line.get("said", line.get("failed"))
    return told


@pytest.fixture(scope="module")
def running(
    request: pytest.FixtureRequest, address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[dict[str, Cases]]]]:
    """Run the programs of the clients that are asked for, several at once: they mostly wait."""
    folder = tmp_path_factory.mktemp("clients")
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    asked = [call.params["cases"][0] for call in calls if call and "cases" in call.params]
    with ThreadPoolExecutor(4) as pool:
        yield {client: pool.submit(tell, client, address, folder) for client in sorted({*asked})}


def every_client(ability: str) -> pytest.MarkDecorator:
    """Run a test with the cases that each client tells of an ability."""
    able = [client for client in CLIENTS if client not in UNTOLD.get(ability, ())]
    return pytest.mark.parametrize(
        "cases", [(client, ability) for client in able], ids=able, indirect=True
    )


@pytest.fixture
def cases(request: pytest.FixtureRequest, running: dict[str, Future[dict[str, Cases]]]) -> Cases:
    client, ability = request.param
    return running[client].result()[ability]


@every_client("text")
def test_chats(cases: Cases) -> None:
    assert cases == dict.fromkeys(cases, SAID)


@every_client("stream")
def test_streams(cases: Cases) -> None:
    for pieces in cases.values():
        assert "".join(pieces) == SAID and len([piece for piece in pieces if piece]) > 3


@every_client("structured")
def test_gets_structured_output(cases: Cases) -> None:
    # As arguments of a tool it is filled like those of any other.
    called = {**RECEIPT, "shop": "(Offline mock)"}
    assert cases == {way: called if "tool" in way else RECEIPT for way in cases}


@every_client("tools")
def test_calls_a_tool_once(cases: Cases) -> None:
    assert cases == dict.fromkeys(cases, [["weather", {"city": "Oslo"}]])


@every_client("turns")
def test_carries_a_conversation_on(cases: Cases) -> None:
    assert cases == dict.fromkeys(cases, "Your name is Mei.")


@every_client("picture")
def test_sends_a_picture(cases: Cases) -> None:
    for said in cases.values():
        assert "PNG of 8 × 8 pixels, mostly red" in said


@every_client("logprobs")
def test_gets_logprobs(cases: Cases) -> None:
    for tokens in cases.values():
        assert "".join(tokens) == SAID and len(tokens) > 3


@every_client("refused")
def test_says_that_a_model_is_unknown(cases: Cases) -> None:
    # The two APIs differ in the status.
    status = {"chat": 404, "responses": 400}
    assert cases == {way: [status[way], "model_not_found"] for way in cases}


TRACED = {
    "python": """
from agents import Agent, Runner
Runner.run_sync(Agent("Mei", model="gpt-6-luna"), "Say hello.")
""",
    "node": """
import { Agent, run } from "@openai/agents";
await run(new Agent({ name: "Mei", model: "gpt-6-luna" }), "Say hello.");
""",
}


@pytest.mark.parametrize("kind", TRACED)
def test_agents_leave_this_computer_unless_tracing_is_off(
    kind: str, address: str, tmp_path: Path
) -> None:
    if kind == "python":
        told, folder = ["-c", TRACED[kind]], tmp_path
    else:
        # Node looks for the packages of such a program from where it is run.
        told, folder = ["--input-type=module", "-e", TRACED[kind]], NODE
    begun = [command(f"{kind} agents")[0], *told]
    done = run(begun, folder, address, OPENAI_AGENTS_DISABLE_TRACING="0")
    assert done.returncode == CODE and "leaves this computer" in done.stderr


# 192.0.2.1 is nobody's: https://www.rfc-editor.org/rfc/rfc5737
LEAVE = {
    "fetch": "await fetch('https://example.com')",
    "a connection": "require('net').connect(9, '192.0.2.1')",
    "https": "require('https').get('https://192.0.2.1')",
    "a name": "await require('dns').promises.resolve4('example.com')",
    "a datagram": "require('dgram').createSocket('udp4').send('x', 9, '192.0.2.1')",
    "a program it starts": "process.exitCode = require('child_process').spawnSync("
    "process.execPath, ['-e', 'fetch(\"http://192.0.2.1\")']).status",
}


@pytest.mark.parametrize("way", LEAVE)
def test_a_node_program_that_leaves_is_seen(way: str, tmp_path: Path) -> None:
    caught = f"(async () => {{ try {{ {LEAVE[way]} }} catch {{}} }})()"
    assert run([*command("node"), "-e", caught], tmp_path).returncode == CODE


def test_a_node_program_that_stays_is_not_taken_for_leaving(address: str, tmp_path: Path) -> None:
    asked = f"fetch('{address}/models'.replace('127.0.0.1', 'localhost'))"
    done = run([*command("node"), "-e", f"{asked}.then((r) => console.log(r.status))"], tmp_path)
    assert (done.returncode, done.stdout) == (0, "401\n"), done.stderr


def curl(address: str, path: str, body: Any, *options: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("curl")
    if not program:
        not_run("install curl")
    command = [program, "--silent", "--show-error", "--noproxy", "*", f"{address}{path}"]
    command += [
        "-H",
        f"Authorization: Bearer {OFFLINE_KEY}",
        "-H",
        "Content-Type: application/json",
    ]
    command += ["-d", json.dumps(body), *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True)


CHAT = {"model": "gpt-6-luna", "messages": [{"role": "user", "content": "Say hello."}]}


def test_curl_chats(address: str) -> None:
    completion = json.loads(curl(address, "/chat/completions", CHAT).stdout)
    assert completion["choices"][0]["message"]["content"] == SAID


def test_curl_streams(address: str) -> None:
    lines = curl(address, "/chat/completions", {**CHAT, "stream": True}, "-N").stdout.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    pieces = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks]
    assert "".join(pieces) == SAID


def test_curl_gets_a_tool_call(address: str) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"type": "function", "name": "weather", "parameters": schema}
    body = {"model": "gpt-6-luna", "input": "Rain in Oslo?", "tools": [tool]}
    call = json.loads(curl(address, "/responses", body).stdout)["output"][-1]
    assert (call["name"], json.loads(call["arguments"])) == ("weather", {"city": "Oslo"})


def test_curl_sees_the_status_and_the_error(address: str) -> None:
    run = curl(address, "/chat/completions", {**CHAT, "model": "gpt-7"}, "-w", "\n%{http_code}")
    body, status = run.stdout.rsplit("\n", 1)
    assert status == "404" and json.loads(body)["error"]["code"] == "model_not_found"
