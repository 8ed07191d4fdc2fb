"""Graph queries and change feeds: what `/query` and `/sync` ask and answer (contract §6.6, §6.7).

    QueryRequest(
        with_={
            "pumps": NodeSet(nodes=Nodes(filter=HasData(PUMP)), limit=500),
            "pipes": EdgeSet(edges=Edges(from_="pumps", filter=Equals(("edge", "type"), FEEDS))),
            "tanks": NodeSet(nodes=Nodes(from_="pipes")),
        },
        select={"pumps": Select(sources=[SelectSource(source=PUMP)]), "tanks": Select()},
    )

The shapes are those of the API, key by key; a key that is `UNSET` is not sent. Where the API's own default cuts a result
short or depends on who asks (limits, directions, distances), these types say a default of their own and always send it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.ids import ViewId
from pygen_runtime.schema.requests import DebugReply, DebugRequest, Sort, TargetUnit, Typing
from pygen_runtime.schema.views import Through

T = TypeVar("T")

MOST_QUERIED = 10_000
"""Rows that one result set of a query may hold; the API's own default is 100."""

MOST_SYNCED = 2_000
"""Rows that one result set of a sync may hold; the API's own default is 100."""

Direction = Literal["outwards", "inwards"]
End = Literal["destination", "source"]


class Nodes(msgspec.Struct, kw_only=True, rename="camel"):
    """Nodes: all that meet a filter, or those that another result set leads to.

    Attributes:
        from_: The result set to start from; absent: all nodes.
        chain_to: Which end of the edges in `from_` is meant, seen in the direction in which those were followed.
        through: The direct relation to follow, when `from_` is a set of nodes.
        direction: With `through`: outwards from the nodes that hold the relation to their targets, inwards the other way.
            A list of direct relations cannot be followed inwards. The API's own default is inwards.
        filter: A condition on the nodes.
    """

    from_: str | UnsetType = msgspec.field(default=UNSET, name="from")
    chain_to: End = "destination"
    through: Through | UnsetType = UNSET
    direction: Direction = "outwards"
    filter: PygenFilter | UnsetType = UNSET


class Edges(msgspec.Struct, kw_only=True, rename="camel"):
    """Edges: all that meet a filter, or those that are reached from another result set, breadth first.

    Attributes:
        from_: The result set to start from; absent: all edges.
        chain_to: Which end of the edges in `from_` is meant, when that is a set of edges.
        direction: Outwards: edges that start at the nodes of `from_`; inwards: edges that end there.
        max_distance: How many edges far to go; `UNSET` to go on for as long as edges are found.
        filter: A condition on the edges.
        node_filter: A condition on the node that an edge leads to; without it the edge does not count.
        termination_filter: A condition on the node that an edge leads to; with it the edge is not followed any further.
        limit_each: Edges from each node at most, 1 to 2000; only with `from_` and a `max_distance` of 1, and not for sync.
    """

    from_: str | UnsetType = msgspec.field(default=UNSET, name="from")
    chain_to: End = "destination"
    direction: Direction = "outwards"
    max_distance: int | UnsetType = 1
    filter: PygenFilter | UnsetType = UNSET
    node_filter: PygenFilter | UnsetType = UNSET
    termination_filter: PygenFilter | UnsetType = UNSET
    limit_each: int | UnsetType = UNSET


class NodeSet(msgspec.Struct, kw_only=True, rename="camel"):
    """A result set of nodes.

    Attributes:
        nodes: Which ones.
        sort: Sort keys, at most 5.
        limit: Nodes in a page, 1 to 10,000.
    """

    nodes: Nodes
    sort: Sequence[Sort] | UnsetType = UNSET
    limit: int = MOST_QUERIED


class EdgeSet(msgspec.Struct, kw_only=True, rename="camel"):
    """A result set of edges.

    Attributes:
        edges: Which ones.
        sort: Sort keys, at most 5.
        post_sort: Sort keys, at most 5, for what was found when following edges had ended.
        limit: Edges in a page, 1 to 10,000.
    """

    edges: Edges
    sort: Sequence[Sort] | UnsetType = UNSET
    post_sort: Sequence[Sort] | UnsetType = UNSET
    limit: int = MOST_QUERIED


class Union(msgspec.Struct, kw_only=True, rename="camel"):
    """What is in at least one of the sets, once each.

    Attributes:
        union: Names of result sets, or further set operations.
        except_: Names of result sets whose content is taken away.
        limit: Rows in a page, 1 to 10,000.
    """

    union: Sequence[str | SetOperation]
    except_: Sequence[str] | UnsetType = msgspec.field(default=UNSET, name="except")
    limit: int = MOST_QUERIED


class UnionAll(msgspec.Struct, kw_only=True, rename="camel"):
    """The sets one after the other, repetitions included; a later one is not worked out once the limit is reached.

    The attributes are those of `Union`.
    """

    union_all: Sequence[str | SetOperation]
    except_: Sequence[str] | UnsetType = msgspec.field(default=UNSET, name="except")
    limit: int = MOST_QUERIED


class Intersection(msgspec.Struct, kw_only=True, rename="camel"):
    """What is in all of the sets. The attributes are those of `Union`."""

    intersection: Sequence[str | SetOperation]
    except_: Sequence[str] | UnsetType = msgspec.field(default=UNSET, name="except")
    limit: int = MOST_QUERIED


SetOperation = Union | UnionAll | Intersection
"""Result sets made of others; not for sync."""

ResultSet = NodeSet | EdgeSet | SetOperation
"""What a query may be asked to work out."""


class SelectSource(msgspec.Struct, kw_only=True, rename="camel"):
    """Properties of one view that are wanted.

    Attributes:
        source: The view.
        properties: Ids of its properties; `*` stands for all.
        target_units: Units to convert to, at most 10.
    """

    source: ViewId
    properties: Sequence[str] = ("*",)
    target_units: Sequence[TargetUnit] | UnsetType = UNSET


class Select(msgspec.Struct, kw_only=True, rename="camel"):
    """What is wanted of one result set. A result set that is not selected does not come with the reply.

    Attributes:
        sources: At most 10 views. Instances without data in them still come. Absent: no properties.
        sort: Sort keys, at most 5, for what the result set holds; not for sync.
        limit: Rows; the older place of the limit of a result set, which should be preferred.
    """

    sources: Sequence[SelectSource] | UnsetType = UNSET
    sort: Sequence[Sort] | UnsetType = UNSET
    limit: int | UnsetType = UNSET


class QueryRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """Body of `POST /models/instances/query`.

    A cursor moves one result set. Those that start from it then follow the new page of it, so go through the deepest sets
    first while the cursors of the sets that they start from stay (contract §6.6).

    Attributes:
        with_: Name → result set, 1 to 50.
        select: Name → what is wanted of it, 1 to 50.
        cursors: Name → cursor of an earlier reply, or None for the first page.
        parameters: Name → value, for filters that hold a `Parameter`.
        include_typing: Whether the reply tells the types of the properties.
        debug: What else the server should tell.
    """

    with_: Mapping[str, ResultSet] = msgspec.field(name="with")
    select: Mapping[str, Select]
    cursors: Mapping[str, str | None] | UnsetType = UNSET
    parameters: Mapping[str, Any] | UnsetType = UNSET
    include_typing: bool = False
    debug: DebugRequest | UnsetType = UNSET


SyncMode = Literal["onePhase", "twoPhase", "noBackfill"]


class NodeFeed(msgspec.Struct, kw_only=True, rename="camel"):
    """A result set of nodes that is followed.

    Attributes:
        nodes: Which ones; following is sure only for sets that start from no other.
        limit: Nodes in a page, 1 to 2000; less than 100 is discouraged.
        mode: `onePhase`: what exists, then the changes. `twoPhase`: what exists, a page shorter than `limit` being its end,
            then the changes since the first call. `noBackfill`: the changes from now on.
        backfill_sort: Sort keys, at most 5, backed by a cursorable index; with `twoPhase` only.
        skip_already_deleted: Whether what was deleted before the first call stays unmentioned, which is so if absent.
    """

    nodes: Nodes
    limit: int = MOST_SYNCED
    mode: SyncMode = "onePhase"
    backfill_sort: Sequence[Sort] | UnsetType = UNSET
    skip_already_deleted: bool | UnsetType = UNSET


class EdgeFeed(msgspec.Struct, kw_only=True, rename="camel"):
    """A result set of edges that is followed. The other attributes are those of `NodeFeed`.

    Attributes:
        edges: Which ones; following is sure only for sets that start from no other. `limit_each` is not for sync.
    """

    edges: Edges
    limit: int = MOST_SYNCED
    mode: SyncMode = "onePhase"
    backfill_sort: Sequence[Sort] | UnsetType = UNSET
    skip_already_deleted: bool | UnsetType = UNSET


class SyncRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """Body of `POST /models/instances/sync`.

    Attributes:
        with_: Name → result set, 1 to 50.
        select: Name → what is wanted of it; only `sources`.
        cursors: Name → cursor of the reply before, or None for the first call. A cursor lives 3 days.
        parameters: Name → value, for filters that hold a `Parameter`.
        include_typing: Whether the reply tells the types of the properties.
        allow_expired_cursors_and_accept_missed_deletes: Whether an expired cursor starts again instead of being refused;
            deletions may then go unnoticed.
    """

    with_: Mapping[str, NodeFeed | EdgeFeed] = msgspec.field(name="with")
    select: Mapping[str, Select]
    cursors: Mapping[str, str | None] | UnsetType = UNSET
    parameters: Mapping[str, Any] | UnsetType = UNSET
    include_typing: bool = False
    allow_expired_cursors_and_accept_missed_deletes: bool | UnsetType = UNSET


class QueryReply(msgspec.Struct, Generic[T], kw_only=True, rename="camel"):
    """Answer of query and sync.

    Attributes:
        items: Name of each selected result set → its rows, perhaps none. In a sync, rows with `deleted_time` were deleted.
        next_cursor: Name → cursor of the next page; None or no key for a set that is finished. A sync always has one.
        typing: Name of each result set → types of the properties, if asked for.
        debug: What else the server told, if asked for.
    """

    items: dict[str, list[T]]
    next_cursor: dict[str, str | None] = {}
    typing: dict[str, Typing] | None = None
    debug: DebugReply | None = None
