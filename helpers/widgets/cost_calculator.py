"""The cost calculator: tokens and calls a day -> dollars per call, day and month, by model."""

from __future__ import annotations

import html
from decimal import Decimal
from typing import Any

import ipywidgets as w

from helpers.models import DEFAULT, current
from helpers.prices import price
from helpers.widgets.look import WIDE

DAYS = 30
"""Days in the calculator's month."""

_TEXT = "color:var(--jp-content-font-color1, #222); line-height:1.6"
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
    model: str = DEFAULT, tokens_in: int = 1000, tokens_out: int = 300, calls_a_day: int = 100
) -> w.VBox:
    """Return a calculator of what calls cost, with a bar for each model to compare.

    Prices are those genai-prices has for the standard tier, without cached input; a model it does
    not know is shown as unknown.
    """
    names = [row.id for row in current()]
    style = {"description_width": "9em"}
    fields = [
        w.BoundedIntText(value, min=0, max=most, description=label, style=style)
        for label, value, most in (
            ("Tokens in", tokens_in, 922_000),
            ("Tokens out", tokens_out, 128_000),
            ("Calls a day", calls_a_day, 100_000_000),
        )
    ]
    chosen = w.Dropdown(options=names, value=model, description="Model", style=style)
    shown = w.HTML(layout=WIDE)

    def show(_: Any = None) -> None:
        given, made, calls = (field.value for field in fields)
        shown.value = _page({name: price(name, given, made) for name in names}, chosen.value, calls)

    for field in (*fields, chosen):
        field.observe(show, "value")
    show()
    return w.VBox([*fields, chosen, shown])


def dollars(amount: Decimal) -> str:
    """Return an amount with two decimals, or as many as its first two digits need."""
    if not amount or amount >= 1:
        return f"${amount:,.2f}"
    return f"${amount:.{max(2, 1 - amount.adjusted())}f}"


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
        total = f'<div style="{_TEXT}; margin:6px 0 10px">The price of {html.escape(model)} is not '
        total += "known to this version of genai-prices: look it up before you use it.</div>"
    else:
        day = call * calls
        amounts = {"call": dollars(call), "day": dollars(day), "month": dollars(day * DAYS)}
        total = _TOTAL.format(text=_TEXT, days=DAYS, **amounts)
    return total + _GRID.format(text=_TEXT, rows="".join(rows))


def _row(name: str, month: Decimal | None, highest: Decimal, chosen: bool) -> str:
    label = html.escape(name)
    return _ROW.format(
        text=_TEXT,
        name=f"<b>{label}</b>" if chosen else label,
        shade="brand-color1" if chosen else "ui-font-color3",
        colour="#1976d2" if chosen else "#9e9e9e",
        width=float((month or 0) / highest * 100),
        least=2 if month else 0,
        month="price unknown" if month is None else dollars(month),
    )
