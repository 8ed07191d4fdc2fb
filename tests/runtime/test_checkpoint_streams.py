"""Checkpoints: a stream goes on in another process where it stood, tells what comes twice, and refuses what does not fit."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import anyio.lowlevel
import pytest

from pygen_runtime.client import AsyncPygenClient, PageStream
from pygen_runtime.errors import ApiError, CheckpointError, CursorExpiredError, StreamError, UsageError
from pygen_runtime.schema import ViewId
from pygen_runtime.schema.filters import Equals, Prefix
from pygen_runtime.schema.requests import Page
from tests.runtime.support import Api, client_of, numbers_page, ok

pytestmark = [
    pytest.mark.anyio,
    # trio tells of every stream that is dropped instead of closed, which here is the point.
    pytest.mark.filterwarnings("ignore:.*async_generator object:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning"),
]

REQUEST = {"instanceType": "node"}


class Numbers:
    """0, 1, 2, … in pages; cursors that are in `expired` are no longer known."""

    def __init__(self, rows: int = 100) -> None:
        self.rows = rows
        self.cursors: list[str | None] = []
        self.sizes: list[int] = []
        self.expired: set[str] = set()

    async def fetch(self, cursor: str | None, size: int) -> Page[int]:
        self.cursors.append(cursor)
        self.sizes.append(size)
        await anyio.lowlevel.checkpoint()
        if cursor in self.expired:
            self.expired.discard(cursor or "")
            raise ApiError("Cursor has expired", status=400, method="POST", path="/x")
        page = numbers_page({"cursor": cursor, "limit": size}, self.rows)
        return Page(items=page["items"], next_cursor=page["nextCursor"])


def client() -> AsyncPygenClient:
    return client_of(Api(ok()))


def stream_of(opened: AsyncPygenClient, source: Numbers, **more: Any) -> PageStream[Sequence[int]]:
    return opened.stream(source.fetch, page_size=10, **{"request": REQUEST, **more})


@pytest.mark.parametrize("prefetch", [0, 1, 3])
@pytest.mark.parametrize("pages", [0, 1, 4, 10])
async def test_between_pages_nothing_comes_twice(anyio_backend: str, pages: int, prefetch: int) -> None:
    source = Numbers()
    async with client() as opened:
        found: list[int] = []
        stream = stream_of(opened, source, prefetch=prefetch)
        for _ in range(pages):
            found += await anext(stream)
        token = stream.checkpoint()
        stream.close()
        assert stream.checkpoint() == token
        resumed = stream_of(opened, source, prefetch=prefetch, resume=token)
        assert (resumed.rows, resumed.repeated) == (len(found), 0)
        async for page in resumed:
            assert resumed.repeated == 0
            found += page
        assert resumed.rows == 100
        asked = len(source.cursors)
        assert await stream_of(opened, source, resume=resumed.checkpoint()).to_list() == []
        assert len(source.cursors) == asked, "a finished stream has nothing left to ask"
    assert found == list(range(100))


@pytest.mark.parametrize("taken", [1, 9, 10, 11, 55, 99, 100])
async def test_in_the_middle_of_a_page_it_comes_again_and_the_stream_says_so(anyio_backend: str, taken: int) -> None:
    source = Numbers()
    async with client() as opened:
        stream, found, token = stream_of(opened, source), 0, ""
        async for _ in stream.items():
            found += 1
            if found == taken:
                token = stream.checkpoint()
                break
        assert stream.rows == taken
        twice = taken % 10
        resumed = stream_of(opened, source, resume=token)
        assert (resumed.rows, resumed.repeated) == (taken, twice)
        assert resumed.checkpoint() == token
        first = await resumed.next() or ()
        assert list(first) == list(range(taken - twice, min(100, taken - twice + 10)))
        assert resumed.repeated == twice, "the rows of this page that were handed out before"
        if await resumed.next():
            assert resumed.repeated == 0


async def test_a_limit_counts_what_earlier_streams_handed_out(anyio_backend: str) -> None:
    async with client() as opened:
        source = Numbers()
        stream = stream_of(opened, source, limit=25)
        found = [*await anext(stream), *await anext(stream)]
        token = stream.checkpoint()
        found += await stream_of(opened, source, limit=25, resume=token).to_list()
        assert found == list(range(25))
        assert max(source.sizes[-1:]) == 5
        assert await stream_of(opened, source, limit=20, resume=token).to_list() == []
        assert await stream_of(opened, source, limit=10, resume=token).to_list() == []
        further = await stream_of(opened, source, limit=None, resume=token).to_list()
        assert further == list(range(20, 100)), "the limit may be another one"


async def test_a_stream_that_reached_its_limit_can_go_on_with_a_higher_one(anyio_backend: str) -> None:
    async with client() as opened:
        source = Numbers()
        stream = stream_of(opened, source, limit=25)
        found = await stream.to_list()
        found += await stream_of(opened, source, limit=60, resume=stream.checkpoint()).to_list()
        assert found == list(range(60))


async def test_any_number_of_stops_at_random_places_loses_nothing(anyio_backend: str) -> None:
    chance = random.Random(11)
    async with client() as opened:
        for _ in range(30):
            source, found, token = Numbers(chance.randrange(200)), [], None
            while True:
                stream = stream_of(opened, source, resume=token, prefetch=chance.randrange(3))
                most, twice = chance.randrange(1, 40), 0
                async for item in stream.items():
                    twice += item in found
                    found.append(item)
                    most -= 1
                    if not most:
                        break
                assert twice <= 9
                token = stream.checkpoint()
                if json.loads(token)["done"]:
                    break
            assert list(dict.fromkeys(found)) == list(range(source.rows))


# --- expired cursors ------------------------------------------------------------------------------------------------


async def test_an_expired_cursor_is_an_error_that_tells_of_the_policy(anyio_backend: str) -> None:
    source = Numbers()
    source.expired = {"50"}
    async with client() as opened:
        stream = stream_of(opened, source)
        found: list[int] = []

        async def read() -> None:
            async for page in stream:
                found.extend(page)

        with pytest.raises(CursorExpiredError, match=r'after 50 rows.*on_expired="restart"'):
            await read()
        assert found == list(range(50))
        with pytest.raises(StreamError, match="no end"):
            await stream.next()


@pytest.mark.parametrize("prefetch", [0, 1, 3])
async def test_a_restart_hands_out_everything_again_and_says_so(anyio_backend: str, prefetch: int) -> None:
    source = Numbers()
    source.expired = {"50"}
    async with client() as opened:
        found: list[int] = []
        repeated: list[int] = []
        stream = stream_of(opened, source, on_expired="restart", prefetch=prefetch)
        async for page in stream:
            found += page
            repeated.append(stream.repeated)
        assert found == [*range(50), *range(100)]
        assert repeated == [0] * 5 + [10] * 5 + [0] * 5
        assert stream.rows == 100


async def test_a_checkpoint_after_a_restart_still_knows_what_came_before(anyio_backend: str) -> None:
    source = Numbers()
    source.expired = {"50"}
    async with client() as opened:
        stream = stream_of(opened, source, on_expired="restart")
        for _ in range(7):
            await anext(stream)
        resumed = stream_of(opened, source, resume=stream.checkpoint())
        assert (resumed.rows, resumed.repeated) == (50, 30)
        await anext(resumed)
        assert resumed.repeated == 10
        assert len(await resumed.to_list()) == 70


async def test_a_resumed_cursor_that_has_expired_follows_the_policy_too(anyio_backend: str) -> None:
    source = Numbers()
    async with client() as opened:
        stream = stream_of(opened, source)
        for _ in range(5):
            await anext(stream)
        token = stream.checkpoint()
        source.expired = {"50"}
        with pytest.raises(CursorExpiredError):
            await stream_of(opened, source, resume=token).next()
        source.expired = {"50"}
        again = stream_of(opened, source, resume=token, on_expired="restart", limit=70)
        assert await again.to_list() == list(range(70))


async def test_a_restart_that_gets_no_further_is_an_error(anyio_backend: str) -> None:
    class Forgetful(Numbers):
        async def fetch(self, cursor: str | None, size: int) -> Page[int]:
            self.expired = {"20"}
            return await super().fetch(cursor, size)

    source = Forgetful()
    async with client() as opened:
        with pytest.raises(CursorExpiredError):
            await stream_of(opened, source, on_expired="restart").to_list()
    assert source.cursors == [None, "10", "20", None, "10", "20"]


# --- what does not fit ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda token: "",
        lambda token: "[]",
        lambda token: "\ud800",
        lambda token: token[:-5],
        lambda token: token.replace('"pygen":1', '"pygen":2'),
        lambda token: token.replace('"rows":10', '"rows":-10'),
        lambda token: token.replace('"rows":10', '"rows":"10"'),
        lambda token: token.replace('"done":false', '"done":"no"'),
        lambda token: 7,
    ],
)
async def test_a_damaged_checkpoint_is_refused_at_once(anyio_backend: str, damage: Callable[[str], str]) -> None:
    async with client() as opened:
        stream = stream_of(opened, Numbers())
        await anext(stream)
        token = stream.checkpoint()
        with pytest.raises(CheckpointError, match="no checkpoint"):
            stream_of(opened, Numbers(), resume=damage(token))


async def test_a_checkpoint_of_another_request_is_refused_at_once(anyio_backend: str) -> None:
    name = ("node", "externalId")
    wanted: dict[str, Any] = {"source": ViewId("s", "V", "1"), "filter": Prefix(name, "A")}
    async with client() as opened:
        token = opened.instances.stream(**wanted).checkpoint()
        opened.instances.stream(**wanted, resume=token, limit=5, prefetch=3)
        others: list[dict[str, Any]] = [
            {},
            {"instance_type": "edge"},
            {"source": ViewId("s", "V", "2")},
            {"filter": Prefix(name, "B")},
            {"filter": Equals(name, "A")},
        ]
        for other in others:
            with pytest.raises(CheckpointError, match="another request"):
                opened.instances.stream(**({**wanted, **other} if other else {}), resume=token)
    elsewhere = AsyncPygenClient.from_token(base_url="http://api.test", project="other", token="t")
    with pytest.raises(CheckpointError, match="project"):
        elsewhere.instances.stream(**wanted, resume=token)


async def test_a_stream_that_knows_no_request_has_no_checkpoints(anyio_backend: str) -> None:
    async with client() as opened:
        with pytest.raises(CheckpointError, match="request="):
            opened.pages(Numbers().fetch).checkpoint()
        with pytest.raises(UsageError, match="on_expired"):
            stream_of(opened, Numbers(), on_expired="forget")


async def test_a_checkpoint_is_small_json_and_holds_no_secret(anyio_backend: str) -> None:
    async with client() as opened:
        found = opened.instances.stream(filter=Equals(("node", "externalId"), "hush"))
        token = found.checkpoint()
    assert len(token) < 200
    assert set(json.loads(token)) == {"pygen", "request", "cursor", "rows", "done", "again"}
    assert "hush" not in token
    assert "tok-secret" not in token
