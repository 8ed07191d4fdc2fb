"""Upserting and deleting instances, so that it is known of each item what became of it (contract §6.3, §6.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import cached_property
from typing import Final, TypeVar

import msgspec

from pygen_runtime.client.core import Core
from pygen_runtime.client.instance_reads import InstanceReads, reference
from pygen_runtime.client.read_back import Found, read_back
from pygen_runtime.client.results import DeleteResult, ItemFailure, UpsertResult
from pygen_runtime.client.schema_api import many
from pygen_runtime.client.sending import MOST_ITEMS, Answered, Lost, Outcome, Refused, Sending
from pygen_runtime.client.write_checks import Key, check_writes, write_key
from pygen_runtime.errors import PygenError, TransportError
from pygen_runtime.schema import EdgeId, EdgeWrite, Instance, InstanceResult, InstanceWrite, NodeId, NodeWrite
from pygen_runtime.schema.codec import decoder
from pygen_runtime.schema.requests import ByIdsRequest, InstanceReference, Page
from pygen_runtime.transport import Operation

T = TypeVar("T")
R = TypeVar("R")

Id = NodeId | EdgeId | InstanceReference
"""What delete takes; a reference may hold the version that must still be there."""


class _Skipped(Enum):
    ITEM = "left alone because of its version"


_SKIPPED: Final = _Skipped.ITEM
_Told = InstanceResult | _Skipped

_UNREADABLE = TransportError(
    "POST /models/instances skipped this item because of its version, which an earlier try may have given it whose answer was lost; it cannot be read back, as it was "
    "written through a container, through more than 10 views, or has too little data for its views: see what is stored",
    method="POST",
    path="/models/instances",
)


class InstanceWrites:
    """The half of `client.instances` that changes things.

    Args:
        core: The client's core.
        reads: The other half, to read back what was written.
    """

    def __init__(self, core: Core, reads: InstanceReads) -> None:
        self._core, self._reads = core, reads

    async def upsert(
        self,
        items: InstanceWrite | Iterable[InstanceWrite],
        *,
        replace: bool,
        auto_create_direct_relations: bool,
        auto_create_start_nodes: bool,
        auto_create_end_nodes: bool,
        skip_on_version_conflict: bool,
        split: bool,
    ) -> tuple[UpsertResult, list[InstanceResult]]:
        """See `InstancesAPI.try_upsert`; also what the server said, in the order of the items."""
        self._core.tasks()
        given: list[InstanceWrite] = many(items, (NodeWrite, EdgeWrite))
        keys = [write_key(item) for item in given]
        check_writes(given, keys)
        options = {
            "replace": replace,
            "autoCreateDirectRelations": auto_create_direct_relations,
            "autoCreateStartNodes": auto_create_start_nodes,
            "autoCreateEndNodes": auto_create_end_nodes,
            "skipOnVersionConflict": skip_on_version_conflict,
        }

        async def send(batch: Sequence[InstanceWrite], lost: Callable[[], object]) -> list[_Told | None]:
            page = await self._core.call(
                "POST",
                "/models/instances",
                operation=Operation.WRITE,
                reply=self._results,
                body={"items": batch, **options},
                lost=lost,
            )
            told = {(one.instance_type, one.space, one.external_id): one for one in page.items}
            return [told.get(write_key(item), _unmentioned(item, skip_on_version_conflict)) for item in batch]

        outcomes: dict[Key, Outcome[_Told]] = {}
        size = MOST_ITEMS
        # Without auto-creation a node may need one that comes before it.
        parallel = self._core.settings.limits.write if auto_create_direct_relations else 1
        for group in _groups(given):
            ordered = _doubtful_last(group, outcomes)
            together = parallel if len(given) > MOST_ITEMS else 1
            sending: Sending[InstanceWrite, _Told] = Sending(
                ordered,
                send,
                parallel=together,
                split=split,
                recover=self._recover,
                tell=self._core.transport.tell_size,
            )
            outcomes.update(zip(map(write_key, ordered), await sending.run(), strict=True))
            size = min(size, sending.size.current)
        settled = await self._look_at_skipped(given, [outcomes[key] for key in keys])
        told = [one.value for one in settled if isinstance(one, Answered) and isinstance(one.value, InstanceResult)]
        return _partition(given, settled, size), told

    async def delete(self, ids: Id | Iterable[Id]) -> DeleteResult:
        """See `InstancesAPI.try_delete`."""
        self._core.tasks()
        given = list(dict.fromkeys(map(reference, many(ids, (NodeId, EdgeId, InstanceReference)))))
        edges = [one for one in given if one.instance_type == "edge"]
        nodes = [one for one in given if one.instance_type == "node"]
        # Deleting a node deletes its edges, which may be too much for one request: so they go first.
        groups = [edges, nodes] if len(given) > MOST_ITEMS else [edges + nodes]

        async def send(batch: Sequence[InstanceReference], lost: Callable[[], object]) -> list[bool | None]:
            page = await self._core.call(
                "POST",
                "/models/instances/delete",
                operation=Operation.DELETE,
                reply=self._references,
                body={"items": batch},
                lost=lost,
            )
            deleted = {(one.instance_type, one.space, one.external_id) for one in page.items}
            return [(one.instance_type, one.space, one.external_id) in deleted for one in batch]

        outcomes: dict[InstanceReference, Outcome[bool]] = {}
        size = MOST_ITEMS
        for group in groups:
            parallel = self._core.settings.limits.delete if len(given) > MOST_ITEMS else 1
            sending = Sending(group, send, parallel=parallel, tell=self._core.transport.tell_size)
            outcomes |= zip(group, await sending.run(), strict=True)
            size = min(size, sending.size.current)
        settled = [outcomes[one] for one in given]
        told = [(_id(one), told) for one, told in zip(given, settled, strict=True) if isinstance(told, Answered)]
        return DeleteResult(
            deleted=[one for one, answer in told if answer.value],
            absent=[one for one, answer in told if not answer.value and not answer.after_loss],
            deleted_or_absent=[one for one, answer in told if not answer.value and answer.after_loss],
            failed=_failed(given, settled),
            unknown=_unknown(given, settled),
            batch_size=size,
        )

    async def _recover(self, items: Sequence[InstanceWrite], error: PygenError) -> Sequence[Found]:
        return await read_back(items, error, self._read)

    async def _look_at_skipped(
        self, items: Sequence[InstanceWrite], settled: list[Outcome[_Told]]
    ) -> list[Outcome[_Told]]:
        """What was skipped after a try got lost may be in its new version because that one wrote it: what is stored tells."""
        places = [place for place, one in enumerate(settled) if _is_doubtful_skip(one)]
        if not places:
            return settled
        found = await read_back([items[place] for place in places], _UNREADABLE, self._read, together=False)
        for place, one in zip(places, found, strict=True):
            settled[place] = Answered(_SKIPPED) if one is None else one
        return settled

    async def _read(self, request: ByIdsRequest) -> Sequence[Instance]:
        return (await self._reads.by_ids(request, self._reads.instances)).items

    # Decoders are made on first use: each costs as long as decoding hundreds of rows.

    @cached_property
    def _results(self) -> msgspec.json.Decoder[Page[InstanceResult]]:
        return decoder(Page[InstanceResult])

    @cached_property
    def _references(self) -> msgspec.json.Decoder[Page[InstanceReference]]:
        return decoder(Page[InstanceReference])


def _groups(items: list[InstanceWrite]) -> list[list[InstanceWrite]]:
    """What goes before the next begins: nodes before edges. What fits one request stays together, and is written all or none."""
    nodes: list[InstanceWrite] = [item for item in items if isinstance(item, NodeWrite)]
    edges: list[InstanceWrite] = [item for item in items if isinstance(item, EdgeWrite)]
    return [nodes, edges] if len(items) > MOST_ITEMS else [nodes + edges]


def _doubtful_last(items: list[InstanceWrite], outcomes: dict[Key, Outcome[_Told]]) -> list[InstanceWrite]:
    """Edges that hang on a node that was not written go last: they will most likely be refused, and must not spoil good batches."""
    missing = {NodeId(key[1], key[2]) for key, outcome in outcomes.items() if not isinstance(outcome, Answered)}
    return sorted(items, key=lambda item: not missing.isdisjoint(_needs(item))) if missing else items


def _needs(item: InstanceWrite) -> tuple[NodeId, ...]:
    return (item.start_node, item.end_node, item.type) if isinstance(item, EdgeWrite) else ()


def _unmentioned(item: InstanceWrite, skip: bool) -> _Skipped | None:
    """What it means that the server answered without naming an item: it leaves out what it skips, which needs a version."""
    return _SKIPPED if skip and item.existing_version is not None else None


def _is_doubtful_skip(one: Outcome[_Told]) -> bool:
    return isinstance(one, Answered) and one.value is _SKIPPED and one.after_loss


def _partition(items: Sequence[InstanceWrite], settled: Sequence[Outcome[_Told]], size: int) -> UpsertResult:
    written: list[InstanceResult] = []
    unchanged: list[InstanceResult] = []
    either: list[InstanceResult] = []
    skipped: list[InstanceWrite] = []
    for item, one in zip(items, settled, strict=True):
        if not isinstance(one, Answered):
            continue
        if isinstance(one.value, _Skipped):
            skipped.append(item)
        elif one.value.was_modified:
            written.append(one.value)
        elif one.after_loss and one.value.version != item.existing_version:
            either.append(one.value)
        else:
            unchanged.append(one.value)
    return UpsertResult(
        written=written,
        unchanged=unchanged,
        written_or_unchanged=either,
        skipped=skipped,
        failed=_failed(items, settled),
        unknown=_unknown(items, settled),
        batch_size=size,
    )


def _failed(items: Sequence[T], outcomes: Sequence[Outcome[R]]) -> list[ItemFailure[T]]:
    return [
        ItemFailure(item, outcome.error, outcome.together)
        for item, outcome in zip(items, outcomes, strict=True)
        if isinstance(outcome, Refused)
    ]


def _unknown(items: Sequence[T], outcomes: Sequence[Outcome[R]]) -> list[ItemFailure[T]]:
    return [
        ItemFailure(item, outcome.error)
        for item, outcome in zip(items, outcomes, strict=True)
        if isinstance(outcome, Lost)
    ]


def _id(one: InstanceReference) -> NodeId | EdgeId:
    return (NodeId if one.instance_type == "node" else EdgeId)(one.space, one.external_id)
