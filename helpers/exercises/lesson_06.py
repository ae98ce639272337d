"""Lesson 06's exercises: replies as data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.exercises.answers import Exercise, WrongError, called


def _strict_schema(schema: dict[str, Any]) -> str | None:
    from helpers.mock.errors import APIError
    from helpers.mock.generation import structured

    named = {"name": "mended", "strict": True, "schema": schema}
    try:
        structured.read_chat({"type": "json_schema", "json_schema": named})
    except APIError as fault:
        return str(fault)
    if set(schema["properties"]) != {"title", "note"}:
        return "keep both properties, title and note."
    if "null" not in str(schema["properties"]["note"]):
        return "note cannot be left empty yet: allow null in it, too."
    if "null" in str(schema["properties"]["title"]):
        return "only note is optional: title must be a text."
    return None


DAY = date(2026, 12, 4)
"""On which the mail says that the club meets."""


def _event(event: Any) -> str | None:
    if event is None:
        return "that is None: no object came back."
    if isinstance(event, type):
        return "that is the class; the object is in output_parsed."
    if hasattr(event, "choices") or hasattr(event, "output"):
        return "that is the whole reply; the object is in its output_parsed."
    fields = type(event).model_json_schema()["properties"]
    for name, kind in (("title", "string"), ("day", "string"), ("online", "boolean")):
        if name not in fields:
            return f"the field {name} is missing."
        if fields[name].get("type") != kind:
            return f"{name} has another type than the exercise asks for."
    if fields["day"].get("format") != "date":
        return "day must be a date: then Python can compare and sort it."
    own = {name: field for name, field in fields.items() if name not in ("title", "day", "online")}
    if not own:
        return "a field of your own is missing."
    if event.day != DAY:
        return "that was not read from `mail`."
    if not any(field.get("description", "").strip() for field in own.values()):
        return f"tell the model what {next(iter(own))} means: Field(description=...)."
    return None


def _ending(ending: Any) -> str | None:
    text = {"type": "output_text", "text": '{"dishes": []}', "annotations": []}
    declined = {"type": "refusal", "refusal": "I'm sorry, I can't help with that."}
    replies = {
        "refusal": _response([declined]),
        "complete": _response([text]),
        "max_output_tokens": _response([text], "max_output_tokens"),
        "content_filter": _response([], "content_filter"),
    }
    for word, response in replies.items():
        said = called(ending, response)
        if not isinstance(said, str):
            return f"it returned a {type(said).__name__}: one of the four words is asked for."
        if said == declined["refusal"]:
            return 'return the word "refusal", not the model\'s words.'
        if said != word:
            return f"for a response that should give {word!r} it returned {said!r}."
    return None


def _response(content: list[dict[str, Any]], reason: str | None = None) -> Any:
    """Return a response as the SDK makes it. The model thought first, as most do."""
    from openai.types.responses import Response

    status = "incomplete" if reason else "completed"
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": status}
    thought = {"type": "reasoning", "id": "rs_1", "summary": []}
    return Response.construct(
        id="resp_1",
        object="response",
        status=status,
        error=None,
        incomplete_details={"reason": reason} if reason else None,
        output=[thought, message | {"content": content}],
    )


def _load(load: Any) -> str | None:
    lines = [{"file": name, "text": "Café"} for name in ("01.png", "02.png", "03.png")]
    first, second, third = (json.dumps(line) + "\n" for line in lines)
    with TemporaryDirectory() as folder:
        journal = Path(folder) / "receipts.jsonl"
        if _kept(load, journal):
            return "there is no file yet, and it found something: return an empty list."
        journal.write_text(first + second, "utf-8")
        if _kept(load, journal) != lines[:2]:
            return "of a file with two whole lines it did not return the two, as dictionaries."
        journal.write_text(first + second + third[:20], "utf-8")
        if _kept(load, journal) != lines[:2]:
            return "of two whole lines and half of a third, return the two."
        journal.write_text(first + second[:20] + third + second, "utf-8")
        if _kept(load, journal) != [lines[0], lines[1]]:
            return "a broken line can be followed by whole ones: leave out only the broken one."
    return None


def _kept(load: Any, journal: Path) -> list[Any]:
    kept = called(load, journal)
    if not isinstance(kept, list):
        raise WrongError(f"it returned a {type(kept).__name__}: a list is asked for.")
    return kept


EXERCISES = {
    "06.1": Exercise(
        _strict_schema,
        (
            "it breaks two rules: which keys are allowed, and which must be there.",
            "what is in required must always be there, so let the value of note be null.",
            '"note": {"type": ["string", "null"]}, and the object says '
            '"additionalProperties": False.',
        ),
        "The key note is always there now, and its value may be null.",
    ),
    "06.2": Exercise(
        _event,
        (
            "class Event(BaseModel) with title: str, day: date and online: bool.",
            "your own field, for example: bring: str | None = Field(description=...).",
            "event = client.responses.parse(model=MODEL, input=mail, text_format=Event)"
            ".output_parsed",
        ),
        "Change the fields, and the same three lines read orders, job adverts or recipes.",
    ),
    "06.3": Exercise(
        _ending,
        (
            "look at refusal(response) first, then at incomplete_details.",
            "incomplete_details is None when the reply is whole; otherwise it has a reason.",
            'if response.incomplete_details: return response.incomplete_details.reason or "…"',
        ),
        "Whoever calls it can now raise the limit, tell the user or read the object.",
    ),
    "06.4": Exercise(
        _load,
        (
            "try json.loads on each line by itself, and go on when it fails.",
            "json.JSONDecodeError is the exception; catch it inside the loop.",
            "for line in …splitlines(): try: kept.append(json.loads(line)) "
            "except json.JSONDecodeError: continue",
        ),
        "A program that can be switched off at any moment needs no babysitter.",
    ),
}
