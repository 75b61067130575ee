"""What a run says while it works."""

import sys


def say(text: str) -> None:
    """A step."""
    print(f"==> {text}", file=sys.stderr, flush=True)


def note(text: str) -> None:
    """Detail of the step before."""
    print(f"    {text}", file=sys.stderr, flush=True)
