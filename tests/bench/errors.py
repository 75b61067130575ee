"""The error type of the benchmarks."""


class BenchmarkError(Exception):
    """A benchmark cannot run, or did not measure what it is meant to measure."""
