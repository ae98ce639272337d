"""Lesson 08's own sums, for a team that does not spend something every day."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from tests import lessons

DAY = 24 * 60 * 60


def run(word: str, names: dict[str, Any]) -> None:
    """Run the lesson's cell that has a word, without the chart below it."""
    cells = lessons.code_cells(lessons.read(lessons.NOTEBOOKS / "08_costs_of_a_team.ipynb"))
    source = next(cell.source for cell in cells if word in cell.source)
    exec(source.split("figure, axes")[0], names)


def at(seconds: float) -> SimpleNamespace:
    """Return what stands for the class datetime at a time."""
    return SimpleNamespace(now=lambda: SimpleNamespace(timestamp=lambda: seconds))


def test_days_without_costs_count_as_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    start = int(pd.Timestamp("2026-11-01").timestamp())
    days = [SimpleNamespace(start_time=start + DAY * number) for number in range(20)]
    spent = pd.to_datetime(["2026-11-02", "2026-11-16"])
    costs = pd.DataFrame({"day": spent, "model": "gpt-6-luna", "dollars": [3.0, 7.0]})
    end = start + DAY * 20
    names: dict[str, Any] = {"pd": pd, "costs": costs, "days": days, "end": end}
    run("by_day = ", names)
    assert len(names["by_day"]) == 20 and names["by_day"]["gpt-6-luna"].mean() == 0.5
    names["datetime"] = at(end + DAY)
    run("forecast", names)
    said = capsys.readouterr().out
    assert "spent until 20 November: $  10.00" in said
    assert "10 more days at $1.00" in said and "$  20.00" in said


@pytest.mark.parametrize(("hours", "end"), [(5.5, 30), (48, 9.5)])
def test_a_forecast_begins_behind_the_last_day_that_is_over(
    capsys: pytest.CaptureFixture[str], hours: float, end: float
) -> None:
    days = pd.date_range("2026-11-01", periods=30)
    by_day = pd.DataFrame({"gpt-6-luna": [2.0] * 9 + [0.5] + [0.0] * 20}, days)
    start = pd.Timestamp("2026-11-01").timestamp()
    now = start + DAY * 9 + hours * 60 * 60
    names = {"pd": pd, "by_day": by_day, "end": start + DAY * end, "datetime": at(now)}
    run("forecast", names)
    said = capsys.readouterr().out
    assert "spent until 09 November: $  18.00" in said
    assert "21 more days at $2.00" in said and "$  60.00" in said
