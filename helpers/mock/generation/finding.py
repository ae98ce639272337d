"""Answers that stand in the conversation itself: the sentence that says what a question asks.

Nothing here understands a sentence. It answers a question if it has each word of the question that
counts, by its stem, and something of the kind that is asked for, such as a number for "how many".
Else nothing is found: a sentence that does not fit would be worse than none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from helpers.mock.generation import meaning, values
from helpers.mock.generation.describe import short
from helpers.mock.generation.messages import Message, corrects

LONGEST = 200_000
"""The letters of a text that are looked at."""
MOST = 200
"""The messages that are looked at, the latest ones."""
SHOWN, QUOTED = 160, 300
"""The letters of a message that are shown, and of a sentence that is the answer."""

_ASKS = re.compile(
    r"\W*(?:(?:and|so|but|please|now),?\s+)?"
    r"(?:(?:what|who|whose|whom|when|where|which|why|how)\b|(?:tell|remind)\s+me\b"
    r"|(?:within|in|at|on|for|from|by|to|of|with)\s+(?:what|which|how|whom|whose)\b"
    r"|(?:do|can|could)\s+you\s+(?:know|remember|tell)\b"
    r"|(?:is|are|was|were|do|does|did|can|may|must|have|has|am)\s+\w+)",
    re.IGNORECASE,
)
# Where one asks what a thing is at all, a sentence that names it says nothing.
_EXPLAINS = re.compile(r"\bwhat(?:'s| is| are| does) (?:an?\b|\w+ mean)|\babout\W*$")
_LEAD = re.compile(r"^\W*(?:my\s+|the\s+)?(?:question|q)\s*(?:is\s*)?:\s*", re.IGNORECASE)
# Words of a question that its answer need not have.
_FREE = (
    "what's who's where's when's how's tell remind say said told mention mentioned know remember "
    "please again whose whom why come came bring take get let allow allowed may must should want "
    "need use give according text letter message document handbook above below given exactly "
    "now not no still ever within during until since between yet name call called in it there kind "
    "don't didn't doesn't i'm i've much many long old"
)
_NUMBER = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty"
    r"|fifty|hundred|thousand|once|twice|free|no)\b"
)
_LENGTH = r"\d.*\b(?:metres?|meters?|k?m|cm|kilometres?|kilometers?|miles?|feet|inch(?:es)?"
_TIME = r"\b(?:minutes?|hours?|days?|weeks?|months?|years?)\b"
_KINDS = {
    r"how old|what age": (
        r"\d.*\b(?:years?|months?|weeks?)\b|\b(?:aged?|born|old) .*\d|(?:is|am|are|'m|turned) \d+\b"
    ),
    r"how (?:long|far)": rf"{_LENGTH})\b|(?:{_NUMBER}).*{_TIME}|\buntil\b|\bfrom\b.*\d",
    r"how (?:tall|high|wide|deep|big|large)": rf"{_LENGTH}|square|hectares?|litres?)\b",
    r"how heavy": r"\d.*\b(?:k?g|kilos?|kilograms?|grams?|tons?)\b",
    r"how often": rf"{_NUMBER}|\b(?:every|daily|weekly|monthly|yearly|always|never)\b",
    r"how (?:many|much)|prices?|costs?|number": _NUMBER,
    r"when|(?:what|which) (?:time|day|date|year|month)|at what time": (
        r"\d|\b(?:noon|midnight|today|tomorrow|yesterday|tonight|week|weekend|morning|evening)\b"
        r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
        r"|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b"
    ),
    r"where": r"\b(?:in|at|on|near|to|from|under|behind|beside|above|between|into|next)\b",
    r"why": r"\b(?:because|since|so that|due to|in order to)\b",
    r"(?:what|which) colou?r": (
        r"\b(?:red|orange|yellow|green|blue|purple|violet|pink|brown|white|black|gr[ae]y)\b"
    ),
    r"who(?! (?:is|was) )|whom|whose|called|named|names?": "",
}
"""How a question asks, and what its answer must have beside the question's words: a name, if that
is empty. The words that ask need not be in the answer."""
_FORMS = dict(
    re.findall(
        r"(\w+):(\w+)",
        "bought:buy sold:sell paid:pay wrote:write written:write went:go ate:eat drank:drink "
        "taught:teach thought:think left:leave lost:lose found:find sent:send met:meet won:win "
        "built:build broke:break broken:break chose:choose began:begin born:birth grew:grow "
        "grown:grow drove:drive flew:fly spoke:speak taken:take took:take kept:keep spent:spend "
        "called:name named:name names:name men:man women:woman children:child people:person "
        "feet:foot mice:mouse wives:wife",
    )
)
"""Words whose stem does not tell what they are a form of."""
_SECOND = {
    **{"i am": "you are", "i was": "you were", "am": "are", "i": "you", "me": "you"},
    **{"i'm": "you're", "i've": "you've", "i'll": "you'll", "i'd": "you'd", "myself": "yourself"},
    **{"my": "your", "mine": "yours", "our": "your", "ours": "yours", "we": "you", "us": "you"},
    **{"we're": "you're", "we've": "you've", "we'll": "you'll"},
}
_ME = r"\b(?:i|me|my|mine|we|us|our|ours)\b"


@dataclass(frozen=True)
class _Sentence:
    """A sentence of a conversation.

    about: the stems of its words, and of the sentence before where it begins with "it" or the like.
    source: whose it is: `you`, or what says it.
    """

    text: str
    about: frozenset[str]
    source: str


def answer(conversation: Sequence[Message]) -> str | None:
    """Return what a conversation says to the question that ends it, or None if it says nothing."""
    if not conversation or conversation[-1].role != "user":
        return None
    sentences = _sentences(conversation[-1].text[-LONGEST:])
    asking = [place for place, text in enumerate(sentences) if _ASKS.match(_LEAD.sub("", text))]
    # The question stands behind the text that it is about, or before it.
    place = next((one for one in (len(sentences) - 1, 0) if one in asking), None)
    if place is None:
        return None
    question = _LEAD.sub("", sentences.pop(place)).casefold().replace("’", "'")
    if _EXPLAINS.search(question):
        return None
    kinds = [kind for kind in _KINDS if re.search(rf"\b(?:{kind})\b", question)]
    wanted = _words(re.sub(rf"\b(?:{'|'.join(kinds)})\b", " ", question) if kinds else question)
    wanted -= _free()
    asked = _words(question)
    found: dict[tuple[int, bool, int], _Sentence] = {}
    enough = wanted or "how old am i" in question
    for number, one in enumerate(_said(conversation, sentences) if enough else ()):
        new = _besides(one.text, question)
        if wanted <= one.about and _is_of(question, one) and _has(kinds, one.text, new):
            # Of what one tells of oneself the last goes; of a text, what says least besides.
            own = one.source == "you"
            rank = -len(asked & one.about), not own, -number if own else len(new.split())
            found.setdefault(rank, one)
    if not found:
        return None
    sentence = found[min(found)]
    later = _later(conversation, sentence) if sentence.source == "you" else ""
    return _told(sentence) + later


def _later(conversation: Sequence[Message], sentence: _Sentence) -> str:
    """Return what was said after a sentence that may take it back: "No, it is blue."."""
    said = [message.text for message in conversation[:-1] if message.role == "user"]
    place = max((at for at, text in enumerate(said) if sentence.text in text), default=len(said))
    new = next((text for text in reversed(said[place + 1 :]) if corrects(text)), None)
    return f" Later you said: “{short(new, SHOWN)}”" if new else ""


def of_conversation(conversation: Sequence[Message]) -> str | None:
    """Return an answer to a question about a conversation itself: what came first, how much."""
    if not conversation or conversation[-1].role != "user":
        return None
    *said, asked = (message.text for message in conversation if message.role == "user")
    for pattern, tell in _OF_CONVERSATION.items():
        if match := re.fullmatch(pattern, asked[:LONGEST], re.IGNORECASE | re.DOTALL):
            return tell(said, match)
    return None


def _one_of(said: Sequence[str], match: re.Match[str]) -> str | None:
    """Return the first or last thing that was asked or told."""
    asking = bool(re.search(r"ask|question", match[0], re.IGNORECASE))
    those = [text for text in said if text.rstrip().endswith("?") or not asking]
    if not those:
        return None
    place = 0 if re.search(r"first", match[0], re.IGNORECASE) else -1
    return f"You {'asked' if asking else 'said'}: “{short(those[place], SHOWN)}”"


def _number(said: Sequence[str], match: re.Match[str]) -> str:
    things = match[1].lower()
    those = [text for text in said if text.rstrip().endswith("?") or things == "messages"]
    number = len(those) + 1  # This one, too.
    if number == 1:
        return f"One {things.removesuffix('s')}: this one."
    return f"{number} {things}, with this one."


def _summary(said: Sequence[str], match: re.Match[str]) -> str | None:
    told = "; ".join(f"“{short(text, SHOWN)}”" for text in said)
    return f"(Offline mock) You said, in this order: {told}." if said else None


def _beginning(said: Sequence[str], match: re.Match[str]) -> str | None:
    """Return the first sentence of a text, which most often says what it is about."""
    sentences = _sentences(match[1])
    if len(sentences) < 2:
        return None
    return (
        f"(Offline mock) No model sums it up. Its first sentence: “{short(sentences[0], QUOTED)}”"
    )


_MINE = (
    r"(?:(?:did|have|had) i (?:just )?(?:say|said|ask|asked|tell|told|write|written|send|sent)"
    r"(?: you)?)"
)
_OF_CONVERSATION: dict[str, Callable[[Sequence[str], re.Match[str]], str | None]] = {
    rf"\W*what {_MINE} (?:you )?(?:first|last|before|at first|just now)\W*": _one_of,
    r"\W*what (?:was|is) my (?:very )?(?:first|last|previous) (?:question|message)\W*": _one_of,
    rf"\W*how many (questions|messages) {_MINE}\b.*": _number,
    r"\W*(?:please )?(?:sum up|summari[sz]e) (?:our|this|the) (?:conversation|chat)\W*": _summary,
    r"\W*(?:please )?(?:sum up|summari[sz]e)\b[^:\n]{0,60}[:\n]\s*(.+)": _beginning,
}


def _said(conversation: Sequence[Message], asked_with: Sequence[str]) -> Iterator[_Sentence]:
    """Yield what a conversation says, but for what the model said.

    asked_with: the sentences that stand beside the question.
    """
    calls = {call.id: call.name for message in conversation for call in message.calls}
    for message in conversation[-MOST:]:
        if message is conversation[-1]:
            yield from _read(asked_with, "you" if _is_own(message, asked_with) else "text")
        elif message.role == "user":
            sentences = _sentences(message.text[:LONGEST])
            yield from _read(sentences, "you" if _is_own(message, sentences) else "text")
        elif message.role == "developer":
            yield from _read(_sentences(message.text[:LONGEST]), "The instructions say")
        elif message.role == "tool":
            name = calls.get(message.answers or "", "The tool")
            yield from _read(_rows(message.text[:LONGEST]), f"{name} returned")
        for part in message.parts:
            if part.document is not None:
                name = part.document.name
                yield from _read(_sentences(part.text[:LONGEST]), f"{name} says")


def _is_own(message: Message, sentences: Sequence[str]) -> bool:
    """Whether somebody says a message of oneself, and has not pasted it."""
    return len(sentences) <= 3 and not re.search(r":\s|\n|[“\"]", message.text.strip())


def _read(sentences: Sequence[str], source: str) -> Iterator[_Sentence]:
    before: frozenset[str] = frozenset()
    for text in sentences:
        about = _words(text)
        if re.match(r"\W*(?:it|its|he|his|she|her|they|their|this|these)\b", text, re.IGNORECASE):
            about |= before
        before = about
        if not (text.rstrip().endswith("?") or _ASKS.match(text)):
            yield _Sentence(text, about, source if source != "text" else "Your text says")


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with one subject: "I am Mei" and "I keep bees"."""
    parts = re.split(r"\n+|(?<=[.!?])[\"”]?\s+(?=\W?(?:[^\W\d_a-zß-öø-ÿ]|\d|my\b|i\b))", text)
    subject = r"(?=(?:I|I'm|my|we|our|he|she|they)\b)"
    clauses = [re.split(rf",?\s+(?:and|but)\s+{subject}", part) for part in parts]
    return [one.strip(" \t-*•") for part in clauses for one in part if re.search(r"\w", one)]


def _rows(text: str) -> list[str]:
    """Return what a tool answered: of JSON a sentence for each object."""
    try:
        data = json.loads(text)
    except ValueError:
        return _sentences(text)
    return [
        ", ".join(f"{name}: {value}" for name, value in row.items())
        if isinstance(row, Mapping)
        else str(row)
        for row in (data if isinstance(data, list) else [data])
    ]


@cache
def _free() -> frozenset[str]:
    return _words(_FREE)


def _words(text: str) -> frozenset[str]:
    """Return the stems of the words that say what a text is about."""
    plain = re.sub(r"'s\b", "", text.casefold().replace("’", "'"))
    words = re.findall(r"[^\W_]+(?:['.-][^\W_]+)*", plain)
    return frozenset(
        meaning.stem(_FORMS.get(word, word)) for word in words if word not in meaning.SMALL
    )


def _besides(text: str, question: str) -> str:
    """Return the words of a sentence that are not the question's."""
    asked = set(re.findall(r"\w+", question)) - meaning.SMALL
    words = (word for word in text.split() if word.strip(".,;:!?()").casefold() not in asked)
    return " ".join(words)


def _is_of(question: str, sentence: _Sentence) -> bool:
    """Whether a sentence tells of whom a question asks: of a sister's dog it is not "my dog"."""
    owned = re.findall(r"\bmy (?:\w+ )??(\w+)", question)
    if any(re.search(rf"['’]s\s+{re.escape(word)}", sentence.text, re.I) for word in owned):
        return False
    if sentence.source != "you" or not re.search(_ME, question):
        return True
    if re.search(r"\b(?:my|our)\b", question):
        return bool(re.search(_ME, sentence.text, re.IGNORECASE))
    return bool(re.match(r"\W*(?:\w+,?\s+)?(?:i|we)\b", sentence.text, re.IGNORECASE))


def _has(kinds: Sequence[str], text: str, new: str) -> bool:
    """Whether a sentence has what the kinds of questions ask for."""
    if not (kinds or _words(new)):
        return False
    return all(
        re.search(_KINDS[kind], new, re.IGNORECASE) if _KINDS[kind] else _names(text, new)
        for kind in kinds
    )


def _names(text: str, new: str) -> bool:
    called = re.search(r"\b(?:called|named|name(?:\s+is)?:?)\s+(\w+)", text, re.IGNORECASE)
    named = {word for name in values.names(text, {}) for word in name.split()}
    return bool(named & set(re.findall(r"[\w'-]+", new)) or (called and called[1] in new))


def _told(sentence: _Sentence) -> str:
    text = " ".join(sentence.text.split())
    if sentence.source != "you":
        return f"(Offline mock) {sentence.source}: “{short(text, QUOTED)}”"
    if re.match(_ME, text, re.IGNORECASE):
        return f"You said that {second_person(text).rstrip('.!')}."
    return f"You said: “{text}”"


def second_person(text: str) -> str:
    """Return what somebody says of oneself as one says it to them."""
    said = "|".join(re.escape(one) for one in sorted(_SECOND, key=len, reverse=True))
    return re.sub(
        rf"(?<!')\b(?:{said})\b(?!')",
        lambda one: _SECOND[one[0].lower()],
        text.replace("’", "'"),
        flags=re.IGNORECASE,
    )
