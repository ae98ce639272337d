"""The checks of the exercises: not yet, right, or wrong and why; never an exception."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import re
import sqlite3
from collections import ChainMap, Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import numpy as np
import openai
import pandas as pd
import pytest
from genai_prices import Usage, calc_price
from openai import DefaultHttpx2Client, OpenAI
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage
from PIL import Image
from pydantic import BaseModel, Field

from helpers import exercises
from helpers.mock.state import Mock
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.prices import price
from helpers.settings import OFFLINE_KEY
from tests.lessons import NOTEBOOKS

MOCKED = OpenAI(
    api_key=OFFLINE_KEY,
    base_url="http://mock/v1",
    http_client=DefaultHttpx2Client(transport=transport(Mock(strict=True))),
)


LENIENT = MOCKED.with_options(http_client=DefaultHttpx2Client(transport=transport(Mock())))


@dataclass
class Case:
    """What the lesson hands over beside the answer; right answers; why others are wrong."""

    given: tuple[Any, ...]
    right: list[Any]
    wrong: list[tuple[Any, str]]


def ask(text: str, **options: Any) -> Any:
    message: Any = {"role": "user", "content": text}
    reply = MOCKED.chat.completions.create(model=DEFAULT, messages=[message], **options)
    return list(reply) if options.get("stream") else reply


def picture_message(
    start: str, file: Path, text: str = "Which day sold the most?", url: type = dict
) -> Any:
    data = start + base64.b64encode(file.read_bytes()).decode()
    picture = {"type": "image_url", "image_url": {"url": data} if url is dict else data}
    return {"role": "user", "content": [{"type": "text", "text": text}, picture]}


def described(client: Any, path: Any, output: Any = None) -> tuple[str, Any]:
    part: Any = {"type": "input_text", "text": "no picture"}
    if path is not None:
        data = PNG + base64.b64encode(path.read_bytes()).decode()
        part = {"type": "input_image", "image_url": data, "detail": "auto"}
    input: Any = [{"role": "user", "content": [part]}]
    reply = client.responses.create(model=DEFAULT, input=input)
    used = reply.usage.output_tokens if output is None else output
    return reply.output_text, price(DEFAULT, reply.usage.input_tokens, used)


def described_in_chat(client: Any, path: Path) -> tuple[str, Any]:
    reply = client.chat.completions.create(
        model=DEFAULT, messages=[picture_message(PNG, path, "Describe this.")]
    )
    used = reply.usage
    return reply.choices[0].message.content, price(
        DEFAULT, used.prompt_tokens, used.completion_tokens
    )


def icon(client: Any, prompt: str, path: Path, **more: Any) -> Path:
    order = {"quality": "low", "background": "transparent", "output_format": path.suffix[1:]}
    result = client.images.generate(model="gpt-image-2.6-flare", prompt=prompt, **{**order, **more})
    path.write_bytes(base64.b64decode(result.data[0].b64_json))
    return path


def schema(required: str, title: Any = "string", note: Any = None, **closed: bool) -> Any:
    properties = {"title": {"type": title}, "note": {"type": note or ["string", "null"]}}
    return {"type": "object", "properties": properties, "required": required.split(), **closed}


class Event(BaseModel):
    title: str = "Robots"
    day: date = date(2026, 12, 4)
    online: bool = False


class OwnEvent(Event):
    bring: str | None = Field(default=None, description="What to bring, or null.")


class EventWithoutWords(Event):
    bring: str | None = None


class EventOfAnyDay(OwnEvent):
    day: str = "4 December"  # type: ignore[assignment]


class EventOfText(OwnEvent):
    online: str = "no"  # type: ignore[assignment]


class OwnEventAlone(BaseModel):
    place: str = Field(default="room 12", description="Where it is.")
    title: str = "Robots"
    online: bool = False
    day: date = date(2026, 12, 4)


class Title(BaseModel):
    title: str


class Translation(BaseModel):
    translation: str


TEXT, NULL = {"type": "string"}, {"type": "null"}


def book(**properties: Any) -> Any:
    """A schema that strict mode takes."""
    properties = {"title": TEXT, "note": {"type": ["string", "null"]}} | properties
    names = {"properties": properties, "required": list(properties)}
    return {"type": "object", "additionalProperties": False, **names}


def refused(response: Any) -> str | None:
    parts = [part for item in response.output if item.type == "message" for part in item.content]
    return next((part.refusal for part in parts if part.type == "refusal"), None)


def ending(response: Any, refusals: bool = True, cuts: bool = True) -> str:
    if refusals and refused(response):
        return "refusal"
    details = response.incomplete_details
    return str(details.reason) if cuts and details else "complete"


def load(journal: Path, goes_on: bool = True, misses: int = 0) -> list[Any]:
    kept = []
    for line in journal.read_text("utf-8").splitlines() if journal.exists() else []:
        try:
            kept.append(json.loads(line))
        except json.JSONDecodeError:
            if not goes_on:
                break
    return kept[misses:]


def same(one: Any, other: Any) -> bool:
    return bool(one == other)


def unchanged(before: list[Any], after: list[Any]) -> int:
    pairs = enumerate(zip(before, after, strict=False))
    shorter = min(len(before), len(after))
    return next((number for number, (old, new) in pairs if old != new), shorter)


def contents(items: list[Any]) -> list[Any]:
    return [item["content"] for item in items]


def forgetful(
    loop: bool = False,
    page: bool = False,
    by_hand: bool = False,
    items: bool = True,
    itself: bool = True,
    first: bool = False,
    name: str = "",
    limit: Any = openai.omit,
    kind: str = "",
) -> Any:
    """Return a function that deletes a conversation, rightly or with a fault."""
    talks = MOCKED.conversations

    def forget(conversation_id: str) -> None:
        listed: Any = talks.items.list(name or conversation_id, limit=limit)
        if first:
            talks.delete(conversation_id)
        if page or by_hand:
            ids: Any = [item.id for item in listed.data]
            while by_hand and listed.has_next_page():
                listed = listed.get_next_page()
                ids += [item.id for item in listed.data]
        else:
            ids = (item.id for item in listed if kind in item.type)
            ids = ids if loop else list(ids)
        for id in ids if items else ():
            talks.items.delete(id, conversation_id=name or conversation_id)
        if itself and not first:
            talks.delete(conversation_id)

    return forget


INN = "You are the night porter of the Lighthouse Inn."


def guest(
    client: OpenAI = MOCKED,
    by_id: bool = False,
    place: str = "file",
    remembers: bool = True,
    apart: bool = True,
    early: bool = False,
    whole: bool = True,
    quiet: bool = False,
    window: bool = False,
    returns: Any = str,
    store: bool = False,
    closes: Any = True,
    logs: bool = False,
) -> Any:
    """Return a function that asks in a stored chat, rightly or with a fault."""
    memory: dict[str, list[Any]] = {}

    def load_chats(path: Path) -> dict[str, list[Any]]:
        stored = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return memory if place != "file" else stored

    def answer(items: list[Any], chats: dict[str, list[Any]], chat: str) -> tuple[str, bool]:
        more: Any = {"previous_response_id": chats.get("id")} if by_id else {}
        response = client.responses.create(
            model=DEFAULT, instructions=INN, input=items, store=store, **more
        )
        chats["id"] = response.id
        return response.output_text, response.status == "completed"

    def ask_guest(path: Path, chat: str, text: str) -> Any:
        chats = load_chats(path)
        chat = chat if apart else "all"
        question = {"role": "user", "content": text}
        items = [*(chats.get(chat, []) if remembers else []), question]
        if not closes or (closes == "mostly" and text == "Is there a sauna?"):
            sqlite3.connect(":memory:")
        if logs:
            path.write_text(json.dumps({**chats, "last": text}), "utf-8")
        if early:
            chats[chat] = items
            path.write_text(json.dumps(chats), "utf-8")
        try:
            said, complete = answer(items[-3:] if window else items, chats, chat)
        except openai.OpenAIError:
            if quiet:
                return "Sorry."
            raise
        if whole and not complete:
            raise RuntimeError("not complete")
        chats[chat] = [*items, {"role": "assistant", "content": said}]
        if place != "program":
            path.write_text(json.dumps(chats), "utf-8")
        return returns(said)

    return ask_guest


def action(
    error: Any, lost: str = "retry", broke: str = "pay", retried: tuple[int, ...] = (408, 409, 429)
) -> str:
    if isinstance(error, openai.APIConnectionError):
        return lost
    if error.type == "insufficient_quota":
        return broke
    return "retry" if error.status_code in retried or error.status_code >= 500 else "fix"


def reset(text: str, units: str = "ms|h|m|s") -> float:
    factors = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
    parts = re.findall(rf"([0-9.]+)({units})", text)
    return sum((float(number) * factors[unit] for number, unit in parts), 0.0)


def patient(
    call: Any,
    sleep: Any,
    budget: float,
    *,
    permanent: bool = True,
    grows: float = 2,
    heeds: bool = True,
    exact: bool = True,
    zero: bool = True,
    whole: bool = True,
    tries: int = 99,
) -> Any:
    failures, waited = 0, 0.0
    while True:
        try:
            return call()
        except openai.APIError as error:
            headers = error.response.headers if isinstance(error, openai.APIStatusError) else {}
            wait = float(headers.get("retry-after", grows**failures)) if heeds else 2.0**failures
            if heeds and "retry-after-ms" in headers:
                wait = float(headers["retry-after-ms"]) / 1000
            wait = wait if wait or zero else grows**failures
            if permanent and action(error) != "retry":
                raise
            late = wait + waited * whole > budget or (waited + wait == budget and not exact)
            if late or failures + 1 == tries:
                raise
        failures, waited = failures + 1, waited + wait
        sleep(wait)


def own(patient: Any, call: Any, sleep: Any, budget: float) -> Any:
    try:
        return patient(call, sleep, budget)
    except openai.APIError:
        raise OSError("an error of one's own") from None


def masked(key: str, least: int = 16, dots: str = "…") -> str:
    return f"{key[:8]}…{key[-4:]}" if len(key) >= least else dots


class Budget:
    """What lesson 02 asks for."""

    def __init__(self, limit: Decimal) -> None:
        self.limit, self.spent = limit, Decimal(0)

    def spend(self, dollars: Decimal) -> None:
        if self.spent + dollars > self.limit:
            raise RuntimeError("more than the limit")
        self.spent += dollars


def budget(
    adds: bool = True,
    refuses: bool = True,
    early: bool = False,
    late: bool = False,
    error: type[Exception] = RuntimeError,
) -> type[Budget]:
    """A Budget with a fault."""

    class Faulty(Budget):
        def spend(self, dollars: Decimal) -> None:
            self.spent += dollars if late else 0
            if refuses and (self.spent + dollars * (not late) > self.limit):
                raise error
            if early and self.spent + dollars == self.limit:
                raise error
            self.spent += dollars if adds and not late else 0

    return Faulty


TEXT = {"type": "string"}
FIELDS = {"email": TEXT, "only_open": {"type": "boolean"}}


def listing(**changed: Any) -> dict[str, Any]:
    """The description that 10.1 asks for, with a fault."""
    fields = changed.pop("fields", FIELDS)
    whole: Any = {"type": "object", "properties": fields, "required": list(fields)}
    parameters = {**whole, "additionalProperties": False, **changed.pop("parameters", {})}
    told = {"type": "function", "name": "list_orders", "description": "List orders."}
    return {**told, "parameters": parameters, "strict": True, **changed}


def wrap_up(client: Any, items: Any, tools: Any, **more: Any) -> Any:
    asked = {"input": items, "tools": tools, "tool_choice": "none", "store": False, **more}
    asked = {"instructions": "Be brief.", **asked}
    return client.responses.create(model=DEFAULT, **asked).output_text


def double(number: int) -> int:
    """Double a number."""
    return 2 * number


def talk(name: str = "double", output: str = "10", call: str = "call_1") -> list[Any]:
    """A talk in which a tool was called."""
    called: Any = {"type": "function_call", "call_id": "call_1", "name": name, "arguments": "{}"}
    answered = {"type": "function_call_output", "call_id": call, "output": output}
    content = [{"type": "output_text", "text": "10", "annotations": []}]
    said: Any = {"type": "message", "id": "msg_1", "role": "assistant", "content": content}
    return [
        {"role": "user", "content": "Double 5."},
        ResponseFunctionToolCall.construct(**called),
        answered,
        ResponseOutputMessage.construct(**said),
    ]


def installed(package: str) -> str | None:
    """What lesson 03 asks for."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def imported(package: str) -> Any:
    """The same for packages that have the name of their module."""
    try:
        return import_module(package).__version__
    except ImportError:
        return None


def bound(share: float = 0.8, least: int = 1, whole: Any = int, tokens: bool = True) -> Any:
    """What exercise 12.1 asks for, or one with a fault."""

    def at_once(rpm: int, tpm: int, each: int, seconds: float) -> Any:
        limit = min(rpm, tpm / each) if tokens else rpm
        return max(least, whole(share * limit / 60 * seconds))

    return at_once


def again(ids: list[str], output: str, errors: str) -> list[str]:
    rows = [json.loads(line) for line in output.splitlines()]
    done = {row["custom_id"] for row in rows if row["response"]["status_code"] == 200}
    return [id for id in ids if id not in done]


def failed_only(ids: list[str], output: str, errors: str) -> list[str]:
    failed = {json.loads(line)["custom_id"] for line in errors.splitlines()}
    return [id for id in ids if id in failed]


def present(ids: list[str], output: str, errors: str) -> list[str]:
    done = {json.loads(line)["custom_id"] for line in output.splitlines()}
    return [id for id in ids if id not in done]


def runner(
    catch: Any = Exception,
    gate: Any = asyncio.Semaphore,
    result: Any = lambda item, found: found,
    error: Any = lambda error: error,
    both: Any = lambda results, errors: (results, errors),
) -> Any:
    """What exercise 12.3 asks for, or one with a fault."""

    async def run_all(function: Any, items: list[str], at_once: int) -> Any:
        open_gate, results, errors = gate(at_once), {}, {}

        async def one(item: str) -> None:
            async with open_gate:
                try:
                    results[item] = result(item, await function(item))
                except catch as caught:
                    errors[item] = error(caught)

        await asyncio.gather(*map(one, items))
        return both(results, errors)

    return run_all


async def in_groups(function: Any, items: list[str], at_once: int) -> Any:
    results: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for start in range(0, len(items), at_once):
        group = items[start : start + at_once]
        found = await runner()(function, group, at_once)
        results, errors = results | found[0], errors | found[1]
    return results, errors


async def not_awaited(function: Any, items: list[str], at_once: int) -> Any:
    return {item: function(item) for item in items}, {}


async def for_ever(function: Any, items: list[str], at_once: int) -> Any:
    raise asyncio.TimeoutError


async def first_only(function: Any, items: list[str], at_once: int) -> Any:
    return {item: await function(item) for item in items[:1]}, {}


def page_answer(
    timeout: Any = 20,
    retries: int = 1,
    catch: Any = openai.APIError,
    read: Any = lambda reply: reply.choices[0].message.content,
    sorry: str = "Sorry, later.",
    responses: bool = False,
) -> Any:
    """What lesson 03 asks for, or one with a fault."""

    def answer(client: OpenAI, question: str) -> Any:
        client = client.with_options(timeout=timeout, max_retries=retries)
        message: Any = {"role": "user", "content": question}
        try:
            if responses:
                return client.responses.create(model=DEFAULT, input=question).output_text
            return read(client.chat.completions.create(model=DEFAULT, messages=[message]))
        except catch:
            return sorry

    return answer


def translated(*messages: tuple[str, ...]) -> Any:
    """The reply to messages, each a text and if it is not the user's, its role."""
    said: Any = [{"role": "".join(role) or "user", "content": text} for text, *role in messages]
    reply = LENIENT.chat.completions.create(model=DEFAULT, messages=said)
    return reply.choices[0].message.content


def into(text: str, language: str) -> str:
    return str(translated((f"Translate into {language}.", "developer"), (text,)))


def parsed(text: str, rules: str) -> str:
    reply = LENIENT.responses.parse(
        model=DEFAULT, instructions=rules, input=text, text_format=Translation
    )
    return reply.output_parsed.translation if reply.output_parsed else ""


def respond(text: str, rules: str, **options: Any) -> Any:
    return LENIENT.responses.create(model=DEFAULT, instructions=rules, input=text, **options)


def read_stream(chunks: Any, none: str = "") -> Any:
    text, reason = "", None
    for chunk in chunks:
        for part in chunk.choices:
            text += part.delta.content or (none if part.finish_reason is None else "")
            reason = part.finish_reason or reason
    return text, reason


def joined(
    chunks: Any,
    ends_at_once: bool = False,
    none: str | None = "",
    skips: bool = True,
    leaves: bool = False,
) -> Any:
    """The same, with a fault."""
    text, reason = "", None
    for chunk in chunks:
        if not chunk.choices and (skips or leaves):
            if leaves:
                break
            continue
        part = chunk.choices[0]
        reason = part.finish_reason or reason
        if ends_at_once and reason:
            break
        text += part.delta.content or none  # type: ignore[operator]
    return text, reason


class ChatBot:
    """What lesson 04 asks for."""

    role, answers, remembers, returns = "developer", "assistant", True, True

    def __init__(self, rules: str) -> None:
        self.messages: list[Any] = [{"role": self.role, "content": rules}]

    def say(self, text: str) -> Any:
        kept = self.messages if self.remembers else self.messages[:1]
        kept.append({"role": "user", "content": text})
        message = LENIENT.chat.completions.create(model=DEFAULT, messages=kept).choices[0].message
        if self.answers:
            kept.append({"role": self.answers, "content": message.content})
        return message.content if self.returns else None


class StoredChatBot(ChatBot):
    """The same, remembered by the API."""

    last: str | None = None

    def say(self, text: str) -> Any:
        rules = self.messages[0]["content"]
        response = respond(text, rules, previous_response_id=self.last)
        self.last = response.id
        return response.output_text


class ConversationBot(ChatBot):
    """The same, remembered in a conversation."""

    def __init__(self, rules: str) -> None:
        super().__init__(rules)
        self.conversation = LENIENT.conversations.create().id

    def say(self, text: str) -> Any:
        rules = self.messages[0]["content"]
        return respond(text, rules, conversation=self.conversation).output_text


class RuleInConversation(ChatBot):
    """The same, and the rules are in the conversation, too."""

    def __init__(self, rules: str) -> None:
        rule: Any = {"type": "message", "role": "developer", "content": rules}
        self.conversation = LENIENT.conversations.create(items=[rule]).id

    def say(self, text: str) -> Any:
        return respond(text, "", conversation={"id": self.conversation}).output_text


class SeededBot(ChatBot):
    """It says the rules once, before the first turn."""

    def __init__(self, rules: str) -> None:
        rule: Any = [{"role": "system", "content": rules}]
        self.last = LENIENT.responses.create(model=DEFAULT, input=rule).id

    def say(self, text: str) -> Any:
        response = LENIENT.responses.create(
            model=DEFAULT, input=text, previous_response_id=self.last
        )
        self.last = response.id
        return response.output_text


class ListBot(ChatBot):
    """It keeps the list itself, and in it what Responses put out."""

    def say(self, text: str) -> Any:
        self.messages.append({"role": "user", "content": text})
        response = LENIENT.responses.create(model=DEFAULT, input=self.messages, store=False)
        self.messages += response.output
        return response.output_text


def stored_bot(
    stuck: bool = False, shared: bool = False, rules: bool = True
) -> type[StoredChatBot]:
    """A StoredChatBot with a fault."""

    class Faulty(StoredChatBot):
        def say(self, text: str) -> Any:
            said = self.messages[0]["content"] if rules else ""
            response = respond(text, said, previous_response_id=self.last)
            if not stuck or self.last is None:
                (Faulty if shared else self).last = response.id
            return response.output_text

    return Faulty


def conversation_bot(shared: bool = False, anew: bool = False) -> type[ConversationBot]:
    """A ConversationBot with a fault."""
    one = LENIENT.conversations.create().id

    class Faulty(ConversationBot):
        def say(self, text: str) -> Any:
            self.conversation = one if shared else self.conversation
            said = super().say(text)
            self.conversation = LENIENT.conversations.create().id if anew else self.conversation
            return said

    return Faulty


def bot(role: str = "developer", shared: bool = False, **faults: Any) -> type[ChatBot]:
    """A ChatBot with a fault."""
    known: list[Any] = []

    class Faulty(ChatBot):
        def __init__(self, rules: str) -> None:
            super().__init__(rules)
            if shared:
                known.extend(self.messages)
                self.messages = known

    for name, value in {"role": role, **faults}.items():
        setattr(Faulty, name, value)
    return Faulty


class SimpleBot:
    """It asks nobody."""

    def say(self, text: str) -> str:
        return text


NO_ANSWER = "which is not what the exercise asks for"
HI: Any = [{"role": "user", "content": "Say hello."}]
KEPT: Counter[str] = Counter()
SKY, HELLO = ask("Why is the sky blue?"), ask("Say hello.")
EMPTY = HELLO.model_copy(
    update={"id": "another", "usage": HELLO.usage.model_copy(update={"prompt_tokens": 6})}
)
SAID, USED = HELLO.choices[0].message.content, HELLO.usage
CUT = ask("Say hello.", reasoning_effort="none", max_completion_tokens=3)
CUT_BEFORE_A_WORD = ask("Say hello.", reasoning_effort="none", max_completion_tokens=1)
CUT_IN_THOUGHT, CUT_AFTER_THOUGHT = (
    ask("Explain recursion in three sentences.", max_completion_tokens=limit) for limit in (20, 85)
)
PIECES = [chunk.choices[0].delta.content for chunk in ask("Say hello.", stream=True)]
SORRY = "Sorry, later."
KEY, API = "sk-proj-FAKE-0000-wxyz", "https://api.openai.com/v1"
CLIENT = OpenAI(api_key=KEY, base_url=API)
STEPS = ["delete the key", "new key", "check usage", "clean the history"]
DAYS = pd.to_datetime(["2026-11-11", "2026-11-12", "2026-11-12"])
COSTS = pd.DataFrame({"day": DAYS, "dollars": [21.0, 20.0, 3.0]})
BY_DAY = pd.DataFrame(
    {"gpt-6-astra": [1.0, 21.0, 0.5, 5.5], "gpt-6-luna": [2.0, 2.0, 2.0, 2.0]},
    pd.date_range("2026-11-11", periods=4),
)
BOXES = [Thing(label="moon"), Thing(label="tower"), Thing(label="tower")]
IMAGES = NOTEBOOKS / "images"
CHART, RECEIPT = IMAGES / "chart.png", Image.open(IMAGES / "receipt.png")
PNG = "data:image/png;base64,"
PROXY = {"OPENAI_API_KEY": KEY, "HTTPS_PROXY": "http://127.0.0.1:9"}

CASES = {
    "00.1": Case((HELLO,), [
        USED.total_tokens, str(USED.total_tokens), USED.prompt_tokens + USED.completion_tokens,
    ], [
        (USED.completion_tokens, "of the answer alone"), ("many", "'many' is no number"),
        (USED.prompt_tokens, "of the question alone"), (USED, "that is the whole usage"),
        (True, "True is no number"), (HELLO, "a ChatCompletion: a number"),
        (1, "of the whole call"),
    ]),
    "00.2": Case((SKY,), [HELLO, ask("Say hello.", n=2), ask("Name three rivers in Africa.")], [
        (SKY, "the result of the cell above"), (EMPTY, "your question is empty"),
        (ask("Why is the sky blue?"), "the question of the cell above"),
        (HELLO.choices[0], "a part of the result"), (USED, "a part of the result"),
        (SAID, "that is the text alone"), (CLIENT.models, "that is a Models"),
        (CLIENT.chat.completions.create, "that is a method"),
        (MOCKED.chat.completions.create(model=DEFAULT, messages=HI, stream=True), "is a stream"),
        (respond("Say hello.", ""), "a result of responses.create"),
    ]),
    "00.3": Case((), [
        lambda question: ask(question).choices[0].message.content,
        lambda question: respond(question, "Be brief.").output_text,
        lambda question: translated(("Be brief.", "system"), (question,)).strip(),
        lambda question: "".join(
            chunk.choices[0].delta.content or "" for chunk in ask(question, stream=True)
        ),
    ], [
        (lambda question: ask(question).choices[0].message.content.upper(), "return it as it came"),
        (lambda question: translated((question, "developer")), "its role is user"),
        (lambda question: ask(question).choices[1].message.content, "it raised IndexError: list"),
        (ask, "the whole object"),
        (lambda question: translated(("question",)), "it sent 'question', not"),
        (lambda question: respond("{question}", "").output_text, "it sent '{question}', not"),
        (lambda question: "Hello!", "the same answer"),
        (lambda: "Hi", "raised TypeError"),
        (lambda question: [].append(question), "it returned None"),
        (lambda question: 5, "it returns an int"), ("Hi", "that is a str: hand over the function"),
    ]),
    "01.1": Case((f"\n# settings\nexport OPENAI_API_KEY='{KEY}'\n",), [KEY], [
        (f"\n# settings\nexport OPENAI_API_KEY='{KEY}'\n", "that is the whole text"),
        (None, "under which name"), (f"'{KEY}'", "the quotes belong"),
        (f"{KEY}'", "the quotes belong"), (KEY[:-1], "a part of the key"), ("", "not the key"),
        ({"OPENAI_API_KEY": KEY}, "the whole dictionary"), ("OPENAI_API_KEY", "the name of"),
        ([KEY], "that is a list"), (KEY.upper(), "not the key"),
    ]),
    "01.2": Case((), [
        lambda key: f"{key[:8]}…{key[-4:]}" if len(key) >= 16 else "…",
        lambda key: "…" if len(key) < 16 else f"{key[:7]}-****{key[-4:]}",
        lambda key: key[:8] + "..." + key[-4:] if key[15:] else "\u2026",
    ], [
        (lambda key: "…", "the key is long enough"),
        (lambda key: key[:8] + key[9], "the last four"),
        (lambda key: masked(key) if key else "", "for an empty text it returns ''"),
        (lambda key: key, "that is too much"), (lambda key: "sk-proj-…", "the last four"),
        (lambda key: f"{key[:12]}…{key[-4:]}", "too much"), (lambda key: "…" + key[-4:], "kind"),
        (lambda key: f"{key[:8]}{key[-4:]}", "left out"),
        (lambda key: f"{key[:8]}…{key[-4:]}", "for the short text"), (lambda key: 5, "an int"),
        (lambda key: masked(key, least=15), "for the short text sk-proj-FAKE-00 it"),
        (lambda key: masked(key, least=17), "sk-proj-FAKE-000 has exactly 16"),
        (lambda key: masked(key, dots="..."), "these are three dots"),
    ]),
    "01.3": Case((), [STEPS, tuple(STEPS)], [
        (STEPS[::-1], "go on spending"), (STEPS[1:], "use each"), (set(STEPS), "no order"),
        ([STEPS[0], STEPS[3], *STEPS[1:3]], "comes last"),
        ([STEPS[0], STEPS[2], STEPS[1], STEPS[3]], "the new one before you look"),
        ("delete the key, new key", "that is a str"), ([*STEPS[:3], "tidy"], "'tidy' is none of"),
        ([*STEPS, STEPS[0]], "use each"),
    ]),
    "02.1": Case((), [0.0053, Decimal("0.0053"), "0.0053", " $0.0053", "0.0053 US$"], [
        (0.008, "were cached"), (0.005, "not nothing"), (0.0083, "on top"), (0.53, "in cents"),
        (0.000265, "the price of gpt-6-luna: the model is gpt-6-sol"),
        (0.0265, "the price of gpt-6-astra"), (0.0013, "tokens out cost"), (0.004, "out alone"),
        (5300, "prices are for a million tokens: divide by 1,000,000."),
        (1, "not what it cost"), ("cheap", "'cheap' is no number"),
        (None, "that is None: a number"),
        (calc_price(Usage(input_tokens=2000), DEFAULT), "its total_price is the sum"),
    ]),
    "02.2": Case((), [7.74, Decimal("7.74"), "7.74", "$7.74"], [
        (0.258, "that is a day"), (0.00645, "one call a day"), (13.23, "one giant prompt"),
        (774, "in cents"), (0.000215, "that is one call; "), (7.998, "31 days"),
        (154.8, "the price of gpt-6-sol: the model is gpt-6-luna"), (3.24, "what comes out"),
        (4.5, "what goes in"), (8, "that is rounded"), (7.7, "that is rounded"),
        (9, "not what it comes to"), ("7,74", "'7,74' is no number"),
        (1200 * 30 * (900 * 0.10 + 250 * 0.50), "prices are for a million tokens: divide by"),
    ]),
    "02.3": Case((), [Budget, type("Mine", (Budget,), {}), lambda limit: Budget(limit)], [
        (budget(adds=False), "self.spent is 0"), (budget(refuses=False), "raised no RuntimeError"),
        (budget(early=True), "after 0.25, spending 0.75 more reaches the limit of 1 exactly, and "
         "it raised RuntimeError: the limit itself may be reached."),
        (lambda limit: Budget(Decimal("0.1")),
         "spending 0.25 of 1 raised RuntimeError: that is within the limit."),
        (budget(late=True), "was added anyway"),
        (Budget(Decimal(1)), "that is a Budget: hand over the class itself"),
        (lambda limit: Thing(spend=len), "spending 0.25 of 1 raised TypeError"),
        (lambda limit: Thing(spend=lambda dollars: 0), "self.spent is None"),
        (budget(error=ValueError), "it raised ValueError; RuntimeError is asked for."),
        (budget(early=True, error=ValueError), "exactly, and it raised ValueError()."),
    ]),
    "03.1": Case((), [
        installed,
        lambda package: {each.name: each.version for each in distributions()}.get(package),
    ], [
        (lambda package: version(package) if package != "pydantic" else None, "it returned None"),
        (version, "for a package that is not there, it raised PackageNotFoundError"),
        (imported, "does not find python-dotenv"),
        (lambda package: openai.__version__, "for 'pydantic' it returned"),
        (lambda package: installed(package) or "", "is not there, it returned '', and not None"),
        (lambda package: [].append(package), "it returned None"),
        ("3.57.0", "hand over the function"),
    ]),
    "03.2": Case((), [
        lambda environment, file: {**file, **environment},
        lambda environment, file: dict(ChainMap(environment, file)),
        lambda environment, file: file | environment,
    ], [
        (lambda environment, file: {**file, **environment, "": ""}, "'' is in neither"),
        (lambda environment, file: {**environment, **file}, "the file wins"),
        (lambda environment, file: environment, "OPENAI_LOG is missing"),
        (lambda environment, file: file.update(environment) or file, "it changes one of the two"),
        (lambda environment, file: dict.fromkeys({**file, **environment}), "not the values"),
        (lambda environment, file: [environment, file], "it returned a list"),
    ]),
    "03.3": Case((SORRY,), [
        page_answer(), page_answer(responses=True), page_answer(timeout=openai.Timeout(20)),
    ], [
        (lambda client, question: "Hello!", "use its first argument"),
        (page_answer(timeout=10), "each try waits 10 seconds"),
        (page_answer(timeout=None), "each try waits for ever"),
        (page_answer(timeout="20"), "each try waits '20' seconds"),
        (page_answer(retries=0), "when the first call gets 429, it called the API once"),
        (page_answer(retries=2), "when every call gets 500, it called the API 3 times"),
        (page_answer(catch=()), "when every call gets 500, it raised InternalServerError"),
        (page_answer(catch=openai.APIStatusError), "it should return SORRY"),
        (page_answer(read=lambda reply: reply), "it returned a ChatCompletion, and not 'Hello!"),
        (page_answer(read=[].append), "when all is well, it returned None"),
        (page_answer(sorry="Oops"), "it returned 'Oops', and not 'Sorry"),
    ]),
    "03.4": Case((), [
        {"OPENAI_API_KEY": KEY}, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": API},
        {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "", "HTTPS_PROXY": "", "SSL_CERT_FILE": ""},
    ], [
        ({"OPENAI_API_KEY": "sk-your-key"}, "the key is another"),
        ({}, "OPENAI_API_KEY, the key, is"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "api.openai.com/v1"}, "base URL: the one in"),
        (PROXY, "proxy: "), (PROXY | {"NO_PROXY": "*"}, "needs no proxy"),
        ({"OPENAI_API_KEY": KEY, "SSL_CERT_FILE": "company.pem"}, "TLS: "),
        ({"OPENAI_API_KEY": KEY, "HTTPS_PROXY": None}, "HTTPS_PROXY is None: leave the name out"),
        ({"OPENAI_API_KEY": None}, "OPENAI_API_KEY is None"),
        ({"OPENAI_API_KEY": KEY, 5: "x"}, "5 is not a name"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": API.replace("https", "http")}, "unencrypted"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{API}/chat/completions"}, "must end in /v1"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_API_BASE": "https://relay.example/v1"}, "OPENAI_API_BASE"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "calls go to OpenAI"),
    ]),
    "04.1": Case((), [
        lambda text, language: translated((f"Translate into {language}.", "developer"), (text,)),
        lambda text, language: translated((f"Only {language}!", "system"), (f"Text: {text}",)),
        lambda text, language: respond(text, f"Translate into {language}.").output_text,
        lambda text, language: into(text, language.lower()).strip(" ."),
        lambda text, language: parsed(text, f"Translate into {language}."),
    ], [
        (lambda text, language: translated((f"In {language}: {text}",)), "user message"),
        (lambda text, language: translated(("Into German.", "developer"), (text,)), "`language`"),
        (lambda text, language: translated((f"Into {language}.", "developer"), ("text",)), "none"),
        (
            lambda text, language: translated((f"Into {language}: {text}", "developer")),
            "stands in the developer message",
        ),
        (lambda text, language: "Guten Morgen!", "no request"),
        (lambda text, language: f"{language}: {into(text, language)}", "add nothing"),
        (lambda text, language: respond(text, language), "the whole object"),
        (lambda text, language: [].append(text), "it returned None"),
        (lambda text, language: 5, "it returns an int"), (lambda text: text, "raised TypeError"),
    ]),
    "04.2": Case((), [CUT, ask("Say hello.", reasoning_effort="none", max_completion_tokens=5)], [
        (HELLO, "the limit is high enough"), (CUT.choices[0].message, "a part of the result"),
        (respond("Say hello.", ""), "a result of responses.create"), (SAID, "the text alone"),
        (CUT_BEFORE_A_WORD, "before the first word"),
        (CUT_IN_THOUGHT, "the reasoning used up the limit"),
        (CUT_AFTER_THOUGHT, "the model was still thinking"),
        (CUT.choices[0], "a part of the result"), (None, "that is None"),
    ]),
    "04.3": Case((), [read_stream, lambda chunks: list(read_stream(chunks))], [
        (lambda chunks: read_stream(chunks, none="None"), "the word None"),
        (lambda chunks: read_stream(chunks)[0], "two things"),
        (lambda chunks: (read_stream(chunks)[0], "stop"), "'length'"),
        (lambda chunks: (read_stream(chunks)[0], read_stream(chunks)[1] or "stop"), "'length'"),
        (lambda chunks: (read_stream(chunks)[0], read_stream([])[1]), "'stop'"),
        (lambda chunks: ("Hello", "stop"), "should be 'Hi there!'"),
        (lambda chunks: joined(chunks, ends_at_once=True), "together with the finish_reason, the"),
        (lambda chunks: joined(chunks, none=None), "comes after the text, it raised TypeError"),
        (lambda chunks: joined(chunks, skips=False), "as with usage, it raised Index"),
        (lambda chunks: joined(chunks, leaves=True), "first chunk has empty choices, the text is"),
    ]),
    "04.4": Case((), [
        ChatBot, StoredChatBot, bot("system"), ConversationBot,
        RuleInConversation, SeededBot, ListBot,
    ], [
        (stored_bot(stuck=True),
         "in turn 3, previous_response_id is not the id of the reply before"),
        (stored_bot(shared=True), "a second bot"), (stored_bot(rules=False), "hold the rules"),
        (conversation_bot(shared=True), "a second bot"),
        (conversation_bot(anew=True), "another conversation"),
        (lambda rules: Thing(say=lambda text: SAID and ask(HI[0]["content"]) and SAID),
         "hold the r"),
        (lambda rules: Thing(), "has no method `say`"),
        (bot(remembers=False), "turn 2 does not hold 'My name is Mei.'"),
        (bot(answers=""), "turn 2 does not hold"), (bot(answers="user"), "the role assistant"),
        (bot("user"), "no developer message"), (bot(shared=True), "a second bot"),
        (bot(returns=False), "it returned None"),
        (ChatBot("Be brief."), "that is a ChatBot: hand over the class"),
        (lambda rules: SimpleBot(), "no request"),
    ]),
    "05.1": Case((CHART,), [picture_message(PNG, CHART)], [
        (picture_message("", CHART), "URL must begin"),
        (picture_message(PNG[:-1], CHART), "URL must begin"),
        (picture_message(PNG, IMAGES / "receipt.png"), "not the file"),
        (picture_message(PNG, CHART, "Hello"), "does not ask"),
        (picture_message(PNG, CHART) | {"role": "developer"}, "must be user"),
        (picture_message(PNG, CHART) | {"content": "Which day sold the most?"}, "a list of two"),
        (picture_message(PNG, CHART, url=str), "image_url is a text here"),
        ([picture_message(PNG, CHART)], "that is a list: one message"),
        (picture_message(PNG + "b'", CHART), "with .decode()"),
        ({"role": "user", "content": [{"type": "input_text"}]}, "are parts of Responses"),
        ({"role": "user"}, "'content' is missing"), ({"content": []}, "'role' is missing"),
        ({"role": "user", "content": [{"text": "most"}]}, "'type' is missing"),
        ({"role": "user", "content": [{"type": "text", "text": "most"}]}, "its parts are"),
    ]),
    "05.2": Case((BOXES,), [
        lambda found: dict(Counter(box.label for box in found)),
        lambda found: Counter(box.label for box in found),
    ], [
        (len, "it returns one number"), (lambda found: [("moon", 1)], "returns a list"),
        (lambda found: {"moon": 1, "tower": 2}, "for one box it"),
        (lambda found: {box.label: 1 for box in found}, "for 3 boxes"),
        (lambda found: dict(Counter(box.label for box in found) or {"moon": 0}), "without boxes"),
        (lambda found: [].append(found), "it returned None"),
        ({"moon": 1}, "that is a dict: hand over the function"),
        (lambda found: KEPT.update(box.label for box in found) or KEPT,
         "it counts on from one call"),
    ]),
    "05.3": Case((RECEIPT,), [
        *(RECEIPT.resize((372, 512), how) for how in Image.Resampling),
        RECEIPT.resize((373, 512)), RECEIPT.resize((372, 512)).convert("L"),
    ], [
        (None, "that is None"), (RECEIPT, "has 1100 pixels"),
        (RECEIPT.resize((371, 511)), "has 511 pixels"),
        (RECEIPT.resize((512, 512)), "not the shape"),
        (RECEIPT.resize((512, 372)), "not the shape"),
        (RECEIPT.crop((100, 100, 472, 612)), "shows a part of it, or something else"),
        (RECEIPT.resize((372, 512)).rotate(180), "or something else"),
        (Image.new("RGB", (372, 512), "white"), "or something else"),
    ]),
    "05.4": Case((), [described, described_in_chat], [
        (lambda client, path: ("A receipt.", Decimal("0.1")), "it asked nothing"),
        (lambda client, path: described(client, path) and described(client, path), "2 requests"),
        (lambda client, path: described(client, CHART), "not the one at `path`"),
        (lambda client, path: described(client, None), "no picture in the request"),
        (lambda client, path: described(client, path)[0], "two things"),
        (lambda client, path: described(client, path)[::-1], "the text comes first"),
        (lambda client, path: client.files.create(file=path, purpose="vision"), "no picture in"),
        (lambda client, path: ("A receipt.", described(client, path)[1]), "and the text that it"),
        (lambda client, path: described(client, path, 390), "the reasoning tokens are among"),
        (lambda client, path: (described(client, path)[0], 0.000235), "not a Decimal"),
        (lambda client, path: described(client, path, 0), "the output costs money"),
        (lambda client, path: described(client, path, 1), "not 0.0001305"),
        (lambda client: "A receipt.", "raised TypeError"),
    ]),
    "06.1": Case((), [
        schema("title note", additionalProperties=False), book(note={"anyOf": [TEXT, NULL]}),
        book(note={"type": ["null", "string"], "description": "What to know, or null."}),
    ], [
        (schema("title note"), "'additionalProperties' is required"),
        (schema("title note", additionalProperties=True), "'additionalProperties' is required"),
        (schema("title", additionalProperties=False), "'required' is required"),
        (schema("title note", note="string", additionalProperties=False), "cannot be left empty"),
        (schema("title note", ["string", "null"], additionalProperties=False), "title must be"),
        (book(note={"type": "string", "nullable": True}), "nullable is a word of OpenAPI"),
        (book(note={"enum": ["a", None]}), "able to hold any text"),
        (book(note={"type": ["string", "null", "integer"]}), "leave out the other types"),
        (book(note={"type": "null"}), "able to hold any text"),
        (book(year={"type": "integer"}), "year was not there before"),
        (schema("title", additionalProperties=False) | {"properties": {"title": TEXT}},
         "note is miss"),
        ({"type": "object"}, "✗"), ({}, "response_format 'fixed'"), ({"properties": 5}, "✗"),
    ]),
    "06.2": Case((), [OwnEvent(), OwnEvent(bring="a screwdriver"), OwnEventAlone()], [
        (OwnEvent, "that is the class"), (HELLO, "that is the whole reply"), (None, "no object"),
        (Title(title="Robots"), "the field day is missing"), (Event(), "a field of your own"),
        (EventWithoutWords(), "tell the model what bring means"),
        (EventOfAnyDay(), "day must be a date"), (EventOfText(), "online must be true or false"),
        (OwnEvent(day=date(2026, 1, 31)), "not read from `mail`"),
        ({"title": "Robots"}, "that is a dict: output_parsed"), ("title=...", "that is a str"),
        (Thing(title="Robots"), "a class from BaseModel"),
    ]),
    "06.3": Case((), [
        ending,
        lambda response: "refusal" if "refusal" in str(response.output) else ending(response),
        lambda response: str(ending(response)),
    ], [
        (refused, 'return the word "refusal", not the model'),
        (lambda response: refused(response) or ending(response), 'return the word "refusal"'),
        (lambda response: response.status, "it returned 'completed'"),
        (lambda response: response.output[0].content[0].type, "it raised TypeError"),
        (lambda response: ending(response, refusals=False), "it returned 'complete': 'refusal'"),
        (lambda response: ending(response, cuts=False), "cut at the limit, it returned 'complete'"),
        (lambda response: ending(response).replace("content_filter", "max_output_tokens"),
         "cut by the filter, with no text in it, it returned"),
        (lambda response: response.incomplete_details, "it returned None"),
        (lambda response: [ending(response)], "it returned a list"), (5, "hand over"),
        (lambda response: response.output[1].content[0].refusal, "return the word"),
        (lambda response: response.output[1].content[0] and ending(response),
         "with no text in it, it raised IndexError: list index out of range, in the line"),
        (lambda response: ending(response) if refused(response) else response.status,
         "'completed'"),
    ]),
    "06.4": Case((), [
        load, lambda path: [line for line in load(path) if line.get("file")],
        lambda path: list({line["file"]: line for line in load(path)}.values()),
    ], [
        (lambda path: [json.loads(line) for line in path.read_text().splitlines()],
         "when there is no file yet, it raised File"),
        (lambda path: load(path) if path.exists() else None, "no file yet, it returned None"),
        (lambda path: load(path, goes_on=False), "a broken line between whole ones, leave"),
        (lambda path: load(path, misses=1), "of a file with two whole lines"),
        (lambda path: [str(line) for line in load(path)], "as dictionaries"),
        (lambda path: load(path) or [5], "return an empty list"),
        (lambda path: set(map(str, load(path))), "it returned a set: a list"),
        (lambda path: [json.loads(line) for line in path.read_text().splitlines()]
         if path.exists() else [], "it raised JSONDecodeError"),
    ]),
    "07.1": Case((), [2.654, Decimal("2.654"), "2.65", "$2.654"], [
        (0.01327, "that is one picture"), (265.4, "in cents"), (2.634, "the words that go in"),
        (2.754, "5 dollars a million, not 30"), (0.459, "30 dollars a million, not 5"),
        (2.666, "8 dollars is for pictures in"), (3, "that is rounded"),
        (4, "not what the pictures"), (1.33 * 2, "nearly right, but the cents are rounded"),
        (2_654_000, "divide by 1,000,000"), (0.559, "5 for text in"),
        ("much", "'much' is no number"), ([2.654], "that is a list: a number"),
    ]),
    "07.2": Case((), [
        lambda w, h: not (w % 16 or h % 16) and max(w, h) <= min(3840, 3 * min(w, h))
        and 655_360 <= w * h <= 3840 * 2160,
        lambda w, h: w % 16 == h % 16 == 0 and 1 / 3 <= w / h <= 3 and w <= 3840 and h <= 3840
        and w * h in range(655_360, 8_294_401),
        lambda w, h: all([w % 16 == 0, h % 16 == 0, max(w, h) <= 3840, max(w, h) <= 3 * min(w, h),
                          w * h >= 655_360, w * h <= 8_294_400]),
    ], [
        (lambda w, h: not (w % 16 or h % 16) and w * h > 655_360, "exactly the 655,360 pixels"),
        (lambda w, h: not (w % 16 or h % 16) and w >= h,
         "1024 × 1536, which is allowed: the height"),
        (lambda w, h: True, "1000 is no multiple of 16"), (lambda w, h: False, "which is allowed"),
        (lambda w, h: not w % 16 and w * h >= 655_360, "1000 is no multiple"),
        (lambda w, h: not (w % 16 or h % 16) and w * h >= 655_360, "more than three times"),
        (lambda w, h: not (w % 16 or h % 16), "too few pixels"),
        (lambda w, h: w * h, "True or False"), (lambda w: True, "raised TypeError"),
        (lambda w, h: not (w % 16 or h % 16) and w * h >= 655_360
         and max(w, h) <= 3 * min(w, h), "longer than 3840"),
        (lambda w, h: not (w % 16 or h % 16) and w * h >= 655_360
         and max(w, h) <= min(3840, 3 * min(w, h)), "too many pixels"),
    ]),
    "07.3": Case((), [icon, lambda *given: str(icon(*given)), lambda *given: icon(*given, n=1)], [
        (lambda client, prompt, path: path, "it sent nothing over the client"),
        (lambda *given: icon(*given).read_bytes(), "return the path, not a bytes"),
        (lambda *given: icon(*given, quality=openai.omit), "the request names no quality"),
        (lambda *given: icon(*given) and icon(*given), "2 requests"),
        (lambda client, prompt, path: icon(client, "A tree", path), "is not the one"),
        (lambda *given: icon(*given, background="opaque"), "a transparent background"),
        (lambda *given: icon(*given, quality="high"), "the quality is high"),
        (lambda *given: icon(*given, n=2), "2 pictures"),
        (lambda *given: icon(*given, output_format="webp"), "icon.png is a WEBP"),
        (lambda *given: icon(*given, output_format=given[2].suffix),
         "the request asks for output_format '.png': leave out the dot."),
        (lambda *given: icon(*given, output_format="gif"),
         "the request asks for output_format 'gif': here it should be 'png'."),
        (lambda *given: icon(*given, output_format=5), "output_format 5: here it should be 'png'."),
        (lambda client, prompt, path: icon(client, prompt, path.with_name("a.png")), "no file at"),
        (lambda client, prompt, path: str(icon(client, prompt, path)) + "g", "return the path"),
        (lambda client, prompt, path: icon(client, prompt, path).write_bytes(b"x") and path,
         "was it decoded"),
    ]),
    "08.1": Case((COSTS,), [
        date(2026, 11, 12), "2026-11-12", pd.Timestamp("2026-11-12"), "12 November", "Nov 12",
        "12 Nov 2026", "November 12, 2026", "11/12/2026", "12/11/2026", "12.11.2026",
        pd.Timestamp("2026-11-12T00:00Z"), DAYS[1].to_datetime64(),
    ], [
        (date(2026, 11, 10), "another day"), (23.0, "a sum of dollars"), ("soon", "is not a day"),
        (DAYS[0], "most expensive single line"), ("11 November", "single line"),
        ("12 November 2025", "another day"), ("", "is not a day"),
        (COSTS, "many days"), (COSTS["day"], "many days"),
        (12, "a number"), ("12", "a number"), ("23.0", "a number"), (np.int64(12), "a number"),
        (Decimal("23.0"), "a number"), (("2026-11-12", 23.0), NO_ANSWER),
    ]),
    "08.2": Case((BY_DAY,), [14.0, "$14.00", np.float64(14), Decimal("14.00")], [
        (21.0, "the whole day"), (17.75, "the median"), (12.0, "alone"),
        (-14, "the other way round"),
        (7, "that is the average day"), (3, "how many times as much"),
        (18.67, "belongs to the average"),
        (4, "not the difference"), ("much", "'much' is no number"),
    ]),
    "08.3": Case((), [
        lambda total: list(total[total > 3 * total.median()].index),
        lambda total: [day for day, sum in total.items() if sum > 3 * total.median()],
        lambda total: [day.date() for day in total[total > 3 * total.median()].index],
        lambda total: list(total.index[total.gt(3 * total.quantile(0.5))][::-1]),
    ], [
        (lambda total: list(total[total > total.median()].index), "of seven days up to 5"),
        (lambda total: total[total > 3 * total.median()].index, "a DatetimeIndex: a list"),
        (lambda total: [], "the days of 50 and 13 are unusual, not none"),
        (lambda total: list(total[total > 3 * total.median()].index) or None, "it returned None"),
        (lambda total: total[total > 3 * total.median()], "a Series"),
        (lambda total: list(total.index), "of seven days up to 5"),
        (lambda total: list(total[total > 3 * total.mean()].index), "three times the mean"),
        (lambda total: list(total[total >= 3 * total.median()].index), "is not more than that"),
        (lambda total: list(total[total > 3 * total.median()]), "in the index"),
    ]),
    "09.1": Case((), [action], [
        (lambda error: action(error, lost="fix"), "for APIConnectionError (no status, type None"),
        (lambda error: "retry" if error.status_code > 428 else "fix", "it raised AttributeError"),
        (lambda error: action(error, broke="retry"), "code 'credit_balance_exhausted')"),
        (lambda error: action(error, retried=(429,)), "for ConflictError (409, "),
        (lambda error: action(error, retried=(400, 408, 409, 429)), "for BadRequestError (400, "),
        (lambda error: action(error, retried=(408, 409, 413, 429)), "for APIStatusError (413, "),
        (lambda error: action(error).title(), "it returned 'Retry'"),
        (lambda error: [error].clear(), "it returned None"), ("retry", "hand over"),
    ]),
    "09.2": Case((), [reset], [
        (lambda text: float(text.rstrip("s")), "it raised ValueError"),
        (lambda text: reset(text, "ms|m|s"), "for '2h0m30s' it returned 30.0"),
        (lambda text: reset(text, "m|s|h"), "for '20ms' it returned"),
        (lambda text: reset(text) * 1000, "for '1s' it returned 1000.0"),
        (lambda text: str(reset(text)), "a number is asked for"),
        (lambda text: re.findall("[0-9.]+", text), "a number is asked for"),
    ]),
    "09.3": Case((), [patient], [
        (lambda call, sleep, budget: call(), "when it fails twice, it raised InternalServerError"),
        (lambda *given: patient(*given, permanent=False), "when the key is wrong, it returned"),
        (lambda *given: patient(*given, grows=1), "it waited 1, 1 and not 1, 2."),
        (lambda *given: patient(*given, zero=False), "asks for 0 seconds, it waited 1 and not 0."),
        (lambda *given: patient(*given, tries=10), "1 second 30 times, it raised RateLimitError"),
        (lambda *given: patient(*given, whole=False), "it waited 7 seconds in all, longer than"),
        (lambda *given: patient(*given, heeds=False), "it waited 1, 2, 4 and not 1, 7, 4."),
        (lambda *given: patient(*given, exact=False), "fill the budget exactly, it raised"),
        (lambda call, sleep, budget: patient(call, sleep, 1e6), "when the budget is 6 seconds"),
        (lambda call, sleep, budget: patient(call, lambda _: None, budget), "it waited nothing"),
        (lambda call, sleep, budget: patient(call, lambda s: sleep(f"{s} s"), budget), "no number"),
        (lambda *given: patient(*given) and None, "it returned None, and not what the call"),
        (lambda call, sleep, budget: own(patient, call, sleep, budget), "raised OSError"),
        (5, "hand over"), (lambda call: "done", "raised TypeError"),
    ]),
    "11.1": Case((), [unchanged, lambda before, after: int(np.int64(unchanged(before, after)))], [
        (lambda before, after: len(before), "whose third items differ, it returned 3 and not 2"),
        (lambda before, after: before == after, "it returned a bool"),
        (lambda before, after: [1], "it returned a list"),
        (lambda before, after: 2, "the same list with two more, it returned 2 and not 1"),
        (lambda before, after: sum(map(same, before, after)), "first items differ, it returned 2"),
        (lambda before, after: unchanged(contents(before), contents(after)), "in the role"),
        (lambda before, after: next(n for n in range(9) if before[n] != after[n]), "IndexError"),
    ]),
    "11.2": Case((), [forgetful(), forgetful(by_hand=True)], [
        (forgetful(loop=True), "collect the ids first"),
        (forgetful(page=True), "of 120 items, 100 were left"),
        (forgetful(page=True, limit=100), "of 120 items, 20 were left"),
        (forgetful(kind="message"), "80 were left when the conversation was deleted, and none is"),
        (forgetful(items=False), "of 120 items, 120 were left"),
        (forgetful(itself=False), "the conversation itself is still there"),
        (forgetful(first=True), "its items come first"),
        (forgetful(name="conv_tom"), "use conversation_id"),
        (lambda conversation_id: conversation_id, "the conversation itself is still there"),
        (lambda: 5, "it raised TypeError"),
    ]),
    "11.3": Case((), [guest(), guest(client=LENIENT)], [
        (guest(remembers=False), "does not send all that was said"),
        (guest(apart=False), "one guest about another"),
        (guest(place="program"), "there is no file"),
        (guest(place="both"), "in a new file it still knows Mei"),
        (guest(early=True), "the question of a call that failed was stored"),
        (guest(whole=False), "the question of a response that is not completed was stored"),
        (guest(quiet=True), "after a call that failed it raised no exception"),
        (guest(window=True), "does not send all that was said"),
        (guest(by_id=True, store=True), "it leaves the memory to OpenAI"),
        (guest(store=True), "send store=False"),
        (guest(closes=False), "it does not close the store"),
        (guest(closes="mostly"), "after a call that failed it does not close the store"),
        (guest(logs=True), "a call that failed left something in the file"),
        (guest(returns=len), "it returned a int"),
        (lambda path, chat, text: "Hello!", "it sends no request"),
        (lambda path, chat, text: ask("Say hello."), "it returned a ChatCompletion"),
    ]),
    "12.1": Case((), [bound(), bound(whole=math.floor)], [
        (bound(share=1), "returned 31, and not 24"), (bound(whole=math.ceil), "and not"),
        (bound(least=0), "one call at a time is still allowed"),
        (bound(tokens=False), "a limit of tokens, it returned"),
        (bound(whole=float), "a whole number is asked for"),
        (lambda *given: [].append(given), "it returned None"),
    ]),
    "12.2": Case((), [again], [
        (failed_only, "in neither file, it returned ['r3'], and not ['r1', 'r3']"),
        (present, "a line with status 500"),
        (lambda *given: set(again(*given)), "it returned a set"),
        (lambda *given: again(*given)[::-1], "and not ['r1', 'r3']"),
        (lambda ids, output, errors: json.loads(errors), "it raised JSONDecodeError"),
    ]),
    "12.3": Case((), [runner()], [
        (lambda function, items, at_once: ({}, {}), "begin it with `async def`"),
        (runner(gate=lambda at_once: asyncio.Semaphore(99)), "12 calls were under way"),
        (runner(gate=lambda at_once: asyncio.Semaphore(1)), "only 1 call was under way"),
        (runner(catch=ValueError), "it raised RuntimeError: item 2 is broken"),
        (runner(catch=BaseException), "catches what should end the program"),
        (in_groups, "calls wait for a slow one"), (not_awaited, "write `await function(item)`"),
        (runner(result=lambda item, found: item), "or others: results by item"),
        (runner(error=str), "the exceptions themselves"),
        (runner(both=lambda results, errors: (results, {})), "it returned the exceptions of []"),
        (runner(both=lambda results, errors: results), "it returned a dict"),
        (runner(both=lambda results, errors: None), "it returned None"),
        (for_ever, "it did not end"), (first_only, "for 1 of 12 items"),
    ]),
    "10.1": Case((), [listing()], [
        (listing(function={}), "Chat Completions' form"), (listing(type="x"), "its type is"),
        (listing(name="f"), "the function's name"), (listing(strict=False), "not strict yet"),
        (listing(fields={"email": TEXT}), "only_open is missing"),
        (listing(fields={"email": TEXT, "only_open": TEXT}), "only_open is a boolean"),
        (listing(fields={**FIELDS, "day": TEXT}), "no argument day"),
        (listing(parameters={"additionalProperties": True}), "'additionalProperties' is required"),
        (listing(parameters={"required": ["email"]}), "'required' is required"),
        (listing(description=" "), "say in `description`"),
        (listing(description="x"), "say in `description`"), ({**listing(), "parameters": 5}, "✗"),
        ({"type": "function", "name": "list_orders", "strict": True}, "'parameters' is missing"),
    ]),
    "10.2": Case((), [wrap_up], [
        (lambda *given: wrap_up(*given, store=True), "store=False"),
        (lambda *given: wrap_up(*given, instructions=None), "instructions=RULES"),
        (lambda *given: wrap_up(*given, tool_choice="auto"), "may still call something"),
        (lambda client, items, tools: wrap_up(client, items, []), "send the same tools"),
        (lambda client, items, tools: wrap_up(client, items[:1], tools), "as they are"),
        (lambda *given: "Sorry.", "it sent 0 requests"),
        (lambda *given: wrap_up(*given) and wrap_up(*given), "it sent 2 requests"),
        (lambda *given: wrap_up(*given) + "!", "in output_text"),
        (lambda client, items, tools: str(client.chat.completions.create(
            model=DEFAULT, messages=[], tools=[])), "ask with client.responses.create"),
    ]),
    "10.3": Case((double,), [talk()], [
        (talk()[:1], "run ask_tools(own_talk, [double])"),
        (talk("triple"), "has not called double"),
        (talk()[:2], "has no output"), (talk(call="call_2"), "has no output"),
        (talk(output="Error: no"), "double failed. Its output is: Error: no"),
        (talk()[:3], "does not end with an answer"),
    ]),
}  # fmt: skip
WRITTEN = {
    name
    for file in Path(exercises.__file__).parent.glob("lesson_*.py")
    for name in import_module(f"helpers.exercises.{file.stem}").EXERCISES
}


def verdict(capsys: pytest.CaptureFixture[str], name: str, answer: Any) -> str:
    """What is printed, each of its parts on one line."""
    exercises.check(name, answer, *CASES[name].given)
    said = capsys.readouterr().out
    assert said.startswith(f"Exercise {name}: ")
    assert all(len(line) <= 72 or " " not in line for line in said.splitlines()), said
    return re.sub(r"\n(?!Hint: |The solution is in |$)", " ", said)


def test_every_exercise_has_a_case_here() -> None:
    assert set(CASES) == WRITTEN


@pytest.fixture(autouse=True)
def first_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercises, "_tries", Counter())
    monkeypatch.setattr(exercises, "_hinted", Counter())


@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_not_yet_there_or_right_or_wrong_with_the_reason(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    case, exercise = CASES[name], exercises.exercises()[name[:2]][name]
    assert verdict(capsys, name, ...) == f"Exercise {name}: not yet.\nHint: {exercise.hints[0]}\n"
    for answer in case.right:
        said = verdict(capsys, name, answer)
        assert said == f"Exercise {name}: ✓ right. {exercise.why}".rstrip() + "\n", answer
    for answer, why in case.wrong:
        said = verdict(capsys, name, answer)
        wrong = re.split(r"\n(?=Hint: |The solution is in |$)", said)[0]
        assert wrong.startswith(f"Exercise {name}: ✗ ") and why in wrong, answer
        assert wrong.endswith((".", "?", "!")), answer


def test_a_right_answer_that_hides_mistakes_is_not_praised(
    capsys: pytest.CaptureFixture[str],
) -> None:
    but = "But catch openai.APIError: `except Exception` also hides your own mistakes."
    caught: Any
    for caught in (Exception, BaseException):
        said = verdict(capsys, "03.3", page_answer(catch=caught))
        assert said == f"Exercise 03.3: ✓ right. {but}\n"
    for caught in ((openai.APIError, ValueError), openai.OpenAIError):
        assert "But" not in verdict(capsys, "03.3", page_answer(catch=caught))

    def told(client: OpenAI, question: str) -> Any:
        try:
            return page_answer()(client, question)
        except Exception as error:
            raise RuntimeError("a mistake of my own") from error

    assert "But" not in verdict(capsys, "03.3", told)


def test_each_wrong_try_gets_another_hint_and_then_the_way_to_the_solution(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hints = exercises.exercises()["00"]["00.1"].hints
    assert len(set(hints)) == len(hints) == 3
    for hint in hints:
        verdict(capsys, "00.1", ...)  # Looking is no try.
        assert verdict(capsys, "00.1", -1).endswith(f"\nHint: {hint}\n")
    for _ in range(2):
        said = verdict(capsys, "00.1", -1)
        solution = "The solution is in solutions/00_solutions.ipynb."
        assert said.endswith(f"\nHint: {hints[-1]}\n{solution}\n")


def test_a_verdict_that_names_the_mistake_needs_no_hint_and_uses_none_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, *_ = exercises.exercises()["00"]["00.1"].hints
    for _ in range(2):
        assert "Hint" not in verdict(capsys, "00.1", USED.prompt_tokens)
    assert verdict(capsys, "00.1", -1).endswith(f"\nHint: {first}\n")
    said = verdict(capsys, "00.1", USED.prompt_tokens)
    assert said.endswith("alone.\nThe solution is in solutions/00_solutions.ipynb.\n")


def test_an_error_is_told_with_the_line_of_the_readers_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fits(width: int, height: int) -> bool:
        pixels = width * height
        return bool(json.loads("no" * pixels))

    said = verdict(capsys, "07.2", fits)
    assert "for 1024 × 1024, it raised JSONDecodeError: Expecting value" in said
    assert said.endswith('in the line `return bool(json.loads("no" * pixels))`.\n')


def test_a_function_without_a_body_is_not_yet_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    def empty(question: str) -> str: ...  # type: ignore[empty-body]

    def documented(question: str) -> str:  # type: ignore[empty-body]
        """Return the answer."""

    class Class:
        number = 5

        def method(self) -> None: ...

    for answer in (empty, documented, Class):
        assert "not yet.\nHint:" in verdict(capsys, "00.1", answer), answer
    wrong: list[Any] = [lambda: 5, Case, print]
    for answer in wrong:
        assert "✗" in verdict(capsys, "00.1", answer), answer


@pytest.mark.parametrize("name", CASES)
def test_nonsense_is_wrong_and_never_raises(capsys: pytest.CaptureFixture[str], name: str) -> None:
    for answer in (None, 5, "x", [], {}, object(), [None], len):
        assert "✗ " in verdict(capsys, name, answer), answer


@pytest.mark.parametrize(
    "name", ["4.1", "04.9", "98.1", "04", "", "check", "../x", 4.1, 4, None, ("04.1",), b"04.1"]
)
def test_an_unknown_exercise_is_told_with_the_names_there_are(
    capsys: pytest.CaptureFixture[str], name: Any
) -> None:
    exercises.check(name, 1)
    said = capsys.readouterr().out
    assert said.startswith(f"There is no exercise {name!r}. There are ")
    assert "04.1, 04.2, 04.3" in said and "00.1" in said and said.count("\n") == 1


@pytest.mark.parametrize("name", CASES)
def test_an_answer_or_what_belongs_to_it_may_not_be_left_out(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    exercises.check(name)
    said = capsys.readouterr().out
    assert said.startswith(f"Exercise {name}: ✗ ") and f'check("{name}", ' in said
    exercises.check(name, *CASES[name].given, *CASES[name].given, 1, 2)
    assert f'check("{name}", ' in capsys.readouterr().out


def test_nobody_is_told_that_what_is_asked_for_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = {"03.1": dict, "03.3": dict, "05.1": dict, "06.1": dict, "10.1": dict}
    for name, kind in wanted.items():
        for answer in ({"a": None}, {"role": 5}, [5], [{"role": None}]):
            if isinstance(answer, kind):
                assert NO_ANSWER not in verdict(capsys, name, answer), (name, answer)


def test_a_tool_of_ones_own_must_say_what_a_model_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def untold(number: int) -> int:
        return number

    def untyped(number) -> int:  # type: ignore[no-untyped-def]
        """Double a number."""
        return int(number)

    def unknown(number: Callable[[], int]) -> int:
        """Double a number."""
        return 5

    def loose(number: dict[str, int]) -> int:
        """Double a number."""
        return 5

    async def later(number: int) -> int:
        """Double a number."""
        return 5

    wrong: list[tuple[Any, str]] = [
        (later, "without async"),
        (5, "is no function"), (untold, "no docstring"), (untyped, "which type number has"),
        (loose, "additionalProperties"),
        (unknown, "Pydantic cannot describe it"),
    ]  # fmt: skip
    for tool, why in wrong:
        exercises.check("10.3", talk(), tool)
        said = " ".join(capsys.readouterr().out.split())
        assert said.startswith("Exercise 10.3: ✗ ") and why in said, said
