"""What became of each item of a call that writes or deletes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pygen_runtime.errors import PygenError, WriteError
from pygen_runtime.schema import EdgeId, InstanceResult, InstanceWrite, NodeId
from pygen_runtime.schema.requests import InstanceReference

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemFailure(Generic[T]):
    """An item that was not written or deleted, or of which that is not known.

    Attributes:
        item: The item, as it was given.
        error: Why.
        together: How many items the refused request held. More than 1 means that splitting was not wanted, or was given up
            because request after request was refused: the item itself need not be at fault.
    """

    item: T
    error: PygenError
    together: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertResult:
    """Every item of an upsert is in exactly one of these lists, each in the order of the items.

    Attributes:
        written: Created or changed. If the answer was lost on the way, an item with an `existing_version` is read back, and taken for
            written by this call if it is stored in a later version as it was to be.
        unchanged: Stored as they were to be before this call already.
        written_or_unchanged: Stored as they were to be. A try got lost, and the next found nothing to change: whether the lost one
            changed them cannot be known, because the API does not tell. Empty unless a try got lost.
        skipped: Left alone because of their version, which `skip_on_version_conflict` asked for.
        failed: Refused by the server, or never sent.
        unknown: Sent, but no whole answer came, or the server failed. Sending them again is safe: `[one.item for one in unknown]`.
        batch_size: Items in a batch at the end; less than 1000 if the server found larger batches too heavy.
    """

    written: list[InstanceResult]
    unchanged: list[InstanceResult]
    written_or_unchanged: list[InstanceResult]
    skipped: list[InstanceWrite]
    failed: list[ItemFailure[InstanceWrite]]
    unknown: list[ItemFailure[InstanceWrite]]
    batch_size: int

    def raise_for_failures(self) -> None:
        """Raise if an item failed or is unknown.

        Raises:
            WriteError: With this result in it.
        """
        done = len(self.written) + len(self.unchanged) + len(self.written_or_unchanged) + len(self.skipped)
        _raise(self, self.failed, self.unknown, done, "written")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteResult:
    """Every id of a delete is in exactly one of these lists, each in the order of the ids.

    Attributes:
        deleted: Deleted by this call.
        absent: Not there before this call already.
        deleted_or_absent: Not there any more. A try got lost, and the next found nothing to delete: whether the lost one deleted
            them cannot be known, because the API does not tell. Empty unless a try got lost.
        failed: Refused by the server, or never sent.
        unknown: Sent, but no whole answer came, or the server failed. Sending them again is safe.
        batch_size: Ids in a batch at the end; less than 1000 if the server found larger batches too heavy.
    """

    deleted: list[NodeId | EdgeId]
    absent: list[NodeId | EdgeId]
    deleted_or_absent: list[NodeId | EdgeId]
    failed: list[ItemFailure[InstanceReference]]
    unknown: list[ItemFailure[InstanceReference]]
    batch_size: int

    def raise_for_failures(self) -> None:
        """Raise if an id failed or is unknown.

        Raises:
            WriteError: With this result in it.
        """
        done = len(self.deleted) + len(self.absent) + len(self.deleted_or_absent)
        _raise(self, self.failed, self.unknown, done, "deleted")


def _raise(
    result: UpsertResult | DeleteResult,
    failed: Sequence[ItemFailure[InstanceWrite]] | Sequence[ItemFailure[InstanceReference]],
    unknown: Sequence[ItemFailure[InstanceWrite]] | Sequence[ItemFailure[InstanceReference]],
    done: int,
    verb: str,
) -> None:
    if not failed and not unknown:
        return
    first = failed[0] if failed else unknown[0]
    counts = [f"{len(failed):,} {'was' if len(failed) == 1 else 'were'} not {verb}"] if failed else []
    counts += [f"of {len(unknown):,} it is not known"] if unknown else []
    all_ = done + len(failed) + len(unknown)
    where = f"{first.item.space}:{first.item.external_id}"
    raise WriteError(
        f"of {all_:,} item{'s' if all_ > 1 else ''}, {' and '.join(counts)}. The first is {where}: {first.error} "
        "(the error's `result` tells what became of each item)",
        result=result,
    ) from first.error
