"""A definition that somebody tries to apply."""

import re
from dataclasses import dataclass, field

# How the definitions say in which spelling something is asked for.
SPELLING = re.compile(
    r", (merged|by an? |with an? |extended|included|in an? |in the |overridden|without ).*$"
    r"| by (an? |two |`\.env`).*$"
    r"| in a second file"
)
# A service to which something is added.
SERVICE = "services:\n  web:\n    image: demo\n"


@dataclass(frozen=True)
class Attempt:
    """A definition, with the files and the values that belong to it."""

    about: str
    compose: str
    files: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    # Further compose files, merged in this order.
    over: tuple[str, ...] = ()
    # What has no effect here: it is accepted if there is a warning about it.
    ignored: str = ""

    @property
    def kind(self) -> str:
        """What is asked for, in whatever spelling."""
        asked = SPELLING.sub("", self.about)
        return asked.removeprefix("anchored ").removeprefix("default ").removeprefix("long mount of ")
