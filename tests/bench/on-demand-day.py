"""Replays a day of services that wake on demand, and samples what memory their containers use; started by tests/bench/on-demand-day.sh.

    on-demand-day.py always NAME=ID...                       how much they use while all of them run: mean and peak in MiB, as JSON
    on-demand-day.py day SECONDS GATEWAY ALWAYS NAME=ID...   the day; prints the report in Markdown

NAME=ID is a stack of one service for the host NAME.localhost, in the order of SERVICES. ALWAYS is what the first form has printed.
"""

import concurrent.futures
import http.client
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import threading
import time
from datetime import datetime

SCALE = 10
SEED = 20251021
MINUTES = 1440


def sessions(dice: random.Random, count: int, length: int, begin: int, end: int) -> list[float]:
    """Minutes of requests: so many uses of so many minutes each, between two hours, with a request about once a minute."""
    slots = dice.sample(range(begin * 60, end * 60 - length, length), count)
    return [slot + minute + dice.random() for slot in slots for minute in range(length)]


def traffic(dice: random.Random, by_day: float, by_night: float) -> list[float]:
    """Minutes of requests that come by chance, with so many minutes between two on average."""
    minutes, now = [], 0.0
    while (now := now + dice.expovariate(1 / (by_day if 8 <= now / 60 % 24 < 23 else by_night))) < MINUTES:
        minutes.append(now)
    return minutes


def pattern() -> dict[str, list[float]]:
    """When each service is asked, in minutes of the day: the shares of the day that the document gives, 5 %, 1 % and 10 %, and
    what `regular` and `frequent` may mean where it gives none."""
    dice = random.Random(SEED)
    return {
        "ragflow": sessions(dice, 6, 12, 8, 20),
        "xtts": sessions(dice, 7, 2, 8, 22),
        "paperless": sessions(dice, 4, 36, 8, 19),
        "nextcloud": traffic(dice, 8, 45),
        "memvid": sessions(dice, 5, 3, 8, 22),
        "jitsi": sessions(dice, 2, 45, 9, 18),
        "clemence": traffic(dice, 20, 90),
        "solidarlink": traffic(dice, 20, 90),
    }


class Memory:
    """What containers use, without what the kernel would give back at once, as `docker stats` counts it."""

    def __init__(self, names: list[str]) -> None:
        ids = subprocess.run(
            ["docker", "inspect", "--format", "{{.Id}}", *(f"{name}-web-1" for name in names)], check=True, capture_output=True, text=True
        ).stdout.split()
        self._folders = [
            [pathlib.Path("/sys/fs/cgroup") / part for part in (f"memory/docker/{one}", f"docker/{one}", f"system.slice/docker-{one}.scope")]
            for one in ids
        ]

    def used(self) -> float:
        """The sum in MiB."""
        return sum(self._one(folders) for folders in self._folders) / (1 << 20)

    @staticmethod
    def _one(folders: list[pathlib.Path]) -> int:
        for folder in folders:
            for usage, cache in (("memory.usage_in_bytes", "total_inactive_file"), ("memory.current", "inactive_file")):
                try:
                    used = int((folder / usage).read_text())
                    spare = re.search(rf"^{cache} (\d+)$", (folder / "memory.stat").read_text(), re.MULTILINE)
                    return used - int(spare[1] if spare else 0)
                except OSError:
                    # It does not run.
                    continue
        return 0


class Sampler(threading.Thread):
    """Samples ten times a second until it is told to end."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(daemon=True)
        self._memory, self._over, self.samples = Memory(names), threading.Event(), []

    def run(self) -> None:
        while not self._over.wait(0.1):
            self.samples.append(self._memory.used())

    def end(self) -> dict[str, float]:
        self._over.set()
        self.join()
        return {"mean": sum(self.samples) / len(self.samples), "peak": max(self.samples)}


def ask(gateway: str, name: str) -> tuple[str, float, float, int]:
    """One request: the stack, when it was sent and answered, and the status, 0 for none."""
    host, port = gateway.split(":")
    sent, status = time.time(), 0
    try:
        connection = http.client.HTTPConnection(host, int(port), timeout=120)
        connection.request("GET", "/", headers={"Host": f"{name}.localhost"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        status = answer.status
    except (OSError, http.client.HTTPException) as error:
        print(f"a request for {name} failed: {error!r}", file=sys.stderr)
    return name, sent, time.time(), status


def wakes(stack: str) -> list[float]:
    """When each start of the stack was asked for."""
    times, cursor = [], ""
    while cursor is not None:
        host, port = os.environ["CORE_MONITOR_LISTEN"].split(":")
        api = http.client.HTTPConnection(host, int(port), timeout=30)
        path = f"/api/v1/commands?stack_id={stack}&kind=WAKE&limit=200" + (f"&cursor={cursor}" if cursor else "")
        api.request("GET", path, headers={"Authorization": f"Bearer {os.environ['CORE_MONITOR_BOOTSTRAP_TOKEN']}"})
        page = json.loads(api.getresponse().read())
        times += [datetime.fromisoformat(one["timestamps"]["created_at"]).timestamp() for one in page["items"]]
        cursor = page.get("next")
    return times


def day(seconds: float, gateway: str, always: dict[str, float], stacks: dict[str, str]) -> None:
    minute = seconds / MINUTES
    plan = sorted((at, name) for name, times in zip(stacks, pattern().values(), strict=True) for at in times)
    sampler = Sampler(list(stacks))
    sampler.start()
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(64) as people:
        asked = []
        for at, name in plan:
            time.sleep(max(begun + at * minute - time.monotonic(), 0))
            asked.append(people.submit(ask, gateway, name))
        time.sleep(max(begun + seconds - time.monotonic(), 0))
        answers = [one.result() for one in asked]
    used = sampler.end()
    starts = {name: wakes(stack) for name, stack in stacks.items()}
    cold = sorted(done - sent for name, sent, done, _ in answers if any(sent <= at <= done for at in starts[name]))
    failed = [one for one in answers if one[3] != 200]
    report(seconds, always, used, len(answers), failed, sum(map(len, starts.values())), cold)
    if failed:
        raise SystemExit(f"error: {len(failed)} requests failed, such as {failed[0]}")


def report(
    seconds: float, always: dict[str, float], used: dict[str, float], asked: int, failed: list, starts: int, cold: list[float]
) -> None:
    def gigabytes(mib: float) -> str:
        return f"{mib * SCALE / 1024:.1f} GB"

    def less(before: float, after: float) -> str:
        return f"-{100 * (1 - after / before):.0f} %"

    def longest(of_hundred: int) -> str:
        return f"{cold[min(len(cold) - 1, len(cold) * of_hundred // 100)]:.2f} s" if cold else "none"

    print("| memory | always on | on demand | |\n| --- | --- | --- | --- |")
    print("| mean, the document (its whole host) | 7.1 GB | 2.4 GB | -66 % |")
    print(f"| mean, replayed (its eight services, times {SCALE}) | {gigabytes(always['mean'])} | {gigabytes(used['mean'])} | {less(always['mean'], used['mean'])} |")
    print("| peak, the document | 7.8 GB | 6.2 GB | -20 % |")
    print(f"| peak, replayed | {gigabytes(always['peak'])} | {gigabytes(used['peak'])} | {less(always['peak'], used['peak'])} |")
    print(f"\n{asked} requests, {len(failed)} failed, {starts} wakes; first requests to a service that sleeps: {len(cold)}, answered after")
    print(f"{longest(50)} (p50) and {longest(99)} (p99). The day took {seconds:.0f} s, so a minute {seconds / MINUTES:.2f} s.")


def main() -> None:
    if sys.argv[1] == "always":
        sampler = Sampler([one.split("=")[0] for one in sys.argv[2:]])
        sampler.start()
        time.sleep(10)
        print(json.dumps(sampler.end()))
        return
    stacks = dict(one.split("=") for one in sys.argv[5:])
    day(float(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4]), stacks)


main()
