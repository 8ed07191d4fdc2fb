"""What is refused before anything is sent, because it would go wrong silently or halfway."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import InstanceWrite, NodeWrite

Key = tuple[str, str, str]
"""Instance type, space and external id: nodes and edges have separate namespaces."""


def write_key(item: InstanceWrite) -> Key:
    """What identifies an item that is to be written."""
    return ("node" if isinstance(item, NodeWrite) else "edge", item.space, item.external_id)


def check_writes(items: Sequence[InstanceWrite], keys: Sequence[Key]) -> None:
    """Check items before an upsert.

    Args:
        items: The items.
        keys: Their keys, in the same order.

    Raises:
        UsageError: An item is given twice, or holds a number that is not finite.
    """
    for (kind, space, external_id), count in Counter(keys).items():
        if count > 1:
            raise UsageError(f"{kind} {space}:{external_id} is given {count} times; only one of them could win")
    for item in items:
        for source in item.sources or ():
            for name, value in source.properties.items():
                if not is_finite(value):
                    raise UsageError(
                        f"{item.space}:{item.external_id} has a number in {name!r} that is not finite; the API has no such "
                        f"numbers, and null would clear the value"
                    )


def is_finite(value: Any) -> bool:
    """Whether no number in a value is NaN or infinite; JSON would turn these into null."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, (list, tuple)):
        return all(map(is_finite, value))
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))
    return True
