"""Drawings for lesson 10: tools."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, LINE, ORANGE, RED, SOFT, VIOLET, Drawing


def tool_loop() -> Drawing:
    """The loop: a question, a call, its output, an answer."""
    d = Drawing(
        390,
        "A model calls a function of your program",
        "Your program sends the question and the descriptions of its tools to the model. The "
        "model answers with a call: find_order with the number A-1042. Your program runs the "
        "function, which reads the database, and sends the output back with everything said "
        "before. The model then either calls again or answers in words. The model itself runs "
        "nothing.",
    )
    d.rect(20, 20, 230, 350, GREY)
    d.text(135, 48, "your program", size=16, bold=True, anchor="middle")
    d.rect(510, 20, 230, 350, BLUE)
    d.text(625, 48, "the model", size=16, bold=True, anchor="middle")
    d.text(625, 70, "only writes, runs nothing", size=13, anchor="middle", fill=SOFT)

    d.text(380, 78, "question + tools", size=13, bold=True, anchor="middle")
    d.arrow((250, 90), (508, 90))
    d.text(380, 142, "a call, with its call_id", size=13, bold=True, anchor="middle")
    d.arrow((510, 154), (252, 154), colour=VIOLET.line)
    d.text(380, 232, "everything so far + output", size=13, bold=True, anchor="middle")
    d.arrow((250, 244), (508, 244))
    d.text(380, 316, "an answer in words", size=13, bold=True, anchor="middle")
    d.arrow((510, 328), (252, 328), colour=GREEN.line)

    d.badge(50, 90, "1", BLUE)
    d.text(72, 95, "asks", bold=True)
    d.badge(540, 104, "2", VIOLET)
    d.text(562, 109, "calls", bold=True)
    d.box(526, 124, 198, 60, VIOLET, "", "find_order(", '  {"number": "A-1042"})', mono=True)
    d.rect(34, 130, 202, 70, ORANGE)
    d.badge(56, 154, "3", ORANGE)
    d.text(76, 159, "runs the function", bold=True)
    d.text(76, 182, "reads the database", size=13)
    d.arrow((135, 200), (135, 222))
    d.box(34, 224, 202, 56, GREY, "", "output:", '{"status": "open", …}')
    d.arrow((580, 244), (580, 186), colour=VIOLET.line, dashed=True)
    d.text(592, 222, "or calls again", size=13, fill=VIOLET.text)
    d.badge(540, 328, "4", GREEN)
    d.text(562, 333, "answers", bold=True)
    d.text(72, 333, "shows it", bold=True)
    return d


def tool_gate() -> Drawing:
    """What stands between a call and a change: three questions, asked by code."""
    d = Drawing(
        290,
        "The model proposes, your code decides",
        "The model only proposes a call. Your code then asks three questions, one after the "
        "other. Do the arguments fit? Is it allowed, so is the order still open? Does a person "
        "say yes? Only then it changes one row of the database, if the order is still open. If "
        "one of the answers is no, the reason goes back to the model as the output of the call.",
    )
    d.text(86, 40, "the model", size=16, bold=True, anchor="middle", fill=VIOLET.text)
    d.text(384, 40, "your code asks", size=16, bold=True, anchor="middle", fill=ORANGE.text)
    d.text(678, 40, "and only then", size=16, bold=True, anchor="middle", fill=GREEN.text)
    d.box(20, 60, 132, 84, VIOLET, "proposes", "cancel_order", "A-1042")
    gates = (
        ("do the", "arguments fit?", "Pydantic"),
        ("is it", "allowed?", "still open?"),
        ("does a person", "say yes?", "confirm"),
    )
    for place, (first, second, by) in enumerate(gates):
        x = 178 + 146 * place
        d.arrow((x - 26, 102), (x - 2, 102), colour=GREEN.line if place else LINE)
        d.rect(x, 60, 120, 84, ORANGE)
        d.text(x + 60, 88, first, second, bold=True, size=13, anchor="middle")
        d.text(x + 60, 130, by, size=13, anchor="middle", fill=SOFT)
        d.arrow((x + 60, 144), (x + 60, 208), colour=RED.line)
        d.text(x + 70, 180, "no", size=13, fill=RED.text)
    d.arrow((590, 102), (614, 102), colour=GREEN.line)
    d.box(616, 60, 124, 84, GREEN, "one row", "changes,", "if still open")
    d.box(178, 210, 412, 50, RED, "", "the reason, as the output of the call")
    d.arrow((178, 235), (86, 235), (86, 200), (86, 146), colour=RED.line)
    d.text(30, 262, "the model reads why", size=13, fill=SOFT)
    return d


DRAWINGS = (tool_loop, tool_gate)
