"""Pictures in a message: really decoded and checked, counted in tokens, and known by their looks.

https://developers.openai.com/api/docs/guides/images-vision
"""

from __future__ import annotations

import base64
import binascii
import io
import math
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.mock.errors import MOCK_ERROR, APIError, invalid_value

# Pillow is imported where it is used: a lesson without pictures does not wait for it.
if TYPE_CHECKING:
    from PIL.Image import Image

_INSTALLED = Path(__file__).parents[1] / "images"
FOLDER = _INSTALLED if _INSTALLED.exists() else Path(__file__).parents[3] / "notebooks" / "images"
"""Where the lessons' pictures are, which the files of replies name. A wheel brings a copy."""

DETAILS = ["low", "high", "original", "auto"]
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST = 1500
"""Pictures in one request, by the guide above."""

PATCH = 32
LOW = 512
HIGH = 2500
MOST_PATCHES = 30_000
MOST_BYTES = 200_000_000
"""The memory that decoding one picture may take. The API's own limit is 512 MB for a request."""

# Bytes a pixel that decoding takes, as measured: of a JPEG few, for it is decoded at a fraction of
# its size, unless it is a progressive one, which is read as a whole before.
_BYTES = {"PNG": 4, "GIF": 4, "WEBP": 16, "JPEG": 1}
_PLENTY = 4_000_000
"""Pixels that are enough of a picture: one of many times as many is shrunk while it is decoded."""
_STRIP = 1 << 20
"""Pixels that are worked on at a time."""
_SMALL = 1 << 20
"""Bytes up to which a file is remembered with what was seen in it."""

ORIENTATION = 0x0112
"""The tag in a photo's EXIF data."""
_THUMB = 32
_ALIKE = 5.0
_NAMED = {
    "black": (15, 15, 20),
    "white": (245, 245, 240),
    "grey": (128, 128, 128),
    "dark blue": (25, 25, 75),
    "blue": (70, 120, 190),
    "light blue": (160, 200, 235),
    "purple": (110, 70, 150),
    "pink": (235, 150, 180),
    "red": (200, 50, 45),
    "orange": (225, 130, 60),
    "yellow": (240, 210, 90),
    "green": (80, 150, 80),
    "brown": (130, 90, 60),
    "cream": (240, 230, 205),
}


@dataclass(frozen=True)
class Seen:
    """What is kept of a decoded picture: its format, its size in pixels and a small copy.

    small: the red, green and blue of 32 x 32 areas, row by row. It hardly changes when the picture
    is shrunk or stored in another format, so that a copy is recognised. Nothing of a picture that
    is too large to be decoded.
    """

    format: str
    width: int
    height: int
    small: bytes


@dataclass(frozen=True)
class Picture:
    """One picture in a message, as the data of `seen` or, not fetched by the mock, at a `url`."""

    detail: str = "auto"
    seen: Seen | None = None
    url: str | None = None

    @property
    def patches(self) -> int:
        """How many patches of 32 x 32 pixels the model sees, by the guide's rule for GPT-5.6.

        A picture that is not fetched counts as 1024 x 1024 pixels.
        """
        width, height = (self.seen.width, self.seen.height) if self.seen else (1024, 1024)
        if self.detail == "low":
            shrunk = min(1, LOW / max(width, height))
            width, height = round(width * shrunk), round(height * shrunk)
        patches = _patches(width, height)
        if self.detail == "high" and patches > HIGH:
            shrunk = math.sqrt(PATCH * PATCH * HIGH / (width * height))
            across, down = width * shrunk / PATCH, height * shrunk / PATCH
            shrunk *= min(math.floor(across) / across, math.floor(down) / down)
            patches = _patches(round(width * shrunk), round(height * shrunk))
        return patches

    def tokens(self, model: str) -> int:
        """Return how many input tokens it costs: the patches, for GPT-6 Luna times 1.2.

        The 1.2 is one public measurement, of 3 October 2026; OpenAI has published no figure for
        GPT-6. Other models are counted like GPT-5.6, a token for each patch.
        """
        return int(self.patches * 1.2) if model.startswith("gpt-6-luna") else self.patches

    def check_size(self) -> None:
        """Refuse more patches than the API takes. Raises APIError.

        Source of the words: https://github.com/Prism-Shadow/agenthub/pull/194
        """
        if self.patches > MOST_PATCHES:
            raise APIError(
                f"The image you provided requires {self.patches} patches after processing, "
                f"exceeding the limit of {MOST_PATCHES}. Please resize the image and try again.",
                code="invalid_value",
            )


def check_number(number: int, param: str) -> None:
    """Refuse a request with too many pictures. Raises APIError."""
    if number > MOST:
        raise APIError(f"Too many images: {number}. A request may have {MOST}.", param=param)


def read(url: object, detail: object, at: str, detail_at: str, unreadable: APIError) -> Picture:
    """Return the picture that a data URL holds or an http(s) URL names.

    at, detail_at: the parameters' names for the error; unreadable: the error for data that is no
    picture, which differs between the APIs. Raises APIError.
    """
    if detail is not None and detail not in DETAILS:
        raise invalid_value(detail_at, detail, DETAILS)
    chosen = str(detail or "auto")
    if not isinstance(url, str):
        raise APIError(
            f"Invalid type for '{at}': expected an image URL, but got something else instead.",
            param=at,
            code="invalid_type",
        )
    if re.match(r"https?://[^/\s]+", url):
        return Picture(chosen, url=url)
    return Picture(chosen, seen=check(_data(url, at), unreadable, chosen))


def _data(url: str, at: str) -> bytes:
    """Return the bytes in a data URL.

    The words up to "but got" are the API's (https://github.com/Alibaba-NLP/OmniSearch/issues/3,
    https://github.com/anomalyco/opencode/issues/23983); not all endings could be confirmed.
    """

    def refused(got: str) -> APIError:
        return APIError(
            f"Invalid '{at}'. Expected a base64-encoded data URL with an image MIME type "
            f"(e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got {got}.",
            param=at,
            code="invalid_value",
        )

    if not url.startswith("data:"):
        raise refused("a value without the 'data:' prefix")
    kind, comma, text = url[5:].partition(",")
    if not comma or not kind.endswith(";base64"):
        raise refused("a value without base64-encoded bytes")
    kind = kind.removesuffix(";base64")
    if not kind.startswith("image/"):
        raise refused(f"unsupported MIME type '{kind}'")
    if not text:
        raise refused("empty base64-encoded bytes")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise refused("an invalid base64-encoded value") from None


def check(data: bytes, unreadable: APIError, detail: str = "high") -> Seen:
    """Return what is seen in a file's bytes.

    Raises APIError: `unreadable`, for more patches than the API takes at this detail, or for more
    pixels than the mock decodes.
    """
    seen = _remembered(data) if len(data) <= _SMALL else _look(data)
    if seen is None:
        raise unreadable
    Picture(detail, seen).check_size()
    if not seen.small:
        raise APIError(
            "(Offline mock) The image has more pixels than the mock decodes: "
            f"{MOST_BYTES // _BYTES['PNG']:,}, and {MOST_BYTES // _BYTES['WEBP']:,} of a WebP.",
            code="mock_image_too_large",
            type=MOCK_ERROR,
        )
    return seen


@contextmanager
def opened(data: bytes) -> Iterator[Image]:
    """Open a file's bytes, without decoding. Of a broken file any exception may come."""
    import PIL.Image

    # Pillow warns of large pictures, which are looked at in `_look`, and of odd ones.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with PIL.Image.open(io.BytesIO(data), formats=FORMATS) as image:
            yield image


def flat(image: Image) -> Image:
    """Return an opened picture on white, shrunk if it is huge.

    Its size in memory is there once at most: a JPEG is decoded at a fraction of it, the others are
    worked on strip by strip.
    """
    import PIL.Image

    factor = _shrinks(image)
    image.draft("RGB", (max(1, image.width // factor), max(1, image.height // factor)))
    factor = _shrinks(image)
    width, height = image.size
    small = PIL.Image.new("RGB", (-(-width // factor), -(-height // factor)))
    rows = factor * max(1, _STRIP // (width * factor))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        if strip.has_transparency_data:
            paper = PIL.Image.new("RGBA", strip.size, "white")
            paper.alpha_composite(strip.convert("RGBA"))
            strip = paper
        small.paste(strip.convert("RGB").reduce(factor), (0, top // factor))
    return small


def orientation(image: Image) -> int:
    """Return how a photo is to be turned, from 2 to 8, or 1 for not at all."""
    try:
        found = image.getexif().get(ORIENTATION)
    except Exception:  # Broken EXIF data make no broken picture.
        return 1
    return found if isinstance(found, int) and found in range(2, 9) else 1


def _look(data: bytes) -> Seen | None:
    """Return what is seen in a file, or None if it is no picture of a kind that the API takes.

    Of a picture with too many pixels only the size is seen. Of one that Pillow refuses to open for
    them not even that is known: it counts as one pixel.
    """
    import PIL.Image
    import PIL.ImageOps

    try:
        with opened(data) as image:
            # A phone's JPEG may hold several pictures; Pillow calls it an MPO.
            kind = {"MPO": "JPEG"}.get(image.format or "", image.format or "")
            if kind == "GIF" and getattr(image, "is_animated", False):
                return None
            width, height = image.size
            read_whole = kind == "JPEG" and image.info.get("progressive")
            if width * height * _BYTES["PNG" if read_whole else kind] > MOST_BYTES:
                return Seen(kind, width, height, b"")
            small = flat(image).resize((_THUMB, _THUMB), PIL.Image.Resampling.BOX)
            # A phone stores the side that was up, and the pixels as they lay in the camera.
            side_up = small.getexif()[ORIENTATION] = orientation(image)
            small = PIL.ImageOps.exif_transpose(small)
            width, height = (height, width) if side_up in range(5, 9) else (width, height)
    except PIL.Image.DecompressionBombError:
        return Seen("", 1, 1, b"")
    except Exception:  # A broken file may end in any exception of a decoder's.
        return None
    return Seen(kind, width, height, small.tobytes())


_remembered = lru_cache(maxsize=16)(_look)


def _shrinks(image: Image) -> int:
    return max(1, math.isqrt(image.width * image.height // _PLENTY))


def unlike(picture: Picture, name: str) -> float:
    """Return how far a picture is from a lesson's file or a URL: 0 the same, inf not that one."""
    if picture.seen is None or name.startswith("http"):
        return 0.0 if picture.url == name else math.inf
    known: Seen | None = _known(name)
    if known is None:
        return math.inf
    stretched = (picture.seen.width * known.height) / (picture.seen.height * known.width)
    if not 0.95 < stretched < 1.05:
        return math.inf
    apart = sum(abs(a - b) for a, b in zip(picture.seen.small, known.small, strict=True))
    distance = apart / len(known.small)
    return distance if distance < _ALIKE else math.inf


@lru_cache
def _known(name: str) -> Seen | None:
    return _look((FOLDER / name).read_bytes()) if (FOLDER / name).is_file() else None


def describe(picture: Picture) -> str:
    """Return in a sentence what can be computed from a picture. No model looks at it."""
    if picture.seen is None:
        return f"The picture at {picture.url} was not looked at: offline no picture is fetched."
    seen = picture.seen
    colours: Counter[str] = Counter()
    for colour, share in Counter(zip(*[iter(seen.small)] * 3, strict=True)).items():
        colours[_name(colour)] += share
    few = [name for name, share in colours.most_common(3) if share >= _THUMB * _THUMB / 20]
    mostly = " and ".join((", ".join(few[:-1]), few[-1]) if len(few) > 1 else few)
    return (
        f"The picture is a {seen.format} of {seen.width} × {seen.height} pixels, mostly {mostly}."
    )


def _name(colour: tuple[int, ...]) -> str:
    return min(
        _NAMED,
        key=lambda name: sum((a - b) ** 2 for a, b in zip(colour, _NAMED[name], strict=True)),
    )


def _patches(width: int, height: int) -> int:
    return math.ceil(width / PATCH) * math.ceil(height / PATCH)
