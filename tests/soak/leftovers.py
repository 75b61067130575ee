"""What is on the engine, in the database and in the data folder, to be compared before and after."""

import sqlite3
from pathlib import Path

from bench.engine import Engine

KINDS = ("containers", "networks", "volumes", "images")
# What these tables keep is history: what was done, and the names and versions of what is deleted.
HISTORY = frozenset(
    "audit blob command command_attachment command_event command_total plan record_file recorded_command stack stack_file "
    "stack_object stack_version statistics_block template template_file template_version".split()
)
# Rows that are there or not, whatever was done to instances.
OF_PROGRAMS = frozenset("alert alert_watch on_demand_gateway release session worker_lease".split())


class Snapshot(dict[str, set[str]]):
    """The names of what is there, by kind."""

    def lost_and_left(self, later: "Snapshot", only: str | None = None) -> dict[str, tuple[set[str], set[str]]]:
        """By kind what is gone and what has come since; of everything or of what carries a word in its name."""
        return {kind: (of(self[kind] - later[kind], only), of(later[kind] - self[kind], only)) for kind in self}


def of(names: set[str], only: str | None) -> set[str]:
    """Those that carry the word."""
    return {name for name in names if only is None or only in name}


def on_engine(engine: Engine) -> Snapshot:
    """Everything on the engine, by id and name."""
    volumes = engine.call("GET", "/volumes")["Volumes"] or []
    return Snapshot(
        containers={f"{one['Id'][:12]} {' '.join(one['Names'])}" for one in engine.call("GET", "/containers/json?all=1")},
        networks={f"{one['Id'][:12]} {one['Name']}" for one in engine.call("GET", "/networks")},
        volumes={str(one["Name"]) for one in volumes},
        images={f"{one['Id'][7:19]} {' '.join(sorted(one['RepoTags'] or ()))}" for one in engine.call("GET", "/images/json?all=1")},
    )


def in_database(folder: Path) -> dict[str, int]:
    """How many rows each table has that is no history, and those of stacks and templates that are not deleted."""
    with sqlite3.connect(f"file:{folder / 'core-monitor.db'}?mode=ro", uri=True, timeout=30) as database:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = [str(row[0]) for row in database.execute(tables)]
        rows = {name: _count(database, name) for name in names if name not in HISTORY | OF_PROGRAMS}
        for name in ("stack", "template"):
            rows[f"{name} that is not deleted"] = _count(database, f"{name} WHERE deleted_at IS NULL")
        rows["command that is open"] = _count(database, "command WHERE status IN ('PENDING', 'RUNNING')")
    database.close()
    return rows


def _count(database: sqlite3.Connection, what: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


def in_folder(folder: Path) -> Snapshot:
    """The folders of stacks, the records of their files, and artifacts."""
    found = Snapshot({name: _below(folder / name) for name in ("stacks", "artifacts")})
    # The folder of the records stays; a record in it would not be this name.
    found["stacks"].discard(".written")
    return found


def _below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} if folder.is_dir() else set()
