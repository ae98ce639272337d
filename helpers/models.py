"""The models of the API: what each serves and can do, and when it is shut down.

Which ids there are is not written here: they come from the SDK's own lists and from the package
genai-prices, which also has the prices. What those do not say stands below, as it was on the day
`CHECKED`; a dated id ("gpt-4o-2024-08-06") has what its family ("gpt-4o") has, unless it is
named itself. What is not known is None, so that nobody refuses a request for it.

Loading the lists takes a moment, so it waits for the first question to `find` or `known`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

CHECKED = date(2026, 11, 24)
"""The day of this table: a model that came later is not in it."""

DEFAULT = "gpt-6-luna"

OVERVIEW = "https://developers.openai.com/api/docs/models"
DEPRECATIONS = "https://developers.openai.com/api/docs/deprecations"


class Window(NamedTuple):
    """How many tokens a model takes: in all, of input, and of output; None where not known."""

    total: int
    input: int | None = None
    output: int | None = None


@dataclass(frozen=True)
class Model:
    """One model.

    serves: what it can be asked for: "chat", "responses", "completions", "embeddings", "images",
        "video", "speech", "transcription", "moderation", "realtime", "live".
    efforts: the reasoning efforts it accepts, in Responses (Chat Completions takes no "max");
        empty for a model that does not reason; None if not known.
    default_effort: the effort when none is asked for. It says nothing where `efforts` is empty.
    chat_tools: whether Chat Completions takes function tools: "yes", "no", or "effort none"
        (only with reasoning_effort="none").
    window: its context window, or None if not known.
    released: the day it came, or None if not known.
    shutdown: the day from which the API answers 404, or None while none is announced.
    replacement: the model that the announcement recommends instead, if it names one.
    """

    id: str = ""
    serves: frozenset[str] = frozenset()
    efforts: tuple[str, ...] | None = None
    default_effort: str = "medium"
    chat_tools: str = "yes"
    window: Window | None = None
    released: date | None = None
    shutdown: date | None = None
    replacement: str | None = None

    @property
    def gone(self) -> bool:
        """Whether it was shut down when this table was checked."""
        return self.shutdown is not None and self.shutdown <= CHECKED

    @property
    def reasons(self) -> bool:
        """Whether it reasons, as far as that is known."""
        return self.efforts != ()

    @property
    def source(self) -> str:
        """The public page to compare it with."""
        return DEPRECATIONS if self.shutdown else OVERVIEW


def find(name: str) -> Model | None:
    """Return the model called `name`, alive or gone, or None if there is none of that name.

    A fine-tuned model ("ft:gpt-4.1-mini-2025-04-14:org::id") has what its base has; whether
    somebody really tuned it cannot be known here.
    """
    tuned = re.fullmatch("ft:([^:]+):.+", name)
    base = known().get(tuned[1] if tuned else name)
    return replace(base, id=name) if base and tuned else base


def current() -> list[Model]:
    """Return the chat models to choose from today: of the last half-year, no end announced."""
    half_year = timedelta(days=183)
    return [
        model
        for model in known().values()
        if "chat" in model.serves
        and model.shutdown is None
        and model.released
        and CHECKED - model.released <= half_year
    ]


@cache
def known() -> Mapping[str, Model]:
    """Return every model, alive or gone, by its id."""
    serves, windows, ends = _serves(), _windows(), dict(_shutdowns())
    rows = {name: row for names, row in _FAMILIES.items() for name in names.split()}
    ids = dict.fromkeys([*rows, *serves, *windows, *ends])
    first = _first_snapshots(ids)

    def model(name: str) -> Model:
        family = _DATE.sub("", name)
        row = rows.get(name) or rows.get(family) or Model()
        shutdown, replacement = ends.get(name) or ends.get(family) or (None, None)
        total = windows.get(name)
        return replace(
            row,
            id=name,
            serves=row.serves or serves.get(name) or serves.get(family) or _TEXT,
            window=row.window or (Window(total) if total else None),
            released=_RELEASED.get(name) or _day(name) or first.get(name),
            shutdown=shutdown,
            replacement=replacement,
        )

    return {name: model(name) for name in ids if name not in _NOT_SERVED}


# -- What models can do ------------------------------------------------------------------------
#
# GPT-6 and 5.6: OVERVIEW, and for tools in chat
# https://developers.openai.com/api/docs/guides/deployment-checklist
# Efforts up to GPT-5.2, tried one by one against the API by a reader of
# https://community.openai.com/t/request-for-compatibility-matrix-reasoning-effort-sampling-parameters-across-gpt-5-series/1371738
# and of GPT-5.3 to 5.5, with the page of each: https://github.com/anomalyco/models.dev/pull/2296
# Default efforts: https://developers.openai.com/api/docs/guides/reasoning

_ALL = ("none", "low", "medium", "high", "xhigh", "max")
_TO_XHIGH = _ALL[:5]
_O_SERIES = ("low", "medium", "high")
_1M = Window(1_050_000, 922_000, 128_000)
_400K = Window(400_000, 272_000, 128_000)
_TEXT = frozenset({"chat", "responses"})

_FAMILIES = {
    "gpt-6-luna gpt-6-sol": Model(efforts=_ALL, chat_tools="effort none", window=_1M),
    "gpt-6.1-terra": Model(efforts=_ALL, chat_tools="no", window=_1M),
    "gpt-6.2-sol gpt-6.2-astra gpt-6.1-sol gpt-6-astra": Model(
        efforts=_ALL[1:], chat_tools="no", window=_1M
    ),
    "gpt-5.6-luna gpt-5.6-terra gpt-5.6-sol gpt-5.6": Model(
        efforts=_ALL, chat_tools="effort none", window=_1M
    ),
    "gpt-5.5": Model(efforts=_TO_XHIGH, window=_1M),
    "gpt-5.4": Model(efforts=_TO_XHIGH, default_effort="none", window=_1M),
    "gpt-5.4-mini gpt-5.4-nano gpt-5.2": Model(
        efforts=_TO_XHIGH, default_effort="none", window=_400K
    ),
    "gpt-5.5-pro gpt-5.4-pro": Model(
        serves=frozenset({"responses"}), efforts=("medium", "high", "xhigh"), window=_1M
    ),
    "gpt-5.2-pro": Model(efforts=("medium", "high", "xhigh"), window=_400K),
    "gpt-5.3-codex": Model(
        serves=frozenset({"responses"}), efforts=("low", "medium", "high", "xhigh"), window=_400K
    ),
    "gpt-5.1": Model(efforts=("none", *_O_SERIES), default_effort="none", window=_400K),
    "gpt-5 gpt-5-mini gpt-5-nano": Model(efforts=("minimal", *_O_SERIES), window=_400K),
    "gpt-5-pro": Model(
        efforts=("high",), default_effort="high", window=Window(400_000, output=272_000)
    ),
    "gpt-5-search-api": Model(serves=frozenset({"chat"}), efforts=()),
    "o3 o3-pro o3-mini o4-mini o1 o1-pro": Model(
        efforts=_O_SERIES, window=Window(200_000, output=100_000)
    ),
    "gpt-4.1 gpt-4.1-mini gpt-4.1-nano": Model(efforts=(), window=Window(1_047_576, output=32_768)),
    "gpt-4o gpt-4o-mini": Model(efforts=(), window=Window(128_000, output=16_384)),
    "gpt-4 gpt-4-turbo gpt-3.5-turbo": Model(efforts=()),
    "gpt-audio gpt-audio-1.5 gpt-audio-mini": Model(
        serves=frozenset({"chat", "realtime"}), efforts=()
    ),
    "gpt-realtime-translate": Model(serves=frozenset({"realtime"})),
    "ada babbage curie davinci text-ada-001 text-curie-001 text-davinci-001 text-davinci-002 "
    "text-davinci-003": Model(serves=frozenset({"completions"}), efforts=()),
}

# -- When they came and go ---------------------------------------------------------------------

# Those whose id does not say it. https://developers.openai.com/api/docs/changelog
_RELEASED = {
    "gpt-6.2-sol": date(2026, 11, 17),
    "gpt-6.2-astra": date(2026, 11, 17),
    "gpt-image-2.6-flare": date(2026, 11, 4),
    "gpt-image-2.6-sunburst": date(2026, 11, 4),
    "gpt-6.1-terra": date(2026, 10, 26),
    "gpt-6.1-sol": date(2026, 9, 30),
    "gpt-6-luna": date(2026, 9, 22),
    "gpt-6-sol": date(2026, 9, 22),
    "gpt-6-astra": date(2026, 9, 3),
    "gpt-5.6-luna": date(2026, 7, 9),
    "gpt-5.6-terra": date(2026, 7, 9),
    "gpt-5.6-sol": date(2026, 7, 9),
    "gpt-4": date(2023, 3, 14),
    "gpt-3.5-turbo": date(2023, 3, 1),
}

# The day, and which models go on it by what shall replace them ("" where no model is named).
# https://developers.openai.com/api/docs/deprecations
_SHUTDOWNS = {
    "2027-04-01": {"gpt-6-sol": "gpt-5.1 gpt-5.3-codex", "gpt-6-luna": "gpt-5.4-nano"},
    "2027-02-26": {
        "gpt-transcribe": "whisper-1 gpt-4o-transcribe gpt-4o-mini-transcribe "
        "gpt-4o-transcribe-diarize",
    },
    "2027-02-01": {"": "gpt-5.5-cyber-preview"},
    "2027-01-20": {
        "gpt-realtime-2.1": "gpt-realtime",
        "gpt-realtime-2.1-mini": "gpt-realtime-mini",
        "gpt-audio-1.5": "gpt-audio gpt-audio-mini",
        "": "gpt-4o-mini-transcribe-2025-03-20",
    },
    "2027-01-14": {"gpt-6-luna": "gpt-4o gpt-4o-mini gpt-4.1 gpt-4.1-mini"},
    "2027-01-06": {"gpt-realtime-2.1-mini": "tts-1 tts-1-hd gpt-4o-mini-tts"},
    "2026-12-11": {
        "gpt-6.1-sol": "gpt-5",
        "gpt-6.1-terra": "gpt-5-mini",
        "": "gpt-5-nano gpt-5-pro o3 o3-pro",
    },
    "2026-12-01": {"gpt-image-2.6-flare": "gpt-image-1.5 gpt-image-1-mini chatgpt-image-latest"},
    "2026-10-23": {
        "gpt-5.6-sol": "gpt-4 gpt-4-turbo gpt-4-1106-preview gpt-4o-2024-05-13 o1 o1-pro o3-mini",
        "gpt-5.6-terra": "gpt-3.5-turbo o4-mini",
        "gpt-5.6-luna": "gpt-4.1-nano",
        "gpt-image-2.5-flare": "gpt-image-1",
    },
    "2026-09-28": {
        "gpt-5.6-terra": "gpt-3.5-turbo-1106 gpt-3.5-turbo-instruct babbage-002 davinci-002"
    },
    "2026-09-24": {"": "sora-2 sora-2-pro"},
    "2026-08-10": {"gpt-5.5": "gpt-5.2-chat-latest gpt-5.3-chat-latest"},
    "2026-07-23": {
        "gpt-5.5": "gpt-5-chat-latest gpt-5-codex gpt-5.1-chat-latest gpt-5.1-codex "
        "gpt-5.1-codex-max gpt-5.2-codex",
        "gpt-5.5-pro": "o3-deep-research o4-mini-deep-research",
        "gpt-5.4-mini": "gpt-5.1-codex-mini computer-use-preview gpt-4o-search-preview "
        "gpt-4o-mini-search-preview",
        "gpt-4o-mini-tts-2025-12-15": "gpt-4o-mini-tts-2025-03-20",
        "gpt-audio-1.5": "gpt-audio-mini-2025-10-06",
        "gpt-realtime-mini": "gpt-realtime-mini-2025-10-06",
    },
    "2026-05-12": {"gpt-image-2": "dall-e-2 dall-e-3"},
    "2026-05-07": {
        "gpt-realtime-1.5": "gpt-4o-realtime-preview",
        "gpt-realtime-mini": "gpt-4o-mini-realtime-preview",
        "gpt-audio-1.5": "gpt-4o-audio-preview",
        "gpt-audio-mini": "gpt-4o-mini-audio-preview",
    },
    "2026-03-26": {"gpt-5": "gpt-4-0314 gpt-4-0125-preview gpt-4-turbo-preview"},
    "2026-02-17": {"gpt-5.1-chat-latest": "chatgpt-4o-latest"},
    "2026-02-12": {"": "codex-mini-latest"},
    "2025-10-27": {
        "o4-mini": "o1-mini",
        "omni-moderation-latest": "text-moderation-latest text-moderation-stable "
        "text-moderation-007",
    },
    "2025-10-10": {
        "gpt-realtime-1.5": "gpt-4o-realtime-preview-2024-10-01",
        "gpt-audio-1.5": "gpt-4o-audio-preview-2024-10-01",
    },
    "2025-07-28": {"o3": "o1-preview"},
    "2025-07-14": {"gpt-4.1": "gpt-4.5-preview"},
    "2025-06-06": {"gpt-4o": "gpt-4-32k"},
    "2024-12-06": {"gpt-4o": "gpt-4-vision-preview gpt-4-1106-vision-preview"},
    "2024-09-13": {"gpt-3.5-turbo": "gpt-3.5-turbo-0301 gpt-3.5-turbo-0613 gpt-3.5-turbo-16k"},
    "2024-01-04": {
        "gpt-3.5-turbo-instruct": "text-ada-001 text-babbage-001 text-curie-001 text-davinci-001 "
        "text-davinci-002 text-davinci-003 code-davinci-002",
        "babbage-002": "ada babbage",
        "davinci-002": "curie davinci",
    },
}

_DATE = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{4})$")


def _shutdowns() -> Iterator[tuple[str, tuple[date, str | None]]]:
    for day, groups in _SHUTDOWNS.items():
        for replacement, names in groups.items():
            for name in names.split():
                yield name, (date.fromisoformat(day), replacement or None)


def _day(name: str) -> date | None:
    """Return the day in a dated id; "-0613" has no year and is none."""
    found = _DATE.search(name)
    return date.fromisoformat(found[1]) if found and "-" in found[1] else None


def _first_snapshots(names: Mapping[str, Any]) -> dict[str, date]:
    """Return for each family the day of its oldest dated id."""
    days = sorted((day, _DATE.sub("", name)) for name in names if (day := _day(name)))
    return {family: day for day, family in reversed(days)}


# -- Which models there are --------------------------------------------------------------------

# In the SDK's list only so that old code still imports: "Not a supported model ID".
_NOT_SERVED = {"gpt-5.1-mini"}

# Names in genai-prices that are other services' (Azure, OpenRouter), patterns, or open weights.
_ELSEWHERE = re.compile(
    r".*:.*|.*-|gpt-35-.*|gpt-3\.5-0301|gpt-4-turbo-0125-preview|gpt-5-\d.*|gpt-5.*-(chat|image.*)"
    r"|gpt-5\.3|gpt-oss-.*|o\d-mini-high|text-embedding-ada(-002-v2)?|codex-mini|computer-use"
    r"|moderation"
)


def _serves() -> dict[str, frozenset[str]]:
    """Return what the SDK's types say each model can be asked for."""
    from openai import types
    from openai.types import audio, shared
    from openai.types.completion_create_params import CompletionCreateParamsBase

    lists: dict[str, Any] = {
        "chat": shared.ChatModel,
        "responses": shared.ResponsesModel,
        "completions": get_type_hints(CompletionCreateParamsBase)["model"],
        "embeddings": types.EmbeddingModel,
        "images": types.ImageModel,
        "video": types.VideoModel,
        "speech": audio.SpeechModel,
        "transcription": types.AudioModel,
        "moderation": types.ModerationModel,
        "realtime": (
            *_models_in("realtime/realtime_session_create_request.py"),
            *_models_in("realtime/audio_transcription.py"),
        ),
        "live": _models_in("live/session_config.py"),
    }
    found: dict[str, set[str]] = {}
    for service, kind in lists.items():
        for name in _literals(kind):
            found.setdefault(name, set()).add(service)
    return {name: frozenset(services) for name, services in found.items()}


def _models_in(file: str) -> tuple[str, ...]:
    """Return the names in the type of the field `model` in a file of the SDK's types.

    It is read as text: to import it imports all 400 types of its package, in every first call.
    """
    from openai import types

    code = ast.parse(Path(types.__file__).parent.joinpath(file).read_text("utf-8"))
    kinds = (
        node.annotation
        for node in ast.walk(code)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == "model"
    )
    return tuple(
        part.value
        for kind in kinds
        for part in ast.walk(kind)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _literals(kind: Any) -> Iterator[str]:
    """Yield the strings in a Literal, also inside of a Union, or of a tuple of such types."""
    if isinstance(kind, str):
        yield kind
    for inner in kind if isinstance(kind, tuple) else get_args(kind):
        yield from _literals(inner)


def _windows() -> dict[str, int | None]:
    """Return the ids that genai-prices knows of this API, with their context windows in tokens."""
    from genai_prices.data import providers

    openai = next(provider for provider in providers if provider.id == "openai")
    return {
        name: model.context_window
        for model in openai.models
        for name in (model.id, *_equals(model.match))
        if not _ELSEWHERE.fullmatch(name)
    }


def _equals(clause: Any) -> Iterator[str]:
    """Yield the whole names in a rule of genai-prices; prefixes and patterns name no model."""
    if hasattr(clause, "equals"):
        yield clause.equals
    for inner in getattr(clause, "or_", ()):
        yield from _equals(inner)
