"""Previews: from the launch of an instance to its first byte, compared with the same container by hand."""

import json
import socket
import subprocess
import time

from .console import note, say
from .errors import BenchmarkError
from .installation import Installation
from .measure import Sample, duration, ratio
from .setting import Setting
from .stack import IMAGE
from .table import table

ROUNDS = 20
LIMIT = 60.0
PERCENTILES = (50, 90, 99)
SERVES = "trap 'exit 0' TERM; mkdir -p /www; echo hello >/www/index.html; httpd -f -p 8080 -h /www & wait"
# With a network that is there, which all previews share, and with one that each gets anew.
NETWORKS = {"shared": "a network that is there", "own": "a network of its own"}


def measure(setting: Setting) -> str:
    """The section of the document."""
    rounds = setting.repeats(ROUNDS)
    taken: dict[tuple[str, str], list[float]] = {}
    shared = f"{setting.prefix}previews"
    _docker("network", "create", "--label", f"com.docker.compose.project={shared}", shared)
    with setting.installation() as installation:
        for kind in NETWORKS:
            _save(installation, _template(setting, kind), shared if kind == "shared" else None)
        for turn in range(rounds):
            say(f"a preview by Core Monitor and by hand, {turn + 1} of {rounds}")
            for kind in NETWORKS:
                for side in ("own", "hand") if turn % 2 else ("hand", "own"):
                    if side == "own":
                        took = _launched(installation, _template(setting, kind), f"k{turn}")
                    else:
                        took = _by_hand(setting, shared if kind == "shared" else None)
                    taken.setdefault((kind, side), []).append(took)
                    note(f"{NETWORKS[kind]}, {side}: {duration(took)}")
    _docker("network", "rm", shared)
    return section({pair: Sample(seconds) for pair, seconds in taken.items()}, rounds)


def section(samples: dict[tuple[str, str], Sample], rounds: int) -> str:
    """The results. There is no goal: what counts is what Core Monitor adds."""
    rows = []
    for kind, what in NETWORKS.items():
        hand = samples[kind, "hand"]
        for side, name in (("own", "Core Monitor, `PUT`"), ("hand", "by hand, `docker run`")):
            sample = samples[kind, side]
            figures = [sample.percentile(percent) for percent in PERCENTILES]
            ratios = [ratio(sample.percentile(percent), hand.percentile(percent)) for percent in PERCENTILES]
            rows.append([what, name, *(duration(figure) for figure in figures), *ratios])
    return "\n\n".join(
        [
            (
                "The image is present. From `PUT /templates/{template}/instances/{key}` or the start of the command `docker` to "
                f"the first byte of an answer at the port of the host, by the same client; {rounds} times each, alternating. By "
                "hand, a network of its own is made by `docker network create` before `docker run`, which counts."
            ),
            table(["network", "preview", "p50", "p90", "p99", "p50 to hand", "p90 to hand", "p99 to hand"], rows),
        ]
    )


def _template(setting: Setting, kind: str) -> str:
    return f"{setting.prefix}{kind}"


def _save(installation: Installation, name: str, network: str | None) -> None:
    first = _free_port()
    lines = [
        "x-core-monitor:",
        "  template:",
        "    parameters:",
        f"      PORT: {{type: host_port, range: {first}-{first + 20}}}",
        "services:",
        "  web:",
        f"    image: {IMAGE}",
        f"    command: {json.dumps(['sh', '-c', SERVES])}",
        '    ports: ["${PORT}:8080"]',
        # A launch is over once it is healthy, which the next round waits for.
        "    healthcheck: {test: [CMD, 'true'], interval: 1s}",
    ]
    if network is not None:
        lines += ["networks:", f"  default: {{name: {network}, external: true}}"]
    installation.request("POST", "/templates", {"name": name, "compose": "\n".join([*lines, ""])})


def _launched(installation: Installation, template: str, key: str) -> float:
    path = f"/templates/{template}/instances/{key}"
    begun = time.perf_counter()
    launched = installation.request("PUT", path, {})
    _first_byte(int(launched["instance"]["ports"]["PORT"]))
    took = time.perf_counter() - begun
    command = installation.request("GET", f"/commands/{launched['command']['command_id']}?wait=60")
    if command["status"] != "DONE":
        raise BenchmarkError(f"the launch is {command['status']}: {command['failure']}")
    installation.done("DELETE", path)
    return took


def _by_hand(setting: Setting, network: str | None) -> float:
    name, port = f"{setting.prefix}hand", _free_port()
    begun = time.perf_counter()
    if network is None:
        _docker("network", "create", "--label", f"com.docker.compose.project={name}", name)
    _docker(
        *("run", "--detach", "--name", name, "--network", network or name, "--publish", f"{port}:8080"),
        *("--label", f"com.docker.compose.project={name}", "--health-cmd", "true", "--health-interval", "1s"),
        *(IMAGE, "sh", "-c", SERVES),
    )
    _first_byte(port)
    took = time.perf_counter() - begun
    setting.engine.remove_project(name)
    return took


def _first_byte(port: int) -> None:
    """Asks until the first byte of an answer comes. The engine accepts at the port before the application does."""
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                if connection.recv(1):
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise BenchmarkError(f"no byte from port {port} within {LIMIT:.0f} s")
        time.sleep(0.001)


def _docker(*words: str) -> None:
    subprocess.run(["docker", *words], check=True, stdout=subprocess.DEVNULL)


def _free_port() -> int:
    """One that the kernel gives to no connection."""
    for port in range(18000, 32000, 25):
        with socket.socket() as probe:
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
            return port
    raise BenchmarkError("no port from 18000 to 32000 is free")
