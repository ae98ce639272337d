"""Lesson 04's exercises: chat."""

from __future__ import annotations

from typing import Any


def _continued(messages: list[Any], first: Any) -> str | None:
    if messages is None:
        return "that is None: append() changes a list and returns nothing. Write chat + [...]."
    # The SDK takes its own message objects as well as dictionaries.
    messages = [part if isinstance(part, dict) else part.model_dump() for part in messages]
    roles = [message["role"] for message in messages]
    if roles != ["developer", "user", "assistant", "user"]:
        return f"the roles are {roles}; four are needed: developer, user, assistant, user."
    if messages[2]["content"] != first.choices[0].message.content:
        return "the assistant's message must be the reply that came back, word for word."
    return None


def _joined(text: Any, pieces: Any) -> str | None:
    whole = "".join(piece for piece in pieces if piece)
    if text != whole:
        return f"the text has {len(str(text))} characters, the pieces have {len(whole)}."
    return None


def _cut(response: Any) -> str | None:
    choice = response.choices[0]
    if choice.finish_reason != "length":
        return f"its finish_reason is {choice.finish_reason!r}: it was not cut."
    if not choice.message.content:
        return "it was cut before the first word: allow a little more."
    return None


EXERCISES = {
    "04.1": (_continued, "append a message with role assistant, then one with role user."),
    "04.2": (_joined, "a delta's content can be None: add it only if it is text."),
    "04.3": (_cut, "the whole reply has more than 20 tokens."),
}
