"""Every pytest run here is offline, the same on every computer, and finds `helpers`."""

import pytest

from helpers.upkeep import kernels

kernels.same_everywhere()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what the browser test does for people, not for a proof."""
    parser.addoption(
        "--screenshots",
        action="store_true",
        help="have the browser test keep pictures of every screen in .screenshots",
    )
