"""One IR from another: some of its views, another order; and what follows from it: ancestors, both ends of relations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

import msgspec

from pygen_codegen.errors import ModelError
from pygen_codegen.ir.graph import components, reachable
from pygen_codegen.ir.inheritance import parts_of, same_part
from pygen_codegen.ir.methods import with_methods
from pygen_codegen.ir.types import (
    IRClass,
    IRDirect,
    IREdge,
    IREnumReference,
    IRList,
    IRModel,
    IRRelationship,
    IRReverse,
)
from pygen_runtime.schema import ContainerId, NodeId, ViewId

_FULL = re.compile(r"[:/]")
_SHOWN = 10

End = tuple[ViewId, str]
"""A relation: the view that has it, and its name there."""


def with_classes(model: IRModel, classes: Iterable[IRClass]) -> IRModel:
    """The model with other classes, and with the enums, the listings and the methods that go with these."""
    classes = with_methods(classes)
    kept = {each.id for each in classes}
    used = {
        item.enum
        for each in classes
        for prop in each.properties
        if isinstance(item := prop.type.item if isinstance(prop.type, IRList) else prop.type, IREnumReference)
    }
    return msgspec.structs.replace(
        model,
        classes=classes,
        enums={id: enum for id, enum in model.enums.items() if id in used},
        data_models=tuple(
            msgspec.structs.replace(each, views=tuple(id for id in each.views if id in kept))
            for each in model.data_models
        ),
    )


def select_views(
    model: IRModel, include: Sequence[str] = (), exclude: Sequence[str] = (), *, relations: bool = False
) -> IRModel:
    """The model with some of its views only, and with what these need.

    A view needs those that it inherits from, and those that the properties of its edges are seen through. What its
    relations lead to it does not need: without the view they give ids.

    Args:
        model: The whole model.
        include: Views to keep, by external id or as `space:externalId/version`; `*` and `?` stand for any text and any
            character. Nothing for all.
        exclude: Views to leave out in any case, in the same spelling.
        relations: Keep what relations lead to as well, however far.

    Raises:
        ModelError: A name fits no view, or nothing is left.
    """
    ids = [each.id for each in model.classes]
    chosen = _matching(ids, include) if include else set(ids)
    left_out = _matching(ids, exclude)
    needs = {
        each.id: [need for need in _needs(each, relations=relations) if need not in left_out] for each in model.classes
    }
    kept = set(reachable([id for id in ids if id in chosen - left_out], needs))
    if not kept:
        raise ModelError(f"no view of {model.id} is left; include more, or exclude less")
    if len(kept) == len(ids):
        return model
    return with_classes(model, [each for each in model.classes if each.id in kept])


def by_dependency(model: IRModel) -> tuple[IRClass, ...]:
    """The classes, each behind those that it inherits from.

    As far as there is no cycle, each also stands behind those that its relations lead to. Among equals the order of the
    model stays.
    """
    classes = {each.id: each for each in model.classes}
    parents = {each.id: list(each.implements) for each in model.classes}
    everything = {each.id: _needs(each, relations=True) for each in model.classes}
    ordered: list[ViewId] = []
    for component in components(everything):
        inside = {id: parents[id] for id in component}
        ordered.extend(id for part in components(inside) for id in part)
    return tuple(classes[id] for id in ordered)


def ancestors(model: IRModel) -> dict[ViewId, tuple[ViewId, ...]]:
    """Each class → all that it inherits from, directly or not, as far as they are in the model; nearest first."""
    parents = {each.id: each.implements for each in model.classes}
    return {id: tuple(each for each in reachable([id], parents) if each != id) for id in parents}


def inherited(model: IRModel) -> dict[ViewId, dict[str, ViewId]]:
    """Each class → what it has from others as they have it: property or relation → the class that says so, farthest first.

    What a class defines anew is its own, and so is what it has from views outside the model.
    """
    above = ancestors(model)
    parts = {each.id: parts_of(each) for each in model.classes}
    found: dict[ViewId, dict[str, ViewId]] = {}
    for id, own in parts.items():
        found[id] = {}
        for parent in above[id]:
            found[id].update(
                (name, parent) for name, part in parts[parent].items() if name in own and same_part(own[name], part)
            )
    return found


def implementers(model: IRModel) -> dict[ViewId, tuple[ViewId, ...]]:
    """Each class → the classes that inherit from it directly, in the model's order. Parents may lie outside the model."""
    children: defaultdict[ViewId, list[ViewId]] = defaultdict(list)
    for each in model.classes:
        for parent in each.implements:
            children[parent].append(each.id)
    return {parent: tuple(found) for parent, found in children.items()}


def inverses(model: IRModel) -> dict[End, tuple[End, ...]]:
    """Each relation → the relations that follow the same values the other way.

    A direct relation and the reverse relations through it; edges of one type, outwards and inwards. Relations that nothing
    leads back from are missing.
    """
    found: defaultdict[End, list[End]] = defaultdict(list)
    for one, other in [*_reversed_pairs(model), *_edge_pairs(model)]:
        found[one].append(other)
        found[other].append(one)
    return {end: tuple(dict.fromkeys(others)) for end, others in found.items()}


def _reversed_pairs(model: IRModel) -> Iterable[tuple[End, End]]:
    family = ancestors(model)
    shown: defaultdict[tuple[ContainerId, str], list[End]] = defaultdict(list)
    forward: set[End] = set()
    for each in model.classes:
        mapped = {prop.source: prop for prop in each.properties}
        for relationship in each.relationships:
            if isinstance(relationship.via, IRDirect):
                forward.add((each.id, relationship.source))
                prop = mapped[relationship.source]
                shown[prop.container, prop.container_property].append((each.id, relationship.source))
    for each in model.classes:
        for relationship in each.relationships:
            via = relationship.via
            if not isinstance(via, IRReverse):
                continue
            back = (each.id, relationship.source)
            if isinstance(via.through, ContainerId):
                allowed = {relationship.target, *family.get(relationship.target, ())}
                ends = [end for end in shown[via.through, via.property] if end[0] in allowed]
            else:
                ends = [*dict.fromkeys([(via.through, via.property), (relationship.target, via.property)])]
            yield from ((end, back) for end in ends if end in forward)


def _edge_pairs(model: IRModel) -> Iterable[tuple[End, End]]:
    kin = _kin(model)
    inwards: defaultdict[tuple[ViewId, NodeId], list[IRRelationship]] = defaultdict(list)
    for each, relationship, via in _edges(model):
        if via.direction == "inwards":
            inwards[each, via.type].append(relationship)
    for each, relationship, via in _edges(model):
        if via.direction == "outwards":
            for other in kin.get(relationship.target, ()):
                for back in inwards.get((other, via.type), ()):
                    if back.target in kin[each]:
                        yield (each, relationship.source), (other, back.source)


def _edges(model: IRModel) -> Iterable[tuple[ViewId, IRRelationship, IREdge]]:
    for each in model.classes:
        for relationship in each.relationships:
            if isinstance(relationship.via, IREdge):
                yield each.id, relationship, relationship.via


def _kin(model: IRModel) -> dict[ViewId, dict[ViewId, None]]:
    """Each class → itself, what it inherits from, and what inherits from it."""
    kin: dict[ViewId, dict[ViewId, None]] = {each.id: {each.id: None} for each in model.classes}
    for id, above in ancestors(model).items():
        for parent in above:
            kin[id][parent] = None
            kin[parent][id] = None
    return kin


def _needs(class_: IRClass, *, relations: bool) -> list[ViewId]:
    needs = list(class_.implements)
    for relationship in class_.relationships:
        if isinstance(relationship.via, IREdge) and relationship.via.edge:
            needs.append(relationship.via.edge)
        if relations:
            needs.append(relationship.target)
    return needs


def _matching(ids: Sequence[ViewId], patterns: Sequence[str]) -> set[ViewId]:
    found: set[ViewId] = set()
    for pattern in patterns:
        matching = {id for id in ids if fnmatchcase(str(id) if _FULL.search(pattern) else id.external_id, pattern)}
        if not matching:
            there = ", ".join(map(str, ids[:_SHOWN])) + (", …" if len(ids) > _SHOWN else "")
            raise ModelError(
                f"no view is called {pattern!r}; write its external id, or space:externalId/version: there are {there}"
            )
        found |= matching
    return found
