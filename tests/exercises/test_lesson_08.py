"""Answers to lesson 08's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from tests.exercises.cases import Case, EachExercise


def most_expensive(costs: pd.DataFrame) -> Any:
    return costs.groupby("day")["dollars"].sum().idxmax()


def returned(day: Any) -> Any:
    return lambda costs: day


def by_day_and(column: str) -> Any:
    """It looks for the most expensive day of one model or project."""
    return lambda costs: costs.groupby(["day", column])["dollars"].sum().idxmax()[0]


BY_DAY = pd.DataFrame(
    {"gpt-6-astra": [1.0, 0.5, 21.0, 5.5], "gpt-6-luna": [4.0, 2.0, 2.0, 4.0]},
    pd.to_datetime(["2026-10-31", "2026-11-11", "2026-11-12", "2026-11-13"]),
)
CASES = {
    "08.1": Case((), [
        most_expensive,
        lambda costs: most_expensive(costs).date(),
        lambda costs: str(most_expensive(costs)),
        lambda costs: most_expensive(costs).to_datetime64(),
        lambda costs: most_expensive(costs).tz_localize("UTC"),
        lambda costs: costs.pivot_table(index="day", columns="model", values="dollars",
                                        aggfunc="sum").sum(axis=1).idxmax(),
        lambda costs: costs.resample("D", on="day")["dollars"].sum().idxmax(),
        lambda costs: max(set(costs["day"]), key=lambda day: costs[costs.day == day].dollars.sum()),
        *map(returned, ("5 November", "Nov 5", "5 Nov 2026", "November 5, 2026", "11/5/2026",
                        "05/11/2026", "5.11.2026")),
    ], [
        (lambda costs: costs.loc[costs["dollars"].idxmax(), "day"], "expensive single row"),
        (lambda costs: costs.sort_values("dollars").iloc[-1]["day"], "expensive single row"),
        (lambda costs: costs.groupby("day")["dollars"].max().idxmax(), "expensive single row"),
        (lambda costs: costs.groupby("day")["dollars"].mean().idxmax(), "the highest average"),
        (lambda costs: costs.pivot_table(index="day", values="dollars")["dollars"].idxmax(),
         "the highest average"),
        (lambda costs: costs["day"].mode()[0], "the most rows"),
        (by_day_and("model"), "one model or project"),
        (by_day_and("project"), "one model or project"),
        (lambda costs: costs.groupby("day")["dollars"].sum().idxmin(), "the cheapest day"),
        (lambda costs: costs["day"].iloc[0], "the first day"),
        (lambda costs: costs["day"].max(), "the last day"),
        (lambda costs: costs.groupby("day")["dollars"].sum().max(), "the number 22.0"),
        (lambda costs: costs["dollars"].idxmax(), "the number 1"),
        (lambda costs: costs.groupby("day")["dollars"].sum(), "a Series: the day alone"),
        (lambda costs: costs.groupby("day").sum().nlargest(1, "dollars"), "a DataFrame"),
        (lambda costs: costs.groupby(["day", "model"])["dollars"].sum().idxmax(), "a tuple"),
        (returned(date(2026, 11, 12)), "no day of the table that it got"),
        (returned("2025-11-05"), "no day of the table that it got"),
        (returned("soon"), "'soon', which is not a day"), (returned({}), "a dict: a day is asked"),
        (lambda costs: costs.groupby("days"), "it raised KeyError: 'days'"),
        (lambda costs: [].append(costs), "it returned None"),
        (pd.Timestamp("2026-11-12"), "that is a Timestamp: hand over the function"),
    ]),
    "08.2": Case((BY_DAY,), [14.0, "$14.00", np.float64(14), Decimal("14.00")], [
        (21.0, "the whole day"), (17.75, "the median"), (11.0, "alone"),
        (13.0, "all models together"),
        (-14, "the other way round"),
        (7, "that is the average day"), (3, "how many times as much"),
        (18.67, "belongs to the average"),
        (16.0, "all models on 12 November"), (12.0, "that of one month"), (20.0, "that of October"),
        (17.5, "that of a line of `costs`"),
        (4, "not the difference"), ("much", "'much' is no number"),
    ]),
    "08.3": Case((), [
        lambda total: list(total[total > 3 * total.median()].index),
        lambda total: [day for day, sum in total.items() if sum > 3 * total.median()],
        lambda total: [day.date() for day in total[total > 3 * total.median()].index],
        lambda total: list(total.index[total.gt(3 * total.quantile(0.5))][::-1]),
    ], [
        (lambda total: list(total[total > total.median()].index), "of seven days up to 11"),
        (lambda total: list(total.index), "of seven days up to 11"),
        (lambda total: list(total[total > 3 * total.min()].index), "of seven days up to 11"),
        (lambda total: list(total[total > 11.94].index), "take the median of `total`"),
        (lambda total: list(total[total > 12].index), "take the median of `total`"),
        (lambda total: [], "it returns none"),
        (lambda total: list(total[total > 3 * total.mean()].index), "Three times the mean"),
        (lambda total: [total.idxmax()] if total.max() > 3 * total.median() else [], "only one"),
        (lambda total: list(total[total >= 3 * total.median()].index), "is not more than that"),
        (lambda total: list(total[total > 3 * total[total > 0].median()].index), "cost nothing"),
        (lambda total: list(total[total > 2 * total.median()].index), "of seven days up to 11"),
        (lambda total: total[total > 3 * total.median()].index, "a DatetimeIndex: a list"),
        (lambda total: list(total[total > 3 * total.median()].index) or None,
         "for seven usual days, it returned None: return an empty list"),
        (lambda total: total.clear() if total.empty else None, "returned None: end the function"),
        (lambda total: list(total > 3 * total.median()), "True and False, not days"),
        (lambda total: [bool(sum > 12) for sum in total], "True and False, not days"),
        (lambda total: total[total > 3 * total.median()], "a Series"),
        (lambda total: list(total[total > 3 * total.median()]), "in the index"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
