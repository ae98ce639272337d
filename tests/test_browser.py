"""The lessons in JupyterLab, in a real browser: all cells run, the widgets answer to clicks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import lab

FAKE_KEY = "sk-proj-FAKE-0000-wxyz"
expect.set_options(timeout=20_000)  # a busy computer

if lab.CHROMIUM is None:
    # No browser, no proof: CI installs one, and a run without it must not look like one with it.
    warnings.warn("BROWSER TESTS NOT RUN: install chromium (apt install chromium).", stacklevel=1)
    pytest.skip("chromium is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with lab.jupyter_lab(folder) as address:
        yield address


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with lab.browser_page() as page:
        yield page


def run(page: Page, address: str, lesson: str) -> None:
    lab.open_lesson(page, address, lesson)
    lab.run_all(page)
    assert lab.errors(page) == []
    expect(page.locator(".jp-Notebook")).to_contain_text("Lessons: offline.")


def test_start_here(page: Page, address: str) -> None:
    run(page, address, "00_start_here.ipynb")
    lab.screenshot(page, "00")


def test_key_box(page: Page, address: str, folder: Path) -> None:
    run(page, address, "01_key_setup.ipynb")
    box = page.locator(".jp-OutputArea-output .widget-vbox").filter(
        has=page.locator("input[type=password]")
    )
    field, said = box.locator("input"), box.locator(".widget-html").last
    field.fill("hello")
    box.get_by_role("button", name="Check").click()
    expect(said).to_contain_text("OpenAI's keys start with sk-")
    field.fill(f'"{FAKE_KEY}" ')
    box.get_by_role("button", name="Check").click()
    expect(said).to_contain_text("has the shape of a key")
    box.get_by_role("button", name="Save").click()
    expect(said).to_contain_text("sk-proj-…wxyz is saved in .env")
    expect(field).to_have_value("")
    assert f"OPENAI_API_KEY={FAKE_KEY}" in (folder / ".env").read_text()
    box.screenshot(path=lab.SCREENSHOTS / "key_box.png")
    lab.screenshot(page, "01")
    box.get_by_role("button", name="Delete").click()
    expect(said).to_contain_text("The key is out of .env")
    assert FAKE_KEY not in (folder / ".env").read_text()
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1000)
    assert FAKE_KEY not in (folder / "notebooks/01_key_setup.ipynb").read_text("utf-8").replace(
        f'fake = \\"{FAKE_KEY}\\"', ""
    ).replace(f"OPENAI_API_KEY='{FAKE_KEY}'", "")


def test_chat_panel(page: Page, address: str) -> None:
    run(page, address, "04_chat.ipynb")
    lab.screenshot(page, "04")
    panel = page.locator(".jp-OutputArea-output .widget-vbox").filter(
        has=page.get_by_role("button", name="Stop")
    )
    field, send, stop = (
        panel.locator("input"),
        panel.get_by_role("button", name="Send"),
        panel.get_by_role("button", name="Stop"),
    )
    field.fill("Say hello.")
    field.press("Enter")
    expect(panel).to_contain_text("Hello! How can I help you today?")
    expect(panel).to_contain_text("tokens in")
    field.fill("Explain recursion in three sentences.")
    send.click()
    expect(panel).to_contain_text("Recursion is when")
    stop.click()
    expect(panel).to_contain_text("Stopped.")
    expect(panel).not_to_contain_text("on the way back up")
    panel.screenshot(path=lab.SCREENSHOTS / "chat_panel.png")
    field.fill("A prompt that no lesson has")
    send.click()
    expect(panel).to_contain_text("(Offline mock)")


def test_cost_calculator(page: Page, address: str) -> None:
    run(page, address, "02_usage_and_billing.ipynb")
    lab.screenshot(page, "02")
    calculator = page.locator(".jp-OutputArea-output .widget-vbox").filter(has_text="Calls a day")
    given, made, calls = (calculator.locator("input[type=number]").nth(place) for place in range(3))
    for field, value in ((given, "2000"), (made, "500"), (calls, "1000")):
        field.fill(value)
        field.press("Tab")
    expect(calculator).to_contain_text("One call $0.00045")
    expect(calculator).to_contain_text("a month of 30 days $13.50")
    calculator.locator("select").select_option("gpt-6-sol")
    expect(calculator).to_contain_text("a month of 30 days $270.00")
    calculator.screenshot(path=lab.SCREENSHOTS / "cost_calculator.png")
    calculator.locator("select").select_option("gpt-6.2-sol")
    expect(calculator).to_contain_text("The price of gpt-6.2-sol is not known")
    given.fill("-5")
    given.press("Tab")
    expect(given).to_have_value("0")


def test_image_picker(page: Page, address: str, folder: Path) -> None:
    run(page, address, "05_vision.ipynb")
    picker = page.locator(".jp-OutputArea-output .widget-vbox").filter(
        has=page.get_by_role("button", name="Choose a picture")
    )
    ask = picker.get_by_role("button", name="Ask")
    expect(ask).to_be_disabled()

    def choose(file: Path) -> None:
        with page.expect_file_chooser() as opened:
            picker.get_by_role("button", name="Choose a picture").click()
        opened.value.set_files(file)

    choose(folder / "notebooks/images/city_at_night.png")
    expect(picker).to_contain_text("city_at_night.png: PNG, 1536 × 1024 pixels")
    expect(picker).to_contain_text("1,849 tokens · US$ 0.000185")
    picker.locator("select").select_option("low")
    expect(picker).to_contain_text("217 tokens")
    expect(picker.locator("img")).to_be_visible()
    ask.click()
    expect(picker).to_contain_text("A city at night: towers with lit windows")
    expect(picker).to_contain_text("tokens in")
    picker.screenshot(path=lab.SCREENSHOTS / "image_picker.png")
    choose(folder / "notebooks/05_vision.ipynb")
    expect(picker).to_contain_text("✗ 05_vision.ipynb: that is no picture")
    expect(ask).to_be_disabled()
    lab.screenshot(page, "05")


def test_environment_and_its_check_up(page: Page, address: str) -> None:
    run(page, address, "03_environment.ipynb")
    lab.screenshot(page, "03")
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="✓ kernel")).to_contain_text("✓ packages")
    faulty = outputs.filter(has_text="✗ TLS")
    for fault in ("✗ .env", "✗ base URL", "✗ proxy"):
        expect(faulty).to_contain_text(fault)


def test_receipts_become_a_table_and_a_plot(page: Page, address: str) -> None:
    run(page, address, "06_json.ipynb")
    lab.screenshot(page, "06")
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="10/10")).to_contain_text("8 good, 2 set aside")
    expect(outputs.locator("table")).to_contain_text("Trattoria Roma")
    expect(outputs.locator("img").last).to_be_visible()
