"""Uploads that never end."""

import io
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

from .outcome import Outcome
from .server import Server
from .watch import Watch

SILENT = 100


def attacks(binary: Path) -> Iterator[Outcome]:
    """Silent uploads, and one of somebody else among them."""
    with Server(binary) as server, Watch(server) as watch:
        head = server.head(
            "POST", "/api/v1/stacks/archive?name=silent", Content_Type="application/x-tar", Content_Length="60000000"
        )
        clients = [server.connect() for _ in range(SILENT)]
        for client in clients:
            client.sendall(head + b"x" * 1000)
        began = time.monotonic()
        status, _ = server.request("POST", "/api/v1/stacks/archive?name=other", _folder(), "application/x-tar")
        waited = time.monotonic() - began
        passed = status == 201 and waited < 5 and watch.lost == 0
        remark = f"another upload answered {status} after {waited:.1f} s"
        yield Outcome(
            "uploads that fall silent",
            f"{SILENT} connections",
            server.peak(),
            server.memory(),
            watch.slowest,
            time.monotonic() - watch.began,
            passed,
            remark,
        )
        for client in clients:
            client.close()


def _folder() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        text = b"services:\n  web:\n    image: demo\n"
        member = tarfile.TarInfo("compose.yaml")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    return packed.getvalue()
