"""What the mock says: one YAML file a lesson in the folder `replies`, prompt -> reply.

An entry is

    - prompt: What is the capital of France?     # the last message, whatever came before it
      reply: Paris.

or, where the conversation before it matters, a list of its messages. Roles that the list does not
name are not looked at, so that

    - prompt:
        - user: Hi, I am Mei.
        - user: What is my name?
      reply: Your name is Mei.

answers whatever the assistant said in between. Outside the tests, case, blanks and punctuation
may differ.

`like` instead of `prompt` is a pattern, for what learners ask in their own words:

    - like: "[Hi|Hello], I am {Name}..."
      reply: Hello {name}!

    [Hi|Hello]   one of these; [please|] may be missing
    ...          anything, or nothing
    ,...         at the end, nothing that changes the subject: punctuation and anything behind it,
                 or words such as "in one sentence" and "please", but not the key of "API key"
    {word:a|b}   one of these, which the reply may repeat
    {word}       one word, which the reply may repeat; {Name}, in capitals here, is a name of one
                 word or several in capitals; {year} is four digits; {words...} any number of words
    {word}       in a reply, a refusal or a tool call: what was captured; {Word} with a capital

Case, blanks and punctuation never matter to it. A list of messages says which came in this order,
the last one last, whatever else lies between. What two of them capture under one name must be the
same:

    - like:
        - user: ...I am {Name}...
        - user: What is my name?
      reply: Your name is {name}.

A prompt goes before every pattern, and of two patterns the one with more messages, then with more
letters. A pattern counts as written under test, too.

Beside `reply` an entry may have
    images            the files in notebooks/images, or addresses, that the prompt shows
    document          the file's name that the prompt, or a message before it, must bring along
    replies           a list, when a request asks for several choices (`n`) or a temperature
    short, long       the reply at a low and at a high `verbosity`
    in                {German: ..., French: ...}: the reply in another language, if it is asked for
    refusal           the model declines, with these words: a reply like any other, but where the
                      request has a schema, the API's field `refusal`
    ends              content_filter: the reply is cut by the content filter
    tool_calls        a list of {name, arguments}
    reasoning_tokens  how many tokens the model thinks, instead of the effort's usual number; or
                      {low: 20, high: 300}, by effort
    moderation        a list of categories: this prompt for a picture is blocked for them
    fallback: true    the lesson shows on purpose what an unwritten prompt gets
    unless_said: true "You have not told me": not said where a sentence of the conversation tells it
    recorded          {model, date}: the reply came from the real API. Without it, it was written.
    reply, or a tool call's arguments, may be a mapping or a list: it is sent as JSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import permutations
from pathlib import Path
from typing import Any, TypeVar

import yaml

from helpers import lessons
from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.generation import languages, patterns, pictures, rules
from helpers.mock.generation.messages import Message, corrects

FOLDER = Path(__file__).parents[1] / "replies"

Said = tuple[str, str]
"""A message in a file of replies: role and text. System and developer are both "developer"."""
Shown = tuple[pictures.Picture, ...]
Form = Callable[[str], str]
T = TypeVar("T")

_FIELDS = {
    "prompt",
    "like",
    "images",
    "document",
    "reply",
    "replies",
    "short",
    "long",
    "in",
    "refusal",
    "ends",
    "tool_calls",
    "reasoning_tokens",
    "moderation",
    "fallback",
    "unless_said",
    "recorded",
}


class RepliesError(ValueError):
    """A file of replies that cannot be read. Its text names the file and the entry at fault."""


@dataclass(frozen=True)
class Entry:
    """One reply, as written in a lesson's file or recorded."""

    replies: tuple[str, ...] = ()
    refusal: str | None = None
    ends: str | None = None
    tool_calls: tuple[dict[str, Any], ...] = ()
    reasoning_tokens: int | Mapping[str, int] | None = None
    lengths: Mapping[str, str] = field(default_factory=dict)
    """The reply at a verbosity other than medium."""
    languages: Mapping[str, str] = field(default_factory=dict)
    moderation: tuple[str, ...] = ()
    document: str = ""
    """The name of the file that it is about, if it is about one."""
    fallback: bool = False
    unless_said: bool = False
    """Whether it holds only where nothing in the conversation says what is asked."""
    like: bool = False
    """Whether it was found by a pattern."""
    for_rule: bool = False
    """Whether it is written for what a developer's message says."""
    recorded: dict[str, str | date] | None = None
    source: tuple[str, int] = ("", 0)
    """Where it stands: the name of its file, without `.yaml`, and its number there, from 0."""

    def thinks(self, effort: str) -> int | None:
        """Return how many tokens the model thinks at an effort, if that is written."""
        if isinstance(self.reasoning_tokens, Mapping):
            return self.reasoning_tokens.get(effort)
        return self.reasoning_tokens


@dataclass(frozen=True)
class Like:
    """An entry with patterns.

    said: the role of each message that it names, and the expression of its pattern.
    """

    said: tuple[Said, ...]
    images: tuple[str, ...]
    row: dict[str, Any]
    source: tuple[str, int]

    def captured(self, conversation: Sequence[Said]) -> dict[str, str] | None:
        """Return what the patterns capture in a conversation, or None if it is another."""
        captured: dict[str, str] = {}
        asked = self.said[-1][0] == "user"
        told = place = len(conversation)
        for number, (role, pattern) in enumerate(reversed(self.said)):
            earlier = range(place - 1, -1 if number else place - 2, -1)
            for place in earlier:
                said, text = conversation[place]
                if role == "developer":
                    # Instructions can be as long as a book; their beginning says which they are.
                    text = text[: patterns.LONGEST]
                found = patterns.captured(pattern, text) if said == role else None
                if found and number and asked and _asks(text):
                    continue  # Who asks "Do I like tea?" tells nothing.
                if found is not None and _agree(found, captured):
                    captured |= found
                    told = place if found and number and role == "user" else told
                    break
            else:
                return None
        later = (text for role, text in conversation[told + 1 : -1] if role == "user")
        return None if asked and any(map(corrects, later)) else captured

    def entry(self, captured: Mapping[str, str]) -> Entry:
        """Return the entry with what was captured in its place."""
        return replace(_entry(patterns.filled(self.row, captured), self.source), like=True)


@dataclass
class Replies:
    """All entries, found by a conversation.

    by_end: those for whole conversations, by the last message, its text in the form of `_plain`.
    """

    by_end: dict[Said, dict[tuple[Said, ...], Entry]] = field(default_factory=dict)
    by_last: dict[str, Entry] = field(default_factory=dict)
    by_pictures: dict[str, dict[tuple[str, ...], Entry]] = field(default_factory=dict)
    likes: list[Like] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)

    @classmethod
    def from_rows(cls, rows_by_file: Mapping[str, list[Any]]) -> Replies:
        """Return the entries in `rows_by_file`: by a file's name, the rows that stand in it.

        Raises RepliesError naming the file and entry at fault.
        """
        replies = cls()
        for file, rows in rows_by_file.items():
            for number, row in enumerate(rows):
                _add(replies, row, (file, number))
        replies.likes.sort(key=_weight, reverse=True)
        return replies

    def find(self, conversation: Sequence[Message], strict: bool = False) -> Entry | None:
        """Return the entry for a conversation, or None where the mock must improvise.

        The whole conversation is looked for first, then its last message, then patterns. Raises
        APIError for an unknown prompt if `strict`, so that an edited prompt in a lesson cannot
        pass unnoticed.
        """
        said = [(message.role, message.text) for message in conversation]
        shown = conversation[-1].pictures if conversation else ()
        language, bare = (None, []) if strict else languages.asked(said, self.languages)
        if language == "English":  # As all is written.
            language, said = None, list(zip((role for role, _ in said), bare, strict=True))
        entry = self._whole(said, str.strip) if not shown else None
        entry = entry or self._last(said, shown, str.strip, strict)
        if language and (entry is None or said[-1][1] == bare[-1]):
            # What is found is written for other instructions.
            entry = self._in(said, bare, shown, language)
        if not (entry or strict or language):
            entry = self._whole(said, _plain) if not shown else None
            entry = entry or self._last(said, shown, _plain)
        if not (entry or language):
            entry = self._alike(said, shown, strict) or self._seen_before(conversation, strict)
        if entry and entry.document and entry.document not in _brought(conversation):
            entry = None
        if entry is None and strict:
            seen = "".join("\n" + pictures.describe(picture) for picture in shown)
            raise APIError(
                "(Offline mock) No written reply for this prompt. Add it to the lesson's file in "
                f"helpers/mock/replies, or by mock_openai.reply in a test: {said!r}{seen}",
                code="mock_unknown_prompt",
                type=MOCK_ERROR,
            )
        return None if entry is None or entry.fallback else entry

    def under_rules(
        self, entry: Entry, conversation: Sequence[Message]
    ) -> tuple[Entry | None, str]:
        """Return an entry as the developer's rules want it; None and a rule that it cannot keep."""
        said = [(message.role, message.text) for message in conversation]
        _, bare = languages.asked(said, self.languages)
        asked = [left for (role, _), left in zip(said, bare, strict=True) if role == "developer"]
        short = entry.lengths.get("low")
        forms = [entry] if short is None else [entry, replace(entry, replies=(short,), lengths={})]
        broken = [self._under(form, asked) for form in forms]
        kept = next((form for form, rule in broken if not rule), None)
        # What the prompt itself asks for behind its first sentence, a pattern has left open.
        if kept and entry.like and said[-1][0] == "user":
            behind = " ".join(rules.sentences(said[-1][1])[1:])
            kept = _formed(kept, [behind])[0] if behind else kept
        return kept, broken[0][1]

    def _under(self, entry: Entry, asked: Sequence[str]) -> tuple[Entry, str]:
        formed, left = (entry, [*asked]) if entry.for_rule else _formed(entry, asked)
        reply = entry.refusal or "".join(formed.replies[:1])
        for rule, rest in zip(asked, left, strict=True):
            if not rules.kept(rest, reply, written_for=entry.for_rule):
                one = (
                    sentence
                    for sentence in rules.sentences(rule)
                    if not rules.kept(rules.put(sentence, reply)[1], reply, written_for=False)
                )
                return entry, rule if len(rule) <= 48 else next(one, rule)
        return formed, ""

    @staticmethod
    def style(conversation: Sequence[Message]) -> str:
        """Return how the developer wants to be answered, if a rule says so."""
        told = [message.text for message in conversation if message.role == "developer"]
        return next((style for text in told if (style := rules.style(text))), "")

    def near(self, prompt: str) -> str | None:
        """Return the written prompt that is most like `prompt`, or None if none is much like it."""
        written = [
            text
            for text, entry in self.by_last.items()
            if not entry.fallback and _plain(text) != _plain(prompt)
        ]
        return next(iter(get_close_matches(prompt, written, n=1)), None)

    def _whole(self, conversation: list[Said], form: Form) -> Entry | None:
        """Return the entry for a whole conversation, its texts compared in a form of theirs."""
        asked = [(role, form(text)) for role, text in conversation]
        found: dict[int, Entry] = {}
        for key, entry in self.by_end.get(_end(conversation), {}).items():
            if form(key[-1][1]) != asked[-1][1]:
                continue
            roles = {role for role, _ in key}
            seen = [message for message in asked if message[0] in roles]
            if seen == [(role, form(text)) for role, text in key]:
                found.setdefault(len(roles), entry)
        return found[max(found)] if found else None

    def _last(
        self, said: list[Said], shown: Shown, form: Form, in_order: bool = False
    ) -> Entry | None:
        """Return the entry for the last message, with the pictures in it."""
        asked = form(said[-1][1]) if said else ""
        if not shown:
            if asked in self.by_last:
                return self.by_last[asked]
            return next((entry for key, entry in self.by_last.items() if form(key) == asked), None)
        known = {
            names: entry
            for question, entries in self.by_pictures.items()
            if form(question) == asked
            for names, entry in entries.items()
        }
        return _nearest(known, shown, in_order)

    def _alike(
        self, said: list[Said], shown: Shown, in_order: bool = False, naming: str = ""
    ) -> Entry | None:
        """Return the entry of the first pattern that fits. naming: a word that must be in it."""
        for like in self.likes:
            if bool(like.images) != bool(shown) or naming not in str(like.row["like"]):
                continue
            captured = like.captured(said)
            if captured is not None and (
                not shown or _nearest({like.images: True}, shown, in_order)
            ):
                return like.entry(captured)
        return None

    def _seen_before(self, conversation: Sequence[Message], strict: bool) -> Entry | None:
        """Return the entry for a question about pictures in an earlier message."""
        shown = next((one.pictures for one in reversed(conversation) if one.pictures), ())
        if strict or not shown or conversation[-1].pictures:
            return None
        said = [(message.role, message.text) for message in conversation]
        return self._last(said, shown, _plain) or self._alike(said, shown)

    def _in(self, said: list[Said], bare: list[str], shown: Shown, language: str) -> Entry | None:
        """Return the entry for a conversation that asks for another language, in that one."""
        plain = [(role, text) for (role, _), text in zip(said, bare, strict=True)]
        plain = [message for message in plain if message[1] or message[0] == "user"]
        for entry in (
            self._whole(plain, _plain) if not shown else None,
            self._last(plain, shown, _plain),
            self._alike(plain, shown),
        ):
            if entry and language in entry.languages:
                return replace(entry, **_in(entry, language))
        return self._alike(said, shown, naming=language)


def _formed(entry: Entry, asked: Sequence[str]) -> tuple[Entry, list[str]]:
    """Return an entry in the forms that rules ask for, and what else the rules say."""

    def form(text: str) -> str:
        for rule in asked:
            text, _ = rules.put(rule, text)
        return text

    left, reply = [], "".join(entry.replies[:1])
    for rule in asked:
        reply, rest = rules.put(rule, reply)
        left.append(rest)
    texts = tuple(map(form, entry.replies))
    lengths = {length: form(text) for length, text in entry.lengths.items()}
    return replace(entry, replies=texts, lengths=lengths), left


def _agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether what two messages capture under the same name is the same."""
    return all(one[name].casefold() == other[name].casefold() for name in one.keys() & other)


def _in(entry: Entry, language: str) -> dict[str, Any]:
    return {"replies": (entry.languages[language],), "lengths": {}}


def _weight(like: Like) -> tuple[int, int]:
    """Return how much a pattern says: of two that fit, the one that says more is taken."""
    written = like.row["like"]
    texts = (
        written if isinstance(written, str) else " ".join(text for _, text in _messages(written))
    )
    # Of several words in brackets the shortest is what surely was said.
    said = re.sub(r"\[([^]]*)\]", lambda choice: min(choice[1].split("|"), key=len), texts)
    return len(like.said), len(re.findall(r"\w", re.sub(r"\{[^}]*\}", "", said)))


def _nearest(known: Mapping[tuple[str, ...], T], shown: Shown, in_order: bool) -> T | None:
    """Return what is known of the pictures most like those shown, if all are recognised."""
    found: dict[tuple[float, int], T] = {}
    for names, entry in known.items():
        if len(names) != len(shown):
            continue
        # Their order goes first; other orders of many pictures are not tried.
        orders = [names] if in_order or len(names) > 4 else permutations(names)
        for number, order in enumerate(orders):
            apart = [
                pictures.unlike(picture, name) for picture, name in zip(shown, order, strict=True)
            ]
            found.setdefault((sum(apart), number), entry)
    nearest = min(found, default=(math.inf, 0))
    return found[nearest] if math.isfinite(nearest[0]) else None


def load(folder: Path = FOLDER) -> Replies:
    """Read the YAML files in `folder`, and those of a teacher's own lessons.

    Raises RepliesError naming the file and entry at fault.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    files |= {f"own/{path.stem}": path for path in sorted(lessons.OWN.glob("*.yaml"))}
    return _loaded(tuple((name, path.read_text("utf-8")) for name, path in files.items()))


@lru_cache(maxsize=1)
def _loaded(texts: tuple[tuple[str, str], ...]) -> Replies:
    # Reading them takes a fifth of a second, and every mock of a program has the same.
    return Replies.from_rows({name: _rows(f"{name}.yaml", text) for name, text in texts})


def read(path: Path) -> list[Any]:
    """Return the entries in a file as they are written. Raises RepliesError if it is no YAML."""
    return _rows(path.name, path.read_text("utf-8"))


def _rows(name: str, text: str) -> list[Any]:
    try:
        return yaml.load(text, yaml.CSafeLoader) or []
    except yaml.YAMLError as error:
        raise RepliesError(f"{name} is not valid YAML: {error}") from None


def _add(replies: Replies, row: Any, source: tuple[str, int]) -> None:
    where = f"{source[0]}.yaml: entry {str(row)[:60]!r}"
    if not isinstance(row, dict) or ("prompt" in row) == ("like" in row):
        raise RepliesError(f"{where} has no prompt, or both prompt and like")
    if unknown := set(row) - _FIELDS:
        raise RepliesError(f"{where} has unknown fields {sorted(unknown)}")
    entry = _entry(row, source)
    says = entry.replies or entry.refusal or entry.tool_calls or entry.moderation
    if not (says or entry.fallback):
        raise RepliesError(f"{where} says nothing: it needs reply, replies, refusal or tool_calls")
    replies.languages |= set(entry.languages)
    names = tuple(str(name) for name in row.get("images", ()))
    for name in names:
        if not (name.startswith("https://") or (pictures.FOLDER / name).is_file()):
            raise RepliesError(f"{where} names {name!r}, which is no file in notebooks/images")
    if "like" in row:
        replies.likes.append(_like(row, names, source, where))
        return
    if names:
        known = replies.by_pictures.setdefault(str(row["prompt"]).strip(), {})
        kept = known.setdefault(names, entry)
    elif isinstance(row["prompt"], list):
        messages = _messages(row["prompt"])
        kept = replies.by_end.setdefault(_end(messages), {}).setdefault(messages, entry)
    else:
        kept = replies.by_last.setdefault(str(row["prompt"]).strip(), entry)
    if kept is not entry:
        raise RepliesError(f"{where} is there twice")


def _like(
    row: dict[str, Any], images: tuple[str, ...], source: tuple[str, int], where: str
) -> Like:
    written = row["like"]
    messages = _messages(written if isinstance(written, list) else [{"user": written}])
    try:
        said = tuple((role, patterns.expression(text)) for role, text in messages)
    except ValueError as error:
        raise RepliesError(f"{where}: {error}") from None
    captured = {name for _, text in messages for name in patterns.captures(text)}
    replied = {name: part for name, part in row.items() if name != "like"}
    if unknown := set(patterns.names(replied)) - captured:
        raise RepliesError(f"{where}: its pattern does not capture {{{min(unknown)}}}")
    return Like(said, images, row, source)


def _messages(written: list[Any]) -> tuple[Said, ...]:
    return tuple((role, str(text).strip()) for item in written for role, text in item.items())


def _entry(row: dict[str, Any], source: tuple[str, int]) -> Entry:
    texts = row.get("replies", [row["reply"]] if "reply" in row else [])
    lengths = {"low": row.get("short"), "high": row.get("long")}
    written: Any = row.get("prompt", row.get("like"))
    return Entry(
        replies=tuple(_text(text) for text in texts),
        refusal=row.get("refusal"),
        ends=row.get("ends"),
        tool_calls=tuple(
            {**call, "arguments": _text(call["arguments"])} for call in row.get("tool_calls", ())
        ),
        reasoning_tokens=row.get("reasoning_tokens"),
        lengths={length: _text(text) for length, text in lengths.items() if text is not None},
        languages={language: _text(text) for language, text in row.get("in", {}).items()},
        moderation=tuple(row.get("moderation", ())),
        document=row.get("document", ""),
        fallback=row.get("fallback", False),
        unless_said=row.get("unless_said", False),
        for_rule=any("developer" in one for one in written if isinstance(one, dict)),
        recorded=row.get("recorded"),
        source=source,
    )


def _text(reply: Any) -> str:
    if isinstance(reply, (dict, list)):
        return json.dumps(reply, ensure_ascii=False, default=str)
    return str(reply).strip()


def _asks(text: str) -> bool:
    begins = r"\W*(?:do|does|did|am|is|are|can|could|what|where|who)\b"
    return bool(re.match(rf"{begins}.*\?\W*$", text, re.IGNORECASE))


def _brought(conversation: Sequence[Message]) -> set[str]:
    """Return the names of the documents in a conversation."""
    return {one.name for message in conversation for one in message.documents}


def _end(conversation: Sequence[Said]) -> Said:
    role, text = conversation[-1] if conversation else ("", "")
    return role, _plain(text)


def _plain(text: str) -> str:
    """Return `text` without what one types differently: case, blanks, punctuation."""
    return re.sub(r"\W+", "", text).casefold()
