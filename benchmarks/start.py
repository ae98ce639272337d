"""What the set-up cell costs a reader who waits for it. Every time is that of a fresh process."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial

from benchmarks import fixed, ratios
from helpers.environment import ROOT

SETUP = "from helpers import setup; setup()"
IMPORT = "import openai"
FIRST_CALL = f"from openai import OpenAI; OpenAI().chat.completions.create(**{fixed.CALL!r})"


def environment(base_url: str) -> dict[str, str]:
    """Return variables with which `setup()` goes offline and the bare SDK goes to `base_url`."""
    settings = {"LESSONS_MODE": "offline", "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
    settings |= {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "sk-none"}
    return {**os.environ, **settings}


def seconds(code: str, base_url: str) -> float:
    """Return how long `code` takes in a Python that has just started."""
    clock = "from time import perf_counter; begin = perf_counter()"
    timed = f"{clock}\n{code}\nprint(perf_counter() - begin)"
    output = subprocess.check_output([sys.executable, "-c", timed], env=environment(base_url))
    return float(output.split()[-1])


def main() -> None:
    """Measure and print."""
    url = fixed.start()
    codes = {
        "setup": SETUP,
        "import": IMPORT,
        "setup and call": f"{SETUP}\n{FIRST_CALL}",
        "call": FIRST_CALL,
    }
    time = ratios.in_turns(
        {name: partial(seconds, code, url) for name, code in codes.items()}, rounds=15
    )
    ratios.report("set-up cell ÷ import openai", time["setup"], time["import"], "<= 1.25")
    figure = "set-up and first call ÷ first call to fixed bytes"
    ratios.report(figure, time["setup and call"], time["call"])


if __name__ == "__main__":
    main()
