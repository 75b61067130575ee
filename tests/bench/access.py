"""What it costs a request to be authenticated and permitted."""

import http.client
import json
import time

from .console import say
from .errors import BenchmarkError
from .installation import Installation
from .measure import Sample, duration, verdict
from .setting import Setting
from .table import table

REQUESTS = 2_000
TOKENS = 999
GOAL = 0.0001


def measure(setting: Setting) -> str:
    """The section of the document."""
    requests = 200 if setting.quick else REQUESTS
    with setting.installation() as installation:
        installation.kill("worker")
        scoped = _issue(installation, "scoped", {"role": "viewer", "stacks": ["shop-*"]})
        say(f"{TOKENS} more tokens")
        for number in range(20 if setting.quick else TOKENS - 1):
            _issue(installation, f"other-{number}", {"role": "viewer"})
        callers = {
            "nobody": None,
            "a token for everything": installation.headers["Authorization"],
            "a token for some stacks": f"Bearer {scoped}",
        }
        client = _Client(installation)
        samples: dict[str, list[float]] = {name: [] for name in callers}
        say("requests in turns")
        for _ in range(requests):
            # In turns, so that whatever else the machine does meets all of them.
            for name, token in callers.items():
                samples[name].append(client.ask(token))
        client.close()
    return section({name: Sample(times) for name, times in samples.items()})


def section(samples: dict[str, Sample]) -> str:
    """The results with their goal."""
    nobody = samples["nobody"]
    rows = []
    for name, sample in samples.items():
        more = [sample.percentile(share) - nobody.percentile(share) for share in (50, 99)]
        goal = "" if name == "nobody" else f"p99 < {duration(GOAL)} more"
        met = "" if name == "nobody" else verdict(more[1] < GOAL)
        rows.append([name, duration(sample.percentile(50)), duration(sample.percentile(99)), *_more(name, more), goal, met])
    return "\n\n".join(
        [
            (
                "Small requests over one connection that stays open, in turns: `GET /healthz`, which asks nobody who he is, and `GET /api/v1/session` "
                "with a token, which is authenticated and permitted and then answers that there is no session. There are 1000 tokens. "
                "What is more with a token is what both checks cost, with their reads of the database."
            ),
            table(["caller", "p50", "p99", "more at p50", "more at p99", "goal", ""], rows),
        ]
    )


def _more(name: str, more: list[float]) -> list[str]:
    return ["", ""] if name == "nobody" else [duration(max(seconds, 0.0)) for seconds in more]


def _issue(installation: Installation, name: str, grant: dict[str, object]) -> str:
    issued = installation.request("POST", "/tokens", {"name": name, **grant})
    return str(issued["secret"])


class _Client:
    """One connection that stays open."""

    def __init__(self, installation: Installation) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=30)

    def ask(self, token: str | None) -> float:
        """Seconds until the whole answer is there."""
        headers = {} if token is None else {"Authorization": token}
        address = "/healthz" if token is None else "/api/v1/session"
        start = time.perf_counter()
        self._connection.request("GET", address, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        elapsed = time.perf_counter() - start
        if token is not None and json.loads(body).get("code") != "no-session":
            raise BenchmarkError(f"{address} answered {answer.status}: {body[:200]!r}")
        return elapsed

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
