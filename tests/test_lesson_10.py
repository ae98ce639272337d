"""Lesson 10's own functions: what they do where the lesson itself does not come by."""

from __future__ import annotations

from typing import Any

import pytest

from tests import lessons


def test_a_function_without_types_is_not_described() -> None:
    cells = lessons.code_cells(lessons.read(lessons.NOTEBOOKS / "10_tools.ipynb"))
    (source,) = [cell.source for cell in cells if "def described(" in cell.source]
    names: dict[str, Any] = {"__name__": "lesson_10"}
    exec(f"from typing import Any\nFunctionToolParam = Any\n{source}", names)

    def convert(euros: float, currency):  # type: ignore[no-untyped-def]
        """Convert euros."""

    with pytest.raises(TypeError, match=r"^convert needs a type for: currency\.$"):
        names["described"](convert)
    convert.__annotations__["currency"] = str
    assert names["described"](convert)["parameters"]["required"] == ["euros", "currency"]
