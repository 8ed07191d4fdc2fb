"""`POST /models/instances/inspect`: the views and containers that instances are in (contract §6.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from pygen.server.calls import Call, decode
from pygen.server.errors import violation
from pygen.server.instance_requests import InstanceId, Kind
from pygen.server.instance_rows import find
from pygen.server.listing import membership, require_data
from pygen.server.query_walks import each_of, is_given
from pygen.server.schema import Json, View, container_reference, view_reference
from pygen.server.scopes import Scope
from pygen.server.sql import build, name
from pygen.server.store import Transaction

_MAX_ITEMS: Final = 1000
_KINDS: Final[tuple[Kind, ...]] = ("node", "edge")


class _Views(msgspec.Struct, rename="camel"):
    all_versions: bool | None = None


class _Operations(msgspec.Struct, rename="camel"):
    involved_views: _Views | None = None
    involved_containers: dict[str, Any] | None = None


class InspectRequest(msgspec.Struct, rename="camel"):
    """Body of `POST /models/instances/inspect`."""

    inspection_operations: _Operations
    items: list[InstanceId]


_decoder = msgspec.json.Decoder(InspectRequest)


def inspect(call: Call) -> Json:
    """`POST /models/instances/inspect`; instances that do not exist are left out."""
    request = decode(call.body, _decoder)
    if not 1 <= len(request.items) <= _MAX_ITEMS:
        raise violation(f"items size must be between 1 and {_MAX_ITEMS}")
    wanted = request.inspection_operations
    with call.store.read() as transaction:
        found: dict[tuple[Kind, str], Json] = {}
        for kind in _KINDS:
            keys = [item.key for item in request.items if item.kind == kind]
            ids = {row.id: key for key, row in find(transaction.sql, kind, keys).items()} if keys else {}
            for id_, results in _inspected(transaction, kind, ids, wanted).items():
                found[kind, ids[id_]] = results
        items: dict[tuple[Kind, str], InstanceId] = {(item.kind, item.key): item for item in request.items}
        return {
            "items": [
                {**item.json(), "inspectionResults": found[identity]}
                for identity, item in items.items()
                if identity in found
            ]
        }


def _inspected(transaction: Transaction, kind: Kind, ids: Mapping[int, str], wanted: _Operations) -> dict[int, Json]:
    """What is asked about instances, by row id."""
    results: dict[int, Json] = {id_: {} for id_ in ids}
    if not ids:
        return results
    if wanted.involved_views is not None:
        for result in results.values():
            result["involvedViews"] = []
        for view in _views(transaction, all_versions=bool(wanted.involved_views.all_versions)):
            for id_ in _members(transaction, kind, view, ids):
                results[id_]["involvedViews"].append(view_reference(view.key))
    if wanted.involved_containers is not None:
        for result in results.values():
            result["involvedContainers"] = []
        for key, container in sorted(transaction.schema.containers.items()):
            query = build(
                "select c.id from {ids} as k cross join {table} as c on c.id = k.value",
                ids=each_of(list(ids)),
                table=name(container.table),
            )
            for (id_,) in transaction.sql.execute(query.text, query.values):
                results[id_]["involvedContainers"].append(container_reference(key))
    return results


def _views(transaction: Transaction, *, all_versions: bool) -> list[View]:
    """The views to look at, in the order of their keys: all versions, or the newest ones."""
    schema = transaction.schema
    views = [view for _, view in sorted(schema.views.items())]
    return [view for view in views if all_versions or schema.newest(view.key.space, view.key.external_id) is view]


def _members(transaction: Transaction, kind: Kind, view: View, ids: Mapping[int, str]) -> Iterable[int]:
    """Those of the instances that are in a view; a view that maps nothing and has no filter holds none."""
    source = transaction.schema.view_source(view)
    if not source.serves(kind) or (not source.containers and source.filter is None):
        return []
    transaction.check_time()
    scope = Scope(transaction.schema, kind)
    scope.lead()
    given = is_given(scope, scope.id(), each_of(list(ids)))
    require_data(scope, source)
    condition = membership(scope, [source], None)
    query = build(
        "select {id} from {rows} where {given} and {condition}",
        id=scope.id(),
        rows=scope.rows(),
        given=given,
        condition=condition,
    )
    return [row[0] for row in transaction.sql.execute(query.text, query.values)]
