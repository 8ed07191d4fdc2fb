"""What is refused before anything is sent, because it would go wrong silently or halfway."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import InstanceWrite, NodeWrite
from pygen_runtime.schema.codec import NO_JSON, encode
from pygen_runtime.schema.requests import InstanceKind

Key = tuple[InstanceKind, str, str]
"""Instance type, space and external id: nodes and edges have separate namespaces."""

_NULL = b"null"
"""What numbers that are not finite come out as. Where it is nowhere, no value has to be looked at."""


def write_key(item: InstanceWrite) -> Key:
    """What identifies an item that is to be written."""
    return ("node" if isinstance(item, NodeWrite) else "edge", item.space, item.external_id)


def check_writes(items: Sequence[InstanceWrite], keys: Sequence[Key]) -> None:
    """Check items before an upsert.

    Args:
        items: The items.
        keys: Their keys, in the same order.

    Raises:
        UsageError: An item is given twice, holds a number that is not finite, or a value that has no JSON form.
    """
    if len(set(keys)) < len(keys):
        _refuse_twice(keys)
    for item, (kind, space, external_id) in zip(items, keys, strict=True):
        try:
            where = _not_finite_in(item) if _NULL in encode(item) else None
        except NO_JSON as error:
            raise UsageError(
                f"{kind} {space}:{external_id} holds a value that cannot be written as JSON: {error}"
            ) from error
        if where is not None:
            raise UsageError(
                f"{kind} {space}:{external_id}, {where} is a number that is not finite; the API has no such numbers, and null "
                "would clear the value: give another one, or leave the property out"
            )


def _refuse_twice(keys: Sequence[Key]) -> NoReturn:
    (kind, space, external_id), count = Counter(keys).most_common(1)[0]
    raise UsageError(
        f"{kind} {space}:{external_id} is given {count} times; only one of them could win, so give it once"
    )


def _not_finite_in(item: InstanceWrite) -> str | None:
    """Which property, through which view or container, holds the first number that is not finite."""
    for source in item.sources or ():
        for name, value in source.properties.items():
            for path in not_finite(value, name):
                return f"{source.source}, property {path!r}"
    return None


def not_finite(value: Any, path: str) -> Iterator[str]:
    """Where a value holds a number that is NaN or infinite; JSON would turn these into null."""
    if isinstance(value, float):
        if not math.isfinite(value):
            yield path
    elif isinstance(value, (list, tuple)):
        for number, one in enumerate(value):
            yield from not_finite(one, f"{path}[{number}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from not_finite(one, f"{path}.{name}")
