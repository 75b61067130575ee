"""Runs every attack on a server and prints the table: `python3 -m attack --server PATH`, in the folder `tests`.

Needs no engine and no network; takes about eight minutes. Ends with 1 if an attack succeeded.
"""

import argparse
import sys
from pathlib import Path

from . import (
    deployers,
    findings,
    many_services,
    memory,
    outcome,
    slow_clients,
    strangers,
    uploads,
    viewers,
)

COSTS = {
    "slow": slow_clients.attacks,
    "memory": memory.attacks,
    "many": many_services.attacks,
    "uploads": uploads.attacks,
}
RIGHTS = {
    "strangers": strangers.attacks,
    "viewers": viewers.attacks,
    "deployers": deployers.attacks,
}


def main() -> int:
    """Runs the chosen parts."""
    parser = argparse.ArgumentParser(prog="python3 -m attack", description=__doc__)
    parser.add_argument("--server", type=Path, default=Path("../target/debug/core-monitor-server"))
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(COSTS | RIGHTS)}; without one, all of them")
    chosen = parser.parse_args()
    unknown = [part for part in chosen.part if part not in COSTS | RIGHTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]}")
    failed = 0
    for parts, headings in ((COSTS, outcome.HEADINGS), (RIGHTS, findings.HEADINGS)):
        wanted = [part for part in chosen.part or parts if part in parts]
        if wanted:
            print(headings, flush=True)
        for part in wanted:
            for result in parts[part](chosen.server.resolve()):
                print(result.row(), flush=True)
                failed += not result.passed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
