"""Instructor, which has tool calls for structured output only: https://python.useinstructor.com"""

import instructor
import openai
from common import DINNER, HELLO, LOOK, MODEL, PICTURE, UNKNOWN, Receipt, told

client = openai.OpenAI()
by_schema = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)
by_tool = instructor.from_openai(client, mode=instructor.Mode.TOOLS)
by_responses = instructor.from_openai(client, mode=instructor.Mode.RESPONSES_TOOLS)


def asked(content, kind, model=MODEL):
    return {
        "model": model,
        "messages": [{"role": "user", "content": content}],
        "response_model": kind,
    }


def stream():
    chunks = by_tool.create(**asked(HELLO, None), stream=True)
    return [chunk.choices[0].delta.content or "" for chunk in chunks]


def refused():
    try:
        return by_schema.create(**asked(DINNER, Receipt, UNKNOWN), max_retries=0).model_dump()
    except Exception as error:
        while not isinstance(error, openai.APIStatusError):
            error = error.__cause__ or error.args[0]
        return [error.status_code, error.code]


dinner = asked(DINNER, Receipt)
looked = asked(
    [{"type": "text", "text": LOOK}, {"type": "image_url", "image_url": {"url": PICTURE}}], None
)
told("text", "chat", lambda: by_tool.create(**asked(HELLO, None)).choices[0].message.content)
told("stream", "chat", stream)
told("structured", "chat, schema", lambda: by_schema.create(**dinner).model_dump())
told(
    "structured",
    "chat, schema, streamed",
    lambda: list(by_schema.create_partial(**dinner))[-1].model_dump(),
)
told(
    "structured",
    "chat, tool",
    lambda: by_tool.create(**dinner, reasoning_effort="none").model_dump(),
)
told("structured", "responses, tool", lambda: by_responses.create(**dinner).model_dump())
told("picture", "chat", lambda: by_tool.create(**looked).choices[0].message.content)
told("refused", "chat", refused)
