# Written by tests/runtime/sync_twins.py from runtime/pygen_runtime/client/instances.py. Change that one, then run
# pytest tests/runtime/test_sync_twins.py --update-golden
"""Without `await`: InstancesAPI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, TypeVar, cast, overload

import msgspec

from pygen_runtime.client.instance_writes import Id
from pygen_runtime.client.partition import PartitionKey
from pygen_runtime.client.results import DeleteResult, UpsertResult
from pygen_runtime.client.walk import OnExpired
from pygen_runtime.schema import EdgeId, Instance, InstanceResult, InstanceWrite, NodeId, ViewId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.inspection import InstanceInspection
from pygen_runtime.schema.queries import QueryReply, QueryRequest, SyncRequest
from pygen_runtime.schema.requests import (
    AggregateReply,
    AggregateRequest,
    ByIdsRequest,
    ListRequest,
    Page,
    SearchRequest,
    Sort,
)
from pygen_runtime.sync.bridge import Bridge
from pygen_runtime.sync.reader import PageReader

T = TypeVar("T")


class SyncInstancesAPI:
    """The synchronous twin of `InstancesAPI`, as `client.instances`.

    Args:
        bridge: The way to the client.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def list_page(self, request: ListRequest, reply: msgspec.json.Decoder[Page[T]]) -> Page[T]:
        """One page of instances.

        Args:
            request: What to list, at most 1000 in a page.
            reply: Decodes the page.

        Raises:
            ServerTimeoutError: The page was too heavy; ask for fewer rows.
        """
        return self._bridge.run(lambda client: client.instances.list_page(request, reply))

    def by_ids(self, request: ByIdsRequest, reply: msgspec.json.Decoder[Page[T]]) -> Page[T]:
        """The instances with these ids; those not found are left out, the order is open.

        Args:
            request: What to retrieve; 1000 ids go in a request, and fewer if the server finds that too heavy.
            reply: Decodes a page.

        Raises:
            ServerTimeoutError: A single id was too heavy; ask for fewer views.
        """
        return self._bridge.run(lambda client: client.instances.by_ids(request, reply))

    @overload
    def search(self, request: SearchRequest) -> Page[Instance]: ...

    @overload
    def search(self, request: SearchRequest, reply: msgspec.json.Decoder[T]) -> T: ...

    def search(self, request: SearchRequest, reply: msgspec.json.Decoder[Any] | None = None) -> Any:
        """The best matches of a text search, at most 1000; the API has no way to ask for more.

        Args:
            request: What to look for.
            reply: Decodes the answer; by default to untyped instances.
        """
        return self._bridge.run(lambda client: cast("Any", client.instances).search(request, reply))

    def aggregate(self, request: AggregateRequest) -> AggregateReply:
        """Count, average, least, greatest, sum or histogram, of everything or by group.

        Raises:
            IncompleteError: There are more groups than the API tells (1000), and the request did not say how many it wants.
        """
        return self._bridge.run(lambda client: client.instances.aggregate(request))

    @overload
    def query(self, request: QueryRequest) -> QueryReply[Instance]: ...

    @overload
    def query(self, request: QueryRequest, reply: msgspec.json.Decoder[T]) -> T: ...

    def query(self, request: QueryRequest, reply: msgspec.json.Decoder[Any] | None = None) -> Any:
        """One page of a graph query: of each selected result set what its limit allows, and a cursor if there may be more.

        Args:
            request: The result sets and what is wanted of them.
            reply: Decodes the answer; by default to untyped instances.

        Raises:
            ServerTimeoutError: The query was too heavy; lower the limits of the result sets that others start from.
            CursorExpiredError: The server no longer knows a cursor.
        """
        return self._bridge.run(lambda client: cast("Any", client.instances).query(request, reply))

    @overload
    def sync(self, request: SyncRequest) -> QueryReply[Instance]: ...

    @overload
    def sync(self, request: SyncRequest, reply: msgspec.json.Decoder[T]) -> T: ...

    def sync(self, request: SyncRequest, reply: msgspec.json.Decoder[Any] | None = None) -> Any:
        """One page of a change feed; the reply's cursors lead to what comes next, now or later.

        Args:
            request: The result sets to follow and what is wanted of them.
            reply: Decodes the answer; by default to untyped instances.

        Raises:
            ServerTimeoutError: The page was too heavy; lower the limits.
            CursorExpiredError: A cursor is more than 3 days old.
        """
        return self._bridge.run(lambda client: cast("Any", client.instances).sync(request, reply))

    def inspect(
        self,
        ids: NodeId | EdgeId | Iterable[NodeId | EdgeId],
        *,
        involved_views: bool = True,
        all_versions: bool = False,
        involved_containers: bool = True,
    ) -> list[InstanceInspection]:
        """Through which views and containers instances have data. 1000 in a request.

        Args:
            ids: One or many.
            involved_views: Whether to tell the views.
            all_versions: Whether to tell older versions of the views too.
            involved_containers: Whether to tell the containers.
        """
        return self._bridge.run(
            lambda client: client.instances.inspect(
                ids, involved_views=involved_views, all_versions=all_versions, involved_containers=involved_containers
            )
        )

    def stream(
        self,
        *,
        instance_type: Literal["node", "edge"] = "node",
        source: ViewId | None = None,
        filter: PygenFilter | None = None,  # the API's word
        sort: Sequence[Sort] = (),
        limit: int | None = None,
        prefetch: int = 1,
        partitions: int = 1,
        partition_by: PartitionKey | None = None,
        resume: str | None = None,
        on_expired: OnExpired = "raise",
    ) -> PageReader[Sequence[Instance]]:
        """Nodes or edges page by page, untyped, some pages ahead of the reader. Nothing is asked before the first one is wanted.

        Args:
            instance_type: Which of the two.
            source: The view whose properties are wanted; only instances with data in it come. None: no properties.
            filter: A condition.
            sort: Sort keys, at most 5.
            limit: Instances to end after, those before `resume` included; None for all.
            prefetch: Pages that may wait, or be on their way, while the reader works on one; in each partition.
            partitions: Cursors that read side by side at most, up to 64, in which case there is no order and no limit. Each instance
                comes exactly once.
            partition_by: What tells the partitions apart; None: the external id, which never changes.
            resume: A checkpoint of an earlier stream of the same request, to go on from there.
            on_expired: What to do when the server no longer knows a cursor: `"raise"` a `CursorExpiredError`, or `"restart"`
                and hand out all instances again, from the first.

        Raises:
            ApiError: The server refused.
            CheckpointError: The checkpoint is damaged, or belongs to another request.
            StreamError: Going on would lose or repeat rows.
            TransportError: No whole answer came in time.
            UsageError: An argument cannot work.
        """
        return PageReader(
            self._bridge,
            lambda client: client.instances.stream(
                instance_type=instance_type,
                source=source,
                filter=filter,
                sort=sort,
                limit=limit,
                prefetch=prefetch,
                partitions=partitions,
                partition_by=partition_by,
                resume=resume,
                on_expired=on_expired,
            ),
        )

    def iterate(
        self,
        *,
        instance_type: Literal["node", "edge"] = "node",
        source: ViewId | None = None,
        filter: PygenFilter | None = None,  # the API's word
        sort: Sequence[Sort] = (),
        limit: int | None = None,
    ) -> Iterator[Instance]:
        """Nodes or edges one by one: the items of `stream`, whose arguments and errors these are."""
        return self.stream(instance_type=instance_type, source=source, filter=filter, sort=sort, limit=limit).items()

    def retrieve(
        self, ids: NodeId | EdgeId | Iterable[NodeId | EdgeId], sources: ViewId | Sequence[ViewId] = ()
    ) -> list[Instance]:
        """The nodes and edges with these ids, in the order of the ids; those not found are left out. 1000 in a request.

        Args:
            ids: One or many, nodes and edges mixed as you like.
            sources: Views whose properties are wanted, at most 10; an instance without data in one of them counts as not found.

        Raises:
            ServerTimeoutError: A single id was too heavy; ask for fewer views.
        """
        return self._bridge.run(lambda client: client.instances.retrieve(ids, sources))

    def upsert(
        self,
        items: InstanceWrite | Iterable[InstanceWrite],
        *,
        replace: bool = False,
        auto_create_direct_relations: bool = True,
        auto_create_start_nodes: bool = False,
        auto_create_end_nodes: bool = False,
        skip_on_version_conflict: bool = False,
        split: bool = True,
    ) -> list[InstanceResult]:
        """Create nodes and edges, or change those that exist; everything that can be written is.

        Up to 1000 items go in one request, and the server writes all of them or none. If it refuses, the request is split until the
        items at fault stand alone. More items go in several requests, side by side unless the order could matter, and all nodes
        before the first edge.

        Args:
            items: One or many nodes and edges, each at most once.
            replace: Whether properties that are not given are cleared; otherwise they stay.
            auto_create_direct_relations: Whether missing targets of direct relations are created.
            auto_create_start_nodes: Whether missing start nodes of edges are created.
            auto_create_end_nodes: Whether missing end nodes of edges are created.
            skip_on_version_conflict: Whether items that were changed since their `existing_version` are left alone, and out of the
                result, instead of being failures.
            split: Whether a refused request is split; otherwise all its items fail together, so that up to 1000 are written all or
                none.

        Returns:
            What was done to each item, in the order of the items. If an answer was lost on the way, `was_modified` can be false
            although this call changed the item; `try_upsert` tells these apart.

        Raises:
            UsageError: Before anything is sent: an item is given twice, holds a number that is not finite, or a value that has no
                JSON form.
            WriteError: Some items were not written, or it is not known; its `result` tells what became of each.
        """
        return self._bridge.run(
            lambda client: client.instances.upsert(
                items,
                replace=replace,
                auto_create_direct_relations=auto_create_direct_relations,
                auto_create_start_nodes=auto_create_start_nodes,
                auto_create_end_nodes=auto_create_end_nodes,
                skip_on_version_conflict=skip_on_version_conflict,
                split=split,
            )
        )

    def try_upsert(
        self,
        items: InstanceWrite | Iterable[InstanceWrite],
        *,
        replace: bool = False,
        auto_create_direct_relations: bool = True,
        auto_create_start_nodes: bool = False,
        auto_create_end_nodes: bool = False,
        skip_on_version_conflict: bool = False,
        split: bool = True,
    ) -> UpsertResult:
        """The same as `upsert`, but failures are part of the result instead of being raised.

        Raises:
            UsageError: Before anything is sent: an item is given twice, holds a number that is not finite, or a value that has no
                JSON form.
        """
        return self._bridge.run(
            lambda client: client.instances.try_upsert(
                items,
                replace=replace,
                auto_create_direct_relations=auto_create_direct_relations,
                auto_create_start_nodes=auto_create_start_nodes,
                auto_create_end_nodes=auto_create_end_nodes,
                skip_on_version_conflict=skip_on_version_conflict,
                split=split,
            )
        )

    def delete(self, ids: Id | Iterable[Id]) -> list[NodeId | EdgeId]:
        """Delete nodes and edges; with a node go all edges that touch it. 1000 in a request, the edges first.

        Args:
            ids: One or many; an `InstanceReference` may hold the version that must still be there.

        Returns:
            The ids that were surely deleted; those that did not exist are left out, and those of which that is not known because
            an answer was lost on the way.

        Raises:
            WriteError: Some were not deleted, or it is not known; its `result` tells what became of each.
        """
        return self._bridge.run(lambda client: client.instances.delete(ids))

    def try_delete(self, ids: Id | Iterable[Id]) -> DeleteResult:
        """The same as `delete`, but failures are part of the result instead of being raised."""
        return self._bridge.run(lambda client: client.instances.try_delete(ids))

    def list(
        self,
        limit: int | None = None,
        *,
        instance_type: Literal["node", "edge"] = "node",
        source: ViewId | None = None,
        filter: PygenFilter | None = None,  # the API's word
        sort: Sequence[Sort] = (),
    ) -> list[Instance]:
        """All nodes or edges at once, in memory, or the first of them; the arguments and errors are those of `stream`."""
        return self._bridge.run(
            lambda client: client.instances.list(
                limit, instance_type=instance_type, source=source, filter=filter, sort=sort
            )
        )
