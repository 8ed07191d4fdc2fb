"""Values of properties as the API takes them (contract §6.9), and what is wrong with those that it would not."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Any, TypeGuard, get_args

import msgspec
from msgspec import UNSET, UnsetType

from pygen_runtime.client.write_checks import not_finite
from pygen_runtime.schema import NodeId
from pygen_runtime.sdk.writes.shapes import PropertyField, Shape

AS_THEY_ARE: frozenset[type[Any]] = frozenset({str, bool, datetime.date, type(None)})
"""Types of which JSON has every value."""


def is_plain(value: Any) -> bool:
    """Whether JSON has a value as it is: asked first, because most values are such, and finding out more costs ten times as much."""
    kind = type(value)
    if kind is float:
        return math.isfinite(value)
    return kind in AS_THEY_ARE or (kind is int and value.bit_length() < 64)


def is_plain_list(value: Any) -> TypeGuard[list[Any]]:
    """The same of a list and all that is in it."""
    return type(value) is list and (AS_THEY_ARE.issuperset(map(type, value)) or all(map(is_plain, value)))


def encoded(value: Any) -> Any:
    """A value as it is sent: moments in UTC to the millisecond, which is all that the API keeps.

    Raises:
        ValueError: A moment has no time zone, or a number is not finite, for which there is no JSON.
    """
    if isinstance(value, datetime.datetime):
        return _moment(value)
    if is_plain(value):
        return value
    if isinstance(value, (list, tuple)):
        return [encoded(one) for one in value]
    for path in not_finite(value, "value"):
        raise ValueError(f"{path} is a number that is not finite; the API has no such numbers")
    return value


def problems(write: msgspec.Struct, shape: Shape, *, new: bool) -> list[str]:
    """What does not fit in a write object; nothing if all is well.

    Args:
        write: The object, without those nested in it.
        shape: What its class says.
        new: Whether required properties must have a value.
    """
    found = [text for one in shape.properties for text in _of_property(getattr(write, one.name), one, new=new)]
    for edge in shape.edges:
        given = getattr(write, edge.name)
        if given is not UNSET and given is not None:
            found += _misfits(given, edge.name, edge.kinds, many=edge.many)
    for name, kinds in shape.ends.items():
        if (end := getattr(write, name)) is not UNSET:
            found += _misfits(end, name, kinds, many=False)
    return found


def _of_property(value: Any, property_: PropertyField, *, new: bool) -> Iterator[str]:
    if value is UNSET:
        if new and property_.required:
            yield f"{property_.name} is required"
        return
    try:
        if property_.kinds:
            yield from _misfits(value, property_.name, property_.kinds, many=property_.many)
        elif not _is_any(property_.type):
            msgspec.convert(value, _without_unset(property_.type))
            encoded(value)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        yield f"{property_.name}: {error}"


def _misfits(value: Any, name: str, kinds: tuple[type[Any], ...], *, many: bool) -> Iterator[str]:
    if problem := miscounted(value, many=many):
        yield f"{name}: {problem}"
        return
    for one in value if many and value is not None else [value]:
        if one is not None and (problem := misfit(one, kinds)):
            yield f"{name}: {problem}"


def miscounted(value: Any, *, many: bool) -> str | None:
    """Why something cannot stand in a relation, whatever it is of: it is one instead of several, or the other way round."""
    if value is None or isinstance(value, (list, tuple)) == many:
        return None
    return f"{type(value).__name__} does not belong here; it takes {'a list' if many else 'one, and no list'}"


def misfit(value: Any, kinds: tuple[type[Any], ...]) -> str | None:
    """Why something cannot stand in a relation; None if it can.

    Args:
        value: An id or a write object.
        kinds: The write classes that may.
    """
    if isinstance(value, (NodeId, *kinds)):
        return None
    allowed = ", ".join(("NodeId", *(kind.__name__ for kind in kinds)))
    return f"{type(value).__name__} does not belong here; what does: {allowed}"


def _moment(value: datetime.datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone, so it could be any of many moments: give it one")
    there = value if value.tzinfo is datetime.UTC else value.astimezone(datetime.UTC)
    if type(there) is not datetime.datetime:
        return there.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
    text: str = msgspec.to_builtins(there)  # four times as fast; with six digits of a second, or none
    return f"{text[:-4]}Z" if there.microsecond else f"{text[:-1]}.000Z"


def _is_any(annotation: Any) -> bool:
    return annotation is Any


def _without_unset(annotation: Any) -> Any:
    """The same without `UnsetType`, which msgspec takes in fields only."""
    members = get_args(annotation)
    if UnsetType not in members:
        return annotation
    first, *others = [one for one in members if one is not UnsetType]
    for other in others:
        first = first | other
    return first
