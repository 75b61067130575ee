"""The queue: how fast an accepted command is claimed, and how many can be accepted."""

import random
import time

from .cargo import example
from .console import note, say
from .core_monitor import CoreMonitor
from .measure import Sample, duration, ratio, verdict
from .setting import Setting
from .sqlite_floor import claim_latencies
from .table import table
from .timestamps import seconds

COMMANDS = 200
SEED = 1
LATENCY_GOAL = 0.020
RATE_GOAL = 0.5
# The worker's polling interval for an idle queue.
POLL = 0.010


def measure(setting: Setting) -> str:
    """The section of the document."""
    count = 20 if setting.quick else COMMANDS
    own = _claimed(setting, count)
    say(f"the same with SQLite alone, {count} commands each")
    folder = setting.folder
    polled = Sample(claim_latencies(folder / "polled.db", count, POLL, SEED))
    spun = Sample(claim_latencies(folder / "spun.db", count, 0.0, SEED))
    rows = [_row("Core Monitor", own, spun, LATENCY_GOAL), _row("SQLite, polled every 10 ms", polled, spun)]
    rows.append(_row("SQLite, polled without pause", spun, spun))
    return "\n\n".join(
        [
            (
                f"From `created_at` to `started_at` of {count} commands on an idle queue, at random moments, in whole "
                "milliseconds as stored. The baseline is an insert that another process sees and claims, both "
                "durable, with plain SQLite."
            ),
            table(["enqueue to claimed", "p50", "p99", "p99 to baseline", "goal", ""], rows),
            _rate(setting),
        ]
    )


def _claimed(setting: Setting, count: int) -> Sample:
    say(f"{count} commands on an idle queue")
    latencies, moments = [], random.Random(SEED)
    with setting.installation() as installation:
        stack = setting.stack(1)
        subject = CoreMonitor(installation)
        subject.prepare(stack)
        subject.apply(stack)
        for _ in range(count):
            time.sleep(moments.uniform(0, 0.03))
            stamps = subject.apply(stack)["timestamps"]
            latencies.append(seconds(stamps["started_at"]) - seconds(stamps["created_at"]))
        subject.remove(stack)
    return Sample(latencies)


def _row(what: str, sample: Sample, floor: Sample, goal: float | None = None) -> list[str]:
    p50, p99 = sample.percentile(50), sample.percentile(99)
    note(f"{what}: p50 {duration(p50)}, p99 {duration(p99)}")
    judged = ["", ""] if goal is None else [f"p99 < {duration(goal)}", verdict(p99 < goal)]
    return [what, duration(p50), duration(p99), ratio(p99, floor.percentile(99)), *judged]


def _rate(setting: Setting) -> str:
    say("enqueues per second against plain durable inserts")
    count = "200" if setting.quick else "2000"
    printed = example(setting.root, "core-monitor-store-seaorm", "enqueue_rate", str(setting.folder), count)
    note(printed.replace("\n", "\n    "))
    # One figure per line, after its name.
    bare, own, share = (float(line.removesuffix("/s").split()[-1]) for line in printed.splitlines())
    head = ["sequential enqueues", "plain durable inserts", "Core Monitor", "ratio", "goal", ""]
    row = ["SQLite", f"{bare:.0f} /s", f"{own:.0f} /s", f"{share:.2f}x"]
    return table(head, [[*row, f">= {RATE_GOAL}x", verdict(share >= RATE_GOAL)]])
