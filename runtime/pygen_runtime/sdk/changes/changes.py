"""What a change feed tells: upserts and deletions of the instances of one view, in batches."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar

from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T", bound=PygenResource)

OnFeedExpired = Literal["raise", "restart", "miss_deletes"]
"""What to do when the server no longer knows where a feed was, which is so after 3 days without a poll.

- `"raise"`: raise `CursorExpiredError`.
- `"restart"`: begin again with everything that is there. What was deleted meanwhile is not told: forget what you hold when the
  batch says `gap == "restart"`.
- `"miss_deletes"`: go on, and accept that deletions may go untold.
"""

Gap = Literal["restart", "miss_deletes"]


@dataclass(frozen=True, slots=True)
class Upserted(Generic[T]):
    """An instance was created or changed; or it was there already when the feed began.

    Attributes:
        item: The instance as it is now. Several changes since the last poll are told as one.
    """

    item: T

    @property
    def id(self) -> NodeId | EdgeId:
        """The id of the instance."""
        return self.item.as_id()


@dataclass(frozen=True, slots=True)
class Deleted:
    """An instance was deleted. It may be one that the feed never told of, if it was created and deleted between two polls.

    Attributes:
        id: The id of the instance.
        version: The last version of the instance.
        deleted_time: When it was deleted, UTC.
    """

    id: NodeId | EdgeId
    version: int
    deleted_time: datetime.datetime


Change: TypeAlias = Upserted[T] | Deleted
"""One change; tell the two kinds apart by `match` or `isinstance`."""


class ChangeBatch(list["Upserted[T] | Deleted"], Generic[T]):
    """Changes that came together, in the order in which they happened; perhaps none.

    An instance that was deleted and made again comes as `Deleted`, then as `Upserted`.

    Args:
        changes: The changes.
        resource: The class of the view.

    Attributes:
        backfill: Whether these instances were there when the feed began, and did not change just now.
        live: Whether this is all that the server knew of when it answered.
        gap: Set on the one batch that follows on an expired cursor: what could not be told; see `OnFeedExpired`.
    """

    __slots__ = ("_resource", "backfill", "gap", "live")

    def __init__(
        self,
        changes: Iterable[Upserted[T] | Deleted],
        resource: type[T],
        *,
        backfill: bool = False,
        live: bool = False,
        gap: Gap | None = None,
    ) -> None:
        super().__init__(changes)
        self._resource, self.backfill, self.live = resource, backfill, live
        self.gap: Gap | None = gap

    @property
    def upserts(self) -> PygenList[T]:
        """The instances that were created or changed. Apply `deletes` first: an instance can be in both."""
        return PygenList((one.item for one in self if isinstance(one, Upserted)), self._resource)

    @property
    def deletes(self) -> list[NodeId | EdgeId]:
        """The ids of what was deleted, each once."""
        return list(dict.fromkeys(one.id for one in self if isinstance(one, Deleted)))

    def __repr__(self) -> str:
        deletes = sum(isinstance(one, Deleted) for one in self)
        state = "".join(f", {word}" for word in ("backfill" * self.backfill, "live" * self.live, self.gap) if word)
        return f"<ChangeBatch of {self._resource.__name__}: {len(self) - deletes} upserts, {deletes} deletes{state}>"
