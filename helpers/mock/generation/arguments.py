"""What a prompt says about a field: the city, the number, the date that stand in its words.

Small rules and no model: a field's type, format, name and description say what kind of value it
takes, and values of that kind are looked for in the text. What is not found is left to others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

LONGEST = 4000
"""The letters of a prompt that are looked at."""

_KINDS: dict[str, str] = {
    "email": "email mail",
    "url": "url uri link website",
    "language": "language lang",
    "currency": "currency currencies",
    "date": "date day when deadline birthday checkin checkout departure arrival",
    "time": "time hour clock",
    "place": (
        "city cities location place town country destination origin region airport where state "
        "station capital area"
    ),
    "id": "id code sku number phone order ticker symbol reference",
    "query": "query question search prompt q keyword keywords topic term",
    "expression": "expression formula calculation equation",
    "said": "message body text content note task reminder todo",
    "about": "subject",
    "role": "from to source target base into",
    "name": (
        "name person recipient customer user author artist company product who people attendee "
        "attendees participants participant contact title guest sender"
    ),
}
_FORMATS = {"date": "date", "time": "time", "email": "email", "uri": "url"}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
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
_CURRENCIES = {
    "EUR": "euros?|€",
    "USD": r"(?:us )?dollars?|\$",
    "GBP": "pounds?|£",
    "JPY": "yen|¥",
    "CHF": "(?:swiss )?francs?",
    "INR": "rupees?|₹",
    "CNY": "yuan|renminbi",
}
_CODES = "AUD BRL CAD CHF CNY CZK DKK EUR GBP INR JPY KRW MXN NOK NZD PLN SEK TRY UAH USD ZAR"
# Words that begin a sentence and are no names.
_OPENERS = """
a add also an and any are at book buy calculate call can check compare convert could create delete
describe did do does explain fetch find for from get give has have hello hey hi how i i'd i'm if in
is it let list look make may my name need now of on open or order pay plan play please put remind
reserve schedule search send set should show start tell the then there this to translate turn
update use was we weather what what's when where which who whose why will with would write yes no
thanks thank but today tomorrow tonight celsius fahrenheit fly email mail text
json csv xml html http api pdf url sql the my me us
"""
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_NAME = re.compile(rf"{_CAPITAL}[\w'’-]*(?: (?:(?:de|da|del|la|of|van|von) )?{_CAPITAL}[\w'’-]*)*")
_AFTER = r"\s+(?:weather|forecast|temperature|time|today|tomorrow|now|please|stock|shares)\b"
_NUMBER = re.compile(r"(?<![\w.,:#-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w:-]*\d)")
_BY = {"author", "artist", "writer", "creator", "by"}
_FROM, _TO = (
    {"from", "origin", "source", "departure", "sender", "base"},
    {
        *("to", "destination", "target", "arrival", "recipient", "into"),
    },
)


def words(name: str) -> list[str]:
    """Return the words of a name such as `total_price` or `unitPrice`, in small letters."""
    return re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", name).replace("_", " ").lower().split()


def kind(name: str, schema: Mapping[str, Any]) -> str:
    """Return which kind of value a field takes: number, place, date … or any."""
    types = schema.get("type")
    types = {types} if isinstance(types, str) else set(types or ())
    if "enum" in schema:
        return "enum"
    if types & {"number", "integer"}:
        return "number"
    if "boolean" in types:
        return "boolean"
    if types - {"string", "null"} or {"const", "properties", "pattern"} & set(schema):
        return "other"
    if schema.get("format"):
        return _FORMATS.get(schema["format"], "other")
    named = words(name)[::-1]
    for one in named:
        for found, known in _KINDS.items():
            if one in known.split() or one.removesuffix("s") in known.split():
                # Of "departure_city" the last word says the kind; the first its part in it.
                return found
    told = re.findall(r"[a-z]+", str(schema.get("description", "")).lower())
    for found in ("place", "email", "date", "currency", "language", "name"):
        if set(told) & set(_KINDS[found].split()):
            return found
    return "any"


def candidates(text: str, name: str, schema: Mapping[str, Any]) -> list[Any]:
    """Return the values in a text that a field might have, the likeliest first."""
    text = text[:LONGEST]
    what = kind(name, schema)
    if what == "enum":
        found = [(_place(text, value), value) for value in schema["enum"]]
        return [value for place, value in sorted(found, key=lambda one: one[0]) if place >= 0]
    if what == "number":
        return _near(text, name, _numbers(text, schema))
    if what == "boolean":
        return _boolean(text, name)
    look = _LOOK.get(what)
    found_here = look(text, schema) if look else []
    if what in ("place", "name", "currency", "language", "role", "any"):
        found_here = _by_role(text, name, schema, found_here)
    return list(dict.fromkeys(found_here))


def _place(text: str, value: object) -> int:
    """Return where a value stands in a text, or -1."""
    said = re.escape(str(value)).replace("_", "[ _-]")
    match = re.search(rf"(?<!\w){said}(?!\w)", text, re.IGNORECASE)
    return match.start() if match and str(value) else -1


def _numbers(text: str, schema: Mapping[str, Any]) -> list[tuple[int, Any]]:
    whole = "number" not in (schema.get("type") or ())
    taken = [match.span() for match in _dates(text)] + [m.span() for m in _TIME.finditer(text)]
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
        pattern = rf"\b({'|'.join(_NUMBERS)})\b"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            found.append((match.start(), _NUMBERS.index(match[0].lower())))
    return found


def _near(text: str, name: str, found: list[tuple[int, Any]]) -> list[Any]:
    """Return values in their order, but first the one beside the field's own name."""
    stems = [word[:4] for word in words(name) if len(word) > 2]
    last = words(name)[-1:]

    def far(one: tuple[int, Any]) -> tuple[int, int]:
        behind = re.sub(r"^[\d.,\s-]+", "", text[one[0] : one[0] + 30].lower())[:12]
        before = text[max(0, one[0] - 12) : one[0]].lower()
        beside = any(behind.startswith(stem) or stem in before for stem in stems)
        person = last in (["guests"], ["people"], ["adults"]) and "people" in behind
        return (0 if beside or person else 1, one[0])

    return [value for _, value in sorted(found, key=far)]


def _boolean(text: str, name: str) -> list[bool]:
    for word in words(name):
        if len(word) > 3 and (
            match := re.search(
                rf"(\b(?:no|not|without|don't)\b[\w\s]{{0,12}})?\b{word[:5]}", text, re.I
            )
        ):
            return [not match[1]]
    return []


def _dates(text: str) -> list[re.Match[str]]:
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


def _date(text: str, schema: Mapping[str, Any]) -> list[str]:
    found = []
    for match in _dates(text):
        if match["iso"]:
            found.append(match["iso"])
            continue
        day, month = int(match["d1"] or match["d2"]), (match["m1"] or match["m2"])[:3].lower()
        number = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month))
        if 1 <= day <= 31:
            found.append(f"{match['y1'] or match['y2'] or YEAR}-{number:02}-{day:02}")
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


def _names(text: str, schema: Mapping[str, Any], unsure: bool = False) -> list[str]:
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
    found = _names(text, schema, unsure=True)
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
    return _quoted(text, schema) or _names(text, schema)


def _matches(pattern: str) -> Callable[[str, Mapping[str, Any]], list[str]]:
    return lambda text, _: [match[0].rstrip(".,;:!?") for match in re.finditer(pattern, text)]


def _ids(text: str, schema: Mapping[str, Any]) -> list[str]:
    found = re.findall(r"(?<![\w-])#?((?:[A-Z]+[-_]?)*\d[\w-]*)", text)
    return (
        found
        or re.findall(r"\b[A-Z]{2,5}\b", text)
        or _quoted(text, schema)
        or _names(text, schema, unsure=True)
    )


def _currencies(text: str, schema: Mapping[str, Any]) -> list[str]:
    found = [
        (match.start(), match[0])
        for match in re.finditer(rf"\b({_CODES.replace(' ', '|')})\b", text)
    ]
    for code, said in _CURRENCIES.items():
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
        r"(?:\bsaying(?: that)?|\bthat says|\bremind me (?:to|about)|:)\s+(.+)", text, re.I | re.S
    ) or re.search(r"\btranslate\s+(.+?)\s+(?:in)?to\s", text, re.I | re.S)
    if not tail:
        return []
    days = "|".join(_DAYS)
    when = (
        r"\s+(?:(?:at|on|by)\s+[\w:.-]*\d[\w\s]*|tomorrow|tonight|today"
        rf"|(?:on\s+|next\s+|this\s+)?(?:{days}))$"
    )
    said, before = tail[1].strip(" .?!\n"), ""
    while said != before:
        before, said = said, re.sub(when, "", said, flags=re.I)
    return [said]


def _about(text: str, schema: Mapping[str, Any]) -> list[str]:
    told = re.search(r"\b(?:about|subject:?)\s+(.+?)(?:\s+saying\b|[.?!\n]|$)", text, re.I)
    return [told[1].strip("\"'“”")] if told else []


def _role(text: str, schema: Mapping[str, Any]) -> list[str]:
    """Return what goes from one to another: letters, money, travellers."""
    return (
        _LOOK["email"](text, schema)
        or _currencies(text, schema)
        or _tongues(text, schema)
        or _names(text, schema)
    )


def _any(text: str, schema: Mapping[str, Any]) -> list[str]:
    return _quoted(text, schema) or _names(text, schema)


_LOOK: dict[str, Callable[[str, Mapping[str, Any]], list[str]]] = {
    "date": _date,
    "time": _time,
    "email": _matches(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
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
    "role": _role,
    "any": _any,
}


def _by_role(text: str, name: str, schema: Mapping[str, Any], found: Sequence[str]) -> list[str]:
    """Return values with those first that stand behind "from" or "to", as the field's name says."""
    named, what = set(words(name)), kind(name, schema)
    behind = "from" if named & _FROM else "to|into" if named & _TO else ""
    if named & _BY:
        behind, what = "by", "role"
    if not behind:
        # Where things are is said with a preposition, whose they are without.
        behind = "in|at|near|to|from|of"
        if what not in ("place", "name"):
            return list(found)

    def apart(value: str) -> bool:
        said = "|".join((re.escape(value), _CURRENCIES.get(value, re.escape(value))))
        return not re.search(rf"\b(?:{behind})\s+(?:{said})", text, re.IGNORECASE)

    if what == "name" or not all(map(apart, found)):
        return sorted(found, key=lambda value: apart(value) != (what == "name"))
    return [*found[1:], *found[:1]] if named & _TO else list(found)


_POOLS = {"place": "name"}
"""Kinds whose values are looked for among the same words."""


def share(
    fields: Iterable[tuple[str, Mapping[str, Any]]],
    texts: Sequence[str],
    many: Container[str] = (),
    known: Iterable[Any] = (),
) -> dict[str, list[Any]]:
    """Return for each field of an object what texts say of it, each value for one field only.

    texts: the newest first; the first that says something of a field counts. many: the fields that
    take all there is. known: values that other fields have already.
    """
    # Lists of names take them all, before a name; what may be any words comes last.
    fields = sorted(fields, key=lambda one: (kind(*one) == "any", one[0] not in many))
    pools = [_POOLS.get(kind(*field), kind(*field)) for field in fields]
    taken: dict[str, set[Any]] = {}
    found: dict[str, list[Any]] = {}
    elsewhere = {value for value in known if isinstance(value, (str, int, float))}
    for (name, schema), pool in zip(fields, pools, strict=True):
        for text in texts:
            values = candidates(text, name, schema)
            if pool not in ("enum", "boolean"):
                values = [value for value in values if value not in elsewhere]
            if pool in ("enum", "boolean", "other"):
                pass
            elif pools.count(pool) > 1 or pool == "any":
                gone = taken.get("name" if pool == "any" else pool, set())
                values = [value for value in values if value not in gone]
                values = values if name in many else values[:1]
            if values:
                found[name] = values
                taken.setdefault("name" if pool == "any" else pool, set()).update(values)
                break
    return found
