"""A response told as the events of a stream.

https://developers.openai.com/api/reference/resources/responses/streaming-events
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import _response_body as bodies
from helpers.mock.generation import tokens
from helpers.mock.http import Call, sse


def lines(call: Call, found: Iterable[dict[str, Any]], hide: bool) -> Iterator[bytes]:
    """Return events as they are sent. `hide`: whether obfuscation hides how long pieces are."""
    hidden = common.obfuscation(call, hide)
    for event in found:
        told = hidden(event) if event["type"].endswith(".delta") else event
        yield sse(told, event["type"])


def stream(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Tell a response as the events of a stream, in the API's order, numbered from 0."""
    for number, (kind, told) in enumerate(_events(response)):
        name = kind if kind == "error" else f"response.{kind}"
        yield {"type": name, **told, "sequence_number": number}


def _events(response: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    whole = {name: part for name, part in response.items() if name != "billing"}
    begun = bodies.unended(response, "in_progress")
    if response["background"]:
        queued = {"response": bodies.unended(response, "queued")}
        yield "created", queued
        yield "queued", queued
    else:
        yield "created", {"response": begun}
    yield "in_progress", {"response": begun}
    if error := response["error"]:
        # https://github.com/dyad-sh/dyad/issues/1672; the event behind it:
        # https://github.com/openai/codex (codex-rs, its tests of server-sent events).
        yield "error", {"error": {"type": "invalid_request_error", **error, "param": "input"}}
    for place, item in enumerate(response["output"]):
        empty: dict[str, dict[str, Any]] = {
            "reasoning": {"summary": []},
            "message": {"content": []},
        }
        started = {**item, **empty.get(item["type"], {"arguments": ""})}
        if "status" in item:
            started["status"] = "in_progress"
        yield "output_item.added", {"item": started, "output_index": place}
        at = {"item_id": item["id"], "output_index": place}
        if item["type"] == "message":
            for index, part in enumerate(item["content"]):
                yield from _part_events(part, {"content_index": index, **at})
        elif item["type"] == "reasoning":
            for index, part in enumerate(item["summary"]):
                yield from _summary_events(part, {**at, "summary_index": index})
        else:
            for piece in tokens.split(item["arguments"]):
                yield "function_call_arguments.delta", {"delta": piece, **at}
            yield "function_call_arguments.done", {"arguments": item["arguments"], **at}
        yield "output_item.done", {"item": item, "output_index": place}
    yield response["status"], {"response": whole}


def _part_events(part: dict[str, Any], at: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if part["type"] == "refusal":
        yield "content_part.added", {**at, "part": {**part, "refusal": ""}}
        for piece in tokens.split(part["refusal"]):
            yield "refusal.delta", {**at, "delta": piece}
        yield "refusal.done", {**at, "refusal": part["refusal"]}
    else:
        yield "content_part.added", {**at, "part": {**part, "text": "", "logprobs": []}}
        rows = part["logprobs"]
        for place, piece in enumerate(tokens.split(part["text"])):
            yield "output_text.delta", {**at, "delta": piece, "logprobs": rows[place : place + 1]}
        yield "output_text.done", {**at, "logprobs": rows, "text": part["text"]}
    yield "content_part.done", {**at, "part": part}


def _summary_events(
    part: dict[str, Any], at: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "reasoning_summary_part.added", {**at, "part": {**part, "text": ""}}
    for piece in tokens.split(part["text"]):
        yield "reasoning_summary_text.delta", {**at, "delta": piece}
    yield "reasoning_summary_text.done", {**at, "text": part["text"]}
    yield "reasoning_summary_part.done", {**at, "part": part}
