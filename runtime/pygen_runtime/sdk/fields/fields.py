"""Properties as values: what `where(lambda t: (t.capacity > 3.0) & t.name.prefix("A"))` speaks of.

A generated `…Fields` class holds one field for each property of a view. A field makes filters, sort keys, metrics and target units, and
offers only what the type of its property allows, so that a wrong property, operator or value is an error before anything runs.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId
from pygen_runtime.schema.aggregates import Average, Count, Greatest, Least, Sum
from pygen_runtime.schema.containers import UnitReference
from pygen_runtime.schema.filters import (
    ContainsAll,
    ContainsAny,
    Equals,
    Exists,
    In,
    Nested,
    Prefix,
    PygenFilter,
    Range,
)
from pygen_runtime.schema.requests import Sort, TargetUnit, UnitSystem
from pygen_runtime.sdk.fields.aggregate import Metric
from pygen_runtime.sdk.fields.types import F, R_co, V
from pygen_runtime.sdk.fields.values import check_value, check_values

if TYPE_CHECKING:
    from pygen_runtime.sdk.fields.common import Fields


class Field(Generic[R_co]):
    """A property of a view, or something that every instance has.

    Args:
        property: The property's id in the view of the class it stands in, or a whole reference such as `("node", "space")`.

    Attributes:
        property: The property's id alone.
        name: What the class calls it.
        reference: How filters and sort keys name it (contract §7.2).
    """

    kinds: ClassVar[tuple[type, ...]] = ()
    """Types of the values that it can be compared with."""

    def __init__(self, property: str | tuple[str, ...]) -> None:
        self.property = property if isinstance(property, str) else property[-1]
        self.reference: tuple[str, ...] = () if isinstance(property, str) else property
        self.name = self.property

    def __set_name__(self, owner: type[Fields], name: str) -> None:
        self.name = name
        if not self.reference:
            if owner.VIEW is None:
                raise UsageError(f"{owner.__name__} has no VIEW, so its field {name} names no property")
            self.reference = (owner.VIEW.space, owner.VIEW.key, self.property)

    def exists(self) -> PygenFilter:
        """It has a value; an empty list is one. `~t.name.exists()`: it has none."""
        return Exists(self.reference)

    def count(self) -> Metric[int]:
        """How many instances have a value."""
        return Metric(Count(self.property), "count")

    def __bool__(self) -> bool:
        raise UsageError(f"{self.name} is a property, neither true nor false: compare it, or ask whether it exists()")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class ComparableField(Field[R_co], Generic[V, R_co]):
    """A property with one value, which can be compared for equality and sorted by."""

    def __eq__(self, other: V) -> PygenFilter:  # type: ignore[override]  # gives a filter, on purpose
        """It has this value."""
        return Equals(self.reference, check_value(self.name, self.kinds, other))

    def __ne__(self, other: V) -> PygenFilter:  # type: ignore[override]  # as above
        """It has another value, or none."""
        return ~(self == other)

    __hash__ = object.__hash__

    def in_(self, values: Iterable[V]) -> PygenFilter:
        """It has one of these values; none given means that nothing matches."""
        return In(self.reference, check_values(self.name, self.kinds, values))

    def asc(self) -> Sort:
        """Sort by it, the least first; instances without a value come last."""
        return Sort(property=self.reference)

    def desc(self) -> Sort:
        """Sort by it, the greatest first; instances without a value come last."""
        return Sort(property=self.reference, direction="descending")


class OrderedField(ComparableField[V, R_co], Generic[V, R_co]):
    """A property whose values have an order."""

    def __lt__(self, other: V) -> PygenFilter:
        return Range(self.reference, lt=check_value(self.name, self.kinds, other))

    def __le__(self, other: V) -> PygenFilter:
        return Range(self.reference, lte=check_value(self.name, self.kinds, other))

    def __gt__(self, other: V) -> PygenFilter:
        return Range(self.reference, gt=check_value(self.name, self.kinds, other))

    def __ge__(self, other: V) -> PygenFilter:
        return Range(self.reference, gte=check_value(self.name, self.kinds, other))

    def between(self, least: V, greatest: V) -> PygenFilter:
        """It lies between these two, both included."""
        low, high = (check_value(self.name, self.kinds, value) for value in (least, greatest))
        return Range(self.reference, gte=low, lte=high)


class KeyField(ComparableField[str, R_co], Generic[R_co]):
    """The external id of a time series, a file or a sequence; or the space of an instance."""

    kinds = (str,)


class TextField(KeyField[R_co], Generic[R_co]):
    """A text."""

    def prefix(self, start: str) -> PygenFilter:
        """It starts with this text, case-sensitively."""
        return Prefix(self.reference, check_value(self.name, self.kinds, start))


class BooleanField(ComparableField[bool, R_co], Generic[R_co]):
    """True or false."""

    kinds = (bool,)


class NumberField(OrderedField[V, R_co], Generic[V, R_co]):
    """A number, of which figures can be worked out."""

    def avg(self) -> Metric[float | None]:
        """The average; None if nothing has a value. Likewise the other three."""
        return Metric(Average(self.property), "avg")

    def min(self) -> Metric[V | None]:
        """The least value."""
        return Metric(Least(self.property), "min")

    def max(self) -> Metric[V | None]:
        """The greatest value."""
        return Metric(Greatest(self.property), "max")

    def sum(self) -> Metric[V | None]:
        """The sum."""
        return Metric(Sum(self.property), "sum")


class IntegerField(NumberField[int, R_co], Generic[R_co]):
    """A whole number."""

    kinds = (int,)


class FloatField(NumberField[float, R_co], Generic[R_co]):
    """A number, perhaps of a unit."""

    kinds = (float, int)

    def in_unit(self, unit: str) -> TargetUnit:
        """It is wanted in this unit of the catalogue, such as `power:kilow`, or in that of a system, such as `SI`."""
        return target_unit(self.name, self.property, unit)


class TimestampField(OrderedField[datetime.datetime, R_co], Generic[R_co]):
    """A moment, to the millisecond; values need a time zone."""

    kinds = (datetime.datetime,)


class DateField(OrderedField[datetime.date, R_co], Generic[R_co]):
    """A calendar day."""

    kinds = (datetime.date,)


class MomentField(Field[R_co], Generic[R_co]):
    """A moment that the service keeps about each instance, and counts in milliseconds."""

    def __lt__(self, other: datetime.datetime) -> PygenFilter:
        return Range(self.reference, lt=self._milliseconds(other))

    def __le__(self, other: datetime.datetime) -> PygenFilter:
        return Range(self.reference, lte=self._milliseconds(other))

    def __gt__(self, other: datetime.datetime) -> PygenFilter:
        return Range(self.reference, gt=self._milliseconds(other))

    def __ge__(self, other: datetime.datetime) -> PygenFilter:
        return Range(self.reference, gte=self._milliseconds(other))

    def asc(self) -> Sort:
        """Sort by it, the earliest first."""
        return Sort(property=self.reference)

    def desc(self) -> Sort:
        """Sort by it, the latest first."""
        return Sort(property=self.reference, direction="descending")

    def _milliseconds(self, moment: datetime.datetime) -> int:
        given: datetime.datetime = check_value(self.name, (datetime.datetime,), moment)
        if given.tzinfo is None:
            raise UsageError(f"{self.name}: {given!r} has no time zone: add one, such as tzinfo=datetime.UTC")
        return round(given.timestamp() * 1000)


class EnumField(ComparableField[V | str, R_co], Generic[V, R_co]):
    """One of the values of an enum, or one that is newer than this SDK."""

    kinds = (str,)


class JsonField(Field[Any]):
    """A JSON value, of which only the existence can be asked for."""


class DirectField(ComparableField[NodeId, R_co], Generic[F, R_co]):
    """A direct relation: the id of another node, whose own properties can be asked for.

    Args:
        property: As for every field.
        target: The fields of the node at the other end, if its view is known; a function, because classes refer to one another.
    """

    kinds = (NodeId,)

    def __init__(self, property: str | tuple[str, ...], target: Callable[[], type[F]]) -> None:
        super().__init__(property)
        self._target = target

    def where(self, condition: Callable[[F], PygenFilter]) -> PygenFilter:
        """The node at the other end meets this condition: `t.rotor.where(lambda r: r.diameter > 90)`."""
        return Nested(self.reference, as_filter(condition, self._target()()))


class ListField(Field[R_co], Generic[V, R_co]):
    """A list of values."""

    def __init__(self, property: str, kind: type) -> None:
        super().__init__(property)
        self._kinds: tuple[type, ...] = (float, int) if kind is float else (kind,)

    def contains(self, value: V) -> PygenFilter:
        """It holds this value."""
        return self.contains_any([value])

    def contains_any(self, values: Iterable[V]) -> PygenFilter:
        """It holds at least one of these values; none given means that nothing matches."""
        return ContainsAny(self.reference, check_values(self.name, self._kinds, values))

    def contains_all(self, values: Iterable[V]) -> PygenFilter:
        """It holds all of these values, of which there must be at least one."""
        return ContainsAll(self.reference, check_values(self.name, self._kinds, values))


def target_unit(name: str, property: str, unit: str) -> TargetUnit:
    """The unit that a property is wanted in; ids of the catalogue have a colon, names of systems have none.

    Raises:
        UsageError: It is no text.
    """
    given: str = check_value(name, (str,), unit)
    system = UnitSystem(unit_system_name=given)
    return TargetUnit(property=property, unit=UnitReference(external_id=given) if ":" in given else system)


def as_filter(condition: PygenFilter | Callable[[F], PygenFilter], fields: F) -> PygenFilter:
    """A condition as a filter, whichever way it was said.

    Raises:
        UsageError: It is neither a filter nor a function that gives one.
    """
    found: object = condition
    if callable(condition) and not isinstance(condition, PygenFilter):
        found = condition(fields)
    if not isinstance(found, PygenFilter):
        raise UsageError(
            f'where takes a PygenFilter, or a function of the fields such as lambda t: t.space == "mine", and not what gives {found!r}; '
            "join conditions with &, | and ~, each in brackets"
        )
    return found
