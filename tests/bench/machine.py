"""Describes the machine that was used."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from .setting import Setting

# With one busy benchmark, any load above this comes from other work.
QUIET_LOAD = 0.5


def facts(setting: Setting) -> str:
    """One paragraph for the document. Call this before measuring, which itself causes load."""
    load = os.getloadavg()[0]
    lines = [
        (
            f"{os.cpu_count()} cores ({_processor()}), {_memory()} GiB of memory, Linux {platform.release()}, "
            f"data on {_file_system(setting.folder)}."
        ),
        f"Engine {setting.engine.version()}, docker compose {setting.compose().version()}.",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit(setting.root)}.",
    ]
    if setting.quick:
        lines.append("**A trial run with few repeats: the figures are not meaningful.**")
    if load > QUIET_LOAD:
        lines.append(f"**The machine was not idle: load {load:.1f} before the run. Treat the ratios with caution.**")
    return "\n".join(lines)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _file_system(folder: Path) -> str:
    command = ["stat", "--file-system", "--format", "%T", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _commit(root: Path) -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout.strip()

    # The document itself changes with every run, which does not affect the results.
    changed = git("status", "--porcelain", "--", ".", ":!docs")
    return git("rev-parse", "--short", "HEAD") + (" with uncommitted changes" if changed else "")
