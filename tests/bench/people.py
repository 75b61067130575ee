"""Pages of many users and of a long audit."""

import http.client
import json
import time
from urllib.parse import urlencode

from .console import say
from .errors import BenchmarkError
from .installation import Installation
from .measure import Sample, duration, verdict
from .setting import Setting
from .table import table

USERS = 10_000
ENTRIES = 100_000
PAGE = 50
REQUESTS = 200
GOAL = 0.02


def measure(setting: Setting) -> str:
    """The section of the document."""
    users, entries, requests = (60, 300, 5) if setting.quick else (USERS, ENTRIES, REQUESTS)
    with setting.installation() as installation:
        installation.kill("worker")
        _fill(installation, users, entries)
        client = _Client(installation)
        pages = _pages(client, users, entries)
        say("pages in turns")
        samples: dict[tuple[str, str], list[float]] = {page: [] for page in pages}
        for _ in range(requests):
            # In turns, so that whatever else the machine does meets all of them.
            for page, address in pages.items():
                samples[page].append(client.get(address)[0])
        client.close()
    return section({page: Sample(times) for page, times in samples.items()}, users, entries)


def section(samples: dict[tuple[str, str], Sample], users: int, entries: int) -> str:
    """The results with their goal."""
    rows = []
    for (path, page), sample in samples.items():
        met = verdict(sample.percentile(99) < GOAL)
        figures = [duration(sample.percentile(50)), duration(sample.percentile(99))]
        rows.append([f"`GET {path}`", page, *figures, f"p99 < {duration(GOAL)}", met])
    about = (
        f"{users} users and {entries} entries of the audit, all made through the API. Pages of {PAGE} over one connection that stays open, in "
        "turns, until the whole answer is there. The worker does not run."
    )
    return "\n\n".join([about, table(["list", "page", "p50", "p99", "goal", ""], rows)])


def _fill(installation: Installation, users: int, entries: int) -> None:
    say(f"{users} users")
    for number in range(users):
        installation.request("POST", "/users", {"name": _name(number), "grants": [{"role": "viewer"}]})
    # An entry each, as the invitations before.
    more = entries - users
    say(f"{more} invitations that are renewed")
    for number in range(more):
        installation.request("POST", f"/users/{_name(number % users)}/invitation")


def _name(number: int) -> str:
    return f"user-{number:05}"


def _pages(client: "_Client", users: int, entries: int) -> dict[tuple[str, str], str]:
    """The address of each page that is measured."""
    pages: dict[tuple[str, str], str] = {}
    for path, least in (("/users", users), ("/audit", entries)):
        say(f"all pages of {path}")
        addresses = _walk(client, path, least)
        whole = {"first": addresses[0], "middle": addresses[len(addresses) // 2], "last": addresses[-1]}
        pages |= {(path, page): address for page, address in whole.items()}
    # Of one user, of one action in the middle of it, and of a time in which nothing happened.
    one = {"resource": f"user:{_name(users // 2)}"}
    some = {"action": "renew_invitation"}
    nothing = {"until": "2000-01-01T00:00:00Z"}
    for page, query in (("of one user", one), ("of one action", some), ("of a time without any", nothing)):
        pages["/audit", page] = _address("/audit", query)
    of_action = _walk(client, "/audit", entries - users, some)
    pages["/audit", "of one action, middle"] = of_action[len(of_action) // 2]
    return pages


def _walk(client: "_Client", path: str, least: int, query: dict[str, str] | None = None) -> list[str]:
    """The addresses of all pages of a list with at least this many entries."""
    address = _address(path, query or {})
    addresses, count = [address], 0
    while True:
        answer = client.get(address)[1]
        count += len(answer["items"])
        if answer["next"] is None:
            break
        address = _address(path, (query or {}) | {"cursor": str(answer["next"])})
        addresses.append(address)
    if count < least:
        raise BenchmarkError(f"{path} has {count} entries instead of {least}")
    return addresses


def _address(path: str, query: dict[str, str]) -> str:
    return f"/api/v1{path}?{urlencode({'limit': str(PAGE)} | query)}"


class _Client:
    """One connection that stays open."""

    def __init__(self, installation: Installation) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=60)
        self._headers = installation.headers

    def get(self, address: str) -> tuple[float, dict[str, list[object]]]:
        """Seconds until the whole answer is there, and what it says."""
        start = time.perf_counter()
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        elapsed = time.perf_counter() - start
        if answer.status != 200:
            raise BenchmarkError(f"GET {address} answered {answer.status}: {body[:200]!r}")
        return elapsed, json.loads(body)

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
