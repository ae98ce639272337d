"""`/v1/chat/completions/…`: completions that were created with `store`.

https://developers.openai.com/api/reference/resources/chat
"""

from __future__ import annotations

from typing import Any

from openai.types.chat import completion_update_params

from helpers.mock.endpoints import _common as common
from helpers.mock.endpoints import _pages as pages
from helpers.mock.errors import APIError
from helpers.mock.http import Call
from helpers.mock.state import Mock, StoredCompletion


def keep(call: Call, completion: dict[str, Any]) -> None:
    """Keep a completion if its request wants that."""
    if call.body.get("store"):
        body = {**completion, "metadata": call.body.get("metadata") or {}}
        kept = StoredCompletion(body, call.body["messages"])
        call.mock.completions.keep(completion["id"], kept, len(call.request.body))


def list_all(call: Call) -> dict[str, Any]:
    """Return a page of completions, of a model and with metadata if asked, the oldest first.

    Raises APIError.
    """
    asked = {name: values[-1] for name, values in call.query.items()}
    wanted = {
        name.removeprefix("metadata[").removesuffix("]"): text
        for name, text in asked.items()
        if name.startswith("metadata[")
    }
    found = [
        kept.body
        for kept in call.mock.completions
        if asked.get("model") in (None, kept.body["model"])
        and wanted.items() <= kept.body["metadata"].items()
    ]
    return pages.page(call, found, None, order="asc")


def get(call: Call, id: str) -> dict[str, Any]:
    """Return a completion. Raises APIError (404)."""
    return _find(id, call.mock).body


def update(call: Call, id: str) -> dict[str, Any]:
    """Put other metadata in the place of a completion's. Raises APIError."""
    kept = _find(id, call.mock)
    metadata = common.new_metadata(call.body, completion_update_params.CompletionUpdateParams)
    kept.body = {**kept.body, "metadata": metadata}
    return kept.body


def list_messages(call: Call, id: str) -> dict[str, Any]:
    """Return a page of the messages that a completion answers, the first one first.

    Raises APIError.
    """
    found = []
    for place, message in enumerate(_find(id, call.mock).messages):
        content = message.get("content")
        parts = content if isinstance(content, list) else None
        found.append(
            {
                "id": f"{id}-{place}",
                "role": message["role"],
                "content": None if parts else content,
                "name": message.get("name"),
                "content_parts": parts,
            }
        )
    return pages.page(call, found, None, order="asc")


def delete(call: Call, id: str) -> dict[str, Any]:
    """Forget a completion. Raises APIError (404)."""
    _find(id, call.mock)
    call.mock.completions.forget(id)
    return {"id": id, "object": "chat.completion.deleted", "deleted": True}


def _find(id: str, mock: Mock) -> StoredCompletion:
    kept = mock.completions.find(id)
    if kept is None:
        # How the API words it is not known.
        raise APIError(
            f"(Offline mock) No chat completion with the id '{id}' is stored: only those created "
            "with store=True are.",
            status=404,
        )
    return kept
