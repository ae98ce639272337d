"""The panel to chat in: replies stream in and can be stopped."""

from __future__ import annotations

import html
import threading
import time
from typing import Any

import ipywidgets as w
from markdown_it import MarkdownIt

from helpers.models import DEFAULT
from helpers.widgets.look import PAGE, TEXT, WIDE, cost, fault

# Reversed, a window shows its end and stays there while more comes, unless the reader scrolls up.
_WINDOW = w.Layout(
    width="100%",
    max_width="46em",
    max_height="28em",
    overflow="auto",
    flex_flow="column-reverse",
)
_BUBBLE = (
    '<div style="margin:4px 0; padding:6px 10px; border-radius:8px; background:'
    'var(--jp-layout-color{shade}, #f2f2f2); {text}"><b>{who}</b>{said}</div>'
)
_PLAIN = '<div style="white-space:pre-wrap">{}</div>'
# JupyterLab's own look for Markdown, where there is JupyterLab.
_RENDERED = '<div class="jp-RenderedHTMLCommon" style="padding:0; font-size:inherit">{}</div>'
_ENDINGS = {
    "stop": "Complete",
    "length": "Cut off: the limit of tokens was reached",
    "content_filter": "Cut off by the content filter",
    None: "✗ The stream broke off",
}
_PAUSE = 0.05
"""Seconds between two looks at a reply that is arriving."""


def chat_panel(
    model: str = DEFAULT, instructions: str = "You are a helpful assistant.", client: Any = None
) -> w.VBox:
    """Return a panel to chat with `model`: replies stream in, and Stop ends one.

    `client` is an `openai.OpenAI`; by default one is made for each message, so that the panel
    follows `setup()`. Errors are shown in the panel.
    """
    messages: list[dict[str, str]] = [{"role": "developer", "content": instructions}]
    # With its whole height: shrunk to the window, it would scroll by itself, and show its start.
    transcript = w.VBox(layout=w.Layout(flex="none"))
    field = w.Textarea(placeholder="Write a message and press Enter", rows=2, layout=WIDE)
    send = w.Button(description="Send", icon="paper-plane", button_style="primary")
    stop = w.Button(description="Stop", icon="stop", disabled=True)
    clear = w.Button(description="Clear", icon="eraser", tooltip="Forget this conversation")
    status = w.HTML()
    lock = threading.Lock()
    running: list[_Reply] = []

    def tell(sentence: str) -> None:
        status.value = f'<div style="{TEXT}">{html.escape(sentence)}</div>' if sentence else ""

    def on_send(_: Any = None) -> None:
        text = field.value.strip()
        if not text or running:
            return
        question, answer = w.HTML(_bubble("You", text)), w.HTML()
        messages.append({"role": "user", "content": text})
        transcript.children = (*transcript.children, question, answer)
        field.value = ""
        send.disabled, stop.disabled = True, False
        tell(f"Waiting for {model} … Stop ends it.")
        reply = _Reply(answer, model)
        running.append(reply)
        # In a thread, so that the kernel is free to hear the Stop button.
        threading.Thread(target=receive, args=[reply], name="chat-panel", daemon=True).start()

    def receive(reply: _Reply) -> None:
        try:
            reply.read(client, list(messages), going_on=lambda: reply in running)
            how = reply.how_it_ended()
        except Exception as error:  # Whatever a server answers, the panel must be free again.
            how = fault(error)
        finish(reply, how)

    def finish(reply: _Reply, how: str) -> None:
        with lock:
            if reply not in running:  # It was stopped, or cleared away.
                return
            running.clear()
        if reply.text:
            messages.append({"role": "assistant", "content": reply.text})
            reply.show()
        else:
            # Without an answer the question is taken back, ready to be sent again.
            transcript.children = transcript.children[:-2]
            asked = messages.pop()["content"]
            field.value = field.value or asked
        tell(how)
        stop.disabled, send.disabled = True, False

    def on_change(change: dict[str, Any]) -> None:
        # Of its keys, a text area tells Python nothing. Pasted lines are more than one.
        old, new = change["old"], change["new"]
        if new.endswith("\n") and new.count("\n") == old.count("\n") + 1:
            on_send()

    def on_stop(_: Any = None) -> None:
        for reply in list(running):
            finish(
                reply,
                "Stopped. What was written by then is paid for; a stream tells its tokens last.",
            )

    def on_clear(_: Any) -> None:
        on_stop()
        del messages[1:]
        transcript.children = ()
        tell("")

    field.observe(on_change, "value")
    send.on_click(on_send)
    stop.on_click(on_stop)
    clear.on_click(on_clear)
    window = w.Box([transcript], layout=_WINDOW)
    return w.VBox([window, field, w.HBox([send, stop, clear]), status])


class _Reply:
    """A reply that is arriving: its text so far, shown in `bubble`, its ending and its tokens."""

    def __init__(self, bubble: w.HTML, model: str) -> None:
        self.text, self.ending, self.usage = "", None, None
        self._bubble, self._model = bubble, model
        self._shown = 0.0

    def read(self, client: Any, messages: list[dict[str, str]], going_on: Any) -> None:
        import openai

        client = client or openai.OpenAI()
        with client.chat.completions.create(
            model=self._model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
        ) as stream:
            for chunk in stream:
                if not going_on():
                    return
                self.usage = chunk.usage or self.usage
                for choice in chunk.choices[:1]:
                    self.ending = choice.finish_reason or self.ending
                    self.text += choice.delta.content or choice.delta.refusal or ""
                if self.text and time.monotonic() - self._shown > _PAUSE:
                    self.show()
        if not self.text:
            raise ValueError("the reply has no text." if self.ending else f"Nothing came: {PAGE}")

    def show(self) -> None:
        self._bubble.value = _bubble(self._model, self.text, markdown=True)
        self._shown = time.monotonic()

    def how_it_ended(self) -> str:
        how = _ENDINGS.get(self.ending, f"It ended with {self.ending}")
        if self.usage is None:
            return how
        given, made = self.usage.prompt_tokens, self.usage.completion_tokens
        details = self.usage.prompt_tokens_details
        cached = getattr(details, "cached_tokens", None) or 0
        written = getattr(details, "cache_write_tokens", None) or 0
        spent = cost(self._model, given, made, cached, written)
        among = f" ({cached:,} cached)" if cached else ""
        return f"{how} · {given:,} tokens in{among}, {made:,} out · {spent}"


def _bubble(who: str, text: str, markdown: bool = False) -> str:
    said = (
        _RENDERED.format(_MARKDOWN.render(text)) if markdown else _PLAIN.format(html.escape(text))
    )
    shade = 1 if markdown else 2
    return _BUBBLE.format(shade=shade, text=TEXT, who=html.escape(who), said=said)


def _markdown() -> MarkdownIt:
    """Return what renders a reply. A model's HTML stays text; its pictures are not fetched."""

    def open_elsewhere(self: Any, tokens: Any, place: int, options: Any, env: Any) -> Any:
        # In the same tab a link would lead away from the notebook.
        tokens[place].attrs |= {"target": "_blank", "rel": "noopener noreferrer"}
        return self.renderToken(tokens, place, options, env)

    renderer = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    renderer.disable("image")
    renderer.add_render_rule("link_open", open_elsewhere)
    return renderer


_MARKDOWN = _markdown()
