"""What no other test saw when faults were planted in the code."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import ipywidgets
import openai
import pytest
from openai import OpenAI
from PIL import Image

from helpers.mock import server
from helpers.mock.core import answer
from helpers.mock.endpoints import chat, images, responses
from helpers.mock.generation.replies import load
from helpers.mock.http import Mock, Reply, Request
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_KEY
from helpers.widgets.chat_panel import chat_panel
from tests import lessons

HELLO: Any = [{"role": "user", "content": "Say hello."}]
DRAWS = "gpt-image-2.6-flare"
PICTURES = ("image/png", "image/jpeg")


def post(path: str, **body: Any) -> Reply:
    headers = {"authorization": f"Bearer {OFFLINE_KEY}"}
    request = Request("POST", path, headers, json.dumps({"model": DEFAULT, **body}).encode())
    reply = answer(request, Mock(load()))
    assert reply.status == 200
    return reply


def streamed(path: str, **body: Any) -> list[bytes]:
    events = post(path, stream=True, **body).events
    assert events is not None
    return list(events)


def test_a_chat_stream_ends_with_done_and_a_responses_stream_without() -> None:
    # The SDK reads on without it; clients in other languages wait for it.
    chat = streamed("/v1/chat/completions", messages=HELLO)
    assert chat[-1] == b"data: [DONE]\n\n" and chat.count(chat[-1]) == 1
    assert b"response.completed" in streamed("/v1/responses", input="Say hello.")[-1]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", {"messages": HELLO}),
        ("/v1/responses", {"input": "Say hello."}),
        ("/v1/images/generations", {"model": DRAWS, "prompt": "A cup"}),
    ],
)
def test_a_stream_says_that_it_is_one(path: str, body: dict[str, Any]) -> None:
    said = [post(path, **body, stream=flag).headers["content-type"] for flag in (False, True)]
    assert said == ["application/json", "text/event-stream; charset=utf-8"]


def test_chunks_repeat_what_the_plain_reply_says_of_itself() -> None:
    plain = json.loads(post("/v1/chat/completions", messages=HELLO).body)
    *lines, _ = streamed("/v1/chat/completions", messages=HELLO)
    for line in lines:
        chunk = json.loads(line.removeprefix(b"data: "))
        assert set(chunk) == {"id", "object", "created", "model", "service_tier", "choices"}
        assert (chunk["model"], chunk["service_tier"]) == (plain["model"], plain["service_tier"])
        assert chunk["object"] == "chat.completion.chunk" and chunk["id"].startswith("chatcmpl-")


ODD: list[Any] = [None, True, 0, 5, -1, 1.5, "", "x", [], [5], ["x"], [[]], {}, {"type": "x"}]


@pytest.mark.parametrize(
    ("path", "names", "good"),
    [
        ("/v1/chat/completions", chat.PARAMETERS, {"model": DEFAULT, "messages": HELLO}),
        ("/v1/responses", responses.PARAMETERS, {"model": DEFAULT, "input": "Say hello."}),
        ("/v1/responses/input_tokens", responses.COUNTABLE, {"input": "Say hello."}),
        ("/v1/images/generations", images.GENERATED, {"model": DRAWS, "prompt": "A cup"}),
    ],
)
def test_one_odd_value_at_a_time_is_answered(
    monkeypatch: pytest.MonkeyPatch, path: str, names: frozenset[str], good: dict[str, Any]
) -> None:
    monkeypatch.setattr(
        "helpers.mock.generation.painter.paint", lambda *_: Image.new("RGB", (8, 8))
    )
    # Of many odd values at once, the first that is refused hides the others.
    mock, headers = Mock(load()), {"authorization": f"Bearer {OFFLINE_KEY}"}
    for name in sorted(names):
        for odd in ODD:
            body = json.dumps(good | {name: odd}).encode()
            reply = answer(Request("POST", path, headers, body), mock)
            assert reply.status in (200, 400, 404), (name, odd)
            assert reply.body or list(reply.events or ()), (name, odd)


@pytest.fixture
def client() -> Any:
    http = openai.DefaultHttpx2Client(transport=transport(Mock(load())))
    return OpenAI(api_key=OFFLINE_KEY, base_url="http://mock/v1", http_client=http)


def test_a_response_repeats_its_parameters_with_their_defaults(client: Any) -> None:
    plain = client.responses.create(model=DEFAULT, input="Say hello.")
    assert (plain.temperature, plain.top_p, plain.truncation) == (1.0, 1.0, "disabled")
    assert (plain.tool_choice, plain.tools, plain.parallel_tool_calls) == ("auto", [], True)
    assert (plain.metadata, plain.instructions, plain.max_output_tokens) == ({}, None, None)
    assert plain.text.format.type == "text" and plain.error is None
    asked: dict[str, Any] = {"metadata": {"a": "b"}, "instructions": "Be brief.", "top_p": 0.5}
    more = client.responses.create(
        model=DEFAULT, input="Say hello.", reasoning={"effort": "none"}, **asked
    )
    assert {name: getattr(more, name) for name in asked} == asked
    assert more.reasoning.effort == "none"


def test_a_responses_usage_adds_up(client: Any) -> None:
    usage = client.responses.create(model=DEFAULT, input="Say hello.").usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    counted = client.responses.input_tokens.count(model=DEFAULT, input="Say hello.")
    assert usage.input_tokens == counted.input_tokens


def test_the_mock_listens_on_this_computer_only() -> None:
    with server.listen() as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def within(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from within(child)


def chatted(create: Callable[..., Any], text: str) -> tuple[Any, Any, Any]:
    """Send `text` in a panel whose client is `create`; return transcript, field and status."""
    parts = list(within(chat_panel(client=Thing(chat=Thing(completions=Thing(create=create))))))
    transcript, status = (part for part in parts if isinstance(part, ipywidgets.HTML))
    field = next(part for part in parts if isinstance(part, ipywidgets.Text))
    send = next(part for part in parts if getattr(part, "description", "") == "Send")
    field.value = text
    send.click()
    until = time.monotonic() + 10
    while send.disabled and time.monotonic() < until:
        time.sleep(0.01)
    return transcript, field, status


def test_the_chat_panel_shows_text_as_text() -> None:
    delta = Thing(content="<img src=x onerror=reply()>", refusal=None)
    chunk = Thing(usage=None, choices=[Thing(delta=delta)])

    class Stream(list[Any]):
        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    def create(**_: Any) -> Any:
        return Stream([chunk])

    transcript, _, _ = chatted(create, "<script>question()</script>")
    assert "&lt;script&gt;question()" in transcript.value and "&lt;img" in transcript.value
    assert "<script" not in transcript.value and "<img" not in transcript.value


def test_the_chat_panel_shows_an_error_and_gives_the_question_back() -> None:
    def create(**_: Any) -> Any:
        raise openai.OpenAIError("no such <model>")

    _, field, status = chatted(create, "Are you there?")
    assert status.value == "✗ no such &lt;model&gt;"
    assert field.value == "Are you there?"


@pytest.mark.parametrize("path", lessons.ALL, ids=lessons.name)
def test_stored_pictures_are_whole_and_show_something(path: Path) -> None:
    # nbval compares no pictures.
    for cell in lessons.code_cells(lessons.read(path)):
        for output in cell.outputs:
            for kind in PICTURES:
                if encoded := output.get("data", {}).get(kind):
                    with Image.open(io.BytesIO(base64.b64decode(encoded))) as picture:
                        colours = picture.convert("RGB").getcolors(1 << 24)
                    assert colours and len(colours) > 1, cell.id


def test_no_command_in_ci_is_kept_from_failing() -> None:
    files = [lessons.ROOT / ".ci/run", *(lessons.ROOT / ".github/workflows").glob("*.yml")]
    assert len(files) >= 2
    for file in files:
        text = file.read_text("utf-8")
        assert "|| true" not in text and "|| echo" not in text, file
        assert "continue-on-error" not in text, file
    assert "set -euo pipefail" in files[0].read_text("utf-8")
