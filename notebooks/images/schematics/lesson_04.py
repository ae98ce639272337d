"""Drawings for lesson 04: conversations, limits and streaming."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, PALE, RED, SOFT, VIOLET, Drawing

TALK = (
    (VIOLET, "developer", "Be brief."),
    (BLUE, "user", "My name is Mei."),
    (GREEN, "assistant", "Hello, Mei!"),
    (BLUE, "user", "What is my name?"),
    (GREEN, "assistant", "Mei."),
    (BLUE, "user", "Spell it backwards."),
    (GREEN, "assistant", "ieM"),
)


def roles() -> Drawing:
    """Three turns of a conversation: each request holds all that was said before."""
    d = Drawing(
        412,
        "A conversation is sent whole with each turn",
        "Three requests side by side. The first holds a developer message and a user message. "
        "The second holds these, the assistant's reply and the next user message: four "
        "messages. The third holds six. The model remembers nothing: what it should know is "
        "sent each time.",
    )
    for turn, sent in enumerate((2, 4, 6)):
        x = 14 + 248 * turn
        d.text(x + 8, 34, f"Request {turn + 1}: {sent} messages", bold=True)
        d.rect(x, 46, 236, 16 + 46 * sent, PALE)
        for place, (tone, role, says) in enumerate(TALK[: sent + 1]):
            reply = place == sent
            y = 56 + 46 * place + (28 if reply else 0)
            shift = 14 if role == "assistant" else 0
            d.rect(x + 10 + shift, y, 202, 40, tone, line=2.5 if reply else 1.5)
            d.text(x + 20 + shift, y + 16, role, size=12.5, bold=True, fill=tone.text)
            d.text(x + 20 + shift, y + 33, says, size=13)
            if reply:
                d.arrow((x + 118, y - 20), (x + 118, y - 1))
                d.text(x + 132, y - 7, "reply", size=13, fill=SOFT)
    legend = (
        (VIOLET, "developer: your rules"),
        (BLUE, "user: the questions"),
        (GREEN, "assistant: the replies"),
    )
    for place, (tone, says) in enumerate(legend):
        d.rect(24, 258 + 26 * place, 16, 16, tone, radius=3)
        d.text(48, 271 + 26 * place, says, size=13)
    d.text(
        24,
        360,
        "The model remembers",
        "nothing. What it should",
        "know, you send again.",
        bold=True,
    )
    return d


def limit() -> Drawing:
    """What happens when reasoning and text share one limit."""
    d = Drawing(
        316,
        "max_completion_tokens holds reasoning and visible text",
        "Three bars under the same limit of 1,000 tokens. Reasoning 300 and text 400 fit: "
        "finish_reason is stop. Reasoning 600 and text 400 fill the limit: the text is cut and "
        "finish_reason is length. Reasoning alone fills the limit: there is no text at all, "
        "finish_reason is length, and you pay for the reasoning.",
    )
    d.text(24, 36, "max_completion_tokens=1000", size=15, bold=True, mono=True)
    d.text(290, 36, "= reasoning + visible text", size=15)
    rows = (
        (300, 400, 0, "stop", "The text is complete.", GREEN),
        (600, 400, 220, "length", "The text is cut off.", RED),
        (1000, 0, 220, "length", "No text, and you pay.", RED),
    )
    for row, (thought, said, lost, reason, what, tone) in enumerate(rows):
        y = 76 + 70 * row
        d.rect(24, y, 420, 44, PALE, radius=2)
        d.rect(24, y, 0.42 * thought, 44, VIOLET, radius=2)
        d.text(24 + 0.21 * thought, y + 27, "reasoning", size=13, anchor="middle")
        if said:
            d.rect(24 + 0.42 * thought, y, 0.42 * said, 44, BLUE, radius=2)
            d.text(
                24 + 0.42 * (thought + said / 2), y + 27, "visible text", size=13, anchor="middle"
            )
        if lost:
            d.rect(444, y, 0.42 * lost, 44, PALE, radius=2, dashed=True)
            d.text(444 + 0.21 * lost, y + 27, "not written", size=12, anchor="middle", fill=SOFT)
        d.text(552, y + 18, f'finish_reason "{reason}"', size=13, bold=True, fill=tone.text)
        d.text(552, y + 37, what, size=13)
    d.rule((444, 58), (444, 268), RED.line, 3)
    d.text(444, 290, "limit", size=13, bold=True, anchor="middle", fill=RED.text)
    d.text(24, 290, "0 tokens", size=13, fill=SOFT)
    return d


def streaming() -> Drawing:
    """The same answer at once and in pieces."""
    d = Drawing(
        260,
        "One answer at once, or in pieces",
        "Two lanes over five seconds. Without stream, the reader waits five seconds and then "
        "sees the whole answer. With stream=True, the first words appear after one second and "
        "the rest follows piece by piece until second five. Tokens and price are the same.",
    )
    start, second = 152, 98

    d.text(24, 74, "at once", bold=True)
    d.text(24, 93, "stream=False", size=13, mono=True)

    d.text(24, 162, "in pieces", bold=True)
    d.text(24, 181, "stream=True", size=13, mono=True)
    d.rect(start, 140, second - 8, 48, GREY, dashed=True)
    d.text(start + 45, 169, "wait", size=13, anchor="middle", fill=SOFT)
    words = ("Air", "scatters", "blue", "light", "more", "than", "red.")
    x = float(start + second - 4)
    for word in words:
        width = 28 + 7.2 * len(word)
        d.rect(x, 140, width, 48, GREEN, radius=6)
        d.text(x + width / 2, 169, word, size=13, anchor="middle")
        x += width + 4
    last = x - width - 4
    d.rect(start, 52, last - 4 - start, 48, GREY, dashed=True)
    d.text((start + last) / 2, 81, "the reader waits", size=13, anchor="middle", fill=SOFT)
    d.box(last, 46, 742 - last, 60, GREEN, "", "the whole", "answer")
    d.arrow((start, 214), (744, 214))
    for tick in range(6):
        d.rule((start + tick * second, 208), (start + tick * second, 220), GREY.line, 2)
        d.text(start + tick * second, 238, f"{tick} s", size=13, anchor="middle", fill=SOFT)
    d.text(
        24,
        30,
        "The same tokens and the same price, but the first words come sooner",
        size=15,
        bold=True,
    )
    return d


DRAWINGS = (roles, limit, streaming)
