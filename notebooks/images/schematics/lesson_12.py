"""Drawings for lesson 12: many requests."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, INK, LINE, RED, SOFT, VIOLET, WHITE, Drawing


def at_once() -> Drawing:
    """Eight calls one after another, and four at a time."""
    d = Drawing(
        330,
        "One after another, and four at a time",
        "Two timelines of the same eight calls. One after another, each call waits for the one "
        "before: eight waits in a row. With at most four under way, four calls wait at the same "
        "time: two waits in a row.",
    )
    d.text(24, 34, "One after another: eight waits in a row", size=15, bold=True)
    for place in range(8):
        d.rect(24 + 88 * place, 50, 82, 30, GREY, radius=5)
        d.text(65 + 88 * place, 70, f"call {place + 1}", size=13, anchor="middle")
    d.arrow((24, 98), (736, 98))
    d.text(736, 118, "time", size=13, anchor="end", fill=SOFT)

    d.text(24, 156, "At most four under way: two waits in a row", size=15, bold=True)
    for place in range(8):
        column, row = divmod(place, 4)
        x, y = 24 + 88 * column, 172 + 34 * row
        d.rect(x, y, 82, 28, BLUE if column else GREEN, radius=5)
        d.text(x + 41, y + 19, f"call {place + 1}", size=13, anchor="middle")
    d.rule((204, 168), (204, 308), LINE, 2)
    d.text(218, 218, "finished: the same replies", bold=True)
    d.text(
        218,
        242,
        "No call became faster:",
        "your program waits for four of them at a time.",
        size=13,
        fill=SOFT,
    )
    return d


def batch() -> Drawing:
    """The life of a batch, from the file of requests to the two files of results."""
    d = Drawing(
        350,
        "The life of a batch",
        "The life of a batch: a file of requests is uploaded, and a batch is created from it. The "
        "batch is validating, in progress, finalizing and completed. What was answered is in the "
        "output file, in any order; what failed is in the error file. Both are matched to your "
        "reviews by custom id. After 24 hours the batch expires, and what is not done is in the "
        "error file. If the file of requests is wrong, the batch has failed while validating, and "
        "there are no results.",
    )
    d.text(24, 34, "Half the price, within 24 hours", size=15, bold=True)
    d.rect(24, 52, 150, 118, GREY)
    d.text(38, 76, "requests.jsonl", bold=True)
    for row, name in enumerate(("r001", "r002", "r003")):
        d.rect(38, 90 + 25 * row, 122, 20, WHITE, radius=3)
        d.text(46, 104 + 25 * row, f"{name}  body", size=12, mono=True)
    d.arrow((174, 111), (212, 111))
    steps = ("validating", "in progress", "finalizing", "completed")
    for place, step in enumerate(steps):
        tone = GREEN if step == "completed" else VIOLET
        d.box(214 + 134 * place, 88, 118, 46, tone, step)
        if place:
            d.arrow((198 + 134 * place, 111), (213 + 134 * place, 111))
    d.text(408, 76, "You ask: how far is it?", size=13, anchor="middle", fill=SOFT)
    d.box(348, 164, 118, 46, RED, "expired")
    d.arrow((407, 134), (407, 163), colour=RED.line, dashed=True)
    d.text(415, 153, "after 24 hours", size=13, fill=SOFT)
    d.box(214, 164, 118, 46, RED, "failed")
    d.arrow((273, 134), (273, 163), colour=RED.line)
    d.text(281, 153, "a wrong file", size=13, fill=SOFT)

    d.arrow((675, 134), (675, 228), colour=GREEN.line)
    d.arrow((466, 187), (510, 187), (520, 187), (532, 228), colour=RED.line, dashed=True)
    d.rect(606, 230, 140, 96, GREEN)
    d.text(676, 252, "output file", bold=True, anchor="middle", fill=GREEN.text)
    d.rect(452, 230, 140, 96, RED)
    d.text(522, 252, "error file", bold=True, anchor="middle", fill=RED.text)
    for row, name in enumerate(("r003  200", "r001  200")):
        d.text(676, 276 + 22 * row, name, size=12.5, mono=True, anchor="middle")
    d.text(522, 276, "r002  400", size=12.5, mono=True, anchor="middle")
    d.arrow((660, 134), (640, 210), (560, 180), (548, 228), colour=RED.line)
    d.text(24, 254, "Any order: match by custom_id", size=15, bold=True, fill=INK)
    d.text(
        24,
        278,
        "The output file has what was answered.",
        "The error file has what failed or came too late.",
        size=13,
        fill=SOFT,
    )
    return d


DRAWINGS = (at_once, batch)
