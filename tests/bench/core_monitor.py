"""Core Monitor as a subject: what the other two do, over its API."""

from typing import Any

from .console import note
from .engine import MISCOUNTED
from .installation import CommandError, Installation
from .stack import Stack

# Done when every container was started, as for `docker compose up -d`.
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
        """From the request to `DONE`; gives the command."""
        path = f"/stacks/{self._ids[stack.name]}/apply/1"
        return self._installation.done("POST", path, AS_COMPOSE)

    def remove(self, stack: Stack) -> None:
        """Deletes the stack with all it has."""
        path = f"/stacks/{self._ids.pop(stack.name)}/delete"
        try:
            self._installation.done("POST", path, {})
        except CommandError as error:
            if MISCOUNTED not in str(error):
                raise
            # A failed command blocks the queue until somebody decides.
            self._installation.request("POST", f"/commands/{error.command}/cancel")
            note(f"{stack.name}: {MISCOUNTED}, and the engine will not let its network go")
