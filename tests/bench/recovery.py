"""Recovery: how fast a new worker resumes the command of a killed one."""

import random
import time
from typing import Any

from .console import note, say
from .errors import BenchmarkError
from .installation import Installation
from .measure import Sample, duration, verdict
from .setting import Setting
from .stack import IMAGE
from .table import table
from .timestamps import seconds

KILLS = 20
SEED = 1
GOAL = 3.0


def measure(setting: Setting) -> str:
    """The section of the document."""
    kills, moments = setting.repeats(KILLS), random.Random(SEED)
    stack = setting.stack(2).name
    adopted = []
    with setting.installation() as installation:
        identity = installation.save(_waits_for_ever(stack))
        for turn in range(kills):
            say(f"worker killed while its command waits, {turn + 1} of {kills}")
            # A new command each time, because a command that is adopted repeatedly without progress fails.
            path = f"/stacks/{identity}/apply/1"
            command = installation.request("POST", path)["command_id"]
            _wait(installation, command, "CLAIMED")
            setting.engine.wait_running(stack, 1, others=1)
            # The lease is renewed every few seconds, so kill at random times within that interval.
            time.sleep(moments.uniform(0.2, 3.0))
            killed_at = time.time()
            installation.kill("worker")
            installation.start("worker")
            adopted.append(seconds(_wait(installation, command, "ADOPTED")["at"]) - killed_at)
            note(duration(adopted[-1]))
            installation.request("POST", f"/commands/{command}/cancel")
            _wait(installation, command, "CANCELLED")
        installation.done("POST", f"/stacks/{identity}/delete", {})
    sample = Sample(adopted)
    row = [duration(sample.percentile(50)), duration(sample.percentile(99)), duration(max(adopted))]
    judged = [f"p99 < {duration(GOAL)}", verdict(sample.percentile(99) < GOAL)]
    return "\n\n".join(
        [
            (
                f"From `kill -9` of the worker, which is restarted immediately, until its command is `ADOPTED`; "
                f"{kills} times, at random moments of a command that waits for a job."
            ),
            table(["p50", "p99", "longest", "goal", ""], [[*row, *judged]]),
        ]
    )


def _waits_for_ever(name: str) -> str:
    return f"""\
name: {name}
services:
  job:
    image: {IMAGE}
    command: ["idle"]
    stop_grace_period: 1s
  after:
    image: {IMAGE}
    command: ["idle"]
    depends_on:
      job:
        condition: service_completed_successfully
"""


def _wait(installation: Installation, command: str, kind: str) -> dict[str, Any]:
    """Waits for an event of that kind."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        events = installation.request("GET", f"/commands/{command}/events?limit=200")["items"]
        for event in events:
            if event["kind"] == kind:
                found: dict[str, Any] = event
                return found
        time.sleep(0.01)
    raise BenchmarkError(f"command {command} was not {kind} within 60 s: {[e['kind'] for e in events]}")
