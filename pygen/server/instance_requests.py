"""Bodies of the instance endpoints (contract §6), decoded straight from JSON; unknown keys are passed over."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from pygen.server.values import instance_key

Kind = Literal["node", "edge"]


class Reference(msgspec.Struct, frozen=True, rename="camel"):
    """A node: the value of a type, start or end."""

    space: str
    external_id: str

    @property
    def key(self) -> str:
        """The key of the node."""
        return instance_key(self.space, self.external_id)


class SourceReference(msgspec.Struct, frozen=True, rename="camel"):
    """A view or container; told apart by `type`."""

    type: Literal["view", "container"]
    space: str
    external_id: str
    version: str | None = None


class SourceItem(msgspec.Struct, rename="camel"):
    """Values written through one view or container."""

    source: SourceReference
    properties: dict[str, Any]


class InstanceItem(msgspec.Struct, rename="camel"):
    """A node or edge as it is written."""

    space: str
    external_id: str
    instance_type: Kind | None = None
    type: Reference | UnsetType | None = UNSET
    start_node: Reference | None = None
    end_node: Reference | None = None
    sources: list[SourceItem] | None = None
    existing_version: int | None = None

    @property
    def kind(self) -> Kind:
        """Node or edge; a node if it does not say (contract §6.3)."""
        return self.instance_type or "node"

    @property
    def key(self) -> str:
        """The key of the instance among those of its kind."""
        return instance_key(self.space, self.external_id)


class InstanceId(msgspec.Struct, rename="camel"):
    """A node or edge by id."""

    space: str
    external_id: str
    instance_type: Kind | None = None
    existing_version: int | None = None

    @property
    def kind(self) -> Kind:
        """Node or edge; a node if it does not say."""
        return self.instance_type or "node"

    @property
    def key(self) -> str:
        """The key of the instance among those of its kind."""
        return instance_key(self.space, self.external_id)

    def json(self) -> dict[str, str]:
        """The id as it is answered."""
        return {"instanceType": self.kind, "space": self.space, "externalId": self.external_id}


class UpsertRequest(msgspec.Struct, rename="camel"):
    """Body of `POST /models/instances`."""

    items: list[InstanceItem] | None = None
    delete: list[InstanceId] | None = None
    auto_create_direct_relations: bool | None = None
    auto_create_start_nodes: bool | None = None
    auto_create_end_nodes: bool | None = None
    skip_on_version_conflict: bool | None = None
    replace: bool | None = None


class DeleteRequest(msgspec.Struct, rename="camel"):
    """Body of `POST /models/instances/delete`."""

    items: list[InstanceId]


class SourceRequest(msgspec.Struct, rename="camel"):
    """A view to read properties from."""

    source: SourceReference
    target_units: list[Any] | None = None


class ByIdsRequest(msgspec.Struct, rename="camel"):
    """Body of `POST /models/instances/byids`."""

    items: list[InstanceId]
    sources: list[SourceRequest] | None = None
    include_typing: bool | None = None


class SortKey(msgspec.Struct, rename="camel"):
    """One key of an order."""

    property: list[str]
    direction: Literal["ascending", "descending"] | None = None
    nulls_first: bool | None = None


class ListRequest(msgspec.Struct, rename="camel"):
    """Body of `POST /models/instances/list`."""

    instance_type: Kind | None = None
    sources: list[SourceRequest] | None = None
    filter: Any = None
    sort: list[SortKey] | None = None
    limit: int | None = None
    cursor: str | None = None
    include_typing: bool | None = None
    debug: Any = None


class AggregateRequest(msgspec.Struct, rename="camel"):
    """Body of `POST /models/instances/aggregate`."""

    view: SourceReference
    instance_type: Kind | None = None
    group_by: list[str] | None = None
    aggregates: list[dict[str, Any]] | None = None
    filter: Any = None
    query: str | None = None
    properties: list[str] | None = None
    operator: Literal["AND", "OR"] | None = None
    target_units: list[Any] | None = None
    include_typing: bool | None = None
    limit: int | None = None
