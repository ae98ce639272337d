"""The mock API for a class, a script or another program: `python -m helpers.mock`."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from urllib.parse import quote

from helpers.mock import core, server
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock

LOCAL = ("127.0.0.1", "localhost")


def main() -> int:
    """Serve until interrupted; return the exit code. Raises KeyboardInterrupt."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.mock",
        description=__doc__,
        epilog="It answers:\n" + _endpoints(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=_port, default=8765, help="0 for any free one; default 8765")
    parser.add_argument("--host", default=LOCAL[0], help=f"default {LOCAL[0]}: this computer only")
    parser.add_argument(
        "--open-to-network",
        action="store_true",
        help="serve another --host: whoever reaches it can read what is sent and stored",
    )
    parser.add_argument("--any-key", action="store_true", help="take every API key, as EMPTY")
    parser.add_argument(
        "--pace",
        type=float,
        default=server.PACE,
        metavar="SECONDS",
        help=f"between two events of a stream; default {server.PACE}",
    )
    parser.add_argument(
        "--cors",
        metavar="ORIGIN",
        help="let web pages of this origin call it, http://localhost:3000",
    )
    parser.add_argument(
        "--strict", action="store_true", help="a prompt without a written reply is an error"
    )
    parser.add_argument("--quiet", action="store_true", help="no line for each request")
    options = parser.parse_args()
    if options.host not in LOCAL and not options.open_to_network:
        print(
            f"--host {options.host} lets other computers in: they can use the mock, and read the "
            "files, texts and keys that are sent to it. If you mean that, add --open-to-network.",
            file=sys.stderr,
        )
        return 2
    try:
        listening = server.listen(options.port, options.host)
    except OSError as error:
        print(
            f"{options.host}:{options.port} cannot be used ({error.strerror}). Try --port 0.",
            file=sys.stderr,
        )
        return 1
    url = server.base_url(listening)
    print(
        f"The mock API is at {url}\n\n"
        f"  export OPENAI_BASE_URL={url}\n"
        "  export OPENAI_API_KEY=sk-offline-mock-no-key\n\n"
        "Ctrl+C ends it.",
        flush=True,
    )
    mock = Mock(strict=options.strict, any_key=options.any_key)

    def answer(request: Request) -> Reply:
        reply = core.answer(request, mock)
        if not options.quiet:
            # Quoted: a web page may put what a terminal obeys into a path.
            print(f"{request.method} {quote(request.path)} {reply.status}", flush=True)
        return reply

    hosts = server.LOCAL_NAMES if options.host in LOCAL else None
    application: Any = server.app(
        answer, lambda: options.pace, lambda request: core.admit(request, mock), hosts
    )
    if options.cors:
        application = server.with_cors(application, options.cors)
    server.serve(application, listening)
    return 0


def _endpoints() -> str:
    rows = []
    for segment in sorted(core.ENDPOINTS):
        for method, path, _ in core.routes(f"/v1/{segment}/"):
            rows.append(f"  {method:7}{path.replace('([^/]+)', '{id}').replace('(.+)', '{id}')}")
    return "\n".join(rows)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is no port: ports go from 0 to 65535")
    return port
