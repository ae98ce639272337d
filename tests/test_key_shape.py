"""A key's shape: what is taken off around one, what is told of a wrong one, what is shown."""

from __future__ import annotations

import pytest

from helpers.key_shape import clean, fault, mask, pasted

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
    "line",
    [
        "{}", "OPENAI_API_KEY={}", "export OPENAI_API_KEY='{}'", ' OPENAI_API_KEY = "{}" ',
        "OPENAI_API_KEY: {}", '"OPENAI_API_KEY": "{}",', "set OPENAI_API_KEY={}",
        'setx OPENAI_API_KEY "{}"', '$env:OPENAI_API_KEY = "{}"', "openai_api_key={}",
        "Authorization: Bearer {}", "OPENAI_KEY={}", 'OPENAI_API_KEY="{}";', "API_KEY={}",
        "OPENAI_API_KEY=“{}”",
    ],
)  # fmt: skip
def test_a_whole_line_may_be_pasted(line: str) -> None:
    assert pasted(line.format(KEY)) == KEY


@pytest.mark.parametrize("text", ["", "hello", "my key", "sk-proj-FAKE -0000-wxyz", f"<{KEY}>"])
def test_what_is_no_line_stays_as_it_is(text: str) -> None:
    assert pasted(text) == text


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
        ("<sk-your-api-key-goes-here>", "placeholder"),
        (f"{KEY}...", "placeholder"),
        (f"<{KEY}>", "< and > around it"),
        (f"[{KEY}]", "[ and ] around it"),
        (f"{{{KEY}}}", "{ and } around it"),
        (f"{KEY};", "; behind it"),
        (f'{KEY}";', '"; behind it'),
        (f"{KEY},", ", behind it"),
        (f"{KEY}.", ". behind it"),
        (f"{KEY}\\", "\\ behind it"),
        (f"={KEY}", "= in front of it"),
        (f"OPENAI_API_KEY={KEY}", "something in front of it"),
        (f"{KEY}/{KEY}", "too short or has a character"),
        ("my_api_key", "placeholder"),
        ("sk-" + "x" * 24, "placeholder"),
        ("sk-proj-FAKE\n-0000-wxyz", "line break inside"),
        ("sk-proj-FAKE -0000-wxyz", "blank"),
        ("sk-proj-FAKE-0000-wxуz", "a character in it that keys do not have"),
        ("sk-admin-FAKE-0000-wxyz", "OPENAI_ADMIN_KEY"),
        ("FAKE-0000-0000-0000-wxyz", "start with sk-"),
        ("sk-proj-wxyz", "too short"),
        ("sk-proj-FAKE/0000/wxyz", "too short or has a character"),
        ("sk-ant-FAKE0000FAKEwxyz", "Anthropic"),
        ("sk-or-v1-FAKE0000FAKE0000", "OpenRouter"),
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
