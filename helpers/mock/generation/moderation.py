"""What moderation says of a text: by the written cases of `moderation.yaml`, and nothing else.

Pictures are not looked at. Who judged stands where a reply names the model.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from helpers.mock.generation.replies import RepliesError

FILE = Path(__file__).parent.parent / "moderation.yaml"

JUDGE = "offline-mock, by a list of written cases"
NO_JUDGE = "offline-mock, which judges nothing"

CATEGORIES = (
    *("harassment", "harassment/threatening", "sexual", "hate", "hate/threatening", "illicit"),
    *("illicit/violent", "self-harm/intent", "self-harm/instructions", "self-harm"),
    *("sexual/minors", "violence", "violence/graphic"),
)
OF_PICTURES = frozenset(
    {"sexual", "violence", "violence/graphic"}
    | {"self-harm", "self-harm/intent", "self-harm/instructions"}
)
"""The categories in which pictures are judged, too.

https://developers.openai.com/api/docs/guides/moderation
"""

FLAGGED = 0.5


def judge(text: str, kinds: Collection[str] = ("text",)) -> dict[str, Any]:
    """Return which categories are flagged, with their scores. Raises RepliesError.

    kinds: what there is to judge: "text", "image", or both.
    """
    scores = dict.fromkeys(CATEGORIES, 0.0)
    said = _plain(text)
    for phrases, found in _cases():
        if any(phrase in said for phrase in phrases):
            for name, score in found.items():
                scores[name] = max(scores[name], score)
    categories = {name: score >= FLAGGED for name, score in scores.items()}
    return {
        "flagged": any(categories.values()),
        "categories": categories,
        "category_scores": scores,
        "category_applied_input_types": {
            name: [kind for kind in kinds if kind == "text" or name in OF_PICTURES]
            for name in CATEGORIES
        },
    }


@cache
def _cases() -> list[tuple[list[str], Mapping[str, float]]]:
    cases = []
    for row in yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader):
        if unknown := set(row["scores"]).difference(CATEGORIES):
            raise RepliesError(f"{FILE.name}: there is no category {min(unknown)!r}.")
        cases.append(([_plain(phrase) for phrase in row["phrases"]], row["scores"]))
    return cases


def _plain(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "
