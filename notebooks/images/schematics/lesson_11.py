"""Drawings for lesson 11: where a conversation is kept, and what the cache can read of it."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, SOFT, VIOLET, Drawing

PLACES = (
    ("your own list", "the whole chat", 4, "all items, each time", 0, "nothing", "store=False"),
    (
        "previous_response_id",
        "the last id",
        1,
        "the new question + id",
        4,
        "each response,",
        "at least 30 days",
    ),
    (
        "conversation",
        "the list's id",
        1,
        "the new question + id",
        4,
        "one list,",
        "until you delete it",
    ),
)


def memory_places() -> Drawing:
    """Three places for the memory of a chat."""
    d = Drawing(
        436,
        "Three places for the memory of a chat",
        "Three ways. Your own list: your program keeps all items and sends all of them each time. "
        "previous_response_id: OpenAI keeps each response for at least 30 days, and you send the "
        "new question with the id of the last response. A conversation: OpenAI keeps one list "
        "until you delete it, and you send the new question with the id of the list. In all "
        "three, the model reads the whole chat each time, and you pay for it.",
    )
    for column, (name, mine, items, sent, kept, theirs, how_long) in enumerate(PLACES):
        x = 20 + 248 * column
        d.text(x + 112, 36, name, size=15, bold=True, mono=column > 0, anchor="middle")
        d.rect(x, 52, 224, 104, BLUE)
        d.text(x + 14, 76, "your program keeps", size=13, fill=BLUE.text)
        d.text(x + 14, 97, mine, bold=True)
        _items(d, x + 14, 112, items, tag=column > 0)
        d.arrow((x + 112, 156), (x + 112, 226))
        d.rect(x + 12, 174, 200, 30, PALE, line=None)
        d.text(x + 112, 194, sent, size=13, anchor="middle")
        d.rect(x, 228, 224, 124, GREEN)
        d.text(x + 14, 252, "OpenAI keeps", size=13, fill=GREEN.text)
        d.text(x + 14, 273, theirs, bold=True)
        d.text(x + 14, 293, how_long, bold=column > 0, mono=column == 0, size=14)
        _items(d, x + 14, 308, kept)
    d.rect(20, 372, 720, 44, VIOLET)
    d.text(
        380,
        399,
        "In all three, the model reads the whole chat each time, and you pay for it.",
        bold=True,
        anchor="middle",
        fill=VIOLET.text,
    )
    return d


def _items(d: Drawing, x: float, y: float, number: int, tag: bool = False) -> None:
    """Draw the items that somebody keeps, or one tag with an id on it."""
    for place in range(number):
        width = 44 if tag else 36
        d.rect(x + 46 * place, y, width, 28, GREY if tag else PALE, radius=5)
        if tag:
            d.text(x + 22, y + 19, "id", size=13, mono=True, anchor="middle")
        else:
            d.text(x + 46 * place + 18, y + 19, "QA"[place % 2], size=13, anchor="middle")


def append_only() -> Drawing:
    """The same chat, appended to and with a changed first line."""
    d = Drawing(
        462,
        "What the cache can read: append only, and a changed beginning",
        "Two chats, a bar for each of their requests. Above, each request is the one before with "
        "new messages at its end: everything before them is read from the cache, and only the new "
        "end is written. Below, the first line of each request shows the time: nothing matches "
        "any more, and everything is written again.",
    )
    for panel, (head, y) in enumerate((("append only", 36), ("a changed beginning", 232))):
        d.text(24, y, head, size=15, bold=True)
        for request in range(3):
            _request(d, y + 18 + 50 * request, request, changed=panel == 1)
    legend = (
        (GREEN, "read: a tenth of the price"),
        (ORANGE, "written: 1.25 times the price"),
        (RED, "changed"),
    )
    for place, (tone, says) in enumerate(legend):
        x = (24, 262, 530)[place]
        d.rect(x, 428, 18, 18, tone, radius=3)
        d.text(x + 28, 442, says, size=13)
    return d


def _request(d: Drawing, y: float, number: int, changed: bool) -> None:
    d.text(24, y + 25, f"request {number + 1}", size=13, fill=SOFT)
    x = 110.0
    if changed:
        d.rect(x, y, 58, 38, RED, radius=4)
        d.text(x + 29, y + 24, f"21:0{number + 4}", size=13, anchor="middle", fill=RED.text)
        x += 62
    parts = [("handbook", 170), ("question", 76)]
    parts += [("answer", 66), ("question", 76)] * number
    for place, (says, width) in enumerate(parts):
        old = not changed and place < len(parts) - 2 and number > 0
        tone = GREEN if old else ORANGE
        d.rect(x, y, width, 38, tone, radius=4)
        d.text(x + width / 2, y + 24, says, size=13, anchor="middle")
        x += width + 4


DRAWINGS = (memory_places, append_only)
