"""Calls of the Docker Engine: create, start, inspect, remove."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import quote

from .console import note
from .errors import BenchmarkError
from .http_client import Client, UnixConnection
from .timestamps import seconds

PROJECT_LABEL = "com.docker.compose.project"
API = "/v1.41"
# The error of engine 20.10 after it has miscounted the endpoints of a network (moby issue 43286): only a restart releases
# the network. Removal is not measured, so the run continues and prints a note.
MISCOUNTED = "has active endpoints"

Item = TypeVar("Item")


class Engine:
    """The engine at a unix socket. Each thread keeps its own connection."""

    def __init__(self, host: str) -> None:
        if not host.startswith("unix://"):
            raise BenchmarkError(f"the benchmarks need an engine on this machine, not `{host}`")
        self.host = host
        self._local = threading.local()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request of the Engine API."""
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            client = Client(UnixConnection(self.host.removeprefix("unix://"), timeout=120))
            self._local.client = client
        content = None if body is None else json.dumps(body).encode()
        return client.call(method, API + path, content, {"Content-Type": "application/json"})

    def in_parallel(self, action: Callable[[Item], None], items: list[Item], limit: int) -> None:
        """Runs the action on each item, at most `limit` in parallel; stops at the first error."""
        with ThreadPoolExecutor(max_workers=min(limit, max(len(items), 1))) as pool:
            for done in [pool.submit(action, item) for item in items]:
                done.result()

    def containers(self, project: str) -> list[dict[str, Any]]:
        """All containers of a project, running or not."""
        found: list[dict[str, Any]] = self.call("GET", f"/containers/json?all=1&{_of(project)}")
        return found

    def inspect(self, project: str) -> list[dict[str, Any]]:
        """Inspects all containers of a project."""
        return [self.call("GET", f"/containers/{c['Id']}/json") for c in self.containers(project)]

    def wait_running(self, project: str, count: int, others: int = 0) -> list[dict[str, Any]]:
        """Waits for the given numbers of running and exited containers, and inspects them all."""
        deadline = time.monotonic() + 60
        while True:
            states = [container["State"] for container in self.containers(project)]
            if len(states) == count + others and states.count("running") == count:
                return self.inspect(project)
            if time.monotonic() > deadline:
                raise BenchmarkError(f"`{project}` has {states}, not {count} running containers")
            time.sleep(0.05)

    def remove_project(self, project: str) -> None:
        """Removes containers and networks, and waits until they are gone."""
        ids = [container["Id"] for container in self.containers(project)]
        self.in_parallel(self._remove_container, ids, 8)
        for network in self.call("GET", f"/networks?{_of(project)}"):
            try:
                self.call("DELETE", f"/networks/{network['Id']}")
            except BenchmarkError as error:
                if MISCOUNTED not in str(error):
                    raise
                note(f"the engine keeps {network['Name']} until it is restarted: it miscounted its endpoints")

    def projects(self, prefix: str) -> set[str]:
        """The projects with this name prefix that still have objects on the engine."""
        any_project = f"filters={quote(json.dumps({'label': [PROJECT_LABEL]}))}"
        found = self.call("GET", f"/containers/json?all=1&{any_project}")
        found += self.call("GET", f"/networks?{any_project}")
        names = {thing["Labels"][PROJECT_LABEL] for thing in found}
        return {name for name in names if name.startswith(prefix)}

    def version(self) -> str:
        """Version of the engine."""
        return str(self.call("GET", "/version")["Version"])

    def _remove_container(self, container: str) -> None:
        self.call("DELETE", f"/containers/{container}?force=1&v=1")


def started_at(container: dict[str, Any]) -> float:
    """When the container started, in seconds since the epoch."""
    return seconds(container["State"]["StartedAt"])


def _of(project: str) -> str:
    return f"filters={quote(json.dumps({'label': [f'{PROJECT_LABEL}={project}']}))}"
