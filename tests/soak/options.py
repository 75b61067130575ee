"""The command line."""

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """What a run does."""

    root: Path
    binaries: Path
    cycles: int
    parallel: int
    seed: int
    kills: bool
    shared: bool


def arguments() -> Options:
    """Parses the command line written by tests/soak-instances.sh."""
    parser = argparse.ArgumentParser(prog="soak-instances.sh", description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--cycles", type=_positive, default=1000)
    parser.add_argument("--parallel", type=_positive, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-kills", action="store_true")
    parser.add_argument("--shared", action="store_true")
    given = parser.parse_args()
    return Options(
        root=given.root,
        binaries=given.binaries.resolve(),
        cycles=given.cycles,
        parallel=given.parallel,
        seed=given.seed,
        kills=not given.no_kills,
        shared=given.shared,
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is not above 0")
    return number
