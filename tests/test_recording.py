"""Recording replies: what is sent, what is written, what never is. The real end is a second mock.

No program here can connect to anything but this computer.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import nbformat
import openai
import pytest
import yaml
from openai import OpenAI

from helpers.mock import core, recording, server
from helpers.mock.generation.replies import load
from helpers.mock.http import Mock, Reply, Request
from helpers.mock.recording import Door
from helpers.models import DEFAULT
from tests import lessons
from tests.test_modes import STAY_HERE

KEY = "sk-proj-FAKE-0000-wxyz"
LEAK = "sk-proj-" + "leak" * 6
TODAY = date.today()
LESSON = "20_small"
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

REAL = f"""
- prompt: One?
  reply: >-
    First, live. Write to mei@garden-club.org or you@example.com.
    {KEY} {LEAK} org-abcdefgh12345678 file-abc123DEF456ghi7
- prompt: Two?
  reply: |-
    Second, live:

    # no comment, a line
    - a list: of "things"
- {{prompt: Names?, replies: [Cleo, Dan]}}
- {{prompt: Term?, reply: {{term: "2026-10-05", more: [1, 2.50, null]}}}}
- {{prompt: What is it?, images: [{PICTURE}], reply: "A harbour, live."}}
- {{prompt: And then?, reply: Dawn.}}
- {{prompt: Weather?, tool_calls: [{{name: weather, arguments: {{city: Bergen}}}}]}}
- {{prompt: '{{"celsius": 4}}', reply: "Chilly, live."}}
- {{prompt: Dear?, reply: "Costly, live."}}
- {{prompt: Solved?, reply: "Solved, live."}}
"""

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
print(ask("Two?", max_completion_tokens=70).choices[0].finish_reason)
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
    """A copy of the project in which was recorded, and what was seen of it."""

    root: Path
    run: subprocess.CompletedProcess[str]
    seen: list[tuple[str, str, Any]]
    before: str

    @property
    def rows(self) -> dict[str, Any]:
        text = (self.root / f"helpers/mock/replies/{LESSON}.yaml").read_text("utf-8")
        return {row["prompt"]: row for row in parsed(text)}


def notebook(path: Path, cells: list[str]) -> None:
    new: Any = nbformat.v4.new_code_cell
    say: Any = nbformat.v4.new_markdown_cell
    made = [new(source.strip(), id=f"{path.stem[:2]}-{i:02}") for i, source in enumerate(cells)]
    last = say("## Recap\n\nThat was it.", id="last")
    whole = nbformat.v4.new_notebook(cells=[*made, last])  # type: ignore[no-untyped-call]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(whole) + "\n", "utf-8")  # type: ignore[no-untyped-call]


def project(root: Path) -> Path:
    """A copy of the project with one small lesson."""
    ignored = shutil.ignore_patterns("__pycache__", "*.yaml")
    shutil.copytree(lessons.ROOT / "helpers", root / "helpers", ignore=ignored)
    (root / "helpers/mock/replies").mkdir(exist_ok=True)
    (root / f"helpers/mock/replies/{LESSON}.yaml").write_text(WRITTEN, "utf-8")
    (root / "tests").mkdir()
    for name in ("__init__.py", "execute.py"):
        shutil.copy(lessons.ROOT / "tests" / name, root / "tests")
    notebook(root / f"notebooks/{LESSON}.ipynb", CELLS)
    notebook(root / f"notebooks/solutions/{LESSON}.ipynb", SOLUTION)
    (root / "notebooks/images").mkdir()
    shutil.copy(lessons.NOTEBOOKS / "images" / PICTURE, root / "notebooks/images")
    # Python reads this first, in each program that is started.
    (root / "sitecustomize.py").write_text(STAY_HERE, "utf-8")
    return root


def record(root: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    ours = {"HOME": str(root), "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "helpers.mock", "record", *arguments],
        cwd=root,
        env=kept | ours | settings,
        capture_output=True,
        encoding="utf-8",
    )


def real_api(folder: Path) -> str:
    """Serve what stands for the real API, with its file of replies in `folder`; return its URL."""
    (folder / "real.yaml").write_text(REAL, "utf-8")
    real = Mock(load(folder))
    return server.start(lambda: real)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    folder = tmp_path_factory.mktemp("real")
    (folder / "real.yaml").write_text(REAL, "utf-8")
    real = Mock(load(folder, strict=True))
    seen: list[tuple[str, str, Any]] = []

    def watched(request: Request, mock: Mock) -> Reply:
        seen.append((request.path, request.headers["authorization"], request.body.decode()))
        return core.answer(request, mock)

    root = project(tmp_path_factory.mktemp("project"))
    url = server.start(lambda: real, watched)
    run = record(root, "20", "--limit", "1", OPENAI_API_KEY=KEY, OPENAI_BASE_URL=url)
    assert run.returncode == 0, run.stdout + run.stderr
    return Recorded(root, run, seen, WRITTEN)


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
    before = {row["prompt"]: row for row in parsed(recorded.before)}
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
    text = (recorded.root / f"helpers/mock/replies/{LESSON}.yaml").read_text("utf-8")
    for kept in re.findall(r"#.*", recorded.before):
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
    made = lessons.read(recorded.root / f"notebooks/{LESSON}.ipynb")
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
    assert {path for path, _, _ in recorded.seen} == {recording.CHAT, recording.RESPONSES}
    assert {header for _, header, _ in recorded.seen} == {f"Bearer {KEY}"}
    assert len(recorded.seen) == 10
    for _, _, body in recorded.seen:
        assert not re.search(r'"(stream|file_id|previous_response_id|user)":', body)
        assert '"store":false' in body.replace(" ", "")
    # What the mock has stored goes along in words.
    (continued,) = [body for _, _, body in recorded.seen if "And then?" in body]
    assert "data:image/png;base64," in continued and "A harbour, live." in continued
    (after_tool,) = [body for _, _, body in recorded.seen if "celsius" in body]
    assert '"type":"function_call"' in after_tool and "Bergen" in after_tool


def test_cost_is_shown_before_and_after_and_an_unknown_price_is_said(recorded: Recorded) -> None:
    estimate, _, after = recorded.run.stdout.partition("Recording from 127.0.0.1, for $1 at most")
    assert re.search(rf"{LESSON} +10 replies +\d+ tokens in +\d+ out +\$0\.00\d+", estimate)
    assert "The price of gpt-6.2-sol is unknown" in estimate
    assert re.search(r"Spent: \$0\.00\d+ for 10 replies; the price of gpt-6.2-sol is", after)
    assert "$0.000000" not in after


def test_without_a_limit_nothing_is_sent_and_nothing_changes(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    # At the discard port nobody listens.
    run = record(root, OPENAI_API_KEY=KEY, OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith(
        "Nothing was sent. To record, say how much it may cost: --limit DOLLARS\n"
    )
    assert (root / f"helpers/mock/replies/{LESSON}.yaml").read_text("utf-8") == WRITTEN
    assert "Outputs:" not in (root / f"notebooks/{LESSON}.ipynb").read_text("utf-8")


def test_a_cell_that_fails_with_what_was_recorded_is_named(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    fails = "\nassert ask('One?').choices[0].message.content == 'First, by hand.', 'other words'"
    notebook(root / f"notebooks/{LESSON}.ipynb", [CELLS[0], CELLS[1].partition("print")[0] + fails])
    url = real_api(tmp_path)
    run = record(root, "--limit", "1", OPENAI_API_KEY=KEY, OPENAI_BASE_URL=url)
    assert run.returncode == 1
    assert f"! {LESSON}.ipynb stopped with AssertionError: other words" in run.stdout
    # What was paid for is kept.
    assert "First, live." in (root / f"helpers/mock/replies/{LESSON}.yaml").read_text("utf-8")
    assert "Outputs:" not in (root / f"notebooks/{LESSON}.ipynb").read_text("utf-8")


def test_the_limit_stops_the_command_and_the_lesson_runs_to_its_end(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    url = real_api(tmp_path)
    run = record(root, "--limit", "0.00001", OPENAI_API_KEY=KEY, OPENAI_BASE_URL=url)
    assert run.returncode == 0
    assert f"{LESSON}: 1 recorded\n" in run.stdout
    assert "“Two?”: not asked for any more" in run.stdout
    assert "Stopped: the limit of $0.00001 is reached." in run.stdout
    text = (root / f"helpers/mock/replies/{LESSON}.yaml").read_text("utf-8")
    assert "First, live." in text and "Second, by hand" in text
    made = lessons.read(root / f"notebooks/{LESSON}.ipynb")
    assert "Second, by hand" in lessons.printed(lessons.code_cells(made)[1])
    footer = f"from 1 reply recorded from gpt-6-luna on {TODAY}, and 12 written.*"
    assert made.cells[-1].source.endswith(footer)


# The command's refusals


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
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "host/v1"}, "names no server"),
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
    assert recording.main(["00", "--limit", "1"]) == 1
    out, err = capsys.readouterr()
    assert complaint in err
    assert out == "" and KEY not in err


@pytest.mark.usefixtures("nothing_set")
def test_key_is_found_in_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_ORG_ID=acme\n", "utf-8")
    _, host, secrets = recording._real_end()
    assert (host, secrets) == ("api.openai.com", {KEY, "acme"})


def test_a_lesson_without_replies_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert recording.main(["01"]) == 1
    assert "No lesson '01' has replies. There are: 00_start_here," in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "-1", "much", "inf"])
def test_a_limit_is_an_amount(limit: str) -> None:
    with pytest.raises(SystemExit):
        recording.main(["00", f"--limit={limit}"])


# The door


def came(text: str | None = "Live.", **message: Any) -> dict[str, Any]:
    """A body as the real API sends it: 100 000 tokens in are one cent."""
    said = {"role": "assistant", "content": text, **message}
    choice = {"index": 0, "message": said, "finish_reason": message.pop("ends", "stop")}
    usage = {"prompt_tokens": 100_000, "completion_tokens": 0, "total_tokens": 100_000}
    return {"model": DEFAULT, "choices": [choice], "usage": usage}


def door(send: Callable[[str, dict[str, Any]], dict[str, Any]], **more: Any) -> tuple[Door, Any]:
    """A door with three prompts, and the SDK's client of it."""
    rows = [{"prompt": prompt, "reply": "By hand."} for prompt in ("A", "B", "C")]
    opened = Door({"x": copy.deepcopy(rows)}, send, {"x"}, **more)
    url = server.start(lambda: opened.mock, opened.answer)
    return opened, OpenAI(api_key=recording.KEY, base_url=url, max_retries=0)


def ask(client: Any, prompt: str, **more: Any) -> str | None:
    messages = [{"role": "user", "content": prompt}]
    made = client.chat.completions.create(model=DEFAULT, messages=messages, **more)
    text: str | None = made.choices[0].message.content
    return text


def test_limit_stops_the_sending_and_the_lesson_goes_on() -> None:
    sent = []

    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        sent.append(body["messages"][0]["content"])
        return came()

    opened, client = door(send, limit=Decimal("0.02"))
    assert [ask(client, prompt) for prompt in "ABC"] == ["Live.", "Live.", "By hand."]
    assert sent == ["A", "B"]
    assert opened.spent == Decimal("0.02")
    assert opened.stopped == "the limit of $0.02 is reached" and not opened.failed
    assert "recorded" not in opened.rows["x"][2]


def test_an_entry_is_paid_for_once() -> None:
    opened, client = door(lambda path, body: came())
    assert [ask(client, "A"), ask(client, "A")] == ["Live.", "Live."]
    assert opened.used["calls"] == 1


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (came(None, refusal="I'd rather not."), "the model declined"),
        (came(ends="length"), "the reply ended with length"),
        (came(" "), "the reply is empty"),
        (came(None, tool_calls=[{"function": {}}]), "the model called a function"),
        ({"model": DEFAULT, "status": "incomplete", "output": []}, "the reply is incomplete"),
        ({"model": DEFAULT, "choices": [{}]}, "no reply of this API"),
    ],
)
def test_a_reply_that_does_not_serve_the_lesson_is_left(reply: Any, reason: str) -> None:
    opened, client = door(lambda path, body: reply)
    assert ask(client, "A") == "By hand."
    assert reason in opened.left["x", 0]
    assert not opened.recorded and not opened.stopped


def test_a_reply_in_another_format_is_left() -> None:
    opened, client = door(lambda path, body: came("no object"))
    opened.rows["x"][0]["reply"] = {"written": True}
    opened.mock.replies = opened._load()
    messages = [{"role": "developer", "content": "JSON."}, {"role": "user", "content": "A"}]
    wanted = {"type": "json_object"}
    made = client.chat.completions.create(model=DEFAULT, messages=messages, response_format=wanted)
    assert made.choices[0].message.content == '{"written": true}'
    assert "mock_reply_does_not_fit" in opened.left["x", 0]
    assert opened.rows["x"][0] == {"prompt": "A", "reply": {"written": True}}


def test_several_replies_are_recorded_only_when_all_are_asked_for_at_once() -> None:
    two = came()["choices"] + came("Other.")["choices"]
    opened, client = door(lambda path, body: came() | {"choices": two[: body.get("n", 1)]})
    opened.rows["x"][0] = {"prompt": "A", "replies": ["1", "2"]}
    opened.mock.replies = opened._load()
    assert ask(client, "A") == "1"
    assert opened.left["x", 0] == "no cell asks for 2 replies at once"
    assert ask(client, "A", n=2) == "Live."
    assert opened.rows["x"][0]["replies"] == ["Live.", "Other."]


@pytest.mark.parametrize(("status", "stops"), [(401, True), (429, True), (400, False)])
def test_an_error_is_told_without_the_key_and_stops_what_cannot_go_on(
    status: int, stops: bool
) -> None:
    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = httpx2.Request("POST", "https://api.openai.com/v1")
        response = httpx2.Response(status, request=request)
        raise openai.APIStatusError(f"Not with {LEAK} or {KEY}", response=response, body=None)

    opened, client = door(send, secrets={KEY})
    assert ask(client, "A") == "By hand."
    assert opened.left["x", 0] == "the API refused: Not with [redacted] or [redacted]"
    assert (opened.stopped is not None, opened.failed) == (stops, stops)


def test_a_fine_tuned_models_name_does_not_tell_the_organisation() -> None:
    opened, client = door(lambda path, body: came() | {"model": "ft:gpt-x:acme::1234"})
    ask(client, "A")
    assert opened.rows["x"][0]["recorded"] == {"model": "ft:gpt-x", "date": TODAY}


@pytest.mark.parametrize(
    "text",
    [
        "a task-oriented-approach",
        "sk-proj-FAKE-0000-wxyz",
        "billing@hosting.example",
        "batch-normalization, user_authentication and file-descriptors",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert recording.redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        LEAK,
        f'{{"key": "\\n{LEAK}"}}',
        "org-0123456789abcdef",
        "proj_0123456789abcdef",
        "user-0123456789abcdef",
        "req_0123456789abcdef",
        "mei.li+x@mail.garden-club.org",
    ],
)
def test_what_is_of_an_account_is_taken_out(text: str) -> None:
    (cleaned,) = recording.redact([{"x": text}])
    assert recording.REDACTED in cleaned["x"]
    assert not re.search("leak|0123|mei|garden", cleaned["x"])


# The files of replies


def parsed(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


@pytest.mark.parametrize(
    "text",
    [
        "- prompt: A\n  reply: old\n",
        "- prompt: A\n  reply: old",
        "- reply: old   # why\n  prompt: A\n\n\n# end",
        "# x\n- {prompt: A?, reply: old}  # after\n- prompt: B\n  reply: b\n",
        "# é 机器 😀\n- prompt: é 机器 😀\n  reply: 机器 😀  # 😀\n  ends: length\n",
        "- prompt: A\n  reply: |\n    old\n\n    # text\n\n  # what follows\n  ends: length\n",
        '- prompt: A\n  reply: "old\n    words"\n# B\n- prompt: B\n  reply: {x: 1}\n',
        "-   prompt: A\n    reply:\n      - x: 1\n      - y\n    recorded: {model: m}",
    ],
)
@pytest.mark.parametrize(
    "reply",
    [
        "new",
        "a: b # c",
        "two\n\n  lines \n# x",
        "word " * 40 + "end",
        {"a": ["yes", "1.0", {"b": None, "c": "word " * 30}]},
        "“quoted” 'twice' \\ \t",
    ],
)
def test_only_what_changes_is_written_anew(text: str, reply: Any) -> None:
    rows = parsed(text)
    rows[0] |= {"reply": reply, "recorded": {"model": "m", "date": TODAY}}
    new, kept = recording.rewrite(text, rows)
    assert parsed(new) == rows
    assert kept
    for comment in re.findall(r"(?<!    )# ?\w+.*", text):
        assert comment in new
    assert recording.rewrite(new, rows) == (new, True)


def test_a_file_that_cannot_be_changed_in_place_is_written_whole() -> None:
    text = "- &a\n  prompt: A\n  reply: old\n- <<: *a\n  prompt: B # x\n"
    rows = parsed(text)
    rows[0] |= {"reply": "new"}
    new, kept = recording.rewrite(text, rows)
    assert (parsed(new), kept) == (rows, False)


# The footer


def folder(path: Path, *sources: str) -> Path:
    entries = [f"- {{prompt: P{i}, {source}}}" for i, source in enumerate(sources)]
    (path / "x.yaml").write_text("\n".join(entries), "utf-8")
    return path


LUNA = "reply: a, recorded: {model: gpt-6-luna, date: 2026-11-25}"


@pytest.mark.parametrize(
    ("sources", "line"),
    [
        ([], "by the mock API"),
        (["fallback: true"], "by the mock API"),
        (["reply: a", "fallback: true"], "from written replies"),
        ([LUNA], "from replies recorded from gpt-6-luna on 2026-11-25"),
        (
            [LUNA, LUNA, "reply: a"],
            "from 2 replies recorded from gpt-6-luna on 2026-11-25, and 1 written",
        ),
    ],
)
def test_footer_says_which_kind_the_replies_are(
    sources: list[str], line: str, tmp_path: Path
) -> None:
    assert recording.footer("x", folder(tmp_path, *sources)) == f"*Outputs: made offline {line}.*"


@pytest.mark.parametrize("path", lessons.LESSONS, ids=lessons.name)
def test_signing_changes_the_last_line_only_and_not_again(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path)
    notebook = lessons.read(tmp_path / path.name)
    before = re.sub(r"\n*\*Outputs: .*\*$", "", notebook.cells[-1].source)
    recording.sign(notebook, path)
    once = copy.deepcopy(notebook)
    assert once.cells[-1].source == f"{before}\n\n{recording.footer(path.stem)}"
    recording.sign(notebook, path)
    assert notebook == once
    recording.sign(notebook, tmp_path / "x.ipynb", folder(tmp_path, LUNA))
    assert notebook.cells[-1].source.startswith(before)
    assert notebook.cells[-1].source.count("*Outputs:") == 1
    assert notebook.cells[-1].source.endswith("recorded from gpt-6-luna on 2026-11-25.*")


@pytest.mark.parametrize("path", lessons.LESSONS, ids=lessons.name)
def test_each_lesson_says_where_its_outputs_come_from(path: Path) -> None:
    last = [cell for cell in lessons.read(path).cells if cell.cell_type == "markdown"][-1]
    assert last.source.endswith(f"\n\n{recording.footer(path.stem)}")
