"""What the exercises' tests ask the mock, and what it answered."""

from __future__ import annotations

from typing import Any

from openai import DefaultHttpx2Client, OpenAI

from helpers.mock.state import Mock
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.settings import OFFLINE_KEY

MOCKED = OpenAI(
    api_key=OFFLINE_KEY,
    base_url="http://mock/v1",
    http_client=DefaultHttpx2Client(transport=transport(Mock(strict=True))),
)
LENIENT = MOCKED.with_options(http_client=DefaultHttpx2Client(transport=transport(Mock())))


def ask(text: str, **options: Any) -> Any:
    message: Any = {"role": "user", "content": text}
    reply = MOCKED.chat.completions.create(model=DEFAULT, messages=[message], **options)
    return list(reply) if options.get("stream") else reply


def respond(text: str, rules: str, **options: Any) -> Any:
    return LENIENT.responses.create(model=DEFAULT, instructions=rules, input=text, **options)


def translated(*messages: tuple[str, ...]) -> Any:
    """The reply to messages, each a text and if it is not the user's, its role."""
    said: Any = [{"role": "".join(role) or "user", "content": text} for text, *role in messages]
    reply = LENIENT.chat.completions.create(model=DEFAULT, messages=said)
    return reply.choices[0].message.content


HI: Any = [{"role": "user", "content": "Say hello."}]
HELLO = ask("Say hello.")
SAID, USED = HELLO.choices[0].message.content, HELLO.usage
KEY, API = "sk-proj-FAKE-0000-wxyz", "https://api.openai.com/v1"
