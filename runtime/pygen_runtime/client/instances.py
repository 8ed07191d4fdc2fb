"""Instances: nodes and edges (contract §6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Literal, TypeVar, overload

import msgspec

from pygen_runtime.client.core import Core
from pygen_runtime.client.instance_reads import InstanceReads, references
from pygen_runtime.client.instance_writes import Id, InstanceWrites
from pygen_runtime.client.paging import PageStream
from pygen_runtime.client.results import DeleteResult, UpsertResult
from pygen_runtime.client.schema_api import many
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
    SourceRequest,
)
from pygen_runtime.transport import Operation

T = TypeVar("T")


class InstancesAPI:
    """Instances, as `client.instances`.

    Everything that asks raises the same: `ApiError` (by its subclass) if the server refused, `TransportError` if no whole answer
    came in time, `UsageError` if an argument cannot work.

    Args:
        core: The client's core.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._reads = InstanceReads(core)
        self._writes = InstanceWrites(core, self._reads)

    async def list_page(self, request: ListRequest, reply: msgspec.json.Decoder[Page[T]]) -> Page[T]:
        """One page of instances.

        Args:
            request: What to list, at most 1000 in a page.
            reply: Decodes the page.

        Raises:
            ServerTimeoutError: The page was too heavy; ask for fewer rows.
        """
        return await self._reads.post("/list", request, reply)

    async def by_ids(self, request: ByIdsRequest, reply: msgspec.json.Decoder[Page[T]]) -> Page[T]:
        """The instances with these ids; those not found are left out, the order is open.

        Args:
            request: What to retrieve; 1000 ids go in a request, and fewer if the server finds that too heavy.
            reply: Decodes a page.

        Raises:
            ServerTimeoutError: A single id was too heavy; ask for fewer views.
        """
        return await self._reads.by_ids(request, reply)

    @overload
    async def search(self, request: SearchRequest) -> Page[Instance]: ...

    @overload
    async def search(self, request: SearchRequest, reply: msgspec.json.Decoder[T]) -> T: ...

    async def search(self, request: SearchRequest, reply: msgspec.json.Decoder[Any] | None = None) -> Any:
        """The best matches of a text search, at most 1000; the API has no way to ask for more.

        Args:
            request: What to look for.
            reply: Decodes the answer; by default to untyped instances.
        """
        return await self._reads.post("/search", request, reply or self._reads.instances, Operation.SEARCH)

    async def aggregate(self, request: AggregateRequest) -> AggregateReply:
        """Count, average, least, greatest, sum or histogram, of everything or by group.

        Raises:
            IncompleteError: There are more groups than the API tells (1000), and the request did not say how many it wants.
        """
        return await self._reads.aggregate(request)

    @overload
    async def query(self, request: QueryRequest) -> QueryReply[Instance]: ...

    @overload
    async def query(self, request: QueryRequest, reply: msgspec.json.Decoder[T]) -> T: ...

    async def query(self, request: QueryRequest, reply: msgspec.json.Decoder[Any] | None = None) -> Any:
        """One page of a graph query: of each selected result set what its limit allows, and a cursor if there may be more.

        Args:
            request: The result sets and what is wanted of them.
            reply: Decodes the answer; by default to untyped instances.

        Raises:
            ServerTimeoutError: The query was too heavy; lower the limits of the result sets that others start from.
            CursorExpiredError: The server no longer knows a cursor.
        """
        return await self._reads.graph("/query", request, reply or self._reads.result_sets)

    @overload
    async def sync(self, request: SyncRequest) -> QueryReply[Instance]: ...

    @overload
    async def sync(self, request: SyncRequest, reply: msgspec.json.Decoder[T]) -> T: ...

    async def sync(self, request: SyncRequest, reply: msgspec.json.Decoder[Any] | None = None) -> Any:
        """One page of a change feed; the reply's cursors lead to what comes next, now or later.

        Args:
            request: The result sets to follow and what is wanted of them.
            reply: Decodes the answer; by default to untyped instances.

        Raises:
            ServerTimeoutError: The page was too heavy; lower the limits.
            CursorExpiredError: A cursor is more than 3 days old.
        """
        return await self._reads.graph("/sync", request, reply or self._reads.result_sets)

    async def inspect(
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
        operations: dict[str, dict[str, Any]] = {}
        if involved_views:
            operations["involvedViews"] = {"allVersions": all_versions}
        if involved_containers:
            operations["involvedContainers"] = {}
        return await self._reads.inspect(references(many(ids, (NodeId, EdgeId))), operations)

    def stream(
        self,
        *,
        instance_type: Literal["node", "edge"] = "node",
        source: ViewId | None = None,
        filter: PygenFilter | None = None,  # the API's word
        sort: Sequence[Sort] = (),
        limit: int | None = None,
        prefetch: int = 1,
        resume: str | None = None,
        on_expired: OnExpired = "raise",
    ) -> PageStream[Sequence[Instance]]:
        """Nodes or edges page by page, untyped, some pages ahead of the reader. Nothing is asked before the first one is wanted.

        Args:
            instance_type: Which of the two.
            source: The view whose properties are wanted; only instances with data in it come. None: no properties.
            filter: A condition.
            sort: Sort keys, at most 5.
            limit: Instances to end after, those before `resume` included; None for all.
            prefetch: Pages that may wait, or be on their way, while the reader works on one.
            resume: A checkpoint of an earlier stream of the same request, to go on from there.
            on_expired: What to do when the server no longer knows a cursor: `"raise"` a `CursorExpiredError`, or `"restart"`
                and hand out all instances again, from the first.

        Raises:
            ApiError: The server refused.
            CheckpointError: The checkpoint is damaged, or belongs to another request.
            StreamError: Going on would lose or repeat rows.
            TransportError: No whole answer came in time.
        """
        sources = None if source is None else [SourceRequest(source=source)]
        wanted = ListRequest(instance_type=instance_type, sources=sources, filter=filter, sort=list(sort) or None)

        async def fetch(cursor: str | None, size: int) -> Page[Instance]:
            return await self.list_page(
                msgspec.structs.replace(wanted, limit=size, cursor=cursor), self._reads.instances
            )

        return self._core.stream(
            fetch, limit=limit, prefetch=prefetch, request=wanted, resume=resume, on_expired=on_expired
        )

    def iterate(
        self,
        *,
        instance_type: Literal["node", "edge"] = "node",
        source: ViewId | None = None,
        filter: PygenFilter | None = None,  # the API's word
        sort: Sequence[Sort] = (),
        limit: int | None = None,
    ) -> AsyncIterator[Instance]:
        """Nodes or edges one by one: the items of `stream`, whose arguments and errors these are."""
        return self.stream(instance_type=instance_type, source=source, filter=filter, sort=sort, limit=limit).items()

    async def retrieve(
        self, ids: NodeId | EdgeId | Iterable[NodeId | EdgeId], sources: ViewId | Sequence[ViewId] = ()
    ) -> list[Instance]:
        """The nodes and edges with these ids, in the order of the ids; those not found are left out. 1000 in a request.

        Args:
            ids: One or many, nodes and edges mixed as you like.
            sources: Views whose properties are wanted, at most 10; an instance without data in one of them counts as not found.

        Raises:
            ServerTimeoutError: A single id was too heavy; ask for fewer views.
        """
        wanted = references(many(ids, (NodeId, EdgeId)))
        views = [SourceRequest(source=view) for view in many(sources, ViewId)] or None
        page = await self.by_ids(ByIdsRequest(items=wanted, sources=views), self._reads.instances)
        by_key = {(one.__struct_config__.tag, one.space, one.external_id): one for one in page.items}
        keys = dict.fromkeys((one.instance_type, one.space, one.external_id) for one in wanted)
        return [by_key[key] for key in keys if key in by_key]

    async def upsert(
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
            What was done to each item, in the order of the items.

        Raises:
            UsageError: Before anything is sent: an item is given twice, holds a number that is not finite, or a value that has no
                JSON form.
            WriteError: Some items were not written, or it is not known; its `result` tells what became of each.
        """
        result, told = await self._writes.upsert(
            items,
            replace=replace,
            auto_create_direct_relations=auto_create_direct_relations,
            auto_create_start_nodes=auto_create_start_nodes,
            auto_create_end_nodes=auto_create_end_nodes,
            skip_on_version_conflict=skip_on_version_conflict,
            split=split,
        )
        result.raise_for_failures()
        return told

    async def try_upsert(
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
        result, _ = await self._writes.upsert(
            items,
            replace=replace,
            auto_create_direct_relations=auto_create_direct_relations,
            auto_create_start_nodes=auto_create_start_nodes,
            auto_create_end_nodes=auto_create_end_nodes,
            skip_on_version_conflict=skip_on_version_conflict,
            split=split,
        )
        return result

    async def delete(self, ids: Id | Iterable[Id]) -> list[NodeId | EdgeId]:
        """Delete nodes and edges; with a node go all edges that touch it. 1000 in a request, the edges first.

        Args:
            ids: One or many; an `InstanceReference` may hold the version that must still be there.

        Returns:
            The ids that were really deleted; those that did not exist are left out.

        Raises:
            WriteError: Some were not deleted, or it is not known; its `result` tells what became of each.
        """
        result = await self._writes.delete(ids)
        result.raise_for_failures()
        return result.deleted

    async def try_delete(self, ids: Id | Iterable[Id]) -> DeleteResult:
        """The same as `delete`, but failures are part of the result instead of being raised."""
        return await self._writes.delete(ids)

    async def list(
        self,
        limit: int | None = None,
        *,
        instance_type: Literal["node", "edge"] = "node",
        source: ViewId | None = None,
        filter: PygenFilter | None = None,  # the API's word
        sort: Sequence[Sort] = (),
    ) -> list[Instance]:
        """All nodes or edges at once, in memory, or the first of them; the arguments and errors are those of `stream`."""
        found = self.iterate(instance_type=instance_type, source=source, filter=filter, sort=sort, limit=limit)
        return [instance async for instance in found]
