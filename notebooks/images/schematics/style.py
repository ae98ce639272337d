"""The palette of the drawings, and the few shapes that they are made of.

A drawing has a white ground, so that it can be read on JupyterLab's dark theme, too. Texts are
placed for DejaVu Sans, which is wider than the system fonts of Windows and macOS.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple
from xml.etree import ElementTree

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


class Tone(NamedTuple):
    """A light fill, the line around it, and a text colour that can be read on it."""

    fill: str
    line: str
    text: str


GREY = Tone("#f2f4f7", "#98a2b3", "#475467")
GREEN = Tone("#e6f4ea", "#34a853", "#1e7e34")
BLUE = Tone("#e8f0fe", "#4285f4", "#1a56c4")
ORANGE = Tone("#fdf0e3", "#e8871e", "#a4560a")
RED = Tone("#fdeceb", "#d93025", "#b3261e")
VIOLET = Tone("#f3ecfd", "#8e5bd9", "#6b35b8")
WHITE = Tone("#ffffff", "#98a2b3", "#475467")
PALE = Tone("#f8f9fb", "#d0d5dd", "#475467")

INK, SOFT, LINE = "#1d2733", "#475467", "#5b6470"
WIDTH = 760


class Drawing:
    """A drawing that grows shape by shape: what comes later lies on top."""

    def __init__(self, height: int, title: str, description: str) -> None:
        self.root = ElementTree.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {WIDTH} {height}",
                "width": str(WIDTH),
                "height": str(height),
                "font-family": "system-ui, sans-serif",
                "font-size": "14",
                "role": "img",
            },
        )
        ElementTree.SubElement(self.root, "title").text = title
        ElementTree.SubElement(self.root, "desc").text = description
        self.rect(0, 0, WIDTH, height, WHITE, line=None, radius=10)

    def svg(self) -> str:
        """Return the drawing as the text of a file."""
        ElementTree.indent(self.root)
        return ElementTree.tostring(self.root, encoding="unicode") + "\n"

    def _add(self, kind: str, **attributes: str | float | None) -> ElementTree.Element:
        named = {
            name.rstrip("_").replace("_", "-"): _number(value)
            for name, value in attributes.items()
            if value is not None
        }
        return ElementTree.SubElement(self.root, kind, named)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        tone: Tone = GREY,
        *,
        line: float | None = 1.5,
        radius: float = 8,
        dashed: bool = False,
        solid: bool = False,
    ) -> None:
        """Draw a rectangle. `line`: the edge's width; `solid`: in the edge's colour."""
        self._add(
            "rect",
            x=x,
            y=y,
            width=width,
            height=height,
            rx=radius,
            fill=tone.line if solid else tone.fill,
            stroke=tone.line if line else None,
            stroke_width=line,
            stroke_dasharray="6 4" if dashed else None,
        )

    def text(
        self,
        x: float,
        y: float,
        *lines: str,
        size: float = 14,
        bold: bool = False,
        mono: bool = False,
        anchor: Anchor = "start",
        fill: str = INK,
        leading: float = 19,
    ) -> None:
        """Write lines of text: `y` is the first one's baseline, `leading` from each to the next."""
        for number, line in enumerate(lines):
            if not line:
                continue
            written = self._add(
                "text",
                x=x,
                y=y + number * leading,
                fill=fill,
                font_size=size if size != 14 else None,
                font_weight="600" if bold else None,
                font_family="ui-monospace, monospace" if mono else None,
                text_anchor=anchor if anchor != "start" else None,
            )
            written.text = line
            if line.startswith(" ") or "  " in line:
                written.set("xml:space", "preserve")

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        tone: Tone,
        head: str = "",
        *lines: str,
        anchor: Anchor = "middle",
        mono: bool = False,
        line: float = 1.5,
        dashed: bool = False,
    ) -> None:
        """Draw a rectangle with a bold line and plain lines in its middle, in height as well."""
        self.rect(x, y, width, height, tone, line=line, dashed=dashed)
        at = x + width / 2 if anchor == "middle" else x + 14
        heads = 1 if head else 0
        top = y + height / 2 + 5 - 19 * (heads + len(lines) - 1) / 2
        if head:
            self.text(at, top, head, bold=True, anchor=anchor)
        self.text(at, top + 19 * heads, *lines, size=13, anchor=anchor, mono=mono)

    def arrow(
        self, *points: Point, colour: str = LINE, dashed: bool = False, head: bool = True
    ) -> None:
        """Draw an arrow to the last point: straight from 2 points, and a Bézier curve from 4."""
        (x0, y0), (x, y) = points[-2:]
        length = math.dist((x0, y0), (x, y))
        dx, dy = (x - x0) / length, (y - y0) / length
        end = (x - 9 * dx, y - 9 * dy) if head else (x, y)
        first, *between = points[:-1]
        path = f"M{_pair(first)} {'C' if between else 'L'}"
        self._add(
            "path",
            d=path + " ".join(_pair(point) for point in (*between, end)),
            fill="none",
            stroke=colour,
            stroke_width=2,
            stroke_dasharray="5 5" if dashed else None,
        )
        if head:
            left = (x - 11 * dx + 6 * dy, y - 11 * dy - 6 * dx)
            right = (x - 11 * dx - 6 * dy, y - 11 * dy + 6 * dx)
            self.polygon((x, y), left, right, fill=colour)

    def polygon(self, *points: Point, fill: str) -> None:
        """Draw a filled shape with straight edges."""
        self._add("polygon", points=" ".join(_pair(point) for point in points), fill=fill)

    def button(self, x: float, y: float, width: float, text: str) -> None:
        """Draw the button of a form."""
        self._add("rect", x=x, y=y, width=width, height=30, rx=6, fill=BLUE.text)
        self.text(x + width / 2, y + 20, text, size=13, bold=True, anchor="middle", fill=WHITE.fill)

    def circle(self, x: float, y: float, radius: float, fill: str, line: str | None = None) -> None:
        """Draw a circle. `line`: the colour of its edge, if it has one."""
        width = 1.5 if line else None
        self._add("circle", cx=x, cy=y, r=radius, fill=fill, stroke=line, stroke_width=width)

    def rule(self, start: Point, end: Point, colour: str = "#d0d5dd", width: float = 1.5) -> None:
        """Draw a straight line."""
        (x1, y1), (x2, y2) = start, end
        self._add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width)

    def badge(self, x: float, y: float, text: str, tone: Tone) -> None:
        """Write a short text on a filled disc."""
        self.circle(x, y, 13, tone.text)
        self.text(x, y + 5, text, bold=True, anchor="middle", fill=WHITE.fill)


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value, 1):g}"


def _pair(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"
