"""The shape of a key: what no key can be, what pasting puts around one, how one may be shown.

Pure, and of the standard library only: the mock judges keys by it, too.
"""

from __future__ import annotations

import re

# What stands for a missing key in tutorials and templates. The words count at the beginning only:
# further on, a real key may hold them by chance.
_PLACEHOLDER = re.compile(
    r".*(\.\.\.|…|\*\*|<|>)|(sk-)?(proj-)?(your|my[-_ ]|xxxx|placeholder|example|changeme)", re.I
)
_SHAPE = re.compile(r"sk-[A-Za-z0-9_-]{16,}")
_WRAPPING = " \t\r\n'\"`“”‘’\ufeff\u200b\u00a0"
# The beginning of a line of settings, in any language, up to the key.
_BEFORE = re.compile(r".*(key|token|bearer)[\"'\]]*\s*[:=,]?\s*[\"'`“‘]?(?=sk-)", re.I | re.S)
_OTHERS = {"sk-ant-": "Anthropic", "sk-or-": "OpenRouter"}


def clean(key: str) -> str:
    """Return `key` without what copying and pasting puts around it: blanks, quotes, `Bearer `."""
    key = key.strip(_WRAPPING)
    if key.lower().startswith("bearer "):
        key = key[7:].strip(_WRAPPING)
    return key


def pasted(text: str) -> str:
    """Return the key in what somebody pasted: a key, or the whole line that sets one."""
    if match := _BEFORE.match(text):
        text = re.split(r"\s#", text[match.end() :])[0].rstrip(_WRAPPING + ";,")
    return clean(text)


def fault(key: str) -> str | None:
    """Return what is wrong with the shape of a cleaned OpenAI key, or None if it may be one.

    Only OpenAI can tell whether a key works; this finds what no key can be. Keys start with
    `sk-` (project keys `sk-proj-`, admin keys `sk-admin-`) and hold letters, digits, - and _.
    Source: https://developers.openai.com/api/reference/overview
    """
    if not key:
        return "it is empty"
    if around := _around(key):
        return around
    if _PLACEHOLDER.match(key):
        return "it is the placeholder of a template, not a key, which starts with sk- and is long"
    if re.search(r"\s", key):
        return "there is a blank or a line break inside it: copy it again in one piece"
    if not key.isascii():
        return "there is a character in it that keys do not have: copy it again"
    if key.startswith("sk-admin-"):
        return (
            "it is an admin key: it belongs in OPENAI_ADMIN_KEY, and OPENAI_API_KEY needs a "
            "project key"
        )
    for start, service in _OTHERS.items():
        if key.startswith(start):
            return f"it is a key of {service}, which needs its address in OPENAI_BASE_URL"
    if not key.startswith("sk-"):
        return "OpenAI's keys start with sk-"
    if not _SHAPE.fullmatch(key):
        return "it is too short or has a character that keys do not have: copy it again"
    return None


def _around(key: str) -> str | None:
    """Return what is around a key, in words, if it is in the way and a key is inside."""
    found = _SHAPE.search(key)
    if not found or found.group() == key or fault(found.group()):
        return None
    before, after = key[: found.start()], key[found.end() :]
    if re.search(r"\.\.|…|\*\*|\s", before + after) or re.search(r"\w", after):
        return None
    if re.search(r"\w", before):
        return "there is something in front of it: use the key alone"
    if before and after:
        return f"there is {before} and {after} around it: take that off"
    return f"there is {before or after} {'in front of' if before else 'behind'} it: take that off"


def mask(key: str) -> str:
    """Return `key` as it may be shown: its kind and its last four characters."""
    if len(key) < 20:
        return "…"
    kind = re.match(r"sk-(proj-|admin-|svcacct-)?", key)
    return f"{kind.group() if kind else ''}…{key[-4:]}"
