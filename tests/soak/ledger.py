"""What a run has counted, and the faults that it has found."""

import threading
from collections import Counter

from bench.console import note

# More of them say nothing new.
SHOWN = 50


class Ledger:
    """Figures and faults of all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._peaks: dict[str, float] = {}
        self._faults: list[str] = []

    def count(self, what: str, number: int = 1) -> None:
        """Adds to a figure."""
        with self._lock:
            self._counts[what] += number

    def counted(self, what: str) -> int:
        """A figure."""
        with self._lock:
            return self._counts[what]

    def counts(self, prefix: str) -> dict[str, int]:
        """All figures whose names begin so, without the beginning, the largest first."""
        with self._lock:
            return {
                what.removeprefix(prefix): number for what, number in self._counts.most_common() if what.startswith(prefix)
            }

    def peak(self, what: str, value: float) -> None:
        """Keeps the highest value."""
        with self._lock:
            self._peaks[what] = max(value, self._peaks.get(what, 0.0))

    def highest(self, what: str) -> float:
        """The highest value so far."""
        with self._lock:
            return self._peaks.get(what, 0.0)

    def fault(self, text: str) -> None:
        """Something that must not happen. It is shown at once, and fails the run."""
        with self._lock:
            if text in self._faults:
                return
            self._faults.append(text)
            number = len(self._faults)
        if number <= SHOWN:
            note(f"FAULT: {text}")

    @property
    def faults(self) -> list[str]:
        """All faults so far."""
        with self._lock:
            return list(self._faults)
