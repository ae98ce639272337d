"""The small team whose usage and costs the mock reports. It is invented: numbers from the date.

Three projects from 1 October to 24 November 2026: busier on weekdays, growing slowly, and with
one day on which a loop ran away. Costs are that usage at the prices of genai-prices, and half of
them for what is sent in batches (https://developers.openai.com/api/docs/guides/batch).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from functools import cache

DAY = 86_400
START = int(datetime(2026, 10, 1, tzinfo=timezone.utc).timestamp())
END = int(datetime(2026, 11, 25, tzinfo=timezone.utc).timestamp())
"""The first second of the usage and the one after its last, since 1970."""

PROJECTS = {"proj_shop": "shop", "proj_support": "support", "proj_lab": "lab"}
"""The projects' names by id."""

PARTS = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens")
"""What tokens are billed as. Of a cost's `line_item`, the SDK documents `MODEL, input_tokens`
only; the other three are named after it here."""

_RUNAWAY_DAY = int(datetime(2026, 11, 12, tzinfo=timezone.utc).timestamp())
_RUNAWAY_HOURS = (0, 34, 37, 41, 43, 40, 35, *(0,) * 17)
"""How many requests the loop sent in each hour: it ran at night, when nobody saw it."""

_WEEKDAYS = (100, 104, 107, 103, 92, 31, 24)
"""How busy Monday to Sunday are, in percent of a Monday."""

_HOURS = (1, 1, 1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 7, 8, 9, 9, 8, 6, 4, 3, 2, 2, 1, 1)
"""How busy the hours of a day are, in shares of their sum."""


def _until(second: int, hours: tuple[int, ...]) -> int:
    """Return how much of what the hours hold comes before a second of the day, times 3600."""
    hour, rest = divmod(second, 3600)
    return sum(hours[:hour]) * 3600 + (hours[hour] * rest if rest else 0)


@dataclass(frozen=True)
class Workload:
    """One use of one model: who sends it, how many requests on a Monday, tokens per request.

    tokens: input that is new, input read from the cache, input written to it, output.
    batch: whether they are sent in batches.
    """

    project_id: str
    user_id: str
    api_key_id: str
    model: str
    requests: int
    tokens: tuple[int, int, int, int]
    batch: bool = False

    def requests_between(self, start: int, end: int) -> int:
        """Return how many requests were sent from one second to another (exclusive)."""
        return sum(
            self._by_second(day, min(end - day, DAY)) - self._by_second(day, max(start - day, 0))
            for day in range(start - start % DAY, end, DAY)
        )

    def _by_second(self, day: int, second: int) -> int:
        # Counting what was sent so far keeps hours and minutes adding up to their day.
        regular = self._on(day) * _until(second, _HOURS) // _until(DAY, _HOURS)
        runaway = self.model == "gpt-6-astra" and day == _RUNAWAY_DAY
        return regular + (_until(second, _RUNAWAY_HOURS) // 3600 if runaway else 0)

    def _on(self, day: int) -> int:
        if not START <= day < END:
            return 0
        number = day // DAY
        weekday = _WEEKDAYS[(number + 3) % 7]  # day 0, 1 January 1970, was a Thursday
        wobble = 92 + (number * 7 + self.requests) % 17
        growth = 100 + (day - START) // DAY // 2
        return self.requests * weekday * wobble * growth // 10**6


WORKLOADS = (
    Workload("proj_shop", "user_ada", "key_shop_web", "gpt-6-luna", 5200, (430, 720, 50, 190)),
    Workload("proj_support", "user_ben", "key_support", "gpt-6-sol", 420, (700, 1720, 80, 210)),
    Workload(
        "proj_support", "user_ben", "key_support", "gpt-6-luna", 900, (560, 0, 0, 40), batch=True
    ),
    Workload("proj_lab", "user_chi", "key_lab_chi", "gpt-6-astra", 14, (3600, 0, 0, 1100)),
    Workload("proj_lab", "user_ada", "key_lab_ada", "gpt-6-luna", 130, (1900, 0, 0, 600)),
)


@cache
def rates(model: str) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Return US dollars per token of `model` for each of PARTS."""
    # Imported here: only the pages of costs need it, and it takes as long as the rest to load.
    from genai_prices import Usage, calc_price

    def rate(**tokens: int) -> Decimal:
        return calc_price(Usage(**tokens), model_ref=model, provider_id="openai").total_price / 1000

    return (
        rate(input_tokens=1000),
        rate(input_tokens=1000, cache_read_tokens=1000),
        rate(input_tokens=1000, cache_write_tokens=1000),
        rate(output_tokens=1000),
    )


def line_items(workload: Workload, start: int, end: int) -> Iterator[tuple[str, int, Decimal]]:
    """Yield what a workload is billed for between two seconds: line item, tokens, US dollars.

    Whether the API names a batch's line items in another way is not known: here it does not.
    """
    requests = workload.requests_between(start, end)
    share = Decimal("0.5") if workload.batch else 1
    for part, tokens, rate in zip(PARTS, workload.tokens, rates(workload.model), strict=True):
        if requests * tokens:
            yield f"{workload.model}, {part}", requests * tokens, requests * tokens * rate * share


@cache
def month_to_date(project_id: str | None = None) -> Decimal:
    """Return US dollars spent in November 2026, by the whole team or by one project."""
    november = int(datetime(2026, 11, 1, tzinfo=timezone.utc).timestamp())
    return sum(
        (
            dollars
            for workload in WORKLOADS
            if project_id in (None, workload.project_id)
            for _, _, dollars in line_items(workload, november, END)
        ),
        Decimal(0),
    )
