"""Shared by all parts."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .compose import Compose
from .engine import Engine
from .floor import Floor
from .installation import Installation
from .stack import Stack


@dataclass
class Setting:
    """The engine, the programs, a folder for the files of this run, and unique names."""

    root: Path
    binaries: Path
    folder: Path
    engine: Engine
    compose_binary: Path
    prefix: str
    quick: bool
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def installation(self) -> Iterator[Installation]:
        """Server and worker with an empty database."""
        folder = self.folder / f"data-{next(self._numbers)}"
        with Installation(self.binaries, folder, self.engine.host) as installation:
            yield installation

    def floor(self) -> Floor:
        """The engine alone."""
        return Floor(self.engine)

    def compose(self) -> Compose:
        """docker compose."""
        return Compose(self.compose_binary, self.folder, self.engine.host)

    def stack(self, size: int) -> Stack:
        """A stack with a new name."""
        return Stack(f"{self.prefix}{next(self._numbers)}", size)

    def repeats(self, full: int) -> int:
        """The number of repeats; one or two are enough to test the benchmark itself."""
        return min(full, 2) if self.quick else full

    def clean(self) -> None:
        """Removes objects that an interrupted run left on the engine."""
        for project in self.engine.projects(self.prefix):
            self.engine.remove_project(project)
