"""Values that stand in a text: numbers, dates, names, places, currencies and what is quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {name: number for number, name in enumerate(_DIGITS)}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LANGUAGES = (
    *("Arabic", "Chinese", "Czech", "Danish", "Dutch", "English", "Finnish", "French", "German"),
    *("Greek", "Hindi", "Italian", "Japanese", "Korean", "Norwegian", "Polish", "Portuguese"),
    *("Russian", "Spanish", "Swedish", "Turkish", "Ukrainian"),
)
CURRENCIES = {
    "EUR": "euros?|€",
    "USD": r"(?:us )?dollars?|\$",
    "GBP": "pounds?|£",
    "JPY": "yen|¥",
    "CHF": "(?:swiss )?francs?",
    "INR": "rupees?|₹",
    "CNY": "yuan|renminbi",
}
MONEY = rf"(?:{'|'.join(CURRENCIES.values())})(?!\w)"
_CODES = "AUD BRL CAD CHF CNY CZK DKK EUR GBP INR JPY KRW MXN NOK NZD PLN SEK TRY UAH USD ZAR"
# Words that begin a sentence and are no names.
_OPENERS = """
a add also an and any are at book buy calculate call can check compare convert could create delete
describe did do does explain fetch find for from get give has have hello hey hi how i i'd i'm if
in is it let list look make may my name need now of on open or order pay plan play please put
remind reserve schedule search send set should show start tell the then there this to translate
turn update use was we weather what what's when where which who whose why will with would write
yes no dear best kind regards sincerely yours cheers extract thanks thank but today tomorrow
tonight here celsius fahrenheit fly email mail text json csv xml html http api pdf url sql the my
me us
"""
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_NAME = re.compile(rf"{_CAPITAL}[\w'’-]*(?: (?:(?:de|da|del|la|van|von) )?{_CAPITAL}[\w'’-]*)*")
_AFTER = r"\s+(?:weather|forecast|temperature|time|today|tomorrow|now|please|stock|shares)\b"
_NUMBER = re.compile(r"(?<![\w.,:#-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w:-]*\d)")


# What asks for something to be made up or told, rather than taken from the text.
_ASKS = re.compile(
    r"\W*(?:(?:please|can you|could you|would you|i want you to|now)\W+)*"
    r"(?:invent|write|make|create|imagine|compose|generate|suggest|propose|design|draft|think|plan|"
    r"give|tell|name|list|describe|explain|who|what|which|why)\b",
    re.IGNORECASE,
)


def stated(text: str) -> str:
    """Return the part of a prompt that may hold the values of fields.

    Of what asks for something new that is its dates, and what stands behind a colon or line break.
    """
    if not _ASKS.match(text):
        return text
    asked, *given = re.split(r":\s|\n", text, maxsplit=1)
    return " ".join([*(match[0] for match in _DATE.finditer(asked)), *given])


def numbers(text: str, schema: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """Return the numbers of a schema's type in a text, each with its place."""
    whole = "number" not in (schema.get("type") or ())
    taken = [match.span() for match in dates(text)] + [m.span() for m in _TIME.finditer(text)]
    found: list[tuple[int, Any]] = []
    for match in _NUMBER.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        said = match[0].replace(",", "")
        if "." not in said:
            found.append((match.start(), int(said)))
        elif not whole or float(said).is_integer():
            found.append((match.start(), float(said)))
    if not found:
        pattern = rf"\b({'|'.join(NUMBERS)})\b"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            found.append((match.start(), NUMBERS[match[0].lower()]))
    return found


def dates(text: str) -> list[re.Match[str]]:
    """Return where dates stand in a text. `day` says which each is."""
    return list(_DATE.finditer(text))


_MONTH = "|".join(rf"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS)
_DATE = re.compile(
    r"\b(?P<iso>\d{4}-\d\d-\d\d)\b"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m1>{_MONTH})\b,?(?:\s+(?P<y1>\d{{4}}))?"
    rf"|\b(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y2>\d{{4}}))?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?P<h1>[01]?\d|2[0-3])[:h](?P<m1>[0-5]\d)(?:\s*(?P<p1>[ap])\.?m\b)?"
    r"|\b(?P<h2>1[0-2]|[1-9])\s*(?P<p2>[ap])\.?m\b|\b(?P<word>noon|midnight)\b",
    re.IGNORECASE,
)
YEAR = 2026
"""The year of a date that names none: the mock has no clock."""


def day(match: re.Match[str]) -> str | None:
    """Return a date that was found as the schemas have it: 2026-12-01."""
    if match["iso"]:
        return match["iso"]
    number, name = int(match["d1"] or match["d2"]), (match["m1"] or match["m2"])[:3].lower()
    month = next(place for place, long in enumerate(_MONTHS, 1) if long.startswith(name))
    return f"{match['y1'] or match['y2'] or YEAR}-{month:02}-{number:02}" if number <= 31 else None


def _date(text: str, schema: Mapping[str, Any]) -> list[str]:
    found = [said for match in dates(text) if (said := day(match))]
    if not found and not schema.get("format"):
        days = "|".join(_DAYS)
        said = rf"\b(?:today|tonight|tomorrow|(?:next |this )?(?:{days}|weekend)|next week)\b"
        found = [match[0] for match in re.finditer(said, text, re.IGNORECASE)]
    return found


def _time(text: str, schema: Mapping[str, Any]) -> list[str]:
    found = []
    for match in _TIME.finditer(text):
        if match["word"]:
            found.append("12:00" if match["word"].lower() == "noon" else "00:00")
            continue
        hour, half = int(match["h1"] or match["h2"]), (match["p1"] or match["p2"] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        found.append(f"{hour:02}:{match['m1'] or '00'}")
    return [f"{one}:00Z" for one in found] if schema.get("format") else found


def _quoted(text: str, schema: Mapping[str, Any]) -> list[str]:
    return [
        next(part for part in match if part)
        for match in re.findall(r"\"([^\"]+)\"|“([^”]+)”|(?<!\w)'([^']+)'(?!\w)|«([^»]+)»", text)
    ]


def names(text: str, schema: Mapping[str, Any], unsure: bool = False) -> list[str]:
    """Return the words with capitals. unsure: if there are none, one that begins the text."""
    known = {*_OPENERS.split(), *_MONTHS, *_DAYS, *(language.lower() for language in _LANGUAGES)}
    found: list[str] = []
    doubtful: list[str] = []
    for match in _NAME.finditer(text):
        start, name = match.start(), match[0]
        while name and name.split()[0].lower().replace("’", "'") in known:
            first, _, name = name.partition(" ")
            start += len(first) + 1
        name = re.sub(r"['’]s$", "", name)
        if not name or name in _CODES.split():
            continue
        begins = not re.search(r"[\w,:;]\s*$", text[:start])
        begins &= not re.match(
            r",?\s*(?:is|was|has|lives|works|and)\b|, [A-Z]", text[match.end() :]
        )
        (doubtful if begins and " " not in name else found).append(name)
    if found or not unsure:
        return found
    # "Tokyo weather?" and the mere "Tokyo" name a place; "Rain?" does not.
    return [
        name for name in doubtful if re.match(rf"\s*{re.escape(name)}(?:\s*\.?$|{_AFTER})", text)
    ]


def _places(text: str, schema: Mapping[str, Any]) -> list[str]:
    told = str(schema.get("description", ""))
    found = names(text, schema, unsure=True)
    if len(found) == 2 and re.search(r"[A-Z]\w+, [A-Z]|country|state", told):
        together = f"{found[0]}, {found[1]}"
        if together in text:
            return [together]
    if found:
        return found
    word = rf"(?!(?:{'|'.join(_OPENERS.split())})\b)[^\W\d_]{{3,}}"
    small = rf"\b(?:in|at|near|to|from|for)\s+({word})((?:(?:,|\s+and)\s+{word})*)"
    for match in re.finditer(small, text, re.IGNORECASE):
        more = re.split(r",|\sand\s", match[2])
        return [one.strip().capitalize() for one in (match[1], *more) if one.strip()]
    return []


def _people(text: str, schema: Mapping[str, Any]) -> list[str]:
    # Whom a letter greets and who signs it stands apart, and "in the" is said of rooms.
    told = re.sub(r"\bDear \w+,|\b(?:Best|Regards|Cheers|Yours|Thanks),\s+\w+\W*$", " ", text)
    told = re.sub(rf"\b(?:in|at) the {_NAME.pattern}", " ", told)
    return _quoted(text, schema) or names(told, schema)


def _matches(pattern: str) -> Callable[[str, Mapping[str, Any]], list[str]]:
    return lambda text, _: [match[0].rstrip(".,;:!?") for match in re.finditer(pattern, text)]


def _ids(text: str, schema: Mapping[str, Any]) -> list[str]:
    found = re.findall(r"(?<![\w-])#?((?:[A-Z]+[-_]?)*\d[\w-]*)", text)
    return (
        found
        or re.findall(r"\b[A-Z]{2,5}\b", text)
        or _quoted(text, schema)
        or names(text, schema, unsure=True)
    )


def _currencies(text: str, schema: Mapping[str, Any]) -> list[str]:
    found = [
        (match.start(), match[0])
        for match in re.finditer(rf"\b({_CODES.replace(' ', '|')})\b", text)
    ]
    for code, said in CURRENCIES.items():
        found += [
            (match.start(), code) for match in re.finditer(rf"(?<!\w)(?:{said})(?!\w)", text, re.I)
        ]
        if said[-1] in "€$£¥₹":
            found += [(place, code) for place in range(len(text)) if text[place] == said[-1]]

    # What has a number is what one has; the other is what one wants.
    def alone(place: int) -> bool:
        return not re.search(r"\d\s*$", text[:place]) and not re.match(r".\s*\d", text[place:])

    return [code for place, code in sorted(found, key=lambda one: (alone(one[0]), one[0]))]


def _tongues(text: str, schema: Mapping[str, Any]) -> list[str]:
    return re.findall(rf"\b({'|'.join(_LANGUAGES)})\b", text)


def _products(text: str, schema: Mapping[str, Any]) -> list[str]:
    counted = re.findall(r"\b\d+\s+(?:[a-z]+\s+of\s+)?([a-z]{3,})", text)
    asked = re.findall(
        r"\b(?:add|buy|order|get)\s+(?:(?:a|an|some|the)\s+)?([a-z]{3,})\b", text, re.I
    )
    return _quoted(text, schema) or counted or asked


def _query(text: str, schema: Mapping[str, Any]) -> list[str]:
    if quoted := _quoted(text, schema):
        return quoted
    asked = re.search(r"\b(?:search(?: the web)? for|look up|google)\s+(.+)", text, re.I | re.S)
    return [(asked[1] if asked else text).strip(" .?!\n")] if text.strip(" .?!\n") else []


def _expression(text: str, schema: Mapping[str, Any]) -> list[str]:
    for word, sign in (("times", "*"), ("plus", "+"), ("minus", "-"), ("divided by", "/")):
        text = re.sub(rf"(?<=\d)\s+{word}\s+(?=\d)", f" {sign} ", text)
    sums = re.findall(r"[\d(][\d\s.+\-*/^()%×÷x]*(?:% of [\d.]*\d|[\d)])", text)
    sums = [one for one in sums if re.search(r"[+\-*/^%×÷x]", one)]
    plain = [re.sub(r"[×x]", "*", one).replace("÷", "/").strip() for one in sums]
    return plain or _quoted(text, schema)


def _said(text: str, schema: Mapping[str, Any]) -> list[str]:
    if quoted := _quoted(text, schema):
        return quoted
    tail = re.search(
        r"(?:\bsaying(?: that)?|\bthat(?: says)?|\bremind me (?:to|about)|:)\s+(.+)",
        text,
        re.I | re.S,
    ) or re.search(r"\btranslate\s+(.+?)\s+(?:in)?to\s", text, re.I | re.S)
    if not tail:
        return []
    days = "|".join(_DAYS)
    when = (
        r"\s+(?:(?:at|on|by)\s+[\w:.-]*\d[\w\s]*|tomorrow|tonight|today"
        rf"|(?:on\s+|next\s+|this\s+)?(?:{days}))$"
    )
    said, before = tail[1].strip(" .?!\n"), ""
    # Of a reminder the time is apart; of a letter it is a part.
    while said != before and "remind" in tail[0].lower():
        before, said = said, re.sub(when, "", said, flags=re.I)
    return [said]


def _about(text: str, schema: Mapping[str, Any]) -> list[str]:
    told = re.search(r"\b(?:about|subject:?)\s+(.+?)(?:\s+saying\b|[.?!\n]|$)", text, re.I)
    return [told[1].strip("\"'“”")] if told else []


def _role(text: str, schema: Mapping[str, Any]) -> list[str]:
    """Return what goes from one to another: letters, money, travellers."""
    return (
        LOOK["email"](text, schema)
        or _currencies(text, schema)
        or _tongues(text, schema)
        or names(text, schema)
    )


def _title(text: str, schema: Mapping[str, Any]) -> list[str]:
    """Return what is called so or quoted. Of a longer text, a lone name in it is no title."""
    called = re.findall(
        r"^\s*(?:subject|title)\s*:\s*(.+?)\s*$", text, re.IGNORECASE | re.MULTILINE
    )
    if called or "\n" in text or len(text) > _SHORT:
        return called or _quoted(text, schema)
    # Who comes, and where to, is said with a preposition.
    behind = r"\b(?:at|by|from|in|near|of|to|with)\s+"
    return [one for one in _people(text, schema) if not re.search(behind + re.escape(one), text)]


_SHORT = 120
"""The letters of a text that asks for one thing, whose name is then that of the thing."""


def _any(text: str, schema: Mapping[str, Any]) -> list[str]:
    return _quoted(text, schema) or names(text, schema)


LOOK: dict[str, Callable[[str, Mapping[str, Any]], list[str]]] = {
    "date": _date,
    "time": _time,
    "email": _matches(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "phone": _matches(r"\+?\d[\d ()/.-]{4,}\d"),
    "url": _matches(r"https?://\S+|\bwww\.\S+"),
    "place": _places,
    "name": _people,
    "id": _ids,
    "currency": _currencies,
    "language": _tongues,
    "query": _query,
    "expression": _expression,
    "said": _said,
    "about": _about,
    "title": _title,
    "role": _role,
    "product": _products,
    "any": _any,
}
"""For each kind of field what finds its values in a text, given the field's schema."""
