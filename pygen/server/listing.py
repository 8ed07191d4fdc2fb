"""Reading nodes and edges: `list` and `byids` (contract §6.5)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pygen.server import cursors
from pygen.server.answers import Items, document, read_sources, typing_of
from pygen.server.calls import Call, decode
from pygen.server.errors import violation
from pygen.server.filters import FilterCompiler
from pygen.server.instance_requests import ByIdsRequest, ListRequest
from pygen.server.instance_rows import keys_json
from pygen.server.pages import Key, Order, Stretch, read_page, sort_keys
from pygen.server.schema import Json, Source
from pygen.server.scopes import Scope
from pygen.server.sql import Sql, SqlValue, all_of, bind, build, join, member
from pygen.server.store import Transaction
from pygen.server.stored_filters import living_filter
from pygen.server.tables import KINDS

_list_decoder = msgspec.json.Decoder(ListRequest)
_by_ids_decoder = msgspec.json.Decoder(ByIdsRequest)
_MAX_LIMIT = 1000


class Listing:
    """One list request as SQL: a query for each stretch of its order.

    Attributes:
        asked: What binds cursors to the request.
    """

    def __init__(self, transaction: Transaction, request: ListRequest) -> None:
        self.sources = read_sources(transaction.schema, request.sources)
        self._scope = Scope(transaction.schema, request.instance_type or "node")
        for source in self.sources:
            require_data(self._scope, source)
        keys = sort_keys(self._scope, request.sort)
        self._condition = membership(self._scope, self.sources, request.filter, keys)
        self.items = Items(self._scope, self.sources)
        self.order = Order(keys, self._scope.id())
        self.asked = cursors.fingerprint("instances/list", msgspec.structs.replace(request, limit=None, cursor=None))
        self._cursor = request.cursor

    def position(self, now: int) -> Sequence[SqlValue] | None:
        """Where the page before this one ended; None for the first one. `now` is in epoch milliseconds.

        Raises:
            RefusedError: The cursor is not ours, belongs to another request, or has expired.
        """
        if not self._cursor:
            return None
        return cursors.decode(self._cursor, self.asked, length=len(self.order.columns), now=now).values

    def query(self, stretch: Stretch, limit: int) -> Sql:
        """The query for at most `limit` rows of a stretch; sort keys and row id come last in each row."""
        return build(
            "select {columns} from {rows} where {condition} and {stretch} order by {order} limit {limit}",
            columns=join(", ", [*self.items.columns, *self.order.columns]),
            rows=self._scope.rows(),
            condition=self._condition,
            stretch=stretch.condition,
            order=stretch.order,
            limit=bind(limit),
        )


def require_data(scope: Scope, source: Source) -> None:
    """Only find instances with data in a source: rows in every container it maps."""
    for mapped in source.containers:
        scope.require(mapped)


def membership(
    scope: Scope, sources: Sequence[Source], filter_: object, keys: Sequence[Key] = (), *, without: Sequence[str] = ()
) -> Sql:
    """Of the instances with data in the sources, those of the kind that pass the filters of the views and of the request (§4.4).

    Args:
        scope: The instance.
        sources: The views.
        filter_: The filter of the request; None for none.
        keys: What the page is sorted by.
        without: Operators that the request's filter must not have.
    """
    compiler = FilterCompiler(scope, sort_key=keys[0].column if keys else None)
    filters = [living_filter(scope.schema, source.filter) for source in sources if source.filter is not None]
    conditions = [compiler.condition(one) for one in filters]
    if filter_ is not None:
        conditions.append(compiler.condition(filter_, without=without))
    return all_of([scope.is_shown(), *conditions])


def list_(call: Call) -> bytes:
    """`POST /models/instances/list`."""
    request = decode(call.body, _list_decoder)
    limit = _MAX_LIMIT if request.limit is None else request.limit
    if not 1 <= limit <= _MAX_LIMIT:
        raise violation(f"limit must be between 1 and {_MAX_LIMIT}")
    with call.store.read() as transaction:
        listing = Listing(transaction, request)
        page = read_page(transaction.sql, listing.order, listing.query, limit, listing.position(transaction.now))
        extra: Json = {}
        if page.position is not None:
            extra["nextCursor"] = cursors.encode(listing.asked, cursors.Position(page.position, transaction.now))
        if request.include_typing:
            extra["typing"] = typing_of(listing.sources)
        if request.debug is not None:
            extra["debug"] = {"notices": []}
        return document([listing.items.render(row) for row in page.rows], extra)


def by_ids(call: Call) -> bytes:
    """`POST /models/instances/byids`: those found, in the order asked for."""
    request = decode(call.body, _by_ids_decoder)
    if not 1 <= len(request.items) <= 1000:
        raise violation("items size must be between 1 and 1000")
    found: dict[tuple[str, str], bytes] = {}
    with call.store.read() as transaction:
        sources = read_sources(transaction.schema, request.sources)
        for kind in KINDS:
            keys = [item.key for item in request.items if item.kind == kind]
            if not keys:
                continue
            scope = Scope(transaction.schema, kind)
            scope.drive_by_key()
            for source in sources:
                require_data(scope, source)
            items = Items(scope, sources)
            query = build(
                "select {columns}, {key} from {rows} where {kind} and {key} in (select value from json_each({keys}))",
                columns=join(", ", items.columns),
                key=member(scope.alias, "key"),
                rows=scope.rows(),
                kind=scope.is_kind(),
                keys=bind(keys_json(keys)),
            )
            for row in transaction.sql.execute(query.text, query.values):
                found[kind, row[-1]] = items.render(row)
    wanted = dict.fromkeys((item.kind, item.key) for item in request.items)
    extra = {"typing": typing_of(sources)} if request.include_typing else {}
    return document([found[identity] for identity in wanted if identity in found], extra)
