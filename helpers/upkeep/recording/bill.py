"""What calls to the real API have cost, by their usage and genai-prices."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from helpers.prices import price


@dataclass
class Bill:
    """The sum of some calls: tokens given and made, and US dollars.

    unpriced: the models asked for whose price is not known; their dollars are missing.
    """

    calls: int = 0
    given: int = 0
    made: int = 0
    dollars: Decimal = Decimal(0)
    unpriced: set[str] = field(default_factory=set)

    def add(self, came: dict[str, Any], model: str) -> None:
        """Add a call by the body that came back. `model` is the one asked for."""
        usage = came.get("usage") or {}
        # Chat and responses name the same numbers differently.
        given = usage.get("prompt_tokens", usage.get("input_tokens", 0))
        made = usage.get("completion_tokens", usage.get("output_tokens", 0))
        details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
        self.calls += 1
        self.given += given
        self.made += made
        # The dated name that came back may be unknown where the one asked for is not.
        names = (str(came.get("model")), model)
        known = (_dollars(name, given, made, details) for name in names if usage)
        dollars = next((dollars for dollars in known if dollars is not None), None)
        if dollars is None:
            self.unpriced.add(model)
        # https://developers.openai.com/api/docs/guides/batch and …/flex-processing
        half = came.get("object") == "batch" or came.get("service_tier") == "flex"
        self.dollars += (dollars or Decimal(0)) / (2 if half else 1)


def _dollars(model: str, given: int, made: int, details: dict[str, Any]) -> Decimal | None:
    cached = details.get("cached_tokens") or 0
    written = details.get("cache_write_tokens") or 0
    return price(model, given, made, cached=cached, cache_written=written)
