"""Kills server and worker at random moments, and restarts them as a supervisor would."""

import random
import threading
from pathlib import Path

from bench.installation import Installation
from bench.memory import resident

from .ledger import Ledger

PROGRAMS = ("server", "worker")
BETWEEN = (2.0, 15.0)
# A supervisor waits a moment. Both programs have to get along without the other for as long.
AWAY = (0.0, 2.0)
LOOK = 0.25


class Killer:
    """A thread that alone starts and ends programs while it runs. A context manager."""

    def __init__(self, installation: Installation, seed: int, kills: bool, ledger: Ledger) -> None:
        self._installation = installation
        self._random = random.Random(seed)
        self._kills = kills
        self._ledger = ledger
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """No more kills; both programs run."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        left = self._random.uniform(*BETWEEN)
        while not self._over.wait(LOOK):
            self._look()
            left -= LOOK
            if self._kills and left <= 0:
                self._kill(self._random.choice([("server",), ("worker",), ("server", "worker")]))
                left = self._random.uniform(*BETWEEN)

    def _kill(self, programs: tuple[str, ...]) -> None:
        # They must not always be killed right after the last look.
        self._over.wait(self._random.uniform(0, LOOK))
        for program in programs:
            self._installation.kill(program)
            self._ledger.count(f"kills: {program}")
        self._over.wait(self._random.uniform(*AWAY))
        for program in programs:
            self._installation.start(program)

    def _look(self) -> None:
        """Notes how much memory they use, and restarts one that has ended by itself."""
        for program in PROGRAMS:
            pid = self._installation.pid(program)
            if has_ended(pid):
                self._ledger.fault(f"the {program} ended by itself; see its log")
                self._installation.kill(program)
                self._installation.start(program)
                continue
            self._ledger.peak(f"MiB of the {program}", memory_of(pid))


def has_ended(pid: int) -> bool:
    """Whether a child has ended and was not waited for."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def memory_of(pid: int) -> float:
    """Its resident memory in MiB; none while it is being replaced."""
    try:
        return resident(pid)
    except (OSError, KeyError):
        return 0.0
