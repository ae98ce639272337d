"""Which rules of a developer a written reply keeps: those that any would, and a number of words."""

from __future__ import annotations

import re

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
        said = number["number"].lower()
        most = int(said) if said.isdigit() else _NUMBERS.index(said) + 1
        if len(reply.split()) > most - bool(number["less"]):
            return False
        rule = rule.replace(number[0], "")
    return written_for or set(re.findall(r"\w+", rule.lower())) <= _ANY
