"""What a model would generate: reasoning, then text or calls of functions, until it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.mock.errors import MOCK_ERROR, APIError
from helpers.mock.generation import documents, pictures, structured, tokens
from helpers.mock.generation.messages import Message
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
class Function:
    """A function offered to the model: its name and the JSON schema of its arguments."""

    name: str
    parameters: dict[str, object]


@dataclass(frozen=True)
class Tools:
    """The functions that may be called, whether one must be, and how many at once."""

    functions: tuple[Function, ...] = ()
    must: bool = False
    parallel: bool = True


@dataclass(frozen=True)
class Called:
    """A call that the model makes: the function's name and its arguments as JSON."""

    name: str
    arguments: str


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


def generate(
    conversation: Sequence[Message],
    replies: Replies,
    *,
    strict: bool = False,
    effort: str = "none",
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
        or not (strict or _fits(entry, wanted))
    ):
        # A learner changed the lesson's tools or schema: they get what fits theirs.
        entry = None
    reasoning = _reasoning(conversation, effort, wanted, tools)
    texts: tuple[str, ...] = ()
    calls: tuple[Called, ...] = ()
    refusal, ends = False, "stop"
    if entry:
        texts = (entry.refusal,) if entry.refusal else entry.replies or ("",)
        refusal = entry.refusal is not None
        calls = tuple(Called(call["name"], call["arguments"]) for call in entry.tool_calls)
        ends = entry.ends or ends
        if entry.reasoning_tokens is not None and effort != "none":
            reasoning = entry.reasoning_tokens
        if not _fits(entry, wanted):
            raise APIError(
                "(Offline mock) The written reply for this prompt is not in the format that the "
                f"request asks for: {texts[0][:200]}",
                code="mock_reply_does_not_fit",
                type=MOCK_ERROR,
            )
    elif tools.functions and (tools.must or conversation[-1].role != "tool"):
        function = tools.functions[0]
        calls = (Called(function.name, structured.instance_text(function.parameters)),)
    else:
        why = _fallback(conversation, replies)
        whys = [f"{why} ({number} of {choices})" for number in range(1, choices + 1)]
        texts = tuple(
            structured.example(wanted, one) if wanted.json else one
            for one in (whys if choices > 1 else [why])
        )
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


def _fits(entry: Entry, wanted: Format) -> bool:
    if entry.refusal or entry.tool_calls or entry.ends:
        return True
    return all(structured.fits(text, wanted) for text in entry.replies)


def _fallback(conversation: Sequence[Message], replies: Replies) -> str:
    last = conversation[-1] if conversation else Message("user")
    asked = " ".join(last.text.split())
    shown = asked if len(asked) <= 60 else asked[:60] + "…"
    seen = "".join(f"{pictures.describe(picture)} " for picture in last.pictures)
    seen += "".join(f"{documents.describe(document)} " for document in last.documents)
    near = replies.near(asked)
    hint = f"It has one for “{near}”. " if near else ""
    return (
        f"(Offline mock) Your request reached the mock API on this computer, but it has no "
        f"written reply for “{shown}”. {seen}{hint}For an answer from a real model, save a key "
        f"(lesson 01_key_setup), then run setup() and the cell with OpenAI() again."
    )
