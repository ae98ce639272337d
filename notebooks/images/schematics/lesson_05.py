"""Drawings for lesson 05: how a picture is counted."""

from __future__ import annotations

import math

from schematics.style import BLUE, GREEN, ORANGE, SOFT, Drawing

PATCH = 32


def patches() -> Drawing:
    """A picture under its grid of patches, and the sum."""
    width, height = 320, 200
    across, down = math.ceil(width / PATCH), math.ceil(height / PATCH)
    count = across * down
    d = Drawing(
        324,
        "A picture is cut into patches of 32 × 32 pixels",
        f"A picture of {width} x {height} pixels under a grid: {across} patches across and "
        f"{down} down, as the last row is counted whole, make {count} patches. On gpt-6-luna "
        f"that is about {count * 1.2:.0f} tokens. Large pictures cost more: 1024 x 1024 pixels "
        "are 1,024 patches.",
    )
    left, top = 24, 48
    d.text(left, 32, f"{width} × {height} pixels, in patches of 32 × 32", bold=True)
    d.rect(left, top, width, height, BLUE, line=None, radius=0)
    d.circle(left + 250, top + 48, 26, "#fbd38d")
    ground = top + height
    d.polygon(
        (left, ground - 60),
        (left + 90, top + 70),
        (left + 240, ground),
        (left, ground),
        fill="#a9c8b4",
    )
    d.polygon(
        (left + 80, ground),
        (left + 210, top + 90),
        (left + 320, ground - 30),
        (left + 320, ground),
        fill="#6fae84",
    )
    for column in range(across + 1):
        d.rule(
            (left + PATCH * column, top), (left + PATCH * column, top + PATCH * down), "#5b6470", 1
        )
    for row in range(down + 1):
        d.rule((left, top + PATCH * row), (left + PATCH * across, top + PATCH * row), "#5b6470", 1)
    d.rect(left, top, PATCH, PATCH, ORANGE, line=3, radius=0)
    d.text(left + PATCH / 2, top + 21, "32", size=13, bold=True, anchor="middle")
    d.text(
        left,
        296,
        "The last row is only partly filled.",
        "It counts as a whole row.",
        size=13,
        fill=SOFT,
        leading=18,
    )

    d.text(384, 66, "across", fill=SOFT)
    d.text(452, 66, f"{width} / 32 = {across}")
    d.text(384, 92, "down", fill=SOFT)
    d.text(452, 92, f"{height} / 32 = {height / PATCH:g}, rounded up to {down}")
    d.text(384, 126, f"{across} × {down} = {count} patches", size=16, bold=True)
    d.rect(384, 144, 356, 66, GREEN)
    d.text(400, 170, f"about {count * 1.2:.0f} input tokens on gpt-6-luna", bold=True)
    d.text(400, 192, "× 1.2 is one public measurement; usage is exact", size=13)
    d.text(384, 240, "Larger pictures cost more:", bold=True)
    for row, (wide, high) in enumerate(((1024, 1024), (4000, 3000))):
        many = math.ceil(wide / PATCH) * math.ceil(high / PATCH)
        d.text(384, 264 + 22 * row, f"{wide} × {high} pixels", size=13)
        d.text(740, 264 + 22 * row, f"{many:,} patches", size=13, anchor="end")
    d.text(384, 310, "Shrink a photo before you send it.", size=13, fill=SOFT)
    return d


DRAWINGS = (patches,)
