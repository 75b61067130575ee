"""Small requests that expand."""

import io
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from .outcome import Outcome
from .server import Server
from .watch import Watch

# Two definitions are read at a time, whoever sends how many.
MOST = 500
AFTERWARDS = 150


def attacks(binary: Path) -> Iterator[Outcome]:
    """All on one server, so that the memory of one does not excuse the next."""
    with Server(binary) as server:
        ports = "services:\n  a:\n    image: demo\n    ports: ['1-65535', '1-65535/udp']\n"
        within = "services:\n  a:\n    image: demo\n    ports: ['1-60000']\n"
        yield at_once(server, "port ranges beyond the limit", 16, _lint(server, ports.encode()), {422})
        yield at_once(server, "port ranges within the limit", 16, _lint(server, within.encode()), {200})
        chain = "".join(f"  s{n}: {{extends: s{n + 1}}}\n" for n in range(30_000))
        long_chain = f"services:\n{chain}  s30000: {{image: demo}}\n"
        yield at_once(server, "a chain of `extends`, its end last", 8, _lint(server, long_chain.encode()), {422})
        yield at_once(server, "deep paths of empty files in an archive", 8, _upload(server, _deep()), {413, 422})
        yield at_once(server, "gzip of many empty members", 8, _upload(server, _members()), {413, 422})


def _lint(server: Server, definition: bytes) -> Callable[[], int]:
    # Without a name, the definition is read twice.
    return lambda: server.request("POST", "/api/v1/lint", definition, "application/yaml")[0]


def _upload(server: Server, archive: bytes) -> Callable[[], int]:
    return lambda: server.request("POST", "/api/v1/lint/archive", archive, "application/gzip")[0]


def _deep() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        for number in range(9_000):
            archive.addfile(tarfile.TarInfo(f"f{number:04}/" + "d/" * 240 + "e"))
    return packed.getvalue()


def _members() -> bytes:
    empty = bytes.fromhex("1f8b08000000000002ff03000000000000000000")
    return empty * 500_000


def at_once(server: Server, attack: str, count: int, request: Callable[[], int], expected: set[int]) -> Outcome:
    """`count` requests at once, and what they left behind."""
    statuses: Counter[int] = Counter()
    lock = threading.Lock()

    def run() -> None:
        try:
            status = request()
        except OSError:
            status = 0
        with lock:
            statuses[status] += 1

    with Watch(server) as watch:
        threads = [threading.Thread(target=run) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    peak = server.peak()
    # Threads without work end after ten seconds, and give back what they kept.
    time.sleep(15)
    server.get("/healthz")
    after = server.memory()
    passed = set(statuses) <= expected and peak < MOST and after < AFTERWARDS and watch.slowest < 5 and watch.lost == 0
    remark = ", ".join(f"{number} answered {status}" for status, number in sorted(statuses.items()))
    return Outcome(attack, f"{count} at once", peak, after, watch.slowest, watch.took, passed, remark)
