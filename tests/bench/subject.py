"""Those who are compared."""

from typing import Protocol

from .stack import Stack


class Subject(Protocol):
    """Somebody who brings up a stack."""

    name: str

    def prepare(self, stack: Stack) -> None:
        """What belongs to no measurement."""

    def apply(self, stack: Stack) -> object:
        """What is measured: until the subject itself says that it has finished."""

    def remove(self, stack: Stack) -> None:
        """The way back."""
