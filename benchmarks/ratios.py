"""Two things side by side: measured in turns in one run, and reported as a ratio.

A ratio says the same on a slow and on a fast computer, and what disturbs one side of a round
disturbs the other.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median


def in_turns(measures: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Call each measure once a round; return what each gave, round by round.

    Every round begins with another one, so that none always follows the same neighbour. A first
    round, which fills caches, is not counted.
    """
    values: dict[str, list[float]] = {name: [] for name in measures}
    names = list(measures)
    for turn in range(rounds + 1):
        for name in names:
            value = measures[name]()
            if turn:
                values[name].append(value)
        names = [*names[1:], names[0]]
    return values


def report(figure: str, over: list[float], under: list[float], aim: str = "") -> None:
    """Print a row of the results: the median of the rounds' ratios, the extremes, the aim.

    aim: a bound such as "<= 1.15", or nothing for a figure that only informs.
    """
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    middle = median(ratios)
    if aim:
        sign, bound = aim.split()
        met = middle <= float(bound) if sign == "<=" else middle >= float(bound)
        aim += "" if met else ", missed"
    print(
        f"| {figure} | {middle:.2f} | {min(ratios):.2f} to {max(ratios):.2f} | {aim} |", flush=True
    )
