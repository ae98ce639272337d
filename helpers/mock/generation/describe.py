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

_LIVE = (
    "For a real answer, save a key (lesson 01_key_setup), then run setup() and OpenAI() again.",
    "A real model answers once a key is saved: lesson 01_key_setup.",
    "With a key saved (lesson 01_key_setup) a real model answers.",
)
_OPENINGS = (
    "No reply is written for “{}”.",
    "“{}” has no written reply.",
    "Nobody has written a reply for “{}”.",
    "The mock knows no reply to “{}”.",
    "For “{}” there is no written reply.",
)
_RULED = (
    "“{}” has a written reply, but none under the rule “{}”.",
    "A reply to “{}” is written, but not one that keeps “{}”.",
)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


@dataclass(frozen=True)
class About:
    """What a request set, beside its messages.

    asked: the tokens of its input. turn: its number in this run. rule: the developer's rule for
    which the reply that there is was not written.
    """

    model: str = ""
    asked: int = 0
    effort: str = "none"
    verbosity: str = "medium"
    temperature: float | None = None
    turn: int = 0
    rule: str = ""


def request(
    conversation: Sequence[Message], replies: Replies, wanted: Format, tools: Tools, about: About
) -> str:
    """Return in a few sentences what a request was. Its words differ from turn to turn."""
    last = conversation[-1] if conversation else Message("user")
    asked = " ".join(last.text.split())
    shown = _short(asked)
    seen = [pictures.describe(picture) for picture in last.pictures[:1]]
    if len(last.pictures) > 1:
        seen = [f"It shows {_count(len(last.pictures), 'picture')}. {seen[0]}"]
    seen += [documents.describe(document) for document in last.documents[:1]]
    near = replies.near(asked) if asked and not about.rule else None
    hint = [f"Written is “{near}”."] if near and len(near) <= 60 else []
    opening = _OPENINGS[about.turn % len(_OPENINGS)].format(shown)
    if about.rule:
        opening = _RULED[about.turn % len(_RULED)].format(shown, _short(about.rule))
    live = _LIVE[0] if not (seen or hint) else _LIVE[1 + about.turn % 2]
    return " ".join(
        ["(Offline mock)", opening, *hint, *seen, _facts(conversation, wanted, tools, about), live]
    )


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
    return f"It had {', '.join(parts)}."


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 48 else text[:47].rstrip() + "…"


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


def answer(conversation: Sequence[Message], turn: int) -> str:
    """Return a sentence with what the tools at the end of a conversation answered."""
    told = [f"{call} returned {_plain(text)}" for call, text in outputs(conversation).items()]
    more = f" and {len(told) - 3} more did" if len(told) > 3 else ""
    ends = (
        "A real model would answer with that in its own words.",
        "From that a real model would make its answer.",
    )[turn % 2]
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
