"""What queries are given, checked and put as the API says it: sort keys, units, fields, numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import ViewId
from pygen_runtime.schema.requests import Sort, TargetUnit
from pygen_runtime.sdk.fields.common import EdgeFields, Fields, NodeFields
from pygen_runtime.sdk.fields.fields import Field, target_unit
from pygen_runtime.sdk.instances.properties import (
    is_list,
    own_name,
    property_reference,
    property_type,
    unknown,
    wire_name,
)

if TYPE_CHECKING:
    from pygen_runtime.sdk.instances.resource import PygenResource

MOST_SORT_KEYS = 5
MOST_UNITS = 10
MOST_GROUPING = 5


def sort_keys(resource: type[PygenResource], fields: Fields, given: Sequence[object]) -> tuple[Sort, ...]:
    """Sort keys, given as names of fields or by functions of the fields.

    Raises:
        UsageError: A field is unknown, holds a list or is named twice, or there are more than five.
    """
    keys = [one for key in given for one in _sort_keys(resource, fields, key)]
    if len(keys) > MOST_SORT_KEYS:
        raise UsageError(f"{len(keys)} sort keys given; the API takes five at most")
    named = [key.property for key in keys]
    for reference in named:
        if named.count(reference) > 1:
            raise UsageError(f"{reference[-1]} is a sort key twice; only the first could count")
    return tuple(keys)


def target_units(
    resource: type[PygenResource], fields: Fields, given: Sequence[object], by_field: Mapping[str, str]
) -> tuple[TargetUnit, ...]:
    """Units that values are wanted in: of fields by name, or by functions of the fields.

    Raises:
        UsageError: A field has no unit, or there are more than ten.
    """
    units = [one for each in given for one in _units(fields, each)]
    for name, unit in by_field.items():
        own = own_name(resource, name)
        if own is None:
            raise unknown(resource, name)
        if property_type(resource, own).item is not float:
            raise UsageError(f"{name}={unit!r}: only numbers that may have a fraction have units")
        units.append(target_unit(name, wire_name(resource, name), unit))
    if len(units) > MOST_UNITS:
        raise UsageError(f"{len(units)} units asked for; the API takes ten at most")
    return tuple(units)


def field_names(resource: type[PygenResource], fields: Fields, given: Sequence[object]) -> tuple[str, ...]:
    """Fields of a class, given by name or by functions of the fields, as the class calls them.

    Raises:
        UsageError: A field is unknown, or there are none.
    """
    names: list[str] = []
    for each in given:
        found = each(fields) if callable(each) else each
        names += [_name_of(resource, one) for one in (found if isinstance(found, tuple) else (found,))]
    if not names:
        raise UsageError("no field was named")
    return tuple(names)


def whole_number(name: str, value: object, *, least: int = 0, most: int | None = None) -> int:
    """A number that can be a limit.

    Raises:
        UsageError: It is none, or lies outside of what can work.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError(f"{name} is {value!r}: give a whole number")
    if value < least or (most is not None and value > most):
        bounds = f"from {least} to {most}" if most is not None else f"of {least} or more"
        raise UsageError(f"{name} is {value}: give a number {bounds}")
    return value


def at_most_five(names: tuple[str, ...]) -> tuple[str, ...]:
    """Fields that make groups.

    Raises:
        UsageError: There are more than the API takes.
    """
    if len(names) > MOST_GROUPING:
        raise UsageError(f"{len(names)} fields to group by; the API takes five at most")
    return names


def limit(value: object) -> int | None:
    """A limit; None for all."""
    if value == -1:  # what other clients of CDF mean by it
        raise UsageError("limit is -1: give None for all, or a number of 0 or more")
    return None if value is None else whole_number("limit", value)


def fields_of(resource: type[PygenResource], fields: Any) -> Any:
    """The fields of a query: those it was made with, or those that every instance has."""
    if fields is not None:
        return fields
    return NodeFields() if resource.INSTANCE_TYPE == "node" else EdgeFields()


def view_of(resource: type[PygenResource], verb: str) -> ViewId:
    """The view of a class.

    Raises:
        UsageError: It has none, and the API needs one.
    """
    if resource.VIEW is None:
        raise UsageError(f"{verb} needs a view, and {resource.__name__} is of none")
    view: ViewId = resource.VIEW
    return view


def _sort_keys(resource: type[PygenResource], fields: Fields, key: object) -> list[Sort]:
    if callable(key):
        found = key(fields)
        return [
            one
            for each in (found if isinstance(found, tuple) else (found,))
            for one in _sort_keys(resource, fields, each)
        ]
    if isinstance(key, Sort):
        return [key]
    if isinstance(key, Field):
        return [Sort(property=key.reference)]
    if not isinstance(key, str):
        raise UsageError(
            f"a sort key is the name of a field, or a function such as lambda t: t.name.desc(), not {key!r}"
        )
    name = key.removeprefix("-")
    direction: Literal["ascending", "descending"] = "descending" if key.startswith("-") else "ascending"
    reference = property_reference(resource, name)
    if is_list(resource, name):
        raise UsageError(f"{resource.__name__}.{name} holds lists, which have no order to sort by")
    return [Sort(property=reference, direction=direction)]


def _units(fields: Fields, given: Any) -> tuple[TargetUnit, ...]:
    found: Any = given(fields) if callable(given) else given
    units = found if isinstance(found, tuple) else (found,)
    if not all(isinstance(one, TargetUnit) for one in units):
        raise UsageError(
            f"units takes lambda t: t.flow.in_unit(…), or keywords such as flow=…, not what gives {found!r}"
        )
    return units


def _name_of(resource: type[PygenResource], field: object) -> str:
    if isinstance(field, Field):
        return _name_of(resource, field.name)
    if not isinstance(field, str):
        raise UsageError(f"{field!r} is no field of {resource.__name__}")
    property_reference(resource, field)
    return own_name(resource, field) or field
