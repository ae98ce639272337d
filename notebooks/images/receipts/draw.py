"""Draw the receipts of lesson 06: `python notebooks/images/receipts/draw.py`.

Seven slips of paper on a table. One is too dark and blurred to be read, and one adds up wrong:
that is what happens, and the lesson shows what to do about it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = Path(__file__).parent
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
PAPER, INK, TABLE = (252, 250, 244), (38, 38, 46), (122, 92, 66)
WIDTH = 420


class Slip(NamedTuple):
    """What a shop printed: below the line come taxes that are added, then the total."""

    shop: str
    line: str
    when: str
    items: list[tuple[str, str]]
    total: str
    currency: str = "EUR"
    added: tuple[tuple[str, str], ...] = ()
    note: str = "Thank you!"


SLIPS = {
    "01": Slip(
        "TRATTORIA ROMA",
        "Via Verde 12",
        "05.10.2026  12:41",
        [("Pasta al forno", "11.50"), ("Insalata mista", "6.00"), ("Espresso", "2.20")],
        "19.70",
        note="incl. VAT 10%: 1.79",
    ),
    "02": Slip(
        "CITY TAXI",
        "Zurich, car 218",
        "06.10.2026  22:05",
        [("Airport ride", "34.00"), ("Night surcharge", "5.00")],
        "39.00",
        currency="CHF",
    ),
    "03": Slip(
        "PAPYRUS",
        "Paper & Pens",
        "07.10.2026  09:30",
        [("Notebook A5", "4.90"), ("Gel pens, 4", "7.80"), ("Envelopes", "3.30")],
        "16.00",
    ),
    "04": Slip(
        "HOTEL LINDENHOF",
        "Room 204",
        "07.10.2026  08:02",
        [("Single room", "89.00"), ("Breakfast", "14.00")],
        "106.50",
        added=(("City tax", "3.50"),),
    ),
    "05": Slip(
        "CAFE MORGENROT",
        "Table 7",
        "08.10.2026  08:55",
        [("Cappuccino", "3.60"), ("Croissant", "2.40")],
        "6.50",
    ),
    "06": Slip(
        "COPY CENTRE",
        "Station hall",
        "08.10.2026  17:20",
        [("Prints", "8.40"), ("Binding", "3.00")],
        "11.40",
    ),
    "07": Slip(
        "SEITENWEISE",
        "Books since 1921",
        "09.10.2026  16:11",
        [("Clean APIs (book)", "32.00")],
        "32.00",
    ),
}
SHOWN = ("01", "02", "04", "05", "06")
"""The slips in the lesson's own picture of them, receipts.png."""


def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return matplotlib's own monospaced font in a size in pixels."""
    name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
    return ImageFont.truetype(FONTS / name, size)


def paper(slip: Slip) -> Image.Image:
    """Return a slip of paper with what the shop printed on it."""
    sheet = Image.new("RGB", (WIDTH, 250 + 34 * (len(slip.items) + len(slip.added))), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((WIDTH / 2, 40), slip.shop, INK, font(30, bold=True), anchor="mm")
    pen.text((WIDTH / 2, 74), slip.line, INK, font(17), anchor="mm")
    pen.text((WIDTH / 2, 100), slip.when, INK, font(17), anchor="mm")
    pen.text((WIDTH / 2, 124), "- " * 18, INK, font(17), anchor="mm")
    top = _rows(pen, 146, slip.items)
    pen.line((34, top + 4, WIDTH - 34, top + 4), INK, 2)
    top = _rows(pen, top + 16, slip.added)
    pen.text((34, top), f"TOTAL {slip.currency}", INK, font(22, bold=True))
    pen.text((WIDTH - 34, top), slip.total, INK, font(22, bold=True), anchor="ra")
    pen.text((WIDTH / 2, top + 56), slip.note, INK, font(17), anchor="mm")
    teeth = [(x, sheet.height - (6 if x // 10 % 2 else 0)) for x in range(0, WIDTH + 10, 10)]
    pen.polygon([*teeth, (WIDTH, sheet.height), (0, sheet.height)], fill=TABLE)
    return sheet


def _rows(pen: ImageDraw.ImageDraw, top: int, rows: Sequence[tuple[str, str]]) -> int:
    for name, price in rows:
        pen.text((34, top), name, INK, font(20))
        pen.text((WIDTH - 34, top), price, INK, font(20), anchor="ra")
        top += 34
    return top


def photograph(sheet: Image.Image, angle: float, seed: int) -> Image.Image:
    """Lay a sheet on a wooden table, a little askew, with its shadow."""
    chance = random.Random(seed)
    size = (sheet.width + 110, sheet.height + 110)
    table = Image.new("RGB", size, TABLE)
    grain = ImageDraw.Draw(table)
    for y in range(0, size[1], 3):
        shade = chance.randint(-9, 9)
        grain.line((0, y, size[0], y + chance.randint(-4, 4)), tuple(c + shade for c in TABLE), 3)
    turned = sheet.convert("RGBA").rotate(angle, Image.Resampling.BICUBIC, expand=True)
    place = ((size[0] - turned.width) // 2, (size[1] - turned.height) // 2)
    shadow = Image.new("L", size)
    shadow.paste(150, (place[0] + 9, place[1] + 11), turned.getchannel("A"))
    table.paste((20, 12, 6), mask=shadow.filter(ImageFilter.GaussianBlur(9)))
    table.paste(turned, place, turned)
    return table


def beside(pictures: Sequence[Image.Image], width: int = 240, gap: int = 5) -> Image.Image:
    """Return the pictures in a row, made small and cut to the height of the lowest."""
    height = min(picture.height for picture in pictures)
    size = (width, height * width // pictures[0].width)
    row = Image.new("RGB", (len(pictures) * (width + gap) - gap, size[1]), "white")
    for place, picture in enumerate(pictures):
        top = (picture.height - height) // 2
        cut = picture.crop((0, top, picture.width, top + height))
        row.paste(cut.resize(size), (place * (width + gap), 0))
    return row


def main() -> None:
    """Write the seven pictures, and some of them beside one another."""
    drawn = {}
    for number, (name, slip) in enumerate(SLIPS.items()):
        picture = photograph(paper(slip), angle=[-2, 1.5, -1, 2, -1.5, 3, 1][number], seed=number)
        if name == "06":
            dark = picture.point(lambda value: value * 0.3)
            picture = dark.filter(ImageFilter.GaussianBlur(9))
        drawn[name] = picture
        picture.quantize(96).save(FOLDER / f"{name}.png", optimize=True)
    row = beside([drawn[name] for name in SHOWN])
    row.quantize(128).save(FOLDER.with_suffix(".png"), optimize=True)


if __name__ == "__main__":
    main()
