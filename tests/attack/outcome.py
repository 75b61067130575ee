"""What an attack came to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """A row of the table."""

    attack: str
    load: str
    peak: int
    after: int
    healthz: float
    took: float
    passed: bool
    remark: str

    def row(self) -> str:
        """For the document."""
        verdict = "held" if self.passed else "**FAILED**"
        return (
            f"| {self.attack} | {self.load} | {self.peak} MiB | {self.after} MiB | {self.healthz * 1000:.0f} ms "
            f"| {self.took:.1f} s | {verdict}: {self.remark} |"
        )


HEADINGS = (
    "| attack | load | memory, peak | memory, afterwards | slowest `/healthz` | took | result |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)
