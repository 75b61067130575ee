"""Runs the requested benchmarks, prints the results, and writes them into docs/benchmarks.md."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import access, apply, container_statistics, deploy, guesses, instances, logs, machine, memory, overview, people, planner, preview, queue_latency, reading, reapply, recovery, terminal
from .console import say
from .document import write_section
from .engine import Engine
from .errors import BenchmarkError
from .setting import Setting

PARTS: dict[str, Callable[[Setting], str]] = {
    "apply": apply.measure,
    "reapply": reapply.measure,
    "queue": queue_latency.measure,
    "planner": planner.measure,
    "overview": overview.measure,
    "compose": reading.measure,
    "memory": memory.measure,
    "logs": logs.measure,
    "recovery": recovery.measure,
    "terminal": terminal.measure,
    "statistics": container_statistics.measure,
    "deploy": deploy.measure,
    "preview": preview.measure,
    "instances": instances.measure,
    "access": access.measure,
    "people": people.measure,
    "guesses": guesses.measure,
}


def main() -> int:
    """Returns 0 if everything was measured, whatever the results: a slow machine is not a defect."""
    # On a signal, the run still stops its programs and removes its containers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given = arguments()
    scratch = given.root / ".run" / "bench"
    scratch.mkdir(parents=True, exist_ok=True)
    setting = Setting(
        root=given.root,
        binaries=given.binaries,
        folder=Path(tempfile.mkdtemp(prefix="run-", dir=scratch)),
        engine=Engine(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"),
        compose_binary=given.compose,
        prefix=f"bench{os.getpid()}x",
        quick=given.quick,
    )
    sections = []
    try:
        facts = machine.facts(setting)
        for part in given.parts or PARTS:
            section = f"{PARTS[part](setting)}\n\n{facts}"
            sections.append(section)
            if not given.quick:
                write_section(given.root / "docs" / "benchmarks.md", part, section)
    except BenchmarkError as error:
        print(f"error: {error}\n  see the logs in {setting.folder}", file=sys.stderr)
        return 1
    finally:
        setting.clean()
        # Show what was measured even if the next part failed.
        print("\n\n".join(sections))
    shutil.rmtree(setting.folder)
    missed = sum(section.count("**not met**") for section in sections)
    say(f"goals not met: {missed}")
    return 0


def arguments() -> argparse.Namespace:
    """Parses the command line written by run.sh."""
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--compose", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    # argparse also checks the empty list of "no parts" against the choices.
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
