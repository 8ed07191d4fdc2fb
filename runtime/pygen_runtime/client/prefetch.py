"""Pages fetched ahead of whoever reads them, by a task of the client."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Any

import anyio
import anyio.lowlevel

from pygen_runtime.client.walk import PageWalk, Step
from pygen_runtime.errors import ClientClosedError
from pygen_runtime.transport import ON_WIRE

_MOST_TURNS = 30
"""Turns of the event loop to wait for a prefetched request to be sent; httpx needs four, our own tasks three more."""


class PageStreamTask:
    """Fetches the pages of one walk ahead, in a task of its own. It does not know the stream, so that one can be dropped.

    Args:
        walk: The walk.
        prefetch: Pages that may wait, or be on their way; at least 1.
        tell: Called when `ready` may have become true.
    """

    def __init__(self, walk: PageWalk[Any], prefetch: int, tell: Callable[[], object] = lambda: None) -> None:
        self._walk, self._prefetch, self._tell = walk, prefetch, tell
        self._scope = anyio.CancelScope()
        self._steps: deque[Step[Any]] = deque()
        self._arrived, self._room = anyio.Event(), anyio.Event()
        self._error: Exception | None = None
        self._ended = self._on_wire = False

    @property
    def ready(self) -> bool:
        """Whether `take` has something to give at once: a page, the end, or an error."""
        return bool(self._steps) or self._ended

    async def take(self) -> Step[Any] | None:
        """The next page; None after the last."""
        while not self._steps:
            if self._ended:
                if self._error is not None:
                    raise self._error
                return None
            self._arrived = anyio.Event()
            await self._arrived.wait()
        step = self._steps.popleft()
        self._room.set()
        try:
            await self._let_send()
        except BaseException:  # a reader that is cancelled here may come back: it must not miss the page
            self._steps.appendleft(step)
            raise
        return step

    def stop(self) -> None:
        """Stop fetching, and forget what has been fetched."""
        self._scope.cancel()
        self._steps.clear()

    async def run(self) -> None:
        """Fetch until the end, a failure, or `stop`."""
        ON_WIRE.set(self._sent)
        self._error = ClientClosedError(
            "the client was closed while a stream was still being read; read it to its end inside the client's `async with` block"
        )
        try:
            with self._scope:
                await self._fetch_all()
            self._error = None
        except Exception as error:  # noqa: BLE001  # raised again in the task that reads
            self._error = error
        finally:
            self._ended = True
            self._arrive()

    async def _fetch_all(self) -> None:
        while not self._walk.finished:
            while len(self._steps) >= self._prefetch:
                self._room = anyio.Event()
                await self._room.wait()
            self._steps.append(await self._walk.step())
            self._on_wire = False
            self._arrive()

    def _arrive(self) -> None:
        self._arrived.set()
        self._tell()

    def _sent(self) -> None:
        self._on_wire = True

    async def _let_send(self) -> None:
        """Give the next request the turns it needs to get out.

        The reader may work on its page for long without ever awaiting, and nothing else runs meanwhile: a request that is not
        on the wire by then gains nothing. Bounded, because it may have to wait for its turn in the limiter.
        """
        for _ in range(_MOST_TURNS):
            full = len(self._steps) >= self._prefetch
            if full or self._on_wire or self._walk.finished or self._ended:
                return
            await anyio.lowlevel.checkpoint()


async def guard(ahead: PageStreamTask) -> AsyncGenerator[None]:
    """Stops the task of a stream that is dropped half-way.

    A generator, because event loops see to it that those are closed when they are dropped, in the right thread.
    """
    try:
        yield
    finally:
        ahead.stop()
