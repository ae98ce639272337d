"""Lesson 03's exercises: the environment."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import httpx2
from openai import DefaultHttpx2Client, OpenAI

from helpers.exercises.answers import Better, Exercise, WrongError, called, kind
from helpers.models import DEFAULT
from helpers.settings import OFFLINE_KEY

_SECONDS = 20
_QUESTION = "Say hello."


def _installed(installed: Any) -> str | None:
    for package in ("openai", "pydantic"):
        said = called(installed, package)
        if said != version(package):
            return f"for {package!r} it returned {said!r}: {version(package)!r} is installed."
    if _installed_or_none(installed, "python-dotenv") != version("python-dotenv"):
        return "it does not find python-dotenv, whose module has another name: use version()."
    when = "for a package that is not there"
    try:
        missing = called(installed, "no-such-package", when=when, instead="it should return None")
    except WrongError as error:
        return None if "it returned None" in str(error) else str(error)
    return f"{when}, it returned {missing!r}, and not None."


def _installed_or_none(installed: Any, package: str) -> Any:
    try:
        return called(installed, package)
    except WrongError:
        return None


def _seen(seen: Any) -> str | None:
    environment = {"OPENAI_API_KEY": "old", "HOME": "here"}
    file = {"OPENAI_API_KEY": "new", "OPENAI_LOG": "info"}
    before = environment.copy(), file.copy()
    settings = called(seen, environment, file)
    if (environment, file) != before:
        return "it changes one of the two dictionaries: make a new one."
    if not isinstance(settings, dict):
        return f"it returned {kind(settings)}: return a dictionary."
    names = environment.keys() | file.keys()
    for name in sorted(names ^ settings.keys(), key=str):
        if name in names:
            return f"{name} is missing: a name that only one of the two has belongs there, too."
        return f"{name!r} is in neither of the two dictionaries."
    if settings["OPENAI_API_KEY"] == "new":
        return "there the file wins, as with override=True: the environment should win."
    return None if settings == file | environment else "those are not the values of the two."


class _OwnMistakeError(Exception):
    """A mistake in a program, which has nothing to do with the API."""


class _Mistaken(OpenAI):
    """A client that makes a mistake of its own when it should call the API."""

    def post(self, *_: Any, **__: Any) -> Any:
        raise _OwnMistakeError


def _client(failure: str, sort: type[OpenAI] = OpenAI) -> tuple[OpenAI, list[Any]]:
    """Return a client of a mock that fails as told, and the list of its requests' timeouts."""
    # The check of another lesson, live, needs no mock.
    from helpers.mock.failures import HEADER
    from helpers.mock.state import Mock
    from helpers.mock.transport import transport

    waits: list[Any] = []

    def see(request: httpx2.Request) -> None:
        waits.append(request.extensions["timeout"]["read"])
        if failure:
            request.headers[HEADER] = failure

    over = DefaultHttpx2Client(transport=transport(Mock()), event_hooks={"request": [see]})
    return sort(api_key=OFFLINE_KEY, base_url="http://mock/v1", http_client=over), waits


def _page(answer: Any, sorry: str) -> str | None:
    right = _client("")[0].responses.create(model=DEFAULT, input=_QUESTION).output_text
    for when, failure, tries, text in (
        ("when all is well", "", 1, right),
        ("when the first call gets 429", "429 times=1 retry-after-ms=1", 2, right),
        ("when every call gets 500", "500 retry-after-ms=1", 2, sorry),
        ("when there is no connection", "drop", 2, sorry),
    ):
        client, waits = _client(failure)
        instead = "it should return SORRY" if text == sorry else ""
        said = called(answer, client, _QUESTION, when=when, instead=instead)
        if not waits:
            return "it sent nothing over the client that it was given: use its first argument."
        if waits[0] != _SECONDS:
            long = "for ever" if waits[0] is None else f"{waits[0]!r} seconds"
            return f"each try waits {long}, and {_SECONDS} seconds are asked for."
        if len(waits) != tries:
            return f"{when}, it called the API {_times(len(waits))}, and not {_times(tries)}."
        if said != text:
            return f"{when}, it returned {_short(said)}, and not {_short(text)}."
    if _hides_mistakes(answer, sorry):
        return Better("But catch openai.APIError: `except Exception` also hides your own mistakes.")
    return None


def _hides_mistakes(answer: Any, sorry: str) -> bool:
    try:
        return bool(answer(_client("", _Mistaken)[0], _QUESTION) == sorry)
    except Exception:
        return False


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _short(said: Any) -> str:
    if not isinstance(said, str):
        return kind(said)
    return repr(said if len(said) < 40 else said[:36] + " …")


def _repaired(repaired: dict[str, str]) -> str | None:
    from helpers import base_url, checkup
    from helpers.settings import Settings

    for name, value in repaired.items():
        if not isinstance(name, str):
            return f"{name!r} is not a name: names and values are texts."
        if not isinstance(value, str):
            return f"{name} is {value!r}: leave the name out, or give it a text."
    if repaired.get("OPENAI_API_KEY") != "sk-proj-FAKE-0000-wxyz":
        there = repaired.get("OPENAI_API_KEY")
        return "the key is another one." if there else "OPENAI_API_KEY, the key, is missing."
    address = base_url.of(Settings(repaired))
    if address.url and not address.is_api:
        return "calls go to OpenAI: leave OPENAI_BASE_URL out."
    for result in checkup.settings(repaired):
        if not result.good:
            return f"{result.about}: {result.said}"
    given = {name.upper() for name, value in repaired.items() if value}
    if given & {"HTTPS_PROXY", "SSL_CERT_FILE"}:
        return "the computer needs no proxy and no certificate of its own."
    return None


EXERCISES = {
    "03.1": Exercise(
        _installed,
        (
            "see what version() does for a package that is not there.",
            "put version(package) into a try, and return its result there.",
            "except PackageNotFoundError: return None",
        ),
        "It asks this kernel's environment, and so it tells what an import here would find.",
    ),
    "03.2": Exercise(
        _seen,
        (
            "make a new dictionary from the two. Which of them wins?",
            "{**first, **second} has all names of both, and the second's values win.",
            "the environment wins, so it comes second.",
        ),
        "What is set already stays, and the file adds what is missing.",
    ),
    "03.3": Exercise(
        _page,
        (
            "three parts: a client, the call, and an except.",
            "client.with_options(timeout=…, max_retries=…) gives the client for the call.",
            "except openai.APIError: return SORRY",
        ),
        "A visitor never sees a traceback. In a program of your own, log the error first: SORRY "
        "hides a wrong key from you, too.",
    ),
    "03.4": Exercise(
        _repaired,
        (
            "checkup(repaired) shows what is left to do.",
            "leave out what the computer does not need: OpenAI's address is the default.",
            "one setting is enough, the key.",
        ),
        "A setting that is not there cannot be wrong.",
    ),
}
