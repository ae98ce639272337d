"""The table of models, beside what the SDK and genai-prices say, and as the mock shows it."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from datetime import date, datetime, timezone
from pathlib import Path

import openai
import pytest
from genai_prices import Usage, calc_price
from openai import OpenAI, types
from openai.types import shared

from helpers.models import CHECKED, DEFAULT, Model, Window, find, known

TYPES = Path(inspect.getfile(types)).parent
TEXT = {"chat", "responses"}


def model(name: str) -> Model:
    found = find(name)
    assert found is not None, name
    assert found.id == name
    return found


def shutdowns() -> dict[str, date]:
    """The dates that the SDK writes beside its lists of models."""
    said: dict[str, date] = {}
    for path in TYPES.rglob("*.py"):
        text = " ".join(path.read_text("utf-8").split())
        for names, day in re.findall(
            r'((?:"[\w.-]+",? )*"[\w.-]+"): Announced shutdown date: ([\d-]+\d)', text
        ):
            said |= dict.fromkeys(re.findall(r'"([\w.-]+)"', names), date.fromisoformat(day))
    return said


def test_every_literal_of_the_sdk_that_looks_like_a_model_is_known() -> None:
    looks = (
        r'"((?:gpt|o\d|dall-e|sora|whisper|tts|text-embedding|omni|codex|computer-use)-[\w.-]+)"'
    )
    named = {
        name
        for path in TYPES.rglob("*.py")
        for name in re.findall(looks, path.read_text("utf-8"))
        if "beta" not in path.parts
    }
    assert len(named) > 150
    assert named - set(known()) == {"gpt-5.1-mini"}, "which the SDK calls no supported model"


def test_shutdown_dates_are_those_that_the_sdk_announces() -> None:
    said = shutdowns()
    assert len(said) > 80
    assert said == {name: model(name).shutdown for name in said}


def test_a_price_that_is_known_is_of_a_model_that_is_known() -> None:
    for name in ("gpt-5.4-2026-03-05", "gpt-audio-2025-08-28", "chat-latest", "gpt-5.5-cyber"):
        assert calc_price(Usage(input_tokens=1), model_ref=name, provider_id="openai")
        assert model(name)
    for elsewhere in ("gpt-35-turbo", "gpt-5-1", "gpt-oss-20b", "gpt-4o:extended", "moderation"):
        assert find(elsewhere) is None, elsewhere


@pytest.mark.parametrize("name", ["gpt-7-nova", "gpt-4o-2031-01-01", "gpt", "", "GPT-4o", "ft:"])
def test_what_nobody_knows_is_not_found(name: str) -> None:
    assert find(name) is None


@pytest.mark.parametrize(
    "name, day, replacement",
    [
        ("gpt-3.5-turbo", "2026-10-23", "gpt-5.6-terra"),
        ("gpt-4o-2024-05-13", "2026-10-23", "gpt-5.6-sol"),
        ("dall-e-3", "2026-05-12", "gpt-image-2"),
        ("sora-2-pro-2025-10-06", "2026-09-24", None),
        ("gpt-4-vision-preview", "2024-12-06", "gpt-4o"),
        ("ft:gpt-3.5-turbo-0125:school::9abc", "2026-10-23", "gpt-5.6-terra"),
    ],
)
def test_dead_models(name: str, day: str, replacement: str | None) -> None:
    found = model(name)
    assert found.gone
    assert (found.shutdown, found.replacement) == (date.fromisoformat(day), replacement)


@pytest.mark.parametrize(
    "name, day, replacement",
    [
        (DEFAULT, None, None),
        ("gpt-5-mini", "2026-12-11", "gpt-6.1-terra"),
        ("gpt-5-mini-2025-08-07", "2026-12-11", "gpt-6.1-terra"),
        ("gpt-4o-2024-08-06", "2027-01-14", "gpt-6-luna"),
        ("ft:gpt-4.1-mini-2025-04-14:school::9abc", "2027-01-14", "gpt-6-luna"),
        ("gpt-4o-mini-tts-2025-12-15", "2027-01-06", "gpt-realtime-2.1-mini"),
        ("text-embedding-3-small", None, None),
    ],
)
def test_living_models(name: str, day: str | None, replacement: str | None) -> None:
    found = model(name)
    assert not found.gone
    assert (found.shutdown, found.replacement) == (day and date.fromisoformat(day), replacement)


def test_a_model_dies_on_its_day() -> None:
    assert Model(shutdown=CHECKED).gone
    assert not Model(shutdown=date.fromordinal(CHECKED.toordinal() + 1)).gone


@pytest.mark.parametrize(
    "name, serves",
    [
        (DEFAULT, TEXT),
        ("gpt-5.6-terra", TEXT),
        ("ft:gpt-4o-2024-08-06:school::9abc", TEXT),
        ("o3-pro", {"responses"}),
        ("gpt-5.3-codex", {"responses"}),
        ("gpt-audio-2025-08-28", {"chat", "realtime"}),
        ("gpt-audio-mini", {"chat", "realtime"}),
        ("gpt-image-1.5-2025-12-16", {"images"}),
        ("dall-e-2", {"images"}),
        ("text-embedding-ada-002", {"embeddings"}),
        ("tts-1", {"speech"}),
        ("gpt-transcribe", {"transcription", "realtime"}),
        ("omni-moderation-latest", {"moderation"}),
        ("gpt-realtime-2.1", {"realtime"}),
        ("gpt-live-1", {"live"}),
        ("sora-2", {"video"}),
        ("davinci-002", {"completions"}),
        ("text-davinci-003", {"completions"}),
    ],
)
def test_what_a_model_serves(name: str, serves: set[str]) -> None:
    assert model(name).serves == serves


@pytest.mark.parametrize(
    "name, efforts, default",
    [
        (DEFAULT, "none low medium high xhigh max", "medium"),
        ("gpt-6.2-sol", "low medium high xhigh max", "medium"),
        ("gpt-5.4-mini-2026-03-17", "none low medium high xhigh", "none"),
        ("gpt-5.1", "none low medium high", "none"),
        ("gpt-5-nano", "minimal low medium high", "medium"),
        ("gpt-5-pro", "high", "high"),
        ("o3-2025-04-16", "low medium high", "medium"),
        ("gpt-4o-2024-08-06", "", "medium"),
        ("gpt-6-cyber", None, "medium"),
    ],
)
def test_efforts(name: str, efforts: str | None, default: str) -> None:
    found = model(name)
    assert found.efforts == (None if efforts is None else tuple(efforts.split()))
    assert found.default_effort == default


def test_efforts_are_words_of_the_sdk_and_hold_the_default() -> None:
    words = set(re.findall("'([a-z]+)'", str(shared.ReasoningEffort)))
    assert words >= {"none", "minimal", "max"}
    for found in known().values():
        assert set(found.efforts or ()) <= words, found
        assert not found.efforts or found.default_effort in found.efforts, found


def test_tools_in_chat() -> None:
    said = {name: model(name).chat_tools for name in (DEFAULT, "gpt-6.1-terra", "gpt-5.4")}
    assert list(said.values()) == ["effort none", "no", "yes"]


def test_windows() -> None:
    assert model(DEFAULT).window == Window(1_050_000, 922_000, 128_000)
    assert model("gpt-4.1-mini").window == Window(1_047_576, output=32_768)
    assert model("gpt-audio-1.5").window == Window(128_000), "from genai-prices"
    assert model("gpt-6-cyber").window is None


def test_a_release_is_that_of_the_table_of_the_id_or_of_the_oldest_snapshot() -> None:
    days = {name: model(name).released for name in (DEFAULT, "gpt-4o", "gpt-4o-2024-08-06")}
    assert list(days.values()) == [date(2026, 9, 22), date(2024, 5, 13), date(2024, 8, 6)]
    assert model("gpt-realtime-1.5").released is None
    assert all(found.released <= CHECKED for found in known().values() if found.released)


def test_every_model_has_a_page_and_every_replacement_was_a_model() -> None:
    for found in known().values():
        assert found.source.startswith("https://developers.openai.com/api/docs/")
        assert found.replacement is None or find(found.replacement), found


def test_importing_the_table_loads_neither_the_sdk_nor_the_prices() -> None:
    code = "import sys, helpers.models; print({'openai', 'genai_prices'} & set(sys.modules))"
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert ran.stdout.strip() == "set()", ran.stderr


def test_the_list_has_the_living_ones_with_their_shutdown_dates(client: OpenAI) -> None:
    listed = {found.id: found for found in client.models.list()}
    assert {DEFAULT, "gpt-5.6-terra", "gpt-4o-2024-08-06", "gpt-image-2", "whisper-1"} <= {*listed}
    assert not {"gpt-3.5-turbo", "dall-e-3", "gpt-4o-2024-05-13", "gpt-5.1-mini"} & {*listed}
    assert listed[DEFAULT].shutdown_date is None
    assert listed["gpt-5-mini"].shutdown_date == "2026-12-11"
    owners = {listed[name].owned_by for name in (DEFAULT, "gpt-6.2-sol")}
    assert owners == {"system"}
    assert listed["whisper-1"].owned_by == "openai-internal"
    for found in listed.values():
        assert 2022 <= datetime.fromtimestamp(found.created, timezone.utc).year <= CHECKED.year
    assert listed["gpt-4o"].created == 1715367049, "as the API lists it"
    assert listed[DEFAULT].created == datetime(2026, 9, 22, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize("name", [DEFAULT, "gpt-5", "ft:gpt-4o-2024-08-06:school::9abc"])
def test_one_model(client: OpenAI, name: str) -> None:
    assert client.models.retrieve(name).id == name


@pytest.mark.parametrize("name", ["gpt-7", "gpt-3.5-turbo", "ft:gpt-4:school::9abc"])
def test_one_model_that_is_not_there(client: OpenAI, name: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve(name)
    assert caught.value.body == {
        "message": f"The model '{name}' does not exist",
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    }
