"""A change feed, for code that does not await."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Self, TypeVar

from pygen_runtime.sdk.changes.changes import Change, ChangeBatch, Gap
from pygen_runtime.sdk.changes.reader import ChangeReader
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sync import Bridge

T = TypeVar("T", bound=PygenResource)


class SyncChangeFeed(Generic[T]):
    """What happens to the instances of one view, batch by batch: first what is there, then every change, without end.

        feed = client.turbine.changes(since=saved)
        for batch in feed:
            for change in batch:
                ...                  # use the changes first,
            save(feed.token())       # then say that they have been used

    The first batch is empty: it notes where the changes begin. While there is nothing new the feed asks again at intervals, and each
    answer is a batch, perhaps an empty one too. Save the token of each: one that has not been renewed for 3 days has expired.

    Every change is told at least once, and the changes of one instance in their order; changes of one instance between two polls
    are told as one, by its last state. Nothing runs between two batches: leaving the loop in any way leaves nothing behind, and
    whoever comes back goes on where they were. For one reader at a time.

    Args:
        bridge: The way to the client.
        reader: Reads the batches, on the client's event loop.
        ends: Whether the feed ends after the first batch that is live.
    """

    def __init__(self, bridge: Bridge, reader: ChangeReader[T], *, ends: bool = False) -> None:
        self._bridge, self._reader, self._ends = bridge, reader, ends
        self._ended = False

    @property
    def live(self) -> bool:
        """Whether the batch in hand was all that the server knew of."""
        return self._reader.last is not None and self._reader.last.live

    @property
    def gap(self) -> Gap | None:
        """What could not be told before the batch in hand, because the cursor had expired; mostly None."""
        return None if self._reader.last is None else self._reader.last.gap

    def token(self) -> str:
        """Where this feed stands, as JSON of a few hundred bytes, for `since=`. It holds no secret.

        All that has been handed out counts as done: take a token when you have used it, not before. In the middle of a batch that
        is read change by change, the token leads to the batch's start.
        """
        return self._reader.place.text()

    def until_live(self) -> SyncChangeFeed[T]:
        """The same feed, up to now: it ends when all that the server knows of has been told. It never waits for more."""
        return SyncChangeFeed(self._bridge, self._reader, ends=True)

    def items(self) -> Iterator[Change[T]]:
        """Change by change instead."""
        while (change := self._next_change()) is not None:
            yield change

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ChangeBatch[T]:
        if self._ended:
            raise StopIteration
        batch = self._reader.hand_out(self._bridge.run(lambda _: self._reader.take(wait=not self._ends)))
        self._ended = self._ends and batch.live
        return batch

    def _next_change(self) -> Change[T] | None:
        """None at the end."""
        while (change := self._reader.next_of_rest()) is None:
            if (batch := next(self, None)) is None:
                return None
            self._reader.one_by_one(batch)
        return change
