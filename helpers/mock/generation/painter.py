"""Draws the pictures that the mock "generates": a landscape whose colours and things come from the
prompt, plainly marked as the mock's. The same prompt gets the same picture.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from helpers.mock.generation import edits

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Colour = tuple[int, int, int]
MARK = "mock image · offline"
_DESCRIPTION = 0x010E
"""The field of EXIF that holds the prompt; what stands before it; the longest that is kept."""
_DRAWN = "offline-mock drew: "
_LONGEST = 2000
_NOTED = 40
"""Letters of what was not drawn that have a place below a picture."""
_DETAIL = {"high": 1, "xhigh": 2, "max": 3}

# Words of a prompt that the painter knows. The first of each kind that fits is used.
_SKIES: dict[str, tuple[Colour, Colour]] = {
    "night|dark|moon|stars?": ((14, 18, 52), (84, 66, 120)),
    "sunset|dusk|evening|autumn": ((92, 60, 120), (244, 158, 96)),
    "dawn|sunrise|morning|day": ((120, 170, 220), (252, 214, 170)),
    "rain|storm|winter|snow|snowy|grey|gray|fog": ((120, 134, 150), (206, 214, 222)),
}
_SNOW = "winter|snow|snowy"
_FLAKES = f"{_SNOW}|stars?|confetti"
_COLOURS: dict[str, Colour] = {
    "red": (198, 62, 54),
    "orange": (228, 134, 58),
    "yellow": (240, 200, 80),
    "green": (88, 150, 92),
    "blue": (74, 122, 190),
    "purple|violet": (128, 88, 168),
    "pink": (232, 150, 178),
    "brown": (136, 98, 68),
    "white": (240, 238, 230),
    "black": (34, 34, 42),
}


def paint(
    prompt: str,
    width: int,
    height: int,
    transparent: bool = False,
    number: int = 0,
    quality: str = "medium",
    change: str = "",
) -> Image:
    """Return a picture for a prompt: RGB, or RGBA with nothing behind the things in it.

    number: which of several pictures for the same prompt. change: what an edit asks to be changed.
    """
    from PIL import Image, ImageDraw

    seed = hashlib.sha256(f"{number} {prompt}".encode()).digest()
    first = edits.things(prompt, "", list(_THINGS))
    things = edits.things(prompt, change, list(_THINGS))
    new = [name for name in things if name not in first]
    painted = re.sub("black.and.white", "", change, flags=re.IGNORECASE)
    colours = painted if any(_said(name, painted) for name in _COLOURS) else prompt
    weather = change if _names_sky(change) else prompt
    top, bottom = _sky(weather, seed)
    dark, snow = sum(top) < 260, _said(_SNOW, weather)
    # A cheap picture is drawn coarsely, a dear one with more in it.
    coarse = 3 if quality == "low" else 1
    w, h = width // coarse, height // coarse
    if transparent:
        picture = Image.new("RGBA", (w, h), (0, 0, 0, 0))
    else:
        picture = _gradient(w, h, top, bottom)
    draw = ImageDraw.Draw(picture)
    if not transparent:
        if dark or not snow:
            _light(draw, w, h, seed, dark)
        _clouds(picture, seed, _DETAIL.get(quality, 0))
        for layer in range(3):
            _hills(draw, w, h, seed, layer, bottom, snow)
        if not snow:
            _grass(draw, w, h, seed, _DETAIL.get(quality, 0), bottom)
    # An edit leaves what was there in its place, and puts what is new in front.
    for place, name in enumerate(first or ["circles"]):
        if name in first and name not in things:
            continue
        across = (place + 1) / (len(first or [0]) + 1)
        size = min(w, h) * (0.52 if len(first) < 2 else 0.34)
        paint = _paint_of(prompt if new else colours, seed, place)
        _THINGS[name](draw, w * across, h * 0.66, size, paint)
    _put(draw, new, w, h, painted, seed[len(first) :])
    if snow and not transparent:
        _flakes(draw, w, h, seed)
    if coarse > 1:
        picture = picture.resize((width, height), Image.Resampling.BICUBIC)
    picture = edits.effects(picture, change)
    if picture.size != (width, height):
        picture = picture.resize((width, height))
    _mark(picture, ImageDraw.Draw(picture), change or prompt)
    return picture


def repaint(prompt: str, source: Image, width: int, height: int, keep: Image | None) -> Image:
    """Return `source`, which is RGB, at a new size and changed as the prompt says.

    keep: how much of `source` stays as it is: the alpha channel of a mask.
    """
    from PIL import Image, ImageDraw, ImageOps

    seed = hashlib.sha256(prompt.encode()).digest()
    added = edits.added(prompt, list(_THINGS))
    known = edits.effects(source, prompt)
    whole = ImageOps.fit(source, (width, height))
    changed = ImageOps.fit(known, (width, height))
    notes = []
    if _names_sky(prompt) or (known is source and not added):
        top, bottom = _sky(prompt, seed)
        tint = ImageOps.colorize(ImageOps.grayscale(changed), _mixed(top, (0, 0, 0), 0.55), bottom)
        changed = Image.blend(changed, tint, 0.62)
        notes += [] if _names_sky(prompt) else ["only tinted"]
    if edits.removes(prompt):
        notes = ["only what the mock drew can be left out"]
    # A sky is tinted for the moon and for rain, but neither is in it.
    skies = {word for pattern in _SKIES for word in pattern.split("|")} - {"moon", "rain"}
    if missed := edits.undrawn(prompt, [*_THINGS, *skies, _FLAKES]):
        notes.append(f"not drawn: {', '.join(missed)[:_NOTED]}")
    draw = ImageDraw.Draw(changed)
    if _said(_FLAKES, prompt):
        _flakes(draw, width, height, seed)
    _put(draw, added, width, height, prompt, seed)
    if keep is not None:
        changed = Image.composite(whole, changed, ImageOps.fit(keep, (width, height)))
    _mark(changed, ImageDraw.Draw(changed), prompt, "".join(f" · {note}" for note in notes))
    return changed


def half_done(picture: Image, done: float) -> Image:
    """Return a picture as it looks while it is being made: coarse at first (`done` from 0 to 1)."""
    from PIL import Image

    cells = max(4, round(8 * 2 ** (done * 5)))
    small = picture.resize((cells, max(1, cells * picture.height // picture.width)))
    return small.resize(picture.size, Image.Resampling.BICUBIC)


def encode(
    picture: Image, kind: str, compression: int, drawn: tuple[str, str] | None = None
) -> bytes:
    """Return a picture as png, jpeg or webp.

    compression: 0 to 100, for the latter two. drawn: the prompt that it was drawn for and what was
    changed since, kept in its EXIF, so that an edit can draw it anew.
    """
    from PIL import Image

    told = Image.Exif()
    if drawn and sum(map(len, drawn)) <= _LONGEST:
        told[_DESCRIPTION] = f"{_DRAWN}{json.dumps(drawn)}"
    stream = io.BytesIO()
    if kind == "png":
        picture.save(stream, "PNG", exif=told)
    else:
        plain = picture.convert("RGB") if kind == "jpeg" else picture
        plain.save(stream, kind.upper(), quality=min(95, max(1, compression)), exif=told)
    return stream.getvalue()


def drawn_for(data: bytes) -> tuple[str, str] | None:
    """Return the prompt that the mock drew a file's picture for, and what was changed since."""
    text = r'"(?:[^"\\]|\\.)*"'
    found = re.search(rf"{_DRAWN}(\[{text}, {text}\])".encode(), data)
    if not found:
        return None
    prompt, change = json.loads(found[1])
    return prompt, change


def _share(seed: bytes, *place: int) -> float:
    digest = hashlib.blake2b(seed + repr(place).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _said(pattern: str, text: str) -> bool:
    return bool(re.search(rf"\b({pattern})\b", text, re.IGNORECASE))


def _names_sky(text: str) -> bool:
    # "Darker" and "in the dark" are two things; the first is an effect.
    return any(_said(pattern, text) for pattern in _SKIES)


def _sky(text: str, seed: bytes) -> tuple[Colour, Colour]:
    for pattern, colours in _SKIES.items():
        if _said(pattern, text):
            return colours
    choices = list(_SKIES.values())
    return choices[seed[0] % len(choices)]


def _paint_of(text: str, seed: bytes, place: int) -> Colour:
    named = [paint for name, paint in _COLOURS.items() if _said(name, text)]
    paints = named or list(_COLOURS.values())[:8]
    return paints[(place if named else seed[3 + place]) % len(paints)]


def _gradient(width: int, height: int, top: Colour, bottom: Colour) -> Image:
    from PIL import Image, ImageOps

    ramp = Image.linear_gradient("L").resize((width, height))
    return ImageOps.colorize(ramp, top, bottom)


def _light(draw: ImageDraw, width: int, height: int, seed: bytes, dark: bool) -> None:
    if dark:
        for star in range(90):
            x, y = _share(seed, star, 4) * width, _share(seed, star, 5) * height * 0.6
            size = (0.6 + 1.6 * _share(seed, star, 6)) * width / 1024
            draw.ellipse((x - size, y - size, x + size, y + size), fill=(255, 250, 230))
    x, y = (0.15 + 0.7 * _share(seed, 7)) * width, height * (0.16 + 0.12 * _share(seed, 8))
    radius = min(width, height) * 0.07
    colour = (252, 246, 222) if dark else (255, 226, 130)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _put(draw: ImageDraw, things: list[str], w: int, h: int, words: str, seed: bytes) -> None:
    """Draw things in front, where and in which colours the words of an edit say."""
    for place, name in enumerate(things):
        across = edits.across(words) + 0.2 * place
        paint = _paint_of(words, seed, place)
        _THINGS[name](draw, w * across, h * 0.8, min(w, h) * 0.4, paint)


def _flakes(draw: ImageDraw, w: int, h: int, seed: bytes) -> None:
    for flake in range(240):
        x, y, r = (_share(seed, flake, k) for k in (1, 2, 3))
        half = (0.8 + 3 * r) * w / 1024
        at = (x * w - half, y * h - half, x * w + half, y * h + half)
        draw.ellipse(at, fill=(255, 255, 255))


def _hills(
    draw: ImageDraw, w: int, h: int, seed: bytes, layer: int, tint: Colour, snow: bool
) -> None:
    green = [(88, 128, 104), (66, 104, 88), (46, 80, 72)]
    white = [(214, 222, 232), (228, 234, 242), (240, 244, 250)]
    ground = (white if snow else green)[layer]
    base, swell = h * (0.58 + 0.12 * layer), h * 0.05
    phase, waves = _share(seed, layer, 9) * 6, 1.2 + 2 * _share(seed, layer, 10)
    line = [
        (x, base + swell * math.sin(phase + waves * math.pi * x / w)) for x in range(0, w + 17, 16)
    ]
    draw.polygon([(0, h), *line, (w, h)], fill=_mixed(ground, tint, 0.28 - 0.12 * layer))


def _clouds(picture: Image, seed: bytes, detail: int) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture, "RGBA")
    for cloud in range(3 * detail):
        x, y = picture.width * _share(seed, 20, cloud), picture.height * _share(seed, 21, cloud) / 3
        for puff in range(5):
            r = picture.width * (0.02 + 0.02 * _share(seed, 22, cloud, puff))
            at = x + r * 1.1 * (puff - 2)
            draw.ellipse((at - r, y - r * 0.6, at + r, y + r * 0.6), fill=(255, 255, 255, 46))


def _grass(draw: ImageDraw, w: int, h: int, seed: bytes, detail: int, tint: Colour) -> None:
    for blade in range(500 * detail):
        x, share = w * _share(seed, 30, blade), _share(seed, 31, blade)
        y, tall = h * (0.86 + 0.12 * share), h * (0.008 + 0.02 * share)
        shade = _mixed((96, 150, 92), tint, 0.5 * _share(seed, 32, blade))
        draw.line((x, y, x + tall * (share - 0.5), y - tall), fill=shade, width=max(1, w // 900))


def _house(draw: ImageDraw, x: float, ground: float, size: float, colour: Colour) -> None:
    half, tall = size * 0.34, size * 0.5
    draw.rectangle((x - half, ground - tall, x + half, ground), fill=(236, 226, 206))
    roof = ((x - half * 1.2, ground - tall), (x + half * 1.2, ground - tall), (x, ground - size))
    draw.polygon(roof, fill=colour)
    draw.rectangle((x - half * 0.2, ground - tall * 0.5, x + half * 0.2, ground), fill=(92, 66, 50))
    for side in (-0.62, 0.62):
        at, wide = x + half * side, half * 0.18
        box = (at - wide, ground - tall * 0.75, at + wide, ground - tall * 0.4)
        draw.rectangle(box, fill=(255, 214, 120))


def _lighthouse(draw: ImageDraw, x: float, ground: float, size: float, colour: Colour) -> None:
    for stripe in range(5):
        low, high = ground - size * 0.16 * stripe, ground - size * 0.16 * (stripe + 1)
        wide, narrow = size * (0.15 - 0.015 * stripe), size * (0.135 - 0.015 * stripe)
        corners = ((x - wide, low), (x + wide, low), (x + narrow, high), (x - narrow, high))
        draw.polygon(corners, fill=colour if stripe % 2 else (244, 240, 230))
    top = ground - size * 0.8
    for side in (-1, 1):
        beam = ((x, top - size * 0.05), (x + side * size, top - size * 0.2), (x + side * size, top))
        draw.polygon(beam, fill=(255, 238, 170))
    draw.rectangle((x - size * 0.06, top - size * 0.1, x + size * 0.06, top), fill=(255, 226, 120))
    roof = ((x - size * 0.09, top - size * 0.1), (x + size * 0.09, top - size * 0.1))
    draw.polygon((*roof, (x, top - size * 0.2)), fill=colour)


def _tree(draw: ImageDraw, x: float, ground: float, size: float, colour: Colour) -> None:
    draw.rectangle(
        (x - size * 0.04, ground - size * 0.4, x + size * 0.04, ground), fill=(98, 70, 52)
    )
    for dx, dy, r in ((-0.16, 0.46, 0.17), (0.16, 0.48, 0.17), (0, 0.66, 0.22)):
        at, level, radius = x + dx * size, ground - dy * size, r * size
        draw.ellipse((at - radius, level - radius, at + radius, level + radius), fill=colour)


def _boat(draw: ImageDraw, x: float, ground: float, size: float, colour: Colour) -> None:
    low, half = ground + size * 0.1, size * 0.36
    hull = ((x - half, ground - size * 0.08), (x + half, ground - size * 0.08))
    draw.polygon((*hull, (x + half * 0.7, low), (x - half * 0.7, low)), fill=(120, 82, 58))
    draw.line((x, ground - size * 0.8, x, ground - size * 0.08), fill=(90, 64, 48), width=6)
    sail = ((x + 8, ground - size * 0.78), (x + 8, ground - size * 0.14))
    draw.polygon((*sail, (x + half * 0.9, ground - size * 0.14)), fill=colour)


def _cup(draw: ImageDraw, x: float, ground: float, size: float, colour: Colour) -> None:
    half, top, low = size * 0.28, ground - size * 0.42, ground - size * 0.02
    width = max(3, round(size * 0.06))
    ring = (x + half * 0.7, top + size * 0.08, x + half * 1.6, low - size * 0.1)
    draw.ellipse(ring, outline=colour, width=width)
    draw.rounded_rectangle((x - half, top, x + half, low), size * 0.08, fill=colour)
    draw.ellipse((x - half, top - size * 0.05, x + half, top + size * 0.05), fill=(74, 50, 40))
    for steam in (-0.12, 0.06):
        wave = [
            (x + size * (steam + 0.03 * math.sin(step / 2)), top - size * (0.1 + 0.018 * step))
            for step in range(16)
        ]
        draw.line(wave, fill=(230, 230, 230), width=max(2, round(size * 0.02)), joint="curve")


def _cat(draw: ImageDraw, x: float, ground: float, size: float, colour: Colour) -> None:
    body = (x - size * 0.22, ground - size * 0.5, x + size * 0.22, ground)
    draw.ellipse(body, fill=colour)
    head = ground - size * 0.58
    draw.arc(
        (x + size * 0.1, ground - size * 0.4, x + size * 0.44, ground),
        0,
        150,
        fill=colour,
        width=max(4, round(size * 0.06)),
    )
    r = size * 0.18
    for side in (-1, 1):
        ear = (
            (x + side * r * 0.95, head - r * 1.35),
            (x + side * r * 0.95, head),
            (x, head - r * 0.7),
        )
        draw.polygon(ear, fill=colour)
    draw.ellipse((x - r, head - r, x + r, head + r), fill=colour)
    for eye in (x - 0.4 * r, x + 0.4 * r):
        box = (eye - r * 0.14, head - r * 0.3, eye + r * 0.14, head + r * 0.05)
        draw.ellipse(box, fill=(250, 232, 140))


def _circles(draw: ImageDraw, x: float, ground: float, size: float, colour: Colour) -> None:
    for ring in range(3):
        at, level = x + size * 0.26 * (ring - 1), ground - size * (0.3 + 0.12 * (ring % 2))
        radius, shade = size * (0.24 - 0.03 * ring), _mixed(colour, (255, 255, 255), 0.25 * ring)
        draw.ellipse((at - radius, level - radius, at + radius, level + radius), fill=shade)


_THINGS = {
    "lighthouse": _lighthouse,
    "house|home|cottage|café|cafe|shop": _house,
    "trees?|forest|park": _tree,
    "boats?|ship|sea|harbour|harbor|sail": _boat,
    "cup|coffee|tea|mug": _cup,
    "cats?|kitten": _cat,
    "circles": _circles,
}


def _mark(picture: Image, draw: ImageDraw, prompt: str, note: str = "") -> None:
    """Write below the picture that it is the mock's, and the prompt."""
    from PIL import ImageFont

    width, height = picture.size
    size = max(14, min(width, height) // 36)
    font = ImageFont.load_default(size)
    high = round(size * 3.6)
    draw.rectangle((0, height - high, width, height), fill=(24, 26, 34))
    draw.text((size, height - high + size * 0.45), MARK + note, (255, 206, 110), font)
    # The letters that Pillow brings along are Latin; others would be empty boxes.
    said = " ".join("".join(c if ord(c) < 0x250 else " " for c in prompt).split())
    # No letter is narrower than a pixel: what is behind so many need not be measured.
    ends = range(1, min(len(said), width) + 1)
    fitting = bisect_right(
        ends, width - 2 * size, key=lambda end: math.ceil(draw.textlength(f"{said[:end]}…", font))
    )
    if said[:fitting] != " ".join(prompt.split()):
        said = f"{said[:fitting]}…"
    draw.text((size, height - high + size * 1.95), said, (236, 238, 244), font)
