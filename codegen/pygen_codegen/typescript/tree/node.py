"""What every node is: a frozen value that compares by what it holds."""

from __future__ import annotations

import msgspec


def must(holds: bool, why: str) -> None:  # read at each call as: it must hold that …
    """Refuse a node.

    Raises:
        ValueError: What must hold does not.
    """
    if not holds:
        raise ValueError(why)


class Node(msgspec.Struct, frozen=True, gc=False):
    """A piece of a program. Nodes refer only to smaller ones, so that any of them may be shared."""
