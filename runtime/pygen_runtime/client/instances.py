"""Instances: nodes and edges (contract §6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from functools import cached_property
from typing import Literal, TypeVar

import msgspec

from pygen_runtime.client.batches import in_batches
from pygen_runtime.client.core import Core
from pygen_runtime.client.write_checks import Key, check_writes, write_key
from pygen_runtime.errors import InvalidResponseError
from pygen_runtime.schema import (
    EdgeId,
    EdgeWrite,
    Instance,
    InstanceResult,
    InstanceWrite,
    NodeId,
    NodeWrite,
    ViewId,
)
from pygen_runtime.schema.codec import decoder
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import (
    AggregateReply,
    AggregateRequest,
    ByIdsRequest,
    InstanceReference,
    ListRequest,
    Page,
    Sort,
    SourceRequest,
)
from pygen_runtime.transport import Operation

T = TypeVar("T")

MOST_ITEMS = 1000
"""Items that one instance request may hold."""


class InstancesAPI:
    """Instances, as `client.instances`.

    Args:
        core: The client's core.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    async def list_page(self, request: ListRequest, reply: msgspec.json.Decoder[Page[T]]) -> Page[T]:
        """One page of instances.

        Args:
            request: What to list, at most 1000 in a page.
            reply: Decodes the page.

        Raises:
            ServerTimeoutError: The page was too heavy; ask for fewer rows.
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        return await self._post("/list", request, reply)

    async def by_ids(self, request: ByIdsRequest, reply: msgspec.json.Decoder[Page[T]]) -> Page[T]:
        """The instances with these ids, in one request of at most 1000; those not found are left out, the order is open.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        return await self._post("/byids", request, reply)

    async def aggregate(self, request: AggregateRequest) -> AggregateReply:
        """Count, average, least, greatest, sum or histogram. The server's index lags behind writes by seconds.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        return await self._post("/aggregate", request, self._aggregates)

    async def iterate(
        self,
        *,
        instance_type: Literal["node", "edge"] = "node",
        source: ViewId | None = None,
        filter: PygenFilter | None = None,  # the API's word
        sort: Sequence[Sort] = (),
        limit: int | None = None,
    ) -> AsyncIterator[Instance]:
        """Nodes or edges one by one, untyped, a page ahead of the reader. Nothing is asked before the first one is wanted.

        Args:
            instance_type: Which of the two.
            source: The view whose properties are wanted; only instances with data in it come. None: no properties.
            filter: A condition.
            sort: Sort keys, at most 5.
            limit: Instances to end after; None for all.

        Raises:
            ApiError: The server refused.
            StreamError: Going on would lose or repeat rows.
            TransportError: No whole answer came in time.
        """
        sources = None if source is None else [SourceRequest(source=source)]

        async def fetch(cursor: str | None, size: int) -> Page[Instance]:
            request = ListRequest(
                instance_type=instance_type,
                sources=sources,
                filter=filter,
                sort=list(sort) or None,
                limit=size,
                cursor=cursor,
            )
            return await self.list_page(request, self._instances)

        stream = self._core.stream(fetch, limit=limit)
        try:
            while (page := await stream.next()) is not None:
                for instance in page:
                    yield instance
        finally:
            stream.close()

    async def retrieve(self, ids: Iterable[NodeId | EdgeId], sources: Sequence[ViewId] = ()) -> list[Instance]:
        """The nodes and edges with these ids, in the order of the ids; those not found are left out. 1000 in a request.

        Args:
            ids: Nodes and edges, mixed as you like.
            sources: Views whose properties are wanted, at most 10; an instance without data in one of them counts as not found.

        Raises:
            ApiError: The server refused.
            TransportError: No whole answer came in time.
        """
        wanted = [_reference(one) for one in ids]
        views = [SourceRequest(source=view) for view in sources] or None

        async def send(batch: Sequence[InstanceReference]) -> list[Instance]:
            return (await self.by_ids(ByIdsRequest(items=list(batch), sources=views), self._instances)).items

        found = await in_batches(wanted, MOST_ITEMS, send, parallel=self._core.settings.limits.read)
        by_key = {(one.__struct_config__.tag, one.space, one.external_id): one for one in found}
        return [by_key[key] for key in dict.fromkeys(map(_key, wanted)) if key in by_key]

    async def upsert(
        self,
        items: Iterable[InstanceWrite],
        *,
        replace: bool = False,
        auto_create_direct_relations: bool = True,
        auto_create_start_nodes: bool = False,
        auto_create_end_nodes: bool = False,
        skip_on_version_conflict: bool = False,
    ) -> list[InstanceResult]:
        """Create nodes and edges, or change those that exist.

        Up to 1000 items go in one request, and are written all or none. More are split: first the nodes, then the edges that may
        need them, each split all or none for itself, and several at once unless the order could matter.

        Args:
            items: Nodes and edges, each at most once.
            replace: Whether properties that are not given are cleared; otherwise they stay.
            auto_create_direct_relations: Whether missing targets of direct relations are created.
            auto_create_start_nodes: Whether missing start nodes of edges are created.
            auto_create_end_nodes: Whether missing end nodes of edges are created.
            skip_on_version_conflict: Whether items that were changed since their `existing_version` are left alone, and out of the
                result, instead of failing the request.

        Returns:
            What was done to each item, in the order of the items.

        Raises:
            UsageError: An item is given twice, or holds a number that is not finite.
            ApiError: The server refused; the message says which items.
            TransportError: No whole answer came in time.
        """
        written = list(items)
        keys = [write_key(item) for item in written]
        check_writes(written, keys)
        options = {
            "replace": replace,
            "autoCreateDirectRelations": auto_create_direct_relations,
            "autoCreateStartNodes": auto_create_start_nodes,
            "autoCreateEndNodes": auto_create_end_nodes,
            "skipOnVersionConflict": skip_on_version_conflict,
        }
        # Without auto-creation a node may need one of an earlier batch.
        parallel = self._core.settings.limits.write if auto_create_direct_relations else 1

        async def send(batch: Sequence[InstanceWrite]) -> list[InstanceResult]:
            body = {"items": batch, **options}
            page = await self._post("", body, self._results, operation=Operation.WRITE)
            if len(page.items) != len(batch) and not skip_on_version_conflict:
                raise InvalidResponseError(
                    f"{len(batch)} items were written, but the server told of {len(page.items)}",
                    method="POST",
                    path="/models/instances",
                )
            return page.items

        results: list[InstanceResult] = []
        for group in _groups(written):
            results += await in_batches(group, MOST_ITEMS, send, parallel=parallel)
        by_key = {(one.instance_type, one.space, one.external_id): one for one in results}
        return [by_key[key] for key in keys if key in by_key]

    async def delete(self, ids: Iterable[NodeId | EdgeId]) -> list[NodeId | EdgeId]:
        """Delete nodes and edges; with a node go all edges that touch it. 1000 in a request, the edges first.

        Returns:
            The ids that were really deleted; those that did not exist are left out.

        Raises:
            ApiError: The server refused; the message says which items.
            TransportError: No whole answer came in time.
        """
        references = sorted((_reference(one) for one in ids), key=lambda one: one.instance_type)  # "edge" < "node"

        async def send(batch: Sequence[InstanceReference]) -> list[InstanceReference]:
            body = {"items": batch}
            return (await self._post("/delete", body, self._references, operation=Operation.DELETE)).items

        deleted = await in_batches(references, MOST_ITEMS, send, parallel=self._core.settings.limits.delete)
        return [(NodeId if one.instance_type == "node" else EdgeId)(one.space, one.external_id) for one in deleted]

    async def _post(
        self, below: str, body: object, reply: msgspec.json.Decoder[T], operation: Operation = Operation.READ
    ) -> T:
        return await self._core.call("POST", f"/models/instances{below}", operation=operation, reply=reply, body=body)

    # Decoders are made on first use: each costs as long as decoding hundreds of rows.

    @cached_property
    def _instances(self) -> msgspec.json.Decoder[Page[Instance]]:
        return decoder(Page[Instance])

    @cached_property
    def _results(self) -> msgspec.json.Decoder[Page[InstanceResult]]:
        return decoder(Page[InstanceResult])

    @cached_property
    def _references(self) -> msgspec.json.Decoder[Page[InstanceReference]]:
        return decoder(Page[InstanceReference])

    @cached_property
    def _aggregates(self) -> msgspec.json.Decoder[AggregateReply]:
        return decoder(AggregateReply)


def _groups(items: list[InstanceWrite]) -> list[list[InstanceWrite]]:
    """What may be sent at the same time: everything if it fits one request, otherwise nodes before edges."""
    if len(items) <= MOST_ITEMS:
        return [items]
    nodes: list[InstanceWrite] = [item for item in items if isinstance(item, NodeWrite)]
    edges: list[InstanceWrite] = [item for item in items if isinstance(item, EdgeWrite)]
    return [nodes, edges]


def _reference(identifier: NodeId | EdgeId) -> InstanceReference:
    kind: Literal["node", "edge"] = "node" if isinstance(identifier, NodeId) else "edge"
    return InstanceReference(instance_type=kind, space=identifier.space, external_id=identifier.external_id)


def _key(reference: InstanceReference) -> Key:
    return (reference.instance_type, reference.space, reference.external_id)
