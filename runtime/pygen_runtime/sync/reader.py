"""Streams of pages for code that does not await: one hop to the event loop for a page, none for a row."""

from __future__ import annotations

import os
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.client.paging import BROKEN, PageStream
from pygen_runtime.client.walk import Step
from pygen_runtime.errors import StreamError
from pygen_runtime.sync.bridge import Bridge

T = TypeVar("T")
P_co = TypeVar("P_co", bound=Sequence[Any], covariant=True)


class PageReader(Generic[P_co]):
    """The pages of one walk, fetched ahead by the client's thread. For one reader at a time.

        with client.instances.stream(source=view) as stream:
            for page in stream:
                ...                                # use the page first,
                save(stream.checkpoint())          # then say that it has been used

    A stream that is dropped is closed; who keeps one in a variable closes it, or uses it as `with`.

    Args:
        bridge: The way to the client.
        open: Makes the stream that is read.
    """

    def __init__(self, bridge: Bridge, open: Callable[[AsyncPygenClient], PageStream[P_co]]) -> None:
        self._bridge, self._process = bridge, os.getpid()
        self._stream = open(bridge.client)
        self._broken = False
        # A page that was read; dropped by the loop, because memory is freed faster in the thread, and so on the core, that filled it.
        self._used: list[object] = []
        self._finish = weakref.finalize(self, _close, self._bridge, self._process, self._stream)
        self._finish.atexit = False

    @property
    def rows(self) -> int:
        """Rows handed out so far, those of the streams that this one resumes included, repeated ones counted once."""
        return self._stream.rows

    @property
    def page_size(self) -> int:
        """Rows that are asked for at once now: fewer than were wanted while the server finds pages too heavy (408)."""
        return self._stream.page_size

    @property
    def repeated(self) -> int:
        """How many rows, the first ones of the page in hand, were handed out before; 0 unless the stream resumes or restarted."""
        return self._stream.repeated

    def checkpoint(self) -> str:
        """Where this stream stands, as JSON of a few hundred bytes at most, for `resume=`. It holds no secret.

        All that has been handed out counts as done: take a checkpoint when you have used it, not before. A stream that goes on
        from it begins with the next page; in the middle of a page, it begins with that page again and says so in `repeated`.

        Raises:
            CheckpointError: The stream was made without saying what its request is.
        """
        return self._stream.checkpoint()

    def next(self) -> P_co | None:
        """The next page that is not empty; None after the last, and after `close()`.

        Raises:
            StreamError: Going on would lose or repeat rows.
            PygenError: A page could not be fetched.
        """
        self._check()
        try:
            while self._finish.alive and (step := self._bridge.run(self._take)) is not None:
                if page := self._stream.hand_out(step):
                    return page
        except Exception:
            raise
        except BaseException:  # Ctrl-C: nobody knows whether a page was on its way to us
            self._broken = True
            self.close()
            raise
        self.close()
        return None

    def items(self: PageReader[Sequence[T]]) -> Iterator[T]:
        """Row by row instead; the stream is closed at the end, and when the loop is left."""
        try:
            while (page := self.next()) is not None:
                yield from self._stream.one_by_one(page)
                self._used.append(page)
                del page
        finally:
            self._used.clear()
            self.close()

    def to_list(self: PageReader[Sequence[T]]) -> list[T]:
        """All rows that are left, in memory."""
        found: list[T] = []
        try:
            while (page := self.next()) is not None:
                found += page
        finally:
            self.close()
        return found

    def close(self) -> None:
        """Stop fetching. Never blocks, so that it works in any `finally`."""
        self._finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> P_co:
        page = self.next()
        if page is None:
            raise StopIteration
        return page

    def _take(self, client: AsyncPygenClient) -> Awaitable[Step[Any] | None]:
        self._used.clear()
        return self._stream.take()

    def _check(self) -> None:
        if self._broken:
            raise StreamError(BROKEN)
        _check_process(self._process)


def _close(bridge: Bridge, process: int, stream: PageStream[Any]) -> None:
    if process == os.getpid():  # in a forked child, the loop of the stream does not run
        bridge.post(stream.close)


def drain(bridge: Bridge, open: Callable[[AsyncPygenClient], AsyncIterator[T]], *, at_once: int = 100) -> Iterator[T]:
    """The items of an asynchronous iterator that has no pages to read.

    Args:
        bridge: The way to the client.
        open: Makes the iterator.
        at_once: Items that are fetched with one hop to the event loop.
    """
    return _drain(bridge, cast("AsyncGenerator[T]", open(bridge.client)), at_once, os.getpid())


def _drain(bridge: Bridge, items: AsyncGenerator[T], at_once: int, process: int) -> Iterator[T]:
    try:
        while True:
            _check_process(process)
            chunk = bridge.run(lambda _: _some(items, at_once))
            yield from chunk
            if len(chunk) < at_once:
                return
            del chunk  # the reader may have dropped it: do not keep it while the next one comes
    finally:
        if process == os.getpid():
            bridge.spawn(items.aclose)


async def _some(items: AsyncGenerator[T], most: int) -> list[T]:
    found: list[T] = []
    while len(found) < most:
        try:
            found.append(await anext(items))
        except StopAsyncIteration:
            break
    return found


def _check_process(process: int) -> None:
    if process != os.getpid():
        raise StreamError(
            "this stream was begun before a fork and belongs to the parent process: make a new one; where streams have "
            "checkpoint(), it goes on from there if it is given that as resume="
        )
