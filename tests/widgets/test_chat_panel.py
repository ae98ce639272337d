"""The chat panel: what it shows, and that it is free again whatever a server answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import ipywidgets
import pytest

from helpers import guard
from helpers.widgets.chat_panel import chat_panel
from tests.conftest import Decide
from tests.widgets.parts import broken, button, client, field, markup, shown, wait_for

KEY = "sk-proj-FAKE-0000-wxyz"
Answer = Callable[[httpx2.Request], httpx2.Response]


def chunk(text: str | None = None, ending: str | None = None, **usage: Any) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": ending}
    row = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return f"data: {json.dumps({**row, 'choices': [choice], **usage})}\n\n"


def stream(*events: str) -> httpx2.Response:
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, text="".join(events))


def send(panel: Any, text: str) -> None:
    field(panel, ipywidgets.Textarea).value = text
    button(panel, "Send").click()


def chatted(answer: Answer, text: str = "Are you there?", **options: Any) -> Any:
    """Return a panel in which a message was sent and the answer has ended."""
    panel = chat_panel(client=client(answer, **options))
    send(panel, text)
    wait_for(lambda: not button(panel, "Send").disabled)
    return panel


USAGE = {
    "prompt_tokens": 2000,
    "completion_tokens": 100,
    "total_tokens": 2100,
    "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 0},
}


def test_a_reply_with_its_ending_tokens_and_price() -> None:
    panel = chatted(
        lambda _: stream(chunk("Yes"), chunk(", I am."), chunk(None, "stop", usage=USAGE))
    )
    assert "Are you there?" in shown(panel) and "Yes, I am." in shown(panel)
    # 1,000 tokens and 1,000 cached ones at 0.1 and 0.01, 100 at 0.5 dollars a million.
    assert "Complete · 2,000 tokens in (1,000 cached), 100 out · US$ 0.000160" in shown(panel)
    assert field(panel, ipywidgets.Textarea).value == "" and button(panel, "Stop").disabled


@pytest.mark.parametrize(
    ("events", "ending"),
    [
        ([chunk("Yes"), chunk(None, "stop")], "Complete"),
        ([chunk("Yes"), chunk(None, "length")], "Cut off: the limit of tokens was reached"),
        ([chunk("Yes"), chunk(None, "content_filter")], "Cut off by the content filter"),
        ([chunk("Yes"), chunk(None, "something_new")], "It ended with something_new"),
        ([chunk("Yes")], "✗ The stream broke off"),
    ],
)
def test_how_a_reply_ended(events: list[str], ending: str) -> None:
    panel = chatted(lambda _: stream(*events))
    assert ending in shown(panel) and "Yes" in shown(panel)


def test_markdown_is_rendered_and_html_is_not() -> None:
    reply = (
        "**bold** `a<b`\n\n- one\n\n|a|b|\n|-|-|\n|1|2|\n\n"
        "<img src=x onerror=reply()> ![x](https://spy.example/x.png) "
        "[link](https://example.com) [bad](javascript:reply())"
    )
    panel = chatted(
        lambda _: stream(chunk(reply), chunk(None, "stop")), "<script>me()</script> **mine**"
    )
    for part in ("<strong>bold</strong>", "a&lt;b", "<li>one</li>", "<td>1</td>", 'target="_blank"',
                 "&lt;img", "&lt;script&gt;me()", "**mine**"):  # fmt: skip
        assert part in markup(panel)
    for part in ("<script", "<img", 'href="javascript'):
        assert part not in markup(panel)


def test_long_words_break() -> None:
    panel = chatted(lambda _: stream(chunk("x" * 500), chunk(None, "stop")))
    assert markup(panel).count("overflow-wrap:anywhere") == 3


PAGE = "<!doctype html><title>Welcome to nginx!</title>"
EVENT = {"content-type": "text/event-stream"}


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx2.Response(200, html=PAGE),
        lambda _: httpx2.Response(200, text=""),
        lambda _: httpx2.Response(200, json={"choices": []}),
        lambda _: httpx2.Response(200, json=None),
        lambda _: httpx2.Response(200, headers=EVENT, text="data: {not json\n\n"),
        lambda _: httpx2.Response(200, headers=EVENT, text="data: [1]\n\n"),
        lambda _: httpx2.Response(200, headers=EVENT, text="data: [DONE]\n\n"),
        lambda _: httpx2.Response(200, headers=EVENT, text='data: {"choices": null}\n\n'),
        lambda _: httpx2.Response(200, headers=EVENT, text='data: {"choices": [{}]}\n\n'),
        lambda _: httpx2.Response(200, headers=EVENT, text='data: {"choices": [{"delta": 5}]}\n\n'),
        lambda _: httpx2.Response(200, headers=EVENT, text='data: {"error": {"message": "x"}}\n\n'),
        lambda _: httpx2.Response(200, headers=EVENT, text=chunk("", "stop")),
        lambda _: httpx2.Response(401, html=PAGE),
        lambda _: httpx2.Response(404, json={"detail": "Not Found"}),
        lambda _: httpx2.Response(500, text=""),
        lambda _: broken(b""),
        lambda _: broken(b"data: {"),
    ],
)
def test_whatever_is_answered_a_sentence_is_said_and_the_question_comes_back(
    answer: Answer,
) -> None:
    panel = chatted(answer)
    assert "✗" in shown(panel) and button(panel, "Stop").disabled
    assert field(panel, ipywidgets.Textarea).value == "Are you there?"
    assert "Are you there?" not in shown(panel)


def test_a_web_page_is_named_and_a_curly_quote_too() -> None:
    panel = chatted(lambda _: httpx2.Response(200, html=PAGE))
    assert "/v1" in shown(panel)
    panel = chatted(lambda _: stream(), api_key=f"“{KEY}”")
    assert "a character that cannot be sent" in shown(panel) and KEY not in shown(panel)


def test_what_came_before_a_stream_broke_is_kept() -> None:
    panel = chatted(lambda _: broken(chunk("Half a").encode()))
    assert "Half a" in shown(panel) and "✗" in shown(panel)
    assert field(panel, ipywidgets.Textarea).value == ""


def test_no_key_is_shown() -> None:
    def refuse(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(401, json={"error": {"message": f"Incorrect: {KEY}", "code": "x"}})

    assert KEY not in shown(chatted(refuse)) and "✗" in shown(chatted(refuse))


@pytest.mark.parametrize("text", ["Stop", "Clear"])
def test_a_server_that_says_nothing_holds_up_nobody(text: str) -> None:
    silence = threading.Event()

    def wait(_: httpx2.Request) -> httpx2.Response:
        silence.wait(10)
        return stream(chunk("Too late"), chunk(None, "stop"))

    panel = chat_panel(client=client(wait))
    send(panel, "Are you there?")
    assert button(panel, "Send").disabled and "Waiting for" in shown(panel)
    button(panel, text).click()
    assert not button(panel, "Send").disabled and button(panel, "Stop").disabled
    silence.set()
    wait_for(lambda: not [t for t in threading.enumerate() if t.name == "chat-panel"])
    assert "Too late" not in shown(panel)


def test_stop_keeps_what_has_come_and_clear_forgets_all() -> None:
    asked, going_on = [], threading.Event()

    class Slow(httpx2.SyncByteStream):
        def __iter__(self) -> Any:
            yield chunk("Once upon").encode()
            going_on.wait(10)
            yield chunk(" a time", "stop").encode()

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append([part["content"] for part in json.loads(request.content)["messages"]])
        return httpx2.Response(200, headers=EVENT, stream=Slow())

    panel = chat_panel(client=client(answer), instructions="Be brief.")
    send(panel, "A story, please.")
    wait_for(lambda: "Once upon" in shown(panel))
    button(panel, "Stop").click()
    assert "Stopped." in shown(panel)
    going_on.set()
    send(panel, "Go on.")
    wait_for(lambda: not button(panel, "Send").disabled)
    assert asked[-1] == ["Be brief.", "A story, please.", "Once upon", "Go on."]
    button(panel, "Clear").click()
    assert shown(panel) == ""
    send(panel, "A story, please.")
    wait_for(lambda: not button(panel, "Send").disabled)
    assert asked[-1] == ["Be brief.", "A story, please."]


def test_without_a_client_each_message_goes_where_setup_says(decide: Decide) -> None:
    panel = chat_panel()
    send(panel, "Hello?")
    wait_for(lambda: not button(panel, "Send").disabled)
    assert "✗" in shown(panel) and "OPENAI_API_KEY" in shown(panel)
    decide()
    send(panel, "Say hello.")
    wait_for(lambda: "tokens in" in shown(panel))
    assert "Hello! How can I help you today?" in shown(panel)
    guard.take_down()


def test_an_empty_message_is_not_sent() -> None:
    panel = chat_panel(client=client(lambda _: stream()))
    send(panel, " \n")
    assert not button(panel, "Send").disabled and shown(panel) == ""


def test_enter_sends_and_lines_that_are_pasted_do_not() -> None:
    panel = chat_panel(client=client(lambda _: stream(chunk("Yes."), chunk(None, "stop"))))
    typed = field(panel, ipywidgets.Textarea)
    typed.value = "two\nlines\n"
    assert shown(panel) == ""
    typed.value = "two\nlines"  # A line break is taken away.
    assert shown(panel) == ""
    typed.value = "two\nlines\n"
    wait_for(lambda: "Yes." in shown(panel))
    assert "two lines" in shown(panel) and typed.value == ""


def test_enter_sends_a_message_that_came_back_once_more() -> None:
    answers = [httpx2.Response(400, json={}), stream(chunk("Yes."), chunk(None, "stop"))]
    panel = chatted(lambda _: answers.pop(0))
    typed = field(panel, ipywidgets.Textarea)
    assert typed.value == "Are you there?"
    typed.value += "\n"
    wait_for(lambda: "Yes." in shown(panel))
