"""The input of a request to Responses: what is refused in it, and what it says.

https://developers.openai.com/api/reference/resources/responses
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import partial
from typing import Any

from openai.types.responses import (
    response_function_tool_call_param,
    response_input_item_param,
    response_reasoning_item_param,
)

from helpers.mock import checks, errors
from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import _compaction, _documents, files
from helpers.mock.errors import APIError
from helpers.mock.generation import pictures
from helpers.mock.generation.messages import Message, Part, ToolCall, said
from helpers.mock.state import Mock

ROLES = ("assistant", "system", "developer", "user")
# The API's lists, in its order: of items, of all parts, and of the parts of each role.
ITEMS = (
    *("additional_tools", "agent_message", "apply_patch_call", "apply_patch_call_output"),
    *("code_interpreter_call", "compaction", "compaction_trigger", "computer_call"),
    *("computer_call_output", "custom_tool_call", "custom_tool_call_output", "file_search_call"),
    *("function_call", "function_call_output", "image_generation_call", "item_reference"),
    *("local_shell_call", "local_shell_call_output", "mcp_approval_request"),
    *("mcp_approval_response", "mcp_call", "mcp_list_tools", "message", "multi_agent_call"),
    *("multi_agent_call_output", "program", "program_output", "reasoning", "shell_call"),
    *("shell_call_output", "tool_search_call", "tool_search_output", "web_search_call"),
)
PARTS = (
    *("input_text", "input_image", "input_audio", "output_text", "refusal", "input_file"),
    *("computer_screenshot", "summary_text", "encrypted_content"),
)
ASKED_PARTS = ("input_text", "input_image", "input_file", "scoped_content", "input_audio")
SAID_PARTS = ("output_text", "refusal")
_MEMBERS = {"type", "role", "content", "status", "id"}


def read(given: Any, mock: Mock, at: str = "input") -> list[Message]:
    """Check the input of a request and return the messages it holds. Raises APIError.

    at: how the API calls the parameter.
    """
    if isinstance(given, str):
        return [said("user", given)] if given else []
    if not isinstance(given, list):
        raise errors.invalid_type("input", "one of a string or array of input items", given)
    read: list[Message] = []
    for place, item in enumerate(given):
        message = _read_item(item, f"{at}[{place}]", mock)
        if message is None:
            continue
        if message.calls and read and read[-1].role == "assistant":
            # A message and the calls behind it are one turn.
            message = Message("assistant", read[-1].parts, read.pop().calls + message.calls)
        read.append(message)
    return read


def _read_item(item: Any, at: str, mock: Mock) -> Message | None:
    """Return the message that an item is, or None for one that says nothing. Raises APIError."""
    if not isinstance(item, dict):
        raise errors.invalid_type(at, "an input item", item)
    kind = item.get("type", "message")
    if kind not in ITEMS:
        raise errors.invalid_value(at, kind if isinstance(kind, str) else "", ITEMS)
    if kind == "message":
        return _read_message(item, at, mock)
    if kind == "item_reference":
        return _read_reference(item, at, mock)
    if kind == "reasoning":
        checks.value(response_reasoning_item_param.ResponseReasoningItemParam, item, at)
        return None
    if kind == "function_call":
        typed = response_function_tool_call_param.ResponseFunctionToolCallParam
        checks.value(typed, item, at)
        call = ToolCall(item["call_id"], item["name"], item["arguments"])
        return said("assistant", "", [call])
    if kind == "function_call_output":
        checks.value(response_input_item_param.FunctionCallOutput, item, at)
        if item.get("call_id") is None:
            raise errors.not_simulated("outputs without a call_id", f"{at}.call_id")
        read_part = partial(_read_part, kinds=ASKED_PARTS, mock=mock)
        parts = common.contents(item["output"], f"{at}.output", read_part)
        return Message("tool", parts, answers=item["call_id"])
    if kind == "compaction":
        return _compaction.read(item, at)
    raise errors.not_simulated(f"items of type '{kind}'", at)


def _read_reference(item: Mapping[str, Any], at: str, mock: Mock) -> Message | None:
    """Return the item that was stored under an id.

    The words: https://github.com/vercel/ai/issues/7543
    """
    checks.value(str, item.get("id"), f"{at}.id")
    stored = mock.items.find(item["id"])
    if stored is None:
        raise APIError(
            f"Item with id '{item['id']}' not found. Items are not persisted when `store` is set "
            "to false. Try again with `store` set to true, or remove this item from your input.",
            param="input",
            status=404,
        )
    return _read_item(stored, at, mock)


def _read_message(item: Mapping[str, Any], at: str, mock: Mock) -> Message:
    role = item.get("role", "")
    if role not in ROLES:
        raise errors.invalid_value(at, role if isinstance(role, str) else "", ROLES)
    if item.get("content") is None:
        raise errors.missing(f"{at}.content")
    checks.unknown(item, _MEMBERS | {"phase"} if role == "assistant" else _MEMBERS, f"{at}.")
    phase = item.get("phase")
    if phase is not None and phase not in ("commentary", "final_answer"):
        raise errors.invalid_value(f"{at}.phase", phase, ("commentary", "final_answer"))
    kinds = SAID_PARTS if role == "assistant" else ASKED_PARTS
    read_part = partial(_read_part, kinds=kinds, mock=mock)
    parts = common.contents(item["content"], f"{at}.content", read_part)
    return Message("developer" if role == "system" else role, parts)


def _read_part(part: Any, at: str, kinds: tuple[str, ...], mock: Mock) -> Part:
    if not isinstance(part, dict):
        raise errors.invalid_type(at, "an object", part)
    kind = part.get("type")
    if kind is None:
        raise errors.missing(f"{at}.type")
    if kind not in PARTS and kind != "scoped_content":
        raise errors.invalid_value(f"{at}.type", kind, PARTS)
    if kind not in kinds:
        raise errors.invalid_value(at, kind, kinds)
    ends = common.is_breakpoint(part, at)
    if kind == "input_image":
        return Part(picture=_read_picture(part, at, mock), breakpoint=ends)
    if kind == "input_file":
        return _documents.read_responses(part, at, mock, ends)
    if kind in ("input_audio", "scoped_content"):
        raise errors.not_simulated(f"parts of type '{kind}'", f"{at}.type")
    name = "refusal" if kind == "refusal" else "text"
    checks.text(part.get(name), f"{at}.{name}")
    return Part(part[name], breakpoint=ends)


def _read_picture(part: Mapping[str, Any], at: str, mock: Mock) -> pictures.Picture:
    # https://github.com/openai/codex/issues/4946
    unreadable = APIError(
        "The image data you provided does not represent a valid image. Please check your input "
        "and try again with one of the supported image formats: ['image/jpeg', 'image/png', "
        "'image/gif', 'image/webp'].",
        param="input",
        code="invalid_value",
    )
    url, detail = part.get("image_url"), part.get("detail")
    if part.get("file_id") is not None:
        data = files.content(str(part["file_id"]), mock, f"{at}.file_id")
        url = f"data:image/*;base64,{base64.b64encode(data).decode()}"
    if url is None:
        raise errors.missing(f"{at}.image_url")
    return pictures.read(url, detail, f"{at}.image_url", f"{at}.detail", unreadable)


def check_pairs(history: list[Message]) -> None:
    """Refuse calls without an output and outputs without a call. Raises APIError.

    The words: https://github.com/openai/codex/issues/93 and
    https://github.com/microsoft/vscode/issues/320060
    """
    called = {call.id for message in history for call in message.calls}
    answered = {message.answers for message in history if message.role == "tool"}
    for message in history:
        if message.role == "tool" and message.answers not in called:
            raise APIError(
                f"No tool call found for function call output with call_id {message.answers}.",
                param="input",
            )
    for id in (call.id for message in history for call in message.calls):
        if id not in answered:
            raise APIError(f"No tool output found for function call {id}.", param="input")
