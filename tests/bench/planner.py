"""The planner alone: how its time grows with the size of a stack."""

from .cargo import example
from .console import say
from .errors import BenchmarkError
from .measure import verdict
from .setting import Setting
from .table import table

GOAL_MILLIS = 100.0
# Growth may exceed linear by this factor, since larger plans no longer fit into the caches.
SLACK = 1.5


def measure(setting: Setting) -> str:
    """The section of the document."""
    say("planner")
    return section(example(setting.root, "core-monitor-domain", "planner_speed"))


def section(printed: str) -> str:
    """The results of the example with their goals."""
    head, rows = _parse(printed)
    smallest, largest = rows[0], rows[-1]
    growth = int(largest[0]) / int(smallest[0])
    judged = []
    for row in rows:
        slowest = max(_millis(cell) for cell in row[1:])
        goal = ["", ""]
        if row is largest:
            goal = [f"< {GOAL_MILLIS:.0f} ms", verdict(slowest < GOAL_MILLIS)]
        judged.append([*row, *goal])
    times = [_millis(largest[n]) / _millis(smallest[n]) for n in range(1, len(head))]
    shown = ", ".join(f"{name} {time:.1f}x" for name, time in zip(head[1:], times, strict=True))
    linear = verdict(max(times) <= SLACK * growth)
    return "\n\n".join(
        [
            "Chains of ten services with health checks on a hundred networks, one thread, median of five.",
            table([*head, "goal", ""], judged),
            f"Scaling: {growth:.0f}x the services take {shown}, goal <= {SLACK * growth:.0f}x: {linear}.",
        ]
    )


def _parse(printed: str) -> tuple[list[str], list[list[str]]]:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in printed.splitlines()]
    if len(lines) < 4:
        raise BenchmarkError(f"the planner printed no table: {printed}")
    return lines[0], lines[2:]


def _millis(cell: str) -> float:
    number, unit = cell.split()
    if unit != "ms":
        raise BenchmarkError(f"`{cell}` is not in milliseconds")
    return float(number)
