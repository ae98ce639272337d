"""The mock refuses what the API refuses: with its status, param, code and words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.mock.state import Mock
from tests.likeness.refusals import CHAT, GONE, RESPONSES, Refused
from tests.mock.asking import ask

GOOD: dict[str, dict[str, Any]] = {
    "chat/completions": {
        "model": "gpt-5.6-terra",
        "messages": [{"role": "user", "content": "ping"}],
    },
    "responses": {"model": "gpt-5.6-terra", "input": "ping"},
}


def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    sent = {name: part for name, part in body.items() if part is not GONE}
    reply = ask(Mock(), f"/v1/{path}", sent)
    return reply.status, json.loads(reply.body)


@pytest.mark.parametrize(
    ("path", "row"),
    [
        pytest.param(path, row, id=f"{path}: {name}")
        for path, rows in (("chat/completions", CHAT), ("responses", RESPONSES))
        for name, row in rows.items()
    ],
)
def test_it_is_refused_as_the_api_refuses_it(path: str, row: Refused) -> None:
    status, body = post(path, {**GOOD[path], **row.given})
    assert body == {
        "error": {
            "message": row.message,
            "type": "invalid_request_error",
            "param": row.param,
            "code": row.code,
        }
    }
    assert status == row.status


@pytest.mark.parametrize("path", GOOD)
def test_the_good_request_that_they_are_made_of_is_answered(path: str) -> None:
    assert post(path, GOOD[path])[0] == 200
