"""Drawings for the README and lesson 00."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, ORANGE, PALE, SOFT, WHITE, Drawing


def cover() -> Drawing:
    """A learner's cell, and who answers it."""
    d = Drawing(
        340,
        "OpenAI API in Practice",
        "A notebook cell calls the real openai SDK. The SDK sends the same request to a mock "
        "API on this computer, which is free, or to the OpenAI API, when you have a key.",
    )
    d.text(380, 54, "OpenAI API in Practice", size=30, bold=True, anchor="middle")
    says = "Learn it on your own computer, with no key and no network. Go live when you like."
    d.text(380, 84, says, size=15, anchor="middle", fill=SOFT)

    d.rect(20, 112, 310, 206, GREY)
    d.rect(20, 146, 310, 172, WHITE)
    for place, tone in enumerate((ORANGE, BLUE, GREEN)):
        d.circle(40 + 18 * place, 129, 5, tone.line)
    d.text(175, 134, "your notebook", size=13, bold=True, anchor="middle", fill=SOFT)
    d.text(
        36,
        172,
        "client = OpenAI()",
        "reply = client.responses.create(",
        '    model="gpt-6-luna",',
        '    input="Say hello in Māori.",',
        ")",
        "print(reply.output_text)",
        size=13,
        mono=True,
    )
    d.rect(36, 280, 108, 28, GREEN)
    d.text(90, 299, "Kia ora!", bold=True, anchor="middle", fill=GREEN.text)

    d.arrow((330, 215), (374, 215))
    d.box(376, 181, 122, 68, GREY, "openai SDK", "the real one")
    d.arrow((498, 205), (528, 205), (514, 158), (546, 158), colour=GREEN.line)
    d.arrow((498, 225), (528, 225), (514, 272), (546, 272), colour=ORANGE.line, dashed=True)
    d.box(548, 118, 192, 80, GREEN, "mock API", "on this computer", "free, works offline")
    d.box(548, 232, 192, 80, ORANGE, "OpenAI API", "with your key", "calls cost money")
    d.text(644, 220, "the same code", size=13, anchor="middle", fill=SOFT)
    return d


def modes() -> Drawing:
    """The three ends that a request can reach."""
    d = Drawing(
        236,
        "The same request in three modes",
        "Your cell calls the openai SDK. The SDK sends the same request to one of three servers: "
        "offline to the mock API on this computer, which is free; live to api.openai.com, where "
        "calls cost money; or to a compatible server whose address is in OPENAI_BASE_URL.",
    )
    d.box(14, 82, 168, 72, GREY, "your cell", "client = OpenAI()", mono=True)
    d.arrow((182, 118), (242, 118))
    d.box(244, 82, 138, 72, GREY, "openai SDK", "the real one")
    servers = (
        (GREEN, "offline", "mock API on this computer: free"),
        (ORANGE, "live", "api.openai.com: calls cost money"),
        (BLUE, "compatible server", "the address in OPENAI_BASE_URL"),
    )
    for place, (tone, mode, server) in enumerate(servers):
        middle = 46 + 72 * place
        if place == 1:
            d.arrow((382, 118), (478, 118), colour=tone.line)
        else:
            d.arrow((382, 118), (440, 118), (420, middle), (478, middle), colour=tone.line)
        d.box(480, middle - 31, 266, 62, tone, mode, server, anchor="start")
    return d


def request_reply() -> Drawing:
    """One request and its reply, each part with its name."""
    d = Drawing(
        444,
        "One request and its reply",
        "The request names the model and holds a list of messages. Each message has a role and "
        "its content: the developer message gives your rules, the user message asks. In the "
        "reply, choices[0].message.content is the text, finish_reason says why the text ended, "
        "and usage counts the tokens that you pay for.",
    )
    d.rect(196, 14, 550, 174, BLUE)
    d.text(
        212,
        40,
        "client.chat.completions.create(",
        '    model="gpt-6-luna",',
        "    messages=[",
        '        {"role": "developer",',
        '         "content": "Answer in one sentence."},',
        '        {"role": "user", "content": "What is an API?"},',
        "    ])",
        size=13,
        mono=True,
        leading=22,
    )
    d.text(14, 40, "You send a request.", bold=True, fill=BLUE.text)
    _part(d, 62, 236, "which model answers")
    _part(d, 106, 268, "your rules")
    _part(d, 150, 268, "the question")

    d.arrow((471, 188), (471, 228))
    d.text(486, 212, "the answer comes back", size=13, fill=SOFT)

    d.rect(196, 230, 550, 200, GREEN)
    d.text(
        212,
        256,
        "choices[0]",
        '    message.role     = "assistant"',
        '    message.content  = "An API is an agreed way for',
        '                        programs to talk."',
        '    finish_reason    = "stop"',
        "usage",
        "    prompt_tokens, completion_tokens, total_tokens",
        size=13,
        mono=True,
        leading=25,
    )
    d.text(14, 256, "You get a reply.", bold=True, fill=GREEN.text)
    _part(d, 281, 236, "who speaks")
    _part(d, 306, 236, "the text")
    _part(d, 356, 236, "why it ended")
    _part(d, 406, 236, "what you pay for")
    return d


def _part(d: Drawing, y: float, tip: float, name: str) -> None:
    d.rect(14, y - 15, 164, 21, PALE, line=1, radius=10)
    d.text(96, y, name, size=13, anchor="middle", fill=SOFT)
    d.arrow((178, y - 4.5), (tip, y - 4.5))


DRAWINGS = (cover, modes, request_reply)
