"""What a model says about values beyond their types: which must differ, and which targets are taken once only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pygen.demo.membership import Catalog, Place, mapped, place
from pygen.demo.values import distinct
from pygen_runtime.schema import Constraint, Container, ContainerId, ReverseConnection


@dataclass(frozen=True)
class Rules:
    """Rules on stored values.

    Attributes:
        distinct: Places whose values must all differ.
        one_to_one: Direct relations that no two instances may hold the same target in.
        null: Places that stay empty, because nothing else meets a uniqueness constraint.
        hopeless: Containers with a uniqueness constraint that generated values cannot meet.
        required: Containers that an instance must have data in as well, by the container that asks for it.
    """

    distinct: set[Place] = field(default_factory=set)
    one_to_one: set[Place] = field(default_factory=set)
    null: set[Place] = field(default_factory=set)
    hopeless: set[ContainerId] = field(default_factory=set)
    required: dict[ContainerId, set[ContainerId]] = field(default_factory=dict)


def rules_of(catalog: Catalog, containers: Iterable[Container]) -> Rules:
    """The rules that follow from single reverse relations and from the uniqueness constraints of the containers."""
    rules = Rules(one_to_one=set(_singly_reversed(catalog)))
    for container in containers:
        for constraint in (container.constraints or {}).values():
            if constraint.constraint_type == "uniqueness":
                _keep_unique(container, constraint, rules)
            elif constraint.require is not None:
                rules.required.setdefault(container.as_id(), set()).add(constraint.require)
    return rules


def _keep_unique(container: Container, constraint: Constraint, rules: Rules) -> None:
    """One member that always differs is enough, and so is one that is null (contract §3.4)."""
    where = container.as_id()
    members = {key: container.properties[key] for key in constraint.properties or []}
    differing = [key for key, it in members.items() if not it.type.list and distinct("", key, it.type)]
    nullable = [key for key, it in members.items() if it.nullable is not False]
    relations = [key for key in nullable if members[key].type.type == "direct" and not members[key].type.list]
    if differing:
        rules.distinct.add((where, differing[0]))
    elif relations:
        rules.one_to_one.add((where, relations[0]))
    elif nullable:
        rules.null.add((where, nullable[0]))
    else:
        rules.hopeless.add(where)


def _singly_reversed(catalog: Catalog) -> Iterator[Place]:
    """Direct relations that are followed backwards to at most one node."""
    for view in catalog.views.values():
        for connection in (view.properties or {}).values():
            if isinstance(connection, ReverseConnection) and connection.connection_type.startswith("single"):
                yield from _held_by(catalog, connection)


def _held_by(catalog: Catalog, connection: ReverseConnection) -> Iterator[Place]:
    through = connection.through
    if isinstance(through.source, ContainerId):
        yield through.source, through.identifier
    else:
        source = catalog.views.get(through.source) or catalog.views.get(connection.source)
        held = mapped(source).get(through.identifier) if source else None
        if held is not None:
            yield place(held)
