"""Lesson 10's own functions: what they do where the lesson itself does not come by."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from tests import lessons


def defined(*words: str) -> dict[str, Any]:
    """Return what those cells of the lesson define that have one of these words."""
    names: dict[str, Any] = {"__name__": "lesson_10", "textwrap": textwrap}
    exec("import json\nfrom typing import Any\nFunctionToolParam = Any", names)
    for word in words:
        exec(lessons.source_with(lessons.NOTEBOOKS / "10_tools.ipynb", word), names)
    return names


@pytest.fixture
def names() -> dict[str, Any]:
    """Return the shop and its tools; none of the cells here makes a call."""
    words = ("ORDERS = ", "def find(", "def described(", "class ToolError", "def run(")
    return defined(*words, "def cancelling(", "def proposing(")


def test_a_function_without_types_is_not_described() -> None:
    names = defined("def described(")

    def convert(euros: float, currency):  # type: ignore[no-untyped-def]
        """Convert euros."""

    with pytest.raises(TypeError, match=r"^convert needs a type for: currency\.$"):
        names["described"](convert)
    convert.__annotations__["currency"] = str
    assert names["described"](convert)["parameters"]["required"] == ["euros", "currency"]


def proposed(names: dict[str, Any], number: str) -> str:
    """Propose to cancel an order, as a model would. Return the ticket."""
    names["waiting"].clear()
    tools = {"cancel_order": names["proposing"]("eva")}
    assert "Nothing is cancelled yet" in names["run"](
        "cancel_order", f'{{"number":"{number}"}}', tools
    )
    ((ticket, _),) = names["waiting"]
    return str(ticket)


def test_a_yes_by_a_web_page_counts_once_and_for_its_user(names: dict[str, Any]) -> None:
    ticket, decide = proposed(names, "A-1042"), names["decide"]
    assert decide(ticket, "mallory", True) == "There is nothing to decide."
    assert names["find"]("A-1042")["status"] == "open"
    assert '"cancelled"' in decide(ticket, "eva", True)
    assert decide(ticket, "eva", True) == "There is nothing to decide."


def test_an_order_that_was_shipped_meanwhile_is_not_cancelled(names: dict[str, Any]) -> None:
    ticket = proposed(names, "A-1042")
    with names["shop"] as shop:
        shop.execute("UPDATE orders SET status = 'shipped' WHERE number = 'A-1042'")
    assert names["decide"](ticket, "eva", True).startswith("Error: A-1042 is shipped")
