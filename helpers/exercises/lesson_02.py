"""Lesson 02's exercises: what calls cost."""

from __future__ import annotations

import warnings
from typing import Any

from helpers.exercises.answers import is_number, number
from helpers.prices import price


def _cost_of_a_call(answer: Any) -> str | None:
    if _near(answer, _dollars("gpt-6-sol", 2000, 400)):
        return "1,500 of the tokens in were cached, and those cost less."
    if _near(answer, _dollars("gpt-6-sol", 500, 400)):
        return "cached tokens cost less, but not nothing."
    if _near(answer, _dollars("gpt-6-sol", 3500, 400, cached=1500)):
        return "the cached tokens are among the 2,000, not on top of them."
    right = _dollars("gpt-6-sol", 2000, 400, cached=1500)
    if _near(answer, right * 100):
        return "that is in cents; US dollars are asked for."
    return None if _near(answer, right) else "that is not what it cost."


def _dearest_day(day: Any, costs: Any) -> str | None:
    sums = costs.groupby("day")["dollars"].sum()
    if isinstance(day, float):
        return "that is a sum of dollars: its day is asked for (idxmax)."
    if is_number(day):
        return "that is a number: a date is asked for, such as 2026-11-01."
    # 11/12/2026 is in November or in December, by where one comes from.
    for day_first in (False, True):
        found = _date(day, day_first)
        if found is None:
            return f"{day!r} is not a day."
        if found.year == 1:  # None was written.
            found = found.replace(year=sums.idxmax().year)
        if found.tz_localize(None).normalize() == sums.idxmax():
            return None
    return "another day was dearer."


def _date(day: Any, day_first: bool) -> Any:
    """Return a pandas Timestamp, or None for a text that is no date. Raises TypeError."""
    import pandas as pd

    if not isinstance(day, str):
        return pd.Timestamp(day)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # One of the two orders may not fit.
        try:
            found = pd.to_datetime(day, dayfirst=day_first)
        except ValueError:
            return None
    return None if pd.isna(found) else found


def _month(dollars: Any) -> str | None:
    calls = 1200 * 30
    month = calls * _dollars("gpt-6-luna", 900, 250)
    if _near(dollars, _dollars("gpt-6-luna", 900 * calls, 250 * calls)):
        return "that is the price of one giant prompt: price one call, then multiply."
    if _near(dollars, month / 30):
        return "that is a day; 30 of them are asked for."
    if _near(dollars, month / 1200):
        return "that is one call a day; there are 1,200."
    return None if _near(dollars, month) else "that is not what it comes to."


def _dollars(model: str, tokens_in: int, tokens_out: int, cached: int = 0) -> float:
    dollars = price(model, tokens_in, tokens_out, cached=cached)
    assert dollars is not None, f"genai-prices has no price of {model}"
    return float(dollars)


def _near(answer: Any, amount: float) -> bool:
    return abs(number(answer) - amount) < 0.001 * amount


EXERCISES = {
    "02.1": (
        _cost_of_a_call,
        "calc_price(Usage(input_tokens=…, cache_read_tokens=…, output_tokens=…), …).total_price",
    ),
    "02.2": (
        _dearest_day,
        'costs.groupby("day")["dollars"].sum() has a sum for each day: whose is largest?',
    ),
    "02.3": (_month, "the price of one call × 1,200 calls × 30 days."),
}
