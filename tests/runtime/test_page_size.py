"""Pages while the server finds them too heavy above a size that nobody knows, and that moves."""

from __future__ import annotations

import copy
import logging
import math
import random
from collections.abc import Callable

import httpx
import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.client.page_size import PageSize
from pygen_runtime.errors import ServerTimeoutError
from pygen_runtime.schema.requests import ListRequest, Page
from tests.runtime.support import NUMBERS, client_of, numbers_page, refused

pytestmark = pytest.mark.anyio

LARGEST = 1000
Moving = Callable[[int], float]
"""Rows of the largest page that is not too heavy, at the request of this number."""


def drifts(seed: int) -> Moving:
    """Up or down by up to two thirds with each request."""
    chance, at = random.Random(seed), [math.log(LARGEST)]

    def most(number: int) -> float:
        at[0] = min(math.log(LARGEST), max(0.0, at[0] + chance.uniform(-0.5, 0.5)))
        return math.exp(at[0])

    return most


def jumps(seed: int) -> Moving:
    """To any size, with every twentieth request."""
    chance, sizes = random.Random(seed), dict[int, int]()
    return lambda number: sizes.setdefault(number // 20, chance.randint(1, LARGEST))


def falls(number: int) -> float:
    """All the way down and up again, at once."""
    return 1 if number // 20 % 3 == 1 else LARGEST


def swings(number: int) -> float:
    """From one end to the other and back, within a hundred requests."""
    return max(1.0, LARGEST / 2 * (1 + math.cos(2 * math.pi * number / 100)))


class Heavy(httpx.AsyncBaseTransport):
    def __init__(self, rows: int, most: Moving) -> None:
        self.rows, self.most = rows, most
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = httpx.Response(200, content=await request.aread()).json()
        most = self.most(self.asked)
        self.asked += 1
        if body["limit"] > most:
            return refused(408, "Graph query timed out.", x_request_id="rid")
        return httpx.Response(200, json=numbers_page(body, self.rows))


async def scan(client: AsyncPygenClient) -> list[int]:
    async def fetch(cursor: str | None, size: int) -> Page[int]:
        return await client.instances.list_page(ListRequest(instance_type="node", limit=size, cursor=cursor), NUMBERS)

    return [row async for page in client.pages(fetch, page_size=LARGEST) for row in page]


@pytest.mark.parametrize(
    "most",
    [*map(drifts, range(5)), *map(jumps, range(5)), falls, swings],
    ids=[*(f"drifts-{n}" for n in range(5)), *(f"jumps-{n}" for n in range(5)), "falls", "swings"],
)
async def test_a_scan_completes_however_the_size_moves_and_wastes_no_more_than_a_quarter(
    anyio_backend: str, most: Moving
) -> None:
    rows = 60_000
    async with client_of(Heavy(rows, most)) as client:
        assert await scan(client) == list(range(rows))
        counters = client.counters
    assert counters.timed_out > 3
    assert counters.timed_out <= 0.25 * counters.requests
    assert counters.retries == 0, "a smaller page is another request, not a retry: it costs no budget and no wait"


def states(largest: int) -> dict[PageSize, list[PageSize | None]]:
    """Every state that a size can get into, whatever the server does, and its two successors: after a page, and after a refusal."""

    start = PageSize(largest)
    known, waiting = {tuple(vars(start).values()): start}, [start]
    found: dict[PageSize, list[PageSize | None]] = {}

    def same(size: PageSize) -> PageSize:
        size._good = min(size._good, 8)  # more is the same
        key = tuple(vars(size).values())
        if key not in known:
            known[key] = size
            waiting.append(size)
        return known[key]

    while waiting:
        size = waiting.pop()
        larger, smaller = copy.copy(size), copy.copy(size)
        larger.grow()
        smaller.shrink(smaller.current)
        found[size] = [same(larger), same(smaller) if size.current > 1 else None]
    return found


def most_refused(largest: int, requests: int) -> list[int]:
    """The most refusals among so many requests, against a server that knows the rule and does its worst."""
    graph = states(largest)
    start = next(iter(graph))
    assert start.current == largest
    worst, course = dict.fromkeys(graph, 0), [0]
    for _ in range(requests):
        worst = {
            size: max(worst[good] if good else 0, 1 + worst[bad] if bad else 0) for size, (good, bad) in graph.items()
        }
        course.append(worst[start])
    return course


@pytest.mark.parametrize("largest", [1, 2, 7, 100, 1000])
async def test_no_server_whatever_it_does_has_more_than_a_quarter_refused(largest: int) -> None:
    for requests, refusals in enumerate(most_refused(largest, 200)):
        assert refusals <= 4 + 0.2 * (requests - 4 if requests > 4 else 0)
        assert requests < 64 or refusals <= 0.25 * requests


async def test_the_size_is_back_within_twenty_pages_whatever_happened_before() -> None:
    for size in states(LARGEST):
        again, pages = copy.copy(size), 0
        while again.current < LARGEST:
            again.grow()
            pages += 1
        assert pages < 20, vars(size)


async def test_below_a_size_that_stays_one_request_in_nine_is_refused() -> None:
    size, refusals = PageSize(LARGEST), 0
    for _ in range(900):
        if size.current > 300:
            size.shrink(size.current)
            refusals += 1
        else:
            size.grow()
    assert refusals <= 105
    assert size.current in (250, 500)


async def test_refusals_of_pages_that_were_asked_for_before_the_last_fall_say_nothing_new() -> None:
    size = PageSize(LARGEST)
    for _ in range(4):
        size.shrink(LARGEST)
    assert size.current == 500


async def test_the_size_can_be_read_from_the_stream_and_from_the_counters(anyio_backend: str) -> None:
    async with client_of(Heavy(2000, lambda number: 300)) as client:

        async def fetch(cursor: str | None, size: int) -> Page[int]:
            return await client.instances.list_page(
                ListRequest(instance_type="node", limit=size, cursor=cursor), NUMBERS
            )

        stream = client.pages(fetch, prefetch=0)
        assert (stream.page_size, client.counters.last_size) == (LARGEST, 0)
        await stream.next()
        assert (stream.page_size, client.counters.last_size) == (125, 125)
        await stream.to_list()
        assert stream.page_size == client.counters.last_size == 250


async def test_sizes_are_logged(anyio_backend: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pygen")
    async with client_of(Heavy(5000, lambda number: LARGEST if number > 3 else 300)) as client:
        await scan(client)
    assert [(record.getMessage(), record.__dict__["rows"]) for record in caplog.records] == [
        ("a page of 1000 rows was too heavy (408); asking for 500", 500),
        ("a page of 500 rows was too heavy (408); asking for 125", 125),
        ("pages of 1000 rows work again", 1000),
    ]


async def test_a_single_row_that_is_too_heavy_is_an_error_that_says_so(anyio_backend: str) -> None:
    async with client_of(Heavy(5000, lambda number: 0)) as client:
        with pytest.raises(ServerTimeoutError, match=r"simplify the filter .*\[request id rid\]") as caught:
            await scan(client)
        assert client.counters.requests == 6
    assert "single row" in caught.value.__notes__[0]
