"""Keyword conditions: what `filter(name_prefix="A", min_capacity=3.0)` means.

A generated TypedDict annotates each keyword with one of the markers here; the marker says which property is meant and how.
All keywords that are given must hold. None asks for instances without a value; an empty sequence matches nothing.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_
from typing import Annotated, Any, TypeAlias, TypedDict, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import UNSET

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId, ViewId
from pygen_runtime.schema.filters import ContainsAny, Equals, Exists, In, Prefix, PropertyReference, PygenFilter, Range
from pygen_runtime.sdk.display.text import near_first
from pygen_runtime.sdk.fields.values import check_value, check_values, several_values

T = TypeVar("T")

OneOf: TypeAlias = Union[T, Sequence[T]]  # noqa: UP007 - the other spelling is no generic alias to type checkers
"""A value, or several of which one must be met."""

Meaning = Callable[[PropertyReference, Any], PygenFilter]


@dataclass(frozen=True, slots=True)
class Condition:
    """What one keyword means.

    Attributes:
        property: A property id of the view, or a whole reference such as `("node", "space")`.
        meaning: Makes the filter from the property's reference and the value given.
    """

    property: str | tuple[str, ...]
    meaning: Meaning

    def filter(self, view: ViewId | None, value: object) -> PygenFilter:
        """The filter for a value of this keyword."""
        return self.meaning(_reference(self.property, view), value)


def equals(property: str | tuple[str, ...]) -> Condition:
    """The property has this value, or one of these; None: it has no value."""
    return Condition(property, _equals)


def contains_any(property: str) -> Condition:
    """The list property holds this value, or one of these; None: it has no value."""
    return Condition(property, _contains_any)


def prefix(property: str | tuple[str, ...]) -> Condition:
    """The text property starts with this."""
    return Condition(property, Prefix)


def at_least(property: str) -> Condition:
    """The property is this or more."""
    return Condition(property, lambda reference, value: Range(reference, gte=value))


def at_most(property: str) -> Condition:
    """The property is this or less."""
    return Condition(property, lambda reference, value: Range(reference, lte=value))


def exists(property: str) -> Condition:
    """True: the property has a value; False: it has none."""
    return Condition(property, lambda reference, value: Exists(reference) if value else ~Exists(reference))


def whole_filter() -> Condition:
    """The value is a `PygenFilter` itself."""
    return Condition((), lambda _, value: value)


class NodeConditions(TypedDict, total=False):
    """Conditions that every view of nodes has."""

    space: Annotated[OneOf[str], equals(("node", "space"))]
    external_id: Annotated[OneOf[str], equals(("node", "externalId"))]
    external_id_prefix: Annotated[str, prefix(("node", "externalId"))]
    node_type: Annotated[OneOf[NodeId] | None, equals(("node", "type"))]
    where: Annotated[PygenFilter, whole_filter()]


class EdgeConditions(TypedDict, total=False):
    """Conditions that every view of edges has."""

    space: Annotated[OneOf[str], equals(("edge", "space"))]
    external_id: Annotated[OneOf[str], equals(("edge", "externalId"))]
    external_id_prefix: Annotated[str, prefix(("edge", "externalId"))]
    edge_type: Annotated[OneOf[NodeId], equals(("edge", "type"))]
    start_node: Annotated[OneOf[NodeId], equals(("edge", "startNode"))]
    end_node: Annotated[OneOf[NodeId], equals(("edge", "endNode"))]
    where: Annotated[PygenFilter, whole_filter()]


def to_filter(kind: type, view: ViewId | None, given: Mapping[str, object]) -> PygenFilter | None:
    """The filter that a set of keyword conditions asks for, None when there are none.

    Args:
        kind: The TypedDict whose keywords these are.
        view: The view whose properties they speak of.
        given: Keywords and values; those that are `UNSET` count as not given.

    Raises:
        UsageError: A keyword is unknown, or a value cannot be filtered by.
    """
    if not isinstance(given, Mapping):
        raise UsageError(f"conditions are keywords and values, not {given!r}")
    known = _keywords(kind)
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise UsageError(
            f"{kind.__name__} knows no condition {', '.join(unknown)}; there are {near_first(unknown, known)}"
        )
    filters = [known[keyword].filter(view, value) for keyword, value in given.items() if value is not UNSET]
    return reduce(and_, filters) if filters else None


@dataclass(frozen=True, slots=True)
class _Keyword:
    """A keyword, what it means and what it takes.

    Attributes:
        name: The keyword.
        condition: What it means.
        kinds: Types of one value; none: any.
        several: Whether it takes several values.
        nullable: Whether None is a value.
    """

    name: str
    condition: Condition
    kinds: tuple[type, ...]
    several: bool
    nullable: bool

    def filter(self, view: ViewId | None, value: object) -> PygenFilter:
        """The filter for a value, which is checked."""
        return self.condition.filter(view, self._checked(value))

    def _checked(self, value: object) -> object:
        if value is None and self.nullable:
            return None
        if self.several and several_values(value) is not None:
            return check_values(self.name, self.kinds, value)
        return check_value(self.name, self.kinds, value)


@cache
def _keywords(kind: type) -> dict[str, _Keyword]:
    """The keywords of a TypedDict, read from its annotations once."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: _keyword(name, *get_args(hint)[:2]) for name, hint in hints.items()}


def _keyword(name: str, annotation: Any, condition: Condition) -> _Keyword:
    parts = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    single = [part for part in parts if isinstance(part, type) and part is not type(None)]
    kinds = (*single, int) if float in single else tuple(single)
    return _Keyword(
        name=name,
        condition=condition,
        kinds=() if Any in parts else kinds,
        several=any(get_origin(part) is Sequence for part in parts),
        nullable=type(None) in parts,
    )


def _reference(property: str | tuple[str, ...], view: ViewId | None) -> PropertyReference:
    if isinstance(property, tuple):
        return property
    if view is None:
        raise UsageError(f"without a view there is no property {property!r} to filter by")
    return (view.space, view.key, property)


def _equals(reference: PropertyReference, value: object) -> PygenFilter:
    if value is None:
        return ~Exists(reference)
    several = several_values(value)
    return Equals(reference, value) if several is None else In(reference, several)


def _contains_any(reference: PropertyReference, value: object) -> PygenFilter:
    if value is None:
        return ~Exists(reference)
    several = several_values(value)
    return ContainsAny(reference, [value] if several is None else several)
