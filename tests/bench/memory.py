"""Memory of both processes when idle."""

import time
from pathlib import Path

from .console import say
from .core_monitor import CoreMonitor
from .measure import verdict
from .setting import Setting
from .table import table

SERVICES = 10
IDLE_SECONDS = 30
GOAL_MIB = 50.0
PROGRAMS = ("server", "worker")


def measure(setting: Setting) -> str:
    """The section of the document."""
    idle = 3 if setting.quick else IDLE_SECONDS
    with setting.installation() as installation:
        stack, subject = setting.stack(SERVICES), CoreMonitor(installation)
        subject.prepare(stack)
        subject.apply(stack)
        say(f"memory after {idle} s without a request, {SERVICES} services running")
        time.sleep(idle)
        pids = {program: installation.pid(program) for program in PROGRAMS}
        resident = {program: _mib(pid, "status", "VmRSS") for program, pid in pids.items()}
        shared_out = {program: _mib(pid, "smaps_rollup", "Pss") for program, pid in pids.items()}
        subject.remove(stack)
    total = sum(resident.values())
    rows = [[program, _shown(resident[program]), _shown(shared_out[program]), "", ""] for program in PROGRAMS]
    judged = [f"RSS < {GOAL_MIB:.0f} MiB", verdict(total < GOAL_MIB)]
    rows.append(["total", _shown(total), _shown(sum(shared_out.values())), *judged])
    return "\n\n".join(
        [
            (
                f"Release builds after an apply of {SERVICES} services and {idle} s without a request. RSS counts "
                "pages shared by both twice; PSS divides them."
            ),
            table(["process", "RSS", "PSS", "goal", ""], rows),
        ]
    )


def resident(pid: int) -> float:
    """Resident memory in MiB."""
    return _mib(pid, "status", "VmRSS")


def _mib(pid: int, file: str, key: str) -> float:
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == key:
            return int(value.removesuffix("kB")) / 1024
    raise KeyError(f"/proc/{pid}/{file} has no {key}")


def _shown(mib: float) -> str:
    return f"{mib:.1f} MiB"
