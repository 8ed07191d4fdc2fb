"""Partitions of a scan: conditions of which every instance meets exactly one, whatever order the server compares values in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from pygen_runtime.errors import UsageError
from pygen_runtime.schema.filters import And, Exists, PygenFilter, Range

MOST: Final = 64

BASE: Final = {
    "externalId": "external_id",
    "space": "space",
    "version": "version",
    "createdTime": "created_time",
    "lastUpdatedTime": "last_updated_time",
}
"""What every instance has and can be ordered by, as filters call it → as instances do."""

KeyKind = Literal["text", "integer", "float", "timestamp", "date"]


@dataclass(frozen=True, slots=True)
class PartitionKey:
    """What tells the partitions of a scan apart.

    Attributes:
        reference: A property with one value and an order, as filters refer to it (contract §7.2), best one with an index:
            `("node", "externalId")`, `("node", "space")`, `(space, "View/version", property)`.
        kind: What its values are. Times that the service keeps, such as `("node", "createdTime")`, are integers.

    Raises:
        UsageError: Such a property or kind has no order.
    """

    reference: tuple[str, ...]
    kind: KeyKind = "text"

    def __post_init__(self) -> None:
        if self.kind not in get_args(KeyKind):
            raise UsageError(f"{self.kind!r} cannot make partitions: a key is one of {', '.join(get_args(KeyKind))}")
        if not self.nullable and self.reference[-1] not in BASE:
            raise UsageError(
                f"{'.'.join(self.reference)} cannot make partitions; {', '.join(BASE)} can, and properties of the view"
            )

    @property
    def nullable(self) -> bool:
        """Whether instances may have no value: what every instance has is referred to by two words."""
        return len(self.reference) > 2


@dataclass(frozen=True, slots=True)
class Partitions:
    """How a scan is to be read.

    Attributes:
        count: In how many partitions at most; instances without a value in the key are one more.
        key: What tells them apart.

    Raises:
        UsageError: The count cannot work.
    """

    count: int
    key: PartitionKey

    def __post_init__(self) -> None:
        if type(self.count) is not int or not 1 <= self.count <= MOST:
            raise UsageError(f"partitions is {self.count!r}: give a whole number from 1 to {MOST}")


def conditions(key: PartitionKey, cuts: Sequence[Any]) -> list[PygenFilter | None]:
    """A condition for each partition; None: all instances.

    The cuts are the nodes of a binary tree, and a partition is a way through it: at each cut a value is either at most that, or
    more. So every value goes one way and no other, even if the server does not order the cuts as they are given.

    Args:
        key: What tells the partitions apart.
        cuts: The values to cut at, each the last one of its partition.
    """
    if not cuts:
        return [None]
    found: list[PygenFilter | None] = [And(*way) for way in _ways(key.reference, cuts, ())]
    return [*found, ~Exists(key.reference)] if key.nullable else found


def _ways(
    reference: tuple[str, ...], cuts: Sequence[Any], before: tuple[PygenFilter, ...]
) -> list[tuple[PygenFilter, ...]]:
    if not cuts:
        return [before]
    middle = len(cuts) // 2
    least = _ways(reference, cuts[:middle], (*before, Range(reference, lte=cuts[middle])))
    return least + _ways(reference, cuts[middle + 1 :], (*before, Range(reference, gt=cuts[middle])))


def both(one: PygenFilter | None, other: PygenFilter | None) -> PygenFilter | None:
    """The condition that both conditions hold; None holds always."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def check_readable(*, sorted_: bool, limited: bool, prefetch: int) -> None:
    """Whether a scan can be read in partitions.

    Raises:
        UsageError: It has an order or a limit, or fetches nothing ahead.
    """
    if sorted_:
        raise UsageError("partitions come side by side, in no order: leave out the sort order, or the partitions")
    if limited:
        raise UsageError(
            "with partitions, which instances come first is chance: leave out the limit and stop reading, or leave out the partitions"
        )
    if prefetch < 1:
        raise UsageError("partitions are fetched side by side, so each fetches ahead: prefetch must be 1 page or more")
