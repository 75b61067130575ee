"""A WebSocket client for terminals: small binary messages, one at a time."""

import base64
import os
import socket
import struct
from typing import Self

from .errors import BenchmarkError

BINARY, CLOSE, PING = 2, 8, 9


class WebSocket:
    """An open connection."""

    def __init__(self, port: int, path: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        status = self._stream.readline().decode().strip()
        if " 101 " not in f"{status} ":
            raise BenchmarkError(f"no WebSocket: {status}")
        while self._stream.readline().strip():
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Sends a message of less than 126 bytes."""
        # A mask of zeros is one: the data stay as they are.
        self._socket.sendall(struct.pack("!BB4x", 0x80 | BINARY, 0x80 | len(data)) + data)

    def receive(self) -> bytes:
        """The bytes of the next binary message."""
        while True:
            first, length = self._read(2)
            length &= 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self._read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._read(8))
            data = self._read(length)
            kind = first & 0x0F
            if kind == BINARY:
                return data
            if kind == CLOSE:
                raise BenchmarkError(f"the terminal was closed: {data[2:].decode(errors='replace')}")

    def _read(self, length: int) -> bytes:
        data = self._stream.read(length)
        if len(data) < length:
            raise BenchmarkError("the connection of the terminal was lost")
        return data
