"""Drawings for lesson 09: errors and limits."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, ORANGE, RED, SOFT, WHITE, Drawing, Tone


def error_family() -> Drawing:
    """The SDK's exceptions, and which of them pass by themselves."""
    d = Drawing(
        440,
        "The family of exceptions",
        "The family of exceptions, from left to right. OpenAIError is the root: a missing key "
        "raises it. Below it, APIError has two branches. APIConnectionError and its child "
        "APITimeoutError mean that no answer came: try again. APIStatusError has a child for each "
        "status. Never try again: 400, 401, 403, 404, 422, and 429 with the type "
        "insufficient_quota. Try again: 408, 409, 429 of any other type, 500 and above.",
    )
    d.box(14, 74, 130, 54, GREY, "OpenAIError", "no key at all")
    d.box(172, 74, 104, 54, GREY, "APIError")
    d.rule((144, 101), (172, 101), GREY.line)
    d.box(314, 20, 184, 54, GREEN, "APIConnectionError", "no answer came")
    d.box(532, 20, 214, 54, GREEN, "APITimeoutError", "not in time")
    d.rule((498, 47), (532, 47), GREY.line)
    d.box(314, 104, 184, 54, GREY, "APIStatusError", "the answer is a refusal")
    d.rule((276, 101), (295, 101), GREY.line)
    d.rule((295, 47), (295, 131), GREY.line)
    for y in (47, 131):
        d.rule((295, y), (314, y), GREY.line)
    children = (
        ("400", "BadRequestError", RED),
        ("401", "AuthenticationError", RED),
        ("403", "PermissionDeniedError", RED),
        ("404", "NotFoundError", RED),
        ("422", "UnprocessableEntityError", RED),
        ("429", "RateLimitError: no credit", RED),
        ("429", "RateLimitError: too fast", GREEN),
        ("409", "ConflictError", GREEN),
        ("500+", "InternalServerError", GREEN),
    )
    d.rule((498, 131), (515, 131), GREY.line)
    for place, (status, name, tone) in enumerate(children):
        y = 92 + 36 * place + (12 if tone is GREEN else 0)
        d.rule((515, y + 15), (532, y + 15), GREY.line)
        d.rect(532, y, 214, 30, tone, radius=6)
        d.text(542, y + 20, status, size=12.5, bold=True, fill=tone.text)
        d.text(584, y + 20, name, size=12)
    d.rule((515, 107), (515, y + 15), GREY.line)
    d.rect(14, 190, 484, 100, GREEN, dashed=True)
    d.text(28, 214, "Green: try again, with a pause", bold=True, fill=GREEN.text)
    d.text(
        28,
        238,
        "no answer · 408 · 409 · 429 · 500 and above",
        "The same request may succeed in a moment. The SDK tries twice",
        "more by itself.",
        size=13,
    )
    d.rect(14, 308, 484, 112, RED, dashed=True)
    d.text(28, 332, "Red: do not try again", bold=True, fill=RED.text)
    d.text(
        28,
        356,
        "400 · 401 · 403 · 404 · 422 · and 429 with insufficient_quota",
        "The same request fails until a person changes something. The SDK",
        "knows this, except for the 429: there you must look at error.type.",
        size=13,
    )
    return d


def twice() -> Drawing:
    """A request that is repeated runs twice."""
    d = Drawing(
        400,
        "One call of yours, two on the bill",
        "Your program, the SDK and the server, over time. The SDK sends a request; the server "
        "does the work, and the connection breaks before the answer arrives. The SDK sends the "
        "same request again; the server does the work a second time, and this answer arrives. "
        "Your program saw one answer with one usage, and two are on the bill.",
    )
    columns = ((110, "your program", BLUE), (350, "SDK", GREY), (610, "server", ORANGE))
    for x, name, tone in columns:
        d.rule((x, 60), (x, 330), tone.line, 2)
        d.box(x - 75, 20, 150, 38, tone, name)
    d.arrow((110, 84), (346, 84))
    d.text(228, 76, "one call", size=13, anchor="middle")
    d.arrow((350, 100), (596, 100))
    d.text(474, 92, "POST, try 0", size=13, anchor="middle")
    d.rect(598, 100, 24, 62, ORANGE, radius=4, solid=True)
    d.text(634, 128, "works:", "costs money", size=13, fill=ORANGE.text, bold=True)
    d.arrow((596, 162), (500, 162), colour=RED.line, dashed=True, head=False)
    d.rule((480, 152), (500, 172), RED.line, 3)
    d.rule((500, 152), (480, 172), RED.line, 3)
    d.text(366, 158, "connection", "breaks", size=13, fill=RED.text)
    d.text(342, 204, "half a second", "of pause", size=13, fill=SOFT, anchor="end")
    d.arrow((350, 224), (596, 224))
    d.text(474, 216, "POST, try 1", size=13, anchor="middle")
    d.rect(598, 224, 24, 62, ORANGE, radius=4, solid=True)
    d.text(634, 252, "works again:", "costs again", size=13, fill=ORANGE.text, bold=True)
    d.arrow((596, 286), (354, 286), colour=GREEN.line)
    d.arrow((350, 302), (114, 302), colour=GREEN.line)
    d.text(228, 294, "one answer", size=13, anchor="middle")
    d.box(14, 340, 300, 44, BLUE, "usage that you see: 1 answer")
    d.box(446, 340, 300, 44, RED, "on the bill: 2 answers")
    return d


def resume() -> Drawing:
    """Three ways after a stream that broke."""
    d = Drawing(
        330,
        "Three ways after a broken stream",
        "Three ways after a broken stream. Keep what came: show the half with a note that it is "
        "not complete. Ask again: throw the half away and pay twice. Resume: only if the stream "
        "was begun with background=True; retrieve it with its id and starting_after, and the "
        "missing events arrive.",
    )

    def events(x: float, y: float, tones: tuple[Tone | None, ...]) -> None:
        for place, tone in enumerate(tones):
            d.rect(x + 34 * place, y, 28, 28, tone or WHITE, radius=4, dashed=tone is None)
            d.text(x + 34 * place + 14, y + 19, str(place), size=12.5, anchor="middle", fill=SOFT)

    d.text(24, 38, "The stream broke after event 3", size=15, bold=True)
    events(320, 18, (BLUE,) * 4 + (None,) * 2)
    d.rule((453, 10), (453, 54), RED.line, 3)
    ways: tuple[tuple[str, Tone, tuple[Tone | None, ...], tuple[str, ...]], ...] = (
        (
            "Keep",
            ORANGE,
            (BLUE,) * 4 + (None,) * 2,
            ("Show what came, and say", "that it is not complete."),
        ),
        ("Ask again", RED, (ORANGE,) * 6, ("Another answer, from the", "start. You pay for both.")),
        (
            "Resume",
            GREEN,
            (BLUE,) * 4 + (GREEN,) * 2,
            ("The rest of the same answer.", "You pay once."),
        ),
    )
    for place, (name, tone, drawn, lines) in enumerate(ways):
        x = 14 + 248 * place
        d.rect(x, 72, 236, 176, tone)
        d.badge(x + 26, 98, str(place + 1), tone)
        d.text(x + 48, 103, name, bold=True)
        events(x + 18, 124, drawn)
        d.text(x + 18, 186, *lines, size=13)
    d.text(32, 236, "always possible", size=13, fill=SOFT)
    d.text(280, 236, "always possible", size=13, fill=SOFT)
    d.text(528, 236, "only with background=True", size=12.5, fill=GREEN.text, bold=True)
    d.text(
        380,
        284,
        "responses.retrieve(id, stream=True, starting_after=3)",
        size=13,
        mono=True,
        anchor="middle",
    )
    d.text(
        380,
        310,
        "sends the events from 4 on, of the answer that is kept at OpenAI",
        size=13,
        fill=SOFT,
        anchor="middle",
    )
    return d


DRAWINGS = (error_family, twice, resume)
