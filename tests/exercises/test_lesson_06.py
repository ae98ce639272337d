"""Answers to lesson 06's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import pytest
from pydantic import BaseModel, Field

from tests.exercises.asking import HELLO
from tests.exercises.cases import Case, EachExercise, verdict


def schema(required: str, title: Any = "string", note: Any = None, **closed: bool) -> Any:
    properties = {"title": {"type": title}, "note": {"type": note or ["string", "null"]}}
    return {"type": "object", "properties": properties, "required": required.split(), **closed}


class Event(BaseModel):
    title: str = "Robots"
    day: date = date(2026, 12, 4)
    online: bool = False


class OwnEvent(Event):
    bring: str | None = Field(default=None, description="What to bring, or null.")


class EventWithoutWords(Event):
    bring: str | None = None


class EventOfAnyDay(OwnEvent):
    day: str = "4 December"  # type: ignore[assignment]


class EventOfText(OwnEvent):
    online: str = "no"  # type: ignore[assignment]


class OwnEventAlone(BaseModel):
    place: str = Field(default="room 12", description="Where it is.")
    title: str = "Robots"
    online: bool = False
    day: date = date(2026, 12, 4)


class Title(BaseModel):
    title: str


TEXT, NULL = {"type": "string"}, {"type": "null"}


def book(**properties: Any) -> Any:
    """A schema that strict mode takes."""
    properties = {"title": TEXT, "note": {"type": ["string", "null"]}} | properties
    names = {"properties": properties, "required": list(properties)}
    return {"type": "object", "additionalProperties": False, **names}


def refused(response: Any) -> str | None:
    parts = [part for item in response.output if item.type == "message" for part in item.content]
    return next((part.refusal for part in parts if part.type == "refusal"), None)


def ending(response: Any, refusals: bool = True, cuts: bool = True) -> str:
    if refusals and refused(response):
        return "refusal"
    details = response.incomplete_details
    return str(details.reason) if cuts and details else "complete"


def load(
    journal: Path,
    goes_on: bool = True,
    misses: int = 0,
    split: Callable[[str], list[str]] = lambda text: text.split("\n"),
) -> list[Any]:
    kept = []
    for line in split(journal.read_text("utf-8")) if journal.exists() else []:
        try:
            kept.append(json.loads(line))
        except json.JSONDecodeError:
            if not goes_on:
                break
    return kept[misses:]


CASES = {
    "06.1": Case((), [
        schema("title note", additionalProperties=False), book(note={"anyOf": [TEXT, NULL]}),
        book(note={"type": ["null", "string"], "description": "What to know, or null."}),
    ], [
        (schema("title note"), "'additionalProperties' is required"),
        (schema("title note", additionalProperties=True), "'additionalProperties' is required"),
        (schema("title", additionalProperties=False), "'required' is required"),
        (schema("title note", note="string", additionalProperties=False), "cannot be left empty"),
        (schema("title note", ["string", "null"], additionalProperties=False), "title must be"),
        (book(note={"type": "string", "nullable": True}), "nullable is a word of OpenAPI"),
        (book(note={"enum": ["a", None]}), "able to hold any text"),
        (book(note={"type": ["string", "null", "integer"]}), "leave out the other types"),
        (book(note={"type": "null"}), "able to hold any text"),
        (book(year={"type": "integer"}), "year was not there before"),
        (schema("title", additionalProperties=False) | {"properties": {"title": TEXT}},
         "note is miss"),
        ({"type": "object"}, "✗"), ({}, "response_format 'fixed'"), ({"properties": 5}, "✗"),
    ]),
    "06.2": Case((), [OwnEvent(), OwnEvent(bring="a screwdriver"), OwnEventAlone()], [
        (OwnEvent, "that is the class"), (HELLO, "that is the whole reply"), (None, "no object"),
        (Title(title="Robots"), "the field day is missing"), (Event(), "a field of your own"),
        (EventWithoutWords(), "tell the model what bring means"),
        (EventOfAnyDay(), "day must be a date"), (EventOfText(), "online must be true or false"),
        (OwnEvent(day=date(2026, 1, 31)), "not read from `mail`"),
        (OwnEvent(title="x"), "does not say what `mail` is about"),
        (OwnEvent(online=True), "there is no video link"),
        ({"title": "Robots"}, "that is a dict: output_parsed"), ("title=...", "that is a str"),
        (Thing(title="Robots"), "a class from BaseModel"),
    ]),
    "06.3": Case((), [
        ending,
        lambda response: "refusal" if "refusal" in str(response.output) else ending(response),
        lambda response: str(ending(response)),
    ], [
        (refused, 'return the word "refusal", not the model'),
        (lambda response: refused(response) or ending(response), 'return the word "refusal"'),
        (lambda response: response.status, "it returned 'completed'"),
        (lambda response: response.output[0].content[0].type, "it raised TypeError"),
        (lambda response: ending(response, refusals=False), "it returned 'complete': 'refusal'"),
        (lambda response: ending(response, cuts=False), "cut at the limit, it returned 'complete'"),
        (lambda response: ending(response).replace("content_filter", "max_output_tokens"),
         "cut by the filter, with no text in it, it returned"),
        (lambda response: response.incomplete_details, "it returned None"),
        (lambda response: [ending(response)], "it returned a list"), (5, "hand over"),
        (lambda response: response.output[1].content[0].refusal, "return the word"),
        (lambda response: response.output[1].content[0] and ending(response),
         "with no text in it, it raised IndexError: list index out of range, in the line"),
        (lambda response: ending(response) if refused(response) else response.status,
         "'completed'"),
    ]),
    "06.4": Case((), [
        load, lambda path: [line for line in load(path) if line.get("file")],
        lambda path: list({line["file"]: line for line in load(path)}.values()),
    ], [
        (lambda path: [json.loads(line) for line in path.read_text().splitlines()],
         "when there is no file yet, it raised File"),
        (lambda path: load(path) if path.exists() else None, "no file yet, it returned None"),
        (lambda path: load(path, goes_on=False),
         "a broken line between whole ones, leave out only these two"),
        (lambda path: load(path, misses=1), "of a file with two whole lines"),
        (lambda path: [str(line) for line in load(path)], "as dictionaries"),
        (lambda path: load(path) or [5], "return an empty list"),
        (lambda path: set(map(str, load(path))), "it returned a set: a list"),
        (lambda path: [json.loads(line) for line in path.read_text().splitlines()]
         if path.exists() else [], "it raised JSONDecodeError"),
        (lambda path: [json.loads(line) for line in path.read_text().splitlines()
                       if not line or line.endswith("}")] if path.exists() else [],
         "an empty line on top and a broken line between whole ones, it raised JSONDecodeError"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES

    def test_a_reader_that_splits_at_rare_characters_is_told_a_better_way(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = verdict(capsys, "06.4", lambda path: load(path, split=str.splitlines))
        assert said.startswith("Exercise 06.4: ✓ right. But splitlines also splits at rare")
