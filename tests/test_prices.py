"""Prices: what a call costs, cached or long, and that an unknown price is no price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from helpers.models import DEFAULT
from helpers.prices import price


@pytest.mark.parametrize(
    ("tokens_in", "tokens_out", "cache", "dollars"),
    [
        (1000, 300, {}, "0.00025"),
        (1000, 0, {"cached": 1000}, "0.00001"),
        (1000, 0, {"cache_written": 1000}, "0.000125"),
        (200_000, 0, {}, "0.02"),
        # A long prompt costs more a token.
        (400_000, 0, {}, "0.08"),
    ],
)
def test_a_call_has_its_price(
    tokens_in: int, tokens_out: int, cache: dict[str, int], dollars: str
) -> None:
    assert price(DEFAULT, tokens_in, tokens_out, **cache) == Decimal(dollars)


def test_an_unknown_price_is_none() -> None:
    assert price("gpt-6.2-sol", 1000, 300) is None
