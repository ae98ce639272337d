"""Answers to lesson 08's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from tests.exercises.cases import NO_ANSWER, Case, EachExercise

DAYS = pd.to_datetime(["2026-11-11", "2026-11-12", "2026-11-12"])
COSTS = pd.DataFrame({"day": DAYS, "dollars": [21.0, 20.0, 3.0]})
BY_DAY = pd.DataFrame(
    {"gpt-6-astra": [1.0, 21.0, 0.5, 5.5], "gpt-6-luna": [2.0, 2.0, 2.0, 2.0]},
    pd.date_range("2026-11-11", periods=4),
)
CASES = {
    "08.1": Case((COSTS,), [
        date(2026, 11, 12), "2026-11-12", pd.Timestamp("2026-11-12"), "12 November", "Nov 12",
        "12 Nov 2026", "November 12, 2026", "11/12/2026", "12/11/2026", "12.11.2026",
        pd.Timestamp("2026-11-12T00:00Z"), DAYS[1].to_datetime64(),
    ], [
        (date(2026, 11, 10), "another day"), (23.0, "a sum of dollars"), ("soon", "is not a day"),
        (DAYS[0], "most expensive single line"), ("11 November", "single line"),
        ("12 November 2025", "another day"), ("", "is not a day"),
        (COSTS, "many days"), (COSTS["day"], "many days"),
        (12, "a number"), ("12", "a number"), ("23.0", "a number"), (np.int64(12), "a number"),
        (Decimal("23.0"), "a number"), (("2026-11-12", 23.0), NO_ANSWER),
    ]),
    "08.2": Case((BY_DAY,), [14.0, "$14.00", np.float64(14), Decimal("14.00")], [
        (21.0, "the whole day"), (17.75, "the median"), (12.0, "alone"),
        (-14, "the other way round"),
        (7, "that is the average day"), (3, "how many times as much"),
        (18.67, "belongs to the average"),
        (4, "not the difference"), ("much", "'much' is no number"),
    ]),
    "08.3": Case((), [
        lambda total: list(total[total > 3 * total.median()].index),
        lambda total: [day for day, sum in total.items() if sum > 3 * total.median()],
        lambda total: [day.date() for day in total[total > 3 * total.median()].index],
        lambda total: list(total.index[total.gt(3 * total.quantile(0.5))][::-1]),
    ], [
        (lambda total: list(total[total > total.median()].index), "of seven days up to 5"),
        (lambda total: total[total > 3 * total.median()].index, "a DatetimeIndex: a list"),
        (lambda total: [], "the days of 50 and 13 are unusual, not none"),
        (lambda total: list(total[total > 3 * total.median()].index) or None, "it returned None"),
        (lambda total: total[total > 3 * total.median()], "a Series"),
        (lambda total: list(total.index), "of seven days up to 5"),
        (lambda total: list(total[total > 3 * total.mean()].index), "three times the mean"),
        (lambda total: list(total[total >= 3 * total.median()].index), "is not more than that"),
        (lambda total: list(total[total > 3 * total.median()]), "in the index"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
