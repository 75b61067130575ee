"""Runs the cycles, compares what there was before with what there is after, and prints the figures."""

import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.console import note, say
from bench.engine import Engine
from bench.errors import BenchmarkError
from bench.installation import Installation

from . import leftovers
from .api import Api
from .cycle import Cycle, Keeper, World
from .errors import SoakError
from .killer import Killer
from .ledger import Ledger
from .options import Options, arguments
from .owner import Owner
from .ports import Ports
from .queue_watch import QueueWatch, settled
from .report import report
from .templates import PORTS, Template, all_templates, shared_network

# How long the end may take: what is still open, and what is still to be cleaned up.
LAST = 180.0


def main() -> int:
    """Returns 0 if nothing was wrong and nothing is left."""
    # On a signal, the run still stops its programs and removes what it has on the engine.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options, ledger = arguments(), Ledger()
    engine = Engine(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock")
    scratch = options.root / ".run" / "soak"
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=scratch))
    prefix = f"soak{os.getpid()}"
    say(f"{options.cycles} cycles, {options.parallel} at a time, seed {options.seed}; logs in {folder}")
    before, begun, left = leftovers.on_engine(engine), time.monotonic(), dict[str, int]()
    try:
        with shared(engine, prefix):
            left |= soak(options, ledger, engine, folder, prefix)
        left |= engine_left(options, ledger, engine, before, prefix)
    except (SoakError, BenchmarkError) as error:
        ledger.fault(str(error))
    finally:
        clean(engine, prefix)
        print(report(ledger, time.monotonic() - begun, left), flush=True)
    if ledger.faults:
        for fault in ledger.faults:
            print(f"fault: {fault}", file=sys.stderr)
        print(f"error: {len(ledger.faults)} faults\n  see the logs in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


def soak(options: Options, ledger: Ledger, engine: Engine, folder: Path, prefix: str) -> dict[str, int]:
    """The installation from its start to its end. Returns how much is left in its files."""
    data = folder / "data"
    with Installation(options.binaries, data, engine.host) as installation, Owner(options.seed, ledger) as owner:
        world = World(Api(installation, ledger), owner, Ports(), ledger)
        rows, files = leftovers.in_database(data), leftovers.in_folder(data)
        templates = save_templates(world, prefix)
        with Killer(installation, options.seed, options.kills, ledger) as killer, QueueWatch(world.api, ledger, options.cycles):
            keepers = [Keeper(world, one, "kept", 0) for one in templates if one.way != "aged"]
            for keeper in keepers:
                keeper.settle()
            run_cycles(options, world, engine, templates, keepers)
            killer.stop()
            for keeper in keepers:
                keeper.check()
                keeper.remove()
            for template in templates:
                world.api.ask("DELETE", f"/templates/{template.name}", expected=(200, 204, 404))
            if not awaited(lambda: settled(world.api, ledger)):
                raise SoakError(f"commands are open {LAST:.0f} s after the last cycle")
    # Both programs have ended, so nothing changes any more.
    return files_left(ledger, data, rows, files)


def save_templates(world: World, prefix: str) -> list[Template]:
    """Saves all templates, with a list of keys each that is asked for every second."""
    templates = all_templates(prefix, free_range())
    for template in templates:
        world.api.ask("POST", "/templates", template.definition(), (200, 201))
        source = {"url": world.owner.url(template.name), "every_seconds": 1}
        world.api.ask("PUT", f"/templates/{template.name}/keys", source, (200, 201, 204))
    return templates


def run_cycles(options: Options, world: World, engine: Engine, templates: list[Template], keepers: list[Keeper]) -> None:
    """All cycles, some at a time, in an order that the seed decides."""
    dice = random.Random(options.seed)
    drawn = [(dice.choice(templates), f"k{number:05}", dice.random()) for number in range(1, options.cycles + 1)]

    def cycle(template: Template, key: str, seed: float) -> None:
        Cycle(world, template, key, hash(seed)).run()
        prefix = f"/{template.prefix}-"
        names = [name for one in engine.call("GET", "/containers/json?all=1") for name in one["Names"]]
        world.ledger.peak("containers", sum(name.startswith(prefix) for name in names))
        if dice.random() < 0.1:
            for keeper in keepers:
                keeper.check()

    with ThreadPoolExecutor(options.parallel) as pool:
        for done in [pool.submit(cycle, *one) for one in drawn]:
            try:
                done.result()
            except (SoakError, BenchmarkError, OSError) as error:
                world.ledger.fault(str(error))


def awaited(reached: Callable[[], bool]) -> bool:
    """Whether it comes true within the time for the end."""
    deadline = time.monotonic() + LAST
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(1)
    return True


def files_left(ledger: Ledger, data: Path, rows: dict[str, int], files: leftovers.Snapshot) -> dict[str, int]:
    """Compares the database and the data folder."""
    later = leftovers.in_database(data)
    changed = {table: (rows.get(table, 0), count) for table, count in later.items() if rows.get(table, 0) != count}
    for table, (was, is_now) in changed.items():
        ledger.fault(f"the database had {was} rows of `{table}` and has {is_now}")
    more = 0
    for kind, (lost, left) in files.lost_and_left(leftovers.in_folder(data)).items():
        more += len(left)
        for name in sorted(lost | left):
            ledger.fault(f"{'lost' if name in lost else 'left'} in the data folder: {kind}/{name}")
    return {"rows": sum(max(is_now - was, 0) for was, is_now in changed.values()), "files": more}


def engine_left(options: Options, ledger: Ledger, engine: Engine, before: leftovers.Snapshot, prefix: str) -> dict[str, int]:
    """Compares the engine. What others have made or removed meanwhile counts unless they were expected."""
    compared = before.lost_and_left(leftovers.on_engine(engine), prefix if options.shared else None)
    for kind, (lost, left) in compared.items():
        for name in sorted(lost | left):
            ledger.fault(f"{'lost' if name in lost else 'left'} on the engine: {kind} {name}")
    return {kind: len(left) for kind, (_, left) in compared.items()}


@contextmanager
def shared(engine: Engine, prefix: str) -> Iterator[None]:
    """The network that instances share."""
    name = shared_network(prefix)
    engine.call("POST", "/networks/create", {"Name": name, "CheckDuplicate": True})
    try:
        yield
    finally:
        for one in engine.call("GET", "/networks"):
            if one["Name"] == name:
                try:
                    engine.call("DELETE", f"/networks/{one['Id']}")
                except BenchmarkError as error:
                    # What is still in it is found when the engine is compared.
                    note(str(error))


def clean(engine: Engine, prefix: str) -> None:
    """Removes what a run that was interrupted or failed has left on the engine."""
    for project in engine.projects(f"{prefix}-"):
        engine.remove_project(project)
    for volume in engine.call("GET", "/volumes")["Volumes"] or []:
        if volume["Name"].startswith(f"{prefix}-"):
            engine.call("DELETE", f"/volumes/{volume['Name']}")
    for network in engine.call("GET", "/networks"):
        if network["Name"] == shared_network(prefix):
            engine.call("DELETE", f"/networks/{network['Id']}")


def free_range() -> int:
    """The first of as many ports in a row that nobody uses, below those that the kernel gives to connections."""
    for first in range(20000 + os.getpid() % 50 * 100, 32000, 100):
        if all(is_free(port) for port in range(first, first + PORTS)):
            return first
    raise SoakError(f"this machine has no {PORTS} free ports in a row from 20000 to 32000")


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
