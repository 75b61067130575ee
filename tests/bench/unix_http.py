"""HTTP over the engine's unix socket and over the loopback, with JSON bodies and kept connections."""

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any

from .errors import BenchmarkError


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


def call(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Sends a request and gives the JSON of a good answer, `None` when it has no body."""
    connection.request(method, path, body=body, headers=dict(headers or {}))
    answer = connection.getresponse()
    # Read to the end whatever it is, or the connection cannot be used again.
    content = answer.read()
    if answer.status >= 400:
        text = content.decode(errors="replace").strip()
        raise BenchmarkError(f"{method} {path}: {answer.status} {text}")
    return json.loads(content) if content else None
