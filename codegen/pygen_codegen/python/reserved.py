"""Names that generated Python keeps clear of, on top of the language's own (`naming.PYTHON`).

Fixed lists: a name in an SDK must not change because the runtime gained a method. So each list also holds what the runtime
may gain; a test asserts that it holds all that the runtime has.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIELDS = _names(
    """
    BooleanField DateField DirectField EdgeFields EnumField FloatField IntegerField JsonField KeyField ListField NodeFields TextField
    TimestampField
    """
)
"""What the fields of views are made of."""

MARKERS = _names("equals contains_any prefix at_least at_most exists")
"""What the keywords of conditions are annotated with."""

IMPORTED = (
    MARKERS
    | FIELDS
    | _names(
        """
    Annotated Any ClassVar Sequence TYPE_CHECKING Unpack annotations datetime field lazy_exports require_contract
    AsyncModelClient AsyncPygenClient ContainerId DataModelId Direct EdgeConditions Edges NodeConditions NodeId OneOf OpenEnum
    PygenEdge PygenList PygenNode PygenQuery Reverse ViewAPI ViewId
    edge_to_many edge_to_one to_many to_one
    ModelClient PygenClient SyncQuery SyncResource SyncViewAPI PygenFilter PygenRelation PygenResource UNSET UnsetType
    Clearable PygenEdgeWrite PygenNodeWrite Settable as_write
    EdgeLike InstanceLike NodeLike Protocol
    """
    )
)
"""Everything that generated modules import, apart from one another's classes. Inside a class body an attribute of such a
name would also hide it from the annotations that follow."""

MODULES = _names("api")
"""Modules of the SDK that others import as a whole; no class is called like one."""

RESOURCE = _names(
    """
    VIEW FIELDS INSTANCE_TYPE space external_id version created_time last_updated_time as_id node_type edge_type start_node
    end_node
    self cls
    DEFAULTED READ existing_version
    as_write relations to_dict to_pandas to_polars to_arrow validate
    """
)
"""Public attributes of nodes and edges."""

CLIENT = _names(
    """
    MODELS from_token from_env pygen views
    from_client_credentials from_toml client close delete query retrieve search upsert
    plan_delete plan_upsert try_delete try_upsert writing
    """
)
"""Public attributes of the client of a model."""

CONDITIONS = _names(
    """
    self limit sort
    space external_id external_id_prefix where node_type edge_type start_node end_node
    include cache resume partitions
    """
)
"""Parameters beside the conditions, and the conditions that all views share."""
