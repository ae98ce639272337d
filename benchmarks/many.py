"""A class on one mock: throughput and waiting times with 50, 200 and 500 clients, and a mixed load.

Each server is a process of its own, started as a class would, and so is not slowed by the clients,
which are bare sockets: the SDK's own work, ten times the mock's, would hide it.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from benchmarks import fixed, ratios
from helpers.environment import ROOT
from helpers.modes import OFFLINE_KEY

ROUNDS, SECONDS = 5, 3.0
CLIENTS = (50, 200, 500)
LEARNERS, STREAMS, PAINTERS = 200, 30, 4
PICTURE: dict[str, Any] = {"model": "gpt-image-2", "prompt": "A red house by the sea at night."}


@dataclass
class Seen:
    """What the clients saw: seconds of each reply and between two pieces, and what went wrong."""

    replies: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    errors: int = 0


@contextmanager
def served(*command: str) -> Iterator[str]:
    """Run a server that prints its base URL; yield that."""
    line = [sys.executable, "-m", *command]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            found = None
            while not found:
                found = re.search(r"http://\S+", process.stdout.readline())
            yield found.group()
        finally:
            process.kill()


async def client(
    url: str, path: str, body: dict[str, Any], until: float, pause: float, seen: Seen
) -> None:
    """Ask again and again on one connection, with pauses, as a client of the SDK would."""
    parts = urlsplit(url)
    sent = json.dumps(body).encode()
    head = (
        f"POST {parts.path}{path} HTTP/1.1\r\nhost: {parts.netloc}\r\n"
        f"authorization: Bearer {OFFLINE_KEY}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(sent)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    while (begin := perf_counter()) < until:
        writer.write(head.encode() + sent)
        reply = await reader.readuntil(b"\r\n\r\n")
        seen.errors += b" 200 " not in reply[:16]
        if length := re.search(rb"content-length: (\d+)", reply):
            await reader.readexactly(int(length[1]))
        else:
            await pieces(reader, seen)
        seen.replies.append(perf_counter() - begin)
        await asyncio.sleep(pause)
    writer.close()


async def pieces(reader: asyncio.StreamReader, seen: Seen) -> None:
    """Read a body that comes in pieces."""
    before = perf_counter()
    while size := int(await reader.readuntil(b"\r\n"), 16):
        await reader.readexactly(size + 2)
        seen.gaps.append(perf_counter() - before)
        before = perf_counter()
    await reader.readexactly(2)


def p95(values: list[float]) -> float:
    """Return what 95 of 100 do not exceed."""
    return quantiles(values, n=20)[-1]


def load(url: str, clients: int) -> Seen:
    """Have so many clients ask for a chat without a pause."""

    async def all_of_them() -> Seen:
        seen, until = Seen(), perf_counter() + SECONDS
        await asyncio.gather(
            *[client(url, "/chat/completions", fixed.CALL, until, 0, seen) for _ in range(clients)]
        )
        return seen

    return asyncio.run(all_of_them())


def mixed(url: str, streams: int, painters: int) -> dict[str, Seen]:
    """Have a class ask, each learner about once a second, beside streams and pictures."""

    async def all_of_them() -> dict[str, Seen]:
        seen = {name: Seen() for name in ("chat", "stream", "picture")}
        until = perf_counter() + SECONDS
        streamed = {**fixed.CALL, "stream": True}
        jobs: list[Awaitable[None]] = []
        for number in range(LEARNERS):
            await asyncio.sleep(1 / LEARNERS)
            call = partial(client, url, until=until, seen=seen["chat"])
            jobs.append(asyncio.ensure_future(call("/chat/completions", fixed.CALL, pause=0.9)))
            if number < streams:
                call = partial(client, url, until=until, seen=seen["stream"])
                jobs.append(asyncio.ensure_future(call("/chat/completions", streamed, pause=0.1)))
            if number < painters:
                call = partial(client, url, until=until, seen=seen["picture"])
                jobs.append(asyncio.ensure_future(call("/images/generations", PICTURE, pause=0.0)))
        await asyncio.gather(*jobs)
        return seen

    return asyncio.run(all_of_them())


def compare_loads(mock_url: str, fixed_url: str, clients: int) -> int:
    """Measure and print chats without a pause; return how many went wrong."""
    found: dict[str, list[Seen]] = {"mock": [], "fixed": []}

    def measure(name: str, url: str) -> float:
        found[name].append(load(url, clients))
        return len(found[name][-1].replies) / SECONDS

    measures: dict[str, Callable[[], float]] = {
        "mock": partial(measure, "mock", mock_url),
        "fixed": partial(measure, "fixed", fixed_url),
    }
    rate = ratios.in_turns(measures, ROUNDS)
    late = {name: [p95(seen.replies) for seen in found[name][1:]] for name in found}
    what = f"{clients} clients, {median(rate['mock']):.0f} calls a second"
    ratios.report(f"{what}, throughput: mock ÷ fixed bytes", rate["mock"], rate["fixed"])
    what = f"{clients} clients, {median(late['mock']):.2f} s"
    ratios.report(f"{what}, p95: mock ÷ fixed bytes", late["mock"], late["fixed"])
    return sum(seen.errors for name in found for seen in found[name])


def compare_mixtures(mock_url: str) -> int:
    """Measure and print a class's chats, alone and beside others; return how many went wrong."""
    loads = {"alone": (0, 0), "streams": (STREAMS, 0), "pictures": (STREAMS, PAINTERS)}
    found: dict[str, list[dict[str, Seen]]] = {name: [] for name in loads}

    def measure(name: str) -> float:
        found[name].append(mixed(mock_url, *loads[name]))
        return p95(found[name][-1]["chat"].replies)

    late = ratios.in_turns({name: partial(measure, name) for name in loads}, ROUNDS)
    gaps = {
        name: [p95(seen["stream"].gaps) for seen in found[name][1:]] for name in list(loads)[1:]
    }
    drawn = median(len(seen["picture"].replies) / SECONDS for seen in found["pictures"][1:])
    class_of = f"{LEARNERS} learners"
    for name, beside in (("streams", ""), ("pictures", f" and {drawn:.0f} pictures a second")):
        what = (
            f"{class_of} and {STREAMS} streams{beside}: p95 of a chat, {median(late[name]):.2f} s"
        )
        ratios.report(f"{what} ÷ that without", late[name], late["alone"])
    what = f"the same: p95 between two pieces of a stream, {median(gaps['pictures']):.3f} s"
    ratios.report(f"{what} ÷ without pictures", gaps["pictures"], gaps["streams"])
    return sum(one.errors for name in found for seen in found[name] for one in seen.values())


def main() -> None:
    """Measure and print."""
    with (
        served("helpers.mock", "--port", "0", "--quiet") as mock_url,
        served("benchmarks.fixed") as fixed_url,
    ):
        errors = sum(compare_loads(mock_url, fixed_url, clients) for clients in CLIENTS)
        print(f"errors: {errors + compare_mixtures(mock_url)}")


if __name__ == "__main__":
    main()
