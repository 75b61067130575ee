"""What it costs to measure every container every five seconds, beside `docker stats`."""

import os
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .console import note, say
from .core_monitor import CoreMonitor
from .installation import Installation
from .measure import verdict
from .memory import resident
from .setting import Setting
from .stack import Stack
from .table import table

CONTAINERS = 200
SECONDS = 60
# After its start, a worker plans and observes more than later.
SETTLE_SECONDS = 30
CPU_GOAL = 0.05
MEMORY_GOAL_MIB = 30.0
# The samples of an hour, 56 bytes each.
RING_MIB = 720 * 56 / 2**20
TICKS = os.sysconf("SC_CLK_TCK")
# The engine measures by asking these.
ENGINE_PROCESSES = ("dockerd", "containerd", "containerd-shim")


@dataclass(frozen=True)
class Cost:
    """Shares of one CPU, and the memory of the worker in MiB."""

    own: float
    engine: float
    memory: float | None = None


def measure(setting: Setting) -> str:
    """The section of the document."""
    count, seconds, settle = (5, 3, 3) if setting.quick else (CONTAINERS, SECONDS, SETTLE_SECONDS)
    with setting.installation() as installation:
        stack, subject = setting.stack(count), CoreMonitor(installation)
        subject.prepare(stack)
        say(f"starting {count} containers that sleep")
        subject.apply(stack)
        nothing = _worker(installation, "off", seconds, settle)
        measured = _worker(installation, "on", seconds, settle)
        installation.kill("worker")
        rounds, docker = _docker_stats(setting, stack, seconds)
        installation.start("worker")
        subject.remove(stack)
    return _section(count, seconds, nothing, measured, rounds, docker)


def _worker(installation: Installation, statistics: str, seconds: float, settle: float) -> Cost:
    say(f"the worker with statistics {statistics}, for {seconds} s")
    installation.kill("worker")
    installation.set("CORE_MONITOR_STATISTICS", statistics)
    installation.start("worker")
    time.sleep(settle)
    pid = installation.pid("worker")
    own, engine = _shares(seconds, lambda: _cpu_of(pid), lambda: time.sleep(seconds))
    cost = Cost(own, engine, resident(pid))
    note(f"worker {_percent(cost.own)} of one CPU and {cost.memory:.1f} MiB, engine {_percent(cost.engine)}")
    return cost


def _docker_stats(setting: Setting, stack: Stack, seconds: float) -> tuple[int, Cost]:
    say(f"docker stats --no-stream in a loop, for {seconds} s")
    names = [container["Id"] for container in setting.engine.containers(stack.name)]
    command = ["docker", "--host", setting.engine.host, "stats", "--no-stream", *names]
    rounds = 0

    def loop() -> None:
        nonlocal rounds
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            rounds += 1

    own, engine = _shares(seconds, _cpu_of_children, loop)
    note(f"{rounds} rounds, client {_percent(own)} of one CPU, engine {_percent(engine)}")
    return rounds, Cost(own, engine)


def _shares(seconds: float, own: Callable[[], float], work: Callable[[], None]) -> tuple[float, float]:
    """What `own` and the engine take of one CPU while the work goes on."""
    began, own_before, engine_before = time.monotonic(), own(), _cpu_of_engine()
    work()
    passed = max(time.monotonic() - began, seconds)
    return (own() - own_before) / passed, max(_cpu_of_engine() - engine_before, 0.0) / passed


def _cpu_of(pid: int) -> float:
    # The name of the program is in parentheses and may contain spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cpu_of_engine() -> float:
    total = 0.0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            name = (process / "comm").read_text().strip()
            if name.startswith(ENGINE_PROCESSES):
                total += _cpu_of(int(process.name))
        except (FileNotFoundError, ProcessLookupError):
            # It has just ended.
            continue
    return total


def _section(count: int, seconds: int, nothing: Cost, measured: Cost, rounds: int, docker: Cost) -> str:
    assert nothing.memory is not None
    assert measured.memory is not None
    more = measured.memory - nothing.memory
    filled = more + count * RING_MIB
    rows = [
        ["worker, statistics off", _percent(nothing.own), _percent(nothing.engine), _mib(nothing.memory), "", ""],
        [
            "worker, statistics on",
            _percent(measured.own),
            _percent(measured.engine),
            _mib(measured.memory),
            f"CPU < {_percent(CPU_GOAL)}",
            verdict(measured.own < CPU_GOAL),
        ],
        ["more memory, with a full hour", "", "", _mib(filled), f"< {_mib(MEMORY_GOAL_MIB)}", verdict(filled < MEMORY_GOAL_MIB)],
        [f"`docker stats --no-stream`, {rounds} rounds", _percent(docker.own), _percent(docker.engine), "", "", ""],
    ]
    return "\n\n".join(
        [
            (
                f"{count} containers that sleep, over {seconds} s, in shares of one CPU. The worker measures each of them "
                "every five seconds and observes the engine as usual. The engine is `dockerd`, `containerd` and its shims, "
                "which measure each container once a second while a stream is open. Memory was "
                f"taken after the {seconds} s; a full hour of samples of all containers, {_mib(count * RING_MIB)}, is added "
                "to the difference."
            ),
            table(["", "CPU", "CPU of the engine", "RSS", "goal", ""], rows),
        ]
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _mib(mib: float) -> str:
    return f"{mib:.1f} MiB"
