"""`POST /models/instances/query`: result sets of nodes and edges, chained and combined (contract §6.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pygen.server import cursors
from pygen.server.calls import Call
from pygen.server.errors import RefusedError
from pygen.server.query_answers import Selected, document, typing_by_set
from pygen.server.query_requests import Selection, check_sets, named, read_select, read_set, strict
from pygen.server.query_sets import Request, ResultSets
from pygen.server.schema import Json


class Body(msgspec.Struct, rename="camel"):
    """What query and sync have in common."""

    select: Any
    with_: Any = msgspec.field(name="with")
    cursors: Any = None
    parameters: dict[str, Any] | None = None
    include_typing: bool | None = None
    debug: Any = None


def query(call: Call) -> bytes:
    """`POST /models/instances/query`."""
    body = strict(call.json(), Body, "query")
    expressions, selections = named(body.with_, "with"), read_selections(body.select)
    sets = {key: read_set(value, f"with.{key}") for key, value in expressions.items()}
    given = given_cursors(body.cursors)
    kinds = check_sets(sets, selections, given)
    parameters = body.parameters or {}
    request = Request(
        sets,
        kinds,
        {key: one.limit for key, one in selections.items() if one.limit is not None},
        parameters,
        {key: cursor for key, cursor in given.items() if cursor is not None},
        bindings("query", expressions, parameters),
    )
    with call.store.read() as transaction:
        found = ResultSets(transaction, request)
        selected = {key: Selected(transaction.schema, kinds[key], one) for key, one in selections.items()}
        items: dict[str, list[bytes]] = {}
        more: dict[str, str] = {}
        for key, one in selected.items():
            result = found.find(key)
            items[key] = one.items(transaction, result.ids)
            if result.position is not None:
                end = cursors.Position(result.position, transaction.now)  # type: ignore[arg-type]  # no blobs in positions
                more[key] = cursors.encode(request.bindings[key], end)
        typing = typing_by_set(selected) if body.include_typing else None
        return document(items, more, typing, debug=body.debug is not None)


def read_selections(select: Any) -> dict[str, Selection]:
    """The `select` of a request, by name of result set."""
    return {key: read_select(value, f"select.{key}") for key, value in named(select, "select").items()}


def given_cursors(given: Any) -> dict[str, str | None]:
    """The `cursors` of a request; null is a name without a cursor."""
    found = {} if given is None else named(given, "cursors", at_least=0)
    for key, cursor in found.items():
        if cursor is not None and not isinstance(cursor, str):
            raise RefusedError(f"The cursor of '{key[:300]}' must be a text.")
    return found


def bindings(kind: str, expressions: Mapping[str, Json], parameters: Json) -> dict[str, str]:
    """What the cursor of each set is bound to: its name, all expressions without their limits, and the parameters."""
    bare = {
        key: {part: value for part, value in expression.items() if part != "limit"}
        for key, expression in expressions.items()
    }
    return {key: cursors.fingerprint(f"instances/{kind}", [key, bare, parameters]) for key in bare}
