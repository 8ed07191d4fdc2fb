"""Sending many items in batches, so that at the end it is known of each item what became of it.

The API takes or refuses a batch as a whole (contract §6.3). So a refused batch is split until the items at fault stand alone; a
batch that is too heavy is split as well, and further batches are smaller for a while. Splitting keeps the order: the first
half goes before the second, and both before anything that comes later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar, cast

import anyio
import msgspec

from pygen_runtime.client.page_size import PageSize
from pygen_runtime.errors import (
    ApiError,
    AuthenticationError,
    ClientClosedError,
    ConflictError,
    InvalidResponseError,
    PygenError,
    ServerTimeoutError,
    TransportError,
)

T = TypeVar("T")
R = TypeVar("R")
A_co = TypeVar("A_co", covariant=True)

MOST_ITEMS = 1000
"""Items that one instance request may hold."""

_ABOUT_ITEMS = frozenset({400, 403, 404, 409, 422})
_SPLIT_TOO = 500  # an item that breaks the server; 502 to 504 say nothing about the items, and were tried again already
_TOO_LARGE = 413
_MOST_REFUSALS = 200
"""Refusals in a row after which a batch is no longer split: then it is not some items that are at fault."""

_FRESH_REFUSALS = 8
"""So many are allowed to each further batch all the same; if most of its items are good, one of the first parts is taken."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server did not take an item: for what reason, and how many items the refused request held."""

    error: PygenError
    together: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Whether the server took an item is not known, and why."""

    error: PygenError


class Answered(msgspec.Struct, Generic[A_co], frozen=True, gc=False):
    """The server took an item, and said this about it.

    Attributes:
        value: What it said.
        after_loss: Whether an earlier try got lost that may have been acted on: then this may be the echo of its work.
    """

    value: A_co
    after_loss: bool = False


Outcome = Answered[R] | Refused | Lost
Send = Callable[[Sequence[T], Callable[[], object]], Awaitable[Sequence[R | None]]]
"""Sends a batch; answers in the order of its items, with None where the server did not mention one.

What it is given besides is called for each try that the server may have acted on without saying so."""

Recover = Callable[[Sequence[T], PygenError], Awaitable[Sequence[Answered[R] | Lost | None]]]
"""Finds out which items of a refused batch an earlier request has written whose answer never came; None: it has not."""


class Sending(Generic[T, R]):
    """One walk over items, from the first to the last.

    Args:
        items: What to send.
        send: Sends one batch.
        parallel: Batches under way at once; with 1 an item is sent only when all before it are settled.
        split: Whether a refused batch is split to find the items at fault.
        recover: Asked when a version conflict may come from an earlier try of our own; None if there are no versions.
        tell: Called with the items that go in a batch when that changes.

    Attributes:
        size: How many items go in a batch.
    """

    def __init__(
        self,
        items: Sequence[T],
        send: Send[T, R],
        *,
        parallel: int,
        split: bool = True,
        recover: Recover[T, R] | None = None,
        tell: Callable[[int], object] = lambda items: None,
    ) -> None:
        self.size = PageSize(MOST_ITEMS, tell)
        self._items, self._send, self._parallel, self._split, self._recover = items, send, parallel, split, recover
        self._outcomes: list[Outcome[R] | None] = [None] * len(items)
        self._next = 0
        self._again: deque[Sequence[int]] = deque()
        self._doubtful: set[int] = set()  # sent, and perhaps written by a try that got lost
        self._unread: set[int] = set()  # of these, what has not been read back since
        self._alone: set[int] = set()  # too heavy, although the batch cannot be smaller
        self._refusals = 0
        self._end: PygenError | None = None

    async def run(self) -> list[Outcome[R]]:
        """Send everything; the outcome of each item, in the order of the items.

        Raises:
            Exception: What `send` raised, unless it is an error of the API or on the way to it.
        """
        workers = min(self._parallel, -(-len(self._items) // MOST_ITEMS))
        if workers <= 1:
            await self._work()
        else:
            await self._work_together(workers)
        return cast("list[Outcome[R]]", self._outcomes)

    async def _work_together(self, workers: int) -> None:
        bugs: list[Exception] = []

        async def work() -> None:
            try:
                await self._work()
            except Exception as bug:  # noqa: BLE001  # raised again below, outside of the task group
                bugs.append(bug)
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            for _ in range(workers):
                group.start_soon(work)
        if bugs:
            raise bugs[0]

    async def _work(self) -> None:
        while batch := self._take():
            if self._end is not None:
                self._give_up(batch, self._end)
                continue
            items = [self._items[number] for number in batch]
            try:
                answers = await self._send(items, partial(self._lost, batch))
            except (ApiError, TransportError, ClientClosedError) as error:
                await self._failed(batch, error)
            else:
                self._took(batch, answers)

    def _take(self) -> Sequence[int]:
        if self._again:
            return self._again.popleft()
        self._refusals = min(self._refusals, _MOST_REFUSALS - _FRESH_REFUSALS)
        start = self._next
        self._next = min(start + self.size.current, len(self._items))
        return range(start, self._next)

    def _took(self, batch: Sequence[int], answers: Sequence[R | None]) -> None:
        self._refusals = 0
        if len(batch) >= self.size.current:
            self.size.grow()
        for number, answer in zip(batch, answers, strict=True):
            self._outcomes[number] = Lost(_UNTOLD) if answer is None else Answered(answer, number in self._doubtful)

    def _lost(self, batch: Sequence[int]) -> None:
        self._doubtful.update(batch)
        self._unread.update(batch)

    async def _failed(self, batch: Sequence[int], error: PygenError) -> None:
        status = error.status if isinstance(error, ApiError) else 0
        if isinstance(error, ServerTimeoutError) or status == _TOO_LARGE:
            self._too_heavy(batch, error)
        elif status in _ABOUT_ITEMS:
            if not await self._recovered(batch, error):
                self._refused(batch, Refused(error, len(batch)))
        elif status == _SPLIT_TOO:
            self._refused(batch, Lost(error))
        else:
            if isinstance(error, (AuthenticationError, ClientClosedError)):
                self._end = error
            self._give_up(batch, error)

    def _too_heavy(self, batch: Sequence[int], error: PygenError) -> None:
        timed_out = isinstance(error, ServerTimeoutError)
        if len(batch) > 1 and self._split:
            self.size.shrink(len(batch))
            self._divide(batch, min(self.size.current, len(batch) // 2))
        elif timed_out and self._alone.isdisjoint(batch):
            self._alone.update(batch)
            self._again.appendleft(batch)
        else:
            if len(batch) == 1:
                error.add_note("The batch had been reduced to this single item.")
            self._settle(batch, Lost(error) if timed_out else Refused(error, len(batch)))

    def _refused(self, batch: Sequence[int], outcome: Refused | Lost) -> None:
        self._refusals += 1
        if len(batch) > 1 and self._split and self._refusals <= _MOST_REFUSALS:
            self._divide(batch, len(batch) - len(batch) // 2)
        else:
            self._settle(batch, outcome)

    async def _recovered(self, batch: Sequence[int], error: PygenError) -> bool:
        """Whether a version conflict turned out to be the echo of an earlier try, for some items at least."""
        if self._recover is None or not isinstance(error, ConflictError) or self._unread.isdisjoint(batch):
            return False
        found = await self._recover([self._items[number] for number in batch], error)
        self._unread.difference_update(batch)
        left: list[int] = []
        for number, outcome in zip(batch, found, strict=True):
            if outcome is None:
                left.append(number)
            self._outcomes[number] = outcome
        if left and len(left) < len(batch):
            self._again.appendleft(left)
        return len(left) < len(batch)

    def _divide(self, batch: Sequence[int], size: int) -> None:
        """Send it again in parts of this size, before anything else."""
        self._again.extendleft(reversed([batch[start : start + size] for start in range(0, len(batch), size)]))

    def _give_up(self, batch: Sequence[int], error: PygenError) -> None:
        """These are not sent again, and were not taken before, unless they are in doubt."""
        self._settle(self._doubtful.intersection(batch), Lost(error))
        self._settle(set(batch).difference(self._doubtful), Refused(error, len(batch)))

    def _settle(self, batch: Iterable[int], outcome: Refused | Lost) -> None:
        for number in batch:
            self._outcomes[number] = outcome


_UNTOLD = InvalidResponseError(
    "POST /models/instances was answered, but the answer does not say what became of this item: see what is stored, or send it again",
    method="POST",
    path="/models/instances",
    status=200,
)
