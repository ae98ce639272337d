"""The benchmarks are run by hand; their yardstick must still serve what it measures against."""

from __future__ import annotations

import httpx2

from benchmarks import fixed


def test_the_yardstick_serves_the_mocks_own_bytes() -> None:
    url = f"{fixed.start()}/chat/completions"
    with httpx2.Client(trust_env=False) as client:
        assert client.post(url, json=fixed.CALL).content == fixed.reply().body
    with httpx2.Client(transport=fixed.transport()) as client:
        assert client.post(url, json=fixed.CALL).content == fixed.reply().body
