"""Asks `/healthz` while something else goes on."""

import threading
import time
from types import TracebackType
from typing import Self

from .server import Server


class Watch:
    """A context manager; afterwards `slowest` has the seconds of the slowest answer."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.slowest = 0.0
        self.lost = 0

    def __enter__(self) -> Self:
        self.began = time.monotonic()
        self._server.forget_peak()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.took = time.monotonic() - self.began
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.05):
            try:
                status, took = self._server.get("/healthz", timeout=60)
                self.slowest = max(self.slowest, took)
                self.lost += status != 200
            except OSError:
                self.lost += 1
