"""`python -m helpers record`: what a recording will cost, the recording, and what came of it."""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal, InvalidOperation
from typing import Any

from helpers import settings
from helpers.mock import core, server
from helpers.mock.generation import replies
from helpers.mock.generation.replies import Replies
from helpers.mock.http import Request
from helpers.mock.state import Mock
from helpers.upkeep.provenance import counted
from helpers.upkeep.recording import notebooks, real_api, yaml_edit
from helpers.upkeep.recording.bill import Bill
from helpers.upkeep.recording.proxy import RecordingProxy, Send
from helpers.upkeep.recording.redact import redact
from helpers.upkeep.recording.yaml_edit import Row


def main(arguments: list[str]) -> int:
    """Show what a recording will cost and, within a limit, make it; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers record",
        description="Record the lessons' replies from the real API, whose key is in the "
        "environment or in .env. Without --limit it only says what that would cost.",
    )
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="04 or 04_chat; default: all")
    parser.add_argument(
        "--limit", type=_limit, metavar="DOLLARS", help="stop when so much is spent"
    )
    options = parser.parse_args(arguments)
    try:
        rows = {path.stem: replies.read(path) for path in sorted(replies.FOLDER.glob("*.yaml"))}
        Replies.from_rows(rows)
        lessons = _chosen(options.lessons, rows)
        real = real_api.connect() if options.limit is not None else None
    except (ValueError, settings.EnvFileError) as error:
        print(error, file=sys.stderr)
        return 1
    if not _estimate(lessons, rows):
        return 1
    if real is None:
        print("Nothing was sent. To record, say how much it may cost: --limit DOLLARS")
        return 0
    print(f"\nRecording from {real.host}, for ${options.limit} at most:", flush=True)
    proxy = RecordingProxy(rows, real.send, set(lessons), options.limit, real.secrets)
    broken = _record(proxy, lessons)
    if proxy.stopped:
        print(f"Stopped: {proxy.stopped}.")
    unpriced = proxy.bill.unpriced
    unknown = f"; the price of {_listed(unpriced)} is unknown" if unpriced else ""
    print(f"Spent: ${proxy.bill.dollars:.6f} for {counted(proxy.bill.calls)}{unknown}.", flush=True)
    changed = sorted({lesson for lesson, _ in proxy.recorded} - broken)
    again = [path for lesson in changed for path in notebooks.of(lesson)]
    code = notebooks.execute(again) if again else 0
    return 1 if broken or proxy.failed or code else 0


def _estimate(lessons: list[str], rows: dict[str, list[Row]]) -> bool:
    """Print what recording will cost; return whether the lessons run."""
    print("Estimate, from the mock's token counts and genai-prices. A real model often says and")
    print("thinks more.", flush=True)
    copies = {lesson: list(there) for lesson, there in rows.items()}
    proxy = RecordingProxy(copies, _mocked_api(rows), set(lessons))
    url = server.start(proxy.answer, lambda: 0)
    failures, bills = [], []
    for lesson in lessons:
        proxy.bill = bill = Bill()
        failures += _run(lesson, proxy, url)
        bills.append(bill)
        print(
            f"  {lesson:24}{bill.calls:4} replies{bill.given:8} tokens in{bill.made:7} out"
            f"   ${bill.dollars:.6f}",
            flush=True,
        )
    for failure in failures:
        print(f"  ! {failure}")
    if unpriced := set[str]().union(*(bill.unpriced for bill in bills)):
        print(f"  The price of {_listed(unpriced)} is unknown: not counted, here or below.")
    calls, dollars = sum(bill.calls for bill in bills), sum(bill.dollars for bill in bills)
    print(f"  {'together':24}{calls:4} replies{'':36}${dollars:.6f}", flush=True)
    return not failures


def _mocked_api(rows: dict[str, list[Row]]) -> Send:
    """Return what answers in the place of the real API, with the replies that are there."""
    mock = Mock(Replies.from_rows(rows), strict=True)

    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {settings.OFFLINE_KEY}"}
        request = Request("POST", f"/v1{path}", headers, json.dumps(body).encode())
        came: dict[str, Any] = json.loads(core.answer(request, mock).body)
        return came

    return send


def _record(proxy: RecordingProxy, lessons: list[str]) -> set[str]:
    """Record lesson by lesson and report on each; return those in which a cell failed."""
    url = server.start(proxy.answer, lambda: 0)
    broken = set()
    for lesson in lessons:
        if proxy.stopped:
            print(f"{lesson}: not begun")
            continue
        try:
            failures = _run(lesson, proxy, url)
        finally:
            # What is paid for is kept, even if somebody interrupts.
            remark = _save(proxy, lesson)
        _report(proxy, lesson, remark, failures)
        if failures:
            broken.add(lesson)
    return broken


def _run(lesson: str, proxy: RecordingProxy, url: str) -> list[str]:
    """Run a lesson's notebooks against the proxy; return what went wrong."""
    ran = (notebooks.run(path, url, proxy.key, proxy.admin_key) for path in notebooks.of(lesson))
    return [failure for failure in ran if failure]


def _save(proxy: RecordingProxy, lesson: str) -> str:
    """Write what was recorded into the lesson's file; return what must be said of that."""
    if not any(there == lesson for there, _ in proxy.recorded):
        return ""
    path = replies.FOLDER / f"{lesson}.yaml"
    text, kept = yaml_edit.rewrite(path.read_text("utf-8"), proxy.rows[lesson])
    path.write_text(text, "utf-8", newline="\n")
    return "" if kept else " (the comments in its file could not be kept)"


def _report(proxy: RecordingProxy, lesson: str, remark: str, failures: list[str]) -> None:
    number = sum(there == lesson for there, _ in proxy.recorded)
    print(f"{lesson}: {number} recorded{remark}")
    for (there, place), reason in sorted(proxy.left.items()):
        if there == lesson:
            print(f"  left as it was: {_label(proxy.rows[lesson][place])}: {reason}")
    for failure in failures:
        print(f"  ! {redact(failure, proxy.secrets)}")
    if failures:
        print("  ! Its outputs stay as they were: mend the cell or the reply, or take the file")
        print("  ! of replies back with git.")
    sys.stdout.flush()


def _label(row: Row) -> str:
    prompt = row["prompt"] if "prompt" in row else row["like"]
    last = next(iter(prompt[-1].values())) if isinstance(prompt, list) else prompt
    words = " ".join(str(last).split())
    shown = f"“{words[:50]}{'…' if len(words) > 50 else ''}”"
    return f"{shown} {row['images']}" if "images" in row else shown


def _listed(models: set[str]) -> str:
    return ", ".join(sorted(models))


def _chosen(names: list[str], rows: dict[str, list[Row]]) -> list[str]:
    """Return the lessons that are meant. Raises ValueError for a name that is none."""
    known = [lesson for lesson in rows if notebooks.of(lesson)]
    chosen = set()
    for name in names:
        found = [lesson for lesson in known if lesson == name or lesson.startswith(f"{name}_")]
        if not found:
            raise ValueError(f"No lesson {name!r} has replies. There are: {', '.join(known)}")
        chosen.update(found)
    return sorted(chosen) if names else known


def _limit(text: str) -> Decimal:
    try:
        limit = Decimal(text.lstrip("$"))
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount in dollars") from None
    if not limit.is_finite() or limit <= 0:
        raise argparse.ArgumentTypeError("it must be more than 0")
    return limit


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
