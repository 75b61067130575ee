"""Loading compose files: compared with docker compose as a process, within a process, and by size."""

import os
import statistics
import subprocess
import time
from pathlib import Path

from compare import cases

from .cargo import build_example, example
from .console import say
from .errors import BenchmarkError
from .measure import Sample, duration, ratio, verdict
from .setting import Setting
from .table import table

# A folder of projects that each have a `compose.yml`; by default the project's own test cases.
CORPUS = "CORE_MONITOR_BENCH_CORPUS"
SLACK = 1.5


def measure(setting: Setting) -> str:
    """The section of the document."""
    say("loading compose files")
    corpus, what = _corpus(setting)
    ours = setting.binaries / "examples" / "compose-config"
    printed = example(setting.root, "core-monitor-compose", "load_speed", str(corpus))
    build_example(setting.root, "core-monitor-compose", "compose-config")
    theirs, mine = _processes(setting, corpus, ours)
    return section(printed, what, theirs, mine)


def section(printed: str, what: str, theirs: Sample, mine: Sample) -> str:
    """The results with their goals."""
    files, sizes, peak = _parse(printed)
    per_kib = [micros / (bytes_ / 1024) for _, bytes_, micros in files]
    total, spent = sum(bytes_ for _, bytes_, _ in files) / 1024, sum(micros for *_, micros in files)
    processes = table(
        ["one process per file", "median (fastest to slowest file)", "to docker compose", "goal", ""],
        [
            ["docker compose config", str(theirs), "1.00x", "", ""],
            ["compose-config", str(mine), ratio(mine.median, theirs.median), "< 1x", verdict(mine.median < theirs.median)],
        ],
    )
    inside = (
        f"Within a process: {len(files)} {what}, {total:.0f} KiB, {spent / 1000:.1f} ms in total, "
        f"{spent / total:.0f} microseconds per KiB; per file median {statistics.median(per_kib):.0f}, maximum {max(per_kib):.0f}, "
        f"slowest file {duration(max(micros for *_, micros in files) / 1e6)}."
    )
    rows = [
        [str(size), f"{bytes_ / 1024:.0f} KiB", duration(micros / 1e6), f"{micros / size:.1f}", f"{micros / (bytes_ / 1024):.0f}"]
        for size, bytes_, micros in sizes
    ]
    growth = (sizes[-1][2] / sizes[-1][0]) / (sizes[1][2] / sizes[1][0])
    return "\n\n".join(
        [
            processes,
            inside,
            table(["services", "file", "time", "microseconds per service", "microseconds per KiB"], rows),
            f"Scaling: with {sizes[-1][0]} services, each takes {growth:.2f}x as long as with {sizes[1][0]}, goal <= {SLACK}x: "
            f"{verdict(growth <= SLACK)}. Peak memory of the process: {peak / 1024:.0f} MiB.",
        ]
    )


def _corpus(setting: Setting) -> tuple[Path, str]:
    given = os.environ.get(CORPUS)
    if given:
        return Path(given), "files of real projects"
    folder = setting.folder / "corpus"
    for case in cases.read(setting.root / "crates/compose/tests/cases"):
        name = "-".join(case.path.with_suffix("").parts[-2:])
        for path, text in case.files().items():
            # Cases with paths outside the folder test their rejection; these files are not written.
            if ".." not in path and not path.startswith("/"):
                file = folder / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
    return folder, "cases of this project"


def _names(corpus: Path) -> list[str]:
    names = sorted(path.name for path in corpus.iterdir() if (path / "compose.yml").is_file())
    if not names:
        raise BenchmarkError(f"no project found in {corpus}")
    return names


def _processes(setting: Setting, corpus: Path, ours: Path) -> tuple[Sample, Sample]:
    """Runs both programs on each file in turn; invalid files count as well."""
    theirs, mine = [], []
    for name in _names(corpus)[: 10 if setting.quick else None]:
        file = str(corpus / name / "compose.yml")
        compose = [str(setting.compose_binary), "-f", file, "-p", "speed", "config", "--format", "json"]
        reader = [str(ours), file, "--project-name", "speed", "--home", "/home/me"]
        runs = [(_run(compose), _run(reader)) for _ in range(setting.repeats(3))]
        theirs.append(statistics.median(run[0] for run in runs))
        mine.append(statistics.median(run[1] for run in runs))
    return Sample(theirs), Sample(mine)


def _run(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
    return time.perf_counter() - start


def _parse(printed: str) -> tuple[list[tuple[str, int, float]], list[tuple[int, int, float]], int]:
    try:
        first, second, last = printed.split("\n\n")
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in first.splitlines()[2:]]
        files = [(name, int(size), float(micros)) for name, size, micros in rows]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in second.splitlines()[2:]]
        sizes = [(int(count), int(size), float(micros)) for count, size, micros in rows]
        return files, sizes, int(last.split()[1])
    except (ValueError, IndexError) as error:
        raise BenchmarkError(f"unexpected output of load_speed: {printed[:200]}") from error
