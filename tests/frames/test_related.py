"""Columns of what relations lead to, when it came along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeWrite
from pygen_runtime.sdk import NodeId, PygenList
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, PlantClient, Pump

PUMPS = 8


@pytest.fixture
async def client(local_server: str) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(local_server, "test", "token") as client:
        await plant.build(client.pygen, PUMPS)
        await client.pygen.instances.delete(NodeId("plant", "site-2"))
        yield client


SITES = [f"Site {number % 3}" if number % 3 < 2 else None for number in range(PUMPS)]
PARTS = [[f"Pump {part:04}" for part in plant.parts_of(number, PUMPS)] for number in range(PUMPS)]
FLOWS = [[None if part % 10 == 0 else part / 2 for part in plant.parts_of(number, PUMPS)] for number in range(PUMPS)]
COLUMNS = ["site.name", "site.created_time", "parts.name", "parts.flow", "feeds.external_id"]


async def test_lists_have_columns_of_what_came_along(client: AsyncPlantClient) -> None:
    pumps = await client.pump.include(lambda p: p.site, lambda p: p.parts, lambda p: p.feeds).to_list()
    frame = pumps.to_polars(*COLUMNS)
    assert frame.columns[-5:] == COLUMNS
    assert frame["site.name"].to_list() == SITES
    assert frame["parts.name"].to_list() == PARTS
    assert frame["parts.flow"].to_list() == FLOWS
    sites = [await pump.site.get() for pump in pumps]
    assert frame["site.created_time"].to_list() == [site and site.created_time for site in sites]
    assert frame["feeds.external_id"].to_list()[0] == [plant.pump_id(n).external_id for n in range(1, PUMPS)]
    table = pumps.to_pandas(*COLUMNS)
    assert table["site.name"].astype(object).where(table["site.name"].notna(), None).to_list() == SITES
    assert table["parts.name"].to_list() == PARTS
    assert pumps.to_arrow("site.name").column_names[-1] == "site.name"


async def test_queries_have_them_too(client: AsyncPlantClient) -> None:
    query = client.pump.include(lambda p: p.site, lambda p: p.parts.include(lambda q: q.site))
    frame = await query.to_polars("site.name", "parts.site.name")
    assert frame["site.name"].to_list() == SITES
    nested = [[SITES[part] for part in plant.parts_of(number, PUMPS)] for number in range(PUMPS)]
    assert frame["parts.site.name"].to_list() == nested
    assert (await query.to_pandas("site.name")).shape[0] == PUMPS
    none = client.pump.filter(name="nobody").include(lambda p: p.site)
    empty = await none.to_polars("site.name", "parts.flow")
    assert empty.height == 0
    assert [str(empty[name].dtype) for name in ("site.name", "parts.flow")] == ["String", "List(Float64)"]


def test_without_await(local_server: str) -> None:
    async def build() -> None:
        async with AsyncPygenClient.from_token(base_url=local_server, project="test", token="t") as client:
            await plant.build(client, PUMPS)

    asyncio.run(build())
    with PlantClient.from_token(local_server, "test", "token") as client:
        query = client.pump.include(lambda p: p.site)
        expected = [f"Site {number % 3}" for number in range(PUMPS)]
        assert query.to_polars("site.name")["site.name"].to_list() == expected
        assert query.to_list().to_arrow("site.name")["site.name"].to_pylist() == expected
        assert query.to_pandas("site.name")["site.name"].to_list() == expected
        batches = list(query.arrow_batches("site.name"))
        assert [value for batch in batches for value in batch["site.name"].to_pylist()] == expected


async def test_edges_have_columns_too(client: AsyncPlantClient) -> None:
    ends = plant.pump_id(3), plant.pump_id(5)
    bare = EdgeWrite(space="plant", external_id="bare", type=plant.FEEDS, start_node=ends[0], end_node=ends[1])
    await client.pygen.instances.upsert([bare])
    query = client.pump.sort("name").include(lambda p: p.feeds, lambda p: p.spare)
    wanted = ("feeds.edge.metres", "feeds.edge.end_node", "spare.edge.external_id", "spare.edge.created_time")
    metres: list[list[float | None]] = [[n - number for n in plant.feeds(number, PUMPS)] for number in range(PUMPS)]
    metres[3].append(None)  # the bare one
    for frame in (await query.to_polars(*wanted), (await query.to_list()).to_polars(*wanted)):
        assert frame["feeds.edge.metres"].to_list() == metres
        assert [one["external_id"] for one in frame["feeds.edge.end_node"].to_list()[3]] == ["pump-0004", "pump-0005"]
        assert frame["spare.edge.external_id"].to_list() == ["spare", *[None] * (PUMPS - 1)]
        assert frame["spare.edge.created_time"].null_count() == PUMPS - 1
    assert (await query.to_pandas("feeds.edge.metres"))["feeds.edge.metres"].to_list() == metres


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("feeds.edge.colour", "Pipe has no column 'colour'"),
        ("site.edge.metres", "begins with no relation of Site"),
        ("rotor.name", "begins with no relation of Pump"),
        ("name", "begins with no relation of Pump"),
        ("site", "Site has no column ''"),
        ("site.rotor", "Site has no column 'rotor'"),
        ("parts.tags", "list of lists"),
        ("parts.parts.name", "list of lists"),
    ],
)
def test_what_cannot_be_a_column_is_refused(path: str, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        PygenList([], Pump).to_polars(path)


async def test_what_did_not_come_along_is_refused(client: AsyncPlantClient) -> None:
    pumps = await client.pump.all().to_list()
    with pytest.raises(UsageError, match=r"site did not come with Pump plant:pump-0000: ask for it with include"):
        pumps.to_polars("site.name")
    loaded = await client.pump.load(pumps, lambda p: p.site)
    assert loaded.to_polars("site.name")["site.name"].to_list() == SITES
