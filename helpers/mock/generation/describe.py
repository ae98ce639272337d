"""What the mock says where no reply is written: what the request was, in its own name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from helpers import prices
from helpers.mock.generation import documents, pictures
from helpers.mock.generation.calls import Tools
from helpers.mock.generation.messages import Message
from helpers.mock.generation.replies import Replies
from helpers.mock.generation.structured import Format

# One wording: in other words, a reader takes the same thing for another problem.
_LIVE = "For a real answer, save a key (lesson 01_key_setup), then run setup() and OpenAI() again."
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


@dataclass(frozen=True)
class About:
    """What a request set, beside its messages.

    asked: the tokens of its input. rule: the developer's rule for which the reply that there is was
    not written. lacks: what a model would ask for before it calls a function.
    """

    model: str = ""
    asked: int = 0
    effort: str = "none"
    verbosity: str = "medium"
    temperature: float | None = None
    rule: str = ""
    lacks: str = ""


def request(
    conversation: Sequence[Message], replies: Replies, wanted: Format, tools: Tools, about: About
) -> str:
    """Return in a few sentences what a request was."""
    last = conversation[-1] if conversation else Message("user")
    asked = " ".join(last.text.split())
    shown = short(asked)
    seen = [pictures.describe(picture) for picture in last.pictures[:1]]
    if len(last.pictures) > 1:
        seen = [f"It shows {_count(len(last.pictures), 'picture')}. {seen[0]}"]
    seen += [documents.describe(document) for document in last.documents[:1]]
    near = replies.near(asked) if asked and not about.rule else None
    hint = [f"There is a reply for “{near}”."] if near and len(near) <= 60 else []
    ruled = f" under the rule “{short(about.rule)}”" if about.rule else ""
    opening = f"(Offline mock) No reply is written for “{shown}”{ruled}."
    return " ".join([opening, *hint, *seen, _facts(conversation, wanted, tools, about), _LIVE])


def _facts(conversation: Sequence[Message], wanted: Format, tools: Tools, about: About) -> str:
    roles = Counter(message.role for message in conversation)
    whose = ", ".join(f"{number} {role}" for role, number in roles.items())
    messages = f"{_count(len(conversation), 'message')} ({whose})"
    if len(roles) == 1 and len(conversation) == 1:
        messages = f"one {conversation[0].role} message"
    cost = prices.price(about.model, about.asked) if about.model else None
    paid = f" (live US$ {Decimal(f'{cost:.1e}'):f})" if cost else ""
    parts = [messages, f"{about.asked:,} tokens in{paid}"]
    if about.effort != "none":
        parts.append(f"effort {about.effort}")
    if wanted.json:
        parts.append("JSON" if wanted.schema is None else "JSON by a schema")
    if tools.functions:
        names = ", ".join(function.name for function in tools.functions[:3])
        more = len(tools.functions) - 3
        parts.append(f"tools {names}{f' and {more} more' if more > 0 else ''}, none called")
    return f"The request had {', '.join(parts)}."


def short(text: str, most: int = 48) -> str:
    """Return a text in one line of at most so many letters."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _count(number: int, thing: str) -> str:
    said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{said} {thing}{'' if number == 1 else 's'}"


def outputs(conversation: Sequence[Message]) -> dict[str, str]:
    """Return what the tools at the end of a conversation answered, by the call that they answer."""
    calls = {call.id: call for message in conversation for call in message.calls}
    found: dict[str, str] = {}
    for message in reversed(conversation):
        if message.role != "tool":
            break
        call = calls.get(message.answers or "")
        found[_call(call.name, call.arguments) if call else "The tool"] = message.text
    return dict(reversed(found.items()))


def answer(conversation: Sequence[Message]) -> str:
    """Return a sentence with what the tools at the end of a conversation answered."""
    told = [f"{call} returned {_plain(text)}" for call, text in outputs(conversation).items()]
    more = f" and {len(told) - 3} more did" if len(told) > 3 else ""
    ends = "A real model would go on with that in its own words."
    return f"(Offline mock) {'; '.join(told[:3])}{more}. {ends}"


def _call(name: str, arguments: str) -> str:
    try:
        given = json.loads(arguments)
    except ValueError:
        return name
    if not isinstance(given, dict):
        return name
    said = ", ".join(str(value) for value in given.values() if value is not None)
    return f"{name}({said if len(said) <= 60 else said[:59] + '…'})"


def _plain(text: str) -> str:
    """Return a tool's output as it reads in a sentence."""
    try:
        data: Any = json.loads(text)
    except ValueError:
        data = text
    if isinstance(data, Mapping) and data:
        text = ", ".join(f"{name}: {value}" for name, value in data.items())
    text = " ".join(text.split())
    return f"“{text if len(text) <= 120 else text[:119] + '…'}”"
