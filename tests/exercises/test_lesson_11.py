"""Answers to lesson 11's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import openai
from openai import OpenAI

from helpers.models import DEFAULT
from tests.exercises.asking import LENIENT, MOCKED, ask
from tests.exercises.cases import Case, EachExercise


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


def unnamed(conversation_id: str) -> None:
    """Deletes an item without naming its conversation."""
    for item in list(MOCKED.conversations.items.list(conversation_id)):
        MOCKED.conversations.items.delete(item.id)  # type: ignore[call-arg, arg-type]


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
    twice: bool = False,
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
        turn = [question, {"role": "assistant", "content": said}]
        chats[chat] = [*items[:-1], *turn, *(turn if twice else [])]
        if place != "program":
            path.write_text(json.dumps(chats), "utf-8")
        return returns(said)

    return ask_guest


CASES = {
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
        (unnamed, "argument: 'conversation_id', in the line `MOCKED.conversations.items.delete("),
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
        (guest(twice=True), "it sends something twice"),
        (guest(by_id=True, store=True), "it leaves the memory to OpenAI"),
        (guest(store=True), "send store=False"),
        (guest(closes=False), "it does not close the store"),
        (guest(closes="mostly"), "after a call that failed it does not close the store"),
        (guest(logs=True), "a call that failed left something in the file"),
        (guest(returns=len), "it returned an int"),
        (lambda path, chat, text: "Hello!", "it sends no request"),
        (lambda path, chat, text: ask("Say hello."), "it returned a ChatCompletion"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
