"""Work on a learner's own text that needs no model: it is counted, turned, sorted and reckoned.

A task is a pattern of the whole request, so that what asks for more than that is left alone; what
it finds is right, or there is no answer.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from helpers.mock.generation import meaning, values

LONGEST = 100_000
"""The letters of a request that are looked at."""

Match = re.Match[str]
Task = Callable[[Match, str], str | None]

_PLEASE = r"(?:(?:please|can you|could you|now|ok)[\s,]+)*"
_FILLER = (
    r"(?:the|this|these|that|those|following|my|a|an|all|of|it|them|in|word|words|phrase|sentence"
    r"|sentences|string|text|paragraph|list|name|names|number|numbers|item|items|line|lines|below)"
)
_NUMBER = r"-?\d+(?:\.\d+)?"
_OPEN, _CLOSE = r"[“\"'‘`]", r"[”\"'’`]"
# Where the text that is worked on stands: in quotes, behind a colon or line break, or a word alone.
_GIVEN = (
    rf"(?:\s*{_FILLER}\b)*\s*:?\s*{_OPEN}([^“”\"`]+){_CLOSE}[?.!]?",
    rf"(?:\s*{_FILLER}\b)*\s*[:?\n]\s*(.+)",
    r"\s*(?:the\s+)?(?:word|name|string)\s+([^\s?.!]+)[?.!]?",
    r"\s*(?:the\s+)?(?:phrase|sentence)\s+([^\s?.!].+?)[?!]?",
    r"\s*((?-i:[a-z])[\w'’-]*)[?.!]?",
    rf"\s*({_NUMBER}(?:(?:,?\s+and\s+|,\s*|\s+){_NUMBER})+)[?.!]?",
)
_OPERATORS: Mapping[type[ast.AST], Callable[..., Fraction]] = {
    **{ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul},
    **{ast.Div: operator.truediv, ast.USub: operator.neg, ast.UAdd: operator.pos},
}
_SIGNS = {
    r"\b(?:times|multiplied by)\b|[×·]|(?<=[\d\s)])x(?=[\d\s(])": "*",
    r"\bplus\b": "+",
    r"\bminus\b|[−–]": "-",
    r"\bdivided by\b|÷": "/",
    r"\s*\b(?:percent|per cent)\b": "%",
    r"(\d+(?:\.\d+)?)\s*%\s*of\s*(\d+(?:\.\d+)?)": r"(\1/100*\2)",
    r"(?<=\d),(?=\d{3}\b)": "",
}


def done(asked: str) -> str | None:
    """Return what comes of the work that a request asks for, or None if it asks for none known."""
    asked = asked[:LONGEST].strip()
    for pattern, task in _TASKS.items():
        match = re.fullmatch(_PLEASE + pattern, asked, re.IGNORECASE | re.DOTALL)
        if match and (text := _given(match["rest"])) and (made := task(match, text)) is not None:
            return made
    for pattern, reckon in _SUMS.items():
        match = re.fullmatch(_PLEASE + pattern, asked[:300], re.IGNORECASE)
        if match and (made := reckon(match)) is not None:
            return made
    return None


def _given(rest: str) -> str | None:
    """Return the text that is worked on, or None if it does not stand there."""
    for pattern in _GIVEN:
        match = re.fullmatch(pattern, rest, re.IGNORECASE | re.DOTALL)
        if match and not re.fullmatch(rf"(?:\W*\b{_FILLER}\b)+\W*", match[1], re.IGNORECASE):
            return match[1].strip()
    return None


def _items(text: str) -> list[str]:
    """Return the items of a list: by lines, by semicolons, by commas, or else its words."""
    marks = (r"\n+", r";\s*", r",\s*(?:and\s+)?|\s+and\s+", r"\s+")
    parts = next((found for mark in marks if len(found := re.split(mark, text)) > 1), [text])
    items = [re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", part).strip() for part in parts]
    return [item for item in items if item]


def _numbers(text: str) -> list[Fraction]:
    """Return the numbers of a list of nothing else."""
    items = _items(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.rstrip("?. ")))
    return (
        [Fraction(one) for one in items] if all(re.fullmatch(_NUMBER, one) for one in items) else []
    )


def _plain(number: Fraction) -> str:
    """Return a number with up to six places, and whether these are all."""
    text = f"{float(number):.6f}".rstrip("0").rstrip(".") if number.denominator > 1 else f"{number}"
    return text if Fraction(text) == number else f"About {text}."


def _several(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}."


# Text

_PARTS: Mapping[str, str] = {
    "word": r"\w+(?:['’.@/-]\w+)*",
    "letter": r"[^\W\d_]",
    "character": r"(?s:.)",
    "vowel": r"[aeiou]",
    "digit": r"\d",
    "sentence": r"\S[^.!?…]*[.!?…]*",
    "line": r"[^\n]*\S[^\n]*",
}


def _parts(what: str, text: str) -> list[str]:
    """Return the words, letters … of a text; none where they cannot be told for sure."""
    if what == "sentence" and re.search(r"\b(?:\w|[Dd]r|Mrs?|Ms|St|etc|[ie]\.[ge])\.|\d\.\d", text):
        return []
    return re.findall(_PARTS[what], text, re.IGNORECASE)


def _count(match: Match, text: str) -> str | None:
    what = match["what"].lower().removesuffix("s")
    number = len(_parts(what, text))
    return _several(number, what) if number or what in ("vowel", "digit", "letter") else None


def _occurrences(match: Match, text: str) -> str:
    part = re.escape(match["part"].strip("“”\"'‘’"))
    part = part if len(match["part"].strip("“”\"'‘’")) == 1 else rf"(?<!\w){part}(?!\w)"
    return _several(len(re.findall(part, text, re.IGNORECASE)), "time")


def _reversed(match: Match, text: str) -> str:
    if match["list"]:
        return ("\n" if "\n" in text else ", ").join(reversed(_items(text)))
    return text[::-1]


def _case(match: Match, text: str) -> str:
    how = match["how"].lower()
    if "lower" in how or "small" in how:
        return text.lower()
    if "title" in how:
        return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda word: word[0].capitalize(), text)
    return text.upper()


def _sorted(match: Match, text: str) -> str | None:
    items, numbers = _items(text.rstrip(".")), _numbers(text)
    down = bool(re.search(r"descending|reverse|(?:largest|biggest|highest) first", match[0], re.I))
    named = re.search(r"\b(?:words|names)\b", match[0][: match.start("rest")], re.IGNORECASE)
    if len(items) < 2 or not (numbers or match["how"] or named):
        return None
    if numbers and not re.search("alphabet", match[0], re.IGNORECASE):
        found = [_plain(number) for number in sorted(numbers, reverse=down)]
    else:
        found = sorted(items, key=str.casefold, reverse=down)
    return ("\n" if "\n" in text else ", ").join(found)


def _of_numbers(match: Match, text: str) -> str | None:
    numbers, what = sorted(_numbers(text)), match["what"].lower()
    if not numbers:
        return None
    if what in ("sum", "total"):
        return _plain(sum(numbers, Fraction()))
    if what in ("average", "mean"):
        return _plain(sum(numbers, Fraction()) / len(numbers))
    if what == "median":
        half = len(numbers) // 2
        return _plain((numbers[half] + numbers[~half]) / 2)
    return _plain(numbers[-1] if what in ("largest", "biggest", "highest") else numbers[0])


def _one(match: Match, text: str) -> str | None:
    parts = _parts(match["what"].lower(), text)
    return parts[0 if match["which"].lower() == "first" else -1] if parts else None


_EXTRACTED: Mapping[str, Callable[[str], list[str]]] = {
    r"e-?mails?(?: address(?:es)?)?|mail address(?:es)?": lambda text: values.LOOK["email"](
        text, {}
    ),
    r"urls?|links?|web ?sites?|web addresses": lambda text: values.LOOK["url"](text, {}),
    r"hash ?tags?": lambda text: re.findall(r"#\w+", text),
    r"dates?": lambda text: (
        []
        if re.search(r"\d+[./]\d+[./]", text)  # Which of them is the month is not known.
        else [match[0] for match in values.dates(text)]
    ),
    r"prices?": lambda text: re.findall(
        r"[$€£]\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*\s?(?:[€$£]|(?:euros?|dollars?|pounds?|EUR|USD|GBP"
        r"|CHF)\b)",
        text,
    ),
    r"numbers?": lambda text: re.findall(rf"(?<![\w.,-]){_NUMBER}(?!\w)", text),
}


def _extracted(match: Match, text: str) -> str | None:
    find = next(
        find for what, find in _EXTRACTED.items() if re.fullmatch(what, match["what"], re.I)
    )
    return "\n".join(dict.fromkeys(find(text))) or None


def _palindrome(match: Match, text: str) -> str:
    letters = re.sub(r"[\W_]", "", text).casefold()
    if letters == letters[::-1]:
        return "Yes, it reads the same backwards."
    return f"No, backwards it reads “{text[::-1]}”."


def _labelled(match: Match, text: str) -> str | None:
    """Return the label that a text is clearly nearer to than to the others, by their words."""
    labels = [one for one in re.split(r",\s*(?:or\s+)?|\s+or\s+", match["labels"]) if one]
    return nearest(text, labels)


def nearest(text: str, labels: Sequence[str]) -> str | None:
    """Return which of some labels a text is clearly about, by their words, or None."""
    if len(labels) < 2 or any(re.match(r"not?\b|non", label, re.I) for label in labels):
        return None
    whole = 1536
    about = meaning.vector(text, "", whole, whole)
    near = sorted(
        (sum(map(operator.mul, about, meaning.vector(label, "", whole, whole))), label)
        for label in labels
    )
    return near[-1][1] if near[-1][0] > max(0.2, 2 * near[-2][0]) else None


# Numbers and days


def _reckoned(match: Match) -> str | None:
    """Return what an expression comes to. It is read as one, and nothing of it is run."""
    text = match["sum"].strip().rstrip("?=. ").lower()
    if values.dates(text) or re.fullmatch(r"\d+[/-]\d+", text):
        return None
    for said, sign in _SIGNS.items():
        text = re.sub(said, sign, text)
    text = re.sub(r"[a-z]+", lambda word: str(values.NUMBERS.get(word[0], word[0])), text)
    if not re.fullmatch(r"[\d\s.+*/()-]*[+*/-][\d\s.+*/()-]*", text):
        return None
    try:
        return _plain(_value(ast.parse(text.strip(), mode="eval").body, text.strip()))
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        return None


def _value(node: ast.AST, text: str) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(ast.get_source_segment(text, node) or "")
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.left, text), _value(node.right, text))
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.operand, text))
    raise ValueError("no arithmetic")


def _day(found: Match) -> date | None:
    """Return a date that names its year, or None."""
    try:
        return date.fromisoformat((re.search(r"\d{4}", found[0]) and values.day(found)) or "")
    except ValueError:
        return None


def _days(match: Match) -> str | None:
    days = [_day(found) for found in values.dates(match["dates"])]
    if len(days) != 2 or days[0] is None or days[1] is None:
        return None
    return _several(abs((days[1] - days[0]).days), "day")


def _weekday(match: Match) -> str | None:
    days = [_day(found) for found in values.dates(match["dates"])]
    return f"{days[0]:%A}." if len(days) == 1 and days[0] else None


def _is(match: Match) -> str | None:
    number, what = int(match["n"].replace(",", "")), match["what"].lower()
    if abs(number) > 10**12:
        return None
    if "prime" in what:
        what = "a prime number"
        least = next((by for by in range(2, int(abs(number) ** 0.5) + 1) if number % by == 0), 0)
        if number > 1 and least:
            return f"No, {number} is {least} × {number // least}."
        holds = number > 1
    elif "leap" in what:
        what, holds = "a leap year", number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    elif match["by"]:
        what = f"divisible by {int(match['by'])}"
        holds = int(match["by"]) > 0 and number % int(match["by"]) == 0
    else:
        holds = number % 2 == (what == "odd")
    return f"{'Yes' if holds else 'No'}, {number} is {'' if holds else 'not '}{what}."


_THING = "|".join(_PARTS)
_HOW = r"(?P<how>upper ?-?case|lower ?-?case|title ?-?case|capital letters|capitals|small letters)"
_TASKS: Mapping[str, Task] = {
    rf"(?:how many|count(?: the)?(?: number of)?)\s+(?P<what>(?:{_THING})s?)"
    r"(?:\s+(?:are|is|does|do|there|in|of)\b)*(?P<rest>.+?)(?:\s+(?:has|have)\W*)?": _count,
    r"how (?:many times|often) (?:does|do|is)\s+(?:the\s+)?(?:letter\s+|word\s+|character\s+)?"
    r"(?P<part>\S+)\s+(?:occurs?|appears?|comes? up|used)\s+in(?P<rest>.+)": _occurrences,
    r"how many\s+(?:letters?\s+)?(?P<part>[“\"'‘]?[a-z][”\"'’]?)(?:['’]?s)?\s+(?:are|is)(?: there)?"
    r"\s+in(?P<rest>.+)": _occurrences,
    r"reverse(?: the order of)?(?P<list>\s+(?:the|this|these|my)\s+(?:list|items|words|names"
    r"|numbers)\b)?(?P<rest>.+)": _reversed,
    r"(?:spell|write|say|print)(?P<rest>.+?)\s+(?:backwards?|in reverse)[.!?]?": (
        lambda _, text: text[::-1]
    ),
    rf"(?:convert|change|turn|put|write|print|make)?\s*(?:(?:{_FILLER}|to|into)\s+)*"
    rf"{_HOW}(?P<rest>\s*[:\n].+)": _case,
    rf"(?:convert|change|turn|put|write|print|make)(?P<rest>.+?)\s+(?:in|to|into)\s+(?:all\s+)?"
    rf"{_HOW}[.!?]?": _case,
    r"(?:sort|order|arrange|put)(?:\s+(?:the|this|these|my|following"
    r"|list|of|words|names|numbers|items|lines|it|them))*"
    r"(?P<how>\s+(?:alphabetically|(?:in|into) alphabetical order|(?:in |into )?(?:ascending|"
    r"descending|numerical|reverse alphabetical|reverse)(?: order)?|(?:largest|smallest|biggest"
    r"|highest|lowest) first|from a to z))?(?P<rest>\s*[:\n].+)": _sorted,
    r"(?:(?:what is|what's|give me|find|calculate|which is)\s+)?(?:the\s+)?(?P<what>sum|total"
    r"|average|mean|median|largest|biggest|highest|smallest|lowest)(?:\s+(?:number|value))?"
    r"(?:\s+(?:of|in|among))?(?P<rest>.+)": _of_numbers,
    r"(?:what is|what's|give me|tell me)\s+the\s+(?P<which>first|last)\s+"
    r"(?P<what>word|letter|sentence|line)\s+(?:of|in)(?P<rest>.+)": _one,
    r"(?:extract|find|list|give me|show|collect|get|pull out)\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?"
    rf"(?P<what>{'|'.join(_EXTRACTED)})(?:\s+(?:in|from|out of|of))?(?P<rest>\W.+)": _extracted,
    r"is(?P<rest>\s.+?)\s+a palindrome\W*": _palindrome,
    r"(?:is (?:this|it|the following)(?: \w+)?(?: about)?|classify (?:this|it)(?: \w+)? as"
    r"|which category(?: is this)?[,:]?)\s+(?P<labels>[\w-]+(?:,\s*[\w-]+)*,?\s+or\s+[\w-]+)"
    r"(?P<rest>\s*[?:\n].+)": _labelled,
}
"""What is done with a text, by the pattern of the whole request."""
_SUMS: Mapping[str, Callable[[Match], str | None]] = {
    r"(?:what is|what's|calculate|compute|how much is|solve)\s*:?\s*(?P<sum>.*\d.*|.* (?:times|plus"
    r"|minus) .*)": _reckoned,
    r"(?P<sum>[\d(-][\d.,()\s]*\s[+*/×x-]\s.*|.*\d\s*=\s*\??)": _reckoned,
    r"how many days (?:are |lie )?(?:there )?(?:are )?(?:between|from)\s+(?P<dates>.+)": _days,
    r"(?:what|which) (?:day of the week|weekday) (?:is|was|will)\s+(?P<dates>.+)": _weekday,
    r"is\s+(?P<n>-?\d[\d,]*)\s+(?:an?\s+)?(?P<what>even|odd|prime|leap year|divisible by "
    r"(?P<by>\d{1,9}))(?: number)?\W*": _is,
}
"""What is reckoned, by the pattern of the whole request."""
