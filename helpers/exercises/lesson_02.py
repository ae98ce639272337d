"""Lesson 02's exercises: what calls cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from helpers.exercises.answers import Exercise, called, number
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


def _budget(budget: Any) -> str | None:
    mine = called(budget, Decimal(1))
    for dollars in ("0.25", "0.75"):
        try:
            mine.spend(Decimal(dollars))
        except RuntimeError:
            return f"spending {dollars} of 1 raised RuntimeError: the limit itself may be reached."
        except Exception as error:
            return f"spending {dollars} of 1 raised {error!r}."
    if mine.spent != 1:
        return f"after spending 0.25 and 0.75, self.spent is {mine.spent}."
    try:
        mine.spend(Decimal("0.01"))
    except RuntimeError:
        pass
    except Exception as error:
        return f"it raised {type(error).__name__}; RuntimeError is asked for."
    else:
        return "with 1 of 1 dollar spent, spending 0.01 more raised no RuntimeError."
    if mine.spent != 1:
        return f"what was refused was added all the same: self.spent is {mine.spent}."
    return None


EXERCISES = {
    "02.1": Exercise(
        _cost_of_a_call,
        (
            "the cached tokens are part of the 2,000: input_tokens=2000.",
            "calc_price takes a Usage with three kinds of tokens: in, of these cached, and out.",
            "Usage(input_tokens=2000, cache_read_tokens=…, output_tokens=…)",
        ),
        "500 tokens cost the full price, 1,500 a tenth of it, and the output five times as much.",
    ),
    "02.2": Exercise(
        _month,
        (
            "the price of one call × 1,200 calls × 30 days.",
            "price one call with calc_price, then multiply: a giant prompt costs more.",
            "calc_price(Usage(input_tokens=900, output_tokens=250), …).total_price * 1200 * 30",
        ),
        "36,000 calls for the price of a lunch: that is why the small model comes first.",
    ),
    "02.3": Exercise(
        _budget,
        (
            "compare the sum with the limit first, and add only if it fits.",
            "if self.spent + dollars > self.limit: raise RuntimeError(...)",
            "after the if: self.spent += dollars",
        ),
        "Call it after each reply with the cost of that reply.",
    ),
}
