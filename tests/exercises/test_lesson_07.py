"""Answers to lesson 07's exercises: right ones, and wrong ones with the reasons."""

from __future__ import annotations

import base64
from decimal import Decimal
from pathlib import Path
from typing import Any

import openai

from tests.exercises.cases import Case, EachExercise


def icon(client: Any, prompt: str, path: Path, **more: Any) -> Path:
    order = {"quality": "low", "background": "transparent", "output_format": path.suffix[1:]}
    result = client.images.generate(model="gpt-image-2.6-flare", prompt=prompt, **{**order, **more})
    path.write_bytes(base64.b64decode(result.data[0].b64_json))
    return path


CASES = {
    "07.1": Case((), [2.654, Decimal("2.654"), "2.65", "$2.654"], [
        (0.01327, "that is one picture"), (265.4, "in cents"), (2.634, "the words that go in"),
        (2.754, "5 dollars a million, not 30"), (0.459, "30 dollars a million, not 5"),
        (2.666, "8 dollars is for pictures in"), (3, "that is rounded"),
        (4, "not what the pictures"), (1.33 * 2, "nearly right, but the cents are rounded"),
        (2_654_000, "divide by 1,000,000"), (0.559, "5 for text in"),
        ("much", "'much' is no number"), ([2.654], "that is a list: a number"),
    ]),
    "07.2": Case((), [
        lambda w, h: not (w % 16 or h % 16) and max(w, h) <= min(3840, 3 * min(w, h))
        and 655_360 <= w * h <= 3840 * 2160,
        lambda w, h: w % 16 == h % 16 == 0 and 1 / 3 <= w / h <= 3 and w <= 3840 and h <= 3840
        and w * h in range(655_360, 8_294_401),
        lambda w, h: all([w % 16 == 0, h % 16 == 0, max(w, h) <= 3840, max(w, h) <= 3 * min(w, h),
                          w * h >= 655_360, w * h <= 8_294_400]),
    ], [
        (lambda w, h: not (w % 16 or h % 16) and w * h > 655_360, "exactly the 655,360 pixels"),
        (lambda w, h: not (w % 16 or h % 16) and w >= h,
         "1024 × 1536, which is allowed: the height"),
        (lambda w, h: True, "1000 is no multiple of 16"), (lambda w, h: False, "which is allowed"),
        (lambda w, h: not w % 16 and w * h >= 655_360, "1000 is no multiple"),
        (lambda w, h: not (w % 16 or h % 16) and w * h >= 655_360, "more than three times"),
        (lambda w, h: not (w % 16 or h % 16), "too few pixels"),
        (lambda w, h: w * h, "True or False"), (lambda w: True, "raised TypeError"),
        (lambda w, h: not (w % 16 or h % 16) and w * h >= 655_360
         and max(w, h) <= 3 * min(w, h), "longer than 3840"),
        (lambda w, h: not (w % 16 or h % 16) and w * h >= 655_360
         and max(w, h) <= min(3840, 3 * min(w, h)), "too many pixels"),
    ]),
    "07.3": Case((), [icon, lambda *given: str(icon(*given)), lambda *given: icon(*given, n=1)], [
        (lambda client, prompt, path: path, "it sent nothing over the client"),
        (lambda *given: icon(*given).read_bytes(), "return the path, not a bytes"),
        (lambda *given: icon(*given, quality=openai.omit), "the request names no quality"),
        (lambda *given: icon(*given) and icon(*given), "2 requests"),
        (lambda client, prompt, path: icon(client, "A tree", path), "is not the one"),
        (lambda *given: icon(*given, background="opaque"), "a transparent background"),
        (lambda *given: icon(*given, quality="high"), "the quality is high"),
        (lambda *given: icon(*given, n=2), "2 pictures"),
        (lambda *given: icon(*given, output_format="webp"), "icon.png is a WEBP"),
        (lambda *given: icon(*given, output_format=given[2].suffix),
         "the request asks for output_format '.png': leave out the dot."),
        (lambda *given: icon(*given, output_format="gif"),
         "the request asks for output_format 'gif': here it should be 'png'."),
        (lambda *given: icon(*given, output_format=5), "output_format 5: here it should be 'png'."),
        (lambda client, prompt, path: icon(client, prompt, path.with_name("a.png")), "no file at"),
        (lambda client, prompt, path: str(icon(client, prompt, path)) + "g", "return the path"),
        (lambda client, prompt, path: icon(client, prompt, path).write_bytes(b"x") and path,
         "was it decoded"),
    ]),
}  # fmt: skip


class TestAnswers(EachExercise):
    cases = CASES
