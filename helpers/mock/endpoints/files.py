"""`/v1/files`: upload once, name it by its id. https://developers.openai.com/api/reference/resources/files"""

from __future__ import annotations

from typing import Any, get_args

from openai.types import FileDeleted, FileObject, FilePurpose

from helpers.mock import errors
from helpers.mock.endpoints import _pages as pages
from helpers.mock.errors import APIError
from helpers.mock.forms import Part
from helpers.mock.http import Call
from helpers.mock.state import Mock, StoredFile

PURPOSES = list(get_args(FilePurpose))
MOST_LISTED = 10_000
SECONDS = range(3600, 2592000 + 1)
NOT_GIVEN_BACK = ("assistants", "user_data")
"""The purposes of files whose content people were refused.

https://community.openai.com/t/file-uploads-error-why-can-t-i-download-files-with-purpose-user-data/1357013
"""


def post(call: Call) -> FileObject:
    """Keep an uploaded file. Raises APIError."""
    fields = {part.name: part for part in call.form}
    file, purpose = fields.get("file"), fields.get("purpose")
    if file is None:
        raise errors.missing("file")
    if purpose is None:
        raise errors.missing("purpose")
    if (meant := purpose.data.decode(errors="replace")) not in PURPOSES:
        raise errors.invalid_value("purpose", meant, PURPOSES)
    if file.filename is None:
        raise errors.invalid_type("file", "a file", "")
    if not file.data:
        raise APIError("The file is empty.", param="file")
    if meant == "batch":
        _check_batch(file)
    # Files for batches end after 30 days, others never. Seen in a reply of August 2026:
    # https://github.com/BerriAI/litellm/pull/37527
    expires_at = call.created + SECONDS[-1] if meant == "batch" else None
    if seconds := fields.get("expires_after[seconds]"):
        text = seconds.data.decode(errors="replace")
        if not text.isdecimal() or int(text) not in SECONDS:
            raise APIError(
                f"Invalid 'expires_after.seconds': expected {SECONDS[0]} to {SECONDS[-1]} seconds.",
                param="expires_after.seconds",
            )
        expires_at = call.created + int(text)
    return keep(call, file.data, file.filename, meant, expires_at)


def keep(
    call: Call, data: bytes, name: str, purpose: str, expires_at: int | None, part: str = ""
) -> FileObject:
    """Keep a file, and return what the API tells about it. `part` tells files of one call apart."""
    about = FileObject(
        id=call.alphanumeric("file-", 22, part),
        object="file",
        bytes=len(data),
        created_at=call.created,
        filename=name,
        purpose=purpose,  # type: ignore[arg-type]
        status="processed",
        status_details=None,
        expires_at=expires_at,
    )
    call.mock.files.keep(about.id, StoredFile(about, data), len(data))
    return about


def list_files(call: Call) -> dict[str, Any]:
    """Return a page of the files, newest first unless asked. Raises APIError."""
    purpose = call.query.get("purpose", [None])[-1]
    found = [kept.about.model_dump() for kept in call.mock.files]
    found = [about for about in found if purpose in (None, about["purpose"])]
    return pages.page(call, found, "File", MOST_LISTED, MOST_LISTED)


def get(call: Call, name: str) -> FileObject:
    """Return what is known of a file. Raises APIError (404)."""
    return find(name, call.mock, "id").about


def delete(call: Call, name: str) -> FileDeleted:
    """Forget a file. Raises APIError (404)."""
    call.mock.files.forget(find(name, call.mock, "id").about.id)
    return FileDeleted(id=name, object="file", deleted=True)


def get_content(call: Call, name: str) -> bytes:
    """Return the bytes of a file. Raises APIError, also for what the API gives to models only."""
    kept = find(name, call.mock, "id")
    if kept.about.purpose in NOT_GIVEN_BACK:
        raise APIError(f"Not allowed to download files of purpose: {kept.about.purpose}")
    return kept.data


def content(name: str, mock: Mock, param: str) -> bytes:
    """Return the bytes of an uploaded file. Raises APIError (404)."""
    return find(name, mock, param).data


def _check_batch(file: Part) -> None:
    """Refuse what is no file for a batch by its name or its encoding. Raises APIError.

    The words: https://github.com/BerriAI/litellm/pull/37527 and
    https://github.com/mkht/PSOpenAI/issues/19
    """
    if not str(file.filename).endswith(".jsonl"):
        raise APIError("Invalid file format for Batch API. Must be .jsonl")
    try:
        file.data.decode()
    except UnicodeDecodeError:
        raise APIError("Invalid file for Batch API. Must be utf-8 encoded") from None


def find(name: str, mock: Mock, param: str) -> StoredFile:
    """Return an uploaded file. Raises APIError (404)."""
    kept = mock.files.find(name)
    if kept is None:
        raise APIError(f"No such File object: {name}", param=param, status=404)
    return kept


ROUTES = [
    ("POST", r"/v1/files", post),
    ("GET", r"/v1/files", list_files),
    ("GET", r"/v1/files/([^/]+)", get),
    ("DELETE", r"/v1/files/([^/]+)", delete),
    ("GET", r"/v1/files/([^/]+)/content", get_content),
]
