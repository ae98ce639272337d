"""Drawings for lesson 06: replies as data."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, RED, SOFT, VIOLET, WHITE, Drawing


def schema() -> Drawing:
    """From text to an object of your class, and the three ways to get none."""
    d = Drawing(
        400,
        "From text to an object of your class",
        "The text of a receipt and the schema of your class Receipt go to the model, and an "
        "object of the class comes back. There are three ways to get no object: the model "
        "refuses; the token limit cuts the reply off; a content filter stops it.",
    )
    d.rect(14, 20, 190, 130, GREY)
    d.text(30, 46, "text in", bold=True)
    d.text(
        30,
        74,
        "CITY TAXI",
        "Airport ride  34.00",
        "Night          5.00",
        "Total         39.00",
        size=12.5,
        mono=True,
    )
    d.arrow((204, 85), (258, 85))
    d.rect(260, 20, 214, 130, BLUE)
    d.text(276, 46, "schema: your class", bold=True)
    d.text(
        276,
        74,
        "class Receipt(",
        "        BaseModel):",
        "    shop: str",
        "    total: Decimal",
        size=12.5,
        mono=True,
    )
    d.arrow((474, 85), (528, 85))
    d.rect(530, 20, 216, 130, GREEN)
    d.text(546, 46, "object out", bold=True)
    d.text(
        546,
        74,
        "Receipt(",
        "    shop='City Taxi',",
        "    total=Decimal(",
        "        '39.00'))",
        size=12.5,
        mono=True,
    )

    d.text(24, 190, "Three ways to get no object", size=16, bold=True, fill=RED.text)
    ways = (
        (
            "refusal",
            "The model declines.",
            "No exception: the object is",
            "None, and refusal says why.",
            "",
            "",
        ),
        (
            "cut off",
            "The token limit is reached.",
            "An exception. In Chat:",
            "LengthFinishReasonError",
            "In Responses:",
            "ValidationError",
        ),
        (
            "content filter",
            "The answer was stopped.",
            "An exception. In Chat:",
            "ContentFilterFinishReasonError",
            "In Responses:",
            "ValidationError, or None",
        ),
    )
    for place, (name, *lines) in enumerate(ways):
        x = 14 + 248 * place
        d.rect(x, 206, 236, 148, RED)
        d.badge(x + 26, 232, str(place + 1), RED)
        d.text(x + 48, 237, name, bold=True)
        for row, line in enumerate(lines):
            code = "Error" in line
            d.text(x + 12, 264 + 19 * row, line, size=12 if code else 13, mono=code)
    d.text(380, 382, "Plan for all three before you use the object.", bold=True, anchor="middle")
    return d


def pipeline() -> Drawing:
    """A folder of receipts on its way into a table."""
    d = Drawing(
        300,
        "From a folder of receipts to a table",
        "Each receipt of a folder is sent in one call. The object that comes back is checked: "
        "does the sum agree, is the date possible? What passes becomes a row of the table. What "
        "does not pass, or gave no object, is set aside with its reason, and a person looks at "
        "it.",
    )
    d.rect(34, 60, 124, 92, GREY)
    d.rect(34, 48, 56, 20, GREY, radius=4)
    for place in range(3):
        d.rect(48 + 32 * place, 80 - 6 * place, 30, 52 + 6 * place, WHITE, radius=3)
        for line in range(3):
            d.rule((53 + 32 * place, 94 + 10 * line), (73 + 32 * place, 94 + 10 * line), GREY.line)
    d.text(96, 174, "folder of receipts", bold=True, anchor="middle")
    d.arrow((166, 106), (206, 106))
    d.box(208, 70, 140, 72, BLUE, "one call each", "with the schema")
    d.arrow((348, 106), (380, 106))
    d.box(382, 58, 160, 96, VIOLET, "check", "does the sum agree?", "is the date possible?")
    d.arrow((542, 92), (568, 92), (554, 74), (588, 74), colour=GREEN.line)
    d.arrow((465, 154), (465, 250), (500, 232), (588, 232), colour=RED.line)
    d.text(
        24, 30, "Each reply ends in the table, or it is set aside with a reason", size=15, bold=True
    )

    d.rect(590, 44, 156, 72, GREEN, radius=4)
    for line in (62, 80, 98):
        d.rule((590, line), (746, line), GREEN.line)
    for column in (650, 700):
        d.rule((column, 44), (column, 116), GREEN.line)
    d.text(668, 138, "row of the table", bold=True, anchor="middle", fill=GREEN.text)
    d.box(590, 196, 156, 72, RED, "set aside", "with the reason:", "a person looks")
    d.arrow((278, 142), (278, 240), (330, 244), (588, 244), colour=RED.line, dashed=True)
    d.text(300, 266, "no object: refusal, cut off, filter", size=13, fill=SOFT)
    d.text(476, 184, "does not agree", size=13, fill=SOFT)
    return d


DRAWINGS = (schema, pipeline)
