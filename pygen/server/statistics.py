"""What a project holds (contract §10), and who the caller is (§1.2). What belongs to the system does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pygen.server.calls import Call
from pygen.server.definitions import texts
from pygen.server.limits import LIMITS, counts
from pygen.server.schema import Json, Schema
from pygen.server.store import Transaction
from pygen.server.tables import KINDS


def project(call: Call) -> Json:
    """`GET /models/statistics`."""
    with call.store.read() as transaction:
        nodes, edges = _total(transaction, "node"), _total(transaction, "edge")
        deleted_nodes, deleted_edges = (
            _total(transaction, "node", "tombstone"),
            _total(transaction, "edge", "tombstone"),
        )
        defined = {what: {"count": count, "limit": LIMITS[what]} for what, count in counts(transaction.schema).items()}
        return {
            **defined,
            "instances": {
                "nodes": nodes,
                "edges": edges,
                "instances": nodes + edges,
                "instancesLimit": 5_000_000,
                "softDeletedNodes": deleted_nodes,
                "softDeletedEdges": deleted_edges,
                "softDeletedInstances": deleted_nodes + deleted_edges,
                "softDeletedInstancesLimit": 10_000_000,
            },
            "concurrentReadLimit": 8,
            "concurrentWriteLimit": 4,
            "concurrentDeleteLimit": 2,
        }


def _total(transaction: Transaction, kind: str, table: str = "instance") -> int:
    """How many instances the project has; global ones have row ids below 0."""
    query = {
        "instance": "select count(*) from instance where kind = ? and +id > 0",
        "tombstone": "select count(*) from tombstone where kind = ?",
    }[table]
    (count,) = transaction.sql.execute(query, (KINDS[kind],)).fetchone()
    return int(count)


def spaces(call: Call) -> Json:
    """`GET /models/statistics/spaces`: the project's own, all at once."""
    with call.store.read() as transaction:
        known = transaction.schema.spaces
        return {"items": _spaces(transaction, sorted(space for space, one in known.items() if not one.is_global))}


def spaces_by_ids(call: Call) -> Json:
    """`POST /models/statistics/spaces/byids`; unknown spaces are left out."""
    wanted = dict.fromkeys(texts(item, "space")[0] for item in call.items())
    with call.store.read() as transaction:
        return {"items": _spaces(transaction, [space for space in wanted if space in transaction.schema.spaces])}


def _spaces(transaction: Transaction, wanted: Iterable[str]) -> list[Json]:
    living = _by_space(transaction, "select space, kind, count(*) from instance group by space, kind")
    deleted = _by_space(transaction, "select space, kind, count(*) from tombstone group by space, kind")
    defined = _defined(transaction.schema)
    return [
        {
            "space": space,
            **{what: counts[space] for what, counts in defined.items()},
            "nodes": living[space, KINDS["node"]],
            "edges": living[space, KINDS["edge"]],
            "softDeletedNodes": deleted[space, KINDS["node"]],
            "softDeletedEdges": deleted[space, KINDS["edge"]],
        }
        for space in wanted
    ]


def _by_space(transaction: Transaction, query: str) -> Counter[tuple[str, int]]:
    return Counter({(space, kind): count for space, kind, count in transaction.sql.execute(query)})


def _defined(schema: Schema) -> dict[str, Counter[str]]:
    return {
        "containers": Counter(key.space for key in schema.containers),
        "views": Counter(key.space for key in schema.views),
        "dataModels": Counter(key.space for key in schema.data_models),
    }


def inspect_token(_call: Call) -> Json:
    """`GET /api/v1/token/inspect`: everybody may do everything in every project."""
    scope = {"projects": ["local"]}
    kinds = ("dataModelsAcl", "dataModelInstancesAcl")
    return {
        "subject": "local",
        "projects": [{"projectUrlName": "local", "groups": []}],
        "capabilities": [
            {kind: {"actions": ["READ", "WRITE"], "scope": {"all": {}}}, "projectScope": scope} for kind in kinds
        ],
    }
