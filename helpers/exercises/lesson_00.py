"""Lesson 00's exercises: one call."""

from __future__ import annotations

from typing import Any

from helpers.exercises.answers import number

NOTHING = 6
"""Tokens of a chat with one message, in which nothing is said."""


def _own_call(response: Any, shown: Any) -> str | None:
    if response.object != "chat.completion":
        return "keep the whole result of client.chat.completions.create(...)."
    if response.id == shown.id:
        return "that is still the lesson's own question: ask another."
    if response.usage.prompt_tokens <= NOTHING:
        return "your question is empty: write one after content."
    return None


def _total_tokens(total: Any, response: Any) -> str | None:
    if number(total) != response.usage.total_tokens:
        return "that is not the number of tokens of the whole call, question and answer."
    return None


EXERCISES = {
    "00.1": (
        _own_call,
        "copy the call from above, change the text after content, keep its result.",
    ),
    "00.2": (_total_tokens, "type completion.usage. and press Tab: one of its fields is the sum."),
}
