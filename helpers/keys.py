"""API keys: save one to `.env`, delete it, try it live.

A key is a password that spends money. Nothing here prints one or puts one in an error message.
"""

from __future__ import annotations

import json
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import dotenv

from helpers import guard
from helpers.environment import ROOT
from helpers.key_shape import clean, fault
from helpers.settings import KEY, EnvFileError, borrowed, env_file, read_env_file


def save(key: str, path: Path | None = None) -> Path:
    """Put `key` in a `.env` file and return its path. Other lines and comments stay.

    Without `path`: the nearest `.env`, or a new one beside the folder `helpers`. A new file can
    be read by its owner only. python-dotenv writes a second file and swaps it in, so a write
    that fails half-way loses nothing.

    Raises ValueError if the key's shape is wrong, EnvFileError if the file cannot be written or
    if git would track it.
    """
    key = clean(key)
    if problem := fault(key):
        raise ValueError(f"Not saved: {problem}.")
    path = path or env_file() or ROOT / ".env"
    if _git_would_track(path):
        raise EnvFileError(
            f"Not saved: git would track {path.name} here. Add a line .env to .gitignore first."
        )
    _change(path, lambda: dotenv.set_key(path, KEY, key, quote_mode="never", follow_symlinks=True))
    return path


def delete(path: Path | None = None) -> Path | None:
    """Take the key out of the `.env` file; other lines stay. Return its path, or None if none.

    Raises EnvFileError if the file cannot be read or written.
    """
    path = path or env_file()
    if path is None or KEY not in read_env_file(path):
        return None
    _change(path, lambda: dotenv.unset_key(path, KEY, follow_symlinks=True))
    return path


def try_live(key: str, base_url: str = "https://api.openai.com/v1") -> str:
    """Ask the API for its list of models with `key` and return in a sentence what came of it.

    One request of no cost, no retries, at most 10 seconds.
    Errors: https://developers.openai.com/api/docs/guides/error-codes
    """
    import openai

    try:
        with (
            guard.lifted(),
            borrowed.network_as_left(),
            openai.OpenAI(api_key=key, base_url=base_url, max_retries=0, timeout=10) as client,
        ):
            listed = client.models.with_raw_response.list().text
    except openai.AuthenticationError:
        return "✗ 401: the key is not valid. Was it mistyped, or deleted? Create a new one."
    except openai.PermissionDeniedError as error:
        if error.code == "unsupported_country_region_territory":
            return (
                "✗ 403: the API is not offered in the country this request came from. "
                "https://developers.openai.com/api/docs/supported-countries"
            )
        if not isinstance(error.body, dict):
            return _NOT_OPENAI
        return "✗ 403: the key is valid but may not list models (a restricted key?)."
    except openai.RateLimitError as error:
        if error.type == "insufficient_quota":
            return (
                "✗ 429: the key is valid but there is no credit to spend, or a spend limit is "
                "reached. https://platform.openai.com/settings/organization/billing"
            )
        return "✗ 429: too many requests at the moment. The key is valid: try again in a minute."
    except openai.APITimeoutError:
        return "✗ No answer within 10 seconds. Is the network slow, or a proxy in the way?"
    except openai.APIConnectionError as error:
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
            return (
                "✗ TLS: the server's certificate is not trusted by this computer. Behind a company "
                "proxy, add its certificate to the system's store or name it in SSL_CERT_FILE."
            )
        return "✗ No connection. Is there a network, and does a proxy or firewall let it through?"
    except openai.APIStatusError as error:
        status = error.status_code
        return f"✗ {status}: the server has a problem; the key was not judged. Try again later."
    try:
        return f"✓ The key works: it can use {len(json.loads(listed)['data'])} models."
    except (ValueError, TypeError, KeyError):
        return _NOT_OPENAI


_NOT_OPENAI = "✗ The answer is not OpenAI's: a proxy or a login page of the network is in between."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        error = error.__cause__ or error.__context__
        if error:
            yield error


def _change(path: Path, write: Callable[[], object]) -> None:
    try:
        write()
    except UnicodeError:
        raise EnvFileError(
            f"Nothing was changed: {path.name} is not saved as UTF-8 text. Save it as UTF-8 first."
        ) from None
    except OSError as error:
        raise EnvFileError(
            f"Nothing was changed: {path} cannot be written ({error.strerror or error}). "
            f"Set {KEY} in the environment instead, or work in a folder of your own."
        ) from None


def _git_would_track(path: Path) -> bool:
    path = path.resolve()
    try:
        # 0: ignored; 1: not ignored; 128: no repository here.
        asked = ["git", "check-ignore", "--quiet", path.name]
        return subprocess.run(asked, cwd=path.parent, capture_output=True).returncode == 1
    except OSError:
        return False
