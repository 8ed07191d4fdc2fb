"""What an upsert will send, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec

from pygen_runtime.client import AsyncPygenClient, DeleteResult, UpsertResult
from pygen_runtime.client.results import ItemFailure
from pygen_runtime.schema import EdgeId, EdgeWrite, InstanceResult, InstanceWrite, NodeId, NodeWrite
from pygen_runtime.schema.codec import encode_hook
from pygen_runtime.schema.requests import InstanceReference
from pygen_runtime.sdk.writes.edges import Removal, surplus
from pygen_runtime.sdk.writes.graph import Graph, Writes
from pygen_runtime.sdk.writes.ids import WriteDefaults

_AT_ONCE = 1000  # items in one request


class PlanOptions(TypedDict, total=False):
    """How write objects become items.

    Attributes:
        replace_edges: Whether edges of a relation that are not in the list given for it are removed; the default is that they stay.
            For a relation that is not given (`UNSET`) nothing is removed.
        check_versions: Whether `existing_version` counts; the default is that it does.
    """

    replace_edges: bool
    check_versions: bool


class UpsertOptions(PlanOptions, total=False):
    """How items are written. All are False by default, but `auto_create_direct_relations` and `check_versions`.

    Attributes:
        replace: Whether properties that are `UNSET` are cleared; otherwise they stay.
        auto_create_direct_relations: Whether missing targets of direct relations are created.
        auto_create_start_nodes: Whether missing start nodes of edges are created.
        auto_create_end_nodes: Whether missing end nodes of edges are created.
        skip_on_version_conflict: Whether items that were changed since their `existing_version` are left alone, as `skipped`,
            instead of being failures.
    """

    replace: bool
    auto_create_direct_relations: bool
    auto_create_start_nodes: bool
    auto_create_end_nodes: bool
    skip_on_version_conflict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePlan:
    """What an upsert sends.

    Attributes:
        items: Nodes and edges as the API takes them, in the order in which they are sent.
        removals: Edges that are deleted when the node that they belong to has been written.
    """

    items: list[InstanceWrite]
    removals: list[Removal]

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON has it: `items`, and the ids to `delete`."""
        gone = [
            InstanceReference(instance_type="edge", space=one.edge.space, external_id=one.edge.external_id)
            for one in self.removals
        ]
        plan = {"items": self.items, "delete": gone}
        built: dict[str, Any] = msgspec.to_builtins(plan, enc_hook=encode_hook)
        return built


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult(UpsertResult):
    """What became of each node and edge of an upsert, and of the edges that were to be removed.

    Attributes:
        removed: The edges that were removed because they are in no list any more; those of nodes that were not written stay.
    """

    removed: DeleteResult

    def raise_for_failures(self) -> None:
        """Raise if an item failed or is unknown.

        Raises:
            WriteError: With this result in it, or that of the removal.
        """
        UpsertResult.raise_for_failures(self)
        self.removed.raise_for_failures()


async def plan(
    client: AsyncPygenClient,
    writes: Writes,
    defaults: WriteDefaults,
    *,
    replace_edges: bool = False,
    check_versions: bool = True,
) -> WritePlan:
    """What an upsert of these objects sends; asks the server only if edges are to be replaced.

    Args:
        client: Who asks.
        writes: The objects.
        defaults: What they may leave out.
        replace_edges: See `PlanOptions`.
        check_versions: See `PlanOptions`.
    """
    graph = Graph(defaults, check_versions=check_versions)
    graph.add(writes)
    removals = await surplus(client, graph.lists, graph.drafts) if replace_edges else []
    return WritePlan(items=graph.drafts.items(), removals=removals)


async def carry_out(
    client: AsyncPygenClient,
    planned: WritePlan,
    *,
    replace: bool = False,
    auto_create_direct_relations: bool = True,
    auto_create_start_nodes: bool = False,
    auto_create_end_nodes: bool = False,
    skip_on_version_conflict: bool = False,
) -> WriteResult:
    """Send a plan; see `UpsertOptions`."""

    async def send(items: Sequence[InstanceWrite]) -> UpsertResult:
        return await client.instances.try_upsert(
            items,
            replace=replace,
            auto_create_direct_relations=auto_create_direct_relations,
            auto_create_start_nodes=auto_create_start_nodes,
            auto_create_end_nodes=auto_create_end_nodes,
            skip_on_version_conflict=skip_on_version_conflict,
        )

    result = await send(planned.items)
    late = _too_early(planned.items, result)
    for start in range(0, len(late), _AT_ONCE):
        result = _together(planned.items, result, await send(late[start : start + _AT_ONCE]))
    removed = await client.instances.try_delete(_removable(planned.removals, result))
    return WriteResult(
        written=result.written,
        unchanged=result.unchanged,
        written_or_unchanged=result.written_or_unchanged,
        skipped=result.skipped,
        failed=result.failed,
        unknown=result.unknown,
        batch_size=result.batch_size,
        removed=removed,
    )


def _removable(removals: Sequence[Removal], result: UpsertResult) -> list[EdgeId]:
    """The edges that can go, because their node has been written."""
    written = set(map(_key, _stored(result))) if removals else set()
    return [one.edge for one in removals if one.owner in written]


def _too_early(items: Sequence[InstanceWrite], result: UpsertResult) -> list[InstanceWrite]:
    """Refused items that may have come before what they need, because batches go side by side.

    Everything else of the same call that they need has been written by now, or is among them and stands before them.
    """
    refused = {_key(one.item) for one in result.failed}
    if len(items) <= _AT_ONCE or not refused:
        return []
    mine = set(map(_key, items))
    good = set(map(_key, (*_stored(result), *result.skipped)))
    late: list[InstanceWrite] = []
    for item in items:
        key = _key(item)
        if key in refused and (needs := mine.intersection(_needs(item)) - {key}) and needs <= good:
            late.append(item)
            good.add(key)
    return late


def _together(items: Sequence[InstanceWrite], first: UpsertResult, second: UpsertResult) -> UpsertResult:
    """The result after some of the items were sent again."""
    place = {_key(item): number for number, item in enumerate(items)}
    again = {
        *map(_key, (*_stored(second), *second.skipped)),
        *(_key(one.item) for one in (*second.failed, *second.unknown)),
    }

    def told(one: Sequence[InstanceResult], other: Sequence[InstanceResult]) -> list[InstanceResult]:
        return sorted((*one, *other), key=lambda item: place[_key(item)])

    def failures(
        one: Sequence[ItemFailure[InstanceWrite]], other: Sequence[ItemFailure[InstanceWrite]]
    ) -> list[ItemFailure[InstanceWrite]]:
        kept = [failure for failure in one if _key(failure.item) not in again]
        return sorted((*kept, *other), key=lambda failure: place[_key(failure.item)])

    return UpsertResult(
        written=told(first.written, second.written),
        unchanged=told(first.unchanged, second.unchanged),
        written_or_unchanged=told(first.written_or_unchanged, second.written_or_unchanged),
        skipped=sorted((*first.skipped, *second.skipped), key=lambda item: place[_key(item)]),
        failed=failures(first.failed, second.failed),
        unknown=failures(first.unknown, second.unknown),
        batch_size=min(first.batch_size, second.batch_size),
    )


def _stored(result: UpsertResult) -> tuple[InstanceResult, ...]:
    """What is stored as it was to be, whoever did it."""
    return (*result.written, *result.unchanged, *result.written_or_unchanged)


def _key(item: InstanceWrite | InstanceResult) -> NodeId | EdgeId:
    is_node = isinstance(item, NodeWrite) or (isinstance(item, InstanceResult) and item.instance_type == "node")
    return (NodeId if is_node else EdgeId)(item.space, item.external_id)


def _needs(item: InstanceWrite) -> Iterator[NodeId]:
    if isinstance(item, EdgeWrite):
        yield from (item.start_node, item.end_node)
    if item.type is not None:
        yield item.type
    for source in item.sources or ():
        yield from _nodes_in(source.properties)


def _nodes_in(values: Mapping[str, Any]) -> Iterator[NodeId]:
    for value in values.values():
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, NodeId):
                yield one
