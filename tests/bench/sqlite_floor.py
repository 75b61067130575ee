"""The baseline of the queue: one process inserts, another one claims, with plain SQLite."""

import multiprocessing
import random
import sqlite3
import time
from multiprocessing.connection import Connection
from pathlib import Path

# The pragmas of Core Monitor's connections: a commit is on disk when it returns.
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;"
SCHEMA = "CREATE TABLE command (seq INTEGER PRIMARY KEY, status TEXT NOT NULL, payload TEXT NOT NULL);"


def claim_latencies(file: Path, count: int, pause: float, seed: int) -> list[float]:
    """Seconds from an insert until its claim by another process that polls every `pause` seconds."""
    _connect(file).executescript(SCHEMA)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    claimer = context.Process(target=_claim, args=(file, count, pause, there))
    claimer.start()
    connection, moments, latencies = _connect(file), random.Random(seed), []
    try:
        here.recv()
        for _ in range(count):
            # Otherwise every insert would happen at the same point of the other process's pause.
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
        # The claim itself also triggers a poll, so finding nothing is common.
        if writer.execute(claim).rowcount:
            out.send(time.time())
            count -= 1


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript(PRAGMAS)
    return connection
