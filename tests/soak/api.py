"""The API as a patient client uses it: a request that got no answer is sent again."""

import http.client
import json
import time
from typing import Any

from bench.installation import Installation

from .errors import SoakError
from .ledger import Ledger

# How long a request is repeated. A killed server is back within a few seconds.
PATIENCE = 120
TIMEOUT = 60
PAUSE = 0.2
# Answers after which the same request may succeed, and nothing has happened.
LATER = (503,)


class Answer:
    """The status and the JSON of an answer, and how often the request was sent."""

    def __init__(self, status: int, content: bytes, sent: int) -> None:
        self.status = status
        self.body: Any = json.loads(content) if content else None
        self.sent = sent

    @property
    def code(self) -> str:
        """What the problem is called."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Api:
    """Requests of any thread. Each has a connection of its own, since the server may be killed at any moment."""

    def __init__(self, installation: Installation, ledger: Ledger) -> None:
        self._port = installation.port
        self._headers = installation.headers | {"Content-Type": "application/json"}
        self._ledger = ledger

    def ask(self, method: str, path: str, body: Any = None, expected: tuple[int, ...] = (200,)) -> Answer:
        """Sends the request until there is an answer. Another status than the expected ones is a fault."""
        content = None if body is None else json.dumps(body).encode()
        deadline, sent = time.monotonic() + PATIENCE, 0
        while True:
            sent += 1
            try:
                status, text = self._once(method, path, content)
                if status not in LATER:
                    break
                why = f"{status} {text.decode(errors='replace')}"
            except (OSError, http.client.HTTPException) as error:
                why = repr(error)
            if time.monotonic() > deadline:
                raise SoakError(f"{method} {path}: no answer within {PATIENCE} s, the last time {why}")
            self._ledger.count("requests sent again")
            time.sleep(PAUSE)
        if status not in expected:
            raise SoakError(f"{method} {path}: {status} {text.decode(errors='replace').strip()}")
        return Answer(status, text, sent)

    def _once(self, method: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        try:
            connection.request(method, f"/api/v1{path}", body=content, headers=self._headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def pages(self, path: str) -> list[dict[str, Any]]:
        """All entries of a list."""
        items: list[dict[str, Any]] = []
        joined, cursor = "&" if "?" in path else "?", None
        while True:
            page = self.ask("GET", f"{path}{joined}limit=200" + (f"&cursor={cursor}" if cursor else "")).body
            items += page["items"]
            cursor = page.get("next")
            if cursor is None:
                return items
