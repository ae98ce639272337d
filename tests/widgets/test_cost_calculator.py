"""The cost calculator: its sums and bars, and what it says of a number that it changed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import ipywidgets
import pytest

from helpers.models import DEFAULT
from helpers.widgets.cost_calculator import cost_calculator, dollars
from tests.widgets.parts import field, shown, within


def number(calculator: Any, label: str) -> Any:
    return next(part for part in within(calculator) if getattr(part, "description", "") == label)


def test_sums_follow_the_fields() -> None:
    calculator: Any = cost_calculator(tokens_in=1000, tokens_out=300, calls_a_day=100)
    assert "One call $0.00025 · a day $0.025 · a month of 30 days $0.75" in shown(calculator)
    for label, value in (("Tokens in", 2000), ("Tokens out", 500), ("Calls a day", 1000)):
        number(calculator, label).value = value
    assert "One call $0.00045 · a day $0.45 · a month of 30 days $13.50" in shown(calculator)
    assert "gpt-6-luna $13.50 gpt-5.6-luna $30.00" in shown(calculator)
    field(calculator, ipywidgets.Dropdown).value = "gpt-6-astra"
    assert "One call $0.045 · a day $45.00" in shown(calculator)
    number(calculator, "Calls a day").value = 0
    assert "a day $0.00" in shown(calculator)


def test_cached_tokens_cost_less_and_written_ones_more() -> None:
    calculator: Any = cost_calculator(tokens_in=1000, tokens_out=0, cached=900)
    assert "One call $0.000019" in shown(calculator)
    number(calculator, "of them cached").value = 0
    number(calculator, "written to cache").value = 1000
    assert "One call $0.00013" in shown(calculator)
    assert "changed" not in shown(calculator)


@pytest.mark.parametrize(
    ("label", "value", "becomes", "said"),
    [
        ("Tokens in", -5, 0, "Tokens in: -5 was changed to 0, the least there is."),
        ("Tokens out", 10**9, 128_000, "1,000,000,000 was changed to 128,000, the most there is."),
        ("Tokens in", 1.5, 2, "Tokens in: 1.5 was changed to 2, a whole number."),
        ("of them cached", 5000, 1000, "5,000 was changed to 1,000, the tokens in."),
        ("written to cache", 1001, 1000, "1,001 was changed to 1,000, the tokens in"),
        ("Calls a day", float("nan"), 0, "Calls a day: nan was changed to 0"),
        ("Calls a day", float("inf"), 100_000_000, "was changed to 100,000,000"),
    ],
)
def test_a_number_that_is_changed_is_told(
    label: str, value: float, becomes: int, said: str
) -> None:
    calculator: Any = cost_calculator(tokens_in=1000)
    number(calculator, label).value = value
    assert number(calculator, label).value == becomes
    assert said in shown(calculator)
    number(calculator, "Calls a day").value = 7
    assert "changed" not in shown(calculator)


def test_fewer_tokens_in_hold_fewer_cached_ones() -> None:
    calculator: Any = cost_calculator(tokens_in=1000, cached=600, cache_written=300)
    number(calculator, "Tokens in").value = 700
    assert number(calculator, "written to cache").value == 100
    assert "written to cache: 300 was changed to 100, the tokens in that are not" in shown(
        calculator
    )
    number(calculator, "Tokens in").value = 500
    assert number(calculator, "of them cached").value == 500
    assert number(calculator, "written to cache").value == 0


def test_numbers_that_are_handed_over_are_told_as_well() -> None:
    calculator = cost_calculator(tokens_in=-1, calls_a_day=10**12)
    assert "-1 was changed to 0" in shown(calculator)
    assert "1,000,000,000,000 was changed to 100,000,000" in shown(calculator)


def test_bars_are_in_proportion_and_the_chosen_one_stands_out() -> None:
    calculator: Any = cost_calculator(tokens_in=1000, tokens_out=0, model="gpt-6-sol")
    page = calculator.children[-1].value
    widths = dict(re.findall(r"(gpt-[\w.-]+)(?:</b>)?</div>.*?width:([\d.]+)%", page))
    assert (widths["gpt-6-astra"], widths["gpt-6-sol"], widths[DEFAULT]) == (
        "100.00", "20.00", "1.00",
    )  # fmt: skip
    assert re.findall(r"<b>(gpt-[\w.-]+)</b>", page) == ["gpt-6-sol"]


def test_any_model_may_be_named() -> None:
    calculator: Any = cost_calculator("gpt-4o", tokens_in=1000, tokens_out=0)
    assert "One call $0.0025" in shown(calculator) and "gpt-4o $7.50" in shown(calculator)
    other = number(calculator, "or another")
    other.value = " gpt-4o-mini "
    assert field(calculator, ipywidgets.Dropdown).value == "gpt-4o-mini" and other.value == ""
    assert "gpt-4o-mini $0.45" in shown(calculator)


@pytest.mark.parametrize("name", ["gpt-6.2-sol", "my-own-model", "<b>x</b>", "ft:gpt-6-luna:me::1"])
def test_an_unknown_price_is_said_to_be_unknown(name: str) -> None:
    calculator = cost_calculator(model=name)
    assert f"The price of {name} is not known" in shown(calculator).replace("< b>", "<b>")
    assert f"{name} price unknown" in shown(calculator)


def test_an_empty_name_is_no_model() -> None:
    calculator: Any = cost_calculator("")
    assert field(calculator, ipywidgets.Dropdown).value == DEFAULT


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "$0.00"), ("0.00005", "$0.000050"), ("0.0203", "$0.020"), ("0.5", "$0.50"),
     ("1", "$1.00"), ("12345.678", "$12,345.68")],
)  # fmt: skip
def test_small_amounts_keep_two_digits(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text
