"""The one error of the benchmarks."""


class BenchmarkError(Exception):
    """A benchmark cannot be carried out, or what it measured is not what it claims to measure."""
