"""Lesson 04's exercises: chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from openai.types.chat import ChatCompletionChunk

from helpers.exercises.answers import Exercise, WrongError, called
from helpers.exercises.watching import Sent, watched

TEXTS = (("The train is late.", "German"), ("Where is the station?", "French"))
RULES = "Answer in one short sentence."
TURNS = ("My name is Mei.", "What is my name?", "Spell it backwards.")


def _text(function: Any, *arguments: str) -> str:
    """Return the text that the reader's function returns. Raises WrongError if it is none."""
    text = called(function, *arguments)
    if hasattr(text, "choices") or hasattr(text, "output"):
        raise WrongError("it returns the whole object: return the text in it.")
    if not isinstance(text, str):
        raise WrongError(f"it returns a {type(text).__name__}: the text of the reply is asked for.")
    return text


def _translate(translate: Any) -> str | None:
    for text, language in TEXTS:
        with watched() as requests:
            _text(translate, text, language)
        if not requests:
            return "it sends no request: the model should translate."
        request = requests[-1]
        if not request.holds(language, "developer", "user"):
            return f"asked for {language}, no message names it: does the rule use `language`?"
        if not request.holds(text, "developer", "user"):
            return "the text to translate is in none of the messages."
        if not request.holds(language, "developer"):
            return "the rule stands in the user message: put it into a developer message."
        if request.holds(text, "developer"):
            return "the text stands in the developer message: put it into a user message."
    return None


def _cut(response: Any) -> str | None:
    choice = response.choices[0]
    if choice.finish_reason != "length":
        return f"its finish_reason is {choice.finish_reason!r}: it was not cut."
    details = response.usage and response.usage.completion_tokens_details
    thought = bool(details and details.reasoning_tokens)
    if not choice.message.content:
        if thought:
            return 'the reasoning used up the limit: switch it off with reasoning_effort="none".'
        return "it was cut before the first word: allow a little more."
    if thought:
        return 'it is cut, but the model was still thinking: add reasoning_effort="none".'
    return None


def _chunks(pieces: Sequence[str | None], reason: str | None) -> Iterator[ChatCompletionChunk]:
    """Yield a stream: its pieces, and unless it breaks off, its end and its usage."""
    said = [[{"index": 0, "delta": {"content": piece}}] for piece in pieces]
    end = [[{"index": 0, "delta": {}, "finish_reason": reason}], []] if reason else []
    for choices in [*said, *end]:
        yield ChatCompletionChunk.model_validate(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "gpt-6-luna",
                "choices": choices,
            }
        )


def _read_stream(read_stream: Any) -> str | None:
    for reason, streams in (
        ("stop", "a stream that ends with 'stop'"),
        ("length", "a stream that ends with 'length'"),
        (None, "a stream that breaks off"),
    ):
        result = called(read_stream, _chunks(("Hi ", None, "there", "!"), reason))
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            return "two things are asked for: return text, reason."
        text, ended = result
        if isinstance(text, str) and "None" in text:
            return "a content of None became the word None in the text."
        if text != "Hi there!":
            return f"of {streams}, the text is {text!r} and should be 'Hi there!'."
        if ended != reason:
            return f"of {streams}, the reason is {ended!r} and should be {reason!r}."
    return None


def _chat_bot(chat_bot: Any) -> str | None:
    bot, known = called(chat_bot, RULES), [(RULES, "developer")]
    for number, text in enumerate(TURNS, start=1):
        with watched() as requests:
            reply = _text(bot.say, text)
        if not requests:
            return f"in turn {number} it sends no request."
        if wrong := _forgotten(requests[-1], number, [*known, (text, "user")]):
            return wrong
        known += [(text, "user"), (reply, "assistant")]
    with watched() as requests:
        _text(called(chat_bot, RULES).say, TURNS[1])
    if requests[-1].holds(TURNS[0], "user") or requests[-1].stored:
        return "a second bot knows what the first was told: keep the conversation in self."
    return None


def _forgotten(request: Sent, number: int, known: list[tuple[str, str]]) -> str | None:
    for text, role in known:
        if request.stored and role != "developer" and text != known[-1][0]:
            continue
        if request.holds(text, role):
            continue
        if role == "developer":
            return f"in turn {number} no developer message or instructions hold the rules."
        if request.holds(text, "user", "assistant"):
            return f"in turn {number} {text!r} should have the role {role}."
        return f"the request of turn {number} does not hold {text!r}."
    return None


EXERCISES = {
    "04.1": Exercise(
        _translate,
        (
            "send two messages, the rule as developer and the text as user.",
            'the rule is an f-string: f"Translate the text into {language}. Answer with the '
            'translation only."',
            'the user message is {"role": "user", "content": text}; return the content of the '
            "reply's message.",
        ),
        "Rule and text come in separate messages, so a text that gives orders is still a text.",
    ),
    "04.2": Exercise(
        _cut,
        (
            "without reasoning the whole reply has more than 50 tokens: a limit of 20 cuts it.",
            'two arguments do it: reasoning_effort="none" and max_completion_tokens=20.',
            "cut = client.chat.completions.create(model=MODEL, messages=recursion, "
            'reasoning_effort="none", max_completion_tokens=20)',
        ),
        "Without reasoning, the whole limit is there for the text.",
    ),
    "04.3": Exercise(
        _read_stream,
        (
            "begin with text = '' and reason = None, then go through the chunks.",
            "go through chunk.choices with a second for: then an empty list does no harm.",
            'text += part.delta.content or "" adds a piece; keep part.finish_reason if it is set.',
        ),
        "Whoever calls it gets the text and knows whether it is complete.",
    ),
    "04.4": Exercise(
        _chat_bot,
        (
            "append the text, send the list, append the reply, return the reply.",
            'append {"role": "user", "content": text} before the call.',
            'after the call append {"role": "assistant", "content": reply} and return reply.',
        ),
        "The conversation is the bot's memory, and each bot has its own.",
    ),
}
