"""The list of the instances of a template, when there are 1,000."""

import http.client
import json
import time
from collections.abc import Callable

from .console import note, say
from .errors import BenchmarkError
from .installation import Installation
from .measure import Sample, duration, verdict
from .setting import Setting
from .stack import IMAGE
from .table import table

INSTANCES = 1_000
REQUESTS = 100
GOAL = 0.020
# The pages that a list can have: what is sent without a limit, and the most.
SHORT, LONG = 50, 200
STATES = {"queued": "all wait in the queue", "quiet": "nothing is open"}


def measure(setting: Setting) -> str:
    """The section of the document."""
    count = 250 if setting.quick else INSTANCES
    requests = 20 if setting.quick else REQUESTS
    samples: dict[tuple[str, str], Sample] = {}
    with setting.installation() as installation:
        # Nothing is to run: the list is made from what is stored and what the engine was seen to have.
        installation.kill("worker")
        name = f"{setting.prefix}list"
        compose = f"x-core-monitor:\n  template: {{title: List}}\nservices:\n  web:\n    image: {IMAGE}\n"
        installation.request("POST", "/templates", {"name": name, "compose": compose})
        say(f"{count} instances")
        commands = [_launch(installation, name, number) for number in range(count)]
        reader = _Reader(installation, f"/api/v1/templates/{name}/instances")
        for state in STATES:
            if state == "quiet":
                for command in commands:
                    installation.request("POST", f"/commands/{command}/cancel")
            say(f"lists of {count} instances, {STATES[state]}")
            samples |= {(state, what): sample for what, sample in _lists(reader, count, requests).items()}
        reader.close()
    return section(samples, count)


def section(samples: dict[tuple[str, str], Sample], count: int) -> str:
    """The results with their goal."""
    rows = []
    for (state, what), sample in samples.items():
        p50, p99 = sample.percentile(50), sample.percentile(99)
        rows.append([STATES[state], what, duration(p50), duration(p99), f"p99 < {duration(GOAL)}", verdict(p99 < GOAL)])
    return "\n\n".join(
        [
            (
                f"{count} instances of one template, over one connection that stays open; the server alone, since no worker runs. "
                f"A page has at most {LONG} entries, so the whole list is {-(-count // LONG)} requests in a row."
            ),
            table(["instances", "request", "p50", "p99", "goal", ""], rows),
        ]
    )


def _launch(installation: Installation, template: str, number: int) -> str:
    launched = installation.request("PUT", f"/templates/{template}/instances/k{number:04}", {})
    return str(launched["command"]["command_id"])


def _lists(reader: "_Reader", count: int, requests: int) -> dict[str, Sample]:
    actions: dict[str, Callable[[], int]] = {
        f"first page of {SHORT}": lambda: len(reader.page(SHORT, None)[0]),
        f"first page of {LONG}": lambda: len(reader.page(LONG, None)[0]),
        f"all {count}": lambda: reader.all(LONG),
    }
    expected = [SHORT, LONG, count]
    taken: dict[str, list[float]] = {what: [] for what in actions}
    for _ in range(requests):
        for (what, action), number in zip(actions.items(), expected, strict=True):
            begun = reader.seconds
            got = action()
            taken[what].append(reader.seconds - begun)
            if got != number:
                raise BenchmarkError(f"{what}: {got} instances instead of {number}")
    samples = {what: Sample(seconds) for what, seconds in taken.items()}
    for what, sample in samples.items():
        note(f"{what}: p50 {duration(sample.percentile(50))}, p99 {duration(sample.percentile(99))}")
    return samples


class _Reader:
    """Reads pages over one connection."""

    def __init__(self, installation: Installation, path: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=60)
        self._headers = installation.headers
        self._path = path
        # Until the answers were there. That this client reads JSON is not counted.
        self.seconds = 0.0

    def page(self, limit: int, cursor: str | None) -> tuple[list[object], str | None]:
        """The entries of a page, and where the next one begins."""
        query = f"?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        begun = time.perf_counter()
        self._connection.request("GET", self._path + query, headers=self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.seconds += time.perf_counter() - begun
        if answer.status != 200:
            raise BenchmarkError(f"GET {self._path}: {answer.status} {content.decode(errors='replace')}")
        body = json.loads(content)
        return body["items"], body.get("next")

    def all(self, limit: int) -> int:
        """How many entries all pages have."""
        items, cursor = self.page(limit, None)
        number = len(items)
        while cursor is not None:
            items, cursor = self.page(limit, cursor)
            number += len(items)
        return number

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()
