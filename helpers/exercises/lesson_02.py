"""Lesson 02's exercises: what calls cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from helpers.exercises.answers import Exercise, called, judge_dollars
from helpers.prices import price

MODELS = ("gpt-6-luna", "gpt-6-sol", "gpt-6-astra")
"""Whose prices the lesson shows."""


def _cost_of_a_call(answer: Any) -> str | None:
    model, tokens_in, cached, out = "gpt-6-sol", 2000, 1500, 400
    mistakes = {
        "1,500 of the tokens in were cached, and those cost less.": _dollars(model, tokens_in, out),
        "cached tokens cost less, but not nothing.": _dollars(model, tokens_in - cached, out),
        "the cached tokens are among the 2,000, not on top of them.": _dollars(
            model, tokens_in + cached, out, cached
        ),
        "the 400 tokens out cost money, too.": _dollars(model, tokens_in, 0, cached),
        "those are the tokens out alone: what goes in costs money, too.": _dollars(model, 0, out),
    }
    mistakes |= _other_models(model, tokens_in, out, cached)
    right = _dollars(model, tokens_in, out, cached)
    return judge_dollars(answer, right, mistakes, "that is not what it cost.")


def _month(dollars: Any) -> str | None:
    model, tokens_in, out, calls, days = "gpt-6-luna", 900, 250, 1200, 30
    one = _dollars(model, tokens_in, out)
    month = calls * days * one
    giant = _dollars(model, tokens_in * calls * days, out * calls * days)
    others = _other_models(model, tokens_in, out)
    mistakes = {
        "that is the price of one giant prompt: price one call, then multiply.": giant,
        "that is a day; 30 of them are asked for.": calls * one,
        "that is one call a day; there are 1,200.": days * one,
        "that is one call; there are 1,200 a day, on 30 days.": one,
        "those are 31 days; 30 are asked for.": calls * 31 * one,
        "what comes out costs money, too.": calls * days * _dollars(model, tokens_in, 0),
        "what goes in costs money, too.": calls * days * _dollars(model, 0, out),
        "that is a hundred times as much: in cents, or the price of gpt-6-astra?": month * 100,
        **{why: calls * days * dollars for why, dollars in others.items()},
    }
    return judge_dollars(dollars, month, mistakes, "that is not what it comes to.")


def _other_models(model: str, tokens_in: int, out: int, cached: int = 0) -> dict[str, float]:
    """Return what to tell people who took the price of another model, and what they get."""
    return {
        f"that is the price of {other}: the model is {model}.": _dollars(
            other, tokens_in, out, cached
        )
        for other in MODELS
        if other != model
    }


def _dollars(model: str, tokens_in: int, tokens_out: int, cached: int = 0) -> float:
    dollars = price(model, tokens_in, tokens_out, cached=cached)
    assert dollars is not None, f"genai-prices has no price of {model}"
    return float(dollars)


def _budget(budget: Any) -> str | None:
    limit, first, rest = Decimal(1), Decimal("0.25"), Decimal("0.75")
    mine = called(budget, limit, wanted="class")
    exactly = f"after {first}, spending {rest} more reaches the limit of {limit} exactly"
    for dollars, raised, allowed in (
        (first, f"spending {first} of {limit} raised", "that is within the limit"),
        (rest, f"{exactly}, and it raised", "the limit itself may be reached"),
    ):
        try:
            mine.spend(dollars)
        except RuntimeError:
            return f"{raised} RuntimeError: {allowed}."
        except Exception as error:
            return f"{raised} {error!r}."
    if _spent(mine) != limit:
        return f"after spending {first} and {rest}, self.spent is {_spent(mine)}."
    try:
        mine.spend(Decimal("0.01"))
    except RuntimeError:
        pass
    except Exception as error:
        return f"it raised {type(error).__name__}; RuntimeError is asked for."
    else:
        return "with 1 of 1 dollar spent, spending 0.01 more raised no RuntimeError."
    if _spent(mine) != limit:
        return f"what was refused was added anyway: self.spent is {_spent(mine)}."
    return None


def _spent(budget: Any) -> Any:
    return getattr(budget, "spent", None)


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
