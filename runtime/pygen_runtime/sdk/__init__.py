"""What generated SDKs build on: everything that a generated module may import stands here."""

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import ContainerId, DataModelId, EdgeId, NodeId, ViewId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.sdk.api import ViewAPI
from pygen_runtime.sdk.conditions import (
    EdgeConditions,
    NodeConditions,
    at_least,
    at_most,
    contains_any,
    equals,
    exists,
    prefix,
)
from pygen_runtime.sdk.model_client import AsyncModelClient
from pygen_runtime.sdk.query import PygenQuery
from pygen_runtime.sdk.relation import (
    Direct,
    Edges,
    EdgeToMany,
    EdgeToOne,
    PygenRelation,
    Relation,
    Reverse,
    ToMany,
    ToOne,
    edge_to_many,
    edge_to_one,
    relations,
    to_many,
    to_one,
)
from pygen_runtime.sdk.resource import OpenEnum, PygenEdge, PygenList, PygenNode, PygenResource

__all__ = [
    "AsyncModelClient",
    "AsyncPygenClient",
    "ContainerId",
    "DataModelId",
    "Direct",
    "EdgeConditions",
    "EdgeId",
    "EdgeToMany",
    "EdgeToOne",
    "Edges",
    "NodeConditions",
    "NodeId",
    "OpenEnum",
    "PygenEdge",
    "PygenFilter",
    "PygenList",
    "PygenNode",
    "PygenQuery",
    "PygenRelation",
    "PygenResource",
    "Relation",
    "Reverse",
    "ToMany",
    "ToOne",
    "ViewAPI",
    "ViewId",
    "at_least",
    "at_most",
    "contains_any",
    "edge_to_many",
    "edge_to_one",
    "equals",
    "exists",
    "prefix",
    "relations",
    "to_many",
    "to_one",
]
