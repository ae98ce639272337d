"""Plants faults, one by one, in a scratch copy of the project, and shows which check catches each.

    python -m tests.plant_faults                     all of them: some ten minutes
    python -m tests.plant_faults mask "[DONE]"       those with one of these words in their name
    python -m tests.plant_faults --markdown FILE     the table also in a file

A fault is one edit of one file. Only the narrowest check that should see it runs, after all those
checks passed on the copy without a fault. Exit code 1 if a fault is not caught.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from helpers.__main__ import NBVAL

ROOT = Path(__file__).parents[1]
PROCESSES = 2
SECONDS = 240
"""How long a check may take; one that takes longer has not caught the fault."""

KEY_SEARCH = r"git grep -nIE 'sk-(proj-|admin-)?[A-Za-z0-9_-]{24,}'"
"""The search for keys in .ci/run."""

# Whole here, it would be found by that search.
KEY = "sk-" + "a1b2" * 8


class Fault(NamedTuple):
    """An edit: the first `old` in `file` becomes `new`; and the check that should see it.

    check: a test's id, `nbval NOTEBOOK`, `drift`, `ruff`, `format`, `mypy`, or `keys`.
    """

    name: str
    file: str
    old: str
    new: str
    check: str


def lesson(number: str) -> str:
    """Return the path of a lesson."""
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    return path.relative_to(ROOT).as_posix()


START, SETUP, BILLING, CHAT, VISION, JSON = (lesson(f"{n:02}") for n in (0, 1, 2, 4, 5, 6))
SOLUTION = START.replace("notebooks/", "notebooks/solutions/")


def on(test: str, path: str = START) -> str:
    """Return the id of a test of tests/test_notebooks.py for one notebook."""
    return f"tests/test_notebooks.py::{test}[{path.removeprefix('notebooks/')}]"


IDS = on("test_ids_of_cells_are_stable")
VALID = on("test_is_valid_and_executed_in_order")
TIDY = on("test_no_cell_is_skipped_or_long_and_none_stores_an_error")
PRIVATE = on("test_no_secret_path_or_address_in_source_or_output")
LINKS = on("test_links_lead_somewhere_and_pictures_have_a_text")
OUTPUT = '"model:  gpt-6-luna\\n"'
FIRST_CALL = '"from openai import OpenAI\\n",\n    "\\n",\n    "MODEL'
TABLE = "helpers/models.py"
MOCK, STRUCTURED, ADMIN, PICTURES, CAUGHT, KEYS, MODES, GUARD = (
    f"tests/test_{name}.py::test_"
    for name in (
        "mock", "structured", "admin", "pictures", "caught", "keys", "modes", "guard",
    )
)  # fmt: skip
SAID, CHECKS, CORE = (
    "helpers/mock/endpoints/chat.py",
    "helpers/mock/checks.py",
    "helpers/mock/core.py",
)
RESPONSES = "helpers/mock/endpoints/responses.py"
REPLIES = "helpers/mock/replies/00_start_here.yaml"

IN_LESSONS = [
    Fault("a changed prompt", START, "what is an API?", "what is an SDK?", f"nbval {START}"),
    Fault("a swapped model", START, '\\"gpt-6-luna\\"', '\\"gpt-6-sol\\"',
          on("test_names_the_default_model_once")),
    Fault("a model that was shut down", BILLING, '\\"gpt-6-astra\\"', '\\"gpt-4\\"',
          f"nbval {BILLING}"),
    Fault("a model that is not in the table", BILLING, "for model in (MODEL",
          'for model in (\\"gpt-6-moon\\"', f"nbval {BILLING}"),
    Fault("an output edited by one character", START, "tokens: 15 in", "tokens: 16 in",
          f"nbval {START}"),
    Fault("an output's line left out", START, f"      {OUTPUT},\n", "", f"nbval {START}"),
    Fault("a stored picture edited by one character", VISION, "AAANSUhEUgAA", "AAANSUhEUgAB",
          f"{CAUGHT}stored_pictures_are_whole_and_show_something"),
    Fault("a missing import", START, '    "from openai import OpenAI\\n",\n', "",
          f"nbval {START}"),
    Fault("a broken cell", START, "completion.model)", "completion.modell)", f"nbval {START}"),
    Fault("an exercise that comes solved", START, '"total = ...', '"total = completion.usage'
          ".total_tokens", f"nbval {START}"),
    Fault("a solution that is wrong", SOLUTION, ".usage.total_tokens", ".usage.prompt_tokens",
          f"nbval {SOLUTION}"),
    Fault("a key in an output", START, OUTPUT, f'"{KEY}\\n"', PRIVATE),
    Fault("an organisation's id in an output", START, OUTPUT, '"org-a1B2c3D4e5F6\\n"', PRIVATE),
    Fault("an address in an output", START, OUTPUT, '"http://127.0.0.1:4711/v1\\n"', PRIVATE),
    Fault("a path in an output", START, OUTPUT, '"/home/mei/lessons\\n"', PRIVATE),
    Fault("a picture without an alt text", START, "![Your cell", "![](images/modes.svg) [Your cell",
          LINKS),
    Fault("a dead link between lessons", START, "(01_key_setup.ipynb)", "(01_keys.ipynb)", LINKS),
    Fault("a cell skipped by a tag", START, '"id": "00-05",\n   "metadata": {}',
          '"id": "00-05",\n   "metadata": {"tags": ["nbval-skip"]}', TIDY),
    Fault("a cell skipped by a comment", START, FIRST_CALL, '"# NBVAL_SKIP\\n",\n    ' + FIRST_CALL,
          TIDY),
    Fault("a cell that calls the API and imports helpers", START, FIRST_CALL,
          '"from helpers import check\\n",\n    ' + FIRST_CALL,
          on("test_cells_that_call_the_api_are_plain_sdk")),
    Fault("a cell that needs helpers without importing them", START, '"print(completion.choices',
          '"import helpers\\n",\n    "print(completion.choices',
          f"tests/test_copy_out.py::test_cells_run_alone_and_print_what_is_stored["
          f"{START.removeprefix('notebooks/')}]"),
    Fault("an execution count out of order", START, '"execution_count": 2', '"execution_count": 9',
          VALID),
    Fault("the same id for two cells", START, '"id": "00-06"', '"id": "00-05"', IDS),
    Fault("a cell's id at random", START, '"id": "00-06"', '"id": "9f3c01aa"', IDS),
    Fault("an editor's metadata in a notebook", START, ' "metadata": {\n  "kernelspec"',
          ' "metadata": {\n  "vscode": {},\n  "kernelspec"', VALID),
    Fault("this computer's Python in a notebook", START, '"language_info": {\n',
          '"language_info": {\n   "version": "3.13.1",\n', VALID),
    Fault("an editor's metadata in a cell", START, '"id": "00-05",\n   "metadata": {}',
          '"id": "00-05",\n   "metadata": {"collapsed": true}', VALID),
    Fault("a warning in an output", START, '"name": "stdout"', '"name": "stderr"', TIDY),
    Fault("a lesson without goals", START, "After this lesson you can", "This lesson is about",
          on("test_follows_the_pattern")),
    Fault("a part of the guide without a heading", CHAT, "(guide 4.1)", "",
          "tests/test_notebooks.py::test_every_numbered_part_of_the_guide_has_a_heading"),
    Fault("another set-up cell", CHAT, '"setup()"', '"setup(mode=1)"',
          on("test_begins_with_the_set_up_cell", CHAT)),
    Fault("a deprecated call", START, '"print(completion.choices',
          '"try:\\n", "    client.images.create_variation(image=b\'\')\\n", "except Exception:\\n",'
          ' "    pass\\n", "print(completion.choices', "drift"),
]  # fmt: skip

IN_REPLIES_AND_EXERCISES = [
    Fault("an entry removed from the replies", REPLIES, "- prompt: Name three rivers in Africa.\n"
          "  reply: The Nile, the Congo and the Niger.\n", "", f"nbval {SOLUTION}"),
    Fault("a changed reply", REPLIES, "The Nile, the Congo", "The Congo, the Nile",
          f"nbval {SOLUTION}"),
    Fault("an entry twice in the replies", REPLIES, "- prompt: Name three",
          "- prompt: Say hello.\n  reply: Hi.\n- prompt: Name three",
          f"{MOCK}content_filter_and_refusal"),
    Fault("a misspelt field in the replies", REPLIES, "reply: The Nile", "repply: The Nile",
          f"{MOCK}content_filter_and_refusal"),
    Fault("an unknown prompt that passes in tests", "helpers/mock/generation/replies.py",
          "if entry is None and self.strict:", "if False:",
          f"{MOCK}unwritten_prompt_is_an_error_when_strict"),
    Fault("an exercise's check that always passes", "helpers/exercises.py",
          "if messages[2][\"content\"] != first", "if False and first",
          "tests/test_exercises.py::test_wrong_answers_are_wrong_with_a_reason_and_the_hint[04.1]"),
    Fault("an exercise's check that never passes", "helpers/exercises.py", "if text != whole:",
          "if True:", "tests/test_exercises.py::test_right_answers_are_right[04.2]"),
    Fault("an exercise's check that raises", "helpers/exercises.py",
          "except (AttributeError, TypeError, ", "except (",
          "tests/test_exercises.py::test_nonsense_is_wrong_and_never_raises[00.1]"),
]  # fmt: skip

IN_CHAT_AND_RESPONSES = [
    Fault("no usage in a chat's reply", SAID, "usage=_usage(conversation, choices),", "",
          f"{MOCK}chat_reply_has_the_written_text_and_counts"),
    Fault("a field dropped from a chat's chunks", SAID,
          '        "service_tier": completion.service_tier,\n', "",
          f"{CAUGHT}chunks_repeat_what_the_plain_reply_says_of_itself"),
    Fault("a field dropped from a response", RESPONSES, '    "truncation": "disabled",\n', "",
          f"{CAUGHT}a_response_repeats_its_parameters_with_their_defaults"),
    Fault("an event out of order", RESPONSES, "enumerate(_events(response))",
          'enumerate(sorted(_events(response), key=lambda e: "progress" in e.type))',
          f"{MOCK}responses_stream_has_every_event_in_order"),
    Fault("events numbered from 1", RESPONSES, "enumerate(_events(response))",
          "enumerate(_events(response), 1)", f"{MOCK}responses_stream_has_every_event_in_order"),
    Fault("a stream's pieces out of order", RESPONSES, "in tokens.split(part.text)",
          "in reversed(tokens.split(part.text))",
          f"{MOCK}responses_stream_has_every_event_in_order"),
    Fault("a stream without [DONE]", SAID, 'yield b"data: [DONE]\\n\\n"', "yield b''",
          f"{CAUGHT}a_chat_stream_ends_with_done_and_a_responses_stream_without"),
    Fault("a stream sent as JSON", CORE, "text/event-stream", "application/json",
          f"{CAUGHT}a_stream_says_that_it_is_one"),
    Fault("a stream without its usage", SAID, "choices=[], usage=completion.usage)", "choices=[])",
          f"{MOCK}stream_adds_up_to_the_plain_reply"),
    Fault("a stream that does not say how it ended", SAID, "{}, choice.finish_reason)", "{})",
          f"{MOCK}stream_adds_up_to_the_plain_reply"),
    Fault("usage wrong by one in chat's sum", SAID, "total_tokens=asked + said",
          "total_tokens=asked + said + 1", f"{MOCK}chat_reply_has_the_written_text_and_counts"),
    Fault("usage wrong by one in a prompt", SAID, "PER_REPLY = 3", "PER_REPLY = 4",
          f"nbval {START}"),
    Fault("usage wrong by one in a response's sum", RESPONSES, "total_tokens=asked + made.tokens",
          "total_tokens=asked + made.tokens + 1", f"{CAUGHT}a_responses_usage_adds_up"),
    Fault("an id not derived from the request", SAID, 'id=f"chatcmpl-{stamp}"',
          'id=f"chatcmpl-{__import__(\'uuid\').uuid4().hex}"',
          f"{MOCK}same_request_gets_the_same_bytes_and_another_gets_another_id"),
    Fault("the same id for every request", CORE, ".hexdigest()[:24]", '.hexdigest()[:0] + "a" * 24',
          f"{MOCK}same_request_gets_the_same_bytes_and_another_gets_another_id"),
    Fault("a time from the clock", "helpers/mock/http.py", "_EPOCH + int(self.stamp[:4], 16)",
          "int(datetime.now().timestamp())", f"nbval {CHAT}"),
    Fault("an error with the wrong status", "helpers/mock/errors.py", "status=404", "status=400",
          f"{MOCK}unknown_or_shut_down_model_is_404"),
    Fault("an error with the wrong code", "helpers/mock/errors.py", '"unsupported_value"',
          '"invalid_value"', f"{MOCK}bad_chat_request_is_400"),
    Fault("an error without its parameter", "helpers/mock/errors.py", '"param": param',
          '"param": None', f"{MOCK}bad_chat_request_is_400"),
    Fault("no request id", CORE, 'HEADERS | {"x-request-id": f"req_{stamp}"}', "HEADERS",
          f"{MOCK}headers_carry_request_id_and_rate_limits"),
    Fault("no rate limits in the headers", CORE, '"x-ratelimit-reset-tokens": "120ms",', "",
          f"{MOCK}headers_carry_request_id_and_rate_limits"),
    Fault("temperature accepted with reasoning", CHECKS, 'for name in ("temperature", "top_p")',
          "for name in ()", f"{MOCK}bad_chat_request_is_400"),
    Fault("max_tokens accepted with reasoning", SAID, 'body.get("max_tokens") is not None and',
          "False and", f"{MOCK}bad_chat_request_is_400"),
    Fault("an unknown parameter accepted", CHECKS, "if name not in known:", "if False:",
          f"{MOCK}bad_chat_request_is_400"),
    Fault("a model that was shut down answers", CHECKS, "found is None or found.gone",
          "found is None", f"{MOCK}unknown_or_shut_down_model_is_404"),
    Fault("a limit of tokens that is not kept", "helpers/mock/generation/generate.py",
          "limit is not None and", "False and", f"{MOCK}limit_truncates_and_says_length"),
    Fault("reasoning that is not counted", "helpers/mock/generation/generate.py",
          "called + self.reasoning_tokens", "called",
          f"{MOCK}chat_reply_has_the_written_text_and_counts"),
    Fault("a conversation that is forgotten", RESPONSES, "history = [*before, *_read",
          "history = [*_read", f"{MOCK}previous_response_is_read_and_paid_for"),
    Fault("a response kept although store is false", RESPONSES, 'body.get("store") is not False',
          "True", f"{MOCK}response_that_was_not_stored_cannot_be_continued"),
    Fault("a refused schema accepted", STRUCTURED_FILE := "helpers/mock/generation/structured.py",
          'part.get("additionalProperties") is not False', "False",
          f"{STRUCTURED}schema_that_strict_mode_forbids_is_400"),
    Fault("JSON mode without the word", STRUCTURED_FILE, 'wanted.kind == "json_object" and',
          "False and", f"{STRUCTURED}json_mode_gives_json_and_needs_the_word"),
    Fault("an odd request that gets a 500", RESPONSES, "    if not isinstance(given, list):\n"
          '        raise faults.invalid_type("input"', "    if False:\n"
          '        raise faults.invalid_type("input"',
          f"{CAUGHT}one_odd_value_at_a_time_is_answered"),
    Fault("bytes that get a 500", "helpers/mock/http.py", "except (ValueError, Rec",
          "except (KeyError, Rec", "tests/test_odd_requests.py::test_any_bytes_are_answered"),
]  # fmt: skip

IN_THE_REST_OF_THE_MOCK = [
    Fault("an admin key accepted on chat", CORE, "    if keys.fault(key):\n        raise APIError(\n"
          '            f"Incorrect', "    if keys.fault(key) and not _ADMIN_KEY.fullmatch(key):\n"
          '        raise APIError(\n            f"Incorrect',
          f"{ADMIN}each_kind_of_key_opens_its_own_endpoints"),
    Fault("a normal key accepted for costs", CORE, "if _administers(request):", "if False:",
          f"{ADMIN}each_kind_of_key_opens_its_own_endpoints"),
    Fault("any key accepted", CORE, "    if keys.fault(key):\n        raise APIError(\n"
          '            f"Incorrect', '    if False:\n        raise APIError(\n            f"Incorrect',
          f"{MOCK}bad_key_is_401_and_shown_masked"),
    Fault("a bucket off by a day", "helpers/mock/endpoints/organization.py", "first - first % width",
          "first - first % width + width", f"{ADMIN}costs_come_in_whole_utc_days_without_gaps"),
    Fault("a page that loses its last bucket", "helpers/mock/endpoints/organization.py", "in starts[:limit]]",
          "in starts[: limit - 1]]", f"{ADMIN}costs_come_in_whole_utc_days_without_gaps"),
    Fault("costs at the wrong price", "helpers/mock/team.py", ".total_price / 1000",
          ".total_price / 999", f"{ADMIN}costs_are_the_usage_at_the_known_prices"),
    Fault("a spend limit that stops nothing", "helpers/mock/endpoints/organization.py",
          "if limit is not None and team", "if False and team",
          f"{ADMIN}a_hard_limit_stops_spending_until_it_is_removed"),
    Fault("a picture of the wrong size", "helpers/mock/endpoints/images.py", '"], width, height, clear',
          '"], height, width, clear', f"{PICTURES}a_generated_picture_is_as_ordered"),
    Fault("a mask the wrong way round", "helpers/mock/generation/painter.py", "(whole, changed, keep)",
          "(changed, whole, keep)",
          f"{PICTURES}an_edit_changes_the_picture_where_the_mask_is_clear"),
    Fault("a drawing that does not say it is the mock's", "helpers/mock/generation/painter.py",
          "draw.text((size, height - high + size * 0.45), MARK", "(lambda *_: 0)((0, 0), MARK",
          f"{PICTURES}a_drawing_is_marked_as_the_mocks"),
    Fault("a picture that costs no tokens", "helpers/mock/generation/pictures.py", "        return patches",
          "        return 0", f"{PICTURES}pictures_cost_tokens"),
    Fault("a picture on the web that is not told apart", "helpers/mock/generation/pictures.py",
          "0.0 if picture.url == name else math.inf", "0.0", f"{PICTURES}a_url_is_never_fetched"),
    Fault("a broken picture accepted", "helpers/mock/generation/pictures.py", "        raise unreadable",
          '        return Seen("PNG", 1, 1, b"")', f"{PICTURES}what_is_no_picture_is_refused"),
    Fault("a mock that other computers can reach", "helpers/mock/server.py",
          'bind(("127.0.0.1", port))', 'bind(("", port))',
          f"{CAUGHT}the_mock_listens_on_this_computer_only"),
]  # fmt: skip

IN_KEYS_AND_MODES = [
    Fault("a guard that is not raised", "helpers/modes.py",
          "guard.raise_up(lambda: _transport(strict))", "pass",
          f"{GUARD}clients_of_the_sdk_are_answered_by_the_mock"),
    Fault("a guard that forgets the API's regions", "helpers/guard.py",
          'host == HOST or host.endswith("." + HOST)', "host == HOST",
          f"{GUARD}other_clients_are_refused_with_a_sentence"),
    Fault("a guard that stays up in live mode", "helpers/guard.py", "    _up = False\n\n\n@context",
          "    _up = True\n\n\n@context",
          f"{GUARD}going_live_takes_the_guard_down_and_going_back_puts_it_up"),
    Fault("NO_PROXY not set", "helpers/modes.py", "    _bypass_proxies()\n", "",
          f"{MODES}proxies_do_not_come_between_the_sdk_and_the_mock"),
    Fault("a key printed unmasked", "helpers/modes.py",
          'live. Key {keys.mask(key.value)} from', 'live. Key {key.value} from',
          f"{MODES}key_in_the_environment_goes_live"),
    Fault("a mask that shows too much", "helpers/keys.py", "{key[-4:]}", "{key[-8:]}",
          f"{KEYS}mask_shows_the_kind_and_the_last_four"),
    Fault("a wrong key repeated whole in an error", CORE, "{'*' * (len(key) - 12)}",
          "{key[8:-4]}", f"{MOCK}bad_key_is_401_and_shown_masked"),
    Fault("a .env saved for all to read", "helpers/keys.py", "follow_symlinks=True))\n    return",
          "follow_symlinks=True))\n    path.chmod(0o644)\n    return",
          f"{KEYS}save_makes_a_file_for_its_owner_only"),
    Fault("a .env saved where git would track it", "helpers/keys.py",
          "if _git_would_track(path):", "if False:",
          f"{KEYS}save_refuses_a_file_that_git_would_track"),
    Fault("the file wins over the environment", "helpers/keys.py",
          'if value := clean(environ.get(name, "")):', 'if not from_file and '
          '(value := clean(environ.get(name, ""))):',
          f"{KEYS}find_prefers_the_environment_unless_it_is_empty"),
    Fault("a key that stays in the environment offline", "helpers/modes.py",
          "    _set(KEY, OFFLINE_KEY)\n", "", f"{MODES}forced_offline_takes_the_key_out"
          "_of_the_environment"),
    Fault("live without a key goes quietly offline", "helpers/modes.py", 'if forced == "live":',
          "if False:", f"{MODES}forced_live_without_a_usable_key_is_an_error"),
    Fault("a check-up that prints a key", "helpers/checkup.py",
          'f"{keys.mask(key.value)} from {key.where}"', 'f"{key.value} from {key.where}"',
          "tests/test_checkup.py::test_two_different_keys"),
    Fault("a check-up that sees no dead proxy", "helpers/checkup.py",
          "    if not _answers(host, port):\n        said = \"the one", "    if False:\n"
          '        said = "the one', "tests/test_checkup.py::test_dead_proxy"),
]  # fmt: skip

IN_WIDGETS = [
    Fault("a dead button in the key box", "helpers/widgets/key_box.py", "(save, on_save), ", "",
          "tests/test_browser.py::test_key_box"),
    Fault("a dead Stop button", "helpers/widgets/chat_panel.py",
          "    stop.on_click(lambda _: stopping.set())\n", "",
          "tests/test_browser.py::test_chat_panel"),
    Fault("a chat panel that takes text for HTML", "helpers/widgets/chat_panel.py",
          'text=html.escape(message["content"])', 'text=message["content"]',
          f"{CAUGHT}the_chat_panel_shows_text_as_text"),
    Fault("a dead field in the cost calculator", "helpers/widgets/cost_calculator.py",
          'field.observe(show, "value")', "pass",
          "tests/test_cost_calculator.py::test_sums_follow_the_fields"),
    Fault("a month of 31 days", "helpers/widgets/cost_calculator.py", "DAYS = 30", "DAYS = 31",
          "tests/test_cost_calculator.py::test_sums_follow_the_fields"),
]  # fmt: skip

IN_THE_PROJECT = [
    Fault("a pin that differs from what is installed", "requirements.txt", "openai==3.57.0",
          "openai==3.57.1", "tests/test_pins.py::test_installed_versions_are_the_pinned_ones"),
    Fault("a pin that is a range", "requirements.txt", "openai==", "openai>=",
          "tests/test_pins.py::test_every_pin_is_exact_and_hashed_and_names_no_host"),
    Fault("a registry's host among the pins", "requirements.txt", "# This file",
          "--index-url https://example.invalid/simple\n# This file",
          "tests/test_pins.py::test_every_pin_is_exact_and_hashed_and_names_no_host"),
    Fault("pins that do not fulfil pyproject.toml", "pyproject.toml", '"openai>=3.57,<4"',
          '"openai>=4,<5"', "tests/test_pins.py::test_pins_fulfil_what_pyproject_asks_for"),
    Fault("conda with an unsupported Python", "environment.yml", "python=3.13", "python=3.9",
          "tests/test_pins.py::test_conda_installs_the_same_file_on_a_supported_python"),
    Fault("an SDK outside the supported range", "pyproject.toml", '"openai>=3.57,<4"',
          '"openai>=3.58,<4"', "drift"),
    Fault("a model to be shut down soon", TABLE, 'Model("gpt-6-luna", date(2026, 9, 22), _ALL,',
          'Model("gpt-6-luna", date(2026, 9, 22), _ALL, shutdown=date(2026, 12, 20), chat_tools=',
          "drift"),
    Fault("facts that nobody has checked for long", TABLE, "CHECKED = date(2026, 11",
          "CHECKED = date(2026, 7", "drift"),
    Fault("a dead link in the README", "README.md", "(notebooks/04_chat.ipynb)",
          "(notebooks/04_chats.ipynb)", "drift"),
    Fault("a key in a file that git tracks", "README.md", "# OpenAI", f"{KEY}\n# OpenAI", "keys"),
    Fault("a command in CI that cannot fail", ".ci/run", "-m mypy", "-m mypy || true",
          f"{CAUGHT}no_command_in_ci_is_kept_from_failing"),
    Fault("an unused import", "helpers/guard.py", "import socket\n", "import os\nimport socket\n",
          "ruff"),
    Fault("code that is not formatted", "helpers/guard.py", "_up = False", "_up =  False",
          "format"),
    Fault("a wrong type", "helpers/mock/generation/tokens.py", "return len(split(text))",
          "return str(len(split(text)))", "mypy"),
    Fault("syntax that an old Python cannot read", "helpers/__main__.py", "    python = venv_python"
          "()\n", "    (python := venv_python())\n",
          "tests/test_command.py::test_an_old_python_can_read_the_file"),
]  # fmt: skip

FAULTS = [
    *IN_LESSONS,
    *IN_REPLIES_AND_EXERCISES,
    *IN_CHAT_AND_RESPONSES,
    *IN_THE_REST_OF_THE_MOCK,
    *IN_KEYS_AND_MODES,
    *IN_WIDGETS,
    *IN_THE_PROJECT,
]


class Outcome(NamedTuple):
    """What came of a planted fault."""

    fault: Fault
    caught: bool
    seconds: float
    said: str


def main() -> int:
    """Plant the faults that were asked for; return 1 if one was not caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.plant_faults")
    parser.add_argument("words", nargs="*", help="only faults with one of these in their name")
    parser.add_argument("--markdown", type=Path, help="a file for the table")
    asked = parser.parse_args()
    chosen = [fault for fault in FAULTS if wanted(fault, asked.words)]
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        folders: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(PROCESSES):
            folders.put(copy(Path(scratch) / str(number)))
        print(f"{len(chosen)} faults. First the checks without a fault ...", flush=True)
        with ThreadPoolExecutor(PROCESSES) as pool:
            checks = batches({fault.check for fault in chosen})
            said = list(pool.map(lambda batch: healthy(batch, folders), checks))
            if red := list(filter(None, said)):
                print("They fail already, so they prove nothing:", *red, sep="\n")
                return 1
            outcomes = []
            for outcome in pool.map(lambda fault: plant(fault, folders), chosen):
                print(line(outcome), flush=True)
                outcomes.append(outcome)
    missed = [outcome for outcome in outcomes if not outcome.caught]
    for outcome in missed:
        print(f"\n== {outcome.fault.name}\n{outcome.said}")
    print(f"\n{len(outcomes)} faults planted, {len(outcomes) - len(missed)} caught.")
    if asked.markdown:
        asked.markdown.write_text(table(outcomes), "utf-8")
    return int(bool(missed))


def wanted(fault: Fault, words: list[str]) -> bool:
    """Whether a fault is among those asked for."""
    return not words or any(word in fault.name for word in words)


def copy(folder: Path) -> Path:
    """Copy the project's files, also those not yet committed, and make the copy a repository."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=folder, capture_output=True, check=True)
    return folder


def batches(checks: set[str]) -> list[list[str]]:
    """Put the checks that one command can run together."""
    tests = sorted(check for check in checks if check.startswith("tests/"))
    notebooks = sorted(check for check in checks if check.startswith("nbval "))
    alone = [[check] for check in sorted(checks - {*tests, *notebooks})]
    return [batch for batch in (tests, notebooks) if batch] + alone


def command(checks: list[str]) -> list[str]:
    """Return the command that runs checks of one kind."""
    first = checks[0]
    if first.startswith("tests/"):
        return [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *checks]
    if first.startswith("nbval "):
        options = [*NBVAL[:1], *NBVAL[NBVAL.index("--nbval-sanitize-with") :]]
        paths = [check.removeprefix("nbval ") for check in checks]
        return [sys.executable, "-m", "pytest", *options, *paths]
    return {
        "drift": [sys.executable, "-m", "helpers.drift"],
        "ruff": [sys.executable, "-m", "ruff", "check", "--no-cache", "helpers"],
        "format": [sys.executable, "-m", "ruff", "format", "--check", "--no-cache", "helpers"],
        "mypy": [sys.executable, "-m", "mypy", "--no-incremental", "helpers"],
        "keys": ["bash", "-c", f"! {KEY_SEARCH}"],
    }[first]


def run(checks: list[str], folder: Path, seconds: float = SECONDS) -> tuple[int | None, str]:
    """Run checks in a copy; return the exit code (None: too slow) and the last lines said."""
    # No bytecode: a module changed twice within a second would be taken for the same.
    settings = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "LESSONS_MODE": "test"}
    try:
        done = subprocess.run(
            command(checks),
            cwd=folder,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return None, f"no end after {seconds} seconds"
    return done.returncode, "\n".join(done.stdout.splitlines()[-25:])


def healthy(checks: list[str], folders: queue.SimpleQueue[Path]) -> str:
    """Return what checks say that fail although nothing is planted, or nothing."""
    folder = folders.get()
    try:
        code, said = run(checks, folder, 20 * SECONDS)
    finally:
        folders.put(folder)
    # Skipped checks (no browser) pass, and would then catch nothing.
    return "" if code == 0 else f"{' '.join(checks)}\n{said}"


def plant(fault: Fault, folders: queue.SimpleQueue[Path]) -> Outcome:
    """Plant one fault, run its check, and take the fault out again."""
    folder = folders.get()
    file, began = folder / fault.file, time.monotonic()
    before = file.read_bytes()
    text = before.decode("utf-8")
    try:
        if fault.old not in text:
            return Outcome(fault, False, 0, f"could not be planted: {fault.old!r} is not there")
        planted = text.replace(fault.old, fault.new, 1)
        # A file that cannot even be read would be caught by anything.
        if file.suffix == ".ipynb":
            json.loads(planted)
        elif file.suffix == ".py":
            ast.parse(planted)
        file.write_bytes(planted.encode())
        code, said = run([fault.check], folder)
        return Outcome(fault, code not in (0, None), time.monotonic() - began, said)
    finally:
        file.write_bytes(before)
        folders.put(folder)


def line(outcome: Outcome) -> str:
    """Return a line for the terminal."""
    fault, mark = outcome.fault, "caught    " if outcome.caught else "NOT CAUGHT"
    return f"{mark} {outcome.seconds:5.1f} s  {fault.name}  ({fault.file})  by {shown(fault.check)}"


def shown(check: str) -> str:
    """Return a check's name for people."""
    return {
        "drift": "`helpers check --lessons`",
        "ruff": "`ruff check`",
        "format": "`ruff format --check`",
        "mypy": "`mypy`",
        "keys": "the search for keys in `.ci/run`",
    }.get(check, f"`{check.removeprefix('tests/')}`")


def table(outcomes: list[Outcome]) -> str:
    """Return the outcomes as a table in Markdown."""
    head = "| fault | file | caught by | seconds |\n|---|---|---|---|\n"
    rows = [
        f"| {fault.name} | `{fault.file}` | "
        f"{shown(fault.check) if caught else '**not caught**'} | {seconds:.0f} |\n"
        for fault, caught, seconds, _ in outcomes
    ]
    return head + "".join(rows)


if __name__ == "__main__":
    sys.exit(main())
