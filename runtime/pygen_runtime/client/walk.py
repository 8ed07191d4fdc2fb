"""From page to page by their cursors: nothing twice, nothing left out, no more asked for than wanted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pygen_runtime.client.checkpoint import Position
from pygen_runtime.client.page_size import PageSize
from pygen_runtime.errors import (
    ApiError,
    Asked,
    CursorExpiredError,
    RepeatedCursorError,
    ServerTimeoutError,
    quoted,
)
from pygen_runtime.schema.requests import Page
from pygen_runtime.transport import ANSWERED

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Fetch = Callable[[str | None, int], Awaitable[Page[T]]]
"""Fetches the page at a cursor (None: the first) with at most so many rows."""

OnExpired = Literal["raise", "restart"]
"""What to do when the server no longer knows a cursor: raise `CursorExpiredError`, or begin again and hand out everything again."""


@dataclass(frozen=True, slots=True)
class Step(Generic[T_co]):
    """One page, and the places before and after it."""

    items: Sequence[T_co]
    start: Position
    end: Position


class PageWalk(Generic[T]):
    """Walks from page to page.

    Args:
        fetch: Fetches one page.
        limit: Rows to end after, those before `start` included; None for all.
        page_size: Rows to ask for at once.
        start: Where to begin.
        on_expired: What to do when the cursor has expired.
        tell: Called with the rows to ask for when they change, because the server finds pages too heavy or no longer does.

    Attributes:
        position: The place after the last page.
        size: Rows to ask for.
    """

    def __init__(
        self,
        fetch: Fetch[T],
        *,
        limit: int | None,
        page_size: int,
        start: Position | None = None,
        on_expired: OnExpired = "raise",
        tell: Callable[[int], object] = lambda rows: None,
    ) -> None:
        self._fetch, self._limit, self._on_expired = fetch, limit, on_expired
        self.size = PageSize(page_size, tell)
        self.position = start or Position()
        self._asked = Asked()
        self._seen: set[int] = set()
        self._furthest = -1  # rows before the place where a cursor expired last

    @property
    def finished(self) -> bool:
        """Whether the last page has been given."""
        return self.position.done or self._left == 0

    @property
    def _left(self) -> int | None:
        return None if self._limit is None else max(0, self._limit - self.position.rows)

    async def step(self) -> Step[T]:
        """The next page, perhaps an empty one; `finished` says afterwards whether it was the last.

        Raises:
            StreamError: Going on would lose or repeat rows.
            PygenError: The page could not be fetched.
        """
        try:
            page = await self._page()
        except CursorExpiredError:
            if not self._may_begin_again():
                raise
            page = await self._page()
        start, left = self.position, self._left
        items = page.items if left is None or len(page.items) <= left else _cut(page.items, left)
        self._move(page.next_cursor, start.rows + len(items))
        return Step(items, start, self.position)

    async def _page(self) -> Page[T]:
        """The page at the cursor; one that is too heavy is asked for again with fewer rows, a single row just once again."""
        single = 0
        while True:
            left = self._left
            size = self.size.current if left is None else min(self.size.current, left)
            try:
                page = await self._ask(size)
            except ServerTimeoutError as error:
                single += size == 1
                if single > 1:
                    error.add_note("The page had been reduced to a single row: simplify the filter or the sort order.")
                    raise
                self.size.shrink(size)
            except ApiError as error:
                if error.status == 400 and "cursor has expired" in error.detail.lower():
                    raise CursorExpiredError(
                        f"the server no longer knows where this stream was, after {self.position.rows} rows; start it again, "
                        f'or allow that with on_expired="restart", which hands out all rows again ({error})',
                        **error.asked,
                    ) from error
                raise
            else:
                self.size.grow()
                return page

    def _move(self, cursor: str | None, rows: int) -> None:
        self.position = Position(cursor=cursor, rows=rows, done=cursor is None)
        if not self.finished:
            seen = hash(cursor)  # a number instead of the text keeps the memory of long streams flat
            if seen in self._seen:
                raise self._repeated_cursor()
            self._seen.add(seen)

    async def _ask(self, size: int) -> Page[T]:
        """One page; which request brought it is kept, for errors."""
        self._asked = Asked()
        ANSWERED.set(self._asked.update)  # not a method of ours: the context would hold on to the walk
        return await self._fetch(self.position.cursor, size)

    def _repeated_cursor(self) -> RepeatedCursorError:
        asked = self._asked
        where = f"{asked.get('method')} {asked.get('path')} was answered" if asked else "the server answered"
        return RepeatedCursorError(
            f"{where} with a cursor that it had sent before, after {self.position.rows} rows: going on would repeat rows for ever. Begin "
            f"again without a checkpoint; if it stays so, ask support{quoted(asked.get('request_id'))}",
            **asked,
        )

    def _may_begin_again(self) -> bool:
        """Go back to the beginning, if that is wanted and gets further than the last time."""
        if self._on_expired != "restart" or self.position.rows <= self._furthest:
            return False
        self._furthest = self.position.rows
        self.position = Position()
        self._seen.clear()
        return True


def _cut(items: list[T], most: int) -> list[T]:
    """The first items, in a list of the same kind."""
    del items[most:]
    return items
