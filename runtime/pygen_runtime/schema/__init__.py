"""The data modeling API as msgspec types: what is sent and what is answered. No HTTP here.

Every type tolerates unknown keys, and treats an explicit `null` like an absent key (contract §1.4, §3.5).
"""

from pygen_runtime.schema.containers import (
    Constraint,
    Container,
    ContainerProperty,
    ContainerWrite,
    EnumValue,
    Index,
    PropertyType,
    UnitReference,
)
from pygen_runtime.schema.data_models import DataModel, DataModelOutline, DataModelWrite
from pygen_runtime.schema.ids import (
    ContainerId,
    ContainerPartId,
    DataModelId,
    EdgeId,
    InstanceId,
    NodeId,
    SourceId,
    ViewId,
)
from pygen_runtime.schema.instances import (
    Edge,
    EdgeWrite,
    Instance,
    InstanceResult,
    InstanceWrite,
    Node,
    NodeWrite,
    SourceWrite,
)
from pygen_runtime.schema.spaces import Space, SpaceWrite
from pygen_runtime.schema.views import (
    EdgeConnection,
    MappedProperty,
    ReverseConnection,
    Through,
    UnknownProperty,
    View,
    ViewProperty,
    ViewWrite,
)

__all__ = [
    "Constraint",
    "Container",
    "ContainerId",
    "ContainerPartId",
    "ContainerProperty",
    "ContainerWrite",
    "DataModel",
    "DataModelId",
    "DataModelOutline",
    "DataModelWrite",
    "Edge",
    "EdgeConnection",
    "EdgeId",
    "EdgeWrite",
    "EnumValue",
    "Index",
    "Instance",
    "InstanceId",
    "InstanceResult",
    "InstanceWrite",
    "MappedProperty",
    "Node",
    "NodeId",
    "NodeWrite",
    "PropertyType",
    "ReverseConnection",
    "SourceId",
    "SourceWrite",
    "Space",
    "SpaceWrite",
    "Through",
    "UnitReference",
    "UnknownProperty",
    "View",
    "ViewId",
    "ViewProperty",
    "ViewWrite",
]
