"""What the programs for Python clients ask, and how they tell what came back.

`node/common.mjs` is its twin.
"""

import json
import traceback
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

MODEL = "gpt-6-luna"
UNKNOWN = "gpt-7"
HELLO = "Say hello."
DINNER = "Dinner"
RAIN = "Rain in Oslo?"
MEI = "Hi, I am Mei and I grow tomatoes."
NAME = "What is my name?"
LOOK = "What is it?"
# A PNG of 8 × 8 red pixels.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP8z4AdMOEQH6QSAM1BAQ/oQeJvAAAAAElF"
    "TkSuQmCC"
)
PICTURE = f"data:image/png;base64,{PNG}"
WEATHER = {
    "name": "weather",
    "description": "The weather of a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


class Receipt(BaseModel):
    shop: str
    total: float


def told(ability: str, way: str, ask: Callable[[], Any]) -> None:
    """Tell what `ask` returns, or how it fails, as one line of JSON: a case of an ability."""
    try:
        said = {"said": ask()}
    except Exception:
        said = {"failed": traceback.format_exc()}
    print(json.dumps({"ability": ability, "way": way, **said}))
