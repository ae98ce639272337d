"""The cost calculator: tokens and calls a day -> dollars per call, day and month, by model."""

from __future__ import annotations

import html
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import ipywidgets as w

from helpers.models import DEFAULT, current
from helpers.prices import price
from helpers.widgets.look import TEXT, WIDE

DAYS = 30
"""Days in the calculator's month."""
MOST_IN, MOST_OUT, MOST_CALLS = 922_000, 128_000, 100_000_000
"""What the fields take: the tokens are those of GPT-6."""

_TOTAL = (
    '<div style="{text}; margin:6px 0 10px">One call <b>{call}</b> &nbsp;·&nbsp; a day <b>{day}</b>'
    " &nbsp;·&nbsp; a month of {days} days <b>{month}</b></div>"
)
_ROW = (
    '<div style="{text}; white-space:nowrap">{name}</div>'
    '<div style="background:var(--jp-layout-color2, #eee); border-radius:3px; height:14px">'
    '<div style="background:var(--jp-{shade}, {colour}); border-radius:3px; height:14px; '
    'width:{width:.2f}%; min-width:{least}px"></div></div>'
    '<div style="{text}; text-align:right; white-space:nowrap">{month}</div>'
)
_GRID = (
    '<div style="{text}; margin-bottom:4px">The same calls in a month, on each model:</div>'
    '<div style="display:grid; grid-template-columns:max-content 1fr max-content; '
    'column-gap:10px; align-items:center">{rows}</div>'
)


def cost_calculator(
    model: str = DEFAULT,
    tokens_in: int = 1000,
    tokens_out: int = 300,
    calls_a_day: int = 100,
    *,
    cached: int = 0,
    cache_written: int = 0,
) -> w.VBox:
    """Return a calculator of what calls cost, with a bar for each model to compare.

    cached, cache_written: how many of `tokens_in` are read from the prompt cache, or written to it.
    Prices are those genai-prices has for the standard tier; any model may be named, and one it
    does not know is shown as unknown.
    """
    names = list(dict.fromkeys([*(row.id for row in current()), model or DEFAULT]))
    style = {"description_width": "9em"}
    # Fields for whole numbers would cut 1e6 down to 1 in the browser, and say nothing.
    given, read, written, made, calls = fields = [
        w.FloatText(value, description=label, style=style)
        for label, value in (
            ("Tokens in", tokens_in),
            ("of them cached", cached),
            ("written to cache", cache_written),
            ("Tokens out", tokens_out),
            ("Calls a day", calls_a_day),
        )
    ]
    chosen = w.Dropdown(options=names, value=model or DEFAULT, description="Model", style=style)
    other = w.Text(
        placeholder="any other model's name",
        description="or another",
        continuous_update=False,
        style=style,
    )
    told, shown = w.HTML(layout=WIDE), w.HTML(layout=WIDE)
    correcting = False

    def correct(field: w.FloatText, most: int, why: str = "the most there is") -> str:
        """Make a field's number a whole one from 0 to `most`; say so if it changed."""
        was = field.value
        field.value = float(min(max(was, 0), most) if was == was else 0)
        field.value = float(round(field.value))
        if was == field.value:
            return ""
        if field.value == most < was:
            reason = why
        else:
            reason = "a whole number" if was > 0 else "the least there is"
        shown = f"{was:,.0f}" if was.is_integer() else f"{was:,}"
        return f"{field.description}: {shown} was changed to {field.value:,.0f}, {reason}."

    def show(_: Any = None) -> None:
        nonlocal correcting
        if correcting:
            return
        correcting = True
        changes = [
            correct(given, MOST_IN),
            correct(read, int(given.value), "the tokens in"),
            correct(
                written,
                int(given.value - read.value),
                "the tokens in that are not cached" if read.value else "the tokens in",
            ),
            correct(made, MOST_OUT),
            correct(calls, MOST_CALLS),
        ]
        correcting = False
        told.value = f'<div style="{TEXT}">{"<br>".join(filter(None, changes))}</div>'
        tokens_in, cached, cache_written, tokens_out, calls_a_day = (int(f.value) for f in fields)
        per_call = {
            name: price(name, tokens_in, tokens_out, cached=cached, cache_written=cache_written)
            for name in chosen.options
        }
        shown.value = _page(per_call, chosen.value, calls_a_day)

    def add(_: Any) -> None:
        if name := other.value.strip():
            other.value = ""
            chosen.options = tuple(dict.fromkeys([*chosen.options, name]))
            chosen.value = name

    for field in (*fields, chosen):
        field.observe(show, "value")
    other.observe(add, "value")
    show()
    return w.VBox([*fields, chosen, other, told, shown])


def dollars(amount: Decimal) -> str:
    """Return an amount with two decimals, or as many as its first two digits need."""
    if not amount or amount >= 1:
        return f"${amount:,.2f}"
    places = max(2, 1 - amount.adjusted())
    return f"${amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def _page(per_call: dict[str, Decimal | None], model: str, calls: int) -> str:
    months = {
        name: None if amount is None else amount * calls * DAYS for name, amount in per_call.items()
    }
    highest = max((amount for amount in months.values() if amount), default=Decimal(1))
    rows = [
        _row(name, months[name], highest, name == model)
        for name in sorted(months, key=lambda name: (months[name] is None, months[name] or 0))
    ]
    call = per_call[model]
    if call is None:
        total = f'<div style="{TEXT}; margin:6px 0 10px">The price of {html.escape(model)} is not '
        total += "known to this version of genai-prices: look it up before you use it.</div>"
    else:
        day = call * calls
        amounts = {"call": dollars(call), "day": dollars(day), "month": dollars(day * DAYS)}
        total = _TOTAL.format(text=TEXT, days=DAYS, **amounts)
    return total + _GRID.format(text=TEXT, rows="".join(rows))


def _row(name: str, month: Decimal | None, highest: Decimal, chosen: bool) -> str:
    label = html.escape(name)
    return _ROW.format(
        text=TEXT,
        name=f"<b>{label}</b>" if chosen else label,
        shade="brand-color1" if chosen else "ui-font-color3",
        colour="#1976d2" if chosen else "#9e9e9e",
        width=float((month or 0) / highest * 100),
        least=2 if month else 0,
        month="price unknown" if month is None else dollars(month),
    )
