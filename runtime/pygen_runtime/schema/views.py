"""Views: lenses over containers, with connections (contract §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from pygen_runtime.schema.containers import PropertyType
from pygen_runtime.schema.ids import ContainerId, NodeId, SourceId, ViewId

EDGE_CONNECTIONS: Final = frozenset({"single_edge_connection", "multi_edge_connection"})
REVERSE_CONNECTIONS: Final = frozenset({"single_reverse_direct_relation", "multi_reverse_direct_relation"})
DIRECTIONS: Final = frozenset({"outwards", "inwards"})


class ViewProperty:
    """One property of a view: a `MappedProperty`, an `EdgeConnection`, a `ReverseConnection`, or an `UnknownProperty`.

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
    constraint_state: dict[str, str] | None = None


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


class UnknownProperty(ViewProperty):
    """A property of a kind that is newer than this client; kept as it came, and written as it came.

    Attributes:
        json: Its JSON.
    """

    __slots__ = ("json",)

    def __init__(self, json: Mapping[str, Any]) -> None:
        self.json = dict(json)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnknownProperty) and self.json == other.json

    __hash__ = None  # type: ignore[assignment]  # its JSON is a dictionary, so it is no key

    def __repr__(self) -> str:
        return f"UnknownProperty({self.json!r})"


def as_written(read: ViewProperty) -> ViewProperty:
    """A property as it is sent, from one as it was answered: without what the server adds (contract §4.5)."""
    if isinstance(read, MappedProperty):
        return MappedProperty(
            container=read.container,
            container_property_identifier=read.container_property_identifier,
            name=read.name,
            description=read.description,
            source=read.source or (read.type.source if read.type else None),
        )
    if isinstance(read, ReverseConnection):
        return msgspec.structs.replace(read, targets_list=None)
    return read


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

    def as_write(self) -> ViewWrite:
        """The view as it is sent, to change it and write it back.

        Read it without inherited properties first, or the new view has them as its own.
        """
        properties = (
            None if self.properties is None else {name: as_written(one) for name, one in self.properties.items()}
        )
        return ViewWrite(
            space=self.space,
            external_id=self.external_id,
            version=self.version,
            name=self.name,
            description=self.description,
            implements=self.implements,
            filter=self.filter,
            properties=properties,
        )
