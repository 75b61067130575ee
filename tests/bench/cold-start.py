"""Measures first requests to a service that sleeps and whose application accepts one second after its container has started; started
by tests/bench/cold-start.sh.

    cold-start.py ROUNDS GATEWAY NAME=ID ALONE

NAME=ID is a stack behind the gateway that wakes on demand, for the host NAME.localhost; ALONE is a container that nobody manages.
Prints a table in Markdown.
"""

import http.client
import json
import os
import socket
import sys
import time

LIMIT = 60
BROWSER = "Accept: text/html,application/xhtml+xml\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"


class Engine(http.client.HTTPConnection):
    """A connection to the engine: the command line client would add its own start."""

    def __init__(self) -> None:
        super().__init__("engine")

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://"))

    def ask(self, method: str, path: str) -> bytes:
        self.request(method, path)
        answer = self.getresponse()
        body = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"error: {method} {path}: {answer.status} {body.decode()}")
        return body

    def container(self, name: str) -> dict:
        return json.loads(self.ask("GET", f"/containers/{name}/json"))


def put_to_sleep(service: str) -> None:
    """Stops the stack over the API, which takes less time than to wait for its idle time. The next request wakes it all the same."""
    stack = service.split("=")[1]
    host, port = os.environ["CORE_MONITOR_LISTEN"].split(":")
    api = http.client.HTTPConnection(host, int(port), timeout=LIMIT)
    headers = {"Authorization": f"Bearer {os.environ['CORE_MONITOR_BOOTSTRAP_TOKEN']}", "If-Match": "*", "Content-Type": "application/json"}
    api.request("POST", f"/api/v1/stacks/{stack}/stop?wait=30", "{}", headers)
    answer = api.getresponse()
    body = json.loads(answer.read())
    if body.get("status") != "DONE":
        raise SystemExit(f"error: {service} should be stopped, but: {answer.status} {body}")
    # Until the gateway has seen it too: before, a request would be tried at the address of the container first.
    time.sleep(1)


def alone(engine: Engine, name: str) -> float:
    """How long the engine and the application need without anything else: until a connection is accepted."""
    begun = time.perf_counter()
    engine.ask("POST", f"/containers/{name}/start")
    address = next(iter(engine.container(name)["NetworkSettings"]["Networks"].values()))["IPAddress"]
    while True:
        try:
            socket.create_connection((address, 8080), timeout=1).close()
            break
        except OSError:
            time.sleep(0.001)
    took = time.perf_counter() - begun
    engine.ask("POST", f"/containers/{name}/stop?t=5")
    return took


def first_byte(gateway: str, service: str, headers: str, status: bytes) -> float:
    """How long the first byte of the answer takes, which must have this status."""
    host, port = gateway.split(":")
    begun = time.perf_counter()
    with socket.create_connection((host, int(port)), timeout=LIMIT) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {service.split('=')[0]}.localhost\r\n{headers}Connection: close\r\n\r\n".encode())
        head = connection.recv(65536)
        took = time.perf_counter() - begun
        while connection.recv(65536):
            pass
    if not head.startswith(b"HTTP/1.1 " + status):
        raise SystemExit(f"error: expected {status.decode()}, seen {head[:200]!r}")
    return took


def share(values: list[float], of_hundred: int) -> float:
    """The value that so many of a hundred do not exceed, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, -(-len(ordered) * of_hundred // 100) - 1)]


def main() -> None:
    rounds, (gateway, waited, unmanaged) = int(sys.argv[1]), sys.argv[2:5]
    engine = Engine()
    taken: dict[str, list[float]] = {"engine": [], "waited": [], "shown": [], "added": []}
    for _ in range(rounds):
        taken["engine"].append(alone(engine, unmanaged))
        put_to_sleep(waited)
        taken["waited"].append(first_byte(gateway, waited, "Accept: */*\r\n", b"200"))
        put_to_sleep(waited)
        taken["shown"].append(first_byte(gateway, waited, BROWSER, b"503"))
        # Until it is awake.
        first_byte(gateway, waited, "", b"200")
    middle = share(taken["engine"], 50) / 1000
    taken["added"] = [max(one - middle, 0) for one in taken["waited"]]
    rows = [
        ("engine", "the engine alone: from the request to start until the application accepts", ""),
        ("waited", "first answer to a program, from the gateway", "1,150 ms for 99 of 100"),
        ("added", "of that, more than half of the starts by the engine alone need", "150 ms for 99 of 100"),
        ("shown", "first byte of the waiting page", "5 ms for 99 of 100"),
    ]
    print("| | half of them | 99 of 100 | longest | goal |\n| --- | --- | --- | --- | --- |")
    for key, what, goal in rows:
        values = [share(taken[key], part) for part in (50, 99, 100)]
        print(f"| {what} | " + " | ".join(f"{value:,.1f} ms" for value in values) + f" | {goal} |")


main()
