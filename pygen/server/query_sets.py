"""Result sets of a query, found one after the other inside one read transaction (contract §6.6).

Each set is one page of at most `limit` rows, held as row ids and node keys. A set that chains from another takes that page as one bound
value: so a child belongs to the page of its parent, as cursors want it, and no query is made per parent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pygen.server import cursors
from pygen.server.errors import RefusedError, violation
from pygen.server.filters import FilterCompiler
from pygen.server.instance_requests import Kind, SortKey
from pygen.server.pages import Order, Stretch, read_page, sort_keys
from pygen.server.query_combining import combined
from pygen.server.query_requests import ChainTo, Combine, Edges, Find, Nodes, Through
from pygen.server.query_walks import Member, each_of, ends_of, is_given, step, walk
from pygen.server.schema import Json
from pygen.server.scopes import Scope, tagged_source
from pygen.server.sql import Sql, SqlValue, all_of, bind, build, join, member, name
from pygen.server.store import Transaction

DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
MAX_LIMIT_EACH = 2000


class ResultSet(NamedTuple):
    """One page of a result set, and where it ended if there is more."""

    kind: Kind
    members: list[Member]
    position: tuple[SqlValue, ...] | None = None

    @property
    def ids(self) -> list[int]:
        """Row ids of the page."""
        return [one.id for one in self.members]

    def keys(self, chain_to: ChainTo = "destination") -> list[str]:
        """Keys of the nodes that a set chaining from this one starts at, each once."""
        if chain_to == "source":
            return list(dict.fromkeys(one.source for one in self.members))
        return list(dict.fromkeys(one.destination for one in self.members))


class Request(NamedTuple):
    """What result sets are found from.

    Attributes:
        sets: The sets by name; references among them have been checked.
        kinds: What each holds.
        limits: Limits from `select`, for sets that have none themselves.
        parameters: Values of `{"parameter": name}`.
        cursors: Cursors that the client sent.
        bindings: Fingerprints that the cursors are bound to.
    """

    sets: Mapping[str, Find | Combine]
    kinds: Mapping[str, Kind]
    limits: Mapping[str, int]
    parameters: Json
    cursors: Mapping[str, str]
    bindings: Mapping[str, str]


class ResultSets:
    """The result sets of one request, each found when it is first asked for."""

    def __init__(self, transaction: Transaction, request: Request) -> None:
        self._transaction = transaction
        self._request = request
        self._found: dict[str, ResultSet] = {}

    def find(self, name_: str) -> ResultSet:
        """The page of a set."""
        if name_ not in self._found:
            wanted = self._request.sets[name_]
            self._transaction.check_time()
            if isinstance(wanted, Combine):
                self._found[name_] = self._combined(name_, wanted)
            elif isinstance(wanted.of, Nodes):
                self._found[name_] = self._nodes(name_, wanted, wanted.of)
            else:
                edges = self._edges(name_, wanted, wanted.of)
                self._found[name_] = self._post_sorted(edges, wanted.post_sort) if wanted.post_sort else edges
        return self._found[name_]

    def _post_sorted(self, found: ResultSet, sort: Sequence[SortKey]) -> ResultSet:
        """The same page in another order."""
        scope = Scope(self._transaction.schema, found.kind)
        keys = sort_keys(scope, sort)
        scope.lead()
        given = scope.given(each_of(found.ids))
        query = build(
            "select {place} from {rows} where {id} = {value} order by {order}",
            place=member(given, "key"),
            rows=scope.rows(),
            id=scope.id(),
            value=member(given, "value"),
            order=join(", ", [*(key.term() for key in keys), member(given, "key")]),
        )
        places = self._transaction.sql.execute(query.text, query.values)
        return found._replace(members=[found.members[place] for (place,) in places])

    def _limit(self, name_: str) -> int:
        limit = self._request.sets[name_].limit
        if limit is None:
            limit = self._request.limits.get(name_, DEFAULT_LIMIT)
        if not 1 <= limit <= MAX_LIMIT:
            raise violation(f"limit must be between 1 and {MAX_LIMIT}")
        return limit

    def _position(self, name_: str, length: int) -> cursors.Position | None:
        cursor = self._request.cursors.get(name_)
        if cursor is None:
            return None
        return cursors.decode(cursor, self._request.bindings[name_], length=length, now=self._transaction.now)

    def _combined(self, name_: str, wanted: Combine) -> ResultSet:
        limit, position = self._limit(name_), self._position(name_, 1)
        end = limit + (0 if position is None else cursors.whole_numbers(position)[0])
        members = combined(wanted, end + 1, lambda one: self.find(one).members)
        more = (end,) if len(members) > end else None
        return ResultSet(self._request.kinds[name_], members[end - limit : end], more)

    def _nodes(self, name_: str, wanted: Find, nodes: Nodes) -> ResultSet:
        scope = Scope(self._transaction.schema, "node")
        conditions: list[Sql] = []
        if nodes.from_ is not None:
            conditions.append(_start(scope, nodes, self.find(nodes.from_)))
        elif nodes.through is not None:
            raise RefusedError(f"The result set '{name_[:300]}' has 'through', but not 'from'.")
        keys = sort_keys(scope, wanted.sort)
        if nodes.filter is not None:
            sort_key = keys[0].column if keys and nodes.from_ is None else None
            compiler = FilterCompiler(scope, parameters=self._request.parameters, sort_key=sort_key)
            conditions.append(compiler.condition(nodes.filter))
        key = member(scope.alias, "key")
        query = SetQuery(scope, [key, key], all_of(conditions), Order(keys, scope.id()))
        return self._page(name_, query)

    def _edges(self, name_: str, wanted: Find, edges: Edges) -> ResultSet:
        _check_edges(edges)
        parameters = self._request.parameters
        keys = None if edges.from_ is None else self.find(edges.from_).keys(edges.chain_to)
        scope = Scope(self._transaction.schema, "edge")
        if keys is None or (edges.max_distance == 1 and edges.limit_each is None):
            condition = step(scope, edges, parameters, keys)
        else:
            if edges.limit_each is not None:
                chosen = _some_of_each(scope.inner("edge"), wanted, edges, parameters, keys)
            elif wanted.sort:
                levels = walk(self._transaction, edges, parameters, keys)
                chosen = each_of([one.id for level in levels for one in level])
            else:
                return self._walked(name_, edges, keys)
            scope.lead()
            condition = is_given(scope, scope.id(), chosen)
        order = Order(sort_keys(scope, wanted.sort), scope.id())
        return self._page(name_, SetQuery(scope, ends_of(scope, edges.direction), condition, order))

    def _walked(self, name_: str, edges: Edges, keys: list[str]) -> ResultSet:
        """A walk in its own order: it ends with the level that fills the page."""
        limit, position = self._limit(name_), self._position(name_, 2)
        after = (0, 0) if position is None else tuple(cursors.whole_numbers(position))
        found: list[tuple[int, Member]] = []
        for distance, members in enumerate(walk(self._transaction, edges, self._request.parameters, keys), 1):
            found += [(distance, one) for one in members if (distance, one.id) > after]
            if len(found) > limit:
                break
        more = (found[limit - 1][0], found[limit - 1][1].id) if len(found) > limit else None
        return ResultSet("edge", [one for _, one in found[:limit]], more)

    def _page(self, name_: str, query: SetQuery) -> ResultSet:
        position = self._position(name_, len(query.order.columns))
        page = read_page(
            self._transaction.sql, query.order, query.piece, self._limit(name_), position.values if position else None
        )
        return ResultSet(self._request.kinds[name_], [Member(*row[:3]) for row in page.rows], page.position)


class SetQuery:
    """The query for the members of one set.

    Args:
        scope: The instance.
        nodes: Columns of the nodes that sets chaining from this one start at, by `chainTo`: source, destination.
        condition: What every member fulfils.
        order: The order of the members.
    """

    def __init__(self, scope: Scope, nodes: tuple[Sql, Sql] | list[Sql], condition: Sql, order: Order) -> None:
        self._scope = scope
        self._columns = join(", ", [scope.id(), *nodes, *order.columns])
        self._condition = condition
        self.order = order

    def piece(self, stretch: Stretch, limit: int) -> Sql:
        """The query for at most `limit` rows of a stretch."""
        return build(
            "select {columns} from {rows} where {kind} and {condition} and {stretch} order by {order} limit {limit}",
            columns=self._columns,
            rows=self._scope.rows(),
            kind=self._scope.is_kind() if self._scope.is_chained else self._scope.is_shown(),
            condition=self._condition,
            stretch=stretch.condition,
            order=stretch.order,
            limit=bind(limit),
        )


def _start(scope: Scope, nodes: Nodes, parent: ResultSet) -> Sql:
    """The condition that a node is chained to a set."""
    if parent.kind == "node":
        if nodes.through is None:
            raise RefusedError("Nodes that chain from nodes need 'through', the direct relation to follow.")
        return _through(scope, nodes.through, parent, outwards=nodes.direction == "outwards")
    if nodes.through is not None:
        raise RefusedError("'through' follows direct relations of nodes, and 'from' is a set of edges.")
    scope.lead()
    return is_given(scope, member(scope.alias, "key"), each_of(parent.keys(nodes.chain_to)))


def _through(scope: Scope, through: Through, parent: ResultSet, *, outwards: bool) -> Sql:
    """The condition that a node is at the other end of a direct relation of a set's nodes."""
    source = tagged_source(scope.schema, through.source if through.source is not None else through.view)
    mapped = source.mapped.get(through.identifier)
    if mapped is None or not mapped.property.is_relation:
        what = "Unknown property" if mapped is None else "Not a direct relation:"
        raise RefusedError(f"{what} '{through.identifier[:300]}' in '{source}'.")
    if not outwards:
        if mapped.property.type.is_list:
            raise RefusedError("Cannot traverse lists of direct relations inwards.")
        column = scope.column([*source.path, through.identifier], required=True)
        return is_given(scope, column.sql, each_of(parent.keys()))
    scope.lead()
    single = "select distinct r.{column} as value from {ids} as f cross join {table} as r on r.id = f.value"
    several = "select distinct e.value as value from {ids} as f cross join {table} as r on r.id = f.value, json_each(r.{column}) as e"
    targets = build(
        "(" + (several if mapped.property.type.is_list else single) + ")",
        column=name(mapped.property.column),
        ids=each_of(parent.ids),
        table=name(mapped.container.table),
    )
    return is_given(scope, member(scope.alias, "key"), targets)


def _check_edges(edges: Edges) -> None:
    if edges.max_distance is not None and edges.max_distance < 1:
        raise violation("maxDistance must be at least 1")
    if edges.limit_each is None:
        return
    if edges.max_distance != 1 or edges.from_ is None:
        raise RefusedError("'limitEach' can only be used with 'from' and a 'maxDistance' of 1.")
    if not 1 <= edges.limit_each <= MAX_LIMIT_EACH:
        raise violation(f"limitEach must be between 1 and {MAX_LIMIT_EACH}")


def _some_of_each(scope: Scope, wanted: Find, edges: Edges, parameters: Json, keys: list[str]) -> Sql:
    """Row ids of the first edges of each node."""
    condition = step(scope, edges, parameters, keys)
    order = Order(sort_keys(scope, wanted.sort), scope.id())
    return build(
        "(select id as value from (select {id} as id, row_number() over (partition by {near} order by {order}) as place "
        "from {rows} where {condition}) where place <= {limit})",
        id=scope.id(),
        near=ends_of(scope, edges.direction).near,
        order=order.terms(),
        rows=scope.rows(),
        condition=condition,
        limit=bind(edges.limit_each),
    )
