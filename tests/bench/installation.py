"""A separate server and worker with an empty database, and their API."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .errors import BenchmarkError
from .http_client import Client

PATIENCE = 300


class CommandError(BenchmarkError):
    """A command did not end `DONE`."""

    def __init__(self, command: dict[str, Any]) -> None:
        self.command = str(command["command_id"])
        failure = command["failure"] or {}
        super().__init__(f"{command['type']} is {command['status']}: {failure.get('code')} {failure.get('message')}")


class Installation:
    """Release binaries with their default settings. A context manager that stops both at its end."""

    def __init__(self, binaries: Path, folder: Path, engine_host: str) -> None:
        self.folder = folder
        self._binaries = binaries
        self._port = _free_port()
        self._environment = {
            "PATH": os.environ["PATH"],
            "DOCKER_HOST": engine_host,
            "CORE_MONITOR_DATA_DIR": str(folder),
            "CORE_MONITOR_LISTEN": f"127.0.0.1:{self._port}",
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._api = Client(http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE + 30))
        self._headers: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.folder.mkdir(mode=0o700, parents=True)
        try:
            self.start("server")
            self.start("worker")
            self._wait_ready()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def start(self, program: str) -> None:
        """Starts `server` or `worker`."""
        with (self.folder.parent / f"{self.folder.name}-{program}.log").open("ab") as log:
            self._processes[program] = subprocess.Popen(
                [self._binaries / f"core-monitor-{program}"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def set(self, variable: str, value: str) -> None:
        """Sets a variable for the programs that are started from now on."""
        self._environment[variable] = value

    def kill(self, program: str) -> None:
        """Sends `kill -9`, and waits until the process is gone."""
        self._processes[program].send_signal(signal.SIGKILL)
        self._processes.pop(program).wait()

    @property
    def port(self) -> int:
        """Where the server listens on this machine."""
        return self._port

    @property
    def headers(self) -> dict[str, str]:
        """The headers that authorize a request."""
        return dict(self._headers)

    def pid(self, program: str) -> int:
        """Its process id."""
        return self._processes[program].pid

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One API call with JSON. Writes accept any state of the stack."""
        content = None if body is None else json.dumps(body).encode()
        headers = self._headers | {"Content-Type": "application/json"}
        return self._api.call(method, f"/api/v1{path}", content, headers)

    def save(self, compose_file: str) -> str:
        """Creates the stack of the file and returns its id."""
        headers = self._headers | {"Content-Type": "application/yaml"}
        saved = self._api.call("POST", "/api/v1/stacks", compose_file.encode(), headers)
        return str(saved["stack"]["stack_id"])

    def upload(self, path: str, file: Path) -> dict[str, Any]:
        """One API call with the bytes of a file, sent by curl, as people do it: a process of its own, as `docker` is."""
        headers = self._headers | {"Content-Type": "application/octet-stream"}
        options = [option for name, value in headers.items() for option in ("--header", f"{name}: {value}")]
        url = f"http://127.0.0.1:{self._port}/api/v1{path}"
        curl = ["curl", "--silent", "--show-error", "--request", "POST", "--upload-file", str(file), *options, url]
        answered = subprocess.run(curl, check=True, capture_output=True)
        answer: dict[str, Any] = json.loads(answered.stdout)
        return answer

    def done(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A command from its request to `DONE`, in one call."""
        command: dict[str, Any] = self.request(method, f"{path}?wait={PATIENCE}", body)
        if command["status"] != "DONE":
            raise CommandError(command)
        return command

    def _wait_ready(self) -> None:
        """Waits until the server responds and the worker has observed the engine."""
        deadline = time.monotonic() + 30
        while not self._is_ready():
            for program, process in self._processes.items():
                if (status := process.poll()) is not None:
                    raise BenchmarkError(f"the {program} exited with {status} at startup")
            if time.monotonic() > deadline:
                raise BenchmarkError("server and worker were not ready within 30 s")
            time.sleep(0.02)
        token = (self.folder / "admin-token").read_text().strip()
        self._headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}

    def _is_ready(self) -> bool:
        try:
            return bool(self._api.call("GET", "/readyz")["worker"])
        except (OSError, http.client.HTTPException, BenchmarkError):
            self._api.close()
            return False

    def _stop(self) -> None:
        self._api.close()
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
