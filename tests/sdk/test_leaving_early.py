"""However a stream is left, on either event loop, the client works on and closes with nothing under way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import anyio
import anyio.lowlevel
import httpx
import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.sdk import PygenQuery
from tests.sdk.model import Site, SiteAPI

PAGES, SIZE = 50, 20


def page(number: int) -> dict[str, object]:
    items = [
        {
            "instanceType": "node",
            "space": "plant",
            "externalId": f"{number * SIZE + row:05}",
            "version": 1,
            "createdTime": 0,
            "lastUpdatedTime": 0,
            "properties": {"plant": {"Site/1": {"name": "a site"}}},
        }
        for row in range(SIZE)
    ]
    return {"items": items, "nextCursor": str(number + 1) if number + 1 < PAGES else None}


class Server(httpx.AsyncBaseTransport):
    """Answers list requests page by page."""

    def __init__(self) -> None:
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await anyio.lowlevel.checkpoint()
        cursor = json.loads(request.read()).get("cursor")
        return httpx.Response(200, json=page(int(cursor or 0)), request=request)


@pytest.fixture
async def server() -> Server:
    return Server()


@pytest.fixture
async def sites(anyio_backend: str, server: Server) -> AsyncIterator[PygenQuery[Site]]:
    async with AsyncPygenClient.from_token(
        base_url="http://api.test", project="p", token="t", transport=server
    ) as client:
        yield SiteAPI(client).all()


async def by_break(sites: PygenQuery[Site]) -> None:
    async with aclosing(sites.pages()) as pages:
        async for _ in pages:
            break


async def by_error(sites: PygenQuery[Site]) -> None:
    async def fail() -> None:
        async with aclosing(sites.pages()) as pages:
            async for _ in pages:
                raise LookupError

    with pytest.raises(LookupError):
        await fail()


async def by_closing(sites: PygenQuery[Site]) -> None:
    pages = sites.pages()
    await anext(pages)
    await pages.aclose()


async def by_cancellation(sites: PygenQuery[Site]) -> None:
    with anyio.CancelScope() as scope:
        async with aclosing(sites.pages()) as pages:
            async for _ in pages:
                scope.cancel()
                await anyio.lowlevel.checkpoint()
    assert scope.cancelled_caught


async def in_another_task(sites: PygenQuery[Site]) -> None:
    pages = sites.pages()
    await anext(pages)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anext, pages)
    await pages.aclose()


@pytest.mark.anyio
@pytest.mark.parametrize("ahead", [0, 1, 3])
@pytest.mark.parametrize("leave", [by_break, by_error, by_closing, by_cancellation, in_another_task])
async def test_leaving_leaves_nothing_behind(
    sites: PygenQuery[Site], server: Server, leave: Callable[[PygenQuery[Site]], Awaitable[None]], ahead: int
) -> None:
    await leave(sites.prefetch(ahead))
    await anyio.wait_all_tasks_blocked()
    asked = server.asked
    assert asked <= 2 + ahead, "no more pages than were read and prefetched"
    await anyio.wait_all_tasks_blocked()
    assert server.asked == asked, "nothing goes on in the background"
    assert len(await sites.to_list()) == PAGES * SIZE, "the client works on"


@pytest.mark.anyio
async def test_nothing_is_asked_before_the_first_row_is_wanted(sites: PygenQuery[Site], server: Server) -> None:
    walk = aiter(sites.limit(30))
    await anyio.wait_all_tasks_blocked()
    assert server.asked == 0
    assert [site.external_id async for site in walk] == [f"{n:05}" for n in range(30)]
    assert server.asked == 2


@pytest.mark.anyio
async def test_empty_pages_are_not_handed_out_and_do_not_end_the_walk() -> None:
    answers = [{"items": [], "nextCursor": "a"}, page(0), {"items": [], "nextCursor": None}]
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answers.pop(0), request=request))
    async with AsyncPygenClient.from_token(
        base_url="http://api.test", project="p", token="t", transport=transport
    ) as client:
        assert [len(found) async for found in SiteAPI(client).all().pages()] == [SIZE]
