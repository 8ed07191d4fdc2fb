"""Nodes and edges, untyped: for tools that know the model only at run time (contract §6).

Generated SDKs decode the same JSON straight into the classes of their views instead.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pygen_runtime.schema.ids import ContainerId, EdgeId, NodeId, SourceId, ViewId

Properties = dict[str, dict[str, dict[str, Any]]]
"""Space → `View/version` → property → value."""


class SourceWrite(msgspec.Struct, kw_only=True, rename="camel", gc=False):
    """Property values written through one view or container; an explicit None clears a value (contract §6.3).

    What is written is nothing to the garbage collector (`gc=False`), which would look through it again and again as many items
    come together: what has a JSON form leads back to no item.
    """

    source: SourceId
    properties: dict[str, Any]


class NodeWrite(
    msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, gc=False, tag_field="instanceType", tag="node"
):
    """A node as it is sent."""

    space: str
    external_id: str
    type: NodeId | None = None
    sources: list[SourceWrite] | None = None
    existing_version: int | None = None


class EdgeWrite(
    msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, gc=False, tag_field="instanceType", tag="edge"
):
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

    def as_write(self) -> NodeWrite:
        """The node with the properties that were read, as it is sent; refused if it changes before."""
        return NodeWrite(
            space=self.space,
            external_id=self.external_id,
            type=self.type,
            sources=_sources(self.properties),
            existing_version=self.version,
        )


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

    def as_id(self) -> EdgeId:
        """The identifier of this edge."""
        return EdgeId(self.space, self.external_id)

    def as_write(self) -> EdgeWrite:
        """The edge with the properties that were read, as it is sent; refused if it changes before."""
        return EdgeWrite(
            space=self.space,
            external_id=self.external_id,
            type=self.type,
            start_node=self.start_node,
            end_node=self.end_node,
            sources=_sources(self.properties),
            existing_version=self.version,
        )


def _sources(properties: Properties | None) -> list[SourceWrite] | None:
    """Properties as they are sent, from those that were read; the key of a view holds its version after a slash."""
    sources = [
        SourceWrite(source=_source(space, key), properties=values)
        for space, of_space in (properties or {}).items()
        for key, values in of_space.items()
        if values
    ]
    return sources or None


def _source(space: str, key: str) -> SourceId:
    external_id, slash, version = key.partition("/")
    return ViewId(space, external_id, version) if slash else ContainerId(space, external_id)


Instance = Node | Edge
"""What list and retrieve answer."""


class InstanceResult(msgspec.Struct, kw_only=True, rename="camel", gc=False):
    """What an upsert did to one item."""

    instance_type: str
    space: str
    external_id: str
    version: int
    was_modified: bool
    created_time: int
    last_updated_time: int
