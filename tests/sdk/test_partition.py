"""Queries read in partitions, on the local server: the same instances as one cursor gives, each once, whatever is asked."""

from __future__ import annotations

import asyncio
import datetime
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygen.server import Store, run_in_thread
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import CheckpointError, UsageError
from pygen_runtime.schema import EdgeId, NodeId, NodeWrite, SourceWrite, SpaceWrite
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.sdk import Progress, PygenQuery
from pygen_runtime.sync import PageReader
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, PlantClient, Pump, PumpAPI, PumpFields, SyncPump

PUMPS = 205
PAGE = 10


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    store = Store.open(None)
    with run_in_thread(store) as base_url:

        async def build() -> None:
            async with AsyncPygenClient.from_token(base_url=base_url, project="test", token="token") as client:
                await plant.build(client, PUMPS)
                await client.spaces.create([SpaceWrite(space=space) for space in SPACES])

        asyncio.run(build())
        yield base_url
    store.close()


@pytest.fixture
async def client(server: str) -> Any:
    async with AsyncPygenClient.from_token(base_url=server, project="test", token="token") as client:
        yield AsyncPlantClient(client.with_options(page_size=PAGE))


@pytest.fixture
def sync_client(server: str) -> Iterator[PlantClient]:
    with PlantClient.from_token(server, "test", "token") as client:
        yield PlantClient(client.pygen.with_options(page_size=PAGE))


ALL = Counter(plant.pump_id(number) for number in range(PUMPS))


def in_plant(query: PygenQuery[Pump, PumpFields]) -> PygenQuery[Pump, PumpFields]:
    """Other tests put pumps into other spaces."""
    return query.where(lambda t: t.space == "plant")


# --- every way of asking --------------------------------------------------------------------------------------------

FIELDS: list[Any] = [
    "external_id",
    "space",
    "version",
    "created_time",
    lambda t: t.last_updated_time,
    "name",
    lambda t: t.flow,
    "version_",
    "built",
    lambda t: t.seen,
]


@pytest.mark.parametrize("by", FIELDS, ids=str)
@pytest.mark.parametrize("count", [2, 8])
async def test_partitions_of_every_field_give_what_one_cursor_gives(
    client: AsyncPlantClient, by: Any, count: int
) -> None:
    found = await in_plant(client.pump.all()).partitions(count, by=by).to_list()
    assert Counter(found.as_ids()) == ALL


async def test_everything_that_reads_a_query_reads_its_partitions(client: AsyncPlantClient) -> None:
    query = in_plant(client.pump.all())
    split = query.partitions(4)
    assert Counter([pump.as_id() async for pump in split]) == ALL
    assert Counter([pump.as_id() async for page in split.pages() for pump in page]) == ALL
    assert Counter(await split.select(lambda t: t.name).to_list()) == Counter(f"Pump {n:04}" for n in range(PUMPS))
    with_sites = await split.include(lambda t: t.site).to_list()
    assert Counter(with_sites.as_ids()) == ALL
    before = client.pygen.counters.requests
    assert {site.external_id for pump in with_sites if (site := await pump.site.get())} == {
        "site-0",
        "site-1",
        "site-2",
    }
    assert client.pygen.counters.requests == before, "they were brought along"
    frame = await split.to_pandas()
    assert sorted(frame["external_id"]) == sorted(one.external_id for one in ALL)
    assert Counter([batch.num_rows async for batch in split.select("name").arrow_batches()]).total() >= PUMPS / PAGE
    derived = await split.as_most_derived().to_list()
    assert Counter(derived.as_ids()) == ALL
    assert await split.count() == PUMPS
    assert (await split.where(lambda t: t.name == "Pump 0007").one()).as_id() == plant.pump_id(7)
    assert (await split.sort("name").first()) == (await query.sort("name").first()), "one row needs one cursor"
    assert await split.select("name").first() is not None
    assert split.partitions(1) == query


async def test_edges_are_read_in_partitions_with_and_without_a_view(client: AsyncPlantClient) -> None:
    pipes = client.pipe.all()
    assert Counter((await pipes.partitions(6).to_list()).as_ids()) == Counter((await pipes.to_list()).as_ids())
    stream = client.pygen.instances.stream(instance_type="edge", partitions=3)
    plain = await client.pygen.instances.list(instance_type="edge")
    assert Counter(one.as_id() for one in await stream.to_list()) == Counter(one.as_id() for one in plain)


def test_the_same_without_await(sync_client: PlantClient) -> None:
    query = sync_client.pump.all().where(lambda t: t.space == "plant").partitions(4)
    assert Counter(pump.as_id() for pump in query) == ALL
    assert Counter(query.to_list().as_ids()) == ALL
    assert Counter(query.select("external_id").to_list()) == Counter(one.external_id for one in ALL)
    with query.pages() as pages:
        found = [*(pages.next() or ()), *(pages.next() or ())]
        token = pages.checkpoint()
    resumed: PageReader[Sequence[SyncPump]] = query.pages(resume=token)
    found += resumed.to_list()
    assert Counter(pump.as_id() for pump in found) == ALL
    with sync_client.pygen.instances.stream(source=plant.PUMP, partitions=4) as stream:
        for _ in stream.items():
            break
    assert sum(len(page) for page in sync_client.pygen.instances.stream(source=plant.PUMP, partitions=4)) >= PUMPS


async def test_a_scan_goes_on_in_another_query_of_the_same_kind(client: AsyncPlantClient) -> None:
    split = in_plant(client.pump.all()).partitions(4)
    async with split.pages() as pages:
        found = [*await anext(pages), *await anext(pages), *await anext(pages)]
        token = pages.checkpoint()
    found += await split.pages(resume=token).to_list()
    assert Counter(pump.as_id() for pump in found) == ALL
    for other in [split.where(lambda t: t.flow > 3.0), split.partitions(4, by="name"), split.partitions(1)]:
        with pytest.raises(CheckpointError):
            other.pages(resume=token)
    with pytest.raises(CheckpointError):
        split.select("name").pages(resume=token)


async def test_progress_is_that_of_all_partitions(client: AsyncPlantClient) -> None:
    told: list[Progress] = []
    split = in_plant(client.pump.all()).partitions(4).progress(told.append)
    async with split.pages() as pages:
        await anext(pages)
        await anext(pages)
        token = pages.checkpoint()
    told.clear()
    await split.to_list()
    assert [one.rows for one in told] == sorted(one.rows for one in told)
    assert [one.done for one in told] == [False] * (len(told) - 1) + [True]
    assert (told[-1].rows, told[-1].pages, told[-1].total) == (PUMPS, len(told), PUMPS)
    told.clear()
    rest = await split.pages(resume=token).to_list()
    assert (told[-1].rows, told[-1].done) == (len(rest), True)


# --- what cannot work -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda query: query.partitions(0), "from 1 to 64"),
        (lambda query: query.partitions("many"), "from 1 to 64"),
        (lambda query: query.partitions(True), "from 1 to 64"),
        (lambda query: query.partitions(8, by="tags"), "Pump.tags cannot make partitions"),
        (lambda query: query.partitions(8, by="state"), "Pump.state cannot make partitions"),
        (lambda query: query.partitions(8, by="site"), "Pump.site_id cannot make partitions"),
        (lambda query: query.partitions(8, by="node_type"), "Pump.node_type cannot make partitions"),
        (lambda query: query.partitions(8, by="nothing"), "no field 'nothing'"),
        (lambda query: query.partitions(8, by=lambda t: (t.name, t.flow)), "made by one field"),
        (lambda query: query.partitions(8).sort("name").pages(), "leave out the sort order"),
        (lambda query: query.limit(5).partitions(8).pages(), "leave out the limit"),
        (lambda query: query.partitions(8).prefetch(0).pages(), "prefetch must be 1"),
        (lambda query: query.partitions(8).limit(5).select("name").pages(), "leave out the limit"),
        (lambda query: query.partitions(8).limit(5).include(lambda t: t.site).pages(), "leave out the limit"),
    ],
)
async def test_what_cannot_work_is_told_before_anything_is_asked(
    client: AsyncPlantClient, make: Callable[[Any], Any], message: str
) -> None:
    before = client.pygen.counters.requests
    with pytest.raises(UsageError, match=message):
        make(client.pump.all())
    assert client.pygen.counters.requests == before


# --- every instance once --------------------------------------------------------------------------------------------

SPACES = ["random_1", "random-2"]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6)
NUMBERS = st.none() | st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1)
MOMENTS = st.none() | st.datetimes(timezones=st.just(datetime.UTC)).map(
    lambda moment: moment.isoformat(timespec="milliseconds")
)
FLOATS = st.none() | st.floats(-1e300, 1e300) | st.sampled_from([0.0, -0.0, 0.1])
DAYS = st.none() | st.dates().map(str)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "space": st.sampled_from(SPACES),
            "id": TEXTS,
            "name": TEXTS,
            "version": NUMBERS,
            "ratedFlow": FLOATS,
            "seen": MOMENTS,
            "built": DAYS,
            "type": st.none() | st.sampled_from(["a", "b"]),
        }
    ),
    unique_by=lambda row: (row["space"], row["id"]),
    max_size=25,
)
CONDITIONS: list[tuple[Callable[[PumpFields], PygenFilter] | None, Callable[[dict[str, Any]], bool]]] = [
    (None, lambda row: True),
    (lambda t: t.type == "a", lambda row: row["type"] == "a"),
    (lambda t: ~(t.version_ > 0), lambda row: not (row["version"] is not None and row["version"] > 0)),
    (lambda t: t.name.prefix("a") | t.flow.exists(), lambda row: row["name"][0] == "a" or row["ratedFlow"] is not None),
]


@settings(max_examples=150 if os.environ.get("PYGEN_THOROUGH") == "1" else 25, deadline=None)
@given(
    rows=ROWS,
    count=st.integers(2, 9),
    page_size=st.integers(1, 5),
    by=st.sampled_from(["external_id", "space", "name", "version_", "flow", "seen", "built"]),
    condition=st.sampled_from(CONDITIONS),
)
def test_every_instance_comes_once(  # noqa: PLR0917 - Hypothesis gives them by name
    server: str, rows: list[dict[str, Any]], count: int, page_size: int, by: str, condition: Any
) -> None:
    where, meets = condition
    writes = [_write(row) for row in rows]

    async def read() -> list[NodeId | EdgeId]:
        async with AsyncPygenClient.from_token(base_url=server, project="test", token="token") as client:
            await client.instances.upsert(writes)
            query = PumpAPI(client.with_options(page_size=page_size)).all().where(lambda t: t.space.in_(SPACES))
            query = query if where is None else query.where(where)
            found = await query.partitions(count, by=by).to_list()
            await client.instances.delete([NodeId(one.space, one.external_id) for one in writes])
            return found.as_ids()

    expected: Counter[NodeId | EdgeId] = Counter(NodeId(row["space"], row["id"]) for row in rows if meets(row))
    assert Counter(asyncio.run(read())) == expected


def _write(row: dict[str, Any]) -> NodeWrite:
    properties = {name: value for name, value in row.items() if name not in ("space", "id") and value is not None}
    return NodeWrite(
        space=row["space"], external_id=row["id"], sources=[SourceWrite(source=plant.PUMP, properties=properties)]
    )
