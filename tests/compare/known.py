"""Disagreements that are deviations on purpose: each is a row of docs/compose-deviations.md."""

import re

#: What the disagreement says, and the row's name.
RULES = [
]


def known(disagreement, project):
    """The name of the deviation that explains a disagreement, if one does."""
    text = f"{disagreement.kind}\n{disagreement.detail}"
    return next((name for pattern, name in RULES if re.search(pattern, text)), None)
