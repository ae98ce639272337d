"""Lesson 08's exercises: the costs of a team."""

from __future__ import annotations

import warnings
from typing import Any

from helpers.exercises.answers import Exercise, Vague, called, is_number, judge_dollars, kind


def _most_expensive_day(day: Any, costs: Any) -> str | None:
    sums = costs.groupby("day")["dollars"].sum()
    if hasattr(day, "groupby"):
        return "those are many days: idxmax() of the sums finds the one."
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
    if found.tz_localize(None).normalize() == costs.loc[costs["dollars"].idxmax(), "day"]:
        return "that day has the most expensive single line: add up the lines of each day first."
    return Vague("another day cost more.")


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


def _extra(dollars: Any, by_day: Any) -> str | None:
    model, day = by_day["gpt-6-astra"], "2026-11-12"
    of_day, mean = model.loc[day], model.mean()
    mistakes = {
        "that is the whole day: subtract the average day.": of_day,
        "that is the average day: subtract it from 12 November.": mean,
        "the other way round: the average day from 12 November.": mean - of_day,
        "that is how many times as much: subtract the average day.": of_day / mean,
        "that is more than the median: take the mean.": of_day - model.median(),
        "the average is that of gpt-6-astra alone.": of_day - by_day.sum(axis="columns").mean(),
        "12 November belongs to the average, too: take all days.": of_day
        - model.drop(day, errors="ignore").mean(),
        "that is all models together: gpt-6-astra alone is asked for.": by_day.loc[day].sum()
        - by_day.sum(axis="columns").mean(),
    }
    return judge_dollars(dollars, of_day - mean, mistakes, "that is not the difference.")


def _unusual(unusual: Any) -> str | None:
    import pandas as pd

    days = pd.date_range("2026-11-01", periods=7)
    quiet = pd.Series([4.0, 5, 4, 2, 1, 4, 4], days)
    found = called(unusual, quiet, when="for seven usual days")
    if not isinstance(found, list):
        return f"it returns {kind(found)}: a list is asked for."
    if found:
        return f"of seven days up to 5 dollars, with a median of 4, it returns {len(found)}."
    loud = pd.Series([4.0, 50, 4, 2, 12, 4, 13], days)
    found = called(unusual, loud)
    if any(map(is_number, found)):
        return "the days are asked for, which are in the index, not what they cost."
    found = [pd.Timestamp(day) for day in found]
    if found == [days[1]]:
        return "of two such days it returns one: three times the mean is more than the median's."
    if days[4] in found:
        return "a day of exactly three times the median is not more than that."
    right = [days[1], days[6]]
    if sorted(found) == right:
        return None
    named = ", ".join(f"{day:%d %B}" for day in found) or "none"
    return f"of 4, 50, 4, 2, 12, 4 and 13 dollars, the days of 50 and 13 are unusual, not {named}."


EXERCISES = {
    "08.1": Exercise(
        _most_expensive_day,
        (
            "add up the dollars of each day first.",
            'costs.groupby("day")["dollars"].sum() has the sum of each day.',
            "idxmax() of that series is the day with the largest sum.",
        ),
        "It costs more than six usual days together.",
    ),
    "08.2": Exercise(
        _extra,
        (
            'by_day["gpt-6-astra"] has the dollars of each day.',
            "its .mean() is the average day, and .loc[...] picks one day.",
            'by_day["gpt-6-astra"].loc["2026-11-12"] - by_day["gpt-6-astra"].mean()',
        ),
        "One loop in one night cost this much.",
    ),
    "08.3": Exercise(
        _unusual,
        (
            "total.median() is the usual day.",
            "total[total > …] keeps the days that cost more.",
            "the last line is: return list(total[total > 3 * total.median()].index)",
        ),
        "The median hardly notices one bad day; a mean would rise with it.",
    ),
}
