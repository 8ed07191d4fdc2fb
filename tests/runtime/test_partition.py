"""A scan in partitions: every instance once, however the server orders texts, counts, and fails on the way."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygen_runtime.client import AsyncPygenClient, Limits, PageStream, PartitionKey
from pygen_runtime.client.partition import KeyKind, conditions
from pygen_runtime.client.partition_values import scale_between
from pygen_runtime.errors import (
    ApiError,
    CheckpointError,
    CursorExpiredError,
    PygenError,
    ServerTimeoutError,
    StreamError,
    UsageError,
)
from pygen_runtime.schema import Instance
from pygen_runtime.schema.filters import Prefix
from tests.runtime.partition_store import EXTERNAL_ID, VALUE, VIEW, Row, ScanStore
from tests.runtime.support import client_of, refused

EXAMPLES = 1000 if os.environ.get("PYGEN_THOROUGH") == "1" else 150

Pages = PageStream[Sequence[Instance]]


def numbered(rows: int) -> list[Row]:
    return [("s", f"pump-{number:05}", number) for number in range(rows)]


def ids(instances: Sequence[Instance]) -> Counter[tuple[str, str]]:
    return Counter((one.space, one.external_id) for one in instances)


def all_of(rows: Sequence[Row]) -> Counter[tuple[str, str]]:
    return Counter((space, external_id) for space, external_id, _ in rows)


def scan(client: AsyncPygenClient, partitions: int = 4, **more: Any) -> Pages:
    return client.instances.stream(source=VIEW, partitions=partitions, **more)


def ranges(store: ScanStore) -> set[str]:
    """The conditions that pages were asked with."""
    return {json.dumps(body.get("filter")) for body in store.asked("list") if not body.get("sort")}


# --- the ranges -----------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)


def shuffled(seed: int) -> Callable[[str], Any]:
    """An order of texts that has nothing to do with that of their characters."""
    return lambda text: (random.Random(f"{seed}{text}").random(), text)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(TEXTS, max_size=12), st.lists(TEXTS, max_size=30), st.integers())
def test_every_value_meets_one_condition_in_any_order_of_values(cuts: list[str], values: list[str], seed: int) -> None:
    store = ScanStore([], collate=shuffled(seed))
    found = conditions(PartitionKey(VALUE), list(dict.fromkeys(cuts)))
    assert len(found) == (len(set(cuts)) + 2 if cuts else 1)
    plain = json.loads(json.dumps(found, default=lambda filter_: filter_.json))
    for value in [*values, *cuts, None]:
        assert sum(store.meets(("s", "x", value), one) for one in plain) == 1


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("integer", -5, 2**62),
        ("float", -1e308, 1e308),
        ("float", 0, 0.25),
        ("timestamp", "2026-01-02T03:04:05.17+00:00", "2026-01-02T05:04:06+02:00"),
        ("timestamp", "0001-01-01T00:00:00", "9999-12-31T23:59:59.999Z"),
        ("date", "1990-01-01", "2026-02-28"),
        ("text", "pump-0001", "pump-9"),
        ("text", "a", "a!"),
        ("text", "Öl", "ölpumpe-\U0001f600"),
        ("text", "", "\ud7ff\ue000"),
    ],
)
def test_values_between_two_others_are_of_their_kind_and_in_order(kind: KeyKind, low: Any, high: Any) -> None:
    scale = scale_between(kind, low, high)
    least, most = scale.place(low), scale.place(high)
    places = [least + (most - least) * step / 7 for step in range(1, 7)]
    values = [scale.value(place) for place in places]
    assert [scale.place(value) for value in values] == sorted(scale.place(value) for value in values)
    assert all(least <= scale.place(value) <= most for value in values)
    assert json.loads(json.dumps(values, ensure_ascii=False).encode()) == values


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("text", 1, 2),
        ("integer", "1", "2"),
        ("integer", 1.5, 2.5),
        ("float", "1/3", "1/2"),
        ("timestamp", "later", "soon"),
        ("timestamp", 1, 2),
        ("date", "2026-12-01", "2026-13-01"),
    ],
)
async def test_a_key_of_another_kind_than_was_said_is_told(kind: KeyKind, low: Any, high: Any) -> None:
    rows: list[Row] = [("s", f"{number}", high if number else low) for number in range(20)]
    async with client_of(ScanStore(rows), page_size=2) as client:
        with pytest.raises(UsageError, match=f"value cannot make partitions: its values are no {kind}"):
            await scan(client, partition_by=PartitionKey(VALUE, kind)).to_list()


# --- every instance once --------------------------------------------------------------------------------------------

KEYS = [PartitionKey(EXTERNAL_ID), PartitionKey(("node", "space")), PartitionKey(VALUE)]
ROWS = st.lists(
    st.tuples(st.sampled_from(["s", "S", "ß", "t-1"]), TEXTS, st.none() | TEXTS),
    unique_by=lambda row: row[:2],
    max_size=40,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    rows=ROWS,
    partitions=st.integers(1, 12),
    page_size=st.integers(1, 7),
    prefetch=st.integers(1, 3),
    key=st.sampled_from(KEYS),
    start=st.none() | TEXTS.map(lambda text: text[:1]),
    seed=st.none() | st.integers(),
    lie=st.sampled_from([lambda n: n, lambda n: 0, lambda n: n * 3 + 1, lambda n: random.Random(n).randrange(60)]),
)
def test_every_instance_comes_once(  # noqa: PLR0917 - Hypothesis gives them by name
    rows: list[Row],
    partitions: int,
    page_size: int,
    prefetch: int,
    key: PartitionKey,
    start: str | None,
    seed: int | None,
    lie: Callable[[int], int],
) -> None:
    """Whatever the ids are, however they are ordered, and even if all counts are wrong."""
    store = ScanStore(rows, count=lie) if seed is None else ScanStore(rows, collate=shuffled(seed), count=lie)

    async def read() -> Sequence[Instance]:
        async with client_of(store, page_size=page_size) as client:
            condition = Prefix(EXTERNAL_ID, start) if start else None
            return await scan(client, partitions, partition_by=key, prefetch=prefetch, filter=condition).to_list()

    expected = [row for row in rows if start is None or row[1].startswith(start)]
    assert ids(asyncio.run(read())) == all_of(expected)


SHAPES: dict[str, Callable[[random.Random, int], str]] = {
    "numbers": lambda chance, n: f"pump-{n:06}",
    "UUIDs": lambda chance, n: str(uuid.UUID(int=chance.getrandbits(128))),
    "two plants of different size": lambda chance, n: f"{'A' if n % 10 else 'zulu'}/{n}",
    "numbers without zeros in front": lambda chance, n: str(n),
    "tags": lambda chance, n: f"{chance.choice(['21PT', '23LIC', '48-TT', '96_VA'])}-{chance.randrange(10**6)}",
    "Greek": lambda chance, n: "".join(chance.choices("αβγδεζηθικλμνξοπρστυφχψω", k=6)),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_partitions_are_about_even_and_found_with_few_requests(shape: str) -> None:
    chance = random.Random(5)
    found = {SHAPES[shape](chance, number) for number in range(1600)}
    store = ScanStore([("s", external_id, None) for external_id in found])
    async with client_of(store, page_size=8) as client:
        stream = scan(client, 8)
        assert ids(await stream.to_list()) == all_of(store.rows)
    sizes = [part["rows"] for part in json.loads(stream.checkpoint())["parts"]]
    assert len(sizes) == 8
    assert max(sizes) <= len(found) / 8 * 1.35
    probes = len(store.asked("aggregate")) + sum(bool(body.get("sort")) for body in store.asked("list"))
    assert probes <= 60


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", lambda n: n * n),
        ("float", lambda n: n / 7),
        ("timestamp", lambda n: f"2026-01-{1 + n % 28:02}T{n % 24:02}:00:00.000+00:00"),
        ("date", lambda n: (datetime.date(1990, 1, 1) + datetime.timedelta(days=n)).isoformat()),
        ("text", lambda n: f"Pump {n}"),
    ],
)
async def test_instances_without_a_value_are_a_partition_of_their_own(
    kind: KeyKind, value: Callable[[int], Any]
) -> None:
    rows: list[Row] = [("s", f"{n}", None if n % 5 == 0 else value(n)) for n in range(1000)]
    store = ScanStore(rows)
    async with client_of(store, page_size=10) as client:
        stream = scan(client, partition_by=PartitionKey(VALUE, kind))
        assert ids(await stream.to_list()) == all_of(rows)
    *sizes, empty = [part["rows"] for part in json.loads(stream.checkpoint())["parts"]]
    assert (len(sizes), empty) == (4, 200)
    assert max(sizes) <= 200 * 1.35


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 10])
async def test_what_fits_in_a_page_is_asked_for_with_one_cursor(rows: int) -> None:
    store = ScanStore(numbered(rows))
    async with client_of(store, page_size=10) as client:
        assert ids(await scan(client, 8).to_list()) == all_of(store.rows)
    assert ranges(store) == {"null"}
    assert len(store.bodies) == 4, "both ends, a count, and the page"


async def test_without_a_view_nothing_is_counted_and_ranges_are_spaced_evenly() -> None:
    store = ScanStore(numbered(1000))
    async with client_of(store, page_size=100) as client:
        stream = client.instances.stream(partitions=4)
        assert ids(await stream.to_list()) == all_of(store.rows)
    assert store.asked("aggregate") == []
    assert [part["rows"] for part in json.loads(stream.checkpoint())["parts"]] == [250, 250, 250, 250]


# --- the budget -----------------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_partitions_share_the_limits_of_the_client(anyio_backend: str) -> None:
    store = ScanStore(numbered(600))
    async with client_of(store, page_size=10, limits=Limits(read=3)) as client:
        assert ids(await scan(client, 16).to_list()) == all_of(store.rows)
    assert store.most_under_way == 3


@pytest.mark.anyio
@pytest.mark.parametrize("prefetch", [1, 2])
async def test_a_slow_reader_finds_prefetch_pages_of_each_partition_waiting(anyio_backend: str, prefetch: int) -> None:
    store = ScanStore(numbered(2000))
    async with client_of(store, page_size=10) as client, scan(client, 4, prefetch=prefetch) as stream:
        await stream.next()
        await anyio.wait_all_tasks_blocked()
        plain = [body for body in store.asked("list") if not body.get("sort")]
        assert len(plain) == 4 * prefetch + 1
        assert len(ranges(store)) == 4


async def test_partitions_take_turns() -> None:
    store = ScanStore(numbered(400))
    async with client_of(store, page_size=10) as client, scan(client, 4) as stream:
        first = [page[0].external_id async for page in stream]
    ends = [max(n for n, one in enumerate(first) if int(one[5:]) // 100 == part) for part in range(4)]
    assert min(ends) > 30, "no partition is done long before the others"


async def test_what_is_too_heavy_for_one_partition_is_asked_for_in_smaller_pages() -> None:
    store = ScanStore(numbered(400), heaviest=13)
    async with client_of(store, page_size=50) as client:
        stream = scan(client, 4)
        assert stream.page_size == 50
        found: list[Instance] = []
        sizes = set()
        async for page in stream:
            found += page
            sizes.add(stream.page_size)
    assert ids(found) == all_of(store.rows)
    assert min(sizes) <= 13


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("status", [429, 408, 502, 503])
async def test_faults_at_every_request_lose_and_repeat_nothing(anyio_backend: str, status: int) -> None:
    met: set[str] = set()

    def fault(path: str, body: dict[str, Any]) -> httpx.Response | None:
        asked = json.dumps([path, body.get("filter"), body.get("sort"), body.get("cursor")])
        if asked in met:
            return None
        met.add(asked)
        return refused(status)

    store = ScanStore(numbered(300), fault=fault)
    async with client_of(store, page_size=10) as client:
        assert ids(await scan(client, 6).to_list()) == all_of(store.rows)


def only_once(error: httpx.Response, when: Callable[[dict[str, Any]], bool]) -> Callable[..., httpx.Response | None]:
    answers = [error]

    def fault(path: str, body: dict[str, Any]) -> httpx.Response | None:
        return answers.pop() if answers and when(body) else None

    return fault


@pytest.mark.anyio
@pytest.mark.parametrize("probe", ["ascending", "count"])
async def test_a_probe_that_fails_raises_its_own_error_and_may_be_asked_again(anyio_backend: str, probe: str) -> None:
    def when(body: dict[str, Any]) -> bool:
        return "aggregates" in body if probe == "count" else bool(body.get("sort"))

    store = ScanStore(numbered(100), fault=only_once(refused(400, "unknown space"), when))
    async with client_of(store, page_size=10) as client:
        stream = scan(client)
        with pytest.raises(ApiError, match="unknown space"):
            await stream.next()
        with pytest.raises(StreamError, match="checkpoint"):
            await stream.next()
        assert ids(await scan(client, resume=stream.checkpoint()).to_list()) == all_of(store.rows)


async def test_a_key_that_is_too_heavy_to_order_by_is_told_and_counts_that_are_too_heavy_are_done_without() -> None:
    heavy = {"sort"}
    store = ScanStore(numbered(400), fault=lambda path, body: refused(408) if heavy & set(body) else None)
    async with client_of(store, page_size=10) as client:
        with pytest.raises(ServerTimeoutError) as caught:
            await scan(client).next()
        assert "make them by a property with an index" in caught.value.__notes__[0]
        heavy = {"aggregates"}
        stream = scan(client)
        assert ids(await stream.to_list()) == all_of(store.rows)
    assert [part["rows"] for part in json.loads(stream.checkpoint())["parts"]] == [100] * 4


@pytest.mark.anyio
async def test_a_partition_that_fails_ends_the_stream_and_the_others_with_it(anyio_backend: str) -> None:
    store = ScanStore(numbered(400), fault=only_once(refused(400, "no more"), lambda body: body.get("cursor") == "30"))
    async with client_of(store, page_size=10) as client:
        stream = scan(client)
        found: list[Instance] = []

        async def read() -> None:
            async for page in stream:
                found.extend(page)

        with pytest.raises(ApiError, match="no more"):
            await read()
        await anyio.wait_all_tasks_blocked()
        asked = len(store.bodies)
        await anyio.wait_all_tasks_blocked()
        assert len(store.bodies) == asked
        with pytest.raises(StreamError, match="checkpoint"):
            await anext(stream)
        found += await scan(client, resume=stream.checkpoint()).to_list()
    assert ids(found) == all_of(store.rows)


@pytest.mark.anyio
async def test_a_partition_whose_cursor_expired_begins_again_alone(anyio_backend: str) -> None:
    def expired() -> Any:
        return only_once(refused(400, "Cursor has expired"), lambda body: body.get("cursor") == "50")

    store = ScanStore(numbered(400), fault=expired())
    async with client_of(store, page_size=10) as client:
        with pytest.raises(CursorExpiredError):
            await scan(client).to_list()
        store.fault = expired()
        stream, repeated = scan(client, on_expired="restart"), 0
        found: list[Instance] = []
        async for page in stream:
            found += page[stream.repeated :]
            repeated += stream.repeated
        assert (repeated, stream.rows) == (50, 400)
    assert ids(found) == all_of(store.rows)


# --- stop and go on -------------------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("stops", [0, 1, 5, 17, 39, 40])
async def test_a_scan_goes_on_in_every_partition_where_it_stood(anyio_backend: str, stops: int) -> None:
    store = ScanStore(numbered(400))
    async with client_of(store, page_size=10) as client:
        stream = scan(client, 4)
        found: list[Instance] = []
        for _ in range(stops):
            found += await anext(stream)
        token = stream.checkpoint()
        stream.close()
        assert await stream.next() is None
        store.bodies.clear()
        resumed = scan(client, 4, resume=token)
        assert (resumed.rows, resumed.repeated) == (len(found), 0)
        assert resumed.checkpoint() == token
        found += await resumed.to_list()
        assert bool(store.asked("aggregate")) == (stops == 0), "where to cut is in the checkpoint"
        assert await scan(client, 4, resume=resumed.checkpoint()).to_list() == []
    assert ids(found) == all_of(store.rows)
    assert resumed.rows == 400


async def test_in_the_middle_of_a_page_it_comes_again_and_the_stream_says_so() -> None:
    store = ScanStore(numbered(400))
    async with client_of(store, page_size=10) as client:
        stream = scan(client, 4)
        found: list[Instance] = []
        async for one in stream.items():
            found.append(one)
            if len(found) == 57:
                break
        token = stream.checkpoint()
        assert stream.rows == 57
        stream.close()
        resumed, repeated = scan(client, 4, resume=token), 0
        async for page in resumed:
            repeated += resumed.repeated
            found += page[resumed.repeated :]
        assert (repeated, resumed.rows) == (7, 400)
    assert ids(found) == all_of(store.rows)


async def test_checkpoints_of_something_else_are_refused() -> None:
    store = ScanStore(numbered(400))
    async with client_of(store, page_size=10) as client:
        stream = scan(client, 4)
        await stream.next()
        token = stream.checkpoint()
        stream.close()
        plain = scan(client, 1)
        await plain.next()
        other = plain.checkpoint()
        plain.close()
        damaged = json.dumps(json.loads(token) | {"cuts": ["a"]})
        moved = json.dumps(json.loads(token) | {"cuts": ["a", "b", "c"]})
        odd = json.dumps(json.loads(token) | {"cuts": [["a"]]})
        for text in [other, damaged, moved, odd, "{}", "no", "\ud800"]:
            with pytest.raises(CheckpointError):
                scan(client, 4, resume=text)
        others: list[dict[str, Any]] = [
            {"filter": Prefix(EXTERNAL_ID, "p")},
            {"partition_by": PartitionKey(VALUE, "integer")},
        ]
        for more in others:
            with pytest.raises(CheckpointError, match="another request"):
                scan(client, 4, resume=token, **more)
        with pytest.raises(CheckpointError, match="another request"):
            scan(client, 1, resume=token)


# --- leaving --------------------------------------------------------------------------------------------------------


async def by_break(stream: Pages) -> None:
    async with stream:
        async for _ in stream:
            break


async def by_error(stream: Pages) -> None:
    async def fail() -> None:
        async with stream:
            async for _ in stream:
                raise LookupError

    with pytest.raises(LookupError):
        await fail()


async def by_closing(stream: Pages) -> None:
    await anext(stream)
    await stream.aclose()


async def by_cancellation(stream: Pages) -> None:
    with anyio.CancelScope() as scope:
        async with stream:
            async for _ in stream:
                scope.cancel()
                await anyio.lowlevel.checkpoint()
    assert scope.cancelled_caught


async def by_dropping(stream: Pages) -> None:
    async for _ in stream.items():
        await anyio.lowlevel.checkpoint()
        break


async def while_it_is_probed(stream: Pages) -> None:
    with anyio.CancelScope() as scope:
        async with stream, anyio.create_task_group() as tasks:
            tasks.start_soon(anext, stream)
            await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
            scope.cancel()
    assert scope.cancelled_caught


@pytest.mark.anyio
@pytest.mark.filterwarnings("ignore:.*async_generator object:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")
@pytest.mark.parametrize("leave", [by_break, by_error, by_closing, by_cancellation, by_dropping, while_it_is_probed])
async def test_leaving_leaves_nothing_behind(anyio_backend: str, leave: Callable[[Pages], Awaitable[None]]) -> None:
    store = ScanStore(numbered(2000))
    async with client_of(store, page_size=10) as client:
        await leave(scan(client, 4))
        await anyio.wait_all_tasks_blocked()
        asked = len(store.bodies)
        assert asked <= 3 + 24 + 2 * 4, "probes, and no more pages than were read and prefetched"
        await anyio.wait_all_tasks_blocked()
        assert len(store.bodies) == asked, "nothing goes on in the background"
        assert client.counters.under_way == 0
        assert ids(await scan(client, 4).to_list()) == all_of(store.rows), "the client works on"


@pytest.mark.anyio
async def test_a_reader_that_gives_up_for_a_while_misses_no_page(anyio_backend: str) -> None:
    store = ScanStore(numbered(200))
    async with client_of(store, page_size=10) as client:
        stream = scan(client, 4)
        found: list[Instance] = []
        while True:
            page: Sequence[Instance] | None = None
            with anyio.CancelScope() as scope:
                scope.cancel()
                page = await stream.next()
            if page is None:
                page = await stream.next()
            if page is None:
                break
            found += page
    assert ids(found) == all_of(store.rows)


async def test_nothing_is_asked_before_the_first_page_is_wanted() -> None:
    store = ScanStore(numbered(200))
    async with client_of(store, page_size=10) as client:
        stream = scan(client, 4)
        await anyio.wait_all_tasks_blocked()
        assert (store.bodies, stream.rows) == ([], 0)
        stream.close()


# --- what cannot work -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sort": [{"property": EXTERNAL_ID}]}, "leave out the sort order"),
        ({"limit": 5}, "leave out the limit"),
        ({"prefetch": 0}, "prefetch must be 1"),
        ({"partitions": 0}, "from 1 to 64"),
        ({"partitions": 65}, "from 1 to 64"),
        ({"partitions": 2.5}, "from 1 to 64"),
        ({"partition_by": PartitionKey(("s", "W/1", "value"))}, "s.W/1.value cannot make partitions of instances"),
    ],
)
async def test_arguments_that_cannot_work_are_told_before_anything_is_asked(
    arguments: dict[str, Any], message: str
) -> None:
    store = ScanStore(numbered(10))
    async with client_of(store) as client:
        with pytest.raises(UsageError, match=message) as caught:
            scan(client, **arguments)
        assert isinstance(caught.value, PygenError)
    assert store.bodies == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((("node", "type"),), "node.type cannot make partitions; externalId"), ((VALUE, "json"), "a key is one of text")],
)
def test_keys_without_an_order_are_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        PartitionKey(*arguments)
