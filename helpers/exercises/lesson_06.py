"""Lesson 06's exercises: replies as data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.exercises.answers import Better, Exercise, WrongError, called, kind


def _strict_schema(schema: dict[str, Any]) -> str | None:
    from helpers.mock.errors import APIError
    from helpers.mock.generation import structured

    named = {"name": "fixed", "strict": True, "schema": schema}
    try:
        structured.read_chat({"type": "json_schema", "json_schema": named})
    except APIError as fault:
        return str(fault)
    properties = schema["properties"]
    if lacking := {"title", "note"} - set(properties):
        return f"{min(lacking)} is missing: keep both properties, title and note."
    if strangers := set(properties) - {"title", "note"}:
        return f"{min(strangers)} was not there before: only title and note belong in it."
    if not _takes(schema, title="Emma", note="Borrowed."):
        return "title and note must be able to hold any text."
    if not _takes(schema, title="Emma", note=None):
        if "nullable" in properties["note"]:
            return _NULLABLE
        return "note cannot be left empty yet: allow null in it, too."
    if _takes(schema, title=None, note=None):
        return "only note is optional: title must be a text."
    if _takes(schema, title="Emma", note=5) or _takes(schema, title=5, note=None):
        return "title and note are texts: leave out the other types."
    return None


# https://github.com/openai/openai-node/issues/1049
_NULLABLE = (
    "nullable is a word of OpenAPI, not of JSON Schema, and a model has been seen to ignore it: "
    "write null as a second type."
)


def _takes(schema: dict[str, Any], **book: Any) -> bool:
    import jsonschema_rs

    return jsonschema_rs.is_valid(schema, book)


DAY = date(2026, 12, 4)
"""On which the mail says that the club meets."""


FIELDS = {"title": "text (str)", "day": "a date", "online": "true or false (bool)"}
"""What the exercise asks for."""


def _event(event: Any) -> str | None:
    if event is None:
        return "that is None: no object came back."
    if isinstance(event, type):
        return "that is the class; the object is in output_parsed."
    if hasattr(event, "choices") or hasattr(event, "output"):
        return "that is the whole reply; the object is in its output_parsed."
    if isinstance(event, (dict, str)):
        return f"that is {kind(event)}: output_parsed has an object of your class."
    if not hasattr(event, "model_json_schema"):
        return f"that is {kind(event)}: an object of a class from BaseModel is asked for."
    fields = type(event).model_json_schema()["properties"]
    types = {"title": ("string", None), "day": ("string", "date"), "online": ("boolean", None)}
    for name, wanted in types.items():
        if name not in fields:
            return f"the field {name} is missing."
        if (fields[name].get("type"), fields[name].get("format")) != wanted:
            why = ": then Python can compare and sort it" if name == "day" else ""
            return f"the field {name} must be {FIELDS[name]}{why}."
    own = {name: field for name, field in fields.items() if name not in FIELDS}
    if not own:
        return "a field of your own is missing."
    if event.day != DAY:
        return f"the day is {event.day}: that was not read from `mail`."
    if not any(word in event.title.lower() for word in ("robot", "club", "meet")):
        return f"the title is {event.title!r}: that does not say what `mail` is about."
    if event.online:
        return "online is True: `mail` says that there is no video link."
    if not any(field.get("description", "").strip() for field in own.values()):
        return f"tell the model what {next(iter(own))} means: Field(description=...)."
    return None


def _ending(ending: Any) -> str | None:
    text = {"type": "output_text", "text": '{"dishes": []}', "annotations": []}
    declined = {"type": "refusal", "refusal": "I'm sorry, I can't help with that."}
    replies = {
        "refusal": ("for a response with a refusal", _response([declined])),
        "complete": ("for a complete response", _response([text])),
        "max_output_tokens": (
            "for a response that was cut at the limit",
            _response([text], "max_output_tokens"),
        ),
        "content_filter": (
            "for a response that was cut by the filter, with no text in it",
            _response([], "content_filter"),
        ),
    }
    for word, (when, response) in replies.items():
        said = called(ending, response, when=when)
        if not isinstance(said, str):
            return f"{when}, it returned {kind(said)}: one of the four words is asked for."
        if said == declined["refusal"]:
            return 'return the word "refusal", not the model\'s words.'
        if said != word:
            return f"{when}, it returned {said!r}: {word!r} is asked for."
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
        if _kept(load, journal, "when there is no file yet", "return an empty list"):
            return "there is no file yet, and it found something: return an empty list."
        journal.write_text(first + second, "utf-8")
        if _kept(load, journal, "for a file with two whole lines", "") != lines[:2]:
            return "of a file with two whole lines it did not return the two, as dictionaries."
        journal.write_text(first + second + third[:20], "utf-8")
        when = "for a file whose last line is only half there"
        if (kept := _kept(load, journal, when, "leave that line out")) != lines[:2]:
            return f"{when}, it returned {len(kept)} lines: return the two that are whole."
        journal.write_text("\n" + first + second[:20] + "\n" + third, "utf-8")
        when = "for a file with an empty line on top and a broken line between whole ones"
        if _kept(load, journal, when, "leave those lines out") != [lines[0], lines[2]]:
            return f"{when}, leave out only these two, and return what is below them, too."
        rare = {"file": "01.png", "text": "one\u2028two"}
        journal.write_text(json.dumps(rare, ensure_ascii=False) + "\n", "utf-8")
        try:
            whole = called(load, journal) == [rare]
        except WrongError:
            whole = False
    return None if whole else Better(_RARE)


_RARE = (
    "But splitlines also splits at rare characters such as U+2028, which `ensure_ascii=False` "
    "leaves in a line: go through the opened file instead, `for line in file`."
)


def _kept(load: Any, journal: Path, when: str, instead: str) -> list[Any]:
    kept = called(load, journal, when=when, instead=instead)
    if not isinstance(kept, list):
        raise WrongError(f"{when}, it returned {kind(kept)}: a list is asked for.")
    return kept


EXERCISES = {
    "06.1": Exercise(
        _strict_schema,
        (
            "strict mode has two rules: no other keys, and every key must be there.",
            "note must always be there, so a book without a note has null in it.",
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
            "for line in file: try: kept.append(json.loads(line)) "
            "except json.JSONDecodeError: continue",
        ),
        "Switched off at any moment, the program loses one half line and keeps every other reply.",
    ),
}
