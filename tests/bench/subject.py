"""The compared tools."""

from typing import Protocol

from .stack import Stack


class Subject(Protocol):
    """A tool that starts a stack."""

    name: str

    def prepare(self, stack: Stack) -> None:
        """Preparation, not measured."""

    def apply(self, stack: Stack) -> object:
        """The measured part, until the tool reports completion."""

    def remove(self, stack: Stack) -> None:
        """Removes the stack."""
