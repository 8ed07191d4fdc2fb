"""Streams of pages: complete, in order, a page ahead, and gone without a trace when left."""

from __future__ import annotations

import gc
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import (
    ApiError,
    ClientClosedError,
    CursorExpiredError,
    RepeatedCursorError,
    ServerTimeoutError,
    StreamError,
    UsageError,
)
from pygen_runtime.schema.requests import ListRequest, Page
from tests.runtime.support import NUMBERS, Api, client_of, numbers_page, ok
from tests.runtime.threaded import Listener

pytestmark = pytest.mark.anyio

Fetch = Callable[[str | None, int], Awaitable[Page[int]]]


class Source:
    """The numbers 0, 1, 2, … up to `rows`, in pages; `most` is the largest page that is not too heavy."""

    def __init__(self, rows: int, *, most: int = 10**6) -> None:
        self.rows, self.most = rows, most
        self.sizes: list[int] = []
        self.refused = 0
        self.gate: anyio.Event | None = None
        self.under_way = 0

    async def fetch(self, cursor: str | None, size: int) -> Page[int]:
        self.sizes.append(size)
        self.under_way += 1
        try:
            await anyio.lowlevel.checkpoint()
            if self.gate is not None and cursor is not None:
                await self.gate.wait()
        finally:
            self.under_way -= 1
        if size > self.most:
            self.refused += 1
            raise ServerTimeoutError("too heavy", status=408, method="POST", path="/x", request_id="rid")
        page = numbers_page({"cursor": cursor, "limit": size}, self.rows)
        return Page(items=page["items"], next_cursor=page["nextCursor"])


def client() -> AsyncPygenClient:
    return client_of(Api(ok()))


async def tasks_are_gone(before: int) -> None:
    """Everything that was cancelled ends within a few turns of the loop."""
    gc.collect()
    for _ in range(20):
        await anyio.lowlevel.checkpoint()
    assert len(anyio.get_running_tasks()) == before


@pytest.mark.parametrize("prefetch", [0, 1, 3])
@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 95])
@pytest.mark.parametrize("limit", [None, 0, 1, 9, 10, 11, 94, 95, 200])
async def test_every_row_comes_once_and_no_more_are_asked_for_than_wanted(
    anyio_backend: str, rows: int, limit: int | None, prefetch: int
) -> None:
    source = Source(rows)
    async with client() as opened:
        found = [
            row
            async for page in opened.pages(source.fetch, limit=limit, prefetch=prefetch, page_size=10)
            for row in page
        ]
    assert found == list(range(rows))[:limit]
    if limit is not None:
        assert sum(source.sizes) <= limit + 9 * (source.rows < limit)
    assert (limit == 0) == (source.sizes == [])


@pytest.mark.parametrize("prefetch", [1, 2, 4])
async def test_no_more_pages_wait_than_prefetch_says(anyio_backend: str, prefetch: int) -> None:
    source = Source(200)
    async with client() as opened:
        taken = 0
        async for _ in opened.pages(source.fetch, prefetch=prefetch, page_size=10):
            taken += 1
            for _turn in range(30):
                await anyio.lowlevel.checkpoint()
            assert len(source.sizes) == min(20, taken + prefetch)


async def test_without_prefetch_nothing_is_fetched_ahead(anyio_backend: str) -> None:
    source = Source(30)
    async with client() as opened:
        stream = opened.pages(source.fetch, prefetch=0, page_size=10)
        await anext(stream)
        for _ in range(10):
            await anyio.lowlevel.checkpoint()
        assert len(source.sizes) == 1
        assert [len(page) async for page in stream] == [10, 10]


async def test_an_empty_page_is_not_the_end(anyio_backend: str) -> None:
    answers = iter([Page[int](items=[], next_cursor="a"), Page(items=[1], next_cursor="b"), Page[int](items=[])])

    async def fetch(cursor: str | None, size: int) -> Page[int]:
        return next(answers)

    async with client() as opened:
        assert [row async for page in opened.pages(fetch) for row in page] == [1]


async def test_a_server_that_sends_too_much_is_cut_at_the_limit(anyio_backend: str) -> None:
    async def fetch(cursor: str | None, size: int) -> Page[int]:
        return Page(items=list(range(100)), next_cursor="more")

    async with client() as opened:
        assert [list(page) async for page in opened.pages(fetch, limit=3)] == [[0, 1, 2]]


@pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "c", "a"]])
async def test_a_repeated_cursor_ends_the_stream(anyio_backend: str, cursors: list[str]) -> None:
    answers = iter(cursors)

    async def fetch(cursor: str | None, size: int) -> Page[int]:
        return Page(items=[1], next_cursor=next(answers))

    async with client() as opened:
        with pytest.raises(RepeatedCursorError, match="with a cursor that it had sent before"):
            async for _ in opened.pages(fetch):
                pass


async def test_an_expired_cursor_has_its_own_error_and_other_refusals_keep_theirs(anyio_backend: str) -> None:
    def refusing(message: str) -> Fetch:
        async def fetch(cursor: str | None, size: int) -> Page[int]:
            raise ApiError(message, status=400, method="POST", path="/x")

        return fetch

    async with client() as opened:
        with pytest.raises(CursorExpiredError, match="start it again"):
            await anext(opened.pages(refusing("Cursor has expired, sorry")))
        with pytest.raises(ApiError, match="bad filter"):
            await anext(opened.pages(refusing("bad filter")))


async def test_an_error_comes_after_the_pages_before_it(anyio_backend: str) -> None:
    async def fetch(cursor: str | None, size: int) -> Page[int]:
        if cursor:
            raise ValueError("broken")
        return Page(items=[1], next_cursor="a")

    async with client() as opened:
        stream = opened.pages(fetch)
        assert await anext(stream) == [1]
        with pytest.raises(ValueError, match="broken"):
            await anext(stream)


# --- 408 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 7, 100, 999])
async def test_pages_that_are_too_heavy_are_halved(anyio_backend: str, most: int) -> None:
    source = Source(3000, most=most)
    async with client() as opened:
        found = [row async for page in opened.pages(source.fetch) for row in page]
    assert found == list(range(3000))
    assert source.refused <= 10 + 0.25 * len(source.sizes)


async def test_the_page_size_recovers_within_twenty_pages(anyio_backend: str) -> None:
    source = Source(12_000, most=1)
    async with client() as opened:
        stream = opened.stream(source.fetch, prefetch=0)
        for _ in range(100):
            await stream.next()
        source.most = 10**6
        before = len(source.sizes)
        while source.sizes[-1] < 1000:
            await stream.next()
    assert len(source.sizes) - before <= 20


async def test_a_moving_threshold_wastes_at_most_a_quarter_of_the_requests(anyio_backend: str) -> None:
    source = Source(60_000)
    thresholds = [1000, 300, 40, 7, 1, 7, 40, 300, 1000]
    async with client() as opened:
        found = 0
        async for page in opened.pages(source.fetch, prefetch=0):
            found += len(page)
            source.most = thresholds[(len(source.sizes) // 60) % len(thresholds)]
    assert found == 60_000
    assert source.refused <= 0.25 * len(source.sizes)


async def test_a_single_row_that_is_too_heavy_is_an_error_with_the_request_id(anyio_backend: str) -> None:
    source = Source(10, most=0)
    async with client() as opened:
        with pytest.raises(ServerTimeoutError, match="rid") as caught:
            await anext(opened.pages(source.fetch, page_size=8))
    assert source.sizes == [8, 4, 1, 1]
    assert "single row" in caught.value.__notes__[0]


# --- leaving early --------------------------------------------------------------------------------------------------


async def by_break(stream: AsyncIterator[Any]) -> None:
    async for _ in stream:
        break


async def by_exception(stream: AsyncIterator[Any]) -> None:
    async def read() -> None:
        async for _ in stream:
            raise KeyError

    with pytest.raises(KeyError):
        await read()


async def by_aclose(stream: Any) -> None:
    async with aclosing(stream):
        await anext(stream)


async def by_timeout(stream: AsyncIterator[Any]) -> None:
    await anext(stream)
    with anyio.move_on_after(0) as scope:
        await anext(stream)
    assert scope.cancelled_caught


async def by_another_task(stream: AsyncIterator[Any]) -> None:
    await anext(stream)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(by_break, stream)
        await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()


async def by_break_of_items(stream: Any) -> None:
    async for _ in stream.items():
        break


async def by_dropping(stream: Any) -> None:
    await anext(stream)


async def by_leaving_its_block(stream: Any) -> None:
    async with stream:
        await stream.next()


async def by_a_list_that_takes_too_long(stream: Any) -> None:
    with anyio.move_on_after(0) as scope:
        await stream.to_list()
    assert scope.cancelled_caught


LEAVING = [
    by_break,
    by_exception,
    by_aclose,
    by_timeout,
    by_another_task,
    by_break_of_items,
    by_dropping,
    by_leaving_its_block,
    by_a_list_that_takes_too_long,
]


@pytest.mark.filterwarnings("ignore:.*async_generator object:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:.*Async generator.*garbage collected:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")
@pytest.mark.parametrize("prefetch", [0, 1, 3])
@pytest.mark.parametrize("leave", LEAVING)
async def test_leaving_early_leaves_no_task(
    anyio_backend: str, leave: Callable[[Any], Awaitable[None]], prefetch: int
) -> None:
    source = Source(100)
    async with client() as opened:
        before = len(anyio.get_running_tasks())
        source.gate = anyio.Event()  # every page but the first takes for ever
        await leave(opened.pages(source.fetch, prefetch=prefetch, page_size=10))
        await tasks_are_gone(before)
    assert source.under_way == 0


async def test_a_stream_that_is_left_before_it_began_asks_nothing(anyio_backend: str) -> None:
    source = Source(10)
    async with client() as opened:
        stream = opened.stream(source.fetch)
        stream.close()
        assert await stream.next() is None
    assert source.sizes == []


async def test_closing_the_client_under_a_stream_ends_it_with_an_error(anyio_backend: str) -> None:
    source = Source(100)
    async with client() as opened:
        stream = opened.stream(source.fetch, page_size=10)
        source.gate = anyio.Event()
        assert await stream.next() is not None
        for _ in range(10):
            await anyio.lowlevel.checkpoint()
    with pytest.raises(ClientClosedError, match="still being read"):
        await stream.next()


@pytest.mark.parametrize("prefetch", [0, 1])
async def test_a_client_that_is_not_open_says_so(anyio_backend: str, prefetch: int) -> None:
    with pytest.raises(ClientClosedError, match="not open yet"):
        await anext(client().pages(Source(1).fetch, prefetch=prefetch))


@pytest.mark.parametrize("wrong", [{"limit": -1}, {"prefetch": -1}, {"page_size": 0}])
async def test_arguments_that_cannot_work_are_refused_at_once(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="must be"):
        client().pages(Source(1).fetch, **wrong)


async def test_a_reader_that_is_cancelled_and_comes_back_misses_no_page(anyio_backend: str) -> None:
    source = Source(200)
    found: list[int] = []
    async with client() as opened:
        stream = opened.stream(source.fetch, page_size=10)
        for patience in itertools.cycle(range(8)):
            page: Sequence[int] | None = ()
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(cancel_after, scope, patience)
                    page = await stream.next()
                    tasks.cancel_scope.cancel()
            if page is None:
                break
            found += page
    assert found == list(range(200))


async def cancel_after(scope: anyio.CancelScope, patience: int) -> None:
    for _ in range(patience):
        await anyio.lowlevel.checkpoint()
    scope.cancel()


async def test_a_loop_that_was_cancelled_does_not_end_as_if_all_had_come(anyio_backend: str) -> None:
    source = Source(100)
    async with client() as opened:
        stream = opened.stream(source.fetch, page_size=10)
        await anext(stream)
        source.gate = anyio.Event()
        await anext(stream)  # was on its way
        with anyio.move_on_after(0) as scope:
            await anext(stream)
        assert scope.cancelled_caught
        with pytest.raises(StreamError, match="its end would be no end"):
            await anext(stream)


async def test_items_and_lists_hold_every_row(anyio_backend: str) -> None:
    async with client() as opened:
        assert [row async for row in opened.pages(Source(95).fetch, page_size=10).items()] == list(range(95))
        assert await opened.pages(Source(95).fetch, page_size=10).to_list() == list(range(95))


# --- on the wire ----------------------------------------------------------------------------------------------------


async def test_the_next_request_is_sent_before_a_reader_that_never_awaits_gets_its_page(anyio_backend: str) -> None:
    with Listener() as listener:
        async with client_of(None, base_url=listener.base_url) as opened:

            async def fetch(cursor: str | None, size: int) -> Page[int]:
                request = ListRequest(instance_type="node", cursor=cursor, limit=size)
                return await opened.instances.list_page(request, NUMBERS)

            pages = 0
            async for _ in opened.pages(fetch, page_size=10):
                pages += 1
                if pages < 5:
                    # Blocks the whole event loop, as computing does: only what was sent before can arrive now.
                    assert listener.arrived[pages].wait(timeout=5), f"request {pages + 1} was not sent ahead"
    assert pages == 5
