"""Wait for an answer, but not for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """Return what `ask()` returns, if it does within so many seconds.

    A client's timeout counts from one byte to the next: an answer that trickles in outlasts it.
    What comes too late comes to nobody. Raises TimeoutError, or what `ask` raises.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=run, name="waiting", daemon=True).start()
    if not wait([answer], seconds).done:
        raise TimeoutError(f"No answer within {seconds:g} seconds.")
    return answer.result()
