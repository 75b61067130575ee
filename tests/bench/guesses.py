"""What a storm of guessed passwords costs those who are signed in."""

import http.client
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from .console import say
from .errors import BenchmarkError
from .guessing import CONNECTIONS
from .installation import Installation
from .measure import Sample, duration, verdict
from .setting import Setting
from .table import table

RATE = 1_000
PROCESSES = 2
SECONDS = 30.0
STACKS = 50
# Between two requests of who is signed in: a busy page, and not a load of its own.
PAUSE = 0.005
GOAL = 0.05
PATHS = ("/api/v1/stacks", "/api/v1/session")
NAME = "ann"
Times = dict[str, list[float]]


def measure(setting: Setting) -> str:
    """The section of the document."""
    rate, seconds, stacks = (100, 2.0, 3) if setting.quick else (RATE, SECONDS, STACKS)
    with setting.installation() as installation:
        installation.kill("worker")
        for number in range(stacks):
            installation.save(f"name: shop-{number}\nservices: {{web: {{image: 'test/busybox:1'}}}}\n")
        reader = _Reader(installation, _cookie(installation))
        say("reading without guesses")
        ends = time.monotonic() + seconds
        quiet = reader.read_while(lambda: time.monotonic() < ends)
        say(f"reading beside {rate} guesses a second")
        guessers = [_guesser(installation, number, rate / PROCESSES, seconds) for number in range(PROCESSES)]
        try:
            stormy = reader.read_while(lambda: all(guesser.poll() is None for guesser in guessers))
            answers, took = _answers(guessers)
        finally:
            for guesser in guessers:
                guesser.kill()
        reader.close()
    samples = {
        (beside, path): Sample(times[path])
        for beside, times in (("nothing", quiet), ("the guesses", stormy))
        for path in PATHS
    }
    return section(samples, answers, took)


def section(samples: dict[tuple[str, str], Sample], answers: dict[str, int], took: float) -> str:
    """The results with their goal."""
    rows = []
    for (beside, path), sample in samples.items():
        figures = [duration(sample.percentile(50)), duration(sample.percentile(99))]
        is_judged = beside != "nothing"
        goal = [f"p99 < {duration(GOAL)}", verdict(sample.percentile(99) < GOAL)] if is_judged else ["", ""]
        rows.append([f"`GET {path}`", beside, *figures, *goal])
    total = sum(answers.values())
    told = ", ".join(f"{number} with {status}" for status, number in sorted(answers.items()))
    about = (
        f"Somebody who is signed in reads {STACKS} stacks and their own session, one request after the other with {duration(PAUSE)} between them, alone and "
        f"while others guess passwords, half of them of a user who exists: {total} guesses in {duration(took)}, {total / took:.0f} a second, from "
        f"{PROCESSES * CONNECTIONS} addresses. Answered were {told}."
    )
    return "\n\n".join([about, table(["request", "beside", "p50", "p99", "goal", ""], rows)])


def _cookie(installation: Installation) -> str:
    """A user who exists is invited and signed in."""
    invited = installation.request("POST", "/users", {"name": NAME, "grants": [{"role": "viewer"}]})
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=60)
    body = json.dumps({"invitation": invited["invitation"], "password": "correct horse battery"})
    connection.request("POST", "/api/v1/invitations/accept", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    cookie = answer.getheader("Set-Cookie")
    connection.close()
    if answer.status != 201 or cookie is None:
        raise BenchmarkError(f"the invitation was answered {answer.status}: {said[:200]!r}")
    return cookie.partition(";")[0]


def _guesser(installation: Installation, number: int, rate: float, seconds: float) -> subprocess.Popen[str]:
    options = {"port": installation.port, "name": NAME, "network": number + 1, "rate": rate, "seconds": seconds}
    command = [sys.executable, "-m", "bench.guessing", *(f"--{name}={value}" for name, value in options.items())]
    return subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True)


def _answers(guessers: list[subprocess.Popen[str]]) -> tuple[dict[str, int], float]:
    answers: Counter[str] = Counter()
    took = 0.0
    for guesser in guessers:
        printed, _ = guesser.communicate(timeout=120)
        if guesser.returncode != 0:
            raise BenchmarkError(f"guessing exited with {guesser.returncode}")
        told = json.loads(printed)
        answers.update(told["answers"])
        took = max(took, told["seconds"])
    return dict(answers), took


class _Reader:
    """Who is signed in, over one connection that stays open."""

    def __init__(self, installation: Installation, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=60)
        self._headers = {"Cookie": cookie}

    def read_while(self, goes_on: Callable[[], bool]) -> Times:
        """The seconds of each request, in turns."""
        times: Times = {path: [] for path in PATHS}
        while goes_on():
            for path in PATHS:
                times[path].append(self._read(path))
                time.sleep(PAUSE)
        if not all(times.values()):
            raise BenchmarkError("nothing was read while the passwords were guessed")
        return times

    def _read(self, path: str) -> float:
        start = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        elapsed = time.perf_counter() - start
        if answer.status != 200:
            raise BenchmarkError(f"GET {path} answered {answer.status}: {body[:200]!r}")
        return elapsed

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
