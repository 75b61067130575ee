"""HTTP over the engine's unix socket and over localhost, with JSON bodies and persistent connections."""

import http.client
import json
import socket
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from .errors import BenchmarkError

# Servers close idle connections, some after five seconds, and sending on a closed connection fails.
KEPT_SECONDS = 2.0


class UnixConnection(http.client.HTTPConnection):
    """A connection to a socket in the file system."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("engine", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        """Called by the first request."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Client:
    """A persistent connection for one thread."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self._used_at = 0.0

    def call(
        self,
        method: str,
        path: str,
        body: bytes | BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Sends a request and returns the JSON of a successful response, `None` if it has no body."""
        if time.monotonic() - self._used_at > KEPT_SECONDS:
            self.close()
        self._connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = self._connection.getresponse()
        # Always read to the end, or the connection cannot be reused.
        content = answer.read()
        self._used_at = time.monotonic()
        if answer.status >= 400:
            text = content.decode(errors="replace").strip()
            raise BenchmarkError(f"{method} {path}: {answer.status} {text}")
        return json.loads(content) if content else None

    def close(self) -> None:
        """Closes the connection; the next request reopens it."""
        self._connection.close()
