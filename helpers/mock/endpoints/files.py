"""`/v1/files`: upload a picture once, name it by its id. https://developers.openai.com/api/reference/resources/files"""

from __future__ import annotations

from typing import Any, get_args

from openai.types import FileDeleted, FileObject, FilePurpose

from helpers.mock import errors
from helpers.mock.endpoints import _pages as pages
from helpers.mock.errors import APIError
from helpers.mock.http import Call
from helpers.mock.state import Mock, StoredFile

PURPOSES = list(get_args(FilePurpose))
MOST_LISTED = 10_000
SECONDS = range(3600, 2592000 + 1)


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
    expires: dict[str, Any] = {"expires_at": None}
    if seconds := fields.get("expires_after[seconds]"):
        text = seconds.data.decode(errors="replace")
        if not text.isdecimal() or int(text) not in SECONDS:
            raise APIError(
                f"Invalid 'expires_after.seconds': expected {SECONDS[0]} to {SECONDS[-1]} seconds.",
                param="expires_after.seconds",
            )
        expires["expires_at"] = call.created + int(text)
    about = FileObject(
        id=call.alphanumeric("file-", 22),
        object="file",
        bytes=len(file.data),
        created_at=call.created,
        filename=file.filename,
        purpose=meant,  # type: ignore[arg-type]
        status="processed",
        status_details=None,
        **expires,
    )
    call.mock.files.keep(about.id, StoredFile(about, file.data), len(file.data))
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


def content(name: str, mock: Mock, param: str) -> bytes:
    """Return the bytes of an uploaded file. Raises APIError (404)."""
    return find(name, mock, param).data


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
]
