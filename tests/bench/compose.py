"""docker compose as people use it: one process per command."""

import os
import subprocess
from pathlib import Path

from .console import note
from .engine import MISCOUNTED
from .errors import BenchmarkError
from .stack import Stack


class Compose:
    """`docker compose` with its default configuration, but without progress output."""

    name = "docker compose"

    def __init__(self, binary: Path, folder: Path, engine_host: str) -> None:
        self._binary = binary
        self._folder = folder
        self._environment = os.environ | {"DOCKER_HOST": engine_host}

    def prepare(self, stack: Stack) -> None:
        """Writes the file."""
        self._file(stack).write_text(stack.compose_file())

    def apply(self, stack: Stack) -> None:
        """`up -d`, until the process exits."""
        self._run(stack, "up", "--detach")

    def remove(self, stack: Stack) -> None:
        """`down`."""
        try:
            self._run(stack, "down")
        except BenchmarkError as error:
            if MISCOUNTED not in str(error):
                raise
            note(f"{stack.name}: {MISCOUNTED}, and the engine will not release its network")
        self._file(stack).unlink()

    def version(self) -> str:
        """The version of the binary."""
        command = [str(self._binary), "version", "--short"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def _file(self, stack: Stack) -> Path:
        return self._folder / f"{stack.name}.yaml"

    def _run(self, stack: Stack, *words: str) -> None:
        command = [str(self._binary), "--progress", "quiet", "--file", str(self._file(stack)), *words]
        ended = subprocess.run(
            command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if ended.returncode != 0:
            said = ended.stderr.strip()
            raise BenchmarkError(f"docker compose {words[0]} exited with {ended.returncode}: {said}")
