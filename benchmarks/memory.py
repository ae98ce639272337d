"""What the lessons add to the resident memory of an IPython kernel, seen from outside of it."""

from __future__ import annotations

import time
from functools import partial
from subprocess import DEVNULL
from typing import Any

import psutil  # type: ignore[import-untyped]
from jupyter_client.manager import start_new_kernel

from benchmarks import fixed, ratios
from benchmarks.start import FIRST_CALL, IMPORT, SETUP, environment


def resident(code: str, base_url: str) -> float:
    """Return the bytes in memory of a new kernel that has run `code`."""
    manager: Any
    manager, client = start_new_kernel(env=environment(base_url), stderr=DEVNULL)
    try:
        reply = client.execute_interactive(code, output_hook=lambda message: None, timeout=60)
        if reply["content"]["status"] != "ok":
            raise RuntimeError("\n".join(reply["content"]["traceback"]))
        time.sleep(2)  # the mock's thread is still importing its server
        return float(psutil.Process(manager.provisioner.pid).memory_info().rss)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main() -> None:
    """Measure and print."""
    url = fixed.start()
    codes = {
        "import": IMPORT,
        "setup": SETUP,
        "setup and call": f"{SETUP}\n{FIRST_CALL}",
        "call": FIRST_CALL,
    }
    memory = ratios.in_turns(
        {name: partial(resident, code, url) for name, code in codes.items()}, rounds=5
    )
    base = memory["import"]
    ratios.report("memory after setup() ÷ after import openai", memory["setup"], base, "<= 1.25")
    figure = "memory after set-up and first call ÷ after import openai"
    ratios.report(figure, memory["setup and call"], base, "<= 1.25")
    figure = "memory after set-up and first call ÷ after a first call to fixed bytes"
    ratios.report(figure, memory["setup and call"], memory["call"])


if __name__ == "__main__":
    main()
