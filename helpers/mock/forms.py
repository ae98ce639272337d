"""Bodies of `multipart/form-data`: how files are sent. https://www.rfc-editor.org/rfc/rfc7578"""

from __future__ import annotations

import io
from dataclasses import dataclass

from helpers.mock.errors import APIError

# python-multipart is imported where it is used: a chat does not wait for it.


@dataclass(frozen=True)
class Part:
    """One field of a form. `filename` is None for a plain value."""

    name: str
    data: bytes
    filename: str | None = None
    content_type: str = "text/plain"


def boundary(content_type: str) -> bytes:
    """Return the text that parts a form's fields, or nothing for a body that is no form."""
    if not content_type.lower().startswith("multipart/form-data"):
        return b""
    from python_multipart.multipart import parse_options_header

    return parse_options_header(content_type.encode(errors="replace"))[1].get(b"boundary", b"")


def parse(body: bytes, content_type: str) -> list[Part]:
    """Return a form's fields in their order. Raises APIError (400) for a body that is no form."""
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import Field, File, parse_form

    if not boundary(content_type):
        raise APIError("Invalid content type. Expected multipart/form-data.")
    parts: list[Part] = []

    def keep(field: Field) -> None:
        parts.append(Part(_text(field.field_name), field.value or b""))

    def keep_file(file: File) -> None:
        file.file_object.seek(0)
        name, kind = _text(file.file_name), file.content_type or "text/plain"
        parts.append(Part(_text(file.field_name), file.file_object.read(), name, kind))
        file.close()

    try:
        headers = {"Content-Type": content_type.encode(errors="replace")}
        parse_form(headers, io.BytesIO(body), keep, keep_file)
    except FormParserError:
        raise APIError("We could not parse the multipart body of your request.") from None
    return parts


def _text(name: bytes | None) -> str:
    return (name or b"").decode(errors="replace")
