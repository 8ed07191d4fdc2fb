"""What a change feed does with any answer, and what is left when its reader leaves: answers are prepared, on both event loops."""

from __future__ import annotations

import gc
import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from pygen_runtime.errors import ClientClosedError, InvalidResponseError, RepeatedCursorError, ServerTimeoutError
from pygen_runtime.schema import NodeId
from pygen_runtime.sdk import PygenQuery
from pygen_runtime.sdk.changes.changes import Change, ChangeBatch, Deleted, Upserted
from tests.runtime.support import client_of
from tests.sdk.model import PumpAPI, Site, SiteAPI
from tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

SIZE = 4

Row = dict[str, Any]


def row(key: str, version: int = 1, *, deleted: bool = False) -> Row:
    found: Row = {"instanceType": "node", "space": "plant", "externalId": key, "version": version}
    found |= {"createdTime": 0, "lastUpdatedTime": version}
    return found | ({"deletedTime": 5} if deleted else {"properties": {"plant": {"Site/1": {"name": key}}}})


class Server(httpx.AsyncBaseTransport):
    """Answers a sync with prepared pages; its cursors count them, and after the last one there is nothing new.

    Attributes:
        there: Pages of what is there, a page of less than `SIZE` rows being the end.
        pages: Pages of changes.
        asked: Bodies of the syncs.
        heaviest: Pages of more rows are too heavy.
        waiting: Syncs wait for this.
        last_cursor: The cursor that is sent from some page on, again and again.
    """

    def __init__(self) -> None:
        self.there: list[list[Row]] = []
        self.pages: list[list[Row]] = []
        self.asked: list[dict[str, Any]] = []
        self.heaviest = SIZE
        self.waiting: anyio.Event | None = None
        self.last_cursor: int | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await anyio.lowlevel.checkpoint()
        body = json.loads(request.read())
        if not request.url.path.endswith("/sync"):
            return httpx.Response(200, json={"items": []}, request=request)
        self.asked.append(body)
        if self.waiting is not None:
            await self.waiting.wait()
        if body["with"]["changes"]["limit"] > self.heaviest:
            return httpx.Response(408, json={"error": {"code": 408, "message": "too heavy"}}, request=request)
        pages = self.there if body["with"]["changes"]["mode"] == "twoPhase" else [[], *self.pages]
        return httpx.Response(200, json=self.answer(pages, body["cursors"]["changes"]), request=request)

    def answer(self, pages: list[list[Row]], cursor: str | None) -> dict[str, Any]:
        number = int(cursor or 0)
        page = pages[number] if number < len(pages) else []
        after = number + 1 if self.last_cursor is None else min(self.last_cursor, number + 1)
        return {"items": {"changes": page}, "nextCursor": {"changes": str(after)}}


@pytest.fixture
async def server(anyio_backend: str) -> Server:
    return Server()


@pytest.fixture
async def sites(anyio_backend: str, server: Server, virtual_clock: VirtualClock) -> AsyncIterator[PygenQuery[Site]]:
    async with client_of(server, clock=virtual_clock, page_size=SIZE) as client:
        yield SiteAPI(client).all()


def keys(batch: ChangeBatch[Site]) -> list[str]:
    return [("-" if isinstance(one, Deleted) else "") + f"{one.id.external_id}{_version(one)}" for one in batch]


def _version(change: Change[Site]) -> int:
    return change.version if isinstance(change, Deleted) else change.item.version


async def test_a_life_ends_before_the_next_one_begins(sites: PygenQuery[Site], server: Server) -> None:
    server.pages = [[row("a", 5), row("b", 2), row("a", 3, deleted=True), row("c", 7, deleted=True)]]
    server.pages += [[row("a", 6, deleted=True), row("d"), row("d", 9, deleted=True), row("a", 9)]]
    server.pages += [[row("d", 1, deleted=True), row("d", 2, deleted=True)]]
    batches = [keys(batch) async for batch in sites.changes(backfill=False).until_live()]
    assert batches == [[]]
    batches = [keys(batch) async for batch in sites.changes().until_live()]
    assert batches == [[], [], ["-a3", "a5", "b2", "-c7"], ["-a6", "-d9", "d1", "a9"], ["-d1", "-d2"]]


async def test_what_is_asked(sites: PygenQuery[Site], server: Server) -> None:
    server.there = [[row("a"), row("b"), row("c"), row("d")], []]
    [_ async for _ in sites.changes().until_live()]
    [_ async for _ in sites.changes(backfill=False).until_live()]
    assert server.asked[1] == {
        "with": {
            "changes": {
                "nodes": {
                    "filter": {
                        "hasData": [{"type": "view", "space": "plant", "externalId": "Site", "version": "1"}],
                    },
                    "chainTo": "destination",
                    "direction": "outwards",
                },
                "limit": SIZE,
                "mode": "twoPhase",
            }
        },
        "select": {
            "changes": {
                "sources": [
                    {
                        "source": {"type": "view", "space": "plant", "externalId": "Site", "version": "1"},
                        "properties": ["*"],
                    }
                ]
            }
        },
        "cursors": {"changes": None},
        "includeTyping": False,
    }
    asked = [(body["with"]["changes"]["mode"], body["cursors"]["changes"]) for body in server.asked]
    changes = [("noBackfill", None), ("twoPhase", None), ("twoPhase", "1"), ("noBackfill", "1")]
    assert asked == [*changes, ("noBackfill", None)]


async def test_units_are_asked_for(server: Server) -> None:
    async with client_of(server) as client:
        feed = PumpAPI(client).all().units(flow="volume_flow_rate:m3-per-hr").changes()
        [_ async for _ in feed.until_live()]
    (source,) = server.asked[-1]["select"]["changes"]["sources"]
    assert source["targetUnits"] == [{"property": "ratedFlow", "unit": {"externalId": "volume_flow_rate:m3-per-hr"}}]


async def test_pages_that_are_too_heavy_come_in_halves(sites: PygenQuery[Site], server: Server) -> None:
    server.there = [[row("a"), row("b")], [row("c")]]
    server.heaviest = 2
    assert [keys(one) async for one in sites.changes().until_live()] == [[], ["a1", "b1"], ["c1"], []]
    assert [body["with"]["changes"]["limit"] for body in server.asked[:4]] == [4, 2, 2, 2]
    server.heaviest = 0
    with pytest.raises(ServerTimeoutError) as caught:
        await anext(sites.changes())
    assert "single row" in str(caught.value.__notes__)


async def test_a_cursor_that_stands_still_is_fine_only_when_nothing_comes(
    sites: PygenQuery[Site], server: Server
) -> None:
    server.last_cursor = 1
    feed = sites.changes(interval=0)
    assert [keys(await anext(feed)) for _ in range(5)] == [[], [], [], [], []]
    server.pages = [[row("a"), row("b"), row("c"), row("d")]]
    with pytest.raises(RepeatedCursorError, match="begin again without since=") as caught:
        await anext(feed)
    assert (caught.value.method, caught.value.path) == ("POST", "/models/instances/sync")


@pytest.mark.parametrize(
    "answer",
    [
        {"items": {}, "nextCursor": {"changes": "1"}},
        {"items": {"changes": []}, "nextCursor": {}},
        {"items": {"changes": []}, "nextCursor": {"changes": None}},
        {"items": {"changes": [{"externalId": "a"}]}, "nextCursor": {"changes": "1"}},
        {"items": {"changes": [row("a") | {"properties": {"plant": {"Site/1": {"name": 7}}}}]}, "nextCursor": {"changes": "1"}},
    ],
)  # fmt: skip
async def test_an_answer_that_lacks_something_moves_nothing(
    sites: PygenQuery[Site], server: Server, answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = sites.changes()
    token = feed.token()
    with monkeypatch.context() as patch:
        patch.setattr(server, "answer", lambda *_: answer)
        with pytest.raises(InvalidResponseError) as caught:
            await anext(feed)
    assert (caught.value.method, caught.value.path) == ("POST", "/models/instances/sync")
    assert feed.token() == token
    server.there = [[row("a")]]
    assert [keys(await anext(feed)) for _ in range(2)] == [[], ["a1"]]


async def by_break(sites: PygenQuery[Site]) -> None:
    async for _ in sites.changes():
        break


async def by_break_of_items(sites: PygenQuery[Site]) -> None:
    async for _ in sites.changes().until_live().items():
        break


async def by_error(sites: PygenQuery[Site]) -> None:
    async def fail() -> None:
        async for _ in sites.changes().items():
            raise LookupError

    with pytest.raises(LookupError):
        await fail()


async def by_cancellation_while_waiting(sites: PygenQuery[Site]) -> None:
    feed = sites.changes()
    with anyio.move_on_after(5) as scope:
        async for batch in feed:
            if batch.live:
                scope.cancel()
    assert scope.cancelled_caught


async def in_another_task(sites: PygenQuery[Site]) -> None:
    feed = sites.changes()
    await anext(feed)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(feed.__anext__)


@pytest.mark.parametrize(
    "leave", [by_break, by_break_of_items, by_error, by_cancellation_while_waiting, in_another_task]
)
async def test_leaving_leaves_nothing_behind(sites: PygenQuery[Site], server: Server, leave: Any) -> None:
    server.there = [[row("a")]]
    await leave(sites)
    gc.collect()
    await anyio.wait_all_tasks_blocked()
    asked = len(server.asked)
    await anyio.wait_all_tasks_blocked()
    assert len(server.asked) == asked, "nothing goes on in the background"
    assert [change.id async for change in sites.changes().until_live().items()] == [NodeId("plant", "a")]


async def test_a_reader_that_is_cancelled_comes_back_and_misses_nothing(
    sites: PygenQuery[Site], server: Server
) -> None:
    server.there, server.pages = [[row("a")]], [[row("b")]]
    feed = sites.changes()
    for batch in ([], ["a1"], ["b1"]):
        server.waiting = anyio.Event()
        token = feed.token()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(feed.__anext__)
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        assert feed.token() == token
        server.waiting = None
        assert keys(await anext(feed)) == batch


async def test_a_closed_client_ends_a_feed_with_an_error(server: Server) -> None:
    async with client_of(server) as client:
        feed = SiteAPI(client).changes()
        first = await anext(feed)
        assert isinstance(first, ChangeBatch)
        assert not [one for one in first if isinstance(one, Upserted)]
    with pytest.raises(ClientClosedError):
        await anext(feed)
