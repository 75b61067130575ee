"""The figures of a run as a table."""

from bench.table import table

from .leftovers import KINDS
from .ledger import Ledger


def report(ledger: Ledger, took: float, left: dict[str, int]) -> str:
    """What was done, what got in the way, and what is left."""
    lists = ledger.counted("lists delivered")
    rows = [
        ["cycles", str(ledger.counted("cycles"))],
        ["seconds", f"{took:.0f}"],
        ["instances that served", str(ledger.counted("instances that served"))],
        ["too old before they served", str(ledger.counted("too old before they served"))],
        *([f"removed: {way}", str(number)] for way, number in ledger.counts("removed: ").items()),
        ["longest from due to gone", f"{ledger.highest('seconds until gone'):.1f} s"],
        *([f"kills of the {program}", str(number)] for program, number in ledger.counts("kills: ").items()),
        ["requests sent again", str(ledger.counted("requests sent again"))],
        ["lists delivered", str(lists)],
        *([f"lost polls: {way}", str(number)] for way, number in ledger.counts("lost polls: ").items()),
        ["most containers at once", f"{ledger.highest('containers'):.0f}"],
        *([f"most memory of the {program}", f"{ledger.highest(f'MiB of the {program}'):.1f} MiB"] for program in ("server", "worker")),
        *([f"left: {kind}", str(left[kind])] for kind in [*KINDS, "rows", "files"] if kind in left),
        ["faults", str(len(ledger.faults))],
    ]
    return table(["what", "figure"], rows)
