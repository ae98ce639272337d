"""Other people's clients, unchanged, on the mock API as a program of its own.

Each has an environment of its own below `.clients`, made once for its pinned versions; and each
program ends when it tries to leave this computer (tests/loopback).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from helpers.modes import OFFLINE_KEY
from tests import lessons, program
from tests.test_offline import LOOPBACK

pytestmark = pytest.mark.clients

PINS = {
    "langchain-openai": ["langchain-openai==1.7.4", "langchain-core==1.8.3", "openai==3.57.0"],
    "pydantic-ai": ["pydantic-ai-slim[openai]==2.68.0", "openai==3.57.0"],
    "instructor": ["instructor==1.17.0", "openai==3.3.0"],
    "litellm": ["litellm==1.110.2", "openai==3.57.0"],
}
SAID = "Hello! How can I help you today?"
RECEIPT = {"shop": "offline mock", "total": 0}

COMMON = """
import json, sys
from pydantic import BaseModel

class Receipt(BaseModel):
    shop: str
    total: float

HELLO = [{"role": "user", "content": "Say hello."}]
DINNER = [{"role": "user", "content": "Dinner"}]
TOOL = {"name": "weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}

def tell(**said):
    print(json.dumps(said))
"""
PROGRAMS = {
    "langchain-openai": """
import openai
from langchain_openai import ChatOpenAI

chat, responses = (ChatOpenAI(model="gpt-6-luna", use_responses_api=new) for new in (False, True))
tool = responses.bind_tools([{"type": "function", "function": TOOL}])
summed = None
for chunk in tool.stream("Rain?"):
    summed = chunk if summed is None else summed + chunk
try:
    ChatOpenAI(model="gpt-7").invoke("Say hello.")
except openai.NotFoundError as error:
    refused = [error.status_code, error.code]
tell(
    chat=[model.invoke("Say hello.").text for model in (chat, responses)],
    streamed=[[c.text for c in model.stream("Say hello.")] for model in (chat, responses)],
    structured=[
        model.with_structured_output(Receipt).invoke("Dinner").model_dump()
        for model in (chat, responses)
    ],
    called=[[call["name"], call["args"]] for call in (
        tool.invoke("Rain?").tool_calls + summed.tool_calls)],
    refused=refused,
)
""",
    "pydantic-ai": """
import asyncio
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.exceptions import ModelHTTPError

names = ["openai-chat:gpt-6-luna", "openai-responses:gpt-6-luna"]
settings = {"openai_reasoning_effort": "none"}
called = []

def weather(city: str) -> str:
    called.append(["weather", {"city": city}])
    return "sunny"

async def stream(name):
    async with Agent(name).run_stream("Say hello.") as run:
        return [text async for text in run.stream_text(delta=True, debounce_by=None)]

for name in names:
    Agent(name, tools=[weather], model_settings=settings).run_sync("Rain?")
try:
    Agent("openai-chat:gpt-7").run_sync("Say hello.")
except ModelHTTPError as error:
    refused = [error.status_code, error.body["code"]]
tell(
    chat=[Agent(name).run_sync("Say hello.").output for name in names],
    streamed=[asyncio.run(stream(name)) for name in names],
    structured=[
        Agent(name, output_type=kind, model_settings=settings)
        .run_sync("Dinner").output.model_dump()
        for name in names for kind in (Receipt, NativeOutput(Receipt))
    ],
    called=called,
    refused=refused,
)
""",
    "instructor": """
import instructor, openai

client = openai.OpenAI()
modes = ["TOOLS", "JSON_SCHEMA", "RESPONSES_TOOLS"]
asked = {"model": "gpt-6-luna", "messages": DINNER, "response_model": Receipt}
effort = {"TOOLS": {"reasoning_effort": "none"}}
by_mode = {mode: instructor.from_openai(client, mode=instructor.Mode[mode]) for mode in modes}
parts = list(by_mode["JSON_SCHEMA"].create_partial(**asked))
try:
    by_mode["JSON_SCHEMA"].create(**{**asked, "model": "gpt-7"}, max_retries=0)
except Exception as error:
    while not isinstance(error, openai.APIStatusError):
        error = error.__cause__ or error.args[0]
    refused = [error.status_code, error.code]
plain = {"model": "gpt-6-luna", "messages": HELLO, "response_model": None}
tools = by_mode["TOOLS"]
tell(
    chat=[tools.create(**plain).choices[0].message.content],
    streamed=[[chunk.choices[0].delta.content or ""
               for chunk in tools.create(**plain, stream=True)]],
    structured=[by_mode[mode].create(**asked, **effort.get(mode, {})).model_dump()
                for mode in modes] + [parts[-1].model_dump()],
    refused=refused,
)
""",
    "litellm": """
import litellm

asked = {"model": "openai/gpt-6-luna", "messages": HELLO}
ask = {"model": "openai/gpt-6-luna", "input": "Say hello."}
rain = {**asked, "messages": [{"role": "user", "content": "Rain?"}], "reasoning_effort": "none"}
choice = litellm.completion(
    **rain, tools=[{"type": "function", "function": TOOL}]).choices[0].message.tool_calls[0]
try:
    litellm.completion(**{**asked, "model": "openai/gpt-7"})
except litellm.NotFoundError as error:
    refused = [error.status_code, "model_not_found" if "`gpt-7` does not exist" in str(error) else
               str(error)]
tell(
    chat=[litellm.completion(**asked).choices[0].message.content,
          litellm.responses(**ask).output_text],
    streamed=[
        [c.choices[0].delta.content or "" for c in litellm.completion(**asked, stream=True)],
        [e.delta for e in litellm.responses(**ask, stream=True)
         if str(getattr(e.type, "value", e.type)) == "response.output_text.delta"],
    ],
    structured=[json.loads(litellm.completion(
        **{**asked, "messages": DINNER}, response_format=Receipt).choices[0].message.content)],
    called=[[choice.function.name, json.loads(choice.function.arguments)]],
    refused=refused,
)
""",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with program.mock_api() as address:
        yield address


def environment(client: str) -> Path:
    """Return the Python that has a client's pinned packages, made if it is not there.

    Raises subprocess.CalledProcessError if they cannot be installed.
    """
    folder = lessons.ROOT / ".clients" / client
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, pins = folder / "installed", "\n".join([sys.version, *PINS[client]])
    if stamp.exists() and stamp.read_text("utf-8") == pins:
        return python
    if uv := shutil.which("uv"):
        make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)]
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        make = [sys.executable, "-m", "venv", "--clear", str(folder)]
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.check_call(make)
    subprocess.check_call([*install, *PINS[client]])
    stamp.write_text(pins, "utf-8")
    return python


@cache
def said(client: str, address: str, folder: Path) -> dict[str, Any]:
    """Run a client's program, once, and return what it tells."""
    try:
        python = environment(client)
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{client} cannot be installed: {error}")
    names = ("PYTHON", "OPENAI_", "LANGCHAIN", "LANGSMITH", "LITELLM")
    keep = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    settings = {
        "OPENAI_BASE_URL": address,
        "OPENAI_API_KEY": OFFLINE_KEY,
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(LOOPBACK),
        # Without it, LiteLLM fetches its table of prices when it is imported.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    run = subprocess.run(
        [python, "-c", COMMON + PROGRAMS[client]],
        cwd=folder,
        env=keep | settings,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    told: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return told


@pytest.fixture(params=PROGRAMS)
def told(
    request: pytest.FixtureRequest, address: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    return said(request.param, address, tmp_path_factory.getbasetemp())


def test_client_chats(told: dict[str, Any]) -> None:
    assert set(told["chat"]) == {SAID}


def test_client_streams(told: dict[str, Any]) -> None:
    assert told["streamed"]
    for pieces in told["streamed"]:
        assert "".join(pieces) == SAID and len([piece for piece in pieces if piece]) > 3


def test_client_gets_structured_output(told: dict[str, Any]) -> None:
    assert told["structured"] == [RECEIPT] * len(told["structured"]) != []


# Instructor has tool calls for structured output only.
@pytest.mark.parametrize("told", sorted(set(PROGRAMS) - {"instructor"}), indirect=True)
def test_client_calls_tools(told: dict[str, Any]) -> None:
    assert told["called"] == [["weather", {"city": "offline mock"}]] * len(told["called"]) != []


def test_client_says_that_a_model_is_unknown(told: dict[str, Any]) -> None:
    assert told["refused"] == [404, "model_not_found"]


def curl(address: str, path: str, body: Any, *options: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("curl")
    if not program:
        pytest.skip("there is no curl")
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
    body = {"model": "gpt-6-luna", "input": "Rain?", "tools": [tool]}
    call = json.loads(curl(address, "/responses", body).stdout)["output"][-1]
    assert (call["name"], json.loads(call["arguments"])) == ("weather", {"city": "offline mock"})


def test_curl_sees_the_status_and_the_error(address: str) -> None:
    run = curl(address, "/chat/completions", {**CHAT, "model": "gpt-7"}, "-w", "\n%{http_code}")
    body, status = run.stdout.rsplit("\n", 1)
    assert status == "404" and json.loads(body)["error"]["code"] == "model_not_found"
