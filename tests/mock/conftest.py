"""A mock with nothing stored in it, and the SDK on it, in process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import DefaultHttpx2Client, OpenAI

from helpers.mock.state import Mock
from helpers.mock.transport import transport
from helpers.settings import OFFLINE_ADMIN_KEY, OFFLINE_KEY


@pytest.fixture
def mock() -> Mock:
    """The mock with the lessons' replies. A module that needs others has a `mock` of its own."""
    return Mock()


@pytest.fixture
def client(mock: Mock) -> Iterator[OpenAI]:
    """The SDK on the mock, with both kinds of key."""
    with OpenAI(
        api_key=OFFLINE_KEY,
        admin_api_key=OFFLINE_ADMIN_KEY,
        base_url="http://mock/v1",
        max_retries=0,
        http_client=DefaultHttpx2Client(transport=transport(mock)),
    ) as client:
        yield client
