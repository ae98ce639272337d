"""The box in which a learner checks and saves a key."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as w

from helpers import key_shape, keys, settings
from helpers.widgets.look import WIDE


def key_box() -> w.VBox:
    """Return a box that checks an OpenAI key and saves it to `.env`.

    The key is not shown, and the field is emptied once the key is saved: it is in no output and
    no notebook.
    """
    field = w.Password(placeholder="paste the key here: sk-…", layout=WIDE)
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
        key = key_shape.clean(field.value)
        if problem := key_shape.fault(key):
            tell(f"✗ This is no key that can work: {problem}.")
        elif settings.forced_offline():
            tell(
                f"✓ {key_shape.mask(key)} has the shape of a key. "
                f"OpenAI was not asked: {settings.MODE} is set."
            )
        else:
            tell("Asking OpenAI …")
            tell(keys.try_live(key))

    def on_save(_: Any) -> None:
        try:
            path = keys.save(field.value)
        except (ValueError, settings.EnvFileError) as error:
            tell(f"✗ {error}")
            return
        tell(
            f"✓ {key_shape.mask(key_shape.clean(field.value))} is saved in {path.name}. "
            "Run setup() again, then the cell with OpenAI()."
        )
        field.value = ""

    def on_delete(_: Any) -> None:
        try:
            path = keys.delete()
        except settings.EnvFileError as error:
            tell(f"✗ {error}")
            return
        tell(f"✓ The key is out of {path.name}." if path else "There is no key in a .env file.")

    for button, handler in ((check, on_check), (save, on_save), (delete, on_delete)):
        button.on_click(handler)
    return w.VBox([field, w.HBox([check, save, delete]), said])
