"""Checks for the lessons' exercises: right, wrong and why, or not yet. No model judges.

An exercise starts with `...` as its answer, which is "not yet", so that a lesson with untouched
exercises runs from top to bottom.
"""

from __future__ import annotations

import base64
import io
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
    except (AttributeError, TypeError, KeyError, IndexError, ValueError):
        given = " and ".join(type(part).__name__ for part in answer[:1])
        wrong = f"you gave a {given}, which is not what the exercise asks for."
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


@_exercise("00.2", "type completion.usage. and press Tab: one of its fields is the sum.")
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
    if not masked.startswith(key[:7]):
        return "its beginning, sk-proj, tells which kind it is: show it."
    hidden = masked.removesuffix(key[-4:]).removeprefix(key[:7])
    if hidden.strip("-") == "":
        return "show that something is left out: … or ***."
    if any(character.isalnum() for character in hidden):
        return "too much of the key can be read."
    return None


@_exercise("01.3", "what stops the thief at once? And what does deleting the commit not undo?")
def _leak(steps: Any) -> str | None:
    if isinstance(steps, set):
        return "that is a set, which has no order: write a list, [...]."
    if sorted(steps) != ["check usage", "delete the key", "new key", "tidy the history"]:
        return "use each of the four steps once."
    if steps[0] != "delete the key":
        return "until the key is dead, somebody can go on spending."
    if steps[-1] != "tidy the history":
        return "copies of the repository exist: cleaning it up is good manners, and comes last."
    return None


@_exercise("04.1", "append a message with role assistant, then one with role user.")
def _continued(messages: Any, first: Any) -> str | None:
    if messages is None:
        return "that is None: append() changes a list and returns nothing. Write chat + [...]."
    # The SDK takes its own message objects as well as dictionaries.
    messages = [part if isinstance(part, dict) else part.model_dump() for part in messages]
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


@_exercise("06.2", 'year: int, and genre: Literal["novel", "science", "other"].')
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


@_exercise("06.3", "max(items, key=...) over the items of all receipts in good.")
def _dearest(name: Any, good: Any) -> str | None:
    if hasattr(name, "price") or isinstance(name, float):
        return "that is the item or its price: its name is asked for."
    items = [item for _, receipt in good for item in receipt.items]
    dearest = max(items, key=lambda item: item.price)
    return None if name == dearest.name else "there is a dearer one."


def _price(model: str, **tokens: int) -> float:
    from genai_prices import Usage, calc_price

    return float(calc_price(Usage(**tokens), model_ref=model, provider_id="openai").total_price)


def _near(answer: Any, amount: float) -> bool:
    try:
        return abs(float(answer) - amount) < 0.001 * amount
    except ValueError:
        raise TypeError(f"{answer!r} is no number") from None


@_exercise(
    "02.1", "calc_price(Usage(input_tokens=…, cache_read_tokens=…, output_tokens=…), …).total_price"
)
def _cost_of_a_call(answer: Any) -> str | None:
    if _near(answer, _price("gpt-6-sol", input_tokens=2000, output_tokens=400)):
        return "1,500 of the tokens in were cached, and those cost less."
    if _near(answer, _price("gpt-6-sol", input_tokens=500, output_tokens=400)):
        return "cached tokens cost less, but not nothing."
    if _near(
        answer, _price("gpt-6-sol", input_tokens=3500, cache_read_tokens=1500, output_tokens=400)
    ):
        return "the cached tokens are among the 2,000, not on top of them."
    right = _price("gpt-6-sol", input_tokens=2000, cache_read_tokens=1500, output_tokens=400)
    if _near(answer, right * 100):
        return "that is in cents; US dollars are asked for."
    return None if _near(answer, right) else "that is not what it cost."


@_exercise(
    "02.2", 'costs.groupby("day")["dollars"].sum() has a sum for each day: whose is largest?'
)
def _dearest_day(day: Any, costs: Any) -> str | None:
    import pandas as pd

    sums = costs.groupby("day")["dollars"].sum()
    try:
        found = pd.Timestamp(day)
    except ValueError:
        return f"{day!r} is not a day."
    if isinstance(day, float):
        return "that is a sum of dollars: its day is asked for (idxmax)."
    if found.tz_localize(None).normalize() == sums.idxmax():
        return None
    return "another day was dearer."


@_exercise("02.3", "the price of one call × 1,200 calls × 30 days.")
def _month(dollars: Any) -> str | None:
    calls = 1200 * 30
    month = calls * _price("gpt-6-luna", input_tokens=900, output_tokens=250)
    if _near(dollars, _price("gpt-6-luna", input_tokens=900 * calls, output_tokens=250 * calls)):
        return "that is the price of one giant prompt: price one call, then multiply."
    if _near(dollars, month / 30):
        return "that is a day; 30 of them are asked for."
    if _near(dollars, month / 1200):
        return "that is one call a day; there are 1,200."
    return None if _near(dollars, month) else "that is not what it comes to."


@_exercise(
    "05.1", "two parts in content: one of type text, one of type image_url, as in section 7."
)
def _picture_message(message: Any, path: Any) -> str | None:
    if message["role"] != "user":
        return "the role must be user."
    parts = {part["type"]: part for part in message["content"]}
    if sorted(parts) != ["image_url", "text"] or len(message["content"]) != 2:
        return f"its parts are {[part['type'] for part in message['content']]}."
    if "most" not in parts["text"]["text"]:
        return "the text part does not ask the question."
    start, _, data = parts["image_url"]["image_url"]["url"].partition(",")
    if start != "data:image/png;base64":
        return "the picture's URL must begin with data:image/png;base64, (with the comma)."
    if data != base64.b64encode(path.read_bytes()).decode():
        return "what follows the comma is not the file in base64."
    return None


@_exercise("05.2", "copy = receipt.copy(), then copy.thumbnail(...). It returns nothing.")
def _shrunk(copy: Any, receipt: Any) -> str | None:
    if copy is None:
        return "that is None: thumbnail changes the picture and returns nothing."
    if receipt.size != (800, 1100):
        return "you changed the receipt itself: run the line that opens it again."
    if max(copy.size) != 512:
        return f"its longer side has {max(copy.size)} pixels."
    if copy.size not in ((372, 512), (373, 512)):
        return f"{copy.size} is not the shape of {receipt.size}."
    return None


@_exercise("05.3", "background and output_format are in the table of section 10.")
def _icon(result: Any) -> str | None:
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(base64.b64decode(result.data[0].b64_json)))
    except (ValueError, OSError):
        return "there is no picture in it."
    if picture.format != "WEBP":
        return f"it is a {picture.format}."
    if picture.mode != "RGBA" or picture.getchannel("A").getextrema()[0] == 255:
        return "nothing in it is transparent."
    if result.quality not in (None, "low"):
        return f"its quality is {result.quality}: that costs more."
    return None


@_exercise("03.1", "{**first, **second} has all names of both, and the second's values win.")
def _settings(settings: Any, environment: Any, file: Any) -> str | None:
    if settings == {**environment, **file}:
        return "there the file wins, as with override=True."
    if settings in (environment, file):
        return "names that only one of them has belong there, too."
    return None if settings == {**file, **environment} else "those are not the settings of the two."


@_exercise("03.2", "client.with_options(timeout=…, max_retries=…).")
def _quick_client(quick: Any, client: Any) -> str | None:
    if quick.api_key != client.api_key or quick.base_url != client.base_url:
        return "make it from client, so that key and address stay."
    seconds = getattr(quick.timeout, "read", quick.timeout)
    if seconds != 30:
        return f"it waits {seconds} seconds."
    if quick.max_retries != 1:
        return f"it tries again {quick.max_retries} times."
    return None


@_exercise("03.3", "checkup(mended) shows what is left; leave out what the computer does not need.")
def _mended_settings(mended: Any) -> str | None:
    from helpers import checkup

    if mended.get("OPENAI_API_KEY") != "sk-proj-FAKE-0000-wxyz":
        return "the key is missing, or another."
    for result in checkup.settings(mended):
        if not result.good:
            return f"{result.about}: {result.said}"
    if any(name.upper() in ("HTTPS_PROXY", "SSL_CERT_FILE") for name in mended):
        return "the computer needs no proxy and no certificate of its own."
    return None
