"""LangChain: https://docs.langchain.com/oss/python/integrations/chat/openai"""

import openai
from common import (
    DINNER,
    HELLO,
    LOOK,
    MEI,
    MODEL,
    NAME,
    PICTURE,
    RAIN,
    UNKNOWN,
    WEATHER,
    Receipt,
    told,
)
from langchain_openai import ChatOpenAI


def calls(message):
    return [[call["name"], call["args"]] for call in message.tool_calls]


def streamed(chunks):
    summed = next(chunks)
    for chunk in chunks:
        summed += chunk
    return summed


def refused(**api):
    try:
        return ChatOpenAI(model=UNKNOWN, **api).invoke(HELLO).text
    except openai.APIStatusError as error:
        return [error.status_code, error.code]


def tell(way, **api):
    model = ChatOpenAI(model=MODEL, **api)
    by_schema = model.with_structured_output(Receipt)
    effort = {"reasoning_effort": "none"} if way == "chat" else {}
    tools = ChatOpenAI(model=MODEL, **api, **effort).bind_tools(
        [{"type": "function", "function": WEATHER}]
    )
    turns = [("user", MEI), model.invoke(MEI), ("user", NAME)]
    picture = {"type": "image_url", "image_url": {"url": PICTURE}}
    looked = [("user", [{"type": "text", "text": LOOK}, picture])]
    told("text", way, lambda: model.invoke(HELLO).text)
    told("stream", way, lambda: [chunk.text for chunk in model.stream(HELLO)])
    told("structured", way, lambda: by_schema.invoke(DINNER).model_dump())
    told("tools", way, lambda: calls(tools.invoke(RAIN)))
    told("tools", f"{way}, streamed", lambda: calls(streamed(tools.stream(RAIN))))
    told("turns", way, lambda: model.invoke(turns).text)
    told("picture", way, lambda: model.invoke(looked).text)
    told("refused", way, lambda: refused(**api))


tell("chat", use_responses_api=False)
tell("responses", use_responses_api=True)
