"""Lesson 04's exercises: chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from openai.types.chat import ChatCompletionChunk

from helpers.exercises.answers import Exercise, WrongError, called, kind, whole_completion
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
        raise WrongError(f"it returns {kind(text)}: the text of the reply is asked for.")
    return text


def _translate(translate: Any) -> str | None:
    for text, language in TEXTS:
        with watched() as requests:
            translation = _text(translate, text, language)
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
        # Somebody may take off quotes, or take the translation out of JSON.
        if request.reply is not None and translation.strip() not in request.reply:
            return f"the model said {request.reply!r}, and it returns {translation!r}: add nothing."
    return None


def _cut(response: Any) -> str | None:
    whole_completion(response)
    choice = response.choices[0]
    if choice.finish_reason == "stop":
        return "its finish_reason is 'stop': the limit is high enough for all of it. Lower it."
    if choice.finish_reason != "length":
        return f"its finish_reason is {choice.finish_reason!r}, and not 'length'."
    details = response.usage and response.usage.completion_tokens_details
    thought = bool(details and details.reasoning_tokens)
    if not choice.message.content:
        if thought:
            return 'the reasoning used up the limit: switch it off with reasoning_effort="none".'
        return "it was cut before the first word: allow a little more."
    if thought:
        return 'it is cut, but the model was still thinking: add reasoning_effort="none".'
    return None


Piece = tuple[str | None, str | None] | None
"""A chunk's content and finish_reason, or None for one with an empty list of choices."""

STREAMS: dict[str, tuple[Piece, ...]] = {
    "for a stream whose last text comes together with the finish_reason": (
        ("Hi ", None), ("there", None), ("!", "stop"),
    ),
    "for a stream whose finish_reason comes after the text": (
        ("Hi ", None), ("there", None), ("!", None), (None, "stop"),
    ),
    "for a stream in which the content of a delta is None": (
        (None, None), ("Hi ", None), (None, None), ("there!", None), (None, "stop"),
    ),
    "for a stream whose last chunk has empty choices, as with usage": (
        ("Hi ", None), ("there!", None), (None, "stop"), None,
    ),
    "for a stream whose first chunk has empty choices": (
        None, ("Hi ", None), ("there!", None), (None, "stop"),
    ),
    "for a stream that ends with 'length'": (("Hi ", None), ("there!", None), (None, "length")),
    "for a stream that breaks off": (("Hi ", None), ("there!", None)),
}  # fmt: skip
"""What a reader of streams meets, the simplest first, so that what fails tells why."""


def _chunks(pieces: Sequence[Piece]) -> Iterator[ChatCompletionChunk]:
    for piece in pieces:
        choices = []
        if piece:
            content, reason = piece
            choices = [{"index": 0, "delta": {"content": content}, "finish_reason": reason}]
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
    for when, pieces in STREAMS.items():
        reason = next((piece[1] for piece in pieces if piece and piece[1]), None)
        result = called(read_stream, _chunks(pieces), when=when)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            return "two things are asked for: return text, reason."
        text, ended = result
        if isinstance(text, str) and "None" in text:
            return "a content of None became the word None in the text."
        if text != "Hi there!":
            return f"{when}, the text is {text!r} and should be 'Hi there!'."
        if ended != reason:
            return f"{when}, the reason is {ended!r} and should be {reason!r}."
    return None


def _chat_bot(chat_bot: Any) -> str | None:
    heard: list[Sent] = []
    known: list[tuple[str, str]] = []
    with watched() as requests:
        bot = called(chat_bot, RULES, wanted="class")
    for number, text in enumerate(TURNS, start=1):
        heard += requests
        with watched() as requests:
            reply = called(_say(bot), text, when=f"in turn {number}")
        if wrong := _turn(number, text, reply, known, requests, heard):
            return wrong
        known += [(text, "user"), (reply, "assistant")]
    heard += requests
    with watched() as requests:
        called(_say(called(chat_bot, RULES)), TURNS[1])
    request = [request for request in requests if request.asks][-1]
    stored = {sent.id for sent in heard} | {sent.conversation for sent in heard if sent.asks}
    if request.holds(TURNS[0], "user") or {request.previous, request.conversation} & stored - {""}:
        return "a second bot knows what the first was told: keep the conversation in self."
    return None


def _say(bot: Any) -> Any:
    if not hasattr(bot, "say"):
        raise WrongError(f"{kind(bot)} has no method `say`.")
    return bot.say


def _turn(
    number: int,
    text: str,
    reply: Any,
    known: list[tuple[str, str]],
    requests: list[Sent],
    heard: list[Sent],
) -> str | None:
    """Return what is wrong with a turn: its text, the reply, and what was said and sent before."""
    if not isinstance(reply, str):
        whole = hasattr(reply, "choices") or hasattr(reply, "output")
        given = "the whole object" if whole else kind(reply)
        return f"it returns {given}: the text of the reply is asked for."
    asked = [request for request in requests if request.asks]
    if not asked:
        return f"in turn {number} it sends no request."
    request, before = asked[-1], [sent for sent in heard if sent.asks]
    if request.previous and before and request.previous != before[-1].id:
        return f"in turn {number}, previous_response_id is not the id of the reply before it."
    if request.conversation and before and request.conversation != before[-1].conversation:
        return f"in turn {number} it goes on with another conversation than in the turn before."
    stored = bool(request.previous or request.conversation)
    earlier = chain.from_iterable(sent.said for sent in heard + requests) if stored else ()
    there = [*earlier, *request.said, ("developer", request.rules)]
    for said, role in [(RULES, "developer"), *known, (text, "user")]:
        # The API has kept its own replies.
        if stored and role == "assistant" or any(said in t and role == r for r, t in there):
            continue
        if role == "developer":
            return f"in turn {number} no developer message or instructions hold the rules."
        if any(said in t for _, t in there):
            return f"in turn {number} {said!r} should have the role {role}."
        return f"the request of turn {number} does not hold {said!r}."
    if request.reply is not None and reply.strip() != request.reply.strip():
        return f"the model said {request.reply!r}, and `say` returns {reply!r}."
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
        "Rule and text come in separate messages, so a text that gives orders is still a text. A "
        "rule that ends with *only the translation* keeps friendly words away.",
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
