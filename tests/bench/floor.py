"""The baseline: the same create and start requests, sent directly to the engine."""

from .engine import PROJECT_LABEL, Engine
from .stack import IMAGE, Stack

PARALLELISM = 8


class Floor:
    """Creates one network, then creates and starts each container, eight containers at a time.

    Nothing is checked, planned, recorded or read back. No tool that requests the same containers can
    be faster, except with more parallel requests.
    """

    name = "engine alone"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def prepare(self, stack: Stack) -> None:
        """Nothing to do."""

    def apply(self, stack: Stack) -> None:
        """Sends the writes; returns after the last response."""
        network = {
            "Name": f"{stack.name}_bench",
            "CheckDuplicate": True,
            "Driver": "bridge",
            "Labels": {PROJECT_LABEL: stack.name, "com.docker.compose.network": "bench"},
        }
        self._engine.call("POST", "/networks/create", network)

        def create_and_start(service: str) -> None:
            container = f"{stack.name}-{service}-1"
            body = _container(stack, service)
            self._engine.call("POST", f"/containers/create?name={container}", body)
            self._engine.call("POST", f"/containers/{container}/start")

        self._engine.in_parallel(create_and_start, stack.services, PARALLELISM)

    def remove(self, stack: Stack) -> None:
        """Removes everything."""
        self._engine.remove_project(stack.name)


def _container(stack: Stack, service: str) -> dict[str, object]:
    network = f"{stack.name}_bench"
    labels = {
        PROJECT_LABEL: stack.name,
        "com.docker.compose.service": service,
        "com.docker.compose.container-number": "1",
        "com.docker.compose.oneoff": "False",
    }
    # About as many and as long as those of Core Monitor.
    labels |= {f"core-monitor-bench.label-{number}": "0123456789abcdef" * 2 for number in range(10)}
    return {
        "Image": IMAGE,
        "Cmd": ["idle"],
        "StopTimeout": 1,
        "Labels": labels,
        "HostConfig": {"NetworkMode": network, "RestartPolicy": {"Name": "no"}},
        "NetworkingConfig": {"EndpointsConfig": {network: {"Aliases": [service, f"{stack.name}-{service}-1"]}}},
    }
