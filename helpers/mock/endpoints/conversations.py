"""`/v1/conversations`: conversations that last, and their items.

https://developers.openai.com/api/reference/resources/conversations
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from openai.types.conversations import (
    conversation_create_params,
    conversation_update_params,
    item_create_params,
)

from helpers.mock import checks, errors
from helpers.mock.checks import Rules
from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import _input_items
from helpers.mock.endpoints import _pages as pages
from helpers.mock.endpoints import _stored_items as items
from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.generation.messages import Message
from helpers.mock.http import Call
from helpers.mock.state import Mock, StoredConversation

MOST_ITEMS = 20
"""Items that one request may add, by the reference."""
MOST_BYTES = 64 * 2**20

_ELSEWHERE = Rules(elsewhere=frozenset({"items"}))


def create(call: Call) -> dict[str, Any]:
    """Begin a conversation, with items or without. Raises APIError."""
    body = call.body if call.request.body else {}
    checks.parameters(body, conversation_create_params.ConversationCreateParams, _ELSEWHERE)
    sent = _read(call, body.get("items"))
    about: dict[str, Any] = {
        "id": call.hexadecimal("conv_", 48),
        "object": "conversation",
        "created_at": call.created,
        "metadata": body.get("metadata") or {},
    }
    call.mock.conversations.keep(about["id"], StoredConversation(about), 0)
    add(about["id"], sent, call.mock)
    return about


def get(call: Call, id: str) -> dict[str, Any]:
    """Return what is known of a conversation. Raises APIError (404)."""
    return find(id, call.mock).about


def update(call: Call, id: str) -> dict[str, Any]:
    """Put other metadata in the place of a conversation's. Raises APIError."""
    kept = find(id, call.mock)
    typed = conversation_update_params.ConversationUpdateParams
    kept.about = {**kept.about, "metadata": common.new_metadata(call.body, typed)}
    return kept.about


def delete(call: Call, id: str) -> dict[str, Any]:
    """Forget a conversation. Raises APIError (404)."""
    find(id, call.mock)
    call.mock.conversations.forget(id)
    return {"id": id, "object": "conversation.deleted", "deleted": True}


def create_items(call: Call, id: str) -> dict[str, Any]:
    """Add items to a conversation; return them. Raises APIError."""
    find(id, call.mock)
    include = items.included(call)
    checks.parameters(call.body, item_create_params.ItemCreateParams, _ELSEWHERE)
    if call.body.get("items") is None:
        raise errors.missing("items")
    sent = _read(call, call.body["items"])
    add(id, sent, call.mock)
    return pages.listed([items.shown(item, include) for item in sent], more=False)


def list_items(call: Call, id: str) -> dict[str, Any]:
    """Return a page of a conversation's items, newest first unless asked. Raises APIError."""
    kept = find(id, call.mock)
    include = items.included(call)
    return pages.page(call, [items.shown(item, include) for item in kept.items], None)


def get_item(call: Call, id: str, item: str) -> dict[str, Any]:
    """Return one item of a conversation. Raises APIError."""
    include = items.included(call)
    return items.shown(_item(find(id, call.mock), item), include)


def delete_item(call: Call, id: str, item: str) -> dict[str, Any]:
    """Take an item out of a conversation; return the conversation. Raises APIError (404)."""
    kept = find(id, call.mock)
    found = _item(kept, item)
    kept.items.remove(found)
    _keep(kept, -_size(found), call.mock)
    return kept.about


def find(id: str, mock: Mock) -> StoredConversation:
    """Return a conversation. Raises APIError (404)."""
    kept = mock.conversations.find(id)
    if kept is None:
        raise APIError(f"Conversation with id '{id}' not found.", status=404)
    return kept


def messages(id: str, mock: Mock) -> list[Message]:
    """Return what has been said in a conversation. Raises APIError (404)."""
    return _input_items.read(find(id, mock).items, mock)


def add(id: str, sent: Iterable[dict[str, Any]], mock: Mock) -> None:
    """Add items to a conversation, if it is still there. Raises APIError when it is full."""
    kept = mock.conversations.find(id)
    if kept is None:
        return
    sent = list(sent)
    size = sum(map(_size, sent))
    if kept.size + size > MOST_BYTES:
        raise APIError(
            f"(Offline mock) A conversation may have {MOST_BYTES // 2**20} MB here.",
            code="mock_conversation_full",
            type=MOCK_ERROR,
        )
    kept.items += sent
    _keep(kept, size, mock)


def _keep(kept: StoredConversation, more: int, mock: Mock) -> None:
    kept.size += more
    mock.conversations.keep(kept.about["id"], kept, kept.size)


def _size(item: dict[str, Any]) -> int:
    return len(json.dumps(item))


def _read(call: Call, given: Any) -> tuple[dict[str, Any], ...]:
    """Check items that a request adds; return them as they are stored. Raises APIError."""
    if given is None:
        return ()
    if not isinstance(given, list):
        raise errors.invalid_type("items", "an array of input items", given)
    if len(given) > MOST_ITEMS:
        raise errors.too_long("items", "array", MOST_ITEMS, len(given))
    _input_items.read(given, call.mock, "items")
    return items.stored(given, call)


def _item(kept: StoredConversation, id: str) -> dict[str, Any]:
    for item in kept.items:
        if item["id"] == id:
            return item
    # How the API words it is not known.
    raise APIError(f"(Offline mock) The conversation has no item with the id '{id}'.", status=404)


_ONE = r"/v1/conversations/([^/]+)"
ROUTES = [
    ("POST", r"/v1/conversations", create),
    ("GET", _ONE, get),
    ("POST", _ONE, update),
    ("DELETE", _ONE, delete),
    ("POST", rf"{_ONE}/items", create_items),
    ("GET", rf"{_ONE}/items", list_items),
    ("GET", rf"{_ONE}/items/([^/]+)", get_item),
    ("DELETE", rf"{_ONE}/items/([^/]+)", delete_item),
]
