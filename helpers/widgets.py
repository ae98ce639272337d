"""The lessons' widgets: a box for the key and a panel to chat in.

Each is a function that returns an ipywidgets widget, usable in any notebook.
"""

from __future__ import annotations

import html
import threading
from typing import Any

import ipywidgets as w

from helpers import keys, modes
from helpers.models import DEFAULT

_WIDE = w.Layout(width="100%", max_width="46em")
_BUBBLE = (
    '<div style="margin:4px 0; padding:6px 10px; border-radius:8px; white-space:pre-wrap; '
    "line-height:1.45; background:var(--jp-layout-color{shade}, #f2f2f2); "
    'color:var(--jp-content-font-color1, #222)"><b>{who}</b><br>{text}</div>'
)


def key_box() -> w.VBox:
    """Return a box that checks an OpenAI key and saves it to `.env`.

    The key is not shown, and the field is emptied once the key is saved: it is in no output and
    no notebook.
    """
    field = w.Password(placeholder="paste the key here: sk-…", layout=_WIDE)
    check, save, delete = (
        w.Button(description=text, tooltip=tip, icon=icon)
        for text, tip, icon in (
            ("Check", "Ask OpenAI whether the key works: one request of no cost", "search"),
            ("Save", "Put the key in .env on this computer", "save"),
            ("Delete", "Take the key out of .env", "trash"),
        )
    )
    said = w.HTML()

    def tell(sentence: str) -> None:
        said.value = html.escape(sentence)

    def on_check(_: Any) -> None:
        key = keys.clean(field.value)
        if problem := keys.fault(key):
            tell(f"✗ This is no key that can work: {problem}.")
        elif modes.forced_offline():
            tell(
                f"✓ {keys.mask(key)} has the shape of a key. "
                f"OpenAI was not asked: {modes.MODE_VARIABLE} is set."
            )
        else:
            tell("Asking OpenAI …")
            tell(keys.try_live(key))

    def on_save(_: Any) -> None:
        try:
            path = keys.save(field.value)
        except (ValueError, keys.KeyFileError) as error:
            tell(f"✗ {error}")
            return
        tell(
            f"✓ {keys.mask(keys.clean(field.value))} is saved in {path.name}. "
            "Run setup() again to use it."
        )
        field.value = ""

    def on_delete(_: Any) -> None:
        try:
            path = keys.delete()
        except keys.KeyFileError as error:
            tell(f"✗ {error}")
            return
        tell(f"✓ The key is out of {path.name}." if path else "There is no key in a .env file.")

    for button, handler in ((check, on_check), (save, on_save), (delete, on_delete)):
        button.on_click(handler)
    return w.VBox([field, w.HBox([check, save, delete]), said])


def chat_panel(
    model: str = DEFAULT, instructions: str = "You are a helpful assistant.", client: Any = None
) -> w.VBox:
    """Return a panel to chat with `model`: replies stream in, and Stop ends one.

    `client` is an `openai.OpenAI`; by default a new one. Errors are shown in the panel.
    """
    import openai

    client = client or openai.OpenAI()
    messages: list[dict[str, str]] = [{"role": "developer", "content": instructions}]
    transcript = w.HTML(layout=_WIDE)
    field = w.Text(placeholder="Write a message and press Enter", layout=_WIDE)
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
    return w.VBox([transcript, field, w.HBox([send, stop, status])])
