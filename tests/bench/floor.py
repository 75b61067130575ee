"""The floor: the same creates and starts, sent to the engine with nothing in between."""

from .engine import PROJECT_LABEL, Engine
from .stack import IMAGE, Stack

PARALLELISM = 8


class Floor:
    """One network, then for each container its create and its start, eight containers at a time.

    Nothing is checked, planned, recorded or read back: no tool that asks the engine for the same
    containers can be faster, but by asking for more of them at a time.
    """

    name = "engine alone"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def prepare(self, stack: Stack) -> None:
        """Nothing to do."""

    def apply(self, stack: Stack) -> None:
        """The writes; returns with the answer to the last of them."""
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
        """Takes everything away again."""
        self._engine.remove_project(stack.name)


def _container(stack: Stack, service: str) -> dict[str, object]:
    network = f"{stack.name}_bench"
    labels = {
        PROJECT_LABEL: stack.name,
        "com.docker.compose.service": service,
        "com.docker.compose.container-number": "1",
        "com.docker.compose.oneoff": "False",
    }
    # As many as Core Monitor puts on a container, about as long.
    labels |= {f"core-monitor-bench.label-{number}": "0123456789abcdef" * 2 for number in range(10)}
    return {
        "Image": IMAGE,
        "Cmd": ["idle"],
        "StopTimeout": 1,
        "Labels": labels,
        "HostConfig": {"NetworkMode": network, "RestartPolicy": {"Name": "no"}},
        "NetworkingConfig": {"EndpointsConfig": {network: {"Aliases": [service, f"{stack.name}-{service}-1"]}}},
    }
