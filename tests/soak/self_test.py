"""Tests of what decides whether a run is good."""

import io
import sqlite3
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from .leftovers import Snapshot, in_database, in_folder
from .ledger import Ledger
from .owner import LOST, lot, send
from .ports import Ports
from .report import report
from .templates import LIFETIMES, MARGINS, Template


class Poll:
    """One poll, and what was written as its answer."""

    def __init__(self) -> None:
        self.close_connection = False
        self.wfile = io.BytesIO()
        self.head: list[object] = []

    def send_response(self, status: int) -> None:
        """Notes the status."""
        self.head.append(status)

    def send_header(self, name: str, value: str) -> None:
        """Notes a header."""
        self.head.append(f"{name}: {value}")

    def end_headers(self) -> None:
        """Nothing to note."""


class OwnerLists(unittest.TestCase):
    """What an owner answers."""

    def answered(self, way: str | None) -> tuple[list[object], bytes]:
        """The head and the body."""
        poll = Poll()
        send(poll, way, b'["a", "bc"]')  # type: ignore[arg-type]
        return poll.head, poll.wfile.getvalue()

    def test_a_lost_answer_is_no_list(self) -> None:
        """A good one would make the run prove less than it says."""
        self.assertEqual(self.answered(None), ([200, "Content-Length: 11"], b'["a", "bc"]'))
        self.assertEqual(self.answered("half of the list"), ([200, "Content-Length: 11"], b'["a",'))
        self.assertEqual(self.answered("half without a length"), ([200], b'["a",'))
        self.assertEqual(self.answered("status 500")[0][0], 500)
        self.assertEqual(self.answered("hung up"), ([], b""))

    def test_every_way_is_drawn(self) -> None:
        """As often as it says."""
        drawn = [lot(number) for number in range(100)]
        self.assertEqual({way: drawn.count(way) for way in LOST}, LOST)
        self.assertGreater(drawn.count(None), 50)


class Comparisons(unittest.TestCase):
    """What is left is found."""

    def test_what_is_lost_and_left(self) -> None:
        """Of all kinds, or only what carries a name."""
        before, after = Snapshot(volumes={"a", "x-1"}), Snapshot(volumes={"x-2", "b"})
        self.assertEqual(before.lost_and_left(after), {"volumes": ({"a", "x-1"}, {"x-2", "b"})})
        self.assertEqual(before.lost_and_left(after, "x-"), {"volumes": ({"x-1"}, {"x-2"})})

    def test_rows_that_are_no_history(self) -> None:
        """A stack counts until it is deleted."""
        with tempfile.TemporaryDirectory() as folder:
            database = sqlite3.connect(Path(folder) / "core-monitor.db")
            for statement in ("stack (deleted_at)", "template (deleted_at)", "command (status)", "host_port (port)", "audit (id)"):
                database.execute(f"CREATE TABLE {statement}")
            database.execute("INSERT INTO stack VALUES (NULL), (1)")
            database.execute("INSERT INTO host_port VALUES (8080)")
            database.commit()
            database.close()
            rows = in_database(Path(folder))
            (Path(folder) / "stacks" / "one").mkdir(parents=True)
            files = in_folder(Path(folder))
        expected = {"host_port": 1, "stack that is not deleted": 1, "template that is not deleted": 0, "command that is open": 0}
        self.assertEqual(rows, expected)
        self.assertEqual(files, {"stacks": {"one"}, "artifacts": set()})


class Invariants(unittest.TestCase):
    """What must hold during a run."""

    def test_a_port_has_one_owner(self) -> None:
        """Unless the other one has just lost it."""
        ports, first, second = Ports(), ("t", "a"), ("t", "b")
        self.assertIsNone(ports.given(8000, first, lambda *_: True))
        self.assertIsNone(ports.given(8000, first, lambda *_: True))
        self.assertEqual(ports.given(8000, second, lambda *_: True), first)
        self.assertIsNone(ports.given(8000, first, lambda *_: False))
        ports.free(first)
        self.assertIsNone(ports.given(8000, second, lambda *_: True))

    def test_every_way_has_its_margin(self) -> None:
        """And names stay short enough for a stack."""
        self.assertEqual(set(LIFETIMES), set(MARGINS))
        longest = max(len(Template("soak4194304", way, "shared", 1).name) for way in LIFETIMES)
        self.assertLessEqual(longest, 40)

    def test_a_fault_counts_once(self) -> None:
        """And the figures say so."""
        ledger = Ledger()
        with unittest.mock.patch("soak.ledger.note"):
            ledger.fault("x")
            ledger.fault("x")
        ledger.count("lost polls: down", 3)
        shown = " ".join(report(ledger, 1.4, {"volumes": 2}).split())
        for row in ("| faults | 1 |", "| lost polls: down | 3 |", "| left: volumes | 2 |", "| seconds | 1 |"):
            self.assertIn(row, shown)


if __name__ == "__main__":
    unittest.main()
