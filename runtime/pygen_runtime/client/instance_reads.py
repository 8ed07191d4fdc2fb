"""Asking for instances: requests of the API in, its typed answers out (contract §6.5 to §6.8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from pygen_runtime.client.batches import in_batches
from pygen_runtime.client.core import Core
from pygen_runtime.client.sending import MOST_ITEMS
from pygen_runtime.errors import ApiError, CursorExpiredError, IncompleteError, ServerTimeoutError
from pygen_runtime.schema import EdgeId, Instance, NodeId
from pygen_runtime.schema.codec import decoder
from pygen_runtime.schema.inspection import InstanceInspection
from pygen_runtime.schema.queries import QueryReply, QueryRequest, SyncRequest
from pygen_runtime.schema.requests import (
    AggregateReply,
    AggregateRequest,
    ByIdsRequest,
    InstanceKind,
    InstanceReference,
    Page,
    Typing,
)
from pygen_runtime.transport import Operation

T = TypeVar("T")

MOST_GROUPS = 1000
"""Groups that one aggregate answers at most; there is no next page."""


class InstanceReads:
    """The half of `client.instances` that asks.

    Args:
        core: The client's core.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    async def post(
        self, below: str, body: object, reply: msgspec.json.Decoder[T], operation: Operation = Operation.READ
    ) -> T:
        """One request."""
        return await self._core.call("POST", f"/models/instances{below}", operation=operation, reply=reply, body=body)

    async def by_ids(self, request: ByIdsRequest, reply: msgspec.json.Decoder[Page[T]]) -> Page[T]:
        """See `InstancesAPI.by_ids`."""
        typing: Typing = {}

        async def send(batch: Sequence[InstanceReference]) -> list[T]:
            page = await self._by_ids(msgspec.structs.replace(request, items=batch), reply)
            typing.update(page.typing or {})
            return page.items

        items = await in_batches(list(request.items), MOST_ITEMS, send, parallel=self._core.settings.limits.read)
        return Page(items=items, typing=typing or None)

    async def _by_ids(self, request: ByIdsRequest, reply: msgspec.json.Decoder[Page[T]]) -> Page[T]:
        """One batch; if it is too heavy, its two halves one after the other."""
        try:
            return await self.post("/byids", request, reply)
        except ServerTimeoutError as error:
            if len(request.items) <= 1:
                error.add_note("The batch had been reduced to a single item: ask for fewer views.")
                raise
        middle = len(request.items) // 2
        halves = request.items[:middle], request.items[middle:]
        first, second = [await self._by_ids(msgspec.structs.replace(request, items=half), reply) for half in halves]
        return Page(items=[*first.items, *second.items], typing=first.typing or second.typing)

    async def aggregate(self, request: AggregateRequest) -> AggregateReply:
        """See `InstancesAPI.aggregate`."""
        if request.group_by is None or request.limit is not None:
            return await self.post("/aggregate", request, self._aggregates)
        reply = await self.post("/aggregate", msgspec.structs.replace(request, limit=MOST_GROUPS), self._aggregates)
        if len(reply.items) >= MOST_GROUPS:
            raise IncompleteError(
                f"grouping {request.view} by {', '.join(request.group_by)} gives {MOST_GROUPS} groups or more, and the API tells no "
                "more than that: add a filter, or say limit=... to have the first ones",
                method="POST",
                path="/models/instances/aggregate",
            )
        return reply

    async def graph(self, below: str, request: QueryRequest | SyncRequest, reply: msgspec.json.Decoder[T]) -> T:
        """A query or a sync.

        Raises:
            CursorExpiredError: The server no longer knows a cursor.
        """
        try:
            return await self.post(below, request, reply)
        except ApiError as error:
            if error.status == 400 and "cursor has expired" in error.detail.lower():  # its only sign
                raise CursorExpiredError(
                    f"a cursor is too old; start again without it ({error})", **error.asked
                ) from error
            raise

    async def inspect(
        self, ids: Sequence[InstanceReference], operations: dict[str, dict[str, Any]]
    ) -> list[InstanceInspection]:
        """See `InstancesAPI.inspect`."""

        async def send(batch: Sequence[InstanceReference]) -> list[InstanceInspection]:
            body = {"inspectionOperations": operations, "items": batch}
            return (await self.post("/inspect", body, self._inspections)).items

        return await in_batches(ids, MOST_ITEMS, send, parallel=self._core.settings.limits.read)

    # Decoders are made on first use: each costs as long as decoding hundreds of rows.

    @cached_property
    def instances(self) -> msgspec.json.Decoder[Page[Instance]]:
        """Decodes a page of untyped instances."""
        return decoder(Page[Instance])

    @cached_property
    def result_sets(self) -> msgspec.json.Decoder[QueryReply[Instance]]:
        """Decodes result sets of untyped instances."""
        return decoder(QueryReply[Instance])

    @cached_property
    def _aggregates(self) -> msgspec.json.Decoder[AggregateReply]:
        return decoder(AggregateReply)

    @cached_property
    def _inspections(self) -> msgspec.json.Decoder[Page[InstanceInspection]]:
        return decoder(Page[InstanceInspection])


def reference(identifier: NodeId | EdgeId | InstanceReference) -> InstanceReference:
    """An id as retrieve, inspect and delete take it."""
    if isinstance(identifier, InstanceReference):
        return identifier
    kind: InstanceKind = "node" if isinstance(identifier, NodeId) else "edge"
    return InstanceReference(instance_type=kind, space=identifier.space, external_id=identifier.external_id)


def references(ids: Iterable[NodeId | EdgeId | InstanceReference]) -> list[InstanceReference]:
    """Ids as retrieve, inspect and delete take them."""
    return [reference(one) for one in ids]
