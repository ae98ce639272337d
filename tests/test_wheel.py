"""`pip install .`: the package that a hub or another project installs works without the lessons."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers.mock.generation import pictures, replies
from tests import lessons, program

SEE = """
import base64, helpers
from openai import OpenAI

print(helpers.__file__)
picture = base64.b64encode(open("city_at_night.png", "rb").read()).decode()
url = {"url": "data:image/png;base64," + picture}
text = {"type": "text", "text": "Describe this picture in two sentences."}
parts = [text, {"type": "image_url", "image_url": url}]
said = OpenAI(max_retries=0, timeout=20).chat.completions.create(
    model="gpt-6-luna", messages=[{"role": "user", "content": parts}]
)
print(said.choices[0].message.content)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is installed, built of what git tracks."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=lessons.ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_the_wheel_has_what_the_mock_needs(site: Path) -> None:
    written = sorted(path.name for path in replies.FOLDER.glob("*.yaml"))
    assert sorted(path.name for path in site.glob("helpers/mock/replies/*.yaml")) == written
    rows = [row for path in replies.FOLDER.glob("*.yaml") for row in replies.read(path)]
    named = {name for row in rows for name in row.get("images", [])}
    missing = {name for name in named if not (site / "helpers/mock/images" / name).exists()}
    assert all(name.startswith("https://") for name in missing) and missing < named
    assert (site / "helpers/upkeep/jupyter/labconfig").is_dir()


def test_setup_and_a_call_about_a_picture_work_in_a_bare_folder(site: Path, tmp_path: Path) -> None:
    shutil.copy(pictures.FOLDER / "city_at_night.png", tmp_path)
    _, file, said = program.run(program.SETUP + SEE, tmp_path, PYTHONPATH=str(site))
    assert Path(file).is_relative_to(site)
    assert "city" in said and not said.startswith("(Offline mock)")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [("lab", 1, "installed without the lessons"), ("check", 0, "ready for offline: yes")],
)
def test_its_commands_say_what_they_lack(
    site: Path, tmp_path: Path, command: str, code: int, said: str
) -> None:
    start = (
        f"import runpy; sys.argv[1:] = [{command!r}]; runpy.run_module('helpers', {{}}, '__main__')"
    )
    variables = {"PYTHONPATH": str(site), "LESSONS_MODE": "offline"}
    with program.start(start, tmp_path, **variables) as process:
        ended, out, err = program.end(process)
    assert (ended, err) == (code, "") and said in out


def test_a_key_is_saved_where_the_reader_works_and_not_where_the_package_is(
    site: Path, tmp_path: Path
) -> None:
    save = "from helpers import keys; print(keys.save('sk-proj-FAKE' + 'x' * 40))"
    variables = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", save]
    said = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, check=True)
    assert said.stdout.decode().strip() == str(tmp_path / ".env")
    assert not (site / ".env").exists()


def test_another_project_tests_itself_with_the_mock(site: Path, tmp_path: Path) -> None:
    readme = (lessons.ROOT / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(# test_capital\.py\n.*?)```", readme, re.S)
    (tmp_path / "test_capital.py").write_text(example, "utf-8")
    wrong = example.replace('"Paris.")', '"Lyon.")').replace("429 insufficient_quota", "500")
    (tmp_path / "test_wrong.py").write_text(wrong, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "--tb=no"]
    env = {**os.environ, "PYTHONPATH": str(site), "NO_PROXY": "example.org"}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    env["HTTP_PROXY"] = "http://127.0.0.1:1"
    run = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert run.returncode == 1, run.stdout + run.stderr
    failed = re.findall(r"^FAILED (\S+)", run.stdout, re.M)
    names = ("test_it_asks_and_answers", "test_it_tries_again", "test_it_gives_up_in_the_end")
    assert failed == [f"test_wrong.py::{name}" for name in names] and "3 passed" in run.stdout
