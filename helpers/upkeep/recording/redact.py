"""What must not be written: keys, ids of an account, e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_ACCOUNT = re.compile(
    r"(?:\b|(?<=\\[nrt]))(?:"
    r"(?:sk-(?!proj-FAKE)|sess-)[A-Za-z0-9_-]{12,}"
    # A digit or a capital inside tells an id from words such as file-descriptor.
    r"|(?:org|proj|user|key|file|batch|asst|req|resp|chatcmpl)[-_]"
    r"(?=[A-Za-z0-9]*(?:\d|[a-z][A-Z]))[A-Za-z0-9]{8,})"
    # Addresses in domains kept for examples are nobody's: RFC 2606.
    r"|[\w.+-]+@(?!(?:[\w-]+\.)*example(?:\.com|\.org|\.net)?\b)[\w-]+(?:\.[\w-]+)+"
)
REDACTED = "[redacted]"


def redact(value: Any, secrets: Iterable[str] = ()) -> Any:
    """Return `value` with keys, ids of an account and e-mail addresses taken out of its texts.

    secrets: what else is taken out.
    """
    if isinstance(value, dict):
        return {name: redact(part, secrets) for name, part in value.items()}
    if isinstance(value, list):
        return [redact(part, secrets) for part in value]
    if not isinstance(value, str):
        return value
    for secret in secrets:
        value = value.replace(secret, REDACTED)
    return _ACCOUNT.sub(REDACTED, value)
