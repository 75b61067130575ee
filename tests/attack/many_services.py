"""A small definition of ten thousand services, and clients that ask for all that is said about it."""

import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .memory import AFTERWARDS, MOST, at_once
from .outcome import Outcome
from .server import Server
from .watch import Watch

SERVICES = 10_000
READERS = 16
# How long a reader takes a little of its answer at a time.
READS_FOR = 10
ENGINE = {"id": "engine", "version": "20.10.24", "api": {"major": 1, "minor": 41}, "os": "linux", "arch": "amd64"}


def attacks(binary: Path) -> Iterator[Outcome]:
    """All on one server."""
    definition = ("services:\n" + "".join(f"  s{n}: {{image: x}}\n" for n in range(SERVICES))).encode()
    with Server(binary, connections_per_address="350") as server:

        def lint() -> int:
            return server.request("POST", "/api/v1/lint?name=many", definition, "application/yaml")[0]

        yield at_once(server, "lint of 10,000 services", 8, lint, {200})
        status, body = server.request("POST", "/api/v1/stacks?name=many", definition, "application/yaml")
        if status != 201:
            raise RuntimeError(f"the stack is not created: {status}")
        stack = json.loads(body)["stack"]["stack_id"]
        yield _unhurried(server, "a version of 10,000 services", f"/api/v1/stacks/{stack}/versions/1")
        _observe(server)
        status, body = server.request("POST", f"/api/v1/stacks/{stack}/plan/1", b"", "application/json")
        if status != 201:
            raise RuntimeError(f"no plan is made: {status}")
        yield _unhurried(server, "the status of 10,000 services", f"/api/v1/stacks/{stack}/status")
        plan = json.loads(body)["plan_id"]
        yield _unhurried(server, "a plan of 10,000 services", f"/api/v1/plans/{plan}", answers=200)


def _observe(server: Server) -> None:
    """What a worker would have written about an empty engine."""
    nothing: list[str] = []
    body = {"taken_at": "1970-01-01T00:00:00Z", "engine": ENGINE} | {
        name: nothing for name in ("networks", "volumes", "images", "occupants")
    }
    with sqlite3.connect(server.data / "core-monitor.db", timeout=30) as database:
        row = (int(time.time() * 1000), json.dumps(body))
        database.execute("INSERT INTO observation_host (id, taken_at, hash, body) VALUES (1, ?, '', ?)", row)
    database.close()


def _unhurried(server: Server, attack: str, path: str, answers: int = 0) -> Outcome:
    """Clients that read their answers slowly, and then go away.

    Answers of `answers` MiB in all, given up at the same time, stay with the allocator until it needs them for something else.
    """
    statuses: Counter[int] = Counter()
    sizes: set[int] = set()
    lock = threading.Lock()
    all_answered = threading.Barrier(READERS)

    def read() -> None:
        client = server.connect(receive_buffer=4096)
        client.settimeout(300)
        client.sendall(server.head("GET", path))
        head = client.recv(2048)
        length = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b":0")
        with lock:
            statuses[int(head.split()[1])] += 1
            sizes.add(int(length.split(b":")[1]))
        # Nobody goes away before everybody is answered.
        all_answered.wait(300)
        until = time.monotonic() + READS_FOR
        while time.monotonic() < until and client.recv(4096):
            time.sleep(0.2)
        client.close()

    with Watch(server) as watch:
        readers = [threading.Thread(target=read) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    peak = server.peak()
    time.sleep(15)
    after = server.memory()
    passed = set(statuses) <= {200, 503} and statuses[200] > 0 and peak < MOST and after < AFTERWARDS + answers
    passed = passed and watch.slowest < 5 and watch.lost == 0
    remark = ", ".join(f"{number} answered {status}" for status, number in sorted(statuses.items()))
    remark += f", {max(sizes) / 1e6:.1f} MB each"
    return Outcome(attack, f"{READERS} slow readers at once", peak, after, watch.slowest, watch.took, passed, remark)
