"""Writing and deleting instances (contract §6.3, §6.4)."""

from __future__ import annotations

from collections.abc import Iterable

from pygen_runtime.client.instance_writes import Id, InstanceWrites
from pygen_runtime.client.results import DeleteResult, UpsertResult
from pygen_runtime.schema import EdgeId, InstanceResult, InstanceWrite, NodeId


class InstanceChangesAPI:
    """What `client.instances` changes; the rest is in the class that derives from this one.

    Args:
        writes: Does it.
    """

    def __init__(self, writes: InstanceWrites) -> None:
        self._writes = writes

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
            What was done to each item, in the order of the items. If an answer was lost on the way, `was_modified` can be false
            although this call changed the item; `try_upsert` tells these apart.

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
            The ids that were surely deleted; those that did not exist are left out, and those of which that is not known because
            an answer was lost on the way.

        Raises:
            WriteError: Some were not deleted, or it is not known; its `result` tells what became of each.
        """
        result = await self._writes.delete(ids)
        result.raise_for_failures()
        return result.deleted

    async def try_delete(self, ids: Id | Iterable[Id]) -> DeleteResult:
        """The same as `delete`, but failures are part of the result instead of being raised."""
        return await self._writes.delete(ids)
