"""The mock API for a class, a script or another program: `python -m helpers.mock`."""

from __future__ import annotations

import argparse
import logging
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

from helpers.mock import core, failures, server
from helpers.mock.generation import replies, tokens
from helpers.mock.http import Reply, Request
from helpers.mock.state import Mock

LOCAL = ("127.0.0.1", "localhost")
EVERYWHERE = "0.0.0.0"
"""The host of all networks that this computer is in."""
_FAILURES = f"""\
It fails when asked to: in every request with --fail, or in those that have a header,

  OpenAI(default_headers={{"{failures.HEADER}": "429 retry-after=1 times=2"}})
"""


def main() -> int:
    """Serve until interrupted; return the exit code. Raises KeyboardInterrupt."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.mock",
        description=__doc__,
        epilog=f"It answers:\n{_endpoints()}\n\n{_FAILURES}\n{failures.table()}",
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
    parser.add_argument(
        "--fail",
        type=_failure(""),
        action="append",
        default=[],
        metavar="KIND[:SHARE]",
        help="what goes wrong, and for which share of the requests; may be given several times",
    )
    parser.add_argument(
        "--slow",
        type=_failure("slow first="),
        action="append",
        dest="fail",
        metavar="SECONDS",
        help="each reply is late: --fail 'slow first=SECONDS'",
    )
    parser.add_argument(
        "--cut",
        type=_failure("cut:"),
        action="append",
        dest="fail",
        metavar="SHARE",
        help="a share of the replies breaks in the middle: --fail cut:SHARE",
    )
    for option, what in (("--rpm", "requests"), ("--tpm", "tokens")):
        parser.add_argument(
            option, type=_limit, dest=what, metavar="N", help=f"{what} a minute for each key"
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
    url, *others = _urls(listening, options.host)
    also = f"In other networks of this computer: {', '.join(others)}.\n" if others else ""
    print(
        f"The mock API is at {url}\n{also}\n"
        f"  export OPENAI_BASE_URL={url}\n"
        "  export OPENAI_API_KEY=sk-offline-mock-no-key\n"
        "  export OPENAI_ADMIN_KEY=sk-admin-offline-mock\n\n"
        "Ctrl+C ends it.",
        flush=True,
    )
    mock = Mock(strict=options.strict, any_key=options.any_key)
    mock.failures.standing += options.fail
    limits = {"requests": options.requests, "tokens": options.tokens}
    mock.rates.limits = {what: limit for what, limit in limits.items() if limit}
    log = logging.getLogger("helpers.mock")
    log.setLevel(logging.INFO)
    log.addHandler(logging.StreamHandler(sys.stdout))

    def answer(request: Request) -> Reply:
        reply = core.answer(request, mock)
        if not options.quiet:
            # Quoted: a web page may put what a terminal obeys into a path.
            asked = f" (asked for: {reply.failure.kind})" if reply.failure else ""
            print(f"{request.method} {quote(request.path)} {reply.status}{asked}", flush=True)
        return reply

    # It takes some seconds on a slow computer, which the first to ask need not wait for.
    threading.Thread(target=_load, args=(mock,), daemon=True).start()
    hosts = server.LOCAL_NAMES if options.host in LOCAL else None
    application: Any = server.app(
        answer, lambda: options.pace, lambda request: core.admit(request, mock), hosts
    )
    if options.cors:
        application = server.with_cors(application, options.cors)
    server.serve(application, listening)
    return 0


def _urls(listening: socket.socket, host: str) -> list[str]:
    """Return the base URLs under which others reach what is served: 0.0.0.0 is no address."""
    url = server.base_url(listening)
    own = server.addresses() if host == EVERYWHERE else []
    return [url.replace(urlsplit(url).hostname or "", address) for address in own] or [url]


def _load(mock: Mock) -> None:
    tokens.load()
    with suppress(replies.RepliesError):  # It is told to who asks.
        mock.written = replies.load()


def _endpoints() -> str:
    rows = []
    for segment in sorted(core.ENDPOINTS):
        for method, path, _ in core.routes(f"/v1/{segment}/"):
            rows.append(f"  {method:7}{path.replace('([^/]+)', '{id}').replace('(.+)', '{id}')}")
    return "\n".join(rows)


def _failure(before: str) -> Callable[[str], failures.Failure]:
    """Return what reads an option that stands for the rest of a failure that so begins."""

    def read(text: str) -> failures.Failure:
        try:
            return failures.parse(before + text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def _limit(text: str) -> int:
    limit = int(text)
    if limit < 1:
        raise argparse.ArgumentTypeError(f"{limit} is no limit: it should be 1 or more")
    return limit


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is no port: ports go from 0 to 65535")
    return port
