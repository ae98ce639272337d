"""Drawings for lesson 02: what a call costs, paying and capping."""

from __future__ import annotations

from decimal import Decimal

from helpers.mock.generation.tokens import count, split
from helpers.prices import price
from schematics.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    RED,
    SOFT,
    VIOLET,
    WHITE,
    Drawing,
)

MODEL = "gpt-6-luna"


def tokens() -> Drawing:
    """Two sentences, cut where the encoding cuts them."""
    english, chinese = (
        "Strawberry jam tastes wonderfully unforgettable.",
        "草莓果酱的味道令人难忘。",
    )
    d = Drawing(
        278,
        "Two sentences cut into tokens",
        f"The encoding o200k_base cuts the English sentence “{english}” into "
        f"{count(english)} tokens: {_listed(english)}. It cuts “{chinese}”, which says the "
        f"same in Chinese, into {count(chinese)} tokens: {_listed(chinese)}.",
    )
    for y, language, sentence in ((36, "English", english), (154, "Chinese", chinese)):
        d.text(24, y, language, size=16, bold=True)
        size = f"{len(sentence)} characters, {count(sentence)} tokens"
        d.text(736, y, size, bold=True, anchor="end")
        x = 24.0
        for place, piece in enumerate(split(sentence)):
            # A monospace letter of 16 pixels is a little less than 10 wide, and a Chinese one 16.
            width = 10 + sum(16 if ord(letter) > 0x2E80 else 9.7 for letter in piece)
            tone = (BLUE, GREEN, ORANGE, VIOLET)[place % 4]
            d.rect(x, y + 16, width, 36, tone, radius=6)
            shown = piece.replace(" ", "·")
            d.text(x + width / 2, y + 40, shown, size=16, mono=True, anchor="middle")
            if count(piece) > 1:
                # A rare character is cut into bytes, and no token of it is a whole character.
                many = f"{count(piece)} tokens"
                d.text(x + width / 2, y + 69, many, size=13, anchor="middle", fill=SOFT)
            x += width + 4
    d.text(24, 108, "· is a space. It belongs to the token of the next word.", size=13, fill=SOFT)
    says = "“Strawberry” is three tokens, “wonderfully” is one. You pay for tokens, not for words."
    d.text(24, 256, says, fill=SOFT)
    return d


def _listed(sentence: str) -> str:
    pieces = [(piece, count(piece)) for piece in split(sentence)]
    return ", ".join(f"“{piece}”" + f" ({many} tokens)" * (many > 1) for piece, many in pieces)


def price_parts() -> Drawing:
    """The tokens of one call and its money, part by part."""
    parts = (
        (GREY, "input", "what you send", 1000, price(MODEL, 1000)),
        (GREEN, "cached input", "read from the cache", 8000, price(MODEL, 8000, cached=8000)),
        (
            ORANGE,
            "cache write",
            "kept for later calls",
            1000,
            price(MODEL, 1000, cache_written=1000),
        ),
        (BLUE, "output", "the text you see", 400, price(MODEL, 0, 400)),
        (VIOLET, "reasoning", "billed like output", 600, price(MODEL, 0, 600)),
    )
    all_tokens = sum(part[3] for part in parts)
    money = sum((part[4] or Decimal(0) for part in parts), Decimal(0))
    d = Drawing(
        344,
        "Where the money of one call goes",
        f"One call on {MODEL} with {all_tokens:,} tokens costs ${money:f}. "
        + " ".join(
            f"{name.capitalize()}: {number:,} tokens at ${_million(cost, number)} per million, "
            f"{_share(cost, money)} of the money."
            for _, name, _, number, cost in parts
        ),
    )
    d.text(24, 36, f"One call on {MODEL}", size=16, bold=True)
    says = "1,000 tokens out cost more than 10,000 tokens in."
    d.text(736, 36, says, anchor="end", fill=SOFT)
    for y, label, values in (
        (72, f"{all_tokens:,} tokens", [Decimal(part[3]) for part in parts]),
        (128, f"${money.normalize():f}", [part[4] or Decimal(0) for part in parts]),
    ):
        d.text(24, y + 3, label, bold=True)
        x, total = 150.0, sum(values)
        for part, value in zip(parts, values, strict=True):
            width = 586 * float(value / total)
            d.rect(x, y - 20, width, 36, part[0], radius=2)
            if width > 40:
                d.text(x + width / 2, y + 3, _share(value, total), size=13, anchor="middle")
            x += width
    heads = (("tokens", 460), ("per million", 580), ("share", 650), ("cost", 736))
    for head, x in heads:
        d.text(x, 182, head, size=13, bold=True, anchor="end", fill=SOFT)
    for row, (tone, name, what, number, cost) in enumerate(parts):
        y = 210 + 28 * row
        d.rule((24, y - 19), (736, y - 19), PALE.line, 1)
        d.rect(24, y - 12, 16, 16, tone, radius=3)
        d.text(50, y, name, bold=True)
        d.text(170, y, what, size=13, fill=SOFT)
        cells = (f"{number:,}", f"${_million(cost, number)}", _share(cost, money), f"${cost:.6f}")
        for cell, (_, x) in zip(cells, heads, strict=True):
            d.text(x, y, cell, size=13, anchor="end")
    return d


def _million(cost: Decimal | None, number: int) -> str:
    each = (cost or Decimal(0)) / number * 1_000_000
    return f"{each.normalize():f}" if each != each.quantize(Decimal("0.01")) else f"{each:.2f}"


def _share(cost: Decimal | None, money: Decimal | int) -> str:
    return f"{(cost or Decimal(0)) / money:.0%}"


def credit_grants() -> Drawing:
    """The three states of a credit grant."""
    d = Drawing(
        236,
        "The three states of a credit grant: available, used, expired",
        "Three credit grants. Available: three of five dollars are left, and calls use them. "
        "Used: nothing is left. Expired: its date is past, and the two dollars that were left "
        "are lost. Free credit is used first, then credit that you bought, which expires after "
        "one year.",
    )
    states = (
        (
            "available",
            "$3 of $5 left",
            0.6,
            "Calls use it until it is",
            "spent, or until its date.",
            "Note that date.",
        ),
        (
            "used",
            "$0 of $5 left",
            0,
            "It is spent to the last cent.",
            "Calls go on if another",
            "grant is available.",
        ),
        (
            "expired",
            "$2 of $5 were left",
            0.4,
            "Its date is past. What was",
            "left is lost. The date is",
            "not extended.",
        ),
    )
    for place, (state, left, share, *lines) in enumerate(states):
        x, width = 14 + 248 * place, 200 * share
        d.rect(x, 14, 236, 164, PALE)
        d.text(x + 18, 42, state, size=16, bold=True)
        d.rect(x + 18, 54, 200, 22, WHITE, radius=4)
        if state == "available":
            d.rect(x + 18, 54, width, 22, BLUE, radius=4, solid=True)
        elif state == "expired":
            d.rect(x + 18, 54, width, 22, GREY, radius=4, dashed=True)
            for shift in range(6, int(width) - 14, 10):
                d.rule((x + 18 + shift, 74), (x + 30 + shift, 56), GREY.line)
        d.text(x + 18, 98, left)
        d.text(x + 18, 126, *lines, size=13, fill=SOFT, leading=18)
    d.text(380, 203, "Free credit is used first, then the credit that you bought.", anchor="middle")
    d.text(380, 223, "Bought credit expires one year after you buy it.", anchor="middle")
    return d


def billing_form() -> Drawing:
    """The form that adds credit, with auto-reload switched off."""
    d = Drawing(
        352,
        "The form that adds credit (schematic)",
        "A schematic payment form: payment details; an amount of at least 5 dollars, where 10 "
        "are filled in; a switch for auto-reload, which is on at first and is switched off here; "
        "and a button to confirm.",
    )
    d.text(24, 38, "Add payment details", size=16, bold=True)
    d.text(736, 38, "A sketch: the real page looks different.", size=13, anchor="end", fill=SOFT)
    d.rect(14, 52, 380, 286, PALE)
    d.text(30, 78, "Payment details", size=13, bold=True)
    d.rect(30, 86, 348, 30, WHITE, radius=6)
    d.text(42, 106, "in your own name", size=13, fill=SOFT)
    d.text(30, 142, "Amount", size=13, bold=True)
    d.rect(30, 150, 348, 30, WHITE, radius=6)
    d.text(42, 170, "$ 10.00", size=13)
    d.rect(24, 200, 360, 72, ORANGE, line=3)
    d.text(40, 228, "Auto-reload", bold=True)
    d.text(40, 250, "buys more when credit runs low", size=13, fill=SOFT)
    d.text(302, 241, "OFF", bold=True, anchor="end")
    d.rect(316, 222, 50, 28, GREY, radius=14, solid=True)
    d.circle(330, 236, 11, WHITE.fill)
    d.button(278, 290, 100, "Confirm")
    d.arrow((446, 165), (384, 165), colour=BLUE.line)
    d.text(456, 161, "At least $5. The form begins with $10.", size=13)
    d.text(456, 180, "With auto-reload off, calls stop", size=13)
    d.text(456, 199, "when this money is spent.", size=13)
    d.arrow((446, 236), (390, 236), colour=ORANGE.line)
    d.text(456, 232, "It is on when the form opens.", size=13, bold=True)
    d.text(456, 251, "Switch it off while you learn.", size=13)
    d.text(456, 303, "Credit expires after one year", size=13, fill=SOFT)
    d.text(456, 322, "and is generally not refunded.", size=13, fill=SOFT)
    return d


def caps() -> Drawing:
    """What stops the spending, as marks on a scale of money."""
    d = Drawing(
        336,
        "What warns you, and what stops your calls",
        "A scale of money spent. At the spend alert you get an e-mail and calls go on. At the "
        "hard limit, which you set, calls are refused with 429 until the month is over or you "
        "raise it. When no credit is left, calls are refused until you add some. At the usage "
        "limit, which OpenAI sets, calls are refused as well. The first mark that is reached "
        "stops the calls.",
    )
    marks = (
        (BLUE, "spend alert", "$4", "You get an e-mail.", "Calls go on.", "You set it.", ""),
        (
            ORANGE,
            "hard limit",
            "$8",
            "429 until the month ends",
            "or you raise the limit.",
            "You set it.",
            "…_spend_limit_exceeded",
        ),
        (
            RED,
            "no credit left",
            "$10",
            "429 until you buy more,",
            "if auto-reload is off.",
            "You chose the amount.",
            "credit_balance_exhausted",
        ),
        (
            GREY,
            "usage limit",
            "see Limits",
            "429 until the month ends",
            "or OpenAI raises it.",
            "OpenAI sets it.",
            "…_usage_limit_exceeded",
        ),
    )
    d.text(24, 36, "What stops your calls?", size=16, bold=True)
    d.text(736, 36, "An example: you bought $10 of credit.", anchor="end", fill=SOFT)
    d.rect(24, 98, 263, 24, GREEN, radius=4)
    d.rect(287, 98, 424, 24, RED, radius=4)
    d.text(195, 115, "calls are answered", size=13, anchor="middle", fill=GREEN.text)
    d.text(380, 115, "calls get 429", size=13, anchor="middle", fill=RED.text)
    d.arrow((712, 110), (746, 110))
    d.text(746, 90, "spent", size=13, anchor="end", fill=SOFT)
    for place, (tone, name, amount, *does, code) in enumerate(marks):
        x = 102 + 185 * place
        d.rule((x, 90), (x, 156), tone.line, 4)
        d.text(x, 80, amount, bold=True, anchor="middle")
        d.box(x - 88, 156, 176, 100, tone, name, *does)
        d.text(x, 280, code, size=12, mono=True, anchor="middle", fill=SOFT)
    says = "The alert stops nothing. The first of the other marks stops your calls."
    d.text(380, 314, says, bold=True, anchor="middle")
    return d


DRAWINGS = (tokens, price_parts, credit_grants, billing_form, caps)
