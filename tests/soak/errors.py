"""The error of a run."""


class SoakError(Exception):
    """The product did not do what it should have done."""
