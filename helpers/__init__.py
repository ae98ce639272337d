"""What the lessons import. Each name is loaded from its module when it is first used.

This file and `__main__` run on any Python, so that an old one can be told what is missing.
"""

import importlib

_HOME = {
    "setup": "modes",
    "key_box": "widgets.key_box",
    "chat_panel": "widgets.chat_panel",
    "cost_calculator": "widgets.cost_calculator",
    "image_picker": "widgets.image_picker",
    "check": "exercises",
}
__all__ = ["chat_panel", "check", "cost_calculator", "image_picker", "key_box", "setup"]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(importlib.import_module("helpers." + _HOME[name]), name)
