"""The floor of the queue: one process inserts, another one sees it and claims it, with SQLite alone."""

import multiprocessing
import random
import sqlite3
import time
from multiprocessing.connection import Connection
from pathlib import Path

# The pragmas of Core Monitor's own connections: a commit is on the disk when it returns.
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;"
SCHEMA = "CREATE TABLE command (seq INTEGER PRIMARY KEY, status TEXT NOT NULL, payload TEXT NOT NULL);"


def claim_latencies(file: Path, count: int, pause: float, seed: int) -> list[float]:
    """Seconds from before an insert until after its claim, the other process asking every `pause` seconds."""
    _connect(file).executescript(SCHEMA)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    claimer = context.Process(target=_claim, args=(file, count, pause, there))
    claimer.start()
    connection, moments, latencies = _connect(file), random.Random(seed), []
    try:
        here.recv()
        for _ in range(count):
            # Or every insert would fall on the same moment of the other's pause.
            time.sleep(moments.uniform(0, 0.03))
            began = time.time()
            connection.execute("INSERT INTO command (status, payload) VALUES ('PENDING', '{}')")
            latencies.append(here.recv() - began)
    finally:
        claimer.terminate()
        claimer.join()
    return latencies


def _claim(file: Path, count: int, pause: float, out: Connection) -> None:
    watched, writer = _connect(file), _connect(file)
    seen = -1
    out.send(0.0)
    while count:
        version = watched.execute("PRAGMA data_version").fetchone()[0]
        if version == seen:
            time.sleep(pause)
            continue
        seen = version
        claim = "UPDATE command SET status = 'RUNNING' WHERE status = 'PENDING'"
        # The claim itself changes what is watched too, so that finding nothing is usual.
        if writer.execute(claim).rowcount:
            out.send(time.time())
            count -= 1


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript(PRAGMAS)
    return connection
