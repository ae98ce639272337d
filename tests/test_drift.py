"""What has drifted is found: models, dates, SDK, deprecated calls, links; and told in a report."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers import __main__ as command
from helpers import models, settings
from helpers.mock import server
from helpers.mock.generation.replies import Replies
from helpers.mock.http import Mock
from helpers.upkeep import drift
from helpers.upkeep.drift import Result
from tests import lessons

DAY = timedelta(days=1)
KEY = "sk-proj-FAKE-0000-wxyz"
SHUTDOWN = date(2027, 1, 14)
WORKFLOW = (lessons.ROOT / ".github/workflows/drift.yml").read_text("utf-8")


def notebook(folder: Path, *cells: str, text: str = "", name: str = "00_x.ipynb") -> Path:
    """Write a notebook with one cell of text and these cells of code."""
    new: Any = nbformat.v4
    made = new.new_notebook(
        cells=[new.new_markdown_cell(text), *(new.new_code_cell(cell) for cell in cells)]
    )
    nbformat.write(made, folder / name)  # type: ignore[no-untyped-call]
    return folder / name


@pytest.fixture
def old(tmp_path: Path) -> list[Path]:
    return [notebook(tmp_path, 'MODEL = "gpt-4o"\nprint("gpt-4o, not an id")')]


@pytest.mark.parametrize(("days", "good"), [(61, True), (60, True), (59, False), (-1, False)])
def test_a_model_must_leave_60_days_before_its_end(old: list[Path], days: int, good: bool) -> None:
    table, live = drift.models(old, SHUTDOWN - days * DAY)
    assert table.good is good and live.good is None
    if not good:
        assert table.rows == ("gpt-4o (in 00_x) is shut down on 2027-01-14: use gpt-6-luna",)


def test_the_date_of_the_api_wins_and_the_difference_is_said(old: list[Path]) -> None:
    today = SHUTDOWN - 90 * DAY
    table, live = drift.models(old, today, {"gpt-4o": today + 10 * DAY})
    assert table.good is False and str(today + 10 * DAY) in table.rows[0]
    assert live.good is None and "2027-01-14" in live.rows[0]
    later, _ = drift.models(old, SHUTDOWN - DAY, {"gpt-4o": None})
    assert later.good is True
    same, live = drift.models(old, today, {"gpt-4o": SHUTDOWN})
    assert same.good and live.good
    _, live = drift.models(old, today, {"gpt-6-luna": None})
    assert live.good is None and "does not list it" in live.rows[0]


def test_a_model_that_is_not_in_the_table_is_named(tmp_path: Path) -> None:
    table, _ = drift.models([notebook(tmp_path, '%pip list\nask("gpt-9-moon")')], SHUTDOWN)
    assert table.good is False and "gpt-9-moon (in 00_x) is not in" in table.rows[0]


@pytest.fixture
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LESSONS_MODE", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_settings")
def test_the_api_is_asked_only_with_a_key_and_never_another_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = server.start(lambda: Mock(Replies()))
    assert drift.live_dates(address) is None
    monkeypatch.setenv(settings.KEY, KEY)
    dates = drift.live_dates(address)
    assert dates and dates["gpt-4o"] == SHUTDOWN and dates[models.DEFAULT] is None
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    assert drift.live_dates() is None
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setenv("LESSONS_MODE", "offline")
    assert drift.live_dates(address) is None


@pytest.mark.usefixtures("no_settings")
def test_an_api_that_does_not_answer_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.KEY, KEY)
    monkeypatch.setattr("openai._base_client.BaseClient._calculate_retry_timeout", lambda *_: 0)
    assert drift.live_dates("http://127.0.0.1:9/v1") is None


def test_the_table_of_models_is_checked_every_90_days() -> None:
    assert drift.facts(models.CHECKED + 90 * DAY).good is True
    late = drift.facts(models.CHECKED + 91 * DAY)
    assert late.good is False and str(models.CHECKED) in late.said


def test_facts_older_than_a_year_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "FACTS_READ", drift.FACTS_READ | {"04": date(2025, 11, 1)})
    monkeypatch.delitem(drift.FACTS_READ, "05")
    found = drift.facts(models.CHECKED)
    assert found.good is None
    assert found.rows == ("lesson 04: 2025-11-01", "lesson 05_vision: nobody has said when")


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
    project.write_text('dependencies = [\n    "openai-x>=9,<10",\n    "openai>=3.57,<4",\n]\n')
    project.write_text(project.read_text().replace('    "openai-x>=9,<10",\n', ""))
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


def test_links_to_files_must_lead_to_one(tmp_path: Path) -> None:
    (tmp_path / "a b.md").write_text("[x](#part) [y](https://example.com) [z](mailto:a@b.c)")
    text = "![a](a%20b.md) [b](a%20b.md#part) [c](<a%20b.md>)"
    page = notebook(tmp_path, "# [code](is/not/read)", text=text)
    good = drift.internal_links([page, tmp_path / "a b.md"])
    assert good == Result("links inside", True, "all 3 lead to a file.")
    dead = drift.internal_links([notebook(tmp_path, text=f"{text} [d](gone.md)")])
    assert dead.good is False and dead.rows == ("00_x.ipynb: gone.md",)


class Site(http.server.BaseHTTPRequestHandler):
    """Answers HEAD with 405 for /get, and else with the status that the path names."""

    def do_HEAD(self) -> None:
        self.answer(405 if self.path == "/get" else int(self.path[1:]))

    def do_GET(self) -> None:
        self.answer(200 if self.path == "/get" else int(self.path[1:]))

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


def web(folder: Path, *links: str) -> list[Path]:
    page = folder / "page.md"
    page.write_text("".join(f"[x]({link}), <{link}#part>, {link}.\n" for link in links))
    return [page]


def test_links_to_the_web_are_tried_only_when_asked(tmp_path: Path, site: str) -> None:
    page = web(
        tmp_path, "https://docs.test/a", "http://localhost:1234/v1", "https://api.openai.com/v1"
    )
    assert drift.web_links(page) == {"https://docs.test/a": ["page.md"]}
    quiet = drift.external_links(page, online=False, status=lambda url: 1 / 0)  # type: ignore[arg-type,return-value]
    assert quiet.good is None and quiet.said.startswith("1 were not tried")


@pytest.mark.parametrize(
    ("answers", "good", "rows"),
    [
        (["/200", "/get"], True, []),
        (["/200", "/404"], False, ["404"]),
        (["/410", "/403"], False, ["410", "403"]),
        (["/401", "/429", "/503"], None, ["401", "429", "503"]),
    ],
)
def test_dead_links_to_the_web_are_listed(
    tmp_path: Path, site: str, answers: list[str], good: bool | None, rows: list[str]
) -> None:
    names = {f"https://site.test{answer}": site + answer for answer in answers}
    found = drift.external_links(web(tmp_path, *names), True, lambda url: drift._status(names[url]))
    assert found.good is good
    assert sorted(row.split(":")[0] for row in found.rows) == sorted(rows)


def test_a_server_that_is_not_there_is_dead_unless_none_is(tmp_path: Path, site: str) -> None:
    def status(url: str) -> int | str:
        return drift._status(f"{site}/200" if url.endswith("good") else "http://127.0.0.1:9/")

    page = web(tmp_path, "https://site.test/good", "https://site.test/bad")
    found = drift.external_links(page, True, status)
    assert found.good is False and found.rows == (
        "ConnectError: https://site.test/bad (in page.md)",
    )
    alone = drift.external_links(web(tmp_path, "https://site.test/bad"), True, status)
    assert alone.good is None and "no network here?" in alone.said


def test_house_numbers_are_measured_and_no_gate(tmp_path: Path) -> None:
    page = notebook(tmp_path, "a = 1\n\n# b\n", "x", "x\n" * 9, text="one two three")
    assert drift.measure(page) == {
        "code cells": 3, "lines, median": 2, "lines, p90": 9, "words": 3,
        "markdown per code cell": 0.33, "comments %": 8.3,
    }  # fmt: skip
    found = drift.house_numbers([page])
    assert found.good is None and "*3" in found.rows[-1]


def test_main_fails_if_something_must_be_mended_and_writes_the_report(
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


def test_check_with_lessons_runs_in_the_projects_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(command, "environment", lambda: "the python")

    def call(line: list[str], env: dict[str, str]) -> int:
        ran.append(line)
        return 3

    monkeypatch.setattr("subprocess.call", call)
    assert command.main(["check", "--lessons", "--online"]) == 3
    assert ran == [["the python", "-m", "helpers.upkeep.drift", "--online"]]


def test_the_lessons_links_and_models_are_sound() -> None:
    assert drift.internal_links(drift.pages()).good
    table, live = drift.models(lessons.ALL, date.today())
    assert table.good, table.rows
    assert live.good is None
    assert len(drift.web_links(drift.pages())) > 20


def test_the_scheduled_workflow_runs_the_lowest_sdk_that_is_supported() -> None:
    (lowest,) = [row for row in lessons.ROOT.joinpath("pyproject.toml").read_text().split('"')
                 if row.startswith("openai>=")]  # fmt: skip
    assert json.dumps("openai==" + lowest[len("openai>=") :].split(",")[0] + ".*") in WORKFLOW
    assert json.dumps(lowest) in WORKFLOW
