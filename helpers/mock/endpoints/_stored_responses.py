"""`/v1/responses/…`: what has been stored of a response, and responses in the background.

One in the background is queued, then in progress, then ended: a step each time it is asked for.
https://developers.openai.com/api/docs/guides/background
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openai.types.responses import response_retrieve_params

from helpers.mock import checks
from helpers.mock.endpoints import _pages as pages
from helpers.mock.endpoints import _response_body as bodies
from helpers.mock.endpoints import _response_events as events
from helpers.mock.endpoints import _stored_items as items
from helpers.mock.endpoints import conversations
from helpers.mock.errors import APIError
from helpers.mock.http import Call, Result
from helpers.mock.state import Kept, Mock, Shelf, StoredResponse

RUNNING = ("queued", "in_progress")


class Params(response_retrieve_params.ResponseRetrieveParamsBase, total=False):
    """What an address may ask for, with `stream`, which the SDK keeps apart."""

    stream: bool


def get(call: Call, id: str) -> Result:
    """Return a response, or its events from `starting_after` on. Raises APIError."""
    kept = _find(id, call.mock)
    asked = checks.query(call.query, Params)
    if asked.get("stream"):
        _check_streamed(kept)
        hide = asked.get("include_obfuscation", True)
        return tell(call, kept, hide, asked.get("starting_after", -1))
    if kept.status == "queued":
        kept.status = "in_progress"
    elif kept.status == "in_progress":
        end(kept, call.mock)
    return now(kept)


def now(kept: StoredResponse) -> dict[str, Any]:
    """Return a response as it is at present."""
    if kept.status in (*RUNNING, "cancelled"):
        return bodies.unended(kept.body, kept.status)
    return kept.body


def tell(call: Call, kept: StoredResponse, hide: bool, after: int = -1) -> Iterator[bytes]:
    """Tell a response in the background as events, those after a number; with the last it ends."""
    found = (event for event in _told(kept, call.mock) if event["sequence_number"] > after)
    return events.lines(call, found, hide)


def _told(kept: StoredResponse, mock: Mock) -> Iterator[dict[str, Any]]:
    for event in events.stream(kept.body):
        if kept.status == "cancelled":
            number = event["sequence_number"]
            yield {"type": "response.failed", "response": now(kept), "sequence_number": number}
            return
        if event["type"] == "response.in_progress" and kept.status == "queued":
            kept.status = "in_progress"
        elif event["type"] == f"response.{kept.body['status']}":
            end(kept, mock)
        yield event


def end(kept: StoredResponse, mock: Mock) -> None:
    """Let a response end, if it has not: what was said belongs to its conversation from now on."""
    if kept.status in RUNNING:
        kept.status = kept.body["status"]
        if conversation := kept.body.get("conversation"):
            conversations.add(conversation["id"], (*kept.sent, *kept.body["output"]), mock)


def delete(call: Call, id: str) -> dict[str, Any]:
    """Forget a response and the items of its output. Raises APIError (404)."""
    kept = _find(id, call.mock)
    for item in kept.body["output"]:
        call.mock.items.forget(item["id"])
    call.mock.responses.forget(id)
    return {"id": id, "object": "response", "deleted": True}


def cancel(call: Call, id: str) -> dict[str, Any]:
    """Cancel a response in the background. Raises APIError.

    The words: https://github.com/microsoft/agent-framework (docs/decisions, on long-running
    operations, where the API was asked).
    """
    kept = _find(id, call.mock)
    if not kept.body["background"]:
        raise APIError("Cannot cancel a synchronous response.")
    if kept.status not in (*RUNNING, "cancelled"):
        done = kept.status == "completed"
        ended = f"(Offline mock) The response is {kept.status}: it cannot be cancelled any more."
        raise APIError("Cannot cancel a completed response." if done else ended)
    kept.status = "cancelled"
    return now(kept)


def list_input(call: Call, id: str) -> dict[str, Any]:
    """Return a page of the items that a response answers, newest first unless asked.

    Raises APIError.
    """
    kept = _find(id, call.mock)
    include = items.included(call)
    all_items = (*before(kept.body, call.mock, kept.place), *kept.sent)
    found = [items.shown(item, include) for item in all_items]
    return pages.page(call, found, None)


def before(body: Mapping[str, Any], mock: Mock, place: int | None = None) -> list[dict[str, Any]]:
    """Return the items that a request or a response goes on with, as far as they are still kept.

    place: how many items its conversation had, None for all that it has.
    """
    turns: list[Sequence[dict[str, Any]]] = []
    while True:
        if conversation := bodies.named(body):
            talk = _kept(mock.conversations, conversation)
            turns.append(talk.items[:place] if talk else [])
            break
        kept = _kept(mock.responses, body.get("previous_response_id") or "")
        if kept is None:
            break
        turns.append([*kept.sent, *kept.body["output"]])
        body, place = kept.body, kept.place
    return [item for turn in reversed(turns) for item in turn]


def _kept(shelf: Shelf[Kept], id: str) -> Kept | None:
    try:
        return shelf.find(id)
    except APIError:  # It had to go.
        return None


def _find(id: str, mock: Mock) -> StoredResponse:
    kept = mock.responses.find(id)
    if kept is None:
        # https://community.openai.com/t/responses-api-reconnect-to-a-streaming-response/1362217
        raise APIError(f"Response with id '{id}' not found.", status=404)
    return kept


def _check_streamed(kept: StoredResponse) -> None:
    """Refuse to stream what was not begun as a stream in the background. Raises APIError.

    The words: https://github.com/microsoft/agent-framework (see `cancel`).
    """
    lacks = "background" if not kept.body["background"] else "" if kept.streamed else "stream"
    if lacks:
        raise APIError(
            f"This response cannot be streamed because it was not created with {lacks}=true.",
            param="stream",
        )
