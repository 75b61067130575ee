"""First apply: Core Monitor against the bare engine and docker compose."""

import time
from collections import defaultdict
from typing import Any

from .console import note, say
from .core_monitor import CoreMonitor
from .engine import Engine, started_at
from .errors import BenchmarkError
from .measure import Sample, duration, ratio, verdict
from .setting import Setting
from .stack import IMAGE, Stack
from .subject import Subject
from .table import table

# Number of services, and how often each is measured.
SIZES = ((1, 5), (10, 5), (50, 3))
GOAL = 1.05


class Runs:
    """Durations by size and subject, up to the same two end points for all, and the cost of the benchmark's own client."""

    def __init__(self) -> None:
        self.finished: dict[tuple[int, str], list[float]] = defaultdict(list)
        self.running: dict[tuple[int, str], list[float]] = defaultdict(list)
        self.labels: dict[str, int] = {}
        self.client: dict[tuple[int, str], list[float]] = defaultdict(list)

    def measure(self, engine: Engine, subject: Subject, stack: Stack) -> None:
        """One first apply and its removal."""
        subject.prepare(stack)
        began, start, processor = time.time(), time.perf_counter(), time.process_time()
        subject.apply(stack)
        finished = time.perf_counter() - start
        self.client[stack.size, subject.name].append(time.process_time() - processor)
        containers = engine.wait_running(stack.name, stack.size)
        for container in containers:
            check_container(container, stack, subject.name)
        self.finished[stack.size, subject.name].append(finished)
        self.running[stack.size, subject.name].append(max(map(started_at, containers)) - began)
        self.labels[subject.name] = len(containers[0]["Config"]["Labels"])
        subject.remove(stack)
        if engine.containers(stack.name):
            raise BenchmarkError(f"{subject.name} left containers of `{stack.name}` behind")


def check_container(container: dict[str, Any], stack: Stack, subject: str) -> None:
    """Checks that all three did the same work, so that their times are comparable."""
    config, network = container["Config"], f"{stack.name}_bench"
    facts = {
        "image": (config["Image"], IMAGE),
        "command": (config["Cmd"], ["idle"]),
        "stop timeout": (config["StopTimeout"], 1),
        "networks": (list(container["NetworkSettings"]["Networks"]), [network]),
    }
    for what, (found, expected) in facts.items():
        if found != expected:
            raise BenchmarkError(f"{subject}: {what} of {container['Name']} is {found}, not {expected}")


def measure(setting: Setting) -> str:
    """The section of the document."""
    runs = Runs()
    with setting.installation() as installation:
        subjects: list[Subject] = [setting.floor(), CoreMonitor(installation), setting.compose()]
        say("first apply: warm-up round")
        warming = Runs()
        for subject in subjects:
            warming.measure(setting.engine, subject, setting.stack(1))
        for size, full in SIZES:
            for turn in range(setting.repeats(full)):
                say(f"first apply of {size} services, round {turn + 1} of {setting.repeats(full)}")
                # The order rotates, because later subjects find warm caches.
                for subject in subjects[turn % 3 :] + subjects[: turn % 3]:
                    runs.measure(setting.engine, subject, setting.stack(size))
                    note(f"{subject.name}: {runs.finished[size, subject.name][-1]:.3f} s")
    return section(runs, [subject.name for subject in subjects])


def section(runs: Runs, names: list[str]) -> str:
    """The tables: time until each reports completion, and until the last container runs."""
    largest = max(size for size, _ in runs.client)
    client = Sample(runs.client[largest, names[0]])
    labels = ", ".join(f"{name} {count}" for name, count in runs.labels.items())
    return "\n\n".join(
        [
            (
                f"One network and idle containers of `{IMAGE}`. *Engine alone* sends the same network, create and start "
                "requests directly over the socket, eight containers at a time. Time until each reports completion "
                "(the response to the last start; the command is `DONE`; the process has exited):"
            ),
            results(runs.finished, names),
            "Time until the last container is running (the latest `StartedAt`):",
            results(runs.running, names),
            (
                f"Median (lowest to highest). Labels on a container: {labels}. The client that sends the direct requests "
                f"uses {duration(client.median)} of CPU time for {largest} services."
            ),
        ]
    )


def results(durations: dict[tuple[int, str], list[float]], names: list[str]) -> str:
    """One table."""
    rows = []
    for size in sorted({size for size, _ in durations}):
        floor, own, compose = (Sample(durations[size, name]) for name in names)
        met = own.median <= GOAL * floor.median and own.median < compose.median
        rows.append(
            [
                str(size),
                str(floor),
                str(own),
                str(compose),
                ratio(own.median, floor.median),
                ratio(own.median, compose.median),
                f"<= {GOAL}x engine, < 1x compose",
                verdict(met),
            ]
        )
    head = ["services", *names, "to engine", "to compose", "goal", ""]
    return table(head, rows)
