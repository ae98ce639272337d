"""A base URL: where it leads, what is wrong with it, what is shown of it, what is put right."""

from __future__ import annotations

import pytest

from helpers import base_url
from helpers.env_text import Unread
from helpers.settings import Settings

API, RELAY = "https://api.openai.com/v1", "https://relay.example/v1"


@pytest.mark.parametrize(
    ("written", "url", "shown", "problem"),
    [
        (API, API, "api.openai.com:443", None),
        (f"{API}/", API, "api.openai.com:443", None),
        ("https://API.openai.com/v1", API, "api.openai.com:443", None),
        ("https://eu.api.openai.com/v1", "https://eu.api.openai.com/v1", "eu.api.openai.com:443",
         None),
        # OpenAI's own, which can be put right.
        ("https://api.openai.com", API, "api.openai.com:443", "must end in /v1"),
        ("https://eu.api.openai.com/", "https://eu.api.openai.com/v1", "eu.api.openai.com:443",
         "must end in /v1"),
        ("https://api.openai.com/v1/responses", API, "api.openai.com:443", "must end in /v1"),
        ("https://api.openai.com/v1?key=hunter2", API, "api.openai.com:443", "must end in /v1"),
        ("http://api.openai.com/v1", API, "api.openai.com:80", "sends the key unencrypted"),
        ("http://eu.api.openai.com:8080/v1", "https://eu.api.openai.com/v1",
         "eu.api.openai.com:8080", "sends the key unencrypted"),
        ("https://api.openai.com:8443/v1", API, "api.openai.com:8443", f"must be spelled {API}"),
        ("https://ａｐｉ.openai.com/v1", API, "ａｐｉ.openai.com:443", f"must be spelled {API}"),
        ("https://api.openai.com./v1", API, "api.openai.com.:443", None),
        ("api.openai.com/v1", API, "api.openai.com:443", "must start with https://"),
        ("https://api.openai.com@relay.example/v1", "https://api.openai.com@relay.example/v1",
         "relay.example:443", None),
        # Another server.
        ("http://localhost:11434/v1", "http://localhost:11434/v1", "localhost:11434", None),
        ("http://[::1]:8080/v1/", "http://[::1]:8080/v1/", "[::1]:8080", None),
        ("https://me:hunter2@relay.example/hunter2/v1?token=hunter2#hunter2",
         "https://me:hunter2@relay.example/hunter2/v1?token=hunter2#hunter2",
         "relay.example:443", None),
        ("http://localhost:11434/v1/chat/completions", "http://localhost:11434/v1",
         "localhost:11434", "/chat/completions"),
        ("http://localhost:11434/v1/chat/completions/", "http://localhost:11434/v1",
         "localhost:11434", "/chat/completions"),
        ("https://relay.example/openai/deployments/x/chat/completions?api-version=1",
         "https://relay.example/openai/deployments/x", "relay.example:443", "/chat/completions"),
        ("https://relay.example/v1/Responses", RELAY, "relay.example:443", "/responses"),
        ("https://relay.example/v1/images/generations", RELAY, "relay.example:443", "/images"),
        ("http://localhost:11434/api/generate", "http://localhost:11434/v1", "localhost:11434",
         "/api"),
        # None at all.
        ("localhost:1/v1", None, "", "must start with http"),
        ("relay.example/v1", None, "", "must start with http"),
        ("ftp://relay.example/v1", None, "", "must start with http"),
        ("https://", None, "", "must start with http"),
        ("http://[::1/v1", None, "", "is not the address"),
        ("http://a:hunter2/v1", None, "", "is not the address"),
        ("http://a:99999/v1", None, "", "is not the address"),
    ],
)  # fmt: skip
def test_an_address_is_judged_and_put_right_where_that_is_clear(
    written: str, url: str | None, shown: str, problem: str | None
) -> None:
    address = base_url.judge(written)
    assert (address.url, address.shown) == (url, shown)
    assert (address.problem is None) if problem is None else problem in str(address.problem)
    assert "hunter2" not in repr(address) + str(address.problem)
    assert address.is_api == bool(shown and "openai.com" in shown)


def test_without_a_base_url_requests_go_to_openai() -> None:
    address = base_url.of(Settings({}))
    assert (address.url, address.is_api, address.problem) == (API, True, None)


@pytest.mark.parametrize(
    "environ",
    [
        {"OPENAI_API_BASE": RELAY}, {"OPENAI_API_BASE_URL": RELAY}, {"openai_base_url": RELAY},
        {"OPENAI_BASE_ULR": RELAY}, {"OPENAI_API_HOST": "http://localhost:1"},
    ],
)  # fmt: skip
def test_with_an_address_under_another_name_they_go_nowhere(environ: dict[str, str]) -> None:
    address = base_url.of(Settings(environ))
    assert address.url is None and address.problem
    assert next(iter(environ)) in address.problem and "relay" not in address.problem
    # The right name says it all, and so does OpenAI's own address.
    assert base_url.of(Settings({**environ, "OPENAI_BASE_URL": API})).url == API
    assert base_url.of(Settings(dict.fromkeys(environ, API))).url == API


def test_with_a_line_that_is_not_read_they_go_nowhere() -> None:
    said = "line 2 has a colon where = belongs: write OPENAI_BASE_URL=… there."
    found = Settings({}, not_read=(Unread("OPENAI_BASE_URL", said),))
    assert base_url.of(found).problem == f".env, {said}"
    assert base_url.of(found).url is None


@pytest.mark.parametrize("name", ["AZURE_OPENAI_ENDPOINT", "OPENAI_PROXY", "OPENAI_BASE_MODEL"])
def test_what_is_another_setting_is_not_taken_for_one(name: str) -> None:
    assert base_url.of(Settings({name: RELAY})).url == API
