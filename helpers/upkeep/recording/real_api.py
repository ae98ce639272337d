"""The real API as it is recorded from: the key that pays, and what of its account is secret."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from helpers import guard, key_shape, settings
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
    if settings.forced_offline():
        raise ValueError(
            f"{settings.MODE} is {settings.mode()}: nothing may be sent. Unset it to record."
        )
    found = settings.read()
    if found.problem:
        raise settings.EnvFileError(found.problem)
    key, url = found.key, found.base_url
    if not key:
        raise ValueError(f"Recording needs a key: set {settings.KEY}, or save one (lesson 01).")
    host = urlsplit(url.value).hostname if url else guard.HOST
    if not host:
        raise ValueError(f"{settings.BASE_URL} names no server: it must start with https://")
    if guard.is_api(host) and (problem := key_shape.fault(key.value)):
        raise ValueError(f"{settings.KEY} in {key.where} cannot be used: {problem}.")
    names = (settings.ADMIN_KEY, "OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
    others = [found.find(name) for name in names]
    secrets = {key.value, *(other.value for other in others if other)}
    send = _sender(key.value, url.value if url else f"https://{guard.HOST}/v1", secrets)
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
