"""The panel to chat in: replies stream in and can be stopped."""

from __future__ import annotations

import html
import threading
from typing import Any

import ipywidgets as w

from helpers.models import DEFAULT
from helpers.widgets.look import WIDE

_WINDOW = w.Layout(width="100%", max_width="46em", max_height="28em", overflow="auto")
_BUBBLE = (
    '<div style="margin:4px 0; padding:6px 10px; border-radius:8px; white-space:pre-wrap; '
    "line-height:1.45; background:var(--jp-layout-color{shade}, #f2f2f2); "
    'color:var(--jp-content-font-color1, #222)"><b>{who}</b><br>{text}</div>'
)


def chat_panel(
    model: str = DEFAULT, instructions: str = "You are a helpful assistant.", client: Any = None
) -> w.VBox:
    """Return a panel to chat with `model`: replies stream in, and Stop ends one.

    `client` is an `openai.OpenAI`; by default a new one. Errors are shown in the panel.
    """
    import openai

    client = client or openai.OpenAI()
    messages: list[dict[str, str]] = [{"role": "developer", "content": instructions}]
    transcript = w.HTML(layout=w.Layout(width="100%"))
    window = w.Box([transcript], layout=_WINDOW)
    field = w.Text(placeholder="Write a message and press Enter", layout=WIDE)
    send = w.Button(description="Send", icon="paper-plane", button_style="primary")
    stop = w.Button(description="Stop", icon="stop", disabled=True)
    status = w.HTML()
    stopping = threading.Event()

    def show(arriving: str = "") -> None:
        shown = messages[1:] + ([{"role": "assistant", "content": arriving}] if arriving else [])
        transcript.value = "".join(
            _BUBBLE.format(
                shade=1 if message["role"] == "assistant" else 2,
                who="You" if message["role"] == "user" else html.escape(model),
                text=html.escape(message["content"]),
            )
            for message in shown
        )

    def on_send(_: Any = None) -> None:
        text = field.value.strip()
        if not text or send.disabled:
            return
        messages.append({"role": "user", "content": text})
        field.value = ""
        send.disabled, stop.disabled, status.value = True, False, "…"
        stopping.clear()
        show()
        # In a thread, so that the kernel is free to hear the Stop button.
        threading.Thread(target=receive, name="chat-panel", daemon=True).start()

    def receive() -> None:
        reply, usage = "", None
        try:
            with client.chat.completions.create(
                model=model,
                messages=messages,
                stream=True,
                stream_options={"include_usage": True},
            ) as stream:
                for chunk in stream:
                    if stopping.is_set():
                        break
                    usage = chunk.usage or usage
                    if chunk.choices:
                        delta = chunk.choices[0].delta
                        reply += delta.content or delta.refusal or ""
                        show(reply)
            if stopping.is_set():
                status.value = "Stopped."
            elif usage:
                status.value = f"{usage.prompt_tokens} tokens in, {usage.completion_tokens} out"
        except openai.OpenAIError as error:
            status.value = f"✗ {html.escape(str(error))}"
        if reply:
            messages.append({"role": "assistant", "content": reply})
        else:
            # Without an answer the question is taken back, ready to be sent again.
            field.value = messages.pop()["content"]
        show()
        send.disabled, stop.disabled = False, True

    send.on_click(on_send)
    stop.on_click(lambda _: stopping.set())
    field.on_msg(lambda _, content, __: on_send() if content.get("event") == "submit" else None)
    return w.VBox([window, field, w.HBox([send, stop, status])])
