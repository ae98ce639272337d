"""The cost calculator: its sums, its bars, and what it shows for a price that is not known."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from helpers.models import DEFAULT
from helpers.widgets.cost_calculator import cost_calculator, dollars


def shown(calculator: Any) -> str:
    """Return the text that the calculator shows, without tags."""
    return re.sub(r"(<[^>]+>|\s|&nbsp;)+", " ", calculator.children[-1].value)


def test_sums_follow_the_fields() -> None:
    calculator: Any = cost_calculator(tokens_in=1000, tokens_out=300, calls_a_day=100)
    given, made, calls, model, _ = calculator.children
    assert "One call $0.00025 · a day $0.025 · a month of 30 days $0.75" in shown(calculator)
    given.value, made.value, calls.value = 2000, 500, 1000
    assert "One call $0.00045 · a day $0.45 · a month of 30 days $13.50" in shown(calculator)
    assert "gpt-6-luna $13.50 gpt-5.6-luna $30.00" in shown(calculator)
    model.value = "gpt-6-astra"
    assert "One call $0.045 · a day $45.00" in shown(calculator)
    calls.value = 0
    assert "a day $0.00" in shown(calculator)


def test_bars_are_in_proportion_and_the_chosen_one_stands_out() -> None:
    calculator: Any = cost_calculator(tokens_in=1000, tokens_out=0, model="gpt-6-sol")
    page = calculator.children[-1].value
    widths = dict(re.findall(r"(gpt-[\w.-]+)(?:</b>)?</div>.*?width:([\d.]+)%", page))
    assert (widths["gpt-6-astra"], widths["gpt-6-sol"], widths[DEFAULT]) == (
        "100.00", "20.00", "1.00",
    )  # fmt: skip
    assert re.findall(r"<b>(gpt-[\w.-]+)</b>", page) == ["gpt-6-sol"]


def test_an_unknown_price_is_said_to_be_unknown() -> None:
    calculator: Any = cost_calculator(model="gpt-6.2-sol")
    assert "The price of gpt-6.2-sol is not known" in shown(calculator)
    assert "gpt-6.2-sol price unknown" in shown(calculator)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "$0.00"), ("0.00005", "$0.000050"), ("0.0203", "$0.020"), ("0.5", "$0.50"),
     ("1", "$1.00"), ("12345.678", "$12,345.68")],
)  # fmt: skip
def test_small_amounts_keep_two_digits(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text
