"""Whatever is thrown at the core, it answers 200, or 4xx with the API's error shape. Never 500."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpers.mock.core import ENDPOINTS, answer, routes
from helpers.mock.endpoints import chat, responses
from helpers.mock.generation.replies import load
from helpers.mock.http import Mock, Request
from helpers.models import MODELS
from helpers.modes import OFFLINE_ADMIN_KEY, OFFLINE_KEY

MOCK = Mock(load(strict=False))
PATHS = sorted(
    {
        path.replace("(.+)", "x").replace("([^/]+)", "x")
        for segment in ENDPOINTS
        for _, path, _ in routes(f"/v1/{segment}")
    }
)
WORDS = st.sampled_from(
    ["user", "text", "input_text", "json_schema", "json_object", "function", "auto", "none", "type"]
    + ["object", "string", "name", "role", "content", "message", "image_url", "$ref", "#/x", ""]
    + list(MODELS)
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
MESSAGE = st.fixed_dictionaries(
    {"role": WORDS | st.just("user"), "content": VALUES | st.just("Say hello.")}
)


def bodies(names: frozenset[str], items: str) -> Any:
    """Requests that are nearly right: good ones with a few parameters of any value."""
    odd = st.dictionaries(st.sampled_from(sorted(names)), VALUES, max_size=4)
    good = {
        "model": st.sampled_from(["gpt-6-luna", "gpt-4o"]),
        items: st.lists(MESSAGE, max_size=3),
    }
    return st.builds(lambda a, b: a | b, st.fixed_dictionaries(good), odd)


REQUESTS = st.one_of(
    st.tuples(st.just("/v1/chat/completions"), bodies(chat.PARAMETERS, "messages")),
    st.tuples(st.just("/v1/responses"), bodies(responses.PARAMETERS, "input")),
    st.tuples(st.just("/v1/responses/input_tokens"), bodies(responses.COUNTABLE, "input")),
    st.tuples(st.sampled_from(PATHS), VALUES),
)


def judge(method: str, path: str, body: bytes, query: str, key: str, kind: str) -> None:
    headers = {"authorization": f"Bearer {key}", "content-type": kind}
    reply = answer(Request(method, path, headers, body, query), MOCK)
    if reply.status == 200:
        if reply.events is not None:
            assert b"".join(reply.events)
        else:
            assert reply.body
        return
    assert 400 <= reply.status < 500
    error = json.loads(reply.body)["error"]
    assert set(error) >= {"message", "type", "param", "code"} and error["message"]


QUIET = settings(
    max_examples=400, deadline=2000, suppress_health_check=list(HealthCheck), derandomize=True
)


@QUIET
@given(REQUESTS, st.sampled_from([OFFLINE_KEY, OFFLINE_ADMIN_KEY]))
@example(("/v1/responses", {"input": "Hi", "tools": [5]}), OFFLINE_KEY)
@example(("/v1/responses", {"input": [{"type": "message", "role": ["user"]}]}), OFFLINE_KEY)
def test_any_json_is_answered(asked: tuple[str, Any], key: str) -> None:
    path, body = asked
    judge("POST", path, json.dumps(body).encode(), "", key, "application/json")


@QUIET
@given(
    st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD"]),
    st.sampled_from(PATHS) | st.text(max_size=20),
    st.binary(max_size=60),
    st.text(max_size=20) | st.sampled_from(["limit=x&page=", "start_time=1e99", "group_by[]=%00"]),
    st.sampled_from([OFFLINE_KEY, OFFLINE_ADMIN_KEY, ""]),
    st.sampled_from(
        ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", ""]
    ),
)
def test_any_bytes_are_answered(
    method: str, path: str, body: bytes, query: str, key: str, kind: str
) -> None:
    judge(method, path, body, query, key, kind)
