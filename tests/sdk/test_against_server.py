"""Queries and relations over a real socket, compared with the same computed in plain Python."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.schema.filters import Prefix
from pygen_runtime.sdk import PygenQuery
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, Pump, PumpAPI, Site

PUMPS = 1205  # more than one page of the API


@pytest.fixture
async def client(local_server: str) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(local_server, "test", "token") as client:
        await plant.build(client.pygen, PUMPS)
        yield client


async def get(client: AsyncPlantClient, number: int) -> Pump:
    pump = await client.pump.retrieve(plant.pump_id(number))
    assert pump is not None
    return pump


async def test_queries_are_complete_filtered_sorted_and_counted(client: AsyncPlantClient) -> None:
    query = client.pump.all()
    names = [pump.name async for pump in query]
    assert sorted(names) == [f"Pump {n:04}" for n in range(PUMPS)]
    assert [pump.name async for pump in query] == names, "each walk starts anew"
    assert await query.count() == PUMPS

    strong = client.pump._where({"min_flow": 100.0, "tags": "even"})
    expected = [n for n in range(200, PUMPS) if n % 2 == 0 and n % 10]
    assert await strong.count() == len(expected)
    by_flow = await strong.sort("-flow").to_list()
    assert [pump.flow for pump in by_flow] == [n / 2 for n in reversed(expected)]

    tenth = (
        await client.pump._where({"state": "stopped"})
        .where(Prefix(("node", "externalId"), "pump-0"))
        .sort("name")
        .limit(10)
        .to_list()
    )
    assert tenth.as_ids() == [plant.pump_id(n) for n in range(0, 30, 3)]
    assert (await query.sort("-external_id").limit(1).to_list())[0].as_id() == plant.pump_id(PUMPS - 1)
    nameless = client.pump._where({"name": []})
    assert (await nameless.to_list(), await nameless.first(), await nameless.count()) == ([], None, 0)
    assert await query.limit(3).count() == 3
    assert len(await query.limit(1001).prefetch(0).to_list()) == 1001
    assert await query.limit(0).to_list() == []
    assert await query.limit(0).first() is None


async def test_pages_hold_up_to_a_thousand(client: AsyncPlantClient) -> None:
    sizes = [len(page) async for page in client.pump.all().pages()]
    assert sum(sizes) == PUMPS
    assert max(sizes) == 1000


async def test_instances_are_retrieved_by_id_in_the_order_asked_for(client: AsyncPlantClient) -> None:
    wanted = [plant.pump_id(n) for n in range(PUMPS - 1, -1, -1)]
    absent = NodeId("plant", "nowhere")
    assert (await client.pump.retrieve([absent, *wanted])).as_ids() == wanted
    assert await client.pump.retrieve(absent) is None
    (named,) = await client.pump.retrieve(["pump-0001"], space="plant")
    assert await client.pump.retrieve("pump-0001", space="plant") == named
    assert named.as_id() == plant.pump_id(1)
    assert await client.pump.retrieve(NodeId("plant", "site-1")) is None, "a site has no data in the view of pumps"
    (pipe,) = await client.pipe.retrieve(["0-1"], space="plant")
    assert (pipe.as_id(), pipe.metres) == (EdgeId("plant", "0-1"), 1.0)
    with pytest.raises(UsageError, match="needs space="):
        await client.pump.retrieve("pump-0001")


async def test_every_kind_of_relation_gives_exactly_its_nodes(client: AsyncPlantClient) -> None:
    pump = await get(client, 4)
    assert pump.site.id == NodeId("plant", "site-1")
    site = await pump.site.get()
    assert isinstance(site, Site)
    assert site.name == "Site 1"

    assert (await pump.parts.to_list()).as_ids() == [plant.pump_id(n) for n in plant.parts_of(4, PUMPS)]
    assert [p.as_id() async for p in pump.part_of] == [plant.pump_id(1)]
    assert [p.as_id() async for p in pump.feeds] == [plant.pump_id(5)]
    assert {p.as_id() async for p in pump.fed_by} == {plant.pump_id(0), plant.pump_id(3)}
    assert await pump.spare.get() is None
    assert await pump.spare.edge() is None

    assert {p.as_id() async for p in site.pumps} == {plant.pump_id(n) for n in range(PUMPS) if n % 3 == 1}
    first = await site.first_pump.get()
    assert first is not None
    assert first.site.id == site.as_id()


async def test_a_relation_larger_than_a_page_is_complete_and_its_edges_are_typed(client: AsyncPlantClient) -> None:
    pump = await get(client, 0)
    fed = [p.as_id() async for p in pump.feeds]
    assert sorted(fed) == [plant.pump_id(n) for n in range(1, PUMPS)], "the edge to the spare pump is of another type"
    assert sum([pipe.metres or 0.0 async for pipe in pump.feeds.edges()]) == sum(range(1, PUMPS))
    assert await pump.feeds.edges().count() == PUMPS - 1
    assert await pump.fed_by.edges().count() == 0, "edges without a view are counted by walking"
    spare = await pump.spare.get()
    edge = await pump.spare.edge()
    assert spare is not None
    assert edge is not None
    assert spare.as_id() == edge.end_node == plant.pump_id(PUMPS - 1)


async def test_relations_of_related_objects_can_be_followed_further(client: AsyncPlantClient) -> None:
    pump = await get(client, 1)
    assert [await part.site.get() async for part in pump.parts] == [
        await (await get(client, n)).site.get() for n in (4, 3)
    ]


async def test_edges_are_listed_like_nodes(client: AsyncPlantClient) -> None:
    long = client.pipe._where({"min_metres": 1200.0, "start_node": plant.pump_id(0)})
    assert sorted([pipe.metres or 0.0 async for pipe in long]) == [1200.0, 1201.0, 1202.0, 1203.0, 1204.0]
    assert {pipe.start_node async for pipe in long} == {plant.pump_id(0)}


async def test_clients_and_apis_describe_themselves(client: AsyncPlantClient) -> None:
    assert repr(client).splitlines()[0] == "<AsyncPlantClient of plant:Plant/1, 2 views>"
    assert list(client.views) == ["pump", "pipe"]
    assert repr(client.pump) == "<PumpAPI of plant:Pump/1>"
    assert list(client.pump.relations())[:2] == ["site", "parts"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda query: query.sort("colour"),
        lambda query: query.sort("_client"),
        lambda query: query.sort("tags"),
        lambda query: query.sort("parts"),
        lambda query: query.sort("name", "-name"),
        lambda query: query.sort(5),
        lambda query: query.limit("5"),
        lambda query: query.limit(True),
        lambda query: query.sort(*["name"] * 6),
        lambda query: query.limit(-1),
        lambda query: query.where({"equals": {}}),
        lambda query: query.prefetch(-1),
    ],
)
def test_a_query_that_cannot_work_is_refused_when_it_is_written(wrong: Callable[[PygenQuery[Pump]], object]) -> None:
    client = AsyncPygenClient.from_token(base_url="http://127.0.0.1:1", project="test", token="t")
    with pytest.raises(UsageError):
        wrong(PumpAPI(client).all())


def test_a_query_says_what_it_asks_for() -> None:
    client = AsyncPygenClient.from_token(base_url="http://127.0.0.1:1", project="test", token="t")
    query = PumpAPI(client)._where({"name": "A"}).sort("-flow", "created_time").limit(5)
    assert repr(query) == "<PygenQuery of Pump, where name == 'A', sorted by -flow, created_time, at most 5>"
