"""The body of a response: what the request set, the API's defaults, and the items of the output."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from helpers.mock import abilities
from helpers.mock.endpoints import _common as common
from helpers.mock.errors import APIError
from helpers.mock.generation import structured
from helpers.mock.generation.generate import Generated
from helpers.mock.generation.structured import Format
from helpers.mock.http import Call
from helpers.models import Model

_CACHED = {"mode": "implicit", "ttl": "30m"}


def named(body: Mapping[str, Any]) -> str | None:
    """Return the id of the conversation that a request names, if it names one."""
    given = body.get("conversation")
    return given["id"] if isinstance(given, dict) else given


def response(
    call: Call, model: Model, made: Generated, effort: str, wanted: Format, usage: Any
) -> dict[str, Any]:
    """Return the body of a response, with what the request set and the API's defaults."""
    body = call.body
    reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(made.ends)
    status = "incomplete" if reason else "completed"

    def echo(name: str, default: Any = None) -> Any:
        return default if body.get(name) is None else body[name]

    thinks = model.reasons
    reasoning, text = body.get("reasoning") or {}, body.get("text") or {}
    summary = reasoning.get("summary")
    options = body.get("prompt_cache_options") or {}
    caching = {name: options.get(name) or usual for name, usual in _CACHED.items()}
    return {
        "id": call.hexadecimal("resp_", 50),
        "object": "response",
        "created_at": call.created,
        "status": status,
        "access_programs": None,
        "background": echo("background", False),
        "billing": {"payer": "developer"},
        "completed_at": None if reason else call.created,
        **({"conversation": {"id": conversation}} if (conversation := named(body)) else {}),
        "error": None,
        "frequency_penalty": float(echo("frequency_penalty", 0.0)),
        "incomplete_details": {"reason": reason} if reason else None,
        "instructions": echo("instructions"),
        "max_output_tokens": echo("max_output_tokens"),
        "max_tool_calls": echo("max_tool_calls"),
        "model": model.id,
        **(common.moderated(body, chat=False) or {"moderation": None}),
        "output": _output(call, made, status, effort),
        "parallel_tool_calls": echo("parallel_tool_calls", True),
        "presence_penalty": float(echo("presence_penalty", 0.0)),
        "previous_response_id": echo("previous_response_id"),
        "prompt_cache_key": echo("prompt_cache_key"),
        **({"prompt_cache_options": caching} if options else {}),
        "prompt_cache_retention": echo("prompt_cache_retention", "24h" if thinks else "in_memory"),
        "reasoning": {
            "context": reasoning.get("context") or "all_turns",
            "effort": effort if thinks else None,
            "mode": reasoning.get("mode") or "standard",
            "summary": "detailed" if summary == "auto" else summary,
        },
        "safety_identifier": echo("safety_identifier"),
        "service_tier": common.tier(body),
        "store": echo("store", True),
        "temperature": float(echo("temperature", 1.0)),
        "text": {
            "format": _shown_format(text.get("format"), wanted),
            "verbosity": text.get("verbosity") or "medium",
        },
        "tool_choice": echo("tool_choice", "auto"),
        "tool_usage": {
            "image_gen": {
                "input_tokens": 0,
                "input_tokens_details": {"image_tokens": 0, "text_tokens": 0},
                "output_tokens": 0,
                "output_tokens_details": {"image_tokens": 0, "text_tokens": 0},
                "total_tokens": 0,
            },
            "web_search": {"num_requests": 0},
        },
        "tools": [_shown_tool(tool) for tool in body.get("tools") or []],
        "top_logprobs": echo("top_logprobs", 0),
        "top_p": float(echo("top_p", 0.98 if thinks else 1.0)),
        "truncation": echo("truncation", "disabled"),
        "usage": usage,
        "user": echo("user"),
        "metadata": echo("metadata", {}),
    }


def unended(whole: dict[str, Any], status: str) -> dict[str, Any]:
    """Return a response as it is before its end, or cancelled: nobody is billed for it yet."""
    tier = whole["service_tier"]
    return {
        **{name: part for name, part in whole.items() if name != "billing"},
        "status": status,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "output": [],
        "usage": None,
        # Which tier served it is known at the end.
        "service_tier": "auto" if tier == "default" else tier,
    }


def failed(whole: dict[str, Any], error: APIError) -> dict[str, Any]:
    """Return a response that has failed."""
    told = {"code": error.error["code"], "message": str(error)}
    return {**unended(whole, "failed"), "error": told}


def _shown_format(given: Any, wanted: Format) -> dict[str, Any]:
    if wanted.schema is None:
        return {"type": wanted.kind}
    return {
        "type": "json_schema",
        "description": given.get("description"),
        "name": given["name"],
        "schema": given["schema"],
        "strict": bool(given.get("strict")),
    }


def _shown_tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """Return a function as a response repeats it: without `strict` the API tries strict mode."""
    schema, strict = tool.get("parameters"), tool.get("strict")
    if strict is None:
        closed = structured.strict_form(schema) if schema else None
        schema, strict = closed or schema, closed is not None
    return {
        "type": "function",
        "description": tool.get("description"),
        "name": tool["name"],
        "output_schema": None,
        "parameters": schema,
        "strict": strict,
    }


def _output(call: Call, made: Generated, status: str, effort: str) -> list[dict[str, Any]]:
    include = call.body.get("include") or ()
    items: list[dict[str, Any]] = []
    if made.reasoning_tokens:
        # What is in it only the API can read; here it is the mock's word that it is nothing.
        nothing = base64.urlsafe_b64encode(b"(Offline mock) no reasoning took place.")
        items.append(
            {
                "id": call.hexadecimal("rs_", 50),
                "type": "reasoning",
                "content": [],
                "encrypted_content": nothing.decode(),
                "summary": _summary(call.body),
            }
        )
    for place, called in enumerate(made.calls):
        items.append(
            {
                "id": call.hexadecimal("fc_", 50, place),
                "type": "function_call",
                "status": "completed",
                "arguments": called.arguments,
                "call_id": call.alphanumeric("call_", 24, place),
                "name": called.name,
            }
        )
    if made.pieces:
        part: dict[str, Any] = {"type": "refusal", "refusal": made.text}
        if not made.refusal:
            top = call.body.get("top_logprobs") or 0
            rows = common.logprobs(made.pieces, top) if abilities.LOGPROBS in include else []
            part = {"type": "output_text", "annotations": [], "logprobs": rows, "text": made.text}
        items.append(
            {
                "id": call.hexadecimal("msg_", 50),
                "type": "message",
                "status": status,
                "content": [part],
                "phase": "final_answer",
                "role": "assistant",
            }
        )
    return items


def _summary(body: Mapping[str, Any]) -> list[dict[str, str]]:
    if not (body.get("reasoning") or {}).get("summary"):
        return []
    texts = ("(Offline mock) Here a model sums up how it thought.", "The mock does not think.")
    return [{"type": "summary_text", "text": text} for text in texts]
