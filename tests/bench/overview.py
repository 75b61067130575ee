"""The overview and the list of 1,000 stacks: right after a start, when nothing is known, and later."""

from .cargo import example
from .console import say
from .errors import BenchmarkError
from .measure import verdict
from .setting import Setting
from .table import table

STACKS = 1_000
GOAL_MILLIS = 300.0


def measure(setting: Setting) -> str:
    """The section of the document."""
    count = 50 if setting.quick else STACKS
    say(f"the overview of {count} stacks")
    return section(example(setting.root, "core-monitor-tests", "overview_speed", str(setting.folder), str(count)))


def section(printed: str) -> str:
    """The results of the example with their goal."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in printed.splitlines()]
    if len(lines) < 3:
        raise BenchmarkError(f"the overview printed no table: {printed}")
    head, rows = lines[0], lines[2:]
    judged = [[*row, f"< {GOAL_MILLIS:.0f} ms", verdict(_millis(row[1]) < GOAL_MILLIS)] for row in rows]
    about = "Three services to a stack, all as their versions say, in SQLite; in the use case, without HTTP. Median of three."
    return "\n\n".join([about, table([*head, "goal", ""], judged)])


def _millis(cell: str) -> float:
    number, unit = cell.split()
    if unit != "ms":
        raise BenchmarkError(f"`{cell}` is not in milliseconds")
    return float(number)
