"""Record the lessons' replies from a real API: `python -m helpers.mock record [LESSON ...]`.

The lessons and their solutions run as they are; their requests go to a door on this computer. A
request whose reply may be recorded is sent on to the real API and what comes back is written into
the lesson's file of replies. Then, and for every other request, the mock answers. So

- a notebook sees what it will see when it runs offline, ids and all, and never the key;
- what is not recorded (files, pictures drawn, costs, errors) costs nothing and tells nothing;
- when the limit is reached, the lessons run on to their end with the replies they have.

A reply is asked for whole: limits and stop marks are left to the mock, which cuts it. Of a JSON
reply the values are kept, not the blanks. How long a model thought is not recorded, because an
entry answers for every effort. `store` is false: nothing is kept in the account.

The estimate is a recording, too, with the mock as its real end.

vcrpy 9.4.2, which knows httpx2, was considered. It patches the client's process, here a kernel for
each notebook, and keeps raw exchanges that match one request; what is needed is a reply for a
prompt, a limit in dollars and an answer to the rest. A door that the SDK is pointed at does that
without a line in a notebook and without a new dependency.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from helpers import guard, keys, modes
from helpers.mock import core, server
from helpers.mock.endpoints import files
from helpers.mock.generation import replies
from helpers.mock.generation.replies import Entry
from helpers.mock.http import Mock, Reply, Request

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
KEY = "sk-proj-FAKE-rec-door"
"""What the notebooks get for a key."""
MOST_TOKENS = 4096
"""No reply may be longer, reasoning included: it bounds by how much the last can pass the limit."""
CELL_SECONDS = 1800
CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"

Row = dict[str, Any]
"""An entry as it stands in a file."""
Place = tuple[str, int]
"""Where an entry stands: lesson, and place in its file."""
Send = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Sends a body to a path and returns the body that comes back. Raises openai.OpenAIError."""


# Which kind a lesson's replies are


def provenance(
    lesson: str, folder: Path = replies.FOLDER
) -> tuple[int, dict[tuple[str, str], int]]:
    """Return how many of a lesson's replies are written, and how many recorded by (model, date)."""
    written, recorded = 0, Counter[tuple[str, str]]()
    for row in read(folder / f"{lesson}.yaml"):
        if source := row.get("recorded"):
            recorded[str(source["model"]), str(source["date"])] += 1
        elif not row.get("fallback"):
            written += 1
    return written, dict(sorted(recorded.items()))


def footer(lesson: str, folder: Path = replies.FOLDER) -> str:
    """Return the line for the end of a lesson: which kind of replies its outputs come from."""
    written, recorded = provenance(lesson, folder)
    sources = " and ".join(f"from {model} on {day}" for model, day in recorded)
    if not recorded:
        made = "from written replies" if written else "by the mock API"
        return f"*Outputs: made offline {made}.*"
    if not written:
        return f"*Outputs: made offline from replies recorded {sources}.*"
    number = _replies(sum(recorded.values()))
    return f"*Outputs: made offline from {number} recorded {sources}, and {written} written.*"


def _replies(number: int) -> str:
    return "1 reply" if number == 1 else f"{number} replies"


def sign(notebook: Any, path: Path, folder: Path = replies.FOLDER) -> None:
    """Put a lesson's footer at the end of its last markdown cell, instead of an earlier one.

    path: the notebook's file. Solutions have no footer.
    """
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    if texts and path.parent.name != "solutions":
        kept = re.sub(r"(^|\n+)\*Outputs: [^\n]*\*\s*$", "", texts[-1].source)
        texts[-1].source = f"{kept.rstrip()}\n\n{footer(path.stem, folder)}"


# The door


@dataclass
class Door:
    """The mock API, which on its way asks a real API for the replies that may be recorded.

    secrets: what must not be written, beside all that looks like an account's data.
    limit: US dollars; once that much is spent, nothing more is sent.
    left: why an entry was not recorded.
    """

    rows: dict[str, list[Row]]
    send: Send
    lessons: set[str]
    limit: Decimal = Decimal("Infinity")
    secrets: set[str] = field(default_factory=set)
    today: date = field(default_factory=date.today)
    spent: Decimal = Decimal(0)
    used: Counter[str] = field(default_factory=Counter)
    unpriced: set[str] = field(default_factory=set)
    recorded: set[Place] = field(default_factory=set)
    left: dict[Place, str] = field(default_factory=dict)
    stopped: str | None = None
    failed: bool = False

    def __post_init__(self) -> None:
        """Load the entries, and say of each that no cell has asked for it yet."""
        self._asked: set[Place] = set()
        self._found: Entry | None = None
        self._items: dict[str, list[Any]] = {}
        self.mock = Mock(self._load())
        for lesson in self.lessons:
            for number, row in enumerate(self.rows[lesson]):
                self.left[lesson, number] = _stays_written(row) or "no cell asks for it"

    def answer(self, request: Request, mock: Mock) -> Reply:
        """Answer a request as the mock, after a real API was asked if that is due."""
        self._found = None
        reply = _whole(core.answer(request, mock))
        if reply.status != 200 or request.path not in (CHAT, RESPONSES):
            return reply
        body, entry = json.loads(request.body), self._found
        if request.path == RESPONSES:
            body = self._self_contained(body, mock)
        if entry and self._due(entry, body) and self._record(request, entry, body):
            reply = _whole(core.answer(request, mock))
        if request.path == RESPONSES:
            said = _response(reply)
            self._items[said["id"]] = [*body["input"], *_said_items(said)]
        return reply

    def _due(self, entry: Entry, body: dict[str, Any]) -> bool:
        place = _place(entry)
        if place[0] not in self.lessons or place in self._asked:
            return False
        if _stays_written(self.rows[place[0]][place[1]]):
            return False
        if self.stopped:
            self.left[place] = "not asked for any more"
            return False
        if (body.get("n") or 1) != max(1, len(entry.replies)):
            self.left[place] = f"no cell asks for {len(entry.replies)} replies at once"
            return False
        return True

    def _record(self, request: Request, entry: Entry, body: dict[str, Any]) -> bool:
        """Ask the real API; return whether the entry is a recorded one now."""
        import openai

        lesson, number = place = _place(entry)
        # Whatever comes of it, a reply is paid for once.
        self._asked.add(place)
        try:
            came = self.send(request.path.removeprefix("/v1"), _asks_for_all(request.path, body))
        except openai.OpenAIError as error:
            self.left[place] = f"the API refused: {redact(str(error), self.secrets)}"
            if not isinstance(error, openai.APIStatusError) or error.status_code in (401, 403, 429):
                self.stopped, self.failed = self.left[place], True
            return False
        self._pay(came, str(body.get("model")))
        before = self.rows[lesson][number]
        try:
            fields = _fields(came, before, _wants_json(body))
        except (KeyError, TypeError, AttributeError):
            fields = "what came back is no reply of this API"
        if isinstance(fields, str):
            self.left[place] = fields
            return False
        source = {"model": _model(came, body), "date": self.today}
        row = {**before, **fields, "recorded": source}
        self.rows[lesson][number] = redact(row, self.secrets)
        self.mock.replies = self._load()
        if (reply := core.answer(request, self.mock)).status != 200:
            self.left[place] = f"the mock cannot say it: {json.loads(reply.body)['error']['code']}"
            self.rows[lesson][number] = before
            self.mock.replies = self._load()
            return False
        del self.left[place]
        self.recorded.add(place)
        return True

    def _pay(self, came: dict[str, Any], model: str) -> None:
        usage = came.get("usage") or {}
        given = usage.get("prompt_tokens", usage.get("input_tokens", 0))
        made = usage.get("completion_tokens", usage.get("output_tokens", 0))
        self.used.update({"calls": 1, "in": given, "out": made})
        details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
        price = dollars(str(came.get("model")), given, made, details) if usage else None
        if price is None and usage:
            price = dollars(model, given, made, details)
        if price is None:
            self.unpriced.add(model)
        self.spent += price or 0
        if self.spent >= self.limit:
            self.stopped = f"the limit of ${self.limit} is reached"

    def _self_contained(self, body: dict[str, Any], mock: Mock) -> dict[str, Any]:
        """Return a request that needs nothing of what the mock has stored.

        The real API knows neither the mock's responses nor the files uploaded to it.
        """
        asked = body["input"]
        items = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked
        before = self._items.get(str(body.get("previous_response_id")), [])
        for item in items:
            parts = item.get("content")
            for part in parts if isinstance(parts, list) else ():
                if name := part.pop("file_id", None):
                    part["image_url"] = _data_url(files.content(name, mock, "file_id"))
        return {**body, "input": [*before, *items], "previous_response_id": None}

    def _load(self) -> replies.Replies:
        """Return the entries as the mock reads them, each of which knows its place."""
        with tempfile.TemporaryDirectory() as folder:
            for lesson, rows in self.rows.items():
                placed = [
                    {**row, "recorded": {"lesson": lesson, "number": str(number)}}
                    for number, row in enumerate(rows)
                ]
                text = yaml.dump(placed, Dumper=yaml.CSafeDumper, allow_unicode=True)
                Path(folder, f"{lesson}.yaml").write_text(text, "utf-8")
            loaded = replies.load(Path(folder), strict=True)
        find = loaded.find

        def noted(conversation: list[replies.Message]) -> Entry | None:
            self._found = find(conversation)
            return self._found

        loaded.find = noted  # type: ignore[method-assign]
        return loaded


def _place(entry: Entry) -> Place:
    assert entry.recorded
    return str(entry.recorded["lesson"]), int(str(entry.recorded["number"]))


def _stays_written(row: Row) -> str | None:
    """Return why a live model is not asked for a reply, or None."""
    if row.get("fallback"):
        return "it shows what an unwritten prompt gets"
    if row.get("refusal"):
        return "a refusal, which a live model may not repeat"
    if row.get("ends"):
        return f"it ends with {row['ends']}, which a live model may not repeat"
    if row.get("moderation"):
        return "a picture that is blocked"
    return None


def _asks_for_all(path: str, body: dict[str, Any]) -> dict[str, Any]:
    cuts = ("stream", "stream_options", "stop", "max_tokens", "user", "metadata")
    kept = {name: value for name, value in body.items() if name not in cuts and value is not None}
    limit = "max_completion_tokens" if path == CHAT else "max_output_tokens"
    return {**kept, limit: MOST_TOKENS, "store": False}


def _wants_json(body: dict[str, Any]) -> bool:
    wanted = body.get("response_format") or (body.get("text") or {}).get("format") or {}
    return bool(wanted.get("type", "text") != "text")


def _fields(came: dict[str, Any], row: Row, wants_json: bool) -> Row | str:
    """Return the fields of an entry for a reply that came, or why it cannot be used."""
    texts, calls = [], []
    if "choices" in came:
        for choice in came["choices"]:
            message = choice["message"]
            if message.get("refusal"):
                return "the model declined"
            if choice["finish_reason"] not in ("stop", "tool_calls"):
                return f"the reply ended with {choice['finish_reason']}"
            texts.append(message.get("content") or "")
            calls += [call["function"] for call in message.get("tool_calls") or []]
    else:
        if came.get("status") != "completed":
            return f"the reply is {came.get('status')}"
        parts = [part for item in came["output"] for part in item.get("content") or []]
        if any(part["type"] == "refusal" for part in parts):
            return "the model declined"
        texts.append("".join(part.get("text", "") for part in parts))
        calls += [item for item in came["output"] if item["type"] == "function_call"]
    if calls:
        if "tool_calls" not in row:
            return "the model called a function where the lesson has a text"
        return {
            "tool_calls": [
                {"name": call["name"], "arguments": _parsed(call["arguments"])} for call in calls
            ]
        }
    if "tool_calls" in row:
        return "the model said a text where the lesson has it call a function"
    if not all(text.strip() for text in texts):
        return "the reply is empty"
    said = [_parsed(text) if wants_json else text.strip() for text in texts]
    return {"replies": said} if "replies" in row else {"reply": said[0]}


def _parsed(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (dict, list)) else text


def _model(came: dict[str, Any], body: dict[str, Any]) -> str:
    # A fine-tuned model's name holds the organisation's: ft:gpt-x:acme::1234
    return re.sub(r"^(ft:[^:]+):.*", r"\1", str(came.get("model") or body.get("model")))


def _whole(reply: Reply) -> Reply:
    return reply if reply.events is None else replace(reply, events=list(reply.events))


def _response(reply: Reply) -> dict[str, Any]:
    """Return the response in a reply, be it one body or the end of a stream."""
    if reply.events is None:
        found: dict[str, Any] = json.loads(reply.body)
        return found
    *_, last = reply.events
    ended: dict[str, Any] = json.loads(last.partition(b"data: ")[2])["response"]
    return ended


def _said_items(response: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was said as input for the next request. Ids would be looked for: without."""
    items = []
    for item in response["output"]:
        if item["type"] == "message":
            text = "".join(part.get("text", part.get("refusal", "")) for part in item["content"])
            items.append({"role": "assistant", "content": text})
        elif item["type"] == "function_call":
            items.append({name: item[name] for name in ("type", "call_id", "name", "arguments")})
    return items


def _data_url(data: bytes) -> str:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        kind = Image.MIME[picture.format or ""]
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


# What must not be written

_ACCOUNT = re.compile(
    r"(?:\b|(?<=\\[nrt]))(?:"
    r"(?:sk-(?!proj-FAKE)|sess-)[A-Za-z0-9_-]{12,}"
    # A digit or a capital inside tells an id from words such as file-descriptor.
    r"|(?:org|proj|user|key|file|batch|asst|req|resp|chatcmpl)[-_]"
    r"(?=[A-Za-z0-9]*(?:\d|[a-z][A-Z]))[A-Za-z0-9]{8,})"
    # Addresses in domains kept for examples are nobody's: RFC 2606.
    r"|[\w.+-]+@(?!(?:[\w-]+\.)*example(?:\.com|\.org|\.net)?\b)[\w-]+(?:\.[\w-]+)+"
)
REDACTED = "[redacted]"


def redact(value: Any, secrets: Iterable[str] = ()) -> Any:
    """Return `value` with keys, ids of an account and e-mail addresses taken out of its texts."""
    if isinstance(value, dict):
        return {name: redact(part, secrets) for name, part in value.items()}
    if isinstance(value, list):
        return [redact(part, secrets) for part in value]
    if not isinstance(value, str):
        return value
    for secret in secrets:
        value = value.replace(secret, REDACTED)
    return _ACCOUNT.sub(REDACTED, value)


# The files of replies


def read(path: Path) -> list[Row]:
    """Return the entries in a lesson's file; none if there is no file."""
    if not path.is_file():
        return []
    rows: list[Row] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or []
    return rows


def rewrite(text: str, rows: list[Row]) -> tuple[str, bool]:
    """Return a file's text with its entries changed to `rows`, and whether its comments are kept.

    Only the fields that differ are written anew. An entry in braces is opened into lines.
    """
    # libyaml, as everywhere here: PyYAML's own parser refuses some files that libyaml reads.
    root = yaml.compose(text, yaml.CSafeLoader)
    old: list[Row] = yaml.load(text, yaml.CSafeLoader) or []
    edits: list[tuple[int, int, str]] = []
    for node, before, row in zip(root.value if root else [], old, rows, strict=True):
        if changed := {name: part for name, part in row.items() if before.get(name) != part}:
            edits += _edits(text, node, changed, row)
    new = text
    for start, end, part in sorted(edits, reverse=True):
        new = new[:start] + part + new[end:]
    try:
        if yaml.load(new, yaml.CSafeLoader) == rows:
            return new, True
    except yaml.YAMLError:
        pass
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=96), False


def _edits(text: str, node: Any, changed: Row, row: Row) -> list[tuple[int, int, str]]:
    column = node.start_mark.column
    if node.flow_style:
        lines = "\n".join(_line(name, part, column) for name, part in row.items())
        return [(node.start_mark.index, node.end_mark.index, lines.lstrip())]
    edits = []
    starts = [name.start_mark.index for name, _ in node.value] + [node.end_mark.index]
    end = starts[0]
    for (name, part), start, following in zip(node.value, starts[:-1], starts[1:], strict=True):
        end = start + len(_without_tail(text[start:following], column))
        if name.value in changed:
            line = _line(name.value, changed[name.value], column).lstrip()
            edits.append((start, end, _comment_after(text, part, column) + line))
    there = {name.value for name, _ in node.value}
    added = [_line(name, part, column) for name, part in changed.items() if name not in there]
    return [*edits, (end, end, "".join("\n" + line for line in added))]


def _without_tail(field_text: str, column: int) -> str:
    """Cut blank lines and comments from the end: they belong to what follows."""
    lines = field_text.split("\n")
    while len(lines) > 1:
        last = lines[-1]
        outside = len(last) - len(last.lstrip()) <= column
        if last.strip() and not (last.lstrip().startswith("#") and outside):
            break
        lines.pop()
    return "\n".join(lines)


def _comment_after(text: str, value: Any, column: int) -> str:
    """Return the comment behind a value on its line, as a line of its own."""
    if not isinstance(value, yaml.ScalarNode) or value.style in ("|", ">"):
        return ""
    rest = text[value.end_mark.index :].partition("\n")[0].strip()
    return f"{rest}\n{' ' * column}" if rest.startswith("#") else ""


class _Writer(yaml.SafeDumper):
    """Writes as the files are written by hand: long texts folded, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _write_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else ">" if len(text) > 80 else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style)


_Writer.add_representer(str, _write_text)


def _line(name: str, value: Any, column: int) -> str:
    """Return a field as lines of YAML, indented."""
    flow = False if name == "replies" else None
    text = yaml.dump(
        {name: value},
        Dumper=_Writer,
        allow_unicode=True,
        sort_keys=False,
        width=94 - column,
        default_flow_style=False if isinstance(value, str) else flow,
    )
    return "\n".join(" " * column + line if line else "" for line in text.rstrip("\n").split("\n"))


# Prices


def dollars(model: str, given: int, made: int, details: dict[str, Any]) -> Decimal | None:
    """Return what a call costs in US dollars by genai-prices, or None if that is not known."""
    from genai_prices import Usage, calc_price

    usage = Usage(
        input_tokens=given,
        cache_read_tokens=details.get("cached_tokens") or 0,
        cache_write_tokens=details.get("cache_write_tokens") or 0,
        output_tokens=made,
    )
    try:
        return calc_price(usage, model_ref=model, provider_id="openai").total_price
    except LookupError:
        return None


# The command


def main(arguments: list[str]) -> int:
    """Show what a recording will cost and, within a limit, make it; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.mock record",
        description="Record the lessons' replies from the real API, whose key is in the "
        "environment or in .env. Without --limit it only says what that would cost.",
    )
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="04 or 04_chat; default: all")
    parser.add_argument(
        "--limit", type=_limit, metavar="DOLLARS", help="stop when so much is spent"
    )
    options = parser.parse_args(arguments)
    try:
        rows = {path.stem: read(path) for path in sorted(replies.FOLDER.glob("*.yaml"))}
        replies.load()
        lessons = _chosen(options.lessons, rows)
        real = _real_end() if options.limit is not None else None
    except (ValueError, yaml.YAMLError, keys.KeyFileError) as error:
        print(error, file=sys.stderr)
        return 1
    if not _estimate(lessons, rows):
        return 1
    if real is None:
        print("Nothing was sent. To record, say how much it may cost: --limit DOLLARS")
        return 0
    send, host, secrets = real
    print(f"\nRecording from {host}, for ${options.limit} at most:", flush=True)
    door = Door(rows, send, set(lessons), options.limit, secrets)
    problems = _record_all(door, lessons)
    if door.stopped:
        print(f"Stopped: {door.stopped}.")
    unknown = f"; the price of {_listed(door.unpriced)} is unknown" if door.unpriced else ""
    print(f"Spent: ${door.spent:.6f} for {_replies(door.used['calls'])}{unknown}.", flush=True)
    changed = {lesson for lesson, _ in door.recorded} - problems
    again = [str(path) for lesson in lessons if lesson in changed for path in _notebooks(lesson)]
    code = _execute(again) if again else 0
    return 1 if problems or door.failed or code else 0


def _record_all(door: Door, lessons: list[str]) -> set[str]:
    """Record lesson by lesson; return those in which a cell failed."""
    url = server.start(lambda: door.mock, door.answer)
    problems = set()
    for lesson in lessons:
        if door.stopped:
            print(f"{lesson}: not begun")
            continue
        try:
            failures = [failure for path in _notebooks(lesson) if (failure := _run(path, url))]
        finally:
            # What is paid for is kept, even if somebody interrupts.
            kept = _save(door, lesson)
        number = sum(1 for place in door.recorded if place[0] == lesson)
        print(f"{lesson}: {number} recorded{kept}")
        for place, reason in sorted(door.left.items()):
            if place[0] == lesson:
                print(f"  left as it was: {_label(door.rows[lesson][place[1]])}: {reason}")
        for failure in failures:
            problems.add(lesson)
            print(f"  ! {redact(failure, door.secrets)}")
        if failures:
            print("  ! Its outputs stay as they were: mend the cell or the reply, or take the file")
            print("  ! of replies back with git.")
        sys.stdout.flush()
    return problems


def _estimate(lessons: list[str], rows: dict[str, list[Row]]) -> bool:
    """Print what recording will cost; return whether the lessons run."""
    print("Estimate, from the mock's token counts and genai-prices. A real model often says and")
    print("thinks more.", flush=True)
    copies = {lesson: list(there) for lesson, there in rows.items()}
    door = Door(copies, _mocked_end(copies), set(lessons))
    url = server.start(lambda: door.mock, door.answer)
    fine = True
    for lesson in lessons:
        before, spent = Counter(door.used), door.spent
        for path in _notebooks(lesson):
            if failure := _run(path, url):
                fine = False
                print(f"  ! {failure}")
        used = door.used - before
        print(
            f"  {lesson:24}{used['calls']:4} replies{used['in']:8} tokens in{used['out']:7} out"
            f"   ${door.spent - spent:.6f}",
            flush=True,
        )
    if door.unpriced:
        print(f"  The price of {_listed(door.unpriced)} is unknown: not counted, here or below.")
    print(f"  {'together':24}{door.used['calls']:4} replies{'':36}${door.spent:.6f}", flush=True)
    return fine


def _mocked_end(rows: dict[str, list[Row]]) -> Send:
    mock = Mock(Door(rows, lambda path, body: {}, set()).mock.replies)

    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {KEY}"}
        request = Request("POST", f"/v1{path}", headers, json.dumps(body).encode())
        came: dict[str, Any] = json.loads(core.answer(request, mock).body)
        return came

    return send


def _real_end() -> tuple[Send, str, set[str]]:
    """Return what sends to the real API, its host, and what must not be written.

    Raises ValueError with a sentence if there is no key or the network is forbidden.
    """
    if modes.forced_offline():
        raise ValueError(
            f"{modes.MODE_VARIABLE} is {os.environ[modes.MODE_VARIABLE]}: nothing may be sent. "
            "Unset it to record."
        )
    environ = modes.as_left()
    file = keys.env_file()
    values = keys.read_env_file(file) if file else {}
    key = keys.find(modes.KEY, environ, values, file)
    url = keys.find(modes.BASE_URL, environ, values, file)
    if not key:
        raise ValueError(f"Recording needs a key: set {modes.KEY}, or save one (lesson 01).")
    host = urlsplit(url.value).hostname if url else guard.HOST
    if not host:
        raise ValueError(f"{modes.BASE_URL} names no server: it must start with https://")
    if guard.is_api(host) and (problem := keys.fault(key.value)):
        raise ValueError(f"{modes.KEY} in {key.where} cannot be used: {problem}.")
    names = (modes.ADMIN_KEY, "OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
    others = [keys.find(name, environ, values, file) for name in names]
    secrets = {key.value, *(other.value for other in others if other)}
    return _sender(key.value, url.value if url else None, secrets), host, secrets


def _sender(key: str, url: str | None, secrets: set[str]) -> Send:
    import httpx2
    import openai

    client = openai.OpenAI(api_key=key, base_url=url or f"https://{guard.HOST}/v1")

    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        raw = client.post(path, cast_to=httpx2.Response, body=body)
        # An organisation may have a name instead of an id.
        if len(named := raw.headers.get("openai-organization", "")) > 5:
            secrets.add(named)
        came: dict[str, Any] = raw.json()
        return came

    return send


def _chosen(names: list[str], rows: dict[str, list[Row]]) -> list[str]:
    known = [lesson for lesson in rows if (NOTEBOOKS / f"{lesson}.ipynb").is_file()]
    chosen = []
    for name in names:
        found = [lesson for lesson in known if lesson == name or lesson.startswith(f"{name}_")]
        if not found:
            raise ValueError(f"No lesson {name!r} has replies. There are: {', '.join(known)}")
        chosen += found
    return sorted(set(chosen)) if names else known


def _notebooks(lesson: str) -> list[Path]:
    both = (NOTEBOOKS / f"{lesson}.ipynb", NOTEBOOKS / "solutions" / f"{lesson}.ipynb")
    return [path for path in both if path.is_file()]


def _run(path: Path, url: str) -> str | None:
    """Run a notebook, in memory only, against the door; return what went wrong."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal

    from helpers import kernels

    kernels.use_sockets()
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    ours = {"OPENAI_BASE_URL": url, modes.KEY: KEY, modes.ADMIN_KEY: modes.OFFLINE_ADMIN_KEY}
    try:
        client.execute(env=_without_keys() | ours)
    except (CellControlSignal, RuntimeError) as error:
        about = f"{getattr(error, 'ename', type(error).__name__)}: {getattr(error, 'evalue', '')}"
        return f"{path.relative_to(NOTEBOOKS).as_posix()} stopped with {about[:300]}"
    return None


def _without_keys() -> dict[str, str]:
    keep = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OPENAI_") and name != modes.MODE_VARIABLE
    }
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**keep, "PYTHONPATH": path}


def _save(door: Door, lesson: str) -> str:
    if not any(place[0] == lesson for place in door.recorded):
        return ""
    path = replies.FOLDER / f"{lesson}.yaml"
    text, kept = rewrite(path.read_text("utf-8"), door.rows[lesson])
    path.write_text(text, "utf-8", newline="\n")
    return "" if kept else " (the comments in its file could not be kept)"


def _execute(notebooks: list[str]) -> int:
    """Store the outputs anew, as `python -m tests.execute` does; return its exit code."""
    command = [sys.executable, "-m", "tests.execute", *notebooks]
    return subprocess.call(command, cwd=ROOT, env=_without_keys())


def _label(row: Row) -> str:
    prompt = row["prompt"]
    last = next(iter(prompt[-1].values())) if isinstance(prompt, list) else prompt
    words = " ".join(str(last).split())
    shown = f"“{words[:50]}{'…' if len(words) > 50 else ''}”"
    return f"{shown} {row['images']}" if "images" in row else shown


def _listed(models: set[str]) -> str:
    return ", ".join(sorted(models))


def _limit(text: str) -> Decimal:
    try:
        limit = Decimal(text.lstrip("$"))
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount in dollars") from None
    if not limit.is_finite() or limit <= 0:
        raise argparse.ArgumentTypeError("it must be more than 0")
    return limit
