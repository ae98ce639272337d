"""What has drifted is found: models, dates, SDK, deprecated calls, links; and told in a report."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2
import nbformat
import pytest

from helpers import lessons as series
from helpers import models
from helpers.mock.state import Mock
from helpers.mock.transport import transport
from helpers.upkeep import drift
from helpers.upkeep.drift import Result
from tests import lessons

DAY = timedelta(days=1)
KEY = "sk-proj-FAKE-0000-wxyz"
SHUTDOWN = date(2027, 1, 14)


def notebook(folder: Path, *cells: str, text: str = "", name: str = "00_x.ipynb") -> Path:
    """Write a notebook with one cell of text and these cells of code."""
    new: Any = nbformat.v4
    made = new.new_notebook(
        cells=[new.new_markdown_cell(text), *(new.new_code_cell(cell) for cell in cells)]
    )
    nbformat.write(made, folder / name)  # type: ignore[no-untyped-call]
    return folder / name


# -- Models ------------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> list[Path]:
    return [notebook(tmp_path, 'MODEL = "gpt-4o"\nprint("gpt-4o, not an id")')]


@pytest.mark.parametrize(("days", "good"), [(61, True), (60, True), (59, False), (-1, False)])
def test_a_model_must_leave_60_days_before_its_end(old: list[Path], days: int, good: bool) -> None:
    table, live = drift.models(old, SHUTDOWN - days * DAY)
    assert table.good is good and live.good is None
    told = "gpt-4o (in 00_x) is shut down on 2027-01-14: use gpt-6-luna"
    assert table.rows == (() if good else (told,))


@pytest.mark.parametrize(
    ("dates", "table", "live", "told"),
    [
        ({"gpt-4o": SHUTDOWN}, True, True, ""),
        ({"gpt-4o": SHUTDOWN - 80 * DAY}, False, None, "helpers/models.py 2027-01-14"),
        ({"gpt-4o": None}, True, None, "the API says None"),
        ({"gpt-6-luna": None}, True, None, "does not list it"),
    ],
)
def test_the_date_of_the_api_wins_and_a_difference_is_told(
    old: list[Path], dates: dict[str, date | None], table: bool, live: bool | None, told: str
) -> None:
    in_table, of_api = drift.models(old, SHUTDOWN - 90 * DAY, dates)
    assert (in_table.good, of_api.good) == (table, live)
    assert told in "".join(of_api.rows)


def test_a_model_that_is_not_in_the_table_is_named(tmp_path: Path) -> None:
    table, _ = drift.models([notebook(tmp_path, '%pip list\nask("gpt-9-moon")')], SHUTDOWN)
    assert table.good is False and "gpt-9-moon (in 00_x) is not in" in table.rows[0]


def test_the_api_is_asked_only_with_a_key_and_never_another_server(
    computer: Path, monkeypatch: pytest.MonkeyPatch, answered_by: Any, mock: Mock
) -> None:
    answered_by(transport(mock).handle_request)
    assert drift.live_dates() is None
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    dates = drift.live_dates()
    assert dates and dates["gpt-4o"] == SHUTDOWN and dates[models.DEFAULT] is None
    for name, value in (("OPENAI_BASE_URL", "http://llm.example/v1"), ("LESSONS_MODE", "offline")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert drift.live_dates() is None


def test_an_api_that_does_not_answer_is_no_fault(
    computer: Path, monkeypatch: pytest.MonkeyPatch, answered_by: Any
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    answered_by(lambda request: httpx2.Response(401, json={}))
    assert drift.live_dates() is None


# -- Facts and the SDK -------------------------------------------------------------------------


def test_the_table_of_models_is_checked_every_90_days() -> None:
    assert drift.facts(models.CHECKED + 90 * DAY).good is True
    late = drift.facts(models.CHECKED + 91 * DAY)
    assert late.good is False and str(models.CHECKED) in late.said


def test_facts_older_than_a_year_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = series.about
    old = {"04": date(2025, 11, 1)}

    def about(path: Path) -> series.About:
        return replace(told(path), facts_read=old.get(path.name[:2], models.CHECKED))

    monkeypatch.setattr(series, "about", about)
    found = drift.facts(models.CHECKED)
    assert found.good is None
    assert found.rows == ("lesson 04: 2025-11-01",)


def test_a_recorded_reply_has_its_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "helpers/mock/replies"
    folder.mkdir(parents=True)
    recorded = "{model: gpt-6-luna, date: 2025-01-02}"
    (folder / "00.yaml").write_text(f"- {{prompt: Hi, reply: Yo, recorded: {recorded}}}\n")
    monkeypatch.setattr(drift, "ROOT", tmp_path)
    assert ("a reply recorded for 'Hi' in 00.yaml", date(2025, 1, 2)) in list(drift.dated())


@pytest.mark.parametrize(
    ("version", "good"), [("3.57.0", True), ("3.99.1", True), ("3.56.9", False), ("4.0.0", False)]
)
def test_the_sdk_is_inside_the_supported_range(tmp_path: Path, version: str, good: bool) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('dependencies = [\n    "openai>=3.57,<4",\n    "pandas>=2",\n]\n')
    assert drift.sdk(version, project).good is good


def test_deprecated_calls_and_failing_cells_are_found(tmp_path: Path) -> None:
    set_up = "from helpers import setup\nsetup()\nfrom openai import OpenAI\nclient = OpenAI()"
    bad = notebook(
        tmp_path,
        set_up,
        "try:\n    client.images.create_variation(image=b'')\nexcept Exception:\n    pass",
        "import warnings\nwarnings.warn('a cell of ours', FutureWarning)",
        "warnings.warn_explicit('of another package', DeprecationWarning, 'pandas/x.py', 1)",
        "1 / 0",
    )
    good = notebook(tmp_path, set_up, "%matplotlib inline\nclient.models.list();", name="01.ipynb")
    found = drift.deprecations([good, bad])
    assert found.good is False
    assert [row.split(": ", 1)[1] for row in found.rows] == [
        "deprecated",
        "a cell of ours",
        "ZeroDivisionError: division by zero",
    ]
    assert all(row.startswith("00_x, cell ") for row in found.rows)


# -- Links -------------------------------------------------------------------------------------


def test_links_to_files_must_lead_to_one(tmp_path: Path) -> None:
    (tmp_path / "a b.md").write_text("[x](#part) [y](https://example.com) [z](mailto:a@b.c)")
    text = "![a](a%20b.md) [b](a%20b.md#part) [c](<a%20b.md>)"
    page = notebook(tmp_path, "# [code](is/not/read)", text=text)
    good = drift.internal_links([page, tmp_path / "a b.md"])
    assert good == Result("links inside", True, "all 3 lead to a file.")
    dead = drift.internal_links([notebook(tmp_path, text=f"{text} [d](gone.md)")])
    assert dead.good is False and dead.rows == ("00_x.ipynb: gone.md",)


def web(folder: Path, *links: str) -> list[Path]:
    page = folder / "page.md"
    page.write_text("".join(f"[x]({link}), <{link}#part>, {link}.\n" for link in links))
    return [page]


def test_links_to_the_web_are_tried_only_when_asked(tmp_path: Path, answered_by: Any) -> None:
    tried = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        tried.append(str(request.url))
        return httpx2.Response(200)

    answered_by(answer)
    page = web(
        tmp_path, "https://docs.test/a", "http://localhost:1234/v1", "https://api.openai.com/v1"
    )
    assert drift.web_links(page) == {"https://docs.test/a": ["page.md"]}
    quiet = drift.external_links(page, online=False)
    assert quiet.good is None and quiet.said.startswith("1 were not tried") and tried == []
    assert drift.external_links(page, online=True).good and tried == ["https://docs.test/a"]


@pytest.mark.parametrize(
    ("answers", "good", "rows"),
    [
        (["/200", "/get"], True, []),
        (["/200", "/404"], False, ["404"]),
        (["/410", "/403"], False, ["410", "403"]),
        (["/401", "/429", "/503"], None, ["401", "429", "503"]),
        (["/200", "/none"], False, ["ConnectError"]),
        (["/none"], None, []),
    ],
)
def test_dead_links_to_the_web_are_listed(
    tmp_path: Path, answered_by: Any, answers: list[str], good: bool | None, rows: list[str]
) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        """Answer with the status in the path; with 405 to HEAD for /get; not at all for /none."""
        end = request.url.path[1:]
        if end == "none":
            raise httpx2.ConnectError("nobody there")
        if end == "get":
            return httpx2.Response(405 if request.method == "HEAD" else 200)
        return httpx2.Response(int(end))

    answered_by(answer)
    found = drift.external_links(web(tmp_path, *(f"https://site.test{a}" for a in answers)), True)
    assert found.good is good
    assert [row.split(":")[0] for row in found.rows] == rows
    assert ("no network here?" in found.said) == (answers == ["/none"])


# -- The report --------------------------------------------------------------------------------


def test_house_numbers_are_measured_and_no_gate(tmp_path: Path) -> None:
    page = notebook(tmp_path, "a = 1\n\n# b\n", "x", "x\n" * 9, text="one two three")
    assert drift.measure(page) == {
        "code cells": 3, "lines, median": 2, "lines, p90": 9, "words": 3,
        "markdown per code cell": 0.33, "comments %": 8.3,
    }  # fmt: skip
    found = drift.house_numbers([page])
    assert found.good is None and "*3" in found.rows[-1]


def test_the_command_fails_if_something_must_be_mended_and_writes_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [Result("a", True, "fine."), Result("b", None, "look:", ("row",))]
    monkeypatch.setattr(drift, "results", lambda today, online: iter(told))
    report = tmp_path / "report.md"
    assert drift.main(["--markdown", str(report)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "✓ a              fine.", "! b              look:", "    row",
    ]  # fmt: skip
    assert report.read_text("utf-8").startswith("**Nothing to mend.**")
    told.append(Result("c", False, "broken."))
    assert drift.main(["--markdown", str(report)]) == 1
    first, rest = report.read_text("utf-8").split("\n\n", 1)
    assert first.startswith("**1 to mend.**") and rest.startswith("- ✗ **c**: broken.")


def test_the_lessons_links_and_models_are_sound() -> None:
    inside = drift.internal_links(drift.pages())
    assert inside.good, inside.rows
    table, live = drift.models(lessons.ALL, date.today())
    assert table.good, table.rows
    assert live.good is None
    assert len(drift.web_links(drift.pages())) > 20


def test_the_scheduled_workflow_runs_the_lowest_sdk_that_is_supported() -> None:
    workflow = (lessons.ROOT / ".github/workflows/drift.yml").read_text("utf-8")
    project = (lessons.ROOT / "pyproject.toml").read_text("utf-8")
    (supported,) = [part for part in project.split('"') if part.startswith("openai>=")]
    lowest = supported.removeprefix("openai>=").split(",")[0]
    assert json.dumps(f"openai=={lowest}.*") in workflow and json.dumps(supported) in workflow
