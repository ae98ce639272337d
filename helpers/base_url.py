"""Where requests go: the base URL as it was written, judged, and put right where that is clear."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from helpers import guard
from helpers.settings import BASE_URL, Settings

DEFAULT = f"https://{guard.HOST}/v1"

# What people copy from a curl example: a base URL ends before it.
_ENDPOINT = re.compile(
    r"/(chat/completions|completions|responses|embeddings|models|images/\w+|audio/\w+)/*$", re.I
)
_OLLAMAS_OWN = re.compile(r"/api(/(chat|generate|tags|embed))?/*$")


@dataclass(frozen=True)
class Address:
    """Where requests go.

    url: what to hand to a client, put right if something is wrong with it and what was meant is
    clear; None if it is not. shown: host and port, as the rest may hold a password or a token.
    is_api: whether it is OpenAI's own. problem: what is wrong with it as it was written.
    """

    url: str | None = field(repr=False)
    shown: str
    is_api: bool
    problem: str | None = None


def of(found: Settings) -> Address:
    """Return where requests go by these settings.

    An address in a form or under a name that is not read leads nowhere: without it the key, which
    may be for that server, would go to OpenAI.
    """
    if found.base_url:
        return judge(found.base_url.value)
    for line in found.unread:
        if line.name == BASE_URL:
            return Address(None, "", False, line.said)
    return judge(DEFAULT)


def judge(written: str) -> Address:
    """Return where an address leads that somebody has written."""
    try:
        parts = urlsplit(written)
        host, port = parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)
        bare = urlsplit("https://" + written).hostname or ""
    except ValueError:
        # The error's own words could show a password.
        return Address(None, "", False, "it is not the address of a server")
    if parts.scheme not in ("http", "https") or not host:
        if guard.is_api(bare):
            return Address(f"https://{bare}/v1", f"{bare}:443", True, "it must start with https://")
        problem = "it must start with http:// or https:// and name a server"
        return Address(None, "", False, problem)
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    path = parts.path.rstrip("/")
    if guard.is_api(host):
        wrong, host = None, guard.plain(host)
        if parts.scheme == "http":
            wrong = "it starts with http://, which sends the key unencrypted: write https://"
        elif path != "/v1" or parts.query or parts.fragment:
            wrong = "it must end in /v1, with nothing behind it"
        elif port != 443 or not parts.netloc.isascii():
            wrong = f"it must be spelled https://{host}/v1"
        return Address(f"https://{host}/v1", shown, True, wrong)
    if end := _ENDPOINT.search(path):
        problem = f"it names one endpoint: leave {end.group().rstrip('/').lower()} off its end"
        return Address(
            parts._replace(path=path[: end.start()], query="").geturl(), shown, False, problem
        )
    if end := _OLLAMAS_OWN.search(path):
        problem = "it ends in /api, which speaks Ollama's own language: write /v1 there"
        right = parts._replace(path=path[: end.start()] + "/v1", query="").geturl()
        return Address(right, shown, False, problem)
    return Address(written, shown, False)
