"""Runs every attack on a server and prints the table: `python3 -m attack --server PATH`, in the folder `tests`.

Needs no engine and no network; takes about five minutes. Ends with 1 if an attack succeeded.
"""

import argparse
import sys
from pathlib import Path

from . import many_services, memory, slow_clients, uploads
from .outcome import HEADINGS

PARTS = {
    "slow": slow_clients.attacks,
    "memory": memory.attacks,
    "many": many_services.attacks,
    "uploads": uploads.attacks,
}


def main() -> int:
    """Runs the chosen parts."""
    parser = argparse.ArgumentParser(prog="python3 -m attack", description=__doc__)
    parser.add_argument("--server", type=Path, default=Path("../target/debug/core-monitor-server"))
    parser.add_argument("part", nargs="*", help="slow, memory, many or uploads; without one, all of them")
    chosen = parser.parse_args()
    unknown = [part for part in chosen.part if part not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]}")
    print(HEADINGS)
    failed = 0
    for part in chosen.part or PARTS:
        for outcome in PARTS[part](chosen.server.resolve()):
            print(outcome.row(), flush=True)
            failed += not outcome.passed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
