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


def clean(key: str) -> str:
    """Return `key` without what copying and pasting puts around it: blanks, quotes, `Bearer `."""
    key = key.strip(_WRAPPING)
    if key.lower().startswith("bearer "):
        key = key[7:].strip(_WRAPPING)
    return key


def fault(key: str) -> str | None:
    """Return what is wrong with the shape of a cleaned OpenAI key, or None if it may be one.

    Only OpenAI can tell whether a key works; this finds what no key can be. Keys start with
    `sk-` (project keys `sk-proj-`, admin keys `sk-admin-`) and hold letters, digits, - and _.
    Source: https://developers.openai.com/api/reference/overview
    """
    if not key:
        return "it is empty"
    if _PLACEHOLDER.match(key):
        return "it is the placeholder of a template, not a key"
    if re.search(r"\s", key):
        return "there is a blank or a line break inside it: copy it again in one piece"
    if not key.isascii():
        return "there is a character in it that keys do not have: copy it again"
    if key.startswith("sk-admin-"):
        return (
            "it is an admin key: it belongs in OPENAI_ADMIN_KEY, and OPENAI_API_KEY needs a "
            "project key"
        )
    if not key.startswith("sk-"):
        return "OpenAI's keys start with sk-"
    if not _SHAPE.fullmatch(key):
        return "it is too short or has a character that keys do not have: copy it again"
    return None


def mask(key: str) -> str:
    """Return `key` as it may be shown: its kind and its last four characters."""
    if len(key) < 20:
        return "…"
    kind = re.match(r"sk-(proj-|admin-|svcacct-)?", key)
    return f"{kind.group() if kind else ''}…{key[-4:]}"
