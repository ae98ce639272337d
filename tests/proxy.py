"""A proxy on this computer, between it and the network."""

from __future__ import annotations

import socket
import ssl
import threading


class Proxy:
    """Refuses to connect anybody; given `tls`, it takes the place of the API itself.

    asked: what it heard, and once more what it heard inside TLS.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.asked: list[bytes] = []

    def __enter__(self) -> Proxy:
        self._stopped = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.05)
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self._server.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                if data := connection.recv(4096):
                    self.asked.append(data)
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        if self.tls is None:
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            with self.tls.wrap_socket(connection, server_side=True) as secure:
                self.asked.append(secure.recv(4096))
        except OSError:
            pass  # The other end did not trust it.
