"""The models that the lessons name: what each can do, and when it will be shut down.

Prices are not here: they come from the package genai-prices. Checked on the date in `CHECKED`
against https://developers.openai.com/api/docs/models and
https://developers.openai.com/api/docs/deprecations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CHECKED = date(2026, 11, 24)
DEFAULT = "gpt-6-luna"

_PAGE = "https://developers.openai.com/api/docs/models"
_ALL = ("none", "low", "medium", "high", "xhigh", "max")
_NO_NONE = _ALL[1:]


@dataclass(frozen=True)
class Model:
    """One model id.

    efforts: the reasoning efforts it accepts; empty for a model that does not reason.
    chat_tools: whether Chat Completions takes function tools: "yes", "no", or "effort none"
        (only with reasoning_effort="none").
    draws: whether it makes pictures (images.generate and images.edit), and no text.
    shutdown: the day from which the API answers 404, or None while none is announced.
    """

    id: str
    released: date
    efforts: tuple[str, ...] = ()
    chat_tools: str = "yes"
    vision: bool = True
    draws: bool = False
    shutdown: date | None = None
    replacement: str | None = None
    source: str = _PAGE

    @property
    def gone(self) -> bool:
        """Whether it was shut down when this table was checked."""
        return self.shutdown is not None and self.shutdown <= CHECKED


_ROWS = (
    Model("gpt-6-luna", date(2026, 9, 22), _ALL, "effort none", source=f"{_PAGE}/gpt-6-luna"),
    Model("gpt-6.1-terra", date(2026, 10, 26), _ALL, "no", source=f"{_PAGE}/gpt-6.1-terra"),
    Model("gpt-6.2-sol", date(2026, 11, 17), _NO_NONE, "no", source=f"{_PAGE}/gpt-6.2-sol"),
    Model("gpt-6.2-astra", date(2026, 11, 17), _NO_NONE, "no", source=f"{_PAGE}/gpt-6.2-astra"),
    Model("gpt-6.1-sol", date(2026, 9, 30), _NO_NONE, "no"),
    Model("gpt-6-sol", date(2026, 9, 22), _ALL, "effort none"),
    Model("gpt-6-astra", date(2026, 9, 3), _NO_NONE, "no"),
    Model("gpt-5.6-luna", date(2026, 7, 9), _ALL, "effort none", source=f"{_PAGE}/gpt-5.6-luna"),
    Model("gpt-image-2.6-flare", date(2026, 11, 4), draws=True),
    Model("gpt-image-2.6-sunburst", date(2026, 11, 4), draws=True),
    # Older models that other people's code still names, so that the mock answers as the API does.
    Model("gpt-4o", date(2024, 5, 13), shutdown=date(2027, 1, 14), replacement="gpt-6-luna"),
    Model("gpt-4o-mini", date(2024, 7, 18), shutdown=date(2027, 1, 14), replacement="gpt-6-luna"),
    Model("gpt-3.5-turbo", date(2023, 3, 1), vision=False, shutdown=date(2026, 10, 23)),
    Model("gpt-4", date(2023, 3, 14), vision=False, shutdown=date(2026, 10, 23)),
    Model("gpt-4-vision-preview", date(2023, 11, 6), shutdown=date(2024, 12, 6)),
)

MODELS = {model.id: model for model in _ROWS}
