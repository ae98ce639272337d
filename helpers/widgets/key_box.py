"""The box in which a learner checks and saves a key."""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from typing import Any

import ipywidgets as w

from helpers import base_url, env_text, key_shape, keys, settings
from helpers.widgets.look import TEXT, WIDE, fault

_ASK = "paste the key here: sk-…"
_SOON = 1.0
"""Seconds in which the value follows that Enter was pressed: the browser sends it second."""


def key_box() -> w.VBox:
    """Return a box that checks an OpenAI key and saves it to the lessons' `.env`.

    The key is not shown. What was typed is taken into Python at once and the field is emptied, so
    that a notebook that stores its widgets' state stores no key.
    """
    # Not with each letter: the state of a widget may be stored at any moment.
    field = w.Password(placeholder=_ASK, continuous_update=False, layout=WIDE)
    check, save, delete, yes, no = buttons = [
        w.Button(description=text, tooltip=tip, icon=icon)
        for text, tip, icon in (
            ("Check", "Ask whether the key works: one request of no cost", "search"),
            ("Save", "Put the key in .env on this computer", "save"),
            ("Delete", "Take the key out of .env", "trash"),
            ("Yes, delete it", "The file .env keeps its other lines", "trash"),
            ("Keep it", "Change nothing", "undo"),
        )
    ]
    yes.button_style = "danger"
    state, said = w.HTML(), w.HTML()
    sure = w.HBox([yes, no])
    typed = ""
    entered = -_SOON

    def tell(sentence: str) -> None:
        said.value = f'<div style="{TEXT}">{html.escape(sentence)}</div>'

    def hold(key: str) -> None:
        nonlocal typed
        typed = key
        field.placeholder = f"{key_shape.mask(key)}, not saved yet" if key else _ASK

    def take(_: Any = None) -> None:
        nonlocal entered
        if not field.value:
            return
        hold(key_shape.pasted(field.value))
        field.value = ""
        if time.monotonic() - entered < _SOON:
            entered = -_SOON
            run(on_save)

    def on_message(_: Any, content: dict[str, Any], __: Any) -> None:
        nonlocal entered
        if content.get("event") == "submit":
            entered = time.monotonic()

    def run(what: Callable[[], None]) -> None:
        sure.layout.display = "none"
        for button in buttons:
            button.disabled = True
        try:
            take()
            what()
        except settings.EnvFileError as error:
            tell(f"✗ {error}")
        except Exception as error:  # Whatever it was, the box must be free again.
            tell(fault(error))
        finally:
            for button in buttons:
                button.disabled = False
            state.value = f'<div style="{TEXT}">{html.escape(_state())}</div>'

    def on_check() -> None:
        found = settings.read()
        address = base_url.of(found)
        key = typed or _saved() or (found.key.value if found.key else "")
        problem = key_shape.fault(key) if address.is_api else None
        if not key:
            tell("✗ There is no key to check: paste one above.")
        elif address.url is None:
            tell(f"✗ Nobody was asked: {address.problem}")
        elif problem:
            hold("")
            tell(f"✗ This is no key that can work: {problem}.")
        elif found.forced_offline:
            shape = f"✓ {key_shape.mask(key)} has the shape of a key."
            tell(f"{shape} OpenAI was not asked: {settings.MODE} is set.")
        else:
            tell(f"Asking {address.shown} …")
            tell(f"{key_shape.mask(key)}: {keys.try_live(key)}")

    def on_save() -> None:
        path = keys.save(typed)
        key = settings.read().key
        then = ""
        if key and key.value == typed:
            then = " Run setup() again, then the cell with OpenAI()."
        tell(f"✓ {key_shape.mask(typed)} is saved in {path.name}.{then}")
        hold("")

    def on_delete() -> None:
        hold("")
        if key := _saved():
            tell(f"Delete {key_shape.mask(key)}? OpenAI does not show it again.")
            sure.layout.display = None
        else:
            tell("There is no key in .env.")

    def on_yes() -> None:
        path = keys.delete()
        tell(f"✓ The key is out of {path.name}." if path else "There is no key in .env.")

    handlers = (on_check, on_save, on_delete, on_yes, lambda: tell("Nothing was changed."))
    for button, handler in zip(buttons, handlers, strict=True):
        button.on_click(lambda _, handler=handler: run(handler))
    field.observe(take, "value")
    field.on_msg(on_message)
    run(lambda: None)
    return w.VBox([state, field, w.HBox([check, save, delete]), said, sure])


def _saved() -> str:
    """Return the key in the lessons' own `.env`, or an empty text."""
    file = settings.own_file()
    values = env_text.read(settings.read_text(file))[0] if file.exists() else {}
    return key_shape.clean(values.get(settings.KEY, ""))


def _state() -> str:
    """Return what is saved, and where; of a test nothing, whose outputs are everywhere the same."""
    found = settings.read()
    if found.mode and found.mode.value == "test":
        return ""
    place = f".env in the folder {settings.shown(settings.own_file().parent)}"
    try:
        key = _saved()
    except settings.EnvFileError as error:
        return f"✗ {error}"
    said = [f"No key is saved yet. Save puts one into {place}."]
    if key:
        said = [f"Saved: {key_shape.mask(key)} in {place}."]
    if found.key and found.key.value != key:
        used = f"{key_shape.mask(found.key.value)} from {found.key.where}"
        said.append(f"setup() uses another key: {used}.")
    return " ".join([*said, *found.notes])
