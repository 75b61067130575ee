"""Requests that no HTTP library would send: every byte of them is chosen here."""

import contextlib
import http.client
import json
import re
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

# Long enough for a slow answer, short enough to give up one that never begins.
PATIENCE = 30
# How long a stream is listened to.
LISTENS_FOR = 0.5
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back. The status is 0 if the server closed the connection without an answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The header of this name, in small letters; empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def text(self) -> str:
        """All that was said: headers and body."""
        return "\n".join(f"{name}: {value}" for name, value in self.headers) + "\n" + self.body.decode(errors="replace")

    @property
    def code(self) -> str:
        """The code of a problem."""
        found = re.search(rb'"code":\s*"([a-z-]+)"', self.body)
        return found[1].decode() if found else ""

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


CLOSED = Answer(0, (), b"")


class Asking:
    """A connection that stays open as long as the server lets it. A context manager that closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self.asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def ask(self, method: str, target: str, headers: Headers | None = None, body: bytes | None = None) -> Answer:
        """Sends exactly this, with the length of the body and a `Host` if none is given."""
        self.asked += 1
        given = list(headers or [])
        if not any(name.lower() == "host" for name, _ in given):
            given.insert(0, ("Host", f"127.0.0.1:{self._port}"))
        if body is not None:
            given.append(("Content-Length", str(len(body))))
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in given)]
        sent = "\r\n".join(lines).encode("latin-1", errors="replace") + b"\r\n\r\n" + (body or b"")
        # The server may have closed the connection since the last answer.
        for is_new in (False, True) if self._socket else (True,):
            if is_new:
                self._open()
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self._exchange(method, sent)
            self._close()
        return CLOSED

    def _exchange(self, method: str, sent: bytes) -> Answer:
        if self._socket is None:
            raise OSError("not connected")
        self._socket.sendall(sent)
        answer = http.client.HTTPResponse(self._socket, method=method)
        answer.begin()
        headers = tuple(answer.getheaders())
        if answer.getheader("content-type", "").startswith("text/event-stream") and method != "HEAD":
            body = self._listen(answer)
        else:
            body = answer.read()
            if answer.will_close or answer.status == 101:
                self._close()
        return Answer(answer.status, headers, body)

    def _listen(self, answer: http.client.HTTPResponse) -> bytes:
        heard = b""
        if self._socket is not None:
            self._socket.settimeout(LISTENS_FOR)
        with contextlib.suppress(OSError, http.client.HTTPException):
            while part := answer.read1(65536):
                heard += part
        self._close()
        return heard

    def _open(self) -> None:
        self._close()
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
