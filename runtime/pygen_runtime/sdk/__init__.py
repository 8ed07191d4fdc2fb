"""What generated SDKs build on: everything that a generated module may import stands here."""

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import ContainerId, DataModelId, EdgeId, NodeId, ViewId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.sdk.api import SyncViewAPI, ViewAPI
from pygen_runtime.sdk.api_ids import RetrievedList
from pygen_runtime.sdk.changes.changes import Change, ChangeBatch, Deleted, Upserted
from pygen_runtime.sdk.changes.feed import ChangeFeed
from pygen_runtime.sdk.changes.sync_changes import SyncChangeFeed
from pygen_runtime.sdk.fields.aggregate import Group, Metric
from pygen_runtime.sdk.fields.common import EdgeFields, Fields, NodeFields
from pygen_runtime.sdk.fields.conditions import (
    EdgeConditions,
    NodeConditions,
    OneOf,
    at_least,
    at_most,
    contains_any,
    equals,
    exists,
    prefix,
)
from pygen_runtime.sdk.fields.fields import (
    BooleanField,
    DateField,
    DirectField,
    EnumField,
    Field,
    FloatField,
    IntegerField,
    JsonField,
    KeyField,
    ListField,
    TextField,
    TimestampField,
)
from pygen_runtime.sdk.instances.like import EdgeLike, InstanceLike, NodeLike
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import OpenEnum, PygenEdge, PygenNode, PygenResource, SyncResource
from pygen_runtime.sdk.instances.via import Direct, Edges, Reverse
from pygen_runtime.sdk.model_client import AsyncModelClient, ModelClient
from pygen_runtime.sdk.queries.cache import QueryCache
from pygen_runtime.sdk.queries.groups import PygenGroups
from pygen_runtime.sdk.queries.progress import Progress, ProgressBar
from pygen_runtime.sdk.queries.projection import PygenRows
from pygen_runtime.sdk.queries.query import PygenQuery
from pygen_runtime.sdk.queries.sync_groups import SyncGroups
from pygen_runtime.sdk.queries.sync_projection import SyncRows
from pygen_runtime.sdk.queries.sync_query import SyncQuery
from pygen_runtime.sdk.relations.descriptor import Relation, edge_to_many, edge_to_one, relations, to_many, to_one
from pygen_runtime.sdk.relations.over_edges import EdgeToMany, EdgeToOne
from pygen_runtime.sdk.relations.relation import PygenRelation, ToMany, ToOne
from pygen_runtime.sdk.relations.sync_relation import SyncEdgeToMany, SyncEdgeToOne, SyncRelation, SyncToMany, SyncToOne
from pygen_runtime.sdk.writes.delete import DeletePlan
from pygen_runtime.sdk.writes.ids import (
    EdgeEnds,
    WriteDefaults,
    content_ids,
    counted_ids,
    edge_id_of_ends,
    prefixed,
    random_ids,
    shortened,
)
from pygen_runtime.sdk.writes.plan import PlanOptions, UpsertOptions, WritePlan, WriteResult
from pygen_runtime.sdk.writes.write import (
    BareEdgeWrite,
    Clearable,
    PygenEdgeWrite,
    PygenNodeWrite,
    PygenWrite,
    Settable,
    as_write,
)
from pygen_runtime.sync import PygenClient

__all__ = [
    "AsyncModelClient",
    "AsyncPygenClient",
    "BareEdgeWrite",
    "BooleanField",
    "Change",
    "ChangeBatch",
    "ChangeFeed",
    "Clearable",
    "ContainerId",
    "DataModelId",
    "DateField",
    "DeletePlan",
    "Deleted",
    "Direct",
    "DirectField",
    "EdgeConditions",
    "EdgeEnds",
    "EdgeFields",
    "EdgeId",
    "EdgeLike",
    "EdgeToMany",
    "EdgeToOne",
    "Edges",
    "EnumField",
    "Field",
    "Fields",
    "FloatField",
    "Group",
    "InstanceLike",
    "IntegerField",
    "JsonField",
    "KeyField",
    "ListField",
    "Metric",
    "ModelClient",
    "NodeConditions",
    "NodeFields",
    "NodeId",
    "NodeLike",
    "OneOf",
    "OpenEnum",
    "PlanOptions",
    "Progress",
    "ProgressBar",
    "PygenClient",
    "PygenEdge",
    "PygenEdgeWrite",
    "PygenFilter",
    "PygenGroups",
    "PygenList",
    "PygenNode",
    "PygenNodeWrite",
    "PygenQuery",
    "PygenRelation",
    "PygenResource",
    "PygenRows",
    "PygenWrite",
    "QueryCache",
    "Relation",
    "RetrievedList",
    "Reverse",
    "Settable",
    "SyncChangeFeed",
    "SyncEdgeToMany",
    "SyncEdgeToOne",
    "SyncGroups",
    "SyncQuery",
    "SyncRelation",
    "SyncResource",
    "SyncRows",
    "SyncToMany",
    "SyncToOne",
    "SyncViewAPI",
    "TextField",
    "TimestampField",
    "ToMany",
    "ToOne",
    "UpsertOptions",
    "Upserted",
    "ViewAPI",
    "ViewId",
    "WriteDefaults",
    "WritePlan",
    "WriteResult",
    "as_write",
    "at_least",
    "at_most",
    "contains_any",
    "content_ids",
    "counted_ids",
    "edge_id_of_ends",
    "edge_to_many",
    "edge_to_one",
    "equals",
    "exists",
    "prefix",
    "prefixed",
    "random_ids",
    "relations",
    "shortened",
    "to_many",
    "to_one",
]
