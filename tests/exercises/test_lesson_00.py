"""Answers to lesson 00's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

import pytest
from openai import OpenAI

from helpers.models import DEFAULT
from tests.exercises.asking import API, HELLO, HI, KEY, MOCKED, SAID, USED, ask, respond, translated
from tests.exercises.cases import Case, EachExercise, verdict

SKY = ask("Why is the sky blue?")
EMPTY = HELLO.model_copy(
    update={"id": "another", "usage": HELLO.usage.model_copy(update={"prompt_tokens": 6})}
)
CLIENT = OpenAI(api_key=KEY, base_url=API)
CASES = {
    "00.1": Case((HELLO,), [
        USED.total_tokens, USED.prompt_tokens + USED.completion_tokens,
    ], [
        (USED.completion_tokens, "of the answer alone"), ("many", "'many' is no number"),
        (USED.prompt_tokens, "of the question alone"), (USED, "that is the whole usage"),
        (True, "True is no number"), (HELLO, "a ChatCompletion: a number"),
        (1, "of the whole call"),
    ]),
    "00.2": Case((SKY,), [HELLO, ask("Say hello.", n=2), ask("Name three rivers in Africa.")], [
        (SKY, "the result of the cell above"), (EMPTY, "your question is empty"),
        (ask("Why is the sky blue?"), "the question of the cell above"),
        (HELLO.choices[0], "a part of the result"), (USED, "a part of the result"),
        (SAID, "that is the text alone"), (CLIENT.models, "that is a Models"),
        (CLIENT.chat.completions.create, "that is a method"),
        (MOCKED.chat.completions.create(model=DEFAULT, messages=HI, stream=True), "is a stream"),
        (respond("Say hello.", ""), "a result of responses.create"),
    ]),
    "00.3": Case((), [
        lambda question: ask(question).choices[0].message.content,
        lambda question: respond(question, "Be brief.").output_text,
        lambda question: translated(("Be brief.", "system"), (question,)).strip(),
        lambda question: "".join(
            chunk.choices[0].delta.content or "" for chunk in ask(question, stream=True)
        ),
    ], [
        (lambda question: ask(question).choices[0].message.content.upper(), "return it as it came"),
        (lambda question: translated((question, "developer")), "its role is user"),
        (lambda question: ask(question).choices[1].message.content, "it raised IndexError: list"),
        (ask, "the whole object"),
        (lambda question: translated(("question",)), "it sent 'question', not"),
        (lambda question: respond("{question}", "").output_text, "it sent '{question}', not"),
        (lambda question: "Hello!", "the same answer"),
        (lambda: "Hi", "raised TypeError"),
        (lambda question: [].append(question), "it returned None"),
        (lambda question: 5, "it returns an int"), ("Hi", "that is a str: hand over the function"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES

    def test_a_number_as_text_is_right_and_its_reader_learns_of_the_number(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = verdict(capsys, "00.1", str(USED.total_tokens), HELLO)
        assert said.startswith("Exercise 00.1: ✓ right. Yours is a text. The field")
