"""What attacks on rights came to."""

from collections import Counter
from dataclasses import dataclass, field

# Enough to see what is wrong; the rest is counted.
SHOWN = 50


@dataclass
class Attempts:
    """A row of the table: attempts of one kind, and those that succeeded."""

    attack: str
    tried: int = 0
    findings: list[str] = field(default_factory=list)
    # How many findings are further ones of the same kind as one that is shown.
    alike: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, str] = field(default_factory=dict)
    # What happened how often.
    results: Counter[str] = field(default_factory=Counter)

    def held(self, result: str) -> None:
        """An attempt came to nothing."""
        self.tried += 1
        self.results[result] += 1

    def found(self, finding: str, kind: str = "") -> None:
        """An attempt succeeded; `finding` says how to repeat it. Of those of one kind the first is shown."""
        self.tried += 1
        if kind and self.kinds.setdefault(kind, finding) != finding:
            self.alike[self.kinds[kind]] += 1
        else:
            self.findings.append(finding)

    def judge(self, finding: str | None, result: str, kind: str = "") -> None:
        """One or the other."""
        if finding is None:
            self.held(result)
        else:
            self.found(finding, kind)

    @property
    def passed(self) -> bool:
        """Whether nothing was found, and something was tried."""
        return self.tried > 0 and not self.findings

    def row(self) -> str:
        """For the document, with what was found below it."""
        verdict = "held" if self.passed else f"**FAILED** {len(self.findings) + self.alike.total()} times"
        remark = ", ".join(f"{number} {result}" for result, number in self.results.most_common())
        lines = [f"| {self.attack} | {self.tried} | {verdict}: {remark} |"]
        for finding in self.findings[:SHOWN]:
            also = f" (and {self.alike[finding]} alike)" if self.alike[finding] else ""
            lines.append(f"  finding: {finding}{also}")
        if len(self.findings) > SHOWN:
            lines.append(f"  and {len(self.findings) - SHOWN} more")
        return "\n".join(lines)


HEADINGS = "| attack | tried | result |\n| --- | --- | --- |"
