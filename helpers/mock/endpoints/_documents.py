"""Files in a prompt, as both APIs take them: by their bytes, or by the id of an upload.

https://developers.openai.com/api/docs/guides/file-inputs
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from openai.types.chat.chat_completion_content_part_param import FileFile
from openai.types.responses import ResponseInputFileParam

from helpers.mock import checks, errors
from helpers.mock.endpoints import files
from helpers.mock.errors import APIError
from helpers.mock.generation import documents
from helpers.mock.generation.documents import Document
from helpers.mock.generation.messages import Part
from helpers.mock.state import Mock

_PDF = "application/pdf"


def read_chat(part: Mapping[str, Any], at: str, mock: Mock, breakpoint: bool) -> Part:
    """Return a part `file` of a chat: PDFs only. Raises APIError."""
    at = f"{at}.file"
    given = part.get("file")
    if given is None:
        raise errors.missing(at)
    checks.value(FileFile, given, at)
    if given.get("file_id") is None and None in (given.get("file_data"), given.get("filename")):
        # https://github.com/openai/openai-agents-python/pull/1513
        raise errors.missing(f"{at}.file_id")
    wanted = f"with an {_PDF} MIME type (e.g. 'data:{_PDF};base64,SGVsbG8sIFdvcmxkIQ==')"
    data, name, kind = _data(given, at, wanted, "", mock)
    if kind not in (None, _PDF):
        # https://github.com/trpc-group/trpc-agent-go/issues/1816
        raise _invalid(f"{at}.file_data", wanted, f"unsupported MIME type '{kind}'")
    read = documents.read(data, name, at)
    if read is None or read[1].pages is None:
        raise APIError(
            f"(Offline mock) Chat Completions takes PDFs only, and {name} is none.", param=at
        )
    return Part(read[0], document=read[1], breakpoint=breakpoint)


def read_responses(part: Mapping[str, Any], at: str, mock: Mock, breakpoint: bool) -> Part:
    """Return a part `input_file` of Responses: a PDF or a text. Raises APIError.

    What is at an address is not fetched, as with pictures.
    """
    checks.value(ResponseInputFileParam, part, at)
    if part.get("file_id") is None and part.get("file_url") is not None:
        url = part["file_url"]
        return Part(document=Document(url, url=url), breakpoint=breakpoint)
    if part.get("file_id") is None and None in (part.get("file_data"), part.get("filename")):
        # https://github.com/laravel/ai/issues/321
        raise errors.missing(at)
    wanted = "with a valid file MIME type (e.g. 'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ==')"
    supported = (
        " Please see https://platform.openai.com/docs/assistants/tools/file-search#supported-files "
        "for supported file types."
    )
    data, name, kind = _data(part, at, wanted, supported, mock)
    read = documents.read(data, name, at)
    if read is None or (kind == _PDF and read[1].pages is None):
        if kind == _PDF:
            raise APIError(f"(Offline mock) {name} is no PDF.", param=at)
        raise errors.not_simulated(f"input files such as {name}", at)
    return Part(read[0], document=read[1], breakpoint=breakpoint)


def _data(
    given: Mapping[str, Any], at: str, wanted: str, more: str, mock: Mock
) -> tuple[bytes, str, str | None]:
    """Return the bytes of a file, its name, and its MIME type if the request says it."""
    if given.get("file_id") is not None:
        kept = files.find(given["file_id"], mock, f"{at}.file_id")
        return kept.data, kept.about.filename, None
    head, _, text = given["file_data"].partition(",")
    kind = head.removeprefix("data:").removesuffix(";base64")
    try:
        if head != f"data:{kind};base64":
            raise ValueError
        return base64.b64decode(text, validate=True), given["filename"], kind
    except (binascii.Error, ValueError):
        # https://github.com/vercel/ai/issues/7776
        raise _invalid(f"{at}.file_data", wanted, "an invalid base64-encoded value", more) from None


def _invalid(at: str, wanted: str, got: str, more: str = "") -> APIError:
    return APIError(
        f"Invalid file data: '{at}'. Expected a base64-encoded data URL {wanted}, but got {got}."
        f"{more}",
        param=at,
        code="invalid_value",
    )
