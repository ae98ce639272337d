"""Lesson 08's own sums, for a team that does not spend something every day."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from tests import lessons

DAY = 24 * 60 * 60
START = int(pd.Timestamp("2026-11-01").timestamp())


def run(word: str, names: dict[str, Any]) -> None:
    """Run the lesson's cell that has a word, without the chart below it."""
    path = lessons.NOTEBOOKS / "08_costs_of_a_team.ipynb"
    exec(lessons.source_with(path, word).split("figure, axes")[0], names)


def at(seconds: float) -> SimpleNamespace:
    """Return what stands for the class datetime at a time."""
    return SimpleNamespace(now=lambda: SimpleNamespace(timestamp=lambda: seconds))


def lesson(costs: dict[str, float], now: float, end: float) -> dict[str, Any]:
    """Run the sums of sections 3 and 5. now, end: days of November that have gone by."""
    days = [SimpleNamespace(start_time=START + DAY * number) for number in range(20)]
    table = {"day": pd.to_datetime([*costs]), "model": "gpt-6-luna", "dollars": [*costs.values()]}
    names: dict[str, Any] = {"pd": pd, "costs": pd.DataFrame(table), "days": days}
    names |= {"end": START + DAY * end, "datetime": at(START + DAY * now)}
    run("by_day = ", names)
    run("forecast", names)
    return names


def test_days_without_costs_count_as_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    names = lesson({"2026-11-02": 3.0, "2026-11-16": 7.0}, now=21, end=20)
    assert len(names["by_day"]) == 20 and names["by_day"]["gpt-6-luna"].mean() == 0.5
    said = capsys.readouterr().out
    assert "spent until 20 November: $  10.00" in said
    assert "10 more days at $1.00" in said and "$  20.00" in said


@pytest.mark.parametrize(("now", "end"), [(9.2, 20), (11, 9.5)])
def test_only_days_that_are_over_count(
    capsys: pytest.CaptureFixture[str], now: float, end: float
) -> None:
    spent = dict.fromkeys((f"2026-11-{day:02}" for day in range(1, 10)), 2.0)
    names = lesson(spent | {"2026-11-10": 0.5}, now, end)
    assert names["by_day"]["gpt-6-luna"].median() == 2.0
    said = capsys.readouterr().out
    assert "spent until 09 November: $  18.00" in said
    assert "21 more days at $2.00" in said and "$  60.00" in said


def test_on_the_first_day_there_is_no_forecast_yet(capsys: pytest.CaptureFixture[str]) -> None:
    lesson({"2026-11-01": 0.5}, now=0.3, end=20)
    assert capsys.readouterr().out.startswith("No day is over yet: choose an earlier start")
