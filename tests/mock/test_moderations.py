"""Moderations: the written cases are flagged, everything else is neutral."""

from __future__ import annotations

from typing import Any

import openai
import pytest
import yaml
from openai import OpenAI
from openai.types import Moderation

from helpers.mock.generation.moderation import CATEGORIES, FILE, JUDGE
from tests.mock.cases import URL

OMNI = "omni-moderation-latest"
PICTURE = {"type": "image_url", "image_url": {"url": URL}}


def judged(client: OpenAI, given: Any) -> list[Moderation]:
    reply = client.moderations.create(model=OMNI, input=given)
    assert reply.id.startswith("modr-") and reply.model == JUDGE
    return reply.results


def flagged(result: Moderation) -> set[str]:
    return {name for name, is_so in result.categories.to_dict().items() if is_so}


def test_a_written_case_is_flagged_wherever_it_stands(client: OpenAI) -> None:
    (result,) = judged(client, "Honestly: I WANT to kill -- them!")
    assert result.flagged and flagged(result) == {"violence", "harassment/threatening"}
    assert result.category_scores.violence == 0.95
    assert result.category_scores.harassment == 0.44
    assert result.category_applied_input_types.violence == ["text"]


def test_everything_else_is_neutral(client: OpenAI) -> None:
    for text in (
        "I want to bake a cake",
        "How do I kill a process?",
        "His arm was torn offstage",
        "",
    ):
        (result,) = judged(client, text)
        assert not result.flagged and not flagged(result)
        assert set(result.category_scores.to_dict().values()) == {0.0}


def test_each_text_of_a_list_is_judged_by_itself(client: OpenAI) -> None:
    results = judged(client, ["You are an idiot.", "Good morning", "blood and guts"])
    assert [result.flagged for result in results] == [True, False, True]


def test_parts_are_judged_together(client: OpenAI) -> None:
    (result,) = judged(client, [{"type": "text", "text": "You are an idiot."}, PICTURE])
    assert flagged(result) == {"harassment"}
    applied = result.category_applied_input_types
    assert (applied.violence, applied.harassment) == (["text", "image"], ["text"])
    (result,) = judged(client, [PICTURE])
    applied = result.category_applied_input_types
    assert (applied.violence, applied.harassment) == (["image"], [])


def test_the_cases_show_every_category(client: OpenAI) -> None:
    phrases = [case["phrases"][0] for case in yaml.safe_load(FILE.read_text("utf-8"))]
    results = judged(client, phrases)
    assert all(result.flagged for result in results)
    assert set[str]().union(*map(flagged, results)) == set(CATEGORIES)


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_reply_is_moderated_by_the_same_cases(client: OpenAI, api: str) -> None:
    asked: dict[str, Any] = {"model": "gpt-6-luna", "moderation": {"model": OMNI}}
    text = "I want to kill them."
    if api == "chat":
        parts = [{"type": "text", "text": text}]
        asked["messages"] = [{"role": "user", "content": parts}]
        moderation: Any = client.chat.completions.create(**asked).moderation
        result, output = moderation.input.results[0], moderation.output.results[0]
    else:
        moderation = client.responses.create(input=text, **asked).moderation
        result, output = moderation.input, moderation.output
    assert (result.flagged, result.model, output.flagged) == (True, JUDGE, False)


@pytest.mark.parametrize(
    ("asked", "status", "param", "words"),
    [
        ({"input": [PICTURE] * 2}, 400, "input", "Number of images (2) exceeds maximum of 1"),
        ({"input": openai.omit}, 400, "input", "Missing required parameter: 'input'."),
        ({"input": 7}, 400, "input", "Invalid type for 'input'"),
        ({"input": []}, 400, "input", "empty array"),
        ({"input": ["a", 7]}, 400, "input[0]", "expected an object"),
        ({"input": [{"type": "audio"}]}, 400, "input[0].type", "'text' and 'image_url'"),
        ({"input": [{"type": "text"}]}, 400, "input[0].text", "Missing required parameter"),
        ({"model": "omni"}, 404, "model", "The model 'omni' does not exist"),
        ({"model": "gpt-6-luna"}, 400, "model", "Invalid value: 'gpt-6-luna'. Supported values"),
        ({"model": "text-moderation-latest"}, 404, None, "has been deprecated"),
    ],
)
def test_a_wrong_request_is_refused(
    client: OpenAI, asked: dict[str, Any], status: int, param: str | None, words: str
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        client.moderations.create(**{"model": OMNI, "input": "a", **asked})
    assert (caught.value.status_code, caught.value.param) == (status, param)
    assert words in caught.value.message
