"""`POST /models/instances/sync`: what is there, then what changes, deletions included (contract §6.7).

Every write takes the next number of one counter, and leaves it on the instance, or on its tombstone. A feed reads both in the order of these
numbers; its cursor holds the last one seen. A set in two phases first reads what is there in pages of its own, then the changes since its
first call. Sets that chain from others are refused: what counts as a change of theirs is not known (contract §14, 27).
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

import msgspec

from pygen.server import cursors
from pygen.server.calls import Call
from pygen.server.errors import RefusedError, not_emulated, violation
from pygen.server.filters import FilterCompiler
from pygen.server.instance_requests import Kind, SortKey
from pygen.server.pages import Order, read_page, sort_keys
from pygen.server.query import Body, bindings, given_cursors, read_selections
from pygen.server.query_answers import Selected, document, typing_by_set
from pygen.server.query_requests import Edges, Expression, Find, check_sets, named, read_find, strict
from pygen.server.query_sets import SetQuery
from pygen.server.schema import Json
from pygen.server.scopes import Scope
from pygen.server.sql import TRUE, Sql, bind, build, join, member
from pygen.server.store import Transaction

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 2000
_BACKFILL, _CHANGES = 1, 0

Mode = Literal["onePhase", "twoPhase", "noBackfill"]


class _SyncBody(Body, rename="camel"):
    allow_expired_cursors_and_accept_missed_deletes: bool | None = None


class _SyncExpression(msgspec.Struct, rename="camel"):
    nodes: Any = None
    edges: Any = None
    limit: int | None = None
    mode: Mode = "onePhase"
    backfill_sort: list[SortKey] | None = None
    skip_already_deleted: bool = True


class _Feed(NamedTuple):
    """One result set of a sync."""

    find: Find
    mode: Mode
    backfill_sort: list[SortKey]
    skip_already_deleted: bool
    limit: int

    @property
    def kind(self) -> Kind:
        """What it holds."""
        return self.find.kind


class _Mark(NamedTuple):
    """How far a feed has come.

    Attributes:
        phase: Whether it reads what is there, or changes.
        start: The last change before the first call.
        place: The last change seen; while reading what is there, the position in that.
    """

    phase: int
    start: int
    place: tuple[Any, ...]


class _Entry(NamedTuple):
    """A living instance by row id, or a deleted one as its answer."""

    change: int
    id: int
    tombstone: bytes | None


def sync(call: Call) -> bytes:
    """`POST /models/instances/sync`."""
    body = strict(call.json(), _SyncBody, "sync")
    expressions, selections = named(body.with_, "with"), read_selections(body.select)
    for key, selection in selections.items():
        if selection.sort or selection.limit is not None:
            raise RefusedError(f"Unexpected field - select.{key[:300]}.{'sort' if selection.sort else 'limit'}")
    feeds = {key: _feed(value, f"with.{key}") for key, value in expressions.items()}
    given = given_cursors(body.cursors)
    check_sets({key: feed.find for key, feed in feeds.items()}, selections, given)
    parameters = body.parameters or {}
    bound = bindings("sync", expressions, parameters)
    expired = bool(body.allow_expired_cursors_and_accept_missed_deletes)
    with call.store.read() as transaction:
        selected = {key: Selected(transaction.schema, feeds[key].kind, one) for key, one in selections.items()}
        items: dict[str, list[bytes]] = {}
        more: dict[str, str] = {}
        for key, one in selected.items():
            reading = _Reading(transaction, feeds[key], parameters)
            entries, mark = reading.page(_mark(transaction, reading, given.get(key), bound[key], expired=expired))
            items[key] = _rendered(transaction, one, entries)
            position = cursors.Position((mark.phase, mark.start, *mark.place), transaction.now)
            more[key] = cursors.encode(bound[key], position)
        typing = typing_by_set(selected) if body.include_typing else None
        return document(items, more, typing, debug=body.debug is not None)


def _feed(value: Any, where: str) -> _Feed:
    one = strict(value, _SyncExpression, where)
    find = read_find(Expression(nodes=one.nodes, edges=one.edges), where)
    if isinstance(find.of, Edges) and find.of.limit_each is not None:
        raise RefusedError("Unexpected field - edges.limitEach")
    if find.of.from_ is not None:
        raise not_emulated("result sets that chain from others in sync")
    if one.backfill_sort and one.mode != "twoPhase":
        raise RefusedError("Backfill sort can only be used with two-phase sync.")
    limit = DEFAULT_LIMIT if one.limit is None else one.limit
    if not 1 <= limit <= MAX_LIMIT:
        raise violation(f"limit must be between 1 and {MAX_LIMIT}")
    return _Feed(find, one.mode, one.backfill_sort or [], one.skip_already_deleted, limit)


def _mark(transaction: Transaction, reading: _Reading, cursor: str | None, bound: str, *, expired: bool) -> _Mark:
    """Where a feed goes on; without a cursor it begins."""
    if cursor is None:
        return reading.begin(transaction.counter("change"))
    position = cursors.decode(
        cursor, bound, length=(3, 2 + len(reading.order.columns)), now=None if expired else transaction.now
    )
    phase, start, *place = position.values
    if phase == _BACKFILL and isinstance(start, int) and len(place) == len(reading.order.columns):
        return _Mark(_BACKFILL, start, tuple(place))
    numbers = cursors.whole_numbers(position)
    if phase != _CHANGES or len(numbers) != 3:
        raise RefusedError("Invalid cursor: it was not issued by this server.")
    return _Mark(_CHANGES, numbers[1], (numbers[2],))


class _Reading:
    """Reads one feed."""

    def __init__(self, transaction: Transaction, feed: _Feed, parameters: Json) -> None:
        self._transaction = transaction
        self._feed = feed
        self._parameters = parameters
        self._scope = Scope(transaction.schema, feed.kind)
        keys = sort_keys(self._scope, feed.backfill_sort)
        self._condition = self._filter(self._scope, keys[0].column if keys else None)
        self.order = Order(keys, self._scope.id())

    def _filter(self, scope: Scope, sort_key: Sql | None = None) -> Sql:
        of = self._feed.find.of
        if of.filter is None:
            return TRUE
        return FilterCompiler(scope, parameters=self._parameters, sort_key=sort_key).condition(of.filter)

    def begin(self, now: int) -> _Mark:
        """Where a feed starts whose first call comes after the change `now`."""
        if self._feed.mode == "twoPhase":
            return _Mark(_BACKFILL, now, ())
        return _Mark(_CHANGES, now, (now if self._feed.mode == "noBackfill" else 0,))

    def page(self, mark: _Mark) -> tuple[list[_Entry], _Mark]:
        """The next page, and how far the feed has come with it."""
        return self._backfill(mark) if mark.phase == _BACKFILL else self._changes(mark)

    def _backfill(self, mark: _Mark) -> tuple[list[_Entry], _Mark]:
        key = member(self._scope.alias, "key")
        query = SetQuery(self._scope, [key, key], self._condition, self.order)
        page = read_page(self._transaction.sql, self.order, query.piece, self._feed.limit, mark.place or None)
        entries = [_Entry(0, row[0], None) for row in page.rows]
        if page.position is not None:
            return entries, _Mark(_BACKFILL, mark.start, page.position)
        return entries, _Mark(_CHANGES, mark.start, (mark.start if self._feed.skip_already_deleted else 0,))

    def _changes(self, mark: _Mark) -> tuple[list[_Entry], _Mark]:
        (seen,) = mark.place
        feed = self._feed
        present = seen if feed.mode == "onePhase" else max(seen, mark.start)
        deleted = max(seen, mark.start) if feed.skip_already_deleted else seen
        entries = [*self._living(present), *self._deleted(deleted)]
        entries.sort(key=lambda entry: entry.change)
        if len(entries) < feed.limit:
            return entries, _Mark(_CHANGES, mark.start, (self._transaction.counter("change"),))
        page = entries[: feed.limit]
        return page, _Mark(_CHANGES, mark.start, (page[-1].change,))

    def _living(self, after: int) -> list[_Entry]:
        scope = Scope(self._transaction.schema, self._feed.kind)
        query = self.changed(scope, after, [scope.id()])
        rows = self._transaction.sql.execute(query.text, query.values)
        return [_Entry(change, id_, None) for change, id_ in rows]

    def _deleted(self, after: int) -> list[_Entry]:
        scope = Scope(self._transaction.schema, self._feed.kind, deleted=True)
        query = self.changed(scope, after, [scope.id(), member(scope.alias, "head"), member(scope.alias, "deleted")])
        rows = self._transaction.sql.execute(query.text, query.values)
        return [
            _Entry(change, id_, f'{head},"deletedTime":{deleted}}}'.encode()) for change, id_, head, deleted in rows
        ]

    def changed(self, scope: Scope, after: int, columns: list[Sql]) -> Sql:
        """The query for the next instances of the feed that changed after a change, in the order of changes."""
        scope.lead(by_change=True)
        condition = self._filter(scope)
        change = member(scope.alias, "change")
        return build(
            "select {columns} from {rows} where {change} > {after} and {kind} and {condition} order by {change} limit {limit}",
            columns=join(", ", [change, *columns]),
            rows=scope.rows(),
            change=change,
            after=bind(after),
            kind=scope.is_shown(),
            condition=condition,
            limit=bind(self._feed.limit),
        )


def _rendered(transaction: Transaction, selected: Selected, entries: list[_Entry]) -> list[bytes]:
    living = iter(selected.items(transaction, [entry.id for entry in entries if entry.tombstone is None]))
    return [next(living) if entry.tombstone is None else entry.tombstone for entry in entries]
