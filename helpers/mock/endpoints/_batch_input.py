"""The file of a batch: one request a line, and what fails the whole batch.

The words are those that the API gave to https://github.com/meta-llama/llama-stack
(tests/integration/batches/test_batches_errors.py). Of what is documented only, the words are the
mock's: https://developers.openai.com/api/docs/guides/batch
"""

from __future__ import annotations

from typing import Any, NamedTuple

from helpers.mock.http import parse_json
from helpers.models import find

SERVICES = {
    "/v1/responses": "responses",
    "/v1/chat/completions": "chat",
    "/v1/embeddings": "embeddings",
    "/v1/moderations": "moderation",
    "/v1/images/generations": "images",
}
"""The endpoints of which the mock answers batches, and what a model must serve for them."""

MOST_LINES = MOST_EMBEDDED = 50_000

_MEMBERS = ("custom_id", "method", "url", "body")
_WITHOUT_MODEL = ("/v1/moderations", "/v1/images/generations")


class Fault(Exception):
    """Why a line fails its batch."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.param = code, message, param

    def told(self, line: int | None) -> dict[str, Any]:
        """Return it as the API tells it."""
        return {"code": self.code, "message": self.message, "param": self.param, "line": line}


class Lines(NamedTuple):
    """What a file holds: its lines, the model that they name, and what is wrong with them."""

    requests: list[bytes]
    model: str | None
    faults: list[dict[str, Any]]


def own(words: str, param: str | None = None) -> Fault:
    """Return a fault whose words are not known of the API."""
    return Fault("invalid_request", f"(Offline mock) {words}", param)


def read(data: bytes, endpoint: str) -> Lines:
    """Return the requests in a file for a batch of one endpoint."""
    requests, faults, inputs = [], [], 0
    seen: set[str] = set()
    models: dict[str, None] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            request = _read_line(line, endpoint, seen)
            model = request["body"].get("model")
            if model:
                models[model] = None
            if len(models) > 1:
                raise own("All requests of a batch name the same model.", "body.model")
        except Fault as fault:
            faults.append(fault.told(number))
            continue
        given = request["body"].get("input")
        inputs += len(given) if isinstance(given, list) else 1
        requests.append(line)
    if not requests and not faults:
        faults.append(own("The file has no requests.").told(None))
    if len(requests) > MOST_LINES:
        faults.append(own(f"A batch has up to {MOST_LINES:,} requests.").told(None))
    if endpoint == "/v1/embeddings" and inputs > MOST_EMBEDDED:
        faults.append(own(f"A batch has up to {MOST_EMBEDDED:,} inputs to embed.").told(None))
    return Lines(requests, next(iter(models), None), faults)


def _read_line(line: bytes, endpoint: str, seen: set[str]) -> dict[str, Any]:
    """Return the request in a line. Raises Fault."""
    try:
        request = parse_json(line.decode())
    except (ValueError, RecursionError):
        raise Fault("invalid_json_line", "This line is not parseable as valid JSON.") from None
    if not isinstance(request, dict):
        raise own("Each line is an object.")
    for name in _MEMBERS:
        if request.get(name) is None:
            raise Fault(
                "missing_required_parameter", f"Missing required parameter: '{name}'.", name
            )
    if request["url"] != endpoint:
        raise Fault(
            "invalid_url",
            "The URL provided for this request does not match the batch endpoint.",
            "url",
        )
    if request["method"] != "POST":
        raise own("The only method is POST.", "method")
    custom_id = request["custom_id"]
    if not isinstance(custom_id, str):
        raise own("The custom_id is a string.", "custom_id")
    if custom_id in seen:
        raise own(f"The custom_id '{custom_id}' stands in a line before.", "custom_id")
    seen.add(custom_id)
    _check_body(request["body"], endpoint)
    return request


def _check_body(body: Any, endpoint: str) -> None:
    if not isinstance(body, dict):
        raise own("The body is an object.", "body")
    if body.get("stream"):
        words = "Streaming is not supported in the Batch API."
        chat = endpoint == "/v1/chat/completions"
        said = f"Chat Completions: {words}" if chat else f"(Offline mock) {words}"
        raise Fault("streaming_unsupported", said, "body.stream")
    name = body.get("model")
    if not name and endpoint not in _WITHOUT_MODEL:
        raise Fault("invalid_request", "Model parameter is required.", "body.model")
    if endpoint == "/v1/chat/completions" and not body.get("messages"):
        raise Fault("invalid_request", "Messages parameter is required.", "body.messages")
    model = find(name) if isinstance(name, str) else None
    if name and (model is None or model.gone or SERVICES[endpoint] not in model.serves):
        raise Fault(
            "model_not_found",
            f"The provided model '{name}' is not supported by the Batch API.",
            "body.model",
        )
