"""A change feed, for code that awaits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Generic, Self, TypeVar

from pygen_runtime.sdk.changes.changes import Change, ChangeBatch, Gap
from pygen_runtime.sdk.changes.reader import ChangeReader
from pygen_runtime.sdk.instances.resource import PygenResource

T = TypeVar("T", bound=PygenResource)


class ChangeFeed(Generic[T]):
    """What happens to the instances of one view, batch by batch: first what is there, then every change, without end.

        feed = client.turbine.changes(since=saved)
        async for batch in feed:
            for change in batch:
                ...                  # use the changes first,
            save(feed.token())       # then say that they have been used

    The first batch is empty: it notes where the changes begin. While there is nothing new the feed asks again at intervals, and each
    answer is a batch, perhaps an empty one too. Save the token of each: one that has not been renewed for 3 days has expired.

    Every change is told at least once, and the changes of one instance in their order; changes of one instance between two polls
    are told as one, by its last state. Nothing runs between two batches: leaving the loop in any way leaves nothing behind, and
    whoever comes back goes on where they were. For one reader at a time.

    Args:
        reader: Reads the batches.
        ends: Whether the feed ends after the first batch that is live.
    """

    def __init__(self, reader: ChangeReader[T], *, ends: bool = False) -> None:
        self._reader, self._ends = reader, ends
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

    def until_live(self) -> ChangeFeed[T]:
        """The same feed, up to now: it ends when all that the server knows of has been told. It never waits for more."""
        return ChangeFeed(self._reader, ends=True)

    def items(self) -> AsyncIterator[Change[T]]:
        """Change by change instead."""
        return _ChangeItems(self, self._reader)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChangeBatch[T]:
        if self._ended:
            raise StopAsyncIteration
        batch = self._reader.hand_out(await self._reader.take(wait=not self._ends))
        self._ended = self._ends and batch.live
        return batch


class _ChangeItems(AsyncIterator[Change[T]]):
    """The changes of a feed one by one. Not a generator: those leave something behind when they are dropped half-way."""

    def __init__(self, feed: ChangeFeed[T], reader: ChangeReader[T]) -> None:
        self._feed, self._reader = feed, reader

    async def __anext__(self) -> Change[T]:
        while (change := self._reader.next_of_rest()) is None:
            self._reader.one_by_one(await anext(self._feed))
        return change
