"""Instances: nodes and edges (contract §6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Literal, TypeVar, overload

import msgspec

from pygen_runtime.client.core import Core
from pygen_runtime.client.cursor_stream import CursorStream
from pygen_runtime.client.instance_changes import InstanceChangesAPI
from pygen_runtime.client.instance_reads import InstanceReads, references
from pygen_runtime.client.instance_writes import InstanceWrites
from pygen_runtime.client.paging import PageStream
from pygen_runtime.client.partition import PartitionKey, Partitions, both, check_readable
from pygen_runtime.client.schema_api import many
from pygen_runtime.client.walk import OnExpired
from pygen_runtime.schema import EdgeId, Instance, NodeId, ViewId
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


class InstancesAPI(InstanceChangesAPI):
    """Instances, as `client.instances`.

    Everything that asks raises the same: `ApiError` (by its subclass) if the server refused, `TransportError` if no whole answer
    came in time, `UsageError` if an argument cannot work.

    Args:
        core: The client's core.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._reads = InstanceReads(core)
        super().__init__(InstanceWrites(core, self._reads))

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
        partitions: int = 1,
        partition_by: PartitionKey | None = None,
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
        sources = None if source is None else [SourceRequest(source=source)]
        wanted = ListRequest(instance_type=instance_type, sources=sources, filter=filter, sort=list(sort) or None)
        if partitions == 1:
            return self._stream(wanted, limit, prefetch, resume, on_expired)
        from pygen_runtime.client.partition_stream import in_partitions  # noqa: PLC0415 - most streams have none

        check_readable(sorted_=bool(sort), limited=limit is not None, prefetch=prefetch)
        split = Partitions(partitions, partition_by or PartitionKey((instance_type, "externalId")))

        def part(condition: PygenFilter | None, token: str | None) -> CursorStream[Sequence[Instance]]:
            request = msgspec.structs.replace(wanted, filter=both(filter, condition))
            return self._stream(request, None, prefetch, token, on_expired)

        return in_partitions(self, wanted, split, part, page_size=self._core.settings.page_size, resume=resume)

    def _stream(
        self, wanted: ListRequest, limit: int | None, prefetch: int, resume: str | None, on_expired: OnExpired
    ) -> CursorStream[Sequence[Instance]]:

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
