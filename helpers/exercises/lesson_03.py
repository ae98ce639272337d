"""Lesson 03's exercises: the environment."""

from __future__ import annotations

from typing import Any


def _settings(settings: dict[str, str], environment: Any, file: Any) -> str | None:
    if settings == {**environment, **file}:
        return "there the file wins, as with override=True."
    if settings in (environment, file):
        return "names that only one of them has belong there, too."
    return None if settings == {**file, **environment} else "those are not the settings of the two."


def _quick_client(quick: Any, client: Any) -> str | None:
    if quick.api_key != client.api_key or quick.base_url != client.base_url:
        return "make it from client, so that key and address stay."
    seconds = getattr(quick.timeout, "read", quick.timeout)
    if isinstance(seconds, str):
        # The client is made with it, and each call fails.
        return f"its timeout is a text: write {seconds} without quotes."
    if seconds is None:
        return "it waits for ever."
    if seconds != 30:
        return f"it waits {seconds} seconds."
    if quick.max_retries != 1:
        return f"it tries again {quick.max_retries} times."
    return None


def _mended_settings(mended: dict[str, str]) -> str | None:
    from helpers import base_url, checkup
    from helpers.settings import Settings

    for name, value in mended.items():
        if not isinstance(name, str):
            return f"{name!r} is no name: names and values are texts."
        if not isinstance(value, str):
            return f"{name} is {value!r}: leave the name out, or give it a text."
    if mended.get("OPENAI_API_KEY") != "sk-proj-FAKE-0000-wxyz":
        return "the key is missing, or another."
    address = base_url.of(Settings(mended))
    if address.url and not address.is_api:
        return "calls go to OpenAI: leave OPENAI_BASE_URL out."
    for result in checkup.settings(mended):
        if not result.good:
            return f"{result.about}: {result.said}"
    if any(name.upper() in ("HTTPS_PROXY", "SSL_CERT_FILE") for name in mended):
        return "the computer needs no proxy and no certificate of its own."
    return None


EXERCISES = {
    "03.1": (_settings, "{**first, **second} has all names of both, and the second's values win."),
    "03.2": (_quick_client, "client.with_options(timeout=…, max_retries=…)."),
    "03.3": (
        _mended_settings,
        "checkup(mended) shows what is left; leave out what the computer does not need.",
    ),
}
