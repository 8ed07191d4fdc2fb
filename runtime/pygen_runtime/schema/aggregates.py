"""What can be worked out over the instances of a view, and what comes back (contract §6.8)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from pygen_runtime.errors import UsageError


class Aggregation:
    """One figure to work out: one of those below, or any aggregate JSON that they cannot say.

    Args:
        json: Aggregate JSON with exactly one function, such as `{"count": {}}`.
    """

    __slots__ = ("json",)

    def __init__(self, json: Mapping[str, Any]) -> None:
        self.json = dict(json)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Aggregation) and self.json == other.json

    __hash__ = None  # type: ignore[assignment]  # its JSON is a dictionary, so it is no key

    def __repr__(self) -> str:
        return f"Aggregation({self.json!r})"


class Count(Aggregation):
    """How many instances there are or, given a property, how many have a value in it."""

    __slots__ = ()

    def __init__(self, property: str | None = None) -> None:
        super().__init__({"count": {} if property is None else {"property": property}})


class Average(Aggregation):
    """The average of a numeric property."""

    __slots__ = ()

    def __init__(self, property: str) -> None:
        super().__init__({"avg": {"property": property}})


class Least(Aggregation):
    """The least value of a numeric property."""

    __slots__ = ()

    def __init__(self, property: str) -> None:
        super().__init__({"min": {"property": property}})


class Greatest(Aggregation):
    """The greatest value of a numeric property."""

    __slots__ = ()

    def __init__(self, property: str) -> None:
        super().__init__({"max": {"property": property}})


class Sum(Aggregation):
    """The sum of a numeric property."""

    __slots__ = ()

    def __init__(self, property: str) -> None:
        super().__init__({"sum": {"property": property}})


class Histogram(Aggregation):
    """How many values of a numeric property lie in each interval; intervals start at multiples of their width.

    Args:
        property: The property.
        interval: Width of the intervals, more than 0.

    Raises:
        UsageError: The width cannot work.
    """

    __slots__ = ()

    def __init__(self, property: str, interval: float) -> None:
        if not (math.isfinite(interval) and interval > 0):
            raise UsageError(f"the interval of a histogram must be more than 0, not {interval}")
        super().__init__({"histogram": {"property": property, "interval": interval}})


class Bucket(msgspec.Struct, kw_only=True, rename="camel"):
    """One interval of a histogram: where it starts, and how many values lie in it."""

    start: float
    count: int


class AggregateValue(msgspec.Struct, kw_only=True, rename="camel"):
    """One figure of one group.

    Attributes:
        aggregate: What it is: `count`, `avg`, `min`, `max`, `sum`, `histogram`, or one that came later.
        property: Of which property; None for a count of instances.
        value: The figure; None for a histogram, and for the average, least, greatest or sum of nothing.
        interval: Width of the intervals of a histogram.
        buckets: The intervals of a histogram; empty ones may be missing.
    """

    aggregate: str
    property: str | None = None
    value: float | int | None = None
    interval: float | None = None
    buckets: list[Bucket] | None = None


class AggregateItem(msgspec.Struct, kw_only=True, rename="camel"):
    """The figures of one group, or of everything.

    Attributes:
        group: Property → its value in this group; None if nothing was grouped.
        aggregates: The figures, in the order asked for.
        instance_type: `node` or `edge`.
    """

    group: dict[str, Any] | None = None
    aggregates: list[AggregateValue] = []
    instance_type: str | None = None

    def value(self, aggregate: str, property: str | None = None) -> float | int | None:
        """A figure by name, such as `value("avg", "flow")`; the first of that name if no property is given.

        Raises:
            UsageError: It was not asked for.
        """
        for one in self.aggregates:
            if one.aggregate == aggregate and property in (None, one.property):
                return one.value
        of = f" of {property}" if property else ""
        raise UsageError(f"there is no {aggregate}{of} among the aggregates of this reply")
