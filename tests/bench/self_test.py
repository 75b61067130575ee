"""Tests of the code that turns results into the document."""

import unittest
from pathlib import Path

from .access import section as access_section
from .apply import results
from .document import replace_section
from .errors import BenchmarkError
from .guesses import section as guesses_section
from .instances import section as instances_section
from .measure import Sample, duration, ratio
from .overview import section as overview_section
from .people import section as people_section
from .planner import section as planner_section
from .preview import section as preview_section
from .stack import Stack
from .table import table
from .timestamps import seconds

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"


class Figures(unittest.TestCase):
    """Numbers."""

    def test_percentiles_are_measured_values(self) -> None:
        """The nearest rank, never an interpolated value."""
        sample = Sample([float(number) for number in range(200, 0, -1)])
        self.assertEqual((sample.percentile(50), sample.percentile(99), sample.percentile(100)), (100, 198, 200))
        self.assertEqual(Sample([3.0]).percentile(99), 3.0)

    def test_durations_keep_three_digits(self) -> None:
        """In milliseconds as long as that is readable."""
        shown = [duration(value) for value in (0.00061, 0.0119, 0.4337, 12.34)]
        self.assertEqual(shown, ["0.61 ms", "11.9 ms", "434 ms", "12.3 s"])
        self.assertEqual(ratio(1.5, 2.0), "0.75x")

    def test_instants_of_any_precision(self) -> None:
        """The API writes up to three fractional digits, the engine nine."""
        texts = ("2026-01-26T10:00:00Z", "2026-01-26T10:00:00.01Z", "2026-01-26T10:00:00.123456789Z")
        self.assertEqual([round(seconds(text) - seconds(texts[0]), 6) for text in texts], [0, 0.01, 0.123457])


class Verdicts(unittest.TestCase):
    """A goal counts as met only if it is."""

    def check_apply(self, own: float, compose: float, expected: str) -> None:
        """With a baseline of one second."""
        names = ["floor", "own", "compose"]
        durations = {(10, "floor"): [1.0], (10, "own"): [own], (10, "compose"): [compose]}
        self.assertIn(f"| {expected} |", " ".join(results(durations, names).split()))

    def test_an_apply_must_beat_both(self) -> None:
        """Close to the engine, and faster than docker compose."""
        self.check_apply(1.05, 1.2, "met")
        self.check_apply(1.06, 1.2, "**not met**")
        self.check_apply(1.04, 1.04, "**not met**")

    def check_planner(self, last_row: str, fast: str, linear: str) -> None:
        """The output of the example with this last row."""
        first = "| services | first | again |\n| ---: | ---: | ---: |\n| 1000 | 5.0 ms | 2.0 ms |"
        text = planner_section(f"{first}\n| 10000 | {last_row} |")
        self.assertIn(f"| < 100 ms | {fast} |", " ".join(text.split()))
        self.assertTrue(text.endswith(f": {linear}."), text)

    def test_a_planner_must_be_fast_and_linear(self) -> None:
        """Every column counts."""
        self.check_planner("60.0 ms | 20.0 ms", "met", "met")
        self.check_planner("99.0 ms | 20.0 ms", "met", "**not met**")
        self.check_planner("60.0 ms | 101.0 ms", "**not met**", "**not met**")


    def test_every_request_of_the_overview_has_the_goal(self) -> None:
        """Also those after the first."""
        text = overview_section("| request | 9 stacks |\n| --- | ---: |\n| first | 299.9 ms |\n| next | 300.0 ms |")
        self.assertIn("| first | 299.9 ms | < 300 ms | met | | next | 300.0 ms | < 300 ms | **not met** |", " ".join(text.split()))

    def test_the_slowest_lists_count(self) -> None:
        """One of a hundred is enough to miss the goal."""
        fast, slow = Sample([0.01] * 100), Sample([0.01] * 98 + [0.02] * 2)
        text = " ".join(instances_section({("queued", "a"): fast, ("quiet", "a"): slow}, 1000).split())
        self.assertIn("| 10.0 ms | 10.0 ms | p99 < 20.0 ms | met |", text)
        self.assertIn("| 10.0 ms | 20.0 ms | p99 < 20.0 ms | **not met** |", text)
        self.assertIn("the whole list is 5 requests", text)

    def test_what_a_token_costs_is_the_difference(self) -> None:
        """To the request of nobody, at each percentile."""
        samples = {"nobody": Sample([0.001]), "cheap": Sample([0.00109]), "dear": Sample([0.0012])}
        text = " ".join(access_section(samples).split())
        self.assertIn("| nobody | 1.00 ms | 1.00 ms | | | | |", text)
        self.assertIn("| cheap | 1.09 ms | 1.09 ms | 0.09 ms | 0.09 ms | p99 < 0.10 ms more | met |", text)
        self.assertIn("| dear | 1.20 ms | 1.20 ms | 0.20 ms | 0.20 ms | p99 < 0.10 ms more | **not met** |", text)

    def test_every_page_has_the_goal(self) -> None:
        """Also those in the middle."""
        text = " ".join(people_section({("/users", "first"): Sample([0.0199]), ("/audit", "middle"): Sample([0.02])}, 10, 20).split())
        self.assertIn("| `GET /users` | first | 19.9 ms | 19.9 ms | p99 < 20.0 ms | met |", text)
        self.assertIn("| `GET /audit` | middle | 20.0 ms | 20.0 ms | p99 < 20.0 ms | **not met** |", text)
        self.assertIn("10 users and 20 entries", text)

    def test_only_what_is_read_beside_guesses_has_the_goal(self) -> None:
        """And all guesses are counted."""
        path = "/api/v1/stacks"
        samples = {("nothing", path): Sample([0.06]), ("the guesses", path): Sample([0.05])}
        text = " ".join(guesses_section(samples, {"429": 1990, "401": 10}, 2.0).split())
        self.assertIn(f"| `GET {path}` | nothing | 60.0 ms | 60.0 ms | | |", text)
        self.assertIn(f"| `GET {path}` | the guesses | 50.0 ms | 50.0 ms | p99 < 50.0 ms | **not met** |", text)
        self.assertIn("2000 guesses in 2000 ms, 1000 a second", text)
        self.assertIn("10 with 401, 1990 with 429", text)

    def test_a_preview_is_compared_at_every_percentile(self) -> None:
        """With the one by hand in the same network."""
        samples = {(kind, side): Sample([time]) for kind in ("shared", "own") for side, time in (("own", 0.6), ("hand", 0.5))}
        self.assertIn("| 600 ms | 600 ms | 600 ms | 1.20x | 1.20x | 1.20x |", " ".join(preview_section(samples, 1).split()))


class Texts(unittest.TestCase):
    """Markdown."""

    def test_columns_line_up(self) -> None:
        """Columns also line up in the source."""
        self.assertEqual(table(["a", "bb"], [["ccc", "d"]]), "| a   | bb |\n| --- | -- |\n| ccc | d  |")

    def test_a_section_replaces_only_itself(self) -> None:
        """Any content, including backslashes."""
        text = "head\n<!-- x: written by tests/bench/run.sh -->\nold\n<!-- end of x -->\ntail\n"
        once = replace_section(text, "x", r"new \1")
        self.assertEqual(once, text.replace("\nold\n", "\n\nnew \\1\n\n"))
        self.assertEqual(replace_section(once, "x", r"new \1"), once)
        with self.assertRaises(BenchmarkError):
            replace_section(text, "y", "new")

    def test_the_document_has_every_section(self) -> None:
        """Otherwise ten minutes of measuring would end with an error."""
        text = DOCUMENT.read_text()
        for part in ("apply", "reapply", "queue", "planner", "overview", "memory", "recovery", "statistics", "preview", "instances", "access", "people", "guesses"):
            replace_section(text, part, "")

    def test_the_compose_file(self) -> None:
        """The compose file for Core Monitor and docker compose."""
        expected = """\
name: b1
services:
  s01:
    image: test/busybox:1
    command: ["idle"]
    stop_grace_period: 1s
    networks: [bench]
networks:
  bench: {}
"""
        self.assertEqual(Stack("b1", 1).compose_file(), expected)


if __name__ == "__main__":
    unittest.main()
