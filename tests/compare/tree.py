"""Compose files as trees that are easy to generate, reduce and print.

A node is a dict, a list, a `Tagged`, or a string: the raw text of a scalar, quotes included.
"""

from dataclasses import dataclass


@dataclass
class Tagged:
    """A node with a tag or anchor, such as `!reset` or `&a`."""

    prefix: str
    node: object


def text(documents):
    """The file with these documents."""
    return "---\n".join(_block(document, 0).lstrip("\n") + "\n" for document in documents)


def _block(node, depth):
    """A node after `key:` or `-`: the rest of the line and the lines below it."""
    if isinstance(node, Tagged):
        return f" {node.prefix}{_block(node.node, depth)}"
    pad = "  " * depth
    if isinstance(node, dict) and node:
        return "".join(f"\n{pad}{key}:{_block(value, depth + 1)}" for key, value in node.items())
    if isinstance(node, list) and node:
        return "".join(f"\n{pad}-{_item(value, depth + 1)}" for value in node)
    if node == {}:
        return " {}"
    if node == []:
        return " []"
    return f" {node}" if node else ""


def _item(node, depth):
    """A list item. A mapping starts on the line below the dash only if it has a tag."""
    if isinstance(node, dict) and node:
        return " " + _block(node, depth).lstrip("\n ")
    return _block(node, depth)


def smaller(node):
    """All nodes with one part of this one removed, largest parts first."""
    if isinstance(node, Tagged):
        yield node.node
        for other in smaller(node.node):
            yield Tagged(node.prefix, other)
    elif isinstance(node, dict):
        for key in node:
            yield {other: value for other, value in node.items() if other != key}
        for key, value in node.items():
            for other in smaller(value):
                yield {**node, key: other}
    elif isinstance(node, list):
        for index in range(len(node)):
            yield node[:index] + node[index + 1 :]
        for index, value in enumerate(node):
            for other in smaller(value):
                yield node[:index] + [other] + node[index + 1 :]


def leaves(node, change):
    """The tree with every scalar changed."""
    if isinstance(node, Tagged):
        return Tagged(node.prefix, leaves(node.node, change))
    if isinstance(node, dict):
        return {key: leaves(value, change) for key, value in node.items()}
    if isinstance(node, list):
        return [leaves(value, change) for value in node]
    return change(node)
