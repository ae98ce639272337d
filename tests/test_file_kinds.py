"""What a file is that is no picture for the API, by its bytes and whatever its name."""

from __future__ import annotations

import gzip
import io

import pytest
from PIL import Image

from helpers.file_kinds import kind


def brand(name: str) -> bytes:
    return b"\0\0\0\x18ftyp" + name.encode() + b"\0" * 20


def drawn(form: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, form)
    return stream.getvalue()


SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        *((brand(name), "HEIC photo") for name in ("heic", "heix", "hevc", "mif1", "msf1")),
        (brand("avif"), "AVIF"),
        (brand("crx "), "raw photo"),
        *((brand(name), "video") for name in ("isom", "mp42", "qt  ", "M4V ", "3gp5", "XXXX")),
        (b"\x1aE\xdf\xa3webm", "video"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"\0\0\x01\xba", "video"),
        (b"RIFF\0\0\0\0WAVEfmt ", "sound"),
        (b"ID3\x04", "sound"),
        (b"OggS", "sound"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xef\xbb\xbf  %PDF-1.7\n", "PDF"),
        (SVG.encode(), "SVG"),
        (f'<?xml version="1.0"?>\n<!-- by x -->\n<!DOCTYPE svg PUBLIC "a">\n{SVG}'.encode(), "SVG"),
        (f"\ufeff\n{SVG}".encode(), "SVG"),
        (SVG.encode("utf-16"), "SVG"),
        (gzip.compress(SVG.encode(), mtime=0), "packed"),
        (b"<!DOCTYPE html><title>x", "web page"),
        (b"\n<html>", "web page"),
        (drawn("TIFF"), "TIFF"),
        (b"MM\0*", "TIFF"),
        (drawn("BMP"), "BMP"),
        (drawn("ICO"), "icon"),
        (drawn("JPEG2000"), "JPEG 2000"),
        (b"\xff\x0a", "JPEG XL"),
        (b"8BPS", "Photoshop"),
        (b"PK\x03\x04", "ZIP"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"", "empty"),
        ("# Grüße".encode(), "text"),
        (b'{"cells": []}', "text"),
        (drawn("PNG")[:60], "PNG that is damaged"),
        (b"\xff\xd8\xff\xe0", "JPEG that is damaged"),
        (b"GIF89a", "GIF that is damaged"),
        (b"RIFF\0\0\0\0WEBP", "WEBP that is damaged"),
        (b"\x00\x80\xfe\xff nothing that is known", "no kind that is known"),
    ],
)
def test_a_file_is_named_by_its_bytes(data: bytes, said: str) -> None:
    assert said in kind(data)
    assert kind(data).endswith((".", "?"))
