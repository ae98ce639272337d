"""The lessons' schematic drawings are what their script draws, and no text runs out of its box."""

from __future__ import annotations

import runpy
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from PIL import ImageFont

from helpers.lessons import NOTEBOOKS

IMAGES = NOTEBOOKS / "images"
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_script_draws_the_stored_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(IMAGES))
    drawn = runpy.run_path(str(IMAGES / "drawings.py"))["files"]()
    stored = {file.name: file.read_bytes().decode() for file in IMAGES.glob("*.svg")}
    assert drawn == stored


@pytest.mark.parametrize("name", sorted(file.name for file in IMAGES.glob("*.svg")))
def test_no_text_runs_out_of_its_box(name: str) -> None:
    root = ElementTree.parse(IMAGES / name).getroot()
    boxes = [
        (float(box.get("x", 0)), float(box.get("y", 0)), *_size(box))
        for box in root.iter(f"{SVG}rect")
    ]
    texts = list(root.iter(f"{SVG}text"))
    assert texts
    for text in texts:
        left, right, y = _extent(text)
        around = [
            (wide, x)
            for x, top, wide, high in boxes
            if x <= (left + right) / 2 <= x + wide and top <= y - 4 <= top + high
        ]
        wide, x = min(around)
        assert x + 3 <= left and right <= x + wide - 3, f"{name}: {text.text}"


def _size(box: ElementTree.Element) -> tuple[float, float]:
    return float(box.attrib["width"]), float(box.attrib["height"])


def _extent(text: ElementTree.Element) -> tuple[float, float, float]:
    """Return where a text begins and ends, in a font as wide as any that a reader may have."""
    mono = "Mono" if "monospace" in text.get("font-family", "") else ""
    bold = "-Bold" if text.get("font-weight") else ""
    font = ImageFont.truetype(str(FONTS / f"DejaVuSans{mono}{bold}.ttf"), 100)
    width = font.getlength(text.text or "") * float(text.get("font-size", 14)) / 100
    share = {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")]
    left = float(text.attrib["x"]) - share * width
    return left, left + width, float(text.attrib["y"])
