"""Drawings for lesson 01: the key."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, SOFT, WHITE, Drawing


def organization() -> Drawing:
    """Who pays, what is counted apart, and where keys live."""
    d = Drawing(
        346,
        "An organization holds projects, and a project holds keys",
        "The organization pays: it has the members, the credit and the bill. In it are projects, "
        "each with its own spend limit and its own costs. Each project has its own keys. "
        "If a key leaks, the limit of its project caps the damage.",
    )
    d.rect(14, 14, 732, 318, ORANGE)
    d.text(32, 42, "organization", size=16, bold=True)
    d.text(160, 42, "It pays: members, credit and the bill are here.", fill=SOFT)
    projects = (
        ("project: chatbot", "$20", "$14", 0.7, ("laptop", "sk-proj-…1111"), ("server", "…2222")),
        ("project: receipts", "$5", "$1", 0.2, ("laptop", "…3333"), None),
        ("project: lessons", "$2", "$0.20", 0.1, ("lessons-laptop", "…4444"), None),
    )
    for place, (name, limit, spent, share, *keys) in enumerate(projects):
        x = 32 + 236 * place
        d.rect(x, 60, 224, 212, BLUE)
        d.text(x + 14, 86, name, bold=True)
        d.text(x + 14, 108, f"{spent} spent of a {limit} limit", size=13)
        d.rect(x + 14, 118, 196, 10, WHITE, line=1, radius=5)
        d.rect(x + 14, 118, 196 * share, 10, BLUE, line=None, radius=5, solid=True)
        for line, key in enumerate(keys):
            y = 144 + 62 * line
            if key:
                d.rect(x + 14, y, 196, 52, WHITE)
                _key(d, x + 32, y + 26)
                d.text(x + 54, y + 22, f"key: {key[0]}", size=13, bold=True)
                end = key[1].removeprefix("sk-proj-")
                d.text(x + 54, y + 41, f"sk-proj-{end}", size=13, mono=True)
    d.text(
        380,
        297,
        "If a key leaks, the limit of its project caps the damage.",
        "So make one project for each thing you build.",
        anchor="middle",
    )
    return d


def _key(d: Drawing, x: float, y: float) -> None:
    d.rule((x, y), (x, y + 13), GREY.text, 3)
    d.rule((x, y + 12), (x + 5, y + 12), GREY.text, 3)
    d.rule((x, y + 6), (x + 4, y + 6), GREY.text, 3)
    d.circle(x, y - 6, 6, WHITE.fill, GREY.text)


def create_key() -> Drawing:
    """The form that creates a key, and what to put into it."""
    d = Drawing(
        372,
        "The form that creates a key (schematic)",
        "A schematic form with a name, a project and permissions: All, Restricted or Read only. "
        "The name says what will use the key, the project counts its costs, and permissions "
        "limit what a stolen key can do. After you create the key it is shown only once: copy "
        "it at once.",
    )
    d.text(24, 38, "Create a new secret key", size=16, bold=True)
    d.text(736, 38, "A sketch: the real page looks different.", size=13, anchor="end", fill=SOFT)
    d.rect(14, 52, 380, 212, PALE)
    _field(d, 30, 76, "Name", "lessons-laptop")
    _field(d, 30, 130, "Project", "lessons")
    d.polygon((360, 148), (372, 148), (366, 156), fill=SOFT)
    d.text(30, 188, "Permissions", size=13, bold=True)
    for place, (name, chosen) in enumerate((("All", 0), ("Restricted", 1), ("Read only", 0))):
        x = (38, 106, 230)[place]
        d.circle(x, 207, 7, WHITE.fill, BLUE.line if chosen else GREY.line)
        if chosen:
            d.circle(x, 207, 4, BLUE.line)
        d.text(x + 14, 212, name, size=13)
    d.button(230, 224, 150, "Create secret key")
    d.text(192, 244, "Cancel", size=13, anchor="middle", fill=SOFT)
    notes = (
        (98, "Say what will use the key:", "later you know which one to delete."),
        (148, "Limits and costs", "are counted for each project."),
        (202, "Restricted, if you know what your", "program needs. If not, All."),
    )
    for y, *lines in notes:
        d.arrow((446, y), (400, y), colour=BLUE.line)
        d.text(456, y - 4, *lines, size=13)

    d.rect(14, 290, 732, 68, ORANGE)
    d.text(30, 316, "Your new key is shown once", bold=True)
    d.text(30, 340, "sk-proj-••••••••••••", size=13, mono=True)
    d.rect(212, 323, 64, 26, WHITE, radius=6)
    d.text(244, 341, "Copy", size=13, bold=True, anchor="middle")
    d.text(306, 316, "Copy the key now and save it in the file .env.", size=13)
    d.text(306, 340, "Lost it? Delete the key and create another one.", size=13)
    d.arrow((204, 264), (204, 288))
    return d


def _field(d: Drawing, x: float, y: float, name: str, value: str) -> None:
    d.text(x, y, name, size=13, bold=True)
    d.rect(x, y + 7, 350, 28, WHITE, radius=6)
    d.text(x + 12, y + 26, value, size=13)


def key_leak() -> Drawing:
    """What to do when a key has leaked, in order."""
    d = Drawing(
        196,
        "Four steps after a key has leaked",
        "First delete the key: it stops working at once. Second create a new key and put it into "
        ".env. Third look at the usage since the leak, and write to support about calls that are "
        "not yours. Last clean the repository's history, which helps least.",
    )
    d.text(24, 36, "A key has leaked. What now?", size=16, bold=True)
    steps = (
        (RED, "Delete the key", "It stops working", "at once."),
        (GREEN, "Create a new key", "Put the new key", "into .env."),
        (BLUE, "Look at the usage", "Calls that are not", "yours? Tell support."),
        (GREY, "Clean the history", "Last, because copies", "still have the key."),
    )
    for place, (tone, head, *lines) in enumerate(steps):
        x = 14 + 188 * place
        d.box(x, 72, 168, 108, tone, head, *lines)
        d.badge(x + 84, 72, str(place + 1), tone)
        if place:
            d.arrow((x - 20, 126), (x - 1, 126))
    return d


DRAWINGS = (organization, create_key, key_leak)
