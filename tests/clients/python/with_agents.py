"""The Agents SDK: https://openai.github.io/openai-agents-python"""

import asyncio

import openai
from agents import Agent, ModelSettings, Runner, function_tool, set_default_openai_api
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
    Receipt,
    told,
)
from openai.types.shared import Reasoning

called = []


@function_tool
def weather(city: str) -> str:
    """The weather of a city"""
    called.append(["weather", {"city": city}])
    return "sunny"


async def ask(question, model=MODEL, **settings):
    return (await Runner.run(Agent("Mei", model=model, **settings), question)).final_output


async def stream(question, **settings):
    run = Runner.run_streamed(Agent("Mei", model=MODEL, **settings), question)
    pieces = [
        event.data.delta
        async for event in run.stream_events()
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta"
    ]
    return pieces if "".join(pieces) == run.final_output else [run.final_output]


async def structured():
    return (await ask(DINNER, output_type=Receipt)).model_dump()


async def calls(asked):
    called.clear()
    return await asked(RAIN, **TOOLS) and list(called)


async def turns():
    first = await Runner.run(Agent("Mei", model=MODEL), MEI)
    return await ask([*first.to_input_list(), {"role": "user", "content": NAME}])


async def refused():
    try:
        return await ask(HELLO, UNKNOWN)
    except openai.APIStatusError as error:
        return [error.status_code, error.code]


TOOLS = {
    "tools": [weather],
    "model_settings": ModelSettings(reasoning=Reasoning(effort="none")),
}
LOOKED = [
    {
        "role": "user",
        "content": [
            {"type": "input_text", "text": LOOK},
            {"type": "input_image", "image_url": PICTURE, "detail": "auto"},
        ],
    }
]
# One loop for all, as the SDK keeps its connections.
run = asyncio.new_event_loop().run_until_complete
for way, api in {"chat": "chat_completions", "responses": "responses"}.items():
    set_default_openai_api(api)
    told("text", way, lambda: run(ask(HELLO)))
    told("stream", way, lambda: run(stream(HELLO)))
    told("structured", way, lambda: run(structured()))
    told("tools", way, lambda: run(calls(ask)))
    told("tools", f"{way}, streamed", lambda: run(calls(stream)))
    told("turns", way, lambda: run(turns()))
    told("picture", way, lambda: run(ask(LOOKED)))
    told("refused", way, lambda: run(refused()))
