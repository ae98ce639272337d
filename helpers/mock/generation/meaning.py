"""Texts as vectors: what an embedding model would say, by words, their stems and letters alone.

Each word, each pair of neighbours and each run of letters in a word is a feature; a feature adds
to a few places of the vector, with a sign, all by its hash (feature hashing,
https://arxiv.org/abs/0902.2206). Texts that share words, forms of a word or parts of words are
near each other; a few words of shops and reviews also stand for one another (`_ALIKE`).

That is enough for a small search to find sensible neighbours, and it is no understanding. It does
not see that "not good" is no praise, knows no words that mean the same but those few, no other
language, no irony; two texts without a word or a part of one in common are unlike. The
numbers are not those of a model of OpenAI's.

As with the API's models of the third generation, a vector cut short and brought to length 1 is
the one that `dimensions` asks for: every feature has a place among the first numbers, and others
behind them. https://developers.openai.com/api/docs/guides/embeddings
"""

from __future__ import annotations

import hashlib
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

_WORD = re.compile(r"[^\W\d_]+|\d+")
# Scripts that put no blank between words: there the letters are what words are elsewhere.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ENDINGS = ("ingly", "edly", "ing", "ied", "ies", "ed", "es", "ly", "s")
_LITTLE = (
    "a about all also am an and are as at be been but by can could did do does for from had has "
    "have he her him his how i if in into is it its just like me my of on or our out own she so "
    "some than that the their them then there these they this those to too up us very was we were "
    "what when where which who will with would you your"
)
SMALL = frozenset(_LITTLE.split())
"""Words that say little of what a text is about."""

_ALIKE = (
    "good great excellent perfect wonderful fantastic amazing lovely love happy pleased nice",
    "bad terrible awful horrible poor worst disappointing useless",
    "fast quick rapid prompt speedy soon",
    "slow late delay wait",
    "broken broke defective damaged faulty cracked torn",
    "cheap inexpensive affordable bargain",
    "expensive overpriced costly pricey",
    "price cost fee money paid pay",
    "delivery delivered shipping shipment arrive parcel package",
    "refund reimburse reimbursement return",
    "help support service assistance",
    "staff waiter employee",
    "food meal dish soup pizza pasta breakfast",
    "taste tasty delicious flavour flavor yummy",
    "sound audio speaker music",
    "loud noisy noise",
    "screen display",
    "phone smartphone mobile",
    "shoe footwear boot sneaker",
    "clothes clothing jacket shirt coat",
    "small tiny little",
    "big large huge",
    "buy bought purchase order",
)
"""Words of shops and reviews that stand for one another, or for a kind of thing."""

_BLOCKS = (0, 16, 64, 256, 768, 1536, 3072)
"""A feature has one place between each two of these."""

_PAIR = 0.5
"""How much two neighbours count, beside a word's stem."""

Sparse = tuple[tuple[int, float], ...]
"""What something adds to a vector: places in it and numbers."""


def vector(text: str, model: str, whole: int, length: int) -> array[float]:
    """Return the vector of a text: the first `length` of `whole` numbers, brought to length 1.

    Vectors of different models have nothing to do with each other, as with the API's.
    """
    words = [word.casefold() for word in _WORD.findall(text)] or [text]
    stems = [stem(word) for word in words if word not in SMALL]
    numbers = [0.0] * whole
    for word, times in Counter(words).items():
        # What comes again and again does not count as often.
        weight = math.sqrt(times)
        for place, value in _word(word, model, whole):
            numbers[place] += weight * value
    for pair in dict.fromkeys(zip(stems, stems[1:], strict=False)):
        for place, value in _places(" ".join(pair), model, whole):
            numbers[place] += _PAIR * value
    del numbers[length:]
    size = math.hypot(*numbers)
    if not size:  # Among few numbers there may be a place for no feature.
        numbers[0] = size = 1.0
    return array("f", [number / size for number in numbers])


@lru_cache(maxsize=20_000)
def _word(word: str, model: str, whole: int) -> Sparse:
    """Return what one word adds to a vector."""
    found: dict[int, float] = {}
    for feature, weight in _features(word):
        for place, value in _places(feature, model, whole):
            found[place] = found.get(place, 0.0) + weight * value
    return tuple(found.items())


def _features(word: str) -> Iterator[tuple[str, float]]:
    """Yield what a word is made of, with how much each counts."""
    if word in SMALL:
        yield word, 0.15
    elif _UNSPACED.search(word):
        yield from ((word[i : i + n], 0.7) for n in (1, 2) for i in range(len(word) + 1 - n))
    else:
        root = stem(word)
        yield f"_{root}", 1.0
        if root in _alike():
            yield f"={_alike()[root]}", 1.2
        edged = f"<{root}>"
        runs = [edged[i : i + 3] for i in range(len(edged) - 2)]
        # The letters count as much in a long word as in a short one.
        yield from ((run, 0.8 / math.sqrt(len(runs))) for run in runs)


@cache
def _alike() -> dict[str, str]:
    """Return the first word of each group by the stems of all its words."""
    return {stem(word): group.split()[0] for group in _ALIKE for word in group.split()}


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word without the ending of a plural or a verb: "batteries" and "battery" agree."""
    for ending in _ENDINGS:
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and not word.endswith("ss"):
            if ending in ("ies", "ied"):
                return root + "i"
            if root[-1] == root[-2] and root[-1] not in "aeiouls":
                return root[:-1]
            return root.removesuffix("e")
    if len(word) > 2 and word[-1] == "y" and word[-2] not in "aeiou":
        return word[:-1] + "i"
    return word.removesuffix("e") if len(word) > 3 else word


@lru_cache(maxsize=20_000)
def _places(feature: str, model: str, whole: int) -> Sparse:
    """Return what a feature adds to a vector: a number in each block, if it is that long.

    A block counts by its length, so that no part of the vector says more than another.
    """
    digest = hashlib.blake2b(f"{model} {feature}".encode(errors="replace"), digest_size=32).digest()
    found = []
    for turn, (start, end) in enumerate(zip(_BLOCKS, _BLOCKS[1:], strict=False)):
        number = int.from_bytes(digest[4 * turn : 4 * turn + 4], "big")
        place = start + (number >> 1) % (end - start)
        if place < whole:
            found.append((place, math.sqrt(end - start) * (1 if number & 1 else -1)))
    return tuple(found)
