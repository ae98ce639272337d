"""What a file is that the API does not take as a picture, and what to do with it. Pure.

Told by the first bytes: a name may be wrong. https://en.wikipedia.org/wiki/List_of_file_signatures
"""

from __future__ import annotations

import codecs
import re

_SAVE = "Save it as PNG or JPEG."
_FRAME = "no picture but a video. Take one frame of it, for example as a screenshot."
_SOUND = "no picture but a sound."

# ISO media files have their kind in bytes 8 to 12.
_BRANDS = (
    (rb"hei[cmsx]|hev[cmsx]|heif|mif1|msf1",
     "a HEIC photo, as phones take it. Export or share it as JPEG."),
    (rb"avi[fs]", f"an AVIF picture. {_SAVE}"),
    (rb"crx ", f"a camera's raw photo. {_SAVE}"),
    (rb"", _FRAME),
)  # fmt: skip
_KINDS = (
    (rb"\s*%PDF-", "no picture but a PDF. The API takes it as a file (input_file)."),
    (rb"\x89PNG", "a PNG that is damaged or breaks off."),
    (rb"\xff\xd8\xff", "a JPEG that is damaged or breaks off."),
    (rb"GIF8", "a GIF that is damaged or breaks off."),
    (rb"RIFF....WEBP", "a WEBP that is damaged or breaks off."),
    (rb"II\*\0|MM\0\*", f"a TIFF or a camera's raw photo. {_SAVE}"),
    (rb"BM.{8}", f"a BMP picture. {_SAVE}"),
    (rb"\0\0[\x01\x02]\0", f"an icon (ICO). {_SAVE}"),
    (rb"\0\0\0\x0cjP|\xff\x4f\xff\x51", f"a JPEG 2000 picture. {_SAVE}"),
    (rb"\xff\x0a|\0\0\0\x0cJXL", f"a JPEG XL picture. {_SAVE}"),
    (rb"8BPS", "a Photoshop file. Export it as PNG or JPEG."),
    (rb"\x1aE\xdf\xa3|RIFF....AVI |\0\0\x01[\xb3\xba]|FLV\x01|\x30\x26\xb2\x75", _FRAME),
    (rb"RIFF....WAVE|ID3|\xff[\xfb\xf3\xf1]|OggS|fLaC", _SOUND),
    (rb"PK\x03\x04", "no picture but a ZIP archive or an Office document. Unpack it first."),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ", "no picture but a packed file. Unpack it first."),
    (rb"version https://git-lfs",
     "no picture but what Git LFS puts in its place. Fetch it with `git lfs pull`."),
)  # fmt: skip
_SVG = "an SVG drawing, which is text. Export it as PNG."
_PAGE = "no picture but a web page. Was it saved in place of the picture?"


def kind(data: bytes) -> str:
    """Return in words what a file is that could not be opened as a picture: "a TIFF. …"."""
    if not data:
        return "an empty file."
    start = data[:4096].removeprefix(codecs.BOM_UTF8)
    if start[4:8] == b"ftyp":
        return next(said for pattern, said in _BRANDS if re.match(pattern, start[8:12]))
    for pattern, said in _KINDS:
        if re.match(pattern, start, re.DOTALL):
            return said
    text = _text(start)
    if text is None:
        return "of no kind that is known here. Is it a picture?"
    tag = re.search("<(svg|!doctype html|html|head|body)", text, re.IGNORECASE)
    if tag and text.lstrip().startswith("<"):
        return _SVG if tag[1].lower() == "svg" else _PAGE
    return "no picture but a text."


def _text(start: bytes) -> str | None:
    utf_16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        # The last letter may be cut.
        text = codecs.getincrementaldecoder("utf-16" if utf_16 else "utf-8")().decode(start)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
