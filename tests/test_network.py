"""Network settings that no client can be made with: offline they do no harm, live they are told."""

from __future__ import annotations

import os
import ssl
import urllib.request
from pathlib import Path

import httpx2
import pytest

from helpers import network, settings
from tests.conftest import Decide
from tests.program import ASK, SAID, SETUP, STAY_HERE, run

KEY = "sk-proj-FAKE-0000-wxyz"
SECRET = "hunter2"
NOBODY = "127.0.0.1:1"
SOCKS, SCHEME = 'pip install "httpx2[socks]"', "which is none of http, https, socks5, socks5h"
QUOTES, SIGNS, GONE = "take them off", "write %23 for #", "which is not there"
FAULTS = [
    ("ALL_PROXY", f"socks5://{NOBODY}", SOCKS),
    ("all_proxy", f"socks://{NOBODY}/", f"starts with socks://, {SCHEME}"),
    ("HTTP_PROXY", f"socks5h://me:{SECRET}@{NOBODY}", SOCKS),
    ("https_proxy", f"socks4://{NOBODY}", SCHEME),
    ("HTTPS_PROXY", f'"http://{NOBODY}"', QUOTES),
    ("HTTPS_PROXY", f" http://{NOBODY}", QUOTES),
    ("HTTPS_PROXY", f"http://me:{SECRET}#1@{NOBODY}", SIGNS),
    ("http_proxy", f"http://me:{SECRET}/1@{NOBODY}", SIGNS),
    ("HTTP_PROXY", f"http://{NOBODY};https=http://{NOBODY}", SIGNS),
    ("ALL_PROXY", "http://[::1", SIGNS),
    ("SSL_CERT_FILE", "gone.pem", GONE),
    ("SSL_CERT_FILE", ".", GONE),
    ("SSL_CERT_FILE", "text.pem", "which holds no certificates"),
    ("SSL_CERT_DIR", "gone", GONE),
]
IDS = [f"{name}={value}" for name, value, _ in FAULTS]


@pytest.fixture(autouse=True)
def text(computer: Path) -> None:
    (computer / "text.pem").write_text("no certificate")


def aside(*names: str) -> str:
    return f"  ! Set aside for now, because no client can be made with it: {', '.join(names)}."


@pytest.mark.parametrize(("name", "value", "why"), FAULTS, ids=IDS)
def test_offline_a_faulty_setting_is_set_aside_until_the_next_setup(
    decide: Decide, name: str, value: str, why: str
) -> None:
    assert decide(**{name: value})[1:] == [aside(name)]
    assert name not in os.environ and network.faults() == {}
    httpx2.Client().close()
    # The check-up and a key that is tried see the computer as it is.
    assert settings.borrowed.as_left()[name] == value
    with settings.borrowed.network_as_left():
        assert os.environ[name] == value
    decide(OPENAI_API_KEY=KEY)
    assert os.environ[name] == value


@pytest.mark.parametrize(("name", "value", "why"), FAULTS, ids=IDS)
def test_live_a_faulty_setting_is_told_before_a_call_fails(
    decide: Decide, name: str, value: str, why: str
) -> None:
    line, note = decide(OPENAI_API_KEY=KEY, **{name: value})
    assert line.startswith("Lessons: live.")
    assert note.startswith(f"  ! {name} ") and why in note and SECRET not in note
    assert os.environ[name] == value


def test_only_what_is_faulty_is_set_aside(decide: Decide) -> None:
    good = {
        "HTTP_PROXY": f"http://{NOBODY}",
        "SSL_CERT_FILE": ssl.get_default_verify_paths().cafile,
    }
    if not good["SSL_CERT_FILE"]:
        pytest.skip("this Python knows no file of certificates")
    assert aside("SSLKEYLOGFILE", "ALL_PROXY") in decide(
        **good, SSLKEYLOGFILE="gone/keys", ALL_PROXY="socks5://x"
    )
    for name, value in good.items():
        assert os.environ[name] == value


def test_a_server_on_this_computer_needs_no_network_either(decide: Decide) -> None:
    faulty = {"ALL_PROXY": f"socks5://{NOBODY}"}
    assert aside("ALL_PROXY") in decide(OPENAI_BASE_URL="http://localhost:1/v1", **faulty)
    *_, note = decide(OPENAI_BASE_URL="https://llm.example/v1", **faulty)
    assert note.startswith("  ! ALL_PROXY ") and SOCKS in note


def test_a_proxy_of_the_system_is_told_and_does_no_harm_offline(
    decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on Windows and macOS, where the system's setting counts if no variable is set.
    def proxies() -> dict[str, str]:
        return urllib.request.getproxies_environment() or {"https": f"socks4://{NOBODY}"}

    monkeypatch.setattr("httpx2._utils.getproxies", proxies)
    _, note = decide(OPENAI_API_KEY=KEY)
    assert note.startswith("  ! The system's proxy setting ")
    decide(LESSONS_MODE="offline")
    httpx2.Client().close()
    certificate = decide(LESSONS_MODE="", OPENAI_API_KEY=KEY, SSL_CERT_FILE="gone.pem")[-1]
    assert certificate.startswith("  ! SSL_CERT_FILE names gone.pem")


def test_in_a_test_nothing_of_this_computer_is_printed(decide: Decide) -> None:
    faulty = {"ALL_PROXY": f"socks5://{NOBODY}", "SSL_CERT_FILE": "gone.pem"}
    assert len(decide(LESSONS_MODE="test", **faulty)) == 1
    httpx2.Client().close()


def test_programs_and_async_clients_are_answered_too(tmp_path: Path) -> None:
    child = f"""
import asyncio, subprocess
from openai import AsyncOpenAI

async def ask():
    async with AsyncOpenAI(max_retries=0, timeout=20) as client:
        await client.models.list()

asyncio.run(ask())
subprocess.run([sys.executable, "-c", {STAY_HERE + ASK!r}], check=True)
"""
    faulty = {"ALL_PROXY": f"socks5://{NOBODY}", "SSL_CERT_FILE": "gone.pem"}
    printed = run(SETUP + child, tmp_path, **faulty)
    assert {aside("SSL_CERT_FILE", "ALL_PROXY"), SAID} < set(printed)
