"""`/v1/files`: upload a picture once, name it by its id. https://developers.openai.com/api/reference/resources/files"""

from __future__ import annotations

from typing import Any, get_args

from openai.types import FileDeleted, FileObject, FilePurpose

from helpers.mock import errors
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
    call.mock.keep_file(StoredFile(about, file.data))
    return about


def list_files(call: Call) -> dict[str, Any]:
    """Return a page of the files, newest first unless asked. Raises APIError (400)."""
    asked = {name: values[-1] for name, values in call.query.items()}
    order, limit = asked.get("order", "desc"), asked.get("limit", str(MOST_LISTED))
    if order not in ("asc", "desc"):
        raise errors.invalid_value("order", order, ("asc", "desc"))
    if not limit.isdecimal():
        raise errors.invalid_type("limit", "an integer", limit)
    if not 1 <= int(limit) <= MOST_LISTED:
        raise errors.out_of_range(
            "limit", "integer", 1 if limit == "0" else MOST_LISTED, int(limit)
        )
    found = [kept.about.model_dump() for kept in call.mock.files.values()]
    found = [about for about in found if about["purpose"] == asked.get("purpose", about["purpose"])]
    if order == "desc":
        found.reverse()
    if after := asked.get("after"):
        ids = [about["id"] for about in found]
        if after not in ids:
            raise APIError(f"No such File object: {after}", param="after", status=404)
        found = found[ids.index(after) + 1 :]
    data = found[: int(limit)]
    return {
        "object": "list",
        "data": data,
        "has_more": len(found) > len(data),
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
    }


def get(call: Call, name: str) -> FileObject:
    """Return what is known of a file. Raises APIError (404)."""
    return _find(name, call.mock, "id").about


def delete(call: Call, name: str) -> FileDeleted:
    """Forget a file. Raises APIError (404)."""
    del call.mock.files[_find(name, call.mock, "id").about.id]
    return FileDeleted(id=name, object="file", deleted=True)


def content(name: str, mock: Mock, param: str) -> bytes:
    """Return the bytes of an uploaded file. Raises APIError (404)."""
    return _find(name, mock, param).data


def _find(name: str, mock: Mock, param: str) -> StoredFile:
    mock.check_dropped(name)
    kept = mock.files.get(name)
    if kept is None:
        raise APIError(f"No such File object: {name}", param=param, status=404)
    return kept


ROUTES = [
    ("POST", r"/v1/files", post),
    ("GET", r"/v1/files", list_files),
    ("GET", r"/v1/files/([^/]+)", get),
    ("DELETE", r"/v1/files/([^/]+)", delete),
]
