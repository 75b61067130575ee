"""Core Monitor as a subject, driven through its API."""

from typing import Any

from .console import note
from .engine import MISCOUNTED
from .installation import CommandError, Installation
from .stack import Stack

# Done when all containers have started, as for `docker compose up -d`.
AS_COMPOSE = {"readiness": "started"}


class CoreMonitor:
    """Stacks of one installation, by name."""

    name = "Core Monitor"

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._ids: dict[str, str] = {}

    def prepare(self, stack: Stack) -> None:
        """Saves the stack and its version 1."""
        self._ids[stack.name] = self._installation.save(stack.compose_file())

    def apply(self, stack: Stack) -> dict[str, Any]:
        """From the request to `DONE`; returns the command."""
        path = f"/stacks/{self._ids[stack.name]}/apply/1"
        return self._installation.done("POST", path, AS_COMPOSE)

    def remove(self, stack: Stack) -> None:
        """Deletes the stack with everything that belongs to it."""
        path = f"/stacks/{self._ids.pop(stack.name)}/delete"
        try:
            self._installation.done("POST", path, {})
        except CommandError as error:
            if MISCOUNTED not in str(error):
                raise
            # A failed command blocks the queue until it is cancelled.
            self._installation.request("POST", f"/commands/{error.command}/cancel")
            note(f"{stack.name}: {MISCOUNTED}, and the engine will not release its network")
