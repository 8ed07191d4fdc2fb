"""What a project holds (contract §10), and who the caller is (§1.2)."""

from __future__ import annotations

from pygen.server.calls import Call
from pygen.server.schema import Json
from pygen.server.store import Transaction


def project(call: Call) -> Json:
    """`GET /models/statistics`."""
    with call.store.read() as transaction:
        schema = transaction.schema
        nodes, edges = _counts(transaction, "select kind, count(*) from instance group by kind")
        deleted_nodes, deleted_edges = _counts(transaction, "select kind, count(*) from tombstone group by kind")
        properties = sum(len(container.properties) for container in schema.containers.values())
        return {
            "spaces": {"count": len(schema.spaces), "limit": 100},
            "containers": {"count": len(schema.containers), "limit": 1000},
            "views": {"count": len(schema.views), "limit": 2000},
            "dataModels": {"count": len(schema.data_models), "limit": 500},
            "containerProperties": {"count": properties, "limit": 25_000},
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


def _counts(transaction: Transaction, query: str) -> tuple[int, int]:
    """Nodes and edges that a query counts."""
    found = dict(transaction.sql.execute(query))
    return found.get(0, 0), found.get(1, 0)


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
