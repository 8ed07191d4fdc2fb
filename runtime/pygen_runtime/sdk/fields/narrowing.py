"""What a relation is narrowed to: a condition, an order, a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from pygen_runtime.errors import UsageError
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import Sort
from pygen_runtime.sdk.fields.conditions import contains_any, equals, to_filter
from pygen_runtime.sdk.fields.fields import Field, as_filter
from pygen_runtime.sdk.fields.known import conditions_of, fields_of
from pygen_runtime.sdk.instances.properties import field_named, is_list, own_name, property_reference
from pygen_runtime.sdk.instances.resource import PygenEdge, PygenResource

T = TypeVar("T", bound=PygenResource)
E = TypeVar("E", bound=PygenEdge)

SortKey: TypeAlias = "str | Callable[[Any], Sort | Field[Any] | tuple[Sort | Field[Any], ...]]"
"""A field of the target by its name, `-` before it turning its order round, or a function such as `lambda b: b.length.desc()`."""


class Linked(NamedTuple, Generic[E, T]):
    """A node, and the edge that leads to it.

    Attributes:
        edge: The edge, with its own properties.
        node: The node at its other end.
    """

    edge: E
    node: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which targets of a relation are wanted, in which order, and how many of them.

    Attributes:
        condition: What each target fulfils.
        order: Fields of the target, the most important first; `-` before a name turns its order round.
        most: How many at most.
    """

    condition: PygenFilter | None = None
    order: tuple[str, ...] = ()
    most: int | None = None

    def where(self, resource: type[PygenResource], condition: PygenFilter | Callable[[Any], PygenFilter]) -> Narrowing:
        """Only those that meet this condition as well.

        Raises:
            UsageError: It is neither a filter nor a function of the fields that gives one.
        """
        found = as_filter(condition, fields_of(resource))
        return replace(self, condition=found if self.condition is None else self.condition & found)

    def filter(self, resource: type[PygenResource], conditions: Mapping[str, object]) -> Narrowing:
        """Only those that meet keyword conditions of their view, or whose fields have these values.

        Raises:
            UsageError: There is no such condition or field, or a value cannot be filtered by.
        """
        kind = conditions_of(resource)
        narrowed = self
        for name, value in conditions.items():
            if kind is not None and name in kind.__annotations__:
                found = to_filter(kind, resource.VIEW, {name: value})
            else:
                reference = property_reference(resource, name)
                means = contains_any(reference[-1]) if is_list(resource, name) else equals(reference)
                found = means.filter(resource.VIEW, value)
            narrowed = narrowed if found is None else narrowed.where(resource, found)
        return narrowed

    def sort(self, resource: type[PygenResource], keys: Sequence[SortKey]) -> Narrowing:
        """In this order.

        Raises:
            UsageError: The class has no such field, or there are more than five.
        """
        order = tuple(name for key in keys for name in _names(resource, key))
        if len(order) > 5:
            raise UsageError(f"{len(order)} sort keys given; the API takes five at most")
        return replace(self, order=order)

    def limit(self, most: int | None) -> Narrowing:
        """At most this many; None: all of them."""
        if most is not None and most < 0:
            raise UsageError(f"limit is {most}: give 0 or more, or None for all")
        return replace(self, most=most)

    def arrange(self, found: list[Any]) -> list[Any]:
        """Targets that meet the condition, put in order and cut; a new list of what was given, which are `Linked`."""
        for key in reversed(self.order):
            found = _sorted(found, key)
        return list(found) if self.most is None else found[: self.most]


EVERYTHING = Narrowing()


def _names(resource: type[PygenResource], key: object) -> list[str]:
    """A sort key by the names of its fields, because what came already is put in order here."""
    if callable(key):
        found = key(fields_of(resource))
        return [name for one in (found if isinstance(found, tuple) else (found,)) for name in _names(resource, one)]
    if isinstance(key, Sort):
        return [f"{'-' if key.direction == 'descending' else ''}{field_named(resource, key.property)}"]
    if isinstance(key, Field):
        return [field_named(resource, key.reference)]
    if not isinstance(key, str):
        raise UsageError(
            f"a sort key is the name of a field, or a function such as lambda t: t.name.desc(), not {key!r}"
        )
    property_reference(resource, key.removeprefix("-"))
    return [key]


def _sorted(found: list[Linked[Any, Any]], key: str) -> list[Linked[Any, Any]]:
    """In the order of the API: those without a value come last, whichever way it goes; text by code points."""
    name = key.removeprefix("-")
    valued = [(getattr(one.node, own_name(type(one.node), name) or name), one) for one in found]
    try:
        known = sorted(
            (pair for pair in valued if pair[0] is not None), key=lambda pair: pair[0], reverse=key.startswith("-")
        )
    except TypeError as error:
        raise UsageError(f"{name!r} cannot be sorted by: its values have no order") from error
    return [one for _, one in known] + [one for value, one in valued if value is None]
