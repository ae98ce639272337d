"""Checks for the lessons' exercises: right, wrong and why, or not yet. No model judges.

An exercise starts with `...` as its answer, which is "not yet", so that a lesson with untouched
exercises runs from top to bottom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_Check = Callable[..., "str | None"]
_EXERCISES: dict[str, tuple[_Check, str]] = {}


def check(exercise: str, *answer: Any) -> None:
    """Print whether `answer` solves an exercise ("04.1"), and if not, what is wrong or a hint.

    Raises KeyError for an exercise that does not exist.
    """
    judge, hint = _EXERCISES[exercise]
    if any(part is ... for part in answer):
        print(f"Exercise {exercise}: not yet. Hint: {hint}")
        return
    try:
        wrong = judge(*answer)
    except (AttributeError, TypeError, KeyError, IndexError) as error:
        wrong = f"that is not what the exercise asks for ({error})."
    if wrong:
        print(f"Exercise {exercise}: ✗ {wrong} Hint: {hint}")
    else:
        print(f"Exercise {exercise}: ✓ right.")


def _exercise(name: str, hint: str) -> Callable[[_Check], _Check]:
    def register(judge: _Check) -> _Check:
        _EXERCISES[name] = (judge, hint)
        return judge

    return register


@_exercise("00.1", "copy the call from above, change the text after content, keep its result.")
def _own_call(response: Any, shown: Any) -> str | None:
    if response.object != "chat.completion":
        return "keep the whole result of client.chat.completions.create(...)."
    if response.id == shown.id:
        return "that is still the lesson's own question: ask another."
    return None


@_exercise("00.2", "type response.usage. and press Tab.")
def _total_tokens(total: Any, response: Any) -> str | None:
    if total != response.usage.total_tokens:
        return "that is not the number of tokens of the whole call, question and answer."
    return None


@_exercise("01.1", "settings is a dictionary: settings[name].")
def _read_env(key: Any, text: str) -> str | None:
    if key is None:
        return "there is no such name in the file: how is it spelled?"
    if "'" in key or '"' in key:
        return "the quotes belong to the file, not to the key."
    if f"'{key}'" not in text:
        return "that is not the key in the text."
    return None


@_exercise("01.2", "slices: key[:8] is the beginning, key[-4:] the end.")
def _masked(masked: Any, key: str) -> str | None:
    if not masked.endswith(key[-4:]):
        return "its last four characters are how one recognises a key: show them."
    if key[8:-4] in masked or len(masked.replace(key[:8], "").replace(key[-4:], "")) > 3:
        return "too much of the key can be read."
    return None


@_exercise("01.3", "what stops the thief at once? And what does deleting the commit not undo?")
def _leak(steps: Any) -> str | None:
    if sorted(steps) != ["check usage", "delete the key", "new key", "tidy the history"]:
        return "use each of the four steps once."
    if steps[0] != "delete the key":
        return "until the key is dead, somebody can go on spending."
    if steps[-1] != "tidy the history":
        return "copies of the repository exist: cleaning it up is good manners, and comes last."
    return None


@_exercise("04.1", "append a message with role assistant, then one with role user.")
def _continued(messages: Any, first: Any) -> str | None:
    roles = [message["role"] for message in messages]
    if roles != ["developer", "user", "assistant", "user"]:
        return f"the roles are {roles}; four are needed: developer, user, assistant, user."
    if messages[2]["content"] != first.choices[0].message.content:
        return "the assistant's message must be the reply that came back, word for word."
    return None


@_exercise("04.2", "a delta's content can be None: add it only if it is text.")
def _joined(text: Any, pieces: Any) -> str | None:
    whole = "".join(piece for piece in pieces if piece)
    if text != whole:
        return f"the text has {len(str(text))} characters, the pieces have {len(whole)}."
    return None


@_exercise("04.3", "the whole reply has more than 20 tokens.")
def _cut(response: Any) -> str | None:
    choice = response.choices[0]
    if choice.finish_reason != "length":
        return f"its finish_reason is {choice.finish_reason!r}: it was not cut."
    if not choice.message.content:
        return "it was cut before the first word: allow a little more."
    return None


@_exercise("06.1", "two rules: additionalProperties, and every property in required.")
def _strict_schema(schema: Any) -> str | None:
    from helpers.mock import structured
    from helpers.mock.faults import Fault

    named = {"name": "mended", "strict": True, "schema": schema}
    try:
        structured.read_chat({"type": "json_schema", "json_schema": named})
    except Fault as fault:
        return str(fault)
    if set(schema["properties"]) != {"title", "note"}:
        return "keep both properties, title and note."
    if "null" not in str(schema["properties"]["note"]):
        return "note cannot be left empty yet: let it be null, too."
    if "null" in str(schema["properties"]["title"]):
        return "only note is optional: title must be a text."
    return None


@_exercise("06.2", 'year: int, and genre: Literal["novel", "science", "other"].')
def _book(book: Any) -> str | None:
    schema = type(book).model_json_schema()
    fields = schema["properties"]
    if set(fields) != {"title", "year", "genre"}:
        return f"the fields are {', '.join(fields)}; title, year and genre are asked for."
    if fields["year"].get("type") != "integer":
        return "year must be a whole number: int."
    genre = fields["genre"]
    if "$ref" in genre:
        genre = schema["$defs"][genre["$ref"].rsplit("/", 1)[1]]
    if sorted(genre.get("enum", [])) != ["novel", "other", "science"]:
        return "genre must be one of novel, science, other."
    return None


@_exercise("06.3", "max(items, key=...) over the items of all receipts in good.")
def _dearest(name: Any, good: Any) -> str | None:
    items = [item for _, receipt in good for item in receipt.items]
    dearest = max(items, key=lambda item: item.price)
    return None if name == dearest.name else "there is a dearer one."
