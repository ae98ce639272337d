"""The language that a conversation asks to be answered in."""

from __future__ import annotations

import re
from collections.abc import Collection

# What speakers call a language, where replies are written in it.
_OWN = {
    "Chinese": "中文|Mandarin",
    "Dutch": "Nederlands",
    "French": "français",
    "German": "Deutsch",
    "Italian": "italiano",
    "Japanese": "日本語",
    "Polish": "polsku",
    "Portuguese": "português",
    "Spanish": "español",
    "Turkish": "Türkçe",
}
_ASKS = "answer|reply|respond|speak|write|say it|always|only|please|now|and|but|from now on|me"

_IN = "in|into|to|auf|en|po|em"


def asked(texts: list[tuple[str, str]], known: Collection[str]) -> tuple[str | None, list[str]]:
    """Return which of the `known` languages messages ask for, and their texts without that.

    texts: role and text of each message. The last that names a language counts, the user's before
    the developer's. A text that asks for nothing else becomes empty.
    """
    language, bare = None, [text for _, text in texts]
    for place in sorted(range(len(texts)), key=lambda place: (texts[place][0] == "user", place)):
        role, text = texts[place]
        if role not in ("user", "developer"):
            continue
        for name in known:
            called = f"{name}|{_OWN[name]}" if name in _OWN else name
            if not re.search(called, text, re.IGNORECASE):
                continue
            request = rf"(?:\b(?:{_ASKS})\s+)*\b(?:{_IN})\s+(?:{called})\b(?:,?\s+please)?"
            left = re.sub(request, " ", text, flags=re.IGNORECASE)
            if left != text:
                language, bare[place] = name, left if re.search(r"\w", left) else ""
    return language, bare
