"""Whether an answer is a refusal."""

from .asking import Answer
from .findings import Attempts


def must_be_refused(attempts: Attempts, attempted: str, answer: Answer) -> None:
    """A finding unless it is an error of the caller."""
    is_refused = answer.status in range(400, 500)
    attempts.judge(
        None if is_refused else f"{attempted}: {answer.status} {answer.body[:200]!r}",
        f"{answer.status} {code_of(answer)}",
    )


def code_of(answer: Answer) -> str:
    """The code of a problem; empty if it is none."""
    try:
        return str(answer.json().get("code", ""))
    except ValueError:
        return ""
