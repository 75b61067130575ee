"""Clients that send or read as little as they can. The deadlines are shortened by settings, so that this takes seconds."""

import contextlib
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from .outcome import Outcome
from .server import Server
from .watch import Watch

QUICK = {"header_timeout": "2s", "idle_timeout": "3s", "write_timeout": "3s", "connections": "400"}
ENDED_WITHIN = 20
CLIENTS = 300
READERS = 60


def attacks(binary: Path) -> Iterator[Outcome]:
    """Each on a server of its own."""
    unfinished = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    chunked = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
    yield _silent(binary, "silent after the first answer", b"")
    yield _silent(binary, "half a head after the first answer", unfinished)
    yield _silent(binary, "half a chunk after the first answer", chunked)
    yield _crowd(binary)
    yield _unread(binary)


def _silent(binary: Path, attack: str, rest: bytes) -> Outcome:
    with Server(binary, connections_per_address="350", **QUICK) as server, Watch(server) as watch:
        clients = [server.connect() for _ in range(CLIENTS)]
        for client in clients:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(4096)
            if rest:
                client.sendall(rest)
        ended = _wait_for_end(clients)
        passed = ended == CLIENTS and watch.lost == 0
        return _outcome(server, watch, attack, f"{CLIENTS} connections", passed, f"{ended} closed by the server")


def _crowd(binary: Path) -> Outcome:
    with Server(binary, connections_per_address="100", **QUICK) as server, Watch(server) as watch:
        clients = [server.connect() for _ in range(350)]
        refused = sum(_is_refused(client) for client in clients)
        before = server.descriptors()
        _close(clients)
        # One place is the watch's.
        passed = 249 <= refused <= 251 and before < 200
        remark = f"{refused} answered 503 or closed, {before} descriptors"
        # The watch comes from the same address, and may be refused.
        return _outcome(server, watch, "350 connections from one address, of 100", "350", passed, remark)


def _unread(binary: Path) -> Outcome:
    with Server(binary, connections_per_address="350", **QUICK) as server, Watch(server) as watch:
        # The watch comes and goes with a connection of its own.
        without = server.descriptors() + 1
        clients = [server.connect(receive_buffer=4096) for _ in range(READERS)]
        for client in clients:
            # More than the kernel buffers.
            client.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40)
        began = time.monotonic()
        while (held := server.descriptors() - without) > 0 and time.monotonic() - began < ENDED_WITHIN:
            time.sleep(0.2)
        _close(clients)
        passed = held <= 0 and watch.lost == 0
        remark = f"given up after {time.monotonic() - began:.0f} s, {max(held, 0)} connections left"
        return _outcome(server, watch, "answers that nobody reads", f"{READERS} connections, 40 answers each", passed, remark)


def _wait_for_end(clients: list[socket.socket]) -> int:
    waiting = set(clients)
    until = time.monotonic() + ENDED_WITHIN
    while waiting and time.monotonic() < until:
        for client in select.select(list(waiting), [], [], 0.5)[0]:
            with contextlib.suppress(OSError):
                if client.recv(4096):
                    continue
            waiting.discard(client)
    _close(clients)
    return len(clients) - len(waiting)


def _is_refused(client: socket.socket) -> bool:
    try:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return not client.recv(4096).startswith(b"HTTP/1.1 200")
    except OSError:
        return True


def _close(clients: list[socket.socket]) -> None:
    for client in clients:
        client.close()


def _outcome(server: Server, watch: Watch, attack: str, load: str, passed: bool, remark: str) -> Outcome:
    took = time.monotonic() - watch.began
    return Outcome(attack, load, server.peak(), server.memory(), watch.slowest, took, passed, remark)
