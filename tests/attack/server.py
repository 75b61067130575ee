"""A server of its own in an empty folder, and what it uses."""

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 30


class Server:
    """A context manager that ends it. Only loopback is used."""

    def __init__(self, binary: Path, **settings: str) -> None:
        self._binary = binary
        self.port = _free_port()
        self.token = secrets.token_hex(32)
        self._settings = {f"CORE_MONITOR_{name.upper()}": value for name, value in settings.items()}

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="core-monitor-attack-")
        self.data = Path(self._folder.name) / "data"
        self.data.mkdir(mode=0o700)
        environment = {
            "CORE_MONITOR_DATA_DIR": str(self.data),
            "CORE_MONITOR_LISTEN": f"127.0.0.1:{self.port}",
            "CORE_MONITOR_BOOTSTRAP_TOKEN": self.token,
            "CORE_MONITOR_LOG": "warn",
        }
        self.log = Path(self._folder.name) / "log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen([self._binary], env=environment | self._settings, stderr=log)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if self.get("/healthz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the server does not answer:\n{self.log.read_text()}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def connect(self, receive_buffer: int | None = None) -> socket.socket:
        """A bare connection, from which the kernel takes as little as `receive_buffer` ahead."""
        client = socket.socket()
        if receive_buffer is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", self.port))
        return client

    def head(self, method: str, path: str, **headers: str) -> bytes:
        """The head of a request with a valid token."""
        given = {"Host": "localhost", "Authorization": f"Bearer {self.token}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def request(self, method: str, path: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        """Status and body of a whole request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path: str, timeout: float = PATIENCE) -> tuple[int, float]:
        """Status of a request that needs no token, and the seconds it took."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        began = time.monotonic()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.monotonic() - began
        finally:
            connection.close()

    def memory(self) -> int:
        """Resident memory in MiB."""
        return self._status("VmRSS")

    def peak(self) -> int:
        """Largest resident memory since `forget_peak`, in MiB."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        """Begins a new peak."""
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5")

    def descriptors(self) -> int:
        """Open files and sockets."""
        return len(os.listdir(f"/proc/{self._process.pid}/fd"))

    def _status(self, field: str) -> int:
        text = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(rf"^{field}:\s+(\d+) kB$", text, re.MULTILINE)
        if found is None:
            raise RuntimeError("the server has ended")
        return int(found[1]) // 1024


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])
