"""What a model would generate: reasoning, then text or calls of functions, until it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.generation import calls as calling
from helpers.mock.generation import describe, filling, structured, tokens, values
from helpers.mock.generation.calls import Called, Tools
from helpers.mock.generation.describe import About
from helpers.mock.generation.filling import Example
from helpers.mock.generation.messages import Message, corrects
from helpers.mock.generation.replies import Entry, Replies
from helpers.mock.generation.structured import TEXT, Format

# How many tokens the mock "thinks" at each reasoning effort. Invented: a real model thinks as
# long as the task needs.
REASONING_TOKENS = {
    "none": 0,
    "minimal": 8,
    "low": 32,
    "medium": 64,
    "high": 256,
    "xhigh": 512,
    "max": 1024,
}
EASY = 16
"""At efforts up to medium, a question of so many tokens is answered without thinking: in most of
the public recordings of GPT-5.5 and 5.6 a short question was."""


@dataclass(frozen=True)
class Generated:
    """One choice.

    ends: stop, length, content_filter or tool_calls.
    fixed: tokens that are counted beside the visible ones and the reasoning.
    entry: the written reply that it says, or None where the mock improvised.
    """

    pieces: Sequence[str]
    refusal: bool
    calls: tuple[Called, ...]
    reasoning_tokens: int
    ends: str
    fixed: int = 0
    entry: Entry | None = None

    @property
    def text(self) -> str:
        """The visible text: the reply or the refusal."""
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """All tokens generated, as they are billed: visible ones, reasoning and the fixed part."""
        called = sum(tokens.count(call.name + call.arguments) for call in self.calls)
        return len(self.pieces) + called + self.reasoning_tokens + self.fixed


NO_TOOLS = Tools()
NOTHING_SET = About()


def generate(
    conversation: Sequence[Message],
    replies: Replies,
    *,
    strict: bool = False,
    about: About = NOTHING_SET,
    limit: int | None = None,
    stop: Sequence[str] = (),
    choices: int = 1,
    wanted: Format = TEXT,
    tools: Tools = NO_TOOLS,
    fixed: tuple[int, int] = (0, 0),
) -> list[Generated]:
    """Return the model's choices for a conversation.

    strict: whether a prompt without a written reply is an error.
    limit: the most tokens a choice may have, reasoning included, as in the API.
    fixed: tokens that each choice costs beside its text, without reasoning and with it.

    Raises APIError if a written reply is not in the format that is wanted.
    """
    entry = replies.find(conversation, strict)
    offered = {function.name for function in tools.functions}
    if entry and (
        not {str(call["name"]) for call in entry.tool_calls} <= offered
        or (tools.must and not entry.tool_calls)
    ):
        # A learner changed the lesson's tools: they get what fits theirs.
        entry = None
    answered = conversation[-1].role == "tool" if conversation else False
    if entry and entry.like and not (strict or entry.tool_calls or answered) and tools.functions:
        # Where a tool can tell, a model asks it, and then says what it heard.
        entry = None if calling.plan(conversation, tools).calls else entry
    if entry and entry.unless_said and not strict and _may_be_said(conversation):
        entry = None
    rule = ""
    if entry and not (strict or wanted.json or entry.tool_calls or conversation[-1].pictures):
        entry, rule = replies.under_rules(entry, conversation)
    texts: tuple[str, ...] = ()
    if entry:
        texts = _texts(entry, about)
        if not _fits(entry, texts, wanted):
            if strict:
                raise APIError(
                    "(Offline mock) The written reply for this prompt is not in the format that "
                    f"the request asks for: {texts[0][:200]}",
                    code="mock_reply_does_not_fit",
                    type=MOCK_ERROR,
                )
            prompts = _stated(conversation)
            made = [filling.adapted(text, wanted, prompts) for text in texts]
            texts = tuple(text for text in made if text is not None)
            entry = entry if texts else None
    effort = about.effort
    reasoning = _reasoning(conversation, effort, wanted, tools)
    calls: tuple[Called, ...] = ()
    refusal, ends = False, "stop"
    if entry:
        # Only Structured Outputs have a place of its own for a refusal; else it is the reply.
        refusal = entry.refusal is not None and wanted.schema is not None
        calls = tuple(Called(call["name"], call["arguments"]) for call in entry.tool_calls)
        ends = entry.ends or ends
        thought = entry.thinks(effort)
        if thought is not None and effort != "none":
            reasoning = thought
        texts = _several(texts, choices, plain=not (strict or wanted.json or calls))
    else:
        plan = calling.plan(conversation, tools) if tools.functions else calling.Plan()
        calls = plan.calls
        if not calls:
            rule = rule or replies.style(conversation)
            about = replace(about, rule=rule, lacks=plan.lacks)
            examples = _improvised(conversation, replies, choices, wanted, tools, about)
            texts = tuple(one.text for one in examples)
            refusal = any(one.refused for one in examples)
    if calls:
        texts, ends = ("",), "tool_calls"
        calls = calls if tools.parallel else calls[:1]
    extra = fixed[bool(reasoning)]
    return [
        _generated(
            texts[index % len(texts)], refusal, calls, reasoning, ends, extra, entry, limit, stop
        )
        for index in range(choices)
    ]


def _stated(conversation: Sequence[Message]) -> list[str]:
    """Return what of the latest prompts may hold the values of fields, the last one first."""
    asked = [message.text for message in reversed(conversation) if message.role == "user"]
    return [values.stated(text) for text in asked[:4]]


def _texts(entry: Entry, about: About) -> tuple[str, ...]:
    """Return what an entry says at a verbosity, the text that a temperature chooses first."""
    if entry.refusal:
        return (entry.refusal,)
    texts = entry.replies or ("",)
    if about.verbosity in entry.lengths:
        return (entry.lengths[about.verbosity],)
    if about.temperature and len(texts) > 1:
        # Always the same for the same text and temperature.
        seed = hashlib.sha256(f"{about.temperature:g} {texts[0]}".encode()).digest()
        first = seed[0] % len(texts)
        return (*texts[first:], *texts[:first])
    return texts


def _several(texts: tuple[str, ...], choices: int, plain: bool) -> tuple[str, ...]:
    """Return as many texts as there are choices; where none is written any more, that is said."""
    if not plain or len(texts) >= choices:
        return texts
    lacks = (
        f"(Offline mock) Choice {number} of {choices}: no other reply is written for this prompt."
        for number in range(len(texts) + 1, choices + 1)
    )
    return (*texts, *lacks)


def _improvised(
    conversation: Sequence[Message],
    replies: Replies,
    choices: int,
    wanted: Format,
    tools: Tools,
    about: About,
) -> tuple[Example, ...]:
    """Return what can be said without a model, or else what was asked, in the format asked for."""
    prompts = _stated(conversation) if wanted.json else []
    answers = describe.outputs(conversation)
    if wanted.json and answers:
        for output in answers.values():
            if (made := filling.adapted(output, wanted, prompts)) is not None:
                return (Example(made),)
    if answers:
        told = describe.answer(conversation)
    elif about.lacks:
        told = f"(Offline mock) {about.lacks}"
    elif found := _without_model(conversation):
        return (_put(found, wanted, prompts),)
    else:
        told = describe.request(conversation, replies, wanted, tools, about)
    several = [f"{told} ({number} of {choices})" for number in range(1, choices + 1)]
    return tuple(_put(why, wanted, prompts) for why in (several if choices > 1 else [told]))


def _put(told: str, wanted: Format, prompts: Sequence[str]) -> Example:
    """Return what the mock says of itself, in the format asked for."""
    return filling.example(wanted, told, prompts) if wanted.json else Example(told)


def _may_be_said(conversation: Sequence[Message]) -> bool:
    """Whether a conversation may say what is asked, even where the mock cannot tell what."""
    told = (message.text for message in conversation[:-1] if message.role == "user")
    return any(map(corrects, told)) or _without_model(conversation) is not None


def _without_model(conversation: Sequence[Message]) -> str | None:
    """Return an answer that can be worked out, or found in what was said, or None."""
    # Read when it is needed: what is written needs neither.
    from helpers.mock.generation import finding, working

    if worked := working.done(conversation[-1].text if conversation else ""):
        return worked
    return finding.of_conversation(conversation) or finding.answer(conversation)


def _reasoning(conversation: Sequence[Message], effort: str, wanted: Format, tools: Tools) -> int:
    last = conversation[-1] if conversation else Message("user")
    plain = not (wanted.json or tools.functions or last.pictures or last.documents)
    if plain and effort in ("minimal", "low", "medium") and tokens.count(last.text) <= EASY:
        return 0
    # Of a model that is not known here, an effort may not be either.
    return REASONING_TOKENS.get(effort, REASONING_TOKENS["medium"])


def _generated(
    text: str,
    refusal: bool,
    calls: tuple[Called, ...],
    reasoning: int,
    ends: str,
    fixed: int,
    entry: Entry | None,
    limit: int | None,
    stop: Sequence[str],
) -> Generated:
    """Return a choice, ended at a stop mark or at the limit."""
    cuts = [text.index(mark) for mark in stop if mark and mark in text]
    if cuts:
        text = text[: min(cuts)]
    pieces = tokens.split(text)
    made = Generated(pieces, refusal, calls, reasoning, ends, fixed, entry)
    if limit is None or made.tokens <= limit:
        return made
    thought = min(reasoning, limit)
    left = limit - thought
    shown = pieces[: max(0, left - max(0, fixed - 1))]
    # Half a tool call is none: its arguments would be no JSON.
    return Generated(shown, refusal, (), thought, "length", left - len(shown), entry)


def _fits(entry: Entry, texts: Sequence[str], wanted: Format) -> bool:
    if entry.refusal or entry.tool_calls or entry.ends:
        return True
    return all(structured.fits(text, wanted) for text in texts)
