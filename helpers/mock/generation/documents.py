"""Documents in a message: the text of a PDF, and of a file that is text.

Of a PDF the API puts the text and a picture of each page before the model; the mock only the text.
https://developers.openai.com/api/docs/guides/file-inputs
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from functools import lru_cache

from helpers.mock.errors import MOCK_ERROR, APIError

# pypdf is imported where it is used: a lesson without a PDF does not wait for it.

MOST_BYTES = 50 * 2**20
"""The largest file in a prompt, by the guide above."""
MOST_PAGES = 500
"""The API has no such limit: reading so many pages takes pypdf some seconds."""
_SMALL = 2**21
"""Bytes up to which a file is remembered with its text."""


@dataclass(frozen=True)
class Document:
    """A file in a prompt: a PDF with so many pages, a text, or what is at a `url`, not fetched."""

    name: str
    pages: int | None = None
    url: str | None = None


def read(data: bytes, name: str, param: str) -> tuple[str, Document] | None:
    """Return the text of a file, and what it is; None for one that is neither PDF nor text.

    Raises APIError for a PDF that cannot be read and for a file that is too large.
    """
    if len(data) > MOST_BYTES:
        raise _refused(f"{name} has more than {MOST_BYTES // 2**20} MB", param)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        text, pages, fault = (_remembered if len(data) <= _SMALL else _read_pdf)(data)
        if fault:
            raise _refused(f"{name} cannot be read: {fault}", param)
        return text, Document(name, pages)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else (text, Document(name))


def describe(document: Document) -> str:
    """Return in a sentence what was read of a document. No model reads it."""
    if document.url is not None:
        return f"The file at {document.url} was not read: offline no file is fetched."
    if document.pages is None:
        return f"The text of {document.name} was counted as input."
    number = f"{document.pages} page{'s' if document.pages != 1 else ''}"
    return (
        f"The text of {document.name}, {number}, was counted as input; pictures of the pages, "
        "which the API adds, are not simulated."
    )


def _refused(why: str, param: str) -> APIError:
    """The 400 for a file. How the API words it is not known."""
    return APIError(f"(Offline mock) {why}.", param=param, code="mock_file", type=MOCK_ERROR)


def _read_pdf(data: bytes) -> tuple[str, int, str]:
    """Return the text of a PDF, its number of pages, and why it cannot be read, if it cannot."""
    import pypdf

    # pypdf writes of every oddity that it could read in spite of.
    log = logging.getLogger("pypdf")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return "", 0, "it is encrypted, with a password"
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            return "", pages, f"it has {pages} pages, and the mock reads up to {MOST_PAGES}"
        return "\n".join(page.extract_text() for page in reader.pages), pages, ""
    except Exception as error:  # A broken file may end in any exception of pypdf's.
        if isinstance(error, pypdf.errors.DependencyError):
            return "", 0, "it is encrypted in a way for which a package is missing here"
        return "", 0, "it is not a complete PDF"
    finally:
        log.setLevel(level)


_remembered = lru_cache(maxsize=16)(_read_pdf)
