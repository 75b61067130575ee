"""Benchmark programs of the workspace."""

import subprocess
from pathlib import Path

from .errors import BenchmarkError


def build_example(root: Path, package: str, name: str) -> None:
    """Builds an example in release mode, next to the programs."""
    command = ["cargo", "build", "--quiet", "--release", "--locked", "--package", package, "--example", name]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise BenchmarkError(f"the example {name} does not build: {ended.stderr.strip()}")


def example(root: Path, package: str, name: str, *arguments: str) -> str:
    """Runs a release build of an example and returns its output."""
    command = ["cargo", "run", "--quiet", "--release", "--locked", "--package", package, "--example", name]
    ended = subprocess.run([*command, "--", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise BenchmarkError(f"the example {name} exited with {ended.returncode}: {ended.stderr.strip()}")
    return ended.stdout.strip()
