"""Whether the lessons are still true: `python -m helpers check --lessons`.

Models near their end, an SDK outside the supported range, deprecated calls, dead links, facts that
nobody has read again for long. Offline it takes half a minute; `--online` also asks the network
for the links, and, with a key, OpenAI for its models. No call is made that costs money.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx2
import yaml
from packaging.requirements import Requirement

from helpers import base_url, key_shape, lessons, settings
from helpers.environment import ROOT
from helpers.models import CHECKED, find

NOTICE = timedelta(days=60)
"""How long before a model's shutdown the lessons must have left it."""
TABLE_AGE = timedelta(days=90)
FACT_AGE = timedelta(days=365)
SECONDS = 15
"""How long a server may take to answer for a link."""

HOUSE: tuple[tuple[str, float, float], ...] = (
    ("code cells", 8, 16),
    ("lines, median", 4, 6),
    ("lines, p90", 0, 15),
    ("words", 700, 1500),
    ("markdown per code cell", 1, 2),
    ("comments %", 0, 10),
)
"""The house numbers of a lesson with the least and the most they should be."""

_MODEL_ID = re.compile(r"gpt-\d[\w.-]*|gpt-image-[\w.-]+|o\d(-[\w-]+)?|dall-e-\d")
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)")
_URL = re.compile(r"https?://[^\s<>()\[\]{}\"'`|\\]+[^\s<>()\[\]{}\"'`|\\.,:;]")
# The API itself, and addresses that are examples.
_NOT_FETCHED = re.compile(
    r"https?://(api\.openai\.com|[\w.]*localhost|\d|mock\b|[\w.]*example\b|\.)"
)
_MARKS = {True: "✓", False: "✗", None: "!"}


class Result(NamedTuple):
    """What was checked and what came of it.

    good: True; False for what must be mended; None for what is worth a look or was not checked.
    rows: details, a line each.
    """

    about: str
    good: bool | None
    said: str
    rows: tuple[str, ...] = ()


def main(arguments: list[str] | None = None) -> int:
    """Print what has drifted; return 1 if something must be mended."""
    parser = argparse.ArgumentParser(prog="python -m helpers check --lessons")
    parser.add_argument("--online", action="store_true", help="look for dead links on the web too")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the report there, too")
    asked = parser.parse_args(arguments)
    found = []
    for result in results(date.today(), asked.online):
        print(as_text(result), flush=True)
        found.append(result)
    if asked.markdown:
        asked.markdown.write_text(as_markdown(found), "utf-8")
    return int(any(result.good is False for result in found))


def results(today: date, online: bool = False) -> Iterator[Result]:
    """Check everything. `online`: also the links that lead to the web."""
    notebooks = lessons.notebooks()
    yield from models(notebooks, today, live_dates())
    yield facts(today)
    yield sdk(metadata.version("openai"))
    yield deprecations(notebooks)
    yield internal_links(pages())
    yield external_links(pages(), online)
    yield house_numbers(notebooks)


def pages(root: Path = ROOT) -> list[Path]:
    """Return all that has links for readers: notebooks, and the texts in Markdown."""
    texts = [*root.glob("*.md"), *root.glob("*/README.md")]
    return lessons.notebooks(root / "notebooks") + sorted(texts)


# -- Models ------------------------------------------------------------------------------------


def models(
    notebooks: list[Path], today: date, live: dict[str, date | None] | None = None
) -> Iterator[Result]:
    """Check the models named in the lessons' code: known, and at least NOTICE from their end.

    live: shutdown dates from the API, which win over the table's, or None if it was not asked.
    """
    wrong, odd, named = [], [], named_models(notebooks)
    for name, where in sorted(named.items()):
        at = f"{name} (in {', '.join(where)})"
        row = find(name)
        shutdown = row.shutdown if row else None
        if live is not None and name not in live:
            odd.append(f"{at}: this key's GET /v1/models does not list it")
        elif live is not None and live[name] != shutdown:
            odd.append(f"{at}: the API says {live[name]}, helpers/models.py {shutdown}")
            shutdown = live[name]
        if row is None:
            wrong.append(f"{at} is not in helpers/models.py")
        elif shutdown and shutdown - today < NOTICE:
            wrong.append(f"{at} is shut down on {shutdown}: use {row.replacement or 'another'}")
    if wrong:
        yield Result("models", False, "must leave the lessons:", tuple(wrong))
    else:
        said = f"{len(named)} named in code, none within {NOTICE.days} days of its shutdown."
        yield Result("models", True, said)
    if live is None:
        yield Result("models, live", None, "the API was not asked: offline, or there is no key.")
    elif odd:
        yield Result("models, live", None, "the API differs from helpers/models.py:", tuple(odd))
    else:
        yield Result("models, live", True, "the API says the same as helpers/models.py.")


def named_models(notebooks: list[Path]) -> dict[str, list[str]]:
    """Return the model ids that stand as strings in code cells, each with its notebooks."""
    found: dict[str, list[str]] = {}
    for path in notebooks:
        for cell in lessons.cells(path, "code"):
            for name in sorted(_strings(cell.source)):
                if _MODEL_ID.fullmatch(name) and path.stem not in found.setdefault(name, []):
                    found[name].append(path.stem)
    return found


def _strings(source: str) -> set[str]:
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    return {
        node.value
        for node in ast.walk(ast.parse("\n".join(lines)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def live_dates() -> dict[str, date | None] | None:
    """Return the models of `GET /v1/models` with their shutdown dates, or None if not to be asked.

    It is asked with a usable key, unless `LESSONS_MODE` forbids the network or the settings name
    another server. Source: https://developers.openai.com/api/docs/deprecations
    """
    found = settings.read()
    if found.forced_offline or found.key is None or key_shape.fault(found.key.value):
        return None
    address = base_url.of(found)
    if address.url is None or not address.is_api:
        return None
    import openai

    try:
        with openai.OpenAI(
            api_key=found.key.value, base_url=address.url, timeout=SECONDS
        ) as client:
            listed = client.models.list().data
    except openai.OpenAIError:
        return None
    return {
        model.id: date.fromisoformat(model.shutdown_date) if model.shutdown_date else None
        for model in listed
    }


# -- Facts -------------------------------------------------------------------------------------


def facts(today: date) -> Result:
    """Check how long ago facts were compared with their sources; list what is older than a year.

    A fact's date is that of the table of models, of a lesson's metadata, or of a recorded reply.
    """
    old = [f"{what}: {day}" for what, day in dated() if today - day > FACT_AGE]
    if today - CHECKED > TABLE_AGE:
        said = f"the table of models was checked on {CHECKED}: do it again (helpers/models.py)."
        return Result("facts", False, said, tuple(old))
    if old:
        return Result("facts", None, "not compared with their sources for a year:", tuple(old))
    return Result("facts", True, f"the table of models was checked on {CHECKED}; none is old.")


def dated() -> Iterator[tuple[str, date]]:
    """Yield what has a date on which it was true, and the date."""
    yield "the table of models", CHECKED
    for lesson in map(lessons.about, lessons.lessons()):
        yield f"lesson {lesson.number}", lesson.facts_read
    for path in sorted((ROOT / "helpers/mock/replies").glob("*.yaml")):
        for row in yaml.safe_load(path.read_text("utf-8")) or []:
            if "recorded" in row:
                day = date.fromisoformat(str(row["recorded"]["date"]))
                yield f"a reply recorded for {str(row['prompt'])[:40]!r} in {path.name}", day


# -- The SDK -----------------------------------------------------------------------------------


def sdk(installed: str, project: Path = ROOT / "pyproject.toml") -> Result:
    """Check that the installed SDK is inside the range that pyproject.toml supports."""
    (line,) = re.findall(r'^\s*"(openai\b[^"]*)",$', project.read_text("utf-8"), re.M)
    supported = Requirement(line).specifier
    if supported.contains(installed):
        return Result("SDK", True, f"openai {installed} is inside the supported {supported}.")
    return Result("SDK", False, f"openai {installed} is outside the supported {supported}.")


def deprecations(notebooks: list[Path]) -> Result:
    """Run all cells against the mock in another Python and check for calls that are deprecated."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        run = "from helpers.upkeep import drift; drift.run_cells()"
        settings = {"LESSONS_MODE": "test", "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}
        settings["IPYTHONDIR"] = folder
        ran = subprocess.run(
            [sys.executable, "-c", run, told, *notebooks],
            env=os.environ | settings,
            capture_output=True,
            text=True,
        )
        if not told.exists():
            end = tuple((ran.stderr or ran.stdout).splitlines()[-5:])
            return Result("calls", False, "the lessons could not be run:", end)
        rows = json.loads(told.read_text("utf-8"))
    if rows:
        return Result("calls", False, "of the lessons are deprecated, or fail:", tuple(rows))
    return Result("calls", True, f"of {len(notebooks)} notebooks run, and none is deprecated.")


def run_cells() -> None:
    """Run the notebooks of the command line; write what is deprecated, or fails, to its first."""
    import warnings

    from IPython.core.interactiveshell import InteractiveShell

    told, *notebooks = map(Path, sys.argv[1:])
    shell: Any = InteractiveShell.instance(history_manager=None, colors="nocolor")
    shell.enable_gui = lambda gui=None: None  # %matplotlib asks for it
    rows = []
    for path in notebooks:
        os.chdir(path.parent)
        shell.reset(new_session=False)
        for cell in lessons.cells(path, "code"):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                ran = shell.run_cell(cell.source)
            error = ran.error_before_exec or ran.error_in_exec
            said = [f"{type(error).__name__}: {error}"] if error else []
            said += [str(warning.message) for warning in caught if _concerns_us(warning)]
            rows += [f"{path.stem}, cell {cell.id}: {' '.join(text.split())}" for text in said]
    told.write_text(json.dumps(list(dict.fromkeys(rows))), "utf-8")


def _concerns_us(warning: Any) -> bool:
    """Whether a cell itself, or the SDK, uses something deprecated, not some other package."""
    kinds = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
    place = Path(warning.filename)
    ours = "<ipython" in warning.filename or "ipykernel" in warning.filename
    return issubclass(warning.category, kinds) and (ours or "openai" in place.parts)


# -- Links -------------------------------------------------------------------------------------


def internal_links(files: Iterable[Path]) -> Result:
    """Check that every link to a file leads to one."""
    number, dead = 0, []
    for file in files:
        for target in _LINK.findall(_prose(file)):
            if "://" in target or target.startswith(("#", "mailto:", "<")):
                continue
            number += 1
            if not (file.parent / unquote(target.partition("#")[0])).exists():
                dead.append(f"{file.name}: {target}")
    if dead:
        return Result("links inside", False, "lead nowhere:", tuple(dead))
    return Result("links inside", True, f"all {number} lead to a file.")


def external_links(files: Iterable[Path], online: bool) -> Result:
    """Check the links to the web, if `online`.

    Dead is what no server answers for, or answers 404 or 410. Many sites turn programs away (401,
    403, 429) or have a bad day (5xx): these are only listed.
    """
    urls = web_links(files)
    if not online:
        said = f"{len(urls)} were not tried. `--online` tries them."
        return Result("links outside", None, said)
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(urls, pool.map(_status, urls), strict=True))
    if answers and all(isinstance(answer, str) for answer in answers.values()):
        return Result("links outside", None, f"not one of {len(urls)} answers: no network here?")
    dead, unsure = [], []
    for url, answer in answers.items():
        row = f"{answer}: {url} (in {', '.join(urls[url])})"
        if isinstance(answer, str) or answer in (404, 410):
            dead.append(row)
        elif answer >= 400:
            unsure.append(row)
    if dead:
        said = f"{len(dead)} of {len(urls)} are dead, {len(unsure)} could not be judged:"
        return Result("links outside", False, said, tuple(dead + unsure))
    if unsure:
        said = f"none of {len(urls)} is dead, {len(unsure)} could not be judged:"
        return Result("links outside", None, said, tuple(unsure))
    return Result("links outside", True, f"all {len(urls)} answer.")


def web_links(files: Iterable[Path]) -> dict[str, list[str]]:
    """Return the addresses in the texts, without what follows a #, each with its files."""
    found: dict[str, list[str]] = {}
    for file in files:
        for url in _URL.findall(_prose(file)):
            page = url.partition("#")[0]
            if not _NOT_FETCHED.match(page) and file.name not in found.setdefault(page, []):
                found[page].append(file.name)
    return {url: files for url, files in sorted(found.items()) if files}


def _status(url: str) -> int | str:
    """Return the HTTP status of an address, or why there is none."""
    headers = {"user-agent": "Mozilla/5.0 (check of links; openai-api-in-practice)"}
    try:
        with httpx2.Client(headers=headers, timeout=SECONDS, follow_redirects=True) as client:
            # Some servers do not know HEAD; the body of a GET is not read.
            answer: int = client.head(url).status_code
            if answer >= 400:
                with client.stream("GET", url) as response:
                    answer = response.status_code
            return answer
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return type(error).__name__


def _prose(file: Path) -> str:
    if file.suffix == ".ipynb":
        return "\n".join(cell.source for cell in lessons.cells(file, "markdown"))
    return file.read_text("utf-8")


# -- House numbers -----------------------------------------------------------------------------


def house_numbers(notebooks: list[Path]) -> Result:
    """Report the size of each lesson; a star marks what the house would not have. No gate."""
    names = [name for name, _, _ in HOUSE]
    wide = {name: max(len(name), 8) + 3 for name in names}
    rows = [
        f"{'':24}" + "".join(f"{name:>{wide[name]}}" for name in names),
        f"{'house':24}" + "".join(f"{f'{a:g}-{b:g}':>{wide[name]}}" for name, a, b in HOUSE),
    ]
    for path in notebooks:
        if path.parent.name != "solutions":
            numbers = measure(path)
            row = f"{path.stem:24}"
            for name, least, most in HOUSE:
                star = "" if least <= numbers[name] <= most else "*"
                row += f"{f'{star}{numbers[name]:g}':>{wide[name]}}"
            rows.append(row)
    return Result("house numbers", None, "a report, no gate:", tuple(rows))


def measure(path: Path) -> dict[str, float]:
    """Return the house numbers of one notebook. Blank lines do not count as lines."""
    code = [cell.source for cell in lessons.cells(path, "code")]
    text = [cell.source for cell in lessons.cells(path, "markdown")]
    lines = [[line for line in source.splitlines() if line.strip()] for source in code]
    lengths = sorted(map(len, lines)) or [0]
    every = [line for cell in lines for line in cell]
    comments = sum(line.lstrip().startswith("#") for line in every)
    return {
        "code cells": len(code),
        "lines, median": statistics.median(lengths),
        "lines, p90": lengths[min(len(lengths) - 1, int(0.9 * len(lengths)))],
        "words": sum(len(source.split()) for source in text),
        "markdown per code cell": round(len(text) / max(1, len(code)), 2),
        "comments %": round(100 * comments / max(1, len(every)), 1),
    }


# -- Reports -----------------------------------------------------------------------------------


def as_text(result: Result) -> str:
    """Return a result for the terminal."""
    rows = "".join(f"\n    {row}" for row in result.rows)
    return f"{_MARKS[result.good]} {result.about:14} {result.said}{rows}"


def as_markdown(found: list[Result]) -> str:
    """Return the results as a report for an issue: what must be mended comes first."""
    failed = sum(result.good is False for result in found)
    versions = f"Python {sys.version.split()[0]}, openai {metadata.version('openai')}"
    parts = [f"**{failed or 'Nothing'} to mend.** {date.today()}, {versions}.\n"]
    for result in sorted(found, key=lambda result: (False, None, True).index(result.good)):
        parts.append(f"- {_MARKS[result.good]} **{result.about}**: {result.said}")
        if result.rows:
            parts += ["", "  ```", *(f"  {row}" for row in result.rows), "  ```", ""]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
