"""Filters as values: every operator of the contract (§7), composed with `&`, `|` and `~`.

    (Range(P, gt=3.0) & Prefix(P, "A")) | ~Exists(P)

where `P` is a property reference (§7.2): `("node", "externalId")`, `(space, "View/version", property)` or
`(space, "Container", property)`.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import msgspec
from msgspec import UNSET

from pygen_runtime.errors import UsageError
from pygen_runtime.schema.ids import InstanceId, SourceId

PropertyReference = Sequence[str]
"""Where a property stands (contract §7.2)."""


class Parameter(msgspec.Struct, frozen=True):
    """Stands for a value that is given apart, in the parameters of a query or sync; only there (contract §7.3)."""

    parameter: str


class PropertyValue(msgspec.Struct, frozen=True):
    """Stands for the value that another property of the same instance has (contract §7.3)."""

    property: tuple[str, ...]


Values = Iterable[object] | Parameter | PropertyValue
"""Several values, or what stands for them."""


class PygenFilter:
    """A condition on instances: one of the operators below, or any filter JSON that they cannot say.

    Args:
        json: Filter JSON with exactly one operator (contract §7.1).
    """

    __slots__ = ("json",)

    def __init__(self, json: Mapping[str, Any]) -> None:
        self.json = dict(json)

    def __and__(self, other: PygenFilter) -> PygenFilter:
        if not isinstance(other, PygenFilter):
            return NotImplemented
        return And(*_operands(self, "and"), *_operands(other, "and"))

    def __or__(self, other: PygenFilter) -> PygenFilter:
        if not isinstance(other, PygenFilter):
            return NotImplemented
        return Or(*_operands(self, "or"), *_operands(other, "or"))

    def __invert__(self) -> PygenFilter:
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise UsageError(
            "a filter is neither true nor false: join filters with &, | and ~, each in brackets, not with and, or, not; "
            "1 < x < 3 is an `and`, too: write (x > 1) & (x < 3)"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PygenFilter) and self.json == other.json

    __hash__ = None  # type: ignore[assignment]  # its JSON can hold lists, so a filter is no key

    def __repr__(self) -> str:
        return f"PygenFilter({self.json!r})"


class And(PygenFilter):
    """Every one of the filters holds; at least one is needed."""

    __slots__ = ()

    def __init__(self, *filters: PygenFilter) -> None:
        super().__init__({"and": list(_some(filters, "And"))})


class Or(PygenFilter):
    """At least one of the filters holds; at least one is needed."""

    __slots__ = ()

    def __init__(self, *filters: PygenFilter) -> None:
        super().__init__({"or": list(_some(filters, "Or"))})


class Not(PygenFilter):
    """The filter does not hold."""

    __slots__ = ()

    def __init__(self, condition: PygenFilter) -> None:
        super().__init__({"not": condition})


class MatchAll(PygenFilter):
    """Every instance."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__({"matchAll": {}})


class Equals(PygenFilter):
    """A single-valued property equals a value; null never does."""

    __slots__ = ()

    def __init__(self, property: PropertyReference, value: object) -> None:
        super().__init__({"equals": {"property": list(property), "value": filter_value(value)}})


class In(PygenFilter):
    """A single-valued property equals one of at most 1000 values; none given means that nothing matches."""

    __slots__ = ()

    def __init__(self, property: PropertyReference, values: Values) -> None:
        super().__init__(_one_of("in", property, values))


class ContainsAny(PygenFilter):
    """A list property holds at least one of the values; none given means that nothing matches."""

    __slots__ = ()

    def __init__(self, property: PropertyReference, values: Values) -> None:
        super().__init__(_one_of("containsAny", property, values))


class ContainsAll(PygenFilter):
    """A list property holds all of the values; at least one is needed."""

    __slots__ = ()

    def __init__(self, property: PropertyReference, values: Values) -> None:
        wanted = _values(values) or _some((), "ContainsAll")
        super().__init__({"containsAll": {"property": list(property), "values": wanted}})


class Prefix(PygenFilter):
    """A text property starts with a text, case-sensitively."""

    __slots__ = ()

    def __init__(self, property: PropertyReference, value: str) -> None:
        super().__init__({"prefix": {"property": list(property), "value": filter_value(value)}})


class Exists(PygenFilter):
    """A property has a value; an empty list is one."""

    __slots__ = ()

    def __init__(self, property: PropertyReference) -> None:
        super().__init__({"exists": {"property": list(property)}})


class Range(PygenFilter):
    """A property lies between bounds; at least one bound, and not both kinds of one side."""

    __slots__ = ()

    def __init__(
        self,
        property: PropertyReference,
        *,
        gt: object = UNSET,
        gte: object = UNSET,
        lt: object = UNSET,
        lte: object = UNSET,
    ) -> None:
        super().__init__({"range": {"property": list(property), **_bounds(gt=gt, gte=gte, lt=lt, lte=lte)}})


class Overlaps(PygenFilter):
    """The interval between two properties shares at least a point with the given one. Not for search."""

    __slots__ = ()

    def __init__(
        self,
        start: PropertyReference,
        end: PropertyReference,
        *,
        gt: object = UNSET,
        gte: object = UNSET,
        lt: object = UNSET,
        lte: object = UNSET,
    ) -> None:
        between = _bounds(gt=gt, gte=gte, lt=lt, lte=lte)
        super().__init__({"overlaps": {"startProperty": list(start), "endProperty": list(end), **between}})


class HasData(PygenFilter):
    """The instance has data in all of the views or containers."""

    __slots__ = ()

    def __init__(self, *sources: SourceId) -> None:
        super().__init__({"hasData": list(_some(sources, "HasData"))})


class InstanceReferences(PygenFilter):
    """The instance is one of these, at most 1000; none given means that nothing matches."""

    __slots__ = ()

    def __init__(self, ids: Iterable[InstanceId]) -> None:
        wanted = list(ids)
        super().__init__({"instanceReferences": wanted} if wanted else {"not": MatchAll()})


class Nested(PygenFilter):
    """The target of the single direct relation `scope` meets the filter."""

    __slots__ = ()

    def __init__(self, scope: PropertyReference, condition: PygenFilter) -> None:
        super().__init__({"nested": {"scope": list(scope), "filter": condition}})


def filter_value(value: object) -> object:
    """A value as filters write it: moments in ISO form to the millisecond, never NaN or infinity (contract §6.9, §7.3).

    Raises:
        UsageError: There is no value, a moment has no time zone, or a number is not finite.
    """
    if value is None or value is UNSET:
        raise UsageError(
            "no value was given to filter by: nothing equals null; ask with Exists or ~Exists for whether there is one"
        )
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise UsageError(f"{value!r} has no time zone: add one, such as tzinfo=datetime.UTC")
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not _is_finite(value):
        raise UsageError(f"{value} cannot be filtered by: the API knows finite numbers only")
    return value


def _is_finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, (list, tuple)):
        return all(map(_is_finite, value))
    return not isinstance(value, dict) or all(map(_is_finite, value.values()))


def _operands(condition: PygenFilter, operator: str) -> list[PygenFilter]:
    """Flattens `a & b & c` into one operator."""
    inner = condition.json.get(operator)
    return list(inner) if isinstance(condition, (And, Or)) and inner is not None else [condition]


def _one_of(operator: str, property: PropertyReference, values: Values) -> dict[str, Any]:
    """No values match nothing; the API takes no empty list, so that is said as `not matchAll`."""
    wanted = _values(values)
    return {operator: {"property": list(property), "values": wanted}} if wanted else {"not": MatchAll()}


def _values(values: Values) -> Any:
    return values if isinstance(values, (Parameter, PropertyValue)) else [filter_value(value) for value in values]


def _bounds(**given: object) -> dict[str, object]:
    bounds = {name: filter_value(value) for name, value in given.items() if value is not UNSET}
    if not bounds:
        raise UsageError("a range needs at least one of gt, gte, lt and lte")
    for pair in (("gt", "gte"), ("lt", "lte")):
        if bounds.keys() >= set(pair):
            raise UsageError(f"a range takes {pair[0]} or {pair[1]}, not both")
    return bounds


def _some(things: Sequence[Any], operator: str) -> Sequence[Any]:
    if not things:
        raise UsageError(f"{operator} needs at least one operand")
    return things
