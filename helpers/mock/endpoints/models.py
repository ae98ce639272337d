"""`GET /v1/models` and `/v1/models/{id}`. https://developers.openai.com/api/reference/overview"""

from __future__ import annotations

from datetime import datetime, time, timezone
from typing import Any

from openai import types

from helpers.mock.errors import APIError
from helpers.mock.http import Call
from helpers.models import CHECKED, Model, find, known

# `created` and `owned_by` as the API gave them. https://github.com/open-webui/open-webui/issues/5502
# and https://github.com/marcelsamyn/open-webui-utils/issues/1
_RECORDED = {
    "gpt-4o": (1715367049, "system"),
    "gpt-4o-2024-11-20": (1731975040, "system"),
    "text-embedding-ada-002": (1671217299, "openai-internal"),
    "text-embedding-3-small": (1705948997, "system"),
    "tts-1": (1681940951, "openai-internal"),
    "tts-1-hd": (1699046015, "system"),
    "whisper-1": (1677532384, "openai-internal"),
}


def list_models(call: Call) -> dict[str, Any]:
    """Return the models that are not shut down."""
    alive = [shown(row).model_dump() for row in known().values() if not row.gone]
    return {"object": "list", "data": alive}


def get_model(call: Call, name: str) -> types.Model:
    """Return one model, with its shutdown date if it has one. Raises APIError (404)."""
    row = find(name)
    if row is None or row.gone:
        raise APIError(
            f"The model '{name}' does not exist", param="model", code="model_not_found", status=404
        )
    return shown(row)


def shown(row: Model) -> types.Model:
    """Return a row of the table of models as the API shows it.

    Where `created` was not recorded from the API, it is the beginning of the day of release, in
    UTC; where that is not known either, the day on which the table was checked stands for it.
    """
    day = datetime.combine(row.released or CHECKED, time(), timezone.utc)
    created, owner = _RECORDED.get(row.id, (int(day.timestamp()), "system"))
    return types.Model(
        id=row.id,
        object="model",
        created=created,
        owned_by=owner,
        shutdown_date=row.shutdown.isoformat() if row.shutdown else None,
    )


ROUTES = [("GET", r"/v1/models", list_models), ("GET", r"/v1/models/(.+)", get_model)]
