"""The messages of a request to Chat Completions: what is refused in them, and what they say.

https://developers.openai.com/api/reference/resources/chat
"""

from __future__ import annotations

from functools import partial
from typing import Any

from helpers.mock import checks, errors
from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import _documents
from helpers.mock.errors import APIError
from helpers.mock.generation import pictures
from helpers.mock.generation.messages import Message, Part, ToolCall
from helpers.mock.generation.pictures import Picture
from helpers.mock.state import Mock

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
PARTS = ("text", "image_url", "input_audio", "refusal", "audio", "file")
NOT_SIMULATED = ("input_audio", "audio")


def read(messages: Any, mock: Mock) -> list[Message]:
    """Check a request's messages and return them. Raises APIError.

    Whether a message lacks its content is looked at later, by `check_contents`.
    """
    if not isinstance(messages, list):
        raise errors.invalid_type("messages", "an array of objects", messages)
    if not messages:
        raise errors.too_short("messages", "array")
    read = [_read_message(message, f"messages[{i}]", mock) for i, message in enumerate(messages)]
    pictures.check_number(sum(len(message.pictures) for message in read), "messages")
    _check_pairs(read)
    return read


def _read_message(message: Any, at: str, mock: Mock) -> Message:
    role = checks.tag(ROLES, message, at, by="role")
    if role == "tool" and message.get("tool_call_id") is None:
        raise errors.missing(f"{at}.tool_call_id")
    if role == "function" and message.get("name") is None:
        raise errors.missing(f"{at}.name")
    content = message.get("content")
    read_part = partial(_read_part, mock=mock)
    read = Message(
        "developer" if role == "system" else role,
        () if content is None else common.contents(content, f"{at}.content", read_part),
        _read_calls(message, at) if role == "assistant" else (),
        str(message["tool_call_id"]) if role == "tool" else None,
    )
    if read.pictures and role != "user":
        # https://github.com/OpenHands/OpenHands/issues/7700
        raise APIError(
            f"Invalid '{at}'. Image URLs are only allowed for messages with role 'user', but this "
            f"message with role '{role}' contains an image URL.",
            param=at,
            code="invalid_value",
        )
    return read


def _read_calls(message: dict[str, Any], at: str) -> tuple[ToolCall, ...]:
    calls = message.get("tool_calls")
    if old := message.get("function_call"):
        if not isinstance(old, dict):
            raise errors.invalid_type(f"{at}.function_call", "an object", old)
        return (ToolCall("", str(old.get("name")), str(old.get("arguments"))),)
    if calls is None:
        return ()
    if not isinstance(calls, list):
        raise errors.invalid_type(f"{at}.tool_calls", "an array of objects", calls)
    if not calls:
        raise errors.too_short(f"{at}.tool_calls", "array")
    read = []
    for place, called in enumerate(calls):
        here = f"{at}.tool_calls[{place}]"
        if not isinstance(called, dict):
            raise errors.invalid_type(here, "an object", called)
        for name in ("id", "type"):
            if called.get(name) is None:
                raise errors.missing(f"{here}.{name}")
        if called["type"] != "function":
            raise errors.not_simulated("calls of custom tools", f"{here}.type")
        function = called.get("function")
        if not isinstance(function, dict):
            raise errors.missing(f"{here}.function")
        checks.name(function.get("name"), f"{here}.function.name")
        checks.text(function.get("arguments"), f"{here}.function.arguments")
        read.append(ToolCall(str(called["id"]), function["name"], function["arguments"]))
    return tuple(read)


def _check_pairs(messages: list[Message]) -> None:
    """Refuse calls without an answer and answers without a call. Raises APIError.

    The words: https://github.com/sdcb/chats/pull/132
    """
    waiting: dict[str, None] = {}
    answerable = False
    for place, message in enumerate(messages):
        if message.role == "tool":
            if not answerable or message.answers not in waiting:
                raise APIError(
                    "Invalid parameter: messages with role 'tool' must be a response to a "
                    "preceeding message with 'tool_calls'.",
                    param=f"messages.[{place}].role",
                )
            del waiting[message.answers]
            continue
        _check_answered(waiting, place)
        waiting = {called.id: None for called in message.calls if called.id}
        answerable = bool(waiting)
    _check_answered(waiting, len(messages))


def _check_answered(waiting: dict[str, None], place: int) -> None:
    if waiting:
        raise APIError(
            "An assistant message with 'tool_calls' must be followed by tool messages responding "
            "to each 'tool_call_id'. The following tool_call_ids did not have response messages: "
            f"{', '.join(waiting)}",
            param=f"messages.[{place}].role",
        )


def check_contents(messages: list[dict[str, Any]]) -> None:
    """Refuse a message without content, after all else was looked at. Raises APIError."""
    for place, message in enumerate(messages):
        instead = ("tool_calls", "function_call", "refusal", "audio")
        if message["role"] == "assistant" and any(message.get(name) for name in instead):
            continue
        if message.get("content") is not None:
            continue
        if message["role"] == "developer":
            at = f"messages[{place}].content"
            if "content" not in message:
                raise errors.missing(at)
            raise errors.invalid_type(at, "one of a string or array of objects", None)
        raise APIError(
            "Invalid value for 'content': expected a string, got null.",
            param=f"messages.[{place}].content",
        )


def _read_part(part: Any, at: str, mock: Mock) -> Part:
    kind = checks.tag(PARTS, part, at)
    if kind in NOT_SIMULATED:
        raise errors.not_simulated(f"parts of type '{kind}'", f"{at}.type")
    ends = common.is_breakpoint(part, at)
    if kind == "image_url":
        return Part(
            picture=_read_picture(part.get("image_url"), f"{at}.image_url"), breakpoint=ends
        )
    if kind == "file":
        return _documents.read_chat(part, at, mock, ends)
    checks.text(part.get(kind), f"{at}.{kind}")
    return Part(part[kind], breakpoint=ends)


def _read_picture(given: Any, at: str) -> Picture:
    if given is None:
        raise errors.missing(at)
    if not isinstance(given, dict):
        raise errors.invalid_type(at, "an object", given)
    if given.get("url") is None:
        raise errors.missing(f"{at}.url")
    # https://github.com/STranslate/STranslate/issues/277
    unreadable = APIError(
        "You uploaded an unsupported image. Please make sure your image has of one the following "
        "formats: ['png', 'jpeg', 'gif', 'webp'].",
        code="invalid_image_format",
    )
    detail = given.get("detail")
    return pictures.read(given["url"], detail, f"{at}.url", f"{at}.detail", unreadable)
