"""The key box: a key is checked, saved and deleted, shown masked only, and left in no notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import ipywidgets
import pytest

from helpers import keys, settings
from helpers.widgets.key_box import key_box
from tests.widgets.parts import button, field, shown, within

KEY, OTHER = "sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd"
NAME = settings.KEY


def enter(box: Any, text: str) -> None:
    """Type and press Enter: the browser sends the key that was pressed, then the value."""
    password = field(box, ipywidgets.Password)
    password._handle_custom_msg({"event": "submit"}, [])
    password.value = text


def put(box: Any, text: str, click: str = "") -> None:
    """Type, leave the field and click a button."""
    field(box, ipywidgets.Password).value = text
    if click:
        button(box, click).click()


def saved(computer: Path) -> str:
    return (computer / ".env").read_text() if (computer / ".env").exists() else ""


@pytest.mark.parametrize(
    "line", ["{}", ' "{}" ', "export OPENAI_API_KEY='{}'", "OPENAI_API_KEY: {}"]
)
def test_a_key_or_a_whole_line_is_saved(computer: Path, line: str) -> None:
    box = key_box()
    put(box, line.format(KEY), "Save")
    assert saved(computer) == f"{NAME}={KEY}\n"
    assert "sk-proj-…wxyz is saved in .env" in shown(box) and KEY not in shown(box)


def test_enter_saves(computer: Path) -> None:
    box = key_box()
    enter(box, KEY)
    assert saved(computer) == f"{NAME}={KEY}\n"
    # Leaving the field does not.
    put(box, OTHER)
    assert saved(computer) == f"{NAME}={KEY}\n"
    enter(box, OTHER)
    assert saved(computer) == f"{NAME}={OTHER}\n"


@pytest.mark.parametrize("click", ["", "Check", "Save", "Delete", "Yes, delete it", "Keep it"])
def test_a_key_that_was_typed_is_in_no_state_of_a_widget(
    computer: Path, monkeypatch: pytest.MonkeyPatch, click: str
) -> None:
    (computer / ".env").write_text(f"{NAME}={OTHER}\n")
    monkeypatch.setenv(settings.MODE, "offline")
    box = key_box()
    assert field(box, ipywidgets.Password).continuous_update is False
    put(box, KEY, click)
    assert field(box, ipywidgets.Password).value == ""
    text = json.dumps([part.get_state() for part in within(box)], default=str)
    assert KEY not in text and OTHER not in text and "FAKE" not in text


def test_what_is_saved_and_where_is_shown(computer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: computer.parent)
    place = f"in the folder ~/{computer.name}"
    box = key_box()
    assert f"No key is saved yet. Save puts one into .env {place}." in shown(box)
    put(box, KEY, "Save")
    assert f"Saved: sk-proj-…wxyz in .env {place}." in shown(box)
    assert "Run setup() again" in shown(box)
    # What wins, and what is wrong with the file.
    monkeypatch.setenv(NAME, OTHER)
    assert "setup() uses another key: sk-proj-…abcd from the environment" in shown(key_box())
    put(box, KEY, "Save")
    assert "setup() uses another key" in shown(box) and "Run setup()" not in shown(box)
    monkeypatch.delenv(NAME)
    (computer / ".env").write_text(f"{NAME}: {KEY}")
    assert ".env, line 1 has a colon where = belongs" in shown(key_box())


def test_in_a_test_it_shows_nothing_of_the_computer(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.save(KEY)
    monkeypatch.setenv(settings.MODE, "test")
    assert "wxyz" not in shown(key_box()) and str(computer) not in shown(key_box())


def test_delete_asks_before(computer: Path) -> None:
    keys.save(KEY)
    box = key_box()
    button(box, "Delete").click()
    assert saved(computer) and "Delete sk-proj-…wxyz" in shown(box)
    button(box, "Keep it").click()
    assert saved(computer) and "Delete" not in shown(box)
    button(box, "Delete").click()
    button(box, "Yes, delete it").click()
    assert saved(computer) == "" and "The key is out of .env" in shown(box)
    button(box, "Delete").click()
    assert "There is no key in .env" in shown(box)
    assert button(box, "Yes, delete it") and box.children[-1].layout.display == "none"


def test_another_projects_key_is_not_deleted(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.save(KEY)
    (computer / "lessons").mkdir()
    monkeypatch.setattr(settings, "own_folder", lambda: computer / "lessons")
    monkeypatch.chdir("lessons")
    box = key_box()
    assert f"setup() uses another key: sk-proj-…wxyz from .env in {computer}" in shown(box)
    button(box, "Delete").click()
    assert "There is no key in .env" in shown(box) and KEY in saved(computer)


def test_check_asks_with_what_was_typed_or_else_with_what_is_saved(
    computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def try_live(key: str) -> str:
        tried.append(key)
        return "✓ The key works: it can use 2 models."

    monkeypatch.setattr(keys, "try_live", try_live)
    box = key_box()
    button(box, "Check").click()
    assert "There is no key to check" in shown(box) and tried == []
    put(box, "hello", "Check")
    assert "OpenAI's keys start with sk-" in shown(box) and tried == []
    keys.save(OTHER)
    button(box, "Check").click()
    assert "sk-proj-…abcd: ✓ The key works" in shown(box)
    put(box, KEY, "Check")
    assert tried == [OTHER, KEY]
    # What was checked can be saved without being typed again.
    button(box, "Save").click()
    assert saved(computer) == f"{NAME}={KEY}\n"


def test_with_another_server_the_shape_is_not_judged(
    computer: Path, monkeypatch: pytest.MonkeyPatch, answered_by: Any
) -> None:
    (computer / ".env").write_text(f"{NAME}=ollama\nOPENAI_BASE_URL=http://localhost:1/v1\n")
    answered_by(lambda _: httpx2.Response(200, json={"data": []}))
    box = key_box()
    button(box, "Check").click()
    assert "✓ The key works" in shown(box)
    (computer / ".env").write_text(f"{NAME}={KEY}\nOPENAI_API_BASE=http://localhost:1/v1\n")
    button(box, "Check").click()
    assert "OPENAI_API_BASE" in shown(box) and "✓" not in shown(box)


@pytest.mark.parametrize("mode", ["offline", "test"])
def test_offline_nobody_is_asked(
    computer: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(keys, "try_live", None)
    monkeypatch.setenv(settings.MODE, mode)
    box = key_box()
    put(box, KEY, "Check")
    assert "sk-proj-…wxyz has the shape of a key. OpenAI was not asked" in shown(box)


@pytest.mark.parametrize(
    ("click", "name"),
    [("Check", "try_live"), ("Save", "save"), ("Yes, delete it", "delete")],
)
@pytest.mark.parametrize(
    "error", [ImportError("socksio"), UnicodeEncodeError("ascii", "“", 0, 1, "x"), KeyError(KEY)]
)
def test_whatever_goes_wrong_a_sentence_is_said_and_the_buttons_are_free(
    computer: Path, monkeypatch: pytest.MonkeyPatch, click: str, name: str, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    keys.save(OTHER)
    monkeypatch.setattr(keys, name, fail)
    box = key_box()
    button(box, "Delete").click()
    put(box, KEY, click)
    assert "✗" in shown(box) and KEY not in shown(box) and "Asking" not in shown(box)
    assert not any(getattr(part, "disabled", False) for part in within(box))


def test_a_file_that_cannot_be_read_is_told(computer: Path) -> None:
    (computer / ".env").write_bytes(b"A\0=b\n")
    box = key_box()
    assert ".env is not saved as UTF-8 text" in shown(box)
    for click in ("Check", "Delete"):
        button(box, click).click()
        assert "✗" in shown(box)
    put(box, KEY, "Save")
    assert "✗" in shown(box) and (computer / ".env").read_bytes() == b"A\0=b\n"
