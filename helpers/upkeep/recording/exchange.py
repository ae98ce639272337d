"""What is sent to the real API for a notebook's request, and what an entry keeps of its reply."""

from __future__ import annotations

import json
import re
from typing import Any

from helpers.upkeep.recording.yaml_edit import Row

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
MOST_TOKENS = 4096
"""No reply may be longer, reasoning included: it bounds by how much the last can pass the limit."""
_CUTS = ("stream", "stream_options", "stop", "max_tokens", "user", "metadata")


def whole(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a request's body as it is sent: for a whole reply, of which nothing is stored."""
    kept = {name: value for name, value in body.items() if name not in _CUTS and value is not None}
    limit = "max_completion_tokens" if path == CHAT else "max_output_tokens"
    return {**kept, limit: MOST_TOKENS, "store": False}


def wants_json(body: dict[str, Any]) -> bool:
    """Whether a request asks for a reply in JSON."""
    wanted = body.get("response_format") or (body.get("text") or {}).get("format") or {}
    return bool(wanted.get("type", "text") != "text")


def stays_written(row: Row) -> str | None:
    """Return why a live model is not asked for an entry's reply, or None."""
    if "like" in row:
        return "a pattern, which stands for many prompts"
    if row.get("fallback"):
        return "it shows what an unwritten prompt gets"
    if row.get("refusal"):
        return "a refusal, which a live model may not repeat"
    if row.get("ends"):
        return f"it ends with {row['ends']}, which a live model may not repeat"
    if row.get("moderation"):
        return "a picture that is blocked"
    return None


def fields(came: dict[str, Any], row: Row, as_json: bool) -> Row:
    """Return the fields of the entry `row` for the body that came back.

    Raises ValueError saying why the reply cannot stand where the lesson has the written one.
    """
    try:
        texts, calls = _of_chat(came) if "choices" in came else _of_response(came)
    except (KeyError, TypeError, AttributeError):
        raise ValueError("what came back is no reply of this API") from None
    if calls and "tool_calls" not in row:
        raise ValueError("the model called a function where the lesson has a text")
    if calls:
        return {"tool_calls": calls}
    if "tool_calls" in row:
        raise ValueError("the model said a text where the lesson has it call a function")
    if not all(text.strip() for text in texts):
        raise ValueError("the reply is empty")
    said = [_parsed(text) if as_json else text.strip() for text in texts]
    return {"replies": said} if "replies" in row else {"reply": said[0]}


def _of_chat(came: dict[str, Any]) -> tuple[list[str], list[Row]]:
    """Return the texts and the calls of functions in a chat completion."""
    texts, calls = [], []
    for choice in came["choices"]:
        message = choice["message"]
        if message.get("refusal"):
            raise ValueError("the model declined")
        if choice["finish_reason"] not in ("stop", "tool_calls"):
            raise ValueError(f"the reply ended with {choice['finish_reason']}")
        texts.append(message.get("content") or "")
        calls += [_call(call["function"]) for call in message.get("tool_calls") or []]
    return texts, calls


def _of_response(came: dict[str, Any]) -> tuple[list[str], list[Row]]:
    """Return the text and the calls of functions in a response."""
    if came.get("status") != "completed":
        raise ValueError(f"the reply is {came.get('status')}")
    parts = [part for item in came["output"] for part in item.get("content") or []]
    if any(part["type"] == "refusal" for part in parts):
        raise ValueError("the model declined")
    calls = [_call(item) for item in came["output"] if item["type"] == "function_call"]
    return ["".join(part.get("text", "") for part in parts)], calls


def _call(function: dict[str, Any]) -> Row:
    return {"name": function["name"], "arguments": _parsed(function["arguments"])}


def _parsed(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (dict, list)) else text


def model(came: dict[str, Any], body: dict[str, Any]) -> str:
    """Return the name of the model that replied to `body`, as it may be written."""
    # A fine-tuned model's name holds the organisation's: ft:gpt-x:acme::1234
    return re.sub(r"^(ft:[^:]+):.*", r"\1", str(came.get("model") or body.get("model")))


def said_items(response: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was said as input for the next request. Ids would be looked for: without."""
    items = []
    for item in response["output"]:
        if item["type"] == "message":
            text = "".join(part.get("text", part.get("refusal", "")) for part in item["content"])
            items.append({"role": "assistant", "content": text})
        elif item["type"] == "function_call":
            items.append({name: item[name] for name in ("type", "call_id", "name", "arguments")})
    return items
