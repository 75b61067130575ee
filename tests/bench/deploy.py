"""An artifact of 100 MB into a running container, beside `docker cp` and the activation."""

import os
import subprocess
import time
from pathlib import Path

from .console import note, say
from .errors import BenchmarkError
from .installation import Installation
from .measure import Sample, ratio, verdict
from .setting import Setting
from .table import table

MIB = 100
RUNS = 5
GOAL = 1.3
TARGET = "/app/app.bin"


def measure(setting: Setting) -> str:
    """The section of the document."""
    mib, runs = (5, 2) if setting.quick else (MIB, RUNS)
    name = f"{setting.prefix}deploy"
    deployed, copied = [], []
    with setting.installation() as installation:
        stack = installation.save(_compose_file(name))
        installation.done("POST", f"/stacks/{stack}/apply/1")
        container = setting.engine.containers(name)[0]["Id"]
        try:
            for run in range(runs + 1):
                path = setting.folder / f"artifact-{run}"
                # Every time another one: the same would be stored and there already.
                path.write_bytes(os.urandom(mib << 20))
                ours, theirs = _deploy(installation, stack, path), _copy(setting, container, path)
                path.unlink()
                # The first is for the caches of both.
                if run > 0:
                    deployed.append(ours)
                    copied.append(theirs)
                    note(f"DEPLOY {ours:.2f} s, docker cp {theirs:.2f} s")
        finally:
            setting.engine.remove_project(name)
    return _section(mib, Sample(deployed), Sample(copied))


def _compose_file(name: str) -> str:
    return f"""
name: {name}
services:
  app:
    image: test/busybox:1
    command: [sh, -c, 'trap : HUP; while :; do sleep 1; done']
    stop_grace_period: 0s
    x-core-monitor:
      deploy:
        app: {{ target: /app/, as: app.bin, activate: {{ signal: HUP }} }}
"""


def _deploy(installation: Installation, stack: str, path: Path) -> float:
    """From the request, with the file in its body, until the command is `DONE`."""
    say(f"DEPLOY of {path.name}")
    began = time.monotonic()
    command = installation.upload(f"/stacks/{stack}/deploy?service=app&slot=app&file_name=app.bin&wait=300", path)
    took = time.monotonic() - began
    if command["status"] != "DONE":
        raise BenchmarkError(f"the DEPLOY is {command['status']}: {command['failure']}")
    return took


def _copy(setting: Setting, container: str, path: Path) -> float:
    """The same with the client of Docker: copy, then the signal."""
    docker = ["docker", "--host", setting.engine.host]
    began = time.monotonic()
    subprocess.run([*docker, "cp", str(path), f"{container}:{TARGET}"], check=True, capture_output=True)
    subprocess.run([*docker, "kill", "--signal", "HUP", container], check=True, capture_output=True)
    return time.monotonic() - began


def _section(mib: int, deployed: Sample, copied: Sample) -> str:
    share = deployed.median / copied.median
    rows = [
        ["`DEPLOY`, from the request to `DONE`", str(deployed), ratio(deployed.median, copied.median), f"{GOAL}x", verdict(share <= GOAL)],
        ["`docker cp`, then `docker kill --signal HUP`", str(copied), "1.00x", "", ""],
    ]
    return "\n\n".join(
        [
            (
                f"An artifact of {mib} MiB that is new each time, into a running container, activated by a signal. Medians of "
                f"{len(deployed.seconds)} runs, with the fastest and the slowest. The `DEPLOY` sends the file to the server, which "
                "stores it durably under its SHA-256 and saves a version; the worker puts it in, signals, and looks at the result."
            ),
            table(["", "time", "beside `docker cp`", "goal", ""], rows),
        ]
    )
