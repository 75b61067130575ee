"""Repeated apply with nothing to do: Core Monitor against docker compose."""

import time

from .console import note, say
from .core_monitor import CoreMonitor
from .engine import Engine
from .errors import BenchmarkError
from .installation import Installation
from .measure import Sample, ratio, verdict
from .setting import Setting
from .stack import Stack
from .subject import Subject
from .table import table

SIZES = (1, 10, 50)
REPEATS = 10
GOAL = 0.5


def measure(setting: Setting) -> str:
    """The section of the document."""
    rows = []
    with setting.installation() as installation:
        for size in SIZES:
            say(f"repeated apply of {size} unchanged services")
            rows.append(_size(setting, installation, size))
    head = ["services", "Core Monitor", "docker compose", "to compose", "goal", ""]
    return "\n\n".join(
        [
            (
                "From the request to `DONE`, compared with a complete run of `docker compose up -d`, alternating between "
                "two stacks of that size. The run checks that no container is touched."
            ),
            table(head, rows),
        ]
    )


def _size(setting: Setting, installation: Installation, size: int) -> list[str]:
    pairs: list[tuple[Subject, Stack]] = [
        (CoreMonitor(installation), setting.stack(size)),
        (setting.compose(), setting.stack(size)),
    ]
    for subject, stack in pairs:
        subject.prepare(stack)
        subject.apply(stack)
        # The second apply may still have to learn something, such as new ids.
        subject.apply(stack)
    before = [_lives(setting.engine, stack) for _, stack in pairs]
    seconds: dict[str, list[float]] = {subject.name: [] for subject, _ in pairs}
    for turn in range(setting.repeats(REPEATS)):
        for subject, stack in pairs if turn % 2 == 0 else reversed(pairs):
            start = time.perf_counter()
            subject.apply(stack)
            seconds[subject.name].append(time.perf_counter() - start)
    if before != [_lives(setting.engine, stack) for _, stack in pairs]:
        raise BenchmarkError(f"an unchanged apply of {size} services touched containers")
    for subject, stack in pairs:
        subject.remove(stack)
    own, compose = (Sample(seconds[subject.name]) for subject, _ in pairs)
    note(f"{own} against {compose}")
    return [
        str(size),
        str(own),
        str(compose),
        ratio(own.median, compose.median),
        f"<= {GOAL}x compose",
        verdict(own.median <= GOAL * compose.median),
    ]


def _lives(engine: Engine, stack: Stack) -> list[tuple[str, str]]:
    """All containers with their start times."""
    containers = engine.wait_running(stack.name, stack.size)
    return sorted((container["Id"], container["State"]["StartedAt"]) for container in containers)
