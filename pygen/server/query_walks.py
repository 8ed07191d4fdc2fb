"""Steps along edges, and walks of several steps, level by level (contract §6.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pygen.server.filters import FilterCompiler
from pygen.server.instance_rows import keys_json
from pygen.server.query_requests import Direction, Edges
from pygen.server.schema import Json
from pygen.server.scopes import Scope
from pygen.server.sql import FALSE, Sql, all_of, bind, build, member
from pygen.server.store import Transaction


class Member(NamedTuple):
    """One instance of a result set, and the nodes where sets that chain from it start: a node starts at itself."""

    id: int
    source: str
    destination: str


class Ends(NamedTuple):
    """Columns of an edge, by the direction that it is followed in."""

    near: Sql
    far: Sql


def ends_of(scope: Scope, direction: Direction) -> Ends:
    """The ends of an edge: outwards it leads from start to end, inwards from end to start."""
    start, end = member(scope.alias, "start"), member(scope.alias, "end")
    return Ends(start, end) if direction == "outwards" else Ends(end, start)


def each_of(values: Sequence[str | int]) -> Sql:
    """Keys or row ids as rows with the column `value`; one statement whatever their number."""
    return build("json_each({values})", values=bind(keys_json(values)))


def is_given(scope: Scope, column: Sql, rows: Sql) -> Sql:
    """The condition that a column holds one of the values of some rows, which are read first."""
    return build("{column} = {given}", column=column, given=member(scope.given(rows), "value"))


def step(scope: Scope, edges: Edges, parameters: Json, keys: Sequence[str] | None) -> Sql:
    """What an edge expression asks of each edge, and of the node that it leads to.

    Args:
        scope: The edge.
        edges: The expression.
        parameters: Values for its filters.
        keys: Nodes at the near end; None takes all edges.
    """
    ends = ends_of(scope, edges.direction)
    conditions: list[Sql] = []
    if keys is not None:
        scope.lead()
        conditions.append(is_given(scope, ends.near, each_of(keys)))
    if edges.filter is not None:
        conditions.append(FilterCompiler(scope, parameters=parameters).condition(edges.filter))
    if edges.node_filter is not None:
        conditions.append(_node_at(ends.far, scope, edges.node_filter, parameters))
    return all_of(conditions)


def _node_at(end: Sql, scope: Scope, filter_: object, parameters: Json) -> Sql:
    """The condition that the node at an end of an edge passes a filter."""
    node = scope.inner()
    node.lead()
    condition = FilterCompiler(node, parameters=parameters).condition(filter_)
    return build(
        "exists (select 1 from {rows} where {key} = {end} and {kind} and {condition})",
        rows=node.rows(),
        key=member(node.alias, "key"),
        end=end,
        kind=node.is_kind(),
        condition=condition,
    )


def level(scope: Scope, edges: Edges, parameters: Json, keys: Sequence[str]) -> Sql:
    """The query for the edges at some nodes: row id, near end, far end, and whether the walk stops there."""
    ends = ends_of(scope, edges.direction)
    condition = step(scope, edges, parameters, keys)
    stopped = FALSE
    if edges.termination_filter is not None:
        stopped = _node_at(ends.far, scope, edges.termination_filter, parameters)
    return build(
        "select {id}, {near}, {far}, {stopped} from {rows} where {condition} order by {id}",
        id=scope.id(),
        near=ends.near,
        far=ends.far,
        stopped=stopped,
        rows=scope.rows(),
        condition=condition,
    )


def walk(transaction: Transaction, edges: Edges, parameters: Json, start: Sequence[str]) -> Iterator[list[Member]]:
    """The edges of each level, nearest first, in the order of their row ids.

    Every node is left once, so every edge comes once, and circles end. An edge whose node ends the walk is still given.
    """
    frontier, seen = list(start), set(start)
    distance = 0
    while frontier and (edges.max_distance is None or distance < edges.max_distance):
        transaction.check_time()
        distance += 1
        query = level(Scope(transaction.schema, "edge"), edges, parameters, frontier)
        rows = transaction.sql.execute(query.text, query.values).fetchall()
        reached = dict.fromkeys(far for _, _, far, stopped in rows if not stopped)
        frontier = [key for key in reached if key not in seen]
        seen.update(frontier)
        yield [Member(id_, near, far) for id_, near, far, _ in rows]
