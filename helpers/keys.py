"""API keys: save one to `.env`, delete it, try it live.

A key is a password that spends money. Nothing here prints one or puts one in an error message.
"""

from __future__ import annotations

import json
import os
import re
import ssl
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import base_url, env_text, guard, settings
from helpers.key_shape import clean, fault
from helpers.settings import BASE_URL, KEY, ORGANIZATION, PROJECT, EnvFileError, borrowed
from helpers.waiting import within

if TYPE_CHECKING:
    import openai

SECONDS = 10
"""How long a server may take to answer when a key is tried."""


def save(key: str, path: Path | None = None) -> Path:
    """Put `key` in a `.env` file and return its path. Other lines and comments stay.

    Without `path`: the lessons' own file, never another project's. Afterwards only its owner can
    read it. A write that fails half-way loses nothing.

    Raises ValueError if the key's shape is wrong, EnvFileError if the file cannot be written or
    if git would track it.
    """
    key = clean(key)
    if problem := fault(key):
        raise ValueError(f"Not saved: {problem}.")
    path = path or settings.own_file()
    if _git_would_track(path):
        raise EnvFileError(
            f"Not saved: git would track {path.name} here. Add a line .env to .gitignore first."
        )
    text = env_text.changed(_text(path), KEY, key)
    if env_text.read(text)[0].get(KEY) != key:
        raise EnvFileError(f"Not saved: a line of {path.name} before it would make it unreadable.")
    _write(path, text)
    return path


def delete(path: Path | None = None) -> Path | None:
    """Take the key out of the `.env` file; other lines stay. Return its path, or None if none.

    Without `path`: the lessons' own file. Raises EnvFileError if it cannot be read or written.
    """
    path = path or settings.own_file()
    text = _text(path)
    if not env_text.sets(text, KEY):
        return None
    _write(path, env_text.changed(text, KEY, None))
    return path


def try_live(key: str) -> str:
    """Ask for the list of models with `key` and return in a sentence what came of it.

    One request of no cost, sent where the settings send requests, and no retries.
    Errors: https://developers.openai.com/api/docs/guides/error-codes
    """
    import openai

    found = settings.read()
    address = base_url.of(found)
    if address.url is None:
        return f"✗ {address.problem}"
    organization, project = found.find(ORGANIZATION), found.find(PROJECT)
    try:
        with (
            guard.lifted(),
            borrowed.network_as_left(),
            openai.OpenAI(
                api_key=key,
                base_url=address.url,
                organization=organization.value if organization else None,
                project=project.value if project else None,
                max_retries=0,
                timeout=SECONDS,
            ) as client,
        ):
            listed = within(SECONDS, lambda: client.models.with_raw_response.list().text)
    except openai.AuthenticationError as error:
        return _refused(error)
    except openai.PermissionDeniedError as error:
        if error.code == "unsupported_country_region_territory":
            return (
                "✗ 403: the API is not offered in the country this request came from. "
                "https://developers.openai.com/api/docs/supported-countries"
            )
        return _FOREIGN.format(" (403)") if _is_foreign(error) else f"✗ 403: {_RESTRICTED}."
    except openai.RateLimitError as error:
        if error.type == "insufficient_quota":
            return (
                "✗ 429: the key is valid but there is no credit to spend, or a spend limit is "
                "reached. https://platform.openai.com/settings/organization/billing"
            )
        return "✗ 429: too many requests at the moment. The key is valid: try again in a minute."
    except (openai.APITimeoutError, TimeoutError):
        return f"✗ No answer within {SECONDS} seconds. Is the network slow, or a proxy in the way?"
    except openai.APIConnectionError as error:
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
            return (
                "✗ TLS: the server's certificate is not trusted by this computer. Behind a company "
                "proxy, add its certificate to the system's store or name it in SSL_CERT_FILE."
            )
        return "✗ No connection. Is there a network, and does a proxy or firewall let it through?"
    except openai.APIStatusError as error:
        why = "the server has a problem; the key was not judged. Try again later."
        if isinstance(error, openai.NotFoundError):
            why = f"the key was not judged. Does {BASE_URL} need /v1 at its end?"
        return f"✗ {error.status_code}: {why}"
    try:
        return f"✓ The key works: it can use {len(json.loads(listed)['data'])} models."
    except (ValueError, TypeError, KeyError):
        return _FOREIGN.format("")


_FOREIGN = "✗ The answer is not OpenAI's{}: a proxy or a login page of the network is in between."
_RESTRICTED = "the key is valid but may not list models (a restricted key?)"
# What a 401 means: its code, or its words where the code is empty; and what to do. Sources:
# https://developers.openai.com/api/docs/guides/error-codes
# https://github.com/openai/codex/issues/1000 (mismatched_organization)
# https://github.com/abi/screenshot-to-code/issues/9 (no_organization)
# https://github.com/agent-ecosystem/skill-validator/issues/70 (incorrect_hostname)
_REFUSALS = (
    ("invalid_api_key", "OpenAI does not know this key. Was it mistyped, or deleted? Copy it "
     "again, or create a new one."),
    ("(mismatched|invalid)_organization", f"the key belongs to another organization than the one "
     f"in {ORGANIZATION}. Correct that setting, or remove it."),
    ("(mismatched|invalid)_project", f"the key belongs to another project than the one in "
     f"{PROJECT}. Correct that setting, or remove it."),
    ("no_organization|member of an organization", "the key's owner is not a member of an "
     "organization (any more). Ask its owner for an invitation, or create a key of your own."),
    ("ip_not_authorized|IP .*not authorized", "the key may be used from certain IP addresses "
     "only, and this computer's is not among them. Use that network, or change the allowlist."),
    ("incorrect_hostname|regional hostname", "the key's project is in another region. Set "
     f"{BASE_URL} to its address, such as https://eu.api.openai.com/v1."),
    ("[Mm]issing scopes|insufficient permissions", f"{_RESTRICTED}."),
)  # fmt: skip


def _refused(error: openai.AuthenticationError) -> str:
    if _is_foreign(error):
        return _FOREIGN.format(" (401)")
    # A code is a word. Anything else could repeat the key.
    code = error.code if re.fullmatch("[a-z_]{3,60}", error.code or "") else None
    known = [advice for means, advice in _REFUSALS if re.search(means, code or error.message)]
    advice = known[0] if known else f"the key was refused. What that means: {_ERROR_CODES}"
    return f"✗ 401 {code}: {advice}" if code else f"✗ 401: {advice}"


_ERROR_CODES = "https://developers.openai.com/api/docs/guides/error-codes"


def _is_foreign(error: openai.APIStatusError) -> bool:
    """Whether an error is not in the shape of the API's: a page, or another program's JSON."""
    return not (isinstance(error.body, dict) and error.body.keys() & {"type", "code"})


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        error = error.__cause__ or error.__context__
        if error:
            yield error


def _text(path: Path) -> str:
    return settings.read_text(path) if path.exists() else ""


def _write(path: Path, text: str) -> None:
    """Write a second file and swap it in. A link stays one."""
    target = Path(os.path.realpath(path))
    try:
        if target.is_symlink():
            raise OSError("the link leads back to itself")
        # Git ignores the name, should the program be killed in between. Its mode is 0600.
        handle, name = tempfile.mkstemp(".tmp", ".env.", target.parent)
        second = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            if target.exists():
                second.chmod(stat.S_IMODE(target.stat().st_mode) & 0o700)
            second.replace(target)
        finally:
            second.unlink(missing_ok=True)
    except OSError as error:
        raise EnvFileError(
            f"Nothing was changed: {settings.shown(path)} cannot be written "
            f"({error.strerror or error}). "
            f"Set {KEY} in the environment instead, or work in a folder of your own."
        ) from None


def _git_would_track(path: Path) -> bool:
    path = Path(os.path.realpath(path))
    try:
        # 0: ignored; 1: not ignored; 128: no repository here.
        asked = ["git", "check-ignore", "--quiet", path.name]
        return subprocess.run(asked, cwd=path.parent, capture_output=True).returncode == 1
    except OSError:
        return False
