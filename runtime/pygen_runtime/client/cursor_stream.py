"""The pages of one walk as a stream: they follow a cursor, one after the other, so that there is one request under way at most."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import suppress
from operator import length_hint
from typing import Any, Generic, TypeVar, cast

from anyio.abc import TaskGroup

from pygen_runtime.client.checkpoint import Checkpoint
from pygen_runtime.client.paging import PageStream
from pygen_runtime.client.prefetch import PageStreamTask, guard
from pygen_runtime.client.walk import PageWalk, Step
from pygen_runtime.errors import CheckpointError

T = TypeVar("T")
P_co = TypeVar("P_co", bound=Sequence[Any], covariant=True)


class CursorStream(PageStream[P_co], Generic[P_co]):
    """A stream that follows one cursor.

    Args:
        tasks: The client's tasks; one of them fetches.
        walk: The walk.
        prefetch: Pages that may wait, or be on their way, while the reader works on one. With 0 each page is fetched when it is
            asked for.
        request: Fingerprint of the request; without one there are no checkpoints.
        again: Rows at the beginning that an earlier stream has handed out already.
    """

    def __init__(
        self,
        tasks: Callable[[], TaskGroup],
        walk: PageWalk[Any],
        prefetch: int,
        *,
        request: str | None = None,
        again: int = 0,
    ) -> None:
        super().__init__()
        self._tasks, self._walk, self._prefetch, self._request = tasks, walk, prefetch, request
        self._start = self._end = walk.position
        self._out = walk.position.rows + again
        self._repeated = again
        self._length = 0
        self._rest: Iterator[Any] = iter(())
        self._ahead: PageStreamTask | None = None
        self._guard: AsyncGenerator[None] | None = None

    @property
    def rows(self) -> int:
        """See `PageStream.rows`."""
        return max(self._out, self._start.rows + self._length - length_hint(self._rest))

    @property
    def page_size(self) -> int:
        """See `PageStream.page_size`."""
        return self._walk.size.current

    @property
    def repeated(self) -> int:
        """See `PageStream.repeated`."""
        return self._repeated

    def checkpoint(self) -> str:
        """See `PageStream.checkpoint`."""
        if self._request is None:
            raise CheckpointError("this stream knows no request: give client.stream(request=…) to have checkpoints")
        place = self._start if length_hint(self._rest) else self._end
        return Checkpoint(
            cursor=place.cursor, rows=place.rows, done=place.done, request=self._request, again=self.rows - place.rows
        ).text()

    async def take(self) -> Step[Any] | None:
        """See `PageStream.take`."""
        if not self._reads():
            return None
        if self._prefetch == 0:
            self._tasks()
            return None if self._walk.finished else await self._walk.step()
        return await (self._ahead or await self.begin()).take()

    async def begin(self, arrived: Callable[[], object] = lambda: None) -> PageStreamTask:
        """Fetch from now on, not only when the first page is wanted.

        Args:
            arrived: Called when `ready` may have become true; it must not hold on to the stream.
        """
        if self._ahead is None:
            tasks, ahead = self._tasks(), PageStreamTask(self._walk, self._prefetch, arrived)
            self._guard = guard(ahead)
            await anext(self._guard)
            tasks.start_soon(ahead.run)
            self._ahead = ahead
        return self._ahead

    @property
    def finished(self) -> bool:
        """Whether nothing is left to fetch."""
        return self._walk.finished

    @property
    def ready(self) -> bool:
        """Whether `take` has something to give at once: a page, the end, or an error."""
        return self._ahead is not None and self._ahead.ready

    def hand_out(self, step: Step[Any]) -> P_co:
        """See `PageStream.hand_out`."""
        self._out, self._rest = self.rows, iter(())
        self._start, self._end, self._length = step.start, step.end, len(step.items)
        self._repeated = min(max(0, self._out - step.start.rows), self._length)
        return cast("P_co", step.items)

    def one_by_one(self: CursorStream[Sequence[T]], page: Sequence[T]) -> Iterator[T]:
        """See `PageStream.one_by_one`."""
        self._rest = iter(page)
        return self._rest

    def close(self) -> None:
        """See `PageStream.close`."""
        self._closed = True
        if self._ahead is not None:
            self._ahead.stop()
        if self._guard is not None:
            with suppress(StopIteration):
                self._guard.aclose().send(None)
            self._guard = None
