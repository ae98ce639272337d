"""Embeddings: near texts are near, as far as words and letters tell; limits and refusals."""

from __future__ import annotations

import base64
import json
import math
import struct
from collections.abc import Sequence
from typing import Any

import openai
import pytest
from openai import OpenAI

from helpers.mock.generation import tokens

SMALL, LARGE, ADA = "text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"

REVIEWS = (
    "The battery lasts all day, even with the screen at full brightness.",
    "Battery died after two months of light use.",
    "Charging is quick: half full in twenty minutes.",
    "The charger gets hot and smells of plastic.",
    "My parcel arrived a day early, well packed.",
    "Delivery was two weeks late and nobody told me.",
    "The courier left the package in the rain.",
    "Shipping cost nearly as much as the product.",
    "The screen is sharp and bright, a pleasure to read on.",
    "The display cracked when I put it into my pocket.",
    "Colours on the screen look pale in the sun.",
    "Sound is thin, with no bass at all.",
    "Great speakers, they fill the whole room.",
    "The microphone makes me sound like a robot.",
    "The fan is so loud that I cannot sleep.",
    "Very quiet dishwasher, you hardly hear it.",
    "The soup was cold and the waiter unfriendly.",
    "Best pizza in town, thin crust and fresh basil.",
    "The pasta was overcooked and far too salty.",
    "Friendly waiters and a quick kitchen.",
    "Hotel room was clean, with a view of the sea.",
    "The bed in our room was hard and the sheets were dirty.",
    "Breakfast at the hotel was poor, only toast and coffee.",
    "They refunded my money within three days.",
    "I have been waiting for my refund for a month.",
    "Customer service answered every question patiently.",
    "The support line kept me waiting for an hour.",
    "The shoes are comfortable from the first day.",
    "The sole of my left shoe came off in a week.",
    "The jacket keeps the rain out and fits well.",
)


def vectors(client: OpenAI, texts: Sequence[str], **asked: Any) -> list[list[float]]:
    found = client.embeddings.create(model=SMALL, input=list(texts), **asked).data
    assert [row.index for row in found] == list(range(len(texts)))
    return [row.embedding for row in found]


def nearness(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("length", [1536, 256])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("How long does the battery last?", {0, 1}),
        ("problems with late deliveries", {5}),
        ("my package came early", {4, 6}),
        ("Is the screen bright?", {8, 10, 0}),
        ("loud noise at night", {14}),
        ("rooms in the hotel", {20, 21, 22}),
        ("How long do I wait for a refund?", {24, 23}),
        ("shoes for walking", {27, 28}),
        ("charges fast", {2}),
        ("pizzas", {17}),
        ("footwear", {27, 28}),
        ("broken display", {9}),
    ],
)
def test_a_small_search_finds_sensible_neighbours(
    client: OpenAI, asked: str, found: set[int], length: int
) -> None:
    query, *reviews = vectors(client, [asked, *REVIEWS], dimensions=length)
    nearest = sorted(range(len(REVIEWS)), key=lambda i: -nearness(query, reviews[i]))
    assert nearest[0] in found


@pytest.mark.parametrize(
    ("text", "paraphrase"),
    [
        ("Delivery was late by two weeks", "My parcel arrived after a long delay"),
        ("The batteries stopped working", "the battery stops, it does not work"),
        ("This phone is great", "I love my phone, an excellent one"),
        ("The brightness is adjustable", "Adjust how bright it is"),
        ("晚上的城市很美", "城市的晚上"),
    ],
)
def test_a_paraphrase_is_nearer_than_every_unrelated_text(
    client: OpenAI, text: str, paraphrase: str
) -> None:
    unrelated = [
        "A cat sleeps on the roof",
        "Interest rates rose again in March",
        "我喜欢吃苹果",
        "Paris is the capital of France",
    ]
    first, near, *far = vectors(client, [text, paraphrase, *unrelated])
    assert nearness(first, near) > 0.25
    assert max(abs(nearness(first, other)) for other in far) < 0.15


def test_the_same_text_is_always_the_same_and_of_length_one(client: OpenAI) -> None:
    text = "Hello, world"
    first, second = vectors(client, [text, text])
    assert first == second == vectors(client, [text])[0]
    assert len(first) == 1536 and nearness(first, first) == pytest.approx(1)
    assert nearness(*vectors(client, ["a dog bites a man", "a man bites a dog"])) < 0.99
    assert nearness(*vectors(client, ["!", "?"])) < 0.5


def test_a_vector_cut_short_is_the_one_that_dimensions_asks_for(client: OpenAI) -> None:
    (whole,), (short,) = vectors(client, REVIEWS[:1]), vectors(client, REVIEWS[:1], dimensions=256)
    cut = whole[:256]
    assert [number / math.hypot(*cut) for number in cut] == pytest.approx(short, abs=1e-6)
    for length in (1, 2, 7):
        (row,) = vectors(client, REVIEWS[:1], dimensions=length)
        assert len(row) == length and math.hypot(*row) == pytest.approx(1)


def test_models_have_lengths_and_vectors_of_their_own(client: OpenAI) -> None:
    rows = {
        name: client.embeddings.create(model=name, input="Hello").data[0].embedding
        for name in (SMALL, LARGE, ADA)
    }
    assert {name: len(row) for name, row in rows.items()} == {SMALL: 1536, LARGE: 3072, ADA: 1536}
    assert abs(nearness(rows[SMALL], rows[ADA])) < 0.2


def test_both_formats_hold_the_same_numbers(client: OpenAI) -> None:
    asked: dict[str, Any] = {"model": SMALL, "input": "Hello", "dimensions": 8}
    plain = client.embeddings.create(**asked, encoding_format="float").data[0].embedding
    coded: Any = client.embeddings.create(**asked, encoding_format="base64").data[0].embedding
    assert list(struct.unpack("<8f", base64.b64decode(coded))) == plain
    assert client.embeddings.create(**asked).data[0].embedding == plain


@pytest.mark.parametrize("form", ["float", "base64"])
def test_many_texts_come_back_in_order(client: OpenAI, form: Any) -> None:
    texts = [f"text {number}" for number in range(100)]
    raw = client.embeddings.with_raw_response.create(
        model=SMALL, input=texts, dimensions=64, encoding_format=form
    )
    rows = json.loads(raw.content)["data"]
    assert [row["index"] for row in rows] == list(range(100))
    (last,) = vectors(client, texts[-1:], dimensions=64, encoding_format=form)
    assert rows[-1]["embedding"] == last


def test_tokens_are_those_of_cl100k_base(client: OpenAI) -> None:
    text = "Grüße aus 東京, naïve café!"
    numbers = tokens.load(tokens.EMBEDDED).encode_ordinary(text)
    assert len(numbers) != tokens.count(text)
    found = [
        client.embeddings.create(model=SMALL, input=given) for given in (text, numbers, [numbers])
    ]
    assert {reply.usage.prompt_tokens for reply in found} == {len(numbers)}
    assert len({tuple(reply.data[0].embedding) for reply in found}) == 1
    both = client.embeddings.create(model=SMALL, input=[text, "Hello"])
    assert both.usage.total_tokens == len(numbers) + 1


def test_rate_limits_are_in_the_headers(client: OpenAI) -> None:
    raw = client.embeddings.with_raw_response.create(model=SMALL, input="Hello there")
    assert raw.headers["x-ratelimit-remaining-tokens"] == "499998"


LONG = "hello " * 8193
INVALID = (
    "'$.input' is invalid. Please check the API reference: "
    "https://platform.openai.com/docs/api-reference."
)


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"input": ""}, 400, "Invalid 'input': input cannot be an empty string."),
        ({"input": ["a", ""]}, 400, "Invalid 'input[1]': input cannot be an empty string."),
        ({"input": LONG}, 400, "Invalid 'input': maximum context length is 8192 tokens."),
        ({"input": [LONG]}, 400, "Invalid 'input[0]': maximum input length is 8192 tokens."),
        ({"input": ["a"] * 2049}, 400, "Invalid 'input': array length must be 2048 or less."),
        ({"input": [1] * 2049}, 400, "Invalid 'input': array length must be 2048 or less."),
        ({"input": []}, 400, INVALID),
        ({"input": 7}, 400, INVALID),
        ({"input": ["a", 7]}, 400, INVALID),
        ({"input": [[]]}, 400, INVALID),
        ({"input": [10**9]}, 400, INVALID),
        (
            {"dimensions": 1537},
            400,
            "Invalid value for 'dimensions' = 1537. Must be less than or equal to 1536.",
        ),
        (
            {"dimensions": 8, "model": ADA},
            400,
            "This model does not support specifying dimensions.",
        ),
        (
            {"model": "gpt-6-luna"},
            403,
            "You are not allowed to generate embeddings from this model",
        ),
    ],
)
def test_what_the_api_refuses_is_refused_in_its_words(
    client: OpenAI, asked: dict[str, Any], status: int, words: str
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        client.embeddings.create(**{"model": SMALL, "input": "a", **asked})
    error: Any = caught.value
    assert error.status_code == status
    assert error.body == {
        "message": words,
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


def test_a_request_has_its_limit_of_tokens(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model=SMALL, input=[[15339] * 2000] * 151)
    assert (caught.value.code, caught.value.type) == ("max_tokens_per_request",) * 2
    assert "max 300000 tokens per request" in caught.value.message


def test_an_unknown_model_is_no_model(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="The model `text-embedding-4` does not exist"):
        client.embeddings.create(model="text-embedding-4", input="a")
