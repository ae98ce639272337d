"""Lesson 00's exercises: one call."""

from __future__ import annotations

from typing import Any

from helpers.exercises.answers import Exercise, called, number
from helpers.exercises.watching import watched

NOTHING = 6
"""Tokens of a chat with one message, in which nothing is said."""


def _own_call(response: Any, shown: Any) -> str | None:
    if response.object != "chat.completion":
        return "keep the whole result of client.chat.completions.create(...)."
    if response.id == shown.id:
        return "that is the result of the cell above: make a new call here."
    if response.usage.prompt_tokens <= NOTHING:
        return "your question is empty: write one after content."
    return None


def _total_tokens(total: Any, response: Any) -> str | None:
    if number(total) != response.usage.total_tokens:
        return "that is not the number of tokens of the whole call, question and answer."
    return None


def _ask(ask: Any) -> str | None:
    with watched() as requests:
        said = called(ask, "Say hello.")
    if hasattr(said, "choices"):
        return "it returns the whole object: return the text in it."
    if not isinstance(said, str):
        return f"it returns a {type(said).__name__}: the text of the answer is asked for."
    if requests and not requests[-1].holds("Say hello.", "developer", "user"):
        sent = requests[-1].said[-1][1]
        return f"it sent {sent!r}, not what was asked: send `question`, without quotes."
    if said == called(ask, "Name three rivers in Africa."):
        return "it gives the same answer to two questions: does it send `question`?"
    return None


EXERCISES = {
    "00.1": Exercise(
        _total_tokens,
        (
            "the three numbers are in completion.usage.",
            "type completion.usage. and press Tab: one of its fields is the sum.",
            "its name is total_tokens.",
        ),
        "The reply counts question and answer together in total_tokens.",
    ),
    "00.2": Exercise(
        _own_call,
        (
            "copy the call from the cell above and change the text after content.",
            "keep what client.chat.completions.create(...) returns, without .choices.",
            "mine = client.chat.completions.create(model=MODEL, messages=[...])",
        ),
        "Each call has an id of its own, and yours is a new one.",
    ),
    "00.3": Exercise(
        _ask,
        (
            "three steps: send the message, take the text from the reply, return it.",
            'the message is {"role": "user", "content": question}, without quotes around question.',
            "the last line is: return completion.choices[0].message.content",
        ),
        "Your program can now call ask() and need not know what a reply looks like.",
    ),
}
