"""Looks after the queue: no command may fail, and one that did must not hold up the run."""

import threading
from typing import Any

from bench.console import note

from .api import Api
from .errors import SoakError
from .ledger import Ledger

EVERY = 3.0
PROGRESS = 30.0
OPEN = ("PENDING", "RUNNING")


class QueueWatch:
    """A thread that looks for commands that failed, and says how far the run is. A context manager."""

    def __init__(self, api: Api, ledger: Ledger, cycles: int) -> None:
        self._api = api
        self._ledger = ledger
        self._cycles = cycles
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "QueueWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        waited = 0.0
        while not self._over.wait(EVERY):
            waited += EVERY
            try:
                self.look()
            except SoakError as error:
                self._ledger.fault(str(error))
            if waited >= PROGRESS:
                waited = 0.0
                self._progress()

    def look(self) -> None:
        """Notes each command that failed, and cancels it so that the others go on."""
        for command in self._api.pages("/commands?status=FAILED"):
            self._ledger.fault(told(command))
            self._api.ask("POST", f"/commands/{command['command_id']}/cancel", expected=(200, 202, 409))

    def _progress(self) -> None:
        killed = sum(self._ledger.counts("kills: ").values())
        lost = sum(self._ledger.counts("lost polls: ").values())
        note(
            f"{self._ledger.counted('cycles')} of {self._cycles} cycles, {killed} kills, {lost} lost polls, "
            f"{self._ledger.counted('requests sent again')} requests sent again, {len(self._ledger.faults)} faults"
        )


def told(command: dict[str, Any]) -> str:
    """What happened to a command."""
    return f"the {command['kind']} {command['command_id']} of {command['stack_id']} is {command['status']}: {command['failure']}"


def settled(api: Api, ledger: Ledger) -> bool:
    """Whether every command has ended. Those that were given up with a failure are faults."""
    commands = api.pages("/commands")
    for command in commands:
        if command["failure"] is not None or command["status"] == "CANCELLED":
            ledger.fault(told(command))
    return not any(command["status"] in OPEN for command in commands)
