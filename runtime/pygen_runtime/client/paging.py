"""Streams of pages: the page is the unit, fetched and decoded whole, one ahead of whoever reads.

A generator must never yield inside a task group or a cancel scope. So pages are fetched ahead by a task in the *client's*
task group, and a stream holds only a `PageStream`, whose `close()` needs no `await`: however a stream is left, no task,
socket or place in a limiter stays behind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from pygen_runtime.client.walk import Step
from pygen_runtime.errors import StreamError

T = TypeVar("T")
P_co = TypeVar("P_co", bound=Sequence[Any], covariant=True)

BROKEN = (
    "reading this stream failed or was cancelled, so its end would be no end: make a new one, which goes on from this one's "
    "checkpoint() if it is given as resume="
)


class PageStream(ABC, Generic[P_co]):
    """The pages of one walk, fetched ahead. For one reader at a time.

        stream = client.instances.stream(source=view)
        async for page in stream:
            ...                                # use the page first,
            save(stream.checkpoint())          # then say that it has been used

    Leaving a loop in any way leaves nothing behind once the stream is dropped. Who keeps a stream in a variable closes it, or
    uses it as `async with`.
    """

    def __init__(self) -> None:
        self._closed = self._broken = False

    @property
    @abstractmethod
    def rows(self) -> int:
        """Rows handed out so far, those of the streams that this one resumes included, repeated ones counted once."""

    @property
    @abstractmethod
    def page_size(self) -> int:
        """Rows that are asked for at once now: fewer than were wanted while the server finds pages too heavy (408)."""

    @property
    @abstractmethod
    def repeated(self) -> int:
        """How many rows, the first ones of the page in hand, were handed out before; 0 unless the stream resumes or restarted."""

    @abstractmethod
    def checkpoint(self) -> str:
        """Where this stream stands, as JSON of a few hundred bytes at most, for `resume=`. It holds no secret.

        All that has been handed out counts as done: take a checkpoint when you have used it, not before. A stream that goes on
        from it begins with the next page; in the middle of a page, it begins with that page again and says so in `repeated`.

        Raises:
            CheckpointError: The stream was made without saying what its request is.
        """

    async def next(self) -> P_co | None:
        """The next page that is not empty; None after the last, and after `close()`.

        A reader that is cancelled here may come back: it misses no page.

        Raises:
            StreamError: Going on would lose or repeat rows.
            PygenError: A page could not be fetched.
        """
        while (step := await self.take()) is not None:
            if page := self.hand_out(step):
                return page
        self.close()
        return None

    @abstractmethod
    async def take(self) -> Step[Any] | None:
        """The next page, perhaps an empty one, which has not been handed out yet; for what is built on this class."""

    def _reads(self) -> bool:
        """Whether there may be more to read."""
        if self._broken:
            raise StreamError(BROKEN)
        return not self._closed

    @abstractmethod
    def hand_out(self, step: Step[Any]) -> P_co:
        """The rows of a page, which count as handed out from now on."""

    @abstractmethod
    def one_by_one(self: PageStream[Sequence[T]], page: Sequence[T]) -> Iterator[T]:
        """The rows of a page that was handed out last; each counts as handed out when it comes out of here."""

    @abstractmethod
    def close(self) -> None:
        """Stop fetching. Never blocks, so that it works in any `finally`."""

    async def items(self: PageStream[Sequence[T]]) -> AsyncIterator[T]:
        """Row by row instead; the stream is closed at the end, and when the loop is left."""
        try:
            while (page := await self.next()) is not None:
                for item in self.one_by_one(page):
                    yield item
                del page  # the reader may have dropped it: do not keep it while the next one comes
        finally:
            self.close()

    async def to_list(self: PageStream[Sequence[T]]) -> list[T]:
        """All rows that are left, in memory."""
        found: list[T] = []
        try:
            while (page := await self.next()) is not None:
                found += page
        finally:
            self.close()
        return found

    async def aclose(self) -> None:
        """The same as `close`, for `contextlib.aclosing`."""
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> P_co:
        try:
            page = await self.next()
        except BaseException:  # nobody may hold on to a loop that has been left, but its traceback does
            self._broken = True
            self.close()
            raise
        if page is None:
            raise StopAsyncIteration
        return page
