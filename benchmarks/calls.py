"""What a chat call costs against the mock, and how many calls it bears at once.

Server and client share one process and its Python lock, as they do in a notebook.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

from openai import AsyncOpenAI, DefaultHttpx2Client, OpenAI, OpenAIError

from benchmarks import fixed, ratios
from helpers.mock import core, server
from helpers.mock.state import Mock
from helpers.modes import OFFLINE_KEY

IN_FLIGHT = 50
CALLS = 500


def p50(client: OpenAI, calls: int = 25) -> float:
    """Return the median seconds of a chat call, one after the other."""
    seconds = []
    for _ in range(calls):
        begin = perf_counter()
        client.chat.completions.create(**fixed.CALL)
        seconds.append(perf_counter() - begin)
    return median(seconds)


def throughput(base_url: str, errors: list[OpenAIError]) -> float:
    """Return the calls answered in a second with `IN_FLIGHT` of them under way; keep errors."""

    async def caller(client: AsyncOpenAI) -> int:
        answered = 0
        for _ in range(CALLS // IN_FLIGHT):
            try:
                await client.chat.completions.create(**fixed.CALL)
                answered += 1
            except OpenAIError as error:
                errors.append(error)
        return answered

    async def burst() -> float:
        async with AsyncOpenAI(api_key=OFFLINE_KEY, base_url=base_url, max_retries=0) as client:
            begin = perf_counter()
            answered = await asyncio.gather(*[caller(client) for _ in range(IN_FLIGHT)])
            return sum(answered) / (perf_counter() - begin)

    return asyncio.run(burst())


def main() -> None:
    """Measure and print."""
    mock = Mock(strict=True)
    mock_url, fixed_url = server.start(lambda request: core.answer(request, mock)), fixed.start()
    client = partial(OpenAI, api_key=OFFLINE_KEY, max_retries=0)
    no_server = DefaultHttpx2Client(transport=fixed.transport())
    one: dict[str, Callable[[], float]] = {
        "mock": partial(p50, client(base_url=mock_url)),
        "fixed": partial(p50, client(base_url=fixed_url)),
        "no server": partial(p50, client(http_client=no_server)),
    }
    time = ratios.in_turns(one, rounds=60)
    ratios.report("p50 of a call: mock ÷ fixed bytes", time["mock"], time["fixed"], "<= 1.15")
    ratios.report("p50 of a call: mock ÷ no server", time["mock"], time["no server"])

    failed: dict[str, list[OpenAIError]] = {"mock": [], "fixed": []}
    many: dict[str, Callable[[], float]] = {
        "mock": partial(throughput, mock_url, failed["mock"]),
        "fixed": partial(throughput, fixed_url, failed["fixed"]),
    }
    rate = ratios.in_turns(many, rounds=15)
    figure = f"{IN_FLIGHT} calls in flight, throughput: mock ÷ fixed bytes"
    ratios.report(figure, rate["mock"], rate["fixed"], ">= 0.9")
    print(f"errors: mock {len(failed['mock'])}, fixed bytes {len(failed['fixed'])}")


if __name__ == "__main__":
    main()
