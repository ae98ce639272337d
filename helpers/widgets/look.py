"""What the widgets have in common: how they look, what a call cost, what went wrong."""

from __future__ import annotations

import re

import ipywidgets as w

from helpers.prices import price

WIDE = w.Layout(width="100%", max_width="46em")
TEXT = "color:var(--jp-content-font-color1, #222); line-height:1.5; overflow-wrap:anywhere"
PAGE = (
    "what came back is a page or something else that is no answer of the API's. Does the address "
    "need /v1 at its end?"
)


def fault(error: BaseException) -> str:
    """Return in a sentence what went wrong, whatever it was. No key is in it."""
    import openai

    said = str(error)
    if isinstance(error, UnicodeEncodeError):
        said = "there is a character that cannot be sent, such as a curly quote in the key."
    elif isinstance(error, (AttributeError, TypeError, LookupError)):
        # The SDK hands on what it does not know as it is.
        said = PAGE
    elif not said or not isinstance(error, (openai.OpenAIError, ValueError, TimeoutError)):
        said = f"{type(error).__name__}: {said}"
    said = re.sub(r"sk-[A-Za-z0-9_-]{8,}", "sk-…", said)
    return "✗ " + (said if len(said) <= 400 else said[:400] + " …")


def cost(model: str, tokens_in: int, tokens_out: int = 0, cached: int = 0, written: int = 0) -> str:
    """Return what a call cost, to show it; cached and written are among `tokens_in`."""
    dollars = price(model, tokens_in, tokens_out, cached=cached, cache_written=written)
    return "price unknown" if dollars is None else f"US$ {dollars:.6f}"
