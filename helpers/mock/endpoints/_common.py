"""What Chat Completions and Responses have in common."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openai.types.chat import chat_completion_content_part_text_param

from helpers.mock import checks, errors, rates
from helpers.mock.checks import Rules
from helpers.mock.generation import moderation, prompt
from helpers.mock.generation.messages import Message, Part
from helpers.mock.generation.structured import Format
from helpers.mock.http import Call
from helpers.models import Model

TIERS = ("auto", "default", "fast", "flex", "priority")


def contents(given: Any, at: str, read: Callable[[Any, str], Part]) -> tuple[Part, ...]:
    """Return the parts of a message: a text, or what `read` returns for each. Raises APIError."""
    if isinstance(given, str):
        return (Part(given),)
    if not isinstance(given, list):
        raise errors.invalid_type(at, "one of a string or array of objects", given)
    return tuple(read(part, f"{at}[{place}]") for place, part in enumerate(given))


def is_breakpoint(part: Mapping[str, Any], at: str) -> bool:
    """Whether a part asks for the prompt to be cached up to it. Raises APIError."""
    given = part.get("prompt_cache_breakpoint")
    if given is None:
        return False
    # All kinds of parts have it, of the same type.
    typed = chat_completion_content_part_text_param.PromptCacheBreakpoint
    checks.value(typed, given, f"{at}.prompt_cache_breakpoint")
    return True


def tier(body: Mapping[str, Any]) -> str:
    """Return the service tier that a reply names: measured, `fast` comes back as `priority`."""
    asked = body.get("service_tier") or "auto"
    return {"auto": "default", "fast": "priority"}.get(asked, asked)


def cache(
    call: Call,
    conversation: Sequence[Message],
    model: Model,
    asked: int,
    offered: Sequence[Any],
    wanted: Format,
    effort: str,
) -> tuple[int, int]:
    """Return how many tokens of a prompt are read from the cache and how many written to it.

    Misses come of another model, key, tool, format, effort, verbosity or service tier.
    https://developers.openai.com/api/docs/guides/prompt-caching
    """
    if asked < prompt.LEAST_CACHED:
        return 0, 0
    body = call.body
    verbosity = body.get("verbosity") or (body.get("text") or {}).get("verbosity")
    setting = {
        "model": model.id,
        "tools": offered,
        "schema": wanted.schema,
        "kind": wanted.kind,
        "effort": effort,
        "verbosity": verbosity,
        "tier": tier(body),
        "key": body.get("prompt_cache_key"),
    }
    before = asked - prompt.count(conversation, model)
    options = body.get("prompt_cache_options") or {}
    read, written, hashes = prompt.cache(
        conversation, model, call.mock.cached, setting, options, before
    )
    call.mock.keep_beginnings(hashes)
    return read, written


def rate_limits(call: Call, asked: int) -> None:
    """Put the rate limits into a reply's headers, as chat, Responses and embeddings have them.

    asked: the tokens of the prompt, as far as they are known. Raises APIError (429) where
    `--rpm` or `--tpm`, or the request itself, limit a key and it has had its share of this minute.

    https://developers.openai.com/api/docs/guides/rate-limits
    """
    limits = call.limits or call.mock.rates.limits
    if not limits:
        call.headers |= rates.usual(asked)
        return
    # No key is kept, not even here.
    said = call.request.headers.get("authorization", "")
    key, now = hashlib.sha256(said.encode()).hexdigest(), call.request.now
    for what, amount in {"requests": 1, "tokens": asked}.items():
        so_far = call.taken.get(what, 0)
        taken = call.mock.rates.take(key, what, limits.get(what), amount, so_far, now)
        call.headers |= rates.headers(taken, what)
        if taken.wait != 0:
            if taken.wait:
                call.headers["retry-after-ms"] = str(math.ceil(taken.wait * 1000))
                call.headers["retry-after"] = str(math.ceil(taken.wait))
            raise rates.exceeded(taken, what, amount, str(call.body.get("model")))
        call.taken[what] = amount


def logprobs(said: Sequence[str], top: int) -> list[dict[str, Any]]:
    """Return the log probability of each token, and of the `top` likeliest in its place.

    The numbers are invented and always the same for the same tokens. Other tokens that might have
    stood there are not known to the mock: it names those of the same reply.
    """
    rows = []
    for place, piece in enumerate(said):
        others = [piece, *dict.fromkeys(other for other in said[::-1] if other != piece)][:top]
        rows.append(
            {
                **_logprob(piece, place, 0),
                "top_logprobs": [_logprob(other, place, rank) for rank, other in enumerate(others)],
            }
        )
    return rows


def _logprob(piece: str, place: int, rank: int) -> dict[str, Any]:
    digest = hashlib.sha256(f"{place}{piece}".encode(errors="replace")).digest()
    number = -(digest[0] / 2000) - rank * (1 + digest[1] / 64)
    return {"token": piece, "logprob": number, "bytes": list(piece.encode(errors="replace"))}


def new_metadata(body: Mapping[str, Any], typed: Any) -> dict[str, str]:
    """Return the metadata that a request sets in the place of others, none for null.

    typed: the SDK's type of what the request may have. Raises APIError.
    """
    if "metadata" not in body:
        raise errors.missing("metadata")
    null = body["metadata"] is None
    checks.parameters(body, typed, Rules(elsewhere=frozenset({"metadata"} if null else ())))
    return body["metadata"] or {}


def hides(body: Mapping[str, Any]) -> bool:
    """Whether a request wants `obfuscation` in the stream that it asks for."""
    return (body.get("stream_options") or {}).get("include_obfuscation") is not False


def obfuscation(call: Call, hide: bool) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what adds `obfuscation` to each event of a stream, if they are to `hide`.

    Random characters hide how long each piece is.
    https://developers.openai.com/api/reference/resources/chat
    """
    if not hide:
        return lambda event: event
    sent = 0

    def add(event: dict[str, Any]) -> dict[str, Any]:
        nonlocal sent
        sent += 1
        digits = call.alphanumeric("", 16, f"obfuscation {sent}")
        return {**event, "obfuscation": digits[: 2 + sent % 14]}

    return add


def moderated(body: Mapping[str, Any], chat: bool) -> dict[str, Any]:
    """Return the member `moderation` of a reply, if the request asks for it.

    What is asked is judged as the endpoint for moderations judges it. What the mock itself says
    is not, and that is said in the model's place.
    """
    if not body.get("moderation"):
        return {}
    asked = "\n".join(_texts(body.get("messages" if chat else "input")))
    return {
        "moderation": {
            "input": _moderation(moderation.JUDGE, asked, chat),
            "output": _moderation(moderation.NO_JUDGE, "", chat),
        }
    }


def _moderation(judge: str, text: str, chat: bool) -> dict[str, Any]:
    result = {"type": "moderation_result", "model": judge, **moderation.judge(text)}
    if chat:
        return {"type": "moderation_results", "model": judge, "results": [result]}
    return result


def _texts(said: Any) -> Iterator[str]:
    """Yield the texts in messages or in an input."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, list):
        for part in said:
            yield from _texts(part)
    elif isinstance(said, dict):
        yield from _texts(said.get("content") or said.get("text"))
