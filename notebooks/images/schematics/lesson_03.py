"""Drawings for lesson 03: which Python, which setting, and retries."""

from __future__ import annotations

from schematics.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, SOFT, Drawing


def which_python() -> Drawing:
    """How a notebook finds a package, and how a package ends up elsewhere."""
    d = Drawing(
        330,
        "Which Python runs a notebook",
        "The notebook talks to a kernel. The kernel is the Python of one environment and "
        "imports the packages of that environment. %pip install in a cell adds a package there. "
        "pip install in a terminal can belong to another Python: then the package is in another "
        "environment, and the notebook says ModuleNotFoundError.",
    )
    d.text(24, 36, "The notebook imports what its kernel's environment has", size=16, bold=True)
    steps = (
        (14, ORANGE, "notebook", "import openai"),
        (206, GREEN, "kernel", "a running Python"),
        (398, GREEN, "environment", "the folder .venv"),
        (590, GREEN, "packages", "openai, pandas …"),
    )
    for place, (x, tone, name, what) in enumerate(steps):
        d.box(x, 56, 156, 66, tone, name, what)
        if place:
            d.arrow((x - 36, 89), (x - 2, 89), colour=GREEN.line)
    d.text(24, 158, "%pip install openai", size=13, mono=True, fill=GREEN.text)
    d.text(24, 177, "in a cell: the kernel's own pip", size=13, fill=GREEN.text)
    d.arrow((242, 166), (630, 166), (668, 166), (668, 124), colour=GREEN.line)

    d.rule((14, 200), (746, 200))
    d.text(24, 228, "What goes wrong: pip belongs to another Python", bold=True, fill=RED.text)
    d.text(24, 272, "pip install openai", size=13, mono=True)
    d.text(24, 291, "in a terminal", size=13)
    d.arrow((172, 279), (204, 279), colour=RED.line, dashed=True)
    d.box(206, 246, 156, 66, GREY, "another Python", "first on your PATH")
    d.arrow((362, 279), (396, 279), colour=RED.line, dashed=True)
    d.box(398, 246, 156, 66, GREY, "its packages", "openai is here")
    d.arrow((554, 279), (588, 279), colour=RED.line, dashed=True)
    d.box(590, 246, 156, 66, RED, "in the notebook", "ModuleNotFoundError")
    return d


def env_wins() -> Drawing:
    """What a program sees when a variable is set and `.env` names it, too."""
    d = Drawing(
        304,
        "The environment wins over .env",
        "The environment has OPENAI_API_KEY with an old key. The file .env has OPENAI_API_KEY "
        "with a new key, and OPENAI_LOG. After load_dotenv() the program sees the old key, "
        "because what is set already stays, and OPENAI_LOG from the file. After "
        "load_dotenv(override=True) it sees the new key.",
    )
    d.rect(14, 48, 250, 112, BLUE)
    d.text(24, 34, "Before: two places", bold=True)
    d.text(30, 74, "environment variables", bold=True)
    d.text(30, 100, "OPENAI_API_KEY=old-key", size=13, mono=True, fill=BLUE.text)
    d.rect(14, 176, 250, 112, ORANGE)
    d.text(30, 202, "file .env", bold=True)
    d.text(
        30,
        228,
        "OPENAI_API_KEY=new-key",
        "OPENAI_LOG=info",
        size=13,
        mono=True,
        leading=22,
        fill=ORANGE.text,
    )

    d.text(486, 34, "After: what the program sees", bold=True)
    results = ((48, "load_dotenv()", True), (176, "load_dotenv(override=True)", False))
    for y, call, environment_wins in results:
        d.rect(476, y, 270, 112, PALE)
        d.text(492, y + 26, call, size=13, bold=True, mono=True)
        winner, value = (BLUE, "old-key") if environment_wins else (ORANGE, "new-key")
        d.text(492, y + 54, f"OPENAI_API_KEY={value}", size=13, mono=True, fill=winner.text)
        d.text(492, y + 76, "OPENAI_LOG=info", size=13, mono=True, fill=ORANGE.text)
        says = "What is set already stays." if environment_wins else "The file wins."
        d.text(492, y + 100, says, size=13, bold=True)
    d.arrow((264, 97), (474, 97), colour=BLUE.line)
    d.arrow((264, 210), (370, 210), (370, 120), (474, 120), colour=ORANGE.line)
    d.arrow((264, 232), (474, 232), colour=ORANGE.line)
    return d


def retries() -> Drawing:
    """One call that the SDK makes three times, and which errors it tries again."""
    d = Drawing(
        312,
        "The SDK tries again by itself",
        "A timeline: the first call gets 429, the SDK waits about 0.5 seconds; the second call "
        "gets 500, it waits about 1 second; the third call gets 200. Tried again: no "
        "connection, timeout, 408, 409, 429, 500 and above. Not tried again: 400, 401, 403, 404 "
        "and other errors, and a stream that breaks in the middle.",
    )
    d.text(24, 36, "Your code makes one call. The SDK makes up to three.", size=16, bold=True)
    parts = (
        (24, 120, ORANGE, "call", "429"),
        (250, 120, ORANGE, "call again", "500"),
        (582, 120, GREEN, "call again", "200"),
    )
    for x, width, tone, name, status in parts:
        d.rect(x, 64, width, 52, tone)
        d.text(x + width / 2, 85, name, size=13, anchor="middle")
        d.text(x + width / 2, 106, status, bold=True, anchor="middle", fill=tone.text)
    for x, width, pause in ((144, 106, "pause ≈ 0.5 s"), (370, 212, "pause ≈ 1 s")):
        d.rule((x + 6, 90), (x + width - 6, 90), GREY.line, 2)
        d.text(x + width / 2, 82, pause, size=13, anchor="middle", fill=SOFT)
    d.arrow((24, 130), (736, 130))
    d.text(736, 150, "time", size=13, anchor="end", fill=SOFT)
    d.text(
        24,
        150,
        "The pause doubles each time, up to 8 s. The server can ask for another pause.",
        size=13,
        fill=SOFT,
    )

    d.rect(14, 172, 358, 126, GREEN)
    d.text(30, 198, "tried again (2 times, if you set nothing)", bold=True)
    d.text(30, 222, "no connection, timeout", "408, 409, 429, 500 and above", size=13)
    d.text(
        30,
        266,
        "429 can also mean: no credit left.",
        "Trying again does not help then.",
        size=13,
        fill=SOFT,
        leading=18,
    )
    d.rect(388, 172, 358, 126, RED)
    d.text(404, 198, "not tried again", bold=True)
    d.text(
        404,
        222,
        "other errors: 400, 401, 403, 404 …",
        "a stream that breaks in the middle",
        size=13,
    )
    d.text(404, 266, "Your code gets the exception at once.", size=13, fill=SOFT)
    return d


DRAWINGS = (which_python, env_wins, retries)
