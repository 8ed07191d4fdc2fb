"""Writing through the client of a model, with and without `await`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Unpack

from pygen_runtime.client import AsyncPygenClient, DeleteResult
from pygen_runtime.sdk.writes.delete import Deletable, DeletePlan, ids_to_delete, plan_delete
from pygen_runtime.sdk.writes.graph import Writes
from pygen_runtime.sdk.writes.ids import WriteDefaults
from pygen_runtime.sdk.writes.plan import PlanOptions, UpsertOptions, WritePlan, WriteResult, carry_out, plan
from pygen_runtime.sync import PygenClient


class AsyncWriting:
    """The half of a model's client that writes.

    Attributes:
        writing: What write objects may leave out: their space, and where ids come from.
    """

    writing: WriteDefaults
    _client: AsyncPygenClient

    async def upsert(self, items: Writes, **options: Unpack[UpsertOptions]) -> WriteResult:
        """Create nodes and edges, or change those that exist; everything that can be written is.

        Objects nested in others are written as well, each once, in the order in which they need one another; where a relation goes
        over edges, the edges are made. Up to 1000 items are one request, which the server takes or refuses as a whole; a refused
        one is split until the items at fault stand alone.

        Args:
            items: One or many write objects.
            options: See `UpsertOptions`.

        Returns:
            What became of each node and edge.

        Raises:
            UsageError: Before anything is sent: something cannot be written, or (`WriteConflictError`) objects contradict each
                other.
            WriteError: Some items were not written, or it is not known; its `result` tells what became of each.
        """
        result = await self.try_upsert(items, **options)
        result.raise_for_failures()
        return result

    async def try_upsert(self, items: Writes, **options: Unpack[UpsertOptions]) -> WriteResult:
        """The same as `upsert`, but failures are part of the result instead of being raised.

        Args:
            items: One or many write objects.
            options: See `UpsertOptions`.

        Raises:
            UsageError: Before anything is sent.
        """
        return await _try_upsert(self._client, items, self.writing, **options)

    async def plan_upsert(self, items: Writes, **options: Unpack[PlanOptions]) -> WritePlan:
        """What `upsert` would send, without sending it. Only with `replace_edges` the server is asked.

        Args:
            items: One or many write objects.
            options: See `PlanOptions`.

        Raises:
            UsageError: Something cannot be written, or objects contradict each other.
        """
        return await plan(self._client, items, self.writing, **options)

    async def delete(self, items: Deletable | Iterable[Deletable], *, cascade: Sequence[str] = ()) -> DeleteResult:
        """Delete nodes and edges: those given and no other, apart from edges that touch a node, which the server deletes with it.

        Args:
            items: Ids or objects, one or many; what objects refer to stays.
            cascade: Relations of the objects whose targets are deleted too, such as `["blades", "blades.sensors"]`.

        Returns:
            What became of each id.

        Raises:
            UsageError: Before anything is deleted: an item has no id, or no such relation.
            WriteError: Some were not deleted, or it is not known; its `result` tells what became of each.
        """
        result = await self.try_delete(items, cascade=cascade)
        result.raise_for_failures()
        return result

    async def try_delete(self, items: Deletable | Iterable[Deletable], *, cascade: Sequence[str] = ()) -> DeleteResult:
        """The same as `delete`, but failures are part of the result instead of being raised.

        Args:
            items: Ids or objects, one or many.
            cascade: Relations of the objects whose targets are deleted too.

        Raises:
            UsageError: Before anything is deleted.
        """
        return await _try_delete(self._client, items, self.writing, cascade)

    async def plan_delete(self, items: Deletable | Iterable[Deletable], *, cascade: Sequence[str] = ()) -> DeletePlan:
        """What `delete` would delete, without deleting it; also the edges that the server would delete with the nodes.

        Args:
            items: Ids or objects, one or many.
            cascade: Relations of the objects whose targets would be deleted too.

        Raises:
            UsageError: An item has no id, or no such relation.
        """
        return await plan_delete(self._client, items, self.writing, cascade)


class Writing:
    """The half of a model's client that writes, for code that does not await.

    Attributes:
        writing: What write objects may leave out: their space, and where ids come from.
    """

    writing: WriteDefaults
    _client: PygenClient

    def upsert(self, items: Writes, **options: Unpack[UpsertOptions]) -> WriteResult:
        """Create nodes and edges, or change those that exist; everything that can be written is.

        Objects nested in others are written as well, each once, in the order in which they need one another; where a relation goes
        over edges, the edges are made. Up to 1000 items are one request, which the server takes or refuses as a whole; a refused
        one is split until the items at fault stand alone.

        Args:
            items: One or many write objects.
            options: See `UpsertOptions`.

        Returns:
            What became of each node and edge.

        Raises:
            UsageError: Before anything is sent: something cannot be written, or (`WriteConflictError`) objects contradict each
                other.
            WriteError: Some items were not written, or it is not known; its `result` tells what became of each.
        """
        result = self.try_upsert(items, **options)
        result.raise_for_failures()
        return result

    def try_upsert(self, items: Writes, **options: Unpack[UpsertOptions]) -> WriteResult:
        """The same as `upsert`, but failures are part of the result instead of being raised.

        Args:
            items: One or many write objects.
            options: See `UpsertOptions`.

        Raises:
            UsageError: Before anything is sent.
        """
        return self._client.bridge.run(lambda client: _try_upsert(client, items, self.writing, **options))

    def plan_upsert(self, items: Writes, **options: Unpack[PlanOptions]) -> WritePlan:
        """What `upsert` would send, without sending it. Only with `replace_edges` the server is asked.

        Args:
            items: One or many write objects.
            options: See `PlanOptions`.

        Raises:
            UsageError: Something cannot be written, or objects contradict each other.
        """
        return self._client.bridge.run(lambda client: plan(client, items, self.writing, **options))

    def delete(self, items: Deletable | Iterable[Deletable], *, cascade: Sequence[str] = ()) -> DeleteResult:
        """Delete nodes and edges: those given and no other, apart from edges that touch a node, which the server deletes with it.

        Args:
            items: Ids or objects, one or many; what objects refer to stays.
            cascade: Relations of the objects whose targets are deleted too, such as `["blades", "blades.sensors"]`.

        Returns:
            What became of each id.

        Raises:
            UsageError: Before anything is deleted: an item has no id, or no such relation.
            WriteError: Some were not deleted, or it is not known; its `result` tells what became of each.
        """
        result = self.try_delete(items, cascade=cascade)
        result.raise_for_failures()
        return result

    def try_delete(self, items: Deletable | Iterable[Deletable], *, cascade: Sequence[str] = ()) -> DeleteResult:
        """The same as `delete`, but failures are part of the result instead of being raised.

        Args:
            items: Ids or objects, one or many.
            cascade: Relations of the objects whose targets are deleted too.

        Raises:
            UsageError: Before anything is deleted.
        """
        return self._client.bridge.run(lambda client: _try_delete(client, items, self.writing, cascade))

    def plan_delete(self, items: Deletable | Iterable[Deletable], *, cascade: Sequence[str] = ()) -> DeletePlan:
        """What `delete` would delete, without deleting it; also the edges that the server would delete with the nodes.

        Args:
            items: Ids or objects, one or many.
            cascade: Relations of the objects whose targets would be deleted too.

        Raises:
            UsageError: An item has no id, or no such relation.
        """
        return self._client.bridge.run(lambda client: plan_delete(client, items, self.writing, cascade))


async def _try_upsert(
    client: AsyncPygenClient,
    items: Writes,
    defaults: WriteDefaults,
    *,
    replace_edges: bool = False,
    check_versions: bool = True,
    replace: bool = False,
    auto_create_direct_relations: bool = True,
    auto_create_start_nodes: bool = False,
    auto_create_end_nodes: bool = False,
    skip_on_version_conflict: bool = False,
) -> WriteResult:
    planned = await plan(client, items, defaults, replace_edges=replace_edges, check_versions=check_versions)
    return await carry_out(
        client,
        planned,
        replace=replace,
        auto_create_direct_relations=auto_create_direct_relations,
        auto_create_start_nodes=auto_create_start_nodes,
        auto_create_end_nodes=auto_create_end_nodes,
        skip_on_version_conflict=skip_on_version_conflict,
    )


async def _try_delete(
    client: AsyncPygenClient, items: Deletable | Iterable[Deletable], defaults: WriteDefaults, cascade: Sequence[str]
) -> DeleteResult:
    return await client.instances.try_delete(await ids_to_delete(client, items, defaults, cascade))
