"""Relations as an SDK has them: which can be followed, from what to what, and what had to be left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pygen_codegen.emitting.names import ClassNames, Key, Kind
from pygen_codegen.ir.types import IRClass, IRDirect, IREdge, IRList, IRProperty, IRRelationship, IRScalar, IRType


def item_type(type_: IRType) -> IRScalar:
    """The type of one value of a property, be it a list or not."""
    return type_.item if isinstance(type_, IRList) else type_


def leads_somewhere(relationship: IRRelationship, kind: Kind, classes: Collection[Key]) -> bool:
    """Whether the SDK has a class at the other end, and objects of this kind can go there."""
    if (relationship.target, "node") not in classes:
        return False
    return kind == "node" or isinstance(relationship.via, IRDirect)


def followed(cls: ClassNames) -> list[IRRelationship]:
    """The relations that objects of a class have, in the order of the model."""
    return [each for each in cls.view.relationships if each.source in cls.relations]


def direct_relation(cls: ClassNames, prop: IRProperty) -> IRRelationship | None:
    """The relation of which a property holds the ids, if it can be followed."""
    return next((each for each in followed(cls) if each.source == prop.source and isinstance(each.via, IRDirect)), None)


def class_of_edges(via: IREdge, classes: Mapping[Key, str]) -> str | None:
    """The class of the edges' own properties, if they have some that the SDK knows."""
    return classes.get((via.edge, "edge")) if via.edge else None


def left_out(cls: ClassNames, classes: Mapping[Key, str]) -> Iterator[str]:
    """What the class would hold if the model held more, a sentence each."""
    for each in cls.view.relationships:
        if isinstance(each.via, IRDirect):
            continue  # without a class at the other end its ids are an ordinary field
        if cls.kind == "edge":
            yield f"Left out: {each.source}, which leads away from nodes only."
        elif each.source not in cls.relations:
            yield f"Left out: {each.source} leads to {each.target}, which is no view of nodes in this model."
        elif isinstance(each.via, IREdge) and each.via.edge and class_of_edges(each.via, classes) is None:
            yield f"Bare edges: {each.source} has edges of {each.via.edge}, which is not in this model."


def kinds_of(view: IRClass) -> list[Kind]:
    """The kinds of instances that a view offers, the main one first."""
    kinds: dict[Kind, None] = dict.fromkeys(method.instances for method in view.methods)
    return list(kinds)
