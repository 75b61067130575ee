#!/usr/bin/env python3
"""Frames of every kind, one per file and all in one: seeds of the target `frames`. Usage: frames.py FOLDER"""

import pathlib
import struct
import sys

folder = pathlib.Path(sys.argv[1])


def frame(kind: int, body: bytes = b"", stream: int = 1) -> bytes:
    return struct.pack(">IBI", len(body), kind, stream) + body


def opening(operation: bytes, request: bytes) -> bytes:
    return struct.pack(">IIB", 30_000, 1 << 18, len(operation)) + operation + request


frames = [
    frame(1, opening(b"follow_logs", b'{"container":"c0","from":"beginning"}')),
    frame(2, struct.pack(">I", 0)),
    frame(3, b"a part"),
    frame(4, b"\x01the rest"),
    frame(5, b"null"),
    frame(6, b'{"code":"busy","message":"later"}'),
    frame(7),
    frame(8, struct.pack(">I", 1 << 16)),
]
for number, seed in enumerate([*frames, b"".join(frames)]):
    (folder / f"seed-{number}").write_bytes(b"\x07" + seed)
