"""From a data model as it is answered back to everything that must be sent to have it.

A data model in read form holds no containers, but each mapped property repeats the definition of its container's property
(contract §4.5). So the containers come back as the union of what the views show of them. What no view shows cannot come
back: constraints, indexes, and properties that no view maps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass

import msgspec

from pygen.errors import SourceError
from pygen.sources.filter_references import FilterReference, container_references
from pygen_runtime.schema import (
    ContainerId,
    ContainerProperty,
    ContainerWrite,
    DataModel,
    DataModelWrite,
    MappedProperty,
    PropertyType,
    ReverseConnection,
    SpaceWrite,
    View,
    ViewId,
    ViewProperty,
    ViewWrite,
)

PLACEHOLDER = "placeholder"
"""The one property of a container that is referred to, but of which no view shows anything: it must have one to exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What to send, in this order; within each part, what others need comes first.

    Attributes:
        spaces: Spaces of the model, its views and its containers.
        containers: Containers that its views, relations and filters need.
        views: Views of the model.
        data_model: The model, its views by reference.
        inferred: Properties that no view shows, made up to let a filter or a relation stand. Where the server has them
            already, the server is right.
        left: How many containers and views of the model the server calls global, and were left as they are.
    """

    spaces: Sequence[SpaceWrite]
    containers: Sequence[ContainerWrite]
    views: Sequence[ViewWrite]
    data_model: DataModelWrite
    inferred: frozenset[tuple[ContainerId, str]] = frozenset()
    left: int = 0


def parents_elsewhere(model: DataModel) -> list[ViewId]:
    """Views that views of the model implement, but that are not in it."""
    views = model.views or []
    ours = {view.as_id() for view in views}
    return list(dict.fromkeys(parent for view in views for parent in view.implements or () if parent not in ours))


def deployment(model: DataModel, *, elsewhere: Collection[ViewId] = ()) -> Deployment:
    """What must be sent to a server for it to answer `model`.

    A view keeps `implements` for parents within the model or known to be elsewhere; what it inherited stays among its own
    properties as well, so that nothing is lost where a parent is missing. References to views outside the model are kept as they are.

    Args:
        model: A data model in read form, inherited properties included.
        elsewhere: Views outside the model that the server has.

    Returns:
        The parts, in write form.

    Raises:
        SourceError: Two views contradict each other about a container's property, or a filter needs a property whose type
            nothing tells.
    """
    views = model.views or []
    containers = _Containers()
    for view in views:
        containers.learn(view)
    for view in views:
        containers.complete(view)
    ours = {*elsewhere, *(view.as_id() for view in views)}
    writes = {view.as_id(): _view_write(view, ours) for view in views}
    return Deployment(
        spaces=_spaces(model, containers.ids()),
        containers=containers.writes(),
        views=_parents_first(writes),
        data_model=DataModelWrite(
            space=model.space,
            external_id=model.external_id,
            version=model.version,
            name=model.name,
            description=model.description,
            views=[view.as_id() for view in views],
        ),
        inferred=frozenset(containers.inferred),
    )


class _Containers:
    """Puts containers together, view by view."""

    def __init__(self) -> None:
        self.inferred: set[tuple[ContainerId, str]] = set()
        self._properties: dict[ContainerId, dict[str, ContainerProperty]] = {}
        self._origins: dict[tuple[ContainerId, str], str] = {}
        self._uses: dict[ContainerId, set[str]] = {}

    def ids(self) -> Iterable[ContainerId]:
        return self._properties.keys()

    def learn(self, view: View) -> None:
        """Take over what a view shows."""
        for name, mapped in (view.properties or {}).items():
            if isinstance(mapped, MappedProperty):
                self._uses.setdefault(mapped.container, set()).add(view.used_for or "node")
                self._define(mapped, f"view {view.as_id()}, property {name}")

    def _define(self, mapped: MappedProperty, origin: str) -> None:
        key = mapped.container_property_identifier
        properties = self._properties.setdefault(mapped.container, {})
        found = _container_property(mapped, origin)
        known = properties.setdefault(key, found)
        first = self._origins.setdefault((mapped.container, key), origin)
        # A view may call a property otherwise than its container, but shows the container's name where it gives none.
        name = known.name if found.name is not None else None
        description = known.description if found.description is not None else None
        agreed = msgspec.structs.replace(known, name=name, description=description)
        if msgspec.structs.replace(found, name=name, description=description) != agreed:
            raise SourceError(
                f"{origin} and {first} show the same property {key} of container {mapped.container}, but define it "
                "differently: the model is put together from different revisions; export it again"
            )
        properties[key] = agreed

    def complete(self, view: View) -> None:
        """Add what a view refers to without showing it."""
        for mapped in (view.properties or {}).values():
            if isinstance(mapped, MappedProperty) and mapped.type is not None and mapped.type.container is not None:
                self._need(FilterReference(mapped.type.container), view)
        for reference in container_references(view.filter or {}):
            self._need(reference, view)

    def _need(self, reference: FilterReference, view: View) -> None:
        container, name, type_ = reference
        properties = self._properties.setdefault(container, {})
        if name is None or name in properties:
            return
        if type_ is None:
            raise SourceError(
                f"the filter of view {view.as_id()} uses property {name} of container {container}, which no view of the "
                "model shows and whose type the filter does not tell; add a view that maps it to the model"
            )
        properties[name] = ContainerProperty(type=type_)
        self.inferred.add((container, name))

    def writes(self) -> list[ContainerWrite]:
        for container, properties in self._properties.items():
            if not properties:
                properties[PLACEHOLDER] = ContainerProperty(type=PropertyType(type="boolean"))
                self.inferred.add((container, PLACEHOLDER))
        return [
            ContainerWrite(
                space=id.space,
                external_id=id.external_id,
                properties=properties,
                used_for=_used_for(self._uses.get(id, set())),
            )
            for id, properties in self._properties.items()
        ]


def _container_property(mapped: MappedProperty, origin: str) -> ContainerProperty:
    if mapped.type is None:
        raise SourceError(f"{origin} has no type: the model is in write form; export it as the API answers it")
    return ContainerProperty(
        type=_plain(mapped.type),
        nullable=mapped.nullable is not False,
        immutable=mapped.immutable is True,
        auto_increment=mapped.auto_increment is True,
        default_value=mapped.default_value,
        name=mapped.name,
        description=mapped.description,
    )


def _plain(type_: PropertyType) -> PropertyType:
    """The type as the container has it: the view that a direct relation points at is the view's business."""
    return msgspec.structs.replace(type_, source=None, list=type_.list or None)


def _used_for(uses: set[str]) -> str:
    """A view is for what all its containers are for, so one view for both makes its containers for both (contract §4.5)."""
    if "all" in uses or len(uses) > 1:
        return "all"
    return next(iter(uses), "node")


def _view_write(view: View, there: Set[ViewId]) -> ViewWrite:
    return ViewWrite(
        space=view.space,
        external_id=view.external_id,
        version=view.version,
        name=view.name,
        description=view.description,
        implements=[parent for parent in view.implements or () if parent in there] or None,
        filter=view.filter,
        properties={name: _property_write(definition) for name, definition in (view.properties or {}).items()},
    )


def _property_write(definition: ViewProperty) -> ViewProperty:
    match definition:
        case MappedProperty(type=type_):
            return MappedProperty(
                container=definition.container,
                container_property_identifier=definition.container_property_identifier,
                name=definition.name,
                description=definition.description,
                source=(type_.source if type_ else None) or definition.source,
            )
        case ReverseConnection():
            return msgspec.structs.replace(definition, targets_list=None)
        case _:
            return definition


def _parents_first(views: dict[ViewId, ViewWrite]) -> list[ViewWrite]:
    """Parents before children, otherwise in the model's order; a cycle is left for the server to refuse."""
    ordered: dict[ViewId, ViewWrite] = {}
    open_: list[ViewId] = list(reversed(views))
    entered: set[ViewId] = set()
    while open_:
        id = open_[-1]
        parents = (
            [] if id in entered else [one for one in views[id].implements or () if one in views and one not in ordered]
        )
        entered.add(id)
        if not parents:
            ordered[open_.pop()] = views[id]
        open_.extend(reversed(parents))
    return list(ordered.values())


def _spaces(model: DataModel, containers: Iterable[ContainerId]) -> list[SpaceWrite]:
    names = {model.space} | {view.space for view in model.views or ()} | {container.space for container in containers}
    return [SpaceWrite(space=name) for name in sorted(names)]
