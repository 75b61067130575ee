"""Samples and their statistics."""

import math
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """Durations of the same operation, in seconds."""

    seconds: list[float]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.seconds)

    def percentile(self, percent: float) -> float:
        """The percentile, by nearest rank."""
        ordered = sorted(self.seconds)
        return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1]

    def __str__(self) -> str:
        low, high = min(self.seconds), max(self.seconds)
        return f"{duration(self.median)} ({duration(low)} to {duration(high)})"


def duration(seconds: float) -> str:
    """Formats a duration with about three digits."""
    millis = seconds * 1000
    if millis < 10:
        return f"{millis:.2f} ms"
    if millis < 100:
        return f"{millis:.1f} ms"
    return f"{millis:.0f} ms" if millis < 10_000 else f"{seconds:.1f} s"


def ratio(value: float, base: float) -> str:
    """Formats a ratio to a base."""
    return f"{value / base:.2f}x"


def verdict(met: bool) -> str:
    """The last column of every table."""
    return "met" if met else "**not met**"
