"""The generated sections of the document, each between two markers."""

import re
from pathlib import Path

from .errors import BenchmarkError


def replace_section(text: str, name: str, content: str) -> str:
    """Returns the text with new content between the markers of that name."""
    begin, end = f"<!-- {name}: written by tests/bench/run.sh -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    # A function, because the content must not be interpreted as a pattern.
    replaced, count = pattern.subn(lambda _: f"{begin}\n\n{content}\n\n{end}", text)
    if count != 1:
        raise BenchmarkError(f"the document has {count} sections `{name}` instead of one")
    return replaced


def write_section(file: Path, name: str, content: str) -> None:
    """Replaces one section of a file."""
    file.write_text(replace_section(file.read_text(), name, content))
