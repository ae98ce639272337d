"""The real API as it is recorded from: the key that pays, and what of its account is secret."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from helpers import base_url, guard, key_shape, settings
from helpers.upkeep.recording.proxy import Send


class RealAPI(NamedTuple):
    """What sends to the real API, its host, and what of its account must not be written."""

    send: Send
    host: str
    secrets: set[str]


def connect() -> RealAPI:
    """Return the API whose key is in the environment or in `.env`. Nothing is sent yet.

    Raises ValueError with a sentence if there is no key or the network is forbidden, and
    settings.EnvFileError if `.env` cannot be read.
    """
    found = settings.read()
    if found.forced_offline:
        mode = found.mode.value if found.mode else "not readable"
        raise ValueError(f"{settings.MODE} is {mode}: nothing may be sent. Unset it to record.")
    if found.problem:
        raise settings.EnvFileError(found.problem)
    key, address = found.key, base_url.of(found)
    if not key:
        raise ValueError(f"Recording needs a key: set {settings.KEY}, or save one (lesson 01).")
    if not address.url or address.problem:
        raise ValueError(f"{settings.BASE_URL}: {address.problem}")
    host = urlsplit(address.url).hostname or ""
    if guard.is_api(host) and (problem := key_shape.fault(key.value)):
        raise ValueError(f"{settings.KEY} in {key.where} cannot be used: {problem}.")
    names = (settings.ADMIN_KEY, settings.ORGANIZATION, settings.PROJECT)
    others = [found.find(name) for name in names]
    secrets = {key.value, *(other.value for other in others if other)}
    send = _sender(key.value, address.url, secrets)
    return RealAPI(send, host, secrets)


def _sender(key: str, url: str, secrets: set[str]) -> Send:
    import httpx2
    import openai

    client = openai.OpenAI(api_key=key, base_url=url)

    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        raw = client.post(path, cast_to=httpx2.Response, body=body)
        # An organisation may have a name instead of an id.
        if len(named := raw.headers.get("openai-organization", "")) > 5:
            secrets.add(named)
        came: dict[str, Any] = raw.json()
        return came

    return send
