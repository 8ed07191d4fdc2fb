"""Views as they are written, and as they are answered (contract §4.2, §4.5)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from pygen.server.calls import convert
from pygen.server.errors import RefusedError, violation
from pygen.server.identifiers import check_external_id, check_property, check_texts, check_version
from pygen.server.schema import (
    ContainerKey,
    Json,
    Mapped,
    Schema,
    View,
    ViewKey,
    container_key,
    container_reference,
    maps_required,
    view_key,
    view_reference,
)
from pygen.server.stored_filters import living_filter
from pygen_runtime.schema import EdgeConnection, MappedProperty, ReverseConnection, ViewId, ViewProperty, ViewWrite

_MAX_PROPERTIES: Final = 300
_MAX_PARENTS: Final = 10
_EDGES: Final = ("single_edge_connection", "multi_edge_connection")
_REVERSES: Final = ("single_reverse_direct_relation", "multi_reverse_direct_relation")


def definition_of(item: Json) -> Json:
    """The stored form of a view as it is written; whether what it refers to exists is checked later.

    Args:
        item: The written view, the versions of `implements` filled in.

    Raises:
        RefusedError: Something in it is not allowed.
    """
    view = convert(item, ViewWrite, what="view")
    check_external_id(view.external_id, kind="view")
    check_version(view.version)
    check_texts(view.name, view.description)
    properties, parents = view.properties or {}, view.implements or []
    if len(properties) > _MAX_PROPERTIES:
        raise violation(f"properties size must be between 0 and {_MAX_PROPERTIES}")
    if len(parents) > _MAX_PARENTS:
        raise violation(f"implements size must be between 0 and {_MAX_PARENTS}")
    definition: Json = {"space": view.space, "externalId": view.external_id, "version": view.version}
    _set(definition, name=view.name, description=view.description, filter=view.filter)
    definition["implements"] = [_reference(parent) for parent in parents]
    definition["properties"] = {key: _property(key, value) for key, value in properties.items()}
    return definition


def _property(key: str, item: ViewProperty) -> Json:
    check_property(key)
    if isinstance(item, MappedProperty):
        definition: Json = {
            "container": container_reference(ContainerKey(item.container.space, item.container.external_id)),
            "containerPropertyIdentifier": item.container_property_identifier,
        }
        source = item.source or (item.type.source if item.type else None)
        _set(definition, source=_reference(source) if source else None)
    elif isinstance(item, ReverseConnection):
        _check_connection(key, item.connection_type, _REVERSES)
        definition = {"connectionType": item.connection_type, "source": _reference(item.source)}
        definition["through"] = msgspec.to_builtins(item.through)
    else:
        definition = _edge(key, item)
    name, description = getattr(item, "name", None), getattr(item, "description", None)
    check_texts(name, description)
    _set(definition, name=name, description=description)
    return definition


def _edge(key: str, item: ViewProperty) -> Json:
    if not isinstance(item, EdgeConnection):
        raise RefusedError(f"The property '{key}' is of an unknown kind.")
    connection = item.connection_type or "multi_edge_connection"
    _check_connection(key, connection, _EDGES)
    definition: Json = {
        "connectionType": connection,
        "type": {"space": item.type.space, "externalId": item.type.external_id},
        "source": _reference(item.source),
        "direction": item.direction or "outwards",
    }
    _set(definition, edgeSource=_reference(item.edge_source) if item.edge_source else None)
    return definition


def _check_connection(key: str, connection: str, allowed: tuple[str, ...]) -> None:
    if connection not in allowed:
        raise RefusedError(f"The connectionType of the property '{key}' must be one of {', '.join(allowed)}.")


def read(schema: Schema, view: View, *, inherited: bool = True) -> Json:
    """A view as it is answered.

    Args:
        schema: The schema it stands in.
        view: The view.
        inherited: Whether to show properties that it inherits.
    """
    everything = schema.properties_of(view)
    mapped = schema.mapped(everything)
    shown = everything if inherited else view.own
    answer: Json = {**view.stored.definition, **view.stored.times()}
    properties = {key: read_property(schema, value, mapped.get(key)) for key, value in shown.items()}
    answer["properties"] = {key: value for key, value in properties.items() if value is not None}
    containers = {one.container.key: one.container for one in mapped.values()}
    answer["writable"] = maps_required(mapped)
    answer["queryable"] = view.filter is not None or bool(mapped)
    answer["usedFor"] = used_for(schema, view)
    answer["mappedContainers"] = [container_reference(key) for key in containers]
    if view.filter is not None:
        answer["filter"] = living_filter(schema, view.filter)
    return answer


def used_for(schema: Schema, view: View) -> str:
    """What a view can be used for, by its containers: anything, unless one of them says otherwise."""
    uses = {container.used_for for container in schema.view_source(view).containers}
    return next((use for use in ("edge", "node") if use in uses), "all")


def read_property(schema: Schema, definition: Json, mapped: Mapped | None) -> Json | None:
    """A property as it is answered; None if its container is gone."""
    if "through" in definition:
        return {**definition, "targetsList": _targets_list(schema, definition["through"])}
    if "container" not in definition:
        return definition
    if mapped is None:
        return None
    stored = mapped.container.stored.definition["properties"][mapped.property.identifier]
    answer: Json = {**stored, **definition}
    source = answer.pop("source", None)
    if source is not None and answer["type"]["type"] == "direct":
        answer["type"] = {**answer["type"], "source": source}
    return answer


def _targets_list(schema: Schema, through: Json) -> bool:
    """Whether the forward property is a list of direct relations; false while it does not exist."""
    source, identifier = through["source"], through["identifier"]
    if source["type"] == "view":
        view = schema.views.get(view_key(source))
        mapped = schema.view_source(view).mapped.get(identifier) if view else None
        stored = mapped.property if mapped else None
    else:
        container = schema.containers.get(container_key(source))
        stored = container.properties.get(identifier) if container else None
    return stored is not None and stored.type.is_list


def _reference(view: ViewId) -> Json:
    return view_reference(ViewKey(view.space, view.external_id, view.version))


def _set(definition: Json, **values: Any) -> None:
    """Set what is not None."""
    definition.update({key: value for key, value in values.items() if value is not None})
