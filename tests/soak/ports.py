"""Which port belongs to which instance: none may be given twice at once."""

import threading
from collections.abc import Callable

Instance = tuple[str, str]


class Ports:
    """The ports as their owners were told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owners: dict[int, Instance] = {}

    def given(self, port: int, owner: Instance, still_has: Callable[[Instance, int], bool]) -> Instance | None:
        """Notes that an instance got a port. Returns the other instance that has it too.

        An owner learns of its removal after the server, so another one in the book is asked for before it counts.
        """
        with self._lock:
            other = self._owners.get(port)
            self._owners[port] = owner
        if other is None or other == owner:
            return None
        return other if still_has(other, port) else None

    def free(self, owner: Instance) -> None:
        """Forgets the ports of an instance that is gone."""
        with self._lock:
            for port in [port for port, who in self._owners.items() if who == owner]:
                del self._owners[port]
