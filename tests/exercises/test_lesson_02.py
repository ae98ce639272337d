"""Answers to lesson 02's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace as Thing

from genai_prices import Usage, calc_price

from helpers.models import DEFAULT
from tests.exercises.cases import Case, EachExercise


class Budget:
    """What lesson 02 asks for."""

    def __init__(self, limit: Decimal) -> None:
        self.limit, self.spent = limit, Decimal(0)

    def spend(self, dollars: Decimal) -> None:
        if self.spent + dollars > self.limit:
            raise RuntimeError("more than the limit")
        self.spent += dollars


def budget(
    adds: bool = True,
    refuses: bool = True,
    early: bool = False,
    late: bool = False,
    error: type[Exception] = RuntimeError,
) -> type[Budget]:
    """A Budget with a fault."""

    class Faulty(Budget):
        def spend(self, dollars: Decimal) -> None:
            self.spent += dollars if late else 0
            if refuses and (self.spent + dollars * (not late) > self.limit):
                raise error
            if early and self.spent + dollars == self.limit:
                raise error
            self.spent += dollars if adds and not late else 0

    return Faulty


CASES = {
    "02.1": Case((), [0.0053, Decimal("0.0053"), "0.0053", " $0.0053", "0.0053 US$"], [
        (0.008, "were cached"), (0.005, "not nothing"), (0.0083, "on top"), (0.53, "in cents"),
        (0.000265, "the price of gpt-6-luna: the model is gpt-6-sol"),
        (0.0265, "the price of gpt-6-astra"), (0.0013, "tokens out cost"), (0.004, "out alone"),
        (5300, "prices are for a million tokens: divide by 1,000,000."),
        (1, "not what it cost"), ("cheap", "'cheap' is no number"),
        (None, "that is None: a number"),
        (calc_price(Usage(input_tokens=2000), DEFAULT), "its total_price is the sum"),
    ]),
    "02.2": Case((), [7.74, Decimal("7.74"), "7.74", "$7.74"], [
        (0.258, "that is a day"), (0.00645, "one call a day"), (13.23, "one giant prompt"),
        (774, "in cents"), (0.000215, "that is one call; "), (7.998, "31 days"),
        (154.8, "the price of gpt-6-sol: the model is gpt-6-luna"), (3.24, "what comes out"),
        (4.5, "what goes in"), (8, "that is rounded"), (7.7, "that is rounded"),
        (9, "not what it comes to"), ("7,74", "'7,74' is no number"),
        (1200 * 30 * (900 * 0.10 + 250 * 0.50), "prices are for a million tokens: divide by"),
    ]),
    "02.3": Case((), [Budget, type("Mine", (Budget,), {}), lambda limit: Budget(limit)], [
        (budget(adds=False), "self.spent is 0"), (budget(refuses=False), "raised no RuntimeError"),
        (budget(early=True), "after 0.25, spending 0.75 more reaches the limit of 1 exactly, and "
         "it raised RuntimeError: the limit itself may be reached."),
        (lambda limit: Budget(Decimal("0.1")),
         "spending 0.25 of 1 raised RuntimeError: that is within the limit."),
        (budget(late=True), "was added anyway"),
        (Budget(Decimal(1)), "that is a Budget: hand over the class itself"),
        (lambda limit: Thing(spend=len), "spending 0.25 of 1 raised TypeError"),
        (lambda limit: Thing(spend=lambda dollars: 0), "self.spent is None"),
        (budget(error=ValueError), "it raised ValueError; RuntimeError is asked for."),
        (budget(early=True, error=ValueError), "exactly, and it raised ValueError()."),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
