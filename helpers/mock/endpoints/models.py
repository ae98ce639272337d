"""`GET /v1/models` and `/v1/models/{id}`. https://developers.openai.com/api/reference/overview"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from openai.types import Model

from helpers.mock import checks
from helpers.mock.http import Call
from helpers.models import MODELS


def list_models(call: Call) -> dict[str, Any]:
    """Return the models that are not shut down."""
    alive = [model(name).model_dump() for name, row in MODELS.items() if not row.gone]
    return {"object": "list", "data": alive}


def get_model(call: Call, name: str) -> Model:
    """Return one model, with its shutdown date if it has one. Raises APIError (404)."""
    return model(checks.model(name).id)


def model(name: str) -> Model:
    """Return a row of the table of models as the API shows it."""
    row = MODELS[name]
    released = datetime.combine(row.released, datetime.min.time(), timezone.utc)
    return Model(
        id=name,
        object="model",
        created=int(released.timestamp()),
        owned_by="openai",
        shutdown_date=row.shutdown.isoformat() if row.shutdown else None,
    )


ROUTES = [("GET", r"/v1/models", list_models), ("GET", r"/v1/models/(.+)", get_model)]
