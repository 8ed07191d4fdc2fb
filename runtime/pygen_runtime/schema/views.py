"""Views: lenses over containers, with connections (contract §4)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from pygen_runtime.schema.containers import PropertyType
from pygen_runtime.schema.ids import ContainerId, NodeId, SourceId, ViewId


class ViewProperty:
    """One property of a view: a `MappedProperty`, an `EdgeConnection` or a `ReverseConnection`.

    The JSON carries no tag for the kind; its keys decide (contract §4.2), see `schema.codec`.
    """

    __slots__ = ()


class MappedProperty(msgspec.Struct, ViewProperty, kw_only=True, rename="camel", omit_defaults=True):
    """A property that shows a container's property.

    The view that a direct relation points at stands in `source` when written, in `type.source` when read (contract §4.5);
    `type` and the three flags are answered, never sent.
    """

    container: ContainerId
    container_property_identifier: str
    name: str | None = None
    description: str | None = None
    source: ViewId | None = None
    type: PropertyType | None = None
    nullable: bool | None = None
    immutable: bool | None = None
    auto_increment: bool | None = None
    default_value: Any = None


class EdgeConnection(msgspec.Struct, ViewProperty, kw_only=True, rename="camel", omit_defaults=True):
    """Nodes at the other end of edges of one type; `edge_source` is the view of the edges' own properties."""

    type: NodeId
    source: ViewId
    connection_type: str | None = None
    edge_source: ViewId | None = None
    direction: Literal["outwards", "inwards"] | None = None
    name: str | None = None
    description: str | None = None


class Through(msgspec.Struct, kw_only=True, rename="camel"):
    """The direct relation that a reverse relation is the other end of."""

    source: SourceId
    identifier: str


class ReverseConnection(msgspec.Struct, ViewProperty, kw_only=True, rename="camel", omit_defaults=True):
    """Nodes of the view `source` that point here with the direct relation `through`."""

    connection_type: str
    source: ViewId
    through: Through
    targets_list: bool | None = None
    name: str | None = None
    description: str | None = None


class ViewWrite(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A view as it is sent. `filter` is raw filter JSON (contract §7)."""

    space: str
    external_id: str
    version: str
    name: str | None = None
    description: str | None = None
    implements: list[ViewId] | None = None
    filter: dict[str, Any] | None = None
    properties: dict[str, ViewProperty] | None = None

    def as_id(self) -> ViewId:
        """The reference to this view."""
        return ViewId(self.space, self.external_id, self.version)


class View(ViewWrite, kw_only=True, rename="camel", omit_defaults=True):
    """A view as it is answered, inherited properties included. Times are epoch milliseconds, UTC."""

    created_time: int = 0
    last_updated_time: int = 0
    is_global: bool = False
    writable: bool | None = None
    queryable: bool | None = None
    used_for: str | None = None
    mapped_containers: list[ContainerId] | None = None
