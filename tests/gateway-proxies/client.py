"""Talks to the application through a proxy, over TLS. Prints one line about what it has seen, or ends with an error.

    client.py KIND ADDRESS PORT HOST AUTHORITY_FILE [ARGUMENT...]

    websocket            messages come back as they were sent, the last one has 100 KiB
    events NAME COUNT    each event is asked for only after the one before has arrived
    upload NAME FILE     the second half is sent only after the application has got a part of the first
"""

import base64
import hashlib
import http.client
import json
import os
import socket
import ssl
import struct
import sys
import time
from pathlib import Path

# How long anything may take, in seconds.
LIMIT = 30
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Connection(http.client.HTTPSConnection):
    """HTTP to one address, with the name of a host."""

    def __init__(self, address: str, port: int, host: str, authority: str) -> None:
        super().__init__(host, port, timeout=LIMIT, context=ssl.create_default_context(cafile=authority))
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), LIMIT)
        # Small messages must not wait for each other.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def expect(what: str, expected: object, seen: object) -> None:
    if expected != seen:
        sys.exit(f"{what}: expected {expected!r}, seen {seen!r}")


def ask(where: tuple, method: str, path: str) -> bytes:
    connection = Connection(*where)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    expect(f"{method} {path}", 200, answer.status)
    return body


def frame(payload: bytes) -> bytes:
    """A masked binary message of a client."""
    size, mask = len(payload), os.urandom(4)
    if size < 126:
        head = struct.pack("!BB", 0x82, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", 0x82, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x82, 0x80 | 127, size)
    masked = int.from_bytes(payload, "big") ^ int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return head + mask + masked.to_bytes(size, "big")


def message(stream) -> bytes:
    """The next binary message of the server, which sends it in one frame."""
    first, size = stream.read(2)
    expect("the kind of a message", 0x82, first)
    if size == 126:
        (size,) = struct.unpack("!H", stream.read(2))
    elif size == 127:
        (size,) = struct.unpack("!Q", stream.read(8))
    return stream.read(size)


def websocket(where: tuple) -> str:
    key = base64.b64encode(os.urandom(16)).decode()
    connection = Connection(*where)
    connection.connect()
    lines = [
        "GET /echo HTTP/1.1",
        f"Host: {connection.host}:{connection.port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
    ]
    connection.sock.sendall("\r\n".join([*lines, "", ""]).encode())
    stream = connection.sock.makefile("rb")
    expect("the answer to the upgrade", "101", stream.readline().decode().split(" ")[1])
    headers = http.client.parse_headers(stream)
    accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
    expect("Sec-WebSocket-Accept", accept, headers["Sec-WebSocket-Accept"])
    sizes = [1, 5000, 100 << 10]
    for size in sizes:
        sent = os.urandom(size)
        connection.sock.sendall(frame(sent))
        expect(f"a message of {size} bytes", sent, message(stream))
    return f"{len(sizes)} messages came back"


def events(where: tuple, name: str, count: str) -> str:
    connection = Connection(*where)
    connection.request("GET", f"/events?name={name}&count={count}", headers={"Accept": "text/event-stream"})
    answer = connection.getresponse()
    expect("the stream", (200, True), (answer.status, answer.headers["Content-Type"].startswith("text/event-stream")))
    for number in range(int(count)):
        expect("an event", (f"data: {number}\n", "\n"), (answer.readline().decode(), answer.readline().decode()))
        ask(where, "POST", f"/next?name={name}")
    expect("the end of the stream", b"", answer.read())
    return f"{count} events came one by one"


def upload(where: tuple, name: str, file: str) -> str:
    content = Path(file).read_bytes()
    half = len(content) // 2
    connection = Connection(*where)
    connection.putrequest("POST", f"/upload?name={name}")
    connection.putheader("Content-Length", str(len(content)))
    connection.endheaders()
    connection.send(content[:half])
    deadline = time.monotonic() + LIMIT
    while int(ask(where, "GET", f"/received?name={name}")) == 0:
        if time.monotonic() > deadline:
            sys.exit("upload: nothing of the first half has arrived, so somebody keeps it")
        time.sleep(0.05)
    connection.send(content[half:])
    answer = connection.getresponse()
    expect("the answer to the upload", 200, answer.status)
    expected = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    expect("what arrived", expected, json.loads(answer.read()))
    return f"{len(content)} bytes arrived as they were sent, and while they were sent"


def main() -> None:
    kind, address, port, host, authority, *arguments = sys.argv[1:]
    kinds = {"websocket": websocket, "events": events, "upload": upload}
    try:
        print(kinds[kind]((address, int(port), host, authority), *arguments))
    except (OSError, http.client.HTTPException, ValueError) as error:
        sys.exit(f"{kind}: {type(error).__name__}: {error}")


main()
