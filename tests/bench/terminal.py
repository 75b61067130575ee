"""Terminals: how long a key takes to the container and back."""

import os
import pty
import random
import subprocess
import time
import tty
from collections.abc import Callable

from .console import note, say
from .core_monitor import CoreMonitor
from .installation import Installation
from .measure import Sample, duration, ratio, verdict
from .setting import Setting
from .table import table
from .websocket import WebSocket

KEYS = 2000
SEED = 1
GOAL = 0.005
# `cat` in a terminal that shows every key at once and nothing else.
ECHO = ["sh", "-c", "stty raw -echo; echo ready; exec cat"]


def measure(setting: Setting) -> str:
    """The section of the document."""
    count = 50 if setting.quick else KEYS
    say(f"{count} keys to a container and back")
    with setting.installation() as installation:
        stack = setting.stack(1)
        subject = CoreMonitor(installation)
        subject.prepare(stack)
        subject.apply(stack)
        container = f"{stack.name}-{stack.services[0]}-1"
        # In turns, so that whatever else the machine does is shared.
        own: list[float] = []
        terminal: list[float] = []
        pipe: list[float] = []
        for _ in range(setting.repeats(4)):
            own += _core_monitor(installation, container, count // 4 + 1)
            terminal += _docker_terminal(container, count // 4 + 1)
            pipe += _docker_pipe(container, count // 4 + 1)
        subject.remove(stack)
    return section(Sample(own), Sample(terminal), Sample(pipe))


def section(own: Sample, terminal: Sample, pipe: Sample) -> str:
    """The results with their goals."""
    rows = [
        _row("Core Monitor, WebSocket through server and worker", own, terminal, GOAL),
        _row("`docker exec -it`, its own terminal", terminal, terminal),
        _row("`docker exec -i`, a pipe to `cat`", pipe, terminal),
    ]
    return "\n\n".join(
        [
            (
                "One key at a time, at random moments, from the write of the client to the read of its echo, on loopback. "
                "What echoes is `cat` in a raw terminal of the container."
            ),
            table(["key to echo", "p50", "p99", "p99 to docker exec -it", "goal", ""], rows),
        ]
    )


def _row(what: str, sample: Sample, base: Sample, goal: float | None = None) -> list[str]:
    p50, p99 = sample.percentile(50), sample.percentile(99)
    note(f"{what}: p50 {duration(p50)}, p99 {duration(p99)}")
    judged = ["", ""] if goal is None else [f"p99 < {duration(goal)}", verdict(p99 < goal)]
    return [what, duration(p50), duration(p99), ratio(p99, base.percentile(99)), *judged]


def _core_monitor(installation: Installation, container: str, count: int) -> list[float]:
    opened = installation.request("POST", f"/containers/{container}/terminal", {"command": ECHO})
    with WebSocket(installation.port, str(opened["path"])) as terminal:
        seen = b""
        while b"ready" not in seen:
            seen += terminal.receive()

        def key(sent: bytes) -> None:
            terminal.send(sent)
            while terminal.receive() != sent:
                pass

        return _typed(key, count)


def _docker_terminal(container: str, count: int) -> list[float]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    command = ["docker", "exec", "-it", container, *ECHO]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL)
    os.close(slave)
    try:
        seen = b""
        while b"ready" not in seen:
            seen += os.read(master, 1024)

        def key(sent: bytes) -> None:
            os.write(master, sent)
            while sent not in os.read(master, 1024):
                pass

        return _typed(key, count)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def _docker_pipe(container: str, count: int) -> list[float]:
    command = ["docker", "exec", "-i", container, "cat"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        writer, reader = process.stdin, process.stdout
        assert writer is not None and reader is not None

        def key(sent: bytes) -> None:
            writer.write(sent)
            while sent not in (reader.read(1024) or b""):
                pass

        key(b"x")
        times = _typed(key, count)
        writer.close()
    return times


def _typed(key: Callable[[bytes], None], count: int) -> list[float]:
    moments, times = random.Random(SEED), []
    for number in range(count):
        time.sleep(moments.uniform(0, 0.01))
        sent = bytes([ord("a") + number % 26])
        started = time.perf_counter()
        key(sent)
        times.append(time.perf_counter() - started)
    return times
