"""llm as a library; its command line is the same below: https://llm.datasette.io"""

import base64

import llm
from common import DINNER, HELLO, LOOK, MEI, MODEL, NAME, PNG, RAIN, Receipt, told

# llm sends GPT-6 to Responses.
model = llm.get_model(MODEL)


def tools(**options):
    called = []

    def weather(city: str) -> str:
        """The weather of a city"""
        called.append(["weather", {"city": city}])
        return "sunny"

    return model.chain(RAIN, tools=[weather], **options).text() and called


def turns():
    conversation = model.conversation()
    conversation.prompt(MEI).text()
    return conversation.prompt(NAME).text()


told("text", "responses", lambda: model.prompt(HELLO, stream=False).text())
told("stream", "responses", lambda: list(model.prompt(HELLO)))
told(
    "structured",
    "responses",
    lambda: Receipt.model_validate_json(model.prompt(DINNER, schema=Receipt).text()).model_dump(),
)
told("tools", "responses", lambda: tools(stream=False))
told("tools", "responses, streamed", tools)
told("turns", "responses", turns)
picture = llm.Attachment(type="image/png", content=base64.b64decode(PNG))
told("picture", "responses", lambda: model.prompt(LOOK, attachments=[picture]).text())
