"""Answers to lesson 03's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

from collections import ChainMap
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distributions, version
from typing import Any

import openai
import pytest
from openai import OpenAI

from helpers.models import DEFAULT
from tests.exercises.asking import API, KEY
from tests.exercises.cases import Case, EachExercise, verdict


def installed(package: str) -> str | None:
    """What lesson 03 asks for."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def imported(package: str) -> Any:
    """The same for packages that have the name of their module."""
    try:
        return import_module(package).__version__
    except ImportError:
        return None


def page_answer(
    timeout: Any = 20,
    retries: int = 1,
    catch: Any = openai.APIError,
    read: Any = lambda reply: reply.choices[0].message.content,
    sorry: str = "Sorry, later.",
    responses: bool = False,
) -> Any:
    """What lesson 03 asks for, or one with a fault."""

    def answer(client: OpenAI, question: str) -> Any:
        client = client.with_options(timeout=timeout, max_retries=retries)
        message: Any = {"role": "user", "content": question}
        try:
            if responses:
                return client.responses.create(model=DEFAULT, input=question).output_text
            return read(client.chat.completions.create(model=DEFAULT, messages=[message]))
        except catch:
            return sorry

    return answer


SORRY = "Sorry, later."
PROXY = {"OPENAI_API_KEY": KEY, "HTTPS_PROXY": "http://127.0.0.1:9"}
CASES = {
    "03.1": Case((), [
        installed,
        lambda package: {each.name: each.version for each in distributions()}.get(package),
    ], [
        (lambda package: version(package) if package != "pydantic" else None, "it returned None"),
        (version, "for a package that is not there, it raised PackageNotFoundError"),
        (imported, "does not find python-dotenv"),
        (lambda package: openai.__version__, "for 'pydantic' it returned"),
        (lambda package: installed(package) or "", "is not there, it returned '', and not None"),
        (lambda package: [].append(package), "it returned None"),
        ("3.57.0", "hand over the function"),
    ]),
    "03.2": Case((), [
        lambda environment, file: {**file, **environment},
        lambda environment, file: dict(ChainMap(environment, file)),
        lambda environment, file: file | environment,
    ], [
        (lambda environment, file: {**file, **environment, "": ""}, "'' is in neither"),
        (lambda environment, file: {**environment, **file}, "the file wins"),
        (lambda environment, file: environment, "OPENAI_LOG is missing"),
        (lambda environment, file: file.update(environment) or file, "it changes one of the two"),
        (lambda environment, file: dict.fromkeys({**file, **environment}), "not the values"),
        (lambda environment, file: [environment, file], "it returned a list"),
    ]),
    "03.3": Case((SORRY,), [
        page_answer(), page_answer(responses=True), page_answer(timeout=openai.Timeout(20)),
    ], [
        (lambda client, question: "Hello!", "use its first argument"),
        (page_answer(timeout=10), "each try waits 10 seconds"),
        (page_answer(timeout=None), "each try waits for ever"),
        (page_answer(timeout="20"), "each try waits '20' seconds"),
        (page_answer(retries=0), "when the first call gets 429, it called the API once"),
        (page_answer(retries=2), "when every call gets 500, it called the API 3 times"),
        (page_answer(catch=()), "when every call gets 500, it raised InternalServerError"),
        (page_answer(catch=openai.APIStatusError), "it should return SORRY"),
        (page_answer(read=lambda reply: reply), "it returned a ChatCompletion, and not 'Hello!"),
        (page_answer(read=[].append), "when all is well, it returned None"),
        (page_answer(sorry="Oops"), "it returned 'Oops', and not 'Sorry"),
    ]),
    "03.4": Case((), [
        {"OPENAI_API_KEY": KEY}, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": API},
        {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "", "HTTPS_PROXY": "", "SSL_CERT_FILE": ""},
    ], [
        ({"OPENAI_API_KEY": "sk-your-key"}, "the key is another"),
        ({}, "OPENAI_API_KEY, the key, is"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "api.openai.com/v1"}, "base URL: the one in"),
        (PROXY, "proxy: "), (PROXY | {"NO_PROXY": "*"}, "needs no proxy"),
        ({"OPENAI_API_KEY": KEY, "SSL_CERT_FILE": "company.pem"}, "TLS: "),
        ({"OPENAI_API_KEY": KEY, "HTTPS_PROXY": None}, "HTTPS_PROXY is None: leave the name out"),
        ({"OPENAI_API_KEY": None}, "OPENAI_API_KEY is None"),
        ({"OPENAI_API_KEY": KEY, 5: "x"}, "5 is not a name"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": API.replace("https", "http")}, "unencrypted"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{API}/chat/completions"}, "must end in /v1"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_API_BASE": "https://relay.example/v1"}, "OPENAI_API_BASE"),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "calls go to OpenAI"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES


def test_a_right_answer_that_hides_mistakes_is_not_praised(
    capsys: pytest.CaptureFixture[str],
) -> None:
    but = "But catch openai.APIError: `except Exception` also hides your own mistakes."
    caught: Any
    for caught in (Exception, BaseException):
        said = verdict(capsys, "03.3", page_answer(catch=caught), SORRY)
        assert said == f"Exercise 03.3: ✓ right. {but}\n"
    for caught in ((openai.APIError, ValueError), openai.OpenAIError):
        assert "But" not in verdict(capsys, "03.3", page_answer(catch=caught), SORRY)

    def told(client: OpenAI, question: str) -> Any:
        try:
            return page_answer()(client, question)
        except Exception as error:
            raise RuntimeError("a mistake of my own") from error

    assert "But" not in verdict(capsys, "03.3", told, SORRY)
