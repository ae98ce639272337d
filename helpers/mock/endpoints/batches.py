"""`/v1/batches`: many requests in a file, answered later at half the price.

Nothing happens between two requests to the mock, so a batch goes on each time it is retrieved:
validating, in progress, finalizing, completed. A portion of its lines is answered at a time.

https://developers.openai.com/api/docs/guides/batch
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openai.types import BatchCreateParams

from helpers.mock import checks, errors
from helpers.mock.checks import Rules
from helpers.mock.endpoints import _batch_input as batch_input
from helpers.mock.endpoints import _pages as pages
from helpers.mock.endpoints import files
from helpers.mock.errors import APIError
from helpers.mock.http import Call, Request, parse_json, to_json
from helpers.mock.state import Mock, StoredBatch

DAY = 86_400
PORTION = 50
"""How many lines are answered at a time, at the least. Twenty times are enough for every batch."""

PORTION_OF_PICTURES = 2
"""The same for pictures, each of which takes as long as many texts."""

MOST_ANSWERED = 2**26
"""From so many bytes of answers on, the mock answers no more lines of a batch."""

TIMES = ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled")
OVER = ("completed", "failed", "expired")


def create(call: Call) -> dict[str, Any]:
    """Begin a batch. What is wrong in its file is told later. Raises APIError."""
    body = call.body
    checks.parameters(body, BatchCreateParams, _RULES)
    expires = body.get("output_expires_after") or {}
    about = {
        "id": call.hexadecimal("batch_", 32),
        "object": "batch",
        "endpoint": body["endpoint"],
        "model": None,
        "errors": None,
        "input_file_id": body["input_file_id"],
        "completion_window": body["completion_window"],
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": call.created,
        "expires_at": call.created + DAY,
        **{f"{status}_at": None for status in TIMES},
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": {
            "input_tokens": 0,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 0,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 0,
        },
        "metadata": body.get("metadata"),
    }
    batch = StoredBatch(about, keeps_for=expires.get("seconds", files.SECONDS[-1]))
    call.mock.batches.keep(about["id"], batch, 0)
    return about


def list_batches(call: Call) -> dict[str, Any]:
    """Return a page of the batches, newest first. It does not move them on. Raises APIError."""
    return pages.page(call, [batch.about for batch in call.mock.batches], "Batch")


def retrieve(call: Call, name: str) -> dict[str, Any]:
    """Move a batch on by a step, and return what is known of it. Raises APIError (404)."""
    batch = _find(name, call.mock)
    if step := _STEPS.get(batch.about["status"]):
        step(call, batch)
        call.mock.batches.keep(name, batch, batch.size + sum(map(len, batch.waiting)))
    return batch.about


def cancel(call: Call, name: str) -> dict[str, Any]:
    """Stop a batch; what is answered stays. Raises APIError.

    The words: https://github.com/meta-llama/llama-stack (tests/integration/batches)
    """
    about = _find(name, call.mock).about
    if about["status"] in OVER:
        raise APIError(f"Cannot cancel a batch with status '{about['status']}'.", status=409)
    if about["status"] not in ("cancelling", "cancelled"):
        _move(call, about, "cancelling")
    return about


def _find(name: str, mock: Mock) -> StoredBatch:
    batch = mock.batches.find(name)
    if batch is None:
        raise APIError(f"No batch found with id '{name}'.", status=404)
    return batch


def _move(call: Call, about: dict[str, Any], status: str) -> None:
    about |= {"status": status, f"{status}_at": call.created}


# -- Steps -------------------------------------------------------------------------------------


def _validate(call: Call, batch: StoredBatch) -> None:
    about = batch.about
    try:
        data = _input(call, about["input_file_id"])
    except batch_input.Fault as fault:
        faults = [fault.told(None)]
    else:
        batch.waiting, about["model"], faults = batch_input.read(data, about["endpoint"])
    if faults:
        batch.waiting = []
        about["errors"] = {"object": "list", "data": faults}
        _move(call, about, "failed")
    else:
        about["request_counts"]["total"] = len(batch.waiting)
        _move(call, about, "in_progress")


def _input(call: Call, name: str) -> bytes:
    """Return the bytes of the file that a batch names. Raises Fault."""
    try:
        kept = call.mock.files.find(name)
    except APIError as error:  # It had to go.
        raise batch_input.Fault(error.error["code"], str(error), "file_id") from None
    if kept is None:
        raise batch_input.Fault(
            "invalid_request",
            f"Cannot find file {name}, or organization offline-mock does not have access to it.",
            "file_id",
        )
    if kept.about.purpose != "batch":
        raise batch_input.own("The file is to be uploaded with the purpose 'batch'.", "file_id")
    return kept.data


def _work(call: Call, batch: StoredBatch) -> None:
    about = batch.about
    if call.created >= about["expires_at"]:
        words = "This request could not be executed before the completion window expired."
        _give_up(call, batch, "batch_expired", words)
        _finish(call, batch, "expired")
        return
    pictures = about["endpoint"].startswith("/v1/images/")
    least = PORTION_OF_PICTURES if pictures else PORTION
    portion = max(least, about["request_counts"]["total"] // 20)
    lines, batch.waiting = batch.waiting[:portion], batch.waiting[portion:]
    for line in lines:
        _answer(call, batch, parse_json(line.decode()))
    if batch.size > MOST_ANSWERED:
        most = f"The mock keeps {MOST_ANSWERED // 2**20} MB of a batch's answers."
        _give_up(call, batch, "mock_dropped", f"(Offline mock) {most}")
    if not batch.waiting:
        _move(call, about, "finalizing")


def _answer(call: Call, batch: StoredBatch, line: Mapping[str, Any]) -> None:
    """Answer one line as its endpoint would."""
    headers = {"authorization": call.request.headers["authorization"]}
    reply = call.ask(Request("POST", line["url"], headers, to_json(line["body"])))
    told = json.loads(reply.body)
    response = {
        "status_code": reply.status,
        "request_id": reply.headers["x-request-id"].removeprefix("req_"),
        "body": told,
    }
    _tell(call, batch, line["custom_id"], response=response, error=None)
    _add(batch.about["usage"], told.get("usage") or {})


def _give_up(call: Call, batch: StoredBatch, code: str, message: str) -> None:
    """Say of all lines that wait why they are not answered."""
    for line in batch.waiting:
        error = {"code": code, "message": message}
        _tell(call, batch, parse_json(line.decode())["custom_id"], response=None, error=error)
    batch.waiting = []


def _tell(call: Call, batch: StoredBatch, custom_id: str, **told: Any) -> None:
    good = bool(told["response"]) and told["response"]["status_code"] == 200
    row = {"id": call.hexadecimal("batch_req_", 32, custom_id), "custom_id": custom_id, **told}
    text = to_json(row)
    (batch.output if good else batch.refused).append(text)
    batch.size += len(text)
    batch.about["request_counts"]["completed" if good else "failed"] += 1


def _add(usage: dict[str, Any], used: Mapping[str, Any]) -> None:
    """Add up the tokens of a reply, whichever API it is of."""
    read = used.get("prompt_tokens_details") or used.get("input_tokens_details") or {}
    thought = used.get("completion_tokens_details") or used.get("output_tokens_details") or {}
    usage["input_tokens"] += used.get("prompt_tokens", used.get("input_tokens", 0))
    usage["input_tokens_details"]["cached_tokens"] += read.get("cached_tokens", 0)
    usage["output_tokens"] += used.get("completion_tokens", used.get("output_tokens", 0))
    usage["output_tokens_details"]["reasoning_tokens"] += thought.get("reasoning_tokens", 0)
    usage["total_tokens"] += used.get("total_tokens", 0)


def _complete(call: Call, batch: StoredBatch) -> None:
    _finish(call, batch, "completed")


def _stop(call: Call, batch: StoredBatch) -> None:
    # The code: https://developers.openai.com/api/reference/resources/batches
    words = "(Offline mock) The batch was cancelled before this request was executed."
    _give_up(call, batch, "batch_cancelled", words)
    _finish(call, batch, "cancelled")


def _finish(call: Call, batch: StoredBatch, status: str) -> None:
    """Write the files of a batch. Each is there only if it has lines."""
    for kind, lines in (("output", batch.output), ("error", batch.refused)):
        if lines:
            batch.about[f"{kind}_file_id"] = _write(call, batch, kind, lines)
    batch.output, batch.refused, batch.size = [], [], 0
    _move(call, batch.about, status)


def _write(call: Call, batch: StoredBatch, kind: str, lines: Iterable[bytes]) -> str:
    # The API's output may be in another order than its input. Here it goes by the lines' ids, so
    # that a program that relies on the order is found out.
    data = b"".join(line + b"\n" for line in sorted(lines))
    name, ends = f"{batch.about['id']}_{kind}.jsonl", call.created + batch.keeps_for
    return files.keep(call, data, name, "batch_output", ends, kind).id


_STEPS: Mapping[str, Callable[[Call, StoredBatch], None]] = {
    "validating": _validate,
    "in_progress": _work,
    "finalizing": _complete,
    "cancelling": _stop,
}


# -- What a batch may be -----------------------------------------------------------------------


def _check_endpoint(endpoint: str, _: Mapping[str, Any]) -> None:
    if endpoint not in batch_input.SERVICES:
        raise errors.not_simulated(f"batches of {endpoint}", "endpoint")


def _check_seconds(after: Mapping[str, Any], _: Mapping[str, Any]) -> None:
    least, most = files.SECONDS[0], files.SECONDS[-1]
    if (seconds := after["seconds"]) not in files.SECONDS:
        limit = least if seconds < least else most
        raise errors.out_of_range("output_expires_after.seconds", "integer", limit, seconds)


_RULES = Rules(refuse={"endpoint": _check_endpoint, "output_expires_after": _check_seconds})

ROUTES = [
    ("POST", r"/v1/batches", create),
    ("GET", r"/v1/batches", list_batches),
    ("GET", r"/v1/batches/([^/]+)", retrieve),
    ("POST", r"/v1/batches/([^/]+)/cancel", cancel),
]
