"""Pydantic AI: https://ai.pydantic.dev"""

import base64

from common import DINNER, HELLO, LOOK, MEI, MODEL, NAME, PNG, RAIN, UNKNOWN, Receipt, told
from pydantic_ai import Agent, BinaryContent, NativeOutput
from pydantic_ai.exceptions import ModelHTTPError


def tools(model, settings):
    called = []

    def weather(city: str) -> str:
        called.append(["weather", {"city": city}])
        return "sunny"

    return Agent(model, tools=[weather], model_settings=settings).run_sync(RAIN).output and called


def turns(agent):
    return agent.run_sync(NAME, message_history=agent.run_sync(MEI).all_messages()).output


def refused(model):
    try:
        return Agent(model).run_sync(HELLO).output
    except ModelHTTPError as error:
        return [error.status_code, error.body["code"]]


def tell(way, name):
    model = f"{name}:{MODEL}"
    agent = Agent(model)
    settings = {"openai_reasoning_effort": "none"} if way == "chat" else {}
    by_tool = Agent(model, output_type=Receipt, model_settings=settings)
    by_schema = Agent(model, output_type=NativeOutput(Receipt))
    looked = [LOOK, BinaryContent(base64.b64decode(PNG), media_type="image/png")]
    told("text", way, lambda: agent.run_sync(HELLO).output)
    told(
        "stream",
        way,
        lambda: list(agent.run_stream_sync(HELLO).stream_text(delta=True, debounce_by=None)),
    )
    told("structured", f"{way}, tool", lambda: by_tool.run_sync(DINNER).output.model_dump())
    told("structured", f"{way}, schema", lambda: by_schema.run_sync(DINNER).output.model_dump())
    told("tools", way, lambda: tools(model, settings))
    told("turns", way, lambda: turns(agent))
    told("picture", way, lambda: agent.run_sync(looked).output)
    told("refused", way, lambda: refused(f"{name}:{UNKNOWN}"))


tell("chat", "openai-chat")
tell("responses", "openai-responses")
