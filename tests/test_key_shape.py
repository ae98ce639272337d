"""A key's shape: what is taken off around one, what is told of a wrong one, what is shown."""

from __future__ import annotations

import pytest

from helpers.key_shape import clean, fault, mask

KEY = "sk-proj-FAKE-0000-wxyz"


@pytest.mark.parametrize(
    "pasted",
    [
        "{}", "  {}\t", "{}\r\n", '"{}"', "'{}'", "`{}`", "“{}”", "‘{}’", "\ufeff{}",
        "\u200b{}\u00a0", "Bearer {}", 'bearer  "{}"', '"Bearer {}"',
    ],
)  # fmt: skip
def test_what_pasting_puts_around_a_key_is_taken_off(pasted: str) -> None:
    assert clean(pasted.format(KEY)) == KEY


@pytest.mark.parametrize(
    "key",
    [
        KEY,
        "sk-FAKE0000FAKE0000wxyz",
        "sk-svcacct-FAKE-0000-wxyz",
        # Keys are random: a placeholder's letters may stand in one.
        "sk-proj-FAKE-0my-0xXx-wxyz",
        "sk-proj-FAKE-0Your0-wxyz",
    ],
)
def test_a_key_of_the_right_shape_has_no_fault(key: str) -> None:
    assert fault(key) is None


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", "empty"),
        ("sk-...", "placeholder"),
        ("sk-proj-…", "placeholder"),
        ("sk-your-api-key-goes-here", "placeholder"),
        ("<my API key>", "placeholder"),
        ("my_api_key", "placeholder"),
        ("sk-" + "x" * 24, "placeholder"),
        ("sk-proj-FAKE\n-0000-wxyz", "line break inside"),
        ("sk-proj-FAKE -0000-wxyz", "blank"),
        ("sk-proj-FAKE-0000-wxуz", "a character in it that keys do not have"),
        ("sk-admin-FAKE-0000-wxyz", "OPENAI_ADMIN_KEY"),
        ("FAKE-0000-0000-0000-wxyz", "start with sk-"),
        ("sk-proj-wxyz", "too short"),
        ("sk-proj-FAKE/0000/wxyz", "too short or has a character"),
    ],
)
def test_a_fault_is_told_without_repeating_the_key(key: str, problem: str) -> None:
    said = fault(key)
    assert said and problem in said
    assert len(key) < 12 or key not in said


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (KEY, "sk-proj-…wxyz"),
        ("sk-admin-FAKE-0000-wxyz", "sk-admin-…wxyz"),
        ("sk-FAKE0000FAKE0000wxyz", "sk-…wxyz"),
        ("a-pass-phrase-of-27-letters", "…ters"),
        ("sk-proj-hunter2", "…"),
        ("", "…"),
    ],
)
def test_a_mask_shows_the_kind_and_the_last_four(key: str, shown: str) -> None:
    assert mask(key) == shown
