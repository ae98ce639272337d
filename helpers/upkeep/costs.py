"""`python -m helpers costs --learners 20`: what the calls of a class cost live. Nothing is sent.

Each lesson and its solutions run once against the mock, and the tokens that it counts are priced.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from helpers import lessons
from helpers.mock import core, forms, server
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock
from helpers.upkeep.recording import notebooks
from helpers.upkeep.recording.bill import Bill

SECONDS_EACH = 45
"""About how long a lesson takes with its solutions, on a laptop."""

_SAID = """\
Estimate for {learners} who run each lesson and its solutions once, from the mock's token counts
and genai-prices. A real model often says and thinks more, and learners try more."""


def main(arguments: list[str] | None = None) -> int:
    """Print what each lesson costs a class, and all of them; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers costs",
        description="Estimate what a class would pay for the lessons' calls. Nothing is sent.",
    )
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="04 or 04_chat; default: all")
    parser.add_argument("--learners", type=_positive, default=1, metavar="N", help="default 1")
    asked = parser.parse_args(arguments)
    numbers = [name[:2] for name in asked.lessons]
    known = {path.name[:2]: path.stem for path in lessons.lessons()}
    if strangers := [name for name in numbers if name not in known]:
        parser.error(f"no lesson {', '.join(strangers)}; there are {', '.join(known.values())}")
    chosen = [known[number] for number in numbers or known]
    minutes = math.ceil(len(chosen) * SECONDS_EACH / 60)
    print(f"{len(chosen)} to run, each with its solutions: about {minutes} min.", flush=True)
    print(_SAID.format(learners="one" if asked.learners == 1 else asked.learners), flush=True)
    total, failures = Bill(), []
    for lesson in chosen:
        bill = Bill()
        failures += run(lesson, bill)
        dollars = asked.learners * bill.dollars
        print(f"  {lesson:24}{asked.learners * bill.calls:6} calls   ${dollars:.4f}", flush=True)
        total.calls += bill.calls
        total.dollars += bill.dollars
        total.unpriced |= bill.unpriced
    calls, dollars = asked.learners * total.calls, asked.learners * total.dollars
    print(f"  {'together':24}{calls:6} calls   ${dollars:.4f}")
    if total.unpriced:
        print(f"Not in it, for their price is unknown here: {', '.join(sorted(total.unpriced))}.")
        print("What a lesson that uses them costs stands at its top.")
    for failure in failures:
        print(f"  ! {failure}")
    return int(bool(failures))


def run(lesson: str, bill: Bill) -> list[str]:
    """Run a lesson and its solutions against the mock, put the calls on a bill; return failures."""
    url = server.start(metered(bill, Mock(strict=True, any_key=True)), lambda: 0)
    # Not the mock's own key: with that one, `setup()` starts a mock where nothing is counted.
    keys = "sk-costs-of-a-class", "sk-admin-costs-of-a-class"
    ran = (notebooks.run(path, url, *keys) for path in notebooks.of(lesson))
    return [failure for failure in ran if failure]


def metered(bill: Bill, mock: Mock) -> Callable[[Request], Reply]:
    """Return what answers as the mock and puts each call that has a usage on a bill.

    A batch is on it once, when it is over.
    """
    billed: set[str] = set()

    def answer(request: Request) -> Reply:
        reply = core.answer(request, mock)
        if reply.status == 200 and request.path.startswith("/v1/batches/"):
            batch = json.loads(reply.body)
            over = batch["status"] in ("completed", "expired", "cancelled")
            if over and batch["model"] and batch["id"] not in billed:
                billed.add(batch["id"])
                bill.add(batch, batch["model"])
            return reply
        if request.method != "POST" or reply.status != 200 or request.path == "/v1/batches":
            return reply
        if reply.events is not None:
            reply = replace(reply, events=list(reply.events))
        for came in _bodies(reply):
            if came.get("usage"):
                bill.add(came, _model(request))
        return reply

    return answer


def _bodies(reply: Reply) -> list[dict[str, Any]]:
    """Return what a reply brings, be it one body or a stream, with the response in an event."""
    texts = [reply.body]
    if reply.events is not None:
        texts = [event.partition(b"data: ")[2] for event in reply.events]
    said = [json.loads(text) for text in texts if text.lstrip().startswith(b"{")]
    return [part.get("response") or part for part in said]


def _model(request: Request) -> str:
    kind = request.headers.get("content-type", "")
    if forms.boundary(kind):
        parts = forms.parse(request.body, kind)
        return next((part.data.decode() for part in parts if part.name == "model"), "")
    return str(json.loads(request.body).get("model"))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is no class: it should be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
