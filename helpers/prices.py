"""What a call costs: the one look-up in genai-prices, at the standard tier."""

from __future__ import annotations

from decimal import Decimal


def price(
    model: str, tokens_in: int, tokens_out: int = 0, *, cached: int = 0, cache_written: int = 0
) -> Decimal | None:
    """Return US dollars for one call, or None if the price of `model` is not known.

    cached, cache_written: how many of `tokens_in` are read from the cache, and written to it.
    """
    # Imported here: it takes long to load, and most lessons do without.
    from genai_prices import Usage, calc_price

    usage = Usage(
        input_tokens=tokens_in,
        cache_read_tokens=cached,
        cache_write_tokens=cache_written,
        output_tokens=tokens_out,
    )
    try:
        return calc_price(usage, model_ref=model, provider_id="openai").total_price
    except LookupError:
        return None
