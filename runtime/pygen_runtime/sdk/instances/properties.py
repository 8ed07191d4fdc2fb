"""The fields of a class, seen as properties: what each is called by the API, and what it holds."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Union, get_args, get_origin

import msgspec

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId
from pygen_runtime.sdk.display.text import near_first

if TYPE_CHECKING:
    from pygen_runtime.sdk.instances.resource import PygenResource

_BASE_PROPERTIES = {
    "space": "space",
    "external_id": "externalId",
    "version": "version",
    "created_time": "createdTime",
    "last_updated_time": "lastUpdatedTime",
    "node_type": "type",
    "edge_type": "type",
    "start_node": "startNode",
    "end_node": "endNode",
}
"""Fields that every instance has → how filters and sorts name them (contract §7.2)."""


class PropertyType(NamedTuple):
    """What a field holds.

    Attributes:
        item: The type of one value.
        many: Whether it is a list of them.
        nullable: Whether there may be none.
    """

    item: Any
    many: bool
    nullable: bool


def property_reference(resource: type[PygenResource], field: str) -> tuple[str, ...]:
    """How the API names a field of a class in filters and sorts (contract §7.2).

    Args:
        resource: The class.
        field: A field, or a direct relation by either name (`rotor`, `rotor_id`).

    Raises:
        UsageError: The class has no such field.
    """
    own = own_name(resource, field)
    if own is not None and resource.VIEW is not None:
        return (resource.VIEW.space, resource.VIEW.key, _encoded(resource)[own])
    if field in base_fields(resource):
        return (resource.INSTANCE_TYPE, _BASE_PROPERTIES[field])
    raise unknown(resource, field)


def field_named(resource: type[PygenResource], reference: tuple[str, ...]) -> str:
    """The field of a class that the API names so; `property_reference` backwards.

    Raises:
        UsageError: The class has no such field.
    """
    for name in (*_encoded(resource), *base_fields(resource)):
        if property_reference(resource, name) == reference:
            return name
    raise unknown(resource, reference[-1])


def asked_name(resource: type[PygenResource], reference: tuple[str, ...]) -> str:
    """What conditions and orders call a property by: the relation where there is one, and not the field of its ids.

    Raises:
        UsageError: The class has no such field.
    """
    field = field_named(resource, reference)
    return next((relation for relation, ids in _ids_of_relations(resource).items() if ids == field), field)


def wire_name(resource: type[PygenResource], field: str) -> str:
    """The bare id of a field's property.

    Raises:
        UsageError: The class has no such field.
    """
    return property_reference(resource, field)[-1]


def own_name(resource: type[PygenResource], field: object) -> str | None:
    """The field of a property of the view, given by its own name or by that of the relation which it holds the ids of."""
    known = _encoded(resource)
    if not isinstance(field, str):
        raise UsageError(f"{field!r} is no field of {resource.__name__}: fields are given by their names")
    name = _ids_of_relations(resource).get(field, field)
    return name if name in known else None


def own_property(resource: type[PygenResource], property: str) -> str | None:
    """The field that holds a property of the view."""
    return next((name for name, encoded in _encoded(resource).items() if encoded == property), None)


def property_type(resource: type[PygenResource], field: str) -> PropertyType:
    """What a field of the view holds."""
    return _types(resource)[field]


def is_list(resource: type[PygenResource], field: str) -> bool:
    """Whether a field holds a list."""
    own = own_name(resource, field)
    return own is not None and property_type(resource, own).many


def is_number(resource: type[PygenResource], field: str) -> bool:
    """Whether figures can be worked out of a field."""
    own = own_name(resource, field)
    if own is None and field not in base_fields(resource):
        raise unknown(resource, field)
    return own is not None and property_type(resource, own)[:2] in ((int, False), (float, False))


def is_text(resource: type[PygenResource], field: str) -> bool:
    """Whether words can be looked for in a field."""
    own = own_name(resource, field)
    return own is not None and property_type(resource, own).item is str


def base_fields(resource: type[PygenResource]) -> list[str]:
    """The fields that instances of a class have without any view."""
    return [name for name in _BASE_PROPERTIES if hasattr(resource, name)]


def unknown(resource: type[PygenResource], field: str) -> UsageError:
    """The error for a field that a class does not have."""
    known = [*_encoded(resource), *base_fields(resource)]
    return UsageError(f"{resource.__name__} has no field {field!r}; there are {near_first([field], known)}")


@cache
def _encoded(resource: type[PygenResource]) -> Mapping[str, str]:
    """Field → property, of the properties of the view alone."""
    names = zip(resource.__struct_fields__, resource.__struct_encode_fields__, strict=True)
    return {name: encoded for name, encoded in names if not encoded.startswith("~")}


@cache
def _ids_of_relations(resource: type[PygenResource]) -> Mapping[str, str]:
    """Direct relation → the field that holds its ids."""
    from pygen_runtime.sdk.instances.via import Direct  # noqa: PLC0415 - as above
    from pygen_runtime.sdk.relations.descriptor import relations  # noqa: PLC0415 - relations build on queries, which name fields

    found = relations(resource)
    return {name: one.via.field for name, one in found.items() if isinstance(one.via, Direct)}


@cache
def _types(resource: type[PygenResource]) -> Mapping[str, PropertyType]:
    return {field.name: _type(field.type) for field in msgspec.structs.fields(resource)}


def _type(annotation: Any) -> PropertyType:
    inner, nullable = _without_none(annotation)
    if get_origin(inner) is list:
        return PropertyType(get_args(inner)[0], True, nullable)  # noqa: FBT003 - a field of the tuple
    return PropertyType(inner, False, nullable)  # noqa: FBT003 - as above


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, annotation is Any
    left = tuple(one for one in get_args(annotation) if one is not type(None))
    return (left[0] if len(left) == 1 else Union[left]), len(left) < len(get_args(annotation))  # noqa: UP007 - made of a tuple


def is_reference(item: Any) -> bool:
    """Whether values of a type are ids of nodes."""
    return item is NodeId
