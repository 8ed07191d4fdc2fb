"""Who inherits from whom: cycles are cut, contradictions are told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from pygen_codegen.ir.findings import Findings
from pygen_codegen.ir.graph import cycles
from pygen_codegen.ir.types import IRClass, IRProperty, IRRelationship, IRType
from pygen_runtime.schema import ViewId

Parts = Mapping[str, IRProperty | IRRelationship]


def cut_cycles(classes: Sequence[IRClass], findings: Findings) -> tuple[IRClass, ...]:
    """The classes, none of which inherits from itself any more."""
    parents = {each.id: each.implements for each in classes}
    cut: dict[ViewId, tuple[ViewId, ...]] = {}
    for cycle in cycles(parents):
        for id in cycle:
            cut[id] = tuple(parent for parent in parents[id] if parent not in cycle)
        way = " and ".join(map(str, cycle))
        message = f"{way} inherit from one another" if len(cycle) > 1 else f"{way} inherits from itself"
        findings.add("inheritance-cycle", message, "inheritance among them is ignored", view=cycle[0])
    return tuple(msgspec.structs.replace(each, implements=cut.get(each.id, each.implements)) for each in classes)


def check_inheritance(classes: Sequence[IRClass], known: Mapping[ViewId, IRClass], findings: Findings) -> None:
    """Tell where a view and its parents, or two of its parents, say different things about one property.

    Args:
        classes: The classes to look at.
        known: These and all others that are known.
        findings: Where it is told.
    """
    parts = {id: parts_of(each) for id, each in known.items()}
    for each in classes:
        parents = [parent for parent in each.implements if parent in parts]
        told: set[str] = set()
        for position, parent in enumerate(parents):
            for name, inherited in parts[parent].items():
                own = parts[each.id].get(name)
                if own is None or name in told or same_part(own, inherited):
                    continue
                told.add(name)
                _tell(each.id, name, [parent, *parents[:position]], parts, findings)


def _tell(id: ViewId, name: str, parents: Sequence[ViewId], parts: Mapping[ViewId, Parts], findings: Findings) -> None:
    """The first of the parents is the one that the view differs from; those before it in `implements` follow."""
    parent, *before = parents
    own = parts[id][name]
    won = next((one for one in before if name in parts[one] and same_part(parts[one][name], own)), None)
    if won is not None:
        message = f"{won} and {parent}, of which {id} inherits, define the property {name!r} differently"
        done = f"that of {won} is used, which comes first"
        findings.add("inheritance-conflict", message, done, view=id, property=name)
    elif not _fits(own, parts[parent][name]):
        message = f"{id} defines the property {name!r} as something else than {parent}, which it inherits from"
        findings.add("incompatible-override", message, "each view has its own", view=id, property=name)


def parts_of(class_: IRClass) -> Parts:
    """Properties and relations by name; a direct relation counts as the property that holds it."""
    return {
        **{relationship.source: relationship for relationship in class_.relationships},
        **{prop.source: prop for prop in class_.properties},
    }


def same_part(one: IRProperty | IRRelationship, other: IRProperty | IRRelationship) -> bool:
    """Whether two definitions are one, apart from what they tell people."""
    if isinstance(one, IRProperty) and isinstance(other, IRProperty):
        return (one.container, one.container_property, one.type) == (
            other.container,
            other.container_property,
            other.type,
        )
    if isinstance(one, IRRelationship) and isinstance(other, IRRelationship):
        return (one.via, one.target) == (other.via, other.target)
    return False


def _fits(own: IRProperty | IRRelationship, inherited: IRProperty | IRRelationship) -> bool:
    """Whether values of the one can stand where values of the other are expected; targets and limits do not count."""
    if isinstance(own, IRProperty) and isinstance(inherited, IRProperty):
        return _kind(own.type) == _kind(inherited.type)
    if isinstance(own, IRRelationship) and isinstance(inherited, IRRelationship):
        return own.via.many == inherited.via.many
    return False


def _kind(type_: IRType) -> tuple[object, ...]:
    item = getattr(type_, "item", None)
    return (type(type_), type(item)) if item is not None else (type(type_),)
