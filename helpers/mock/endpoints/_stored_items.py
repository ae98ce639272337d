"""Items as the API stores and lists them: each with an id, a status and its parts.

https://developers.openai.com/api/reference/resources/conversations
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openai.types.responses import ResponseIncludable

from helpers.mock import checks
from helpers.mock.http import Call

_PREFIXES = {
    "message": "msg_",
    "reasoning": "rs_",
    "function_call": "fc_",
    "function_call_output": "fco_",
    "compaction": "cmp_",
}
_PICTURE = "message.input_image.image_url"


def stored(given: Any, call: Call) -> tuple[dict[str, Any], ...]:
    """Return the items of an input that was read without a fault, as they are stored."""
    if not given:
        return ()
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    return tuple(_stored(item, call, place) for place, item in enumerate(given))


def _stored(item: Mapping[str, Any], call: Call, place: int) -> dict[str, Any]:
    kind = item.get("type", "message")
    if kind == "item_reference":
        return dict(call.mock.items.find(item["id"]) or item)
    given = item.get("id")
    id = (
        given
        if isinstance(given, str) and given
        else call.hexadecimal(_PREFIXES[kind], 50, f"input {place}")
    )
    known = {name: part for name, part in item.items() if part is not None}
    if kind in ("reasoning", "compaction"):
        return {"summary": [], **known, "id": id} if kind == "reasoning" else {**known, "id": id}
    ended = {**known, "id": id, "type": kind, "status": item.get("status") or "completed"}
    if kind == "message":
        ended["content"] = _parts(item["content"], item["role"] == "assistant")
    return ended


def _parts(content: Any, said: bool) -> list[dict[str, Any]]:
    if isinstance(content, str):
        content = [{"type": "output_text" if said else "input_text", "text": content}]
    usual: dict[str, dict[str, Any]] = {
        "output_text": {"annotations": [], "logprobs": []},
        "input_image": {"detail": "auto"},
    }
    return [{**usual.get(part["type"], {}), **part} for part in content]


def included(call: Call) -> list[str]:
    """Return what `include` in the address asks for. Raises APIError."""
    found = call.query.get("include", [])
    checks.value(list[ResponseIncludable], found, "include")
    return found


def shown(item: dict[str, Any], include: list[str]) -> dict[str, Any]:
    """Return an item as it is listed: pictures only if they are asked for."""
    if item["type"] != "message" or _PICTURE in include:
        return item
    parts = [
        {**part, "image_url": None} if "image_url" in part else part for part in item["content"]
    ]
    return {**item, "content": parts}
