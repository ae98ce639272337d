"""The lessons in JupyterLab, in a real browser: all cells run, the widgets answer to clicks."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import lab

Look = Callable[..., None]
FAKE_KEY = "sk-proj-FAKE-0000-wxyz"
DELETE = re.compile("Delete$")  # not "Yes, delete it"
CURRENT = re.compile("lm-mod-current")
expect.set_options(timeout=20_000)  # a busy computer

if lab.CHROMIUM is None:
    # No browser, no proof: CI installs one, and a run without it must not look like one with it.
    warnings.warn("BROWSER TESTS NOT RUN: install chromium (apt install chromium).", stacklevel=1)
    pytest.skip("chromium is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lessons", numbered=False)


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with lab.jupyter_lab(folder) as address:
        yield address


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with lab.browser_page() as page:
        yield page


@pytest.fixture(scope="module")
def odd_server() -> Iterator[str]:
    """Yield the address of a server that is silent below /silence, and sends a page elsewhere."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path.startswith("/silence"):
                ended.wait()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Welcome to nginx!</title>")

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        ended.set()
        server.shutdown()


@pytest.fixture
def look(page: Page, pytestconfig: pytest.Config) -> Look:
    """Keep pictures of the page, for people to look at, if --screenshots asks for them."""

    def look(name: str, part: Locator | None = None) -> None:
        if pytestconfig.getoption("screenshots"):
            lab.screenshot(page, name, part)

    return look


def run(page: Page, address: str, lesson: str) -> None:
    lab.open_lesson(page, address, lesson)
    lab.run_all(page)
    assert lab.errors(page) == []
    expect(page.locator(".jp-Notebook")).to_contain_text("Lessons: offline.")


def test_start_here(page: Page, address: str, look: Look) -> None:
    run(page, address, "00_start_here.ipynb")
    look("00")
    first = page.locator("h2", has_text="Set up the notebook").first
    first.evaluate("heading => heading.scrollIntoView()")
    expect(page.get_by_text("it starts to bite.").first).to_be_in_viewport()
    look("lesson", page.locator(".jp-LabShell"))  # notebooks/images/lesson.png, for the README


def test_key_box(page: Page, address: str, folder: Path, look: Look) -> None:
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
    # What was typed is taken into Python at once.
    expect(field).to_have_value("")
    expect(field).to_have_attribute("placeholder", "sk-proj-…wxyz, not saved yet")
    box.get_by_role("button", name="Save").click()
    expect(said).to_contain_text("sk-proj-…wxyz is saved in .env")
    expect(box).to_contain_text("Saved: sk-proj-…wxyz in .env in the folder")
    assert f"OPENAI_API_KEY={FAKE_KEY}" in (folder / ".env").read_text()
    look("key_box", box)
    look("01")
    box.get_by_role("button", name=DELETE).click()
    expect(said).to_contain_text("Delete sk-proj-…wxyz? OpenAI does not show it again.")
    box.get_by_role("button", name="Keep it").click()
    expect(said).to_contain_text("Nothing was changed.")
    assert FAKE_KEY in (folder / ".env").read_text()
    box.get_by_role("button", name=DELETE).click()
    box.get_by_role("button", name="Yes, delete it").click()
    expect(said).to_contain_text("The key is out of .env")
    assert FAKE_KEY not in (folder / ".env").read_text()
    field.fill(FAKE_KEY)
    field.press("Enter")
    expect(said).to_contain_text("is saved in .env")
    box.get_by_role("button", name=DELETE).click()
    box.get_by_role("button", name="Yes, delete it").click()
    expect(said).to_contain_text("The key is out of .env")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1000)
    assert FAKE_KEY not in (folder / "notebooks/01_key_setup.ipynb").read_text("utf-8").replace(
        f'fake = \\"{FAKE_KEY}\\"', ""
    ).replace(f"OPENAI_API_KEY='{FAKE_KEY}'", "")


def test_chat_panel(page: Page, address: str, look: Look) -> None:
    run(page, address, "04_chat.ipynb")
    look("04")
    panel = page.locator(".jp-OutputArea-output .widget-vbox").filter(
        has=page.get_by_role("button", name="Stop")
    )
    field, send, stop = (
        panel.locator("textarea"),
        panel.get_by_role("button", name="Send"),
        panel.get_by_role("button", name="Stop"),
    )
    field.press_sequentially("Say hello.")
    field.press("Enter")
    expect(panel).to_contain_text("Hello! How can I help you today?")
    expect(field).to_have_value("")
    expect(panel).to_contain_text("tokens in")
    field.fill("Explain recursion in three sentences.")
    send.click()
    expect(panel).to_contain_text("Recursion is when")
    stop.click()
    expect(panel).to_contain_text("Stopped.")
    expect(panel).not_to_contain_text("on the way back up")
    look("chat_panel", panel)
    field.fill("A prompt that no lesson has\n" * 40)
    send.click()
    expect(panel).to_contain_text("(Offline mock)")
    # Its end is in sight, however long it became.
    expect(panel.get_by_text("(Offline mock)").last).to_be_in_viewport()
    panel.get_by_role("button", name="Clear").click()
    expect(panel).not_to_contain_text("Recursion is when")


def test_cost_calculator(page: Page, address: str, look: Look) -> None:
    run(page, address, "02_usage_and_billing.ipynb")
    look("02")
    calculator = page.locator(".jp-OutputArea-output .widget-vbox").filter(has_text="Calls a day")
    given, cached, _, made, calls = calculator.locator("input[type=number]").all()
    for field, value in ((given, "2000"), (made, "500"), (calls, "1000")):
        field.fill(value)
        field.press("Tab")
    expect(calculator).to_contain_text("One call $0.00045")
    expect(calculator).to_contain_text("a month of 30 days $13.50")
    calculator.locator("select").select_option("gpt-6-sol")
    expect(calculator).to_contain_text("a month of 30 days $270.00")
    look("cost_calculator", calculator)
    calculator.locator("select").select_option("gpt-6.2-sol")
    expect(calculator).to_contain_text("The price of gpt-6.2-sol is not known")
    calculator.get_by_placeholder("any other model's name").fill("gpt-4o-mini")
    calculator.get_by_placeholder("any other model's name").press("Enter")
    expect(calculator.locator("select")).to_have_value("gpt-4o-mini")
    cached.fill("1e6")
    cached.press("Tab")
    expect(cached).to_have_value("2000")
    expect(calculator).to_contain_text("of them cached: 1,000,000 was changed to 2,000")
    given.fill("-5")
    given.press("Tab")
    expect(given).to_have_value("0")


def test_image_picker(page: Page, address: str, folder: Path, look: Look) -> None:
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
    look("image_picker", picker)
    choose(folder / "notebooks/05_vision.ipynb")
    expect(picker).to_contain_text("✗ 05_vision.ipynb is no picture but a text.")
    expect(ask).to_be_disabled()
    look("05")


def test_a_picture_is_shown_while_it_is_drawn(page: Page, address: str, look: Look) -> None:
    run(page, address, "07_drawing.ipynb")
    place = page.locator(".jp-OutputArea-output .widget-vbox")
    expect(place.locator(".progress-bar")).to_have_attribute("style", re.compile("width: 100%"))
    expect(place.locator("img")).to_be_visible()
    look("07")


LOOK = """
widget => {
    const colour = text => text.match(/[\\d.]+/g).map(Number);
    const over = (front, back) => [0, 1, 2].map(
        i => front[i] * (front[3] ?? 1) + back[i] * (1 - (front[3] ?? 1)));
    const ground = part => part
        ? over(colour(getComputedStyle(part).backgroundColor), ground(part.parentElement))
        : [255, 255, 255];
    const light = rgb => rgb
        .map(c => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0) + 0.05;
    const said = part => part.value || part.placeholder || [...part.childNodes]
        .filter(node => node.nodeType == 3).map(node => node.data.trim()).join("");
    const wrong = [];
    for (const part of widget.querySelectorAll("*")) {
        if (!part.checkVisibility() || part.disabled || !said(part)) continue;
        const back = ground(part), empty = part.placeholder && !part.value;
        const ink = colour(getComputedStyle(part, empty ? "::placeholder" : null).color);
        const [low, high] = [light(over(ink, back)), light(back)]
            .sort((a, b) => a - b);
        if (high / low < 4.5) wrong.push(`${said(part)}: contrast ${(high / low).toFixed(1)}`);
        if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth)
            wrong.push(`${said(part)}: cut off`);
    }
    return wrong;
}
"""
"""What in a widget is hard to read (WCAG 2.2, 1.4.3) or cut off."""


def test_whatever_a_server_answers_the_widgets_stay_usable_in_light_and_dark(
    page: Page, address: str, folder: Path, odd_server: str, look: Look
) -> None:
    lab.write_notebook(
        folder / "notebooks/widgets.ipynb",
        f"""\
import os

import openai

from helpers import chat_panel, cost_calculator, image_picker, key_box, keys
from helpers.widgets import image_picker as picker


def client(says):
    return openai.OpenAI(api_key="{FAKE_KEY}", base_url=f"{odd_server}/{{says}}/v1")


del os.environ["LESSONS_MODE"]
os.environ["OPENAI_BASE_URL"] = "{odd_server}/silence/v1"
keys.SECONDS = picker.SECONDS = 1""",
        "key_box()",
        'chat_panel(client=client("silence"))',
        'cost_calculator("gpt-4o", tokens_in=-5, cached=7)',
        'image_picker(picture="images/city_at_night.png", client=client("page"))',
    )
    lab.open_lesson(page, address, "widgets.ipynb")
    lab.run_all(page)
    assert lab.errors(page) == []
    box, panel, _, chooser = widgets = page.locator(".jp-OutputArea-output > .widget-vbox").all()

    box.locator("input").fill(FAKE_KEY)
    box.get_by_role("button", name="Check").click()
    expect(box).to_contain_text("✗ No answer within 1 seconds.")
    expect(box.get_by_role("button", name="Check")).to_be_enabled()
    box.get_by_role("button", name="Save").click()
    expect(box).to_contain_text("is saved in .env")
    box.get_by_role("button", name=DELETE).click()
    expect(box).to_contain_text("OpenAI does not show it again.")

    panel.locator("textarea").fill("Are you there?")
    panel.get_by_role("button", name="Send").click()
    expect(panel).to_contain_text("Waiting for")
    panel.get_by_role("button", name="Stop").click()
    expect(panel).to_contain_text("Stopped.")
    expect(panel.locator("textarea")).to_have_value("Are you there?")
    expect(panel.get_by_role("button", name="Send")).to_be_enabled()

    expect(chooser).to_contain_text("✗ its tokens could not be counted: what came back is a page")
    chooser.get_by_role("button", name="Ask").click()
    expect(chooser).to_contain_text("✗ what came back is a page")
    expect(chooser.get_by_role("button", name="Ask")).to_be_enabled()

    for theme in ("Dark", "Light"):
        lab.wear(page, theme)
        look(f"widgets-{theme.lower()}")
        for widget in widgets:
            assert widget.evaluate(LOOK) == []


def test_environment_and_its_check_up(page: Page, address: str, look: Look) -> None:
    run(page, address, "03_environment.ipynb")
    look("03")
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="✓ kernel")).to_contain_text("✓ packages")
    faulty = outputs.filter(has_text="✗ TLS")
    for fault in ("✗ .env", "✗ base URL", "✗ proxy"):
        expect(faulty).to_contain_text(fault)


def test_receipts_become_a_table(page: Page, address: str, look: Look) -> None:
    run(page, address, "06_json.ipynb")
    look("06")
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="4 were read before")).to_contain_text("6/6")
    expect(outputs.filter(has_text="8 good, 2 set aside")).to_be_visible()
    expect(outputs.locator("table").filter(has_text="Trattoria Roma")).to_be_visible()


def test_many_requests_at_once_with_a_bar(page: Page, address: str) -> None:
    run(page, address, "12_many_requests.ipynb")
    seen = page.locator(".jp-OutputArea-output").filter(has_text="200 lines in the journal")
    expect(seen).to_contain_text("0 failed")


def test_a_link_of_the_cheat_sheet_leads_to_the_section(page: Page, address: str) -> None:
    lab.open_lesson(page, address, "99_cheat_sheet.ipynb")
    # The first click opens the lesson, whose cells have no height yet; the second one is exact.
    for _ in range(2):
        page.get_by_role("tab", name="99_cheat_sheet.ipynb").click()
        page.locator("a[href*='12_many']", has_text="12 · Many requests").last.click()
        expect(page.get_by_role("tab", name="12_many_requests.ipynb")).to_have_class(CURRENT)
    expect(page.get_by_role("heading", name="7 · Which reviews say that?")).to_be_in_viewport()
