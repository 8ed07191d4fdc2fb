"""Nodes and edges, untyped: for tools that know the model only at run time (contract §6).

Generated SDKs decode the same JSON straight into the classes of their views instead.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pygen_runtime.schema.ids import NodeId, SourceId

Properties = dict[str, dict[str, dict[str, Any]]]
"""Space → `View/version` → property → value."""


class SourceWrite(msgspec.Struct, kw_only=True, rename="camel"):
    """Property values written through one view or container; an explicit None clears a value (contract §6.3)."""

    source: SourceId
    properties: dict[str, Any]


class NodeWrite(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, tag_field="instanceType", tag="node"):
    """A node as it is sent."""

    space: str
    external_id: str
    type: NodeId | None = None
    sources: list[SourceWrite] | None = None
    existing_version: int | None = None


class EdgeWrite(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, tag_field="instanceType", tag="edge"):
    """An edge as it is sent."""

    space: str
    external_id: str
    type: NodeId
    start_node: NodeId
    end_node: NodeId
    sources: list[SourceWrite] | None = None
    existing_version: int | None = None


InstanceWrite = NodeWrite | EdgeWrite
"""What an upsert takes."""


class Node(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, tag_field="instanceType", tag="node"):
    """A node as it is answered. Times are epoch milliseconds, UTC."""

    space: str
    external_id: str
    version: int
    created_time: int
    last_updated_time: int
    type: NodeId | None = None
    properties: Properties | None = None
    deleted_time: int | None = None

    def as_id(self) -> NodeId:
        """The identifier of this node."""
        return NodeId(self.space, self.external_id)


class Edge(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, tag_field="instanceType", tag="edge"):
    """An edge as it is answered. Times are epoch milliseconds, UTC."""

    space: str
    external_id: str
    version: int
    created_time: int
    last_updated_time: int
    type: NodeId
    start_node: NodeId
    end_node: NodeId
    properties: Properties | None = None
    deleted_time: int | None = None


Instance = Node | Edge
"""What list and retrieve answer."""


class InstanceResult(msgspec.Struct, kw_only=True, rename="camel"):
    """What an upsert did to one item."""

    instance_type: str
    space: str
    external_id: str
    version: int
    was_modified: bool
    created_time: int
    last_updated_time: int
