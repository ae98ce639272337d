"""Lesson 11's exercises: conversations."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import openai
from openai.resources.conversations import Conversations
from openai.resources.conversations import Items as StoredItems
from openai.resources.responses import Responses

from helpers.exercises.answers import Exercise, WrongError, called, check_callable, kind, told
from helpers.exercises.watching import watched

_TURN = [
    {"role": "user", "content": "Hi, I am Mei."},
    {"role": "assistant", "content": "Welcome, Mei!"},
    {"role": "user", "content": "Is there a lift?"},
]


def _unchanged(unchanged: Any) -> str | None:
    more = {"role": "user", "content": "What time is breakfast?"}
    other = [{"role": "user", "content": "Hello, I am Mei."}, *_TURN[1:]]
    echo = {**_TURN[1], "role": "user"}
    for before, after, same, what in (
        (_TURN[:1], _TURN, 1, "a list of one item and the same list with two more"),
        (_TURN, [*_TURN[:2], more], 2, "two lists whose third items differ"),
        (_TURN, [*other, more], 0, "two lists whose first items differ"),
        (_TURN, [_TURN[0], echo, _TURN[2]], 1, "two lists whose second items differ in the role"),
        (_TURN, _TURN[:2], 2, "a list of three items and its first two"),
    ):
        said = called(unchanged, list(before), list(after))
        if isinstance(said, bool) or not isinstance(said, int):
            return f"it returned {kind(said)}: a whole number is asked for."
        if said != same:
            return f"for {what}, it returned {said} and not {same}."
    return None


# The kinds of items, by the beginning of their ids.
_KINDS = (("msg", "message"), ("rs", "reasoning"), ("fc", "function_call"))


class _Stored:
    """A conversation with more items than the longest page has, in the place of the API."""

    id, page, count = "conv_mei", 20, 120

    def __init__(self) -> None:
        self.items = [f"{_KINDS[number % 3][0]}_{number}" for number in range(1, self.count + 1)]
        self.wrong = ""
        self.left: list[str] | None = None

    def list(self, _: Any, conversation_id: str, **options: Any) -> _Page:
        if conversation_id != self.id:
            self.wrong = self.wrong or f"it lists {conversation_id!r}: use conversation_id."
        after = options.get("after")
        if isinstance(after, str) and after not in self.items:
            self.wrong = self.wrong or (
                "it deletes while the loop goes through the pages, and the next page begins "
                "behind an item that is gone: collect the ids first."
            )
            return _Page(self, [], more=False)
        start = self.items.index(after) + 1 if isinstance(after, str) else 0
        limit = options.get("limit")
        end = start + (min(limit, 100) if isinstance(limit, int) else self.page)
        return _Page(self, self.items[start:end], more=end < len(self.items))

    def delete_item(self, _: Any, item_id: str, *, conversation_id: str, **__: Any) -> None:
        if conversation_id != self.id or item_id not in self.items:
            self.wrong = self.wrong or f"{conversation_id!r} has no item {item_id!r}."
        elif self.left is not None:
            self.wrong = self.wrong or "it deletes the conversation first: its items come first."
        else:
            self.items.remove(item_id)

    def delete(self, _: Any, conversation_id: str, **__: Any) -> None:
        if conversation_id != self.id:
            self.wrong = self.wrong or f"it deletes {conversation_id!r}: use conversation_id."
        self.left = list(self.items)


class _Page:
    """A page of items. A loop over it goes on with the pages behind it, as the SDK's does."""

    def __init__(self, stored: _Stored, ids: list[str], more: bool) -> None:
        self._stored, self.has_more = stored, more
        kinds = dict(_KINDS)
        self.data = [SimpleNamespace(id=id, type=kinds[id.partition("_")[0]]) for id in ids]
        self.last_id = ids[-1] if ids else None

    def has_next_page(self) -> bool:
        return self.has_more

    def get_next_page(self) -> _Page:
        return self._stored.list(None, self._stored.id, after=self.last_id)

    def __iter__(self) -> Iterator[SimpleNamespace]:
        yield from self.data
        if self.has_more:
            yield from self.get_next_page()


def _forget(forget: Any) -> str | None:
    stored = _Stored()
    check_callable(forget)
    # With its own signatures, the SDK's words about a wrong call name nothing of this module.
    with (
        patch.object(StoredItems, "list", autospec=True, side_effect=stored.list),
        patch.object(StoredItems, "delete", autospec=True, side_effect=stored.delete_item),
        patch.object(Conversations, "delete", autospec=True, side_effect=stored.delete),
    ):
        try:
            forget(stored.id)
        except Exception as error:
            return f"it raised {told(error)}."
    if stored.wrong:
        return stored.wrong
    if stored.left is None:
        return "the conversation itself is still there."
    if stored.left:
        only = "" if any(id.startswith("msg") for id in stored.left) else ", and none is a message"
        of = f"of {stored.count} items, {len(stored.left)} were left"
        return f"{of} when the conversation was deleted{only}."
    return None


_HELLO = "Hi, I am Mei, and my dog Rufus comes with me."
_LOST = "Is there a sauna?"
Said = list[tuple[str, str]]


def _say(ask: Any, path: Path, text: str, before: Said, chat: str = "Mei") -> Said:
    """Ask, check that the request goes on with what was said before; return what is said now.

    Raises WrongError.
    """
    with watched() as requests, _connections() as opened:
        answer = called(ask, path, chat, text)
    if not isinstance(answer, str):
        raise WrongError(f"it returned {kind(answer)}: return the text of the answer.")
    if not requests:
        raise WrongError("it sends no request: the model should answer.")
    request = requests[-1]
    if request.previous or request.conversation:
        raise WrongError("it leaves the memory to OpenAI: send the items from your file.")
    if before and request.stores:  # Going on by an id is told first.
        raise WrongError("OpenAI keeps the response: send store=False.")
    if _close(opened):
        raise WrongError("it does not close the store.")
    if not request.holds(text, "user"):
        raise WrongError(f"the question {text!r} is not in the request.")
    if request.said[: len(before)] != before:
        raise WrongError(
            f"asked {text!r}, it does not send all that was said in the chat before, unchanged."
        )
    # All but the last of what follows, which is the question.
    if any(message in before for message in request.said[len(before) : -1]):
        raise WrongError(
            f"asked {text!r}, it sends something twice: store the new items of a turn, and once."
        )
    return [*request.said, ("assistant", answer)]


@contextmanager
def _connections() -> Iterator[list[sqlite3.Connection]]:
    """Yield the connections to SQLite that are opened within."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def seen(*given: Any, **more: Any) -> sqlite3.Connection:
        opened.append(connect(*given, **more))
        return opened[-1]

    with patch.object(sqlite3, "connect", seen):
        yield opened


def _close(opened: list[sqlite3.Connection]) -> bool:
    """Close what is still open. Return whether anything was."""
    was_open = False
    for store in opened:
        try:
            store.total_changes  # noqa: B018 - only an open connection has it
        except sqlite3.ProgrammingError:
            continue
        was_open = True
        store.close()
    return was_open


def _kept(path: Path) -> object:
    """Return all that a file of chats holds, in a database or not."""
    store = sqlite3.connect(path)
    try:
        return list(store.iterdump())
    except sqlite3.DatabaseError:
        return path.read_bytes()
    finally:
        store.close()


def _no_connection(*_: Any, **__: Any) -> Any:
    raise openai.OpenAIError("(Exercise) This call fails on purpose.")


def _cut(create: Callable[..., Any]) -> Callable[..., Any]:
    def cut(*given: Any, **options: Any) -> Any:
        return create(*given, **options).model_copy(update={"status": "incomplete"})

    return cut


def _ask_guest(ask_guest: Any) -> str | None:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "chats.sqlite3"
        said = _say(ask_guest, path, _HELLO, [])
        if not path.exists():
            return "there is no file at `path`: the chat is not stored there."
        said = _say(ask_guest, path, "What is my dog called?", said)
        toms = "Hi, I am Tom, and my cat Momo comes with me."
        if any("Rufus" in text for _, text in _say(ask_guest, path, toms, [], "Tom")):
            return "it tells one guest about another: Tom's request holds what Mei said."
        # Memory of the program's own would not come along.
        carried = shutil.copy(path, Path(folder) / "carried.sqlite3")
        said = _say(ask_guest, Path(carried), "What is my name?", said)
        fresh = _say(ask_guest, Path(folder) / "new.sqlite3", "What is my name?", [])
        if any("Rufus" in text for _, text in fresh):
            return "in a new file it still knows Mei: keep nothing but the file between two calls."
        for broken, what in (
            (_no_connection, "a call that failed"),
            (_cut(Responses.create), "a response that is not completed"),
        ):
            before = _kept(Path(carried))
            with patch.object(Responses, "create", broken), _connections() as opened:
                try:
                    ask_guest(Path(carried), "Mei", _LOST)
                except Exception:
                    failed = True
                else:
                    failed = False
            if _close(opened):
                return f"after {what} it does not close the store."
            after = _kept(Path(carried))
            said = _say(ask_guest, Path(carried), "Where may my dog sleep?", said)
            if any(_LOST in text for _, text in said):
                return f"the question of {what} was stored: store a turn only when it is whole."
            if after != before:
                return f"{what} left something in the file: store a turn only when it is whole."
            if not failed:
                return f"after {what} it raised no exception: whoever calls it must notice."
    return None


EXERCISES = {
    "11.1": Exercise(
        _unchanged,
        (
            "go through both lists at once, and stop at the first pair that differs.",
            "zip(before, after) gives the pairs, and ends with the shorter list.",
            "for number, (old, new) in enumerate(zip(before, after)): if old != new: return "
            "number. After the loop, return the length of the shorter list.",
        ),
        "In a log, this number tells at once which request has lost the cache, and where.",
    ),
    "11.2": Exercise(
        _forget,
        (
            "client.conversations.items.list(conversation_id) in a for loop gives every item.",
            "ids = [item.id for item in client.conversations.items.list(conversation_id)]",
            "client.conversations.items.delete(id, conversation_id=conversation_id) for each id, "
            "then client.conversations.delete(conversation_id).",
        ),
        "Nothing of the chat is left, on no page.",
    ),
    "11.3": Exercise(
        _ask_guest,
        (
            "with closing(open_store(path)) as store: load, append the question, send, save_turn.",
            'question: Items = [{"role": "user", "content": text}]; then '
            "response = ask_porter(load(store, chat) + question).",
            "save_turn(store, chat, question + as_input(response.output), response) raises for an "
            "answer that is not complete. Then return response.output_text.",
        ),
        "The file is the memory: it survives a restart, and goes wherever you carry it.",
    ),
}
