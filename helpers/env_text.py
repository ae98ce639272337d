"""The text of a `.env`: what is read of it, which lines are not and why, how one is changed.

python-dotenv decides what is read. It passes over a line that it cannot parse and takes any name,
so a key can be in the file and not be found. This module looks at the same text beside it. Pure;
no value is ever part of what it says.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher

import dotenv
from dotenv.parser import Binding, parse_stream

_NEWLINE = re.compile(r"\r\n|\n|\r")
# A key of OpenAI's, anywhere in a text; those three kinds are other services'.
_KEY = re.compile(r"sk-(?!ant-|or-|lf-)[A-Za-z0-9_-]{16,}")
_KEY_OR_PART = re.compile(r"sk-(?!ant-|or-|lf-)[A-Za-z0-9_-]{5,}")
_PUNCTUATION = " \t'\"`,;<>"


def _name(pattern: str) -> re.Pattern[str]:
    """Return what finds a name in any spelling: another case, `-` or a blank between words."""
    spelled = pattern.replace("_", "[-_. ]*")
    return re.compile(rf"(?<![A-Z0-9_]){spelled}(?![A-Z0-9_])", re.IGNORECASE)


# What people call the settings that the lessons read.
_MEANT = {
    "OPENAI_API_KEY": _name("OPEN_AI_(API_)?(SECRET_)?(KEY|TOKEN|SECRET)S?"),
    "OPENAI_ADMIN_KEY": _name("OPEN_AI_(API_)?ADMIN_(API_)?(KEY|TOKEN)"),
    "OPENAI_BASE_URL": _name("OPEN_AI_(API_)?(BASE|(BASE_)?URL|BASE_PATH|HOST|ENDPOINT)"),
    "OPENAI_ORG_ID": _name("OPEN_AI_(API_)?ORG(ANI[SZ]ATION)?(_ID)?"),
    "OPENAI_PROJECT_ID": _name("OPEN_AI_(API_)?PROJECT(_ID)?"),
    "LESSONS_MODE": _name("LESSONS?_MODE"),
}
_ANY_KEY = _name("((MY|THE|SECRET|GPT|CHAT_GPT|LLM)_)*(API_|SECRET_)?(KEY|TOKEN)")
_ALIKE = 0.85
"""How much of a name must be right for it to be a misspelling (OPENIA_API_KEY has 0.93)."""
_FOR_A_TERMINAL = re.compile(
    r"[$>%]\s|(PS\b.*>\s*)?(\$\{?env:|(set|setx|setenv|declare|let|const|var|env)\s)", re.IGNORECASE
)
# After the first line of a key that was split. A name without a value is in capitals.
_REST_OF_A_KEY = re.compile(r"(?!([A-Z]+|[A-Z]+(_[A-Z0-9]+)+)$)[A-Za-z0-9_-]{3,}$")


@dataclass(frozen=True)
class Unread:
    """A line that was meant for a setting and is not read.

    name: the setting; said: the line's number, its form, and what to write instead; in_file:
    False for a variable of the environment.
    """

    name: str
    said: str
    in_file: bool = True


def read(text: str) -> tuple[dict[str, str], list[Unread]]:
    """Return the settings in `text` that have a value, and the lines that should have set one."""
    with _without_warnings():
        values = dotenv.dotenv_values(stream=io.StringIO(text))
    statements = list(_parsed(text))
    split = dict(_split_keys(statements))
    found = {name: value for name, value in values.items() if value and name not in split}
    told = [*_overruled(statements, {**found, **split}), *_misspelled(statements)]
    missed = [line for line in told if line.name not in found and line.name not in split]
    return found, [*split.values(), *dict.fromkeys(missed)]


def sets(text: str, name: str) -> bool:
    """Whether a line gives the setting `name` a value, though another line may overrule it."""
    return any(entry.key == name and entry.value for _, entry in _parsed(text))


def changed(text: str, name: str, value: str | None) -> str:
    """Return `text` with a setting changed or added, or with None taken out. The rest is kept."""
    ending = "\r\n" if "\r\n" in text else "\n"
    line = "" if value is None else f"{name}={value}{ending}"
    kept, found, in_key = [], False, False
    for _, statement in _parsed(text):
        original = statement.original.string
        if statement.key == name:
            kept.append(original[: len(original) - len(original.lstrip())] + line)
            found = in_key = True
        elif not (in_key and _continues(statement)):
            kept.append(original)
            in_key = False
    before = "".join(kept)
    if found or value is None:
        return before
    return before + (ending if before and not before.endswith(("\n", "\r")) else "") + line


def _parsed(text: str) -> Iterator[tuple[int, Binding]]:
    """Yield python-dotenv's statements, each with the number of its first line with text."""
    with _without_warnings():
        for statement in parse_stream(io.StringIO(text, newline="")):
            original = statement.original.string
            empty = original[: len(original) - len(original.lstrip())]
            yield statement.original.line + len(_NEWLINE.findall(empty)), statement


def _continues(statement: Binding) -> bool:
    return statement.value is None and bool(
        _REST_OF_A_KEY.match(statement.original.string.strip(" \t\r\n\\"))
    )


def _split_keys(statements: list[tuple[int, Binding]]) -> Iterator[tuple[str, Unread]]:
    for (line, first), (following, second) in zip(statements, statements[1:], strict=False):
        quoted = first.original.string.rstrip().endswith(("'", '"'))
        is_key = first.key in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY") and first.value
        if is_key and not quoted and _continues(second):
            said = f"line {line} has only a part of the key, which goes on in line {following}"
            yield str(first.key), Unread(str(first.key), f"{said}: write it in one line.")


def _overruled(
    statements: list[tuple[int, Binding]], told: Mapping[str, object]
) -> Iterator[Unread]:
    for name in _MEANT:
        lines = [(line, entry.value) for line, entry in statements if entry.key == name]
        having = [line for line, value in lines if value]
        if name in told or not having:
            continue
        if having[-1] == lines[-1][0]:
            yield Unread(
                name, f"line {having[-1]} takes its value from a variable that is not set."
            )
        else:
            why = f"overruled by line {lines[-1][0]}, which is empty: remove that one."
            yield Unread(name, f"line {having[-1]} is {why}")


def _misspelled(statements: list[tuple[int, Binding]]) -> Iterator[Unread]:
    for start, statement in statements:
        key, value = statement.key, statement.value
        lines = _NEWLINE.split(statement.original.string.strip())
        if statement.error or (value and len(lines) > 1):
            for number, line in enumerate(lines, start):
                if (name := _meant_by(line)) and not line.lstrip().startswith("#"):
                    inside = not statement.error and number > start
                    form = f"is inside a quote that begins in line {start}" if inside else None
                    if not (key == name and number == start and not statement.error):
                        yield _unread(name, number, form or _form(line))
        elif key and key not in _MEANT and (name := _meant_by_name(key, value)):
            yield _unread(name, start, _form(lines[0], key if value else None))


def _unread(name: str, line: int, form: str) -> Unread:
    return Unread(name, f"line {line} {form}: write {name}=… there.")


def _meant_by(line: str) -> str | None:
    """Return which setting a line is about that python-dotenv could not parse."""
    for name, pattern in _MEANT.items():
        if (match := pattern.search(line)) and line[match.end() :].strip(_PUNCTUATION + "=:]"):
            return None if _is_harmless(name, line) else name
    return "OPENAI_API_KEY" if _KEY.search(line) else None


def _meant_by_name(key: str, value: str | None) -> str | None:
    """Return which setting a name was meant for, by itself or by the key that is its value."""
    if value is None:
        return "OPENAI_API_KEY" if _KEY_OR_PART.fullmatch(key) else _meant_by(key)
    if not value or _is_harmless("OPENAI_BASE_URL", value):
        return None
    plain = re.fullmatch(r"[A-Za-z_]\w*", key)
    for name, pattern in _MEANT.items():
        if _are_alike(key.upper(), name):
            return name
        if pattern.fullmatch(key) if plain else pattern.search(key):
            return name
    own = re.search(r"sk-(proj|svcacct)-", value) or _ANY_KEY.fullmatch(key) or not key.isascii()
    return "OPENAI_API_KEY" if own and _KEY.search(value) else None


def _are_alike(one: str, other: str) -> bool:
    both = SequenceMatcher(None, one, other)
    return both.real_quick_ratio() >= _ALIKE and both.ratio() >= _ALIKE


def is_address(name: str, value: str) -> bool:
    """Whether an environment variable was meant for OPENAI_BASE_URL, and has another name."""
    meant = _MEANT["OPENAI_BASE_URL"].fullmatch(name) or _are_alike(name.upper(), "OPENAI_BASE_URL")
    return bool(
        meant
        and name != "OPENAI_BASE_URL"
        and "://" in value
        and not _is_harmless("OPENAI_BASE_URL", value)
    )


def _is_harmless(name: str, text: str) -> bool:
    """Whether it would only send requests to where they go by themselves."""
    return name == "OPENAI_BASE_URL" and "://api.openai.com" in text


def _form(line: str, name: str | None = None) -> str:
    """Return the form of a line; name: what it sets, if python-dotenv could parse it."""
    line = line.strip()
    if _KEY_OR_PART.fullmatch(line.strip(_PUNCTUATION)):
        return "is a key without a name"
    if _FOR_A_TERMINAL.match(line):
        return "is a command for a terminal"
    if re.match(r"[^=]*=\s*(\"[^\"]*\"|'[^']*')\s*[^\s#]", line):
        return "has something behind the quote"
    if re.search(r"=\s*[\"']", line) and (line.count('"') % 2 or line.count("'") % 2):
        return "has a quote that is not closed"
    if re.match(r"[\s\"'\w.-]+:(?!//)", line):
        return "has a colon where = belongs"
    if name and not name.isascii():
        return "has a character in its name that does not belong there"
    if name and re.fullmatch(r"[A-Za-z_]\w{,40}", name) and not _KEY.search(name):
        old = "an old name that nobody reads" if name == "OPENAI_API_BASE" else None
        return f"sets {name}, {old or 'a name that is not read'}"
    return "has a form that is not read"


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep python-dotenv from printing that it could not parse a line: `read` says more."""

    def drop(_: logging.LogRecord) -> bool:
        return False

    log = logging.getLogger("dotenv.main")
    log.addFilter(drop)
    try:
        yield
    finally:
        log.removeFilter(drop)
