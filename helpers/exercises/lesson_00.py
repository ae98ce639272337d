"""Lesson 00's exercises: one call."""

from __future__ import annotations

import re
from typing import Any

from helpers.exercises.answers import (
    Better,
    Exercise,
    Vague,
    called,
    kind,
    number,
    whole_completion,
)
from helpers.exercises.watching import watched

NOTHING = 6
"""Tokens of a chat with one message, in which nothing is said."""
QUESTION = "Say hello."
_AS_TEXT = (
    "Yours is a text. The field completion.usage.total_tokens is a number, with which your program "
    "can calculate."
)


def _own_call(response: Any, shown: Any) -> str | None:
    whole_completion(response)
    if response.id == shown.id:
        return "that is the result of the cell above: make a new call here."
    usage, before = response.usage, shown.usage
    if usage and usage.prompt_tokens <= NOTHING:
        return "your question is empty: write one after content."
    as_long = usage and before and usage.prompt_tokens == before.prompt_tokens
    if as_long and _answered(response) == _answered(shown):
        return "that is the question of the cell above: ask another one."
    return None


def _answered(response: Any) -> str:
    """Return the answer, or of one that the mock gives in its own name, what it says was asked."""
    said = response.choices[0].message.content or ""
    quoted = re.search("“(.+?)”", said) if said.startswith("(Offline mock)") else None
    return quoted.group() if quoted else said


def _total_tokens(total: Any, response: Any) -> str | None:
    usage = response.usage
    if type(total) is type(usage):
        return "that is the whole usage: one of its fields is the sum."
    given = number(total)
    if given == usage.total_tokens:
        return Better(_AS_TEXT) if isinstance(total, str) else None
    if given == usage.prompt_tokens:
        return "those are the tokens of the question alone."
    if given == usage.completion_tokens:
        return "those are the tokens of the answer alone."
    return Vague("that is not the number of tokens of the whole call, question and answer.")


def _ask(ask: Any) -> str | None:
    with watched() as requests:
        said = called(ask, QUESTION)
    if hasattr(said, "choices") or hasattr(said, "output"):
        return "it returns the whole object: return the text in it."
    if not isinstance(said, str):
        return f"it returns {kind(said)}: the text of the answer is asked for."
    if requests:
        sent = requests[-1]
        if not sent.holds(QUESTION, "developer", "user"):
            text = sent.said[-1][1] if sent.said else ""
            return f"it sent {text!r}, not what was asked: send `question`, without quotes."
        if not sent.holds(QUESTION, "user"):
            return "it sends the question as developer: its role is user."
        if sent.reply is not None and said.strip() != sent.reply.strip():
            return f"the answer was {sent.reply!r}, and it returns {said!r}: return it as it came."
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
