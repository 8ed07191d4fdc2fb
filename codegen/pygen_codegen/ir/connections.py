"""The ways from one node to others: direct relations, edges, reverse relations."""

from __future__ import annotations

from pygen_codegen.ir.findings import PartError
from pygen_codegen.ir.identifiers import check_node, check_property, check_source, check_view, shown
from pygen_codegen.ir.types import (
    IRDirect,
    IRDirectRelation,
    IREdge,
    IRList,
    IRProperty,
    IRRelationship,
    IRReverse,
    IRType,
)
from pygen_runtime.schema import (
    EdgeConnection,
    ReverseConnection,
    ViewId,
)

_EDGE_IS_MANY = {None: True, "multi_edge_connection": True, "single_edge_connection": False}
_REVERSE_IS_MANY = {"multi_reverse_direct_relation": True, "single_reverse_direct_relation": False}


def direct(property: IRProperty) -> list[IRRelationship]:
    """The way along a direct relation; without a known target there are only the ids."""
    target = direct_target(property.type)
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


def direct_target(type_: IRType) -> ViewId | None:
    """The view that the values of a property lead to, if they lead anywhere."""
    item = type_.item if isinstance(type_, IRList) else type_
    return item.target if isinstance(item, IRDirectRelation) else None


def edge(name: str, connection: EdgeConnection, where: str) -> IRRelationship:
    """The way along edges of one type.

    Raises:
        PartError: A kind of connection, or an identifier, that nobody knows.
    """
    if connection.connection_type not in _EDGE_IS_MANY:
        raise unknown_kind(where, connection.connection_type)
    check_node(connection.type, where)
    check_source(connection.source, where)
    return IRRelationship(
        source=name,
        via=IREdge(
            type=connection.type,
            direction=connection.direction or "outwards",
            many=_EDGE_IS_MANY[connection.connection_type],
            edge=check_view(connection.edge_source, where),
        ),
        target=connection.source,
        name=connection.name,
        description=connection.description,
    )


def reverse(name: str, connection: ReverseConnection, where: str) -> IRRelationship:
    """The way to the nodes whose direct relation leads here.

    Raises:
        PartError: A kind of connection, or an identifier, that nobody knows.
    """
    if connection.connection_type not in _REVERSE_IS_MANY:
        raise unknown_kind(where, connection.connection_type)
    check_source(connection.source, where)
    check_source(connection.through.source, where)
    check_property(connection.through.identifier, where)
    return IRRelationship(
        source=name,
        via=IRReverse(
            through=connection.through.source,
            property=connection.through.identifier,
            through_list=connection.targets_list is True,
            many=_REVERSE_IS_MANY[connection.connection_type],
        ),
        target=connection.source,
        name=connection.name,
        description=connection.description,
    )


def unknown_kind(where: str, kind: str | None) -> PartError:
    """The error about a kind of connection that nobody knows."""
    return PartError(
        "unknown-connection",
        f"{where} is a connection of the kind {shown(str(kind))}, which this version of pygen does not know; "
        "update pygen, or take the property out of the view",
    )
