"""Bodies of `multipart/form-data`: how files are sent. https://www.rfc-editor.org/rfc/rfc7578"""

from __future__ import annotations

from dataclasses import dataclass

from helpers.mock.errors import APIError


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
    from python_multipart.multipart import MultipartParser, parse_options_header

    between = boundary(content_type)
    if not between:
        raise APIError("Invalid content type. Expected multipart/form-data.")
    parts: list[Part] = []
    headers: dict[bytes, bytes] = {}
    pieces = {"field": bytearray(), "value": bytearray(), "data": bytearray()}

    def collect(name: str) -> object:
        def add(data: bytes, start: int, end: int) -> None:
            pieces[name] += data[start:end]

        return add

    def header_end() -> None:
        headers[bytes(pieces["field"]).lower()] = bytes(pieces["value"])
        pieces["field"].clear()
        pieces["value"].clear()

    def part_end() -> None:
        _, options = parse_options_header(headers.get(b"content-disposition"))
        filename = options.get(b"filename")
        parts.append(
            Part(
                options.get(b"name", b"").decode(errors="replace"),
                bytes(pieces["data"]),
                None if filename is None else filename.decode(errors="replace"),
                headers.get(b"content-type", b"text/plain").decode("latin-1"),
            )
        )
        headers.clear()
        pieces["data"].clear()

    parser = MultipartParser(
        between,
        {  # type: ignore[arg-type]
            "on_header_field": collect("field"),
            "on_header_value": collect("value"),
            "on_header_end": header_end,
            "on_part_data": collect("data"),
            "on_part_end": part_end,
        },
    )
    try:
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise APIError("We could not parse the multipart body of your request.") from None
    return parts
