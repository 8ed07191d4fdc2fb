"""Streams of pages: the page is the unit, fetched and decoded whole, one ahead of whoever reads.

A generator must never yield inside a task group or a cancel scope. So pages are fetched ahead by a task in the *client's*
task group, and a stream holds only a `PageStream`, whose `close()` needs no `await`: however a stream is left, no task,
socket or place in a limiter stays behind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import anyio
import anyio.lowlevel
from anyio.abc import TaskGroup

from pygen_runtime.client.page_size import PageSize
from pygen_runtime.errors import (
    ApiError,
    ClientClosedError,
    CursorExpiredError,
    RepeatedCursorError,
    ServerTimeoutError,
)
from pygen_runtime.schema.requests import Page
from pygen_runtime.transport import ON_WIRE

T = TypeVar("T")

Fetch = Callable[[str | None, int], Awaitable[Page[T]]]
"""Fetches the page at a cursor (None: the first) with at most so many rows."""

_MOST_TURNS = 30
"""Turns of the event loop to wait for a prefetched request to be sent; httpx needs four, our own tasks three more."""


class PageWalk(Generic[T]):
    """Walks from page to page by their cursors: nothing twice, nothing left out, no more asked for than wanted.

    Args:
        fetch: Fetches one page.
        limit: Rows to end after; None for all.
        page_size: Rows to ask for at once.
    """

    def __init__(self, fetch: Fetch[T], *, limit: int | None, page_size: int) -> None:
        self._fetch = fetch
        self._left = limit
        self._size = PageSize(page_size)
        self._cursor: str | None = None
        self._seen: set[int] = set()
        self.finished = limit == 0

    async def step(self) -> Sequence[T]:
        """The next page; `finished` says afterwards whether it was the last."""
        page = await self._page()
        items: Sequence[T] = page.items
        if self._left is not None:
            items = items[: self._left]
            self._left -= len(items)
        self._move(page.next_cursor)
        return items

    async def _page(self) -> Page[T]:
        """The page at the cursor; one that is too heavy is asked for again with half the rows, a single row just once again."""
        single = 0
        while True:
            size = self._size.current if self._left is None else min(self._size.current, self._left)
            try:
                page = await self._fetch(self._cursor, size)
            except ServerTimeoutError as error:
                single += size == 1
                if single > 1:
                    error.add_note("The page had been reduced to a single row: simplify the filter or the sort order.")
                    raise
                self._size.shrink(size)
            except ApiError as error:
                if error.status == 400 and "cursor has expired" in error.detail.lower():
                    raise CursorExpiredError(
                        f"the server no longer knows where this stream was; start it again ({error})"
                    ) from error
                raise
            else:
                self._size.grow()
                return page

    def _move(self, cursor: str | None) -> None:
        self._cursor = cursor
        self.finished = cursor is None or self._left == 0
        if not self.finished:
            seen = hash(cursor)  # a number instead of the text keeps the memory of long streams flat
            if seen in self._seen:
                raise RepeatedCursorError("the server sent a cursor again that it had sent before; rows would repeat")
            self._seen.add(seen)


class PageStream(Generic[T]):
    """The pages of one walk, fetched ahead. For one reader; `close()` it when done, also after an error.

        stream = client.stream(fetch)
        try:
            while (page := await stream.next()) is not None:
                ...
        finally:
            stream.close()

    Args:
        tasks: The client's tasks; one of them fetches.
        walk: The walk.
        prefetch: Pages that may wait, or be on their way, while the reader works on one. With 0 each page is fetched when it is
            asked for.
    """

    def __init__(self, tasks: Callable[[], TaskGroup], walk: PageWalk[T], prefetch: int) -> None:
        self._tasks, self._walk, self._prefetch = tasks, walk, prefetch
        self._scope = anyio.CancelScope()
        self._pages: deque[Sequence[T]] = deque()
        self._arrived, self._room = anyio.Event(), anyio.Event()
        self._error: Exception | None = None
        self._started = self._ended = self._on_wire = False

    async def next(self) -> Sequence[T] | None:
        """The next page, perhaps an empty one; None after the last, and after `close()`.

        Raises:
            StreamError: Going on would lose or repeat rows.
            PygenError: A page could not be fetched.
        """
        if self._scope.cancel_called:
            return None
        if self._prefetch == 0:
            self._tasks()
            return None if self._walk.finished else await self._walk.step()
        if not self._started:
            self._tasks().start_soon(self._run)
            self._started = True
        while not self._pages:
            if self._ended:
                if self._error is not None:
                    raise self._error
                return None
            self._arrived = anyio.Event()
            await self._arrived.wait()
        page = self._pages.popleft()
        self._room.set()
        try:
            await self._let_send()
        except BaseException:  # a reader that is cancelled here may come back: it must not miss the page
            self._pages.appendleft(page)
            raise
        return page

    def close(self) -> None:
        """Stop fetching. Needs no `await`, so that it works in any `finally`."""
        self._scope.cancel()
        self._pages.clear()

    async def _run(self) -> None:
        ON_WIRE.set(self._sent)
        self._error = ClientClosedError("the client was closed while a stream was still being read")
        try:
            with self._scope:
                await self._fetch_all()
            self._error = None
        except Exception as error:  # noqa: BLE001  # raised again in the task that reads
            self._error = error
        finally:
            self._ended = True
            self._arrived.set()

    async def _fetch_all(self) -> None:
        while not self._walk.finished:
            while len(self._pages) >= self._prefetch:
                self._room = anyio.Event()
                await self._room.wait()
            self._pages.append(await self._walk.step())
            self._on_wire = False
            self._arrived.set()

    def _sent(self) -> None:
        self._on_wire = True

    async def _let_send(self) -> None:
        """Give the next request the turns it needs to get out.

        The reader may work on its page for long without ever awaiting, and nothing else runs meanwhile: a request that is not
        on the wire by then gains nothing. Bounded, because it may have to wait for its turn in the limiter.
        """
        for _ in range(_MOST_TURNS):
            full = len(self._pages) >= self._prefetch
            if full or self._on_wire or self._walk.finished or self._ended:
                return
            await anyio.lowlevel.checkpoint()


async def pages(stream: PageStream[T]) -> AsyncIterator[Sequence[T]]:
    """The pages of a stream, as a generator."""
    try:
        while (page := await stream.next()) is not None:
            yield page
            del page  # the reader may have dropped it: do not keep it while the next one comes
    finally:
        stream.close()
