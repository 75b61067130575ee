"""Following logs: Core Monitor against `docker logs` into a pipe, and how soon the first line comes."""

import http.client
import subprocess
import time
from collections.abc import Callable

from .console import note, say
from .errors import BenchmarkError
from .installation import Installation
from .measure import Sample, duration, ratio, verdict
from .memory import resident
from .setting import Setting
from .stack import IMAGE
from .table import table

LINE = "x" * 99
LINES = 1_000_000
ROUNDS = 5
FIRST_LINES = 200
GOAL_SPEED = 0.8
GOAL_FIRST = 0.050
GOAL_MEMORY_MIB = 10.0
PROGRAMS = ("server", "worker")
BLOCK = 1 << 16
SETTLE_SECONDS = 30

Follower = Callable[[int], float]


def measure(setting: Setting) -> str:
    """The section of the document."""
    lines = LINES // 20 if setting.quick else LINES
    name = setting.stack(1).name
    with setting.installation() as installation:
        stack = installation.save(definition(name, lines))
        installation.done("POST", f"/stacks/{stack}/apply/1", {"readiness": "started"})
        container = str(setting.engine.containers(name)[0]["Id"])
        size = lines * (len(LINE) + 1)
        own, docker = over_http(installation, container), over_docker(setting, container)
        say(f"logs: waiting until {size / 1e6:.0f} MB are written")
        docker(size)
        own(size)
        # The allocator gives back what the warm-up has used only after a while.
        time.sleep(1 if setting.quick else SETTLE_SECONDS)
        before = memory(installation)
        highest = dict(before)
        seconds: dict[str, list[float]] = {"own": [], "docker": []}
        for turn in range(setting.repeats(ROUNDS)):
            say(f"following {size / 1e6:.0f} MB, round {turn + 1} of {setting.repeats(ROUNDS)}")
            pair = [("own", own), ("docker", docker)]
            # The order alternates, because the second one finds warm caches.
            for subject, follow in pair if turn % 2 else reversed(pair):
                seconds[subject].append(follow(size))
                note(f"{subject}: {seconds[subject][-1]:.3f} s")
                now = memory(installation)
                highest = {program: max(highest[program], now[program]) for program in PROGRAMS}
        say("logs: first lines")
        first = [first_line(installation, container) for _ in range(10 if setting.quick else FIRST_LINES)]
        installation.done("POST", f"/stacks/{stack}/delete", {})
    return section(size, {name: Sample(values) for name, values in seconds.items()}, Sample(first), before, highest)


def definition(name: str, lines: int) -> str:
    """A container that writes its lines at once, and then nothing."""
    script = f'yes {LINE} | head -n {lines}; exec idle'
    return (
        f"name: {name}\nservices:\n  web:\n    image: {IMAGE}\n    stop_grace_period: 1s\n"
        f"    command: [sh, -c, '{script}']\n"
    )


def over_http(installation: Installation, container: str) -> Follower:
    """Reads so many bytes of `GET /containers/{id}/logs?follow=true`."""

    def follow(size: int) -> float:
        start = time.perf_counter()
        connection, answer = ask(installation, f"/containers/{container}/logs?follow=true")
        left = size
        while left > 0:
            block = answer.read1(BLOCK)
            if not block:
                raise BenchmarkError(f"the logs ended {left} bytes early")
            left -= len(block)
        taken = time.perf_counter() - start
        connection.close()
        return taken

    return follow


def over_docker(setting: Setting, container: str) -> Follower:
    """Reads so many bytes of `docker logs --follow` from a pipe."""

    def follow(size: int) -> float:
        start = time.perf_counter()
        command = ["docker", "--host", setting.engine.host, "logs", "--follow", container]
        with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as process:
            if process.stdout is None:
                raise BenchmarkError("docker has no output")
            left = size
            while left > 0:
                block = process.stdout.read(BLOCK)
                if not block:
                    raise BenchmarkError(f"docker logs ended {left} bytes early")
                left -= len(block)
            taken = time.perf_counter() - start
            process.kill()
        return taken

    return follow


def first_line(installation: Installation, container: str) -> float:
    """From the request to the first bytes of the last ten lines."""
    start = time.perf_counter()
    connection, answer = ask(installation, f"/containers/{container}/logs?follow=true&tail=10")
    if not answer.read1(BLOCK):
        raise BenchmarkError("there is no first line")
    taken = time.perf_counter() - start
    connection.close()
    return taken


def ask(installation: Installation, path: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """An answer that goes on."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=120)
    connection.request("GET", f"/api/v1{path}", headers=installation.headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise BenchmarkError(f"GET {path}: {answer.status} {answer.read().decode(errors='replace')}")
    return connection, answer


def memory(installation: Installation) -> dict[str, float]:
    """Resident memory of both programs in MiB."""
    return {program: resident(installation.pid(program)) for program in PROGRAMS}


def section(
    size: int,
    seconds: dict[str, Sample],
    first: Sample,
    before: dict[str, float],
    highest: dict[str, float],
) -> str:
    """The tables: speed, first line, memory."""
    own, docker = seconds["own"], seconds["docker"]
    megabytes = size / 1e6
    speed = docker.median / own.median
    speeds = [
        ["docker logs --follow", str(docker), f"{megabytes / docker.median:.1f} MB/s", "", "", ""],
        [
            "Core Monitor",
            str(own),
            f"{megabytes / own.median:.1f} MB/s",
            ratio(docker.median, own.median),
            f">= {GOAL_SPEED}x",
            verdict(speed >= GOAL_SPEED),
        ],
    ]
    firsts = [
        [
            duration(first.median),
            duration(first.percentile(99)),
            f"p99 < {duration(GOAL_FIRST)}",
            verdict(first.percentile(99) < GOAL_FIRST),
        ]
    ]
    growth = {program: highest[program] - before[program] for program in PROGRAMS}
    memories = [
        [
            program,
            f"{before[program]:.1f} MiB",
            f"{highest[program]:.1f} MiB",
            f"< {GOAL_MEMORY_MIB:.0f} MiB more",
            verdict(growth[program] < GOAL_MEMORY_MIB),
        ]
        for program in PROGRAMS
    ]
    return "\n\n".join(
        [
            (
                f"A container has written {megabytes:.0f} MB in lines of {len(LINE) + 1} bytes (log driver `json-file`). Both "
                "read it to its end while following, from a pipe or over HTTP as plain text, by the same client."
            ),
            table(["", "time, median (range)", "speed", "speed to docker's", "goal", ""], speeds),
            f"First line of the last ten of this container while following, {len(first.seconds)} times:",
            table(["median", "p99", "goal", ""], firsts),
            f"Resident memory before these rounds, {SETTLE_SECONDS} s after the warm-up, and the highest at the end of one:",
            table(["process", "before", "highest", "goal", ""], memories),
        ]
    )
