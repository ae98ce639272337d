"""Files of replies: only what changes is written anew, and their comments are kept."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import yaml

from helpers.upkeep.recording.yaml_edit import rewrite


def parsed(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


@pytest.mark.parametrize(
    "text",
    [
        "- prompt: A\n  reply: old\n",
        "- prompt: A\n  reply: old",
        "- reply: old   # why\n  prompt: A\n\n\n# end",
        "# x\n- {prompt: A?, reply: old}  # after\n- prompt: B\n  reply: b\n",
        "# é 机器 😀\n- prompt: é 机器 😀\n  reply: 机器 😀  # 😀\n  ends: length\n",
        "- prompt: A\n  reply: |\n    old\n\n    # text\n\n  # what follows\n  ends: length\n",
        '- prompt: A\n  reply: "old\n    words"\n# B\n- prompt: B\n  reply: {x: 1}\n',
        "-   prompt: A\n    reply:\n      - x: 1\n      - y\n    recorded: {model: m}",
    ],
)
@pytest.mark.parametrize(
    "reply",
    [
        "new",
        "a: b # c",
        "two\n\n  lines \n# x",
        "word " * 40 + "end",
        {"a": ["yes", "1.0", {"b": None, "c": "word " * 30}]},
        "“quoted” 'twice' \\ \t",
    ],
)
def test_only_what_changes_is_written_anew(text: str, reply: Any) -> None:
    rows = parsed(text)
    rows[0] |= {"reply": reply, "recorded": {"model": "m", "date": date(2026, 11, 25)}}
    new, kept = rewrite(text, rows)
    assert parsed(new) == rows
    assert kept
    for comment in re.findall(r"(?<!    )# ?\w+.*", text):
        assert comment in new
    assert rewrite(new, rows) == (new, True)


def test_a_file_that_cannot_be_changed_in_place_is_written_whole() -> None:
    text = "- &a\n  prompt: A\n  reply: old\n- <<: *a\n  prompt: B # x\n"
    rows = parsed(text)
    rows[0] |= {"reply": "new"}
    new, kept = rewrite(text, rows)
    assert (parsed(new), kept) == (rows, False)
