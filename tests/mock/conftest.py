"""A mock as a learner has it, and the SDK on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import DefaultHttpx2Client, OpenAI

from helpers.mock.state import Mock
from helpers.mock.transport import transport
from tests.mock.asking import KEY


@pytest.fixture
def mock() -> Mock:
    """The mock with the lessons' replies; a prompt that they do not have is no error."""
    return Mock()


@pytest.fixture
def client(mock: Mock) -> Iterator[OpenAI]:
    """The SDK on the mock, in process."""
    door = DefaultHttpx2Client(transport=transport(mock))
    with OpenAI(api_key=KEY, base_url="http://mock/v1", max_retries=0, http_client=door) as client:
        yield client
