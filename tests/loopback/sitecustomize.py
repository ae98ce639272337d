"""A program that has this folder in PYTHONPATH ends when it tries to leave this computer.

It ends at once, with exit code 99: a library that catches exceptions cannot hide it. Programs
that it starts are kept, too. Numbers of addresses only; a name is refused before it is looked up.
"""

import os
import sys

CODE = 99
EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.bind": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}
"""The events of https://docs.python.org/3/library/audit_events.html, and where the address is."""


def _stays(address: object) -> bool:
    if isinstance(address, tuple):
        address = address[0]
    if address is None or not isinstance(address, (str, bytes)):
        return True
    host = address.decode(errors="replace") if isinstance(address, bytes) else address
    # A path is that of a socket in the file system.
    return host in ("localhost", "::1") or host.startswith(("127.", "/", "\0"))


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in EVENTS and not _stays(arguments[EVENTS[event]]):
        told = f"\n{event} leaves this computer: {arguments[EVENTS[event]]!r}\n"
        os.write(2, told.encode(errors="replace"))
        if "LOOPBACK_TOLD" in os.environ:  # Nobody hears the last words of nbval's kernels.
            file = os.open(os.environ["LOOPBACK_TOLD"], os.O_WRONLY | os.O_APPEND)
            os.write(file, told.encode(errors="replace"))
        os._exit(CODE)


sys.addaudithook(_watch)
