"""Lesson 08's exercises: the costs of a team."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from helpers.exercises.answers import Exercise, WrongError, called, is_number, judge_dollars, kind

_RIGHT = "2026-11-05"
_ROWS: dict[str, tuple[tuple[str, str, float], ...]] = {
    "2026-11-01": (("lab", "gpt-6-astra", 3),),
    "2026-11-02": (("lab", "gpt-6-astra", 10), ("lab", "gpt-6-luna", 1), ("shop", "gpt-6-luna", 1)),
    "2026-11-03": (("lab", "gpt-6-astra", 8),),
    "2026-11-04": (("shop", "gpt-6-luna", 1),) * 6,
    _RIGHT: (
        ("lab", "gpt-6-astra", 7),
        ("support", "gpt-6-sol", 7),
        ("support", "gpt-6-luna", 1),
        ("shop", "gpt-6-luna", 7),
    ),
    "2026-11-06": (("lab", "gpt-6-astra", 6),) * 2,
    "2026-11-07": (("shop", "gpt-6-luna", 0.5),),
    "2026-11-08": (("shop", "gpt-6-luna", 2),),
}
"""What each day's rows cost, for a project and a model: every wrong way finds another day."""

_WRONG = {
    "2026-11-01": "is the first day of the table: look for the largest sum.",
    "2026-11-02": "has the most expensive single row: add up the rows of each day first.",
    "2026-11-03": "has the highest average of its rows: add the rows up.",
    "2026-11-04": "has the most rows: add up what they cost.",
    "2026-11-06": "is the day on which one model or project costs most: add up all rows of a day.",
    "2026-11-07": "is the cheapest day.",
    "2026-11-08": "is the last day of the table: look for the largest sum.",
}


def _most_expensive(most_expensive: Any) -> str | None:
    import pandas as pd

    rows = [
        (pd.Timestamp(day), project, model, "input_tokens", float(dollars))
        for day, spent in _ROWS.items()
        for project, model, dollars in spent
    ]
    table = pd.DataFrame(rows, columns=["day", "project", "model", "tokens", "dollars"])
    day = called(most_expensive, table)
    if isinstance(day, (list, tuple, pd.Series, pd.DataFrame, pd.Index)):
        return f"it returned {kind(day)}: the day alone is asked for (idxmax of the sums)."
    if is_number(day):
        return f"it returned the number {day}: idxmax() of the sums by day finds the day."
    # 11/12/2026 is in November or in December, by where one comes from.
    found = [_date(day, day_first) for day_first in (False, True)]
    if None in found:
        return (
            f"it returned {day!r}, which is not a day."
            if isinstance(day, str)
            else (f"it returned {kind(day)}: a day is asked for.")
        )
    if _RIGHT in found:
        return None
    for one in found:
        if one in _WRONG:
            return f"for another table it returned {day}. That {_WRONG[one]}"
    return f"it returned {day}, which is no day of the table that it got: use its argument."


def _date(day: Any, day_first: bool) -> str | None:
    """Return a day as 2026-11-05, or None for what is none. Without a year, it is of 2026."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # One of the two orders may not fit.
        try:
            found = pd.to_datetime(day, dayfirst=day_first)
            return f"{found.replace(year=2026) if found.year == 1 else found:%Y-%m-%d}"
        except (ValueError, TypeError, AttributeError):
            return None


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
        "that is all models on 12 November: take gpt-6-astra alone.": by_day.loc[day].sum() - mean,
        "the average is that of one month: take all days.": of_day - model.loc[day[:7]].mean(),
        "the average is that of October: take all days.": of_day
        - model.loc[model.index < "2026-11"].mean(),
        # It has a line for what goes in, and one for what comes out.
        "the average is that of a line of `costs`: take the days of by_day.": of_day - mean / 2,
        "12 November belongs to the average, too: take all days.": of_day
        - model.drop(day, errors="ignore").mean(),
        "that is all models together: gpt-6-astra alone is asked for.": by_day.loc[day].sum()
        - by_day.sum(axis="columns").mean(),
    }
    return judge_dollars(dollars, of_day - mean, mistakes, "that is not the difference.")


def _unusual(unusual: Any) -> str | None:
    loud = (4, 50, 4, 2, 12, 4, 13)
    # With unusual days in it, a None cannot stand for an empty list.
    _found(unusual, loud)
    quiet = (4, 11, 4, 2, 1, 4, 4)
    usual = {"when": "for seven usual days", "nothing": "return an empty list, []"}
    if found := _found(unusual, quiet, **usual):
        return f"of seven days up to 11 dollars, with a median of 4, it returns {len(found)}."
    large = (400, 500, 400, 200, 100, 400, 1300)
    found = _found(unusual, large)
    if len(found) == len(large):
        return (
            "of seven days with a median of 400 dollars, it returns all: take the median of "
            "`total`, which the function gets."
        )
    if not found:
        return (
            "of six days of 100 to 500 dollars and one of 1,300, it returns none. Three times "
            "the mean is more: the one day raises it. Take the median."
        )
    found = _found(unusual, loud)
    if found == [1]:
        return "two days of 50 and 13 dollars are unusual, and it returns only one."
    if 4 in found:
        return "a day of exactly three times the median is not more than that."
    if found != [1, 6]:
        named = " and ".join(f"{loud[place]}" for place in found) or "none"
        return (
            f"of 4, 50, 4, 2, 12, 4 and 13 dollars, the days of 50 and 13 are unusual, not {named}."
        )
    if _found(unusual, (0, 0, 0, 2, 2, 7, 9)) != [5, 6]:
        return "days that cost nothing count, too: of 0, 0, 0, 2, 2, 7 and 9, the median is 2."
    return None


def _found(unusual: Any, dollars: Sequence[float], **told: str) -> list[int]:
    """Return the places of the days that the reader's function returns. Raises WrongError.

    told: what `called` says.
    """
    import numpy as np
    import pandas as pd

    days = pd.date_range("2026-11-01", periods=len(dollars))
    given = pd.Series(map(float, dollars), days)
    found = called(unusual, given, **told)
    if not isinstance(found, list):
        raise WrongError(f"it returns {kind(found)}: a list is asked for.")
    if any(isinstance(day, (bool, np.bool_)) for day in found):
        raise WrongError(
            "it returns True and False, not days: total[total > …] keeps the days, and its index "
            "has them."
        )
    if any(map(is_number, found)):
        raise WrongError("the days are asked for, which are in the index, not what they cost.")
    places = {day: place for place, day in enumerate(days)}
    return sorted(places.get(pd.Timestamp(day), -1) for day in found)


EXERCISES = {
    "08.1": Exercise(
        _most_expensive,
        (
            "add up the dollars of each day first.",
            'costs.groupby("day")["dollars"].sum() has the sum of each day.',
            'the last line is: return costs.groupby("day")["dollars"].sum().idxmax()',
        ),
        "All rows of a day count, not only its most expensive one.",
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
