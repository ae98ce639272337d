"""Answers to lesson 04's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from pydantic import BaseModel

from helpers.models import DEFAULT
from tests.exercises.asking import HELLO, HI, LENIENT, SAID, ask, respond, translated
from tests.exercises.cases import Case, EachExercise


class Translation(BaseModel):
    translation: str


def into(text: str, language: str) -> str:
    return str(translated((f"Translate into {language}.", "developer"), (text,)))


def parsed(text: str, rules: str) -> str:
    reply = LENIENT.responses.parse(
        model=DEFAULT, instructions=rules, input=text, text_format=Translation
    )
    return reply.output_parsed.translation if reply.output_parsed else ""


def read_stream(chunks: Any, none: str = "") -> Any:
    text, reason = "", None
    for chunk in chunks:
        for part in chunk.choices:
            text += part.delta.content or (none if part.finish_reason is None else "")
            reason = part.finish_reason or reason
    return text, reason


def joined(
    chunks: Any,
    ends_at_once: bool = False,
    none: str | None = "",
    skips: bool = True,
    leaves: bool = False,
) -> Any:
    """The same, with a fault."""
    text, reason = "", None
    for chunk in chunks:
        if not chunk.choices and (skips or leaves):
            if leaves:
                break
            continue
        part = chunk.choices[0]
        reason = part.finish_reason or reason
        if ends_at_once and reason:
            break
        text += part.delta.content or none  # type: ignore[operator]
    return text, reason


class ChatBot:
    """What lesson 04 asks for."""

    role, answers, remembers, returns = "developer", "assistant", True, True

    def __init__(self, rules: str) -> None:
        self.messages: list[Any] = [{"role": self.role, "content": rules}]

    def say(self, text: str) -> Any:
        kept = self.messages if self.remembers else self.messages[:1]
        kept.append({"role": "user", "content": text})
        message = LENIENT.chat.completions.create(model=DEFAULT, messages=kept).choices[0].message
        if self.answers:
            kept.append({"role": self.answers, "content": message.content})
        return message.content if self.returns else None


class StoredChatBot(ChatBot):
    """The same, remembered by the API."""

    last: str | None = None

    def say(self, text: str) -> Any:
        rules = self.messages[0]["content"]
        response = respond(text, rules, previous_response_id=self.last)
        self.last = response.id
        return response.output_text


class ConversationBot(ChatBot):
    """The same, remembered in a conversation."""

    def __init__(self, rules: str) -> None:
        super().__init__(rules)
        self.conversation = LENIENT.conversations.create().id

    def say(self, text: str) -> Any:
        rules = self.messages[0]["content"]
        return respond(text, rules, conversation=self.conversation).output_text


class RuleInConversation(ChatBot):
    """The same, and the rules are in the conversation, too."""

    def __init__(self, rules: str) -> None:
        rule: Any = {"type": "message", "role": "developer", "content": rules}
        self.conversation = LENIENT.conversations.create(items=[rule]).id

    def say(self, text: str) -> Any:
        return respond(text, "", conversation={"id": self.conversation}).output_text


class SeededBot(ChatBot):
    """It says the rules once, before the first turn."""

    def __init__(self, rules: str) -> None:
        rule: Any = [{"role": "system", "content": rules}]
        self.last = LENIENT.responses.create(model=DEFAULT, input=rule).id

    def say(self, text: str) -> Any:
        response = LENIENT.responses.create(
            model=DEFAULT, input=text, previous_response_id=self.last
        )
        self.last = response.id
        return response.output_text


class ListBot(ChatBot):
    """It keeps the list itself, and in it what Responses put out."""

    def say(self, text: str) -> Any:
        self.messages.append({"role": "user", "content": text})
        response = LENIENT.responses.create(model=DEFAULT, input=self.messages, store=False)
        self.messages += response.output
        return response.output_text


def stored_bot(
    stuck: bool = False, shared: bool = False, rules: bool = True
) -> type[StoredChatBot]:
    """A StoredChatBot with a fault."""

    class Faulty(StoredChatBot):
        def say(self, text: str) -> Any:
            said = self.messages[0]["content"] if rules else ""
            response = respond(text, said, previous_response_id=self.last)
            if not stuck or self.last is None:
                (Faulty if shared else self).last = response.id
            return response.output_text

    return Faulty


def conversation_bot(shared: bool = False, anew: bool = False) -> type[ConversationBot]:
    """A ConversationBot with a fault."""
    one = LENIENT.conversations.create().id

    class Faulty(ConversationBot):
        def say(self, text: str) -> Any:
            self.conversation = one if shared else self.conversation
            said = super().say(text)
            self.conversation = LENIENT.conversations.create().id if anew else self.conversation
            return said

    return Faulty


def bot(role: str = "developer", shared: bool = False, **faults: Any) -> type[ChatBot]:
    """A ChatBot with a fault."""
    known: list[Any] = []

    class Faulty(ChatBot):
        def __init__(self, rules: str) -> None:
            super().__init__(rules)
            if shared:
                known.extend(self.messages)
                self.messages = known

    for name, value in {"role": role, **faults}.items():
        setattr(Faulty, name, value)
    return Faulty


class SimpleBot:
    """It asks nobody."""

    def say(self, text: str) -> str:
        return text


CUT = ask("Say hello.", reasoning_effort="none", max_completion_tokens=3)
CUT_BEFORE_A_WORD = ask("Say hello.", reasoning_effort="none", max_completion_tokens=1)
CUT_IN_THOUGHT, CUT_AFTER_THOUGHT = (
    ask("Explain recursion in three sentences.", max_completion_tokens=limit) for limit in (20, 85)
)
CASES = {
    "04.1": Case((), [
        lambda text, language: translated((f"Translate into {language}.", "developer"), (text,)),
        lambda text, language: translated((f"Only {language}!", "system"), (f"Text: {text}",)),
        lambda text, language: respond(text, f"Translate into {language}.").output_text,
        lambda text, language: into(text, language.lower()).strip(" ."),
        lambda text, language: parsed(text, f"Translate into {language}."),
    ], [
        (lambda text, language: translated((f"In {language}: {text}",)), "user message"),
        (lambda text, language: translated(("Into German.", "developer"), (text,)), "`language`"),
        (lambda text, language: translated((f"Into {language}.", "developer"), ("text",)), "none"),
        (
            lambda text, language: translated((f"Into {language}: {text}", "developer")),
            "stands in the developer message",
        ),
        (lambda text, language: "Guten Morgen!", "no request"),
        (lambda text, language: f"{language}: {into(text, language)}", "add nothing"),
        (lambda text, language: respond(text, language), "the whole object"),
        (lambda text, language: [].append(text), "it returned None"),
        (lambda text, language: 5, "it returns an int"), (lambda text: text, "raised TypeError"),
    ]),
    "04.2": Case((), [CUT, ask("Say hello.", reasoning_effort="none", max_completion_tokens=5)], [
        (HELLO, "the limit is high enough"), (CUT.choices[0].message, "a part of the result"),
        (respond("Say hello.", ""), "a result of responses.create"), (SAID, "the text alone"),
        (CUT_BEFORE_A_WORD, "before the first word"),
        (CUT_IN_THOUGHT, "the reasoning used up the limit"),
        (CUT_AFTER_THOUGHT, "the model was still thinking"),
        (CUT.choices[0], "a part of the result"), (None, "that is None"),
    ]),
    "04.3": Case((), [read_stream, lambda chunks: list(read_stream(chunks))], [
        (lambda chunks: read_stream(chunks, none="None"), "the word None"),
        (lambda chunks: read_stream(chunks)[0], "two things"),
        (lambda chunks: (read_stream(chunks)[0], "stop"), "'length'"),
        (lambda chunks: (read_stream(chunks)[0], read_stream(chunks)[1] or "stop"), "'length'"),
        (lambda chunks: (read_stream(chunks)[0], read_stream([])[1]), "'stop'"),
        (lambda chunks: ("Hello", "stop"), "should be 'Hi there!'"),
        (lambda chunks: joined(chunks, ends_at_once=True), "together with the finish_reason, the"),
        (lambda chunks: joined(chunks, none=None), "comes after the text, it raised TypeError"),
        (lambda chunks: joined(chunks, skips=False), "as with usage, it raised Index"),
        (lambda chunks: joined(chunks, leaves=True), "first chunk has empty choices, the text is"),
    ]),
    "04.4": Case((), [
        ChatBot, StoredChatBot, bot("system"), ConversationBot,
        RuleInConversation, SeededBot, ListBot,
    ], [
        (stored_bot(stuck=True),
         "in turn 3, previous_response_id is not the id of the reply before"),
        (stored_bot(shared=True), "a second bot"), (stored_bot(rules=False), "hold the rules"),
        (conversation_bot(shared=True), "a second bot"),
        (conversation_bot(anew=True), "another conversation"),
        (lambda rules: Thing(say=lambda text: SAID and ask(HI[0]["content"]) and SAID),
         "hold the r"),
        (lambda rules: Thing(), "has no method `say`"),
        (bot(remembers=False), "turn 2 does not hold 'My name is Mei.'"),
        (bot(answers=""), "turn 2 does not hold"), (bot(answers="user"), "the role assistant"),
        (bot("user"), "no developer message"), (bot(shared=True), "a second bot"),
        (bot(returns=False), "it returned None"),
        (ChatBot("Be brief."), "that is a ChatBot: hand over the class"),
        (lambda rules: SimpleBot(), "no request"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
