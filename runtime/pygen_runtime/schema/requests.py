"""What instance calls ask and answer: one page at a time (contract §6.5, §6.8)."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

import msgspec

from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.ids import ViewId

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], kw_only=True, rename="camel"):
    """One page of answers; without `next_cursor` it is the last one.

    A page may hold fewer items than asked for, even none, and still not be the last (contract §1.9).
    """

    items: list[T]
    next_cursor: str | None = None


class SourceRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """A view whose properties are wanted."""

    source: ViewId


class Sort(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A sort key; `property` is a full property reference (contract §7.2). At most five in one request."""

    property: tuple[str, ...]
    direction: Literal["ascending", "descending"] = "ascending"
    nulls_first: bool = False


class ListRequest(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """Body of `POST /models/instances/list`. `limit` is the page size, 1 to 1000."""

    instance_type: Literal["node", "edge"]
    sources: list[SourceRequest] | None = None
    filter: PygenFilter | None = None
    sort: list[Sort] | None = None
    limit: int | None = None
    cursor: str | None = None
    include_typing: bool = False


class InstanceReference(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A node or an edge by id, as retrieve and delete take it."""

    instance_type: Literal["node", "edge"]
    space: str
    external_id: str


class ByIdsRequest(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """Body of `POST /models/instances/byids`: 1 to 1000 items; those not found are left out of the answer."""

    items: list[InstanceReference]
    sources: list[SourceRequest] | None = None


class AggregateRequest(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """Body of `POST /models/instances/aggregate`. `aggregates` is raw, such as `{"count": {}}` (contract §6.8)."""

    view: ViewId
    instance_type: Literal["node", "edge"]
    aggregates: list[dict[str, Any]]
    group_by: list[str] | None = None
    filter: PygenFilter | None = None
    limit: int | None = None


class AggregateValue(msgspec.Struct, kw_only=True, rename="camel"):
    """One aggregate of one group; `value` is None for the average, least, greatest or sum of nothing."""

    aggregate: str
    property: str | None = None
    value: float | int | None = None
    interval: float | None = None
    buckets: list[dict[str, float]] | None = None


class AggregateItem(msgspec.Struct, kw_only=True, rename="camel"):
    """The aggregates of one group, or of everything."""

    group: dict[str, Any] | None = None
    aggregates: list[AggregateValue] = []


class AggregateReply(msgspec.Struct, kw_only=True, rename="camel"):
    """Answer of `POST /models/instances/aggregate`."""

    items: list[AggregateItem]
