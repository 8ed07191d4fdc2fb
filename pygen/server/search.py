"""`POST /models/instances/search`: full-text search in the properties of a view (contract §6.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from pygen.server.answers import Items, document, read_sources, typing_of
from pygen.server.calls import Call, decode
from pygen.server.errors import violation
from pygen.server.instance_requests import Kind, SortKey, SourceReference, SourceRequest
from pygen.server.listing import membership, require_data
from pygen.server.pages import Order, sort_keys
from pygen.server.schema import Container, Source
from pygen.server.scopes import Scope
from pygen.server.search_index import Operator, bring_up_to_date, hits, is_current, texts_of, words_of
from pygen.server.sql import FALSE, TRUE, Sql, bind, build, join, member
from pygen.server.store import Store, Transaction

_MAX_LIMIT: Final = 1000


class SearchRequest(msgspec.Struct, rename="camel"):
    """Body of `POST /models/instances/search`."""

    view: SourceReference
    query: str | None = None
    properties: list[str] | None = None
    instance_type: Kind | None = None
    operator: Operator | None = None
    filter: Any = None
    sort: list[SortKey] | None = None
    target_units: list[Any] | None = None
    include_typing: bool | None = None
    limit: int | None = None


_decoder = msgspec.json.Decoder(SearchRequest)


def search(call: Call) -> bytes:
    """`POST /models/instances/search`."""
    request = decode(call.body, _decoder)
    limit = _MAX_LIMIT if request.limit is None else request.limit
    if not 1 <= limit <= _MAX_LIMIT:
        raise violation(f"limit must be between 1 and {_MAX_LIMIT}")
    words = Words(request.query, request.properties, request.operator or "OR")
    words.prepare(call.store, request.view)
    with call.store.read() as transaction:
        (source,) = read_sources(transaction.schema, [SourceRequest(request.view, request.target_units)])
        scope = Scope(transaction.schema, request.instance_type or "node")
        found = words.among(scope, source)
        require_data(scope, source)
        keys = sort_keys(scope, request.sort)
        condition = membership(scope, [source], request.filter, without=("overlaps",))
        items = Items(scope, [source])
        order = [Order(keys, scope.id()).terms()]
        query = build(
            "select {columns} from {rows} where {found} and {condition} order by {order} limit {limit}",
            columns=join(", ", items.columns),
            rows=scope.rows(),
            found=found.condition,
            condition=condition,
            order=join(", ", order if keys else [*found.relevance, *order]),
            limit=bind(limit),
        )
        extra = {"typing": typing_of([source])} if request.include_typing else {}
        return document([items.render(row) for row in transaction.sql.execute(query.text, query.values)], extra)


class Found(NamedTuple):
    """What a search asks of an instance, and the order of relevance."""

    condition: Sql
    relevance: list[Sql]


class Words:
    """The text part of a search or an aggregate.

    Args:
        query: The text; without any, everything matches.
        properties: Properties of the view to look into; None for all texts.
        operator: Whether all words must be found, or any.
    """

    def __init__(self, query: str | None, properties: Sequence[str] | None, operator: Operator) -> None:
        self._asked = bool(query and query.strip())
        self._words = words_of(query or "")
        self._properties = properties
        self._operator: Operator = operator

    def prepare(self, store: Store, view: SourceReference) -> None:
        """Bring the indexes that the search needs up to date."""
        if not self._words:
            return
        with store.read() as transaction:
            stale = [one for one in self._containers(transaction, view) if not is_current(transaction, one)]
        if stale:
            with store.write() as transaction:
                for container in self._containers(transaction, view):
                    bring_up_to_date(transaction, container)

    def _containers(self, transaction: Transaction, view: SourceReference) -> list[Container]:
        (source,) = read_sources(transaction.schema, [SourceRequest(view)])
        return list(texts_of(source, self._properties))

    def among(self, scope: Scope, source: Source) -> Found:
        """Only find instances that have the words."""
        texts = texts_of(source, self._properties)
        if not self._asked:
            return Found(TRUE, [])
        if not self._words:
            return Found(FALSE, [])
        scope.lead()
        alias = scope.given(hits(texts, self._words, self._operator))
        same = build("{id} = {value}", id=scope.id(), value=member(alias, "value"))
        return Found(same, [member(alias, "score")])
