"""What instance calls ask and answer: one page at a time (contract §6.5, §6.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from pygen_runtime.schema.aggregates import AggregateItem, Aggregation
from pygen_runtime.schema.containers import ContainerProperty, UnitReference
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.ids import ViewId

T = TypeVar("T")

InstanceKind = Literal["node", "edge"]

Typing = dict[str, dict[str, dict[str, ContainerProperty]]]
"""Space → `View/version` → property → its type, as `includeTyping` asks for; after conversion the unit is the target."""


class DebugRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """What the server should tell about how it works.

    Attributes:
        emit_results: Whether rows come as well.
        timeout: Milliseconds for the server to work at most; only without rows.
        profile: Whether to tell where the time goes; only without rows.
    """

    emit_results: bool = True
    timeout: int | UnsetType = UNSET
    profile: bool | UnsetType = UNSET


class DebugNotice(msgspec.Struct, kw_only=True, rename="camel"):
    """One remark of the server, such as `code="sortNotBackedByIndex"`."""

    code: str | None = None
    category: str | None = None
    level: str | None = None
    hint: str | None = None
    grade: Any = None
    result_expression: str | None = None


class DebugReply(msgspec.Struct, kw_only=True, rename="camel"):
    """What the server told about how it worked."""

    notices: list[DebugNotice] = []


class Page(msgspec.Struct, Generic[T], kw_only=True, rename="camel"):
    """One page of answers; without `next_cursor` it is the last one.

    A page may hold fewer items than asked for, even none, and still not be the last (contract §1.9).

    Attributes:
        items: The rows.
        next_cursor: Where the next page begins.
        typing: Types of the properties, if asked for.
        debug: What else the server told, if asked for.
    """

    items: list[T]
    next_cursor: str | None = None
    typing: Typing | None = None
    debug: DebugReply | None = None


class UnitSystem(msgspec.Struct, kw_only=True, rename="camel"):
    """A system of units, such as `SI` or `Imperial`."""

    unit_system_name: str


class TargetUnit(msgspec.Struct, kw_only=True, rename="camel"):
    """The unit that values are to come in; filters and sort orders still mean the stored unit.

    Attributes:
        unit: A unit of the catalogue, or a system of units.
        property: Id of the property; absent, with a system of units: all properties that have a unit.
    """

    unit: UnitReference | UnitSystem
    property: str | UnsetType = UNSET


class SourceRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """A view whose properties are wanted; `target_units` are at most 10."""

    source: ViewId
    target_units: Sequence[TargetUnit] | UnsetType = UNSET


class Sort(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A sort key; `property` is a full property reference (contract §7.2). At most five in one request."""

    property: tuple[str, ...]
    direction: Literal["ascending", "descending"] = "ascending"
    nulls_first: bool = False


class ListRequest(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """Body of `POST /models/instances/list`. `limit` is the page size, 1 to 1000."""

    instance_type: InstanceKind
    sources: list[SourceRequest] | None = None
    filter: PygenFilter | None = None
    sort: list[Sort] | None = None
    limit: int | None = None
    cursor: str | None = None
    include_typing: bool = False
    debug: DebugRequest | None = None


class InstanceReference(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A node or an edge by id, as retrieve and delete take it.

    Attributes:
        instance_type: Which of the two.
        space: Its space.
        external_id: Its external id.
        existing_version: For delete: refuse if it has changed since this version.
    """

    instance_type: InstanceKind
    space: str
    external_id: str
    existing_version: int | None = None


class ByIdsRequest(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """Body of `POST /models/instances/byids`: 1 to 1000 items; those not found are left out of the answer."""

    items: Sequence[InstanceReference]
    sources: Sequence[SourceRequest] | None = None
    include_typing: bool = False


class SearchRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """Body of `POST /models/instances/search`: the best matches, best first, at most 1000; there is no next page.

    The server's index lags behind writes by seconds.

    Attributes:
        view: The view to search, whose properties come.
        query: Words to look for; absent or empty: everything that meets the filter.
        properties: Ids of the text properties to look in, at most 200; absent: all.
        instance_type: Nodes or edges.
        operator: Whether all words must be found, or one of them. The API's own default is OR.
        filter: A condition, anything but `Overlaps`.
        sort: Sort keys, at most 5, instead of the best first. Where nulls stand cannot be said.
        target_units: Units to convert to, at most 10.
        include_typing: Whether the reply tells the types of the properties.
        limit: Instances at most, 1 to 1000.
    """

    view: ViewId
    query: str | UnsetType = UNSET
    properties: Sequence[str] | UnsetType = UNSET
    instance_type: InstanceKind = "node"
    operator: Literal["AND", "OR"] = "AND"
    filter: PygenFilter | UnsetType = UNSET
    sort: Sequence[Sort] | UnsetType = UNSET
    target_units: Sequence[TargetUnit] | UnsetType = UNSET
    include_typing: bool = False
    limit: int = 1000


class AggregateRequest(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """Body of `POST /models/instances/aggregate`. The server's index lags behind writes by seconds.

    Attributes:
        view: The view whose properties are meant: in `group_by`, `properties` and aggregates by their bare ids.
        instance_type: Nodes or edges.
        aggregates: At most 5 figures, such as `Count()`, or raw ones such as `{"count": {}}`. None, with `group_by`: the
            distinct values.
        group_by: At most 5 properties whose values make the groups.
        filter: A condition.
        query: Words to look for, as in a search.
        properties: Ids of the text properties to look in, at most 200.
        operator: Whether all words must be found, or one of them; say it if there is a query.
        target_units: Units to convert to, at most 10.
        include_typing: Whether the reply tells the types of the properties.
        limit: Groups at most, 1 to 1000; there is no next page.
    """

    view: ViewId
    instance_type: InstanceKind
    aggregates: Sequence[Aggregation | Mapping[str, Any]] | None = None
    group_by: Sequence[str] | None = None
    filter: PygenFilter | None = None
    query: str | None = None
    properties: Sequence[str] | None = None
    operator: Literal["AND", "OR"] | None = None
    target_units: Sequence[TargetUnit] | None = None
    include_typing: bool = False
    limit: int | None = None


class AggregateReply(msgspec.Struct, kw_only=True, rename="camel"):
    """Answer of `POST /models/instances/aggregate`: an item for each group, or exactly one."""

    items: list[AggregateItem]
    typing: Typing | None = None
