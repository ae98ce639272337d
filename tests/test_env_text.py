"""The text of a `.env`: what is read, which line is not and why, and how one setting is changed."""

from __future__ import annotations

import logging

import pytest

from helpers import env_text

KEY, OTHER = "sk-proj-FAKE-0000-wxyz", "sk-proj-FAKE-1111-abcd"
NAME, URL, MODE = "OPENAI_API_KEY", "OPENAI_BASE_URL", "LESSONS_MODE"


@pytest.mark.parametrize(
    "line",
    [
        f"{NAME}={KEY}", f"export {NAME}={KEY}", f"{NAME} = '{KEY}'", f'{NAME}="{KEY}" # mine',
        f"\ufeff{NAME}={KEY}", f"\n# {NAME}=\n'{NAME}'={KEY}", f"{NAME}: x\n{NAME}={KEY}",
        f"ANTHROPIC_API_KEY=sk-ant-FAKE-0000-FAKE\n{NAME}={KEY}", f"{NAME}={KEY}\r\nBARE\r\n",
        f"OPENAI_API_KEY_OLD={OTHER}\n{NAME}={KEY}", f"{NAME}={KEY}\nAWS_S3_BUCKET\n",
        f'{NAME}="{KEY}"\nword\n',
    ],
)  # fmt: skip
def test_a_line_that_is_read_is_not_told(line: str) -> None:
    values, unread = env_text.read(line)
    assert (values[NAME], unread) == (KEY, [])


@pytest.mark.parametrize(
    "text",
    [
        "", "# OPENAI_API_KEY=sk-proj-FAKE-0000-wxyz", "OPENAI_API_KEY=", "OPENAI_API_KEY",
        "OPENAI_KEY=", "CITY=Oslo # my openai key is elsewhere", "NOTE='the openai key: none'",
        "DEEPSEEK_API_KEY=sk-FAKE0000FAKE0000", "AZURE_OPENAI_API_KEY=FAKE0000FAKE0000FAKE",
        "OPENROUTER_API_KEY=sk-or-FAKE0000FAKE0000", "OPENAI_BASE_MODEL=gpt-6-luna",
        "OPENAI_API_KEY_FILE=/run/secrets/openai", "OPENAI_PROXY=http://127.0.0.1:9",
        "OPENAI_API_BASE=https://api.openai.com/v1",
    ],
)  # fmt: skip
def test_what_is_no_setting_of_ours_is_not_told(text: str) -> None:
    assert env_text.read(text)[1] == []


TERMINAL, COLON, OPEN = "a command for a terminal", "a colon where =", "a quote that is not closed"
FORM, NO_NAME, SPLIT = "a form that is not read", "a key without a name", "goes on in line"


@pytest.mark.parametrize(
    ("text", "name", "line", "form"),
    [
        (f"{NAME}: {KEY}", NAME, 1, COLON),
        (f'"{NAME}": "{KEY}",', NAME, 1, COLON),
        (f"{NAME}: ollama", NAME, 1, COLON),
        (f"# mine\r\n\r\n{KEY}\r\n", NAME, 3, NO_NAME),
        (f"{NAME}=\n{KEY}\n", NAME, 2, NO_NAME),
        (f"{NAME}=\n{KEY[:12]}\n{KEY[12:]}\n", NAME, 2, NO_NAME),
        (f"'{KEY}',", NAME, 1, NO_NAME),
        (f"openai_api_key={KEY}", NAME, 1, "openai_api_key, a name that is not read"),
        (f"OPENAI_KEY={KEY}", NAME, 1, "OPENAI_KEY, a name that is not read"),
        (f"OPENAI_TOKEN={KEY}", NAME, 1, "OPENAI_TOKEN, a name that is not read"),
        (f"API_KEY={KEY}", NAME, 1, "API_KEY, a name that is not read"),
        (f"OPENIA_API_KEY={KEY}", NAME, 1, "OPENIA_API_KEY, a name"),
        (f"SOMETHING={KEY}", NAME, 1, "SOMETHING, a name"),
        (f"OPENAI-API-KEY={KEY}", NAME, 1, FORM),
        (f"OPENAI API KEY = {KEY}", NAME, 1, FORM),
        (f"\u200b{NAME}={KEY}", NAME, 1, "a character in its name"),
        (f"ОPENAI_API_KEY={KEY}", NAME, 1, "a character in its name"),
        (f"set {NAME}={KEY}", NAME, 1, TERMINAL),
        (f"SET {NAME}={KEY}", NAME, 1, TERMINAL),
        (f'setx {NAME} "{KEY}"', NAME, 1, TERMINAL),
        (f"set -gx {NAME} {KEY}", NAME, 1, TERMINAL),
        (f'$env:{NAME} = "{KEY}"', NAME, 1, TERMINAL),
        (f"$Env:{NAME}='{KEY}'", NAME, 1, TERMINAL),
        (f"$ export {NAME}={KEY}", NAME, 1, TERMINAL),
        (f"ENV {NAME}={KEY}", NAME, 1, TERMINAL),
        (f'{NAME}="{KEY}', NAME, 1, OPEN),
        (f"A=b\nexport {NAME}='{KEY}\nC=d\n", NAME, 2, OPEN),
        (f'{NAME}="{KEY}";', NAME, 1, "something behind the quote"),
        (f"{NAME} {KEY}", NAME, 1, FORM),
        (f"- {NAME}={KEY}", NAME, 1, FORM),
        (f"{NAME}＝{KEY}", NAME, 1, FORM),
        (f'client = OpenAI(api_key="{KEY}")', NAME, 1, "client, a name"),
        (f'openai.api_key = "{KEY}"', NAME, 1, FORM),
        (f"{NAME}={KEY}\n\n{NAME}=\n", NAME, 1, "overruled by line 3, which is empty"),
        (f"A=b\n{NAME}=${{NEVER_SET_ANYWHERE}}", NAME, 2, "a variable that is not set"),
        # A key in two lines.
        (f"{NAME}={KEY[:-4]}\n{KEY[-4:]}\n", NAME, 1, SPLIT),
        (f"{NAME}={KEY}\\\r\n  0000-abcd\r\nA=b", NAME, 1, SPLIT),
        (f"export {NAME}={KEY}\nFAKE1111", NAME, 1, SPLIT),
        # A quote that swallows what follows.
        (f'A="x\n{MODE}=offline\nB="', MODE, 2, "inside a quote"),
        # The other settings.
        ("LESSONS_MODE: offline", MODE, 1, COLON),
        ("LESSONS_MODE:offline", MODE, 1, COLON),
        ("lesson_mode=offline", MODE, 1, "lesson_mode, a name"),
        ("set LESSONS_MODE=offline", MODE, 1, TERMINAL),
        ("OPENAI_API_BASE=https://relay.example/v1", URL, 1, "OPENAI_API_BASE, an old name"),
        ("OPENAI_API_BASE_URL=https://relay.example/v1", URL, 1, "OPENAI_API_BASE_URL, a name"),
        ("openai_base_url = https://relay.example/v1", URL, 1, "openai_base_url, a name"),
        ("OPENAI_BASE_URL https://relay.example/v1", URL, 1, FORM),
        ("OPENAI_ENDPOINT=https://relay.example/v1", URL, 1, "OPENAI_ENDPOINT, a name"),
        ("OPENAI_BASE_URI=https://relay.example/v1", URL, 1, "OPENAI_BASE_URI, a name"),
        ('OPENAI_BASE_URL: "https://relay.example/v1"', URL, 1, COLON),
        ("OPENAI_ORGANIZATION=org-FAKE", "OPENAI_ORG_ID", 1, "OPENAI_ORGANIZATION, a name"),
        ("OPENAI_PROJECT=proj-FAKE", "OPENAI_PROJECT_ID", 1, "OPENAI_PROJECT, a name"),
        ("OPENAI_ADMIN_API_KEY=sk-admin-FAKE", "OPENAI_ADMIN_KEY", 1, "OPENAI_ADMIN_API_KEY, a"),
    ],
)  # fmt: skip
def test_a_line_that_is_not_read_is_told_by_number_and_form(
    text: str, name: str, line: int, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    values, (unread,) = env_text.read(text)
    assert unread.name == name and name not in values
    assert unread.said.startswith(f"line {line} ") and form in unread.said
    for secret in (KEY, KEY[:-4], "0000", "relay.example", "ollama"):
        assert secret not in unread.said
    # python-dotenv's own warning, which knows less, is not printed as well.
    assert caplog.records == []


def test_python_dotenvs_warning_is_back_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    env_text.read(f"{NAME}: {KEY}")
    logging.getLogger("dotenv.main").warning("another")
    assert [record.message for record in caplog.records] == ["another"]


REST = "# mine\n\nCITY='Ōsaka' # home\nnot a setting\nexport A=b"


@pytest.mark.parametrize(
    ("before", "after", "without"),
    [
        ("", f"{NAME}={KEY}\n", ""),
        (REST, f"{REST}\n{NAME}={KEY}\n", REST),
        ("A=b\r\nC=d", f"A=b\r\nC=d\r\n{NAME}={KEY}\r\n", "A=b\r\nC=d"),
        (f"A=b\r\n\r\n{NAME}={OTHER}\r\n", f"A=b\r\n\r\n{NAME}={KEY}\r\n", "A=b\r\n\r\n"),
        (f"{NAME}={OTHER}", f"{NAME}={KEY}\n", ""),
        (f"export {NAME}='{OTHER}' # x\n{REST}\n{NAME} = {OTHER}\n",
         f"{NAME}={KEY}\n{REST}\n{NAME}={KEY}\n", f"{REST}\n"),
        # Both lines of a key that was split go.
        (f"{NAME}={OTHER}\n0000-abcd\nA=b\n", f"{NAME}={KEY}\nA=b\n", "A=b\n"),
        # What is not read is nobody's to take out.
        (f"{NAME}: {OTHER}\n", f"{NAME}: {OTHER}\n{NAME}={KEY}\n", f"{NAME}: {OTHER}\n"),
        (f'{NAME}="{OTHER}\n', f'{NAME}="{OTHER}\n{NAME}={KEY}\n', f'{NAME}="{OTHER}\n'),
    ],
)  # fmt: skip
def test_a_setting_is_changed_or_taken_out_and_the_rest_stays(
    before: str, after: str, without: str
) -> None:
    assert env_text.changed(before, NAME, KEY) == after
    assert env_text.read(after)[0][NAME] == KEY
    assert env_text.changed(before, NAME, None) == without
