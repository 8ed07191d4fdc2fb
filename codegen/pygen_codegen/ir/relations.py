"""Where relations lead: to views that are known, through properties that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from pygen_codegen.ir.findings import LEFT_OUT, Findings
from pygen_codegen.ir.graph import cycles, reachable
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
)
from pygen_runtime.schema import ContainerId, ViewId

_SHOWN = 8
_OTHERWISE = {"view-left-out": "; include the view to have more"}


class RelationChecker:
    """Checks the relations of classes, and takes out those that cannot work.

    Args:
        model: The model; what its relations lead to should be in it.
        known: Its classes and all others that are known, for looking into.
        findings: Where it is told.
    """

    def __init__(self, model: IRModel, known: Mapping[ViewId, IRClass], findings: Findings) -> None:
        self._classes = {each.id: each for each in model.classes}
        self._along = along(model)
        self._known = known
        self._findings = findings
        self._parents = {id: each.implements for id, each in known.items()}
        self._properties = {id: {prop.source: prop for prop in each.properties} for id, each in known.items()}
        self._relationships = {id: {each.source for each in class_.relationships} for id, class_ in known.items()}
        self._mapped: dict[tuple[ContainerId, str], list[IRProperty]] = {}
        for each in known.values():
            for prop in each.properties:
                self._mapped.setdefault((prop.container, prop.container_property), []).append(prop)

    def usable(self, class_: IRClass) -> IRClass:
        """The class with the relations that can work."""
        kept = tuple(each for each in class_.relationships if self._works(class_, each))
        return class_ if len(kept) == len(class_.relationships) else msgspec.structs.replace(class_, relationships=kept)

    def _works(self, class_: IRClass, relationship: IRRelationship) -> bool:
        via = relationship.via
        if class_.used_for == "edge" and not isinstance(via, IRDirect):
            done = f"the relation is {LEFT_OUT}"
            self._tell(
                "ignored-part", class_, relationship, "leads away from nodes, but the view shows edges only", done
            )
            return False
        if isinstance(via, IRReverse) and not self._reverse(class_, relationship, via):
            return False
        if class_.id not in self._along:
            self._check_target(class_, relationship)
            self._check_edge(class_, relationship)
        return True

    def _check_target(self, class_: IRClass, relationship: IRRelationship) -> None:
        target = self._classes.get(relationship.target)
        if target is None:
            code, problem = self._absent(relationship.target, "missing-target")
        elif target.used_for == "edge":
            code, problem = "missing-target", "shows edges only"
        else:
            return
        done = "ids instead of a relation" if isinstance(relationship.via, IRDirect) else "an SDK cannot follow it"
        done += _OTHERWISE.get(code, "")
        self._tell(code, class_, relationship, f"leads to {relationship.target}, which {problem}", done)

    def _check_edge(self, class_: IRClass, relationship: IRRelationship) -> None:
        via = relationship.via
        if isinstance(via, IREdge) and via.edge is not None and via.edge not in self._classes:
            code, problem = self._absent(via.edge, "missing-edge-view")
            done = f"the edges come without their properties{_OTHERWISE.get(code, '')}"
            self._tell(code, class_, relationship, f"has edges of {via.edge}, which {problem}", done)

    def _absent(self, view: ViewId, code: str) -> tuple[str, str]:
        """Why a view is not there: one that is known was left out by whoever chose the views."""
        return ("view-left-out", "was left out") if view in self._known else (code, "the data model does not hold")

    def _reverse(self, class_: IRClass, relationship: IRRelationship, via: IRReverse) -> bool:
        """Whether the direct relation that a reverse relation goes through may be there."""
        found = self._forward(relationship, via)
        way = f"goes through {via.property!r} of {via.through}"
        if found is None:
            self._tell("unchecked-reverse", class_, relationship, f"{way}, which was not given", "taken as it is")
            return True
        if not found:
            self._tell(
                "missing-reverse-property",
                class_,
                relationship,
                f"{way}, which is not there",
                f"the relation is {LEFT_OUT}",
            )
            return False
        targets = [item for prop in found if (item := _direct_relation(prop)) is not None]
        if not targets:
            message, done = f"{way}, which is no direct relation", f"the relation is {LEFT_OUT}"
            self._tell("reverse-of-other-kind", class_, relationship, message, done)
            return False
        if all(each.target is not None and not self._related(each.target, class_.id) for each in targets):
            message = f"{way}, which leads to {targets[0].target}"
            self._tell("reverse-of-other-view", class_, relationship, message, "taken as it is")
        return True

    def _forward(self, relationship: IRRelationship, via: IRReverse) -> Sequence[IRProperty | None] | None:
        """The properties that a reverse relation may go through, None standing for a relation without values of its own.

        Empty when there is none, None when that cannot be known.
        """
        if isinstance(via.through, ContainerId):
            return self._mapped.get((via.through, via.property))
        for view in (via.through, relationship.target):
            if prop := self._properties.get(view, {}).get(via.property):
                return [prop]
            if via.property in self._relationships.get(view, ()):
                return [None]
        return [] if via.through in self._known else None

    def _related(self, one: ViewId, other: ViewId) -> bool:
        """Whether one view inherits from the other; views that nothing is known of may."""
        if one not in self._known:
            return True
        return one in reachable([other], self._parents) or other in reachable([one], self._parents)

    def _tell(self, code: str, class_: IRClass, relationship: IRRelationship, problem: str, done: str) -> None:
        message = f"the relation {relationship.source!r} of {class_.id} {problem}"
        self._findings.add(code, message, done, view=class_.id, property=relationship.source)


def along(model: IRModel) -> dict[ViewId, None]:
    """The views that no data model lists, but that relations lead to, in the model's order."""
    listed = {id for each in model.data_models for id in each.views}
    return {each.id: None for each in model.classes if listed and each.id not in listed}


def tell_cycles(classes: Iterable[IRClass], findings: Findings) -> None:
    """Tell of every group of views whose relations lead back to where they start."""
    ways = {each.id: [relationship.target for relationship in each.relationships] for each in classes}
    for cycle in cycles(ways):
        names = ", ".join(map(str, cycle[:_SHOWN])) + (
            f" and {len(cycle) - _SHOWN} more" if len(cycle) > _SHOWN else ""
        )
        one = f"relations of {names} lead back to it"
        message = one if len(cycle) == 1 else f"relations lead from each of {len(cycle)} views to the others: {names}"
        findings.add("relation-cycle", message, "nothing: relations are followed only when asked for", view=cycle[0])


def _direct_relation(prop: IRProperty | None) -> IRDirectRelation | None:
    if prop is None:
        return None
    item = prop.type.item if isinstance(prop.type, IRList) else prop.type
    return item if isinstance(item, IRDirectRelation) else None
