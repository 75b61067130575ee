"""Progress messages."""

import sys


def say(text: str) -> None:
    """A step."""
    print(f"==> {text}", file=sys.stderr, flush=True)


def note(text: str) -> None:
    """A detail of the previous step."""
    print(f"    {text}", file=sys.stderr, flush=True)
