"""The checks of the exercises: not yet, right, or wrong and why; never an exception."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any, Literal

import openai
import pandas as pd
import pytest
from openai import Timeout
from PIL import Image
from pydantic import BaseModel

from helpers import exercises
from helpers.mock.generation.replies import load
from helpers.mock.http import Mock
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_KEY

MOCKED = openai.OpenAI(
    api_key=OFFLINE_KEY,
    base_url="http://mock/v1",
    http_client=openai.DefaultHttpx2Client(transport=transport(Mock(load(strict=True)))),
)


def ask(text: str, **options: Any) -> Any:
    message: Any = {"role": "user", "content": text}
    reply = MOCKED.chat.completions.create(model=DEFAULT, messages=[message], **options)
    return list(reply) if options.get("stream") else reply


@dataclass
class Case:
    """What the lesson hands over beside the answer, and answers that are right and wrong."""

    given: tuple[Any, ...]
    right: list[Any]
    wrong: list[Any]


def conversation(reply: Any, last: str = "user") -> list[dict[str, Any]]:
    return [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": "What is my name?"},
        {"role": "assistant", "content": reply},
        {"role": last, "content": "And yours?"},
    ]


def picture_message(start: str, file: Path, text: str = "Which day sold the most?") -> Any:
    url = start + base64.b64encode(file.read_bytes()).decode()
    picture = {"type": "image_url", "image_url": {"url": url}}
    return {"role": "user", "content": [{"type": "text", "text": text}, picture]}


def shrunk(side: int) -> Image.Image:
    copy = RECEIPT.copy()
    copy.thumbnail((side, side))
    return copy


def icon(form: Any, background: Any, quality: Any = "low") -> Any:
    return MOCKED.images.generate(
        model="gpt-image-2.6-flare",
        prompt="A green tree, flat icon",
        quality=quality,
        background=background,
        output_format=form,
    )


def schema(note: Any, required: list[str], **closed: bool) -> dict[str, Any]:
    properties = {"title": {"type": "string"}, "note": {"type": note}}
    return {"type": "object", "properties": properties, "required": required, **closed}


class Book(BaseModel):
    title: str
    year: int
    genre: Literal["novel", "science", "other"]


class Genre(Enum):
    NOVEL, SCIENCE, OTHER = "novel", "science", "other"


class BookWithEnum(Book):
    genre: Genre  # type: ignore[assignment]


class BookWithAnyGenre(Book):
    genre: str  # type: ignore[assignment]


class BookWithAnyYear(Book):
    year: str  # type: ignore[assignment]


SKY, HELLO = ask("Why is the sky blue?"), ask("Say hello.")
SAID, USED = HELLO.choices[0].message.content, HELLO.usage
CUT = ask("Say hello.", reasoning_effort="none", max_completion_tokens=3)
CUT_BEFORE_A_WORD = ask("Say hello.", max_completion_tokens=1)
PIECES = [chunk.choices[0].delta.content for chunk in ask("Say hello.", stream=True)]
KEY = "sk-proj-FAKE-0000-wxyz"
API = "https://api.openai.com/v1"
CLIENT = openai.OpenAI(api_key=KEY, base_url=API)
STEPS = ["delete the key", "new key", "check usage", "tidy the history"]
COSTS = pd.DataFrame(
    {
        "day": pd.to_datetime(["2026-11-11", "2026-11-12", "2026-11-12"]),
        "dollars": [21.0, 20.0, 3.0],
    }
)
IMAGES = Path(__file__).parents[1] / "notebooks" / "images"
CHART, RECEIPT = IMAGES / "chart.png", Image.open(IMAGES / "receipt.png")
PNG = "data:image/png;base64,"
ITEMS = [Thing(name="Bed", price=89.0), Thing(name="Breakfast", price=14.0)]
GOOD = [("1.png", Thing(items=ITEMS)), ("2.png", Thing(items=[Thing(name="Taxi", price=34.0)]))]

CASES = {
    "00.1": Case((SKY,), [HELLO], [SKY, SAID, HELLO.choices[0]]),
    "00.2": Case(
        (HELLO,), [USED.total_tokens], [USED.completion_tokens, str(USED.total_tokens), USED]
    ),
    "01.1": Case(
        (f"\n# settings\nexport OPENAI_API_KEY='{KEY}'\n",),
        [KEY],
        [None, f"'{KEY}'", f"{KEY}'", KEY[:-1], "", "OPENAI_API_KEY"],
    ),
    "01.2": Case(
        (KEY,),
        ["sk-proj-…wxyz", "sk-proj-...wxyz", "sk-proj-**********wxyz", "sk-proj…wxyz"],
        [KEY, "sk-proj-…", "sk-proj-FAKE…wxyz", "sk-proj-0…wxyz", "…wxyz", "wxyz", ""],
    ),
    "01.3": Case(
        (), [STEPS, tuple(STEPS)], [STEPS[::-1], STEPS[1:], set(STEPS), [*STEPS, "x"], STEPS[0]]
    ),
    "02.1": Case((), [0.0053, Decimal("0.0053")], [0.008, 0.005, 0.0083, 0.53, "cheap"]),
    "02.2": Case(
        (COSTS,),
        [date(2026, 11, 12), "2026-11-12", pd.Timestamp("2026-11-12")],
        [date(2026, 11, 11), 23.0, float("nan"), "soon", ("2026-11-12", 23.0)],
    ),
    "02.3": Case((), [7.74, Decimal("7.74")], [0.258, 0.00645, 8, "7,74"]),
    "03.1": Case(
        ({"A": "1"}, {"A": "2", "B": "3"}),
        [{"A": "1", "B": "3"}],
        [{"A": "2", "B": "3"}, {"A": "1"}, {"A": "2"}, {"A": "1", "B": "3", "C": "4"}],
    ),
    "03.2": Case(
        (CLIENT,),
        [CLIENT.with_options(timeout=limit, max_retries=1) for limit in (30, Timeout(30))],
        [
            CLIENT,
            CLIENT.with_options(timeout=30),
            CLIENT.with_options(timeout=20, max_retries=1),
            CLIENT.with_options(timeout=30, max_retries=1, api_key="another"),
        ],
    ),
    "03.3": Case(
        (),
        [{"OPENAI_API_KEY": KEY}, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": API}],
        [
            {"OPENAI_API_KEY": "sk-your-key"},
            {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "api.openai.com/v1"},
            {"OPENAI_API_KEY": KEY, "HTTPS_PROXY": "http://127.0.0.1:9"},
            {"OPENAI_API_KEY": KEY, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "*"},
            {"OPENAI_API_KEY": KEY, "SSL_CERT_FILE": "company.pem"},
        ],
    ),
    "04.1": Case(
        (HELLO,),
        [conversation(SAID)],
        [conversation(SAID)[:2], conversation("Mei"), conversation(SAID, "assistant"), HELLO],
    ),
    "04.2": Case((PIECES,), [SAID], [SAID + "None", SAID[:-1], PIECES, "x" * len(SAID)]),
    "04.3": Case((), [CUT], [HELLO, CUT_BEFORE_A_WORD, CUT.choices[0]]),
    "05.1": Case(
        (CHART,),
        [picture_message(PNG, CHART)],
        [
            picture_message("", CHART),
            picture_message(PNG[:-1], CHART),
            picture_message(PNG, IMAGES / "receipt.png"),
            picture_message(PNG, CHART, "Hello"),
            picture_message(PNG, CHART) | {"role": "developer"},
            picture_message(PNG, CHART) | {"content": "Which day sold the most?"},
        ],
    ),
    "05.2": Case(
        (RECEIPT,),
        [shrunk(512), RECEIPT.resize((372, 512))],
        [RECEIPT, shrunk(511), RECEIPT.resize((512, 512)), shrunk(512).rotate(90, expand=True)],
    ),
    "05.3": Case(
        (),
        [icon("webp", "transparent")],
        [
            icon("webp", "opaque"),
            icon("png", "transparent"),
            icon("webp", "transparent", "high"),
            icon("webp", "transparent").data[0],
        ],
    ),
    "06.1": Case(
        (),
        [schema(["string", "null"], ["title", "note"], additionalProperties=False)],
        [
            schema("string", ["title"]),
            schema("string", ["title", "note"], additionalProperties=False),
            schema(["string", "null"], ["title"], additionalProperties=False),
            schema(["string", "null"], ["title", "note"]),
            schema(["string", "null"], ["title", "note"], additionalProperties=True),
        ],
    ),
    "06.2": Case(
        (),
        [
            Book(title="Dune", year=1965, genre="novel"),
            BookWithEnum(title="Dune", year=1965, genre=Genre.NOVEL),
        ],
        [
            Book,
            BookWithAnyGenre(title="Dune", year=1965, genre="novel"),
            BookWithAnyYear(title="Dune", year="1965", genre="novel"),
            {"title": "Dune", "year": 1965, "genre": "novel"},
            HELLO,
        ],
    ),
    "06.3": Case((GOOD,), ["Bed"], ["Taxi", "Breakfast", 89.0, ITEMS[0]]),
}


WRITTEN = [
    name
    for file in Path(exercises.__file__).parent.glob("lesson_*.py")
    for name in import_module(f"helpers.exercises.{file.stem}").EXERCISES
]


def verdict(capsys: pytest.CaptureFixture[str], name: str, answer: Any) -> str:
    exercises.check(name, answer, *CASES[name].given)
    said = capsys.readouterr().out
    assert said.startswith(f"Exercise {name}: ") and said.count("\n") == 1
    return said


def test_every_exercise_has_a_case_here() -> None:
    assert set(CASES) == set(WRITTEN)


@pytest.mark.parametrize("name", CASES)
def test_untouched_is_not_yet_with_the_hint(capsys: pytest.CaptureFixture[str], name: str) -> None:
    said = verdict(capsys, name, ...)
    assert "not yet. Hint: " in said and len(said.split("Hint: ")[1]) > 20


@pytest.mark.parametrize("name", CASES)
def test_right_answers_are_right(capsys: pytest.CaptureFixture[str], name: str) -> None:
    for answer in CASES[name].right:
        assert verdict(capsys, name, answer) == f"Exercise {name}: ✓ right.\n", answer


@pytest.mark.parametrize("name", CASES)
def test_wrong_answers_are_wrong_with_a_reason_and_the_hint(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for answer in CASES[name].wrong:
        said = verdict(capsys, name, answer)
        assert "✗ " in said and " Hint: " in said and "✓" not in said, answer


@pytest.mark.parametrize("name", CASES)
def test_nonsense_is_wrong_and_never_raises(capsys: pytest.CaptureFixture[str], name: str) -> None:
    for answer in (None, 5, "x", [], {}, object(), [None], print):
        assert "✗ " in verdict(capsys, name, answer), answer


def test_unknown_exercise_is_a_mistake_of_the_lesson() -> None:
    with pytest.raises(KeyError):
        exercises.check("04.9", 1)
