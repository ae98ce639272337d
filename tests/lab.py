"""JupyterLab in a real browser: start it on a copy of the lessons, open one, run all its cells."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).parents[1]
SCREENSHOTS = ROOT / ".screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
IDLE = "Python 3 (ipykernel) | Idle"
OPEN = """
async path => {
    const app = window.jupyterapp;
    for (const widget of [...app.shell.widgets("main")]) {
        await widget.context?.save();
        widget.close();
    }
    const lesson = await app.commands.execute("docmanager:open", {path});
    await lesson.sessionContext.ready;
}
"""
"""Save and close what is open, and open another file, which takes a fifth of the time of a page."""

SETTINGS = {
    # Else JupyterLab renders only the cells in sight, and the others cannot be looked at.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


@contextmanager
def jupyter_lab(folder: Path) -> Iterator[str]:
    """Serve a copy of the lessons in `folder` and yield JupyterLab's address."""
    # With helpers: the key box writes into the folder that they are in.
    for name in ("notebooks", "helpers"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "requirements.txt", folder)
    (folder / ".env").write_text("# a file that is there already\n")
    for name, values in SETTINGS.items():
        configure(folder, name, values)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "helpers.upkeep.lab", "--no-browser", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder / 'notebooks'}"]
    command += ["--LabApp.expose_app_in_browser=True"]
    settings = {"JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"), "PYTHONPATH": str(folder)}
    settings["LESSONS_MODE"] = "offline"  # as a learner has it, without the tests' strictness
    server = subprocess.Popen(command, env=os.environ | settings, cwd=folder)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/lab"
    finally:
        server.terminate()
        server.wait(20)


def configure(folder: Path, name: str, values: Mapping[str, object]) -> None:
    """Write settings of one of JupyterLab's extensions, which a page reads when it is opened."""
    file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values))


def write_notebook(file: Path, *cells: str) -> None:
    """Write a notebook of code cells."""
    new: Any = nbformat.v4
    made = new.new_notebook(cells=[new.new_code_cell(cell) for cell in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(made, file)  # type: ignore[no-untyped-call]


@contextmanager
def browser_page() -> Iterator[Page]:
    """Yield a page of Debian's Chromium (or Chrome)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(180_000)  # a busy computer
        yield page
        browser.close()


def open_lesson(page: Page, address: str, lesson: str) -> None:
    """Open a lesson by its path and wait for its kernel, or Run All would ask for one."""
    if not page.url.startswith(address):
        page.goto(f"{address}/tree/{lesson}?reset")
    else:
        page.evaluate(OPEN, lesson)
    page.get_by_text(IDLE).wait_for()
    if page.locator(".jp-SideBar .lm-mod-current").count():
        page.keyboard.press("Control+b")


def wear(page: Page, theme: str) -> None:
    """Put on a theme, Dark or Light."""
    change = """theme => window.jupyterapp.commands.execute("apputils:change-theme", {theme})"""
    page.evaluate(change, f"JupyterLab {theme}")
    page.locator(f"body[data-jp-theme-light={str(theme == 'Light').lower()}]").wait_for(
        state="attached"
    )


def run_all(page: Page) -> None:
    """Clear the stored outputs, run all cells and wait for the last."""
    page.click('.lm-MenuBar-itemLabel:text-is("Edit")')
    page.click('.lm-Menu-itemLabel:text-is("Clear Outputs of All Cells")')
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    assert all("[ ]" in text for text in prompts.all_inner_texts())
    page.click('.lm-MenuBar-itemLabel:text-is("Run")')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
            return prompts.length && prompts.every(p => /\\[\\d+\\]/.test(p.textContent));
        }"""
    )
    page.get_by_text(IDLE).wait_for()


def errors(page: Page) -> list[str]:
    """Return the texts of the errors and warnings that stand in the outputs."""
    kinds = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
    return page.locator(
        ", ".join(f'.jp-OutputArea-output[data-mime-type="{kind}"]' for kind in kinds)
    ).all_inner_texts()


def screenshot(page: Page, name: str, part: Locator | None = None) -> None:
    """Keep a picture of a part of the page, by default some of the notebook, screen by screen."""
    SCREENSHOTS.mkdir(exist_ok=True)
    if part:
        part.screenshot(path=SCREENSHOTS / f"{name}.png")
        return
    notebook = page.locator(".jp-WindowedPanel-outer").first
    height = notebook.evaluate("panel => panel.scrollHeight")
    step = notebook.evaluate("panel => panel.clientHeight") - 40
    for number, top in enumerate(range(0, height, step)):
        notebook.evaluate("(panel, top) => panel.scrollTo(0, top)", top)
        page.wait_for_timeout(150)
        page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png")


def _wait_for(port: int, seconds: int = 120) -> None:
    for _ in range(10 * seconds):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"JupyterLab did not start within {seconds} seconds")
