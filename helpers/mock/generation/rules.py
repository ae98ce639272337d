"""Which rules of a developer a written reply keeps, by itself or in another form.

By itself it keeps what any would, and a number of words. It is put into capital or small letters,
into fewer sentences, into a list if it is one, and gets a beginning or an end.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# A rule of nothing but these words every written reply keeps.
_ANY = frozenset(
    re.findall(
        r"\w+",
        "you are be act as a an the i my your our who that it is this here helpful friendly kind "
        "polite nice good careful expert assistant chatbot bot ai gardener gardening garden "
        "teacher tutor coach guide staff shop help helps user users student students learner "
        "learners "
        "answer answers reply respond say explain question questions them please always only "
        "just with in to of for and about but one single short brief briefly "
        "concise concisely clear clearly simple simply plain english sentence sentences text "
        "truthful truthfully honest honestly correct correctly accurate accurately",
    )
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = re.compile(
    r"\b(?:at most |no more than |up to |a maximum of |maximum |max "
    rf"|(?P<less>fewer than |less than |under ))?(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)})"
    r"(?: or (?:less|fewer))? words?\b",
    re.IGNORECASE,
)


def kept(rule: str, reply: str, *, written_for: bool) -> bool:
    """Whether a reply is known to keep a rule.

    written_for: whether the reply is written for a rule, of which then only numbers are looked at.
    """
    if number := _WORDS.search(rule):
        if len(reply.split()) > _number(number["number"]) - bool(number["less"]):
            return False
        rule = rule.replace(number[0], "")
    return written_for or set(re.findall(r"\w+", rule.lower())) <= _ANY


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS.index(said.lower()) + 1


def put(rule: str, reply: str) -> tuple[str, str]:
    """Return a reply in the forms that a rule asks for, and what else the rule says."""
    for pattern, form in _FORMS.items():
        for asked in re.finditer(rf"\b(?:{pattern})", rule, re.IGNORECASE):
            if (formed := form(reply, asked)) is not None:
                reply, rule = formed, rule.replace(asked[0], " ")
    return reply, rule


def style(text: str) -> str | None:
    """Return the sentence of a developer's message that asks for a way to answer, if one does."""
    for sentence in sentences(text):
        asks = re.match(rf"(?:please |always |only |never )*(?:{_WAYS})\b", sentence, re.IGNORECASE)
        if asks and len(sentence.split()) <= 12 and not kept(sentence, "", written_for=False):
            return sentence
    return None


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    parts = re.split(r"(?<=[.!?])\s+(?=\W?[^\W\d_a-z])|\n+", text.strip())
    return [part.strip() for part in parts if part.strip()]


_WAYS = "answer|reply|respond|speak|talk|write|act|use|say|end|finish|start|begin|keep"


def _first(reply: str, asked: re.Match[str]) -> str | None:
    said = asked["number"]
    number = 1 if "single" in said.lower() else _number(said)
    parts: list[str] = []
    for part in sentences(reply):
        # "Hello!" is a sentence, and yet nobody counts it as one.
        if parts and re.fullmatch(r"\w+[!.]", parts[-1]):
            part = f"{parts.pop()} {part}"
        parts.append(part)
    return " ".join(parts[:number]) if len(parts) >= number and "\n" not in reply else None


def _list(reply: str, asked: re.Match[str]) -> str | None:
    """Return a reply that names several things as a list of them, or None if it is no such."""
    items = re.split(r",\s+(?:and\s+)?|\s+and\s+", reply.strip().rstrip("."))
    if len(items) < 2 or re.search(r"[.:;!?\n]", reply.strip()[:-1]):
        return None
    if any(len(item.split()) > 4 for item in items):
        return None
    mark = "{}." if asked["number"] else "-"
    listed = (f"{mark.format(n)} {item[:1].upper()}{item[1:]}" for n, item in enumerate(items, 1))
    return "\n".join(listed)


_ANSWER = r"(?:(?:all|each|every|the|your)\s+)*(?:answers?|reply|replies|response|message)?\s*"
_QUOTED = (
    r"with\s+(?:the words?\s+)?[“\"']?(?P<said>(?<=[“\"'])[^”\"]+(?=[”\"'])|[^\s”\"']+?)[”\"']?\.?$"
)
_FORMS: dict[str, Callable[[str, re.Match[str]], str | None]] = {
    rf"(?:in |with )?(?:exactly |just |only )?(?P<number>a single|1|{'|'.join(_NUMBERS)})"
    r"(?: short)? sentences?\b": _first,
    r"(?:as|in|with) (?:an? )?(?:(?P<number>numbered|ordered) |bullet(?:ed)? |unordered )?"
    r"(?:list|bullet points|bullets)\b": _list,
    rf"(?:start|begin)s?\s+{_ANSWER}{_QUOTED}": lambda reply, asked: f"{asked['said']} {reply}",
    rf"(?:end|finish)\s+{_ANSWER}{_QUOTED}": lambda reply, asked: f"{reply} {asked['said']}",
    r"(?:in |with |use )?(?:only )?(?:all )?(?:capital letters|capitals|caps|upper ?-?case"
    r"(?: letters)?)\b": lambda reply, _: reply.upper(),
    r"(?:in |with |use )?(?:only )?(?:all )?(?:small letters|lower ?-?case(?: letters)?)\b": (
        lambda reply, _: reply.lower()
    ),
}
"""What a rule asks for, and the form that a reply is put into; none where it has no such form."""
