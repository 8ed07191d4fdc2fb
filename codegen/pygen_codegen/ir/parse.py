"""From a data model as the API answers it to the intermediate representation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pygen_codegen.errors import ModelError
from pygen_codegen.ir.identifiers import check_node, check_property, check_source, check_view, shown
from pygen_codegen.ir.property_types import PropertyTypes
from pygen_codegen.ir.types import (
    IRClass,
    IRDirect,
    IRDirectRelation,
    IREdge,
    IRList,
    IRModel,
    IRProperty,
    IRRelationship,
    IRReverse,
    IRType,
)
from pygen_runtime.schema import (
    ContainerId,
    DataModel,
    EdgeConnection,
    MappedProperty,
    ReverseConnection,
    Through,
    View,
    ViewId,
)

_EDGE_IS_MANY = {None: True, "multi_edge_connection": True, "single_edge_connection": False}
_REVERSE_IS_MANY = {"multi_reverse_direct_relation": True, "single_reverse_direct_relation": False}


def parse_model(model: DataModel) -> IRModel:
    """The intermediate representation of a data model.

    Contract: §3.3 (property types), §4.5 (views in read form), §5 (data models). A key that is null counts as absent.

    Args:
        model: A data model in read form with its views inlined, inherited properties included.

    Returns:
        One class a view, in the model's order. A view may refer to views outside the model.

    Raises:
        ModelError: The model has no views, is in write form, contradicts itself, or holds identifiers, types or
            connections that CDF does not know or that this version does not.
    """
    check_source(model.as_id(), "the data model")
    views = _views_by_id(model)
    types, lists = PropertyTypes(), _RelationLists(views)
    classes = tuple(_class(view, types, lists) for view in views.values())
    return IRModel(id=model.as_id(), classes=classes, enums=types.enums, name=model.name, description=model.description)


class _RelationLists:
    """Knows which direct relations of the model are lists: reverse relations through those work differently."""

    def __init__(self, views: Mapping[ViewId, View]) -> None:
        self._views = views
        self._containers = {
            (mapped.container, mapped.container_property_identifier): _is_list(mapped)
            for view in views.values()
            for mapped in (view.properties or {}).values()
            if isinstance(mapped, MappedProperty)
        }

    def hold(self, reverse: ReverseConnection) -> bool:
        """Whether the direct relation that a reverse relation goes through is a list; False when nothing says so."""
        if reverse.targets_list is not None:
            return reverse.targets_list
        through = reverse.through
        if isinstance(through.source, ContainerId):
            return self._containers.get((through.source, through.identifier), False)
        # A parent outside the model gives the property to `source`, which may be in it.
        return any(self._in_view(view, through) for view in (through.source, reverse.source))

    def _in_view(self, id: ViewId, through: Through) -> bool:
        view = self._views.get(id)
        forward = (view.properties or {}).get(through.identifier) if view else None
        return isinstance(forward, MappedProperty) and _is_list(forward)


def _views_by_id(model: DataModel) -> dict[ViewId, View]:
    if not model.views:
        raise ModelError(f"the data model {model.as_id()} has no views; add some, or check the version")
    if all(view == View(space=view.space, external_id=view.external_id, version=view.version) for view in model.views):
        raise ModelError(
            f"the data model {model.as_id()} holds references to its views only; retrieve it with its views inlined"
        )
    views: dict[ViewId, View] = {}
    for view in model.views:
        if views.setdefault(view.as_id(), view) != view:
            raise ModelError(f"the view {view.as_id()} stands twice in the data model, and differs; retrieve it anew")
    return views


def _class(view: View, types: PropertyTypes, lists: _RelationLists) -> IRClass:
    id = view.as_id()
    check_source(id, "a view")
    properties: list[IRProperty] = []
    relationships: list[IRRelationship] = []
    for name, property in sorted((view.properties or {}).items()):  # servers and files order them differently
        where = f"property {shown(name)} of the view {id}"
        check_property(name, where)
        match property:
            case MappedProperty():
                mapped = _property(name, property, types, where)
                properties.append(mapped)
                relationships.extend(_direct(mapped))
            case EdgeConnection():
                relationships.append(_edge(name, property, where))
            case ReverseConnection():
                relationships.append(_reverse(name, property, lists, where))
            case _:
                raise _unknown_kind(where, type(property).__name__)
    for parent in view.implements or ():
        check_source(parent, f"the parents of the view {id}")
    return IRClass(
        id=id,
        used_for=_used_for(view),
        properties=tuple(properties),
        relationships=tuple(relationships),
        implements=tuple(view.implements or ()),
        writable=view.writable is not False,
        name=view.name,
        description=view.description,
    )


def _used_for(view: View) -> Literal["node", "edge", "all"]:
    match view.used_for:
        case None | "node":
            return "node"
        case "edge":
            return "edge"
        case "all":
            return "all"
        case other:
            raise ModelError(
                f"the view {view.as_id()} is used for {shown(other)}, but only views of nodes and edges can be generated; "
                "take it out of the data model"
            )


def _property(name: str, mapped: MappedProperty, types: PropertyTypes, where: str) -> IRProperty:
    check_source(mapped.container, where)
    check_property(mapped.container_property_identifier, where)
    return IRProperty(
        source=name,
        type=types.read(mapped, where),
        nullable=mapped.nullable is not False,
        immutable=mapped.immutable is True,
        auto_increment=mapped.auto_increment is True,
        default=mapped.default_value,
        name=mapped.name,
        description=mapped.description,
        container=mapped.container,
        container_property=mapped.container_property_identifier,
    )


def _direct(property: IRProperty) -> list[IRRelationship]:
    """The way along a direct relation; without a known target there are only the ids."""
    target = _target(property.type)
    if target is None:
        return []
    return [
        IRRelationship(
            source=property.source,
            via=IRDirect(many=isinstance(property.type, IRList)),
            target=target,
            name=property.name,
            description=property.description,
        )
    ]


def _target(type_: IRType) -> ViewId | None:
    item = type_.item if isinstance(type_, IRList) else type_
    return item.target if isinstance(item, IRDirectRelation) else None


def _edge(name: str, edge: EdgeConnection, where: str) -> IRRelationship:
    if edge.connection_type not in _EDGE_IS_MANY:
        raise _unknown_kind(where, edge.connection_type)
    check_node(edge.type, where)
    check_source(edge.source, where)
    return IRRelationship(
        source=name,
        via=IREdge(
            type=edge.type,
            direction=edge.direction or "outwards",
            many=_EDGE_IS_MANY[edge.connection_type],
            edge=check_view(edge.edge_source, where),
        ),
        target=edge.source,
        name=edge.name,
        description=edge.description,
    )


def _reverse(name: str, reverse: ReverseConnection, lists: _RelationLists, where: str) -> IRRelationship:
    if reverse.connection_type not in _REVERSE_IS_MANY:
        raise _unknown_kind(where, reverse.connection_type)
    check_source(reverse.source, where)
    check_source(reverse.through.source, where)
    check_property(reverse.through.identifier, where)
    return IRRelationship(
        source=name,
        via=IRReverse(
            through=reverse.through.source,
            property=reverse.through.identifier,
            through_list=lists.hold(reverse),
            many=_REVERSE_IS_MANY[reverse.connection_type],
        ),
        target=reverse.source,
        name=reverse.name,
        description=reverse.description,
    )


def _is_list(mapped: MappedProperty) -> bool:
    return mapped.type is not None and mapped.type.list is True


def _unknown_kind(where: str, kind: str | None) -> ModelError:
    return ModelError(
        f"{where} is a connection of the kind {shown(str(kind))}, which this version of pygen does not know; "
        "update pygen, or take the property out of the view"
    )
