"""`python -m helpers record` on a small project, with a second mock in the real API's place.

No program here can connect to anything but this computer.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
import yaml

from helpers.mock import core, server
from helpers.mock.generation.replies import Replies, read
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock
from helpers.models import DEFAULT
from helpers.upkeep.recording import command, real_api
from helpers.upkeep.recording.exchange import CHAT, RESPONSES
from tests import lessons
from tests.program import STAY_HERE

KEY = "sk-proj-FAKE-0000-wxyz"
LEAK = "sk-proj-" + "leak" * 6
TODAY = date.today()
LESSON = "20_small"
NOTEBOOK, REPLIES = f"notebooks/{LESSON}.ipynb", f"helpers/mock/replies/{LESSON}.yaml"
PICTURE = "city_at_night.png"

WRITTEN = f"""# What the mock says in a lesson.

# 1 A first call
- prompt: One?        # asked twice
  reply: First, by hand.  # said once
  reasoning_tokens: 12

- prompt: Two?
  reply: >-
    Second, by hand, in a sentence that is folded over more than one line of the file so that one
    can see how a long text is written.

# 2 Several
- prompt: Names?
  replies: [Ann, Ben]
- {{prompt: Term?, reply: {{term: x}}}}
- prompt: What is it?
  images: [{PICTURE}]
  reply: A town.
- prompt: And then?
  reply: Nothing.

# 3 Tools
- prompt: Weather?
  tool_calls:
    - {{name: weather, arguments: {{city: Oslo}}}}
- prompt: '{{"celsius": 4}}'
  reply: Cool.

# 4 These stay
- prompt: Whatever?
  fallback: true
- prompt: Bad?
  refusal: No.
- prompt: Song?
  reply: La
  ends: content_filter
- prompt: Never asked?
  reply: Silence.

- prompt: Dear?
  reply: Costly, by hand.
- prompt: Solved?
  reply: Solved, by hand.
"""

REAL: list[dict[str, Any]] = [
    {
        "prompt": "One?",
        "reply": "First, live. Write to mei@garden-club.org or you@example.com. "
        f"{KEY} {LEAK} org-abcdefgh12345678 file-abc123DEF456ghi7",
    },
    {"prompt": "Two?", "reply": 'Second, live:\n\n# no comment, a line\n- a list: of "things"'},
    {"prompt": "Names?", "replies": ["Cleo", "Dan"]},
    {"prompt": "Term?", "reply": {"term": "2026-10-05", "more": [1, 2.50, None]}},
    {"prompt": "What is it?", "images": [PICTURE], "reply": "A harbour, live."},
    {"prompt": "And then?", "reply": "Dawn."},
    {"prompt": "Weather?", "tool_calls": [{"name": "weather", "arguments": {"city": "Bergen"}}]},
    {"prompt": '{"celsius": 4}', "reply": "Chilly, live."},
    {"prompt": "Dear?", "reply": "Costly, live."},
    {"prompt": "Solved?", "reply": "Solved, live."},
]

CELLS = [
    "from helpers import setup\n\nsetup()",
    f"""
from openai import OpenAI

MODEL = "{DEFAULT}"
client = OpenAI()


def ask(text, **more):
    asked = [{{"role": "user", "content": text}}]
    return client.chat.completions.create(**{{"model": MODEL, "messages": asked}} | more)


print(ask("One?").choices[0].message.content)
print(ask("Two?", max_completion_tokens=10).choices[0].finish_reason)
for chunk in ask("Two?", stream=True):
    print(chunk.choices[0].delta.content or "", end="")
""",
    """
print([choice.message.content for choice in ask("Names?", n=2).choices])
term = {"type": "json_object"}
rule = [{"role": "developer", "content": "JSON."}, {"role": "user", "content": "Term?"}]
print(ask("", messages=rule, response_format=term).choices[0].message.content)
""",
    f"""
from pathlib import Path

file = client.files.create(file=Path("images/{PICTURE}"), purpose="vision")
parts = [{{"type": "input_text", "text": "What is it?"}}]
parts += [{{"type": "input_image", "file_id": file.id, "detail": "low"}}]
asked = [{{"role": "user", "content": parts}}]
first = client.responses.create(model=MODEL, input=asked)
for event in client.responses.create(
    model=MODEL, input="And then?", previous_response_id=first.id, stream=True
):
    pass
print(first.output_text, event.response.output_text)
""",
    """
parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
tools = [{"type": "function", "name": "weather", "parameters": parameters}]
called = client.responses.create(model=MODEL, input="Weather?", tools=tools)
call = [item for item in called.output if item.type == "function_call"][0]
print(call.arguments)
result = {"type": "function_call_output", "call_id": call.call_id, "output": '{"celsius": 4}'}
last = client.responses.create(
    model=MODEL, input=[result], tools=tools, previous_response_id=called.id
)
print(last.output_text)
""",
    """
for text in ("Whatever?", "Bad?", "Song?"):
    message = ask(text).choices[0].message
    print((message.content or message.refusal)[:20])
print(ask("Dear?", model="gpt-6.2-sol").choices[0].message.content)
print(len(client.models.list().data) > 3)

import os

assert not any("wxyz" in value for value in os.environ.values()), "a notebook sees the key"
""",
]
SOLUTION = [
    *CELLS[:1],
    CELLS[1].partition("print")[0] + 'ask("Solved?").choices[0].message.content',
]


class Recorded(NamedTuple):
    """A copy of the project in which was recorded, and what the real API was sent."""

    root: Path
    run: subprocess.CompletedProcess[str]
    seen: list[Request]

    @property
    def rows(self) -> dict[str, Any]:
        return {row["prompt"]: row for row in read(self.root / REPLIES)}


def notebook(path: Path, cells: list[str]) -> None:
    new: Any = nbformat.v4.new_code_cell
    say: Any = nbformat.v4.new_markdown_cell
    made = [new(source.strip(), id=f"{path.stem[:2]}-{i:02}") for i, source in enumerate(cells)]
    last = say("## Recap\n\nThat was it.", id="last")
    whole = nbformat.v4.new_notebook(cells=[*made, last])  # type: ignore[no-untyped-call]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(whole) + "\n", "utf-8")  # type: ignore[no-untyped-call]


def project(root: Path, *, solved: bool = False) -> Path:
    """A copy of the project with one small lesson, with or without a notebook of solutions."""
    ignored = shutil.ignore_patterns("*.yaml")
    shutil.copytree(lessons.ROOT / "helpers", root / "helpers", ignore=ignored)
    (root / REPLIES).parent.mkdir(exist_ok=True)
    (root / REPLIES).write_text(WRITTEN, "utf-8")
    notebook(root / NOTEBOOK, CELLS)
    if solved:
        notebook(root / f"notebooks/solutions/{LESSON[:2]}_solutions.ipynb", SOLUTION)
    (root / "notebooks/images").mkdir()
    shutil.copy(lessons.NOTEBOOKS / "images" / PICTURE, root / "notebooks/images")
    # Python reads this first, in each program that is started.
    (root / "sitecustomize.py").write_text(STAY_HERE, "utf-8")
    return root


def record(
    root: Path, *arguments: str, url: str | None = None
) -> tuple[subprocess.CompletedProcess[str], list[Request]]:
    """Record in a copy of the project; return the run, and what the real API was sent.

    url: where the real API is, if not here.
    """
    real, seen = Mock(Replies.from_rows({"real": REAL}), strict=True), list[Request]()

    def answer(request: Request) -> Reply:
        seen.append(request)
        return core.answer(request, real)

    url = url or server.start(answer)
    settings = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url, "HOME": str(root)}
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    start = "import sys; from helpers.upkeep.recording import command; "
    start += "sys.exit(command.main(sys.argv[1:]))"
    run = subprocess.run(
        [sys.executable, "-c", start, *arguments],
        cwd=root,
        env=kept | settings | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    return run, seen


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    root = project(tmp_path_factory.mktemp("project"), solved=True)
    run, seen = record(root, "20", "--limit", "1")
    assert run.returncode == 0, run.stdout + run.stderr
    return Recorded(root, run, seen)


def test_replies_are_written_with_model_and_date(recorded: Recorded) -> None:
    rows, source = recorded.rows, {"model": DEFAULT, "date": TODAY}
    said = {prompt: row["reply"] for prompt, row in rows.items() if "reply" in row}
    assert said["Two?"] == 'Second, live:\n\n# no comment, a line\n- a list: of "things"'
    assert said["Term?"] == {"term": "2026-10-05", "more": [1, 2.5, None]}
    assert said["What is it?"] == "A harbour, live."
    assert (said["And then?"], said['{"celsius": 4}']) == ("Dawn.", "Chilly, live.")
    assert said["Solved?"] == "Solved, live."
    assert rows["Names?"]["replies"] == ["Cleo", "Dan"]
    assert rows["Weather?"]["tool_calls"] == [{"name": "weather", "arguments": {"city": "Bergen"}}]
    asked = ["One?", "Two?", "Names?", "Term?", "What is it?", "And then?", "Weather?", "Solved?"]
    assert [rows[prompt]["recorded"] for prompt in asked] == [source] * len(asked)
    assert rows["Dear?"]["recorded"]["model"] == "gpt-6.2-sol"


def test_what_a_live_model_would_not_repeat_stays_written_and_that_is_said(
    recorded: Recorded,
) -> None:
    before = {row["prompt"]: row for row in yaml.load(WRITTEN, yaml.CSafeLoader)}
    told = dict(re.findall(r"left as it was: “(.+?)”: (.+)", recorded.run.stdout))
    assert told == {
        "Whatever?": "it shows what an unwritten prompt gets",
        "Bad?": "a refusal, which a live model may not repeat",
        "Song?": "it ends with content_filter, which a live model may not repeat",
        "Never asked?": "no cell asks for it",
    }
    for prompt in told:
        assert recorded.rows[prompt] == before[prompt]


def test_comments_and_fields_written_by_hand_are_kept(recorded: Recorded) -> None:
    text = (recorded.root / REPLIES).read_text("utf-8")
    for kept in re.findall(r"#.*", WRITTEN):
        assert kept in text
    assert recorded.rows["One?"]["reasoning_tokens"] == 12
    assert recorded.rows["What is it?"]["images"] == [PICTURE]
    assert "could not be kept" not in recorded.run.stdout


def test_keys_and_account_data_are_nowhere(recorded: Recorded) -> None:
    assert recorded.rows["One?"]["reply"] == (
        "First, live. Write to [redacted] or you@example.com. "
        "[redacted] [redacted] [redacted] [redacted]"
    )
    files = [path for path in recorded.root.rglob("*") if path.suffix in (".yaml", ".ipynb")]
    texts = [path.read_text("utf-8") for path in files]
    for text in [*texts, recorded.run.stdout, recorded.run.stderr]:
        for secret in (KEY, LEAK, "garden-club", "org-abc", "file-abc"):
            assert secret not in text


def test_outputs_and_footer_follow(recorded: Recorded) -> None:
    made = lessons.read(recorded.root / NOTEBOOK)
    printed = [lessons.printed(cell) for cell in lessons.code_cells(made)]
    assert printed[0].startswith("Lessons: offline.")
    assert "length\nSecond, live:\n" in printed[1]
    assert printed[2] == '[\'Cleo\', \'Dan\']\n{"term": "2026-10-05", "more": [1, 2.5, null]}\n'
    assert printed[3] == "A harbour, live. Dawn.\n"
    assert printed[4] == '{"city": "Bergen"}\nChilly, live.\n'
    assert printed[5].endswith("Costly, live.\nTrue\n")
    assert made.cells[-1].source == (
        "## Recap\n\nThat was it.\n\n*Outputs: made offline from 10 replies recorded from "
        f"gpt-6-luna on {TODAY} and from gpt-6.2-sol on {TODAY}, and 3 written.*"
    )


def test_only_what_is_recorded_is_sent_whole_and_once(recorded: Recorded) -> None:
    assert {request.path for request in recorded.seen} == {CHAT, RESPONSES}
    assert {request.headers["authorization"] for request in recorded.seen} == {f"Bearer {KEY}"}
    assert len(recorded.seen) == 10
    bodies = [request.body.decode() for request in recorded.seen]
    for body in bodies:
        assert not re.search(r'"(stream|file_id|previous_response_id|user)":', body)
        assert '"store":false' in body.replace(" ", "")
    # What the mock has stored goes along in words.
    (continued,) = [body for body in bodies if "And then?" in body]
    assert "data:image/png;base64," in continued and "A harbour, live." in continued
    (after_tool,) = [body for body in bodies if "celsius" in body]
    assert '"type":"function_call"' in after_tool and "Bergen" in after_tool


def test_cost_is_shown_before_and_after_and_an_unknown_price_is_said(recorded: Recorded) -> None:
    estimate, _, after = recorded.run.stdout.partition("Recording from 127.0.0.1, for $1 at most")
    assert re.search(rf"{LESSON} +10 replies +\d+ tokens in +\d+ out +\$0\.00\d+", estimate)
    assert "The price of gpt-6.2-sol is unknown" in estimate
    assert re.search(r"Spent: \$0\.00\d+ for 10 replies; the price of gpt-6.2-sol is", after)
    assert "$0.000000" not in after


def test_without_a_limit_nothing_is_sent_and_nothing_changes(tmp_path: Path) -> None:
    root = project(tmp_path)
    # At the discard port nobody listens.
    run, _ = record(root, url="http://127.0.0.1:9/v1")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith(
        "Nothing was sent. To record, say how much it may cost: --limit DOLLARS\n"
    )
    assert (root / REPLIES).read_text("utf-8") == WRITTEN
    assert "Outputs:" not in (root / NOTEBOOK).read_text("utf-8")


def test_a_cell_that_fails_with_what_was_recorded_is_named(tmp_path: Path) -> None:
    root = project(tmp_path)
    fails = "\nassert ask('One?').choices[0].message.content == 'First, by hand.', 'other words'"
    notebook(root / NOTEBOOK, [CELLS[0], CELLS[1].partition("print")[0] + fails])
    run, _ = record(root, "--limit", "1")
    assert run.returncode == 1
    assert f"! {LESSON}.ipynb stopped with AssertionError: other words" in run.stdout
    # What was paid for is kept.
    assert "First, live." in (root / REPLIES).read_text("utf-8")
    assert "Outputs:" not in (root / NOTEBOOK).read_text("utf-8")


def test_the_limit_stops_the_command_and_the_lesson_runs_to_its_end(tmp_path: Path) -> None:
    root = project(tmp_path)
    run, _ = record(root, "--limit", "0.00001")
    assert run.returncode == 0
    assert f"{LESSON}: 1 recorded\n" in run.stdout
    assert "“Two?”: not asked for any more" in run.stdout
    assert "Stopped: the limit of $0.00001 is reached." in run.stdout
    text = (root / REPLIES).read_text("utf-8")
    assert "First, live." in text and "Second, by hand" in text
    made = lessons.read(root / NOTEBOOK)
    assert "Second, by hand" in lessons.printed(lessons.code_cells(made)[1])
    footer = f"from 1 reply recorded from gpt-6-luna on {TODAY}, and 12 written.*"
    assert made.cells[-1].source.endswith(footer)


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "LESSONS_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("nothing_set")
@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({}, "Recording needs a key: set OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "sk-your-key"}, "the placeholder of a template"),
        ({"OPENAI_API_KEY": KEY, "LESSONS_MODE": "offline"}, "LESSONS_MODE is offline: nothing"),
        ({"OPENAI_API_KEY": KEY, "LESSONS_MODE": "test"}, "LESSONS_MODE is test: nothing"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "host/v1"}, "and name a server"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_API_BASE": "https://x/v1"}, "OPENAI_API_BASE in the env"),
    ],
)
def test_no_usable_key_or_no_network_is_said(
    settings: dict[str, str],
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert command.main(["00", "--limit", "1"]) == 1
    out, err = capsys.readouterr()
    assert complaint in err
    assert out == "" and KEY not in err


@pytest.mark.usefixtures("nothing_set")
def test_key_is_found_in_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_ORG_ID=acme\n", "utf-8")
    _, host, secrets = real_api.connect()
    assert (host, secrets) == ("api.openai.com", {KEY, "acme"})


def test_a_lesson_without_replies_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["01"]) == 1
    assert "No lesson '01' has replies. There are: 00_start_here," in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "-1", "much", "inf"])
def test_a_limit_is_an_amount(limit: str) -> None:
    with pytest.raises(SystemExit):
        command.main(["00", f"--limit={limit}"])
