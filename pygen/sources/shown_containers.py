"""Containers as views in read form show them: each mapped property repeats what its container says of it (contract §4.5)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pygen_runtime.schema import Container, ContainerId, ContainerProperty, MappedProperty, PropertyType, View


def shown_containers(views: Iterable[View], known: Iterable[Container]) -> list[Container]:
    """What views in read form tell of containers that are not given themselves.

    Properties that no view shows are missing, as are constraints and indexes.

    Args:
        views: Views; those in write form tell nothing.
        known: The containers that are given; they are left out.
    """
    given = {container.as_id() for container in known}
    properties: dict[ContainerId, dict[str, ContainerProperty]] = {}
    uses: dict[ContainerId, set[str]] = {}
    for view in views:
        for mapped in (view.properties or {}).values():
            if isinstance(mapped, MappedProperty) and mapped.type is not None and mapped.container not in given:
                shown = properties.setdefault(mapped.container, {})
                shown.setdefault(mapped.container_property_identifier, _property(mapped, mapped.type))
                uses.setdefault(mapped.container, set()).add(view.used_for or "node")
    return [
        Container(space=id.space, external_id=id.external_id, properties=shown, used_for=used_for(uses[id]))
        for id, shown in properties.items()
    ]


def used_for(uses: set[str]) -> str:
    """A view is for what all its containers are for, so one view for both makes its containers for both (contract §4.5)."""
    if "all" in uses or len(uses) > 1:
        return "all"
    return next(iter(uses), "node")


def _property(mapped: MappedProperty, type_: PropertyType) -> ContainerProperty:
    """The view that a direct relation points at, and what things are called, are the view's business."""
    return ContainerProperty(
        type=msgspec.structs.replace(type_, source=None),
        nullable=mapped.nullable,
        immutable=mapped.immutable,
        auto_increment=mapped.auto_increment,
        default_value=mapped.default_value,
    )
