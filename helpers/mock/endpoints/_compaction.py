"""Compaction items: what stands for the earlier part of a long conversation.

https://developers.openai.com/api/docs/guides/compaction
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from openai.types.responses import ResponseCompactionItemParamParam

from helpers.mock import checks, errors
from helpers.mock.generation.messages import Message, said

_OURS = "(Offline mock) "


def summary(number: int) -> str:
    """Return what the mock says in the place of a model's summary of so many messages."""
    messages = f"{number} message{'s' if number != 1 else ''}"
    return f"{_OURS}Here a model would keep what matters of {messages}. The mock keeps nothing."


def item(id: str, text: str) -> dict[str, Any]:
    """Return the item that holds a summary, which nobody but the API is meant to read."""
    hidden = base64.urlsafe_b64encode(text.encode()).decode()
    return {"id": id, "type": "compaction", "encrypted_content": hidden}


def read(item: Mapping[str, Any], at: str) -> Message:
    """Return the summary in an item that the mock has made. Raises APIError for another."""
    checks.value(ResponseCompactionItemParamParam, item, at)
    try:
        text = base64.urlsafe_b64decode(item["encrypted_content"]).decode()
    except (binascii.Error, ValueError):
        text = ""
    if not text.startswith(_OURS):
        raise errors.not_simulated("compactions, which only it can read", at)
    # A model wrote it, and it is no rule.
    return said("assistant", text)
