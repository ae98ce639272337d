"""LiteLLM: https://docs.litellm.ai"""

import json

import litellm
from common import DINNER, HELLO, LOOK, MODEL, PICTURE, RAIN, UNKNOWN, WEATHER, Receipt, told

# Else it prints advice.
litellm.suppress_debug_info = True


def chat(content, model=MODEL, **options):
    messages = [{"role": "user", "content": content}]
    return litellm.completion(model=f"openai/{model}", messages=messages, **options)


def message(content, **options):
    return chat(content, **options).choices[0].message


def respond(question, model=MODEL, **options):
    return litellm.responses(model=f"openai/{model}", input=question, **options)


def calls():
    tool = {"type": "function", "function": WEATHER}
    made = message(RAIN, reasoning_effort="none", tools=[tool]).tool_calls
    return [[call.function.name, json.loads(call.function.arguments)] for call in made]


def calls_of_responses():
    output = respond(RAIN, tools=[{"type": "function", **WEATHER}]).output
    made = [item for item in output if item.type == "function_call"]
    return [[call.name, json.loads(call.arguments)] for call in made]


def deltas():
    return [
        event.delta
        for event in respond(HELLO, stream=True)
        if str(getattr(event.type, "value", event.type)) == "response.output_text.delta"
    ]


def refused():
    try:
        return message(HELLO, model=UNKNOWN).content
    except litellm.NotFoundError as error:
        # Its exceptions keep the API's words and no code.
        known = f"`{UNKNOWN}` does not exist" in str(error)
        return [error.status_code, "model_not_found" if known else str(error)]


told("text", "chat", lambda: message(HELLO).content)
told("text", "responses", lambda: respond(HELLO).output_text)
told(
    "stream",
    "chat",
    lambda: [chunk.choices[0].delta.content or "" for chunk in chat(HELLO, stream=True)],
)
told("stream", "responses", deltas)
told("structured", "chat", lambda: json.loads(message(DINNER, response_format=Receipt).content))
told("tools", "chat", calls)
told("tools", "responses", calls_of_responses)
told(
    "picture",
    "chat",
    lambda: (
        message(
            [{"type": "text", "text": LOOK}, {"type": "image_url", "image_url": {"url": PICTURE}}]
        ).content
    ),
)
told("refused", "chat", refused)
