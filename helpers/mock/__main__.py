"""`python -m helpers.mock`: the mock API for a class, a script or another program."""

from __future__ import annotations

import argparse
import sys

from helpers.mock.generation.replies import load
from helpers.mock.http import Mock
from helpers.mock.server import base_url, listen, serve


def main() -> int:
    """Serve until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m helpers.mock", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="0 for any free one; default 8765")
    parser.add_argument(
        "--strict", action="store_true", help="a prompt without a written reply is an error"
    )
    options = parser.parse_args()
    mock = Mock(load(strict=options.strict))
    try:
        listening = listen(options.port)
    except OSError as error:
        print(
            f"Port {options.port} cannot be used ({error.strerror}). Try --port 0.", file=sys.stderr
        )
        return 1
    print(
        "The mock API is at",
        base_url(listening),
        "\n\n"
        f"  export OPENAI_BASE_URL={base_url(listening)}\n"
        "  export OPENAI_API_KEY=sk-offline-mock-no-key\n\n"
        "Ctrl+C ends it.",
        flush=True,
    )
    serve(lambda: mock, listening)
    return 0


if __name__ == "__main__":
    sys.exit(main())
