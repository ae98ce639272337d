"""Lists by pages, as files, batches and stored objects are listed.

https://developers.openai.com/api/reference/resources/files
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpers.mock import errors
from helpers.mock.errors import APIError
from helpers.mock.http import Call


def page(
    call: Call,
    found: Sequence[dict[str, Any]],
    noun: str | None,
    usual: int = 20,
    most: int = 100,
    order: str = "desc",
) -> dict[str, Any]:
    """Return the page of a list that `limit`, `order` and `after` in the address ask for.

    found: all objects, the oldest first. noun: what one is called in an error, None where it is not
    known how the API words that.
    usual, most: how many objects a page has, unless asked, and at most. order: unless asked.

    Raises APIError.
    """
    asked = {name: values[-1] for name, values in call.query.items()}
    order, limit = asked.get("order", order), asked.get("limit", str(usual))
    if order not in ("asc", "desc"):
        raise errors.invalid_value("order", order, ("asc", "desc"))
    if not limit.isdecimal():
        raise errors.invalid_type("limit", "an integer", limit)
    if not 1 <= int(limit) <= most:
        raise errors.out_of_range("limit", "integer", 1 if limit == "0" else most, int(limit))
    rows = list(found if order == "asc" else reversed(found))
    if after := asked.get("after"):
        ids = [row["id"] for row in rows]
        if after not in ids:
            unknown = f"No such {noun} object: {after}"
            ours = f"(Offline mock) Nothing in this list has the id '{after}'."
            raise APIError(unknown if noun else ours, param="after", status=404)
        rows = rows[ids.index(after) + 1 :]
    data = rows[: int(limit)]
    return listed(data, more=len(rows) > len(data))


def listed(data: Sequence[dict[str, Any]], more: bool) -> dict[str, Any]:
    """Return objects as the API lists them. `more`: whether others follow."""
    return {
        "object": "list",
        "data": data,
        "has_more": more,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
    }
