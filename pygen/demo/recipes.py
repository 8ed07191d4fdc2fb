"""What to make for a model: a recipe for each view that can hold instances of its own, and for each kind of edge.

Parents get theirs through their children: only views that no other view of the model implements have a recipe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pygen.demo.membership import Catalog, Demands, Facts, containers_of, mapped
from pygen.demo.rules import Rules
from pygen_runtime.schema import EdgeConnection, NodeId, View, ViewId


class Skipped(NamedTuple):
    """A view or kind of edge that gets no instances of its own, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Recipe:
    """How to make the nodes of one view, or the edges of one kind.

    Attributes:
        name: External id of the view or of the edge type.
        view: The view to write through; None for edges without properties.
        demands: What the view's filter asks for.
        facts: What all these instances have in common.
    """

    name: str
    view: View | None
    demands: Demands
    facts: Facts


@dataclass(frozen=True, kw_only=True, eq=False)
class EdgeRecipe(Recipe):
    """How to make the edges of one kind.

    Attributes:
        start: The recipes of the nodes that they may begin at.
        end: The recipes of the nodes that they may end at.
        one_per_start: No two of these edges begin at the same node.
        one_per_end: No two of them end at the same node.
    """

    start: list[Recipe]
    end: list[Recipe]
    one_per_start: bool = False
    one_per_end: bool = False


class _EdgeKind(NamedTuple):
    type: NodeId
    start: ViewId | None
    end: ViewId | None


def node_recipes(catalog: Catalog, rules: Rules, space: str) -> Iterator[Recipe | Skipped]:
    """A recipe for each view of nodes that no other view implements, in the model's order.

    Args:
        catalog: The model.
        rules: Its rules on values.
        space: The space of the instances, unless a view's filter asks for another.
    """
    for view in _leaves(catalog):
        if _kind(catalog, view) == "node":
            yield _recipe(
                catalog, rules, view.external_id, view, {"instanceType": "node", "space": space, "type": None}
            )


def edge_recipes(catalog: Catalog, rules: Rules, space: str, nodes: list[Recipe]) -> Iterator[EdgeRecipe | Skipped]:
    """A recipe for each edge connection between nodes that there are, and for each view of edges that no connection names."""
    for kind, connections in _edge_kinds(catalog, space).items():
        start, end = shown_by(catalog, kind.start, nodes), shown_by(catalog, kind.end, nodes)
        if not start or not end:
            yield Skipped(kind.type.external_id, "there are no nodes that its edges could join")
            continue
        named = [catalog.views.get(one.edge_source) for one in connections if one.edge_source]
        views = [view for view in named if view]
        base = {"instanceType": "edge", "space": space, "type": kind.type}
        made = _recipe(catalog, rules, kind.type.external_id, views[0] if views else None, base)
        yield made if isinstance(made, Skipped) else _between(made, start, end, connections)


def shown_by(catalog: Catalog, view_id: ViewId | None, nodes: list[Recipe]) -> list[Recipe]:
    """The recipes whose nodes are all shown by a view; None asks for every recipe, a view outside the model for none."""
    if view_id is None:
        return nodes
    view = catalog.views.get(view_id)
    return [recipe for recipe in nodes if view and catalog.belongs(view, recipe.facts)]


def _between(recipe: Recipe, start: list[Recipe], end: list[Recipe], connections: list[EdgeConnection]) -> EdgeRecipe:
    single = {one.direction or "outwards" for one in connections if (one.connection_type or "").startswith("single")}
    return EdgeRecipe(
        name=recipe.name,
        view=recipe.view,
        demands=recipe.demands,
        facts=recipe.facts,
        start=start,
        end=end,
        one_per_start="outwards" in single,
        one_per_end="inwards" in single,
    )


def _leaves(catalog: Catalog) -> list[View]:
    parents = {parent for view in catalog.views.values() for parent in view.implements or []}
    return [view for view_id, view in catalog.views.items() if view_id not in parents]


def _kind(catalog: Catalog, view: View) -> Literal["node", "edge"]:
    """What a view's own instances are; one that could show both holds edges when a connection names it for them."""
    if view.used_for in ("node", "edge"):
        return "edge" if view.used_for == "edge" else "node"
    return "edge" if view.as_id() in {one.edge_source for _, one in _connections(catalog)} else "node"


def _recipe(catalog: Catalog, rules: Rules, name: str, view: View | None, base: dict[str, Any]) -> Recipe | Skipped:
    """A recipe for a view, if instances can be made that the view then shows."""
    if view is None:
        facts = Facts(kind=base["instanceType"], base=base, containers=frozenset(), values={})
        return Recipe(name=name, view=None, demands=Demands(), facts=facts)
    demands = catalog.demands(view.filter)
    held = {container for container, _ in (*demands.values, *demands.present)}
    facts = Facts(
        kind=base["instanceType"],
        base={**base, **demands.base},
        containers=containers_of(view) | demands.containers | held,
        values=demands.values,
    )
    if mapped(view) and view.writable is False:
        return Skipped(name, "it does not show all the properties that must be written")
    if facts.containers & rules.hopeless:
        return Skipped(name, "a uniqueness constraint allows too few values")
    required = {other for container in facts.containers for other in rules.required.get(container, ())}
    if required - facts.containers:
        return Skipped(
            name, f"it writes nothing to {min(map(str, required - facts.containers))}, which must have data as well"
        )
    if catalog.belongs(view, facts) is False:
        return Skipped(name, "nothing can be made that its filter lets through")
    return Recipe(name=name, view=view, demands=demands, facts=facts)


def _connections(catalog: Catalog) -> Iterator[tuple[View, EdgeConnection]]:
    for view in catalog.views.values():
        for connection in (view.properties or {}).values():
            if isinstance(connection, EdgeConnection):
                yield view, connection


def _edge_kinds(catalog: Catalog, space: str) -> dict[_EdgeKind, list[EdgeConnection]]:
    """The kinds of edges with the connections that speak of them: both ends of an edge may do so, and children after parents.

    Edges that no connection speaks of have types of our own, which cannot be in the space of a global view.
    """
    kinds: dict[_EdgeKind, list[EdgeConnection]] = {}
    for view, connection in _connections(catalog):
        if not _inherited(catalog, view, connection):
            outwards = connection.direction != "inwards"
            ends = (view.as_id(), connection.source) if outwards else (connection.source, view.as_id())
            kinds.setdefault(_EdgeKind(connection.type, *ends), []).append(connection)
    named = {connection.edge_source for _, connection in _connections(catalog)}
    for view in _leaves(catalog):
        if _kind(catalog, view) == "edge" and view.as_id() not in named:
            loose = EdgeConnection(
                type=NodeId(space if view.is_global else view.space, view.external_id),
                source=view.as_id(),
                edge_source=view.as_id(),
            )
            kinds[_EdgeKind(loose.type, None, None)] = [loose]
    return kinds


def _inherited(catalog: Catalog, view: View, connection: EdgeConnection) -> bool:
    """Whether a parent that shows nodes has the same connection: its edges are made for the parent's nodes, this view's among them."""
    for parent_id in view.implements or []:
        parent = catalog.views.get(parent_id)
        if parent and mapped(parent) and connection in (parent.properties or {}).values():
            return True
    return False
