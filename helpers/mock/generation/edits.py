"""What the words of an edit ask for: effects, and things to be added or left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_ADDS = r"add|put|draw|include|place|insert|with|give"
_REMOVES = r"remove|delete|erase|without|leave out|take (?:away|out)|get rid of|no"
MOST_THINGS = 4
_CHANGES = r"make|turn|change|replace|keep|let|rotate|flip|mirror"
_ITEM_ENDS = (
    r"on|in|into|inside|at|over|under|above|below|behind|before|beside|by|near|next|to|of|from|for"
    r"|as|around|across|along|through|between|who|which|that|so|but|then"
)
_NO_THING = (
    r"an?|the|this|these|those|same|some|more|less|few|another|other|one|two|three|four|\d+|it|its"
    r"|them|her|his|my|me|everything|nothing|only|also|too|please|very|left|right|middle|top|bottom"
    r"|front|background|here|there|small|little|tiny|big|large|huge|picture|image|photo|scene|tone|look|effect|filter"
    r"|(?:red|orange|yellow|green|blue|purple|violet|pink|brown|white|black|gr[ae]y)"
)
"""Words that name nothing that could be drawn or left out."""


def things(prompt: str, change: str, known: Sequence[str]) -> list[str]:
    """Return which of the known things a drawing has: those of its prompt, as an edit changes them.

    known: a pattern for the words of each thing.
    """
    drawn = [name for name in known if _said(name, prompt) and name not in removed(prompt, known)]
    gone, more = removed(change, known), added(change, known)
    kept = [name for name in drawn[:3] if name not in gone]
    return [*kept, *(name for name in more if name not in kept)][:MOST_THINGS]


def added(change: str, known: Sequence[str]) -> list[str]:
    """Return which of the known things an edit asks for."""
    gone = removed(change, known)
    return [name for name in known if name not in gone and _behind(_ADDS, name, change)]


def removed(change: str, known: Sequence[str]) -> list[str]:
    """Return which of the known things an edit wants to be left out."""
    return [name for name in known if _behind(_REMOVES, name, change)]


def undrawn(change: str, known: Iterable[str]) -> list[str]:
    """Return the last word of each thing that an edit wants to be added and that is not known."""
    return [
        words[-1]
        for item, words in _items(_ADDS, change)
        if not any(_said(name, item) for name in known)
    ]


def removes(change: str) -> bool:
    """Whether an edit wants anything to be left out."""
    return any(_items(_REMOVES, change))


def across(change: str) -> float:
    """Return where from left to right an edit wants something, from 0 to 1."""
    return 0.22 if _said("left", change) else 0.78 if _said("right", change) else 0.5


def effects(picture: Image, change: str) -> Image:
    """Return a picture with the effects that an edit asks for; the same picture if for none."""
    for words, effect in _effects().items():
        if _said(words, change):
            picture = effect(picture)
    return picture


def _effects() -> dict[str, Callable[[Image], Image]]:
    """Return what each effect does, by a pattern for its words."""
    from PIL import ImageEnhance, ImageFilter, ImageOps
    from PIL.Image import Transpose

    left, right, over = (
        Transpose.ROTATE_90,
        Transpose.ROTATE_270,
        Transpose.ROTATE_180,
    )
    turned = r"(?:rotate|rotated|turn|turned)\b[^.;]*\b"

    def plain(effect: Callable[[Image], Image]) -> Callable[[Image], Image]:
        return lambda picture: effect(picture.convert("RGB"))

    return {
        "bright(?:er|en)|light(?:er|en)": plain(
            lambda one: ImageEnhance.Brightness(one).enhance(1.4)
        ),
        "dark(?:er|en)|dimmer": plain(lambda one: ImageEnhance.Brightness(one).enhance(0.6)),
        "contrast": plain(lambda one: ImageEnhance.Contrast(one).enhance(1.5)),
        "colou?rful|vivid|saturated": plain(lambda one: ImageEnhance.Color(one).enhance(1.8)),
        "black.and.white|gr[ae]y ?scale|monochrome|b&w|(?:no|without) colou?rs?": plain(
            lambda one: ImageOps.grayscale(one).convert("RGB")
        ),
        "sepia|vintage|old photo(?:graph)?": plain(
            lambda one: ImageOps.colorize(ImageOps.grayscale(one), (48, 30, 14), (255, 236, 200))
        ),
        "invert(?:ed)?|negative": plain(ImageOps.invert),
        "blur(?:red|ry)?|out of focus": lambda one: one.filter(
            ImageFilter.GaussianBlur(max(one.size) / 120)
        ),
        "sharp(?:er|en)": lambda one: one.filter(ImageFilter.UnsharpMask(3, 180)),
        "mirror(?:ed)?|flip(?:ped)?(?! (?:vertically|upside|it upside))": ImageOps.mirror,
        "flip(?:ped)? vertically": ImageOps.flip,
        f"{turned}(?:180|half)|upside.down": lambda one: one.transpose(over),
        f"{turned}(?:left|counter.?clockwise|anti.?clockwise)": lambda one: one.transpose(left),
        f"{turned}(?:90|quarter|right|(?<!counter)(?<!counter.)clockwise)"
        r"(?![^.;]*(?:left|counter|anti))": lambda one: one.transpose(right),
    }


def _items(verbs: str, change: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what stands behind one of the verbs, thing by thing, and the words that name it."""
    for effect in _effects():
        change = re.sub(rf"\b(?:{effect})\b", "it", change, flags=re.IGNORECASE)
    every = rf"\b({_ADDS}|{_REMOVES}|{_CHANGES})\b|[.;:!?]"
    last = ""
    for place, part in enumerate(re.split(every, change, flags=re.IGNORECASE)):
        if place % 2:
            last = part or ""
        elif re.fullmatch(verbs, last, re.IGNORECASE):
            for item in re.split(r",|\band\b|\bor\b", part, flags=re.IGNORECASE):
                item = re.split(rf"\b(?:{_ITEM_ENDS})\b", item, flags=re.IGNORECASE)[0]
                found = re.findall(r"\w+", item)
                words = [one for one in found if not re.fullmatch(_NO_THING, one, re.IGNORECASE)]
                if words:
                    yield item, words


def _behind(verbs: str, name: str, change: str) -> bool:
    """Whether a thing stands behind one of the verbs, with none of another kind between."""
    other = _ADDS if verbs == _REMOVES else _REMOVES
    between = rf"(?:(?!\b(?:{other})\b)[^.;])*?"
    return bool(re.search(rf"\b(?:{verbs})\b{between}\b(?:{name})\b", change, re.IGNORECASE))


def _said(pattern: str, text: str) -> bool:
    return bool(re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE))
