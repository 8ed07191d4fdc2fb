"""What a query or sync answers: the selected result sets as JSON (contract §6.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from pygen.server.answers import Items, read_sources, typing_of
from pygen.server.documents import Document
from pygen.server.errors import RefusedError
from pygen.server.instance_requests import Kind, SourceRequest
from pygen.server.pages import sort_keys
from pygen.server.query_requests import Selection
from pygen.server.query_walks import each_of
from pygen.server.schema import Json, Schema, Source
from pygen.server.scopes import Scope
from pygen.server.sql import build, join, member
from pygen.server.store import Transaction


class Selected:
    """The views and properties that a `select` shows of one result set."""

    def __init__(self, schema: Schema, kind: Kind, selection: Selection) -> None:
        self._schema = schema
        self._kind = kind
        self._sort = selection.sort
        self.sources = selected_sources(schema, selection)

    def items(self, transaction: Transaction, ids: Sequence[int]) -> list[bytes]:
        """The instances with these row ids, in their order if the select has none."""
        if not ids:
            return []
        scope = Scope(self._schema, self._kind)
        scope.lead()
        shown = Items(scope, self.sources, optional=True)
        terms = [key.term() for key in sort_keys(scope, self._sort)]
        given = scope.given(each_of(ids))
        query = build(
            "select {columns} from {rows} where {id} = {given} order by {order}",
            columns=join(", ", shown.columns),
            rows=scope.rows(),
            id=scope.id(),
            given=member(given, "value"),
            order=join(", ", [*terms, member(given, "key")]),
        )
        return [shown.render(row) for row in transaction.sql.execute(query.text, query.values)]


def selected_sources(schema: Schema, selection: Selection) -> list[Source]:
    """The views of a `select`, each with the properties wanted of it."""
    return [
        _narrowed(source, one.properties)
        for one in selection.sources
        for source in read_sources(schema, [SourceRequest(one.source, one.target_units)])
    ]


def _narrowed(source: Source, identifiers: Sequence[str]) -> Source:
    if "*" in identifiers:
        return source
    for identifier in identifiers:
        if identifier not in source.mapped:
            raise RefusedError(f"Unknown property '{identifier[:300]}' in '{source}'.")
    return source.narrowed(identifiers)


def document(
    items: Mapping[str, Sequence[bytes]], next_cursor: Mapping[str, str], typing: Mapping[str, Json] | None, debug: bool
) -> Document:
    """The body of the answer, its items by name of result set."""
    parts = [msgspec.json.encode(name) + b":[" + b",".join(found) + b"]" for name, found in items.items()]
    extra: Json = {"nextCursor": next_cursor}
    if typing is not None:
        extra["typing"] = typing
    if debug:
        extra["debug"] = {"notices": []}
    body = b'{"items":{' + b",".join(parts) + b"}," + msgspec.json.encode(extra)[1:]
    return Document.of(body, sum(map(len, items.values())))


def typing_by_set(selected: Mapping[str, Selected]) -> dict[str, Json]:
    """The `typing` of the answer: by result set, then as everywhere."""
    return {name: typing_of(one.sources) for name, one in selected.items()}
