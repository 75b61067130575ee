"""The owner of the keys: says which instances are wanted, and is as bad at it as an owner can be."""

import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .ledger import Ledger

# Of a hundred polls, how many end in each of these ways. The others get the list.
LOST = {"status 500": 10, "hung up": 6, "half of the list": 8, "half without a length": 4, "no list": 4}
# How long an answer is on its way at most: a list may be old when it arrives.
DELAY = 0.4
UP = (10.0, 40.0)
DOWN = (1.0, 5.0)


class Owner:
    """An HTTP server on loopback with a list of keys for each template. A context manager that ends it."""

    def __init__(self, seed: int, ledger: Ledger) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._keys: dict[str, set[str]] = {}
        self._ledger = ledger
        self._over = threading.Event()
        self._server = self._listening(0)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._up_and_down, daemon=True)

    def __enter__(self) -> "Owner":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def url(self, template: str) -> str:
        """Where the list of a template is."""
        return f"http://127.0.0.1:{self.port}/{template}"

    def wants(self, template: str, key: str) -> None:
        """Puts a key on the list."""
        with self._lock:
            self._keys.setdefault(template, set()).add(key)

    def drops(self, template: str, key: str) -> None:
        """Takes a key from the list."""
        with self._lock:
            self._keys[template].discard(key)

    def _up_and_down(self) -> None:
        while True:
            serving = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            serving.start()
            over = self._over.wait(self._between(UP))
            self._server.shutdown()
            serving.join()
            self._server.server_close()
            if over:
                return
            self._ledger.count("lost polls: down")
            # The port is always the same, so that it is the same list.
            self._over.wait(self._between(DOWN))
            self._server = self._listening(self.port)

    def _between(self, limits: tuple[float, float]) -> float:
        with self._lock:
            return self._random.uniform(*limits)

    def _listening(self, port: int) -> ThreadingHTTPServer:
        owner = self

        class Poll(BaseHTTPRequestHandler):
            """One poll of one list."""

            def do_GET(self) -> None:
                """Answers it, or does not."""
                owner.answer(self, self.path.removeprefix("/"))

            def log_message(self, *_: object) -> None:
                """The figures at the end are enough."""

        return ThreadingHTTPServer(("127.0.0.1", port), Poll)

    def answer(self, poll: BaseHTTPRequestHandler, template: str) -> None:
        """The list as it is now, some time later, or what is left of it."""
        with self._lock:
            content = json.dumps(sorted(self._keys.get(template, ()))).encode()
            way, delay = lot(self._random.randrange(100)), self._random.uniform(0, DELAY)
        time.sleep(delay)
        self._ledger.count("lists delivered" if way is None else f"lost polls: {way}")
        try:
            send(poll, way, content)
        except OSError:
            # The server that asked was killed meanwhile.
            self._ledger.count("polls whose server was gone")


def lot(drawn: int) -> str | None:
    """How the poll with this number from 0 to 99 is lost, if it is."""
    for way, share in LOST.items():
        if drawn < share:
            return way
        drawn -= share
    return None


def send(poll: BaseHTTPRequestHandler, way: str | None, content: bytes) -> None:
    """One answer. The connection ends after it."""
    poll.close_connection = True
    if way == "hung up":
        return
    status = 500 if way == "status 500" else 200
    said = b"<p>back soon</p>" if way == "no list" else content
    poll.send_response(status)
    if way != "half without a length":
        poll.send_header("Content-Length", str(len(said)))
    poll.end_headers()
    poll.wfile.write(said[: len(said) // 2] if way in ("half of the list", "half without a length") else said)
