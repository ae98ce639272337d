"""Draw the pictures that lesson 05 sends to a model: `python notebooks/images/draw.py`.

Pillow draws them and nothing is random, so the same picture comes out each time. The letters are
DejaVu's, which matplotlib brings along.
"""

from __future__ import annotations

import math
from pathlib import Path

import matplotlib
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FOLDER = Path(__file__).parent
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
INK = (43, 48, 60)


def font(size: float, name: str = "DejaVuSans") -> ImageFont.FreeTypeFont:
    """Return a font of matplotlib's."""
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


def noise(*place: int) -> float:
    """Return a number in [0, 1) that looks random and depends on `place` only."""
    mixed = 0x9E3779B9
    for number in place:
        mixed = (mixed ^ (number + 0x7F4A7C15)) * 0x85EBCA6B & 0xFFFFFFFF
        mixed ^= mixed >> 13
        mixed = mixed * 0xC2B2AE35 & 0xFFFFFFFF
        mixed ^= mixed >> 16
    return mixed / 2**32


def gradient(size: tuple[int, int], *stops: tuple[int, int, int]) -> Image.Image:
    """Return a picture whose colour runs through `stops` from top to bottom."""
    width, height = size
    column = Image.new("RGB", (1, len(stops)))
    column.putdata(stops)
    return column.resize((1, height), Image.Resampling.BICUBIC).resize((width, height))


def glow(
    size: tuple[int, int], at: tuple[float, float], radius: float, colour: tuple[int, int, int]
) -> Image.Image:
    """Return a picture that is black but for a soft light, to be added to another."""
    light = Image.new("RGB", size)
    x, y = at
    ImageDraw.Draw(light).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    small = light.resize((size[0] // 8, size[1] // 8)).filter(ImageFilter.GaussianBlur(radius / 14))
    return small.resize(size, Image.Resampling.BICUBIC)


def city_at_night() -> Image.Image:
    """A skyline with lit windows under a full moon, mirrored in a river with a boat on it."""
    width, height, water = 1536, 1024, 700
    sky = gradient((width, water), (9, 12, 38), (20, 24, 66), (49, 41, 98), (112, 66, 118))
    draw = ImageDraw.Draw(sky, "RGBA")
    for star in range(150):
        x, y = noise(star, 1) * width, noise(star, 2) ** 1.6 * 420
        size, shine = 0.7 + 1.3 * noise(star, 3), int(110 + 140 * noise(star, 4))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=(255, 250, 235, shine))
    moon = (1190, 180)
    sky = ImageChops.add(sky, glow(sky.size, moon, 190, (70, 66, 74)))
    sky = ImageChops.add(sky, glow(sky.size, moon, 96, (90, 86, 80)))
    draw = ImageDraw.Draw(sky, "RGBA")
    draw.ellipse((moon[0] - 66, moon[1] - 66, moon[0] + 66, moon[1] + 66), fill=(250, 244, 222))
    for dx, dy, r in ((-22, -14, 15), (16, 20, 20), (26, -26, 9), (-14, 30, 8), (-34, 12, 7)):
        x, y = moon[0] + dx, moon[1] + dy
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(231, 222, 198))
    _row(draw, width, water, 0, (58, 48, 100), 150, 330, 0.16)
    _row(draw, width, water, 1, (33, 31, 74), 110, 300, 0.30)
    _towers(draw, water)
    _row(draw, width, water, 2, (16, 17, 45), 60, 185, 0.42)
    draw.rectangle((0, water - 16, width, water), fill=(11, 12, 32))
    for lamp in range(24, width, 74):
        draw.ellipse((lamp - 4, water - 30, lamp + 4, water - 22), fill=(255, 226, 160))
        draw.line((lamp, water - 24, lamp, water - 12), fill=(11, 12, 32), width=3)
    halo = Image.new("RGB", sky.size)
    halos = ImageDraw.Draw(halo)
    for lamp in range(24, width, 74):
        halos.ellipse((lamp - 13, water - 39, lamp + 13, water - 13), fill=(120, 84, 36))
    sky = ImageChops.add(sky, halo.filter(ImageFilter.GaussianBlur(8)))

    river = sky.crop((0, water - (height - water) * 2, width, water))
    river = river.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, height - water))
    river = river.filter(ImageFilter.BoxBlur(2))
    rippled = Image.new("RGB", river.size)
    for y in range(river.height):
        # Waves are longer and wider the nearer they are.
        phase = 34 * math.log(y + 30)
        shift = round((math.sin(phase) + 0.6 * math.sin(phase * 0.43 + 1)) * (1 + y * 0.03))
        line = river.crop((0, y, width, y + 1))
        rippled.paste(ImageChops.offset(line, shift, 0), (0, y))
    deep = gradient(river.size, (200, 200, 225), (150, 150, 200), (96, 98, 160))
    river = ImageChops.multiply(rippled, deep)
    shine = ImageDraw.Draw(river, "RGBA")
    for y in range(6, river.height, 7):
        reach = 18 + y * 0.22 + 14 * noise(y, 5)
        x = moon[0] + (noise(y, 6) - 0.5) * 26
        shine.line((x - reach, y, x + reach, y), fill=(255, 244, 214, 96 - y // 5), width=2)
    picture = Image.new("RGB", (width, height))
    picture.paste(sky, (0, 0))
    picture.paste(river.point([value & 0xF8 for value in range(256)] * 3), (0, water))
    _boat(ImageDraw.Draw(picture, "RGBA"), 430, 842)
    return picture


def _row(draw, width, ground, layer, colour, low, high, lit) -> None:
    x, house = -20, 0
    while x < width:
        wide = int(46 + 62 * noise(house, layer, 11))
        tall = int(low + (high - low) * noise(house, layer, 12))
        top = ground - tall
        draw.rectangle((x, top, x + wide, ground), fill=colour)
        if noise(house, layer, 13) > 0.72:
            draw.line((x + wide // 2, top - 34, x + wide // 2, top), fill=colour, width=3)
        elif noise(house, layer, 13) < 0.2:
            draw.polygon(((x, top), (x + wide, top), (x + wide // 2, top - 26)), fill=colour)
        _windows(draw, (x, top, x + wide, ground - 18), (house, layer), lit)
        x += wide + int(8 * noise(house, layer, 14))
        house += 1


def _windows(draw, box, seed, lit, step=(13, 17), size=(6, 8)) -> None:
    left, top, right, bottom = box
    columns = max(1, (right - left - 12) // step[0])
    start = left + (right - left - columns * step[0] + step[0] - size[0]) // 2
    for column in range(columns):
        for line, y in enumerate(range(top + 14, bottom - 10, step[1])):
            chance = noise(*seed, column, line)
            if chance < lit:
                warm = noise(*seed, column, line, 7)
                colour = (255, int(196 + 44 * warm), int(110 + 80 * warm))
                x = start + column * step[0]
                draw.rectangle((x, y, x + size[0] - 1, y + size[1] - 1), fill=colour)


def _towers(draw, ground) -> None:
    dark, edge = (22, 22, 58), (38, 37, 84)
    draw.rectangle((300, 250, 412, ground), fill=dark)
    draw.rectangle((300, 250, 312, ground), fill=edge)
    draw.polygon(((300, 250), (412, 250), (356, 176)), fill=dark)
    draw.line((356, 110, 356, 190), fill=dark, width=4)
    draw.ellipse((351, 104, 361, 114), fill=(255, 92, 92))
    _windows(draw, (312, 262, 412, ground), (91,), 0.5)
    steps = ((24, 190, 240), (42, 240, 320), (58, 320, 420), (74, 420, ground))
    for step, (half, top, bottom) in enumerate(steps):
        draw.rectangle((800 - half, top, 800 + half, bottom), fill=dark)
        draw.rectangle((800 - half, top, 800 - half + 8, bottom), fill=edge)
        _windows(draw, (800 - half + 8, top, 800 + half, bottom + 10), (93, step), 0.55)
    draw.line((800, 120, 800, 190), fill=dark, width=5)
    draw.ellipse((794, 112, 806, 124), fill=(255, 92, 92))
    draw.rounded_rectangle((1010, 330, 1100, ground + 20), 40, fill=dark)
    _windows(draw, (1018, 356, 1096, ground), (95,), 0.45)


def _boat(draw, x, y) -> None:
    draw.polygon(((x - 64, y), (x + 70, y), (x + 46, y + 24), (x - 50, y + 24)), fill=(20, 16, 34))
    draw.rectangle((x - 34, y - 22, x + 30, y), fill=(44, 34, 58))
    for window in range(4):
        left = x - 28 + window * 15
        draw.rectangle((left, y - 16, left + 9, y - 7), fill=(255, 220, 150))
    draw.line((x + 34, y - 52, x + 34, y), fill=(44, 34, 58), width=3)
    draw.ellipse((x + 30, y - 58, x + 38, y - 50), fill=(255, 110, 100))
    for row in range(5):
        half = 42 - row * 7
        top = y + 32 + row * 8
        draw.line((x - half, top, x + half, top), fill=(255, 214, 150, 90 - row * 14), width=3)


def chart() -> Image.Image:
    """Cups sold in a café on each day of a week, as bars."""
    picture = Image.new("RGB", (1200, 800), (253, 252, 249))
    draw = ImageDraw.Draw(picture)
    draw.text((80, 48), "Café Lumen: cups sold", INK, font(38, "DejaVuSans-Bold"))
    draw.text((80, 100), "16 to 22 November 2026", (120, 126, 140), font(24))
    left, bottom, top = 130, 690, 170
    for cups in range(0, 251, 50):
        y = bottom - (bottom - top) * cups / 250
        draw.line((left, y, 1130, y), fill=(228, 226, 220) if cups else INK, width=2)
        draw.text((left - 18, y), str(cups), (120, 126, 140), font(22), anchor="rm")
    days = {"Mon": 96, "Tue": 118, "Wed": 87, "Thu": 131, "Fri": 164, "Sat": 201, "Sun": 142}
    for place, (day, cups) in enumerate(days.items()):
        x = left + 40 + place * 138
        y = bottom - (bottom - top) * cups / 250
        colour = (217, 119, 66) if day == "Sat" else (92, 138, 168)
        draw.rounded_rectangle((x, y, x + 92, bottom), 10, fill=colour)
        draw.rectangle((x, bottom - 12, x + 92, bottom - 1), fill=colour)
        draw.text((x + 46, y - 10), str(cups), INK, font(26, "DejaVuSans-Bold"), anchor="mb")
        draw.text((x + 46, bottom + 38), day, INK, font(26), anchor="ms")
    return picture


def receipt() -> Image.Image:
    """A till receipt of that café, on a wooden table."""
    width, height = 800, 1100
    table = Image.new("RGB", (width, height))
    for x in range(width):
        plank = x // 200
        grain = math.sin(x * 0.31 + plank * 9) + math.sin(x * 0.083 + plank * 4) * 1.6
        shade = 1 + grain * 0.025 + (noise(plank, 21) - 0.5) * 0.12 - (0.35 if x % 200 < 3 else 0)
        colour = tuple(int(channel * shade) for channel in (148, 104, 70))
        table.paste(colour, (x, 0, x + 1, height))
    paper = Image.new("RGBA", (520, 900), (0, 0, 0, 0))
    draw = ImageDraw.Draw(paper)
    edge = [(0, 0), (520, 0)]
    edge += [(520 - step * 20, 900 - (step % 2) * 12) for step in range(27)]
    draw.polygon(edge, fill=(250, 248, 241))
    mono, bold = font(25, "DejaVuSansMono"), font(25, "DejaVuSansMono-Bold")
    draw.text((260, 44), "CAFÉ LUMEN", INK, font(44, "DejaVuSansMono-Bold"), anchor="mt")
    draw.text((260, 106), "12 Harbour Street", INK, mono, anchor="mt")
    draw.text((260, 142), "Wed 18 Nov 2026   08:47", INK, mono, anchor="mt")
    rows = [("2 Flat white", "7.60"), ("1 Croissant", "2.90"), ("1 Oat biscuit", "2.20")]
    rows += [("1 Orange juice", "4.10")]
    y = 214
    draw.text((260, y - 18), "- " * 16, INK, mono, anchor="mt")
    for name, price in rows:
        y += 46
        draw.text((40, y), name, INK, mono)
        draw.text((480, y), price, INK, mono, anchor="ra")
    y += 56
    draw.text((260, y), "- " * 16, INK, mono, anchor="mt")
    for name, price, face in (
        ("Subtotal", "16.80", mono),
        ("Tax 10 %", "1.68", mono),
        ("TOTAL EUR", "18.48", bold),
    ):
        y += 48
        draw.text((40, y), name, INK, face)
        draw.text((480, y), price, INK, face, anchor="ra")
    draw.text((260, y + 70), "Paid by card ···· 0042", INK, mono, anchor="mt")
    draw.text((260, y + 118), "Thank you. See you soon!", INK, mono, anchor="mt")
    x = 70
    for bar in range(64):
        wide = 2 + int(noise(bar, 31) * 5)
        if bar % 2 == 0:
            draw.rectangle((x, y + 176, x + wide, y + 236), fill=INK)
        x += wide + 1
        if x > 448:
            break
    paper = paper.rotate(3, Image.Resampling.BICUBIC, expand=True)
    shadow = Image.new("L", table.size)
    at = ((width - paper.width) // 2, (height - paper.height) // 2)
    shadow.paste(paper.getchannel("A").point(lambda a: a * 0.55), (at[0] + 10, at[1] + 16))
    table.paste((38, 24, 14), (0, 0), shadow.filter(ImageFilter.GaussianBlur(14)))
    table.paste(paper, at, paper)
    return table


def diagram() -> Image.Image:
    """How a chat program works, as somebody drew it on paper."""
    picture = Image.new("RGB", (1200, 760), (252, 250, 243))
    draw = ImageDraw.Draw(picture)
    for y in range(40, 760, 40):
        draw.line((0, y, 1200, y), fill=(226, 234, 240), width=1)
    blue, red = (38, 70, 140), (190, 60, 50)
    name = font(33, "DejaVuSans-Oblique")
    boxes = {
        "Browser": (70, 150, 310, 290),
        "Our server": (480, 130, 720, 300),
        "OpenAI API": (900, 150, 1140, 290),
        "Database": (480, 500, 720, 640),
    }
    for number, (label, box) in enumerate(boxes.items()):
        _sketched_box(draw, box, number, blue)
        draw.text(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), label, blue, name, anchor="mm")
    arrows = (
        ((318, 195), (472, 190), "1 question", (395, 160)),
        ((728, 195), (892, 195), "2 messages", (810, 160)),
        ((892, 248), (728, 248), "3 reply", (810, 280)),
        ((472, 245), (318, 250), "5 answer", (395, 280)),
        ((600, 308), (600, 492), "4 save both", (690, 400)),
    )
    for number, (start, end, label, at) in enumerate(arrows):
        _sketched_line(draw, start, end, 40 + number, red, 4)
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        for side in (-0.5, 0.5):
            tip = (end[0] - 20 * math.cos(angle + side), end[1] - 20 * math.sin(angle + side))
            _sketched_line(draw, end, tip, 60 + number, red, 4)
        draw.text(at, label, red, font(23, "DejaVuSans-Oblique"), anchor="mm")
    draw.text((70, 52), "How our chat works", INK, font(38, "DejaVuSans-Oblique"))
    _sketched_line(draw, (70, 102), (440, 98), 80, INK, 3)
    note = "the key lives\nhere, not in\nthe browser!"
    draw.text((880, 560), note, INK, font(26, "DejaVuSans-Oblique"))
    _sketched_line(draw, (868, 560), (736, 320), 81, INK, 3)
    _sketched_line(draw, (736, 320), (740, 347), 82, INK, 3)
    _sketched_line(draw, (736, 320), (760, 333), 83, INK, 3)
    return picture


def _sketched_line(draw, start, end, seed, colour, width) -> None:
    for stroke in range(2):
        points = []
        for step in range(13):
            t = step / 12
            bend = math.sin(t * math.pi) * (noise(seed, stroke, 41) - 0.5) * 9
            x = start[0] + (end[0] - start[0]) * t + (noise(seed, stroke, step, 42) - 0.5) * 2
            y = start[1] + (end[1] - start[1]) * t + (noise(seed, stroke, step, 43) - 0.5) * 2
            length = math.dist(start, end) or 1
            x += bend * (end[1] - start[1]) / length
            y += bend * (start[0] - end[0]) / length
            points.append((x, y))
        draw.line(points, fill=colour, width=width - stroke * 2, joint="curve")


def _sketched_box(draw, box, seed, colour) -> None:
    left, top, right, bottom = box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for side in range(4):
        (x0, y0), (x1, y1) = corners[side], corners[(side + 1) % 4]
        over = 6 / (math.dist((x0, y0), (x1, y1)))
        start = (x0 - (x1 - x0) * over, y0 - (y1 - y0) * over)
        end = (x1 + (x1 - x0) * over, y1 + (y1 - y0) * over)
        _sketched_line(draw, start, end, 10 + seed * 4 + side, colour, 4)


def error_screenshot() -> Image.Image:
    """A terminal in which a program has failed."""
    scale = 2
    picture = gradient((1200, 720), (86, 110, 160), (132, 108, 168), (206, 140, 150))
    window = Image.new("L", picture.size)
    ImageDraw.Draw(window).rounded_rectangle((60, 64, 1140, 676), 18, fill=150)
    picture.paste((20, 16, 40), (0, 12), window.filter(ImageFilter.GaussianBlur(22)))
    big = Image.new("RGBA", (1080 * scale, 600 * scale), (0, 0, 0, 0))
    draw = ImageDraw.Draw(big)
    draw.rounded_rectangle((0, 0, *big.size), 18 * scale, fill=(30, 32, 44))
    draw.rounded_rectangle((0, 0, big.width, 70 * scale), 18 * scale, fill=(48, 51, 68))
    draw.rectangle((0, 40 * scale, big.width, 52 * scale), fill=(48, 51, 68))
    draw.rectangle((0, 52 * scale, big.width, 72 * scale), fill=(30, 32, 44))
    for place, colour in enumerate(((255, 95, 86), (255, 189, 46), (39, 201, 63))):
        x = (30 + place * 28) * scale
        draw.ellipse((x - 8 * scale, 18 * scale, x + 8 * scale, 34 * scale), fill=colour)
    title = font(17 * scale, "DejaVuSans")
    draw.text((540 * scale, 26 * scale), "weather — python", (190, 194, 210), title, anchor="mm")
    grey, white, red = (150, 156, 178), (226, 230, 240), (255, 120, 117)
    green, blue, yellow = (130, 214, 150), (128, 184, 255), (250, 214, 120)
    lines = [
        [("mei@laptop", green), (" ~/weather $ ", blue), ("python report.py", white)],
        [("Traceback (most recent call last):", grey)],
        [('  File "report.py", line 12, in <module>', grey)],
        [("    print(summary(readings))", white)],
        [('  File "report.py", line 7, in summary', grey)],
        [("    return sum(readings) / len(readings)", white)],
        [("           ~~~~~~~~~~~~~~^~~~~~~~~~~~~~~", yellow)],
        [("ZeroDivisionError", red), (": division by zero", white)],
        [("mei@laptop", green), (" ~/weather $ ", blue), ("█", white)],
    ]
    mono = font(24 * scale, "DejaVuSansMono")
    for number, line in enumerate(lines):
        x = 36.0 * scale
        for text, colour in line:
            draw.text((x, (86 + number * 52) * scale), text, colour, mono)
            x += draw.textlength(text, mono)
    small = big.resize((1080, 600), Image.Resampling.LANCZOS)
    picture.paste(small, (60, 60), small)
    # Larger, it would fill more than a reader's screen.
    return picture.resize((900, 540), Image.Resampling.LANCZOS)


PICTURES = (city_at_night, chart, receipt, diagram, error_screenshot)

if __name__ == "__main__":
    for draw_picture in PICTURES:
        file = FOLDER / f"{draw_picture.__name__}.png"
        picture = draw_picture()
        # Fine grain costs bytes that no eye sees: it is rounded away where there is much of it.
        grain = {"city_at_night": 0xFE, "receipt": 0xFC}.get(draw_picture.__name__, 0xFF)
        picture.point([value & grain for value in range(256)] * 3).save(file, optimize=True)
        print(file.name, picture.size, file.stat().st_size // 1000, "kB")
