"""What attacks on rights came to."""

from collections import Counter
from dataclasses import dataclass, field

# Enough to see what is wrong; the rest is counted.
SHOWN = 25


@dataclass
class Attempts:
    """A row of the table: attempts of one kind, and those that succeeded."""

    attack: str
    tried: int = 0
    findings: list[str] = field(default_factory=list)
    # What happened how often.
    results: Counter[str] = field(default_factory=Counter)

    def held(self, result: str) -> None:
        """An attempt came to nothing."""
        self.tried += 1
        self.results[result] += 1

    def found(self, finding: str) -> None:
        """An attempt succeeded; `finding` says how to repeat it."""
        self.tried += 1
        self.findings.append(finding)

    def judge(self, finding: str | None, result: str) -> None:
        """One or the other."""
        if finding is None:
            self.held(result)
        else:
            self.found(finding)

    @property
    def passed(self) -> bool:
        """Whether nothing was found, and something was tried."""
        return self.tried > 0 and not self.findings

    def row(self) -> str:
        """For the document, with what was found below it."""
        verdict = "held" if self.passed else f"**FAILED** {len(self.findings)} times"
        remark = ", ".join(f"{number} {result}" for result, number in self.results.most_common())
        lines = [f"| {self.attack} | {self.tried} | {verdict}: {remark} |"]
        lines += [f"  finding: {finding}" for finding in self.findings[:SHOWN]]
        if len(self.findings) > SHOWN:
            lines.append(f"  and {len(self.findings) - SHOWN} more")
        return "\n".join(lines)


HEADINGS = "| attack | tried | result |\n| --- | --- | --- |"
