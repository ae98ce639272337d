"""Lesson 06's exercises: replies as data."""

from __future__ import annotations

from typing import Any

from helpers.exercises.answers import is_number


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
        return "note cannot be left empty yet: let it be null, too."
    if "null" in str(schema["properties"]["title"]):
        return "only note is optional: title must be a text."
    return None


def _book(book: Any) -> str | None:
    if isinstance(book, type):
        return "that is the class; the object is in output_parsed (or message.parsed)."
    if hasattr(book, "choices") or hasattr(book, "output"):
        return "that is the whole reply; the object is in its output_parsed (or message.parsed)."
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


def _dearest(name: Any, good: Any) -> str | None:
    if hasattr(name, "price") or is_number(name):
        return "that is the item or its price: its name is asked for."
    items = [item for _, receipt in good for item in receipt.items]
    dearest = max(items, key=lambda item: item.price)
    return None if name == dearest.name else "there is a dearer one."


EXERCISES = {
    "06.1": (_strict_schema, "two rules: additionalProperties, and every property in required."),
    "06.2": (_book, 'year: int, and genre: Literal["novel", "science", "other"].'),
    "06.3": (_dearest, "max(items, key=...) over the items of all receipts in good."),
}
